"""A work as it travels between files of other tools and the list; see `naming` for its id."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from paperlab.records.paper import PaperRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What a file tells of one work; None and empty mean that it does not tell."""

    id: str
    """Canonical: an arXiv id without version, else `doi:`, `url:` or `bib:`."""
    version: int | None = None
    """The version that was asked for; None means the newest."""
    record: PaperRecord | None = None
    """Title and what else is known of it; None where the file tells the id alone."""
    state: str | None = None
    priority: int | None = None
    why: str | None = None
    parent: str | None = None
    tags: tuple[str, ...] = ()
    minutes: int | None = None
    until: str | None = None
    """ISO 8601 UTC, when a snoozed paper comes back."""
    added_at: str | None = None
    """ISO 8601 UTC."""
    notes: str = ""
    """Markdown."""
    main_idea: str | None = None
    build: str | None = None
    unclear: str | None = None
    teach_back: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What could be read of a file, and what could not, one line each."""

    works: tuple[Work, ...]
    faults: tuple[str, ...] = ()
    format: str = ""
