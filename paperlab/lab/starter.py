"""The starter list: the papers of implementations, read from their cards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from paperlab.lab.folders import Folder, own
from paperlab.records.changes import NewEntry
from paperlab.records.ids import PaperId
from paperlab.records.paper import PaperRecord

if TYPE_CHECKING:
    from paperlab.lab import Lab


def fill(lab: Lab, found: Sequence[Folder] | None = None) -> int:
    """Queue every paper that implementations name, the lab's own where none are given; give how many."""
    cards = [f for f in (own(lab.root) if found is None else found) if f.card.id]
    records = [_record(f) for f in cards]
    items = [
        NewEntry(id=r.id, version=r.version, why=f"implementations/{f.card.slug}")
        for f, r in zip(cards, records, strict=True)
    ]
    with lab.library(write=True) as library:
        library.add(items, records=records, command="init --starter")
    return len(items)


def _record(one: Folder) -> PaperRecord:
    card = one.card
    return PaperRecord(
        id=PaperId.parse(card.id or "").base,
        version=card.version,
        title=card.title,
        authors=card.authors,
        published=card.published,
        primary_category=card.primary_category,
        categories=(card.primary_category,) if card.primary_category else (),
        licence=card.licence,
    )
