"""Getting papers onto the list: arXiv's answers joined with the library."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from paperlab.errors import BadId, NetworkError
from paperlab.records.changes import NewEntry, Pending
from paperlab.records.ids import PaperId
from paperlab.records.queue import Entry

if TYPE_CHECKING:
    from paperlab.arxiv import ArxivClient
    from paperlab.library import Library
    from paperlab.records.paper import PaperRecord

RETRY_AFTER = timedelta(minutes=15)
"""When a pending id is tried again if the server did not say."""
BATCH = 100
"""Ids asked for before what came is saved."""
NAMED = 20
"""Words that are no id and are named one by one; a page of text that was piped in has thousands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What became of the ids that were added."""

    entries: tuple[Entry, ...] = ()
    pending: tuple[str, ...] = ()
    """Kept, but arXiv has not told the title yet."""
    missing: tuple[str, ...] = ()
    """arXiv knows no such paper; not kept."""
    trouble: NetworkError | None = None
    until: str | None = None
    """ISO 8601 UTC, when `sync` will ask again for the pending ones."""


def parse_ids(lines: Iterable[object]) -> tuple[tuple[PaperId, ...], BadId | None]:
    """Read ids, several to a line if need be; `#` begins a comment.

    Returns:
        Each paper once, with the version that was named last; and what is no id, all of it, where there is any.

    Raises:
        BadId: a line is no text.
    """
    good: dict[str, PaperId] = {}
    bad: dict[str, None] = {}
    for line in lines:
        if not isinstance(line, str):
            PaperId.parse(line)  # raises: a number has lost its last zeros
            continue
        text = re.split(r"(?:^|\s)#", line, maxsplit=1)[0].strip()
        words = [text] if PaperId.maybe(text) else list(filter(None, re.split(r"[\s,;]+", text)))
        found = {word: PaperId.maybe(word) for word in words}
        for id in filter(None, found.values()):
            good[id.base] = id if id.version or id.base not in good else good[id.base]
        # A sentence without any id is one thing that is none, not as many as it has words.
        strange = [word for word, id in found.items() if id is None]
        bad |= dict.fromkeys([text] if strange and len(strange) == len(found) else strange)
    return tuple(good.values()), _no_ids(list(bad)) if bad else None


def _no_ids(words: Sequence[str]) -> BadId:
    """Name what was taken for an id and is none, each with its reason."""
    faults = [fault for word in words if (fault := PaperId.fault(word))]
    if len(faults) == 1:
        return faults[0]
    more = f" and {len(faults) - NAMED} more" if len(faults) > NAMED else ""
    named = "; ".join(str(fault.context["got"]) for fault in faults[:NAMED])
    return BadId(f"expected arXiv ids, links or DOIs, got {named}{more}")


Progress = Callable[[int, int, str], None]
"""Takes how much is done, of how much, and what is being done."""
T = TypeVar("T")


def batches(items: Sequence[T], progress: Progress, what: str) -> Iterator[tuple[int, Sequence[T]]]:
    """Cut into what one request takes, each with its place, and tell how far it is; what was drawn goes at the end."""
    try:
        for start in range(0, len(items), BATCH):
            progress(start, len(items), what)
            yield start, items[start : start + BATCH]
    finally:
        if items:
            progress(len(items), len(items), what)


def add(
    library: Library,
    client: ArxivClient,
    items: Sequence[NewEntry],
    progress: Progress,
    corpus: Callable[[Sequence[str]], Mapping[str, PaperRecord]] = lambda _ids: {},
) -> Added:
    """Queue papers: what arXiv tells is kept with its title, what it cannot tell now is kept as pending.

    What `corpus` knows of the ids that it is given is copied, and arXiv is not asked for those.

    New ids are on the list before arXiv is asked, so that a kill while it thinks loses none of them.
    """
    known = _told(library, items)
    done = list(library.add([i for i in items if i.id in known])) if known else []
    unknown = [i for i in items if i.id not in known]
    copied = copies(unknown, corpus)
    if copied:
        done += library.add([i for i in unknown if i.id in copied], records=list(copied.values()))
        unknown = [i for i in unknown if i.id not in copied]
    library.expect(unknown)
    missing: list[str] = []
    for start, batch in batches(unknown, progress, "papers asked for"):
        try:
            found = client.lookup([PaperId(i.id, i.version) for i in batch])
        except NetworkError as trouble:
            return _pending(library, unknown[start:], done, missing, trouble)
        there = {r.id for r in found.found}
        done += library.add([i for i in batch if i.id in there], records=found.found)
        library.forget([PaperId.parse(id).base for id in found.missing])
        missing += found.missing
    return Added(entries=_as_asked(done, items), missing=tuple(missing))


def copies(
    items: Sequence[NewEntry] | Sequence[Pending], corpus: Callable[[Sequence[str]], Mapping[str, PaperRecord]]
) -> dict[str, PaperRecord]:
    """Give the corpus' records of papers, where it knows the version that is wanted or a newer one."""
    wanted = {item.id: item.version or 0 for item in items}
    found = corpus(list(wanted))
    return {id: record for id, record in found.items() if wanted[id] <= (record.version or 0)}


def _as_asked(entries: Iterable[Entry], items: Sequence[NewEntry]) -> tuple[Entry, ...]:
    """Give the entries in the order in which they were asked for, whatever was known and whatever had to be fetched."""
    place = {item.id: number for number, item in enumerate(items)}
    return tuple(sorted(entries, key=lambda entry: place[entry.id]))


def _told(library: Library, items: Sequence[NewEntry]) -> frozenset[str]:
    """Give the papers of which arXiv need not be asked: known, and no newer version is wanted than is known."""
    known = library.known([i.id for i in items])
    newer = {i.id for i in items if i.version and i.id in known and not _has(library, i)}
    return known - newer


def _has(library: Library, item: NewEntry) -> bool:
    record = library.record(item.id)
    return record is None or record.version is None or (item.version or 0) <= record.version


def _pending(
    library: Library,
    items: Sequence[NewEntry],
    done: list[Entry],
    missing: list[str],
    trouble: NetworkError,
) -> Added:
    until = next_try(trouble)
    entries = library.add(items)
    ids = tuple(i.id for i in items)
    library.postpone(ids, until=until, reason=trouble.message)
    return Added(entries=(*done, *entries), pending=ids, missing=tuple(missing), trouble=trouble, until=until)


def next_try(trouble: NetworkError) -> str:
    """Give when to ask again: what the server said, else a quarter of an hour from now."""
    said = trouble.context.get("until")
    return str(said) if said else (datetime.now(UTC) + RETRY_AFTER).strftime("%Y-%m-%dT%H:%M:%SZ")
