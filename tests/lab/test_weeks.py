"""Numbers of the queue: worked by hand, then against a slow count over any history; undone commands leave no trace."""

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paperlab.errors import Refused
from paperlab.lab import Lab
from paperlab.lab.pages import stats_page
from paperlab.lab.weeks import counted, monday, streak
from paperlab.library import Library
from paperlab.records.changes import NewEntry
from paperlab.records.overtime import Step, Waiting
from paperlab.records.queue import STATES

NOW = "2026-11-26T21:00:00Z"  # Thursday of 2026-W48


@pytest.fixture(autouse=True)
def _utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def test_a_month_worked_by_hand() -> None:
    steps = [
        Step("a", "2026-11-02T10:00:00Z", "added", "queued"),  # W45
        Step("b", "2026-11-03T10:00:00Z", "added", "inbox"),
        Step("a", "2026-11-08T23:59:59Z", "state", "read", 30, True),  # the last second of W45
        Step("b", "2026-11-09T00:00:00Z", "state", "reading"),  # accepted in W46
        Step("c", "2026-11-10T10:00:00Z", "added", "dropped"),  # never on the ladder
        Step("d", "2026-11-17T10:00:00Z", "added", "queued"),
        Step("d", "2026-11-18T10:00:00Z", "removed", None),  # as if it had never been
        Step("b", "2026-11-19T10:00:00Z", "state", "implementing", 15),
        Step("b", "2026-11-20T10:00:00Z", "main_idea", None, None, True),  # done, though it is further: W47
        Step("b", "2026-11-24T10:00:00Z", "state", "reproduced", 45),
        Step("a", "2026-11-24T11:00:00Z", "state", "explained"),
    ]
    waiting = [Waiting(str(n), "", "queued", 0, f"2026-11-{26 - n:02d}T20:00:00Z") for n in (1, 2, 6)]
    found = counted(steps, waiting, now=NOW, weeks=4)
    assert [(w.name, w.added, w.finished) for w in found.weeks] == [
        ("2026-W45", 1, 1), ("2026-W46", 1, 0), ("2026-W47", 0, 1), ("2026-W48", 0, 0),
    ]  # fmt: skip
    assert found.reached == {"added": 2, "read": 2, "implemented": 1, "reproduced": 1, "explained": 1}
    assert (found.timed, found.median_minutes, found.mean_minutes) == (2, 45, 45)
    assert (found.waiting, found.median_age, [days for _, days in found.oldest]) == (3, 2, [6, 2, 1])
    assert (found.streak, found.longest_streak) == (1, 1)


def test_an_empty_list_has_numbers_too() -> None:
    found = counted([], [], now=NOW, weeks=1)
    assert (found.streak, found.median_age, found.median_minutes, found.oldest) == (0, None, None, ())
    assert "2026-W48" in stats_page(found)


@pytest.mark.parametrize(
    ("weeks_ago", "expected"), [((), 0), ((0,), 1), ((1,), 1), ((2,), 0), ((0, 1, 2), 3), ((1, 2, 4), 2), ((0, 2), 1)]
)
def test_the_current_week_does_not_break_a_streak(weeks_ago: tuple[int, ...], expected: int) -> None:
    last = date(2026, 11, 23)
    assert streak([last - timedelta(weeks=n) for n in weeks_ago], last) == expected


def test_weeks_are_local_and_cross_the_year(monkeypatch: pytest.MonkeyPatch) -> None:
    assert counted([], [], now="2027-01-03T12:00:00Z", weeks=1).weeks[0].name == "2026-W53"
    assert monday("2026-11-23T03:00:00Z") == date(2026, 11, 23)
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    assert monday("2026-11-23T03:00:00Z") == date(2026, 11, 16)


histories = st.lists(
    st.tuples(
        st.sampled_from("abc"), st.integers(0, 60), st.sampled_from(["added", "state", "state", "removed"]),
        st.sampled_from(STATES), st.none() | st.integers(0, 90),
    ),
    max_size=14,
)  # fmt: skip


