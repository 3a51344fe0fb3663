"""What `import --arxiv-metadata` and `find --all` say."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from paperlab.cli.outdated import Outdated, outdated, outdated_json
from paperlab.cli.output import emit, emit_array, entry_json, plain, printed, table
from paperlab.errors import NothingFound

if TYPE_CHECKING:
    from collections.abc import Callable

    from paperlab.cli.talk import Context
    from paperlab.lab.corpus import FoundAll
    from paperlab.lab.importing import Imported
    from paperlab.records.paper import PaperRecord
    from paperlab.records.queue import Entry

ELSEWHERE = "-"
"""The state of a paper that is in the corpus alone."""


def import_metadata(talk: Context, file: str) -> None:
    """Take arXiv's metadata into the corpus; one line a source on stdout."""
    from paperlab.lab.root import expanded

    lab = talk.open()
    for told in lab.import_metadata(None if file == "-" else expanded(file)):
        emit(plain(_line(told)))
        for why in told.samples:
            talk.say(f"left out: {why}")
        if told.bad > len(told.samples):
            talk.say(f"and {told.bad - len(told.samples)} more")


def _line(told: Imported) -> str:
    name = Path(told.name).name
    if told.unchanged:
        return f"{name} unchanged since it was imported"
    deleted = f", {told.deleted} deleted" if told.deleted else ""
    again = " (went on where it was stopped)" if told.resumed else ""
    return f"{name} {told.read} read, {told.new} new, {told.changed} changed{deleted}, {told.bad} unreadable{again}"


def find_all(talk: Context, asked: str, title: Callable[[Entry, Outdated], str], *, limit: int, json: bool) -> None:
    """Show what the list and the corpus hold of a query."""
    lab = talk.open()
    found = lab.find_all(asked, limit=limit)
    old = outdated(lab) if found.entries else {}
    if json:
        mine = [entry_json(e) | outdated_json(old.get(e.id, ())) for e in found.entries]
        emit_array([*mine, *map(_record_json, found.records)])
    else:
        _show(found, title, old)
    for note in found.notes:
        talk.say(note)
    if found.trouble:
        talk.say(f"paperlab: {found.trouble.message}; the list alone was searched", level=-1)
        raise typer.Exit(found.trouble.exit_code)
    count = len(found.entries) + len(found.records)
    if not count:
        raise NothingFound(f"nothing matches {asked if len(asked) <= 80 else f'{asked[:77]}...'!r}")
    if count == limit:
        talk.say(f"the best {limit}; -n shows more")


def _show(found: FoundAll, title: Callable[[Entry, Outdated], str], old: Outdated) -> None:
    rows: list[tuple[object, ...]] = [
        (e.id, e.state, e.priority or None, (e.published or "")[:10], title(e, old)) for e in found.entries
    ]
    for record in found.records:
        mark = "[withdrawn] " if record.withdrawn else ""
        rows.append((record.id, ELSEWHERE, None, (record.published or "")[:10], f"{mark}{printed(record.title)}"))
    if rows:
        table(("id", "state", "p", "published", "title"), rows, spare=("published", "p", "state"))


def _record_json(record: PaperRecord) -> dict[str, Any]:
    """Give a record with the keys of an entry; what only an entry has is null or empty."""
    return {
        "id": record.id, "version": record.version, "title": record.title, "authors": list(record.authors),
        "state": None, "priority": 0, "why": None, "tags": [], "minutes": None, "added_at": None,
        "published": record.published, "primary_category": record.primary_category, "parent": None, "until": None, "pending": False,
        "withdrawn": record.withdrawn, **outdated_json(()),
    }  # fmt: skip
