"""Read what can be read of a corrupt list into a new one."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from paperlab.library import doctor, facts, store, upkeep

_ONLY_INDEX = ("index", "wrong # of entries", "row ", "non-unique")


def rebuilt(path: Path, target: Path) -> bool:
    """Make a new list at `target` of what can be read of the one at `path`; tell whether that is certainly all of it."""
    upkeep.create(target, at=store.now())
    with tempfile.TemporaryDirectory(prefix="paperlab-") as folder:
        copy = Path(folder) / path.name  # a log that belongs to the file is read with it, and neither is touched
        for end in ("", "-wal"):
            with suppress(FileNotFoundError):
                shutil.copyfile(f"{path}{end}", f"{copy}{end}")
        _lengthened(copy)
        with closing(_opened(copy)) as source, closing(sqlite3.connect(target, isolation_level=None)) as new:
            new.execute("PRAGMA foreign_keys = OFF")
            with store.transaction(new):
                whole = not [table for table in _tables(new) if not copied(source, new, table)]
                for (paper,) in new.execute(
                    "SELECT paper FROM entries WHERE paper NOT IN (SELECT id FROM papers)"
                ).fetchall():
                    facts.known(new, paper)  # its page could not be read: it waits for its title
                name_lost(new)
                doctor.derive(new)
                new.execute("INSERT INTO papers_fts(papers_fts) VALUES ('rebuild')")
            return whole and _only_indexes(source)


LOST = "lost"
"""Name of a command of which only events or changes could be read."""


def name_lost(connection: sqlite3.Connection) -> None:
    """Give events and changes whose command could not be read one to belong to."""
    for table, at in (("events", "min(at)"), ("changes", "''")):
        connection.execute(
            f"INSERT INTO commands (id, at, name) SELECT command, {at}, ? FROM {table} "
            "WHERE command NOT IN (SELECT id FROM commands) GROUP BY command",
            (LOST,),
        )


_MOST_CUT = 16
"""A head that tells of a file so many times as long is damaged itself."""


def _lengthened(copy: Path) -> None:
    """Give a copy that was cut short its length again: of a file shorter than its head says SQLite reads no page."""
    with copy.open("r+b") as file:
        head = file.read(32)
        page = int.from_bytes(head[16:18], "big")
        told = (65536 if page == 1 else page) * int.from_bytes(head[28:32], "big")
        size = file.seek(0, os.SEEK_END)
        if head.startswith(b"SQLite format 3") and size < told <= size * _MOST_CUT:
            file.truncate(told)


def _opened(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.text_factory = lambda data: data.decode("utf-8", "replace")
    connection.execute("PRAGMA writable_schema = ON")  # so that one line of the schema that is damaged hides no other
    return connection


def _tables(new: sqlite3.Connection) -> list[str]:
    rows = new.execute("SELECT name, type FROM pragma_table_list WHERE schema = 'main'").fetchall()
    return sorted(name for name, kind in rows if kind == "table" and not name.startswith(("sqlite_", "_")))


def copied(source: sqlite3.Connection, new: sqlite3.Connection, table: str) -> bool:
    """Copy the rows of a table that can be read, from both ends where the middle cannot; tell whether all could."""
    try:
        there = [row[1] for row in source.execute(f"PRAGMA table_info({table})")]
        columns = [row[1] for row in new.execute(f"PRAGMA table_info({table})") if row[1] in there]
    except store.FAULTS:
        return False
    if not columns:
        return False
    listed = ", ".join(f'"{name}"' for name in columns)
    insert = f"INSERT OR IGNORE INTO {table} ({listed}) VALUES ({', '.join('?' * len(columns))})"
    whole = _walk(source, new, f"SELECT {listed} FROM {table} NOT INDEXED ORDER BY rowid", insert)
    return whole or (
        _walk(source, new, f"SELECT {listed} FROM {table} NOT INDEXED ORDER BY rowid DESC", insert) and False
    )


def _walk(source: sqlite3.Connection, new: sqlite3.Connection, select: str, insert: str) -> bool:
    whole = True
    try:
        for row in source.execute(select):
            whole &= _put(new, insert, row)
    except store.FAULTS:
        return False
    return whole


def _put(new: sqlite3.Connection, insert: str, row: tuple[Any, ...]) -> bool:
    try:
        new.execute(insert, row)
    except store.FAULTS:  # a value that is none, out of a damaged page
        return False
    return True


def _only_indexes(source: sqlite3.Connection) -> bool:
    """Tell whether only indexes are damaged, which are made anew."""
    try:
        told = doctor.faults_of(source)
    except store.FAULTS:
        return False
    return all(any(word in line for word in _ONLY_INDEX) for line in told.split("; ")) if told else True