@settings(deadline=None)
@given(histories)
def test_the_numbers_are_a_slow_count(history: list[tuple]) -> None:
    start = datetime(2026, 9, 28, tzinfo=UTC)  # a Monday, nine weeks before
    steps = [
        Step(p, (start + timedelta(days=d)).strftime("%Y-%m-%dT%H:%M:%SZ"), k, None if k == "removed" else s, m)
        for p, d, k, s, m in sorted(history, key=lambda row: row[1])
    ]
    found = counted(steps, [], now=NOW, weeks=9)
    ladder = STATES[1:8]
    for name, states in [("added", ladder), ("finished", ("read", "reproduced", "explained"))]:
        firsts = []
        for paper in "abc":
            own = [s for s in steps if s.paper == paper]
            last = max((n for n, s in enumerate(own) if s.kind == "removed"), default=-1)
            hits = [s.at for s in own[last + 1 :] if s.state in states]
            firsts += hits[:1]
        weeks = [(datetime.fromisoformat(at) - start).days // 7 for at in firsts]
        assert [getattr(week, name) for week in found.weeks] == [weeks.count(n) for n in range(9)]
    there = [week.finished > 0 for week in found.weeks]
    run = there[:-1] if not there[-1] else there
    assert found.streak == next((n for n, yes in enumerate(reversed(run)) if not yes), len(run))


def test_what_was_taken_back_does_not_count(library: Library) -> None:
    library.add([NewEntry(id="2001.00001"), NewEntry(id="2001.00002")])
    library.move("2001.00001", "read", minutes=20, command="done 2001.00001")
    library.remove(["2001.00002"])
    library.undo()
    library.undo()
    found = counted(library.steps(), [], now=library.now(), weeks=1)
    assert (found.reached["added"], found.reached["read"], found.timed) == (2, 0, 0)
    library.redo()
    found = counted(library.steps(), [], now=library.now(), weeks=1)
    assert (found.reached["read"], found.median_minutes) == (1, 20)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.create(tmp_path / "reading_list.db") as made:
        yield made


def test_the_page_has_the_numbers_as_text_and_nothing_that_runs() -> None:
    steps = [Step("a", "2026-11-24T10:00:00Z", "added", "queued")]
    hostile = Waiting("2001.00001", "<script>alert(1)</script>", "queued", 0, "2026-01-01T00:00:00Z")
    text = stats_page(counted(steps, [hostile], now=NOW, weeks=30))
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert "2026-W48: 1 added, 0 finished" in text
    assert text.count("<rect") == 2 + 2 * 30
    assert "http" not in text.replace("http-equiv", "")


# prune


@pytest.fixture
def old(tmp_path: Path) -> Lab:
    """Papers 1 to 6 in six states, added in 2020, the first two with priority; paper 7 is new."""
    lab = Lab.create(tmp_path)
    with Library.open(tmp_path / "reading_list.db", write=True, clock=lambda: "2020-01-01T00:00:00Z") as library:
        states = ("queued", "inbox", "queued", "reading", "read", "skimmed")
        library.add([NewEntry(id=f"2001.0000{n}", state=s) for n, s in enumerate(states, 1)])
        library.change("2001.00001", priority=2)
        library.change("2001.00002", priority=1)
    with lab.library(write=True) as library:
        library.add([NewEntry(id="2001.00007")])
    return lab


def test_prune_takes_only_what_waits_too_long_and_is_one_command(old: Lab) -> None:
    found = old.stale()
    assert [p.id[-1] for p in found] == ["1", "2", "3"]
    assert old.stale(below=2) == found[1:]
    assert [p.id[-1] for p in old.stale(below=1, states=("queued", "skimmed"))] == ["3", "6"]
    assert [p.id[-1] for p in old.stale(older="9y", states=("queued",))] == []
    before = old.entries()
    old.prune(found, older="180d")
    assert {e.id[-1] for e in old.entries(state="dropped")} == {"1", "2", "3"}
    assert {e.reason for e in old.log("2001.00001", limit=1)} == {"pruned: older than 180d"}
    assert old.undo() == "prune --older 180d"
    assert old.entries() == before


@pytest.mark.parametrize("states", [("reading",), ("queued", "read"), ("dropped",), ("x",), ()])
def test_prune_never_looks_at_what_somebody_reads(old: Lab, states: tuple[str, ...]) -> None:
    from paperlab.errors import UsageError

    with pytest.raises(UsageError, match="expected --state with some of inbox, queued, skimmed, snoozed"):
        old.stale(states=states)


def test_prune_in_a_list_that_cannot_be_written_is_refused(old: Lab) -> None:
    found = old.stale()
    (old.root / "reading_list.db").rename(old.root / "x.db")
    with pytest.raises(Refused):
        old.prune(found, older="180d")
