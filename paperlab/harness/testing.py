"""Run the tests of an implementation folder in a process of their own, with a time limit."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from paperlab.harness.launch import kill
from paperlab.records.progress import Ran

FILE, EACH = "PAPERLAB_WITNESS", "PAPERLAB_TEST_SECONDS"
"""Environment of the process: where `witness.py` writes, and how long one test may run."""
_WORDS_OF_THE_END = 300
_OUTPUT = "output.txt"
_DIED_AT = re.compile(r'File "([^"]+)", line (\d+) in ')
_DOTS = re.compile(r"[.FEsxX]+( *\[ *\d+%\])?")
"""Tests that pytest counts."""
_GRACE = 3.0
"""Seconds after its limit in which a test ends by itself, if it can."""
_LOOK = 0.2
"""Seconds between two looks at how far it is."""


class Suite(NamedTuple):
    """What the tests of a folder came to."""

    runs: tuple[Ran, ...]
    """In the order in which they stand in their files."""
    problems: tuple[str, ...]
    """Files that cannot be imported; that the process did not end, or died."""


def run_tests(
    folder: Path,
    *,
    seconds: float = 120.0,
    each: float = 20.0,
    on_progress: Callable[[int, int, str], None] = lambda *_: None,
) -> Suite:
    """Run every `test_*.py` of a folder with pytest; nothing is written into the folder.

    Args:
        folder: an implementation folder.
        seconds: limit of the whole run; the process and what it started are killed then.
        each: limit of one test. It ends a test that loops in Python; one that loops in C meets the other limit.
        on_progress: takes how many tests have ended, of how many, and which runs.
    """
    files = sorted(folder.glob("test_*.py"))
    if not files:
        return Suite((), ("no test_*.py in this folder",))
    with tempfile.TemporaryDirectory(prefix="pl-check-") as scratch:
        told = Path(scratch) / "told.jsonl"
        told.touch()
        end, problem, again = time.monotonic() + seconds, "", True
        while again:
            with _started(folder, files, told, each) as process:
                in_time = _waited(process, end, each, told, on_progress)
            limit = seconds if time.monotonic() >= end else each
            code = process.returncode if in_time else None
            wrong = _problem(code, told.with_name(_OUTPUT), limit, known=bool(_read(told)))
            problem = problem or wrong
            again = bool(wrong) and _told_of_death(told, wrong, folder) and time.monotonic() < end
        lines = _read(told)
        if count := sum(one["kind"] == "found" for one in lines):
            on_progress(count, count, "tests")  # whatever became of them, the bar goes
    unreadable = [f"{one['file']} cannot be imported: {one['message']}" for one in lines if one["kind"] == "unreadable"]
    return Suite(tuple(_runs(lines)), tuple(unreadable or ([problem] if problem else [])))


@contextmanager
def _started(folder: Path, files: Sequence[Path], told: Path, each: float) -> Iterator[subprocess.Popen[bytes]]:
    """Run pytest in a session of its own; at the end nothing of it runs any more."""
    with told.with_name(_OUTPUT).open("wb") as out:
        # -P: what lies in the folder is no module of pytest's. No settings file of the person's holds for it.
        # -qq: without a line of counts at the end, the last line is what went wrong.
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "pytest", "-qq", "-p", "paperlab.harness.witness", "-p", "no:cacheprovider",
             "-c", os.devnull, "--rootdir", str(folder), *map(str, files)],
            cwd=folder, env=_environ(told, each), stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip
        try:
            yield process
        finally:
            kill(process.pid)
            process.wait()


def _waited(
    process: subprocess.Popen[bytes], end: float, each: float, told: Path, on_progress: Callable[[int, int, str], None]
) -> bool:
    """Wait for the end, looking now and then; tell whether it came in time.

    A test that overstays its limit loops in C, where no signal reaches it: the process is killed, for another to go on.
    """
    size, since = -1, time.monotonic()
    while (now := time.monotonic()) < end:
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=min(end - now, _LOOK))
            return True
        if (grown := told.stat().st_size) != size:
            size, since = grown, now
        lines = _read(told)
        _progress(lines, on_progress)
        if now - since > each + _GRACE and _running(lines):
            return False
    return False


def _running(lines: Sequence[dict[str, Any]]) -> str:
    """Give the test that began and did not end; nothing where there is none."""
    ended = {one["test"] for one in lines if one["kind"] == "end"}
    return next((one["test"] for one in lines if one["kind"] == "begin" and one["test"] not in ended), "")


def _told_of_death(told: Path, wrong: str, folder: Path) -> bool:
    """Write down in which test a process died, and where, as far as it said; tell whether tests are left to run."""
    lines = _read(told)
    test = _running(lines)
    if not test:
        return False
    called = [one["name"] for one in lines if one["kind"] == "call" and one["test"] == test]
    said = told.with_name(_OUTPUT).read_text(encoding="utf-8", errors="replace")
    # As faulthandler says it, the innermost first.
    at = [
        int(n) for path, n in _DIED_AT.findall(said) if os.path.realpath(path) == os.path.realpath(folder / "model.py")
    ]
    inside = f"{called[0]}: " if called else ""
    end = {
        "kind": "end",
        "test": test,
        "outcome": "timeout",
        "message": f"{inside}{wrong}",
        "lines": at[::-1],
        "called": called,
    }
    whole = told.read_bytes()
    told.write_bytes(whole[: whole.rfind(b"\n") + 1] + json.dumps(end).encode() + b"\n")
    begun = {one["test"] for one in lines if one["kind"] == "begin"}
    return any(one["kind"] == "found" and one["test"] not in begun for one in lines)


def _read(told: Path) -> list[dict[str, Any]]:
    """Read what the witness wrote; of a line that it is writing, or was killed in, nothing."""
    rows = told.read_text(encoding="utf-8").splitlines(keepends=True)
    return [json.loads(row) for row in rows if row.endswith("\n")]


def _progress(lines: Sequence[dict[str, Any]], on_progress: Callable[[int, int, str], None]) -> None:
    kinds = Counter(one["kind"] for one in lines)
    running = next((one["test"] for one in reversed(lines) if one["kind"] == "begin"), "loading")
    if kinds["found"]:
        on_progress(kinds["end"], kinds["found"], _short(running))


def _short(test: str) -> str:
    """Give a test's name without its file."""
    return test.partition("::")[2] or test


def _problem(code: int | None, output: Path, seconds: float, *, known: bool) -> str:
    """Give what is wrong with the run itself, which is nothing where tests merely failed; `known`: a test was found."""
    if code is None:
        return f"the tests did not end within {seconds:g} s"
    said = output.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    last = next((row for row in reversed(said) if not _DOTS.fullmatch(row)), "it said nothing")
    if code == 1 and "No module named" in last:
        return f"{last}; install paperlab again, with all that it needs"
    if code == 0 and not known:
        return "the tests' process ended before a test was found: does a test file leave Python as it is imported?"
    if code in (0, 1, 2, 5):  # all passed, some failed, files that cannot be imported, no test
        return ""
    with suppress(ValueError):
        if code < 0:
            return f"the tests' process was ended by {signal.Signals(-code).name}"
    return f"the tests' process ended with code {code}: {last}"[:_WORDS_OF_THE_END]


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
    for test in dict.fromkeys(one["test"] for one in lines if one["kind"] == "found"):
        end = ended.get(test) or {
            "outcome": "timeout" if test in begun else "not run",
            "message": "its process ended while it ran" if test in begun else "",
        }
        yield Ran(
            _short(test), end["outcome"], end["message"], tuple(end.get("lines", ())), tuple(end.get("called", ()))
        )
