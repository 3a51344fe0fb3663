"""Start processes for units and hear of their end: from a zygote where fork is safe, one by one elsewhere."""

from __future__ import annotations

import atexit
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from paperlab.errors import Bug
from paperlab.harness.child import OUTPUT

_ROOT = str(Path(__file__).parents[2])
# -P keeps the caller's folder off the path: a random.py or torch.py lying there must not be what we import.
_PYTHON = (sys.executable, "-P", "-c")
_ZYGOTE = "import sys; sys.path.insert(0, sys.argv[1]); from paperlab.harness.zygote import serve; serve()"
_FRESH = "import sys; sys.path.insert(0, sys.argv[1]); from paperlab.harness.child import main; main()"
START_SECONDS = 120.0
"""Longest wait for torch to load in the zygote."""


@dataclass(frozen=True, slots=True)
class End:
    """A process that has ended. `code` is negative for a signal, as subprocess has it."""

    folder: Path
    code: int


class Launcher(Protocol):
    """Starts units and tells which have ended."""

    def start(self, folder: Path) -> None:
        """Begin the unit that lies in `folder`."""

    def preload(self, modules: Iterable[str]) -> None:
        """Load modules once for all units to come, where that is possible."""

    def ended(self, timeout: float) -> list[End]:
        """Wait at most `timeout` seconds for units to end."""

    def pid(self, folder: Path) -> int | None:
        """Give the process of a running unit, which leads its own process group."""

    def close(self) -> None:
        """Stop everything that still runs."""


class Forked:
    """Launcher over a zygote (`zygote.py`)."""

    def __init__(self, threads: int) -> None:
        self._pids: dict[Path, int] = {}
        self._asked: list[Path] = []
        self._rest = b""
        command = [*_PYTHON, _ZYGOTE, _ROOT]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=_environ(threads), start_new_session=True
        )
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._out, selectors.EVENT_READ)
        self._wait_ready()

    @property
    def _out(self) -> IO[bytes]:
        if self._process.stdout is None:
            raise Bug("the zygote has no output")
        return self._process.stdout

    def _wait_ready(self) -> None:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if "ready" in self._lines(1.0):
                return
            if self._process.poll() is not None:
                raise Bug(f"the process that should load torch ended with code {self._process.returncode}")
        self.close()
        raise Bug(f"torch did not load within {START_SECONDS:.0f} s")

    def start(self, folder: Path) -> None:
        """Begin the unit that lies in `folder`."""
        self._asked.append(folder)
        self._tell("run", folder)

    def preload(self, modules: Iterable[str]) -> None:
        """Have the zygote load modules once for all units to come."""
        for module in modules:
            self._tell("load", module)

    def _tell(self, word: str, what: str | Path) -> None:
        if self._process.stdin is not None:
            with suppress(BrokenPipeError):  # a dead zygote shows in `ended`
                self._process.stdin.write(word.encode() + b"\t" + os.fsencode(what) + b"\n")
                self._process.stdin.flush()

    def ended(self, timeout: float) -> list[End]:
        """Wait at most `timeout` seconds; a zygote that died took all its units with it."""
        ends = []
        for line in self._lines(timeout):
            word, folder, number = line.split("\t")
            if word == "started":
                self._pids[Path(folder)] = int(number)
            else:
                ends.append(self._gone(Path(folder), os.waitstatus_to_exitcode(int(number))))
        if self._process.poll() is not None:
            ends += [self._gone(folder, -signal.SIGKILL) for folder in list(self._asked)]
        return ends

    def _gone(self, folder: Path, code: int) -> End:
        _kill_group(self._pids.pop(folder, None))  # what it left behind in its process group
        self._asked.remove(folder)
        return End(folder, code)

    def _lines(self, timeout: float) -> list[str]:
        if not self._selector.select(timeout):
            return []
        *lines, self._rest = (self._rest + os.read(self._out.fileno(), 65536)).split(b"\n")
        return [os.fsdecode(line) for line in lines]

    @property
    def alive(self) -> bool:
        """Whether the zygote runs and has nothing to do."""
        return self._process.poll() is None and not self._asked

    def pid(self, folder: Path) -> int | None:
        """Give the process of a running unit."""
        return self._pids.get(folder)

    def close(self) -> None:
        """Stop the zygote and all that it started."""
        for pid in self._pids.values():
            _kill_group(pid)
        self._selector.close()
        if self._process.stdin is not None:
            with suppress(BrokenPipeError):
                self._process.stdin.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._out.close()


