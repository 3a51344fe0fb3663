"""The command line as a person runs it, against the stand-in for arXiv with real data."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STAND_IN = ROOT.parent / "shared" / "tools" / "arxiv_server.py"

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def mirror() -> Iterator[str]:
    """Address of the stand-in, serving the real recordings."""
    if not STAND_IN.is_file():
        pytest.skip("the stand-in for arXiv (../shared/tools) is not here")
    with subprocess.Popen([sys.executable, str(STAND_IN)], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield server.stdout.readline().strip()
        server.kill()


@pytest.fixture
def paperlab(tmp_path: Path, mirror: str) -> Run:
    """Run a command in a fresh lab; PAPERLAB_ARXIV_MIRROR sends every question to the stand-in."""
    lab = tmp_path / "lab"
    env = os.environ | {
        "PYTHONPATH": str(ROOT),
        "PAPERLAB_ARXIV_MIRROR": mirror,
        "PAPERLAB_ARXIV_DELAY": "0",
        "OMP_NUM_THREADS": "1",
    }

    def run(*words: str, code: int = 0, input: str | None = None) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "paperlab", *words],
            capture_output=True, text=True, env=env, cwd=lab, input=input, timeout=300,
        )  # fmt: skip
        assert done.returncode == code, f"{words}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr
        return done

    lab.mkdir()
    run("init")
    return run
