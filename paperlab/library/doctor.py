"""Look at the list: is the file whole, does what is derived agree with what it comes from, what lies about.

All checks read the file as any reader does, so that looking changes no byte and works in a read-only folder. The check
of the full-text index alone wants to write: it gets a copy in a temporary file, which SQLite keeps on the disk.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path

from paperlab import litter
from paperlab.errors import LabUnusable
from paperlab.library import store, upkeep
from paperlab.library.mentions import COPIED, COUNT
from paperlab.records.health import Finding
from paperlab.records.naming import canonical, is_elsewhere
from paperlab.records.queue import STATES

FIX = "`paperlab doctor --fix` repairs it"
_STUCK_DAYS = 7
_NAMED_MOST = 3


def examined(path: Path, *, folders: Sequence[Path], copies: Sequence[Path]) -> list[Finding]:
    """Give one finding for each thing that was looked at, the file first; where it is corrupt, no other of the list."""
    fault = corruption(path)
    if fault:
        good = next(filter(is_good, copies), None)
        whence = (
            f" from what can be read of it and {good.name}"
            if good
            else " from what can be read of it; there is no good copy"
        )
        found = [_wrong("file", f"corrupt: {fault}", f"`paperlab doctor --fix` makes it again{whence}")]
    else:
        found = [
            Finding(name="file", state="ok", found=f"{path.name}, {path.stat().st_size / 1e6:.1f} MB, whole"),
            *upkeep.read(path, lambda connection: list(_of_list(connection))),
        ]
    return [*found, *_of_folders(path, folders), _of_copies(copies), *_of_measurements(folders)]


def corruption(path: Path) -> str:
    """Say in a line why a list cannot be trusted; empty where every page, key and index of it is sound.

    Raises:
        LabUnusable: a newer paperlab made it, or another process holds it: it may be whole.
    """
    try:
        return upkeep.read(path, lambda connection: _faults_of_list(path, connection))
    except LabUnusable as error:
        if error.context.get("whole"):
            raise
        return error.message
    except (*store.FAULTS, OSError) as error:
        if store.is_held(error):
            with store.translated(path):
                raise
        return store.said(error)


def _faults_of_list(path: Path, connection: sqlite3.Connection) -> str:
    store.checked(path, connection, "reading list")
    return faults_of(connection)


def faults_of(connection: sqlite3.Connection) -> str:
    """Give what SQLite's own check finds, the full-text index aside, which can always be made again."""
    lines = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(20)")]
    told = [" ".join(line.split()) for line in lines if line != "ok" and "fts5" not in line.lower()]
    return "; ".join(told)[:300]


def is_good(path: Path) -> bool:
    """Tell whether a copy is a list that is whole."""
    try:
        return path.is_file() and not corruption(path)
    except LabUnusable:
        return False


def _wrong(name: str, found: str, todo: str) -> Finding:
    return Finding(name=name, state="wrong", found=found, todo=todo)


def _of_list(connection: sqlite3.Connection) -> Iterator[Finding]:
    for name, (check, fine, todo) in CHECKS.items():
        try:
            trouble = check(connection)
        except store.FAULTS as error:
            trouble = store.said(error)
        note = trouble.startswith("note: ")
        if trouble:
            yield Finding(
                name=name,
                state="note" if note else "wrong",
                found=trouble.removeprefix("note: "),
                todo="" if note else todo,
            )
        else:
            yield Finding(name=name, state="ok", found=fine)


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:_NAMED_MOST]) + (
        f" and {len(names) - _NAMED_MOST} more" if len(names) > _NAMED_MOST else ""
    )


def _column(connection: sqlite3.Connection, sql: str, **values: object) -> list[str]:
    return [str(row[0]) for row in connection.execute(sql, values)]


