"""Numbers that a formula comes to, worked out from the paper's own TeX: an oracle that shows no line of the solution."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import NamedTuple

from paperlab.records.extracted import Equation
from paperlab.scaffold.arithmetic import Given, Value, numbers, rank, worth
from paperlab.scaffold.formula import Unclear, read
from paperlab.scaffold.relations import last_side
from paperlab.scaffold.stubs import Stub, right_side
from paperlab.scaffold.tex import atoms

Size = tuple[int, ...] | int | None
"""A row of SHAPES: a tensor's shape, a count as it stands, None for a function."""


class Worked(NamedTuple):
    """What a formula comes to for one set of numbers."""

    low: float
    """The least of the numbers that it is given; the greatest is 0.9."""
    answer: tuple[float, ...]


LOWS = (0.1, -0.8)
"""All numbers above zero; and of both signs, none of them zero, where the formula has an answer for these."""


def worked(stub: Stub, sizes: Mapping[str, Size]) -> tuple[Worked, ...]:
    """Give what a stub's formula comes to, none where it has no one reading.

    Args:
        stub: the function.
        sizes: its row of SHAPES.
    """
    if not isinstance(stub.origin, Equation) or len(sizes) > _MOST:
        return ()
    try:
        node = read(last_side(right_side(stub.tex)), stub.functions)
        lows = LOWS[:1] if _splits(node) else LOWS
    except (Unclear, RecursionError):
        return ()
    return tuple(Worked(low, answer) for low in lows if (answer := _answer(node, stub, sizes, low)))


def _splits(node: object) -> bool:
    r"""Say whether a formula takes a logarithm or a root of a product: `\log a - \log b` has no answer below zero."""
    match node:
        case ("apply", "log" | "ln" | "log2" | "log10", inner) if _of_factors(inner):
            return True
        case ("power", inner, ("over", *_)) if _of_factors(inner):
            return True
    return isinstance(node, tuple) and any(map(_splits, node[1:]))


def _of_factors(node: object) -> bool:
    match node:
        case ("times" | "over" | "dot" | "entrywise" | "power", *parts):
            return any(isinstance(p, tuple) and (p[0] in ("symbol", "item") or _of_factors(p)) for p in parts)
    return False


_MOST = 11
"""Arguments that all differ, see `given`."""
_MOST_NUMBERS = 27


def _answer(node: tuple[object, ...], stub: Stub, sizes: Mapping[str, Size], low: float) -> tuple[float, ...]:
    try:
        found = numbers(worth(node, given(stub, sizes, low)))
    except (Unclear, RecursionError, ArithmeticError):
        return ()
    if not all(map(math.isfinite, found)):
        return ()
    return tuple(float(f"{x:.7g}") for x in found) if len(found) <= _MOST_NUMBERS else ()


def given(stub: Stub, sizes: Mapping[str, Size], low: float) -> Given:
    """Give the numbers and functions of the test file's `numbered`.

    Args:
        stub: the function.
        sizes: its row of SHAPES.
        low: see `Worked`.
    """
    values: dict[str, Value] = dict(_axes(stub, sizes))
    functions: dict[str, Callable[..., Value]] = {}
    for k, (name, size) in enumerate(sizes.items()):
        if size is None:
            functions[name] = _stand_in(0.5 + k / 10)
        else:
            values[name] = float(size) if isinstance(size, int) else _filled(size, k, low)
    return Given(values, functions, {})


def _axes(stub: Stub, sizes: Mapping[str, Size]) -> Mapping[str, float]:
    """Give the lengths of the axes that the paper names in the shapes of its arguments: `d_k` of `Q`."""
    found: dict[str, float] = {}
    lengths = {n for size in sizes.values() if isinstance(size, tuple) for n in size}
    if len(lengths) == 1:  # `d_k` is no argument: whoever is handed `K` knows it
        found |= {a.name: float(*lengths) for a in atoms(stub.tex) if a.base == "d" and a.name not in sizes}
    for name, size in sizes.items():
        axes = stub.shapes.get(name, "").split()
        found |= {a: float(n) for a, n in zip(axes, size, strict=False)} if isinstance(size, tuple) else {}
    return found


def _filled(size: tuple[int, ...], k: int, low: float) -> Value:
    row: Value = [low + (0.9 - low) * ((7 * n + 5 * k) % 11) / 10 for n in range(math.prod(size))]
    for length in reversed(size[1:]):
        row = [row[at : at + length] for at in range(0, len(row), length)]
    return row if size else row[0]


def _stand_in(slope: float) -> Callable[..., Value]:
    """Give the stand-in of the test file, for a number, a vector or a matrix."""

    def answer(first: Value, *others: Value) -> Value:
        beside = sum(math.fsum(numbers(other)) / len(numbers(other)) for other in others)
        return _entries(lambda x: 1 / (1 + math.exp(-(slope * x + _SHIFT * (1 + beside)))), first)

    return answer


_SHIFT = 0.3


def _entries(step: Callable[[float], float], value: Value) -> Value:
    return [_entries(step, part) for part in value] if rank(value) else step(value)
