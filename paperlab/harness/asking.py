"""What cases of one's own there are, each place asked in a process of its own: one that hangs or crashes costs a line."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from paperlab.harness.executors import Done, Limits, Terms, finished, opened
from paperlab.harness.owncases import Place, doubles, places
from paperlab.harness.units import Unit
from paperlab.records.measurement import CaseInfo

SECONDS = 30.0
"""Longest time for one place to load."""
MEMORY = 8 * 2**30


@dataclass(frozen=True, slots=True)
class Listed:
    """The cases of one's own, each with its place, and a line for each place that gave none and each name that is taken."""

    cases: tuple[tuple[CaseInfo, str], ...] = ()
    problems: tuple[str, ...] = ()


def own_cases(folder: str) -> Listed:
    """Give the cases of the lab's `cases/` and of installed packages; without any place, nothing is started.

    Args:
        folder: the lab's `cases/`, which need not be there.
    """
    where = places(folder)
    told = [_told(unit, result) for unit, result in (_asked(where, folder) if where else ())]
    found = [(info, place) for cases, place, _ in told for info in cases]
    taken = doubles((info.name, place) for info, place in found)
    kept = tuple(one for one in found if one[0].name not in taken)
    return Listed(kept, (*(line for _, _, line in told if line), *taken.values()))


def _asked(where: Sequence[Place], folder: str) -> list[Done]:
    """Load each place in a process of its own; give what came out in the order of the places."""
    units = [Unit(kind="cases", folder="", slug="", source_hash="", case=place.shown, cases=folder) for place in where]
    with tempfile.TemporaryDirectory(prefix="paperlab-") as scratch:
        terms = Terms(
            threads=1, jobs=1, limits=Limits(seconds={"cases": SECONDS}, memory=MEMORY), scratch=Path(scratch)
        )
        with opened("processes", terms) as executor:
            return sorted(finished(executor, units), key=lambda done: units.index(done[0]))


def _told(unit: Unit, result: Mapping[str, Any]) -> tuple[list[CaseInfo], str, str]:
    """Give the cases of a place, the place, and what is wrong with it."""
    if result["status"] == "ok":
        return [_info(data) for data in result["cases"]], unit.case, result["problem"]
    why = (result["failure"].splitlines() or [""])[0]
    return [], unit.case, f"{unit.case}: {result['status']}: {why}; it is left out"


def _info(data: Mapping[str, Any]) -> CaseInfo:
    lists = {key: tuple(data[key]) for key in ("words", "arms")}
    return CaseInfo(**{**data, **lists})
