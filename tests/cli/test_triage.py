"""Triage at a terminal and as a file: every decision is kept at once, can be undone, and nothing is lost."""

import importlib
import json
import os
import signal
import sys
import time
from pathlib import Path

import pytest

from paperlab.errors import UsageError
from paperlab.lab import Lab
from paperlab.records.changes import NewEntry
from paperlab.records.paper import PaperRecord
from tests.support.arxiv_server import arxiv_server
from tests.support.commands import Shell, shell
from tests.support.terminal import Terminal

__all__ = ["arxiv_server", "shell"]

IDS = [f"2401.0000{number}" for number in range(1, 6)]


@pytest.fixture
def inbox(shell: Shell) -> Shell:
    """Five papers, the newest first: 2401.00001 to 2401.00005."""
    records = [
        PaperRecord(
            id=id, version=1, title=f"Paper {id[-1]} \x1b[2J", authors=("Ada Example",), abstract="Long words. " * 400,
            primary_category="cs.LG", published=f"2024-01-0{9 - int(id[-1])}T00:00:00Z",
        )
        for id in IDS
    ]  # fmt: skip
    with Lab(shell.lab).library(write=True) as library:
        library.add([NewEntry(id=id, state="inbox") for id in IDS], records=records, command="sync")
    return shell


def states(shell: Shell) -> dict[str, str]:
    return {id: entry.state for id, entry in sorted(shell.listed().items())}


def test_where_nothing_is_queued_next_names_the_inbox(inbox: Shell) -> None:
    said = inbox("next", code=1).stderr
    assert said == "paperlab: nothing is queued; `paperlab triage` goes through the inbox\n"


def test_a_sitting_with_every_key(inbox: Shell) -> None:
    with Terminal(inbox, "triage") as screen:
        screen.wait("1 of 5").wait("Paper 1").wait("Ada Example").wait("2024-01-08  cs.LG").wait("? help")
        screen.press("x").wait("no key of triage: x").press("\x1b[A").wait("no key of triage").press("?").wait(
            "takes a question"
        )
        screen.press("8").wait("priority 8").press("t").wait("tags:").press("+nlp, SSM\n").wait("tags nlp ssm")
        screen.press("a").wait("why do you want it").press("\x1b").press("a").wait("why do you").press(
            "trixx\x7f\x7fcks ✓\n"
        )
        screen.wait("accepted 2401.00001").wait("Paper 2").press("d").wait("l too long").press("zw")
        screen.wait("dropped 2401.00002").wait("Paper 3").press("s").wait("until").press("monn\n").wait("got 'monn'")
        screen.press("s").wait("until").press("2w\n").wait("snoozed 2401.00003").wait("Paper 4").press("k")
        screen.wait("skipped 2401.00004").wait("Paper 5").press("q")
        assert "accepted 1, dropped 1, snoozed 1, skipped 1; left 2 in the inbox" in screen.end()
    entries = inbox.listed()
    assert states(inbox) == dict(zip(IDS, ["queued", "dropped", "snoozed", "inbox", "inbox"], strict=True))
    assert (entries[IDS[0]].why, entries[IDS[0]].priority, entries[IDS[0]].tags) == ("tricks ✓", 8, ("nlp", "ssm"))
    log = {(e["paper"], e["kind"]): e for e in inbox.json("log", "-n", "50")}
    assert log[IDS[1], "state"]["reason"] == "weak"
    assert log[IDS[0], "state"]["reason"] == "tricks ✓"


def test_a_paper_that_comes_again_has_the_marks_that_it_got(inbox: Shell) -> None:
    with Terminal(inbox, "triage") as screen:
        screen.wait("? help").press("7").wait("priority 7").press("t").wait("tags:").press("nlp\n").wait("tags nlp")
        screen.press("k").wait("Paper 2").wait("? help")
        screen.press("u").wait("took back: triage skip").wait("Paper 1").wait("priority 7  +nlp").wait("? help")
        screen.press("u").wait("took back: triage keep").wait("priority 7").wait("? help").press("q")
        assert "+nlp" not in screen.end().split("took back: triage keep")[1]


@pytest.mark.parametrize("minutes", ["nan", "inf"])
def test_minutes_that_are_no_number_are_refused(inbox: Shell, minutes: str) -> None:
    with Terminal(inbox, "triage", "--minutes", minutes) as screen:
        assert f"got {minutes}" in screen.wait("paperlab: ").end(2)


def test_another_sitting_goes_on_with_what_is_left_and_what_was_skipped_comes_last(inbox: Shell) -> None:
    with Terminal(inbox, "triage") as screen:
        screen.wait("? help").press("kkq").end()
    assert [row["id"] for row in inbox.json("triage")] == [*IDS[2:], *IDS[:2]]
    with Terminal(inbox, "triage", "-n", "2") as screen:
        screen.wait("1 of 2").wait("Paper 3").press("d\n").wait("2 of 2").wait("Paper 4").press("d\n")
        assert "dropped 2, snoozed 0, skipped 0; left 3 in" in screen.end()


