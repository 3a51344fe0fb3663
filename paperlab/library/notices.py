"""Notices: a newer version, or a withdrawal, of a paper that I queued, read or implemented.

Raised where the fact is kept, seen when the person says so. What changed is read from the versions, not kept twice.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from paperlab.library.journal import Journal
    from paperlab.records.notices import Notice

_CARED_FOR = "SELECT 1 FROM entries WHERE paper = ? AND state NOT IN ('inbox', 'dropped')"


def raised(journal: Journal, paper: str, old: int, new: int, kind: str) -> None:
    """Raise a notice for a paper that somebody cares for; it takes the place of one that is still unseen."""
    if journal.connection.execute(_CARED_FOR, (paper,)).fetchone() is None:
        return
    sql = "SELECT min(old) FROM notices WHERE paper = ? AND seen_at IS NULL"
    (first,) = journal.connection.execute(sql, (paper,)).fetchone()
    journal.connection.execute("DELETE FROM notices WHERE paper = ? AND seen_at IS NULL", (paper,))
    journal.connection.execute(
        "INSERT INTO notices (paper, version, kind, old, at) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (paper, version) DO UPDATE SET kind = excluded.kind, at = excluded.at, seen_at = NULL",
        (paper, new, kind, old if first is None else first, journal.at),
    )


_SELECT = """
SELECT n.paper, coalesce(p.title, ''), n.kind, n.old, n.version, n.at, n.seen_at,
    a.title, a.abstract, a.comment, b.title, b.abstract, b.comment
FROM notices n JOIN papers p ON p.id = n.paper JOIN entries e ON e.paper = n.paper
    LEFT JOIN versions a ON a.paper = n.paper AND a.version = n.old
    LEFT JOIN versions b ON b.paper = n.paper AND b.version = n.version
"""


def notices(
    connection: sqlite3.Connection, *, paper: str | None = None, seen: bool = False, since: str | None = None,
    unasked: bool = False,
) -> tuple[Notice, ...]:  # fmt: skip
    """Give notices of papers on the list, the newest first.

    Args:
        connection: to the list.
        paper: of this paper alone.
        seen: those that were seen, too.
        since: only those raised from this time on, ISO 8601 UTC.
        unasked: only those since which arXiv was not asked for their paper.
    """
    from paperlab.records.notices import Described, Notice

    asked = {"n.paper = ?": paper, "n.at >= ?": since}
    where = [*(condition for condition, value in asked.items() if value), *([] if seen else ["n.seen_at IS NULL"])]
    where += ["coalesce(p.checked_at, '') < n.at"] if unasked else []
    clause = f"WHERE {' AND '.join(where)}" if where else ""
    values = [value for value in asked.values() if value]
    rows = connection.execute(f"{_SELECT} {clause} ORDER BY n.at DESC, n.paper, n.version DESC", values)
    return tuple(
        Notice(
            paper=row[0], title=row[1], kind=row[2], old=row[3], new=row[4], at=row[5], seen_at=row[6],
            before=Described(title=row[7], abstract=row[8], comment=row[9]),
            after=Described(title=row[10], abstract=row[11], comment=row[12]),
        )
        for row in rows
    )  # fmt: skip


def newest(connection: sqlite3.Connection, papers: Sequence[str]) -> dict[str, int]:
    """Give the newest version of each paper of which one is known."""
    sql = "SELECT version FROM papers WHERE id = ?"
    found = {paper: connection.execute(sql, (paper,)).fetchone() for paper in papers}
    return {paper: row[0] for paper, row in found.items() if row and row[0] is not None}


def marked_seen(journal: Journal, papers: Sequence[str] | None) -> tuple[str, ...]:
    """Mark the unseen notices of some papers, or of all, as seen; gives the papers that had one."""
    sql = "SELECT paper, version FROM notices WHERE seen_at IS NULL ORDER BY paper, version"
    rows = [row for row in journal.connection.execute(sql) if papers is None or row[0] in papers]
    for paper, version in rows:
        journal.put("notices", {"paper": paper, "version": version, "seen_at": journal.at})
        journal.event(paper, "notice", None, "seen")
    return tuple(dict.fromkeys(row[0] for row in rows))


def due(connection: sqlite3.Connection, *, before: str, now: str, limit: int) -> tuple[str, ...]:
    """Give papers that I care for and of which arXiv was last asked before a time, the longest ago first.

    Works that arXiv does not have (`doi:`, `url:`, `bib:`) are never due.
    One that was asked in the future, by a clock that was set back since, is due too; and one that may have been
    revised on a missed day.
    """
    sql = (
        f"SELECT id FROM ({_ASKED}) WHERE asked < :before OR asked > :now OR {_MISSED} ORDER BY asked, id LIMIT :limit"
    )
    rows = connection.execute(sql, {"before": before, "now": now, "limit": limit})
    return tuple(row[0] for row in rows)


def unwatched(connection: sqlite3.Connection) -> int:
    """Count the papers that I care for and of which arXiv was not asked since the last day that a feed missed."""
    (count,) = connection.execute(f"SELECT count(*) FROM ({_ASKED}) WHERE {_MISSED}").fetchone()
    return int(count)


_ASKED = """
SELECT p.id, coalesce(p.checked_at, (SELECT max(seen_at) FROM versions WHERE paper = p.id), e.added_at) AS asked
FROM entries e JOIN papers p ON p.id = e.paper
WHERE e.state NOT IN ('inbox', 'dropped') AND p.title IS NOT NULL AND instr(p.id, ':') = 0
"""
_MISSED = "asked < (SELECT max(ends) FROM gaps WHERE kind = 'gap' AND way = 'query')"
"""A query by date of submission fills a gap with what was new then, and cannot tell what was revised; OAI does."""


def checked(journal: Journal, papers: Sequence[str]) -> None:
    """Remember that arXiv was asked for papers now."""
    journal.connection.executemany(
        "UPDATE papers SET checked_at = ? WHERE id = ?", [(journal.at, paper) for paper in papers]
    )
