"""`ListFile`: the file of the reading list, opened, read and written; `Library` adds the verbs."""

from __future__ import annotations

import sqlite3
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Self, TypeVar

from paperlab.errors import LabUnusable
from paperlab.library import store
from paperlab.library.store import now

if TYPE_CHECKING:
    from paperlab.library.journal import Journal

T = TypeVar("T")


class ListFile:
    """A reading list as a file.

    Attributes:
        path: the file.
        writable: whether it was opened for writing.
    """

    def __init__(self, path: Path, *, write: bool, clock: Callable[[], str] = now) -> None:
        """Use `open` or `create`."""
        self.path = path
        self.writable = write
        self._clock = clock
        self._reader = store.Reader(path)
        self._connection: sqlite3.Connection | None = None
        self._group: tuple[str, int | None] | None = None
        self._closing = weakref.finalize(self, _close, self._reader)

    # Opening

    @classmethod
    def create(cls, path: Path, *, clock: Callable[[], str] = now) -> Self:
        """Make an empty list and open it for writing.

        Raises:
            Conflict: there is a file already.
            LabUnusable: the folder cannot be written.
        """
        from paperlab.library.upkeep import create

        path = Path(path)
        with store.translated(path):
            create(path, at=clock())
        return cls.open(path, write=True, clock=clock)

    @classmethod
    def open(cls, path: Path, *, write: bool = False, clock: Callable[[], str] = now) -> Self:
        """Open a list; with `write`, an older schema is brought up to date after a backup.

        Raises:
            LabUnusable: not there, not a reading list, corrupt, read-only (with `write`), or of a newer schema.
        """
        library = cls(Path(path), write=write, clock=clock)
        try:
            with store.translated(library.path):
                library._open()
        except BaseException:
            library.close()
            raise
        return library

    def _open(self) -> None:
        newest = store.SCHEMAS["reading list"]
        if not self.writable:
            schema = self._reader.read(lambda c: store.checked(self.path, c, "reading list"))
            if schema < newest:
                from paperlab.library.upkeep import migrated_copy

                self._connect(migrated_copy(self.path, self._clock()))
            return
        connection, schema = store.read_write(self.path, "reading list")
        self._connect(connection)
        if schema < newest:
            from paperlab.library.upkeep import migrate

            migrate(connection, self.path, schema, at=self._clock())
            self._learn()

    def _connect(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._closing.detach()
        self._closing = weakref.finalize(self, _close, self._reader, connection)

    def close(self) -> None:
        """Let go of the file; the last one to do so folds the log into it."""
        self._closing()
        self._connection = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _read(self, query: Callable[[sqlite3.Connection], T]) -> T:
        with store.translated(self.path):
            return query(self._connection) if self._connection is not None else self._reader.read(query)

    @contextmanager
    def command(self, name: str) -> Iterator[None]:
        """Join the calls inside to one command, so that one `undo` takes all of them back; inside another it joins that.

        It holds no lock: each call is still its own transaction, and asking arXiv in between is fine.
        """
        outer = self._group
        self._group = outer or (name, None)
        try:
            yield
        finally:
            self._group = outer and self._group

    @contextmanager
    def _write(self, name: str) -> Iterator[Journal]:
        if self._connection is None or not self.writable:
            raise LabUnusable(f"{self.path}: opened for reading; open it with write=True", path=str(self.path))
        from paperlab.library.catching_up import caught_up, last_waiting
        from paperlab.library.journal import Journal, taken_back

        name, number = self._group or (name, None)
        with store.translated(self.path), store.transaction(self._connection):
            if number is not None and taken_back(self._connection, number):
                number = None  # by another process, in the middle of our command: what follows is one of its own
            journal = Journal(self._connection, at=self._clock(), name=name, command=number)
            waiting = last_waiting(self._connection)
            yield journal
            caught_up(self._connection, before=waiting)
        if self._group is not None:
            self._group = (name, journal.command)

    def _learn(self) -> bool:
        """Take apart what was not yet and make the ranker's model anew; False where there was nothing to do."""
        from paperlab.library.learning import learned

        if self._connection is None or not self.writable:
            raise LabUnusable(f"{self.path}: opened for reading; open it with write=True", path=str(self.path))
        with store.translated(self.path), store.transaction(self._connection):
            return learned(self._connection)


def _close(reader: store.Reader, connection: sqlite3.Connection | None = None) -> None:
    reader.close()
    if connection is not None:
        connection.close()
