"""Announcement feeds, read by feedparser from bytes that were fetched and checked before.

Source: info.arxiv.org/help/rss, help/rss_specifications, help/atom_specifications. A feed holds one announcement
only, and none at all on Saturday, Sunday and arXiv's holidays: no items is success.
"""

from __future__ import annotations

import re
from typing import Any

import feedparser

from paperlab.arxiv.markup import read_xml
from paperlab.arxiv.text import categories, looks_withdrawn, names, publisher_doi, squash, when
from paperlab.errors import UsageError
from paperlab.records.ids import PaperId
from paperlab.records.paper import Announcement, FeedBatch, PaperRecord

KINDS = ("new", "cross", "replace", "replace-cross")
_CATEGORY = re.compile(
    r"[a-z]+(?:-[a-z]+)*(?:\.[A-Za-z]+(?:-[A-Za-z]+)*)?(?:\+[a-z]+(?:-[a-z]+)*(?:\.[A-Za-z-]+)?)*", re.ASCII
)
_PREFIX = re.compile(r"^\s*arXiv:\S+\s+Announce Type:\s*(?P<kind>[\w-]+)\s*(?:Abstract:\s*)?", re.IGNORECASE)


def feed_name(category: str) -> str:
    """Check the name of a feed: an archive, a category, or several with `+`.

    Raises:
        UsageError: anything else.
    """
    name = category.strip()
    if not _CATEGORY.fullmatch(name) or len(name) > 200:
        raise UsageError(
            f"expected a category like cs.LG or stat.ML+cs.CL, got {category[:80]!r}; see arxiv.org/category_taxonomy"
        )
    return name


def parse_feed(
    body: bytes, *, feed: str, etag: str | None = None, modified: str | None = None, address: str = "the feed"
) -> FeedBatch:
    """Read a feed, RSS or Atom.

    Raises:
        BadAnswer: no XML, XML that is cut, or another document than a feed.
    """
    read_xml(body, names=("rss", "feed"), wanted="a feed", address=address)
    # feedparser guesses encodings and mends XML; after the check above it has nothing to mend.
    parsed = feedparser.parse(body, sanitize_html=False, resolve_relative_uris=False)
    items = (item for entry in parsed.entries if (item := _announcement(entry)))
    return FeedBatch(
        feed=feed,
        items=tuple({item.record.id: item for item in items}.values()),
        built_at=when(parsed.feed.get("updated") or parsed.feed.get("published")),
        etag=etag,
        modified=modified,
    )


def _announcement(entry: Any) -> Announcement | None:
    """Read one item; None where it names no paper."""
    # The guid has the version, the link has not.
    found = PaperId.maybe(entry.get("id", "")) or PaperId.maybe(entry.get("link", ""))
    if found is None:
        return None
    summary = entry.get("summary", "")
    prefix = _PREFIX.match(summary)
    kind = squash(entry.get("arxiv_announce_type")) or (prefix["kind"] if prefix else "")
    abstract = squash(summary[prefix.end() :] if prefix else summary)
    terms = categories(tag.get("term") or "" for tag in entry.get("tags", ()))
    record = PaperRecord(
        id=found.base,
        version=found.version,
        title=squash(entry.get("title")),
        authors=names(", ".join(author.get("name", "") for author in entry.get("authors", ())) or entry.get("author")),
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
    return Announcement(record=record, kind=kind.lower() if kind.lower() in KINDS else "new")
