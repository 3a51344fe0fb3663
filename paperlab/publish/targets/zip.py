"""A site as one archive: the same folder, with fixed dates, so that two builds give the same bytes."""

from __future__ import annotations

import os
import tempfile
import zipfile
from pathlib import Path

from paperlab.errors import LabUnusable

_DATE = (1980, 1, 1, 0, 0, 0)
"""The earliest that the format knows."""


def write(site: Path, archive: Path) -> Path:
    """Pack a published folder.

    Args:
        site: a folder that paperlab published; links and hidden files are left out.
        archive: the `.zip` to write; an old one is replaced in one step.

    Raises:
        LabUnusable: the disk is full or read-only.
    """
    names = [path for path in sorted(site.rglob("*")) if path.is_file() and not path.is_symlink()]
    kept = [path for path in names if not any(part.startswith(".") for part in path.relative_to(site).parts)]
    try:
        archive.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=f".{archive.name}.", dir=archive.parent)
        with os.fdopen(handle, "wb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
            for path in kept:
                packed.writestr(_entry(path.relative_to(site).as_posix()), path.read_bytes())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(archive)
    except OSError as error:
        raise LabUnusable(f"{archive}: cannot write: {error.strerror or error}; free space or choose --out") from error
    return archive


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _DATE)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry
