"""Join works that a file tells of to the list: what is new is taken, what is known is never lowered or emptied."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from paperlab.library import facts
from paperlab.library.changes import IDEA_FIELDS, checked_tag
from paperlab.library.journal import Journal, Row
from paperlab.library.listing import known_state
from paperlab.library.text import clean, one_line
from paperlab.records.changes import Merged
from paperlab.records.naming import is_elsewhere
from paperlab.records.queue import STATES
from paperlab.records.titles import bare
from paperlab.records.works import Work

_LADDER = STATES[: STATES.index("explained") + 1]


def merged(
    journal: Journal, works: Sequence[Work], *, state: str | None, why: str | None, tags: Sequence[str]
) -> Merged:
    """Join works; gives how many are new, told something, and were known as they are, and the ids that are pending.

    Args:
        journal: of the command.
        works: each work once.
        state: for new entries whose file tells none, and for those that are on the list below it; None means queued.
        why: for entries that have none.
        tags: for all of them.

    Raises:
        UsageError: no such state, or a tag with a blank.
    """
    tags = tuple(map(checked_tag, tags))
    if state is not None:
        known_state(state)
    new, changed, pending = 0, 0, []
    by_doi = _dois(journal.connection)
    fresh = facts.laid_in(
        journal, [w.record for w in works if w.record and w.id not in by_doi and not w.id.startswith("bib:")]
    )
    for unknown, some in groupby(works, key=lambda item: item.id in fresh):
        if unknown:
            with journal.together():
                for item in some:
                    _new(journal, item, item.id, tags, state=state, why=why)
                    new += 1
            continue
        for item in some:
            id = _id(journal.connection, item, by_doi)
            row = journal.get("entries", id)
            before = journal.connection.total_changes
            _facts(journal, item, id)
            if row is None:
                _new(journal, item, id, tags, state=state, why=why)
                new += 1
            else:
                _again(journal, item, row, tags, state=state, why=why)
                changed += journal.connection.total_changes > before
            if item.record is None and _waits(journal.connection, id):
                pending.append(id)
    return Merged(new=new, changed=changed, same=len(works) - new - changed, pending=tuple(pending))


def _dois(connection: sqlite3.Connection) -> dict[str, str]:
    """Give the papers by their publisher's DOI, those of arXiv first: the same work under both is one."""
    rows = connection.execute("SELECT lower(doi), id FROM papers WHERE doi IS NOT NULL").fetchall()
    rows.sort(key=lambda row: not is_elsewhere(row[1]))
    return {f"doi:{doi}": id for doi, id in rows}


def _id(connection: sqlite3.Connection, item: Work, by_doi: Mapping[str, str]) -> str:
    if not item.id.startswith("bib:"):
        return by_doi.get(item.id, item.id)
    name, number = item.id, 1
    while (title := _title(connection, name)) is not None and item.record and _differ(title, item.record.title):
        number += 1  # two files may cite two works by one key
        name = f"{item.id}-{number}"
    return name


def _title(connection: sqlite3.Connection, id: str) -> str | None:
    row = connection.execute("SELECT title FROM papers WHERE id = ?", (id,)).fetchone()
    return row[0] if row else None


def _differ(one: str, other: str) -> bool:
    """See whether two titles name two works; one without a letter names none."""
    return bool(bare(one) and bare(other)) and bare(one) != bare(other)


def _waits(connection: sqlite3.Connection, id: str) -> bool:
    return _title(connection, id) is None


def _facts(journal: Journal, item: Work, id: str) -> None:
    """Keep what the file tells of a paper: all of it where nothing is known, else only what is missing."""
    if item.record is None:
        facts.known(journal.connection, id)
    elif item.record.id == id or id.startswith("bib:"):  # a key that another work has is told apart by a number
        facts.filled(journal, item.record if item.record.id == id else replace(item.record, id=id))


def _new(journal: Journal, item: Work, id: str, tags: Sequence[str], *, state: str | None, why: str | None) -> None:
    reason = one_line(item.why or why or "") or None
    found = item.state or state or "queued"
    row: Row = {
        "paper": id, "version": item.version, "state": found, "priority": item.priority or 0, "why": reason,
        "parent": item.parent if item.parent != id else None, "minutes": item.minutes,
        "until": item.until if found == "snoozed" else None, "added_at": item.added_at or journal.at,
    }  # fmt: skip
    journal.insert("entries", row)
    journal.event(id, "added", None, found, reason=reason)
    _written(journal, item, id, dict.fromkeys((*item.tags, *tags)), noted=False, before={})


def _again(journal: Journal, item: Work, row: Row, tags: Sequence[str], *, state: str | None, why: str | None) -> None:
    """Give an entry what it lacks; a state only moves up the ladder."""
    id = row["paper"]
    told: dict[str, Any] = {
        "why": one_line(item.why or why or "") or None, "parent": item.parent if item.parent != id else None,
        "minutes": item.minutes, "priority": item.priority or None, "version": _newer(journal.connection, item, row),
    }  # fmt: skip
    news = {name: value for name, value in told.items() if value is not None and not row[name]}
    further = item.state or state
    if further in _LADDER and row["state"] in _LADDER and _LADDER.index(further) > _LADDER.index(row["state"]):
        news["state"] = further
    if news and journal.put("entries", {"paper": id, **news}):
        for name, value in news.items():
            journal.event(id, name, row[name], value)
    words = dict.fromkeys((*item.tags, *tags))
    if words:
        there = {row[0] for row in journal.connection.execute("SELECT tag FROM tags WHERE paper = ?", (id,))}
        words = {word: None for word in words if word not in there}
    noted = bool(item.notes) and journal.get("notes", id) is not None
    _written(journal, item, id, words, noted=noted, before=(_has_ideas(item) and journal.get("ideas", id)) or {})


def _newer(connection: sqlite3.Connection, item: Work, row: Row) -> int | None:
    """Give the version that the file names where it is newer than the one that is known."""
    if item.version is None:
        return None
    known = connection.execute("SELECT version FROM papers WHERE id = ?", (row["paper"],)).fetchone()
    return item.version if known and known[0] is not None and item.version > known[0] else None


def _has_ideas(item: Work) -> bool:
    return any(getattr(item, name) for name in IDEA_FIELDS)


def _written(journal: Journal, item: Work, id: str, words: Iterable[str], *, noted: bool, before: Row) -> None:
    """Add tags, the note where there is none, and what the main idea lacks.

    Args:
        journal: of the command.
        item: the work.
        id: of its entry.
        words: tags that the entry does not have.
        noted: whether it has a note.
        before: what was kept of its main idea.
    """
    for word in words:
        journal.insert("tags", {"paper": id, "tag": checked_tag(word)})
        journal.event(id, "tag", None, word)
    note = clean(item.notes)
    if note.strip() and not noted:
        journal.insert("notes", {"paper": id, "text": note, "at": journal.at})
        journal.event(id, "note", None, f"{len(note)} characters")
    ideas = {name: clean(value).strip() for name in IDEA_FIELDS if (value := getattr(item, name))}
    news = {name: value for name, value in ideas.items() if value and not before.get(name)}
    if news:
        row = {"paper": id, **news, "at": journal.at}
        journal.put("ideas", row) if before else journal.insert("ideas", row)
        for name, value in news.items():
            journal.event(id, name, None, value)