def test_undo_takes_back_the_last_decisions_of_earlier_sittings_too(inbox: Shell) -> None:
    with Terminal(inbox, "triage") as screen:
        screen.wait("? help").press("a\n").wait("accepted").press("q").end()
    with Terminal(inbox, "triage") as screen:
        screen.wait("1 of 4").wait("? help").press("ds").wait("Paper 3").press("u").wait(
            "took back: triage drop 2401.00002"
        )
        screen.wait("Paper 2").press("u").wait("took back: triage accept 2401.00001").wait("Paper 1").press("u")
        screen.wait("no decision of triage").press("q")
        assert "accepted 0, dropped 0, snoozed 0, skipped 0; left 5" in screen.end()
    assert set(states(inbox).values()) == {"inbox"}
    assert "did again: triage accept 2401.00001" in inbox("redo").stderr
    assert states(inbox)[IDS[0]] == "queued"


def test_the_time_box_ends_after_the_paper_at_hand(inbox: Shell) -> None:
    with Terminal(inbox, "triage", "--minutes", "0.005") as screen:
        screen.wait("left").wait("? help")
        time.sleep(0.5)
        screen.press("a").wait("why").press("x\n")
        assert "time is over: accepted 1, dropped 0" in screen.end()
    assert states(inbox)[IDS[0]] == "queued"


def test_keys_typed_ahead_answer_the_questions_that_come(inbox: Shell) -> None:
    with Terminal(inbox, "triage") as screen:
        screen.press("athe tricks\ndlks2d\nq")
        assert "accepted 1, dropped 1, snoozed 1, skipped 1; left 2" in screen.end()
    assert inbox.listed()[IDS[0]].why == "the tricks"


@pytest.mark.parametrize("end", ["\x03", "\x04", "hang up", "kill"])
def test_however_it_ends_what_was_decided_is_kept(inbox: Shell, end: str) -> None:
    with Terminal(inbox, "triage") as screen:
        screen.wait("? help").press("d\n").wait("dropped").wait("? help").press("a").wait("why do you")
        if end == "hang up":
            assert screen.hang_up() is not None
        elif end == "kill":
            os.kill(screen.process.pid, signal.SIGKILL)
            screen.end(-signal.SIGKILL)
        else:
            seen = screen.press(end).end(130 if end == "\x03" else 0)
            assert "dropped 1" in seen.rpartition("accepted 0")[2]
    assert list(states(inbox).values()) == ["dropped", "inbox", "inbox", "inbox", "inbox"]
    assert inbox.whole()


@pytest.mark.parametrize(("rows", "columns"), [(10, 30), (24, 80), (50, 200)])
def test_a_paper_fits_the_screen_and_nothing_of_it_steers(inbox: Shell, rows: int, columns: int) -> None:
    with Terminal(inbox, "triage", "-n", "1", rows=rows, columns=columns) as screen:
        screen.wait("1 of 1").wait("…").wait("help").press("q")
        *shown, _summary = screen.end().splitlines()
    assert max(map(len, shown)) < columns
    assert len(shown) <= max(rows, 18) + 1
    assert "\x1b" not in "".join(shown)


def test_without_a_terminal_it_names_the_two_other_ways(inbox: Shell) -> None:
    said = inbox("triage", code=2).stderr
    assert "triage --json" in said
    assert "triage apply FILE" in said


def test_the_inbox_as_json_comes_back_as_decisions(inbox: Shell, tmp_path: Path) -> None:
    rows = inbox.json("triage")
    assert [row["id"] for row in rows] == IDS
    told = {"title", "authors", "abstract", "published", "primary_category", "comment", "score", "terms", "explore"}
    assert told <= set(rows[0])
    file = tmp_path / "decisions.json"
    decided = [row | {"decision": word} | more for row, (word, more) in zip(rows, DECISIONS, strict=True)]
    file.write_text(json.dumps(decided, indent=2), encoding="utf-8")
    assert "accepted 2, dropped 1, snoozed 1, skipped 1" in inbox("triage", "apply", str(file)).stderr
    applied = inbox.listed()
    assert states(inbox) == dict(zip(IDS, ["queued", "dropped", "snoozed", "inbox", "queued"], strict=True))
    assert (applied[IDS[0]].why, applied[IDS[4]].priority, applied[IDS[4]].tags) == ("tricks", 9, ("a", "b"))
    assert applied[IDS[2]].until is not None
    assert inbox("triage", "apply", str(file)).returncode == 0
    assert inbox.listed() == applied | {IDS[2]: inbox.listed()[IDS[2]]}
    inbox("undo")
    if "queued" in states(inbox).values():  # the second time it was skipped in another second
        inbox("undo")
    assert set(states(inbox).values()) == {"inbox"}


