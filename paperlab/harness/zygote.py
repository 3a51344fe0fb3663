"""A process that has torch loaded and forks a fresh one for each unit: 10 ms in place of 1.2 s.

multiprocessing's forkserver does the same, but imports the caller's __main__ again, which would run a script
without a `__main__` guard twice, and leaves its children behind when the caller is killed. Here the caller's death
closes our standard input, and every child goes with it.

It reads `run FOLDER` and `load MODULE`, one a line, tab between; it writes `started FOLDER PID` and `ended FOLDER STATUS`, the status as waitpid gives it.
"""

from __future__ import annotations

import os
import resource
import select
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib import import_module
from pathlib import Path

from paperlab.harness.child import OUTPUT, run_unit

MOST_WRITTEN = 2**30
"""Bytes that a unit may write to one file."""
NOTHING_RAN = 70
"""Exit code of a child whose result could not even be written."""


def serve() -> None:
    """Fork a child for each line of standard input until it closes."""
    _load("torch")
    _load("torch._dynamo")  # the first step of any torch optimizer imports it, which takes longer than most units
    _load("paperlab.harness.cases.training")
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the caller's to judge
    wake = _wake_on_child()
    running: dict[int, str] = {}
    with suppress(BrokenPipeError):  # the caller is gone, and nobody would end what still runs
        _say("ready")
        _listen(wake, running)
    for pid in running:
        _kill(pid)


def _listen(wake: int, running: dict[int, str]) -> None:
    """Do what each line of standard input asks until it closes."""
    pending = b""
    while True:
        ready, _, _ = select.select([0, wake], [], [])
        if wake in ready:
            os.read(wake, 4096)
            _reap(running)
        if 0 in ready:
            chunk = os.read(0, 65536)
            if not chunk:
                return
            *lines, pending = (pending + chunk).split(b"\n")
            for line in lines:
                word, _, rest = os.fsdecode(line).partition("\t")
                _WORDS[word](rest, running)


def _start(folder: str, running: dict[int, str]) -> None:
    pid = os.fork()
    if pid == 0:
        _become(Path(folder))
    running[pid] = folder
    _say(f"started\t{folder}\t{pid}")


def _load(module: str, _: object = None) -> None:
    """Import a module before the fork; where that fails, the unit that needs it will say so."""
    with suppress(Exception):
        import_module(module)


_WORDS: Mapping[str, Callable[[str, dict[int, str]], None]] = {"run": _start, "load": _load}


def _reap(running: dict[int, str]) -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        _say(f"ended\t{running.pop(pid)}\t{status}")


def _become(folder: Path) -> None:
    """Run as the child: a session of its own, output to a file, no way back into the loop above."""
    try:
        os.setsid()
        _bound()
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        out = os.open(folder / OUTPUT, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for target, source in ((0, nothing), (1, out), (2, out)):
            os.dup2(source, target)
        os.chdir(folder)
        run_unit(folder)
        sys.stdout.flush()
        os._exit(0)
    finally:
        os._exit(NOTHING_RAN)


def _bound() -> None:
    """Keep a crash from writing gigabytes of memory to disk, and a loop that writes from filling it."""
    for limit, most in ((resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, MOST_WRITTEN)):
        _, hard = resource.getrlimit(limit)
        resource.setrlimit(limit, (most if hard < 0 else min(most, hard), hard))


def _wake_on_child() -> int:
    """Give a descriptor that becomes readable when a child ends."""
    read, write = os.pipe()
    os.set_blocking(write, False)
    signal.set_wakeup_fd(write, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    return read


def _say(line: str) -> None:
    os.write(1, os.fsencode(line) + b"\n")


def _kill(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return
