"""The pieces of a model.py: which function stands for which equation, which are written, what their tests said."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from paperlab.errors import UsageError
from paperlab.records.progress import Judged, Piece, Ran

_PLACE = re.compile(
    r"(?:Equations?|Eqs?\.|Algorithms?|Sections?|Appendix|Definition|Theorem|Lemma|Table|Figure)"
    r"\s+\(?[A-Z0-9]+(?:\.\w+)*\)?(?:,\s+(?:Section|Appendix)\s+[A-Z0-9]+(?:\.\w+)*)?"
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
    rows = text.splitlines()
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
    the written pieces that it called; but of several only those that a test of fewer pieces blames already.

    Args:
        found: the pieces of model.py.
        runs: what the tests came to.
        text: model.py, for the paper's lines in its comments.
    """
    blamed: dict[str, list[Ran]] = {piece.name: [] for piece in found}
    strange = []
    for run in sorted((run for run in runs if run.outcome in ("failed", "timeout")), key=lambda run: len(run.called)):
        culprits = _culprits(run, found)
        known = [piece for piece in culprits if blamed[piece.name]]
        for piece in known or culprits:
            blamed[piece.name].append(run)
        strange += [] if culprits else [f"{run.test}: {run.message or run.outcome}"]
    rows = text.splitlines()
    passed = [run for run in runs if run.outcome == "passed"]
    return tuple(_judged(piece, blamed[piece.name], passed, rows) for piece in found), tuple(strange)


def _culprits(run: Ran, found: Sequence[Piece]) -> list[Piece]:
    for line in reversed(run.lines):
        inside = [piece for piece in found if piece.lines[0] <= line <= piece.lines[1]]
        if inside:
            return inside
    return [piece for piece in found if piece.written and piece.name in run.called]


def _judged(piece: Piece, failed: Sequence[Ran], passed: Sequence[Ran], rows: Sequence[str]) -> Judged:
    green = sum(piece.name in run.called for run in passed)
    state = "not written" if not piece.written else "red" if failed else "green" if green else "not tested"
    first = failed[0] if state == "red" else None
    line = next((n for n in reversed(first.lines) if piece.lines[0] <= n <= piece.lines[1]), None) if first else None
    message = first.message or first.outcome if first else ""
    return Judged(piece, state, green, len(failed), message, line, _near(rows, piece, line))


def _near(rows: Sequence[str], piece: Piece, line: int | None) -> str:
    """Give the last comment above a line within its piece: there the scaffold has put the paper's words."""
    above = rows[piece.lines[0] : line - 1] if line else []
    said = [row.partition("#")[2].strip() for row in above if row.lstrip().startswith("#")]
    kept = [text for text in said if text and not text.startswith((_OURS, "---"))]
    return kept[-1] if kept else ""
