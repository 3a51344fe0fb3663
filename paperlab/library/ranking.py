"""What to read next: value per minute, each term of it shown.

Value is a sum of terms, each a weight (a setting, `queue.weight.*`) times a fact of the entry; cost is minutes from
now on, at my own pace. The score is their quotient. SQL scans one index for the best few; the terms that are shown
are computed in Python from the same numbers, and the score is their sum.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import NamedTuple

from paperlab.errors import UsageError
from paperlab.library.listing import by_id
from paperlab.records.queue import Entry, Ranked
from paperlab.settings import SETTINGS

MENTIONS_MOST = 5
"""Papers of mine that cite one or made me want it, beyond which more of them add nothing."""
MONTH_DAYS = 30.0
AGE_MOST_DAYS = 360
"""Nothing rots, and nothing old rules for ever."""

LEAST_MINUTES = 10
"""What a paper costs that took longer than it should, at a pace of 1."""

_PREFIX = "queue.weight."
WEIGHTS: Mapping[str, float] = {
    name.removeprefix(_PREFIX): float(setting.default) for name, setting in SETTINGS.items() if name.startswith(_PREFIX)
}
"""Name of a term -> its weight as it comes."""


class Depth(NamedTuple):
    """How many minutes a depth costs: `per_page` for each page, within `least` and `most`."""

    per_page: int
    least: int
    most: int

    def minutes(self, pages: int | None) -> int:
        """Give the minutes that a paper of so many pages costs, at a pace of 1."""
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

OPEN = "state IN ('reading', 'queued', 'skimmed', 'snoozed') AND (state <> 'snoozed' OR until <= :now)"
"""What `next` chooses among."""
_WHOLE = "CAST(({pages}) * :pace + 0.5 AS INTEGER)"
_COST = "CASE WHEN minutes IS NULL THEN {whole} WHEN {whole} - minutes < :least THEN :least ELSE {whole} - minutes END"
VALUE = (
    ":list + :priority * priority "
    "+ CASE state WHEN 'reading' THEN :reading WHEN 'skimmed' THEN :skimmed ELSE 0 END "
    f"+ :why * (why IS NOT NULL) + :mention * CASE WHEN mentions > {MENTIONS_MOST} THEN {MENTIONS_MOST} ELSE mentions END "
    f"+ :age * CASE WHEN added_day > :today THEN 0 WHEN added_day < :today - {AGE_MOST_DAYS} THEN {AGE_MOST_DAYS} "
    f"ELSE :today - added_day END / {MONTH_DAYS} "
    "+ CASE WHEN relevance > 0 THEN :relevance ELSE :against END * relevance "
    "+ :implementable * implementable - :withdrawn * withdrawn"
)
NUMBERS = "e.mentions, e.pages, e.added_day, e.relevance, e.implementable, e.withdrawn, e.until"
_CANDIDATES = (
    f"FROM entries INDEXED BY idx_entries_next WHERE {OPEN} "
    "AND paper NOT IN (SELECT id FROM papers WHERE title IS NULL) {fits}"
)


class Numbers(NamedTuple):
    """The facts of an entry that its score is made of, beside those of `Entry`."""

    mentions: int
    pages: int | None
    added_day: int
    relevance: float
    implementable: int
    withdrawn: int
    until: str | None


class Asked(NamedTuple):
    """What a ranking depends on beside the entries."""

    now: str
    """ISO 8601 UTC."""
    depth: str
    pace: float
    """My minutes over the usual ones, at this depth."""
    weights: Mapping[str, float]
    minutes: int | None = None
    """How many there are; None for any number."""

    def values(self) -> dict[str, object]:
        """Give the parameters of the SQL."""
        own = {"now": self.now, "today": julian_day(self.now), "pace": self.pace, "most": self.minutes}
        return {**self.weights, **own, "least": self.scaled(LEAST_MINUTES)}

    def scaled(self, minutes: int) -> int:
        """Give minutes at my pace, at least 1, rounded as the SQL does."""
        return max(int(minutes * self.pace + 0.5), 1)

    def cost_sql(self) -> str:
        """Give the cost from now on as SQL."""
        return _COST.format(whole=_WHOLE.format(pages=DEPTHS[self.depth].sql()))

    def candidates(self) -> str:
        """Give the part of the SQL that says what is chosen among."""
        return _CANDIDATES.format(fits="" if self.minutes is None else f"AND ({self.cost_sql()}) <= :most")


def checked_depth(depth: str | None) -> str | None:
    """Give a depth back.

    Raises:
        UsageError: no such depth.
    """
    if depth is not None and depth not in DEPTHS:
        raise UsageError(f"expected a depth, one of {', '.join(DEPTHS)}; got {depth!r}")
    return depth


def facts(connection: sqlite3.Connection, paper: str) -> Numbers | None:
    """Give the numbers of an entry; None where there is none."""
    row = connection.execute(f"SELECT {NUMBERS} FROM entries e WHERE e.paper = ?", (paper,)).fetchone()
    return Numbers(*row) if row else None


def judged(
    connection: sqlite3.Connection, paper: str, numbers: Numbers, asked: Asked, *, explore: bool = False
) -> Ranked:
    """Compute the terms of one entry, from the same columns as SQL does."""
    entry = by_id(connection, paper)
    if entry is None:  # pragma: no cover - entries has a foreign key to papers
        raise sqlite3.DatabaseError(f"malformed: entry {paper} without its paper")
    minutes = cost(entry, numbers, asked)
    terms = tuple((name, value / minutes) for name, value in points(entry, numbers, asked) if value)
    return Ranked(
        entry=entry, score=sum(value for _, value in terms), terms=terms, minutes=minutes, depth=asked.depth,
        explore=explore,
    )  # fmt: skip


def score(entry: Entry, numbers: Numbers, asked: Asked) -> float:
    """Give what a paper is worth a minute: the sum of the terms that `judged` gives."""
    minutes = cost(entry, numbers, asked)
    return sum(value / minutes for _, value in points(entry, numbers, asked))


def cost(entry: Entry, numbers: Numbers, asked: Asked) -> int:
    """Give the minutes that a paper costs from now on."""
    whole = int(DEPTHS[asked.depth].minutes(numbers.pages) * asked.pace + 0.5)
    return whole if entry.minutes is None else max(whole - entry.minutes, asked.scaled(LEAST_MINUTES))


def points(entry: Entry, numbers: Numbers, asked: Asked) -> tuple[tuple[str, float], ...]:
    """Give the terms of the value, each with what it is made of in its name."""
    w = asked.weights
    days = max(julian_day(asked.now) - numbers.added_day, 0)
    relevance = numbers.relevance
    return (
        ("on the list", w["list"]),
        (f"priority {entry.priority}", w["priority"] * entry.priority),
        (entry.state, w.get(entry.state, 0.0) if entry.state in ("reading", "skimmed") else 0.0),
        ("you wrote why", w["why"] * (entry.why is not None)),
        (
            f"cited or mentioned by {numbers.mentions} of your papers",
            w["mention"] * min(numbers.mentions, MENTIONS_MOST),
        ),
        (f"waiting {days} days", w["age"] * min(days, AGE_MOST_DAYS) / MONTH_DAYS),
        (f"relevance {relevance:+.2f}", (w["relevance"] if relevance > 0 else w["against"]) * relevance),
        (f"implementable {numbers.implementable} of 3", w["implementable"] * numbers.implementable),
        ("withdrawn", -w["withdrawn"] * numbers.withdrawn),
    )


def julian_day(at: str) -> int:
    """Give the Julian day number of an ISO time, as SQLite's julianday cut to an integer does.

    >>> julian_day("2000-01-01T12:00:00Z")
    2451545
    """
    from datetime import datetime

    return int(datetime.fromisoformat(at).timestamp() / 86400 + _JULIAN_UNIX_EPOCH)
