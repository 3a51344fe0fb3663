"""What the scaffold tells its caller."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

NO_CASE = "a shared case that fits"
"""What stands among what was not found where no shared case fits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was written, what was found, and what to do first."""

    folder: Path
    created: bool
    """Whether the folder held no implementation before."""
    written: tuple[str, ...] = ()
    """Files that are new or changed."""
    kept: tuple[str, ...] = ()
    """Files left as they are: the learner's, or already up to date."""
    marked: tuple[str, ...] = ()
    """Files and cells (`notebook.ipynb#pl-...`) of the learner's for which a newer generated form exists."""
    found: Mapping[str, int] = field(default_factory=dict)
    """What was read out of the paper: equations, stubs, algorithms, tables, claims ..."""
    source: str = "latex"
    """What it was read from: latex, html, pdf or abstract."""
    not_found: tuple[str, ...] = ()
    """Names of what was looked for in vain."""
    case: str | None = None
    """The shared case that was matched."""
    case_reason: str = ""
    first_step: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Executed:
    """One run of a notebook."""

    path: Path
    """The executed copy, with outputs."""
    seconds: float
    """Wall time."""
    error: tuple[str, str, str] | None
    """(cell id, name of the error, message) of the first cell that failed; None when all ran."""
