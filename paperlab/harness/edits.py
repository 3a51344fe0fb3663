"""Broken copies of a model.py: those that its author lists, and those that small edits of its text give. Pure; no torch.

An edit is made in the text, not in the tree, so that a survivor can be shown as the line that a person knows.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from paperlab.errors import UsageError

LONG = 4
"""Of a written-out table with more numbers than this the first and the last are changed: one check reads them all."""
_SWAPS: Mapping[type[ast.AST], tuple[str, str]] = {
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "/"),
    ast.Div: ("/", "*"),
    ast.Pow: ("**", "*"),
    ast.Lt: ("<", "<="),
    ast.LtE: ("<=", "<"),
    ast.Gt: (">", ">="),
    ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
    ast.And: ("and", "or"),
    ast.Or: ("or", "and"),
}
"""Operator -> how it is written, and what stands in its place."""
_METHODS: Mapping[str, str] = {
    "add_": "sub_", "sub_": "add_", "mul_": "div_", "div_": "mul_", "sub": "add", "mul": "div", "div": "mul",
}  # fmt: skip
"""The same of operators that are written as methods; not of `add`, which sets have too."""
DROPPED = frozenset(
    "abs absolute add clamp cos cumsum detach div dropout exp flip lerp log log_softmax masked_fill mean mul neg norm "
    "normalize relu sigmoid sin softmax softplus sqrt square sub tanh tril triu".split()
)
"""Calls that give something of the shape they are given, or nearly: a copy without them may still run. So do those that
work in place, `lerp_`."""
_SILENT = (ast.Raise, ast.Assert, ast.JoinedStr, ast.Import, ast.ImportFrom)
_SIGNS = (ast.USub, ast.Not, ast.Invert)
_TERMS = (ast.Add, ast.Sub, ast.Mult, ast.Div)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One broken copy."""

    name: str
    """The author's words, or the kind of edit: operator, dropped term, sign, constant, comparison, condition, dropped call."""
    line: int
    """Where model.py differs first, from 1."""
    old: str
    new: str
    text: str
    """All of the broken model.py."""
    listed: bool
    equivalent: str = ""
    """The author's reason why nobody can tell it from the original."""


def mutants(model: str, listing: str) -> tuple[Mutant, ...]:
    """Give the mutants of a model.py: the listed ones in their order, then the automatic ones from top to bottom.

    Args:
        model: text of model.py.
        listing: text of mutants.toml: `[[mutants]]` with name, old and new; `[[equivalents]]` with line (its text without
            what surrounds it), old, new and reason.

    Raises:
        UsageError: either cannot be read, or an entry fits nothing in model.py.
    """
    try:
        data, tree = tomllib.loads(listing), ast.parse(model)
    except (tomllib.TOMLDecodeError, SyntaxError) as error:
        raise UsageError(f"expected model.py and mutants.toml that can be read; got: {error}") from error
    found = [_listed(model, entry) for entry in data.get("mutants", [])]
    known = {one.text for one in found} | {model}
    once = {one.text: one for one in _automatic(model, tree) if one.text not in known}  # `N * N` loses either factor
    return (*found, *_judged(model, list(once.values()), data.get("equivalents", [])))


def _listed(model: str, entry: Mapping[str, Any]) -> Mutant:
    try:
        name, old, new = (str(entry[key]) for key in ("name", "old", "new"))
    except (KeyError, TypeError):
        raise UsageError(f"mutants.toml: expected name, old and new; got {entry!r:.100}") from None
    if old not in model or old == new:
        raise UsageError(f"mutants.toml: expected {name!r} to change a text that stands in model.py; got {old[:60]!r}")
    line = model[: model.index(old)].count("\n") + 1
    return Mutant(name=name, line=line, old=old, new=new, text=model.replace(old, new), listed=True)


def _judged(model: str, found: list[Mutant], entries: list[Mapping[str, Any]]) -> Iterator[Mutant]:
    """Give the mutants with the reasons that the author states; an entry that fits none is out of date."""
    try:
        reasons = {(str(e["line"]), str(e["old"]), str(e["new"])): str(e["reason"]) for e in entries}
    except (KeyError, TypeError):
        raise UsageError("mutants.toml: expected line, old, new and reason of each of the equivalents") from None
    lines = model.splitlines()
    places = [(lines[one.line - 1].strip(), one.old, one.new) for one in found]
    for line, old, new in reasons.keys() - set(places):
        raise UsageError(f"mutants.toml: no automatic mutant turns {old!r} into {new!r} in the line {line!r}")
    for one, place in zip(found, places, strict=True):
        yield replace(one, equivalent=reasons.get(place, ""))


def _automatic(model: str, tree: ast.AST) -> list[Mutant]:
    raw = model.encode()
    starts = [0]
    for row in raw.splitlines(keepends=True):
        starts.append(starts[-1] + len(row))

    def at(line: int | None, column: int | None) -> int:
        return starts[(line or 1) - 1] + (column or 0)

    found = []
    for node in _nodes(tree):
        for kind, first, last, new in _edits(node, raw, at):
            text = (raw[:first] + new.encode() + raw[last:]).decode()
            line = raw[:first].count(b"\n") + 1
            found.append(
                (first, Mutant(name=kind, line=line, old=raw[first:last].decode(), new=new, text=text, listed=False))
            )
    return [one for _, one in sorted(found, key=lambda pair: pair[0])]


