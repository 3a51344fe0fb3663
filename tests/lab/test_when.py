"""When a snoozed paper comes back."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.errors import UsageError
from paperlab.lab.when import moment
from paperlab.records.times import beginning

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
"""A Thursday."""
EAST = timezone(timedelta(hours=5, minutes=30))


@pytest.fixture
def santiago(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "America/Santiago")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("text", "then"),
    [
        ("3h", "2026-11-26T12:30:00Z"), ("2d", "2026-11-28T00:00:00Z"), ("2 weeks", "2026-12-10T00:00:00Z"),
        ("1m", "2026-12-26T00:00:00Z"), ("3 months", "2027-02-26T00:00:00Z"), ("1y", "2027-11-26T00:00:00Z"),
        ("tomorrow", "2026-11-27T00:00:00Z"), ("fri", "2026-11-27T00:00:00Z"), ("Thursday", "2026-12-03T00:00:00Z"),
        ("mon", "2026-11-30T00:00:00Z"), ("2027-01-15", "2027-01-15T00:00:00Z"), ("2027-02", "2027-02-01T00:00:00Z"),
        ("2027-01-15T08:00", "2027-01-15T08:00:00Z"), ("2027-01-15t08:00:00z", "2027-01-15T08:00:00Z"),
        ("2027-01-15T08:00+02:00", "2027-01-15T06:00:00Z"), ("someday", None), ("99999y", "9998-11-26T00:00:00Z"),
    ],
)  # fmt: skip
def test_what_people_write(text: str, then: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert moment(text, NOW) == then


def test_the_last_of_a_shorter_month_and_days_where_the_person_is() -> None:
    assert moment("1m", datetime(2027, 1, 31, tzinfo=UTC)) == "2027-02-28T00:00:00Z"
    assert moment("2d", NOW.astimezone(EAST)) == "2026-11-27T18:30:00Z"


@pytest.mark.parametrize(
    "text",
    [
        "0001-01-01",
        "0500-01-01",
        "9999-12-31T23:59-10:00",
        "",
        "soon",
        "30min",
        "2x",
        "-2d",
        "2027-13-01",
        "2027",
        "mond",
        "1706.03762",
    ],
)
def test_other_words_are_refused(text: str) -> None:
    with pytest.raises(UsageError, match="expected when it comes back"):
        moment(text, NOW)


@pytest.mark.parametrize("text", ["2026-09-06", "sun", "2d"])
def test_a_midnight_that_the_clock_leaps_over_is_the_first_second_after(text: str, santiago: None) -> None:
    """In Chile summer begins at midnight: 2026-09-06 has no 00:00."""
    assert moment(text, datetime(2026, 9, 4, 12, tzinfo=UTC).astimezone()) == "2026-09-06T04:00:00Z"
    assert beginning("2026-09-06", "2026-09-08T12:00:00Z", name="--since", local=True) == "2026-09-06T04:00:00Z"


@given(st.text(max_size=12))
def test_any_text_is_a_time_or_a_usage_error(text: str) -> None:
    try:
        found = moment(text, NOW)
    except UsageError:
        return
    assert found is None or datetime.fromisoformat(found)


@given(st.integers(1, 400), st.sampled_from("dwmy"))
def test_it_comes_back_later_and_never_sooner_for_more(count: int, unit: str) -> None:
    first, second = moment(f"{count}{unit}", NOW), moment(f"{count + 1}{unit}", NOW)
    assert NOW.isoformat() < (first or "") < (second or "")
