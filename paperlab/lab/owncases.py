"""The cases that this lab has: paperlab's, its own folder's, and those of installed packages."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    """Tell whether the file of the row's case is as it was; what no file of this lab holds is believed. Runs nothing."""
    from paperlab.harness import file_hash

    case: Mapping[str, str] = row.environment.get("case", {})
    path = lab.root / case.get("place", "")
    return not (path.is_file() and path.is_relative_to(lab.own_cases)) or file_hash(path) == case["source"]
