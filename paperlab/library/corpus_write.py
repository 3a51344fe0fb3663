"""Fill the corpus: rows in batches, each with the place in its source that it brings the corpus to."""

from __future__ import annotations

import itertools
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from paperlab.library import store
from paperlab.library.corpus_rows import COLUMNS, INDEXED, Maker, Row, month_of, number_of
from paperlab.library.stemming import Stemmer
from paperlab.records.paper import PaperRecord

_SAMPLE = 1000
"""So many papers say which words are common; a smaller corpus is searched fast without knowing it."""
_COMMON_SHARE = 0.3
"""Where fewer papers hold a word, its places in them can be compared while a person waits, a million papers or not."""
_COMMON_MOST = 400
_MERGED_PAGES = 4000
_SEGMENTS_MOST = 12
"""So many parts of the index are searched as fast as one."""
_CACHE_KB = 64_000
_LOG_PAGES = 8000
"""64 MB: what is written many times, such as the top of a tree, goes to the file itself once."""


@dataclass(frozen=True, slots=True)
class Written:
    """What a batch did."""

    new: int = 0
    changed: int = 0
    deleted: int = 0


class Writer:
    """The corpus, open for writing; each `write` is one transaction that a killed process leaves whole or undone."""

    def __init__(self, connection: sqlite3.Connection, at: str) -> None:
        """Use `opened`."""
        self._connection = connection
        self._at = at
        self._made: Maker | None = None

    def place(self, name: str, fingerprint: str) -> tuple[int, int]:
        """Give where to go on in a source; (0, 0) for one that is new, has changed, or was taken in to its end."""
        sql = "SELECT member, offset FROM sources WHERE name = ? AND fingerprint = ? AND done = 0"
        row = self._one(sql, name, fingerprint)
        return (row[0], row[1]) if row else (0, 0)

    def begin(self, name: str, fingerprint: str) -> int:
        """Give the number of a source, which begins anew unless `place` says where it goes on."""
        if self.place(name, fingerprint) == (0, 0):
            with store.transaction(self._connection):
                self._connection.execute(
                    "INSERT INTO sources (name, fingerprint, imported_at) VALUES (?, ?, ?) ON CONFLICT (name) DO "
                    "UPDATE SET fingerprint = excluded.fingerprint, imported_at = excluded.imported_at, member = 0, "
                    "offset = 0, done = 0",
                    (name, fingerprint, self._at),
                )
        return int(self._one("SELECT id FROM sources WHERE name = ?", name)[0])

    def unchanged(self, name: str, fingerprint: str) -> bool:
        """Tell whether this source was imported to its end as it is."""
        row = self._one("SELECT done FROM sources WHERE name = ? AND fingerprint = ?", name, fingerprint)
        return bool(row and row[0])

    def common(self, records: Iterable[PaperRecord]) -> dict[str, int]:
        """Give the common words; found once, among the first thousand papers."""
        known = dict(self._connection.execute("SELECT term, code FROM common"))
        here = self._connection.execute(f"SELECT {', '.join(COLUMNS)} FROM papers LIMIT {_SAMPLE}").fetchall()
        if known or len(here) == _SAMPLE:
            return known
        rows = [*here, *Maker({}).rows(list(itertools.islice(records, _SAMPLE - len(here))))]
        if len(rows) < _SAMPLE:
            return {}
        found = _frequent([f"{row[3]} . {row[5]}" for row in rows])
        with store.transaction(self._connection):
            self._connection.executemany("INSERT INTO common (term, code) VALUES (?, ?)", found.items())
            # What is there was indexed without pairs; without any length kept, nothing else of the index is lost.
            self._connection.execute("INSERT INTO words(words) VALUES ('delete-all')")
            self._made = Maker(found)
            self._index(sorted((row[0], *held) for row, held in zip(here, self._made.indexed(here), strict=True)))
        return found

    def write(self, rows: Sequence[Row], deleted: Sequence[str], *, source: int, place: tuple[int, int]) -> Written:
        """Keep rows, take out deleted papers, and remember the place, all or nothing.

        Of two rows of one paper the newer version stays; of the same version the one that came last, with what it
        does not tell taken from the one before.
        """
        with store.transaction(self._connection):
            fresh, changed = self._sorted_out(rows, source)
            gone = self._taken_out(deleted)
            self._index(fresh)
            self._connection.execute(
                "UPDATE sources SET member = ?, offset = ?, imported_at = ? WHERE id = ?", (*place, self._at, source)
            )
        return Written(len(fresh) - changed, changed, gone)

    def _sorted_out(self, rows: Sequence[Row], source: int) -> tuple[list[Row], int]:
        """Put papers into their table; gives what is to be indexed, and how many of those were there before."""
        width = len(COLUMNS)
        newest: dict[int, Row] = {}
        for row in rows:
            before = newest.get(row[0])
            newest[row[0]] = row if before is None else merged(before, row)
        there = self._there(list(newest))
        todo: list[Row] = []
        for number, row in sorted(newest.items()):  # else pages would be split in the middle and stay half empty
            if number in there:
                kept = merged(there[number], row)
                if kept[:width] == there[number]:
                    continue
                self._unindex(there[number])
                row = kept if len(kept) > width else kept + self._indexed(kept)  # noqa: PLW2901
            todo.append(row)
        marks = ", ".join("?" * (width + 1))
        sql = f"INSERT OR REPLACE INTO papers ({', '.join(COLUMNS)}, source) VALUES ({marks})"
        self._connection.executemany(sql, ((*row[:width], source) for row in todo))
        self._count([row for row in todo if row[0] not in there])
        self._count([row for row in todo if row[0] in there], 0)
        return [(row[0], *row[width:]) for row in todo], sum(row[0] in there for row in todo)

    def _there(self, numbers: Sequence[int]) -> dict[int, Row]:
        # Most imports bring newer papers than any that is there: one look tells.
        between = "SELECT 1 FROM papers WHERE number BETWEEN ? AND ? LIMIT 1"
        if not numbers or not self._one(between, min(numbers), max(numbers)):
            return {}
        sql = f"SELECT {', '.join(COLUMNS)} FROM papers WHERE number = ?"
        found = (self._connection.execute(sql, (number,)).fetchone() for number in numbers)
        return {row[0]: row for row in found if row}

    def _taken_out(self, ids: Sequence[str]) -> int:
        there = self._there(list({number_of(id) for id in ids}))
        for number, row in there.items():
            self._unindex(row)
            self._connection.execute("DELETE FROM papers WHERE number = ?", (number,))
        self._count(list(there.values()), -1)
        return len(there)

    def _index(self, rows: Sequence[Row]) -> None:
        if not rows:
            return
        sql = f"INSERT INTO words(rowid, {', '.join(INDEXED)}) VALUES (?, ?, ?, ?, ?)"
        self._set("stale", 1)
        self._set("segments", self._state("segments") + 1)
        self._connection.executemany(sql, rows)

    def _unindex(self, row: Row) -> None:
        sql = f"INSERT INTO words(words, rowid, {', '.join(INDEXED)}) VALUES ('delete', ?, ?, ?, ?, ?)"
        self._set("stale", 1)
        self._connection.execute(sql, (row[0], *self._indexed(row)))

    def _indexed(self, row: Row) -> Row:
        if self._made is None:
            self._made = Maker(dict(self._connection.execute("SELECT term, code FROM common")))
        return self._made.indexed([row])[0]

    def _count(self, rows: Sequence[Row], sign: int = 1) -> None:
        sql = (
            "INSERT INTO months (month, papers, newest, oldest) VALUES (?, ?, ?, ?) ON CONFLICT (month) DO UPDATE SET "
            "papers = papers + excluded.papers, newest = max(newest, excluded.newest), "
            "oldest = min(oldest, excluded.oldest)"
        )
        months: dict[int, list[str]] = {}
        for row in rows:
            months.setdefault(month_of(row[0]), []).append(row[_PUBLISHED] or "")
        told = ((m, sign * len(dates), max(d or _UNDATED for d in dates), min(dates)) for m, dates in months.items())
        self._connection.executemany(sql, told)

    def finish(self, source: int) -> None:
        """Mark a source as imported to its end."""
        with store.transaction(self._connection):
            self._connection.execute("UPDATE sources SET done = 1 WHERE id = ?", (source,))

    def settle(self, progress: Callable[[int, int, str], None]) -> None:
        """Merge the index and count its words, where anything changed since this was done last."""
        segments = self._state("segments")
        if not self._state("stale"):
            return
        if segments > _SEGMENTS_MOST:
            pages = max(self._one("SELECT count(*) FROM words_data")[0], 1)
            for step in self._merges():
                progress(min(step * _MERGED_PAGES, pages), pages + 1, "pages of the index merged")
            segments = 1
        with store.transaction(self._connection):
            self._connection.execute("CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, words, row)")
            self._connection.execute("DELETE FROM terms")
            self._connection.execute("INSERT INTO terms SELECT term, doc FROM temp.vocabulary")
            self._connection.execute("DROP TABLE temp.vocabulary")
            self._set("stale", 0)
            self._set("segments", segments)
        progress(1, 1, "pages of the index merged")

    def _merges(self) -> Iterator[int]:
        """Merge segments step by step: one transaction over all would need the room of the whole index again."""
        pages, step = -_MERGED_PAGES, 0  # negative: begin with all segments, whatever their level
        while True:
            before = self._connection.total_changes
            with store.transaction(self._connection):
                self._connection.execute("INSERT INTO words(words, rank) VALUES ('merge', ?)", (pages,))
            if self._connection.total_changes - before < 2:
                return
            pages, step = _MERGED_PAGES, step + 1
            yield step

    def _state(self, name: str) -> int:
        row = self._one("SELECT value FROM state WHERE name = ?", name)
        return int(row[0]) if row else 0

    def _set(self, name: str, value: int) -> None:
        self._connection.execute("INSERT OR REPLACE INTO state (name, value) VALUES (?, ?)", (name, value))

    def _one(self, sql: str, *values: object) -> Row:
        found: Row = self._connection.execute(sql, values).fetchone() or ()
        return found


