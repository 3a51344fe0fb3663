"""The verbs that go down the list, as a person and as a script uses them."""

import copy
import json
import shutil
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from paperlab.lab import Lab
from tests.support.arxiv_server import ArxivServer, Paper, arxiv_server
from tests.support.commands import Shell, shell
from tests.support.terminal import Terminal

__all__ = ["arxiv_server", "shell"]

IDS = [f"2403.0000{number}" for number in range(1, 6)]


PAPERS = {id: Paper(id, title=f"Paper {id[-1]}") for id in IDS}


@pytest.fixture(scope="module")
def added(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Add five papers once; no test opens this lab, each takes a copy."""
    with ArxivServer() as server:
        server.papers |= PAPERS
        made = Shell(tmp_path_factory.mktemp("added"), server.url)
        made("add", *IDS)
    return made.folder


@pytest.fixture
def queue(added: Path, shell: Shell, arxiv_server: ArxivServer) -> Shell:
    """Five queued papers, called Paper 1 to Paper 5."""
    arxiv_server.papers |= copy.deepcopy(PAPERS)
    shutil.copytree(added, shell.folder, dirs_exist_ok=True)
    return shell


def states(shell: Shell) -> list[str]:
    return [entry.state for _, entry in sorted(shell.listed().items())]


def last(shell: Shell, id: str) -> dict[str, object]:
    return shell.json("log", id, "-n", "1")[0]


def test_a_fourth_paper_asks_which_to_park(queue: Shell) -> None:
    queue("start", *IDS[:3])
    for words in (["start", IDS[3]], ["start", IDS[3], IDS[4], "--park", IDS[0]]):
        assert f"--park ID ({', '.join(IDS[:3])})" in queue(*words, code=4).stderr or len(words) > 2
    with Terminal(queue, "start", IDS[3]) as screen:
        screen.wait("1  2403.00001  Paper 1").wait("Enter for none").press("\n")
        assert "the limit is 3" in screen.end(4)
    assert states(queue) == ["reading"] * 3 + ["queued"] * 2
    with Terminal(queue, "start", "paper 4") as screen:
        screen.wait("Enter for none").press("7\n").wait("number from 1 to 3").wait("Enter for none").press("2\n")
        assert "reading 2403.00004  Paper 4" in screen.end()
    assert states(queue) == ["reading", "queued", "reading", "reading", "queued"]
    queue("undo")
    assert states(queue) == ["reading"] * 3 + ["queued"] * 2
    queue("start", IDS[3], "--park", "Paper 1")
    assert last(queue, IDS[0])["reason"] == "parked"


def test_the_limit_is_a_setting_and_0_is_none(queue: Shell) -> None:
    queue("start", IDS[0], QUEUE_WIP="1")
    queue("start", IDS[1], code=4, QUEUE_WIP="1")
    queue("start", *IDS, QUEUE_WIP="0")
    assert states(queue) == ["reading"] * 5
    queue("done", *IDS)
    few = queue("start", IDS[0], IDS[1], code=4, QUEUE_WIP="1").stderr
    assert "begin fewer at once" in few


@pytest.mark.parametrize("verb", ["start", "done", "skim", "snooze", "bump", "drop"])
def test_several_papers_are_one_command_all_or_none(queue: Shell, verb: str) -> None:
    before = queue.listed()
    queue(verb, IDS[0], "2403.99999", code=1)
    assert queue.listed() == before
    queue(verb, f"arXiv:{IDS[0]}v1", "paper 2", "-", input=f"{IDS[2]}\tqueued\tPaper 3\n\n{IDS[0]}\n")
    changed = [id for id, entry in sorted(queue.listed().items()) if entry != before[id]]
    assert changed == IDS[:3]
    assert f"took back: {verb} {' '.join(IDS[:3])}" in queue("undo").stderr
    assert queue.listed() == before


def test_minutes_and_reasons_are_kept_and_add_up(queue: Shell) -> None:
    queue("skim", IDS[0], "--minutes", "7", "--reason", "figures only")
    assert last(queue, IDS[0]) | {"minutes": 7, "reason": "figures only", "after": "skimmed"} == last(queue, IDS[0])
    queue("done", IDS[0], "--minutes", "30")
    queue("done", IDS[0], "--minutes", "3")
    assert queue.listed()[IDS[0]].minutes == 40
    assert sum(e["minutes"] or 0 for e in queue.json("log", IDS[0])) == 40
    assert "7 min  figures only" in queue("show", IDS[0]).stdout
    assert "tell them one by one" in queue("done", *IDS[:2], "--minutes", "5", code=2).stderr


def test_snoozed_papers_come_back_by_themselves(queue: Shell) -> None:
    queue("snooze", IDS[0], "--until", "2001-01-01", "--reason", "busy")
    queue("snooze", IDS[1])
    queue("snooze", IDS[2], "someday")
    assert "got 'soon'" in queue("snooze", IDS[3], "--until", "soon", code=2).stderr
    assert "got ''" in queue("snooze", IDS[3], "--until", "", code=2).stderr
    entries = queue.listed()
    week = datetime.now(UTC) + timedelta(days=7)
    assert timedelta(0) <= week - datetime.fromisoformat(entries[IDS[1]].until or "") < timedelta(days=1, hours=2)
    assert entries[IDS[2]].until is None
    assert {row["id"] for row in queue.json("next")} == {IDS[0], IDS[3], IDS[4]}
    with Terminal(queue, "list", columns=100) as screen:
        seen = screen.end()
    assert f"{IDS[0]}  snoozed, due" in seen
    assert f"{IDS[1]}  snoozed to 20" in seen
    assert queue.json("show", IDS[0])["until"] == "2001-01-01T00:00:00Z" or "until" in queue.json("show", IDS[0])
    queue("start", IDS[0])
    assert queue.listed()[IDS[0]].until is None


def test_bump_stays_within_its_range(queue: Shell) -> None:
    for words, priority in (([], 1), (["--by", "3"], 4), (["--to", "8"], 8), (["--by", "5"], 9), (["--by", "-2"], 7)):
        queue("bump", IDS[0], *words)
        assert queue.listed()[IDS[0]].priority == priority
    queue("bump", IDS[0], "--to", "10", code=2)


def test_drop_asks_for_a_reason_on_a_terminal(queue: Shell) -> None:
    with Terminal(queue, "drop", IDS[0]) as screen:
        screen.wait("why not").press("too long\n").end()
    assert last(queue, IDS[0])["reason"] == "too long"
    queue("drop", IDS[1])
    assert last(queue, IDS[1])["reason"] is None
    queue("add", IDS[0])
    assert queue.listed()[IDS[0]].state == "queued"


def test_tags(queue: Shell) -> None:
    assert queue("tag", IDS[0], "+nlp", "Vision", "-old").stdout == f"{IDS[0]}\tnlp vision\n"
    queue("tag", IDS[0], IDS[1], "+rhetoric", "c++")
    assert queue("tag").stdout == "c++\t2\nnlp\t1\nrhetoric\t2\nvision\t1\n"
    queue("tag", IDS[0], "-rhetoric", "-vision", "--rm", "nlp")
    assert queue("tag", "paper 1").stdout == f"{IDS[0]}\tc++\n"
    assert queue.json("tag") == [{"tag": "c++", "papers": 2}, {"tag": "rhetoric", "papers": 1}]
    queue("tag", "-", "+all", input="\n".join(IDS))
    assert all("all" in entry.tags for entry in queue.listed().values())
    assert f"took back: tag {' '.join(IDS)}" in queue("undo").stderr
    assert "paper first" in queue("tag", "+nlp", code=2).stderr
    assert "expected a tag" in queue("tag", IDS[0], "+a,b", code=2).stderr
    queue("tag", "2403.99999", "+x", code=1)


# The main idea


def test_done_asks_on_a_terminal_and_offers_the_time_since_start(queue: Shell) -> None:
    queue("start", IDS[0])
    with Lab(queue.lab).library(write=True) as library:
        early = (datetime.now(UTC) - timedelta(minutes=50)).strftime("%Y-%m-%dT%H:%M:%SZ")
        library._connection.execute("UPDATE events SET at = ? WHERE after = 'reading'", (early,))
    queue("done", IDS[0], "--no-prompt", "--idea", "old")
    queue("start", IDS[0])
    with Lab(queue.lab).library(write=True) as library:
        library._connection.execute("UPDATE events SET at = ? WHERE after = 'reading'", (early,))
    with Terminal(queue, "done", IDS[0]) as screen:
        screen.wait("main idea in a sentence [old]").press("\n").wait("would you build").press("a toy\n")
        screen.wait("did you not get").press("\n").wait("minutes it took [50]").press("x\n").wait("whole number")
        screen.wait("[50]").press("\n")
        assert "still open: what you did not get" in screen.end()
    shown = queue.json("show", IDS[0])
    assert shown["ideas"] == {"main_idea": "old", "build": "a toy", "unclear": ""}
    assert (shown["state"], shown["minutes"]) == ("read", 50)
    with Terminal(queue, "done", IDS[1], "--no-prompt") as screen:
        assert "still open: its main idea, what you would build, what you did not get" in " ".join(screen.end().split())
    assert "still open: its main idea" in queue("done", IDS[2]).stderr


def test_explained_needs_a_paragraph(queue: Shell) -> None:
    assert "expected a paragraph" in queue("explain", IDS[0], code=2).stderr
    assert "stays queued until it is read" in queue("explain", IDS[0], "--text", "So it works.").stderr
    queue("done", IDS[0])
    assert f"explained {IDS[0]}" in queue("explain", IDS[0]).stderr
    shown = queue.json("show", IDS[0])
    assert (shown["state"], shown["teach_back"]) == ("explained", "So it works.")
    queue("undo")
    queue("done", IDS[1])
    queue("explain", IDS[1], "--text", "-", input="First.\nSecond.\n")
    assert queue.json("show", IDS[1])["teach_back"] == "First.\nSecond."
    queue("undo")
    assert (queue.json("show", IDS[1])["teach_back"], queue.listed()[IDS[1]].state) == ("", "read")


EDITOR = """
import sys
path = sys.argv[-1]
text = open(path, encoding="utf-8").read()
assert path.endswith(".md")
open(path, "w", encoding="utf-8").write(text + sys.argv[1])
sys.exit(int(sys.argv[2]))
"""


@pytest.fixture
def editor(tmp_path: Path) -> str:
    (tmp_path / "editor.py").write_text(EDITOR, encoding="utf-8")
    return f"{sys.executable} {tmp_path / 'editor.py'}"


@pytest.mark.parametrize("code", [0, 1])
def test_what_the_editor_wrote_is_kept_even_where_it_fails(queue: Shell, editor: str, code: int) -> None:
    queue("note", IDS[0], "# one")
    with Terminal(queue, "note", IDS[0], EDITOR="false", VISUAL=f"{editor} '\n- two ✓' {code}") as screen:
        assert ("Editing failed" in screen.end()) is bool(code)
    assert queue("note", IDS[0]).stdout == "# one\n- two ✓\n"
    queue("done", IDS[0])
    with Terminal(queue, "explain", IDS[0], EDITOR=f"{editor} 'Because.' {code}") as screen:
        assert "explained" in screen.end()
    with Terminal(queue, "explain", IDS[1], EDITOR=f"{editor} '' 0") as screen:
        assert "expected a paragraph" in screen.end(2)


def test_an_editor_that_is_not_there_changes_nothing(queue: Shell) -> None:
    with Terminal(queue, "note", IDS[0], EDITOR="no-such-editor-here") as screen:
        assert "Editing failed" in screen.end(2)


def test_a_note_that_cannot_be_kept_stays_in_its_file(queue: Shell, editor: str) -> None:
    take_off = f"{sys.executable} -m paperlab rm {IDS[0]}"
    with Terminal(queue, "note", IDS[0], EDITOR=f"sh -c '{editor} lost? 0 $0 && {take_off}'") as screen:
        seen = screen.end(1)
    path = Path("".join(seen.split("what you wrote is in ")[1].split()[0]))
    assert path.read_text(encoding="utf-8") == "lost?"
    path.unlink()


def test_what_was_noted_while_the_editor_was_open_is_not_written_over(queue: Shell, editor: str) -> None:
    queue("note", IDS[0], "one")
    other = f"{sys.executable} -m paperlab note {IDS[0]} two"
    with Terminal(queue, "note", IDS[0], EDITOR=f"sh -c '{editor} mine 0 $0 && {other}'") as screen:
        seen = screen.end(4)
    assert "was changed while" in " ".join(seen.split())
    path = Path("".join(seen.split("what you wrote is in ")[1].split()[0]))
    assert path.read_text(encoding="utf-8") == "onemine"
    path.unlink()
    assert queue("note", IDS[0]).stdout == "one\n\ntwo\n"


def test_notes_come_below_each_other_and_a_pipe_is_read(queue: Shell) -> None:
    assert "no note yet" in queue("note", IDS[0], code=1).stderr
    queue("note", IDS[0], "see", "eq. 4")
    queue("note", IDS[0], input="and *eq. 5*\n")
    assert queue("note", IDS[0]).stdout == "see eq. 4\n\nand *eq. 5*\n"
    queue("note", IDS[0], "-", "--replace", input="whole")
    assert queue("note", IDS[0]).stdout == "whole\n"
    queue("undo")
    assert queue("note", IDS[0]).stdout == "see eq. 4\n\nand *eq. 5*\n"


# Open


def test_open_prints_where_and_begins_to_read(queue: Shell, arxiv_server: ArxivServer) -> None:
    assert queue("open", IDS[0]).stdout == f"https://arxiv.org/abs/{IDS[0]}v2\n"
    assert queue("open", "paper 2", "--html", "--print").stdout == f"https://arxiv.org/html/{IDS[1]}v2\n"
    queue("done", IDS[1])
    queue("open", IDS[1])
    queue("drop", IDS[2])
    queue("open", IDS[2])
    assert states(queue) == ["reading", "read", "reading", "queued", "queued"]
    assert f"{IDS[3]} stays queued" in queue("open", IDS[3], QUEUE_WIP="2").stderr
    queue("open", IDS[0], "--pdf", "--html", code=2)
    queue("open", "2403.99999", code=1)


def test_a_script_that_sets_a_browser_has_it_called(queue: Shell, tmp_path: Path) -> None:
    queue.env["BROWSER"] = f"sh -c 'echo %s > {tmp_path}/seen'"
    queue("open", IDS[0])
    assert (tmp_path / "seen").read_text().strip() == f"https://arxiv.org/abs/{IDS[0]}v2"


def test_a_pdf_is_fetched_once_and_read_without_a_network(queue: Shell, arxiv_server: ArxivServer) -> None:
    arxiv_server.pages["pdf", IDS[0]] = b"%PDF-1.4\n%%EOF\n"
    assert "offline" in queue("open", IDS[0], "--pdf", code=3, OFFLINE="1").stderr
    assert queue.listed()[IDS[0]].state == "queued"
    path = Path(queue("open", IDS[0], "--pdf").stdout.strip())
    assert path.read_bytes().startswith(b"%PDF")
    assert path.is_relative_to(queue.lab / ".paperlab" / "cache")
    asked = len(arxiv_server.log)
    for words in (["--pdf"], []):
        assert queue("open", IDS[0], *words, OFFLINE="1").stdout.strip() == str(path)
    assert len(arxiv_server.log) == asked
    assert queue("open", IDS[1], OFFLINE="1").stdout.startswith("https://")


def test_history_of_one_paper(queue: Shell) -> None:
    queue("start", IDS[0])
    queue("rm", IDS[0])
    assert [e["kind"] for e in queue.json("log", IDS[0])] == ["removed", "state", "added"]
    assert queue("log", "paper 2").stdout.count("\n") == 1
    queue("log", "2403.99999", code=1)


# Review


def test_review_by_hand_and_on_a_terminal(queue: Shell) -> None:
    assert "nothing to review" in queue("review", code=1).stderr
    queue("done", IDS[0], "--idea", "attention alone")
    queue("done", IDS[1], "--idea", "two")
    queue("done", IDS[2])
    queue("review", "grade", IDS[2], "good", code=1)
    queue("review", "grade", IDS[0], "fine", code=2)
    assert [row["main_idea"] for row in queue.json("review")] == ["attention alone", "two"]
    assert queue("review").stdout.splitlines()[0].startswith(IDS[0])
    assert "comes back in 2 days" in queue("review", "grade", IDS[0], "good").stderr
    with Terminal(queue, "review") as screen:
        screen.wait("1 of 1").wait("Paper 2").wait("say the main idea").press("three?\n").wait("yours:").wait("two")
        screen.wait("how was it?").press("x1")
        assert "comes back in 1 day\n" in screen.end() + "\n"
    event = last(queue, IDS[1])
    assert (event["kind"], event["after"], event["reason"]) == ("review", "again", "three?")
    assert "the next is due" in queue("review", code=1).stderr
    queue("undo")
    assert [row["id"] for row in queue.json("review")] == [IDS[1]]


def test_the_notebook_opens_with_the_main_idea(queue: Shell) -> None:
    import nbformat

    queue("done", IDS[0], "--idea", "Gates beat recurrence", "--build", "a tiny gate", "--unclear", "the warm-up")
    folder = Path(queue("implement", IDS[0]).stdout.strip())
    cells = nbformat.read(folder / "notebook.ipynb", as_version=4).cells
    text = "\n".join(cell.source for cell in cells[:8])
    assert "Gates beat recurrence" in text
    assert "a tiny gate" in text
    assert "the warm-up" in text
    assert queue.listed()[IDS[0]].state == "implementing"
    assert json.loads(queue("list", "--json").stdout)
