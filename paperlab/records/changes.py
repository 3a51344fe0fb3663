"""What changes the reading list and what waits: new entries, events, pending papers.

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
