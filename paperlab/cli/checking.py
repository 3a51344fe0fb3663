"""The verb that says how far an implementation is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from paperlab.cli import context
from paperlab.cli.output import emit, emit_array, emit_json, folded, table
from paperlab.errors import VerdictFailed

if TYPE_CHECKING:
    from paperlab.records.progress import Judged, Progress
    from paperlab.scaffold import Solved


def check(
    ctx: typer.Context,
    slug: Annotated[str | None, typer.Argument(metavar="[SLUG]", help="Which, by name or paper; the lab's only one by default.")] = None,
    seconds: Annotated[float, typer.Option("--timeout", metavar="SECONDS", min=1, max=3600, help="Limit of the tests.")] = 120,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 1 unless every piece is green.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:  # fmt: skip
    """Run your tests: what is wrong, how far you are."""
    lab = context(ctx).open()
    found = lab.check(slug, seconds=seconds, on_progress=lab.progress)
    if json:
        emit_json(_json(found))
    else:
        _show(found)
    wrong = [one for one in found.pieces if one.state != "green"]
    if strict and (wrong or found.problems):
        raise VerdictFailed(f"{len(wrong)} of {len(found.pieces)} pieces are not green; next: {found.next}")


def _show(found: Progress) -> None:
    rows = [(one.piece.place or "-", one.piece.name, _state(one)) for one in found.pieces]
    table(("place", "function", "tests"), rows, spare=("place",))
    for one in found.pieces:
        if one.state == "red":
            near = f"; the paper's line: {one.near}" if one.near else ""
            _note(f"{one.piece.name}, {_where(one)}: {one.message}{near}")
    emit("")
    table(("step", "done", "seen"), [(step.name, "yes" if step.done else "no", step.note) for step in found.steps])
    for problem in found.problems:
        _note(f"problem: {problem}")
    _note(f"next: {found.next}")


def _note(text: str) -> None:
    """Write a line of its own, folded to the terminal."""
    emit("\n" + folded(text, indent=""))


def _state(one: Judged) -> str:
    state = f"{one.passed} passed" if one.state == "green" else one.state
    return f"{state}, solution seen" if one.revealed else state


def _where(one: Judged) -> str:
    return f"line {one.line} of model.py" if one.line else one.piece.place or "model.py"


def _json(found: Progress) -> dict[str, Any]:
    pieces = [
        {
            "function": one.piece.name, "place": one.piece.place, "lines": list(one.piece.lines), "state": one.state,
            "passed": one.passed, "failed": one.failed, "message": one.message, "line": one.line, "near": one.near, "revealed": one.revealed or None,
        }
        for one in found.pieces
    ]  # fmt: skip
    return {
        "slug": found.slug, "pieces": pieces, "steps": [step._asdict() for step in found.steps],
        "problems": list(found.problems), "next": found.next,
    }  # fmt: skip


def solution(
    ctx: typer.Context,
    slug: Annotated[str, typer.Argument(metavar="SLUG", help="A folder that `implement --blank` made.")],
    function: Annotated[str | None, typer.Argument(metavar="[FUNCTION]", help="Which piece; without it they are listed.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:  # fmt: skip
    """Show one piece of a shipped solution, and record it."""
    talk = context(ctx)
    found = talk.open().solution(slug, function)
    if json:
        emit_array(_solution_json(one, told=bool(function)) for one in found)
    elif function:
        talk.say(f"{found[0].name}, {found[0].place}: first looked at {found[0].revealed}")
        emit(found[0].code)
    else:
        table(("function", "place", "looked at"), [(one.name, one.place, one.revealed or "-") for one in found])


def _solution_json(one: Solved, *, told: bool) -> dict[str, Any]:
    """Give one piece as JSON; its code only where it was asked for."""
    return {k: v for k, v in one._asdict().items() if told or k != "code"} | {"revealed": one.revealed or None}


VERBS = {"check": check, "solution": solution}
