"""Announcement feeds, read by feedparser from bytes that were fetched and checked before.

Source: info.arxiv.org/help/rss, help/rss_specifications, help/atom_specifications. A feed holds one announcement
only, and none at all on Saturday, Sunday and arXiv's holidays: no items is success.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import feedparser

from paperlab.arxiv.markup import name_of, read_xml
from paperlab.arxiv.text import categories, looks_withdrawn, names, publisher_doi, short, squash, when
from paperlab.errors import BadAnswer
from paperlab.records.ids import PaperId
from paperlab.records.paper import Announcement, FeedBatch, PaperRecord

KINDS = ("new", "cross", "replace", "replace-cross")
"""What arXiv calls its announcements, those first that tell most of a paper."""
_PREFIX = re.compile(r"^\s*(?P<id>arXiv:\S+)\s+Announce Type:\s*(?P<kind>[\w-]+)\s*(?:Abstract:\s*)?", re.IGNORECASE)
_PARAGRAPH, _TAG = re.compile(r"</?p>", re.IGNORECASE), re.compile(r"</?a\b[^>]*>", re.IGNORECASE)
"""Markup that feeds had until 2024, and that mirrors still have."""


def parse_feed(
    body: bytes, *, feed: str, etag: str | None = None, modified: str | None = None, address: str = "the feed"
) -> FeedBatch:
    """Read a feed, RSS or Atom.

    Raises:
        BadAnswer: no XML, XML that is cut, another document than a feed, or a feed whose items name no paper.
    """
    read_feed(body, address=address)
    # feedparser guesses encodings and mends XML; after the check above it has nothing to mend.
    parsed = feedparser.parse(body.lstrip(), sanitize_html=False, resolve_relative_uris=False)
    items = [item for entry in parsed.entries if (item := _announcement(entry))]
    if parsed.entries and not items:
        raise BadAnswer(
            f"expected papers in the feed {short(address)}, got {len(parsed.entries)} items that name none, "
            f"such as {squash(parsed.entries[0].get('title'))[:60]!r}; try again later"
        )
    return FeedBatch(
        feed=feed,
        items=_once(items),
        built_at=when(parsed.feed.get("updated") or parsed.feed.get("published")),
        etag=etag,
        modified=modified,
    )


def read_feed(body: bytes, *, address: str) -> None:
    """Make sure that an answer is a feed.

    Raises:
        BadAnswer: it is not, or not whole.
    """
    root = read_xml(body, names=("rss", "feed"), wanted="a feed", address=address)
    if name_of(root) == "rss" and root.find("{*}channel") is None:
        raise BadAnswer(f"expected a feed from {short(address)}, got one without a channel; try again later")


def _once(items: Iterable[Announcement]) -> tuple[Announcement, ...]:
    """Keep each version once: what is new in one category of a feed is cross-listed in another."""
    kept: dict[tuple[str, int | None], Announcement] = {}
    for item in items:
        key = (item.record.id, item.record.version)
        if key not in kept or KINDS.index(item.kind) < KINDS.index(kept[key].kind):
            kept[key] = item
    return tuple(kept.values())


def _announcement(entry: Any) -> Announcement | None:
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
    )
    return Announcement(record=record, kind=kind)


def _told_version(prefix: re.Match[str] | None, found: PaperId) -> int | None:
    """Give the version that the description names, where the guid names none."""
    told = PaperId.maybe(prefix["id"]) if prefix else None
    return told.version if told and told.base == found.base else None


def _kind(word: str, version: int | None) -> str:
    """Give arXiv's word; where it is missing or new to us, a later version is no new paper."""
    return word.lower() if word.lower() in KINDS else "replace" if (version or 1) > 1 else "new"
