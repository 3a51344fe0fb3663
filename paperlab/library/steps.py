"""Steps along the ladder: what was decided of papers, what acts bring about, what a review said."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from paperlab.errors import NothingFound, Refused
from paperlab.library import changes, listing, states
from paperlab.library.text import one_line

if TYPE_CHECKING:
    from paperlab.library.journal import Journal
    from paperlab.records.changes import Decision
    from paperlab.records.queue import Entry

FINISHED = ("read", "implementing", "reproduced", "explained")
"""States whose papers come back for review."""
BEGINS = ("inbox", "queued", "skimmed", "snoozed", "dropped")
"""States out of which opening a paper begins to read it."""


def decided(journal: Journal, what: Decision) -> str:
    """Do what was decided of one paper; gives its id.

    Raises:
        NothingFound: not on the list.
        UsageError: no such state, a priority outside 0-9, negative minutes, or a tag with a blank.
        Refused: the step is not on the ladder.
    """
    row = changes.entry_row(journal, what.id)
    paper = str(row["paper"])
    if what.idea:
        changes.thought(journal, paper, dict(what.idea))
    priority = what.priority
    if what.raised:
        priority = min(max(row["priority"] + what.raised, 0), 9)
    changes.changed(journal, paper, priority=priority, why=what.why, parent=None, reason=None)
    changes.tagged(journal, paper, add=what.tags, remove=what.untags)
    if what.skip:
        _skipped(journal, paper)
    if what.state is not None:
        changes.moved(journal, paper, what.state, minutes=what.minutes, reason=what.reason, until=what.until)
    return paper


def _skipped(journal: Journal, paper: str) -> None:
    if journal.put("skips", {"paper": paper, "at": journal.at}):
        journal.event(paper, "skip")


def opened(journal: Journal, text: str, *, limit: int) -> str:
    """Begin to read a paper that was opened, where the limit allows; one that is read or further stays.

    Raises:
        NothingFound: not on the list.
    """
    row = changes.entry_row(journal, text)
    if row["state"] in BEGINS:
        with suppress(Refused):
            changes.begun(journal, [row["paper"]], limit=limit, park=())
    return str(row["paper"])


def climbed(journal: Journal, text: str, state: str, *, through: Sequence[str] = ()) -> str:
    """Move a paper up to `state`, by way of `through` where the ladder asks for it; never down; gives its id.

    A snoozed or dropped paper that somebody works on is back on the ladder. Where there is no way, it stays.

    Raises:
        NothingFound: not on the list.
    """
    row = changes.entry_row(journal, text)
    paper, before = str(row["paper"]), row["state"]
    if states.height(before) >= states.height(state):
        return paper
    for way in ((state,), (*through, state)):
        if states.passable((before, *way)):
            for step in way:
                changes.moved(journal, paper, step, minutes=None, reason=None, until=None)
            break
    return paper


def graded(journal: Journal, text: str, *, card: str, due: str, grade: str, said: str | None) -> str:
    """Keep what a review came to: the card, when it is due again, the grade and what was said; gives the id.

    Raises:
        NothingFound: not on the list, or without a main idea.
    """
    paper = str(changes.entry_row(journal, text)["paper"])
    idea = journal.get("ideas", paper)
    if not (idea and idea["main_idea"]):
        raise NothingFound(f'{paper} has no main idea to say; `paperlab done {paper} --idea "..."` keeps one')
    before = journal.get("reviews", paper)
    journal.put("reviews", {"paper": paper, "card": card, "due": due, "at": journal.at})
    journal.event(paper, "review", before and before["due"], grade, reason=one_line(said) if said else None)
    return paper


_DUE = f"""
SELECT e.paper, r.card, coalesce(r.due, i.at) AS due FROM ideas i
JOIN entries e ON e.paper = i.paper LEFT JOIN reviews r ON r.paper = i.paper
WHERE i.main_idea IS NOT NULL AND e.state IN ({", ".join(f"'{state}'" for state in FINISHED)})
"""


def due(connection: sqlite3.Connection, *, now: str, limit: int) -> list[tuple[Entry, str | None, str]]:
    """Give finished papers whose main idea is to be said, longest due first, with card and time."""
    sql = f"SELECT * FROM ({_DUE}) WHERE due <= ? ORDER BY due, paper LIMIT ?"
    rows = connection.execute(sql, (now, max(limit, 0))).fetchall()
    found = [(listing.by_id(connection, paper), card, at) for paper, card, at in rows]
    return [(entry, card, at) for entry, card, at in found if entry is not None]


def next_due(connection: sqlite3.Connection) -> str | None:
    """Give when the next review is due; None where nothing waits for one."""
    row = connection.execute(f"SELECT min(due) FROM ({_DUE})").fetchone()
    return None if row[0] is None else str(row[0])
