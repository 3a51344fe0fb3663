"""`implement`: a paper becomes a folder, or a shipped folder is copied."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from paperlab.errors import Conflict, NothingFound, UsageError
from paperlab.lab.base import silent
from paperlab.lab.folders import Folder, folders, own, read_card, shelf, slugs
from paperlab.lab.following import follow
from paperlab.lab.made import CARD
from paperlab.lab.placing import copy, placed
from paperlab.records.ids import PaperId

if TYPE_CHECKING:
    from paperlab.lab import Lab
    from paperlab.lab.papers import Source
    from paperlab.records.card import Card
    from paperlab.records.extracted import Paper
    from paperlab.records.paper import PaperRecord
    from paperlab.scaffold import Report

MANIFEST = ".paperlab.json"
"""The scaffold's memory of what it wrote; a finished folder has none."""
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
    _legal(slug)
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


SLUG = re.compile(r"[a-z][a-z0-9_]{0,79}")
"""What a folder, a test file and a page's address may all be called."""


def _legal(slug: str | None) -> None:
    """Refuse a name that is no Python identifier, or that `bench` reads as a verb of its own."""
    from paperlab.scaffold import make_slug

    if slug is None:
        return
    if not SLUG.fullmatch(slug):
        raise UsageError(f"expected --slug of small letters, digits and _, like flash_attention, got {slug[:80]!r}")
    if make_slug(slug, ()) == f"{slug}_paper":
        raise UsageError(f"expected --slug to be no word of Python or of `paperlab bench`, got {slug!r}")


def _known(lab: Lab, text: str) -> Folder | None:
    """Find the implementation that is there already: by slug, or by one of its ids."""
    found = PaperId.maybe(text)
    for one in (
        *folders(lab.root, lab.talk),
        *folders(None),
    ):  # a shipped paper may hide behind another's folder of its name
        ids = {one.card.id, *one.card.also} if not is_blank(one.path, one.card) else set()
        if one.path.name == text or (found and found.base in ids):
            return one
    return None


def is_blank(folder: Path, card: Card) -> bool:
    """Tell whether a folder holds a solution's stubs: it has our manifest, and was not generated from a paper."""
    return not card.generated and (folder / MANIFEST).is_file()


def _same_paper(card: Card, paper: Paper, *, id: str | None, origin: str) -> bool:
    """Tell whether a card is of this paper: by id; without one by its main file, or by title and authors."""
    if id or card.id:
        return card.id == id
    if origin and card.generated.get("origin") == origin:
        return True
    return bool(card.authors) and (card.title, card.authors) == (" ".join(paper.title.split()), paper.authors)


def _same_title(card: Card, paper: Paper) -> bool:
    return card.id is None and paper.id is None and bool(card.title) and card.title == " ".join(paper.title.split())


def _target(lab: Lab, slug: str, same: Callable[[Card], bool]) -> Path:
    """Give the folder for a slug, if it is free or belongs to the same paper.

    Raises:
        Conflict: another paper, or something that is no implementation, has this name.
    """
    path = lab.root / "implementations" / slug
    # A name of the shelf is taken too: here it would hide the paper that ships under it.
    there = next((one for one in (path, shelf() / slug) if (one / CARD).is_file()), None)
    if there:
        card = read_card(there)
        if not same(card):
            raise Conflict(f"{there} belongs to {card.id or card.title[:80]!r}; choose another name with --slug")
    if there != path and (path.is_symlink() or (path.exists() and not path.is_dir())):
        raise Conflict(
            f"expected {path} to be free, found something that is no folder; choose another name with --slug"
        )
    return path


def _blank(lab: Lab, text: str, known: Folder | None, slug: str | None) -> Made:
    from paperlab.scaffold import blank

    if known is None or known.card.generated:
        raise NothingFound(f"no solution ships for {text}; run `paperlab implement {text}` without --blank")
    name = slug or f"{known.card.slug}_blank"
    place = lab.root / "implementations" / name
    if place == known.path:
        raise Conflict(f"{place} is the finished folder, which is never touched; choose another name with --slug")
    target = _target(lab, name, lambda there: there.id == known.card.id and is_blank(place, there))
    with placed(target) as fresh:
        report = replace(blank(known.path, fresh, slug=name), folder=target)
    return Made(name, target, told(report))


