"""A week of syncs against the stand-in: what is listed, what was missed, what was revised."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from paperlab.errors import NothingFound, UsageError
from paperlab.lab import Lab, filling, syncing
from paperlab.records.following import FeedNews, Gap
from tests.support.arxiv_server import ArxivServer, Paper, arxiv_server

__all__ = ["arxiv_server"]

MONDAY = date(2026, 5, 4)
Day = Callable[..., FeedNews]


@pytest.fixture
def lab(tmp_path: Path, arxiv_server: ArxivServer) -> Lab:
    """Give a lab that follows cs.LG."""
    made = Lab.create(tmp_path / "lab", flags={"arxiv.mirror": arxiv_server.url, "arxiv.delay": 0.0})
    made.follow(["cs.LG"])
    return made


def submit(server: ArxivServer, day: date, count: int, *, categories: tuple[str, ...] = ("cs.LG",)) -> list[str]:
    """Make papers whose announcement stands in the feed of `day`, a Tuesday to Friday."""
    made = []
    for number in range(count):
        id = f"26{day.month:02}.{day.day * 1000 + number:05}"
        at = f"{day - timedelta(days=1)}T{number // 60 % 18:02}:{number % 60:02}:00Z"
        server.papers[id] = Paper(id, title=f"Title of {id}", categories=categories, versions=(at,))
        made.append(id)
    return made


def announce(server: ArxivServer, day: date, ids: list[str] | None = None) -> None:
    """Set the feed's date and batch; None leaves the batch as it is, under a fresh date."""
    server.built = format_datetime(datetime.combine(day, time(4), UTC))
    if ids is not None:
        server.announcements = [(id, 1, "new") for id in ids]
    server.etag = f'"{day} {len(server.announcements)}"'


def read(lab: Lab) -> FeedNews:
    return lab.sync().feeds[0]


def listed(lab: Lab) -> set[str]:
    return {entry.id for entry in lab.entries()}


def days(*numbers: int) -> list[date]:
    return [MONDAY + timedelta(days=n) for n in numbers]


def test_missed_days_are_said_and_filled(lab: Lab, arxiv_server: ArxivServer) -> None:
    """Tuesday is read, Wednesday and Thursday are missed; a paper of before the first reading does not come."""
    tue, wed, thu, fri = days(1, 2, 3, 4)
    batches = {day: submit(arxiv_server, day, 7) for day in (tue, wed, thu, fri)}
    arxiv_server.papers["2605.00001"] = Paper("2605.00001", categories=("cs.LG",), versions=("2026-04-30T10:00:00Z",))
    arxiv_server.papers["2605.00002"] = Paper("2605.00002", categories=("math.NT",), versions=("2026-05-05T10:00:00Z",))
    announce(arxiv_server, tue, batches[tue])
    assert (read(lab).new, read(lab).gaps) == (7, ())
    announce(arxiv_server, fri, batches[fri])
    news = read(lab)
    assert (news.listed, news.new, news.revised) == (7, 7, 0)
    assert [(g.first_day, g.last_day, g.filled, g.way, g.done) for g in news.gaps] == [
        (str(wed), str(thu), 14, "query", True)
    ]
    assert listed(lab) == {id for batch in batches.values() for id in batch}
    assert read(lab).gaps == ()


@pytest.mark.parametrize("backfill", [None, "2026-05-01"])
def test_what_was_new_on_a_missed_day_comes_though_its_revision_was_listed_first(
    lab: Lab, arxiv_server: ArxivServer, backfill: str | None
) -> None:
    """The feed that is read after a gap, or as the first of all, lists the second version of a paper of those days."""
    tue, wed, thu = days(1, 2, 3)
    first, missed, last = (submit(arxiv_server, day, 3) for day in (tue, wed, thu))
    revised = arxiv_server.papers[missed[1]]
    arxiv_server.papers[missed[1]] = Paper(
        revised.id, categories=("cs.LG",), versions=(*revised.versions, f"{thu}T01:00:00Z")
    )
    if backfill:
        lab.follow(["cs.LG"], backfill=backfill)
    else:
        announce(arxiv_server, tue, first)
        assert read(lab).new == 3
    announce(arxiv_server, thu, last)
    arxiv_server.announcements.append((missed[1], 2, "replace"))
    news = read(lab)
    assert (news.listed, news.new) == (4, 3)
    assert listed(lab) == {*first, *missed, *last}
    assert read(lab).stale
    # What a person took off stays off, though a later gap asks for those days again.
    lab.remove([missed[1], missed[2]])
    fri, mon = days(4, 7)
    announce(arxiv_server, mon, submit(arxiv_server, fri, 1))
    assert read(lab).gaps
    assert not {missed[1], missed[2]} & listed(lab)


