"""What arXiv says about a paper, and what it gave us."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where bytes came from."""

    address: str
    """URL or path that was asked."""
    sha256: str
    """Of the bytes as received, hex."""
    fetched_at: str
    """ISO 8601 UTC."""
    tool: str
    """`paperlab VERSION`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperRecord:
    """One version of a paper as arXiv describes it. Metadata is CC0 by arXiv's terms."""

    id: str
    """Canonical id without version; old style without subject class (`math/0309136`)."""
    version: int | None = None
    title: str
    authors: tuple[str, ...] = ()
    abstract: str = ""
    categories: tuple[str, ...] = ()
    primary_category: str | None = None
    published: str | None = None
    """ISO 8601 UTC, date of version 1."""
    updated: str | None = None
    """ISO 8601 UTC, date of this version."""
    comment: str | None = None
    journal_ref: str | None = None
    doi: str | None = None
    """The publisher's, never arXiv's own 10.48550."""
    licence: str | None = None
    """URL, as OAI or a feed gives it; None means not known, which paperlab reads as 'no'."""
    withdrawn: bool = False
    provenance: Provenance | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """One item of an announcement feed."""

    record: PaperRecord
    kind: str
    """`new`, `cross`, `replace` or `replace-cross` (arXiv's own words)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedBatch:
    """One reading of one announcement feed."""

    feed: str
    """Category or archive, such as `cs.LG`."""
    items: tuple[Announcement, ...]
    built_at: str | None = None
    """ISO 8601 UTC, as the feed says."""
    etag: str | None = None
    modified: str | None = None
    skip_days: tuple[str, ...] = ()
    """Days of the week on which, as the feed says, nothing is announced: `Saturday`."""
    unchanged: bool = False
    """True when the server answered 304."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryPage:
    """Part of the answer to a query."""

    records: tuple[PaperRecord, ...]
    total: int
    """Papers that match, as arXiv counts them."""
    rewritten: str = ""
    """How arXiv read the query, where it read another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """Answer to a question for ids: what was found, and what was asked for and did not come."""

    found: tuple[PaperRecord, ...]
    missing: tuple[str, ...]
    """Canonical ids."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Eprint:
    """An e-print unpacked on disk: every file is below `root`, none is a link."""

    root: Path
    kind: str
    """`latex`, `html` or `pdf`."""
    id: str | None = None
    version: int | None = None
    provenance: Provenance | None = None
