"""The list in the formats of other tools; the same works give the same bytes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from paperlab.errors import UsageError
from paperlab.records.accents import accents
from paperlab.records.works import Work

FORMATS = ("jsonl", "bibtex", "csl", "ris", "markdown", "opml", "atom")
"""What `export` writes."""
CITED = ("bibtex", "csl")
"""Formats with citation keys, which depend on the whole list."""

Named = tuple[str, str, tuple[str, ...], str | None]


def write(works: Sequence[Work], format: str, named: Iterable[Named] = ()) -> Iterator[str]:
    """Give the text of a file in pieces.

    Args:
        works: in the order to write.
        format: one of FORMATS.
        named: id, title, authors and date of every work of the list in the order added, for the citation keys.

    Raises:
        UsageError: no such format.
    """
    if format not in FORMATS:
        raise UsageError(f"expected a format, one of {', '.join(FORMATS)}; got {format!r}")
    works = works if format == "jsonl" else [_printed(item) for item in works]
    if format in CITED:
        from paperlab.exchange import bibtexout, csl
        from paperlab.exchange.keys import keys

        cited = keys(named)
        return bibtexout.write(works, cited) if format == "bibtex" else csl.write(works, cited)
    from paperlab.exchange import atom, jsonl, links, opml, ris

    plain = {"jsonl": jsonl.write, "ris": ris.write, "markdown": links.write, "opml": opml.write, "atom": atom.write}
    return plain[format](works)


_TEXTS = ("title", "abstract", "journal_ref", "comment")


def _printed(item: Work) -> Work:
    """Give a work with accents that were typed in TeX as letters: no format but ours tells that a text is TeX."""
    if item.record is None:
        return item
    told = {name: getattr(item.record, name) or "" for name in _TEXTS}
    changed: dict[str, Any] = {name: new for name, text in told.items() if (new := accents(text)) != text}
    return replace(item, record=replace(item.record, **changed)) if changed else item
