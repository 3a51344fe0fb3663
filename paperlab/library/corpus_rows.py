"""A record as a row of the corpus, and as what the index holds of it.

Three things are added to the words that SQLite's tokenizer finds, all as words of private-use letters, which no text
brings along: pairs of very common words, signs such as emoji, and categories. A phrase of common words is then a word
of its own: to compare the places of "of" and "the" in a million papers would take a second.
"""

from __future__ import annotations

import json
import re
import sqlite3
import unicodedata
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from paperlab.library.text import clean, one_line
from paperlab.records.ids import OLD_ARCHIVES
from paperlab.records.paper import PaperRecord

COLUMNS = (
    "number", "id", "version", "title", "authors", "abstract", "categories", "published", "updated", "comment",
    "journal_ref", "doi", "licence", "withdrawn",
)  # fmt: skip
INDEXED = ("title", "abstract", "authors", "marks")
Row = tuple[Any, ...]
"""The columns of a paper, then what is indexed of it."""

_OLDEST = 1 << 28
_MONTH_BITS = 17
_PAIR, _CATEGORY, _SIGN, _BREAK = "\ue000", "\ue001", "\ue002", "\ue003"
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_WORD = re.compile(r"[^\W_]+")
_CUT = {n: chr(n).lower() if chr(n).isalnum() else " " for n in range(128)}
"""The same for ASCII, in a fifth of the time."""
_ARCHIVES = {name: place for place, name in enumerate(OLD_ARCHIVES)}
_ALONE = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")
"""Letters of scripts without blanks: each is a word of its own, so that any part of a run is a phrase."""
_CACHED_MOST = 200_000
_HEADS = range(1, 7)


def number_of(id: str) -> int:
    """Give the row of a paper by its canonical id: the newer, the smaller.

    >>> number_of("2401.00002") < number_of("2401.00001") < number_of("0704.0001") < number_of("hep-th/9901001")
    True
    """
    archive, _, tail = id.rpartition("/")
    if archive:
        return _first_of(tail[:2], tail[2:4]) - (_ARCHIVES[archive] * 1000 + int(tail[4:]))
    return _first_of(tail[:2], tail[2:4]) - int(tail[5:])


def _first_of(year: str, month: str) -> int:
    years = int(year) - 90 if int(year) > 90 else int(year) + 10
    return _OLDEST - ((years * 12 + int(month) - 1) << _MONTH_BITS)


def month_of(number: int) -> int:
    """Give the month of a row, counted from 1990-01; the months table counts its papers."""
    return (_OLDEST - number) >> _MONTH_BITS


def last_of(month: int) -> int:
    """Give the largest number that a paper of a month can have."""
    return _OLDEST - (month << _MONTH_BITS)


class Stemmer:
    """SQLite's own tokenizer, so that what is asked is cut and stemmed as what is indexed."""

    def __init__(self) -> None:
        self._memory = sqlite3.connect(":memory:", isolation_level=None)
        self._memory.execute("CREATE VIRTUAL TABLE t USING fts5(x, content = '', tokenize = 'porter unicode61')")
        self._memory.execute("CREATE VIRTUAL TABLE v USING fts5vocab(t, instance)")

    def __call__(self, texts: Sequence[str]) -> list[list[str]]:
        """Give the words of each text in order, stemmed."""
        found: list[list[str]] = [[] for _ in texts]
        self._memory.execute("BEGIN")
        self._memory.executemany("INSERT INTO t(rowid, x) VALUES (?, ?)", enumerate(texts))
        for doc, term in self._memory.execute("SELECT doc, term FROM v ORDER BY doc, offset"):
            found[doc].append(term)
        self._memory.execute("ROLLBACK")
        return found


