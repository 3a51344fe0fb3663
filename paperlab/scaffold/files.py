"""Writing a folder so that nothing of the learner's is lost and a kill leaves old or new files, never half of one.

`.paperlab.json` remembers the sha256 of each file as we wrote it. A file that still has that hash is ours and may be
written anew; any other belongs to the learner.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from paperlab import litter
from paperlab.errors import LabUnusable

MANIFEST = ".paperlab.json"


def sha256(data: bytes) -> str:
    """Give the sha256 of bytes, hex."""
    return hashlib.sha256(data).hexdigest()


def write_atomically(path: Path, data: bytes) -> None:
    """Replace `path` in one step; a link in its place is replaced, never followed.

    Raises:
        LabUnusable: the disk is full or read-only.
    """
    scratch = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        litter.sweep(path.parent, path.name)
        with scratch.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        scratch.replace(path)
    except OSError as error:
        with suppress(OSError):
            scratch.unlink()
        raise LabUnusable(
            f"{path}: expected to write {len(data)} bytes, got: {error}; free space or check rights"
        ) from error


def read_manifest(folder: Path) -> dict[str, list[str]]:
    """Give file name -> hashes that we wrote; empty where there is none or it cannot be read."""
    try:
        return {str(k): [str(h) for h in v] for k, v in _manifest(folder)["files"].items()}
    except (KeyError, TypeError, AttributeError):
        return {}


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        data = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def read_note(folder: Path, name: str) -> dict[str, str]:
    """Give what the manifest remembers under a name beside its files; empty where there is nothing."""
    note = _manifest(folder).get(name)
    return {str(k): str(v) for k, v in note.items()} if isinstance(note, dict) else {}


def write_note(folder: Path, name: str, note: Mapping[str, str]) -> None:
    """Remember something in the manifest beside its files.

    Raises:
        LabUnusable: the disk is full or read-only.
    """
    _write(folder, _manifest(folder) | {name: dict(note)})


def _write_manifest(folder: Path, files: Mapping[str, list[str]]) -> None:
    _write(folder, _manifest(folder) | {"schema": 1, "files": files})


def _write(folder: Path, manifest: Mapping[str, Any]) -> None:
    data = (json.dumps(manifest, indent=1, sort_keys=True) + "\n").encode()
    if _read(folder / MANIFEST) != data:
        write_atomically(folder / MANIFEST, data)


def _read(path: Path) -> bytes | None:
    """Give a regular file's bytes; None for what is missing, a link or not a file."""
    return path.read_bytes() if path.is_file() and not path.is_symlink() else None


def is_ours(path: Path, new: bytes, hashes: list[str]) -> bool:
    """Say whether a file may be written: missing, as we wrote it, or already as we would write it."""
    current = _read(path)
    if current is None:
        return not path.exists() and not path.is_symlink()
    return current == new or sha256(current) in hashes


def write_files(folder: Path, files: Mapping[str, bytes], *, merged: Collection[str] = ()) -> dict[str, str]:
    """Write what is ours to write, in the order given, and remember it.

    The manifest goes first with the old and the new hashes, so that a kill between two files leaves each of them
    known as ours; it goes once more at the end with the new ones alone.

    Args:
        folder: made when missing.
        files: file name -> bytes.
        merged: names whose bytes already hold the learner's work; they are written whatever stands there.

    Returns:
        file name -> `written`, `kept` (equal already, or the learner's) or `marked` (the learner's, and ours is newer).
    """
    known = read_manifest(folder)
    fates = {n: _fate(folder / n, data, known.get(n, []), merged=n in merged) for n, data in files.items()}
    # Bytes that hold the learner's work never count as ours.
    offered = {n: "" if n in merged and n in known else sha256(data) for n, data in files.items()}
    if "written" in fates.values():
        _make(folder)
        _clear_scratch(folder)
        _write_manifest(folder, known | {n: _joined(known.get(n, []), h) for n, h in offered.items()})
        for name in (n for n, fate in fates.items() if fate == "written"):
            write_atomically(folder / name, files[name])
    if fates:
        final = {n: known.get(n, []) if not h or fates[n] == "marked" else [h] for n, h in offered.items()}
        _write_manifest(folder, known | final)
    return fates


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LabUnusable(
            f"{folder}: expected to make this folder, got: {error}; free space or check rights"
        ) from error


def _joined(hashes: list[str], new: str) -> list[str]:
    return list(dict.fromkeys([*hashes, *([new] if new else [])]))


def _fate(path: Path, data: bytes, hashes: list[str], *, merged: bool) -> str:
    if _read(path) == data:
        return "kept"
    if merged or is_ours(path, data, hashes):
        return "written"
    return "kept" if sha256(data) in hashes else "marked"


def _clear_scratch(folder: Path) -> None:
    """Remove what a killed run left behind."""
    for leftover in folder.glob(".*.tmp"):
        with suppress(OSError):
            leftover.unlink()
