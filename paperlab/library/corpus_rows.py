r"""A record as a row of the corpus, and as what the index holds of it.

Three things are added to the words that SQLite's tokenizer finds, all as words of private-use letters, which no text
brings along: pairs of very common words, signs such as emoji, and categories. A phrase of common words is then a word
of its own: to compare the places of "of" and "the" in a million papers would take a second. TeX's accents are indexed
as the letters that they print, and those without accents, as the tokenizer does: `Schr\"odinger` is one word.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from operator import add
from typing import Any

from paperlab.library.stemming import Stemmer
from paperlab.library.text import array, clean, moment, one_line, optional
from paperlab.records.accents import accents
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
_CATEGORY, _SIGN, _BREAK = "\ue001", "\ue002", "\ue003"
_CODE = 0xE100
"""A common word is one letter from here on, and a pair of them is a word of two letters."""
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


class Maker:
    """Makes rows of records; `common` are the stems whose pairs are indexed, with their codes."""

    def __init__(self, common: Mapping[str, int]) -> None:
        self._common = {stem: chr(_CODE + code) for stem, code in common.items()}
        self._heads = {_head(stem)[: max(_HEADS)] for stem in common}
        self._letters: dict[str, str] = {}
        self._stems = Stemmer()

    def rows(self, records: Sequence[PaperRecord]) -> list[Row]:
        """Give the rows of records in their order."""
        rows = [_columns(record) for record in records]
        return [row + indexed for row, indexed in zip(rows, self.indexed(rows), strict=True)]

    def indexed(self, rows: Sequence[Row]) -> list[Row]:
        """Give what the index holds of rows of `COLUMNS`: to take one out, FTS5 must be told again."""
        texts = [searchable(text) for row in rows for text in (row[3], row[5])]
        texts = self._with_pairs(texts) if self._common else texts
        names = [searchable(" ".join(json.loads(row[4]))) for row in rows]
        marks = [" ".join(category_marks(json.loads(row[6]))) for row in rows]
        return list(zip(texts[::2], texts[1::2], names, marks, strict=True))

    def _with_pairs(self, texts: Sequence[str]) -> list[str]:
        # Text by text: the words of thousands at once would not stay in the processor's own memory.
        coded = list(map(self._coded, texts))
        missed = [text for text, letters in zip(texts, coded, strict=True) if letters is None]
        self._learn({word for text in missed for word in _words(text)})
        learnt = map(self._coded, missed)
        known = (next(learnt) if letters is None else letters for letters in coded)
        return [f"{text} {_pairs(letters or '')}" for text, letters in zip(texts, known, strict=True)]

    def _coded(self, text: str) -> str | None:
        """Give a letter for each word; None where one of them is new."""
        try:
            return "".join(map(self._letters.__getitem__, _words(text)))
        except KeyError:
            return None

    def _learn(self, words: set[str]) -> None:
        """Give each word its letter, a blank for one that is not common; only those that may be common are stemmed."""
        if len(self._letters) > _CACHED_MOST:
            self._letters = {}
        new = words - self._letters.keys()
        self._letters |= dict.fromkeys(new, " ")
        near = [word for word in new if not word.isascii() or any(word[:n] in self._heads for n in _HEADS)]
        for word, stems in zip(near, self._stems(near) if near else (), strict=True):
            self._letters[word] = self._common.get(stems[0], " ") if len(stems) == 1 else " "


def _words(text: str) -> list[str]:
    return text.translate(_CUT).split() if text.isascii() else _WORD.findall(text.lower())


def _pairs(letters: str) -> str:
    """Give the pairs of a text whose common words are letters and whose others are blanks.

    >>> _pairs("ab cde  f eg").replace(_BREAK, "|")
    'ab cd de | eg'
    """
    found: list[str] = []
    end = ""
    for run in letters.split():
        if len(run) > 1:
            if run[0] == end:
                found.append(_BREAK)  # else the pairs of two passages would read as one
            found += map(add, run, run[1:])
            end = run[-1]
    return " ".join(found)


def _head(stem: str) -> str:
    """Give what every word of a stem begins with: Porter's rules rewrite at most two letters before the ending."""
    if len(stem) <= 3:
        return stem[:-1] if stem.endswith("i") else stem
    return stem[: max(3, len(stem) - 2)]


def searchable(text: str) -> str:
    r"""Give a text as the index takes it: TeX's accents are letters; signs and letters of scripts without blanks are words.

    >>> searchable(r"Erd\H{o}s"), searchable("C\u0327a").split(), searchable("\u6a5f\u5668").split()
    ('Erdős', ['Ça'], ['機', '器'])
    """
    text = accents(text)
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
    if len(stems) < 2 or not all(stem in common for stem in stems):
        return ""
    return _pairs("".join(chr(_CODE + common[stem]) for stem in stems))


def category_marks(categories: Iterable[str]) -> list[str]:
    """Give the words that stand for categories, and for the archives that they belong to."""
    return list(dict.fromkeys(_mark(name) for full in categories for name in (full, full.partition(".")[0])))


@lru_cache(1000)
def _mark(name: str) -> str:
    return f"{_CATEGORY}{re.sub(r'[^a-z]', '', name.lower())}{'z' * ('.' in name)}"


def _columns(record: PaperRecord) -> Row:
    return (
        number_of(record.id), record.id, record.version, one_line(record.title), array(record.authors),
        clean(record.abstract).strip(), array(record.categories), moment(record.published), moment(record.updated),
        _line(record.comment), _line(record.journal_ref), _line(record.doi), _line(record.licence),
        int(record.withdrawn),
    )  # fmt: skip


def _line(text: str | None) -> str | None:
    return optional(text) or None


def record_of(row: Row) -> PaperRecord:
    """Give the record of a row of `COLUMNS`."""
    told = dict(zip(COLUMNS[1:], row[1:], strict=True))
    lists = {name: tuple(json.loads(told[name])) for name in ("authors", "categories")}
    primary = lists["categories"][0] if lists["categories"] else None
    return PaperRecord(**told | lists | {"withdrawn": bool(told["withdrawn"]), "primary_category": primary})
