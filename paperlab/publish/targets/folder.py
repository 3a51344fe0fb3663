"""A site in a folder: the whole new folder is written beside the old one and takes its place in one step.

A process that is killed leaves the old site or the new one. Files that paperlab did not make are carried over; the
manifest says which are ours. A file of ours that somebody edited is a conflict, never overwritten.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from paperlab.errors import Conflict, LabUnusable

MANIFEST = ".paperlab-site.json"
_AT_FDCWD = -100
_EXCHANGE = 2
"""RENAME_EXCHANGE of Linux's renameat2 and RENAME_SWAP of macOS' renamex_np have the same value."""


def write(content: Mapping[str, bytes], out: Path) -> tuple[str, ...]:
    """Put a site on disk.

    Args:
        content: path with forward slashes -> bytes.
        out: the site's folder; it need not exist, and a link to a folder is followed.

    Returns:
        Notes: what was carried over, what could not be tidied away.

    Raises:
        Conflict: `out` is no folder, holds files but no manifest of ours, or a page was edited by hand.
        LabUnusable: the disk is full or read-only.
    """
    out = out.resolve()
    try:
        foreign = _foreign(content, out)
        out.parent.mkdir(parents=True, exist_ok=True)
        swept = _sweep(out)
        fresh = Path(tempfile.mkdtemp(prefix=f".{out.name}.{os.getpid()}.", suffix=".new", dir=out.parent))
        try:
            _fill(fresh, content, out, foreign)
            return (*swept, *_take_place(fresh, out, {*content, MANIFEST, *map(str, foreign)}))
        except BaseException:
            shutil.rmtree(fresh, ignore_errors=True)
            raise
    except OSError as error:
        raise LabUnusable(
            f"{out}: cannot write the site: {error.strerror or error}; free space or choose --out"
        ) from error


def _foreign(content: Mapping[str, bytes], out: Path) -> list[Path]:
    """Give the files of `out` that are not ours, relative to it."""
    if not out.exists():
        return []
    if not out.is_dir():
        raise Conflict(f"expected {out} to be a folder or nothing, it is a file; choose another --out")
    found = sorted(_files(out))
    ours = _manifest(out)
    if found and ours is None:
        raise Conflict(f"{out} holds files that paperlab did not make ({found[0]}); choose an empty folder with --out")
    edited = [path for path in found if ours and (key := path.as_posix()) in ours and _hash(out / path) != ours[key]]
    if edited:
        raise Conflict(
            f"{out / edited[0]} was edited by hand; move it away (pages are built, never edited) and publish again"
        )
    foreign = [path for path in found if path.as_posix() not in {*(ours or {}), MANIFEST}]
    clash = next((path for path in foreign if path.as_posix() in content), None)
    if clash is not None:
        raise Conflict(f"{out / clash} was not made by paperlab and stands where a page must go; move it away")
    return foreign


def _files(folder: Path) -> Iterator[Path]:
    """Give all files and links below a folder, relative to it; links to folders are not entered."""
    for parent, folders, names in os.walk(folder):
        here = Path(parent)
        links = [name for name in folders if (here / name).is_symlink()]
        yield from ((here / name).relative_to(folder) for name in [*names, *links])


def _manifest(out: Path) -> dict[str, str] | None:
    """Read which files are ours; None when there is no readable manifest."""
    try:
        found = json.loads((out / MANIFEST).read_text(encoding="utf-8"))["files"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    return {str(k): str(v) for k, v in found.items()} if isinstance(found, dict) else None


def pages(out: Path) -> list[str]:
    """Give the names of a site's pages by its manifest, sorted; none where there is no site of ours."""
    return sorted(slug for name in _manifest(out) or {} if (slug := name.removesuffix("/index.html")) != name)


def _hash(path: Path) -> str:
    return "" if path.is_symlink() else hashlib.sha256(path.read_bytes()).hexdigest()


