"""Ask the corpus: what to compare, what to rank, and when to stop; see corpus_plan.py for what a question costs."""

from __future__ import annotations

import itertools
import json
import sqlite3
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from paperlab.library.corpus_plan import Plan, Unit, leapt
from paperlab.library.corpus_rows import COLUMNS, Row, last_of, number_of, record_of
from paperlab.library.filters import FILTERS
from paperlab.library.search import Asked, asked_for
from paperlab.records.ids import PaperId
from paperlab.records.paper import PaperRecord, Provenance
from paperlab.records.times import beginning

RANKED_MOST = 100_000
"""Of what matches more papers than this, the newest so many are ranked."""
_RANK_STEPS = 2_500_000
_STEPS_AT_ONCE = 8_000_000
_SECONDS = 0.12
"""How long the papers of a dear question are looked through, the newest first."""
_WINDOW = 100_000
_LOOKED_MOST = 2_000
_WEIGHTS = "10, 1, 5, 0"
_FITS = "SELECT rowid FROM words WHERE words MATCH ? AND rowid > ? AND rowid <= ?"
_NOWHERE = 1 << 62
_NEVER = "9999"
_OF_THE_LIST = frozenset(FILTERS) - {"cat", "since", "before"}
"""Filters that ask for what a person did to an entry: no paper of the corpus has that."""
_TURNED = {"since": "before", "before": "since"}


