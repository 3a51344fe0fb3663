"""`Corpus`: all of arXiv's metadata in a second SQLite file, `.paperlab/corpus.db`, made again from its sources."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from paperlab.errors import LabUnusable
from paperlab.library import store
from paperlab.library.store import now

if TYPE_CHECKING:
    from paperlab.library.corpus_query import Found
    from paperlab.library.corpus_write import Writer
    from paperlab.records.paper import PaperRecord

T = TypeVar("T")

_REMEDY = "delete it and import its sources again"
_MAPPED = 1 << 31
"""Bytes read as memory: what the system holds of the file is not copied once more."""


class Corpus:
    """The corpus of a lab. It is left out of backup, undo and events.

    Each call raises LabUnusable where the file is read-only, full, corrupt or made by a newer paperlab; the list is
    never touched.
    """

    def __init__(self, path: Path, *, clock: Callable[[], str] = now) -> None:
        self.path = Path(path)
        self._clock = clock

    def exists(self) -> bool:
        """Tell whether anything was imported."""
        return self.path.is_file()

    def find(self, query: str, *, limit: int = 50, without: Sequence[str] = ()) -> Found:
        """Give the papers whose title, abstract or authors hold the words, best first: see `Library.find`.

        By rank while under 100,000 papers match, else the best of the newest 100,000; `notes` says so. `tag:`,
        `state:` and `added:` find nothing here. Papers of the ids `without` are left out.

        Raises:
            UsageError: a filter with a value that cannot be read.
        """
        from paperlab.library.corpus_query import found

        skipped = frozenset(without)
        return self._read(lambda c: found(c, query, limit=limit, now=self._clock(), without=skipped))

    def records(self, ids: Sequence[str]) -> dict[str, PaperRecord]:
        """Give what is known of those of `ids` (canonical) that are here, each with where it came from."""
        from paperlab.library.corpus_query import known

        return self._read(lambda c: known(c, ids))

    def count(self) -> int:
        """Count the papers."""
        return self._read(lambda c: int(c.execute("SELECT coalesce(sum(papers), 0) FROM months").fetchone()[0]))

    @contextmanager
    def write(self) -> Iterator[Writer]:
        """Open it for an import, making it where there is none."""
        from paperlab.library.corpus_write import opened

        with self._faults(), opened(self.path, self._clock()) as writer:
            yield writer

    def _read(self, query: Callable[[sqlite3.Connection], T]) -> T:
        def asked(connection: sqlite3.Connection) -> T:
            store.checked(self.path, connection, "corpus")
            connection.execute(f"PRAGMA mmap_size = {_MAPPED}")
            return query(connection)

        reader = store.Reader(self.path)
        with self._faults():
            try:
                return reader.read(asked)
            finally:
                reader.close()

    @contextmanager
    def _faults(self) -> Iterator[None]:
        """Say what to do about a file that is no corpus of this paperlab: it can always be made again."""
        try:
            with store.translated(self.path, _REMEDY):
                yield
        except LabUnusable as error:
            told = f"{error.message}, or {_REMEDY}" if "upgrade" in error.message else error.message
            told = f"{told}; {_REMEDY}" if "another SQLite file" in told or "an older" in told else told
            raise LabUnusable(told, path=str(self.path)) from error
