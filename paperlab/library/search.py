"""Find papers on the list: an id, words, "phrases", begin*, author: title: abstract: cat: tag: state: since: added:.

Words go to the full-text index as quoted strings, so that `gpt-4`, `c++` and a lone quote are text, never FTS5's
own query language. Scripts written without blanks, and signs that the index does not hold (emoji, ++), are looked
for as plain substrings.

Source: sqlite.org/fts5.html sections 3 (query syntax), 4.3.1 (unicode61) and 5.1.1 (bm25).
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from paperlab.errors import UsageError
from paperlab.library.facts import clean
from paperlab.library.listing import COLUMNS, by_id, canonical, known_state, made
from paperlab.records.queue import Entry

_WORD = re.compile(r'(?:(?P<field>[A-Za-z]+):)?(?:"(?P<phrase>[^"]*)"?(?P<begin>\*?)|(?P<word>[^\s"]+))')
_WITHOUT_BLANKS = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]"
)
"""Thai, Lao, Burmese, Khmer, Japanese, Chinese, Korean: the index holds a whole run of them as one word."""

_MOST_WORDS = 32
"""FTS5's parser has a stack of limited depth; nobody types more."""

_RANKED_MOST = 10_000
"""Of a word that is in more papers than this, the newest so many are ranked: ranking costs 2 us a paper."""

_SINCE = re.compile(r"\d{4}(-\d\d){0,2}")
_AGO = re.compile(r"(\d{1,4})([dwmy])")
COLUMN_OF = {"author": "authors", "title": "title", "abstract": "abstract"}
"""Field in a query -> column."""
_FILTERS = ("cat", "tag", "state", "since", "added")

_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}


class Asked(NamedTuple):
    """One word, phrase or filter of a query."""

    name: str
    """Field or filter; empty for words anywhere."""
    text: str
    begin: bool
    """True for `begin*`."""


def asked_for(query: str) -> Iterator[Asked]:
    """Cut a query into what it asks for; a field that there is none of is a word like any other."""
    for match in list(_WORD.finditer(clean(query)))[:_MOST_WORDS]:
        name = (match["field"] or "").lower()
        text = match["phrase"] if match["phrase"] is not None else match["word"]
        begin = bool(match["begin"]) or (match["word"] or "").endswith("*")
        if name and name not in (*_FILTERS, *COLUMN_OF):
            name, text = "", f"{match['field']} {text}"
        yield Asked(name, text.strip("*") if begin and name not in _FILTERS else text, begin)


@dataclass
class _Query:
    """What a line of words asks for."""

    match: list[str] = field(default_factory=list)
    """Strings in FTS5's query language, all of which must fit."""
    where: list[str] = field(default_factory=list)
    values: list[object] = field(default_factory=list)

    def add(self, condition: str, *values: object) -> None:
        self.where.append(condition)
        self.values += values


def found(connection: sqlite3.Connection, query: str, *, limit: int, now: str) -> list[Entry]:
    """Give the entries that fit, best first; no words and no filters give none.

    Raises:
        UsageError: a filter whose value cannot be read (`state:foo`, `since:yesterday`).
    """
    named = _named(connection, query)
    if named is not None:
        return [named][:limit]
    asked = _parsed(query, now)
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
    """Give the entry whose id, link or DOI the whole query is: the index holds no ids."""
    return by_id(connection, canonical(query)) if any(sign.isdigit() for sign in query) else None


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
    return sql, (" AND ".join(asked.match), *asked.values)


def _without_words(asked: _Query) -> tuple[str, tuple[object, ...]]:
    sql = (
        "SELECT e.paper FROM entries e JOIN papers p ON p.id = e.paper "
        f"WHERE {' AND '.join(asked.where)} ORDER BY e.added_at DESC, e.paper DESC LIMIT ?"
    )
    return sql, tuple(asked.values)


def _parsed(query: str, now: str) -> _Query:
    asked = _Query()
    for word in asked_for(query):
        if word.name in _FILTERS:
            _filter(asked, word.name, word.text, now)
        else:
            _text(asked, word.text, word.begin, column=COLUMN_OF.get(word.name, ""))
    return asked


def _text(asked: _Query, text: str, begin: bool, column: str = "") -> None:
    """Add a word or phrase: to the index where it holds such a thing, else as a substring."""
    if not text.strip():
        return
    if any(ch.isalnum() for ch in text) and not _WITHOUT_BLANKS.search(text):
        prefix = f"{column} : " if column else ""
        asked.match.append(f'{prefix}"{text}"{" *" if begin else ""}')
        return
    if column:
        asked.add(f"instr(p.{column}, ?) > 0", text)
        return
    inside = " OR ".join(f"instr(p.{place}, ?) > 0" for place in COLUMN_OF.values())
    notes = "EXISTS (SELECT 1 FROM notes n WHERE n.paper = e.paper AND instr(n.text, ?) > 0)"
    asked.add(f"({inside} OR {notes})", *[text] * 4)


def _filter(asked: _Query, name: str, value: str, now: str) -> None:
    value = value.strip()
    if name == "state":
        asked.add("e.state = ?", known_state(value.lower()))
    elif name == "tag":
        asked.add("e.paper IN (SELECT paper FROM tags WHERE tag = ?)", value.lower())
    elif name == "cat":
        # An archive, `cs`, holds each of its categories.
        end = "" if "." in value else "%"
        asked.add("(p.categories LIKE ? OR p.categories LIKE ?)", f'%"{value}"%', f'%"{value}.{end}"%')
    else:
        when = "e.added_at" if name == "added" else "coalesce(p.published, e.added_at)"
        asked.add(f"{when} >= ?", since(name, value.lower(), now))


def _is_date(value: str) -> bool:
    from datetime import date

    try:
        date.fromisoformat(value + "-01-01"[len(value) - 4 :])
    except ValueError:
        return False
    return True


def since(name: str, value: str, now: str) -> str:
    """Give the beginning of a time: 2024, 2024-05, 2024-05-31, or so many days, weeks, months, years ago.

    Raises:
        UsageError: none of these; `name` is the filter that it stood behind.
    """
    if _SINCE.fullmatch(value) and _is_date(value):
        return value
    ago = _AGO.fullmatch(value)
    if not ago:
        raise UsageError(f"expected {name}: with 2024, 2024-05, 2024-05-31, 30d, 2w, 6m or 1y; got {value!r}")
    from datetime import datetime, timedelta

    days = min(int(ago[1]) * _DAYS[ago[2]], 700_000)
    return (datetime.fromisoformat(now) - timedelta(days=days)).date().isoformat()
