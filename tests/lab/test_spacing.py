"""When a main idea is asked for again: FSRS is its own oracle; the ladder of days is written out by hand."""

import json
import sqlite3
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import fsrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.lab import Lab
from paperlab.lab.review import GRADES
from paperlab.lab.spacing import spaced
from paperlab.records.changes import NewEntry

AT = datetime(2026, 1, 1, 12, tzinfo=UTC)
answers = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 200)), min_size=1, max_size=12)


@given(answers)
def test_cards_that_went_through_json_are_those_of_fsrs(given_: list[tuple[int, int]]) -> None:
    scheduler = fsrs.Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)
    oracle, card, at = fsrs.Card(card_id=1), None, AT
    for grade, days in given_:
        oracle, _ = scheduler.review_card(oracle, fsrs.Rating(grade + 1), at)
        card, due, by = spaced(card, grade, at)
        assert (due, by) == (oracle.due, "fsrs")
        assert due >= at + timedelta(days=1)
        at += timedelta(days=days)


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fsrs", None)


@pytest.mark.parametrize(
    ("grades", "days"),
    [
        ([2, 2, 2, 2, 2], [3, 10, 30, 90, 90]),
        ([3, 3, 3], [10, 90, 90]),
        ([1, 1, 2, 1], [3, 3, 10, 10]),
        ([0, 2, 2, 0, 2], [3, 10, 30, 3, 10]),
    ],
)
def test_without_the_extra_days_are_3_10_30_90(without: None, grades: list[int], days: list[int]) -> None:
    card, found = None, []
    for grade in grades:
        card, due, by = spaced(card, grade, AT)
        found.append((due - AT).days)
        assert by == "steps"
        assert json.loads(card)["due"] == due.isoformat()
    assert found == days


def test_each_takes_up_where_the_other_left_off(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as gone:
        gone.setitem(sys.modules, "fsrs", None)
        card, due, _ = spaced(None, 3, AT)
        card, due, _ = spaced(card, 2, due)
    card, longer, by = spaced(card, 2, due)
    assert by == "fsrs"
    assert (longer - due).days > 30
    monkeypatch.setitem(sys.modules, "fsrs", None)
    _, last, by = spaced(card, 2, longer)
    assert (by, (last - longer).days) == ("steps", 90)


def test_ten_reviews_on_the_list_are_those_of_fsrs_and_outlive_undo_and_a_copy(tmp_path: Path) -> None:
    lab, id = Lab.create(tmp_path / "lab"), "1706.03762"
    with lab.library(write=True) as library:
        library.add([NewEntry(id=id, state="read")])
        library.idea(id, main_idea="attention alone")
    scheduler = fsrs.Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)
    oracle, at, before = fsrs.Card(card_id=1), AT, None
    for grade, days in zip((2, 1, 3, 0, 2, 2, 3, 0, 1, 2), (3, 0, 9, 40, 1, 2, 7, 90, 5, 0), strict=True):
        told = lab.grade(id, GRADES[grade], at=at)
        oracle, _ = scheduler.review_card(oracle, fsrs.Rating(grade + 1), at)
        assert (told.due, told.by) == (oracle.due.strftime("%Y-%m-%dT%H:%M:%SZ"), "fsrs")
        lab.undo()
        assert kept(lab.root / "reading_list.db", id) == before
        lab.redo()
        before = kept(lab.root / "reading_list.db", id)
        assert before == (json.dumps(json.loads(oracle.to_json())), told.due)
        at += timedelta(days=days, minutes=7)
    copy = lab.backup(tmp_path / "copy.db")
    assert kept(copy, id) == before
    (lab.root / "reading_list.db").write_bytes(copy.read_bytes())
    assert lab.next_due() == told.due


def kept(path: Path, id: str) -> tuple[str, str] | None:
    """Give card and due time as the file has them."""
    with closing(sqlite3.connect(path)) as connection:
        row = connection.execute("SELECT card, due FROM reviews WHERE paper = ?", (id,)).fetchone()
    return row and (json.dumps(json.loads(row[0])), row[1])
