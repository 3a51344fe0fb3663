"""From an id or a path to a `Paper`: e-print and extraction joined."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from paperlab.errors import BadAnswer, NetworkError, NothingFound, UsageError
from paperlab.lab.base import still
from paperlab.lab.root import expanded
from paperlab.records.ids import PaperId

if TYPE_CHECKING:
    from paperlab.lab import Lab
    from paperlab.records.extracted import Paper
    from paperlab.records.paper import PaperRecord


@dataclass(frozen=True, slots=True)
class Source:
    """What a person named: a path on disk, or an arXiv id."""

    path: Path | None
    id: PaperId | None


def named(text: str) -> Source:
    """Tell whether `text` names something on disk or a paper of arXiv; a path that is there comes first.

    Raises:
        UsageError: it is neither.
    """
    path = expanded(text)
    found = PaperId.maybe(text)
    if text.strip() and _is_there(path) and (found is None or path.is_dir() or path.suffix):
        return Source(path, None)
    if fault := PaperId.fault(text):
        raise UsageError(f"expected an arXiv id, or a folder, archive or file on disk, got {fault.context['got']}")
    return Source(None, found)


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name that is too long names nothing
        return False


def read(lab: Lab | None, source: Source, cache: Path, *, reader: str | None = None) -> Paper:
    """Extract everything from an e-print, fetching it first where an id was named; a lab shows that it is at it."""
    told = lab.progress if lab else still
    what = f"reading {source.id or ascii(source.path.name if source.path else '')[1:-1]}"
    told(0, 1, what)
    try:
        return _read(lab, source, cache, reader=reader)
    finally:
        told(1, 1, what)


def _read(lab: Lab | None, source: Source, cache: Path, *, reader: str | None) -> Paper:
    if source.path is not None:
        return _from_path(source.path, cache, reader=reader)
    if lab is None or source.id is None:
        raise UsageError(
            "expected to be inside a lab, since fetched e-prints are kept there; run `paperlab init` first"
        )
    record = lab.record(source.id)
    paper = _from_arxiv(lab, source.id, record, cache, reader=reader)
    lab.keep_references(source.id.base, paper)
    return paper


def origin(source: Source, paper: Paper, cache: Path) -> str:
    """Give the sha256 of the main file of a local e-print, so that its folder is found again; empty for an id."""
    from paperlab.arxiv import unpack

    if source.path is None or not paper.source.main_file:
        return ""
    root = unpack(source.path, cache).root.resolve()
    main = (root / paper.source.main_file).resolve()
    inside = main.is_file() and main.is_relative_to(root)
    return hashlib.sha256(main.read_bytes()).hexdigest() if inside else ""


def _from_path(path: Path, cache: Path, *, reader: str | None) -> Paper:
    from paperlab.arxiv import unpack
    from paperlab.extract import extract

    try:
        eprint = unpack(path, cache)
    except BadAnswer as error:  # no server answered: the file is at fault
        raise UsageError(error.message) from error
    try:
        return extract(eprint.root, kind=eprint.kind, reader=reader)
    except NothingFound as error:
        raise NothingFound(f"{ascii(str(path))[1:-1]}: {error.message}") from error


def _from_arxiv(lab: Lab, id: PaperId, record: PaperRecord | None, cache: Path, *, reader: str | None) -> Paper:
    """Read the e-print; where there is none, the abstract alone is still a paper."""
    from paperlab.extract import extract

    try:
        eprint = lab.client().eprint(id, cache)
    except NothingFound as error:
        if record is None:
            raise
        if error.context.get("withdrawn") and id.version in (None, record.version):
            _mark_withdrawn(lab, record)
        lab.talk(f"{error.message}; its abstract alone is read")
        empty = cache / "nothing"
        empty.mkdir(parents=True, exist_ok=True)
        return extract(empty, kind="abstract", record=record)
    paper = extract(eprint.root, kind=eprint.kind, reader=reader, record=record)
    if paper.source.kind == "abstract" and reader != "abstract":
        lab.talk(f"{id}: nothing could be read out of its {_KINDS[eprint.kind]}; its abstract alone is read")
    return paper


def _mark_withdrawn(lab: Lab, record: PaperRecord) -> None:
    """Keep that nothing is left of a version: the words of its comment need not say so."""
    with lab.library(write=True) as library:
        if library.record(record.id) is not None:
            library.save_records([replace(record, withdrawn=True)], command=f"withdrawn {record.id}")


_KINDS = {"latex": "LaTeX", "html": "HTML", "pdf": "PDF"}


def fetch_record(lab: Lab, id: PaperId) -> PaperRecord | None:
    """Give what arXiv says about a paper: the list's own copy, else asked for; None when it cannot be asked now."""
    with lab.library() as library:
        kept = library.record(id.base)
    if kept is not None and id.version in (None, kept.version):
        return kept
    try:
        found = lab.client().lookup([id])
    except NetworkError:
        return None
    if not found.found:
        raise NothingFound(f"arXiv knows no paper {id}; check the number")
    return found.found[0]
