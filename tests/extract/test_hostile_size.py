"""Sources that are made to cost time or memory end in time, and give what was read."""

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from paperlab.extract import extract
from tests.extract import hostile

SAMPLE = random.Random(20).sample(hostile.NAMES, 10)  # noqa: S311 a choice of tests, not a secret


def test_every_name_stands_once():
    assert len(set(hostile.NAMES)) == len(hostile.NAMES)


@pytest.mark.parametrize("name", SAMPLE)
def test_ends_in_time(tmp_path: Path, name: str):
    hostile.write(tmp_path, name, 300_000)
    start = time.process_time()
    extract(tmp_path, limit_seconds=0.6)
    assert time.process_time() - start < 2


_SCRIPT = """
import sys, time
from pathlib import Path
from paperlab.extract import extract
extract(Path(sys.argv[1]))
"""


@pytest.mark.slow
@pytest.mark.timeout(60)
@pytest.mark.parametrize("size", [300_000, 10_000_000])
@pytest.mark.parametrize("name", hostile.NAMES)
def test_ends_in_ten_seconds_and_300_megabytes(tmp_path: Path, name: str, size: int):
    hostile.write(tmp_path, name, size)
    start = time.monotonic()
    done = subprocess.Popen([sys.executable, "-c", _SCRIPT, str(tmp_path)])
    _, status, used = resource_wait(done.pid)
    done.returncode = status
    assert status == 0
    assert time.monotonic() - start < 12  # ten, and the start of Python on a loaded core
    assert used < 300


def resource_wait(pid: int) -> tuple[int, int, float]:
    """Wait for a process, and give its largest memory in megabytes."""
    import os

    found, status, usage = os.wait4(pid, 0)
    unit = 1e6 if sys.platform == "darwin" else 1e3
    return found, os.waitstatus_to_exitcode(status), usage.ru_maxrss / unit