def _fill(fresh: Path, content: Mapping[str, bytes], out: Path, foreign: Sequence[Path]) -> None:
    hashes = {name: hashlib.sha256(data).hexdigest() for name, data in sorted(content.items())}
    manifest = json.dumps({"schema": 1, "files": hashes}, indent=1) + "\n"
    for name, data in [*content.items(), (MANIFEST, manifest.encode())]:
        path = fresh / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    for path in foreign:
        (fresh / path).parent.mkdir(parents=True, exist_ok=True)
        _carry(out / path, fresh / path)
    # mkdtemp makes a folder that only its owner may enter; a site is there to be served.
    fresh.chmod(0o755)
    _sync(fresh)


def _carry(old: Path, new: Path) -> None:
    """Bring a stranger's file over: as the same file where the disk allows, else as a copy."""
    if old.is_symlink():
        new.symlink_to(old.readlink())
        return
    try:
        os.link(old, new)
    except OSError:
        shutil.copy2(old, new)


def _sync(folder: Path) -> None:
    """Ask the disk to keep what was written, so that a swap never points to empty files after a power cut."""
    if hasattr(os, "sync"):
        for parent, _, names in os.walk(folder):
            for name in names:
                path = Path(parent) / name
                if not path.is_symlink():
                    with path.open("rb") as file:
                        os.fsync(file.fileno())


def _take_place(fresh: Path, out: Path, known: set[str]) -> tuple[str, ...]:
    if not out.exists():
        fresh.rename(out)
        return ()
    old_files = set(_manifest(out) or {}) | known
    if _exchange(fresh, out):
        old = fresh
    else:
        # No atomic swap here: for an instant there is no `out`; a kill then leaves the whole old site under `old`.
        old = out.with_name(f".{out.name}.old")
        out.rename(old)
        fresh.rename(out)
    return _tidy(old, old_files)


def _sweep(out: Path) -> tuple[str, ...]:
    """Take away what killed runs left beside the site; that of a process which is still at work stays.

    A leftover without a manifest is a site half-written. One with a manifest may be the old site, swapped out just
    before the kill: what is neither its own nor in the new site stays and is told.
    """
    notes: list[str] = []
    for left in sorted(out.parent.glob(f".{out.name}.*.new")):
        owner = left.name.removeprefix(f".{out.name}.").partition(".")[0]
        if left.is_symlink() or not left.is_dir() or not owner.isdigit() or _alive(int(owner)):
            continue
        ours = _manifest(left)
        if ours is None:
            shutil.rmtree(left, ignore_errors=True)
        else:
            notes += _tidy(left, {*ours, MANIFEST, *(path.as_posix() for path in _files(out))})
    return tuple(notes)


def _alive(process: int) -> bool:
    """Tell whether a process runs on this machine; where asking would end it, it counts as running."""
    if sys.platform == "win32":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def _exchange(one: Path, other: Path) -> bool:
    """Swap two folders in one step; False where the system cannot."""
    library = ctypes.CDLL(None, use_errno=True) if sys.platform in ("linux", "darwin") else None
    try:
        if sys.platform == "linux" and library is not None:
            code = library.renameat2(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _EXCHANGE)
        elif library is not None:
            code = library.renamex_np(os.fsencode(one), os.fsencode(other), _EXCHANGE)
        else:
            return False
    except AttributeError:
        return False
    return bool(code == 0)


def _tidy(old: Path, known: set[str]) -> tuple[str, ...]:
    """Take the old site away, file by file: what appeared there meanwhile stays and is told."""
    left = []
    for path in sorted(_files(old)):
        if path.as_posix() in known:
            with suppress(OSError):
                (old / path).unlink()
        else:
            left.append(path)
    for parent, _, _ in os.walk(old, topdown=False):
        with suppress(OSError):
            Path(parent).rmdir()
    return (f"{old}: {len(left)} file(s) appeared while publishing and were kept there: {left[0]}",) if left else ()
