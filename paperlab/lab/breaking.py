"""Broken copies of implementations: what the harness finds, with rows of the lab's own that no claim is judged by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from paperlab.lab.judging import chosen

if TYPE_CHECKING:
    from paperlab.harness import Request, Score
    from paperlab.lab import Lab
    from paperlab.lab.folders import Folder

STORE = "mutants.db"
"""Apart from the measurements: a broken copy has no place in the history of an implementation."""


def mutants(
    lab: Lab, slugs: Sequence[str], request: Request, *, on_progress: Callable[[int, int, str], None]
) -> tuple[Score, ...]:
    """Give for each implementation which of its broken copies were caught; known ones are not run again."""
    return tuple(_tried(lab, one, request, on_progress) for one in chosen(lab, slugs))


def _tried(lab: Lab, one: Folder, request: Request, on_progress: Callable[[int, int, str], None]) -> Score:
    from paperlab.harness import try_mutants
    from paperlab.library import Measurements

    kept = Measurements(lab.store / STORE)
    return try_mutants(
        one.path,
        one.card,
        request=request,
        known=kept.latest(one.card.slug),
        scratch=lab.store / "scratch",
        on_row=lambda row: kept.append([row]),
        on_progress=lambda done, total, what: on_progress(done, total, f"{one.card.slug}: {what}"),
    )
