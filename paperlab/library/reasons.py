"""Why a paper stands where it stands: the numbers behind its score, and the words behind its relevance."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from heapq import nlargest

from paperlab.library import alike, words
from paperlab.library.implementable import signs
from paperlab.library.learning import loaded, taken_apart
from paperlab.library.pace import paces
from paperlab.library.ranking import DEPTHS, MONTH_DAYS, Asked, Numbers, facts, judged, score
from paperlab.library.text import unarrayed
from paperlab.library.words import STEP, Terms
from paperlab.records.judgement import Pace, Why
from paperlab.records.queue import Entry, Ranked

SHOWN = 8
"""Words for, and words against."""
LIKED = 300
"""Papers that I went on with that are compared, those that went furthest first."""

_LEFT_OUT = {
    "inbox": "it is in the inbox, and next never chooses from there: `paperlab add {id}` queues it",
    "read": "it is read", "implementing": "it is being implemented", "reproduced": "it is reproduced",
    "explained": "it is explained", "dropped": "it was dropped: `paperlab add {id}` queues it again",
}  # fmt: skip
_NEAREST = """
SELECT e.paper, v.length, v.terms FROM entries e JOIN vectors v ON v.paper = e.paper
WHERE e.state IN ('explained', 'reproduced', 'implementing', 'read', 'reading', 'skimmed', 'queued') AND e.paper <> ?
ORDER BY CASE e.state WHEN 'explained' THEN 5 WHEN 'reproduced' THEN 4 WHEN 'implementing' THEN 3 WHEN 'read' THEN 2
    WHEN 'queued' THEN 0 ELSE 1 END DESC, e.priority DESC, e.added_at DESC LIMIT ?
"""


def why(connection: sqlite3.Connection, paper: str, asked: Asked, skim: Asked) -> Why:
    """Give everything that the score of an entry is made of, and what would raise it; `skim` asks the same at the depth below reading."""
    numbers = facts(connection, paper)
    if numbers is None:  # pragma: no cover - the caller has just found it
        raise sqlite3.DatabaseError(f"malformed: entry {paper} vanished")
    ranked = judged(connection, paper, numbers, asked)
    entry = ranked.entry
    sql = "SELECT title, abstract, authors, categories FROM papers WHERE id = ?"
    title, abstract, authors, categories = connection.execute(sql, (paper,)).fetchone()
    own = taken_apart(title or "", abstract, authors, categories)
    names = words.spelled(title or "", abstract, unarrayed(authors), unarrayed(categories))
    liked = ((row[0], words.unpacked(row[2], row[1])) for row in connection.execute(_NEAREST, (paper, LIKED)))
    pace = paces(connection)[asked.depth]
    return Why(
        ranked=ranked,
        left_out=_left_out(entry, numbers, asked),
        estimate=DEPTHS[asked.depth].minutes(numbers.pages),
        pace=Pace(**{**pace._asdict(), "factor": asked.pace}),
        relevance=numbers.relevance,
        words=_words(connection, own, names),
        near=tuple(alike.nearest(connection, own, names, alike.rarities(connection), liked, limit=3)),
        signs=tuple(f"{name}: {text}" for name, _, text in signs(abstract, entry.comment)),
        raise_it=_raise_it(ranked, numbers, asked, skim),
        learned=alike.learned(connection),
    )


def _left_out(entry: Entry, numbers: Numbers, asked: Asked) -> str | None:
    if entry.pending:
        return "arXiv has not told its title yet: `paperlab sync` asks"
    if entry.state == "snoozed":
        until = numbers.until or ""
        return None if until <= asked.now else f"it is snoozed until {until}"
    said = _LEFT_OUT.get(entry.state)
    return said.format(id=entry.id) if said else None


def _words(connection: sqlite3.Connection, own: Terms, names: Mapping[int, str]) -> tuple[tuple[str, float], ...]:
    """Give the words that count most for the paper, then those against it, each with what it adds to its likeness."""
    model = loaded(connection)
    if model is None:
        return ()
    rows = zip(own.numbers, own.weights, strict=True)
    return strongest((names[n], model.weights[n] * weight / own.length) for n, weight in rows if n in names)


def strongest(found: Iterable[tuple[str, float]], shown: int = SHOWN) -> tuple[tuple[str, float], ...]:
    """Give the highest values, then the lowest."""
    told = list(dict(found).items())
    for_ = nlargest(shown, (row for row in told if row[1] > 0), key=lambda row: row[1])
    against = nlargest(shown, (row for row in told if row[1] < 0), key=lambda row: -row[1])
    return (*for_, *against)


def _raise_it(ranked: Ranked, numbers: Numbers, asked: Asked, skim: Asked) -> tuple[str, ...]:
    """Say what I could do for a higher score, and by how much it would rise: each is judged as if it were so."""
    entry = ranked.entry
    ahead = entry.state in ("inbox", "queued", "skimmed", "snoozed")
    steps = (
        ("one more step of priority", entry._replace(priority=min(entry.priority + 1, 9)), numbers, asked),
        ("a line of why", entry._replace(why=entry.why or ""), numbers, asked),
        ("starting to read it", entry._replace(state="reading") if ahead else entry, numbers, asked),
        ("a month of waiting", entry, numbers._replace(added_day=numbers.added_day - round(MONTH_DAYS)), asked),
        ("skimming it only", entry, numbers, skim),
    )
    rises = ((what, score(then, known, at) - ranked.score) for what, then, known, at in steps)
    return tuple(f"{what}: {by:+.4f}" for what, by in rises if by > 0.00005)


def overall(connection: sqlite3.Connection) -> tuple[tuple[tuple[str, float], ...], tuple[tuple[str, float], ...]]:
    """Give the top words for and against of the whole model, out of the texts of papers that it was made from."""
    model = loaded(connection)
    if model is None:
        return (), ()
    sql = (
        "SELECT p.title, p.abstract, p.authors, p.categories FROM entries e JOIN papers p ON p.id = e.paper "
        "WHERE p.title <> '' ORDER BY e.state = 'inbox', e.state = 'queued', e.added_at DESC LIMIT ?"
    )
    names: dict[int, str] = {}
    for title, abstract, authors, categories in connection.execute(sql, (LIKED,)):
        names |= words.spelled(title, abstract, unarrayed(authors), unarrayed(categories))
    told = strongest(((name, model.weights[n] * STEP) for n, name in names.items()), shown=20)
    return tuple(row for row in told if row[1] > 0), tuple(row for row in told if row[1] < 0)
