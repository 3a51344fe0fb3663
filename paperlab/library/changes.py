"""What a person does to the list: each function makes its change, its event, and nothing when nothing changes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from paperlab.errors import Conflict, NothingFound, Refused, UsageError
from paperlab.library import states
from paperlab.library.journal import Journal, Row
from paperlab.library.listing import canonical, known_state
from paperlab.library.text import clean, one_line
from paperlab.records.changes import NewEntry
from paperlab.records.ids import PaperId

_TAG = re.compile(r"[^\s,;\"']{1,50}")
IDEA_FIELDS = ("main_idea", "build", "unclear", "teach_back")


def added(journal: Journal, item: NewEntry) -> str:
    """Put a paper on the list, or give an entry that is there what is new; gives its id.

    Raises:
        UsageError: an empty id, a priority outside 0-9, no such state, a tag with a blank, or a paper
            that is its own parent.
    """
    from paperlab.library import facts

    paper, version = _named(item)
    parent = canonical(item.parent) if item.parent else None
    _check(item, paper, parent)
    why = one_line(item.why) if item.why else None
    facts.known(journal.connection, paper)
    row = journal.get("entries", paper)
    if row is None:
        _new(journal, item, paper, version, parent, why)
    else:
        _again(journal, item, row, version, parent, why)
    tagged(journal, paper, add=item.tags)
    return paper


def all_added(journal: Journal, papers: Iterable[str], *, state: str) -> None:
    """Put papers, by canonical id, on the list where they are not there yet: for thousands at once."""
    from paperlab.library import facts

    new = [paper for paper in dict.fromkeys(papers) if journal.get("entries", paper) is None]
    for paper in new:
        facts.known(journal.connection, paper)
    with journal.together():
        for paper in new:
            _new(journal, NewEntry(id=paper, state=state), paper, None, None, None)


def _named(item: NewEntry) -> tuple[str, int | None]:
    found = PaperId.maybe(item.id)
    if found:
        return found.base, item.version or found.version
    return one_line(item.id), item.version


def _check(item: NewEntry, paper: str, parent: str | None) -> None:
    if not paper:
        raise UsageError(f"expected an id, got {item.id!r}")
    if paper == parent:
        raise UsageError(f"{paper}: a paper cannot be its own parent")
    known_state(item.state)
    checked_priority(item.priority or 0)
    for tag in item.tags:
        checked_tag(tag)


def _new(
    journal: Journal, item: NewEntry, paper: str, version: int | None, parent: str | None, why: str | None
) -> None:
    row: Row = {
        "paper": paper, "version": version, "state": item.state, "priority": item.priority or 0,
        "why": why or None, "parent": parent, "added_at": journal.at,
    }  # fmt: skip
    journal.insert("entries", row)
    journal.event(paper, "added", None, item.state, reason=why)


def _again(
    journal: Journal, item: NewEntry, row: Row, version: int | None, parent: str | None, why: str | None
) -> None:
    """Set what is given; what stood there stays where nothing is. Dropped and inbox papers become queued."""
    told = {"version": version, "priority": item.priority, "why": why or None, "parent": parent}
    if item.state == "queued" and row["state"] in ("inbox", "dropped"):
        told["state"] = "queued"
    for name, value in told.items():
        if value is not None:
            _set(journal, row, name, value)


def _set(journal: Journal, row: Row, name: str, value: object, reason: str | None = None) -> None:
    if journal.put("entries", {"paper": row["paper"], name: value}):
        journal.event(row["paper"], name, row[name], value, reason=reason)


def checked_priority(priority: int) -> int:
    """Give a priority back.

    Raises:
        UsageError: not 0 to 9.
    """
    if not 0 <= priority <= 9:
        raise UsageError(f"expected a priority from 0 (none) to 9 (first), got {priority}")
    return priority


def checked_tag(tag: str) -> str:
    """Give a tag in lower case.

    Raises:
        UsageError: empty, over 50 characters, or with a blank, comma, semicolon or quote.
    """
    text = clean(tag).strip().lower()
    if not _TAG.fullmatch(text):
        raise UsageError(
            f"expected a tag of 1 to 50 characters without blank, comma, semicolon or quote, got {tag[:60]!r}"
        )
    return text


def entry_row(journal: Journal, text: str) -> Row:
    """Give the row of an entry by id in any form.

    Raises:
        NothingFound: not on the list.
    """
    row = journal.get("entries", canonical(text))
    if row is None:
        raise NothingFound(f"expected a paper on the list, got {text[:80]!r}; `paperlab add` queues one")
    return row


def moved(
    journal: Journal, text: str, state: str, *, minutes: int | None, reason: str | None, until: str | None
) -> str:
    """Move an entry to a state and add the minutes told; gives its id.

    Raises:
        NothingFound: not on the list.
        UsageError: no such state, or negative minutes.
        Refused: the step is not on the ladder.
    """
    row = entry_row(journal, text)
    if minutes is not None and not 0 <= minutes <= 100_000:
        raise UsageError(f"expected minutes from 0 to 100000, got {minutes}")
    states.checked(row["state"], state, paper=row["paper"])
    told = minutes is not None
    spent = (row["minutes"] or 0) + (minutes or 0) if told else row["minutes"]
    until = until if state == "snoozed" else None
    journal.put("entries", {"paper": row["paper"], "state": state, "minutes": spent, "until": until})
    if row["state"] != state or told or reason or until != row["until"]:
        why = one_line(reason) if reason else None
        journal.event(row["paper"], "state", row["state"], state, minutes=minutes, reason=why)
    return str(row["paper"])


def begun(journal: Journal, texts: Sequence[str], *, limit: int, park: Sequence[str]) -> tuple[str, ...]:
    """Move entries to reading, all or none, where no more than `limit` (0: any number) are then; gives their ids.

    Raises:
        NothingFound: not on the list.
        UsageError: a paper to park is not being read, or is one to begin.
        Refused: as many are being read as `limit` allows; `context["reading"]` names them.
    """
    rows = {str(row["paper"]): row for row in (entry_row(journal, text) for text in texts)}
    sql = "SELECT paper FROM entries WHERE state = 'reading' ORDER BY added_at, paper"
    others = [row[0] for row in journal.connection.execute(sql) if row[0] not in rows]
    parked = {str(entry_row(journal, text)["paper"]) for text in park}
    for paper in sorted(parked - set(others)):
        raise UsageError(
            f"expected one of the papers in reading to park, {', '.join(others) or 'none yet'}; got {paper}"
        )
    fresh = any(row["state"] != "reading" for row in rows.values())
    if limit and fresh and len(others) - len(parked) + len(rows) > limit:
        raise Refused(_crowded(others, limit), reading=others)
    for paper in sorted(parked):
        moved(journal, paper, "queued", minutes=None, reason="parked", until=None)
    for paper in rows:
        moved(journal, paper, "reading", minutes=None, reason=None, until=None)
    return tuple(rows)


def _crowded(reading: Sequence[str], limit: int) -> str:
    if not reading:
        return f"the limit is {limit} in reading (queue.wip): begin fewer at once"
    are = f"{len(reading)} papers are" if len(reading) != 1 else "1 paper is"
    return (
        f"{are} in reading and the limit is {limit}: finish one with `paperlab done`, "
        f"or park one with --park ID ({', '.join(reading)})"
    )


def changed(
    journal: Journal, text: str, *, priority: int | None, why: str | None, parent: str | None, reason: str | None
) -> str:
    """Set what is given of an entry; an empty `why` or `parent` takes it away; gives its id."""
    row = entry_row(journal, text)
    if priority is not None:
        _set(journal, row, "priority", checked_priority(priority), reason)
    if why is not None:
        _set(journal, row, "why", one_line(why) or None, reason)
    if parent is not None:
        above = canonical(parent) or None
        if above == row["paper"]:
            raise UsageError(f"{above}: a paper cannot be its own parent")
        _set(journal, row, "parent", above, reason)
    return str(row["paper"])


def tagged(journal: Journal, paper: str, *, add: Sequence[str] = (), remove: Sequence[str] = ()) -> None:
    """Add and remove tags of a paper that is on the list; one that is named for both goes, and was never added."""
    gone = list(map(checked_tag, remove))
    for tag in map(checked_tag, add):
        if tag not in gone and journal.put("tags", {"paper": paper, "tag": tag}):
            journal.event(paper, "tag", None, tag)
    for tag in gone:
        if journal.drop("tags", paper, tag):
            journal.event(paper, "untag", tag, None)


def noted(journal: Journal, text: str, note: str, *, below: bool = False, seen: str | None = None) -> str:
    """Keep a note in Markdown; an empty one takes it away; gives the paper's id.

    Raises:
        Conflict: the note is not what was `seen` before this one was written.
    """
    paper = str(entry_row(journal, text)["paper"])
    before = journal.get("notes", paper)
    there = str(before["text"]) if before else ""
    _unchanged(f"the note of {paper}", there, seen)
    note = clean("\n\n".join(filter(str.strip, (there.rstrip(), note))) if below else note)
    if not note.strip():
        if journal.drop("notes", paper):
            journal.event(paper, "note", _size(before), None)
    elif before is None or before["text"] != note:
        journal.put("notes", {"paper": paper, "text": note, "at": journal.at})
        journal.event(paper, "note", _size(before), _size({"text": note}))
    return paper


def _unchanged(what: str, there: str, seen: str | None) -> None:
    if seen is not None and there != seen:
        raise Conflict(
            f"{what} was changed while you wrote yours, which was not kept; look at both, then write it again"
        )


def _size(row: Row | None) -> str | None:
    return None if row is None else f"{len(row['text'])} characters"


def thought(journal: Journal, text: str, fields: dict[str, str | None]) -> str:
    """Keep the fields of the main idea that are given; gives the paper's id."""
    paper = str(entry_row(journal, text)["paper"])
    told = {name: clean(value).strip() or None for name, value in fields.items() if value is not None}
    before = journal.get("ideas", paper) or dict.fromkeys(IDEA_FIELDS)
    news = {name: value for name, value in told.items() if before[name] != value}
    if news:
        journal.put("ideas", {"paper": paper, **news, "at": journal.at})
        for name, value in news.items():
            journal.event(paper, name, before[name], value)
    return paper


