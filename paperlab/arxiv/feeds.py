"""Announcement feeds, read from bytes that were fetched and checked before.

feedparser reads every feed there is, in 1.4 ms an item: 3 s for the 2,000 of a large archive. So the two shapes that
arXiv sends, RSS 2.0 and Atom, are read from the tree that the check has built anyway, and feedparser reads the rest;
a test holds that both give the same.

Source: info.arxiv.org/help/rss, help/rss_specifications, help/atom_specifications. A feed holds one announcement
only, and none at all on Saturday, Sunday and arXiv's holidays: no items is success.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from paperlab.arxiv.markup import name_of, read_xml
from paperlab.arxiv.text import categories, looks_withdrawn, names, publisher_doi, short, squash, when
from paperlab.errors import BadAnswer
from paperlab.records.ids import PaperId
from paperlab.records.paper import Announcement, FeedBatch, PaperRecord, Provenance

KINDS = ("new", "cross", "replace", "replace-cross")
"""What arXiv calls its announcements, those first that tell most of a paper."""
_PREFIX = re.compile(r"^\s*(?P<id>arXiv:\S+)\s+Announce Type:\s*(?P<kind>[\w-]+)\s*(?:Abstract:\s*)?", re.IGNORECASE)
_PARAGRAPH, _TAG = re.compile(r"</?p>", re.IGNORECASE), re.compile(r"</?a\b[^>]*>", re.IGNORECASE)
"""Markup that feeds had until 2024, and that mirrors still have."""


def parse_feed(
    body: bytes,
    *,
    feed: str,
    etag: str | None = None,
    modified: str | None = None,
    address: str = "the feed",
    where: Provenance | None = None,
) -> FeedBatch:
    """Read a feed, RSS or Atom; `where` the bytes came from is kept with each record.

    Raises:
        BadAnswer: no XML, XML that is cut, another document than a feed, or a feed whose items name no paper.
    """
    root = read_feed(body, address=address)
    built, entries = _arxivs_own(root) or _any_feed(body)
    items = [item for entry in entries if (item := _announcement(entry, where))]
    if entries and not items:
        raise BadAnswer(
            f"expected papers in the feed {short(address)}, got {len(entries)} items that name none, "
            f"such as {squash(entries[0].get('title'))[:60]!r}; try again later"
        )
    return FeedBatch(
        feed=feed,
        items=_once(items),
        built_at=when(built),
        etag=etag,
        modified=modified,
        skip_days=tuple(squash(day.text) for day in root.iterfind(".//{*}skipDays/{*}day")),
    )


def read_feed(body: bytes, *, address: str) -> Any:
    """Give the root element of an answer that is a feed.

    Raises:
        BadAnswer: it is not, or not whole.
    """
    root = read_xml(body, names=("rss", "feed"), wanted="a feed", address=address)
    if name_of(root) == "rss" and root.find("{*}channel") is None:
        raise BadAnswer(f"expected a feed from {short(address)}, got one without a channel; try again later")
    return root


Entry = Mapping[str, Any]
"""One item under the names that feedparser gives: id, link, title, summary, tags, authors, published ..."""


def _any_feed(body: bytes) -> tuple[str | None, Sequence[Entry]]:
    """Read any feed; gives when it was built, and its items."""
    import feedparser

    # feedparser guesses encodings and mends XML; after the check it has nothing to mend.
    parsed = feedparser.parse(body.lstrip(), sanitize_html=False, resolve_relative_uris=False)
    return parsed.feed.get("updated") or parsed.feed.get("published"), parsed.entries


_SHAPES = {"rss": ("item", "lastBuildDate", "pubDate"), "feed": ("entry", "updated", "published")}
"""Name of the root -> names of an item, of when the feed was built, and of an item's date."""
_NAMES = {
    "guid": "id", "id": "id", "title": "title", "link": "link", "description": "summary", "summary": "summary",
    "pubDate": "published", "published": "published", "announce_type": "arxiv_announce_type",
    "journal_reference": "arxiv_journal_reference", "DOI": "arxiv_doi", "rights": "rights", "creator": "creator",
}  # fmt: skip
"""Name of an element -> feedparser's for it."""


