"""Entries with all that is known of them, in one pass over the tables: what an export writes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

from paperlab.library.listing import known_state
from paperlab.library.text import unarrayed
from paperlab.records.paper import PaperRecord
from paperlab.records.works import Work

Named = tuple[str, str, tuple[str, ...], str | None]

_COLUMNS = """e.paper, e.version, e.state, e.priority, e.why, e.parent, e.minutes, e.until, e.added_at,
    (SELECT group_concat(tag, ' ') FROM (SELECT tag FROM tags WHERE paper = e.paper ORDER BY tag)),
    n.text, i.main_idea, i.build, i.unclear, i.teach_back,
    p.version, p.title, p.authors, p.abstract, p.categories, p.primary_category, p.published, p.updated, p.comment,
    p.journal_ref, p.doi, p.licence, p.withdrawn"""
_SOURCE = (
    "entries e CROSS JOIN papers p ON p.id = e.paper LEFT JOIN notes n ON n.paper = e.paper "
    "LEFT JOIN ideas i ON i.paper = e.paper"
)
_AT_ONCE = 500
"""Ids in one statement; SQLite takes 32,766."""


def works(connection: sqlite3.Connection, ids: Sequence[str], *, state: str | None, tag: str | None) -> list[Work]:
    """Give entries, those added first at the beginning.

    Raises:
        UsageError: no such state.
    """
    where, values = ["1"], []
    if state is not None:
        where.append("e.state = ?")
        values.append(known_state(state))
    if tag is not None:
        where.append("e.paper IN (SELECT paper FROM tags WHERE tag = ?)")
        values.append(tag.strip().lower())
    rows: list[tuple[Any, ...]] = []
    for some in _chunks(ids):
        chosen = [*where, f"e.paper IN ({', '.join('?' * len(some))})"] if some else where
        sql = f"SELECT {_COLUMNS} FROM {_SOURCE} WHERE {' AND '.join(chosen)}"
        rows += connection.execute(sql, (*values, *some)).fetchall()
    rows.sort(key=lambda row: (row[8], row[0]))
    return [_made(row) for row in rows]


def _chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, max(len(ids), 1), _AT_ONCE):
        yield ids[start : start + _AT_ONCE]


def _made(row: Sequence[Any]) -> Work:
    (id, wanted, state, priority, why, parent, minutes, until, added_at, tags, notes, idea, build, unclear, teach_back, version, title,
     authors, abstract, categories, primary, published, updated, comment, journal_ref, doi, licence, withdrawn) = row  # fmt: skip
    record = None if title is None else PaperRecord(
        id=id, version=version, title=title, authors=tuple(unarrayed(authors)), abstract=abstract,
        categories=tuple(unarrayed(categories)), primary_category=primary, published=published, updated=updated,
        comment=comment, journal_ref=journal_ref, doi=doi, licence=licence, withdrawn=bool(withdrawn),
    )  # fmt: skip
    return Work(
        id=id, version=wanted, record=record, state=state, priority=priority, why=why, parent=parent,
        tags=tuple(tags.split()) if tags else (), minutes=minutes, until=until, added_at=added_at, notes=notes or "",
        main_idea=idea, build=build, unclear=unclear, teach_back=teach_back,
    )  # fmt: skip


def named(connection: sqlite3.Connection) -> list[Named]:
    """Give id, title, first author and date of each entry, those added first at the beginning."""
    sql = (
        "SELECT e.paper, coalesce(p.title, ''), json_extract(p.authors, '$[0]'), p.published "
        "FROM entries e CROSS JOIN papers p ON p.id = e.paper ORDER BY e.added_at, e.paper"
    )
    return [(id, title, (first,) if first else (), at) for id, title, first, at in connection.execute(sql)]
