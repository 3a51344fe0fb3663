"""Rows of the list as entries; which entry somebody means."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from paperlab.errors import NothingFound, UsageError
from paperlab.records.queue import STATES, Entry, Line

if TYPE_CHECKING:
    from paperlab.records.changes import Event, Pending
    from paperlab.records.paper import PaperRecord

COLUMNS = """e.paper, coalesce(e.version, p.version), p.title, p.authors, e.state, e.priority, e.why,
    (SELECT group_concat(tag, ' ') FROM (SELECT tag FROM tags WHERE paper = e.paper ORDER BY tag)),
    e.minutes, e.added_at, p.published, p.primary_category, e.parent, p.abstract, p.comment, p.withdrawn"""

SOURCE = "entries e JOIN papers p ON p.id = e.paper"

_CANDIDATES = 5
"""How many titles an ambiguous prefix names."""


def made(row: Sequence[Any]) -> Entry:
    """Build an entry from a row of `COLUMNS`."""
    (paper, version, title, authors, state, priority, why, tags, minutes, added_at, published, category, parent,
     abstract, comment, withdrawn) = row  # fmt: skip
    return Entry(
        id=paper, version=version, title=title or "", authors=tuple(json.loads(authors)), state=state,
        priority=priority, why=why, tags=tuple(tags.split()) if tags else (), minutes=minutes, added_at=added_at,
        published=published, primary_category=category, parent=parent, pending=title is None, abstract=abstract,
        comment=comment, withdrawn=bool(withdrawn),
    )  # fmt: skip


_LINE = "e.paper, e.state, e.priority, p.published, coalesce(p.title, ''), p.title IS NULL, p.withdrawn"

States = str | Sequence[str] | None


def listed(connection: sqlite3.Connection, *, state: States, tag: str | None, limit: int | None) -> list[Entry]:
    """Give entries, highest priority first, then the newest."""
    return [made(row) for row in _in_order(connection, COLUMNS, state=state, tag=tag, limit=limit)]


def lines(connection: sqlite3.Connection, *, state: States, tag: str | None, limit: int | None) -> list[Line]:
    """Give what a line of the list shows, in the same order: a third of the time of whole entries."""
    # Each paper's row is a page of its own, for its abstract; the index holds what a line needs, sixty to a page.
    through = "INDEXED BY idx_papers_line"
    return [Line._make(r) for r in _in_order(connection, _LINE, state=state, tag=tag, limit=limit, through=through)]


def _in_order(
    connection: sqlite3.Connection,
    columns: str,
    *,
    state: States,
    tag: str | None,
    limit: int | None,
    through: str = "",
) -> sqlite3.Cursor:
    where, values = [], []
    if state is not None:
        states = [state] if isinstance(state, str) else list(state)
        where.append(f"e.state IN ({', '.join('?' * len(states))})")
        values += [known_state(s) for s in states]
    if tag is not None:
        where.append("e.paper IN (SELECT paper FROM tags WHERE tag = ?)")
        values.append(tag.strip().lower())
    clause = f"WHERE {' AND '.join(where)}" if where else ""
    # CROSS JOIN keeps the order of an index on entries, so that nothing is sorted and a limit reads no more than it shows.
    sql = (
        f"SELECT {columns} FROM entries e CROSS JOIN papers p {through} ON p.id = e.paper {clause} "
        "ORDER BY e.priority DESC, e.added_at DESC, e.paper DESC LIMIT ?"
    )
    return connection.execute(sql, (*values, -1 if limit is None else max(limit, 0)))


def known_state(state: str) -> str:
    """Give the state back, or say which there are.

    Raises:
        UsageError: no such state.
    """
    if state not in STATES:
        raise UsageError(f"expected a state, one of {', '.join(STATES)}; got {state!r}")
    return state


def by_id(connection: sqlite3.Connection, paper: str) -> Entry | None:
    """Give the entry of a canonical id; None where the paper is not on my list."""
    row = connection.execute(f"SELECT {COLUMNS} FROM {SOURCE} WHERE e.paper = ?", (paper,)).fetchone()
    return made(row) if row else None


def canonical(text: str) -> str:
    """Give the id that the list keeps for any form of it; other text comes back stripped."""
    from paperlab.records.works import canonical

    return canonical(text) or text.strip()


def _is_id(text: str) -> bool:
    from paperlab.records.ids import PaperId

    return PaperId.maybe(text) is not None


def meant(connection: sqlite3.Connection, text: str) -> Entry:
    """Give the entry that an id, in any form, or the beginning of a title names.

    Raises:
        NothingFound: no entry fits.
        UsageError: more than one title begins so.
    """
    found = by_id(connection, canonical(text))
    if found is not None:
        return found
    start = " ".join(text.split())
    rows = _titles(connection, start) if start and not _is_id(text) else []
    exact = [row for row in rows if row[1].lower() == start.lower()]
    rows = exact or rows
    if not rows:
        raise NothingFound(f"expected a paper on the list, got {text[:80]!r}; `paperlab add` queues one")
    if len(rows) > 1:
        raise UsageError(_ambiguous(start, rows))
    return by_id(connection, rows[0][0]) or _vanished(text)


def _vanished(text: str) -> Entry:
    raise NothingFound(f"expected a paper on the list, got {text[:80]!r}")


def _titles(connection: sqlite3.Connection, start: str) -> list[tuple[str, str]]:
    """Find titles by their beginning, in any case (ASCII), through the index."""
    sql = (
        "SELECT p.id, p.title FROM papers p CROSS JOIN entries e ON e.paper = p.id "
        "WHERE p.title >= ? COLLATE NOCASE AND p.title < ? COLLATE NOCASE ORDER BY p.title COLLATE NOCASE LIMIT ?"
    )
    values = (start, start + chr(0x10FFFF), _CANDIDATES + 1)
    return [(row[0], row[1]) for row in connection.execute(sql, values)]


def _ambiguous(start: str, rows: Sequence[tuple[str, str]]) -> str:
    names = "; ".join(f"{paper} {title[:60]}" for paper, title in rows[:_CANDIDATES])
    more = "; ..." if len(rows) > _CANDIDATES else ""
    return f"expected one paper, but several titles begin with {start[:60]!r}: {names}{more}; give the id"


def pending(connection: sqlite3.Connection) -> tuple[Pending, ...]:
    """Give the entries whose title, or whose wanted version, arXiv has not told us yet, those due first."""
    from paperlab.records.changes import Pending

    sql = (
        f"SELECT e.paper, e.version, p.try_after, p.put_off FROM {SOURCE} "
        "WHERE p.title IS NULL OR e.version > p.version ORDER BY p.try_after, e.paper"
    )
    return tuple(Pending(id=r[0], version=r[1], try_after=r[2], reason=r[3]) for r in connection.execute(sql))


_EVENT = ("id", "command", "at", "paper", "kind", "before", "after", "minutes", "reason")


def logged(connection: sqlite3.Connection, limit: int, *, paper: str | None = None) -> list[Event]:
    """Give the newest events, newest first, of all papers or of one."""
    from paperlab.records.changes import Event

    where = "" if paper is None else "WHERE paper = :paper"
    sql = f"SELECT {', '.join(_EVENT)} FROM events {where} ORDER BY id DESC LIMIT :limit"
    rows = connection.execute(sql, {"paper": paper, "limit": max(limit, 0)})
    return [Event(**dict(zip(_EVENT, row, strict=True))) for row in rows]


def known(connection: sqlite3.Connection, papers: Sequence[str]) -> frozenset[str]:
    """Give those of `papers` whose metadata is complete."""
    sql = "SELECT 1 FROM papers WHERE id = ? AND title IS NOT NULL"
    return frozenset(paper for paper in papers if connection.execute(sql, (paper,)).fetchone())


_RECORD = (
    "id, version, title, authors, abstract, categories, primary_category, published, updated, comment, "
    "journal_ref, doi, licence, withdrawn"
)


def record(connection: sqlite3.Connection, paper: str) -> PaperRecord | None:
    """Give what arXiv told of a paper; None where it has told nothing."""
    from paperlab.records.paper import PaperRecord

    row = connection.execute(f"SELECT {_RECORD} FROM papers WHERE id = ? AND title IS NOT NULL", (paper,)).fetchone()
    if row is None:
        return None
    values = dict(zip(_RECORD.split(", "), row, strict=True))
    lists = {name: tuple(json.loads(values[name] or "[]")) for name in ("authors", "categories")}
    return PaperRecord(**values | lists | {"withdrawn": bool(values["withdrawn"])})
