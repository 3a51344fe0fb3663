"""What to read next: value per minute, each term of it shown.

Value is a sum of plain terms, cost is minutes from now on; the score is their quotient. SQL scans one index for
the best few; the terms that are shown are computed here from the same numbers, and the score is their sum.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from paperlab.errors import UsageError
from paperlab.library.listing import by_id
from paperlab.records.queue import Ranked

ON_THE_LIST = 1.0
"""What any paper on the list is worth, so that a short one beats a long one."""
PRIORITY = 1.0
"""Per point of the priority that I gave (0-9)."""
READING = 6.0
SKIMMED = 2.0
"""Finish what is begun."""
WHY = 1.0
"""I wrote down why I want it."""
MENTION = 1.0
MENTIONS_MOST = 5
"""Per paper of mine that this one made me want."""
MONTH_DAYS = 30.0
AGE_MOST_DAYS = 360
"""One point a month of waiting, for a year: nothing rots, and nothing old rules for ever."""

LEAST_MINUTES = 10


@dataclass(frozen=True, slots=True)
class Depth:
    """How many minutes a depth costs: `per_page` for each page, within `least` and `most`."""

    per_page: int
    least: int
    most: int


DEPTHS: Mapping[str, Depth] = {
    "skim": Depth(0, 10, 10),
    "read": Depth(4, 20, 240),
    "implement": Depth(0, 360, 360),
}
USUAL_PAGES = 15
"""Taken where the comment names no number of pages: an hour's reading."""

_JULIAN_UNIX_EPOCH = 2440587.5

_COST = (
    f"max({LEAST_MINUTES}, min(max(:per_page * coalesce(pages, {USUAL_PAGES}), :least), :most) - coalesce(minutes, 0))"
)
_VALUE = (
    f"{ON_THE_LIST} + {PRIORITY} * priority + {READING} * (state = 'reading') + {SKIMMED} * (state = 'skimmed') "
    f"+ {WHY} * (why IS NOT NULL) + {MENTION} * min(mentions, {MENTIONS_MOST}) "
    f"+ min(max(:today - added_day, 0), {AGE_MOST_DAYS}) / {MONTH_DAYS}"
)
_BEST = f"""
SELECT paper, priority, state, why IS NOT NULL, mentions, max(:today - added_day, 0), cost FROM (
    SELECT *, {_COST} AS cost FROM entries INDEXED BY idx_entries_next
    WHERE state IN ('reading', 'queued', 'skimmed') OR (state = 'snoozed' AND until <= :now)
)
WHERE cost <= :most_minutes AND paper NOT IN (SELECT id FROM papers WHERE title IS NULL)
ORDER BY ({_VALUE}) / cost DESC, added_day, paper LIMIT :limit
"""


def ranked(
    connection: sqlite3.Connection, *, minutes: int | None, limit: int, now: str, depth: str | None
) -> list[Ranked]:
    """Give the best papers to read next; where nothing fits into `minutes`, the best ones to skim.

    Raises:
        UsageError: no such depth.
    """
    if depth is not None and depth not in DEPTHS:
        raise UsageError(f"expected a depth, one of {', '.join(DEPTHS)}; got {depth!r}")
    for name in (depth,) if depth else ("read", "skim"):
        found = _ranked(connection, minutes=minutes, limit=limit, now=now, depth=name)
        if found or minutes is None:
            return found
    return []


def _ranked(connection: sqlite3.Connection, *, minutes: int | None, limit: int, now: str, depth: str) -> list[Ranked]:
    spec = DEPTHS[depth]
    values = {
        "per_page": spec.per_page, "least": spec.least, "most": spec.most, "today": julian_day(now), "now": now,
        "most_minutes": 10**9 if minutes is None else minutes, "limit": max(limit, 0),
    }  # fmt: skip
    rows = connection.execute(_BEST, values).fetchall()
    return [_shown(connection, row, depth) for row in rows]


def _shown(connection: sqlite3.Connection, row: tuple[str, int, str, int, int, int, int], depth: str) -> Ranked:
    paper, priority, state, why, mentions, days, cost = row
    entry = by_id(connection, paper)
    if entry is None:  # pragma: no cover - entries has a foreign key to papers
        raise sqlite3.DatabaseError(f"malformed: entry {paper} without its paper")
    parts = (
        ("on the list", ON_THE_LIST),
        (f"priority {priority}", PRIORITY * priority),
        (state, {"reading": READING, "skimmed": SKIMMED}.get(state, 0.0)),
        ("you wrote why", WHY * why),
        (f"led you to {mentions} of your papers", MENTION * min(mentions, MENTIONS_MOST)),
        (f"waiting {days} days", min(days, AGE_MOST_DAYS) / MONTH_DAYS),
    )
    terms = tuple((name, value / cost) for name, value in parts if value)
    return Ranked(entry=entry, score=sum(value for _, value in terms), terms=terms, minutes=cost, depth=depth)


def julian_day(at: str) -> int:
    """Give the Julian day number of an ISO time, as SQLite's julianday cut to an integer does.

    >>> julian_day("2000-01-01T12:00:00Z")
    2451545
    """
    from datetime import datetime

    return int(datetime.fromisoformat(at).timestamp() / 86400 + _JULIAN_UNIX_EPOCH)
