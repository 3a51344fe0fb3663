"""`next` against the formula written out slowly over all entries."""

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from paperlab.errors import UsageError
from paperlab.library import Library
from paperlab.library.ranking import VALUE, julian_day
from paperlab.records.changes import NewEntry
from paperlab.records.paper import PaperRecord
from paperlab.records.queue import STATES

NOW = "2026-06-01T00:00:00Z"

asked = st.builds(
    dict,
    state=st.sampled_from(STATES), priority=st.integers(0, 9), why=st.booleans(), pages=st.none() | st.integers(1, 90),
    days=st.integers(-3, 500), spent=st.none() | st.integers(0, 100), parent=st.none() | st.integers(0, 7),
    known=st.sampled_from([True, True, True, False]), wakes=st.none() | st.sampled_from(["2026-05-01", "2026-07-01"]),
)  # fmt: skip


def fill(folder: Path, rows: list[dict]) -> Library:
    now = datetime(2026, 6, 1, tzinfo=UTC)
    at = [NOW]
    library = Library.create(folder / "reading_list.db", clock=lambda: at[0])
    ids = [f"2001.{n:05d}" for n in range(len(rows))]
    for paper, row in zip(ids, rows, strict=True):
        at[0] = (now - timedelta(days=row["days"])).strftime("%Y-%m-%dT%H:%M:%SZ")
        parent = ids[row["parent"]] if row["parent"] is not None and row["parent"] < len(ids) else None
        record = PaperRecord(id=paper, title=f"T {paper}", comment=row["pages"] and f"{row['pages']} pages")
        library.add(
            [NewEntry(
                id=paper, state=row["state"], priority=row["priority"], why="w" if row["why"] else None,
                parent=None if parent == paper else parent,
            )],
            records=[record] if row["known"] else [],
        )  # fmt: skip
        until = row["wakes"] if row["state"] == "snoozed" else None
        if row["spent"] is not None or until:
            library.move(paper, row["state"], minutes=row["spent"], until=until and f"{until}T00:00:00Z")
    at[0] = NOW
    return library


def own_pace(rows: list[dict]) -> float:
    """Minutes told of finished papers over their estimates, with five usual papers counted in; 0.25 to 4."""
    done = [r for r in rows if r["spent"] and r["state"] == "read"]
    spent = sum(r["spent"] for r in done) + 5 * 60
    return sorted((0.25, spent / (sum(estimate(r) for r in done) + 5 * 60), 4.0))[1]


def estimate(row: dict) -> int:
    return sorted((20, 4 * (15 if row["pages"] is None else row["pages"]), 240))[1]


def oracle(rows: list[dict], minutes: int | None, relevance: dict[str, float]) -> list[tuple[str, float]]:
    """The formula of the module's docstring, in words of its own; best first. Relevance is taken as it was learned."""
    pace = own_pace(rows)
    ids = [f"2001.{n:05d}" for n in range(len(rows))]
    scores = []
    for number, row in enumerate(rows):
        due = row["state"] == "snoozed" and row["wakes"] == "2026-05-01"
        if not row["known"] or not (row["state"] in ("reading", "queued", "skimmed") or due):
            continue
        above = row["parent"]
        mentions = (
            above is not None and above not in (number,) and above < len(rows) and rows[above]["state"] != "dropped"
        )
        whole = int(estimate(row) * pace + 0.5)
        cost = whole if row["spent"] is None else max(whole - row["spent"], int(10 * pace + 0.5))
        like = relevance[ids[number]]
        if minutes is not None and cost > minutes:
            continue
        points = [
            1.0, 3 * row["priority"], 6.0 if row["state"] == "reading" else 0, 2.0 if row["state"] == "skimmed" else 0,
            1.0 if row["why"] else 0, min(mentions, 5), min(max(row["days"], 0), 360) / 30,
            4 * like if like > 0 else like,
        ]  # fmt: skip
        scores.append((-math.fsum(points) / cost, -row["days"], ids[number]))
    return [(paper, -score) for score, _, paper in sorted(scores)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15, deadline=None)
