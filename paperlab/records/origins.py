"""Where papers come from: what cites what, and which paper made me want which."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A paper that another one cites or names."""

    id: str
    """Canonical id of the cited paper."""
    source: str
    """`e-print` (its bibliography) or `abstract` (abstract and comment)."""
    title: str | None = None
    """As the bibliography gives it, else as arXiv does."""
    year: int | None = None
    state: str | None = None
    """Its state on my list; None while it is not there."""


class Kin(NamedTuple):
    """What `tree` shows of an entry."""

    id: str
    parent: str | None
    state: str | None
    """None for a parent that is not on the list."""
    title: str


class Leaf(NamedTuple):
    """A place in the tree."""

    kin: Kin
    depth: int
    """0 for a root."""
    last: bool
    """No brother follows."""
    again: bool = False
    """It stands further up already: its parents go round in a circle."""
    more: int = 0
    """Children that the depth asked for leaves out."""