def _arxivs_own(root: Any) -> tuple[str | None, Sequence[Entry]] | None:
    """Read a feed of arXiv's shape from its tree; None where an item is of another."""
    item, *built = _SHAPES[name_of(root)]
    head = root.find("{*}channel") if name_of(root) == "rss" else root
    dates = (head.findtext(f"{{*}}{name}") for name in built)
    entries = [_entry(element) for element in head.iterchildren(f"{{*}}{item}")]
    if any(entry is None for entry in entries):
        return None
    return next(filter(None, dates), None), [entry for entry in entries if entry]


def _entry(element: Any) -> Entry | None:
    """Read one item; None where it holds what arXiv's do not: markup, or none of arXiv's own elements."""
    entry: dict[str, Any] = {"tags": []}
    for child in element:
        name = name_of(child)
        text = child.text or ""
        if len(child):
            return None
        if name == "category":
            entry["tags"].append({"term": child.get("term") or text})
        elif name == "link":
            entry["link"] = child.get("href") or text
        elif name in _NAMES:
            entry[_NAMES[name]] = text.strip()
    entry["authors"] = [{"name": entry.pop("creator", "")}]
    return entry if "arxiv_announce_type" in entry else None


def _once(items: Iterable[Announcement]) -> tuple[Announcement, ...]:
    """Keep each version once: what is new in one category of a feed is cross-listed in another."""
    kept: dict[tuple[str, int | None], Announcement] = {}
    for item in items:
        key = (item.record.id, item.record.version)
        if key not in kept or KINDS.index(item.kind) < KINDS.index(kept[key].kind):
            kept[key] = item
    return tuple(kept.values())


def _announcement(entry: Entry, where: Provenance | None = None) -> Announcement | None:
    """Read one item; None where it names no paper."""
    # The guid has the version, the link has not.
    found = PaperId.maybe(entry.get("id", "")) or PaperId.maybe(entry.get("link", ""))
    if found is None:
        return None
    summary = entry.get("summary", "")
    if summary.lstrip()[:3].lower() == "<p>":
        summary = _PARAGRAPH.sub(" ", summary)
    prefix = _PREFIX.match(summary)
    version = found.version or _told_version(prefix, found)
    kind = _kind(squash(entry.get("arxiv_announce_type")) or (prefix["kind"] if prefix else ""), version)
    abstract = squash(summary[prefix.end() :] if prefix else summary)
    terms = categories(tag.get("term") or "" for tag in entry.get("tags", ()))
    record = PaperRecord(
        id=found.base,
        version=version,
        title=squash(entry.get("title")),
        authors=names(_TAG.sub("", ", ".join(author.get("name", "") for author in entry.get("authors", ())))),
        abstract=abstract,
        categories=terms,
        primary_category=terms[0] if terms else None,
        # The date of an item is the date of its announcement: version 1 came earlier where it is no new paper.
        published=when(entry.get("published")) if kind == "new" else None,
        updated=when(entry.get("published")),
        journal_ref=squash(entry.get("arxiv_journal_reference")) or None,
        doi=publisher_doi(entry.get("arxiv_doi")),
        licence=squash(entry.get("rights")) or None,
        withdrawn=looks_withdrawn(None, abstract),
        provenance=where,
    )
    return Announcement(record=record, kind=kind)


def _told_version(prefix: re.Match[str] | None, found: PaperId) -> int | None:
    """Give the version that the description names, where the guid names none."""
    told = PaperId.maybe(prefix["id"]) if prefix else None
    return told.version if told and told.base == found.base else None


def _kind(word: str, version: int | None) -> str:
    """Give arXiv's word; where it is missing or new to us, a later version is no new paper."""
    return word.lower() if word.lower() in KINDS else "replace" if (version or 1) > 1 else "new"
