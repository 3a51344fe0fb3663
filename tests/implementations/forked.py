"""Try several copies of a folder, each in a process of its own that finds torch and pytest imported already.

    python forked.py tests|gate COPY...

prints a line of JSON for each copy: the exit status and what was said. A process each from the start takes 3 seconds
for imports alone, and a shelf has hundreds of broken copies.
"""

import json
import math
import os
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path

import pytest
import torch

SECONDS = 100
USED = (
    "hypothesis.strategies",
    "jaxtyping",
    "paperlab.harness.cases.training",
    "paperlab.harness.checks",
    "scipy.stats",
    "beartype",
)
"""What folders import: found there already in each process."""


def tests(copy: Path) -> int:
    """Run a copied folder's fast tests, with no setting of ours in reach."""
    quiet = ["-p", "no:randomly", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestUnknownMarkWarning"]
    return int(pytest.main(["-x", "-q", *quiet, "-m", "not slow", str(copy)]))


def gate(copy: Path) -> int:
    """Do what `paperlab bench` does before it measures: name the first check that does not hold, status 1."""
    sys.path.insert(0, str(copy))
    import cases  # of the copy

    from paperlab.harness import Probe

    def error(check: object) -> float:
        try:
            return float(check.run(Probe(seed=0)))
        except Exception:  # noqa: BLE001 - a broken copy may raise anything
            return math.inf

    red = next((c.name for c in cases.IMPLEMENTATION.checks if not error(c) <= c.limit), "")
    print(red)
    return int(bool(red))


WAYS = {"tests": tests, "gate": gate}


def tried(way: str, copy: Path) -> tuple[int, str]:
    """Try one copy: the exit status, that of a kill where it took too long, and what was said."""
    with tempfile.TemporaryFile("w+") as said:
        pid = os.fork()
        if pid == 0:
            os.chdir(copy)
            for stream in (1, 2):
                os.dup2(said.fileno(), stream)
            status = WAYS[way](copy)
            sys.stdout.flush()
            os._exit(status)
        end = time.monotonic() + SECONDS
        while not (ended := os.waitpid(pid, os.WNOHANG))[0]:
            if time.monotonic() > end:
                os.kill(pid, 9)
            time.sleep(0.01)
        said.seek(0)
        return os.waitstatus_to_exitcode(ended[1]), said.read()


if __name__ == "__main__":
    torch.set_num_threads(1)
    for name in USED:
        import_module(name)
    for copy in sys.argv[2:]:
        print(json.dumps(tried(sys.argv[1], Path(copy))), flush=True)
