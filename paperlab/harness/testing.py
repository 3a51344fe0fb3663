"""Run the tests of an implementation folder in a process of their own, with a time limit."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from paperlab.harness.launch import kill
from paperlab.records.progress import Ran

FILE, EACH = "PAPERLAB_WITNESS", "PAPERLAB_TEST_SECONDS"
"""Environment of the process: where `witness.py` writes, and how long one test may run."""
_WORDS_OF_THE_END = 300


class Suite(NamedTuple):
    """What the tests of a folder came to."""

    runs: tuple[Ran, ...]
    """In the order in which they stand in their files."""
    problems: tuple[str, ...]
    """Files that cannot be imported; that the process did not end, or died."""


def run_tests(folder: Path, *, seconds: float = 120.0, each: float = 20.0) -> Suite:
    """Run every `test_*.py` of a folder with pytest; nothing is written into the folder.

    Args:
        folder: an implementation folder.
        seconds: limit of the whole run; the process and what it started are killed then.
        each: limit of one test. It ends a test that loops in Python; one that loops in C meets the other limit.
    """
    files = sorted(folder.glob("test_*.py"))
    if not files:
        return Suite((), ("no test_*.py in this folder",))
    with tempfile.TemporaryDirectory(prefix="pl-check-") as scratch:
        told = Path(scratch) / "told.jsonl"
        told.touch()
        problem = _run(folder, files, told, seconds=seconds, each=each)
        lines = [json.loads(row) for row in told.read_text(encoding="utf-8").splitlines() if row.endswith("}")]
    unreadable = [f"{one['file']} cannot be imported: {one['message']}" for one in lines if one["kind"] == "unreadable"]
    return Suite(tuple(_runs(lines)), tuple(unreadable or ([problem] if problem else [])))


def _run(folder: Path, files: Sequence[Path], told: Path, *, seconds: float, each: float) -> str:
    """Run pytest; give what is wrong with the run itself, which is nothing where tests merely failed."""
    output = told.with_name("output.txt")
    with output.open("wb") as out:
        # -P: what lies in the folder is no module of pytest's. No settings file of the person's holds for it.
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "pytest", "-q", "-p", "paperlab.harness.witness", "-p", "no:cacheprovider",
             "-c", os.devnull, "--rootdir", str(folder), *map(str, files)],
            cwd=folder, env=_environ(told, each), stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip
        try:
            code = process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            return f"the tests did not end within {seconds:g} s"
        finally:
            kill(process.pid)
            process.wait()
    if code in (0, 1, 2, 5):  # all passed, some failed, files that cannot be imported, no test
        return ""
    said = output.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return f"the tests' process ended with code {code}: {said[-1] if said else 'it said nothing'}"[:_WORDS_OF_THE_END]


def _environ(told: Path, each: float) -> dict[str, str]:
    ours = {
        FILE: str(told),
        EACH: str(each),
        "PYTEST_ADDOPTS": "",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "HYPOTHESIS_STORAGE_DIRECTORY": str(told.parent / "hypothesis"),
    }
    return dict(os.environ) | ours


def _runs(lines: Sequence[dict[str, Any]]) -> Iterator[Ran]:
    """Join what was found, begun and ended; the one that began and did not end is where the process was killed."""
    ended: dict[str, dict[str, Any]] = {}
    for one in lines:
        if one["kind"] == "end" and ended.get(one["test"], {}).get("outcome") != "failed":
            ended[one["test"]] = one
    begun = {one["test"] for one in lines if one["kind"] == "begin"}
    for one in lines:
        if one["kind"] != "found":
            continue
        test = one["test"]
        end = ended.get(test) or {
            "outcome": "timeout" if test in begun else "not run",
            "message": "its process ended while it ran" if test in begun else "",
        }
        yield Ran(test, end["outcome"], end["message"], tuple(end.get("lines", ())), tuple(end.get("called", ())))
