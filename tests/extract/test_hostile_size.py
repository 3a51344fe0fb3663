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

SAMPLE = random.Random(20).sample(hostile.NAMES, 10)  # noqa: S311 a choice of tests, not a secret
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
import sys, time
from pathlib import Path
from paperlab.extract import extract
extract(Path(sys.argv[1]))
"""


@pytest.mark.slow
@pytest.mark.timeout(60)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", LARGE)
def test_ends_in_ten_seconds_and_300_megabytes(tmp_path: Path, name: str, size: int):
    hostile.write(tmp_path, name, size)
    done = subprocess.Popen([sys.executable, "-c", _SCRIPT, str(tmp_path)])
    seconds, status, used = resource_wait(done.pid)
    done.returncode = status
    assert status == 0
    assert seconds < 12  # of CPU: ten, and the start of Python
    assert used < 300


def resource_wait(pid: int) -> tuple[float, int, float]:
    """Wait for a process; give its CPU seconds, exit code and largest memory in megabytes."""
    _, status, usage = os.wait4(pid, 0)
    unit = 1e6 if sys.platform == "darwin" else 1e3
    return usage.ru_utime + usage.ru_stime, os.waitstatus_to_exitcode(status), usage.ru_maxrss / unit
