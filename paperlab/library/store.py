"""Open SQLite files so that reading leaves no trace, writing loses nothing, and errors speak.

Reading a file in WAL mode with `mode=ro` leaves `-shm` and `-wal` files behind, and fails in a read-only
folder. So a reader opens it `immutable=1` while no log is there, and looks at the file's time and size before
and after: where a writer's checkpoint came between, it reads again, with locks.

Writers take `BEGIN IMMEDIATE`: a deferred BEGIN that reads first and writes later is refused with "database is
locked" as soon as another process wrote in between, whatever the timeout.

Source: sqlite.org/wal.html sections 3 and 5, sqlite.org/uri.html, sqlite.org/rescode.html.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from paperlab.errors import Bug, LabUnusable, PaperlabError

T = TypeVar("T")

BUSY_SECONDS = 30.0
"""How long a writer waits for another process; a transaction of ours lasts milliseconds."""

APPLICATION_IDS = {"reading list": 0x70617065, "measurements": 0x70617066, "corpus": 0x70617067}
"""`pape` in ASCII, and one and two more: what tells our files from any other SQLite file."""

SCHEMAS = {"reading list": 12, "measurements": 1, "corpus": 4}
"""How many migrations schema.py has for each; a file keeps its own number as `PRAGMA user_version`."""

MADE_AGAIN = ("corpus",)
"""What is not brought up to date, but made again from its sources."""

PAGE_BYTES = {"reading list": 4096, "measurements": 4096, "corpus": 8192}
"""Four abstracts fill a page of the corpus; of half that size two leave a third of it empty."""

_TRIES = 5
"""A reader that was overtaken by so many checkpoints in a row gives up; each try but the first takes locks."""


def now() -> str:
    """Give the time in ISO 8601 UTC, to the second."""
    from datetime import UTC, datetime

    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_only(path: Path, *, immutable: bool) -> sqlite3.Connection:
    """Open for reading; with `immutable`, without locks and without any file beside it."""
    query = "?mode=ro&immutable=1" if immutable else "?mode=ro"
    connection = sqlite3.connect(path.absolute().as_uri() + query, uri=True, timeout=BUSY_SECONDS, isolation_level=None)
    connection.execute("PRAGMA query_only = ON")
    return connection


def read_write(path: Path, kind: str) -> tuple[sqlite3.Connection, int]:
    """Open a file that is there for writing; gives the connection and the file's schema number.

    WAL, foreign keys, waiting for others, no implicit transactions. `synchronous = NORMAL` cannot corrupt a file in
    WAL mode; a power cut may cost the last commands, a killed process costs nothing.

    Raises:
        LabUnusable: not a file of this kind, or made by a newer paperlab.
    """
    address = path.absolute().as_uri() + "?mode=rw"
    connection = sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        schema = checked(path, connection, kind)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")
    except BaseException:
        connection.close()
        raise
    return connection, schema


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Hold the write lock from the first statement to the last; all of it happens or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # A full disk may already have rolled back by itself.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def checked(path: Path, connection: sqlite3.Connection, kind: str) -> int:
    """Give the file's schema number.

    Raises:
        LabUnusable: not a file of this kind, or made by a newer paperlab, or by an older one where it is made again.
    """
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (schema,) = connection.execute("PRAGMA user_version").fetchone()
    if not path.stat().st_size:
        remedy = "`paperlab doctor --fix` restores it" if kind == "reading list" else "delete it, and it is made anew"
        raise LabUnusable(f"{path}: expected a file of kind {kind}, got an empty one; {remedy}", path=str(path))
    if application != APPLICATION_IDS[kind]:
        raise LabUnusable(f"{path}: expected a file of kind {kind}, got another SQLite file", path=str(path))
    if schema > SCHEMAS[kind]:
        known = f"schema {schema}, this one knows {SCHEMAS[kind]}"
        raise LabUnusable(f"{path}: made by a newer paperlab ({known}); upgrade paperlab", path=str(path), whole=True)
    if schema < SCHEMAS[kind] and kind in MADE_AGAIN:
        raise LabUnusable(f"{path}: made by an older paperlab", path=str(path))
    return int(schema)


class Reader:
    """A reading connection that is opened again whenever the file has changed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._seen: tuple[object, ...] = ()
        self._immutable = True

    def read(self, query: Callable[[sqlite3.Connection], T]) -> T:
        """Answer `query` from one state of the file: never from half of a change.

        Raises:
            sqlite3.Error: the file cannot be read.
        """
        for attempt in range(_TRIES):
            before = _signature(self._path)
            connection = self._open(before, locks=attempt > 0)
            try:
                answer = query(connection) if self._immutable else self._locked(connection, query)
            except sqlite3.DatabaseError:
                if not self._overtaken(before):
                    raise
                continue
            if not self._overtaken(before):
                return answer
        raise sqlite3.OperationalError("database is locked")

    def _locked(self, connection: sqlite3.Connection, query: Callable[[sqlite3.Connection], T]) -> T:
        """Answer with locks; where the folder lets us make none, from a copy."""
        try:
            return _snapshot(connection, query)
        except sqlite3.OperationalError as error:
            if "unable to open" not in str(error) or os.access(self._path.parent, os.W_OK):
                raise
            return _from_copy(self._path, query)

    def _overtaken(self, before: tuple[object, ...]) -> bool:
        """Tell whether a checkpoint wrote into the file while it was read without locks."""
        return self._immutable and _signature(self._path)[:3] != before[:3]

    def _open(self, signature: tuple[object, ...], *, locks: bool) -> sqlite3.Connection:
        immutable = not locks and not signature[3]
        if self._connection is not None and signature == self._seen and immutable == self._immutable:
            return self._connection
        self.close()
        self._connection = read_only(self._path, immutable=immutable)
        self._seen, self._immutable = signature, immutable
        return self._connection

    def close(self) -> None:
        """Let go of the file; the next read opens it again."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _snapshot(connection: sqlite3.Connection, query: Callable[[sqlite3.Connection], T]) -> T:
    connection.execute("BEGIN")
    try:
        return query(connection)
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _from_copy(path: Path, query: Callable[[sqlite3.Connection], T]) -> T:
    """Answer from a copy of the file and its log: a log that was left in a read-only folder can be read no other way."""
    import shutil
    import tempfile

    with tempfile.TemporaryDirectory(prefix="paperlab-") as folder:
        copy = Path(folder) / path.name
        before = _signature(path)
        for end in ("", "-wal"):
            shutil.copyfile(f"{path}{end}", f"{copy}{end}")
        if _signature(path) != before:  # its owner wrote in between, and the copy is of two minds
            raise sqlite3.OperationalError("database is locked")
        connection = sqlite3.connect(copy, isolation_level=None)
        try:
            connection.execute("PRAGMA query_only = ON")
            return query(connection)
        finally:
            connection.close()


FAULTS = (sqlite3.Error, UnicodeDecodeError)
"""What SQLite raises: where it quotes a damaged schema its message may be no text, and Python then raises the second."""


def said(error: Exception) -> str:
    """Give SQLite's message in a line."""
    text = error.object.decode("utf-8", "replace") if isinstance(error, UnicodeDecodeError) else str(error)
    return " ".join(text.split())


