"""The screen, driven by textual's pilot: every key changes the list as its command would."""

import asyncio
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from paperlab.cli.screen import PAGE, Screen
from paperlab.lab import Lab
from paperlab.records.changes import NewEntry
from paperlab.records.paper import PaperRecord

TITLES = ("Deep [red]nets[/] of [/cats]", "Attention \u202eis all", "A survey of dogs", "Convolutions")


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return filled(Lab.create(tmp_path), TITLES)


def filled(lab: Lab, titles: tuple[str, ...]) -> Lab:
    """Papers 2001.00001 and on, the first one on top, the last in the inbox."""
    names = [f"2001.{number:05d}" for number in range(1, len(titles) + 1)]
    records = [
        PaperRecord(id=name, title=text, abstract=f"Abstract [b]{name}[/].", authors=("Ann Lee",), version=1)
        for name, text in zip(names, titles, strict=True)
    ]
    with lab.library(write=True) as library:
        items = [NewEntry(id=n, state="inbox" if n == names[-1] else "queued") for n in names]
        library.add(items, records=records)
        library.change(names[0], priority=1)
    return lab


def drive(lab: Lab, steps: Callable[[Pilot[None], Screen], Awaitable[None]], size: tuple[int, int] = (130, 30)) -> None:
    async def run() -> None:
        screen = Screen(lab)
        async with screen.run_test(size=size) as pilot:
            await pilot.pause()
            await steps(pilot, screen)

    asyncio.run(run())


def status(screen: Screen) -> str:
    return str(screen.query_one("#status", Static).content)


def detail(screen: Screen) -> str:
    return str(screen.query_one("#detail", Static).content)


def state(lab: Lab, number: int = 1) -> str:
    return lab.entry(f"2001.{number:05d}").state


def test_views_and_filters_show_what_they_say(lab: Lab) -> None:
    async def steps(pilot: Pilot[None], screen: Screen) -> None:
        assert len(screen.rows) == 4
        await pilot.press("1")
        assert [row.id for row in screen.rows] == ["2001.00004"]
        await pilot.press("0", "slash", *"surv")
        assert [row.id for row in screen.rows] == ["2001.00003"]  # as it is typed
        await pilot.press("enter", "2")
        assert [row.id for row in screen.rows] == ["2001.00003"]
        await pilot.press("escape")
        assert len(screen.rows) == 3
        await pilot.press("slash", *"state:zz")
        assert "expected a state" in status(screen)
        await pilot.press("escape", "9")
        assert screen.rows == []
        await pilot.press("a", "d", "enter", "o", "enter")  # on nothing at all
        assert "no paper here" in status(screen) or not screen.rows

    drive(lab, steps)


def test_keys_move_a_paper_and_undo_takes_it_back(lab: Lab) -> None:
    async def steps(pilot: Pilot[None], screen: Screen) -> None:
        await pilot.press("1", "a")
        assert state(lab, 4) == "queued"
        await pilot.press("u")
        assert (state(lab, 4), status(screen)) == ("inbox", "took back: triage accept 2001.00004")
        await pilot.press("U")
        assert state(lab, 4) == "queued"
        await pilot.press("0", "d", *"weak", "enter")
        assert state(lab) == "dropped"
        assert [e.reason for e in lab.log("2001.00001", limit=1)] == ["weak"]
        await pilot.press("u", "s")
        assert state(lab) == "snoozed"
        until = lab.entry("2001.00001").until
        assert until == lab.snooze("2001.00002")[0].until  # as long as the command does
        lab.undo()
        await pilot.press("u", "plus", "plus", "minus", "t", *"nlp -old", "enter", "r")
        entry = lab.entry("2001.00001")
        assert (entry.priority, entry.tags, entry.state) == (2, ("nlp",), "reading")
        await pilot.press("x", *"it learns", "enter")
        assert state(lab) == "read"
        with lab.library() as library:
            assert library.ideas("2001.00001")["main_idea"] == "it learns"

    drive(lab, steps)


def test_a_question_can_be_left(lab: Lab) -> None:
    async def steps(pilot: Pilot[None], screen: Screen) -> None:
        await pilot.press("d", *"weak", "escape")
        assert (state(lab), status(screen)) == ("queued", "left as it is")
        await pilot.press("t", "enter")
        assert "expected tags" in status(screen)

    drive(lab, steps)