DECISIONS = [
    ("accept", {"why": "tricks"}), ("drop", {"reason": "too long"}), ("snooze", {"until": "2w"}), ("skip", {}),
    ("accept", {"priority": 9, "tags": ["b", "A"]}),
]  # fmt: skip

GOOD = '{"id": "2401.00001", "decision": "accept"}\n'


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (GOOD + '{"id": "2401.00002", "decision": "maybe"}', 2, "one of accept, drop, snooze, skip; got 'maybe'"),
        (GOOD + '{"id": "2401.00009", "decision": "drop"}', 2, "expected a paper on the list"),
        (GOOD + "\n\n{", 4, "expected a decision in JSON"),
        (GOOD + "[]", 2, "expected an object"),
        (GOOD + '{"id": "2401.00002", "decision": "drop", "weight": "x"}', 2, "'weight'"),
        (GOOD + '{"id": "2401.00002", "decision": "snooze", "until": "monn"}', 2, "'monn'"),
        (GOOD + '{"id": "2401.00002", "decision": "snooze", "until": ""}', 2, "got ''"),
        (GOOD + '{"id": "2401.00002", "decision": "accept", "priority": 10}', 2, "priority from 0"),
        (GOOD + '{"id": "2401.00002", "decision": "accept", "priority": true}', 2, "priority from 0"),
        (GOOD + '{"id": "2401.00002", "decision": "accept", "tags": ["two words"]}', 2, "expected a tag"),
        (GOOD + '{"id": "2401.00002", "decision": "accept", "tags": [1]}', 2, "array of texts"),
        (GOOD + '{"id": 2401.00002, "decision": "accept"}', 2, "expected id to be a text"),
        (GOOD + '{"decision": "accept"}', 2, "expected an id"),
        (GOOD + '{"id": "2401.00001v2", "decision": "drop"}', 2, "decided about in line 1 already"),
        ('[\n{"id": "2401.00001", "decision": "accept"},\n{"id": "x", "decision": "drop"}\n]', 3, "got 'x'"),
        ('[\n{"id": "2401.00001", "decision": "accept"}\n{}]', 3, "expected a comma"),
        ('[\n{"id": "2401.00001", "decision": "accept"}\n', 3, "expected ] at the end"),
        ('[{"id": "2401.00001", "decision": "accept"}]\nx', 2, "expected the end"),
        ("[" * 100_000, 1, "expected"),
    ],
)  # fmt: skip
def test_one_wrong_decision_names_its_line_and_nothing_changes(inbox: Shell, text: str, line: int, words: str) -> None:
    with pytest.raises(Exception, match=rf"^line {line}: ") as caught:
        Lab(inbox.lab).apply(text)
    assert words in str(caught.value)
    assert getattr(caught.value, "exit_code", None) == 2
    assert set(states(inbox).values()) == {"inbox"}


def test_a_file_that_cannot_be_read_and_one_that_decides_nothing(inbox: Shell, tmp_path: Path) -> None:
    assert "expected a file of decisions" in inbox("triage", "apply", "nowhere.json", code=2).stderr
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    assert "expected text in UTF-8" in inbox("triage", "apply", str(tmp_path / "bytes"), code=2).stderr
    for text in ("", " \n", "[]", "\ufeff[ ]\n"):
        assert "expected decisions, got none" in inbox("triage", "apply", "-", code=1, input=text).stderr
    assert "line 1: " in inbox("triage", "apply", "-", code=2, input="nonsense").stderr
    assert "accepted 1" in inbox("triage", "apply", "-", input=GOOD).stderr


def test_of_thirty_in_the_inbox_three_are_drawn_by_chance_and_said_to_be(shell: Shell) -> None:
    with Lab(shell.lab).library(write=True) as library:
        told = [PaperRecord(id=f"2401.{n:05}", title=f"Paper {n}", published="2024-01-01T00:00:00Z") for n in range(30)]
        library.add([NewEntry(id=record.id, state="inbox") for record in told], records=told, command="sync")
    rows = shell.json("triage")
    assert len({row["id"] for row in rows}) == 30
    place = next(n for n, row in enumerate(rows) if row["explore"])
    assert [n for n, row in enumerate(rows) if row["explore"]] == [place, place + 10, place + 20]
    with Terminal(shell, "triage", "--minutes", "0") as screen:
        for _ in range(place):
            screen.wait("? help").press("k").wait("skipped")
        screen.wait("drawn by chance: one of ten is").press("q")


def test_a_paper_that_was_begun_is_not_triaged(inbox: Shell) -> None:
    inbox("start", IDS[0])
    assert "line 1: expected a paper that nobody has begun" in inbox("triage", "apply", "-", code=2, input=GOOD).stderr


def test_where_no_single_keys_can_be_read_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows has no termios."""
    monkeypatch.setitem(sys.modules, "termios", None)
    monkeypatch.delitem(sys.modules, "paperlab.cli.keys", raising=False)
    with pytest.raises(UsageError, match="Windows has none"):
        importlib.import_module("paperlab.cli.keys")
