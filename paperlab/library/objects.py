"""The list as JSON: what `list --json` prints, written by SQLite.

To make ten thousand rows of Python values, a dict of each and a text of that takes three times as long. Each text is
what Python's `json.dumps(..., ensure_ascii=False)` makes of the entry.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator

from paperlab.library.listing import WITH_PAPERS, States, in_order
from paperlab.library.text import encoded, unarrayed

_TAGS = "(SELECT group_concat(json_quote(tag), ', ') FROM (SELECT tag FROM tags WHERE paper = e.paper ORDER BY tag))"
_VALUES = {
    "id": "json_quote(e.paper)",
    "version": "coalesce(e.version, p.version, 'null')",
    "title": "json_quote(coalesce(p.title, ''))",
    "authors": "",
    "state": "json_quote(e.state)",
    "priority": "e.priority",
    "why": "json_quote(e.why)",
    "tags": f"'[' || coalesce({_TAGS}, '') || ']'",
    "minutes": "coalesce(e.minutes, 'null')",
    "added_at": "json_quote(e.added_at)",
    "published": "json_quote(p.published)",
    "primary_category": "json_quote(p.primary_category)",
    "parent": "json_quote(e.parent)",
    "pending": "CASE WHEN p.title IS NULL THEN 'true' ELSE 'false' END",
    "withdrawn": "CASE WHEN p.withdrawn THEN 'true' ELSE 'false' END",
    "until": "json_quote(e.until)",
}
"""Key -> SQL of its JSON; authors stand in the file as JSON already."""


def _joined() -> str:
    """Give the columns: the text before the authors, theirs, and the text behind them."""
    pairs = " || ', ' || ".join(f"'\"{key}\": ' || {value}" for key, value in _VALUES.items() if value)
    before, _, after = pairs.partition(" || ', ' || '\"state\"")
    return f"e.paper, '{{' || {before} || ', \"authors\": ', p.authors, ', \"state\"{after} || '}}'"


_COLUMNS = _joined()
_AS_WRITTEN = re.compile(r'\[(?:"[^"\\\x00-\x1f]*"(?:, "[^"\\\x00-\x1f]*")*)?\]')
"""Authors as `text.array` writes them, without anything that JSON escapes: nearly all."""


def objects(
    connection: sqlite3.Connection, *, state: States, tag: str | None, limit: int | None
) -> Iterator[tuple[str, str]]:
    """Give the id of each entry, highest priority first, then the newest, and its JSON object."""
    as_written = _AS_WRITTEN.fullmatch
    for paper, before, authors, after in connection.execute(
        *in_order(_COLUMNS, WITH_PAPERS, state=state, tag=tag, limit=limit)
    ):
        yield paper, f"{before}{authors if as_written(authors) else encoded(unarrayed(authors))}{after}"
