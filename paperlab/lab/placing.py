"""A new implementation folder takes its place whole or not at all."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from paperlab import litter
from paperlab.errors import Conflict, LabUnusable

_TAKEN = (errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR)


@contextmanager
def placed(target: Path) -> Iterator[Path]:
    """Give a folder to fill: `target` where it is there, else one beside it that becomes `target` at the end.

    Raises:
        Conflict: somebody else made `target` in the meantime.
        LabUnusable: the disk is full or read-only.
    """
    litter.sweep(target.parent)
    if target.exists():
        yield target
        return
    fresh = litter.beside(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        yield fresh
        fresh.rename(target)
    except OSError as error:
        raise _refused(target, error) from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def copy(source: Path, target: Path, *, ignore: Callable[[str, list[str]], set[str]]) -> None:
    """Copy a folder with the rights of new files: those of an installed one may forbid the learner to write."""
    target.mkdir()
    names = [path.name for path in source.iterdir()]
    for name in set(names) - ignore(str(source), names):
        if (source / name).is_dir():
            copy(source / name, target / name, ignore=ignore)
        else:
            shutil.copyfile(source / name, target / name)


def _refused(target: Path, error: OSError) -> Conflict | LabUnusable:
    if error.errno in _TAKEN:
        return Conflict(f"{target} was made by somebody else in the meantime; run the command again")
    return LabUnusable(
        f"{target}: expected to write a folder, got: {error.strerror or error}; free space or check rights"
    )
