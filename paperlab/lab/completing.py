"""What arXiv is asked about papers that are on the list: titles that are pending, versions that are newer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from paperlab.errors import NetworkError
from paperlab.lab.reading import Progress, batches, copies, next_try
from paperlab.records.following import Synced
from paperlab.records.ids import PaperId

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from paperlab.arxiv import ArxivClient
    from paperlab.library import Library
    from paperlab.records.paper import Lookup, PaperRecord


def complete(
    library: Library,
    client: ArxivClient,
    progress: Progress,
    corpus: Callable[[Sequence[str]], Mapping[str, PaperRecord]],
) -> Synced:
    """Complete the papers that are still pending: from the corpus, which needs no network, the rest by asking arXiv.

    It stops at the first trouble, keeping what came.
    """
    waiting = library.pending()
    known = copies(waiting, corpus)
    library.save_records(list(known.values()), command="sync")
    waiting = tuple(p for p in waiting if p.id not in known)
    completed = list(known)
    missing: list[str] = []
    for start, batch in batches(waiting, progress, "pending papers asked for"):
        try:
            found = client.lookup([PaperId(p.id, p.version) for p in batch])
        except NetworkError as trouble:
            library.postpone([p.id for p in waiting[start:]], until=next_try(trouble), reason=trouble.message)
            return Synced(
                completed=tuple(completed), missing=tuple(missing), pending=len(waiting) - start, trouble=trouble
            )
        completed += _save(library, found)
        missing += found.missing
    return Synced(completed=tuple(completed), missing=tuple(missing), pending=len(missing))


def _save(library: Library, found: Lookup) -> list[str]:
    library.save_records(found.found, command="sync")
    far = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    if found.missing:
        gone = [PaperId.parse(id).base for id in found.missing]
        library.postpone(gone, until=far, reason="arXiv knows no such paper")
    return [r.id for r in found.found]


def recheck(
    library: Library, client: ArxivClient, revised: Sequence[PaperId], *, days: float, most: int, progress: Progress
) -> tuple[int, NetworkError | None]:
    """Ask again for papers that I care for: no feed need list their new versions, and a feed tells no comment.

    Args:
        library: the list.
        client: to ask.
        revised: versions of which a feed has just told something; asked for in any case.
        days: how old what arXiv told may be.
        most: papers at most, besides the revised ones.
        progress: told how far it is.

    Returns:
        How many were asked for, and what kept the rest from it.
    """
    before = (datetime.now(UTC) - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")
    asked = list(dict.fromkeys([*revised, *map(PaperId, library.to_recheck(before=before, limit=most))]))
    for start, batch in batches(asked, progress, "papers of the list asked for again"):
        try:
            found = client.lookup(batch)
        except NetworkError as trouble:
            return start, trouble
        library.save_records(found.found, command="sync")
        library.mark_checked([id.base for id in batch])
    return len(asked), None
