"""The benchmark of the harness: its parts run, and what they say of values rather than of times holds anywhere."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from paperlab.harness import Implementation, cases
from paperlab.harness.api import other_kind

ROOT = Path(__file__).parents[2]


def figures(*parts: str, folder: Path) -> dict[str, list[str]]:
    """Run parts of the script with few trials; give its table, by what was measured."""
    command = [sys.executable, "-P", "benchmarks/harness_quality.py", "--quick", "--only", *parts]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "HOME": str(folder), "PYTHONPATH": str(ROOT)}
    said = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in said.splitlines()[2:]]
    return {row[0]: row[1:] for row in rows}


def test_intervals_of_simulated_seeds_hold_the_truth_as_often_as_they_say(tmp_path: Path) -> None:
    found = figures("coverage", folder=tmp_path)
    assert set(found) == {f"coverage: {n} seeds" for n in (3, 5, 10)}
    assert {row[-1] for row in found.values()} == {"yes"}


@pytest.mark.slow
def test_arms_that_crash_hang_and_eat_the_memory_leave_the_values_beside_them_alone(tmp_path: Path) -> None:
    ((*_, met),) = figures("faults", folder=tmp_path).values()
    assert met == "yes"


@pytest.mark.slow
def test_one_implementation_goes_through_every_shared_case_and_no_row_fails(tmp_path: Path) -> None:
    ((_, said, *_),) = figures("smoke", folder=tmp_path).values()
    assert "3 cases" in said
    assert "failed" not in said


def test_what_enters_every_case_is_of_a_kind_that_each_takes() -> None:
    text = (ROOT / "benchmarks" / "every_case.py").read_text(encoding="utf-8")
    kind = re.findall(r'^    kind="(\w+)",$', text, re.MULTILINE)
    assert [other_kind(cases.load(name).slot, Implementation(kind=kind[0])) for name in cases.names()] == [""] * 30
