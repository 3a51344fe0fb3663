"""`check`: from a fresh scaffold to a finished folder, and what it says of folders that somebody broke."""

import json
import re
import tomllib
from pathlib import Path

import pytest

from paperlab.errors import NothingFound, UsageError
from paperlab.lab import Lab
from paperlab.lab.demo import EXAMPLE
from paperlab.lab.folders import shelf
from paperlab.records.progress import Progress


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab.create(tmp_path / "lab")


def done(found: Progress) -> dict[str, bool]:
    return {step.name: step.done for step in found.steps}


def states(found: Progress) -> set[str]:
    return {one.state for one in found.pieces}


def test_a_fresh_scaffold_has_everything_before_it(lab: Lab) -> None:
    made = lab.implement(str(EXAMPLE))
    found = lab.check()
    assert found.slug == made.slug
    assert states(found) == {"not written"}
    assert not any(done(found).values())
    assert found.problems == ()
    assert found.next.startswith("write down your prediction")


@pytest.mark.parametrize(
    ("written", "expected"),
    [("return 1 / 0", {"red"}), ("return None", {"red"}), ("return 1.0", {"red", "green"})],  # a formula is no constant
)
def test_what_the_learner_writes_is_judged(lab: Lab, written: str, expected: set) -> None:
    model = lab.implement(str(EXAMPLE)).folder / "model.py"
    stubs = model.read_text(encoding="utf-8")
    model.write_text(re.sub(r'raise NotImplementedError\(".*?"\)', written, stubs), encoding="utf-8")
    assert states(lab.check()) == expected


def test_a_function_that_stops_is_told_with_its_sizes_which_may_be_guesses(lab: Lab) -> None:
    model = lab.implement(str(EXAMPLE)).folder / "model.py"
    text = re.sub(r'raise NotImplementedError\(".*?"\)', 'raise ValueError("sizes differ")', model.read_text("utf-8"))
    model.write_text(text, encoding="utf-8")
    (first, *_) = [one for one in lab.check().pieces if one.state == "red"]
    assert f"{first.piece.name} stopped at " in first.message
    assert first.line is not None
    assert text.splitlines()[first.line - 1].strip() == 'raise ValueError("sizes differ")'
    assert ": sizes differ; look at " in first.message
    assert "guesses: change them in model.SHAPES" in first.message


@pytest.mark.slow
@pytest.mark.parametrize("slug", ["adam", "mnist1d", "transformer"])
def test_a_blank_of_the_shelf_has_everything_before_it(lab: Lab, slug: str) -> None:
    lab.implement(slug, blank=True)
    found = lab.check(f"{slug}_blank")
    assert "not written" in states(found)
    assert not any(done(found).values())
    assert found.next.startswith("write down your prediction")


def mutants(slug: str) -> list[dict[str, str]]:
    return tomllib.loads((shelf() / slug / "mutants.toml").read_text(encoding="utf-8"))["mutants"]


def broken(lab: Lab, slug: str, mutant: dict[str, str]) -> tuple[Progress, str]:
    """Check a copy with one line changed; give what it says, and the piece in which that line stands."""
    model = lab.root / "implementations" / slug / "model.py"
    text = (shelf() / slug / "model.py").read_text(encoding="utf-8")
    model.write_text(text.replace(mutant["old"], mutant["new"], 1), encoding="utf-8")
    line = text[: text.index(mutant["old"])].count("\n") + 1
    found = lab.check(slug)
    home = [one.piece.name for one in found.pieces if one.piece.lines[0] <= line <= one.piece.lines[1]]
    return found, home[0] if home else ""


@pytest.mark.slow
def test_a_finished_folder_is_green_and_a_broken_line_is_found(lab: Lab) -> None:
    lab.implement("adam")
    found = lab.check("adam")
    assert states(found) == {"green"}
    assert (found.problems, all(done(found).values())) == ((), True)
    assert found.next == "share it: `paperlab publish adam`"
    found, home = broken(lab, "adam", mutants("adam")[0])
    assert {one.piece.name for one in found.pieces if one.state == "red"} >= {home}
    assert f"mend `{home}`" in found.next


@pytest.mark.slow
@pytest.mark.parametrize("how", ["whole", "of an older source", "without a summary", "with words for numbers"])
def test_only_results_of_this_source_that_can_be_read_tell_of_a_baseline(lab: Lab, how: str) -> None:
    folder = lab.implement("adam").folder
    path = folder / "results.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    if how == "of an older source":
        with (folder / "model.py").open("a", encoding="utf-8") as model:
            model.write("# newer\n")
    elif how == "without a summary":
        del data["summary"]
    elif how == "with words for numbers":
        for case in data["summary"]:
            case["ladder"] = {"trivial": "low"}
    path.write_text(json.dumps(data), encoding="utf-8")
    assert done(lab.check("adam"))["baseline beaten"] is (how == "whole")