class Maker:
    """Makes rows of records; `common` are the stems whose pairs are indexed, with their codes."""

    def __init__(self, common: Mapping[str, int]) -> None:
        self._common = dict(common)
        self._heads = {_head(stem)[: max(_HEADS)] for stem in common}
        self._codes: dict[str, int] = {}
        self._stems = Stemmer()

    def rows(self, records: Sequence[PaperRecord]) -> list[Row]:
        """Give the rows of records in their order."""
        rows = [_columns(record) for record in records]
        texts = [(row[3], row[5], row[4]) for row in rows]
        return [row + self._indexed(row, *parts) for row, parts in zip(rows, texts, strict=True)]

    def indexed(self, row: Row) -> Row:
        """Give what the index holds of a row of `COLUMNS`: to take it out, FTS5 must be told again."""
        return self._indexed(row, row[3], row[5], row[4])

    def _indexed(self, row: Row, title: str, abstract: str, authors: str) -> Row:
        marks = " ".join(category_marks(json.loads(row[6])))
        return self._with_pairs(title), self._with_pairs(abstract), searchable(" ".join(json.loads(authors))), marks

    def _with_pairs(self, text: str) -> str:
        shown = searchable(text)
        return f"{shown} {' '.join(self._pairs(shown))}" if self._common else shown

    def _pairs(self, text: str) -> list[str]:
        words = text.translate(_CUT).split() if text.isascii() else _WORD.findall(text.lower())
        codes = self._coded(words)
        found: list[str] = []
        last, end = -1, 0
        for place, one, two in [(n, *pair) for n, pair in enumerate(pairwise(codes)) if pair[0] and pair[1]]:
            if end == one and place != last + 1:
                found.append(_BREAK)  # else the pairs of two passages would read as one
            found.append(f"{_PAIR}{one:03}{two:03}")
            last, end = place, two
        return found

    def _coded(self, words: Sequence[str]) -> list[int]:
        """Give the code of each word, 0 for one that is not common."""
        try:
            return [self._codes[word] for word in words]
        except KeyError:
            self._learn(set(words))
            return [self._codes[word] for word in words]

    def _learn(self, words: set[str]) -> None:
        if len(self._codes) > _CACHED_MOST:
            self._codes = {}
        new = [word for word in words if word not in self._codes]
        near = [word for word in new if not word.isascii() or any(word[:n] in self._heads for n in _HEADS)]
        stems = dict(zip(near, self._stems(near) if near else (), strict=True))
        for word in new:
            found = stems.get(word, [])
            self._codes[word] = self._common.get(found[0], 0) if len(found) == 1 else 0


def _head(stem: str) -> str:
    """Give what every word of a stem begins with: Porter's rules rewrite at most two letters before the ending."""
    if len(stem) <= 3:
        return stem[:-1] if stem.endswith("i") else stem
    return stem[: max(3, len(stem) - 2)]


def searchable(text: str) -> str:
    """Give a text as the index takes it: signs and letters of scripts without blanks are words of their own."""
    if text.isascii():
        return text
    text = _PRIVATE.sub(" ", unicodedata.normalize("NFC", text))
    return "".join(map(_apart, text)) if any(map(_is_apart, text)) else text


def _is_apart(sign: str) -> bool:
    return sign > "\u0e00" and (_ALONE.match(sign) is not None or unicodedata.category(sign) == "So")


def _apart(sign: str) -> str:
    if not _is_apart(sign):
        return sign
    return f" {sign} " if _ALONE.match(sign) else f" {_SIGN}{ord(sign)} "


def pairs_of(stems: Sequence[str], common: Mapping[str, int]) -> str:
    """Give a phrase of common words as the phrase of its pairs; empty where one of them is not common."""
    codes = [common.get(stem, 0) for stem in stems]
    if len(codes) < 2 or not all(codes):
        return ""
    return " ".join(f"{_PAIR}{one:03}{two:03}" for one, two in pairwise(codes))


def category_marks(categories: Sequence[str]) -> list[str]:
    """Give the words that stand for categories, and for the archives that they belong to."""
    names = dict.fromkeys(name for full in categories for name in (full, full.partition(".")[0]))
    return [f"{_CATEGORY}{re.sub(r'[^a-z]', '', name.lower())}{'z' * ('.' in name)}" for name in names]


def _columns(record: PaperRecord) -> Row:
    return (
        number_of(record.id), record.id, record.version, one_line(record.title), _array(record.authors),
        clean(record.abstract).strip(), _array(record.categories), _time(record.published), _time(record.updated),
        _line(record.comment), _line(record.journal_ref), _line(record.doi), _line(record.licence),
        int(record.withdrawn),
    )  # fmt: skip


def _array(items: Sequence[str]) -> str:
    return json.dumps([one_line(item) for item in items], ensure_ascii=False)


def _line(text: str | None) -> str | None:
    return one_line(text) or None if text else None


def _time(text: str | None) -> str | None:
    return f"{text}T00:00:00Z" if text and len(text) == 10 else text or None


def record_of(row: Row) -> PaperRecord:
    """Give the record of a row of `COLUMNS`."""
    told = dict(zip(COLUMNS[1:], row[1:], strict=True))
    lists = {name: tuple(json.loads(told[name])) for name in ("authors", "categories")}
    primary = lists["categories"][0] if lists["categories"] else None
    return PaperRecord(**told | lists | {"withdrawn": bool(told["withdrawn"]), "primary_category": primary})
