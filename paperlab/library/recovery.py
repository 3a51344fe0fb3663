"""What a corrupt list knew that its copy does not: facts that came since, the history since, and what that says of the rows.

The tables of a corrupt list may lack any row, and so may its history; but each change holds the row before and after. So
the copy is brought forward change by change, and what could be read of the tables is joined to it in the end.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from paperlab.library import facts, salvage, store
from paperlab.library.feeds import TOLD
from paperlab.library.journal import PLACES, fetched, row_of, write
from paperlab.library.journal import delete as delete_row

_FACTS = {
    "refs": "IGNORE", "decisions": "IGNORE", "versions": "REPLACE", "feed_items": "REPLACE",
    "gaps": "REPLACE", "notices": "REPLACE",
}  # fmt: skip
"""Tables of facts -> what becomes of a row that both have; triggers count references, and a replaced row fires none."""


class Recovered(NamedTuple):
    """How much of the history came back."""

    commands: int
    """Commands since the copy that could be read."""
    lost: int
    """Commands since the copy of which there is no trace but their number or name."""


def recovered(connection: sqlite3.Connection, rescued: Path) -> Recovered | None:
    """Bring a copy forward to what could be read of the corrupt list; None where the copy is of another list.

    Args:
        connection: to the copy, in no transaction; it is changed as a whole or not at all.
        rescued: a list of the newest schema with all rows that could be read.
    """
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("ATTACH ? AS later", (str(rescued),))
    try:
        with store.transaction(connection):
            return None if _strange(connection) else _forward(connection)
    finally:
        connection.execute("DETACH later")
        connection.execute("PRAGMA foreign_keys = ON")


def _strange(connection: sqlite3.Connection) -> bool:
    """Tell whether the two are no list and its copy: one number names two commands."""
    sql = f"SELECT 1 FROM {_BOTH} WHERE a.at <> b.at OR a.name <> b.name"
    return connection.execute(sql).fetchone() is not None


_BOTH = f"main.commands a JOIN later.commands b ON a.id = b.id AND b.name <> '{salvage.LOST}'"


def _forward(connection: sqlite3.Connection) -> Recovered:
    (since,) = connection.execute("SELECT coalesce(max(id), 0) FROM main.commands").fetchone()
    _facts(connection)
    done = _history(connection, since)
    for change in (*_turned(connection), *_later(connection, since)):
        _put(connection, *change)
    _feeds(connection)
    sql = "SELECT paper FROM entries WHERE paper NOT IN (SELECT id FROM papers)"
    for (paper,) in connection.execute(sql).fetchall():
        facts.known(connection, paper)
    return done


def _facts(connection: sqlite3.Connection) -> None:
    """Take what arXiv told since; a paper keeps the number under which the full-text index knows it."""
    columns = _columns(connection, "papers", without=("number",))
    connection.execute(f"INSERT OR IGNORE INTO main.papers ({columns}) SELECT {columns} FROM later.papers")
    fuller = f"l.id = p.id AND (p.title IS NULL OR l.title IS NOT NULL) AND ({_of('l', columns)}) IS NOT ({_of('p', columns)})"
    connection.execute(
        f"UPDATE main.papers AS p SET ({columns}) = (SELECT {columns} FROM later.papers l WHERE l.id = p.id) "
        f"WHERE EXISTS (SELECT 1 FROM later.papers l WHERE {fuller})"
    )
    for table, what in _FACTS.items():
        columns = _columns(connection, table)
        connection.execute(f"INSERT OR {what} INTO main.{table} ({columns}) SELECT {columns} FROM later.{table}")


def _columns(connection: sqlite3.Connection, table: str, without: tuple[str, ...] = ()) -> str:
    names = [row[1] for row in connection.execute(f"PRAGMA main.table_info({table})")]
    return ", ".join(name for name in names if name not in without)


def _of(table: str, columns: str) -> str:
    return ", ".join(f"{table}.{name}" for name in columns.split(", "))


Change = tuple[str, str | None, str | None]
"""A table, the row as it stood and as it stands then, both in JSON."""


def _turned(connection: sqlite3.Connection) -> Iterator[Change]:
    """Give what undoes the commands of the copy that were taken back since, then what does those that were done again."""
    for columns, turn, order in (("after, before", ">", "DESC"), ("before, after", "<", "ASC")):
        ids = f"SELECT a.id FROM {_BOTH} WHERE (a.undone = 0) {turn} (b.undone = 0)"
        sql = f"SELECT place, {columns} FROM main.changes WHERE command IN ({ids}) ORDER BY id {order}"
        yield from connection.execute(sql).fetchall()
    connection.execute(
        "UPDATE main.commands SET undone = (SELECT undone FROM later.commands b WHERE b.id = main.commands.id) "
        f"WHERE id IN (SELECT a.id FROM {_BOTH})"
    )


def _later(connection: sqlite3.Connection, since: int) -> list[Change]:
    """Give the changes since that were not taken back, in their order."""
    sql = (
        "SELECT place, c.before, c.after FROM later.changes c LEFT JOIN later.commands m ON m.id = c.command "
        "WHERE c.command > ? AND coalesce(m.undone, 0) = 0 ORDER BY c.id"
    )
    return connection.execute(sql, (since,)).fetchall()


def _put(connection: sqlite3.Connection, place: str, before: str | None, after: str | None) -> None:
    """Make a row what it became, whatever it is: changes between may be lost."""
    with suppress(ValueError, KeyError, TypeError, AttributeError, sqlite3.Error):  # an image out of a damaged page
        row = row_of(place, after or before or "", told=True)
        key = tuple(row[name] for name in PLACES[place].key)
        there = fetched(connection, place, key) is not None
        if after is not None:
            write(connection, place, row if not there else row_of(place, after), there=there)
        elif there:
            delete_row(connection, place, key)


def _history(connection: sqlite3.Connection, since: int) -> Recovered:
    """Take the commands since, with their events and changes."""
    for table, number in (("commands", "id"), ("events", "command"), ("changes", "command")):
        columns = _columns(connection, table)
        # A change of before may have learnt since what a feed had covered.
        what, first = ("REPLACE", 0) if table == "changes" else ("IGNORE", since)
        sql = f"INSERT OR {what} INTO main.{table} ({columns}) SELECT {columns} FROM later.{table} WHERE {number} > ?"
        connection.execute(sql, (first,))
    return counted(connection, since)


_TOLD_OF = "SELECT command FROM main.changes UNION SELECT command FROM main.events"
"""What a command did; one of which there is neither left only its name."""


def counted(connection: sqlite3.Connection, since: int = 0) -> Recovered:
    """Count the commands after a number: those that are there, and those of which only number or name is known."""
    sql = f"SELECT coalesce(sum(name <> ? AND id IN ({_TOLD_OF})), 0), coalesce(max(id), 0) FROM main.commands WHERE id > ?"
    known, last = connection.execute(sql, (salvage.LOST, since)).fetchone()
    return Recovered(known, max(last - since, 0) - known)


def _feeds(connection: sqlite3.Connection) -> None:
    """Let feeds know what they had covered in the end."""
    columns, told = _columns(connection, "feeds"), ", ".join(TOLD)
    connection.execute(f"INSERT OR IGNORE INTO main.feeds ({columns}) SELECT {columns} FROM later.feeds")
    connection.execute(
        f"UPDATE main.feeds SET ({told}) = (SELECT {told} FROM later.feeds l WHERE l.name = main.feeds.name) "
        "WHERE name IN (SELECT name FROM later.feeds)"
    )