def merged(before: Row, row: Row) -> Row:
    """Give the newer of two rows of a paper; where it is silent (oai_dc knows no categories) the older one speaks."""
    if _is_older(row, before):
        return before
    told = tuple(
        old if name in _KEPT and new in (None, "", "[]") else new
        for name, new, old in zip(COLUMNS, row, before, strict=False)
    )
    return row if told == row[: len(COLUMNS)] else told


_KEPT = ("authors", "abstract", "categories", "published")
_VERSION, _UPDATED, _PUBLISHED = (COLUMNS.index(name) for name in ("version", "updated", "published"))
_UNDATED = "9999"
"""A paper of an unknown date fits every `since:` and every `before:`."""


def _is_older(row: Row, before: Row) -> bool:
    """Compare versions, else days: OAI's format arXiv knows no version, and no time of day."""
    ours, theirs = row[_UPDATED] or "", before[_UPDATED] or ""
    if row[_VERSION] and before[_VERSION]:
        return bool((row[_VERSION], ours) < (before[_VERSION], theirs))
    if ours[:10] == theirs[:10]:
        return before[_VERSION] is not None
    return bool(ours[:10] < theirs[:10])


def _frequent(texts: Sequence[str]) -> dict[str, int]:
    """Give the stems that very many of the texts hold, the commonest first, with codes from 1."""
    papers: Counter[str] = Counter()
    for stems in Stemmer()(texts):
        papers.update(set(stems))
    least = _COMMON_SHARE * len(texts)
    ordered = sorted(papers.items(), key=lambda item: (-item[1], item[0]))
    found = [stem for stem, count in ordered[:_COMMON_MOST] if count >= least]
    return {stem: code for code, stem in enumerate(found, start=1)}


@contextmanager
def opened(path: Path, at: str) -> Iterator[Writer]:
    """Open the corpus for writing, making it where there is none.

    Raises:
        LabUnusable, sqlite3.Error: see store.translated.
    """
    if not path.exists():
        from paperlab.errors import Conflict
        from paperlab.library.upkeep import create

        path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(Conflict):  # another process was faster, and its file is as good
            create(path, at=at, kind="corpus")
    connection, _ = store.read_write(path, "corpus")
    try:
        connection.execute("PRAGMA secure_delete = OFF")  # nothing here is secret, and zeroing doubles the writing
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KB}")
        connection.execute(f"PRAGMA wal_autocheckpoint = {_LOG_PAGES}")
        yield Writer(connection, at)
    finally:
        connection.close()
