"""The scorer of the worked examples, whose truth is whole: nothing may be missing there, and nothing be invented."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import SHARED

SCORER, DATA = SHARED / "tools" / "score_extraction.py", SHARED / "extraction"
TOOL = Path(sys.executable).with_name("paperlab")


@pytest.mark.skipif(
    not SCORER.is_file() or not DATA.is_dir(), reason="expected ../shared/tools and ../shared/extraction"
)
def test_the_worked_examples_are_read_whole() -> None:
    done = subprocess.run([sys.executable, SCORER, "--tool", TOOL, "--data", DATA], capture_output=True, text=True, check=True)  # fmt: skip
    (total,) = [line for line in done.stdout.splitlines() if line.startswith("TOTAL")]
    found = dict(re.findall(r"(\w+)=([\d.]+)", total))
    assert found.pop("slowest")
    assert found == dict.fromkeys(
        ("equations", "numbers", "tables", "best", "algorithms", "references", "hyper", "sections", "main"), "1.000"
    ) | {"crashes": "0"}
