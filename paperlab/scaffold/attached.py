"""To which function a statement belongs that names no symbol: `the outputs sum to one`.

To the equation or algorithm that the sentence names, else to the equation in the sentence or right above it; any other is
left to the learner.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from paperlab.records.extracted import Equation, Invariant
from paperlab.scaffold.invariants import Held
from paperlab.scaffold.stubs import Stub


class Attached(NamedTuple):
    """Statements, by whether their function is known."""

    known: dict[str, list[Held]]
    """Stub's name -> what holds of its answer."""
    open: tuple[Invariant, ...]
    """Statements of which nobody knows the function."""


def attach(found: Sequence[Invariant], stubs: Sequence[Stub], equations: Sequence[Equation]) -> Attached:
    """Give each statement without a symbol to a stub.

    Args:
        found: statements; those with a symbol are left to `stated_invariants`.
        stubs: the paper's functions.
        equations: all its equations, those that are no stub too: one may stand between.
    """
    known: dict[str, list[Held]] = {}
    left = []
    for one in (i for i in found if not i.symbol):
        stub = _named(one, stubs) if one.about else _above(one, stubs, equations)
        if stub is None:
            left.append(one)
        else:
            how = f"of {one.about}" if one.about else "beside it"
            known.setdefault(stub.name, []).append(Held(one.property, f"the text says so {how}, {where(one)}"))
    return Attached(known, tuple(left))


def where(one: Invariant) -> str:
    """Give the file and line of a statement."""
    return f"{one.span.file} line {one.span.line}" if one.span else "somewhere in the text"


def _named(one: Invariant, stubs: Sequence[Stub]) -> Stub | None:
    found = [stub for stub in stubs if stub.short == one.about]
    return found[0] if len(found) == 1 else None


_NEAR = 12
"""Lines below an equation in which a sentence without a name still speaks of it."""


def _above(one: Invariant, stubs: Sequence[Stub], equations: Sequence[Equation]) -> Stub | None:
    if one.span is None:
        return None
    file, line = one.span.file, one.span.line
    above = [e for e in equations if e.span and e.span.file == file and 0 <= line - e.span.line <= _NEAR]
    lowest = max((e.span.line for e in above if e.span), default=0)
    last = [e for e in above if e.span and e.span.line == lowest]  # of two on one line nobody knows which
    return next((stub for stub in stubs if len(last) == 1 and stub.origin is last[0]), None)
