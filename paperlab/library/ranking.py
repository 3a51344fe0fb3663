"""What to read next: value per minute, each term of it shown.

Value is a sum of plain terms, cost is minutes from now on; the score is their quotient. SQL scans one index for
the best few; the terms that are shown are computed in Python from the same numbers, and the score is their sum.
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
PRIORITY = 3.0
"""Per point of the priority that I gave (0-9): a long paper of priority 9 still comes before a short one of none."""
READING = 6.0
SKIMMED = 2.0
"""Finish what is begun."""
WHY = 1.0
"""I wrote down why I want it."""
MENTION = 1.0
MENTIONS_MOST = 5
"""Per paper of mine that cites this one or made me want it."""
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

    def minutes(self, pages: int | None) -> int:
        """Give the minutes that a paper of so many pages costs."""
        return min(max(self.per_page * (USUAL_PAGES if pages is None else pages), self.least), self.most)

    def sql(self) -> str:
        """Give the same as SQL over the column `pages`; CASE takes half the time of min and max."""
        if not self.per_page:
            return str(self.minutes(None))
        return (
            f"CASE WHEN pages IS NULL THEN {self.minutes(None)} "
            f"WHEN pages * {self.per_page} < {self.least} THEN {self.least} "
            f"WHEN pages * {self.per_page} > {self.most} THEN {self.most} ELSE pages * {self.per_page} END"
        )


USUAL_PAGES = 15
"""Taken where the comment names no number of pages: an hour's reading."""

DEPTHS: Mapping[str, Depth] = {
    "skim": Depth(0, 10, 10),
    "read": Depth(4, 20, 240),
    "implement": Depth(0, 360, 360),
}

_JULIAN_UNIX_EPOCH = 2440587.5

_COST = (
    f"CASE WHEN minutes IS NULL THEN {{whole}} WHEN {{whole}} - minutes < {LEAST_MINUTES} THEN {LEAST_MINUTES} "
    "ELSE {whole} - minutes END"
)
_VALUE = (
    f"{ON_THE_LIST} + {PRIORITY} * priority "
    f"+ CASE state WHEN 'reading' THEN {READING} WHEN 'skimmed' THEN {SKIMMED} ELSE 0 END "
    f"+ {WHY} * (why IS NOT NULL) + {MENTION} * CASE WHEN mentions > {MENTIONS_MOST} THEN {MENTIONS_MOST} ELSE mentions END "
    f"+ CASE WHEN added_day > :today THEN 0 WHEN added_day < :today - {AGE_MOST_DAYS} THEN {AGE_MOST_DAYS} "
    f"ELSE :today - added_day END / {MONTH_DAYS}"
)
_BEST = f"""
SELECT e.paper, e.mentions, e.pages, e.added_day FROM (
    SELECT paper, added_day, ({_VALUE}) / ({_COST}) AS score FROM entries INDEXED BY idx_entries_next
    WHERE state IN ('reading', 'queued', 'skimmed', 'snoozed') AND (state <> 'snoozed' OR until <= :now)
    AND paper NOT IN (SELECT id FROM papers WHERE title IS NULL) {{fits}}
    ORDER BY score DESC, added_day, paper LIMIT :limit
) k CROSS JOIN entries e ON e.paper = k.paper ORDER BY k.score DESC, k.added_day, k.paper
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
    whole = DEPTHS[depth].sql()
    cost = _COST.format(whole=whole)
    sql = _BEST.format(whole=whole, fits="" if minutes is None else f"AND ({cost}) <= :most_minutes")
    today = julian_day(now)
    values = {"today": today, "now": now, "most_minutes": minutes, "limit": max(limit, 0)}
    rows = connection.execute(sql, values).fetchall()
    return [_shown(connection, row, today=today, depth=depth) for row in rows]


def _shown(connection: sqlite3.Connection, row: tuple[str, int, int | None, int], *, today: int, depth: str) -> Ranked:
    """Compute the terms of one of the best, from the same columns as SQL did."""
    paper, mentions, pages, added_day = row
    entry = by_id(connection, paper)
    if entry is None:  # pragma: no cover - entries has a foreign key to papers
        raise sqlite3.DatabaseError(f"malformed: entry {paper} without its paper")
    cost = DEPTHS[depth].minutes(pages)
    cost = cost if entry.minutes is None else max(cost - entry.minutes, LEAST_MINUTES)
    days = max(today - added_day, 0)
    parts = (
        ("on the list", ON_THE_LIST),
        (f"priority {entry.priority}", PRIORITY * entry.priority),
        (entry.state, {"reading": READING, "skimmed": SKIMMED}.get(entry.state, 0.0)),
        ("you wrote why", WHY * (entry.why is not None)),
        (f"cited or mentioned by {mentions} of your papers", MENTION * min(mentions, MENTIONS_MOST)),
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
