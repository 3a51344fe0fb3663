"""What a killed run leaves behind: names that tell whose it is, so that the next run can sweep it.

Files and folders are built beside their place under `.NAME.PID.new` (or `.tmp`) and renamed when they are whole.
And what a run leaves in memory: nothing, as long as it only loads.
"""

from __future__ import annotations

import gc
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_LITTER = re.compile(r"\.(?P<name>.+?)\.(?P<pid>\d{1,10})\.(?:\w+\.)?(?:new|tmp)(?:-journal|-wal|-shm)?", re.ASCII)
SUFFIX = ".new"
_OLD_SECONDS = 3600.0
"""Where a process cannot be looked for, what is older than this belongs to nobody."""


def beside(path: Path) -> Path:
    """Give the name under which this process builds what will stand at `path`."""
    return path.with_name(f".{path.name}.{os.getpid()}.new")


@contextmanager
def in_place_of(path: Path) -> Iterator[Path]:
    """Give where to write what a person wants at `path`: beside it, and renamed when it is whole.

    A link stays, and what it points to is replaced. What is no file (a pipe, a device) is written into: a rename would
    put a file in its place.
    """
    if path.exists() and not path.is_file():
        yield path
        return
    target = Path(os.path.realpath(path))
    fresh = beside(target)
    try:
        yield fresh
        fresh.replace(target)
    finally:
        fresh.unlink(missing_ok=True)


def prefix(name: str) -> str:
    """Give how tempfile's names begin, for work that several threads of this process may do at once; end them in SUFFIX."""
    return f".{name}.{os.getpid()}."


def left_behind(folder: Path, name: str | None = None) -> list[Path]:
    """Give what processes that are gone left in a folder, for one `name` or for all."""
    try:
        there = sorted(folder.iterdir())
    except OSError:
        return []
    found = ((path, _LITTER.fullmatch(path.name)) for path in there)
    return [p for p, m in found if m and name in (None, m["name"]) and _is_gone(int(m["pid"]), p)]


def sweep(folder: Path, name: str | None = None) -> None:
    """Remove what processes that are gone left in a folder; what cannot be removed stays."""
    for path in left_behind(folder, name):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            with suppress(OSError):
                path.unlink()


def _is_gone(pid: int, path: Path) -> bool:
    if os.name != "posix":  # signal 0 would end a process there
        with suppress(OSError):
            return time.time() - path.lstat().st_mtime > _OLD_SECONDS
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        return False
    return False


@contextmanager
def uncollected() -> Iterator[None]:
    """Look for no garbage: among ten thousand papers there is none, and to look takes a tenth to a third of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
