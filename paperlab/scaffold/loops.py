"""The head of a loop of pseudocode as a `for` that counts or goes through what the function is given."""

from __future__ import annotations

import re
from collections.abc import Collection

from paperlab.scaffold.formula import Unclear
from paperlab.scaffold.program import counted_over
from paperlab.scaffold.tex import atoms, free_symbols

NOTHING = "for _ in ():"
"""A head that runs nothing: the paper's own words stand beside it."""


def loop_head(text: str, given: Collection[str], counts: Collection[str]) -> str:
    r"""Give the head of a `for`; one that runs nothing where its ends are not among the arguments.

    Args:
        text: what the paper writes behind `for`.
        given: the function's arguments that can be gone through.
        counts: those that are whole numbers.

    >>> loop_head(r"$t = 1$ to $T$", [], ["T"]), loop_head(r"each $x \in D$", ["D"], []), loop_head("$t = 1$ to $N$", [], [])
    ('for t in range(1, T + 1):', 'for x in D:', 'for _ in ():')
    """
    return _counting(text[:400], {*given, *counts}, counts) or _through(text[:400], given, counts) or NOTHING


def _counting(text: str, taken: Collection[str], counts: Collection[str]) -> str:
    try:
        head = counted_over(re.sub(r"\bdo$", "", text.strip()))
    except Unclear:
        return ""
    name, low, high = _name(head.name), _end(head.low, counts), _end(head.high, counts)
    step = -1 if head.down else 1
    stepped = not head.second or (head.low.isdigit() and head.second == str(int(head.low) + step))
    if not name or name in taken or not low or not high or not stepped:
        return ""
    return f"for {name} in range({low}, {_plus(high, step)}{', -1' if head.down else ''}):"


def _plus(end: str, step: int) -> str:
    """Give the end behind the last one: `T + 1` of `T`, `T` of `T - 1`, `0` of `1` on the way down."""
    name, sign, number = end.partition(" - ") if " - " in end else end.partition(" + ")
    if end.isdigit():
        return str(int(end) + step)
    total = int(f"{sign.strip()}{number}" or 0) + step
    return f"{name} {'-' if total < 0 else '+'} {abs(total)}" if total else name


def _end(tex: str, counts: Collection[str]) -> str:
    found = re.fullmatch(r"(?P<name>.*?[^\s+-])\s*(?:(?P<sign>[-+])\s*(?P<number>\d{1,4}))?", tex.strip())
    if re.fullmatch(r"\d{1,6}", tex.strip()):
        return str(int(tex))
    name = _name(found["name"]) if found else ""
    if not found or name not in counts:
        return ""
    return f"{name} {found['sign']} {int(found['number'])}" if found["number"] else name


def _name(tex: str) -> str:
    """Give the Python name of one symbol; none of anything else."""
    found = atoms(tex.replace("$", " "))
    names = free_symbols(found)
    return names[0] if len(found) == len(names) == 1 else ""


_IN = re.compile(
    r"(?:(?:each|every|all|any)\s+)?(?:[a-z]+\s+){0,2}?\$?(?P<one>[^$]{1,60}?)\$?\s*(?:\\in(?![a-z])|∈|\bin\b)\s*\$?(?P<all>[^$]{1,60}?)\$?(?:\s+do)?[\s.:]*"
)


def _through(text: str, given: Collection[str], counts: Collection[str]) -> str:
    head = _IN.fullmatch(text.strip())
    if head is None:
        return ""
    word = head["all"].strip()
    every = word if word in given else _name(word)
    one = _name(head["one"])
    known = every in given and every not in counts and one and one not in given
    return f"for {one} in {every}:" if known else ""
