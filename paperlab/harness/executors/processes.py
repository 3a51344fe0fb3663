"""Processes of this machine, under limits: what a bench does unless it is told otherwise."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from paperlab.harness.executing import Limits, Terms, finished, known_options
from paperlab.harness.launch import launched
from paperlab.harness.parcel import unpacked
from paperlab.harness.pool import Processes
from paperlab.harness.units import Unit


@contextmanager
def opened(terms: Terms) -> Iterator[Processes]:
    """Give the executor; its zygote stays for the next bench, and goes after an error."""
    known_options("processes", terms.options, ())
    with launched(terms.threads) as launcher:
        yield Processes(launcher, jobs=terms.jobs, limits=terms.limits, scratch=terms.scratch, gpus=terms.gpus)


def isolated(text: str, limits: Limits, parcel: bytes | None = None, cases: bytes | None = None) -> dict[str, Any]:
    """Run one unit, given as JSON, in a process under limits, where a cluster has put us; give its result.

    A crash, a hang, or a unit that eats the memory is thus a result on a cluster as it is at home.

    Args:
        text: the unit.
        limits: of its process.
        parcel: the unit's folder (`parcel.packed`), where its path means nothing here.
        cases: the lab's folder of cases, likewise.
    """
    unit = Unit.from_json(text)
    with tempfile.TemporaryDirectory(prefix="paperlab-") as name, launched(unit.threads) as launcher:
        if parcel is not None:
            unit = replace(unit, folder=str(unpacked(parcel, Path(name) / "code")))
        if cases is not None:
            unit = replace(unit, cases=str(unpacked(cases, Path(name) / "cases")))
        ((_, result),) = finished(Processes(launcher, jobs=1, limits=limits, scratch=Path(name) / "work"), [unit])
    return result