def test_a_fourth_paper_in_reading_is_refused_in_a_line(lab: Lab) -> None:
    async def steps(pilot: Pilot[None], screen: Screen) -> None:
        for number in (2, 3, 4):
            lab.start(f"2001.{number:05d}")
        await pilot.press("r")
        assert state(lab) == "queued"
        assert status(screen).startswith("3 papers are in reading and the limit is 3")

    drive(lab, steps)


def test_the_pane_tells_all_and_no_title_is_markup(lab: Lab) -> None:
    async def steps(pilot: Pilot[None], screen: Screen) -> None:
        lab.log()
        with lab.library(write=True) as library:
            library.note("2001.00001", "my [i]note[/i]")
            library.change("2001.00001", why="because")
        await pilot.press("j", "k")
        text = detail(screen)
        for part in (TITLES[0], "Abstract [b]2001.00001[/].", "my [i]note[/i]", "why: because", "added to queued"):
            assert part in text
        assert str(screen.table.get_row_at(0)[3]) == TITLES[0]
        await pilot.press("j")
        assert "\u202e" not in detail(screen)
        await pilot.press("question_mark")
        assert "snooze a week" in detail(screen)

    drive(lab, steps)


def test_a_title_says_that_its_reproduction_is_outdated(lab: Lab) -> None:
    card = lab.root / "implementations" / "mine" / "paper.toml"
    card.parent.mkdir(parents=True)
    card.write_text('slug = "mine"\nid = "2001.00002"\nversion = 1\n')
    with lab.library(write=True) as library:
        library.save_records([PaperRecord(id="2001.00002", title="Attention", version=2)])

    async def steps(_pilot: Pilot[None], screen: Screen) -> None:
        titles = [str(screen.table.get_row_at(number)[3]) for number in range(4)]
        assert sum(title.startswith("[made from v1; v2 is out] ") for title in titles) == 1

    drive(lab, steps)


def test_a_narrow_terminal_shows_the_list_or_the_paper(lab: Lab) -> None:
    async def steps(pilot: Pilot[None], screen: Screen) -> None:
        table, pane = screen.query_one("#list"), screen.query_one("#pane")
        assert (table.display, pane.display) == (True, False)
        await pilot.press("enter")
        assert (table.display, pane.display) == (False, True)
        await pilot.press("d", "enter")
        assert state(lab) == "dropped"
        assert (table.display, pane.display) == (False, True)
        await pilot.press("escape")
        assert (table.display, pane.display) == (True, False)
        await pilot.press("enter", "enter", "down", "s")  # the arrows are the list's again
        assert state(lab, 4) == "snoozed"

    drive(lab, steps, size=(40, 12))


def test_a_list_that_cannot_be_written_is_said_and_still_read(lab: Lab) -> None:
    async def steps(pilot: Pilot[None], screen: Screen) -> None:
        (lab.root / "reading_list.db").rename(lab.root / "gone.db")
        await pilot.press("a", "3", "slash", "x", "u")
        assert "expected a file, found none" in status(screen)

    drive(lab, steps)


def test_more_papers_come_when_the_cursor_nears_the_end(tmp_path: Path) -> None:
    many = filled(Lab.create(tmp_path), tuple(f"Paper {n}" for n in range(PAGE + 50)))

    async def steps(pilot: Pilot[None], screen: Screen) -> None:
        assert screen.table.row_count == PAGE
        with many.library(write=True) as library:  # meanwhile, elsewhere: the loaded rows are no longer the first
            library.add([NewEntry(id="2101.00001")])
            library.remove(["2001.00349"])
        await pilot.press("G")
        await pilot.pause()
        await pilot.pause()
        assert [row.id for row in screen.rows] == [line.id for line in many.lines()]
        assert screen.table.row_count == PAGE + 50
        await pilot.press("G", "d", "enter")
        await pilot.pause()
        assert state(many, 2) == "dropped"  # of one time, the highest id comes first

    drive(many, steps)


def run(code: str, lab: Lab) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code, "--lab", str(lab.root), "ui"]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)


MISSING = "import sys; sys.modules['textual'] = None; import paperlab.__main__ as m; m.main()"


@pytest.mark.parametrize(
    ("code", "expected"), [(MISSING, "pip install 'textual>=8'"), (MISSING.split(";", 2)[2], "expected a terminal")]
)
def test_what_it_needs_is_said_in_a_line(lab: Lab, code: str, expected: str) -> None:
    code = code if code.strip().startswith("import sys") else f"import sys;{code}"
    done = run(code, lab)
    assert (done.returncode, done.stdout) == (2, "")
    assert expected in done.stderr
    assert len(done.stderr.splitlines()) == 1
