"""Feeds and the ids that they have shown: the watermark is ids, never dates.

A feed may come with a fresh date and yesterday's batch, or be empty on a Saturday; ids cannot lie about that.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping

from paperlab.errors import NothingFound, UsageError
from paperlab.library.journal import PLACES, Journal
from paperlab.library.text import one_line
from paperlab.records.following import Feed, Seen

_COLUMNS = (
    "name", "kind", "query", "added_at", "paused", "backfill", "checked_at", "etag", "modified", "batch_day", "batch_at",
    "since", "covered",
)  # fmt: skip
TOLD = PLACES["feeds"].told
"""Columns that a reading sets; they are the server's to say, and no command takes them back."""


def feeds(connection: sqlite3.Connection) -> tuple[Feed, ...]:
    """Give the feeds by name, each with the ids of its last batch."""
    rows = connection.execute(f"SELECT {', '.join(_COLUMNS)} FROM feeds ORDER BY name").fetchall()
    told = [dict(zip(_COLUMNS, row, strict=True)) for row in rows]
    return tuple(
        Feed(**row | {"paused": bool(row["paused"]), "batch": _batch(connection, row["name"], row["batch_at"])})
        for row in told
    )


def _batch(connection: sqlite3.Connection, feed: str, at: str | None) -> tuple[str, ...]:
    sql = "SELECT paper FROM feed_items WHERE feed = ? AND last_at = ? ORDER BY paper"
    return tuple(row[0] for row in connection.execute(sql, (feed, at)))


def shown(connection: sqlite3.Connection, feed: str) -> Seen:
    """Count what a feed has shown, and give what it showed last."""
    (count,) = connection.execute("SELECT count(*) FROM feed_items WHERE feed = ?", (feed,)).fetchone()
    sql = "SELECT paper FROM feed_items WHERE feed = ? ORDER BY first_at DESC, paper DESC LIMIT 1"
    newest = connection.execute(sql, (feed,)).fetchone()
    return Seen(items=count, newest=newest[0] if newest else None)


def seen(connection: sqlite3.Connection, feed: str, ids: Iterable[str]) -> frozenset[str]:
    """Give those of `ids` that the feed has shown before."""
    sql = "SELECT 1 FROM feed_items WHERE feed = ? AND paper = ?"
    return frozenset(paper for paper in ids if connection.execute(sql, (feed, paper)).fetchone())


def seen_first(connection: sqlite3.Connection, feed: str, ids: Iterable[str]) -> frozenset[str]:
    """Give those of `ids` (without version) whose first version the feed has shown."""
    return frozenset(first[: -len("v1")] for first in seen(connection, feed, [f"{id}v1" for id in ids]))


def seen_any_version(connection: sqlite3.Connection, feed: str, papers: Iterable[str]) -> frozenset[str]:
    """Give those of `papers`, ids without version, of which the feed has shown a version before."""
    sql = "SELECT 1 FROM feed_items WHERE feed = ? AND paper >= ? AND paper < ?"
    return frozenset(p for p in papers if connection.execute(sql, (feed, f"{p}v", f"{p}w")).fetchone())


def added(
    journal: Journal, name: str, *, query: str | None = None, kind: str = "announcements", backfill: str | None = None
) -> bool:
    """Add a feed, or wish for days before it was followed; False where that is so already.

    Raises:
        UsageError: an empty name, or one that another feed has.
    """
    name = one_line(name)
    if not name:
        raise UsageError("expected the name of a feed like cs.LG, or a query, got nothing")
    row, asked = journal.get("feeds", name), query or name
    if row is not None and row["query"] != asked:
        raise UsageError(f"{name} is followed already, as {row['query']}; choose another name")
    if row is None:
        journal.event(name, "feed", None, "followed")
        new = {"name": name, "added_at": journal.at, "kind": kind, "query": asked, "paused": 0, "backfill": backfill}
        return journal.put("feeds", new)
    return backfill is not None and journal.put("feeds", {"name": name, "backfill": backfill})


def paused(journal: Journal, name: str, *, pause: bool) -> bool:
    """Leave a feed alone, or read it again; False where that is so already.

    Raises:
        NothingFound: no such feed.
    """
    _there(journal, name)
    if not journal.put("feeds", {"name": name, "paused": int(pause)}):
        return False
    journal.event(name, "feed", *(("followed", "paused") if pause else ("paused", "followed")))
    return True


def removed(journal: Journal, name: str) -> None:
    """Remove a feed; what it has shown stays known, so that adding it again brings nothing twice.

    Raises:
        NothingFound: no such feed.
    """
    _there(journal, name)
    journal.drop("feeds", name)
    journal.event(name, "feed", "followed", None)


def _there(journal: Journal, name: str) -> None:
    if journal.get("feeds", name) is None:
        names = ", ".join(row[0] for row in journal.connection.execute("SELECT name FROM feeds ORDER BY name"))
        raise NothingFound(f"expected a feed, one of {names or '(none yet)'}; got {name!r}")


def told(journal: Journal, name: str, columns: Mapping[str, str | None]) -> None:
    """Keep what a reading told of the feed itself: see TOLD.

    Raises:
        NothingFound: no such feed.
    """
    known = {column: columns[column] for column in TOLD if column in columns}
    sets = ", ".join(f"{column} = ?" for column in known)
    done = journal.connection.execute(f"UPDATE feeds SET {sets} WHERE name = ?", (*known.values(), name))
    if done.rowcount == 0:
        raise NothingFound(f"expected a feed, got {name!r}; `paperlab feed add` adds one")


def marked(journal: Journal, name: str, ids: Iterable[str], *, at: str, batch: bool = True) -> None:
    """Remember the ids that a feed has shown, as its last `batch` or as older ones that were fetched since."""
    again = "UPDATE SET last_at = excluded.last_at" if batch else "NOTHING"
    journal.connection.executemany(
        "INSERT INTO feed_items (feed, paper, first_at, last_at) VALUES (?, ?, ?, ?) "
        f"ON CONFLICT (feed, paper) DO {again}",
        [(name, paper, at, at if batch else None) for paper in ids],
    )
