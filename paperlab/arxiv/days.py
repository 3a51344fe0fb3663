"""When arXiv announces, and which submissions an announcement holds. Pure: days in, days out.

Source: info.arxiv.org/help/availability: announcements go out Sunday to Thursday at 20:00 US Eastern time, and hold
what was submitted until 14:00 of the last working day. A feed is built at midnight after it, so that its own days are
Monday to Friday.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

HOLIDAYS = frozenset(
    "2026-01-01 2026-01-19 2026-06-19 2026-07-03 2026-09-07 2026-11-26 2026-12-25 2026-12-29 2026-12-31".split()
)
"""As arXiv tells them a year ahead; of other years, those that are always the same."""
EVERY_YEAR = ((1, 1), (12, 25))

_BEHIND = timedelta(hours=4)
"""Of US Eastern time behind UTC in summer; in winter it is five, and midnight is an hour later in UTC: the day is the same."""
_DEADLINE = time(18, tzinfo=UTC)
"""14:00 US Eastern in summer; in winter it is 19:00, and an hour more is asked for."""
_BUILT = time(6, tzinfo=UTC)
OVERLAP = timedelta(days=3)
"""Asked for before a gap too: papers that were held back, or that the search learnt of late."""


def eastern_day(moment: str) -> date:
    """Give the day in US Eastern time of a moment in ISO 8601.

    >>> eastern_day("2026-05-09T03:59:00Z").isoformat()
    '2026-05-08'
    """
    return (datetime.fromisoformat(moment).astimezone(UTC) - _BEHIND).date()


def quiet(day: date, skip_days: tuple[str, ...] = ()) -> str:
    """Say why a feed of a day lists nothing: `weekend`, `holiday`, or `not yet` where arXiv announces that day.

    Args:
        day: the feed's.
        skip_days: days of the week that the feed names itself.
    """
    if weekend(day):
        return "weekend"
    return "holiday" if holiday(day) or DAYS[day.weekday()] in skip_days else "not yet"


DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def weekend(day: date) -> bool:
    """Tell Saturday and Sunday from the other days."""
    return day.weekday() >= 5


def holiday(day: date) -> bool:
    """Tell whether arXiv has said that it announces nothing that day."""
    return day.isoformat() in HOLIDAYS or (day.month, day.day) in EVERY_YEAR


def missed(after: date, before: date) -> tuple[date, ...]:
    """Give the days with a feed strictly between two days; of holidays one cannot be sure, so they count.

    >>> [day.isoformat() for day in missed(date(2026, 5, 7), date(2026, 5, 12))]
    ['2026-05-08', '2026-05-11']
    """
    between = (after + timedelta(days=n) for n in range(1, (before - after).days))
    return tuple(day for day in between if not weekend(day))


def covered_by(day: date) -> date:
    """Give the last day whose announcement is over when a feed of `day` lists nothing."""
    return day if weekend(day) or holiday(day) else day - timedelta(days=1)


def submitted(first: date, last: date, *, since: date | None) -> tuple[str, str]:
    """Give the times of submission that the feeds of some days hold, with an overlap before: ISO 8601 UTC, from and to.

    Args:
        first: the first feed's day.
        last: the last one's.
        since: the first day that was ever read; what came before it is nobody's business. None: no such day.
    """
    start = _cutoff(first, back=2) - OVERLAP
    if since is not None:
        start = max(start, _cutoff(since, back=1))
    return _iso(start), _iso(datetime.combine(last, _BUILT))


def _cutoff(day: date, *, back: int) -> datetime:
    """Give the deadline so many working days before a feed's day, or before the last one that had a feed."""
    while not _works(day):
        day -= timedelta(days=1)
    while back:
        day -= timedelta(days=1)
        back -= _works(day)
    return datetime.combine(day, _DEADLINE)


def _works(day: date) -> bool:
    return not (weekend(day) or holiday(day))


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
