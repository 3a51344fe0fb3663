"""When a snoozed paper comes back: `2w`, `mon`, `2027-01-15`, `someday`."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta

from paperlab.errors import UsageError

_SPAN = re.compile(r"(\d{1,5}) ?(h|d|w|m|y)(?:(?<=h)ours?|(?<=d)ays?|(?<=w)eeks?|(?<=m)onths?|(?<=y)ears?)?")
_DAYS = {"d": 1, "w": 7}
_MONTHS = {"m": 1, "y": 12}
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY = re.compile(r"(mon|tues?|wed(nes)?|thu(rs)?|fri|sat(ur)?|sun)(day)?")
_NEVER = ("someday", "later", "never")
_FIRST_YEAR, _LAST_YEAR = 1970, 9998
_LAST_DAY = date(_LAST_YEAR, 12, 31).toordinal()


def moment(text: str, now: datetime) -> str | None:
    """Give the time that a person means, from now on, as ISO 8601 UTC; None for someday.

    Args:
        text: `3h`, `2d`, `2w`, `1m`, `1y`; `tomorrow`; a weekday, which is the next one after today; a date or time
            in ISO 8601; `someday`. Days begin at midnight where the person is.
        now: with the person's time zone.

    Raises:
        UsageError: none of these.

    >>> moment("mon", datetime(2026, 11, 26, 9, tzinfo=UTC)), moment("2w", datetime(2026, 11, 26, 9, tzinfo=UTC))
    ('2026-11-30T00:00:00Z', '2026-12-10T00:00:00Z')
    """
    word = " ".join(text.split()).lower()
    if word in _NEVER:
        return None
    try:
        found = _relative(word, now) or _absolute(word, now)
        then = found and found.astimezone(UTC)
    except (OverflowError, ValueError, OSError):  # the first and the last day there are, in another zone
        then = None
    if then is None or then.year < _FIRST_YEAR:
        raise UsageError(
            f"expected when it comes back: 3h, 2d, 2w, 1m, 1y, tomorrow, mon, a date like 2027-01-15, or someday; "
            f"got {text[:40]!r}"
        )
    return then.strftime("%Y-%m-%dT%H:%M:%SZ")


def _relative(word: str, now: datetime) -> datetime | None:
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if word in ("tomorrow", "tom"):
        return _shifted(day, 1)
    if _WEEKDAY.fullmatch(word):
        ahead = (_WEEKDAYS.index(word[:3]) - day.weekday() - 1) % 7 + 1
        return _shifted(day, ahead)
    span = _SPAN.fullmatch(word)
    if not span:
        return None
    count, unit = int(span[1]), span[2]
    if unit == "h":
        return now + timedelta(hours=count)
    return _shifted(day, count * _DAYS[unit]) if unit in _DAYS else _months(day, count * _MONTHS[unit])


def _shifted(day: datetime, days: int) -> datetime:
    """Give the midnight so many days later: days are not all 24 hours long."""
    then = min(day.toordinal() + days, _LAST_DAY)
    return _local(datetime.fromordinal(then), day)


def _months(day: datetime, months: int) -> datetime:
    """Give the same day of a later month, or its last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    year = min(year, _LAST_YEAR)
    return _local(datetime(year, month + 1, min(day.day, monthrange(year, month + 1)[1])), day)  # noqa: DTZ001  _local says where


def _absolute(word: str, now: datetime) -> datetime | None:
    try:
        found = datetime.fromisoformat(word.upper() + "-01" * (re.fullmatch(r"\d{4}-\d\d", word) is not None))
    except ValueError:
        return None
    return found if found.tzinfo else _local(found, now)


def _local(moment: datetime, like: datetime) -> datetime:
    """Read a time of no zone where the person is; the system knows what its own zone does on that day."""
    if like.tzinfo is None or like.tzinfo == like.astimezone().tzinfo:
        # Of a midnight that the clock leaps over, astimezone() gives the hour before; its second is the first one after.
        return datetime.fromtimestamp(moment.timestamp(), UTC)
    return moment.replace(tzinfo=like.tzinfo)
