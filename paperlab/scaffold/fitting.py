r"""Axes that a formula's own steps force: the x of `W x` is as long as W is wide, the b of `W x + b` as long as W is high."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from paperlab.scaffold.formula import Node

Axes = tuple[str, ...]
Named = Mapping[str, Sequence[str]]


class Row(tuple[str, ...]):
    """The axis of a vector that was transposed."""

    __slots__ = ()


class _Clash(Exception):
    """Two axes with names would have to be one."""


def fitted(node: Node, stated: Named, guessed: Named) -> dict[str, list[str]]:
    """Give the guessed arguments' axes, those that a stated axis must equal by its name; as they were on a clash.

    Where only what a call is of clashes, it gives way: a function's stand-in keeps the shape that it is given.

    Args:
        node: the formula, as `formula.read` gives it.
        stated: argument -> names of its axes; `_` is any.
        guessed: argument -> sizes of its axes, as guessed.

    >>> from paperlab.scaffold.formula import read
    >>> fitted(read("W x + b", ()), {"x": ["d"]}, {"W": ["3", "3"], "b": ["3"]})
    {'W': ['3', 'd'], 'b': ['3']}
    """
    inner = _within_calls(node) - _outside_calls(node)
    loose = {name: axes for name, axes in stated.items() if name in inner}
    firm = {name: axes for name, axes in stated.items() if name not in inner}
    return (
        _solved(node, stated, guessed)
        or _solved(node, firm, {**guessed, **loose})
        or {n: [*a] for n, a in guessed.items()}
    )


def _solved(node: Node, stated: Named, guessed: Named) -> dict[str, list[str]]:
    fit = _Fit({n: tuple(f"?{n} {k}" if a == "_" else a for k, a in enumerate(axes)) for n, axes in stated.items()})
    fit.axes |= {n: tuple(f"?{n} {k}" for k in range(len(axes))) for n, axes in guessed.items()}
    try:
        _walk(node, fit)
    except _Clash:
        return {}
    roots = {n: [fit.root(axis) for axis in fit.axes[n]] for n in guessed}
    return {n: [old if r.startswith("?") else r for r, old in zip(roots[n], guessed[n], strict=True)] for n in guessed}


def _within_calls(node: Any) -> set[str]:
    """Give the names of what stands by itself in a call."""
    if not isinstance(node, tuple):
        return set()
    own = (
        {part[1] for part in node[2:] if isinstance(part, tuple) and part[0] == "symbol"}
        if node[0] == "call"
        else set()
    )
    return own.union(*map(_within_calls, node[1:]))


def _outside_calls(node: Any, *, called: bool = False) -> set[str]:
    """Give the names of what stands anywhere else."""
    if not isinstance(node, tuple):
        return set()
    if node[0] in ("symbol", "item"):
        return set() if called else {node[1]}
    return set().union(*(_outside_calls(part, called=node[0] == "call") for part in node[1:]))


@dataclass
class _Fit:
    """What is known of the axes so far."""

    axes: dict[str, Axes]
    same: dict[str, str] = field(default_factory=dict)
    sums: dict[str, str] = field(default_factory=dict)
    """Index of a sum -> the axis that it runs over."""
    count: int = 0

    def root(self, axis: str) -> str:
        """Give the axis that stands for all that equal this one."""
        while axis in self.same:
            axis = self.same[axis]
        return axis

    def equal(self, one: str, other: str) -> None:
        """Take two axes for one; a name stands for a guess."""
        guess, stays = sorted((self.root(one), self.root(other)), key=lambda axis: not axis.startswith("?"))
        if guess == stays:
            return
        if not guess.startswith("?"):
            raise _Clash(one, other)
        self.same[guess] = stays


def _walk(node: Node, fit: _Fit) -> Axes:
    """Give the axes of what a step comes to."""
    operation, *operands = node
    if operation in _LEAVES:
        return _LEAVES[operation](operands, fit)
    parts = [_walk(part, fit) for part in operands if isinstance(part, tuple)]
    return _STEPS.get(operation, _alike)(parts, fit)


def _single(_operands: list[Any], _fit: _Fit) -> Axes:
    return ()


def _item(operands: list[Any], fit: _Fit) -> Axes:
    square = ("?I", "?I") if operands == ["I"] else ()  # the unit matrix
    axes = fit.axes.get(operands[0], square)
    for axis, index in zip(axes, operands[1:], strict=False):
        fit.equal(axis, fit.sums.get(index, axis))
    return axes[len(operands) - 1 :]


def _applied(operands: list[Any], fit: _Fit) -> Axes:
    axes = _alike([_walk(part, fit) for part in operands[1:]], fit)
    return () if operands[0] in ("tr", "trace") else axes


def _called(operands: list[Any], fit: _Fit) -> Axes:
    """A stand-in for a function keeps the shape of its first argument."""
    first, *_ = [_walk(part, fit) for part in operands[1:]]
    return first


def _series(operands: list[Any], fit: _Fit) -> Axes:
    """All that one sum numbers has as many members."""
    fit.count += 1
    fit.sums[operands[0]] = f"?sum {fit.count}"
    return _walk(operands[-1], fit)


_LEAVES: Mapping[str, Callable[[list[Any], _Fit], Axes]] = {
    "number": _single,
    "index": _single,
    "symbol": _item,
    "item": _item,
    "apply": _applied,
    "call": _called,
    "sum": _series,
    "prod": _series,
}


def _alike(parts: list[Axes], fit: _Fit) -> Axes:
    """Take all parts that are no numbers for alike, entry by entry."""
    many = [part for part in parts if part]
    for part in many[1:]:
        if len(part) == len(many[0]):
            for one, other in zip(many[0], part, strict=True):
                fit.equal(one, other)
    return max(many, key=len, default=())


def _product(parts: list[Axes], fit: _Fit) -> Axes:
    a, b = parts
    if not a or not b or (len(a) == len(b) == 1 and isinstance(a, Row) is isinstance(b, Row)):
        return _alike(parts, fit)
    if len(a) == 1 and isinstance(b, Row):
        return (*a, *b)
    fit.equal(a[-1], b[0])
    left = a[:-1]
    return left + b[1:] if left else Row(b[1:])


def _turned(parts: list[Axes], _fit: _Fit) -> Axes:
    (a,) = parts
    return a[::-1] if len(a) == 2 else tuple(a) if isinstance(a, Row) else Row(a)


def _power(parts: list[Axes], fit: _Fit) -> Axes:
    """A matrix that has a power, or an inverse, is square."""
    if len(parts[0]) == 2:
        fit.equal(*parts[0])
    return parts[0]


_STEPS: Mapping[str, Callable[[list[Axes], _Fit], Axes]] = {
    "times": _product,
    "dot": _product,
    "turn": _turned,
    "power": _power,
    "norm": lambda _, __: (),
}
"""Every other step goes entry by entry."""
