"""A unit's code may read files of its folder where its key knows them: a result must not stand for other data than it saw."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from paperlab.errors import UsageError
from paperlab.harness.units import DATA

_WATCHED: list[str] = []
_CODE = (".py", ".pyc")
_HEARS: list[bool] = []


@contextmanager
def only_known(*folders: str) -> Iterator[None]:
    """Refuse to open what lies in one of these folders and in no key, while the body runs.

    Args:
        folders: of an implementation, of a lab's cases; empty ones count as none. Python files and what lies in `data/`
            are part of the key; what is written is no matter of it.
    """
    _WATCHED[:] = [os.path.realpath(folder) for folder in folders if folder]
    if not _HEARS:
        sys.addaudithook(_heard)  # one that cannot be taken away: with nothing to watch it does nothing
        _HEARS.append(True)
    try:
        yield
    finally:
        _WATCHED.clear()


def _heard(event: str, given: tuple[Any, ...]) -> None:
    if event != "open" or not _WATCHED or not isinstance(given[0], str) or _writes(given[1], given[2]):
        return
    path = os.path.realpath(given[0])
    for folder in _WATCHED:
        inside = os.path.relpath(path, folder)
        if path.startswith(folder + os.sep) and not _known(inside) and Path(path).is_file():
            raise UsageError(
                f"expected what is read beside the code to lie in {DATA}/, whose files count as code does; "
                f"got {inside}: put it there"
            )


def _writes(mode: str | None, flags: int) -> bool:
    return bool(set(mode or "") & set("wax+")) or bool(flags & (os.O_WRONLY | os.O_RDWR))


def _known(inside: str) -> bool:
    return inside.endswith(_CODE) or Path(inside).parts[0] == DATA
