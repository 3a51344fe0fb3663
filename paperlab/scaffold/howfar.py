"""How far a folder is: the steps of the method, read off its notebook, its card and what was measured."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from paperlab.errors import Conflict
from paperlab.records.card import TRAINED_KINDS, Card
from paperlab.records.progress import Judged, Progress, Step
from paperlab.scaffold.ipynb import Cell, load
from paperlab.scaffold.notebook import adopted, base, is_untouched

_NOTEBOOK = "notebook.ipynb"


def _predicts(text: str) -> bool:
    return "reaches ... because ..." not in text


def _uses_model(text: str) -> bool:
    """Tell whether code loads model.py: `fresh("model.py")`, `import model`; a comment about it is no use."""
    try:
        nodes = [*ast.walk(ast.parse(text))]
    except (SyntaxError, ValueError, RecursionError):
        return bool(_MODEL.search(text))  # a cell with a magic is no Python, and may be right
    names = {n.id for n in nodes if isinstance(n, ast.Name)} | {
        a.name for n in nodes if isinstance(n, ast.Import) for a in n.names
    }
    modules = {n.module for n in nodes if isinstance(n, ast.ImportFrom)}
    return "model" in modules or not names.isdisjoint(("fresh", "model"))


def _has_row(text: str) -> bool:
    """Tell whether a table has a row that says something, behind its head and its rule."""
    rows = [line for line in text.splitlines() if line.lstrip().startswith("|")][2:]
    return any(len(_WORD.findall(row)) >= _ROW_WORDS for row in rows)


def _explains(text: str) -> bool:
    return len(_WORD.findall(text)) >= _EXPLAINED_WORDS


def _any(_: str) -> bool:
    return True


_MODEL = re.compile(r"\bfresh\(|\bmodel\b(?=[.,)\s])")
_WORD = re.compile(r"[^\W\d_]{2,}")
_ROW_WORDS, _EXPLAINED_WORDS, _CLAIM_WORDS = 3, 30, 4
"""Words of two letters and more; the cell to explain in is generated with eleven."""


class Asked(NamedTuple):
    """A cell that the learner is to change."""

    name: str
    cell: str
    todo: str
    says: Callable[[str], bool] = _any
    """Tells whether the changed cell does what it is there for."""


_BEFORE = (
    Asked(
        "prediction", "pl-minute-3", "write down your prediction in notebook.ipynb, before you run anything", _predicts
    ),
    Asked("metric defined", "pl-metric-2", "define the paper's metric in notebook.ipynb, with three examples by hand"),
)
_BETWEEN = (
    Asked(
        "one batch overfitted", "pl-overfit-2", "put your model into notebook.ipynb's `Overfit one batch`", _uses_model
    ),
)
_AFTER = (
    Asked(
        "failure log", "pl-failures-2", "write a row of the failure log in notebook.ipynb: what did not work?", _has_row
    ),
    Asked("explained", "pl-explain-2", "explain it in five sentences in notebook.ipynb", _explains),
)
"""In the order of the method: what comes before the functions, before a bench, and after it."""


class Measured(NamedTuple):
    """What the lab knows of a folder's runs."""

    verdicts: Mapping[str, str]
    """Claim's id -> verdict."""
    beaten: bool | None
    """Whether ours is better than the naive baselines on a case; None where nothing was measured."""
    beside: str = ""
    """The two numbers, in words."""
    idle: str = ""
    """The arm or check that a verdict would rest on and that never calls model.py, in words; empty where there is none."""


def progress(
    folder: Path, card: Card, judged: Sequence[Judged], problems: Sequence[str], measured: Measured
) -> Progress:
    """Say how far a folder is, and what the next small step is.

    Args:
        folder: the implementation.
        card: its paper.toml.
        judged: its pieces, with what the tests said.
        problems: what else is wrong with the tests.
        measured: what its runs came to.
    """
    book = _notebook(folder)
    functions = [_functions(judged, problems)] if judged or problems else []
    steps = (
        *_cells(book, _BEFORE),
        *functions,
        *_cells(book, _BETWEEN),
        *_numbers(card, measured),
        *_cells(book, _AFTER),
    )
    first = next((step.todo for step in steps if not step.done), f"share it: `paperlab publish {card.slug}`")
    return Progress(card.slug, tuple(judged), steps, tuple(problems), first)


