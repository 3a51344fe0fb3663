"""The sizes with which tests call a function: of what the paper states, else of what its formula lets guess."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from paperlab.records.extracted import Equation
from paperlab.scaffold.fitting import fitted
from paperlab.scaffold.formula import Unclear, read
from paperlab.scaffold.relations import last_side
from paperlab.scaffold.shapes import divisors, guessed_shape, lone, members, normed, treated
from paperlab.scaffold.stubs import Stub, right_side
from paperlab.scaffold.tex import atoms
from paperlab.scaffold.worked import Size


def sizes_of_axes(stubs: Sequence[Stub]) -> dict[str, int]:
    """Give each named axis a small size of its own, so that a swap of two axes shows."""
    names = dict.fromkeys(a for s in stubs for axes in s.shapes.values() for a in axes.split() if a.isidentifier())
    return {name: 2 + number % 7 for number, name in enumerate(n for n in names if n != "_")}


def sizes_of(stub: Stub, sizes: Mapping[str, int]) -> dict[str, Size]:
    """Give a stub's row of SHAPES.

    Args:
        stub: the function.
        sizes: see `sizes_of_axes`.
    """
    axes = {name: tuple(_length(axis, sizes) for axis in axes) for name, axes in _axes(stub).items()}
    counts = {name: _count(stub, name, sizes) for name in stub.counts} | _members_of(stub, axes)
    return {name: None if name in stub.functions else counts.get(name, axes.get(name)) for name in stub.parameters}


def _count(stub: Stub, name: str, sizes: Mapping[str, int]) -> int:
    """Give what a sum counts to: as many as there are of what has that axis, else a few."""
    named = {axis for axes in stub.shapes.values() for axis in axes.split()}
    return sizes.get(name, stub.counts[name]) if name in named else stub.counts[name]


def _members_of(stub: Stub, axes: Mapping[str, tuple[int, ...]]) -> dict[str, int]:
    """Give the one upper end of a formula's sums, where all that they number has one length that the paper states."""
    ends = [name for name, size in stub.counts.items() if size > 1]
    lengths = {axes[name][0] for name in stub.numbered if axes.get(name)}
    stated = any(name in stub.shapes for name in stub.numbered)
    return dict(zip(ends, lengths, strict=True)) if len(ends) == len(lengths) == 1 and stated else {}


def _length(axis: str, sizes: Mapping[str, int]) -> int:
    """Give the size of an axis: of `d`, of `12`, of `2*d`."""
    times, _, name = axis.rpartition("*")
    if axis.isdigit():
        return min(int(axis), 64)
    return min(int(times or 1), 64) * sizes.get(name, 3)


def _axes(stub: Stub) -> dict[str, list[str]]:
    """Give argument -> axes, as stated, or guessed and then made to fit what is stated."""
    plain = [p for p in stub.parameters if p not in stub.functions and p not in stub.counts]
    stated = {p: stub.shapes[p].split() for p in plain if p in stub.shapes}
    guesses = {p: guessed(stub, p) for p in plain if p not in stated}
    if not stated or not isinstance(stub.origin, Equation):
        return {**stated, **guesses}
    try:
        node = read(last_side(right_side(stub.tex)), stub.functions)
        return {**stated, **fitted(node, stated, guesses)}
    except (Unclear, RecursionError):
        return {**stated, **guesses}


def guessed(stub: Stub, name: str) -> list[str]:
    """Guess the axes of an argument of which the paper says none."""
    base = _VARIANT.sub("", name)
    if base != name and base in stub.shapes and name not in stub.bold:
        return stub.shapes[base].split()
    vectors = frozenset() if stub.bold else normed(right_side(stub.tex))
    guess = ["3"] if name in vectors else _by_letter(stub, name)
    if name in stub.sequences or name not in stub.numbered:
        several = name in stub.sequences or (not guess and name in _indexed(stub))
        return [*["3"] * several, *guess]
    if stub.numbered[name] and name not in vectors:
        return guess or ["3"]
    rows = any(re.search(r"_[a-z]$", n) for n in stub.numbered)
    alone = guess == ["3"] and not rows and [n for n in stub.numbered if _by_letter(stub, n) == ["3"]] == [name]
    return ["3", *guess] if alone or name in stub.bold | vectors else members(name)


def _indexed(stub: Stub) -> set[str]:
    r"""Give the names that a formula writes with an index too, `y` in `y / \sum_j y_j`: of a number there is no `y_j`."""
    found = atoms(right_side(stub.tex)) if stub.tex else []
    parts = {a.name[:-2] for a in found if re.search(r"_[ijklmn]$", a.name) and a.name not in stub.parameters}
    return {a.name for a in found if a.numbered} | parts


_VARIANT = re.compile(r"_(?:star|hat|tilde|prime)$")
"""What lies where the symbol itself does."""


def _by_letter(stub: Stub, name: str) -> list[str]:
    beside = [p for p in stub.parameters if p not in stub.functions]
    numbers = divisors(stub.tex) - stub.bold
    turned, inverse = treated(right_side(stub.tex))
    letters = {p: [] if p in numbers else guessed_shape(p, [*beside, *"W" * bool(inverse)], stub.bold) for p in beside}
    letters |= {p: ["3", "3"] for p in beside if p in inverse}
    letters |= {p: ["3"] for p in beside if p in turned and not letters[p]}
    guesses = {p: stub.shapes.get(p, "").split() or letters[p] for p in beside}
    number = (name in numbers and name not in turned) or lone(name, guesses, right_side(stub.tex))
    return [] if number and name not in stub.bold else guesses.get(name, [])
