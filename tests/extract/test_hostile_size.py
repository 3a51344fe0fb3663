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
