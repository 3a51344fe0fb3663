"""What changes the reading list and what waits: new entries, decisions, pending papers.

Apart from `Entry`, so that `paperlab list` does not pay for building these.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class NewEntry(NamedTuple):
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


class Decision(NamedTuple):
    """What a person decided about one paper; what is None or empty stays as it is."""

    id: str
    """In any form."""
    state: str | None = None
    minutes: int | None = None
    """Spent, added to those of before."""
    reason: str | None = None
    """One line, kept with the event."""
    until: str | None = None
    """For snoozed: ISO 8601 UTC when it comes back; None means when it is moved."""
    skip: bool = False
    """Passed over in triage: it comes again, after all that was not."""
    why: str | None = None
    priority: int | None = None
    """0 (none) to 9 (first)."""
    raised: int = 0
    """Added to the priority, which stays within 0 and 9."""
    tags: tuple[str, ...] = ()
    untags: tuple[str, ...] = ()
    """Tags to take away."""
    idea: Mapping[str, str] | None = None
    """main_idea, build, unclear, teach_back: those that are told."""


class Pending(NamedTuple):
    """A paper on my list of which arXiv has not yet told us: no title, or none of the version asked for."""

    id: str
    version: int | None
    """The version that was asked for; None means the newest."""
    try_after: str | None
    """ISO 8601 UTC; None means at once."""
    reason: str | None = None
    """Why it was put off, one line."""


class Merged(NamedTuple):
    """What became of works that were joined to the list."""

    new: int = 0
    changed: int = 0
    """On the list before, and told something that was missing."""
    same: int = 0
    pending: tuple[str, ...] = ()
    """Ids of which the title is not known yet."""
