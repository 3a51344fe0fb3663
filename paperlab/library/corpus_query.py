"""Ask the corpus: which words are rare, what to compare, what to rank, and when to stop.

To step over one paper that holds a word takes 0.04 us, to look at its places 0.8 us, to rank it 0.4 us. So a million
papers can be counted while a person waits, and a hundred thousand ranked; the plan keeps each answer within that.
bm25 steps over every paper of every word that it ranks by: only the rarest words are given to it.

Source: sqlite.org/fts5.html sections 3 (query syntax), 5.1.1 (bm25), 6.5 (the merge command).
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from paperlab.library.corpus_rows import (
    COLUMNS,
    Row,
    Stemmer,
    category_marks,
    last_of,
    number_of,
    pairs_of,
    record_of,
    searchable,
)
from paperlab.library.filters import FILTERS
from paperlab.library.search import COLUMN_OF, Asked, asked_for
from paperlab.records.ids import PaperId
from paperlab.records.paper import PaperRecord, Provenance
from paperlab.records.times import beginning

RANKED_MOST = 100_000
"""Of what matches more papers than this, the newest so many are ranked."""
_RANK_STEPS = 1_500_000
_STEPS_AT_ONCE = 3_000_000
_SECONDS = 0.12
"""How long the papers of a dear question are looked through, the newest first."""
_PLACES = 10
"""Steps that it takes to compare the places of two words in a paper that holds both."""
_ENDINGS_MOST = 64
"""Words that begin as asked; the commonest so many are looked for."""
_WINDOW = 100_000
_LOOKED_MOST = 2_000
_WEIGHTS = "10, 1, 5, 0"
_NOWHERE = 1 << 62
_NEVER = "9999"
_OF_THE_LIST = frozenset(FILTERS) - {"cat", "since", "before"}
"""Filters that ask for what a person did to an entry: no paper of the corpus has that."""


@dataclass(frozen=True, slots=True)
class Found:
    """An answer of the corpus."""

    records: tuple[PaperRecord, ...] = ()
    notes: tuple[str, ...] = ()
    """What was left out, one line each."""


@dataclass(frozen=True, slots=True)
class _Unit:
    """A word, phrase or beginning, as FTS5 reads it."""

    match: str
    steps: int
    """What one pass over its papers costs."""
    ranks: bool = True
    note: str = ""


def found(connection: sqlite3.Connection, query: str, *, limit: int, now: str, without: frozenset[str]) -> Found:
    """Give the papers that fit, best first, without those of the ids `without`.

    Raises:
        UsageError: a filter whose value cannot be read.
    """
    named = PaperId.maybe(query) if any(sign.isdigit() for sign in query) else None
    if named is not None:
        record = one(connection, named.base)
        return Found((record,) if record and record.id not in without else ())
    return _Search(connection, now).run(list(asked_for(query)), limit, without)


def one(connection: sqlite3.Connection, id: str) -> PaperRecord | None:
    """Give the record of a canonical id."""
    sql = f"SELECT {', '.join(COLUMNS)} FROM papers WHERE number = ?"
    row = connection.execute(sql, (number_of(id),)).fetchone()
    return record_of(row) if row else None


class _Search:
    def __init__(self, connection: sqlite3.Connection, now: str) -> None:
        self._connection = connection
        self._now = now
        self._stems = Stemmer()
        self._common: dict[str, int] = dict(connection.execute("SELECT term, code FROM common"))
        stale = connection.execute("SELECT value FROM state WHERE name = 'stale'").fetchone()
        self._counted = stale is not None and not stale[0]
        self._upto = _NOWHERE
        self._since, self._before = "", _NEVER
        self._outside: list[Asked] = []
        self._inside: list[str] = []
        self._notes: list[str] = []

    def run(self, asked: Sequence[Asked], limit: int, without: frozenset[str]) -> Found:
        if any(word.name in _OF_THE_LIST and not word.no for word in asked):
            return Found()
        self._outside = [word for word in asked if word.no and word.name not in _OF_THE_LIST]
        units: list[_Unit] = []
        for word in (word for word in asked if not word.no):
            if word.name == "since":
                self._since = max(self._since, beginning(word.text, self._now, name="since:"))
                self._upto = self._oldest()
            elif word.name == "before":
                self._before = min(self._before, beginning(word.text, self._now, name="before:"))
            elif unit := self._unit(word):
                units.append(unit)
        self._notes += [unit.note for unit in units if unit.note]
        bounded = bool(self._since) or self._before < _NEVER
        if not units and not bounded:
            return Found()
        # What is looked at in the text itself may leave out many.
        most = _LOOKED_MOST if bounded or self._inside or self._outside else limit + len(without)
        numbers = self._ranked(units, most) if units else self._newest(most)
        return Found(tuple(self._records(numbers, limit, without)), tuple(self._notes))

    def _oldest(self) -> int:
        """Give the largest number of a paper that may be as new as `since:` asks: its month is not always its date's."""
        sql = "SELECT min(month) FROM months WHERE newest >= ?"
        month = self._connection.execute(sql, (self._since,)).fetchone()[0]
        return -1 if month is None else last_of(month)

    # What is asked for

    def _unit(self, word: Asked) -> _Unit | None:
        """Read a word, phrase, beginning or category; None where nothing of it can be in an index."""
        if word.name == "cat":
            marks = category_marks([word.text.strip()])[:1] if word.text.strip() else []
            return _Unit(f'marks : "{marks[0]}"', self._papers(marks[0]), ranks=False) if marks else None
        text = searchable(word.text).replace("\0", " ")
        stems = self._stems([text])[0]
        if not stems:
            self._inside += [text.strip()] if text.strip() else []
            return None
        column = f"{{{COLUMN_OF[word.name]}}} : " if word.name in COLUMN_OF else ""
        if word.begin and self._counted:
            return self._beginning(column, text, stems)
        if word.begin:
            return _Unit(f'{column}"{text}" *', 0)
        return self._phrase(column, text, stems)

    def _phrase(self, column: str, text: str, stems: Sequence[str]) -> _Unit:
        pairs = pairs_of(stems, self._common)
        words = pairs.split() or stems
        papers = [self._papers(word) for word in words]
        steps = sum(papers) + (_PLACES * min(papers) if len(words) > 1 else 0)
        return _Unit(f'{column}"{pairs or text}"', steps)

    def _beginning(self, column: str, text: str, stems: Sequence[str]) -> _Unit | None:
        """Look for the commonest words that begin so: FTS5's own prefix search would merge all of them first."""
        sql = "SELECT term, papers FROM terms WHERE term >= ? AND term < ? ORDER BY papers DESC LIMIT ?"
        last = stems[-1]
        rows = self._connection.execute(sql, (last, last + "\U0010ffff", _ENDINGS_MOST + 1)).fetchall()
        if not rows:
            return _Unit(f'{column}"{text}"', 0)
        note = f"{text}* begins over {_ENDINGS_MOST} words; the commonest {_ENDINGS_MOST} were looked for"
        words = self._written([term for term, _ in rows[:_ENDINGS_MOST]])
        before = text[: text.lower().rfind(_tail(text).lower())] if len(stems) > 1 else ""
        phrases = [self._phrase("", f"{before}{word}", [*stems[:-1], term]) for term, word in words]
        if len(stems) > 1:
            phrases = [p for p in phrases if p.steps]
        match = " OR ".join(phrase.match for phrase in phrases)
        steps = sum(phrase.steps for phrase in phrases)
        return _Unit(f"{column}({match})", steps, note=note if len(rows) > _ENDINGS_MOST else "")

    def _written(self, terms: Sequence[str]) -> list[tuple[str, str]]:
        """Give for each stem a word that is stemmed to it: most stems are their own, some need an ending."""
        tries = [f"{term}{ending}" for term in terms for ending in ("", "s", "e", "ed", "ing", "es")]
        words: dict[str, str] = {}
        for word, stems in zip(tries, self._stems(tries), strict=True):
            if len(stems) == 1:
                words.setdefault(stems[0], word)
        return [(term, words[term]) for term in terms if term in words]

    def _papers(self, term: str) -> int:
        row = self._connection.execute("SELECT papers FROM terms WHERE term = ?", (term,)).fetchone()
        return int(row[0]) if row else 0

    # What is found

    def _ranked(self, units: Sequence[_Unit], limit: int) -> list[int]:
        """Give the numbers of the best papers, the best first."""
        match = " AND ".join(f"({unit.match})" for unit in units)
        if sum(unit.steps for unit in units) > _STEPS_AT_ONCE:
            return self._of_list(units, self._looked_through(match), limit)
        sql = "SELECT rowid FROM words WHERE words MATCH ? AND rowid <= ? ORDER BY rowid LIMIT 1 OFFSET ?"
        border = self._connection.execute(sql, (match, self._upto, RANKED_MOST - 1)).fetchone()
        if border:
            self._many()
            self._upto = border[0]
        rank = self._cheap(units)
        if len(rank) == len([unit for unit in units if unit.ranks]) and all(unit.ranks for unit in units):
            return self._by_rank(match, limit)
        if not rank:
            return self._titles_first(match, limit)
        fits = "SELECT rowid FROM words WHERE words MATCH ? AND rowid <= ?"
        return self._by_rank(_joined(rank), limit, fits, (match, self._upto))

    def _many(self) -> None:
        self._notes.append(f"{RANKED_MOST:,} papers or more match; these are the best of the newest {RANKED_MOST:,}")

    def _cheap(self, units: Sequence[_Unit]) -> list[_Unit]:
        """Give the rarest units that bm25 can step over in time."""
        chosen: list[_Unit] = []
        left = _RANK_STEPS
        for unit in sorted((unit for unit in units if unit.ranks), key=lambda unit: unit.steps):
            if unit.steps > left:
                break
            chosen.append(unit)
            left -= unit.steps
        return chosen

    def _by_rank(self, match: str, limit: int, fits: str = "", values: tuple[object, ...] = ()) -> list[int]:
        # A plus keeps SQLite from looking up each row of the set in the index, one by one.
        inside = f"AND +rowid IN ({fits})" if fits else ""
        sql = (
            f"SELECT rowid FROM words WHERE words MATCH ? AND rowid <= ? {inside} "
            f"ORDER BY bm25(words, {_WEIGHTS}), rowid LIMIT ?"
        )
        return [row[0] for row in self._connection.execute(sql, (match, self._upto, *values, limit))]

    def _titles_first(self, match: str, limit: int) -> list[int]:
        """Give papers that say it in the title, then the others, the newest first: bm25 would take too long."""
        numbers: dict[int, None] = {}
        sql = "SELECT rowid FROM words WHERE words MATCH ? AND rowid <= ? ORDER BY rowid LIMIT ?"
        for asked in (f"{{title}} : ({match})", match):
            if len(numbers) < limit and "marks :" not in asked.removeprefix(match):
                numbers |= dict.fromkeys(row[0] for row in self._connection.execute(sql, (asked, self._upto, limit)))
        return list(numbers)[:limit]

    def _looked_through(self, match: str) -> list[int]:
        """Give the numbers that fit, the newest first, until there are enough or the time is over."""
        sql = "SELECT rowid FROM words WHERE words MATCH ? AND rowid > ? AND rowid <= ? ORDER BY rowid LIMIT ?"
        end, numbers, seen = time.monotonic() + _SECONDS, list[int](), 0
        for first, last, papers in self._windows():
            if time.monotonic() > end:
                self._notes.append(f"very common words: the newest {seen:,} papers were looked through")
                return numbers
            left = RANKED_MOST - len(numbers)
            numbers += [row[0] for row in self._connection.execute(sql, (match, first, min(last, self._upto), left))]
            seen += papers
            if len(numbers) >= RANKED_MOST:
                self._many()
                return numbers
        return numbers

    def _windows(self) -> Iterator[tuple[int, int, int]]:
        """Cut the corpus into parts of about _WINDOW papers by month, the newest first."""
        first, papers = -1, 0
        months = self._connection.execute("SELECT month, papers FROM months ORDER BY month DESC").fetchall()
        for month, count in months:
            papers += count
            if papers >= _WINDOW or month == months[-1][0]:
                yield first, last_of(month), papers
                first, papers = last_of(month), 0

    def _of_list(self, units: Sequence[_Unit], numbers: Sequence[int], limit: int) -> list[int]:
        if not numbers:
            return []
        rank = self._cheap(units)
        self._upto = numbers[-1]
        if not rank:
            return list(numbers[:limit])
        return self._by_rank(_joined(rank), limit, "SELECT value FROM json_each(?)", (json.dumps(list(numbers)),))

    def _newest(self, limit: int) -> list[int]:
        sql = "SELECT number FROM papers WHERE number <= ? ORDER BY number LIMIT ?"
        return [row[0] for row in self._connection.execute(sql, (self._upto, limit))]

    def _records(self, numbers: Sequence[int], limit: int, without: frozenset[str]) -> Iterator[PaperRecord]:
        sql = f"SELECT {', '.join(COLUMNS)} FROM papers WHERE number = ?"
        for number in numbers:
            row: Row | None = self._connection.execute(sql, (number,)).fetchone()
            if limit > 0 and row is not None and row[1] not in without and self._fits(row):
                limit -= 1
                yield record_of(row)

    def _fits(self, row: Row) -> bool:
        """See what no index holds: the day, and signs such as ++."""
        said = f"{row[3]} {row[5]} {row[4]}"
        day = row[7]
        return (
            (day or self._since) >= self._since
            and (day or "") < self._before
            and all(signs in said for signs in self._inside)
            and not any(self._holds(row, word) for word in self._outside)
        )

    def _holds(self, row: Row, word: Asked) -> bool:
        """See whether a paper holds what the query does not want."""
        if word.name in ("since", "before"):
            return ((row[7] or "") < beginning(word.text, self._now, name=f"{word.name}:")) is (word.name == "before")
        if word.name == "cat":
            return bool(set(category_marks([word.text])[:1]) & set(category_marks(json.loads(row[6]))))
        places = {"title": row[3], "authors": row[4], "abstract": row[5]}
        column = COLUMN_OF.get(word.name)
        said = str(places[column]) if column else " ".join(map(str, places.values()))
        wanted, stems = self._stems([word.text, said])
        if not wanted:
            return word.text.strip() in said
        last = wanted[-1]
        for start in range(len(stems) - len(wanted) + 1):
            part = stems[start : start + len(wanted)]
            if part[:-1] == wanted[:-1] and (part[-1].startswith(last) if word.begin else part[-1] == last):
                return True
        return False


def _joined(units: Sequence[_Unit]) -> str:
    return " AND ".join(f"({unit.match})" for unit in units)


def _tail(text: str) -> str:
    import re

    words = re.findall(r"[^\W_]+", text)
    return words[-1] if words else text


def known(connection: sqlite3.Connection, ids: Sequence[str]) -> dict[str, PaperRecord]:
    """Give the records of canonical ids, each with its source and when that was imported."""
    names = ", ".join(f"p.{name}" for name in COLUMNS)
    sql = (
        f"SELECT {names}, s.name, s.imported_at FROM papers p LEFT JOIN sources s ON s.id = p.source WHERE p.number = ?"
    )
    rows = (connection.execute(sql, (number_of(id),)).fetchone() for id in ids if PaperId.maybe(id))
    return {row[1]: replace(record_of(row[:-2]), provenance=_origin(*row[-2:])) for row in rows if row}


def _origin(name: str | None, at: str | None) -> Provenance:
    from paperlab import __version__

    return Provenance(
        address=f"corpus: {name or 'unknown'}", sha256="", fetched_at=at or "", tool=f"paperlab {__version__}"
    )
