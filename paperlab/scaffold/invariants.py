r"""What a function must hold beyond being finite: because of the form of its formula, or because the text says so.

A softmax sums to one whatever stands in it; `$K$ is symmetric` holds for the function that computes $K$. Nothing else is
taken for granted: where neither speaks, the test file says that none was recognised.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from paperlab.records.extracted import Invariant
from paperlab.scaffold.stubs import Stub, function_form, right_side
from paperlab.scaffold.tex import atoms, free_symbols


class Held(NamedTuple):
    """One property of one function."""

    property: str
    """A key of ASSERTIONS."""
    why: str
    """The form of the formula, or where the text says it."""


ASSERTIONS: Mapping[str, str] = {
    "sums to one": "part.dim() == 0 or min(abs(part.double().sum(axis) - 1).max() for axis in (*range(part.dim()), None)) < 1e-5",
    "non-negative": "(part >= 0).all()",
    "positive": "(part > 0).all()",
    "between 0 and 1": "((part >= 0) & (part <= 1)).all()",
    "between -1 and 1": "(abs(part) <= 1).all()",
    "symmetric": "part.dim() < 2 or (part.shape == part.mT.shape and torch.allclose(part, part.mT))",
    "positive semi-definite": "part.dim() < 2 or torch.linalg.eigvalsh(part.double()).min() > -1e-6",
    "orthogonal": "part.dim() < 2 or torch.allclose(part.mT @ part, torch.eye(part.shape[-1]), atol=1e-5)",
    "unit norm": "part.dim() == 0 or abs(torch.linalg.vector_norm(part.double(), dim=-1) - 1).max() < 1e-5",
    "zero mean": "part.dim() == 0 or min(abs(part.double().mean(axis)).max() for axis in (*range(part.dim()), None)) < 1e-4",
    "unit variance": "part.dim() == 0 or max((abs(part.double().var(axis, correction=c) - 1) < 0.02).all() for axis in (*range(part.dim()), None) for c in (0, 1))",
    "idempotent": "part.dim() < 2 or (part.shape == part.mT.shape and torch.allclose(part @ part, part, atol=1e-5))",
}
"""Property -> what a test asserts of each tensor of the answer; a matrix' property says nothing of a single number."""
TURNED = {"permutation invariant": "there", "permutation equivariant": "there.flip(0)"}
"""Property -> what the answer for turned inputs must equal, given `there`, the answer for them as they are."""


class Moved(NamedTuple):
    """A property of how the answer follows what is in the brackets."""

    ways: tuple[str, ...]
    """Ways to move one input `x`; the property holds where it does for one of them, of two inputs for the first."""
    holds: str
    """What is then true of `there`, the answer before, and `then`, the answer after."""
    most: int = 1
    """So many arguments may stand in the brackets."""
    axes: bool = False
    """Whether an input must have an axis to be moved along."""


TURN = """    n = given[{key}].shape[-1] if given[{key}].dim() else 0
    assert n > 1, {size}
    turn = torch.matrix_exp(torch.ones(n, n).triu(1) - torch.ones(n, n).tril(-1))
"""
"""Lines of a test that make a rotation of the last axis."""
MOVED: Mapping[str, Moved] = {
    "non-decreasing": Moved(("x + 0.09",), "(then >= there - 1e-6).all()"),
    "non-increasing": Moved(("x + 0.09",), "(then <= there + 1e-6).all()"),
    "idempotent": Moved(('call("{name}")',), "then.shape == there.shape and torch.allclose(then, there, atol=1e-5)"),
    # Of numbers or of places: a text says translation of both.
    "shift invariant": Moved(
        ("x + 0.5", "x.roll(1, -1) if x.dim() else x + 0.5"),
        "torch.allclose(then, there, rtol=1e-4, atol=1e-5)",
        most=2,
    ),
    "shift equivariant": Moved(
        ("x + 0.5", "x.roll(1, -1) if x.dim() else x + 0.5"),
        "torch.allclose(then, there + 0.5, rtol=1e-4, atol=1e-5) or (there.dim() > 0 and torch.allclose(then, there.roll(1, -1), rtol=1e-4, atol=1e-5))",
    ),
    "rotation invariant": Moved(("x @ turn",), "torch.allclose(then, there, rtol=1e-4, atol=1e-5)", axes=True),
    "rotation equivariant": Moved(("x @ turn",), "torch.allclose(then, there @ turn, rtol=1e-4, atol=1e-5)", axes=True),
}
"""Property -> how its test moves what the paper writes in brackets."""


