"""The pieces of a model.py: which function stands for which equation, which are written, what their tests said."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Iterator, Sequence

from paperlab.errors import UsageError
from paperlab.records.progress import Judged, Piece, Ran

_PLACE = re.compile(
    r"(?:(?:Equations?|Eqs?\.|Algorithms?|Listings?|Sections?|Appendix|Definition|Theorem|Lemma|Table|Figure)"
    r"\s+(?:\([^()\s]+\)|[A-Z0-9]\w*(?:\.\w+)*)|An unnumbered \w+|(?:Algorithm|Listing)(?=[,.]))(?:,\s+(?:Section|Appendix)\s+[A-Z0-9]\w*(?:\.\w+)*)?"
)
_MARKER = re.compile(r"#\s*--- solution: (.*\S)")
_OURS = "The paper's lines"
"""How the scaffold's own comment begins, which is no line of the paper."""
_Function = ast.FunctionDef | ast.AsyncFunctionDef


def pieces_of(text: str, *, where: str = "model.py") -> tuple[Piece, ...]:
    """Give the functions of a model.py that name a place in the paper, or are not written, in their order.

    Args:
        text: the file.
        where: its name, for the error.

    Raises:
        UsageError: it is no Python; the line is named.
    """
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        raise UsageError(f"{where}, line {line}: expected Python, got: {getattr(error, 'msg', error)}") from error
    rows = text.split("\n")  # as ast counts: a form feed ends no line
    found = (_piece(name, node, rows) for name, node in _functions(tree.body))
    return tuple(piece for piece in found if piece.place or not piece.written)


def _functions(body: Sequence[ast.stmt], prefix: str = "") -> Iterator[tuple[str, _Function]]:
    for node in body:
        if isinstance(node, _Function):
            yield prefix + node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from _functions(node.body, f"{prefix}{node.name}.")


def _piece(name: str, node: _Function, rows: Sequence[str]) -> Piece:
    last = node.end_lineno or node.lineno
    raised = [
        text for inner in ast.walk(node) if isinstance(inner, ast.Raise) and (text := _unwritten(inner)) is not None
    ]
    marked = [match[1] for row in rows[node.lineno - 1 : last] if (match := _MARKER.search(row))]
    told = _PLACE.search(" ".join((ast.get_docstring(node) or "").split()))
    place = next(iter((*raised, *marked, told[0] if told else "")))
    return Piece(name, place, (node.lineno, last), not raised)


def _unwritten(node: ast.Raise) -> str | None:
    """Give what a `raise NotImplementedError("Equation (1)")` says; one that says nothing is a method for others."""
    match node.exc:
        case ast.Call(func=ast.Name(id="NotImplementedError"), args=[ast.Constant(value=str(text)), *_]):
            return text
    return None


def judge_pieces(found: Sequence[Piece], runs: Sequence[Ran], text: str) -> tuple[tuple[Judged, ...], tuple[str, ...]]:
    """Say of each piece what its tests say; give the failing tests that belong to no piece as well.

    A failing test blames the piece in which it failed. Where the way went through and the answer was wrong, it blames
    of the pieces that it called the most suspicious, by Ochiai's coefficient over all tests (Abreu, Zoeteweij and van
    Gemund, "On the Accuracy of Spectrum-based Fault Localization", 2007, Section 2.3); several where they are equal.

    Args:
        found: the pieces of model.py.
        runs: what the tests came to.
        text: model.py, for the paper's lines in its comments.
    """
    passed = [run for run in runs if run.outcome == "passed"]
    failed = [run for run in runs if run.outcome in ("failed", "timeout")]
    score = {piece.name: _ochiai(piece.name, passed, failed) for piece in found}
    blamed: dict[str, list[Ran]] = {piece.name: [] for piece in found}
    for run in failed:
        culprits = _culprits(run, found)
        highest = max((score[name] for name in culprits), default=0.0)
        for name in culprits:
            blamed[name] += [run] if score[name] == highest else []
    told = {run for runs in blamed.values() for run in runs}
    strange = tuple(f"{run.test}: {run.message or run.outcome}" for run in failed if run not in told)
    rows = text.split("\n")
    return tuple(_judged(piece, blamed[piece.name], passed, rows) for piece in found), strange


def _ochiai(name: str, passed: Sequence[Ran], failed: Sequence[Ran]) -> float:
    """Give how suspicious a piece is: 1 where just the failing tests call it, 0 where none of them does."""
    wrong = sum(name in run.called for run in failed)
    called = wrong + sum(name in run.called for run in passed)
    return wrong / math.sqrt(len(failed) * called) if wrong else 0.0


def _culprits(run: Ran, found: Sequence[Piece]) -> list[str]:
    """Give the piece in which a test failed, else the written ones that it called; of an endless one the outermost."""
    endless = [piece.name for piece in found if run.message.startswith(f"{piece.name} did not end")]
    if endless:
        return endless
    for line in reversed(run.lines):
        inside = [piece.name for piece in found if piece.lines[0] <= line <= piece.lines[1]]
        if inside:
            return inside
    return [piece.name for piece in found if piece.written and piece.name in run.called]


def _judged(piece: Piece, failed: Sequence[Ran], passed: Sequence[Ran], rows: Sequence[str]) -> Judged:
    green = sum(piece.name in run.called for run in passed)
    state = "not written" if not piece.written else "red" if failed else "green" if green else "not tested"
    first = failed[0] if state == "red" else None
    line = next((n for n in reversed(first.lines) if piece.lines[0] <= n <= piece.lines[1]), None) if first else None
    message = first.message or first.outcome if first else ""
    return Judged(piece, state, green, len(failed), message, line, near=_near(rows, piece, line))


def _near(rows: Sequence[str], piece: Piece, line: int | None) -> str:
    """Give the last comment above a line within its piece: there the scaffold has put the paper's words."""
    above = rows[piece.lines[0] : line - 1] if line else []
    said = [row.partition("#")[2].strip() for row in above if row.lstrip().startswith("#")]
    kept = [text for text in said if text and not text.startswith((_OURS, "---"))]
    return kept[-1] if kept else ""
