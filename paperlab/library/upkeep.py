"""Make a reading list, bring an older one up to date, copy it: the rare acts that need sqlite_utils.

A new list is built under another name and linked into place, so that a lab is there whole or not at all. An
older one is copied beside itself before it is migrated.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from paperlab import litter
from paperlab.errors import Conflict
from paperlab.library import store

if TYPE_CHECKING:
    from sqlite_utils import Migrations


T = TypeVar("T")


def create(path: Path, *, at: str, kind: str = "reading list") -> None:
    """Make an empty file at `path`: a reading list, measurements, or a corpus.

    Raises:
        Conflict: something is there already.
        OSError, sqlite3.Error: the folder cannot be written.
    """
    litter.sweep(path.parent, path.name)
    building = litter.beside(path)
    try:
        connection = sqlite3.connect(building, isolation_level=None)
        try:
            connection.execute(f"PRAGMA page_size = {store.PAGE_BYTES[kind]:d}")
            apply(connection, at=at, kind=kind)
            # Last: a log that a full disk keeps from being folded in would stay behind under the other name, unnoticed.
            connection.execute("PRAGMA journal_mode = WAL")
        finally:
            connection.close()
        _place(building, path)
    finally:
        building.unlink(missing_ok=True)


def _place(building: Path, path: Path) -> None:
    """Give the file its name; a link refuses to overwrite, which a rename would not."""
    try:
        os.link(building, path)
    except FileExistsError as error:
        raise Conflict(f"{path}: expected no file, found one; nothing changed") from error
    except OSError as error:
        if path.exists():
            raise Conflict(f"{path}: expected no file, found one; nothing changed") from error
        building.rename(path)  # a file system without hard links


def apply(connection: sqlite3.Connection, *, at: str, upto: str | None = None, kind: str = "reading list") -> None:
    """Apply the migrations that are missing, all or none, under one write lock.

    Args:
        connection: to the list, or to an empty file.
        at: ISO 8601 UTC, kept as the time of the migrations.
        upto: name of the first migration to leave out; None applies all.
        kind: reading list, measurements or corpus.
    """
    from sqlite_utils import Database

    migrations = _migrations(kind)
    with store.transaction(connection):
        db = Database(connection, execute_plugins=False)
        before = len(migrations.applied(db))
        migrations.apply(db, stop_before=upto)
        schema = len(migrations.applied(db))
        connection.execute("UPDATE _sqlite_migrations SET applied_at = ? WHERE id > ?", (at, before))
        connection.execute(f"PRAGMA user_version = {schema:d}")
        connection.execute(f"PRAGMA application_id = {store.APPLICATION_IDS[kind]:d}")


def _migrations(kind: str) -> Migrations:
    from paperlab.library.corpus_schema import corpus_migrations
    from paperlab.library.schema import measurement_migrations, migrations

    return {"reading list": migrations, "measurements": measurement_migrations, "corpus": corpus_migrations}[kind]


def migrate(connection: sqlite3.Connection, path: Path, schema: int, *, at: str) -> None:
    """Bring an older list up to date, after a copy `reading_list.backup-<schema>.db` beside it."""
    back_up(connection, path.with_name(f"{path.stem}.backup-{schema}{path.suffix}"), schema)
    apply(connection, at=at)


def back_up(connection: sqlite3.Connection, target: Path, schema: int) -> None:
    """Copy the list to `target` whole or not at all, replacing an older copy, while it still has that schema."""
    litter.sweep(target.parent, target.name)
    building = litter.beside(target)
    building.unlink(missing_ok=True)
    try:
        connection.execute("VACUUM INTO ?", (str(building),))
        with closing(store.read_only(building, immutable=True)) as copy:
            copied = store.checked(building, copy, "reading list")
        if copied == schema:  # else another process was faster, and its copy is the one to keep
            building.replace(target)
    finally:
        building.unlink(missing_ok=True)


def copied(path: Path, target: Path) -> None:
    """Copy the list to a file that is not there yet, whole or not at all.

    Raises:
        Conflict: something is there already.
        OSError, sqlite3.Error: it cannot be written, or the list cannot be read.
    """
    if os.path.lexists(target):
        raise Conflict(f"{target}: expected no file, found one; nothing changed: name another, or move it away")
    litter.sweep(target.parent, target.name)
    building = litter.beside(target)
    building.unlink(missing_ok=True)
    try:
        _into(path, building)
        _place(building, target)
    finally:
        building.unlink(missing_ok=True)


def _into(path: Path, target: Path) -> None:
    """Write a compact copy; out of a folder where no lock can be made it goes through memory."""
    folder_allows = os.access(path.parent, os.W_OK)
    with closing(store.read_only(path, immutable=False) if folder_allows else in_memory(path)) as connection:
        connection.execute("PRAGMA query_only = OFF")  # the list is open for reading alone; this is for the other file
        connection.execute("VACUUM INTO ?", (str(target),))


def in_memory(path: Path) -> sqlite3.Connection:
    """Give a copy in memory of a list, whatever its schema."""
    memory = sqlite3.connect(":memory:", isolation_level=None)

    def copy(connection: sqlite3.Connection) -> None:
        connection.backup(memory)

    read(path, copy)
    return memory


def migrated_copy(path: Path, at: str) -> sqlite3.Connection:
    """Give an up-to-date copy in memory of an older list, for reading without touching the file."""
    memory = in_memory(path)
    apply(memory, at=at)
    memory.execute("PRAGMA query_only = ON")
    return memory


def read(path: Path, query: Callable[[sqlite3.Connection], T]) -> T:
    """Answer from a list, whatever its schema, that is not held open.

    Raises:
        sqlite3.Error, OSError: it cannot be read.
    """
    reader = store.Reader(path)
    try:
        return reader.read(query)
    finally:
        reader.close()
