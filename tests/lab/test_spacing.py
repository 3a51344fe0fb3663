"""When a main idea is asked for again: FSRS is its own oracle; the ladder of days is written out by hand."""

import json
import sys
from datetime import UTC, datetime, timedelta

import fsrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.lab.spacing import spaced

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
