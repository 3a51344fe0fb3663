"""What changes the reading list and what waits: new entries, events, pending papers, feeds.

Apart from `Entry`, so that `paperlab list` does not pay for building these.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry:
    """What `add` asks the library to keep."""

    id: str
    version: int | None = None
    """The version that was asked for; None means the newest."""
    state: str = "queued"
    priority: int | None = None
    """0 (none) to 9 (first); None means as it is, and 0 for a new one."""
    why: str | None = None
    parent: str | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One change of one entry."""

    id: int
    command: int
    """Events of one command share this number; `undo` takes back a command."""
    at: str
    """ISO 8601 UTC."""
    paper: str
    kind: str
    before: str | None
    after: str | None
    minutes: int | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A paper on my list of which arXiv has not yet told us: no title, or none of the version asked for."""

    id: str
    version: int | None
    """The version that was asked for; None means the newest."""
    try_after: str | None
    """ISO 8601 UTC; None means at once."""
    reason: str | None = None
    """Why it was put off, one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What became of works that were joined to the list."""

    new: int = 0
    changed: int = 0
    """On the list before, and told something that was missing."""
    same: int = 0
    pending: tuple[str, ...] = ()
    """Ids of which the title is not known yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed or saved query that `sync` reads."""

    name: str
    """Category such as `cs.LG`, or a query such as `cat:cs.CL AND abs:"state space"`."""
    added_at: str
    """ISO 8601 UTC."""
    checked_at: str | None = None
    """ISO 8601 UTC of the last reading."""
    etag: str | None = None
    modified: str | None = None
    batch: tuple[str, ...] = ()
    """Ids of the last batch, sorted: the watermark. A batch with the same ids is stale, whatever its date says."""
