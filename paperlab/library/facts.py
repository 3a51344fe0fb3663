"""What arXiv says about papers: kept whether or not the paper is on the list, never undone."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from paperlab.library import notices
from paperlab.library.implementable import points
from paperlab.library.journal import Journal
from paperlab.library.many import laid
from paperlab.library.text import array, clean, moment, one_line, optional
from paperlab.records.wording import pages

if TYPE_CHECKING:
    from paperlab.records.paper import PaperRecord, Provenance


def saved(journal: Journal, records: Sequence[PaperRecord]) -> tuple[str, ...]:
    """Keep records; gives the ids of papers that changed, in order and once."""
    times = Counter(record.id for record in records)
    once = [record for record in records if times[record.id] == 1]  # of several the versions must be compared
    fresh = laid_in(journal, once) if len(once) > 1 else frozenset()
    changed = {record.id: None for record in records if record.id in fresh or _save(journal, record)}
    return tuple(changed)


def known(connection: sqlite3.Connection, paper: str) -> None:
    """Make sure that a paper has its row, even while nothing is known of it."""
    connection.execute("INSERT INTO papers (id) VALUES (?) ON CONFLICT (id) DO NOTHING", (paper,))


_SHARED = ("title", "authors", "abstract", "comment", "updated", "withdrawn")


def _values(record: PaperRecord, names: Iterable[str]) -> dict[str, Any]:
    """Give those of the columns of a record that arXiv told us; what it did not tell is left out."""
    values = {name: _COLUMNS[name](record) for name in names}
    return {name: value for name, value in values.items() if value not in (None, "", "[]") or name == "title"}


_COLUMNS: Mapping[str, Callable[[PaperRecord], Any]] = {
    "title": lambda r: one_line(r.title),
    "authors": lambda r: array(r.authors),
    "abstract": lambda r: clean(r.abstract).strip(),
    "comment": lambda r: optional(r.comment),
    "updated": lambda r: moment(r.updated),
    "withdrawn": lambda r: int(r.withdrawn),
    "version": lambda r: r.version,
    "categories": lambda r: array(r.categories),
    # arXiv names the primary category first.
    "primary_category": lambda r: optional(r.primary_category or next(iter(r.categories), None)),
    "published": lambda r: moment(r.published),
    "journal_ref": lambda r: optional(r.journal_ref),
    "doi": lambda r: optional(r.doi),
    "licence": lambda r: optional(r.licence),
    "pages": lambda r: pages(r.comment),
    "implementable": lambda r: points(r.abstract, r.comment) if r.abstract or r.comment else None,
}
"""Column of papers -> what a record tells of it."""
_ALL = tuple(_COLUMNS)


def _save(journal: Journal, record: PaperRecord) -> bool:
    connection = journal.connection
    row = connection.execute(f"SELECT {', '.join(_ALL)} FROM papers WHERE id = ?", (record.id,)).fetchone()
    before = dict(zip(_ALL, row, strict=True)) if row else None
    values = _values(record, _ALL)
    if before is not None and before["withdrawn"] and record.version == before["version"]:
        values["withdrawn"] = 1  # OAI knows it for sure; other sources guess from words, and feeds lack them
    changes = {n: v for n, v in values.items() if before is None or before[n] != v}
    if before is not None and (record.version or before["version"] or 0) < (before["version"] or 0):
        changes = {}
    if changes:
        _write(connection, record, changes, there=before is not None)
    added = _save_version(journal, record, values)
    if changes and before is not None:
        _tell(journal, record.id, before, values)
    return added or bool(changes)


def filled(journal: Journal, record: PaperRecord) -> bool:
    """Keep what a file tells of a paper where nothing is known of it or of this version, else only what is missing."""
    connection = journal.connection
    row = connection.execute(f"SELECT {', '.join(_ALL)} FROM papers WHERE id = ?", (record.id,)).fetchone()
    before = dict(zip(_ALL, row, strict=True)) if row else None
    if before is None or before["title"] is None:
        return _save(journal, record)
    if record.version and before["version"] and record.version > before["version"] and record.updated:
        return _save(journal, record)
    open_ = [name for name in _ALL if before[name] in (None, "", "[]", 0)]
    if not before["implementable"] and "abstract" not in open_ and "comment" not in open_:
        open_.remove("implementable")  # seen in these two, and 0
    if record.id.startswith("doi:") and "doi" in open_:
        open_.remove("doi")  # its id tells it
    missing = {name: value for name, value in _values(record, open_).items() if value}
    if missing:
        _write(connection, record, missing, there=True)
    return bool(missing)


_EMPTY = {"abstract": "", "authors": "[]", "categories": "[]", "withdrawn": 0, "implementable": 0}


def laid_in(journal: Journal, records: Sequence[PaperRecord]) -> frozenset[str]:
    """Keep records of papers of which nothing is known yet, many at once; gives their ids, the others stay as they are."""
    connection = journal.connection
    sql = "SELECT 1 FROM papers WHERE id = ?"
    fresh = [r for r in records if connection.execute(sql, (r.id,)).fetchone() is None]
    told = [_values(r, _ALL) | {"id": r.id, "source": r.provenance and _source(r.provenance)} for r in fresh]
    columns = (*_ALL, "id", "source")
    laid(connection, "papers", columns, [[*map((_EMPTY | row).get, columns)] for row in told])
    columns = ("id", "version", *_SHARED)
    seen = [[*map(row.get, columns), journal.at] for row in told if row.get("version") is not None]
    laid(connection, "versions", ("paper", *columns[1:], "seen_at"), seen)
    return frozenset(r.id for r in fresh)


def _write(connection: sqlite3.Connection, record: PaperRecord, changes: dict[str, Any], *, there: bool) -> None:
    if record.provenance:
        changes = {**changes, "source": _source(record.provenance)}
    if there:
        sets = ", ".join(f"{name} = ?" for name in changes)
        sql = f"UPDATE papers SET {sets}, try_after = NULL, put_off = NULL WHERE id = ?"
    else:
        # In one statement with its text: the index would else take the row twice.
        sql = f"INSERT INTO papers ({', '.join(changes)}, id) VALUES ({', '.join('?' * (len(changes) + 1))})"
    connection.execute(sql, (*changes.values(), record.id))


def _source(provenance: Provenance) -> str:
    names = ("address", "sha256", "fetched_at", "tool")
    return json.dumps({name: getattr(provenance, name) for name in names}, ensure_ascii=False)


def _save_version(journal: Journal, record: PaperRecord, values: Mapping[str, Any]) -> bool:
    """Keep one version; False where it is known as it is. Feeds tell less than the API, so nothing is emptied."""
    if record.version is None:
        return False
    row = {name: values[name] for name in _SHARED if name in values}
    marks = ", ".join("?" * (len(row) + 3))
    sets = ", ".join(f"{name} = excluded.{name}" for name in row)
    differs = " OR ".join(f"{name} IS NOT excluded.{name}" for name in row)
    sql = (
        f"INSERT INTO versions (paper, version, seen_at, {', '.join(row)}) VALUES ({marks}) "
        f"ON CONFLICT (paper, version) DO UPDATE SET {sets} WHERE {differs}"
    )
    return journal.connection.execute(sql, (record.id, record.version, journal.at, *row.values())).rowcount > 0


def _tell(journal: Journal, paper: str, before: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    """Record what is news to somebody who has the paper on the list."""
    if journal.connection.execute("SELECT 1 FROM entries WHERE paper = ?", (paper,)).fetchone() is None:
        return
    if before["title"] is None:
        if not _added_now(journal, paper):
            journal.event(paper, "known", None, values["title"])
    elif (before["version"] or 0) and values.get("version", 0) > before["version"]:
        journal.event(paper, "version", before["version"], values["version"])
        notices.raised(journal, paper, before["version"], values["version"], "revised")
    if values["withdrawn"] and not before["withdrawn"]:
        journal.event(paper, "withdrawn")
        newest = values.get("version") or before["version"] or 1
        notices.raised(journal, paper, before["version"] or newest, newest, "withdrawn")


def _added_now(journal: Journal, paper: str) -> bool:
    """See whether the running command put the paper on the list: then its title is no news."""
    sql = "SELECT 1 FROM events WHERE command = ? AND paper = ? AND kind = 'added'"
    return journal.connection.execute(sql, (journal.command, paper)).fetchone() is not None
