"""From a file of arXiv's metadata to the corpus: read in other processes, indexed in this one."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from paperlab.errors import UsageError
from paperlab.lab.preparing import preparer, read
from paperlab.litter import uncollected
from paperlab.records.paper import PaperRecord

if TYPE_CHECKING:
    from paperlab.arxiv.bulk import Piece, Source
    from paperlab.lab import Lab

AT_ONCE = 5000
"""Records of one transaction: so many at most does an import read again that was killed."""
_ALONE_MOST = 2000
"""A source that begins with fewer records is read in this process: to start another takes longer."""
_SAMPLES = 3
_NAMES = (".json", ".jsonl", ".ndjson", ".xml", ".gz", ".tgz", ".bz2", ".xz", ".zip", ".tar")


@dataclass
class Imported:
    """What became of one source."""

    name: str
    read: int = 0
    new: int = 0
    changed: int = 0
    deleted: int = 0
    bad: int = 0
    """Records that could not be read; each cost itself alone."""
    samples: list[str] = field(default_factory=list)
    """Why, of the first few."""
    resumed: bool = False
    """True where it went on behind what an earlier import had taken in."""
    unchanged: bool = False
    """True where an earlier import had taken in all of it."""

    def faults(self, reasons: list[str]) -> None:
        """Count what could not be read."""
        self.bad += len(reasons)
        self.samples += reasons[: _SAMPLES - len(self.samples)]


def imported(lab: Lab, path: Path | None) -> tuple[Imported, ...]:
    """Take a file, the files of a folder, or stdin into the corpus; see `Lab.import_metadata`."""
    from paperlab.arxiv.bulk import Source

    done: list[Imported] = []
    strange: list[UsageError] = []
    for file in [None] if path is None else _files(path):
        try:
            done.append(_file(lab, file) if file else _source(lab, Source(sys.stdin.buffer, "stdin"), "-", ""))
        except UsageError as error:
            strange.append(error)
    if strange and not done:
        raise strange[0]
    for trouble in strange:
        lab.talk(f"paperlab: {trouble.message}; left out")
    with lab.corpus().write() as writer:
        writer.settle(lab.progress)
    return tuple(done)


def _files(path: Path) -> list[Path]:
    if not path.exists():
        raise UsageError(f"{path}: expected arXiv's metadata, found no such file")
    if not path.is_dir():
        return [path]
    found = sorted(p for p in path.iterdir() if p.is_file() and p.name.lower().endswith(_NAMES))
    if not found:
        raise UsageError(f"{path}: expected OAI pages or a dump in it ({' '.join(_NAMES)}), found none of these")
    return found


def _file(lab: Lab, file: Path) -> Imported:
    from paperlab.arxiv.bulk import fingerprint, open_source

    with closing(open_source(file)) as source:
        return _source(lab, source, str(file.resolve()), fingerprint(file))


def _source(lab: Lab, source: Source, name: str, mark: str) -> Imported:
    """Take in one source, from where an earlier import of it stopped."""
    told, after = Imported(source.name), (0, 0)
    if mark and lab.corpus().exists():
        with lab.corpus().write() as writer:
            told.unchanged = writer.unchanged(name, mark)
            after = writer.place(name, mark)
    if told.unchanged:
        return told
    told.resumed = after != (0, 0)
    pieces = source.pieces(after, AT_ONCE)
    first = next(pieces, None)
    _check(source, first, resumed=told.resumed)
    _written(lab, told, name, mark, source.size(), first, pieces)
    return told


def _check(source: Source, first: Piece | None, *, resumed: bool) -> None:
    """Refuse a file of which nothing at the beginning can be read, before a corpus is made for it."""
    faults = list(first.faults) if first else []
    for item in read(first.kind, first.items) if first else ():
        if not isinstance(item, UsageError):
            return
        faults.append(item.message)
    if not resumed:
        raise UsageError(
            f"{source.name}: expected arXiv's metadata, one JSON object a line or OAI records, got "
            f"{len(faults) or 'no'} items of which none can be read ({'; '.join(faults[:1]) or 'it is empty'})"
        )


def _written(
    lab: Lab, told: Imported, name: str, mark: str, size: int, first: Piece | None, rest: Iterator[Piece]
) -> None:
    """Write piece after piece, while the next one is prepared."""
    with lab.corpus().write() as writer, uncollected():
        number = writer.begin(name, mark)
        items = read(first.kind, first.items) if first else ()
        common = writer.common(item for item in items if isinstance(item, PaperRecord))
        with preparer(common, alone=first is None or len(first.items) < _ALONE_MOST) as prepare:
            for piece, rows, deleted, faults in prepare(_all(first, rest)):
                done = writer.write(rows, deleted, source=number, place=piece.place)
                told.read += len(piece.items)
                told.new, told.changed = told.new + done.new, told.changed + done.changed
                told.deleted += done.deleted
                told.faults([*piece.faults, *faults])
                lab.progress(min(piece.raw, size) // 1_000_000, size // 1_000_000 + 1, f"MB, {told.read:,} records")
        writer.finish(number)
        lab.progress(1, 1, "MB")


def _all(first: Piece | None, rest: Iterator[Piece]) -> Iterator[Piece]:
    if first is not None:
        yield first
        yield from rest
