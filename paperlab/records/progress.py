"""How far an implementation is: its pieces, the steps of the method, what to do next."""

from __future__ import annotations

from typing import NamedTuple

STATES = ("green", "red", "not written", "not tested")


class Piece(NamedTuple):
    """A function of model.py that stands for an equation, an algorithm or a passage of the paper."""

    name: str
    """`softmax`, or `Adam.step` for a method."""
    place: str
    """`Equation (3), Section 2`; empty where neither its docstring nor a marker names one."""
    lines: tuple[int, int]
    """First and last line in model.py, counted from 1."""
    written: bool
    """Whether nothing in it raises NotImplementedError any more."""


class Ran(NamedTuple):
    """One test of the learner's, run."""

    test: str
    outcome: str
    """passed | failed | skipped | timeout | not run."""
    message: str = ""
    """First line of what it said when it failed."""
    lines: tuple[int, ...] = ()
    """Lines of model.py on the way to the failure, the innermost last."""
    called: tuple[str, ...] = ()
    """Functions of model.py that it called: `softmax`, `Adam.step`."""


class Judged(NamedTuple):
    """A piece with what its tests said."""

    piece: Piece
    state: str
    """One of STATES."""
    passed: int
    """Tests of it that are green."""
    failed: int
    message: str = ""
    """Why it is red: the first failing test's own words."""
    line: int | None = None
    """Line of model.py where it failed; None where the answer was wrong and not the way to it."""
    revealed: str = ""
    """When its solution was first looked at, ISO 8601 UTC; empty where it was not."""
    near: str = ""
    """The paper's line, as it stands in the last comment above `line`."""


class Step(NamedTuple):
    """One step of the method."""

    name: str
    done: bool
    note: str
    """What was seen."""
    todo: str
    """What to do where it is not done."""


class Progress(NamedTuple):
    """How far one implementation is."""

    slug: str
    pieces: tuple[Judged, ...]
    steps: tuple[Step, ...]
    problems: tuple[str, ...]
    """Failing tests that belong to no piece, files that cannot be read, tests that did not end."""
    next: str
    """The next small step."""
