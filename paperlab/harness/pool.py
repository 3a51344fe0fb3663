"""Run units side by side, each in a process of its own with a time and a memory limit.

A unit that crashes, hangs, eats the memory, leaves without a word or talks without end is a result like any other,
and costs its neighbours nothing.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from paperlab import litter
from paperlab.harness.child import ENVIRON, OUTPUT, RESULT, UNIT
from paperlab.harness.executing import ALONE, Limits, finished
from paperlab.harness.launch import End, Launcher, kill
from paperlab.harness.turns import TIMED, taken, timing_lock
from paperlab.harness.units import Unit

TICK = 0.05
"""Seconds between two looks at the limits."""
MOST_OUTPUT = 16 * 2**20
"""Bytes a unit may print."""
LAST_OUTPUT = 400
"""Characters of output that a failed row keeps."""


MOST_HUNG = 3
"""Checks that hang before the rest is given up: one that does not hold closes the gate, and each takes a minute to say so.
Of a check, or an arm of a case, that hangs with one seed the others are not tried."""
_GIVEN_UP = "was not tried: checks before it did not come to an end"
_HANGS = "was not tried: with another seed it did not come to an end"
MOST_PROCESSES = 64
"""Processes a unit may have at once, itself included: data loaders have a few, a fork bomb soon has more."""


VISIBLE = "CUDA_VISIBLE_DEVICES"
_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


@dataclass(slots=True)
class _Running:
    """A unit at work; `why` is set when we end it."""

    unit: Unit
    started: float
    why: tuple[str, str] | None = None
    slot: int = 0
    """Which of `jobs` places it has; GPUs go by it."""


class Processes:
    """Executor on this machine: each unit in a process of its own, at most `jobs` at once, and a timing alone."""

    def __init__(self, launcher: Launcher, *, jobs: int, limits: Limits, scratch: Path, gpus: int = 0) -> None:
        litter.sweep(scratch)  # what a killed run left
        self._launcher, self._jobs, self._limits, self._scratch, self._gpus = launcher, jobs, limits, scratch, gpus
        self._waiting: list[Unit] = []
        self._running: dict[Path, _Running] = {}
        self._hung: set[tuple[str, str, str]] = set()
        self._turn = timing_lock()

    def submit(self, unit: Unit) -> None:
        """Put a unit at the end of the queue."""
        self._waiting.append(unit)

    def preload(self, modules: Iterable[str]) -> None:
        """Load modules once for all units to come, where that is possible."""
        self._launcher.preload(modules)

    def poll(self) -> list[tuple[Unit, dict[str, Any]]]:
        """Start what may start, end what is past a limit, and give what ended within a tick."""
        while self._waiting and self._free(self._waiting[0]):
            self._start(self._waiting.pop(0))
        done = [self._ended(end) for end in self._launcher.ended(TICK)]
        for folder, one in self._running.items():
            _watch(self._launcher, folder, one, self._allowed(one.unit))
        given_up = [(u, why) for u in self._waiting if (why := _hopeless(u, self._hung))]
        for unit, failure in given_up:
            self._waiting.remove(unit)
            done.append((unit, {"status": "timeout", "failure": failure, "seconds": 0.0}))
        return done

    def cancel(self) -> None:
        """Forget what waits and kill what runs."""
        self._waiting.clear()
        for folder in self._running:
            kill(self._launcher.pid(folder))
        self._turn.release(force=True)

    def _free(self, unit: Unit) -> bool:
        if unit.kind in ALONE:
            return not self._running and (unit.kind not in TIMED or taken(self._turn))
        return len(self._running) < self._jobs and all(one.unit.kind not in ALONE for one in self._running.values())

    def _start(self, unit: Unit) -> None:
        slot = min(set(range(self._jobs)) - {one.slot for one in self._running.values()})
        folder = _prepare(unit, self._scratch, visible(slot, self._gpus, os.environ.get(VISIBLE)))
        self._running[folder] = _Running(unit, time.monotonic(), slot=slot)
        self._launcher.start(folder)

    def _ended(self, end: End) -> tuple[Unit, dict[str, Any]]:
        done = self._running.pop(end.folder)
        if done.unit.kind in TIMED:
            self._turn.release()
        if done.why is not None and done.why[0] == "timeout":
            self._hung.add(_which(done.unit))
        result = _result(done, end)
        shutil.rmtree(end.folder, ignore_errors=True)
        return done.unit, result

    def _allowed(self, unit: Unit) -> Limits:
        beside = 1 if unit.kind in ALONE else self._jobs
        return replace(self._limits, memory=min(self._limits.memory, share_of_memory(beside)))


def run(
    launcher: Launcher, units: Sequence[Unit], *, jobs: int, limits: Limits, scratch: Path
) -> Iterator[tuple[Unit, dict[str, Any]]]:
    """Run units in processes, at most `jobs` at once, and give each with its result as soon as it ends."""
    return finished(Processes(launcher, jobs=jobs, limits=limits, scratch=scratch), units)


def visible(slot: int, gpus: int, ours: str | None) -> dict[str, str]:
    """Give the environment that shows a unit the GPUs of its slot alone: of those that we see, or counted from 0.

    >>> visible(1, 2, None), visible(1, 1, "4,7"), visible(0, 0, None)
    ({'CUDA_VISIBLE_DEVICES': '2,3'}, {'CUDA_VISIBLE_DEVICES': '7'}, {})
    """
    if not gpus:
        return {} if ours is None else {VISIBLE: ours}
    wanted = range(slot * gpus, (slot + 1) * gpus)
    return {VISIBLE: ",".join(map(str, wanted) if ours is None else ours.split(",")[wanted.start : wanted.stop])}


def _which(unit: Unit) -> tuple[str, str, str]:
    return unit.kind, unit.case, unit.arm


def _hopeless(unit: Unit, hung: Set[tuple[str, str, str]]) -> str:
    """Say why a unit is not worth its time limit; empty where it is."""
    if unit.kind == "check" and len(hung) >= MOST_HUNG:
        return _GIVEN_UP
    return _HANGS if _which(unit) in hung else ""


def _prepare(unit: Unit, scratch: Path, environ: Mapping[str, str]) -> Path:
    scratch.mkdir(parents=True, exist_ok=True)
    # A folder of its own and named after this process: another bench of the same lab may be at the same unit.
    name = f".{unit.key[:24]}.{os.getpid()}."
    folder = Path(tempfile.mkdtemp(prefix=name, suffix=".new", dir=scratch.resolve()))
    (folder / UNIT).write_text(unit.to_json(), encoding="utf-8")
    (folder / ENVIRON).write_text(json.dumps(environ), encoding="utf-8")
    return folder


def _watch(launcher: Launcher, folder: Path, one: _Running, limits: Limits) -> None:
    """End a unit that is past a limit."""
    pid = launcher.pid(folder)
    if pid is None or one.why is not None:
        return
    allowed = limits.seconds[one.unit.kind]
    output, family = _size(folder / OUTPUT), _family(pid)
    if time.monotonic() - one.started > allowed:
        one.why = ("timeout", f"expected an end within {allowed:g} s, and it was still running")
    elif output > MOST_OUTPUT:
        one.why = ("killed", f"expected at most {MOST_OUTPUT >> 20} MB of output, and it printed more")
    elif len(family) > MOST_PROCESSES:
        one.why = ("killed", f"expected at most {MOST_PROCESSES} processes, and it started more")
    elif _taken(family) > limits.memory:
        one.why = ("out of memory", f"expected at most {limits.memory >> 20} MB of memory, and it took more")
    if one.why is not None:
        kill(pid)


def _result(done: _Running, end: End) -> dict[str, Any]:
    """Give a unit's own result, or say how it ended without one."""
    if done.why is None:
        try:
            found: dict[str, Any] = json.loads((end.folder / RESULT).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return _lost(done, "crashed", f"{_ending(end.code)} before it had a result{_tail(end.folder / OUTPUT)}")
        # What it took to start the process, to read its result and to see that it ended.
        spent = time.monotonic() - done.started - found["seconds"]
        return found | {"environment": found["environment"] | {"overhead": round(max(0.0, spent), 4)}}
    return _lost(done, *done.why)


def _lost(done: _Running, status: str, failure: str) -> dict[str, Any]:
    return {"status": status, "failure": failure, "seconds": time.monotonic() - done.started}


def _ending(code: int) -> str:
    if code >= 0:
        return f"ended with exit code {code}"
    try:
        return f"was ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"was ended by signal {-code}"


def _tail(path: Path) -> str:
    try:
        with path.open("rb") as file:
            file.seek(max(0, _size(path) - LAST_OUTPUT))
            text = file.read().decode("utf-8", "replace").strip()
    except OSError:
        return ""
    return f"; its last output: {text}" if text else ""


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def share_of_memory(jobs: int) -> int:
    """Give the bytes that each of `jobs` units side by side may take without starving the machine."""
    try:
        whole = os.sysconf("SC_PHYS_PAGES") * _PAGE
    except (AttributeError, ValueError, OSError):
        return 2**63
    return int(0.75 * whole / jobs)


def _family(pid: int) -> list[int]:
    """Give a process and what it started, children of children too; stops at one more than is allowed."""
    found = [pid]
    for one in found:
        if len(found) > MOST_PROCESSES:
            break
        found += _children(one)
    return found


def _children(pid: int) -> list[int]:
    """Give the children of a process's threads; none where the kernel does not tell."""
    found: list[int] = []
    with suppress(OSError):  # a process may end between any two of these looks
        for task in Path(f"/proc/{pid}/task").iterdir():
            with suppress(OSError):
                children = (task / "children").read_text(encoding="ascii")
                found += map(int, children.split())
    return found


def _taken(family: Sequence[int]) -> int:
    """Give the bytes of a process and of what its children hold beyond it: what they share by fork counts once."""
    first, *others = (resident(pid) for pid in family)
    return first + sum(max(0, other - first) for other in others)


def resident(pid: int) -> int:
    """Give the resident memory of a process in bytes; 0 where it is gone or cannot be read."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return _resident_elsewhere(pid) if not Path("/proc/self").exists() else 0
    return pages * _PAGE


def _resident_elsewhere(pid: int) -> int:
    try:
        found = subprocess.run(["/bin/ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=False)
        return int(found.stdout.strip() or 0) * 1024
    except (OSError, ValueError):
        return 0