class Fresh:
    """Launcher that pays torch's import for each unit: where forking after loading it is unsafe (macOS, Windows)."""

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._running: dict[Path, subprocess.Popen[bytes]] = {}

    def start(self, folder: Path) -> None:
        """Begin the unit that lies in `folder`."""
        with (folder / OUTPUT).open("wb") as out:
            self._running[folder] = subprocess.Popen(
                [*_PYTHON, _FRESH, _ROOT, str(folder)],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env=_environ(self._threads),
                start_new_session=True,
            )

    def preload(self, modules: Iterable[str]) -> None:
        """Do nothing: each process loads what it needs."""

    def ended(self, timeout: float) -> list[End]:
        """Wait at most `timeout` seconds for units to end."""
        end = time.monotonic() + timeout
        while True:
            done = {folder: p for folder, p in self._running.items() if p.poll() is not None}
            if done or time.monotonic() >= end:
                break
            time.sleep(0.01)
        for folder, process in done.items():
            del self._running[folder]
            _kill_group(process.pid)
        return [End(folder, process.returncode) for folder, process in done.items()]

    def pid(self, folder: Path) -> int | None:
        """Give the process of a running unit."""
        process = self._running.get(folder)
        return process.pid if process else None

    def close(self) -> None:
        """Stop everything that still runs."""
        for process in self._running.values():
            kill(process.pid)
            process.wait()


_idle: dict[int, Forked] = {}
"""A zygote of the last bench, by threads: the next one begins at once. Taken out while it is in use."""


@atexit.register
def _close_idle() -> None:
    while _idle:
        _idle.popitem()[1].close()


@contextmanager
def launched(threads: int = 1) -> Iterator[Launcher]:
    """Give a launcher for this system; after an error, Ctrl-C as well, everything that it started is stopped."""
    launcher = _idle_again(threads) or _new(threads)
    try:
        yield launcher
    except BaseException:
        launcher.close()
        raise
    if isinstance(launcher, Forked) and threads not in _idle and launcher.alive:
        _idle[threads] = launcher
    else:
        launcher.close()


def _idle_again(threads: int) -> Forked | None:
    """Give the zygote of the last bench; one that is of no use any more is stopped, not dropped while it runs."""
    kept = _idle.pop(threads, None)
    if kept is not None and not (kept.alive and sys.platform == "linux"):
        kept.close()
        return None
    return kept


def _new(threads: int) -> Forked | Fresh:
    # macOS kills or hangs forked children that touch its frameworks; Windows has no fork.
    return Forked(threads) if sys.platform == "linux" else Fresh(threads)


def kill(pid: int | None) -> None:
    """Kill a unit's process and its group."""
    if pid is None:
        return
    _kill_group(pid)
    with suppress(ProcessLookupError, PermissionError):
        os.kill(pid, getattr(signal, "SIGKILL", signal.SIGTERM))


def _kill_group(pid: int | None) -> None:
    if pid is not None and hasattr(os, "killpg"):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)


def _environ(threads: int) -> dict[str, str]:
    """Give our environment with the number of threads pinned before any library reads it."""
    names = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
    # Asking NVML in place of CUDA whether there is a GPU leaves the zygote fit to fork.
    ours = {"PYTHONDONTWRITEBYTECODE": "1", "PYTORCH_NVML_BASED_CUDA_CHECK": "1"}
    return dict(os.environ) | dict.fromkeys(names, str(threads)) | ours
