"""The reading list: an entry, an event, a ranked entry.

Named tuples: each dataclass would cost every command a millisecond, and be made in three times the time.
"""

from __future__ import annotations

from typing import NamedTuple

STATES = (
    "inbox", "queued", "skimmed", "reading", "read", "implementing", "reproduced", "explained", "snoozed", "dropped",
)  # fmt: skip
"""The learning ladder in order, then the two states beside it."""


class Entry(NamedTuple):
    """A paper on my list. The fields down to `primary_category` are what `--json` prints, in this order."""

    id: str
    version: int | None
    title: str
    authors: tuple[str, ...]
    state: str
    priority: int
    """0 (none) to 9 (first)."""
    why: str | None
    tags: tuple[str, ...]
    minutes: int | None
    """Minutes spent so far, summed over events; None before any were told."""
    added_at: str
    """ISO 8601 UTC."""
    published: str | None
    primary_category: str | None
    parent: str | None = None
    """Id of the paper that made me want this one."""
    pending: bool = False
    """True while arXiv has not yet told us the title."""
    abstract: str = ""
    comment: str | None = None
    withdrawn: bool = False
    until: str | None = None
    """ISO 8601 UTC when a snoozed paper comes back."""


class Line(NamedTuple):
    """What a line of the list shows of an entry."""

    id: str
    state: str
    priority: int
    published: str | None
    title: str
    pending: bool
    withdrawn: bool
    until: str | None


class Made(NamedTuple):
    """An implementation, and the version of the paper that it was made from."""

    slug: str
    id: str
    version: int
    newest: int = 0
    """The newest version that the list knows of."""


class Ranked(NamedTuple):
    """An entry with its score; the terms add up to the score."""

    entry: Entry
    score: float
    """Value per minute, arbitrary unit."""
    terms: tuple[tuple[str, float], ...]
    minutes: int = 60
    """What it will cost from now on, in minutes."""
    depth: str = "read"
    """The depth that `minutes` stands for: skim, read or implement."""
    explore: bool = False
    """Whether it was drawn by chance and not by its score."""
