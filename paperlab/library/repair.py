"""Repair what `doctor` found. What a person wrote is never deleted; a corrupt list is moved aside and kept."""

from __future__ import annotations

import dataclasses
import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path

from paperlab import litter
from paperlab.library import doctor, facts, recovery, salvage, store
from paperlab.library.journal import Journal
from paperlab.library.library import Library
from paperlab.records.health import Finding


def repaired(path: Path, *, folders: Sequence[Path], copies: Sequence[Path]) -> list[Finding]:
    """Repair, look again, and give what was found: `fixed` where it was wrong before.

    Raises:
        LabUnusable: the folder is read-only or the disk full; nothing has changed then.
    """
    before = {f.name: f for f in doctor.examined(path, folders=folders, copies=copies)}
    told: dict[str, str] = {}
    with store.translated(path):
        if before["file"].state == "wrong":
            told["file"] = _restored(path, [copy for copy in copies if doctor.is_good(copy)])
        told["schema"] = _mended(path, copies)
    for folder in folders:
        litter.sweep(folder)
    after = doctor.examined(path, folders=folders, copies=copies)
    return [_compared(before.get(f.name), f, told.get(f.name, "")) for f in after]


def _compared(before: Finding | None, after: Finding, told: str) -> Finding:
    if before is None or before.state != "wrong" or after.state == "wrong":
        return after
    words = told if after.name == "file" and told else f"was: {before.found}{told}"
    return dataclasses.replace(after, state="fixed", found=words)


def _mended(path: Path, copies: Sequence[Path]) -> str:
    """Make again what is derived, in one transaction, and say where the rows of a table that was gone come from.

    Opening the file folds a left log into it.
    """
    with Library.open(path, write=True) as library, library._write("doctor --fix") as journal:
        connection = journal.connection
        gone = doctor.missing(connection)
        for sql in gone.values():
            with suppress(sqlite3.OperationalError):  # a shadow of the index comes with the index itself
                connection.execute(sql)
        words = _refilled(connection, [table for table in _WRITTEN if table in gone], copies)
        _adopted(journal)
        doctor.derive(connection)
        _forget_terms(connection)
        if doctor.fault_of_index(connection):
            connection.execute("INSERT INTO papers_fts(papers_fts) VALUES ('rebuild')")
    return words


_WRITTEN = (
    "papers", "versions", "entries", "tags", "notes", "ideas", "reviews", "feeds", "feed_items", "refs", "gaps", "notices",
    "decisions", "skips", "events",
)  # fmt: skip
"""Tables that nothing else tells of, each behind those that it refers to."""


def _refilled(connection: sqlite3.Connection, tables: Sequence[str], copies: Sequence[Path]) -> str:
    """Take the rows of tables that were gone from the newest good copy of the list, and say so."""
    if not tables:
        return ""
    copy = next(filter(doctor.is_good, copies), None)
    if copy is None:
        return f"; the rows of {', '.join(tables)} are lost: there was no good copy"
    with closing(store.read_only(copy, immutable=True)) as source:
        for table in tables:
            salvage.copied(source, connection, table)
    return f"; the rows of {', '.join(tables)} are those of {copy.name}"


_OWNED = ("tags", "notes", "ideas")


def _adopted(journal: Journal) -> None:
    """Give rows that belong to nothing what they belong to: a paper that waits for its title, an entry in the inbox."""
    connection = journal.connection
    for table in ("entries", "versions"):
        for (paper,) in connection.execute(
            f"SELECT DISTINCT paper FROM {table} WHERE paper NOT IN (SELECT id FROM papers)"
        ).fetchall():
            facts.known(connection, paper)
    for table in _OWNED:
        for (paper,) in connection.execute(
            f"SELECT DISTINCT paper FROM {table} WHERE paper NOT IN (SELECT paper FROM entries)"
        ).fetchall():
            facts.known(connection, paper)
            journal.put("entries", {"paper": paper, "state": "inbox", "priority": 0, "added_at": journal.at})
            journal.event(paper, "added", None, "inbox", reason="what was written about it was there")


def _restored(path: Path, copies: Sequence[Path]) -> str:
    """Make the list again, put it in its place, and say from what; the corrupt one stays beside it."""
    building, rescued = litter.beside(path), litter.beside(path.with_name(f"rescued-{path.name}"))
    try:
        whole = salvage.rebuilt(path, rescued)
        count = _count(rescued)
        if whole or not copies:
            rescued.replace(building)
            words = f"{count} papers read out of the corrupt file" + ("" if whole else _alone(building))
        else:
            words = f"restored from {copies[0].name}, {_joined(copies[0], rescued, building)}"
        aside = _aside(path)
        os.sync() if hasattr(os, "sync") else None
        building.replace(path)
        return f"{words}; the corrupt file is kept as {aside.name}"
    finally:
        for left in (building, rescued):
            for end in ("", "-wal", "-shm"):
                left.with_name(left.name + end).unlink(missing_ok=True)


def _alone(rescued: Path) -> str:
    """Say what is lost where there is no copy."""
    with closing(sqlite3.connect(rescued)) as connection:
        lost = recovery.counted(connection).lost
    said = f"; {lost} commands of the history are lost" if lost else ""
    return f", which is all that could be read; there was no good copy{said}"


def _count(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT count(*) FROM entries").fetchone()[0])


def _joined(copy: Path, rescued: Path, building: Path) -> str:
    """Start from the copy, bring it forward, and join what else could be read as one command; say what came and what not."""
    with closing(store.read_only(copy, immutable=True)) as good, closing(sqlite3.connect(building)) as target:
        good.backup(target)
    with Library.open(rescued) as found:
        works = found.works()
    with Library.open(building, write=True) as library:  # an older copy gets the newest schema
        before = library.count()
    with closing(store.read_write(building, "reading list")[0]) as connection:
        history = recovery.recovered(connection, rescued)
    with Library.open(building, write=True) as library:
        library.merge(works, command="doctor --fix")
        added = library.count() - before
    if history is None:
        return f"which is of another list, and {max(added, 0)} papers more read out of the corrupt file; its history is lost"
    lost = (
        f"; {history.lost} command{'s' * (history.lost != 1)} since {'are' if history.lost != 1 else 'is'} lost"
        if history.lost
        else ""
    )
    return f"and {history.commands} later commands, {max(added, 0)} papers more, read out of the corrupt file{lost}"


def _aside(path: Path) -> Path:
    """Keep the corrupt file, and its log, under a name of their own; give the name."""
    stamp = store.now().replace("-", "").replace(":", "")
    names = (path.with_name(f"{path.stem}.corrupt-{stamp}{f'-{n}' if n else ''}{path.suffix}") for n in range(1000))
    aside = next(name for name in names if not name.exists())
    try:
        os.link(path, aside)
    except OSError:  # a file system without hard links
        path.rename(aside)
    for end in ("-wal", "-shm"):  # a log that stayed would be folded into the new file
        with suppress(FileNotFoundError):
            path.with_name(path.name + end).rename(aside.with_name(aside.name + end))
    return aside


def _forget_terms(connection: sqlite3.Connection) -> None:
    """Have papers taken apart once more whose terms cannot be read."""
    wrong = [(paper,) for paper in doctor.unreadable_terms(connection)]
    connection.executemany("INSERT OR IGNORE INTO unlearned VALUES (?)", wrong)
    connection.executemany("DELETE FROM vectors WHERE paper = ?", wrong)