def _nodes(node: ast.AST) -> Iterator[ast.expr | ast.stmt]:
    """Give what computes something: no annotations, decorators, messages of errors, nor most of a long table."""
    if isinstance(node, (ast.expr, ast.stmt)):
        yield node
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list"):
            continue
        children = value if isinstance(value, list) else [value]
        if name == "elts" and len(children) > LONG and all(map(_literal, children)):
            children = [children[0], children[-1]]
        for child in children:
            if isinstance(child, ast.AST) and not isinstance(child, _SILENT):
                yield from _nodes(child)


def _literal(node: ast.AST) -> bool:
    if isinstance(node, (ast.Tuple, ast.List)):
        return all(map(_literal, node.elts))
    return isinstance(node.operand if isinstance(node, ast.UnaryOp) else node, ast.Constant)


Edit = tuple[str, int, int, str]
"""Kind, first byte, byte after the last, and what stands there instead."""
At = Callable[[int | None, int | None], int]


def _edits(node: ast.AST, raw: bytes, at: At) -> Iterator[Edit]:
    """Give the edits of one node."""
    for kind, new in _rewritten(node):
        yield kind, at(node.lineno, node.col_offset), at(node.end_lineno, node.end_col_offset), new  # type: ignore[attr-defined]  # all that are rewritten have a place
    for kind, op, left, right in _operators(node):
        old, new = _SWAPS.get(type(op), ("", ""))
        first, last = at(left.end_lineno, left.end_col_offset), at(right.lineno, right.col_offset)
        gap = re.search(re.escape(old).replace("\\ ", r"\s+"), raw[first:last].decode()) if old else None
        if gap:
            yield kind, first + gap.start(), first + gap.end(), new
    if isinstance(node, ast.Call) and isinstance(f := node.func, ast.Attribute) and f.attr in _METHODS:
        last = at(f.end_lineno, f.end_col_offset)
        yield "operator", last - len(f.attr), last, _METHODS[f.attr]


def _operators(node: ast.AST) -> Iterator[tuple[str, ast.AST, ast.expr, ast.expr]]:
    """Give the operators of a node with what stands on either side."""
    if isinstance(node, ast.BinOp):
        yield "operator", node.op, node.left, node.right
    elif isinstance(node, ast.AugAssign):
        yield "operator", node.op, node.target, node.value
    elif isinstance(node, ast.Compare):
        for op, left, right in zip(node.ops, [node.left, *node.comparators], node.comparators, strict=False):
            yield "comparison", op, left, right
    elif isinstance(node, ast.BoolOp):
        yield "condition", node.op, node.values[0], node.values[1]


def _rewritten(node: ast.AST) -> Iterator[tuple[str, str]]:
    """Give the kinds of edit that write a whole node anew."""
    if isinstance(node, ast.AugAssign):
        yield "dropped term", "pass"
        if isinstance(node.op, _TERMS):
            yield (
                "dropped term",
                f"{ast.unparse(node.target)} = {'-' * isinstance(node.op, ast.Sub)}({ast.unparse(node.value)})",
            )
    elif isinstance(node, ast.BinOp) and isinstance(node.op, _TERMS):
        yield "dropped term", f"({ast.unparse(node.left)})"
        yield "dropped term", f"({'-' * isinstance(node.op, ast.Sub)}{ast.unparse(node.right)})"
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, _SIGNS):
        yield "sign", f"({ast.unparse(node.operand)})"
    elif isinstance(node, ast.Constant) and isinstance(node.value, (bool, int, float)):
        yield "constant", repr(_other(node.value))
    elif isinstance(node, ast.Call) and (kept := _without(node)) is not None:
        yield "dropped call", f"({ast.unparse(kept)})"
    elif isinstance(node, ast.IfExp) and not isinstance(node.test, ast.Compare):
        yield "condition", f"({ast.unparse(node.orelse)} if {ast.unparse(node.test)} else {ast.unparse(node.body)})"


def _other(value: float) -> float:
    if isinstance(value, bool):
        return not value
    return value + 1 if isinstance(value, int) else value * 1.5 if value else 1.0


def _without(call: ast.Call) -> ast.expr | None:
    """Give what a call of a known name is applied to: its object, or its first argument."""
    f = call.func
    name = f.attr if isinstance(f, ast.Attribute) else f.id if isinstance(f, ast.Name) else ""
    in_place = name.endswith("_") and not name.endswith("__")
    if not in_place and name.strip("_") not in DROPPED:
        return None
    by_module = isinstance(f, ast.Name) or (isinstance(f, ast.Attribute) and _module(f.value))
    return (call.args[0] if call.args else None) if by_module else f.value if isinstance(f, ast.Attribute) else None


def _module(node: ast.expr) -> bool:
    """Tell `torch`, `math`, `F` and `torch.nn.functional` from a tensor."""
    return ast.unparse(node).split(".")[0] in ("torch", "math", "F", "nn")