def _notebook(folder: Path) -> tuple[Mapping[str, Cell], Mapping[str, str]]:
    """Give the cells of a notebook by id, and the hashes of what was generated; nothing of one that is none."""
    try:
        book = load(folder / _NOTEBOOK)
    except (OSError, Conflict):
        return {}, {}
    known = base(book)
    return {str(cell.get("id")): cell for cell in adopted(book["cells"], known)}, known


def _cells(book: tuple[Mapping[str, Cell], Mapping[str, str]], asked: Sequence[Asked]) -> Iterator[Step]:
    """Tell of each cell whether the learner has changed it; what the scaffold never wrote is not asked for."""
    cells, known = book
    for one in asked:
        cell = cells.get(one.cell)
        if cell is not None:
            changed = not is_untouched(cell, known)
            done = changed and one.says("".join(cell["source"]))
            yield Step(one.name, done, "written" if done else "begun" if changed else "as it was generated", one.todo)


def _functions(judged: Sequence[Judged], problems: Sequence[str]) -> Step:
    green = sum(one.state == "green" for one in judged)
    wrong = next((one for one in judged if one.state != "green"), None)
    todo = _mend(wrong) if wrong else f"mend the tests: {problems[0]}" if problems else ""
    done = wrong is None and not problems
    return Step("functions written and green", done, f"{green} of {len(judged)}", todo)


def _mend(one: Judged) -> str:
    name, place = one.piece.name, one.piece.place or "its place in the paper"
    line = f"model.py, line {one.line or one.piece.lines[0]}"
    return {
        "red": f"mend `{name}` ({place}; {line}): {one.message}",
        "not written": f"write {place} as `{name}` in {line}",
        "not tested": f"write a test of `{name}` ({place}), and see it red once",
    }[one.state]


def _numbers(card: Card, measured: Measured) -> Iterator[Step]:
    """Tell of the claims: judged, better than naive, said in the learner's own words."""
    slug, main = card.slug, [claim for claim in card.claims if claim.main]
    judged = sum(measured.verdicts.get(claim.id, "not tested") != "not tested" for claim in card.claims)
    trained = any(claim.case and claim.kind in TRAINED_KINDS for claim in card.claims)
    if measured.idle:
        yield Step("model.py measured", False, "never called", measured.idle)
    if measured.beaten is not None:
        yield Step("baseline beaten", measured.beaten, measured.beside, "beat the naive baseline before anything finer")
    elif trained or not any(claim.case for claim in card.claims):  # claims that an oracle decides have no baseline
        todo = _enter(card) or f"measure it: `paperlab bench {slug}`"
        yield Step("baseline beaten", False, "nothing measured yet", todo)
    todo = (
        _enter(card)
        or f"judge the claims: `paperlab bench {slug}`; `paperlab claims {slug}` says why one is not tested"
    )
    yield Step("claims judged", bool(judged), f"{judged} of {len(card.claims)}", todo)
    written = [claim.sentence.strip() for claim in main if len(_WORD.findall(claim.sentence)) >= _CLAIM_WORDS]
    said = len(set(written))
    note = f"{said} of {len(main)} main ones" + "; equal sentences count once" * (said < len(written))
    yield Step("claims in your words", said == len(main), note, "write each main claim's `sentence` in paper.toml")


def _enter(card: Card) -> str:
    """Say what must stand in the card before a bench can decide anything; nothing where a claim names its case."""
    if any(claim.case for claim in card.claims):
        return ""
    return "enter a case in cases.py, and name it in the claim that it decides in paper.toml (`case`, `compare`)"
