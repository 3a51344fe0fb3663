"""Papers that are alike: cosine of their tf-idf vectors, with the words that both have.

On a list of more than `ALL` papers the full-text index names the candidates, by the most telling words.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Iterable, Sequence
from heapq import nlargest
from math import sqrt

from paperlab.errors import NothingFound
from paperlab.library import linear, listing, words
from paperlab.library.kept import number
from paperlab.library.learning import LEAST_LABELS, loaded, taken_apart
from paperlab.library.text import unarrayed
from paperlab.library.words import STEP, Terms
from paperlab.records.judgement import Learned, Near

ALL = 2000
"""Papers up to which every one is compared."""
CANDIDATES = 500
TELLING = 10
"""Words that the index is asked for."""
SHARED = 5
"""Words that are shown of a pair."""

_TEXT = "title, abstract, authors, categories"


def similar(connection: sqlite3.Connection, text: str, *, limit: int) -> list[Near]:
    """Give the entries most like a paper, the paper itself left out."""
    paper = listing.canonical(text)
    row = connection.execute(f"SELECT {_TEXT} FROM papers WHERE id = ? AND title <> ''", (paper,)).fetchone()
    if row is None:
        paper = listing.meant(connection, text).id
        row = connection.execute(f"SELECT {_TEXT} FROM papers WHERE id = ? AND title <> ''", (paper,)).fetchone()
    if row is None:
        raise NothingFound(f"{paper}: its title is not known yet; `paperlab sync` asks arXiv for it")
    own = taken_apart(*row)
    names = words.spelled(row[0], row[1], unarrayed(row[2]), unarrayed(row[3]))
    rarity = rarities(connection)
    return nearest(connection, own, names, rarity, _candidates(connection, paper, own, names, rarity), limit=limit)


def rarities(connection: sqlite3.Connection) -> Sequence[float]:
    """Give the rarity of each term, as it was learned, or as the newest papers of the list tell."""
    model = loaded(connection)
    if model:
        return model.rarity
    rows = connection.execute(f"SELECT length, terms FROM vectors ORDER BY rowid DESC LIMIT {ALL}")
    return linear.corpus([words.unpacked(row[1], row[0]) for row in rows]).rarity


def nearest(
    connection: sqlite3.Connection,
    own: Terms,
    names: dict[int, str],
    rarity: Sequence[float],
    candidates: Iterable[tuple[str, Terms]],
    *,
    limit: int,
) -> list[Near]:
    """Give the candidates that are nearest, each with what it shares."""
    query = array("f", bytes(4 * words.SIZE))
    for term, weight in zip(own.numbers, own.weights, strict=True):
        query[term] = weight * rarity[term] ** 2 / own.length / STEP**2
    size = sqrt(linear.square(own, rarity)) or 1.0
    scored = ((linear.likeness(terms, query), paper, terms) for paper, terms in candidates)
    # The product alone sorts out most; the length of the rest is computed only where it can matter.
    found = [
        (product / size / (sqrt(linear.square(terms, rarity)) or 1.0), paper, terms)
        for product, paper, terms in nlargest(max(10 * limit, 200), scored, key=lambda one: one[0])
        if product > 0
    ]
    best = nlargest(limit, found, key=lambda one: (one[0], one[1]))
    near = [(listing.by_id(connection, paper), cosine, terms) for cosine, paper, terms in best]
    return [Near(entry, min(cosine, 1.0), _shared(terms, names, query)) for entry, cosine, terms in near if entry]


def _shared(terms: Terms, names: dict[int, str], query: Sequence[float]) -> tuple[str, ...]:
    both = {term: query[term] * weight for term, weight in zip(terms.numbers, terms.weights, strict=True)}
    telling = nlargest(SHARED, (term for term in both if term in names), key=both.__getitem__)
    return tuple(names[term] for term in telling)


def _candidates(
    connection: sqlite3.Connection, paper: str, own: Terms, names: dict[int, str], rarity: Sequence[float]
) -> list[tuple[str, Terms]]:
    if connection.execute("SELECT 1 FROM entries LIMIT 1 OFFSET ?", (ALL,)).fetchone() is None:
        sql = (
            "SELECT e.paper, v.length, v.terms, p.title, p.abstract, p.authors, p.categories FROM entries e "
            "JOIN papers p ON p.id = e.paper LEFT JOIN vectors v ON v.paper = e.paper "
            "WHERE e.paper <> ? AND p.title <> ''"
        )
        return _vectors(connection.execute(sql, (paper,)))
    telling = nlargest(
        TELLING,
        (
            (weight * rarity[n], names[n])
            for n, weight in zip(own.numbers, own.weights, strict=True)
            if _plain(names.get(n))
        ),
    )
    match = " OR ".join(f'"{word}"' for _, word in telling)
    if not match:
        return []
    sql = (
        "SELECT e.paper, v.length, v.terms, p.title, p.abstract, p.authors, p.categories FROM ("
        "SELECT rowid AS number, bm25(papers_fts) AS place FROM papers_fts WHERE papers_fts MATCH ? "
        f"ORDER BY place LIMIT {CANDIDATES}) m JOIN papers p ON p.number = m.number JOIN entries e ON e.paper = p.id "
        "LEFT JOIN vectors v ON v.paper = e.paper WHERE e.paper <> ?"
    )
    return _vectors(connection.execute(sql, (match, paper)))


def _plain(name: str | None) -> bool:
    return bool(name) and str(name).isalnum() and not str(name).isdigit()


def _vectors(rows: Iterable[tuple[str, float | None, bytes | None, str, str, str, str]]) -> list[tuple[str, Terms]]:
    return [
        (row[0], taken_apart(*row[3:]) if row[1] is None or row[2] is None else words.unpacked(row[2], row[1]))
        for row in rows
    ]


def learned(connection: sqlite3.Connection) -> Learned:
    """Say what the ranker has learned from."""
    liked, dropped = int(number(connection, "liked")), int(number(connection, "dropped"))
    return Learned(liked, dropped, max(LEAST_LABELS - liked - dropped, 0), int(number(connection, "stale")))