def moved_arguments(stub: Stub, name: str) -> tuple[str, ...]:
    """Give the arguments that a test of MOVED moves: what stands in brackets, or the only one; none where that is not known."""
    plain = not stub.functions.intersection(stub.arguments) and not set(stub.counts).intersection(stub.arguments)
    alone = len(stub.parameters) == 1 and name != "idempotent"  # without brackets that is said of a matrix
    known = plain and (alone or _bracketed(stub))
    return stub.arguments if known and len(stub.arguments) <= MOVED[name].most else ()


def _bracketed(stub: Stub) -> bool:
    form = function_form(stub.tex) if stub.tex else None
    return form is not None and form.bracketed


_WORD = r"(?:\\[a-z]+\*?\s*\{{?\s*)?(?:\\)?(?:{})\b\s*\}}?(?:_(?:\{{[^{{}}]*\}}|\w))?\s*"
_NORM = r"(?:\\[lr]?Vert|\\\|)"
_SUM = r"(?:\\[td]?frac\{1\}\{\w+\}\s*)?\\sum(?:\\limits)?(?:[_^](?:\{[^{}]*\}|\\?\w))*\s*"
_FORMS = (
    (("sums to one", "non-negative"), _WORD.format("softmax|Softmax|SoftMax"), "", "a softmax"),
    (("between 0 and 1",), _WORD.format("softmax|Softmax|SoftMax"), r"\s*_(?:\{[^{}]*\}|\w)", "an entry of a softmax"),
    (("between 0 and 1",), _WORD.format("sigmoid|Sigmoid"), "", "a sigmoid"),
    (("non-negative",), _WORD.format("relu|ReLU"), "", "a rectifier"),
    (("positive",), _WORD.format("exp"), "", "an exponential"),
    (("positive",), r"e\s*\^\s*", "", "an exponential"),
    (("between -1 and 1",), _WORD.format("tanh"), "", "a hyperbolic tangent"),
    (("non-negative",), r"\\sqrt\s*", "", "a root"),
    (("non-negative",), rf"(?:{_SUM})?", r"\s*\^\s*\{?2\}?", "a square"),
    (("non-negative",), r"\\max\s*(?=[({]\s*0\s*,)", "", "a maximum with zero"),
)
"""Properties of a formula that is one pair of brackets: what stands before it, what behind it, and what that is."""
_NORMED = re.compile(rf"(?:{_SUM})?{_NORM}(?:(?!{_NORM}).)+{_NORM}(?:_\{{?\w\}}?)?(?:\^\{{?2\}}?)?")
_EXPONENTIAL = r"\s*(?:\\exp\b|e\s*\^)"
_SHARE, _EXPONENTIALS = re.compile(_EXPONENTIAL), re.compile(rf"\s*{_SUM}{_EXPONENTIAL}")
_LOGISTIC = re.compile(rf"\s*1\s*\+{_EXPONENTIAL}")


