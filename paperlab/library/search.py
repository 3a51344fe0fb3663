"""Find papers on the list: an id, words, "phrases", begin*, -without, author: title: abstract:, and filters.

All of them must fit; `-` before a word, phrase, field or filter turns it round. AND, OR, NEAR are plain words. Words go to the full-text index as quoted strings, so that `gpt-4`, `c++` and a lone quote are text, never FTS5's
own query language. Scripts written without blanks, and signs that the index does not hold (emoji, ++), are looked
for as plain substrings.

Source: sqlite.org/fts5.html sections 3 (query syntax), 4.3.1 (unicode61) and 5.1.1 (bm25).
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from paperlab.library.filters import FILTERS
from paperlab.library.listing import COLUMNS, by_id, canonical, made
from paperlab.library.stemming import Stemmer, as_tex, from_plain, parted, stroked, twice_accented
from paperlab.library.text import clean
from paperlab.records.queue import Entry

_WORD = re.compile(
    r'(?P<no>-(?=[\w"]|[^\x00-\x7f]))?(?:(?P<field>[A-Za-z]+):)?(?:"(?P<phrase>[^"]*)"?(?P<begin>\*?)|(?P<word>[^\s"]+))'
)
_QUOTES = str.maketrans("\u201c\u201d\u201e", '"' * 3)
_DASHES = frozenset("-\u2010\u2011\u2012\u2013\u2014")
"""What stands between two words of a title and is none."""
_WITHOUT_BLANKS = (
    range(0x0E00, 0x0F00),  # Thai, Lao
    range(0x1000, 0x10A0),  # Burmese
    range(0x1780, 0x1800),  # Khmer
    range(0x3040, 0x3100),  # Japanese
    range(0x3400, 0xA000),  # Chinese
    range(0xAC00, 0xD7B0),  # Korean
    range(0xF900, 0xFB00),  # Chinese, for older standards
)
"""Scripts of which the index holds a whole run as one word."""
_DIGITS = 7
"""Of an id of arXiv, at least."""

_MOST_WORDS = 32
"""FTS5's parser has a stack of limited depth; nobody types more."""

_RANKED_MOST = 10_000
"""Of a word that is in more papers than this, the newest so many are ranked: ranking costs 2 us a paper."""

COLUMN_OF = {"author": "authors", "title": "title", "abstract": "abstract"}
"""Field in a query -> column."""

_IN_TEX = {"": "{title authors}", "authors": "authors", "title": "title"}
"""Column -> where words with accents in TeX are looked for: in an abstract their pieces are too often words."""


class Asked(NamedTuple):
    """One word, phrase or filter of a query."""

    name: str
    """Field or filter; empty for words anywhere."""
    text: str
    begin: bool
    """True for `begin*`."""
    no: bool
    """True for what must not fit."""


def asked_for(query: str) -> Iterator[Asked]:
    """Cut a query into what it asks for; a field that there is none of is a word like any other."""
    for match in list(_WORD.finditer(clean(query).translate(_QUOTES)))[:_MOST_WORDS]:
        name, no = (match["field"] or "").lower(), bool(match["no"])
        text = match["phrase"] if match["phrase"] is not None else match["word"]
        begin = bool(match["begin"]) or (match["word"] or "").endswith("*")
        if name in FILTERS:
            yield Asked(name, text.strip(), False, no)
            continue
        if name and name not in COLUMN_OF:
            name, text = "", f"{match['field']} {text}"
        if name or not _DASHES.issuperset(text):
            yield Asked(name, text.strip("*") if begin else text, begin, no)


class _Query:
    """What a line of words asks for."""

    def __init__(self, *, twice: bool = False) -> None:
        self.twice = twice
        """Whether two accents in TeX in one word are looked for too."""
        self.match: list[str] = []
        """Strings in FTS5's query language, all of which must fit."""
        self.without: list[str] = []
        """The same, none of which may fit."""
        self.where: list[str] = []
        self.values: list[object] = []

    def add(self, condition: str, *values: object, no: bool = False) -> None:
        self.where.append(f"NOT coalesce(({condition}), 0)" if no else condition)
        self.values += values

    def words(self) -> str:
        """Give all that the index is asked for, in FTS5's query language; empty where that is nothing."""
        wanted = " AND ".join(self.match)
        return f"({wanted}) NOT ({' OR '.join(self.without)})" if self.match and self.without else wanted


def found(connection: sqlite3.Connection, query: str, *, limit: int, now: str) -> list[Entry]:
    """Give the entries that fit, best first; no words and no filters give none.

    Raises:
        UsageError: a filter whose value cannot be read (`state:foo`, `since:yesterday`).
    """
    query = clean(query)
    named = _named(connection, query)
    if named is not None:
        return [named][:limit]
    # Two accents in one word take as long to look for as all else: only where nothing else is there.
    return _fitting(connection, _parsed(query, now), limit) or _fitting(
        connection, _parsed(query, now, twice=True), limit
    )


def _fitting(connection: sqlite3.Connection, asked: _Query, limit: int) -> list[Entry]:
    if asked.without and not asked.match:  # FTS5 has no NOT that stands alone
        among = "p.number IN (SELECT rowid FROM papers_fts WHERE papers_fts MATCH ?)"
        asked.add(among, " OR ".join(asked.without), no=True)
    if not asked.match and not asked.where:
        return []
    keys, values = _with_words(asked) if asked.match else _without_words(asked)
    order = "k.place, " if asked.match else ""
    sql = (
        f"SELECT {COLUMNS} FROM ({keys}) k CROSS JOIN entries e ON e.paper = k.paper JOIN papers p ON p.id = e.paper "
        f"ORDER BY {order}e.added_at DESC, e.paper DESC"
    )
    return [made(row) for row in connection.execute(sql, (*values, max(limit, 0)))]


