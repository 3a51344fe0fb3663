"""The check on a GPU: what it counts holds on a CPU too, and where there is no GPU it says so and writes nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from paperlab.harness import cases

ROOT = Path(__file__).parents[2]


def said(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-P", "benchmarks/gpu_check.py", "--quick", *words]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "HOME": str(folder), "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)


def rows(text: str) -> list[list[str]]:
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if "---" not in line][1:]


@pytest.mark.slow
def test_counts_are_those_of_the_closed_form(tmp_path: Path) -> None:
    found = rows(said("--device", "cpu", "--only", "costs", folder=tmp_path).stdout)
    assert len(found) == 5
    assert {row[-1] for row in found} == {"yes"}
    assert {row[0]: row[1] for row in found}["matrix product, 512"] == str(2 * 512**3)


def test_where_the_device_is_missing_the_report_stays_as_it_was(tmp_path: Path) -> None:
    before = tmp_path / "gpu.md"
    before.write_text("of another day", encoding="utf-8")
    told = said("--device", "cuda:99", "--out", str(before), folder=tmp_path)
    assert "skipped, nothing was measured: expected a device that torch finds here" in told.stderr
    assert (before.read_text(encoding="utf-8"), told.stdout) == ("of another day", "")


def test_one_case_of_each_kind_goes_through_a_bench_and_the_newest_among_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    import gpu_check

    chosen = gpu_check.of_each_kind()
    every = [cases.load(name).slot for name in cases.names()]
    assert sorted(cases.load(name).slot for name in chosen) == sorted(set(every))
    assert set(gpu_check.NEWEST) <= set(chosen)


@pytest.mark.slow
def test_a_pair_is_timed_and_counted_in_each_dtype(tmp_path: Path) -> None:
    found = rows(said("--device", "cpu", "--only", "ways", folder=tmp_path).stdout)
    assert [row[:2] for row in found] == [["plain_pair", way] for way in ("float32", "bf16", "fp16")]
    assert all(float(row[2]) > 0 for row in found)
    assert [row[-1].split(", ")[0] for row in found] == ["float32", "bfloat16", "float16"]
    assert {row[5].split(", ")[1] for row in found} == {f"{4 * 8 * 256**2 * 64 / 1e6:.2f}"}