def _copy(lab: Lab, known: Folder, slug: str | None) -> Made:
    """Copy a shipped folder into the lab, whole or not at all; a finished folder is never touched."""
    name = known.card.slug
    if slug not in (None, name):
        raise UsageError(f"{known.card.id} ships as {name}; copy the folder yourself to give it another name")
    if not known.shipped:
        return Made(name, known.path, (f"{name} is here already and is finished; nothing was changed",))
    target = lab.root / "implementations" / name
    if target.exists() or target.is_symlink():
        raise Conflict(f"expected {target} to be free for a copy of {known.card.title[:80]!r}; move it away first")
    with placed(target) as fresh:
        copy(known.path, fresh, ignore=HIDDEN)
    lines = (f"{known.card.title}: a finished implementation, copied", f"next: `paperlab bench {name}`")
    return Made(name, target, lines)


def _scaffold(lab: Lab, text: str, known: Folder | None, slug: str | None) -> Made:
    """Extract the paper and write or merge its folder."""
    from paperlab.lab.papers import origin, read
    from paperlab.scaffold import left_out, make_slug, scaffold

    without = left_out(lab.settings.text("scaffold.without"))
    source = _source(text, known)
    record = lab.record(source.id) if source.id else None
    paper = read(lab, source, lab.cache)
    id, mark = _id(source, paper), origin(source, paper, lab.cache)

    def same(card: Card) -> bool:
        return _same_paper(card, paper, id=id, origin=mark)

    known = known or next((f for f in own(lab.root, silent) if f.card.generated and same(f.card)), None)
    name = slug or (known.card.slug if known else make_slug(_title(paper, record), _taken(lab), id=id))
    # Who names the folder means this one: there the title is enough, though the file has changed since.
    target = _target(lab, name, lambda card: same(card) or (bool(slug and card.generated) and _same_title(card, paper)))
    if known and not (slug or known.shipped or (target / CARD).is_file()):
        target = known.path  # its learner renamed the folder; the slug in its card stays
    cases, idea = [case for case, _ in lab.cases()], _idea(lab, source)
    with placed(target) as fresh:
        made = scaffold(paper, fresh, slug=name, record=record, cases=cases, idea=idea, origin=mark, without=without)
        report = replace(made, folder=target)
    return Made(name, target, told(report))


def _source(text: str, known: Folder | None) -> Source:
    """Tell what to read: for a slug the id of its paper; a path, where the paper has none, must be given again."""
    from paperlab.lab.papers import named

    if known is None or text != known.card.slug:
        return named(text)
    if known.card.id is None:
        raise UsageError(f"{text} was made from a file on disk and has no arXiv id; give that path once more")
    return named(known.card.id)


def told(report: Report) -> tuple[str, ...]:
    """Say in at most ten lines, of a terminal as narrow as 40 columns, what was found, what was not, and what to do first.

    The folder's place is the answer and follows on a line of its own; what is not found is a word each.
    """
    from paperlab.scaffold.report import NO_CASE

    found = ", ".join(_counted(name, count) for name, count in report.found.items() if count)
    missing = ", ".join(words for words in report.not_found if words != NO_CASE)  # the next line says that
    fate = "made" if report.created else "merged" if report.written else "unchanged"
    lines = [f"{fate}{_READ.get(report.source, '')}: {found or 'nothing'}"]
    lines += [f"not found: {missing}"] if missing else []
    case = f"case: {report.case_reason.removeprefix('case ')}" if report.case else NO_METRIC
    lines += [case] if report.case_reason else []  # a blank without claims has none to name
    more = f" and {len(report.marked) - MOST_NAMED} more" if len(report.marked) > MOST_NAMED else ""
    lines += [f"yours, kept: {', '.join(report.marked[:MOST_NAMED])}{more}"] if report.marked else []
    return (*lines, f"first: {report.first_step}") if report.first_step else tuple(lines)


_READ = {"html": " from HTML", "pdf": " from the PDF", "abstract": " from the abstract"}
"""What was read instead of the LaTeX: the paper may hold what is said not to be found."""
MOST_NAMED = 1
"""Files and cells that are named; of more the number is said."""
NO_METRIC = "no case fits: define your metric"
_SHORT = {"datasets": "data sets", "hyperparameters": "settings"}


def _counted(name: str, count: int) -> str:
    words = _SHORT.get(name, name)
    return f"{count} {words.removesuffix('s') if count == 1 else words}"


def _id(source: Source, paper: Paper) -> str | None:
    return source.id.base if source.id else paper.id


def _title(paper: Paper, record: PaperRecord | None) -> str:
    return (record.title if record else "") or paper.title


def _taken(lab: Lab) -> Sequence[str]:
    mine = lab.root / "implementations"
    return [*slugs(lab.root), *(p.name for p in mine.glob("*"))]


def _idea(lab: Lab, source: Source) -> dict[str, str]:
    """Give the main idea that the learner wrote down, if the paper is on the list."""
    if source.id is None:
        return {}
    with lab.library() as library:
        try:
            return {name: text for name, text in library.ideas(source.id.base).items() if text}
        except NothingFound:
            return {}
