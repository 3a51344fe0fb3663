"""Sources that are made to cost time or memory end in time, and give what was read."""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from paperlab.extract import extract
from tests.extract import hostile

SAMPLE = ["delimited_open", *random.Random(20).sample(hostile.NAMES, 10)]  # noqa: S311 a choice of tests, not a secret
SIZES = (300_000, 10_000_000) if os.environ.get("PAPERLAB_LARGE_TESTS") else (300_000,)  # the large ones by hand
LARGE = random.Random(21).sample(hostile.NAMES, 24)  # noqa: S311 all of them at both sizes take most of an hour


def test_every_name_stands_once():
    assert len(set(hostile.NAMES)) == len(hostile.NAMES)


@pytest.mark.parametrize("name", SAMPLE)
def test_ends_in_time(tmp_path: Path, name: str):
    hostile.write(tmp_path, name, 300_000)
    start = time.process_time()
    extract(tmp_path, limit_seconds=0.6)
    assert time.process_time() - start < 2


_SCRIPT = """
import resource, sys
from pathlib import Path
from paperlab.extract import extract
extract(Path(sys.argv[1]))
usage = resource.getrusage(resource.RUSAGE_SELF)
peak = usage.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
status = Path("/proc/self/status")
if status.exists():  # ru_maxrss begins with what the parent held, and a worker that has collected all tests holds much
    peak = next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")) / 1e3
print(usage.ru_utime + usage.ru_stime, peak)
"""


@pytest.mark.slow
@pytest.mark.timeout(60)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", LARGE)
def test_ends_in_ten_seconds_and_300_megabytes(tmp_path: Path, name: str, size: int):
    hostile.write(tmp_path, name, size)
    done = subprocess.run([sys.executable, "-c", _SCRIPT, str(tmp_path)], capture_output=True, text=True, check=True)
    seconds, megabytes = map(float, done.stdout.split())
    assert seconds < 12  # of CPU: ten, and the start of Python
    assert megabytes < 300


TOO_MUCH = {
    "equations": r"\begin{equation}a\end{equation}" * 20_010,
    "rows of a table": r"\begin{table}\caption{a}\begin{tabular}{l}" + r"1&2\\" * 5_010 + r"\end{tabular}\end{table}",
    "cells of a table": r"\begin{table}\caption{a}\begin{tabular}{l}" + (r"1&" * 99 + r"2\\") * 210 + r"\end{tabular}\end{table}",
    "characters of a table": r"\begin{table}\caption{a}\begin{tabular}{l}" + (r"a" * 9_999 + r"\\") * 25 + r"\end{tabular}\end{table}",
}  # fmt: skip


@pytest.mark.parametrize("what", TOO_MUCH)
def test_what_is_left_out_for_its_size_is_said(tmp_path: Path, what: str) -> None:
    (tmp_path / "main.tex").write_text(hostile.HEAD + TOO_MUCH[what] + r"\end{document}", encoding="utf-8")
    paper = extract(tmp_path, limit_seconds=60)
    assert [p.kind for p in paper.problems] == ["size limit"], paper.problems
    assert len(paper.equations) + sum(len(t.rows) for t in paper.tables) > 0


def test_what_is_just_within_the_limits_is_whole(tmp_path: Path) -> None:
    rows = r"\begin{table}\caption{a}\begin{tabular}{l}" + r"1&2\\" * 4_000 + r"\end{tabular}\end{table}"
    (tmp_path / "main.tex").write_text(hostile.HEAD + rows + r"\end{document}", encoding="utf-8")
    paper = extract(tmp_path, limit_seconds=60)
    assert (paper.problems, [len(t.rows) for t in paper.tables]) == ((), [4_000])
