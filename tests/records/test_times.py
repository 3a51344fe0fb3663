"""Times as people write them, against dates worked out by hand, and the clock of another zone."""

import contextlib
import time
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.errors import UsageError
from paperlab.records.times import ago, beginning, days

NOW = "2026-11-26T21:00:00Z"  # a Thursday


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024", "2024-01-01"), ("2024-05", "2024-05-01"), ("2024-05-31", "2024-05-31"), ("3d", "2026-11-23"),
        ("2w", "2026-11-12"), ("6m", "2026-05-30"), ("1y", "2025-11-26"), ("today", "2026-11-26"),
        ("yesterday", "2026-11-25"), ("thu", "2026-11-26"), ("Fri", "2026-11-20"), ("monday", "2026-11-23"),
        (" SUN ", "2026-11-22"),
    ],
)  # fmt: skip
def test_each_form_begins_where_it_says(text: str, expected: str) -> None:
    assert beginning(text, NOW, name="--since") == expected


@pytest.mark.parametrize("text", ["", "soon", "2024-13", "2024-02-30", "0000", "20245", "d", "-3d", "3 d", "٣d", "mo"])
def test_what_is_no_time_is_said_with_what_is(text: str) -> None:
    with pytest.raises(UsageError, match=r"expected --since with 2024, .* or mon; got"):
        beginning(text, NOW, name="--since")


@given(st.text(max_size=12))
def test_no_text_raises_anything_else(text: str) -> None:
    for call in (lambda: beginning(text, NOW, name="x", local=True), lambda: ago(text, NOW, name="x")):
        with contextlib.suppress(UsageError):
            assert datetime.fromisoformat(call())


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.sampled_from("mon tue wed thu fri sat sun".split()))
def test_a_weekday_is_the_last_of_its_name(day: date, name: str) -> None:
    found = date.fromisoformat(beginning(name, f"{day}T12:00:00Z", name="x"))
    assert timedelta(0) <= day - found < timedelta(7)
    assert found.strftime("%a").lower() == name


def test_local_days_begin_at_local_midnight(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        assert beginning("today", "2026-11-26T03:00:00Z", name="x", local=True) == "2026-11-25T05:00:00Z"
        assert beginning("2026-07-01", NOW, name="x", local=True) == "2026-07-01T04:00:00Z"
        assert beginning("today", "2026-11-26T03:00:00Z", name="x") == "2026-11-26"
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_span_is_counted_back_from_now() -> None:
    assert ago("180d", NOW, name="--older") == "2026-05-30T21:00:00Z"
    assert days("9999y", name="--older") == 700_000
    with pytest.raises(UsageError, match="expected --older with a span such as 180d"):
        days("mon", name="--older")
