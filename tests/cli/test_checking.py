"""`check` as a person runs it: words, JSON and exit codes."""

from paperlab.lab.demo import EXAMPLE
from tests.support.arxiv_server import arxiv_server
from tests.support.commands import Shell, shell

__all__ = ["arxiv_server", "shell"]


def test_check_says_what_is_wrong_where_and_what_is_next(shell: Shell) -> None:
    shell("implement", str(EXAMPLE))
    (model,) = (shell.lab / "implementations").glob("*/model.py")
    text = model.read_text(encoding="utf-8")
    first = text.index("raise NotImplementedError(")
    line = text[:first].count("\n") + 1
    model.write_text(text[:first] + "return 1 / 0  # " + text[first:], encoding="utf-8")
    done = shell("check")
    rows = [row.split("\t") for row in done.stdout.splitlines() if "\t" in row]
    pieces = rows[: len(rows) - 9]
    assert [row[2] for row in pieces] == ["red", *["not written"] * (len(pieces) - 1)]
    assert f"line {line} of model.py: ZeroDivisionError: division by zero" in " ".join(done.stdout.split())
    assert done.stdout.splitlines()[-1].startswith("next: write down your prediction")

    found = shell.json("check", "--strict", code=1)
    assert set(found) == {"slug", "pieces", "steps", "problems", "next"}
    assert (found["pieces"][0]["state"], found["pieces"][0]["line"]) == ("red", line)
    assert [set(step) for step in found["steps"]] == [{"name", "done", "note", "todo"}] * 9


def test_check_of_nothing_is_one_line(shell: Shell) -> None:
    assert "paperlab implement ID" in shell("check", code=2).stderr
    shell("check", "nosuch", code=1)


def test_solution_lists_the_pieces_and_shows_one(shell: Shell) -> None:
    shell("implement", "adam", "--blank")
    rows = [row.split("\t") for row in shell("solution", "adam_blank").stdout.splitlines()]
    assert ["unbias", "Section 3, bias correction", "-"] in rows
    assert shell("solution", "adam_blank", "unbias").stdout == "    return moment / (1 - beta**t)\n"
    listed = {one["name"]: one for one in shell.json("solution", "adam_blank")}
    assert listed["unbias"]["revealed"]
    assert listed["running_mean"]["revealed"] is None
    assert all("code" not in one for one in listed.values())
    assert "running_mean" in shell("solution", "adam_blank", "running", code=1).stderr


def test_a_case_is_tried_by_hand_through_a_pipe(shell: Shell) -> None:
    seen = shell("bench", "try", "reverse", input="1 2\n" + 5 * "1 2 3 4 5 6 7 8\n").stdout
    assert "source: The usual first exercise for an encoder " in seen
    assert "no classic: Reading from last to first is the classic solver" in seen
    assert "5 of 5. From last to first: " in seen
    assert "expected 8 whole numbers with spaces between them, got '1 2'" in seen
    rows = [line.split("\t") for line in seen.splitlines() if "\t" in line]
    assert sorted(name for name, _ in rows) == ["ceiling", "chance", "reference", "trivial", "you"]
    assert dict(rows)["you"] == "0"


def test_a_case_tells_its_source_and_why_it_lacks_a_rung(shell: Shell) -> None:
    seen = shell("bench", "cases", "digits").stdout
    (told,) = shell.json("bench", "cases", "digits")
    assert f"source       {told['source']}\n" in seen
    assert f"no ceiling   {told['missing']['ceiling']}\n" in seen
    assert "no case called 'none'" in shell("bench", "cases", "none", code=1).stderr


def test_a_sitting_that_ends_early_is_one_line(shell: Shell) -> None:
    assert "the input ended" in shell("bench", "try", "reverse", input="", code=2).stderr
    assert "one of adding" in shell("bench", "try", "nothing", input="", code=2).stderr
