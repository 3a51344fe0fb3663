r"""The axes of what a formula comes to, as far as every reading of it agrees: of `softmax(Q K^T) V` those of Q and V.

`arithmetic` works out numbers and stops where a step has two meanings; where both have one shape, as the exponential of a
matrix or a matrix and a number, the shape is known here all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from paperlab.records.extracted import Equation
from paperlab.scaffold.arithmetic import OF_EACH
from paperlab.scaffold.formula import Node, Unclear, read
from paperlab.scaffold.relations import last_side
from paperlab.scaffold.stubs import Stub, right_side


class Axis(NamedTuple):
    """An axis of an argument."""

    argument: str
    place: int
    length: int


class Axes(tuple[Axis, ...]):
    """The axes of a value."""

    __slots__ = ()


class Row(Axes):
    """Those of a vector that was transposed."""

    __slots__ = ()


_NUMBER = Axes()
Sizes = Mapping[str, Axes]


def axes_of(stub: Stub, sizes: Mapping[str, tuple[int, ...] | int | None]) -> Axes | None:
    """Give the axes of what a stub's formula comes to; None where its form does not tell.

    Args:
        stub: the function.
        sizes: its row of SHAPES.
    """
    if not isinstance(stub.origin, Equation):
        return None
    try:
        return outcome(read(last_side(right_side(stub.tex)), stub.functions), sizes)
    except (Unclear, RecursionError):
        return None


def outcome(node: Node, sizes: Mapping[str, tuple[int, ...] | int | None]) -> Axes:
    """Give the axes of a formula's answer.

    Args:
        node: see `formula.read`.
        sizes: argument -> its axes' lengths; a count is a number, and a function's stand-in keeps its first argument's axes.

    Raises:
        Unclear: its readings differ in shape, or axes do not fit.

    >>> from paperlab.scaffold.formula import read
    >>> [*outcome(read("W x + b", ()), {"W": (2, 3), "x": (3,), "b": (2,)})]
    [Axis(argument='W', place=0, length=2)]
    """
    axes = {
        name: Axes(Axis(name, k, n) for k, n in enumerate(size)) if isinstance(size, tuple) else _NUMBER
        for name, size in sizes.items()
    }
    return _walk(node, axes)


def _walk(node: Node, sizes: Sizes) -> Axes:
    operation, *operands = node
    if operation in _LEAVES:
        return _LEAVES[operation](operands, sizes)
    if operation not in _STEPS:
        raise Unclear(operation)
    return _STEPS[operation](*(_walk(part, sizes) for part in operands if isinstance(part, tuple)))


def _symbol(operands: list[Any], sizes: Sizes) -> Axes:
    if operands[0] not in sizes and operands[0] != "pi" and not operands[0].startswith("d_"):
        raise Unclear(operands[0])
    return sizes.get(operands[0], _NUMBER)


def _item(operands: list[Any], sizes: Sizes) -> Axes:
    name, *indices = operands
    axes = sizes.get(name, _NUMBER)
    if len(axes) < len(indices) or not all(f"sum over {index}" in sizes for index in indices):
        raise Unclear("one member, or all")
    return Axes(axes[len(indices) :])


def _apply(operands: list[Any], sizes: Sizes) -> Axes:
    name, *arguments = operands
    values = [_walk(part, sizes) for part in arguments]
    if name in ("tr", "trace"):
        return _NUMBER
    if name in ("max", "min") and len(values) < 2:
        raise Unclear("the largest of what")
    if name not in ("softmax", "max", "min", "clip", *OF_EACH):
        raise Unclear(name)
    return _each(*values)


def _call(operands: list[Any], sizes: Sizes) -> Axes:
    if len(operands) < 2:
        raise Unclear("called with nothing")
    return _walk(operands[1], sizes)


def _series(operands: list[Any], sizes: Sizes) -> Axes:
    return _walk(operands[-1], {**sizes, f"sum over {operands[0]}": _NUMBER})


_LEAVES: Mapping[str, Callable[[list[Any], Sizes], Axes]] = {
    "number": lambda _, __: _NUMBER,
    "index": lambda _, __: _NUMBER,
    "symbol": _symbol,
    "item": _item,
    "apply": _apply,
    "call": _call,
    "sum": _series,
    "prod": _series,
}


def _each(*parts: Axes) -> Axes:
    """Go entry by entry; a number goes with each entry, nothing else is stretched."""
    many = [part for part in parts if part]
    if len({(isinstance(part, Row), *(axis.length for axis in part)) for part in many}) > 1:
        raise Unclear("sizes")
    return many[0] if many else _NUMBER


def _times(a: Axes, b: Axes) -> Axes:
    if not a or not b:
        return _each(a, b)
    if len(a) == len(b) == 1 and isinstance(a, Row) is isinstance(b, Row):
        raise Unclear("two vectors side by side")
    if max(len(a), len(b)) > 2:
        raise Unclear("more than a matrix")
    if len(a) == 1 and not isinstance(a, Row):  # a column before a row, or before a matrix as authors write `x W`
        return Axes((*a, *b)) if isinstance(b, Row) else _joined(a, b)
    if len(b) == 1 and isinstance(b, Row):
        raise Unclear("a row behind a matrix")
    return _joined(a, b)


def _joined(a: Axes, b: Axes) -> Axes:
    if a[-1].length != b[0].length:
        raise Unclear("sizes")
    kind = Row if isinstance(a, Row) and len(b) == 2 else Axes
    return kind((*a[:-1], *b[1:]))


def _dot(a: Axes, b: Axes) -> Axes:
    if len(a) == len(b) == 1 and not isinstance(a, Row):
        raise Unclear("an inner product, or entry by entry")
    return _times(a, b)


def _over(a: Axes, b: Axes) -> Axes:
    if len(b) == 2 or (b and len(a) != 1):
        raise Unclear("divided by a vector or a matrix")
    return _each(a, b)


def _power(a: Axes, b: Axes) -> Axes:
    if b or len(a) == 1 or (len(a) == 2 and a[0].length != a[1].length):
        raise Unclear("a power of a vector")
    return a


def _turned(a: Axes) -> Axes:
    if len(a) == 1:
        return Axes(a) if isinstance(a, Row) else Row(a)
    if len(a) != 2:
        raise Unclear("a number transposed")
    return Axes(a[::-1])


def _cross(a: Axes, b: Axes) -> Axes:
    if a and b:
        raise Unclear("a cross between vectors")
    return _each(a, b)


def _abs(a: Axes) -> Axes:
    if a:
        raise Unclear("bars round a vector")
    return a


_STEPS: Mapping[str, Callable[..., Axes]] = {
    "add": _each,
    "minus": lambda a: a,
    "times": _times,
    "dot": _dot,
    "cross": _cross,
    "entrywise": _each,
    "over": _over,
    "power": _power,
    "turn": _turned,
    "norm": lambda _: _NUMBER,
    "abs": _abs,
}
