"""Paper -> implementation folder."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from paperlab.records.extracted import Paper
from paperlab.records.measurement import CaseInfo
from paperlab.records.paper import PaperRecord
from paperlab.scaffold import card as cards
from paperlab.scaffold.entering import cases_file
from paperlab.scaffold.files import write_files, write_note
from paperlab.scaffold.ipynb import dumps, load
from paperlab.scaffold.match import match_case
from paperlab.scaffold.notebook import cells, fresh, merge
from paperlab.scaffold.parts import NOTE, merge_files
from paperlab.scaffold.plan import Plan, is_open, without_words
from paperlab.scaffold.python import model_file, template, test_file
from paperlab.scaffold.readable import readable
from paperlab.scaffold.report import NO_CASE, Report
from paperlab.scaffold.sections.opening import arxiv_link
from paperlab.scaffold.stubs import stubs
from paperlab.scaffold.text import markdown

NOTEBOOK = "notebook.ipynb"


def scaffold(
    paper: Paper,
    folder: Path,
    *,
    slug: str,
    record: PaperRecord | None,
    cases: Sequence[CaseInfo],
    idea: Mapping[str, str] | None = None,
    reading_minutes: int | None = None,
    origin: str = "",
    without: Collection[str] = (),
) -> Report:
    """Write the implementation folder of a paper, or merge into it what is new; never touch the learner's work.

    Args:
        paper: what was read out of the e-print.
        folder: where to write; made when missing.
        slug: Python identifier, see `make_slug`; kept in paper.toml.
        record: what arXiv says, None for a local e-print. Without a licence nothing is quoted.
        cases: the shared cases, one of which may be matched.
        idea: the learner's main-idea fields; they open the notebook.
        reading_minutes: estimate to show in the card.
        origin: sha256 of a local e-print's main file; kept in the card, since such a paper has no id.
        without: names of sections of the notebook to leave out, see `sections.left_out`.

    Raises:
        Conflict: notebook.ipynb is there and is no notebook.
        LabUnusable: the disk is full or read-only.
    """
    plan = make_plan(paper, slug=slug, record=record, cases=cases, idea=idea, reading_minutes=reading_minutes,
                     origin=origin, without=without)  # fmt: skip
    created = not (folder / "paper.toml").exists()
    notebook, marked = _notebook(plan, folder)
    card = {"paper.toml": cards.to_toml(plan.card).encode()}
    merged = merge_files(folder, _files(plan))
    fates = write_files(folder, merged.files | notebook | card, merged=(NOTEBOOK, *merged.done))
    write_note(folder, NOTE, merged.note)  # last: a part that is already as we write it now is no change either
    return _report(plan, folder, created, fates, (*merged.marked, *(f"{NOTEBOOK}#{i}" for i in marked)))


def make_plan(
    paper: Paper,
    *,
    slug: str,
    record: PaperRecord | None = None,
    cases: Sequence[CaseInfo] = (),
    idea: Mapping[str, str] | None = None,
    reading_minutes: int | None = None,
    origin: str = "",
    without: Collection[str] = (),
) -> Plan:
    """Decide everything that the folder will say, without writing."""
    if not is_open(record.licence if record else None):
        paper = without_words(paper)
    found = stubs(paper)
    card = cards.card(paper, record, slug, found, origin=origin)
    return Plan(paper=paper, record=record, card=card, stubs=found, match=match_case(paper, cases), cases=tuple(cases),
                idea={k: v for k, v in (idea or {}).items() if v}, reading_minutes=reading_minutes,
                without=frozenset(without))  # fmt: skip


def _files(plan: Plan) -> dict[str, bytes]:
    """Give the folder's text files; paper.toml comes last, since it makes the folder an implementation."""
    slug, title = plan.card.slug, readable(plan.card.title)
    texts = {
        "model.py": model_file(title, plan.stubs),
        f"test_{slug}.py": test_file(slug, title, plan.stubs, plan.paper.invariants, plan.paper.equations),
        "cases.py": cases_file(title, plan),
        "README.md": _readme(plan),
    }
    return {name: text.encode() for name, text in texts.items()}


def _readme(plan: Plan) -> str:
    count = len(plan.stubs)
    return template(
        "readme.md.txt",
        title=markdown(readable(plan.card.title), 300),
        link=arxiv_link(plan.card.id, plan.card.version) or "A local e-print.",
        slug=plan.card.slug,
        stubs=f"{count} function{'' if count == 1 else 's'}",
        match=f"Matched: {markdown(plan.match.case.name)}." if plan.match else "No shared case fits this paper's task.",
        first_step=first_step(plan),
    )


def _notebook(plan: Plan, folder: Path) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """Give the notebook's bytes, unchanged where the merge changes nothing, and the ids of marked cells."""
    generated = cells(plan)
    path = folder / NOTEBOOK
    if not path.exists():
        return {NOTEBOOK: dumps(fresh(generated, gpu=cards.on_gpu(plan.paper)))}, ()
    theirs = load(path)
    merged = merge(theirs, generated)
    same = merged.notebook == theirs
    return {NOTEBOOK: path.read_bytes() if same else dumps(merged.notebook)}, merged.marked


_SOUGHT = (
    ("equations", "equations"),
    ("algorithms", "algorithms"),
    ("tables", "tables"),
    ("claims", "claims"),
    ("hyperparameters", "settings"),
    ("symbols", "symbols"),
    ("references", "references"),
    ("datasets", "data sets"),
    ("metrics", "metrics"),
)


def _report(plan: Plan, folder: Path, created: bool, fates: Mapping[str, str], marked: tuple[str, ...]) -> Report:
    found = {name: len(getattr(plan.paper, name)) for name, _ in _SOUGHT} | {"claims": len(plan.card.claims)}
    functions = [s for s in plan.stubs if s.origin is not None]
    missing = [words for name, words in _SOUGHT if found[name] == 0]
    missing += ["licence"] if plan.card.licence is None else []
    missing += [NO_CASE] if plan.match is None else []
    return Report(
        folder=folder,
        created=created,
        written=tuple(n for n, fate in fates.items() if fate == "written"),
        kept=tuple(n for n, fate in fates.items() if fate == "kept"),
        marked=(*(n for n, fate in fates.items() if fate == "marked"), *marked),
        found=found | {"stubs": len(functions)},
        source=plan.paper.source.kind,
        not_found=tuple(missing),
        case=plan.match.case.name if plan.match else None,
        case_reason=plan.match.reason if plan.match else "no case fits: define your metric here",
        first_step=first_step(plan),
    )


def first_step(plan: Plan) -> str:
    """Give the one thing to do first; the function's place in the paper stands in its docstring."""
    return f"predict in notebook.ipynb, then write `{plan.stubs[0].name}` in model.py"
