"""Feeds and the ids that they have shown: the watermark is ids, never dates.

A feed may come with a fresh date and yesterday's batch, or be empty on a Saturday; ids cannot lie about that.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from paperlab.errors import NothingFound, UsageError
from paperlab.library.facts import one_line
from paperlab.library.journal import Journal
from paperlab.records.changes import Feed


def feeds(connection: sqlite3.Connection) -> tuple[Feed, ...]:
    """Give the feeds by name, each with the ids of its last batch."""
    rows = connection.execute("SELECT name, added_at, checked_at, etag, modified FROM feeds ORDER BY name").fetchall()
    return tuple(
        Feed(name=r[0], added_at=r[1], checked_at=r[2], etag=r[3], modified=r[4], batch=_batch(connection, r[0]))
        for r in rows
    )


def _batch(connection: sqlite3.Connection, feed: str) -> tuple[str, ...]:
    sql = (
        "SELECT paper FROM feed_items WHERE feed = :feed "
        "AND last_at = (SELECT max(last_at) FROM feed_items WHERE feed = :feed) ORDER BY paper"
    )
    return tuple(row[0] for row in connection.execute(sql, {"feed": feed}))


def seen(connection: sqlite3.Connection, feed: str, ids: Iterable[str]) -> frozenset[str]:
    """Give those of `ids` that the feed has shown before."""
    sql = "SELECT 1 FROM feed_items WHERE feed = ? AND paper = ?"
    return frozenset(paper for paper in ids if connection.execute(sql, (feed, paper)).fetchone())


def added(journal: Journal, name: str) -> bool:
    """Add a feed; False where it is there already.

    Raises:
        UsageError: an empty name.
    """
    name = one_line(name)
    if not name:
        raise UsageError("expected the name of a feed like cs.LG, or a query, got nothing")
    if journal.get("feeds", name) is not None:
        return False
    journal.event(name, "feed", None, "followed")
    return journal.put("feeds", {"name": name, "added_at": journal.at})


def removed(journal: Journal, name: str) -> None:
    """Remove a feed; what it has shown stays known, so that adding it again brings nothing twice.

    Raises:
        NothingFound: no such feed.
    """
    if journal.drop("feeds", one_line(name)):
        journal.event(one_line(name), "feed", "followed", None)
    else:
        names = ", ".join(row[0] for row in journal.connection.execute("SELECT name FROM feeds ORDER BY name"))
        raise NothingFound(f"expected a feed, one of {names or '(none yet)'}; got {name!r}")


def marked(journal: Journal, name: str, ids: Iterable[str], *, etag: str | None, modified: str | None, at: str) -> None:
    """Remember a reading: the ids it showed, what to ask the server with next time, and when.

    Raises:
        NothingFound: no such feed.
    """
    sql = "UPDATE feeds SET checked_at = ?, etag = ?, modified = ? WHERE name = ?"
    if journal.connection.execute(sql, (at, etag, modified, name)).rowcount == 0:
        raise NothingFound(f"expected a feed, got {name!r}; `paperlab feed add` adds one")
    journal.connection.executemany(
        "INSERT INTO feed_items (feed, paper, first_at, last_at) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (feed, paper) DO UPDATE SET last_at = excluded.last_at",
        [(name, paper, at, at) for paper in ids],
    )
