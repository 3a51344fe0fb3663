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
    """Tell whether the row's case is what it was: a file of the lab, or what is installed. Runs nothing."""
    case: Mapping[str, str] = row.environment.get("case", {})
    return holds(lab.own_cases, case.get("place", ""), case.get("source", ""))


def holds(folder: Path, place: str, source: str) -> bool:
    """Tell whether the place still has a case of that sha256; what is no longer installed, or has no file, is believed."""
    from paperlab.harness import case_hash, installed_hash

    if place.startswith("package "):
        return installed_hash(place) in ("", source)
    if not place.startswith(f"{folder.name}/"):
        return True
    return any(case_hash(path) == source for path in folder.glob("*.py"))
