"""To which function a statement belongs that names no symbol."""

import dataclasses

import pytest

from paperlab.records.extracted import Invariant
from paperlab.scaffold.attached import attach
from paperlab.scaffold.invariants import invariants_of
from paperlab.scaffold.python import test_file as written
from paperlab.scaffold.stubs import stubs

from .papers import ATTENTION, BARE, equation, span

FIRST, SECOND, NO_STUB = equation("1", "y = g(x) + c", 10), equation("2", "z = h(x) + c", 30), equation("3", r"\alpha \leq \beta", 40)  # fmt: skip
SAME_LINE = (equation("4", "u = g(x) + d", 70), equation("5", "v = g(x) + e", 70))
PAPER = dataclasses.replace(BARE, equations=(FIRST, SECOND, NO_STUB, *SAME_LINE), algorithms=ATTENTION.algorithms)


def said(line: int, about: str = "", file: str = "main.tex", name: str = "non-negative") -> Invariant:
    return Invariant(symbol="", property=name, span=span(line, file), about=about)


@pytest.mark.parametrize(
    ("one", "name"),
    [
        (said(12), "y"),
        (said(33), "z"),
        (said(90, "Equation (1)"), "y"),
        (said(12, "Algorithm 1"), "fit_model"),
        (said(29), None),
        (said(5), None),
        (said(42), None),
        (said(71), None),
        (said(12, file="other.tex"), None),
        (said(12, "Equation (7)"), None),
        (Invariant(symbol="", property="symmetric", span=None), None),
    ],
)
def test_it_is_the_equation_that_is_named_or_stands_right_above(one: Invariant, name: str | None) -> None:
    found = attach([one], stubs(PAPER), PAPER.equations)
    assert [*found.known] == ([name] if name else [])
    assert found.open == (() if name else (one,))


def test_the_test_file_asks_for_it_or_asks_of_what_it_is_said() -> None:
    found = stubs(PAPER)
    text = written("it", "It", found, [said(12), said(29, name="symmetric")], PAPER.equations)
    assert "def test_y_is_non_negative():" in text
    assert "the text says so beside it, main.tex line 12" in text
    assert "# TODO: main.tex line 29 says `symmetric` without a symbol. Of which function?" in text
    compile(text, "test_it.py", "exec")


def test_an_algorithm_holds_what_is_said_of_it() -> None:
    (algorithm,) = [s for s in stubs(PAPER) if s.lines]
    known = attach([said(12, "Algorithm 1")], [algorithm], ()).known
    assert [held.property for held in invariants_of(algorithm, {}, known)] == ["non-negative"]
    assert invariants_of(algorithm, {}, {}) == ()