def _named(connection: sqlite3.Connection, query: str) -> Entry | None:
    """Give the entry whose id, link or DOI the whole query is: the index holds no ids.

    Told from `gpt-4` by its digits or signs first: what reads ids takes as long to load as a search takes.
    """
    likely = sum(map(str.isdigit, query)) >= _DIGITS or any(sign in query for sign in ":/")
    return by_id(connection, canonical(query)) if likely else None


def _with_words(asked: _Query) -> tuple[str, tuple[object, ...]]:
    # bm25 is negative, the best match the smallest. The inner queries give keys in order, so that only as many
    # papers are joined as it takes to fill the limit: joining 10,000 costs more than ranking them.
    sql = (
        "SELECT e.paper, m.place FROM (SELECT number, place FROM ("
        "SELECT rowid AS number, bm25(papers_fts, 10, 1, 5, 3) AS place FROM papers_fts "
        f"WHERE papers_fts MATCH ? ORDER BY rowid DESC LIMIT {_RANKED_MOST}) ORDER BY place LIMIT {_RANKED_MOST}) m "
        "CROSS JOIN papers p ON p.number = m.number CROSS JOIN entries e ON e.paper = p.id "
        f"WHERE {' AND '.join(['1', *asked.where])} LIMIT ?"
    )
    return sql, (asked.words(), *asked.values)


def _without_words(asked: _Query) -> tuple[str, tuple[object, ...]]:
    sql = (
        "SELECT e.paper FROM entries e JOIN papers p ON p.id = e.paper "
        f"WHERE {' AND '.join(asked.where)} ORDER BY e.added_at DESC, e.paper DESC LIMIT ?"
    )
    return sql, tuple(asked.values)


def _parsed(query: str, now: str, *, twice: bool = False) -> _Query:
    """Read a query; with `twice`, two accents in TeX in one word are looked for too."""
    asked = _Query(twice=twice)
    for word in asked_for(query):
        if word.name in FILTERS:
            condition, *values = FILTERS[word.name](word.text, now)
            asked.add(condition, *values, no=word.no)
        else:
            _text(asked, word.text, word.begin, column=COLUMN_OF.get(word.name, ""), no=word.no)
    return asked


def _text(asked: _Query, text: str, begin: bool, column: str = "", *, no: bool = False) -> None:
    """Add a word or phrase: to the index where it holds such a thing, else as a substring."""
    if not text.strip():
        return
    if not any(ch.isalnum() for ch in text) or _is_run(text):
        asked.add(*_inside("instr({}, ?) > 0", text, column), no=no)
        return
    prefix = f"{column} : " if column else ""
    if begin and (words := _cut_shorter(text)):
        _beginning(asked, text, words, column, no=no)
        return
    ways = [f'"{way}"{" *" if begin else ""}' for way in (text, *as_tex(text), *stroked(text))]
    either = f"({' OR '.join(ways)})" if len(ways) > 1 else ways[0]
    tex = _in_tex(text, begin, column, twice=asked.twice)
    (asked.without if no else asked.match).append(f"({prefix}{either} OR {tex})" if tex else f"{prefix}{either}")


def _in_tex(text: str, begin: bool, column: str, *, twice: bool) -> str:
    """Give what the index is asked for where the text has an accent in TeX; empty where that is nothing."""
    ways = [*from_plain(text), *(twice_accented(text) if twice else ())] if column in _IN_TEX else []
    said = [f'"{way}"{" *" if begin else ""}' for way in ways]
    return f"{_IN_TEX[column]} : ({' OR '.join(said)})" if said else ""


def _is_run(text: str) -> bool:
    """Tell whether a text has signs of a script that is written without blanks."""
    return not text.isascii() and any(ord(sign) in script for sign in text for script in _WITHOUT_BLANKS)


def _beginning(asked: _Query, text: str, words: Sequence[str], column: str, *, no: bool) -> None:
    """Add a beginning whose stems go astray: what holds its letters, or the word itself in any form."""
    prefix = f"{column} : " if column else ""
    either = f"""{prefix}("{text}" * OR {" OR ".join(f'"{word}"' for word in words)})"""
    before, begin = parted(text)
    whole = Stemmer().whole(begin)
    more = f' OR "{before}{whole}" *' if whole else ""  # that finds accents, as no letters do
    own = f'{prefix}("{text}"{more})'
    tex = _in_tex(text, True, column, twice=asked.twice)
    either, itself = (f"{ways} OR {tex}" if tex else ways for ways in (f"{either} OR {own}", own))
    among = "p.number IN (SELECT rowid FROM papers_fts WHERE papers_fts MATCH ?)"
    condition, *values = _inside("{} LIKE ?", f"%{begin}%", column)
    asked.add(f"{among} AND ({condition} OR {among})", either, *values, itself, no=no)
    asked.match += [] if no else [f"({either})"]


def _inside(test: str, text: str, column: str) -> tuple[str, ...]:
    """Give the condition that a text is somewhere, or in one column, and its values."""
    if column:
        return test.format(f"p.{column}"), text
    places = [test.format(f"coalesce(p.{place}, '')") for place in COLUMN_OF.values()]
    notes = f"EXISTS (SELECT 1 FROM notes n WHERE n.paper = e.paper AND {test.format('n.text')})"
    return f"({' OR '.join([*places, notes])})", *[text] * (len(places) + 1)


def _cut_shorter(text: str) -> list[str]:
    """Give words that begin as asked and stand in the index as stems that do not; what is found must hold the letters."""
    before, begin = parted(text)
    return (
        [f"{before}{word}" for word in Stemmer().cut_shorter(begin).values()]
        if len(begin) > 2 and begin.isascii()
        else []
    )
