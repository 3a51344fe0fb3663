"""Rows of the list as entries; which entry somebody means."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from paperlab.errors import NothingFound, UsageError
from paperlab.library.text import unarrayed
from paperlab.records.queue import STATES, Entry, Line

if TYPE_CHECKING:
    from paperlab.records.changes import Pending
    from paperlab.records.events import Event
    from paperlab.records.paper import PaperRecord

COLUMNS = """e.paper, coalesce(e.version, p.version), p.title, p.authors, e.state, e.priority, e.why,
    (SELECT group_concat(tag, ' ') FROM (SELECT tag FROM tags WHERE paper = e.paper ORDER BY tag)),
    e.minutes, e.added_at, p.published, p.primary_category, e.parent, p.abstract, p.comment, p.withdrawn, e.until"""

SOURCE = "entries e JOIN papers p ON p.id = e.paper"

_CANDIDATES = 5
"""How many titles an ambiguous prefix names."""


def made(row: Sequence[Any]) -> Entry:
    """Build an entry from a row of `COLUMNS`."""
    (paper, version, title, authors, state, priority, why, tags, minutes, added_at, published, category, parent,
     abstract, comment, withdrawn, until) = row  # fmt: skip
    return Entry(
        id=paper, version=version, title=title or "", authors=tuple(unarrayed(authors)), state=state,
        priority=priority, why=why, tags=tuple(tags.split()) if tags else (), minutes=minutes, added_at=added_at,
        published=published, primary_category=category, parent=parent, pending=title is None, abstract=abstract,
        comment=comment, withdrawn=bool(withdrawn), until=until,
    )  # fmt: skip


_LINE = "e.paper, e.state, e.priority, e.published, coalesce(e.title, ''), e.title IS NULL, e.withdrawn, e.until"
_TEXT = (
    "coalesce(e.line, printf('%s\t%s\t%s\t%.10s\t%s%s', e.paper, e.state, nullif(e.priority, 0), e.published, "
    "CASE e.withdrawn WHEN 0 THEN '' ELSE :withdrawn END, replace(coalesce(e.title, :pending), char(10), ' '))) AS line"
)

States = str | Sequence[str] | None


def listed(connection: sqlite3.Connection, *, state: States, tag: str | None, limit: int | None) -> list[Entry]:
    """Give entries, highest priority first, then the newest."""
    return [made(row) for row in connection.execute(*in_order(COLUMNS, WITH_PAPERS, state=state, tag=tag, limit=limit))]


def lines(connection: sqlite3.Connection, *, state: States, tag: str | None, limit: int | None) -> list[Line]:
    """Give what a line of the list shows, in the same order: a tenth of the time of whole entries."""
    rows = connection.execute(*in_order(_LINE, _ALONE, state=state, tag=tag, limit=limit))
    return [Line._make(row) for row in rows]


def texts(
    connection: sqlite3.Connection, *, state: States, tag: str | None, limit: int | None, marks: Mapping[str, str]
) -> str:
    """Give the lines of the list, tab-separated, as one text; empty where there is none.

    SQLite joins them: to make a hundred thousand rows of Python values takes longer than to find them.
    """
    sql, values = in_order(_TEXT, _ALONE, state=state, tag=tag, limit=limit)
    # With its limit the query inside keeps its order.
    (text,) = connection.execute(f"SELECT group_concat(line, char(10)) FROM ({sql})", {**values, **marks}).fetchone()
    return text or ""


_ALONE = "entries e INDEXED BY idx_entries_line"
WITH_PAPERS = "entries e CROSS JOIN papers p ON p.id = e.paper"
"""CROSS JOIN keeps the order of the index on entries, so that nothing is sorted and a limit reads no more than it shows."""


def beginning(connection: sqlite3.Connection, begun: str, *, limit: int) -> list[tuple[str, str]]:
    """Give id and title of entries whose id begins so: those in reading, then in the order of the list."""
    # A range of keys where a beginning is told; without one the index is read in its order, no further than is shown.
    where = "e.paper >= :begun AND e.paper < :end" if begun else "1"
    order = "ORDER BY e.priority DESC, e.added_at DESC, e.paper DESC LIMIT :limit"
    columns = "SELECT e.paper, coalesce(e.title, '') FROM"
    values = {"begun": begun, "end": begun + chr(0x10FFFF), "limit": max(limit, 0)}
    found: dict[str, str] = {}
    for source in (
        f"entries e WHERE e.state = 'reading' AND {where}",
        f"{'entries e' if begun else _ALONE} WHERE {where}",
    ):
        found |= dict(connection.execute(f"{columns} {source} {order}", values).fetchall())
    return list(found.items())[: max(limit, 0)]


def in_order(
    columns: str, tables: str, *, state: States, tag: str | None, limit: int | None
) -> tuple[str, dict[str, object]]:
    """Give the query for the list in its order, and its values."""
    where: list[str] = []
    values: dict[str, object] = {"limit": -1 if limit is None else max(limit, 0)}
    if state is not None:
        states = [state] if isinstance(state, str) else list(state)
        named = {f"state{number}": known_state(one) for number, one in enumerate(states)}
        where.append(f"e.state IN ({', '.join(f':{name}' for name in named)})")
        values |= named
    if tag is not None:
        where.append("e.paper IN (SELECT paper FROM tags WHERE tag = :tag)")
        values["tag"] = tag.strip().lower()
    clause = f"WHERE {' AND '.join(where)}" if where else ""
    order = "ORDER BY e.priority DESC, e.added_at DESC, e.paper DESC"
    return f"SELECT {columns} FROM {tables} {clause} {order} LIMIT :limit", values


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
    from paperlab.records.naming import canonical

    return canonical(text) or _storable(text.strip())


def _storable(text: str) -> str:
    """Put a mark for halves of letters, as bytes on the command line that are no UTF-8 come: SQLite's text holds none."""
    return text.encode("utf-8", "replace").decode("utf-8")


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
    start = _storable(" ".join(text.split()))
    rows = _titles(connection, start) if start and not _is_id(text) else []
    rows = rows or ([] if start.isascii() else _titles_in_tex(connection, start))
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


