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
from types import FrameType
from typing import Any

import pytest

from paperlab.harness.testing import EACH, FILE

_NOTED = 1_000_000
"""Calls without a new function of model.py after which no more are noted, a quarter of a second of them."""
_MOST_WRITTEN = 256 * 2**20
"""Bytes of one file, what is printed included."""
_CALLED = pytest.StashKey[set[str]]()


_ASKED = {name: os.environ.get(name, "") for name in (FILE, EACH)}
"""Read before any test runs: one may empty the environment."""


def _tell(**what: Any) -> None:
    with Path(_ASKED[FILE]).open("a", encoding="utf-8") as out:
        out.write(json.dumps(what) + "\n")


def pytest_configure() -> None:
    """Let no test fill the disk, and have hypothesis tell the first example that fails: the smallest may take minutes."""
    with suppress(ImportError, ValueError, OSError):  # not every system has it
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (_MOST_WRITTEN, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out what began in a process before this one, which died in it."""
    rows = [json.loads(row) for row in Path(_ASKED[FILE]).read_text(encoding="utf-8").splitlines()]
    begun = {row["test"] for row in rows if row["kind"] == "begin"}
    deaths = [row for row in rows if row["kind"] == "end" and row["outcome"] == "timeout" and len(row["called"]) == 1]
    _ENDLESS.update((row["called"][0], row["message"]) for row in deaths)
    items[:] = [item for item in items if item.nodeid not in begun]


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
    note = _noting(item)
    before, elsewhere = sys.gettrace(), threading.gettrace()
    threading.settrace(note)
    sys.settrace(note)
    try:
        with _limited(float(_ASKED[EACH]), item.path.parent / "model.py"):
            yield
    finally:
        sys.settrace(before)
        threading.settrace(elsewhere)  # None takes it away


_ENDLESS: dict[str, str] = {}
"""Function of model.py -> what is said of the test in which it did not end, or the process did: once is enough."""


def _noting(item: pytest.Item) -> Callable[..., None]:
    """Give a trace function that is told of calls alone; it takes itself away when no new one comes, since it is slow."""
    seen, called = set[int](), item.stash.setdefault(_CALLED, set())
    place, left = os.path.realpath(item.path.parent / "model.py"), _NOTED

    def note(frame: FrameType, _event: str, _argument: object) -> None:
        nonlocal left
        left -= 1
        code = frame.f_code
        if id(code) not in seen:
            seen.add(id(code))
            if os.path.realpath(code.co_filename) == place:
                name, left = code.co_qualname.partition(".<locals>")[0], _NOTED
                called.add(name)
                _tell(kind="call", test=item.nodeid, name=name)  # should the process die in it
                if name in _ENDLESS:
                    pytest.fail(_ENDLESS[name])
        if left == 0:
            sys.settrace(None)

    return note


@contextmanager
def _limited(seconds: float, model: Path) -> Iterator[None]:
    """Fail a test that runs longer; only where the system has timers for it, else the whole run's limit holds."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def late(_number: int, frame: FrameType | None) -> None:
        # pytest's own failure is no Exception: a test that catches those does not catch it.
        if name := _outermost(frame, os.path.realpath(model)):
            _ENDLESS[name] = f"{name} did not end within {seconds:g} s"
        pytest.fail(_ENDLESS.get(name, f"did not end within {seconds:g} s"))

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _outermost(frame: FrameType | None, model: str) -> str:
    """Give the function of model.py that the test called: what that one calls may well end."""
    name = ""
    while frame is not None:
        if os.path.realpath(frame.f_code.co_filename) == model:
            name = frame.f_code.co_qualname.partition(".<locals>")[0]
        frame = frame.f_back
    return name


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
            lines=list(_lines(error.value, item.path.parent / "model.py")) if error else [],
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


def _lines(error: BaseException | None, model: Path) -> Iterator[int]:
    """Give the lines of model.py on the way to an error, then those to what it was raised from."""
    if error is None:
        return
    trace = error.__traceback__
    while trace is not None:
        if os.path.realpath(trace.tb_frame.f_code.co_filename) == os.path.realpath(model):
            yield trace.tb_lineno
        trace = trace.tb_next
    yield from _lines(error.__cause__, model)
