"""Getting papers onto the list: arXiv's answers joined with the library."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from paperlab.errors import NetworkError, NothingFound, PaperlabError, UsageError
from paperlab.records.changes import NewEntry
from paperlab.records.ids import PaperId
from paperlab.records.queue import Entry

if TYPE_CHECKING:
    from paperlab.arxiv import ArxivClient
    from paperlab.library import Library
    from paperlab.records.paper import FeedBatch, Lookup, PaperRecord

RETRY_AFTER = timedelta(minutes=15)
"""When a pending id is tried again if the server did not say."""
BATCH = 100
"""Ids asked for in one request; each batch is saved as it comes."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedNews:
    """What one feed brought."""

    feed: str
    listed: int = 0
    new: int = 0
    revised: int = 0
    stale: bool = False
    """The same batch as last time."""
    trouble: NetworkError | UsageError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Synced:
    """What a sync did."""

    completed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    pending: int = 0
    feeds: tuple[FeedNews, ...] = ()
    trouble: PaperlabError | None = None


def parse_ids(words: Iterable[str]) -> tuple[tuple[PaperId, ...], tuple[str, ...]]:
    """Split words into ids and words that are none; a line may hold several ids, # begins a comment, a paper counts once."""
    good: dict[str, PaperId] = {}
    bad: list[str] = []
    for line in words:
        text = line.split("#", 1)[0].strip() if line.lstrip().startswith("#") or " #" in line else line.strip()
        if not text:
            continue
        whole = PaperId.maybe(text)
        for word in [text] if whole else text.replace(",", " ").split():
            found = whole or PaperId.maybe(word)
            if found is None:
                bad.append(word)
            elif found.version or found.base not in good:
                good[found.base] = found
    return tuple(good.values()), tuple(bad)


def add(library: Library, client: ArxivClient, items: Sequence[NewEntry]) -> Added:
    """Queue papers: what arXiv tells is kept with its title, what it cannot tell now is kept as pending."""
    known = _told(library, items)
    done = list(library.add([i for i in items if i.id in known])) if known else []
    unknown = [i for i in items if i.id not in known]
    missing: list[str] = []
    for start in range(0, len(unknown), BATCH):
        batch = unknown[start : start + BATCH]
        try:
            found = client.lookup([PaperId(i.id, i.version) for i in batch])
        except NetworkError as trouble:
            return _pending(library, unknown[start:], done, missing, trouble)
        there = {r.id for r in found.found}
        done += library.add([i for i in batch if i.id in there], records=found.found)
        missing += found.missing
    return Added(entries=_as_asked(done, items), missing=tuple(missing))


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


def complete(library: Library, client: ArxivClient) -> Synced:
    """Ask arXiv for the papers that are still pending; stop at the first trouble, keeping what came."""
    waiting = library.pending()
    completed: list[str] = []
    missing: list[str] = []
    for start in range(0, len(waiting), BATCH):
        batch = waiting[start : start + BATCH]
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


def read_feed(library: Library, client: ArxivClient, feed: str) -> FeedNews:
    """Read one announcement feed: new papers go to the inbox, revisions of my papers become versions.

    What is new is decided by ids that this feed has shown before, never by dates: a stale feed carries a fresh date.
    """
    state = next((f for f in library.feeds() if f.name == feed), None)
    if state is None:
        raise NothingFound(f"{feed} is not followed; `paperlab feed add {feed}` follows it")
    try:
        batch = client.feed(feed, etag=state.etag, modified=state.modified)
    except (NetworkError, UsageError) as trouble:  # the other feeds are read all the same
        return FeedNews(feed=feed, trouble=trouble)
    if batch.unchanged:
        return FeedNews(feed=feed, stale=bool(state.batch))
    return _keep(library, batch, feed)


def _keep(library: Library, batch: FeedBatch, feed: str) -> FeedNews:
    shown = list(dict.fromkeys(_shown(a.record) for a in batch.items))
    seen = library.seen(feed, shown)
    fresh = [a for a in batch.items if _shown(a.record) not in seen]
    mine = library.known([a.record.id for a in fresh])
    new = [a.record for a in fresh if a.kind in ("new", "cross") and a.record.id not in mine]
    revised = [a.record for a in fresh if a.record.id in mine]
    items = [NewEntry(id=r.id, version=None, state="inbox") for r in new]
    if items:
        library.add(items, records=new)
    changed = library.save_records(revised) if revised else ()
    library.mark_feed(feed, shown, etag=batch.etag, modified=batch.modified)
    stale = bool(shown) and not fresh
    return FeedNews(feed=feed, listed=len(shown), new=len(new), revised=len(changed), stale=stale)


def _shown(record: PaperRecord) -> str:
    return f"{record.id}v{record.version or 1}"
