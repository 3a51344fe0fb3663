"""Dates as bibliographies write them, to ISO 8601 UTC and back."""

from __future__ import annotations

import contextlib
import re
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime

_MONTHS = {name: number for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
MONTHS = tuple(_MONTHS)
"""BibTeX's own macros."""
_OURS = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ", re.ASCII)
"""What needs no reading: a time as we write it, of a day that every month has."""
_DAY = re.compile(r"(\d{4})[-/](0[1-9]|1[0-2])[-/](0[1-9]|1\d|2[0-8])", re.ASCII)
"""The same of a day, as RIS and BibTeX have it: the readers of dates take twenty times as long."""
_DIGITS = re.compile(r"\d{1,4}", re.ASCII)
_MONTH = re.compile(rf"(?<![a-z])({'|'.join(_MONTHS)})(?:[a-z]*)")
_GMT = re.compile(r"(?<=^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)GMT$", re.ASCII)
"""As Papers writes it."""
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)", re.ASCII)
_NUMBER_ALONE = re.compile(r"\s*\d{1,2}[/.-]\s*", re.ASCII)
_PARTS = re.compile(r"(\d{4})(?:[-/](\d{1,2}))?(?:[-/](\d{1,2}))?(?:\D.*)?", re.DOTALL)


def of_parts(year: object, month: object = None, day: object = None) -> str | None:
    """Give the beginning of a year, month or day in ISO 8601 UTC; None where no year is told.

    A month may hold the day too, as BibTeX has it (`20--22 Jun`); one that is none, a season, leaves the year.

    >>> of_parts("2017", "jun"), of_parts(2017, "20--22 Jun"), of_parts("in press")
    ('2017-06-01T00:00:00Z', '2017-06-20T00:00:00Z', None)
    """
    number, within = _month(month)
    told = _number(year), number or 1, _number(day) or within or 1
    for parts in (told, (*told[:2], 1), (told[0], 1, 1)):
        with contextlib.suppress(ValueError):
            return f"{date(*parts).isoformat()}T00:00:00Z"
    return None


def _number(value: object) -> int:
    digits = _DIGITS.search(str(value)) if value is not None else None
    return int(digits[0]) if digits else 0


def _month(value: object) -> tuple[int, int]:
    """Give the number of a month, and the first day of it that stands there too; 0 where there is none."""
    text = str(value or "").lower()
    named = _MONTH.search(text)
    return (_MONTHS[named[1]], _number(text)) if named else (_number(text), 0)


def told(text: str) -> str | None:
    """Read a date as a person writes it too; of numbers whose order nobody knows the year alone.

    >>> told("May 28, 2015"), told("12/2014"), told("Spring 2018"), told("in press")
    ('2015-05-28T00:00:00Z', '2014-12-01T00:00:00Z', '2018-01-01T00:00:00Z', None)
    """
    at, year = _exact(text.strip()), _YEAR.search(text)
    if at or year is None:
        return at
    rest = f"{text[: year.start()]} {text[year.end() :]}"
    if _MONTH.search(rest.lower()):
        return of_parts(year[0], rest)
    return moment(text) or of_parts(year[0], rest if _NUMBER_ALONE.fullmatch(rest) else None)


def moment(text: str) -> str | None:
    """Read a time or date of any usual form as ISO 8601 UTC; None where it is none.

    >>> moment("2017-06-12 17:57:34"), moment("2017/06"), moment("Mon, 12 Jun 2017 17:57:34 GMT")
    ('2017-06-12T17:57:34Z', '2017-06-01T00:00:00Z', '2017-06-12T17:57:34Z')
    """
    text = _GMT.sub("Z", text.strip())
    if at := _exact(text):
        return at
    match = _PARTS.fullmatch(text)
    return of_parts(*match.groups()) if match else None


def _exact(text: str) -> str | None:
    if _OURS.fullmatch(text):
        return text
    if (day := _DAY.fullmatch(text)) and day[1] != "0000":
        return f"{day[1]}-{day[2]}-{day[3]}T00:00:00Z"
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            at = read(text)
            aware = at if at.tzinfo else at.replace(tzinfo=UTC)
            return aware.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")
        except (ValueError, TypeError, OverflowError, IndexError):
            continue
    return None


def ymd(at: str | None) -> tuple[int, ...]:
    """Give year, month and day of a time in ISO 8601; the year alone where no more than it is known to be told.

    >>> ymd("2017-06-12T17:57:34Z"), ymd(None)
    ((2017, 6, 12), ())
    """
    match = re.match(r"(\d{4})-(\d\d)-(\d\d)", at or "")
    return tuple(map(int, match.groups())) if match else ()