@dataclass(frozen=True, slots=True)
class Found:
    """An answer of the corpus."""

    records: tuple[PaperRecord, ...] = ()
    notes: tuple[str, ...] = ()
    """What was left out, one line each."""


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
        self._plan = Plan(connection)
        self._from, self._upto = -1, _NOWHERE
        self._since, self._before = "", _NEVER
        self._units: list[Unit] = []
        self._others: list[Unit] = []
        """What must not be held."""
        self._inside: list[tuple[str, bool]] = []
        """What no index holds, such as ++, and whether it must be there."""
        self._notes: list[str] = []

    def run(self, asked: Sequence[Asked], limit: int, without: frozenset[str]) -> Found:
        if any(word.name in _OF_THE_LIST and not word.no for word in asked):
            return Found()
        for word in (word for word in asked if word.name not in _OF_THE_LIST):
            self._read(word)
        bounded = bool(self._since) or self._before < _NEVER
        if not self._units and not bounded:
            return Found()
        # What is looked at in the text itself may leave out many.
        most = _LOOKED_MOST if bounded or self._inside else limit + len(without)
        numbers = self._ranked(most) if self._units else self._newest(most)
        records = tuple(self._records(numbers, limit, without))
        if self._inside and len(numbers) == most and len(records) < limit:
            self._notes.append(f"of the many papers that fit but for signs, the best {most:,} were looked through")
        return Found(records, tuple(self._notes))

    # What is asked for

    def _read(self, word: Asked) -> None:
        if word.name in _TURNED:
            self._bound(_TURNED[word.name] if word.no else word.name, word.text)
        elif unit := self._plan.unit(word):
            (self._others if word.no else self._units).append(unit)
            self._notes += [unit.note] if unit.note else []
        elif word.text.strip() and word.name != "cat":
            self._inside.append((word.text.strip(), not word.no))

    def _bound(self, name: str, text: str) -> None:
        """Leave out months in which no paper is as new, or as old, as asked: a paper's month is not always its date's."""
        if name == "since":
            self._since = max(self._since, beginning(text, self._now, name="since:"))
            month = self._one("SELECT min(month) FROM months WHERE newest >= ?", self._since)
            self._upto = -1 if month is None else last_of(month)
        else:
            self._before = min(self._before, beginning(text, self._now, name="before:"))
            month = self._one("SELECT max(month) FROM months WHERE oldest < ?", self._before)
            self._from = _NOWHERE if month is None else last_of(month + 1)

    def _one(self, sql: str, *values: object) -> int | None:
        found: int | None = self._connection.execute(sql, values).fetchone()[0]
        return found

    # What is found

    def _ranked(self, limit: int) -> list[int]:
        """Give the numbers of the best papers, the best first."""
        units = sorted(self._units, key=lambda unit: unit.papers)  # the rarest leads, and the others skip to it
        match = " AND ".join(f"({unit.match})" for unit in units)
        others = " OR ".join(f"({unit.match})" for unit in self._others)
        match = f"({match}) NOT ({others})" if others else match
        dear = leapt([unit.papers for unit in units]) + sum(u.steps - u.papers for u in [*units, *self._others])
        if dear > _STEPS_AT_ONCE:
            return self._of_list(match, self._looked_through(match), limit)
        if units[0].papers >= RANKED_MOST and (border := self._border(match)):
            self._upto = border
        return self._sorted(match, _FITS, (match, self._from, self._upto), limit)

    def _border(self, match: str) -> int | None:
        """Give the number of the RANKED_MOST-th paper, or None."""
        sql = f"{_FITS} ORDER BY rowid LIMIT 1 OFFSET ?"
        row = self._connection.execute(sql, (match, self._from, self._upto, RANKED_MOST - 1)).fetchone()
        if row:
            self._many()
        return row[0] if row else None

    def _many(self) -> None:
        self._notes.append(f"{RANKED_MOST:,} papers or more match; these are the best of the newest {RANKED_MOST:,}")

    def _of_list(self, match: str, numbers: list[int], limit: int) -> list[int]:
        if len(numbers) >= RANKED_MOST:
            self._many()
        self._upto = numbers[-1] if numbers else -1
        return self._sorted(match, "SELECT value FROM json_each(?)", (json.dumps(numbers),), limit)

    def _sorted(self, match: str, fits: str, values: tuple[object, ...], limit: int) -> list[int]:
        """Give the best of those that `fits` gives, by the words that tell most and that bm25 can follow in time."""
        rank = " AND ".join(f"({unit.match})" for unit in self._cheap())
        if not rank:
            return self._titles_first(match, fits, values, limit)
        # A plus keeps SQLite from looking up each row of the set in the index, one by one.
        among = "" if rank == match else f"AND +rowid IN ({fits})"
        sql = f"{_FITS} {among} ORDER BY bm25(words, {_WEIGHTS}), rowid LIMIT ?"
        return self._numbers(sql, rank, self._from, self._upto, *(values if among else ()), limit)

    def _titles_first(self, match: str, fits: str, values: tuple[object, ...], limit: int) -> list[int]:
        """Give papers that say it in the title, then the others, the newest first: bm25 cannot tell them apart in time."""
        numbers = self._numbers(f"{fits} ORDER BY 1 LIMIT ?", *values, limit)
        if " NOT " in match or " : " in match:
            return numbers
        sql = f"{_FITS} ORDER BY rowid LIMIT ?"
        titled = self._numbers(sql, f"{{title}} : ({match})", self._from, self._upto, limit)
        return list(dict.fromkeys([*titled, *numbers]))[:limit]

    def _numbers(self, sql: str, *values: object) -> list[int]:
        return [row[0] for row in self._connection.execute(sql, values)]

    def _cheap(self) -> list[Unit]:
        """Give the rarest units that bm25 can step over in time."""
        ranked = sorted((u for u in self._units if u.rank_steps is not None), key=lambda unit: unit.papers)
        telling = [unit for unit in ranked if unit.tells]
        if not telling:
            return ranked if sum(unit.rank_steps or 0 for unit in ranked) <= _RANK_STEPS // 2 else []
        costs = itertools.accumulate(unit.rank_steps or 0 for unit in telling)
        return [unit for unit, cost in zip(telling, costs, strict=True) if cost <= _RANK_STEPS]

    def _looked_through(self, match: str) -> list[int]:
        """Give the numbers that fit, the newest first, until there are enough or the time is over."""
        sql = f"{_FITS} ORDER BY rowid LIMIT ?"
        end, numbers, seen = time.monotonic() + _SECONDS, list[int](), 0
        for first, last, papers in self._windows():
            if time.monotonic() > end:
                self._notes.append(f"very common words: the newest {seen:,} papers were looked through")
                break
            left = RANKED_MOST - len(numbers)
            numbers += self._numbers(sql, match, max(first, self._from), min(last, self._upto), left)
            seen += papers
            if len(numbers) >= RANKED_MOST:
                break
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

    def _newest(self, limit: int) -> list[int]:
        sql = "SELECT number FROM papers WHERE number > ? AND number <= ? ORDER BY number LIMIT ?"
        numbers = self._numbers(sql, self._from, self._upto, limit)
        if not self._others or not numbers:
            return numbers
        others = " OR ".join(f"({unit.match})" for unit in self._others)
        held = set(self._numbers(_FITS, others, numbers[0] - 1, numbers[-1]))
        return [number for number in numbers if number not in held]

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
            and all((signs in said) is there for signs, there in self._inside)
        )


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