@pytest.mark.parametrize("named", [(), ("cs.LG",)])
def test_a_revision_on_a_missed_day_raises_its_notice(
    lab: Lab, arxiv_server: ArxivServer, named: tuple[str, ...]
) -> None:
    """No query by day of submission shows it: my papers are asked for, a page at a time, until none is left."""
    lab.settings.flags = {**(lab.settings.flags or {}), "sync.recheck_days": 10**5, "sync.recheck": 2}
    tue, wed, thu, fri = days(1, 2, 3, 4)
    old = [f"2401.0000{n}" for n in range(1, 4)]
    for id in old:
        arxiv_server.papers[id] = Paper(id, categories=("cs.LG",), versions=("2024-01-02T03:04:05Z",))
    lab.add(old)
    with lab.library(write=True) as library, library._write("asked on Tuesday") as journal:
        journal.connection.execute("UPDATE papers SET checked_at = ?", (f"{tue}T12:00:00Z",))
    announce(arxiv_server, tue, submit(arxiv_server, tue, 2))
    assert (lab.sync().unwatched, lab.sync().checked) == (0, 0)
    arxiv_server.papers[old[2]].versions += (f"{wed}T10:00:00Z",)
    submit(arxiv_server, thu, 2)
    announce(arxiv_server, fri, submit(arxiv_server, fri, 2))
    first, second = lab.sync(named), lab.sync(named)
    assert [(s.unwatched, s.left, s.checked) for s in (first, second, lab.sync())] == [(3, 1, 2), (1, 0, 1), (0, 0, 0)]
    assert [(n.paper, n.old, n.new) for n in lab.notices()] == [(old[2], 1, 2)]
    assert (len(first.notices), len(second.notices)) == (0, 1)


@pytest.mark.parametrize("steps", [("rm", "undo"), ("rm", "undo", "redo", "undo"), ("undo", "redo")])
def test_a_feed_that_comes_back_knows_what_it_had_covered(
    lab: Lab, arxiv_server: ArxivServer, steps: tuple[str, ...]
) -> None:
    """Removed and taken back, or its adding taken back and done again: as if nothing had been."""
    tue, wed = days(1, 2)
    announce(arxiv_server, tue, [])
    arxiv_server.announcements = [("2401.00001", 1, "replace")]  # of no paper of mine: the sync changes nothing
    read(lab)
    before = lab.feed_states()
    acts = {"rm": lambda: lab.unfollow(["cs.LG"]), "undo": lab.undo, "redo": lab.redo}
    for number, step in enumerate(steps):
        acts[step]()
        assert (lab.feeds() == ()) == (step == "rm" or (step, number) in {("undo", 0), ("redo", 2)})
    assert lab.feed_states() == before
    assert (before[0][0].covered, before[0][0].batch) == (str(tue), ("2401.00001v1",))
    announce(arxiv_server, wed)
    assert read(lab).stale
    missed = submit(arxiv_server, wed, 3)
    announce(arxiv_server, days(3)[0], [])
    arxiv_server.announcements = [("2401.00001", 2, "replace")]
    assert [(g.first_day, g.filled) for g in read(lab).gaps] == [(str(wed), len(missed))]


def test_a_stale_feed_with_a_fresh_date_hides_no_day(lab: Lab, arxiv_server: ArxivServer) -> None:
    tue, wed, thu = days(1, 2, 3)
    batches = {day: submit(arxiv_server, day, 3) for day in (tue, wed, thu)}
    announce(arxiv_server, tue, batches[tue])
    read(lab)
    announce(arxiv_server, wed)
    news = read(lab)
    assert (news.stale, news.batch_day, news.day, news.gaps) == (True, str(tue), str(wed), ())
    announce(arxiv_server, thu, batches[thu])
    assert [(g.first_day, g.filled) for g in read(lab).gaps] == [(str(wed), 3)]
    assert listed(lab) == {id for batch in batches.values() for id in batch}


@pytest.mark.parametrize("late", [False, True])
def test_an_empty_saturday_is_no_gap_and_shows_the_friday_that_was_missed(
    lab: Lab, arxiv_server: ArxivServer, late: bool
) -> None:
    thu, fri, sat = days(3, 4, 5)
    batches = {day: submit(arxiv_server, day, 3) for day in (thu, fri)}
    announce(arxiv_server, thu, batches[thu])
    read(lab)
    if not late:
        announce(arxiv_server, fri, batches[fri])
        read(lab)
    announce(arxiv_server, sat, [])
    news = read(lab)
    assert (news.empty, [g.first_day for g in news.gaps]) == ("weekend", [str(fri)] if late else [])
    assert listed(lab) == {*batches[thu], *batches[fri]}


