"""Learned relevance: which papers are taken apart, when the model is made anew, where the results stand.

Terms of a paper are stored once (`vectors`). A command that brings papers takes apart those that wait, up to 64, and
gives them a relevance by the model that is there. The model itself is made anew at once on a list of up to 200 papers;
on a larger one only `learned` does it, for `sync` and whoever else can wait, and `stale` counts what changed in between. Nothing is learned while a person waits for `next`, `list`, `find` or `show`.

All of it is derived: a list without it works, with a relevance of 0, and is learned at the next occasion.
"""

from __future__ import annotations

import sqlite3
import zlib
from array import array
from collections.abc import Sequence
from typing import NamedTuple

from paperlab.library import linear
from paperlab.library.kept import keep, number
from paperlab.library.linear import Corpus
from paperlab.library.text import unarrayed
from paperlab.library.words import STEP, Terms, author, category, terms, unpacked
from paperlab.litter import uncollected

LEAST_LABELS = 5
"""Papers queued, read or dropped below which nothing is learned from them."""

RUNGS = {
    "queued": 1.0,
    "skimmed": 1.5,
    "reading": 1.5,
    "read": 2.0,
    "implementing": 3.0,
    "reproduced": 4.0,
    "explained": 5.0,
}
"""What a paper weighs by how far up the ladder it went."""
MARKED = 0.5
"""What a paper of the inbox weighs that has a priority or a tag."""
QUEUED_MOST = 10.0
"""Papers that are only queued weigh together at most this more than all that went further: a backlog is no taste."""
FEED = 1.0
"""What following a category or an author weighs."""

DROPS = (
    ("later", 0.25),
    ("seen", 0.25),
    ("dup", 0.0),
    ("long", 0.25),
    ("withdrawn", 0.0),
    ("area", 2.0),
    ("weak", 1.5),
)
"""Word in the reason for a drop -> its weight; a drop without any of them weighs 1."""
DOUBT = 5.0
"""At so many labels relevance reaches half of its range."""
LEAST_SPREAD = 0.5
"""Of likeness, below which papers are taken to be alike."""


class Label(NamedTuple):
    """What my own log says of a paper."""

    paper: str
    liked: float
    """Weight as a positive; 0 for none."""
    dropped: float
    """Weight as a negative."""


class Scale(NamedTuple):
    """From likeness to relevance: `middle` is 0, `up` above it is `trust`, `down` below it is `-trust`."""

    middle: float
    up: float
    down: float
    trust: float

    def relevance(self, likeness: float) -> float:
        """Give -1 to 1, in steps of 0.01, so that a small change of the model rewrites few rows."""
        above = likeness - self.middle
        share = above / (self.up if above > 0 else self.down)
        return round(self.trust * min(max(share, -1.0), 1.0), 2) + 0.0


class Model(NamedTuple):
    """What was learned, as it is stored."""

    weights: Sequence[float]
    rarity: Sequence[float]
    scale: Scale


def learned(connection: sqlite3.Connection) -> bool:
    """Take apart every paper that was not yet, and make the model anew if anything changed; False where nothing did."""
    with uncollected():
        while take_apart(connection, most=1000):
            pass
        if not number(connection, "stale"):
            return False
        _refitted(connection)
    return True


def take_apart(connection: sqlite3.Connection, *, most: int) -> bool:
    """Store the terms of papers that wait, with a relevance by the model that is there; False where none waits."""
    sql = (
        "SELECT u.paper, p.title, p.abstract, p.authors, p.categories FROM unlearned u JOIN papers p ON p.id = u.paper "
        "LIMIT ?"
    )
    rows = connection.execute(sql, (most,)).fetchall()
    if not rows:
        return False
    found = [(row[0], taken_apart(*row[1:])) for row in rows]
    connection.executemany(
        "INSERT INTO vectors VALUES (?, ?, ?) "
        "ON CONFLICT (paper) DO UPDATE SET length = excluded.length, terms = excluded.terms",
        [(paper, terms.length, terms.packed()) for paper, terms in found],
    )
    connection.executemany("DELETE FROM unlearned WHERE paper = ?", [(paper,) for paper, _ in found])
    model = loaded(connection)
    if model:
        scored = [(paper, model.scale.relevance(linear.likeness(terms, model.weights))) for paper, terms in found]
        _write(connection, scored)
    connection.execute("UPDATE learned SET number = number + ? WHERE name = 'stale'", (len(found),))
    return True


def taken_apart(title: str, abstract: str, authors: str, categories: str) -> Terms:
    """Give the terms of a row of papers; authors and categories are JSON."""
    return terms(title, abstract, unarrayed(authors), unarrayed(categories))


def _write(connection: sqlite3.Connection, scored: Sequence[tuple[str, float]]) -> None:
    connection.executemany(
        "UPDATE entries SET relevance = ? WHERE paper = ?", [(value, paper) for paper, value in scored]
    )


def loaded(connection: sqlite3.Connection) -> Model | None:
    """Give the model as it was stored; None where none was, or one that cannot be read."""
    rows = connection.execute("SELECT name, number, data FROM learned").fetchall()
    kept = {name: data if data is not None else value for name, value, data in rows}
    try:
        scale = Scale(*(kept[name] for name in Scale._fields))
        return Model(_vector(kept["weights"]), _vector(kept["rarity"]), scale)
    except (KeyError, TypeError, ValueError, zlib.error):
        return None


def _vector(data: bytes) -> array[float]:
    vector = array("f")
    vector.frombytes(zlib.decompress(data))
    return vector


