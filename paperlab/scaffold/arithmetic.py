"""What a formula's tree comes to, in plain numbers, vectors and matrices: lists, and lists of lists.

Slow and plain on purpose, and without torch: it is held against what a learner writes with torch. A step that has more
than one meaning for what it is given, as the square of a vector, is Unclear.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import chain, repeat
from typing import Any

from paperlab.scaffold.formula import Node, Unclear

Number = float
Value = Any
"""A number, a vector (a list of numbers), or a matrix (a list of rows)."""


class Row(list[Number]):
    """A vector that was transposed."""


@dataclass(frozen=True)
class Given:
    """What the names in a formula stand for."""

    values: Mapping[str, Value]
    functions: Mapping[str, Callable[..., Value]]
    indices: Mapping[str, int]


def worth(node: Node, given: Given) -> Value:
    """Give what a tree comes to.

    Raises:
        Unclear: a step has no one meaning for what it is given, or no finite answer.
    """
    operation, *operands = node
    if operation in _SPECIAL:
        return _SPECIAL[operation](operands, given)
    parts = [worth(part, given) for part in operands]
    try:
        return _PLAIN[operation](*parts)
    except (ArithmeticError, ValueError, TypeError, KeyError) as error:
        raise Unclear(operation) from error


def rank(value: Value) -> int:
    """Give how many axes a value has."""
    return 1 + rank(value[0]) if isinstance(value, list) else 0


def numbers(value: Value) -> list[Number]:
    """Give all numbers of a value, in their order."""
    return [*chain.from_iterable(map(numbers, value))] if isinstance(value, list) else [value]


def _size(value: Value) -> tuple[int, ...]:
    return (len(value), *_size(value[0])) if isinstance(value, list) else ()


def _each(step: Callable[..., Number], *values: Value) -> Value:
    """Take a step entry by entry; a number goes with each entry of a vector, nothing else is stretched."""
    sizes = {_size(v) for v in values} - {()}
    if len(sizes) > 1 or (len({isinstance(v, Row) for v in values if rank(v) == 1}) > 1):
        raise Unclear("sizes")
    if not sizes:
        return _real(step(*values))
    lists = (v if isinstance(v, list) else repeat(v) for v in values)
    made = [_each(step, *parts) for parts in zip(*lists, strict=False)]
    return Row(made) if any(isinstance(v, Row) for v in values) else made


def _real(value: Any) -> Number:
    if isinstance(value, complex) or not math.isfinite(value):
        raise Unclear("no finite number")
    return float(value)


def _add(a: Value, b: Value) -> Value:
    if 2 in (rank(a), rank(b)) and rank(a) != rank(b):
        raise Unclear("a matrix and a number: each entry, or the diagonal")
    return _each(lambda x, y: x + y, a, b)


def _times(a: Value, b: Value) -> Value:
    """Multiply as a formula does side by side: numbers with all, matrices and vectors as matrices."""
    kinds = (rank(a), rank(b))
    if isinstance(a, Row) and kinds[1] == 0:
        raise Unclear("a vector transposed before a number")
    if 0 in kinds:
        return _each(lambda x, y: x * y, a, b)
    if kinds == (1, 1):
        return _vectors(a, b)
    rows, columns = (a if kinds[0] == 2 else [a]), (_turned(b) if kinds[1] == 2 else [b])
    if isinstance(b, Row) or len(rows[0]) != len(columns[0]):
        raise Unclear("sizes")
    product = [[_inner(row, column) for column in columns] for row in rows]
    if kinds == (2, 2):
        return product
    flat = numbers(product)
    return Row(flat) if isinstance(a, Row) else flat


def _vectors(a: Value, b: Value) -> Value:
    if isinstance(a, Row) and not isinstance(b, Row):
        return _inner(a, b)
    if isinstance(b, Row) and not isinstance(a, Row):
        return [[x * y for y in b] for x in a]
    raise Unclear("two vectors side by side")


def _inner(a: Value, b: Value) -> Number:
    return math.fsum(x * y for x, y in zip(a, b, strict=True))


def _dot(a: Value, b: Value) -> Value:
    if rank(a) == rank(b) == 1 and not isinstance(a, Row):
        raise Unclear("a dot between vectors: their inner product, or entry by entry")
    return _times(a, b)


def _cross(a: Value, b: Value) -> Value:
    if rank(a) or rank(b):
        raise Unclear("a cross between vectors")
    return a * b


def _turned(a: Value) -> Value:
    match rank(a):
        case 1:
            return [*a] if isinstance(a, Row) else Row(a)
        case 2:
            return [[*column] for column in zip(*a, strict=True)]
    raise Unclear("a number transposed")


def _over(a: Value, b: Value) -> Value:
    if rank(b) == 2 or (rank(b) == 1 and rank(a) != 1):
        raise Unclear("divided by a vector or a matrix")
    return _each(lambda x, y: x / y, a, b)


def _power(a: Value, b: Value) -> Number:
    if rank(a) or rank(b):
        raise Unclear("a power of a vector or a matrix")
    return _real(a**b)


def _norm(a: Value, which: str) -> Number:
    if rank(a) == 2 and which != "F":
        raise Unclear("which norm of a matrix")
    sizes = [abs(x) for x in numbers(a)]
    match which:
        case "" | "2" | "F":
            return math.sqrt(math.fsum(x * x for x in sizes))
        case "1":
            return math.fsum(sizes)
        case r"\infty":
            return max(sizes)
    raise Unclear("which norm")


def _abs(a: Value) -> Number:
    if rank(a):
        raise Unclear("bars round a vector")
    return abs(float(a))


_PLAIN: Mapping[str, Callable[..., Value]] = {
    "add": _add,
    "minus": lambda a: _each(lambda x: -x, a),
    "times": _times,
    "dot": _dot,
    "cross": _cross,
    "entrywise": lambda a, b: _each(lambda x, y: x * y, a, b),
    "over": _over,
    "power": _power,
    "turn": _turned,
}  # fmt: skip


def _softmax(a: Value) -> Value:
    if rank(a) == 2:
        return [_softmax(row) for row in a]
    if rank(a) == 0 or isinstance(a, Row):
        raise Unclear("a softmax of a number")
    shares = [math.exp(x) for x in a]
    return [x / math.fsum(shares) for x in shares]


def _trace(a: Value) -> Number:
    if rank(a) != 2 or len(a) != len(a[0]):
        raise Unclear("a trace")
    return math.fsum(a[n][n] for n in range(len(a)))


_OF_ALL = {"softmax": _softmax, "tr": _trace, "trace": _trace}
OF_EACH: Mapping[str, Callable[[Number], Number]] = {
    "exp": math.exp, "log": math.log, "ln": math.log, "log2": math.log2, "log10": math.log10, "sin": math.sin,
    "cos": math.cos, "tan": math.tan, "tanh": math.tanh, "sinh": math.sinh, "cosh": math.cosh,
    "sigmoid": lambda x: 1 / (1 + math.exp(-x)), "relu": lambda x: max(x, 0.0),
    "sg": float, "stopgrad": float, "silu": lambda x: x / (1 + math.exp(-x)), "softplus": lambda x: math.log1p(math.exp(x)),
}  # fmt: skip
_NOT_OF_MATRICES = ("exp", "log", "ln", "log2", "log10", "sin", "cos", "tan", "sinh", "cosh")
"""Of a matrix these may be its series."""


def _apply(operands: list[Any], given: Given) -> Value:
    name, *arguments = operands
    values = [worth(argument, given) for argument in arguments]
    if name in ("max", "min"):
        if len(values) < 2:
            raise Unclear("the largest of what")
        return _each(max if name == "max" else min, *values)
    if name == "clip":
        return _clipped(values)
    if len(values) != 1 or (rank(values[0]) == 2 and name in _NOT_OF_MATRICES):
        raise Unclear(name)
    try:
        return _OF_ALL[name](*values) if name in _OF_ALL else _each(OF_EACH[name], *values)
    except (ArithmeticError, ValueError) as error:
        raise Unclear(name) from error


def _clipped(values: list[Value]) -> Value:
    if [rank(bound) for bound in values[1:]] != [0, 0] or values[1] > values[2]:
        raise Unclear("clipped at what")
    return _each(lambda x, low, high: min(max(x, low), high), *values)


def _call(operands: list[Any], given: Given) -> Value:
    name, *arguments = operands
    if given.indices and len(arguments) > 1:
        raise Unclear("of one member, or of all at once")
    return given.functions[name](*(worth(argument, given) for argument in arguments))


def _series(operands: list[Any], given: Given, *, product: bool) -> Value:
    index, low, high, body = operands
    first, last = _range(index, low, high, body, given)
    parts = [
        worth(body, Given(given.values, given.functions, {**given.indices, index: n, f"{index} from": first}))
        for n in range(first, last + 1)
    ]
    if not parts or (product and rank(parts[0])):
        raise Unclear("a series")
    answer = parts[0]
    for part in parts[1:]:
        answer = _cross(answer, part) if product else _add(answer, part)
    return answer


def _range(index: str, low: Node | None, high: Node | None, body: Node, given: Given) -> tuple[int, int]:
    """Give the first and last value of an index; without limits it goes over all members of what it numbers."""
    lengths = {len(given.values[name]) for name in _numbered(body, index) if rank(given.values.get(name, 0.0))}
    if low is None or high is None:
        if len(lengths) != 1:
            raise Unclear("a sum without limits")
        return 1, lengths.pop()
    first, last = worth(low, given), worth(high, given)
    if (
        first not in (0, 1)
        or rank(last)
        or last != int(last)
        or lengths - {int(last - first + 1)}
        or last > _MOST_STEPS
    ):
        raise Unclear("limits")
    return int(first), int(last)


_MOST_STEPS = 20


def _numbered(node: Any, index: str) -> set[str]:
    if not isinstance(node, tuple):
        return set()
    if node[0] == "item":
        return {node[1]} if index in node[2:] else set()
    return set().union(*(_numbered(part, index) for part in node[1:])) if len(node) > 1 else set()


def _item(operands: list[Any], given: Given) -> Value:
    name, *indices = operands
    value = given.values.get(name)
    for index in indices:
        if not isinstance(value, list) or index not in given.indices:
            raise Unclear("an index of what is no sequence, or outside its sum")
        value = value[given.indices[index] - given.indices[f"{index} from"]]
    return value


def _known(operands: list[Any], given: Given) -> Value:
    if operands[0] == "pi" and "pi" not in given.values:
        return math.pi
    if operands[0] not in given.values:
        raise Unclear(operands[0])
    return given.values[operands[0]]


def _index(operands: list[Any], given: Given) -> Value:
    if operands[0] not in given.indices:
        raise Unclear(operands[0])
    return float(given.indices[operands[0]])


_SPECIAL: Mapping[str, Callable[[list[Any], Given], Value]] = {
    "number": lambda operands, _: operands[0],
    "symbol": _known,
    "index": _index,
    "item": _item,
    "apply": _apply,
    "call": _call,
    "norm": lambda operands, given: _norm(worth(operands[0], given), operands[1]),
    "abs": lambda operands, given: _abs(worth(operands[0], given)),
    "sum": lambda operands, given: _series(operands, given, product=False),
    "prod": lambda operands, given: _series(operands, given, product=True),
}  # fmt: skip