def test_a_holiday_is_no_gap(lab: Lab, arxiv_server: ArxivServer) -> None:
    wed, fri = date(2026, 11, 25), date(2026, 11, 27)
    announce(arxiv_server, wed, submit(arxiv_server, wed, 2))
    read(lab)
    announce(arxiv_server, fri, submit(arxiv_server, fri, 2))
    assert (read(lab).new, read(lab).gaps) == (2, ())


def test_a_gap_that_arxiv_stops_goes_on_where_it_was(lab: Lab, arxiv_server: ArxivServer, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.setattr(filling, "PAGE", 10)
    tue, wed, thu = days(1, 2, 3)
    announce(arxiv_server, tue, submit(arxiv_server, tue, 2))
    read(lab)
    missed, last = submit(arxiv_server, wed, 45), submit(arxiv_server, thu, 2)
    announce(arxiv_server, thu, last)
    filled = [0]
    for _ in range(2):

        def stop(_: str, came: int = len(arxiv_server.log)) -> None:
            """Answer nothing more once two pages came."""
            if sum("submittedDate" in path for path in arxiv_server.paths()[came:]) == 2:
                arxiv_server.fail("submittedDate", "500", times=None)

        arxiv_server.faults.clear()
        arxiv_server.on_answer = stop
        news = read(lab)
        assert news.trouble is not None
        assert not news.gaps[0].done
        filled.append(news.gaps[0].filled)
    assert 0 < filled[1] < filled[2] < 45
    arxiv_server.on_answer = lambda _path: None
    arxiv_server.faults.clear()
    (gap,) = read(lab).gaps
    assert (gap.filled, gap.done) == (45, True)
    assert set(missed) <= listed(lab)


@pytest.mark.parametrize("same_minute", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_pages_that_shift_lose_nothing(
    lab: Lab, arxiv_server: ArxivServer, monkeypatch: pytest.MonkeyPatch, seed: int, same_minute: bool
) -> None:
    """While the pages of a gap are read, papers vanish from the index and come late into it."""
    monkeypatch.setattr(filling, "PAGE", 10)
    monkeypatch.setattr(filling, "OVERLAP", 5)
    chance = random.Random(seed)  # noqa: S311 - what shifts, no secret
    tue, wed, thu = days(1, 2, 3)
    announce(arxiv_server, tue, submit(arxiv_server, tue, 2))
    read(lab)
    missed, last = submit(arxiv_server, wed, 60), submit(arxiv_server, thu, 2)
    extra = [f"2605.9{n:04}" for n in range(60)]
    for id in missed if same_minute else ():
        arxiv_server.papers[id].versions = ("2026-05-05T10:00:00Z",)
    for id in extra:
        arxiv_server.papers[id] = Paper(
            id, categories=("cs.LG",), versions=(f"2026-05-05T00:{chance.randrange(30):02}:00Z",)
        )

    def shift(path: str) -> None:
        if "submittedDate" in path:
            for id in chance.sample(extra, 2 if same_minute else 9):
                arxiv_server.papers.pop(id, None)

    arxiv_server.on_answer = shift
    announce(arxiv_server, thu, last)
    assert read(lab).gaps[0].done
    assert {*missed, *last} <= listed(lab)


def test_a_long_absence_is_harvested_from_oai_and_a_token_that_expired_begins_anew(
    lab: Lab, arxiv_server: ArxivServer
) -> None:
    arxiv_server.oai_page = 5
    first, last = date(2026, 3, 3), date(2026, 5, 8)
    announce(arxiv_server, first, submit(arxiv_server, first, 2))
    read(lab)
    missed = [id for n in range(7, 60, 7) for id in submit(arxiv_server, first + timedelta(days=n), 3)]
    arxiv_server.papers[missed[0]].versions += ("2026-05-01T00:00:00Z",)
    announce(arxiv_server, last, submit(arxiv_server, last, 2))
    answered = 0

    def stop(path: str) -> None:
        nonlocal answered
        answered += "/oai" in path
        if answered == 2:
            arxiv_server.fail("/oai", "500", times=None)

    arxiv_server.on_answer = stop
    (gap,) = read(lab).gaps
    assert (gap.way, gap.asked, gap.done, 0 < gap.filled < len(missed)) == ("oai", "cs:cs:LG", False, True)
    arxiv_server.faults.clear()
    arxiv_server.oai_day = "2024-02-06"
    (gap,) = read(lab).gaps
    assert (gap.done, gap.filled) == (True, len(missed))
    assert set(missed) <= listed(lab)


def test_a_backfill_brings_what_was_before(lab: Lab, arxiv_server: ArxivServer) -> None:
    tue = days(1)[0]
    early = submit(arxiv_server, tue - timedelta(days=7), 4)
    announce(arxiv_server, tue, submit(arxiv_server, tue, 2))
    lab.follow(["cs.LG"], backfill="2026-04-20")
    (gap,) = read(lab).gaps
    assert (gap.kind, gap.filled, gap.done) == ("backfill", 4, True)
    assert set(early) <= listed(lab)
    assert read(lab).gaps == ()
    assert not lab.follow(["cs.LG"], backfill="2026-04-20")[0][1]


def test_last_modified_alone_is_enough(lab: Lab, arxiv_server: ArxivServer) -> None:
    arxiv_server.modified = "Mon, 05 Feb 2024 05:00:00 GMT"
    arxiv_server.announcements = [("2401.00001", 1, "new")]
    assert read(lab).new == 1
    assert read(lab).stale
    assert arxiv_server.log[-1].headers["If-Modified-Since"] == arxiv_server.modified


def test_a_saved_query_is_read_once_a_day_until_nothing_is_new(
    lab: Lab, arxiv_server: ArxivServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(syncing, "PAGE", 4)
    lab.unfollow(["cs.LG"])
    ids = [f"2402.{n:05}" for n in range(30)]
    arxiv_server.papers = {
        id: Paper(id, categories=("cs.CL",), versions=(f"2024-02-01T00:{n:02}:00Z",)) for n, id in enumerate(ids)
    }
    lab.settings.flags = {**(lab.settings.flags or {}), "sync.first": 6}
    lab.follow(["category:cs.CL"], name="mine")
    news = read(lab)
    assert (news.listed, news.new, news.total) == (6, 6, 30)
    assert listed(lab) == set(ids[-6:])
    asked = len(arxiv_server.log)
    assert read(lab).read_at
    assert len(arxiv_server.log) == asked
    late = [f"2403.{n:05}" for n in range(9)]
    arxiv_server.papers |= {
        id: Paper(id, categories=("cs.CL",), versions=(f"2024-03-01T00:{n:02}:00Z",)) for n, id in enumerate(late)
    }
    arxiv_server.papers[ids[-1]].versions += ("2024-04-01T00:00:00Z",)
    arxiv_server.fail("start=[1-9]", "500", times=None)
    assert lab.sync(force=True).feeds[0].trouble
    arxiv_server.faults.clear()
    assert lab.sync(force=True).feeds[0].listed > 9
    assert listed(lab) == {*ids[-6:], *late}
    assert "start=20" not in " ".join(arxiv_server.paths())


def test_a_query_that_arxiv_refuses_stops_no_other_feed(lab: Lab, arxiv_server: ArxivServer) -> None:
    arxiv_server.announcements = [("2401.00001", 1, "new")]
    lab.follow(["all:x"])
    arxiv_server.fail("search_query=all", "error", times=None)
    done = lab.sync()
    assert [(n.feed, n.trouble is None) for n in done.feeds] == [("all:x", False), ("cs.LG", True)]


def test_feeds_are_named_by_what_they_ask_and_refused_together(lab: Lab) -> None:
    lab.follow(["author:hinton"], name="geoff")
    assert [f.name for f, _ in lab.follow(["au:hinton", "cs.LG"])] == ["geoff", "cs.LG"]
    assert lab.pause(["author:hinton"]) == ("geoff",)
    assert lab.pause(["geoff"]) == ()
    assert lab.sync().paused == ("geoff",)
    assert lab.undo() == "feed pause author:hinton"
    for words in (["cs.CL", "ti:("], ["cs.CL", "no feed"], ["cs.CL", "x:y"]):
        with pytest.raises(UsageError, match="expected a category"):
            lab.follow(words)
    assert [f.name for f, new in lab.follow(["https://rss.arxiv.org/rss/cs.LG"]) if not new] == ["cs.LG"]
    with pytest.raises(UsageError, match="no feed of arXiv"):
        lab.follow(["https://example.org/rss/cs.LG"])
    with pytest.raises(UsageError, match="is followed already, as au:hinton"):
        lab.follow(["ti:x"], name="geoff")
    with pytest.raises(NothingFound, match=r"followed: cs\.LG, geoff"):
        lab.unfollow(["cs.LG", "nobody"])
    for span in ("soon", "0d", "2999-01-01"):
        with pytest.raises(UsageError, match="expected a span"):
            lab.follow(["cs.CL"], backfill=span)
    assert [f.name for f in lab.feeds()] == ["cs.LG", "geoff"]


def test_gaps_ask_for_categories_and_archives() -> None:
    sets = {"cs.LG": "cs:cs:LG", "cs": "cs", "hep-th": "physics:hep-th", "physics": "physics:physics", "physics.optics": "physics:physics:optics"}  # fmt: skip
    assert {name: filling._set(name) for name in sets} == sets
    assert Gap(feed="x", first_day="", last_day="", way="", asked="", starts="", ends="").kind == "gap"