def _refitted(connection: sqlite3.Connection) -> None:
    """Make the model anew from all papers, and give each its relevance where that changed."""
    told = labels(connection)
    enough = told if len(told) >= LEAST_LABELS else []
    feeds = _followed(connection)
    if not enough and not feeds:
        connection.execute("UPDATE entries SET relevance = 0 WHERE relevance <> 0")
        connection.execute("DELETE FROM learned WHERE name IN ('weights', 'rarity')")
        _keep(connection, _scale([], 0), told, [])
        return
    sql = "SELECT v.paper, v.length, v.terms, e.relevance FROM vectors v JOIN entries e ON e.paper = v.paper"
    rows = connection.execute(sql).fetchall()
    like = _fitted(connection, {row[0]: unpacked(row[2], row[1]) for row in rows}, enough, feeds)
    scale = _scale(list(like.values()), len(enough) + 2 * len(feeds))
    before = {row[0]: row[3] for row in rows}
    scored = [(paper, scale.relevance(value)) for paper, value in like.items()]
    _write(connection, [row for row in scored if before[row[0]] != row[1]])
    _keep(connection, scale, told, sorted(value for _, value in scored))


def _fitted(
    connection: sqlite3.Connection,
    papers: dict[str, Terms],
    told: Sequence[Label],
    feeds: Sequence[tuple[Terms, float]],
) -> dict[str, float]:
    """Make and keep the model; give each paper's likeness, of labelled ones without their own label."""
    seen = linear.corpus(list(papers.values()))
    told = [label for label in told if label.paper in papers]
    liked = linear.summed([*feeds, *((papers[t.paper], t.liked) for t in told if t.liked)], seen.rarity)
    dropped = linear.summed([(papers[t.paper], t.dropped) for t in told if t.dropped], seen.rarity)
    weights = linear.fitted(liked, dropped, seen)
    like = {paper: linear.likeness(terms, weights) for paper, terms in papers.items()}
    for one in told:
        like[one.paper] -= _own(one, papers[one.paper], liked.weight, dropped.weight, seen)
    for name, vector in (("weights", weights), ("rarity", seen.rarity)):
        keep(connection, name, data=zlib.compress(array("f", vector).tobytes(), 1))
    return like


def _keep(connection: sqlite3.Connection, scale: Scale, told: Sequence[Label], values: Sequence[float]) -> None:
    for name, value in scale._asdict().items():
        keep(connection, name, value)
    keep(connection, "liked", sum(one.liked > 0 for one in told))
    keep(connection, "dropped", sum(one.dropped > 0 for one in told))
    keep(connection, "bar", values[int(0.9 * (len(values) - 1))] if values else 0.0)
    keep(connection, "stale", 0.0)


def _own(one: Label, paper: Terms, liked: float, dropped: float, seen: Corpus) -> float:
    """Give how much of a paper's likeness is its being like itself: what it would be without its own label."""
    share = one.liked / liked if one.liked else -linear.AGAINST * one.dropped / (dropped + linear.DROPPED_HALF)
    return share * linear.square(paper, seen.rarity) if abs(share) > 0.001 else 0.0


def _scale(values: list[float], labels: int) -> Scale:
    """Give the scale on which the best hundredth of the list is 1, its middle 0 and its worst hundredth -1."""
    values.sort()
    trust = labels / (labels + DOUBT) if labels else 0.0
    if not values:
        return Scale(0.0, LEAST_SPREAD, LEAST_SPREAD, 0.0)
    last = len(values) - 1
    low, middle, high = (values[round(part * last)] for part in (0.01, 0.5, 0.99))
    return Scale(middle, max(high - middle, LEAST_SPREAD), max(middle - low, LEAST_SPREAD), trust)


def labels(connection: sqlite3.Connection) -> list[Label]:
    """Give what my log says: weights by rung, priority and tags; dropped ones by the reason that was told."""
    sql = (
        "SELECT e.paper, e.state, e.priority, EXISTS (SELECT 1 FROM tags WHERE paper = e.paper), "
        "CASE e.state WHEN 'dropped' THEN (SELECT reason FROM events WHERE paper = e.paper AND kind = 'state' "
        "AND after = 'dropped' ORDER BY id DESC LIMIT 1) END FROM entries e"
    )
    found = [_label(*row) for row in connection.execute(sql)]
    queued = sum(label.liked for label, state in found if state == "queued")
    further = sum(label.liked for label, state in found if state in RUNGS and state != "queued")
    share = min(1.0, (further + QUEUED_MOST) / (queued or 1.0))
    told = [one._replace(liked=one.liked * share) if state == "queued" else one for one, state in found]
    return [one for one in told if one.liked or one.dropped]


def _label(paper: str, state: str, priority: int, tagged: bool, reason: str | None) -> tuple[Label, str]:
    if state == "dropped":
        known = [weight for word, weight in DROPS if word in (reason or "").lower()]
        return Label(paper, 0.0, known[0] if known else 1.0), state
    start = RUNGS.get(state, MARKED if state == "inbox" and (priority or tagged) else 0.0)
    return Label(paper, start * (1 + priority / 9) * (1.25 if tagged else 1.0), 0.0), state


def _followed(connection: sqlite3.Connection) -> list[tuple[Terms, float]]:
    """Give each category and author that is followed as a paper of that one term."""
    found = []
    for (name,) in connection.execute("SELECT name FROM feeds ORDER BY name"):
        head, _, rest = name.partition(":")
        numbers = [author(rest.strip(' "'))] if head in ("author", "au") and rest else []
        if " " not in name and ":" not in name:
            numbers = [category(name)]
        found += [(Terms(array("I", (one,)), bytes((STEP,)), 1.0), FEED) for one in numbers]
    return found
