"""A folder as bytes: what a unit's code needs goes along to a machine that does not see this one's disk."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from paperlab.errors import UsageError

MOST = 64 * 2**20
"""Bytes of files that travel; data beyond that belong where each machine can read them."""


def packed(folder: Path) -> bytes:
    """Give the folder's files as an archive.

    Hidden ones, __pycache__ and links that lead out of the folder stay at home.

    Raises:
        UsageError: the files are too large to go along.
    """
    inside = [p for p in sorted(folder.rglob("*")) if p.is_file() and _travels(p, folder)]
    size = sum(p.stat().st_size for p in inside)
    if size > MOST:
        most = f"at most {MOST // 2**20} MB travel to another machine"
        raise UsageError(f"{folder.name} holds {size // 2**20} MB, and {most}; keep data where each machine reads them")
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in inside:
            archive.writestr(zipfile.ZipInfo(path.relative_to(folder).as_posix()), path.read_bytes())
    return held.getvalue()


def unpacked(parcel: bytes, folder: Path) -> Path:
    """Write what `packed` gave into a folder, which is made, and give it."""
    with zipfile.ZipFile(io.BytesIO(parcel)) as archive:
        archive.extractall(folder)
    return folder


def _travels(path: Path, folder: Path) -> bool:
    parts = path.relative_to(folder).parts
    hidden = any(part.startswith(".") or part == "__pycache__" for part in parts)
    return not hidden and path.resolve().is_relative_to(folder.resolve())