_OWNED = ("tags", "notes", "ideas", "skips", "reviews")


def removed(journal: Journal, texts: Sequence[str]) -> tuple[str, ...]:
    """Take entries off the list with all that was written about them; undo brings it back.

    Raises:
        NothingFound: one of them is not on the list; nothing is removed.
    """
    rows = [entry_row(journal, text) for text in texts]
    unique = {row["paper"]: row for row in rows}
    for paper, row in unique.items():
        tags = journal.connection.execute("SELECT tag FROM tags WHERE paper = ? ORDER BY tag", (paper,)).fetchall()
        for (tag,) in tags:
            journal.drop("tags", paper, tag)
        for place in _OWNED[1:]:
            journal.drop(place, paper)
        journal.drop("entries", paper)
        journal.event(paper, "removed", row["state"], None)
    return tuple(unique)


def forgotten(journal: Journal, papers: Sequence[str]) -> None:
    """Take back that this command added papers, as if it never had; others stay as they are."""
    if journal.command is None:
        return
    connection, own = journal.connection, {"command": journal.command}
    for paper in papers:
        new = {**own, "paper": paper}
        if connection.execute(f"{_ADDED} LIMIT 1", new).fetchone() is None:
            continue
        connection.execute("DELETE FROM tags WHERE paper = :paper", new)
        connection.execute("DELETE FROM entries WHERE paper = :paper", new)
        connection.execute("DELETE FROM events WHERE command = :command AND paper = :paper", new)
        connection.execute(f"DELETE FROM changes WHERE command = :command AND {_OF_PAPER}", new)
        connection.execute("DELETE FROM papers WHERE id = :paper AND title IS NULL", new)
    if connection.execute("SELECT 1 FROM events WHERE command = :command LIMIT 1", own).fetchone() is None:
        connection.execute("DELETE FROM commands WHERE id = :command", own)
        journal.command = None


_ADDED = "SELECT 1 FROM events WHERE command = :command AND paper = :paper AND kind = 'added'"
_OF_PAPER = "json_extract(coalesce(after, before), '$.paper') = :paper"