def is_held(error: Exception) -> bool:
    """Tell whether it says no more than that another process reads or writes."""
    return isinstance(error, sqlite3.OperationalError) and any(word in str(error) for word in ("locked", "busy"))


def _signature(path: Path) -> tuple[object, ...]:
    """Give inode, size and time of the file, and the log's size and time (0, 0 where it is empty or not there)."""
    found = os.stat(path)  # noqa: PTH116 - a third of Path.stat's time, twice a read
    try:
        log = os.stat(f"{path}-wal")  # noqa: PTH116
    except FileNotFoundError:
        return found.st_ino, found.st_size, found.st_mtime_ns, 0, 0
    return found.st_ino, found.st_size, found.st_mtime_ns, log.st_size, log.st_mtime_ns if log.st_size else 0


_FAULTS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("readonly", "read-only"), "expected a file and folder that can be written, got read-only ones; nothing changed"),
    (("full",), "expected room on the disk, got none; nothing changed: free some space and run it again"),
    (("locked", "busy"), "another process has been writing for {busy:.0f} s; nothing changed: try again"),
    (
        ("malformed", "not a database", "encrypted", "malformed database schema"),
        "expected a paperlab database, got a file that is corrupt or none ({error}); {remedy}",
    ),
    (("disk i/o",), "the disk does not read or write ({error}); nothing changed: check space and permissions"),
    (("no such table", "no such index", "no such view"), "a part of the list is not there ({error}); {remedy}"),
    (("unable to open",), "expected a file that can be opened in a folder that can be written ({error})"),
)
"""Words in SQLite's message -> ours. The first row that fits counts."""


@contextmanager
def translated(path: Path, remedy: str = "`paperlab doctor --fix` restores it") -> Iterator[None]:
    """Turn SQLite's errors into one line of ours; `remedy` says what to do about a corrupt file.

    Raises:
        LabUnusable: read-only, full, locked, corrupt, or not there.
        Bug: a statement of ours that SQLite refuses.
    """
    try:
        yield
    except PaperlabError:
        raise
    except FileNotFoundError as error:
        raise LabUnusable(
            f"{path}: expected a file, found none; `paperlab init` makes a lab", path=str(path)
        ) from error
    except OSError as error:
        raise LabUnusable(f"{path}: cannot be read or written: {error.strerror or error}", path=str(path)) from error
    except UnicodeDecodeError as error:
        if b"malformed" not in error.object:  # somebody's text, and no message of SQLite
            raise
        raise _ours(path, error, remedy) from error
    except sqlite3.Error as error:
        raise _ours(path, error, remedy) from error


def _ours(path: Path, error: Exception, remedy: str) -> PaperlabError:
    text = said(error)
    for words, message in _FAULTS:
        if any(word in text.lower() for word in words):
            return LabUnusable(
                f"{path}: {message.format(error=text, busy=BUSY_SECONDS, remedy=remedy)}", path=str(path)
            )
    if type(error) is sqlite3.DatabaseError:
        return LabUnusable(f"{path}: {text}", path=str(path))
    return Bug(f"{path}: {type(error).__name__}: {text}", path=str(path))
