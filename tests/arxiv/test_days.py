"""When arXiv announces, and what an announcement holds."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.arxiv.days import covered_by, eastern_day, holiday, missed, quiet, submitted, weekend

DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize(("built", "said"), [
    ("2026-05-09T04:00:00Z", "weekend"), ("2026-05-10T04:00:19Z", "weekend"), ("2026-05-11T03:59:00Z", "weekend"),
    ("2026-05-11T04:00:00Z", "not yet"), ("2026-12-04T05:00:00Z", "not yet"), ("2026-12-05T05:00:00Z", "weekend"),
    ("2026-12-25T05:00:00Z", "holiday"), ("2031-01-01T05:00:00Z", "holiday"), ("2026-11-26T05:00:00+00:00", "holiday"),
])  # fmt: skip
def test_an_empty_feed_of_a_weekday_is_told_from_one_of_a_weekend(built: str, said: str) -> None:
    assert quiet(eastern_day(built)) == said


def test_a_day_that_the_feed_itself_skips_is_a_holiday() -> None:
    assert quiet(date(2026, 5, 13), ("Sunday", "Saturday")) == "not yet"
    assert quiet(date(2026, 5, 13), ("Wednesday",)) == "holiday"


@given(DAYS, st.integers(-5, 40))
def test_missed_days_are_the_weekdays_strictly_between(after: date, length: int) -> None:
    """Counted by the calendar alone."""
    before = after + timedelta(days=length)
    expected = [d for n in range(max(length, 0) + 1) if after < (d := after + timedelta(days=n)) < before]
    assert list(missed(after, before)) == [d for d in expected if d.isoweekday() <= 5]


def announced_in(moment: datetime) -> date:
    """Give the day of the feed that holds a submission, walking from deadline to deadline: the oracle."""
    deadline = moment.replace(hour=18, minute=0, second=0)
    if moment > deadline:
        deadline += timedelta(days=1)
    while weekend(deadline.date()) or holiday(deadline.date()):
        deadline += timedelta(days=1)
    # Of Friday's deadline the announcement goes out on Sunday evening, and its feed is Monday's.
    day = deadline.date() + timedelta(days=1)
    while weekend(day) or holiday(day):
        day += timedelta(days=1)
    return day


@given(st.integers(0, 350 * 24 * 3600).map(lambda s: datetime(2026, 1, 2, tzinfo=UTC) + timedelta(seconds=s)))
def test_each_submission_lies_in_the_window_of_its_announcement(moment: datetime) -> None:
    day = announced_in(moment)
    starts, ends = submitted(day, day, since=None)
    assert starts <= moment.strftime("%Y-%m-%dT%H:%M:%SZ") <= ends


@given(DAYS, st.integers(1, 9))
def test_what_came_before_the_first_reading_is_not_asked_for(since: date, later: int) -> None:
    """The first submission that is asked for was announced after the first reading, whatever the overlap."""
    day = since + timedelta(days=later)
    starts, _ = submitted(day, day, since=since)
    assert starts >= submitted(day, day, since=None)[0]
    assert announced_in(datetime.fromisoformat(starts) + timedelta(seconds=1)) > since


def test_a_feed_of_saturday_covers_it_and_one_of_a_late_weekday_does_not() -> None:
    assert covered_by(date(2026, 5, 9)) == date(2026, 5, 9)
    assert covered_by(date(2026, 5, 12)) == date(2026, 5, 11)
