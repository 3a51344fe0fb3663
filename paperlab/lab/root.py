"""Where the lab is, and how one is made."""

from __future__ import annotations

import os
from pathlib import Path

from paperlab.errors import Conflict, LabUnusable, NoLab

LIST = "reading_list.db"
"""A folder that holds this file is a lab."""

IGNORED = """.paperlab/
site/
reading_list.db-wal
reading_list.db-shm
"""
"""What a lab kept in git leaves out: cache, measurements, executed notebooks, the built site."""


def expanded(text: str | Path) -> Path:
    """Read `~` as a home folder; where there is no such user it stays, and is then a folder that is not there."""
    return Path(os.path.expanduser(text))  # noqa: PTH111  Path's own fails where it knows no home


def find_root(start: Path | None = None, *, named: Path | None = None) -> Path:
    """Give the lab's root: what was named, else PAPERLAB_HOME, else the nearest folder upward with a reading list.

    Raises:
        NoLab: there is none, or the named folder is none.
    """
    home = os.environ.get("PAPERLAB_HOME")
    said = named if named is not None else expanded(home) if home else None
    if said is not None:
        if (said / LIST).is_file():
            return _here(said)
        raise NoLab(
            f"expected a lab with {LIST} in {said}, found none; {_remedy(said, f'make one with `paperlab init {said}`')}"
        )
    here = _here(start)
    for folder in (here, *here.parents):
        if (folder / LIST).is_file():
            return folder
    raise NoLab(
        f"expected {LIST} in {here} or a folder above it, found none; {_remedy(here, 'make a lab with `paperlab init`')}"
    )


def _remedy(folder: Path, other: str) -> str:
    """Say how to get a list where none is: from the newest backup of one that was there, else what `other` says."""
    kept = max(folder.glob(".paperlab/backups/reading_list-*.db"), default=None)
    if kept is None:
        return other
    return f"bring the newest backup of the one that was there back: `cp {kept} {folder / LIST}`"


def _here(start: Path | None) -> Path:
    try:
        return (start or Path.cwd()).resolve()
    except FileNotFoundError as error:
        raise NoLab("the current folder was deleted; change to another, or name the lab with --lab DIR") from error


def make_root(folder: Path) -> Path:
    """Make the folders of a lab; the reading list itself is the library's to write.

    Raises:
        Conflict: a lab is there already.
        LabUnusable: the folder cannot be written.
    """
    if (folder / LIST).is_file():
        raise Conflict(f"{folder} is a lab already; add to it with `paperlab add`")
    if os.path.lexists(folder / LIST):
        raise Conflict(f"{folder / LIST}: expected nothing of that name, found something that is no file; move it away")
    try:
        (folder / "implementations").mkdir(parents=True, exist_ok=True)
        _ignore(folder / ".gitignore")
    except OSError as error:
        raise LabUnusable(f"expected a folder to write a lab to, got {folder}: {error.strerror}") from error
    return folder.resolve()


def _ignore(path: Path) -> None:
    """Leave what can be made again out of git, below what the person's own file says."""
    kept = path.read_bytes() if path.exists() else b""
    lines = set(kept.split())
    missing = b"".join(b"%b\n" % line for line in IGNORED.encode().split() if line not in lines)
    if missing:
        path.write_bytes(kept + (b"\n" if kept and not kept.endswith(b"\n") else b"") + missing)
