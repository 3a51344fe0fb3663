"""`implement`: a paper becomes a folder, or a shipped folder is copied."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from paperlab.errors import Conflict, NothingFound, UsageError
from paperlab.lab.folders import CARD, Folder, folders, read_card
from paperlab.lab.following import follow
from paperlab.lab.placing import placed
from paperlab.records.ids import PaperId

if TYPE_CHECKING:
    from paperlab.lab import Lab
    from paperlab.lab.papers import Source
    from paperlab.records.extracted import Paper
    from paperlab.records.paper import PaperRecord
    from paperlab.scaffold import Report

HIDDEN = shutil.ignore_patterns("__pycache__", ".*", "*.pyc")


@dataclass(frozen=True, slots=True)
class Made:
    """The folder, and at most ten lines about it."""

    slug: str
    folder: Path
    lines: tuple[str, ...]


def implement(lab: Lab, text: str, *, slug: str | None, blank: bool) -> Made:
    """Make, merge or copy the folder of a paper.

    Raises:
        NothingFound: --blank of a paper that ships without a solution, or a paper that arXiv does not know.
        Conflict: the slug belongs to another paper, or to the finished folder that --blank would write over.
    """
    if slug is not None and not slug.isidentifier():
        raise UsageError(f"expected a slug that is a Python identifier, like flash_attention, got {slug!r}")
    known = _known(lab, text)
    if blank:
        made = _blank(lab, text, known, slug)
    elif known and not known.card.generated:
        made = _copy(lab, known, slug)
    else:
        made = _scaffold(lab, text, known, slug)
    id = PaperId.maybe(text) or PaperId.maybe(known.card.id if known and known.card.id else "")
    follow(lab, id.base if id else None, "implementing", act="implement")
    return made


def _known(lab: Lab, text: str) -> Folder | None:
    """Find the implementation that is there already: by slug, or by one of its ids."""
    found = PaperId.maybe(text)
    for one in folders(lab.root):
        ids = {one.card.id, *one.card.also} if not one.path.name.endswith("_blank") else set()
        if one.path.name == text or (found and found.base in ids):
            return one
    return None


def _target(lab: Lab, slug: str, *, id: str | None) -> Path:
    """Give the folder for a slug, if it is free or belongs to the same paper."""
    path = lab.root / "implementations" / slug
    if path.exists():
        if not (path / CARD).is_file():
            raise Conflict(f"{path} is there and is no implementation; choose another name with --slug")
        there = read_card(path)
        if there.id != id:
            raise Conflict(f"{path} belongs to {there.id or there.title!r}; choose another name with --slug")
    return path


def _blank(lab: Lab, text: str, known: Folder | None, slug: str | None) -> Made:
    from paperlab.scaffold import blank

    if known is None or known.card.generated:
        raise NothingFound(f"no solution ships for {text}; run `paperlab implement {text}` without --blank")
    name = slug or f"{known.card.slug}_blank"
    if lab.root / "implementations" / name == known.path:
        raise Conflict(f"{known.path} is the finished folder, which is never touched; choose another name with --slug")
    target = _target(lab, name, id=known.card.id)
    with placed(target) as fresh:
        report = replace(blank(known.path, fresh), folder=target)
    return Made(name, target, _lines(report))


def _copy(lab: Lab, known: Folder, slug: str | None) -> Made:
    """Copy a shipped folder into the lab, whole or not at all; a finished folder is never touched."""
    name = known.card.slug
    if slug not in (None, name):
        raise UsageError(f"{known.card.id} ships as {name}; copy the folder yourself to give it another name")
    if not known.shipped:
        return Made(name, known.path, (f"{name} is here already and is finished; nothing was changed",))
    target = _target(lab, name, id=known.card.id)
    with placed(target) as fresh:
        shutil.copytree(known.path, fresh, ignore=HIDDEN)
    lines = (f"{known.card.title}: a finished implementation, copied", f"next: `paperlab bench {name}`")
    return Made(name, target, lines)


def _scaffold(lab: Lab, text: str, known: Folder | None, slug: str | None) -> Made:
    """Extract the paper and write or merge its folder."""
    from paperlab.harness import case_infos
    from paperlab.lab.papers import named, read
    from paperlab.scaffold import make_slug, scaffold

    source = named(known.card.id if known and known.card.id and text == known.card.slug else text)
    record = lab.record(source.id) if source.id else None
    paper = read(lab, source, lab.cache)
    name = slug or (known.card.slug if known else make_slug(_title(paper, record), _taken(lab)))
    target = _target(lab, name, id=_id(source, paper))
    cases, idea = case_infos(), _idea(lab, source)
    with placed(target) as fresh:
        made = scaffold(paper, fresh, slug=name, record=record, cases=cases, idea=idea)
        report = replace(made, folder=target)
    return Made(name, target, _lines(report))


def _lines(report: Report) -> tuple[str, ...]:
    """Say in at most ten lines what was found, what was not, and what to do first."""
    found = ", ".join(f"{count} {name}" for name, count in report.found.items() if count)
    fate = "made" if report.created else "merged" if report.written else "nothing changed in"
    lines = [f"{fate} {report.folder}", f"found: {found or 'nothing'}"]
    lines += [f"not found: {', '.join(report.not_found)}"] if report.not_found else []
    lines += [f"case: {report.case or 'none'} ({report.case_reason})"] if report.case_reason else []
    lines += [f"yours, left as it is: {', '.join(report.marked[:5])}"] if report.marked else []
    return (*lines, f"first: {report.first_step}") if report.first_step else tuple(lines)


def _id(source: Source, paper: Paper) -> str | None:
    return source.id.base if source.id else paper.id


def _title(paper: Paper, record: PaperRecord | None) -> str:
    return (record.title if record else "") or paper.title or "paper"


def _taken(lab: Lab) -> Sequence[str]:
    mine = lab.root / "implementations"
    return [f.path.name for f in folders(lab.root)] + [p.name for p in mine.glob("*")]


def _idea(lab: Lab, source: Source) -> dict[str, str]:
    """Give the main idea that the learner wrote down, if the paper is on the list."""
    if source.id is None:
        return {}
    with lab.library() as library:
        try:
            return {name: text for name, text in library.ideas(source.id.base).items() if text}
        except NothingFound:
            return {}
