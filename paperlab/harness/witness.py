"""A plugin for pytest: writes what each test came to, one JSON line each, to the file that an environment variable names.

It runs in the process that `testing.run_tests` starts. A line is written before a test begins, so that a process that
was killed tells which test it died in.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

import pytest

from paperlab.harness.testing import EACH, FILE

_NOTED = 1_000_000
"""Calls without a new function of model.py after which no more are noted, a quarter of a second of them."""
_CALLED = pytest.StashKey[set[str]]()


_ASKED = {name: os.environ.get(name, "") for name in (FILE, EACH)}
"""Read before any test runs: one may empty the environment."""


def _tell(**what: Any) -> None:
    with Path(_ASKED[FILE]).open("a", encoding="utf-8") as out:
        out.write(json.dumps(what) + "\n")


def pytest_configure() -> None:
    """Have hypothesis tell the first example that fails: looking for the smallest one may take minutes."""
    with suppress(ImportError):
        from hypothesis import Phase, settings

        phases = (Phase.explicit, Phase.generate)
        settings.register_profile("check", phases=phases, derandomize=True, deadline=None, report_multiple_bugs=False)
        settings.load_profile("check")


def pytest_collectreport(report: pytest.CollectReport) -> None:
    """Tell of a file that cannot be imported."""
    if report.failed:
        crash = getattr(report.longrepr, "reprcrash", None)
        text = crash.message if crash else report.longreprtext
        _tell(kind="unreadable", file=Path(report.nodeid).name, message=_last(text))


def pytest_collection_finish(session: pytest.Session) -> None:
    """Tell which tests there are."""
    for item in session.items:
        _tell(kind="found", test=item.nodeid)


def pytest_runtest_logstart(nodeid: str) -> None:
    """Tell that a test begins."""
    _tell(kind="begin", test=nodeid)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, object, object]:
    """Run what a test is given under its time limit; it may call model.py already."""
    with _watched(item):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Run a test under its time limit, and note which functions of model.py it calls."""
    with _watched(item):
        return (yield)


@contextmanager
def _watched(item: pytest.Item) -> Iterator[None]:
    note = _noting(item.path.parent / "model.py", item.stash.setdefault(_CALLED, set()))
    before, elsewhere = sys.gettrace(), threading.gettrace()
    threading.settrace(note)
    sys.settrace(note)
    try:
        with _limited(float(_ASKED[EACH])):
            yield
    finally:
        sys.settrace(before)
        threading.settrace(elsewhere)  # None takes it away


def _noting(model: Path, called: set[str]) -> Callable[..., None]:
    """Give a trace function that is told of calls alone; it takes itself away when no new one comes, since it is slow."""
    seen: set[int] = set()
    place, left = os.path.realpath(model), _NOTED

    def note(frame: FrameType, _event: str, _argument: object) -> None:
        nonlocal left
        left -= 1
        code = frame.f_code
        if id(code) not in seen:
            seen.add(id(code))
            if os.path.realpath(code.co_filename) == place:
                called.add(code.co_qualname.partition(".<locals>")[0])
                left = _NOTED
        if left == 0:
            sys.settrace(None)

    return note


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    """Fail a test that runs longer; only where the system has timers for it, else the whole run's limit holds."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def late(_number: int, _frame: object) -> None:
        # pytest's own failure is no Exception: a test that catches those does not catch it.
        pytest.fail(f"did not end within {seconds:g} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Tell what a test came to: its own part, or what went wrong before or after it."""
    report = yield
    if report.when == "call" or not report.passed:
        error = call.excinfo
        _tell(
            kind="end",
            test=item.nodeid,
            outcome=report.outcome,
            message=_said(error.value) if error else _last(report.longreprtext) if report.failed else "",
            lines=list(_lines(error.tb, item.path.parent / "model.py")) if error else [],
            called=sorted(item.stash.get(_CALLED, ())),
        )
    return report


def _said(error: BaseException) -> str:
    """Give an error in a line: an assertion by its own words, anything else after its type."""
    text = ""
    with suppress(Exception):  # an error's own words are the learner's code
        text = str(error)
    first = next((row.strip() for row in text.splitlines() if row.strip()), "")
    own = isinstance(error, (AssertionError, pytest.fail.Exception)) and first
    return (first if own else f"{type(error).__name__}: {first}".removesuffix(": "))[:300]


def _last(text: str) -> str:
    """Give the last line of a report that says something, without pytest's mark."""
    rows = [row.removeprefix("E").strip() for row in text.splitlines() if row.strip()]
    return rows[-1][:300] if rows else "cannot be imported"


def _lines(trace: TracebackType | None, model: Path) -> Iterator[int]:
    while trace is not None:
        if os.path.realpath(trace.tb_frame.f_code.co_filename) == os.path.realpath(model):
            yield trace.tb_lineno
        trace = trace.tb_next
