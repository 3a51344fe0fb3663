"""Times as people write them: a date, so long ago, a weekday. One reader for `find`, `digest`, `log` and `prune`."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from paperlab.errors import UsageError

_DATE = re.compile(r"\d{4}(-\d\d){0,2}", re.ASCII)
_AGO = re.compile(r"(\d{1,4})([dwmy])", re.ASCII)
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LONG = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MOST_DAYS = 700_000
"""Nearly two thousand years, so that the day stays one that Python can hold."""

FORMS = "2024, 2024-05, 2024-05-31, 30d, 2w, 6m, 1y, today, yesterday or mon"


def beginning(text: str, now: str, *, name: str, local: bool = False) -> str:
    """Give where a time begins, to be compared with times in ISO 8601 UTC.

    Args:
        text: 2024, 2024-05, 2024-05-31; 30d, 2w, 6m (of 30 days), 1y ago; today, yesterday; mon to sun, the last day
            of that name, today included.
        now: ISO 8601 UTC.
        name: of the option or filter, for the error.
        local: days begin at local midnight; else at midnight UTC.

    Raises:
        UsageError: none of these.

    >>> beginning("2w", "2026-11-26T21:00:00Z", name="since:"), beginning("mon", "2026-11-26T21:00:00Z", name="since:")
    ('2026-11-12', '2026-11-23')
    """
    at = datetime.fromisoformat(now)
    day = _day(text.strip().lower(), (at.astimezone() if local else at).date())
    if day is None:
        raise UsageError(f"expected {name} with {FORMS}; got {text[:60]!r}")
    if not local or day.year < 1970:
        return day.isoformat()
    midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001  local is meant
    # By the second: of a midnight that the clock leaps over, astimezone() gives the hour before.
    return datetime.fromtimestamp(midnight.timestamp(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _day(text: str, today: date) -> date | None:
    if text in ("today", "yesterday"):
        return today - timedelta(days=text == "yesterday")
    for names in (_WEEKDAYS, _LONG):
        if text in names:
            return today - timedelta(days=(today.weekday() - names.index(text)) % 7)
    if _AGO.fullmatch(text):
        return today - timedelta(days=days(text, name=""))
    try:
        return date.fromisoformat(text + "-01-01"[len(text) - 4 :]) if _DATE.fullmatch(text) else None
    except ValueError:
        return None


def days(text: str, *, name: str) -> int:
    """Give the days of a span such as 180d, 26w, 6m (of 30 days) or 1y.

    Raises:
        UsageError: no span.

    >>> days("26w", name="--older")
    182
    """
    found = _AGO.fullmatch(text.strip().lower())
    if not found:
        raise UsageError(f"expected {name} with a span such as 180d, 26w, 6m or 1y; got {text[:60]!r}")
    return min(int(found[1]) * _DAYS[found[2]], _MOST_DAYS)


def ago(text: str, now: str, *, name: str) -> str:
    """Give the time in ISO 8601 UTC that lies a span before `now`.

    Raises:
        UsageError: no span.
    """
    then = datetime.fromisoformat(now) - timedelta(days=days(text, name=name))
    return then.replace(tzinfo=None).isoformat() + "Z"
