"""What comes into a page and what is reported of a site."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from paperlab.records.card import Card
from paperlab.records.measurement import Verdict
from paperlab.records.paper import PaperRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class PageInput:
    """One reproduction, ready to become a page."""

    card: Card
    verdicts: tuple[Verdict, ...] = ()
    notebook: Mapping[str, Any]
    """The EXECUTED copy, nbformat 4, a dict or a NotebookNode; it is never changed."""
    source_notebook: Path
    """The notebook in the implementation's folder; relative images in Markdown are looked up beside it."""
    readme: str = ""
    draft: bool = False
    """Nothing judged yet: the page says 'not tested' and shows no number of ours."""
    code: Mapping[str, str] = field(default_factory=dict)
    """File name (forward slashes, relative) -> text, for the bundle."""
    run: Mapping[str, Any] = field(default_factory=dict)
    """`environment` (mapping), `at` (ISO 8601 UTC), `seconds` (wall)."""
    record: PaperRecord | None = None
    newest: int | None = None
    """The paper's newest version, where it is newer than the one that this was made from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeakHit:
    """A secret that was found; the secret itself is never kept."""

    cell: str
    """Id of the cell, or the name of the part: `readme`, `code/model.py`, `metadata`."""
    output: int | None
    """Counts from 1; None when it stands in the source or the metadata."""
    kind: str
    """What it looks like: `GitHub token`."""
    where: str
    """For a person: `cell 3 (overfit-2), output 1`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteReport:
    """What was built."""

    pages: tuple[str, ...]
    """Slugs in the order of the gallery."""
    files: int
    bytes: int
    index: Path
    notes: tuple[str, ...] = ()
    """What was dropped or rewritten, one line each."""
