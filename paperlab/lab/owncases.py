"""The cases that this lab has: paperlab's, its own folder's, and those of installed packages."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from paperlab.lab import Lab
    from paperlab.records.measurement import CaseInfo, Measurement


def cases(lab: Lab) -> tuple[tuple[CaseInfo, str], ...]:
    """Give each case with its place, `paperlab` for the shared ones; the lab's talk hears of those that cannot be had."""
    from paperlab.harness import case_infos, own_cases

    listed = own_cases(str(lab.own_cases))
    for line in listed.problems:
        lab.talk(line)
    return (*((info, "paperlab") for info in case_infos()), *listed.cases)


def still_true(lab: Lab, row: Measurement) -> bool:
    """Tell whether a file of the lab holds the row's case as it was; of a package, it is believed. Runs nothing."""
    case: Mapping[str, str] = row.environment.get("case", {})
    return holds(lab.own_cases, case.get("place", ""), case.get("source", ""))


def holds(folder: Path, place: str, source: str) -> bool:
    """Tell whether the lab's folder of cases still has a file of that sha256, where the place is one of its files."""
    from paperlab.harness import file_hash

    if not place.startswith(f"{folder.name}/"):
        return True
    return any(file_hash(path) == source for path in folder.glob("*.py"))
