"""What a newer version of a paper on my list brings."""

from __future__ import annotations

from typing import NamedTuple


class Notice(NamedTuple):
    """A newer version, or a withdrawal, of a paper on my list."""

    paper: str
    title: str
    kind: str
    """`revised` or `withdrawn`."""
    old: int
    """The version that I knew."""
    new: int
    at: str
    """ISO 8601 UTC."""
    before: Described
    after: Described
    seen_at: str | None = None


class Described(NamedTuple):
    """What changes between the versions of a paper; None where arXiv has not told it."""

    title: str | None = None
    abstract: str | None = None
    comment: str | None = None