def _titles_in_tex(connection: sqlite3.Connection, start: str) -> list[tuple[str, str]]:
    """Find titles whose accents are typed in TeX by their beginning as it is printed."""
    from paperlab.records.accents import accents

    sql = "SELECT p.id, p.title FROM entries e JOIN papers p ON p.id = e.paper WHERE instr(p.title, '\\') > 0"
    printed = ((paper, accents(title)) for paper, title in connection.execute(sql))
    return [row for row in printed if row[1].lower().startswith(start.lower())]


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


_EVENT = ("id", "command", "at", "paper", "kind", "before", "after", "minutes", "reason", "words", "undone")


def logged(
    connection: sqlite3.Connection, limit: int, *, paper: str | None = None, since: str | None = None
) -> list[Event]:
    """Give the newest events, newest first, of all papers or of one, from a time in ISO 8601 UTC on."""
    from paperlab.records.events import Event

    asked = {"v.paper = :paper": paper, "v.at >= :since": since}
    where = " AND ".join(["1", *(condition for condition, value in asked.items() if value is not None)])
    columns = ", ".join(f"v.{name}" for name in _EVENT[:-2])
    sql = (
        f"SELECT {columns}, c.name, c.undone > 0 FROM events v JOIN commands c ON c.id = v.command "
        f"WHERE {where} ORDER BY v.id DESC LIMIT :limit"
    )
    rows = connection.execute(sql, {"paper": paper, "since": since, "limit": max(limit, 0)})
    return [Event(**dict(zip(_EVENT, (*row[:-1], bool(row[-1])), strict=True))) for row in rows]


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
    lists = {name: tuple(unarrayed(values[name])) for name in ("authors", "categories")}
    return PaperRecord(**values | lists | {"withdrawn": bool(values["withdrawn"])})
