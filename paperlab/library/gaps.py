"""Gaps: days whose announcements were missed. A fact of the feed, kept with each page that fills it."""

from __future__ import annotations

import sqlite3

from paperlab.library.journal import Journal
from paperlab.records.following import Gap

_COLUMNS = (
    "id", "feed", "kind", "first_day", "last_day", "way", "asked", "starts", "ends", "token", "filled",
)  # fmt: skip


def opened(journal: Journal, gap: Gap) -> None:
    """Keep a gap, to be filled now or by a later sync; another sync at the same time may have found it first."""
    names = [*_COLUMNS[1:9], "opened_at"]
    values = [getattr(gap, name) for name in _COLUMNS[1:9]]
    there = "SELECT 1 FROM gaps WHERE feed = ? AND kind = ? AND first_day = ? AND last_day = ? AND asked = ?"
    sql = f"INSERT INTO gaps ({', '.join(names)}) SELECT {', '.join('?' * len(names))} WHERE NOT EXISTS ({there})"
    key = (gap.feed, gap.kind, gap.first_day, gap.last_day, gap.asked)
    journal.connection.execute(sql, (*values, journal.at, *key))


def open_gaps(connection: sqlite3.Connection, feed: str) -> tuple[Gap, ...]:
    """Give the gaps of a feed that are still to fill, oldest first."""
    sql = f"SELECT {', '.join(_COLUMNS)} FROM gaps WHERE feed = ? AND done_at IS NULL ORDER BY id"
    return tuple(Gap(**dict(zip(_COLUMNS, row, strict=True))) for row in connection.execute(sql, (feed,)))


def moved_on(journal: Journal, gap: Gap) -> None:
    """Keep how far a gap is filled."""
    journal.connection.execute(
        "UPDATE gaps SET way = ?, asked = ?, starts = ?, token = ?, token_at = ?, filled = filled + ?, done_at = ? WHERE id = ?",
        (
            gap.way, gap.asked, gap.starts, gap.token, journal.at if gap.token else None, gap.filled,
            journal.at if gap.done else None, gap.id,
        ),
    )  # fmt: skip