@given(rows=st.lists(asked, max_size=8), minutes=st.none() | st.integers(20, 250))
def test_the_ranking_is_the_formula(
    rows: list[dict], minutes: int | None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with fill(tmp_path_factory.mktemp("ranking"), rows) as library:
        found = library.ranked(minutes=minutes, limit=100)
        expected = oracle(rows, minutes, dict(library._connection.execute("SELECT paper, relevance FROM entries")))
        if found and found[0].depth == "skim":
            assert expected == []
            return
        assert [r.score for r in found] == pytest.approx([score for _, score in expected])
        assert {r.entry.id for r in found} == {paper for paper, _ in expected}
        for ranked in found:
            assert ranked.score == pytest.approx(math.fsum(value for _, value in ranked.terms), rel=1e-12)
            assert minutes is None or ranked.minutes <= minutes
            assert ranked.score == pytest.approx(in_sql(library, ranked.entry.id), abs=1e-9)


def in_sql(library: Library, paper: str) -> float:
    """The score as the statement that orders the papers computes it."""
    asked = library._asked(library._connection, "read", None, pace=True, minutes=None)
    sql = f"SELECT ({VALUE}) / ({asked.cost_sql()}) FROM entries WHERE paper = :paper"  # noqa: S608 - our own columns
    return library._connection.execute(sql, {**asked.values(), "paper": paper}).fetchone()[0]


PLAIN = {
    "state": "queued", "priority": 0, "why": False, "pages": None, "days": 0, "spent": None, "parent": None,
    "known": True, "wakes": None,
}  # fmt: skip


def order(folder: Path, *changes: dict) -> list[int]:
    with fill(folder, [PLAIN | change for change in changes]) as library:
        return [int(r.entry.id[-1]) for r in library.ranked()]


@pytest.mark.parametrize(
    "better",
    [
        {"priority": 1},
        {"state": "reading"},
        {"state": "skimmed"},
        {"why": True},
        {"pages": 8},
        {"days": 60},
        {"spent": 30},
    ],
    ids=lambda change: next(iter(change)),
)
def test_each_term_lifts_a_paper_above_an_equal_one(tmp_path: Path, better: dict) -> None:
    assert order(tmp_path, {}, better) == [1, 0]


def test_what_i_want_first_comes_first_however_long_it_is(tmp_path: Path) -> None:
    short = {"pages": 4, "why": True}
    assert order(tmp_path, short, {"priority": 9, "pages": 50}, {"priority": 5}, {"state": "reading"}) == [2, 1, 3, 0]


def test_a_paper_that_one_of_mine_made_me_want_is_lifted(tmp_path: Path) -> None:
    assert order(tmp_path, {}, {"parent": 2}, {"state": "read"}) == [1, 0]


def test_nothing_of_inbox_pending_snoozed_or_done_is_ranked(tmp_path: Path) -> None:
    changes = [{"state": state} for state in STATES] + [{"known": False}]
    assert sorted(order(tmp_path, *changes)) == [STATES.index(s) for s in ("queued", "skimmed", "reading")]


def test_a_snoozed_paper_comes_back_when_it_is_due(tmp_path: Path) -> None:
    later, due = {"state": "snoozed", "wakes": "2026-07-01"}, {"state": "snoozed", "wakes": "2026-05-01"}
    assert order(tmp_path, later, due) == [1]


def test_with_little_time_there_are_papers_to_skim(tmp_path: Path) -> None:
    with fill(tmp_path, [PLAIN, PLAIN | {"pages": 40}]) as library:
        assert [(r.minutes, r.depth) for r in library.ranked(minutes=60)] == [(60, "read")]
        assert [(r.minutes, r.depth) for r in library.ranked(minutes=15)] == [(10, "skim"), (10, "skim")]
        assert library.ranked(minutes=5) == []
        assert library.ranked(limit=0) == []
        assert [r.minutes for r in library.ranked(depth="implement")] == [360, 360]
        with pytest.raises(UsageError, match="expected a depth, one of skim, read, implement"):
            library.ranked(depth="deep")


def test_the_view_for_people_has_the_same_order(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    rows = [PLAIN | {"priority": n * 3 % 7, "pages": 5 + n, "why": n % 2 == 0} for n in range(8)]
    with fill(tmp_path, rows) as library:
        library._clock = lambda: now.strftime("%Y-%m-%dT%H:%M:%SZ")
        view = library._connection.execute("SELECT id, minutes, score FROM v_next").fetchall()
        assert view == [
            (r.entry.id, r.minutes, pytest.approx(r.score, abs=1e-6)) for r in library.ranked(limit=99, pace=False)
        ]


@pytest.mark.parametrize(
    "at", ["2026-01-01T00:00:00Z", "2026-01-01T11:59:59Z", "2026-01-01T12:00:01Z", "1999-12-31T23:59:59Z"]
)
def test_days_are_counted_as_sqlite_counts_them(library: Library, at: str) -> None:
    (day,) = library._connection.execute("SELECT CAST(julianday(?) AS INTEGER)", (at,)).fetchone()
    assert julian_day(at) == day


def test_pages_that_arrive_later_count(library: Library, adam: PaperRecord) -> None:
    library.add([NewEntry(id=adam.id)], records=[adam])
    assert library.ranked()[0].minutes == 60
    library.save_records([replace(adam, version=10, comment="9 pages")])
    assert library.ranked()[0].minutes == 36