def test_without_a_name_there_must_be_one_folder(lab: Lab) -> None:
    with pytest.raises(UsageError, match="make one with `paperlab implement ID`"):
        lab.check()
    lab.implement("adam", blank=True)
    lab.implement("mnist1d", blank=True)
    with pytest.raises(UsageError, match="one of adam_blank, mnist1d_blank"):
        lab.check()
    with pytest.raises(NothingFound):
        lab.check("nosuch")


def test_a_model_that_is_no_python_or_missing_is_one_line(lab: Lab) -> None:
    model = lab.implement("adam", blank=True).folder / "model.py"
    model.write_text("def f(:\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"model\.py, line 1: expected Python"):
        lab.check()
    model.unlink()
    with pytest.raises(UsageError, match=r"model\.py: expected Python in UTF-8"):
        lab.check()


@pytest.mark.slow
@pytest.mark.parametrize("slug", ["adam", "mnist1d", "transformer"])
def test_of_the_broken_copies_most_are_laid_to_the_right_piece(lab: Lab, slug: str) -> None:
    """Of every eighth listed mutant something turns red; mostly that is the piece in which the line was broken."""
    lab.implement(slug)
    right = []
    for mutant in mutants(slug)[::8]:
        found, home = broken(lab, slug, mutant)
        red = {one.piece.name for one in found.pieces if one.state != "green"}
        assert red or found.problems, mutant["name"]
        right += [home in red] if home else []
    assert sum(right) >= 0.75 * len(right)


@pytest.mark.slow
def test_a_solution_is_shown_a_piece_at_a_time_and_check_says_so(lab: Lab) -> None:
    lab.implement("adam", blank=True)
    assert {one.revealed for one in lab.solution("adam_blank")} == {""}
    (shown,) = lab.solution("adam_blank", "unbias")
    assert shown.code.strip() == "return moment / (1 - beta**t)"
    assert [one.name for one in lab.solution("adam_blank") if one.revealed] == ["unbias"]
    model = lab.root / "implementations" / "adam_blank" / "model.py"
    text = model.read_text(encoding="utf-8")
    model.write_text(text.replace(f'    raise NotImplementedError("{shown.place}")', shown.code), encoding="utf-8")
    found = {one.piece.name: one for one in lab.check().pieces}
    assert (found["unbias"].piece.written, found["unbias"].revealed) == (True, shown.revealed)
    assert not found["running_mean"].revealed


def test_only_a_blank_of_the_shelf_has_a_solution(lab: Lab) -> None:
    lab.implement("adam")
    with pytest.raises(UsageError, match="adam is finished"):
        lab.solution("adam", "unbias")
    made = lab.implement(str(EXAMPLE))
    with pytest.raises(NothingFound, match="no solution ships"):
        lab.solution(made.slug)
    with pytest.raises(NothingFound):
        lab.solution("nosuch")


IDLE = """
from paperlab.harness import Case, Check, Enter, Implementation, Metric, Outcome
import model

MINE = Case(
    name="mine", version=1, tests="a number", source="ours", slot="own", words=(), cannot_show="much",
    metric=Metric(name="score", unit="fraction", higher_is_better=True), budgets={"smoke": {}, "small": {}, "full": {}},
    run=lambda arm, trial: Outcome(value=arm() + trial.seed / 1000),
)
IMPLEMENTATION = Implementation(
    kind="model", checks=(Check(name="one", run=lambda probe: model.one() - 1, limit=0),),
    enters=(Enter(case="mine", arms={"ours": lambda: ARM}),), cases=(MINE,),
)
"""


@pytest.mark.parametrize(("arm", "steps"), [("1.0", {"model.py measured": False}), ("model.one()", {})])
def test_an_arm_that_never_calls_model_py_has_a_line_of_its_own(lab: Lab, arm: str, steps: dict[str, bool]) -> None:
    from paperlab.harness import Request

    folder = lab.root / "implementations" / "toy"
    folder.mkdir(parents=True)
    claim = '[[claims]]\nid = "a"\nplace = "Table 1"\nkind = "better-than"\ncase = "mine"\nminimum_effect = 0.5\n'
    (folder / "paper.toml").write_text(f'slug = "toy"\ntitle = "Toy"\n{claim}', encoding="utf-8")
    (folder / "model.py").write_text("def one():\n    return 1.0\n", encoding="utf-8")
    (folder / "cases.py").write_text(IDLE.replace("ARM", arm), encoding="utf-8")
    lab.bench(("toy",), Request(budget="small", seeds=3, device="cpu", executor="inline"))
    found = lab.check("toy")
    assert {k: v for k, v in done(found).items() if k == "model.py measured"} == steps
    assert ("calls nothing of model.py" in " ".join(step.todo for step in found.steps)) is bool(steps)
