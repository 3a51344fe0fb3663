"""What every executor is, and what they have in common."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from paperlab.errors import UsageError
from paperlab.harness.units import Unit

Done = tuple[Unit, dict[str, Any]]
"""A unit and its result: status, failure, seconds, and what the work gave."""
ALONE = ("speed", "cost", "describe")
"""Kinds of unit that have their machine to themselves."""


class Executor(Protocol):
    """Runs units somewhere. Each unit that was submitted comes back from `poll` once, however it ended."""

    def submit(self, unit: Unit) -> None:
        """Take on a unit."""

    def preload(self, modules: Iterable[str]) -> None:
        """Load modules once for all units to come, where that is possible."""

    def poll(self) -> list[Done]:
        """Wait a moment; give the units that ended since the last call."""

    def cancel(self) -> None:
        """Give up what has not ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one unit may take."""

    seconds: Mapping[str, float]
    """By kind of unit."""
    memory: int
    """Bytes of resident memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How a bench wants its units run."""

    threads: int
    jobs: int
    limits: Limits
    scratch: Path
    gpus: int = 0
    """GPUs of each unit that is no timing; 0 leaves all in sight."""
    options: Mapping[str, str] = field(default_factory=dict)
    """Of one executor alone, such as Slurm's partition."""


def finished(executor: Executor, units: Sequence[Unit]) -> Iterator[Done]:
    """Run units and give each with its result as soon as it ends; whoever stops listening stops the rest."""
    for unit in units:
        executor.submit(unit)
    left = len(units)
    try:
        while left:
            for done in executor.poll():
                left -= 1
                yield done
    finally:
        if left:
            executor.cancel()


def known_options(name: str, options: Mapping[str, str], known: Iterable[str]) -> None:
    """Hold options against those that an executor has.

    Raises:
        UsageError: one of them is none.
    """
    known = tuple(known)
    for key in options:
        if key not in known:
            has = f"it has {', '.join(known)}" if known else "it has none"
            raise UsageError(f"executor {name} has no option {key!r}; {has}")