def invariants_of(
    stub: Stub, stated: Mapping[str, Sequence[Held]], attached: Mapping[str, Sequence[Held]] | None = None
) -> tuple[Held, ...]:
    """Give what must hold of a stub's answer, each property once.

    Args:
        stub: the function.
        stated: see `stated_invariants`.
        attached: see `attached.attach`.
    """
    every = (*_of_form(right_side(stub.tex)), *stated.get(stub.name, ())) if stub.tex else ()
    known = [held for held in (*every, *(attached or {}).get(stub.name, ())) if _can_be_asked(stub, held.property)]
    return tuple({held.property: held for held in reversed(known)}.values())[::-1]


def _can_be_asked(stub: Stub, name: str) -> bool:
    if name == "between 0 and 1" and any(p.rpartition("_")[0] in stub.numbered for p in stub.parameters):
        return False  # the member of a sum that is handed over by itself need not be one of those in the sum
    if name in MOVED and (name not in ASSERTIONS or _bracketed(stub)):
        return bool(moved_arguments(stub, name))
    alone = sum(p not in stub.functions for p in stub.parameters) == 1
    return name in ASSERTIONS or (alone and name in TURNED)


def stated_invariants(found: Sequence[Invariant]) -> dict[str, list[Held]]:
    """Give name in model.py -> what the text states of its symbol."""
    told: dict[str, list[Held]] = {}
    for one in (i for i in found if i.symbol):
        names = free_symbols(atoms(one.symbol))
        if len(names) == 1:
            where = f", {one.span.file} line {one.span.line}" if one.span else ""
            told.setdefault(names[0], []).append(Held(one.property, f"the text says so{where}"))
    return told


def _of_form(tex: str) -> Iterator[Held]:
    """Read the form of each side of a chain of equalities: all of them are one value."""
    bare = _BRACES.sub(r"\1", _NOTHING.sub("", tex))
    for side in _sides(bare):
        for properties, form in _forms(side.lstrip().rstrip(" \n\t.,;\\")):
            yield from (Held(name, f"its formula is {form}") for name in properties)


_NOTHING = re.compile(
    r"\\(?:left|right|[bB]igg?[lrm]?)(?![A-Za-z])|\\[,;:! ]|[~&]|\\(?:label|begin|end)\{[^{}]*\}|\\nonumber|\\quad|\\enspace"
)
_BRACES = re.compile(r"\\([{}])")


def _sides(tex: str) -> Iterator[str]:
    depth, start = 0, 0
    for place, sign in enumerate(tex):
        depth += (sign in "([{") - (sign in ")]}")
        if sign == "=" and depth == 0:
            yield tex[start:place]
            start = place + 1
    yield tex[start:]


def _forms(tex: str) -> Iterator[tuple[Sequence[str], str]]:
    for properties, before, behind, form in _FORMS:
        match = re.match(before, tex)
        end = _closing(tex[match.end() :]) if match else 0
        if match and end and re.fullmatch(behind, tex[match.end() + end :]):
            yield properties, form
    if _NORMED.fullmatch(tex):
        yield ("non-negative",), "a norm"
    yield from _fraction(tex)


def _fraction(tex: str) -> Iterator[tuple[Sequence[str], str]]:
    match = re.match(r"\\[td]?frac\s*", tex)
    above = _closing(tex[match.end() :]) if match else 0
    if not match or not above:
        return
    top, rest = tex[match.end() + 1 : match.end() + above - 1], tex[match.end() + above :]
    if _closing(rest) != len(rest):
        return
    if _SHARE.match(top) and _EXPONENTIALS.match(rest[1:]):
        yield ("between 0 and 1",), "a share of exponentials"
    elif top.strip() == "1" and _LOGISTIC.match(rest[1:]):
        yield ("between 0 and 1",), "a logistic function"


_PAIRS = "([{"


def _closing(tex: str) -> int:
    """Give the length of the pair of brackets that a text begins with; 0 where it begins with none."""
    if not tex or tex[0] not in _PAIRS:
        return 0
    depth = 0
    for place, sign in enumerate(tex):
        depth += (sign in "([{") - (sign in ")]}")
        if depth == 0:
            return place + 1
    return 0
