"""The suite itself: the same tests at each collection, no way out to a network, warnings are errors."""

import os
import re
import socket
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OUTSIDE = ("192.0.2.1", 80)
"""An address that is nobody's (RFC 5737)."""


def collected(seed: str) -> list[str]:
    """Names of all tests, in order, as one worker collects them."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-n", "0", "-p", "no:randomly"]
    env = {**os.environ, "PYTHONHASHSEED": seed}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return [line for line in done.stdout.splitlines() if "::" in line]


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_two_collections_give_the_same_tests() -> None:
    """Both workers of a run must agree; time, addresses and the order of a set differ between these two."""
    assert collected("1") == collected("2")


def test_no_test_is_named_by_its_bytes(request: pytest.FixtureRequest) -> None:
    """An archive holds the second in which it was packed, so two workers would name its test differently."""
    items = [i for i in request.session.items if isinstance(i, pytest.Function) and hasattr(i, "callspec")]
    values = [(i, v) for i in items for v in i.callspec.params.values() if isinstance(v, bytes) and len(v) > 8]
    by_length = {i.nodeid for i, v in values if f"-{len(v)}-bytes" in i.nodeid}
    assert [i.nodeid for i, v in values if repr(v)[2:-1] in i.nodeid and i.nodeid not in by_length] == []


def test_a_test_cannot_reach_outside() -> None:
    with socket.socket() as one, pytest.raises(Exception, match=r"192\.0\.2\.1"):
        one.connect(OUTSIDE)


def test_a_warning_fails_a_test() -> None:
    with pytest.raises(DeprecationWarning):
        warnings.warn("old", DeprecationWarning, stacklevel=1)


def _parts_of_the_check() -> list[str]:
    script = (ROOT / "benchmarks" / "gpu_check.py").read_text(encoding="utf-8")
    return [line for line in script.splitlines() if re.fullmatch(r' +"\w+": Part\(', line)]


def test_the_readme_says_what_a_gpu_gave() -> None:
    report = (ROOT / "docs" / "gpu.md").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "docs/gpu.md" in readme
    titles = re.findall(r"^## (.+)", report, re.MULTILINE)
    assert len(titles) == len(_parts_of_the_check()) or "CUDA paths not yet run: " in readme
    assert re.search(r"Written by `make gpu-check` on \d{4}-\d\d-\d\d", report)
    gates = re.findall(r"^\| (\w+) \| (\d+) of (\d+) \|", report, re.MULTILINE)
    assert {slug for slug, *_ in gates} <= {p.parent.name for p in ROOT.glob("implementations/*/paper.toml")}
    assert gates
    assert all(held == all_of_them for _, held, all_of_them in gates)