def missing(connection: sqlite3.Connection) -> dict[str, str]:
    """Give the tables, indexes, triggers and views that a list of this schema should have and has not, with their SQL."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as whole:
        upkeep.apply(whole, at=store.now())
        objects = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid"
        expected = dict(whole.execute(objects).fetchall())
    there = set(_column(connection, "SELECT name FROM sqlite_master"))
    return {name: sql for name, sql in expected.items() if name not in there}


def _schema(connection: sqlite3.Connection) -> str:
    (schema,) = connection.execute("PRAGMA user_version").fetchone()
    if schema < store.SCHEMAS["reading list"]:
        return f"note: schema {schema}; the next change brings it to {store.SCHEMAS['reading list']}, after a copy"
    gone = missing(connection)
    return f"not there: {_some(list(gone))}" if gone else ""


def _keys(connection: sqlite3.Connection) -> str:
    rows = connection.execute("PRAGMA foreign_key_check").fetchall()
    return f"{len(rows)} rows belong to nothing, in {_some(sorted({row[0] for row in rows}))}" if rows else ""


def _search(connection: sqlite3.Connection) -> str:
    with closing(sqlite3.connect("", isolation_level=None)) as copy:
        try:
            connection.backup(copy)
        except sqlite3.OperationalError as error:
            return f"note: not looked at: no room for a copy of the list ({error})"
        return fault_of_index(copy)


def fault_of_index(connection: sqlite3.Connection) -> str:
    """Say where the full-text index differs from the papers; the connection must be able to write, and nothing is."""
    try:
        connection.execute("INSERT INTO papers_fts(papers_fts, rank) VALUES ('integrity-check', 1)")
    except sqlite3.Error as error:
        return f"does not agree with the papers ({error})"
    return ""


_MENTIONS = COUNT.format("entries.paper")
_DIFFER = " OR ".join(f"p.{name} IS NOT entries.{name}" for name in COPIED)
DERIVED = f"""added_day IS NOT CAST(julianday(added_at) AS INTEGER)
    OR mentions IS NOT {_MENTIONS}
    OR EXISTS (SELECT 1 FROM papers p WHERE p.id = entries.paper AND ({_DIFFER}))"""


def derive(connection: sqlite3.Connection) -> None:
    """Compute the derived columns of entries anew, where they are wrong."""
    connection.execute(
        "UPDATE entries SET added_day = CAST(julianday(added_at) AS INTEGER), "
        f"({', '.join(COPIED)}) = (SELECT {', '.join(COPIED)} FROM papers WHERE id = entries.paper), "
        f"mentions = {_MENTIONS} WHERE {DERIVED}"
    )


def _derived(connection: sqlite3.Connection) -> str:
    wrong = _column(connection, f"SELECT paper FROM entries WHERE {DERIVED}")
    return f"what is copied or counted does not agree in {_some(wrong)}" if wrong else ""


def unreadable_terms(connection: sqlite3.Connection) -> list[str]:
    """Give the papers whose stored terms nothing can be made of: bytes that are none, or numbers out of range."""
    from paperlab.library.words import SIZE, unpacked

    rows = connection.execute("SELECT paper, terms FROM vectors")
    return [paper for paper, blob in rows if len(blob) % 5 or max(unpacked(blob, 1.0).numbers, default=0) >= SIZE]


def _terms(connection: sqlite3.Connection) -> str:
    wrong = unreadable_terms(connection)
    return f"what the ranker made of {_some(wrong)} cannot be read" if wrong else ""


def _values(connection: sqlite3.Connection) -> str:
    states = ", ".join(f"'{state}'" for state in STATES)
    sql = (
        f"SELECT paper FROM entries WHERE state NOT IN ({states}) OR priority NOT BETWEEN 0 AND 9 "
        "OR julianday(added_at) IS NULL OR added_at NOT LIKE '%Z' "
        "UNION SELECT id FROM papers WHERE NOT json_valid(authors) OR NOT json_valid(categories)"
    )
    wrong = _column(connection, sql)
    return f"a state, priority, time or list that is none in {_some(wrong)}" if wrong else ""


def _pending(connection: sqlite3.Connection) -> str:
    day = "strftime('%Y-%m-%dT%H:%M:%SZ', 'now', :ago)"
    sql = (
        "SELECT e.paper FROM entries e JOIN papers p ON p.id = e.paper WHERE p.title IS NULL "
        f"AND (p.put_off LIKE '%knows no such paper%' OR e.added_at < {day})"
    )
    stuck = _column(connection, sql, ago=f"-{_STUCK_DAYS} days")
    if stuck:
        return f"{_some(stuck)} without a title for more than {_STUCK_DAYS} days, or unknown to arXiv"
    waiting = _column(
        connection, "SELECT count(*) FROM entries e JOIN papers p ON p.id = e.paper WHERE p.title IS NULL"
    )[0]
    return f"note: {waiting} wait for `paperlab sync`" if waiting != "0" else ""


def _clock(connection: sqlite3.Connection) -> str:
    now = store.now()
    sql = "SELECT count(*), max(at) FROM (SELECT at FROM events UNION ALL SELECT added_at FROM entries) WHERE at > ?"
    count, last = connection.execute(sql, (now,)).fetchone()
    if count:
        return f"{count} time{'s lie' if count != 1 else ' lies'} in the future, the last at {last}; now is {now}"
    back = "SELECT count(*) FROM (SELECT at, lag(at) OVER (ORDER BY id) AS before FROM events) WHERE at < before"
    (times,) = connection.execute(back).fetchone()
    return (
        f"note: the clock was set back {times} time{'s' * (times != 1)} while the list was written; the order of events is kept by number"
        if times
        else ""
    )


def _ids(connection: sqlite3.Connection) -> str:
    # Almost all ids are plain digits, and SQL knows these faster.
    sql = "SELECT id FROM papers WHERE id NOT GLOB '[0-9][0-9][0-9][0-9].[0-9]*' OR id GLOB '*v*' OR id GLOB '* *'"
    odd = [id for id in _column(connection, sql) if not is_elsewhere(id) and canonical(id) != id]
    return f"{_some(odd)}: not as the list keeps ids, so that one paper may stand twice" if odd else ""


CHECKS: Mapping[str, tuple[Callable[[sqlite3.Connection], str], str, str]] = {
    "schema": (_schema, "every table, index, trigger and view is there", FIX),
    "references": (_keys, "every row belongs to a paper or entry", FIX),
    "search index": (_search, "agrees with the papers", FIX),
    "derived": (_derived, "pages, mentions and days agree with what they come from", FIX),
    "terms": (_terms, "what the ranker made of each paper can be read", FIX),
    "values": (_values, "states, priorities, times and lists can be read", "set it right, or `paperlab rm` it"),
    "pending": (_pending, "no paper waits for its title", "`paperlab sync` asks again, `paperlab rm` takes it off"),
    "clock": (_clock, "no time lies in the future", "check the clock of this machine; it heals as time passes"),
    "ids": (_ids, "each paper has one id", "`paperlab add` the paper by its plain id, then `paperlab rm` the odd one"),
}
"""Name -> check (which gives a line, empty where all is fine), what fine means, what to do where it is not."""


def _of_folders(path: Path, folders: Sequence[Path]) -> Iterator[Finding]:
    there = [folder for folder in folders if folder.is_dir()]
    closed = [str(p) for p in (path, *there) if not os.access(p, os.W_OK)]
    if closed:
        yield Finding(
            name="rights", state="note", found=f"{_some(closed)} cannot be written: reading works, changing does not"
        )
    else:
        yield Finding(name="rights", state="ok", found="file and folders can be written")
    log = path.with_name(f"{path.name}-wal")
    size = log.stat().st_size if log.exists() else 0
    if size:
        yield Finding(
            name="log",
            state="note",
            found=f"{log.name} holds {size} bytes: a command is running, or was killed; the next change folds it in",
        )
    left = [item.name for folder in there for item in litter.left_behind(folder)]
    if left:
        yield _wrong("litter", f"{_some(left)} left by commands that were killed", "`paperlab doctor --fix` removes it")
    else:
        yield Finding(name="litter", state="ok", found="none")


def _of_copies(copies: Sequence[Path]) -> Finding:
    if not copies:
        return Finding(name="backups", state="note", found="none yet; `paperlab backup` makes one")
    return Finding(name="backups", state="ok", found=f"{len(copies)}, the newest {copies[0].name}")


def _of_measurements(folders: Sequence[Path]) -> Iterator[Finding]:
    for path in (folder / "measurements.db" for folder in folders):
        if not path.is_file():
            continue
        try:
            fault = upkeep.read(path, faults_of)
        except (*store.FAULTS, OSError) as error:
            fault = store.said(error)
        if fault:
            yield _wrong(
                "measurements", f"{path.name} is corrupt: {fault}", "move it away; `paperlab bench` measures anew"
            )
        else:
            yield Finding(name="measurements", state="ok", found=f"{path.name} is whole")
