"""The queue over time: what happened to papers, and what waits."""

from __future__ import annotations

from typing import NamedTuple


class Step(NamedTuple):
    """An event that counts: it was not taken back."""

    paper: str
    at: str
    """ISO 8601 UTC."""
    kind: str
    """`added`, `state`, `removed`, or what else a `done` wrote."""
    state: str | None
    """What the paper became; None where it became nothing else."""
    minutes: int | None = None
    done: bool | int = False
    """It was written by the command `done`."""


class Waiting(NamedTuple):
    """A paper that is not read yet."""

    id: str
    title: str
    state: str
    priority: int
    added_at: str
    """ISO 8601 UTC."""
