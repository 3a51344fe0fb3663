r"""The inputs of an algorithm that states none: what its lines use before they assign it.

`$y \gets a x$` uses a and x, and y is no input of a later line; nor is the variable of a loop, or `m_{t-1}` beside `m_t`.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Collection, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from paperlab.records.extracted import AlgorithmLine
from paperlab.scaffold.calls import called_symbols
from paperlab.scaffold.formula import Unclear
from paperlab.scaffold.program import counted_over
from paperlab.scaffold.relations import split_relation
from paperlab.scaffold.runs import joined
from paperlab.scaffold.shapes import counted
from paperlab.scaffold.tex import atoms, free_symbols

_PARTS = re.compile(r"\$([^$]+)\$|\(\s*([A-Za-z])\s*\)|([=,()]|←|∼|:=)")
"""What of a line is formula: what stands between dollars, a letter in brackets, and the signs between."""
_SIGNS = {"←": r"\gets ", "∼": r"\gets ", ":=": "="}
_DRAWN = re.compile(r"\\(?:sim|in|to|mapsto)(?![A-Za-z])|:\s*=|\\xleftarrow\s*(?:\[[^\]]*\])?\{[^{}]*\}")
"""`x \\sim p` and `x \\in X` give x a value like an arrow, and `x \\mapsto y` binds it."""
_KNOWN = re.compile(r"\\mathcal\s*\{?\s*[NU]\s*\}?\s*(?=\()")
"""The normal and the uniform distribution."""
_GIVES = re.compile(
    r"\W*(?:randomly |uniformly )?(?:initiali[sz]e|set|let|sample|draw|choose|pick|select)\b", re.IGNORECASE
)
_BEYOND = re.compile(r"\\q?quad\b")
_CONDITIONS = frozenset({"if", "elif", "while", "until", "return"})
_NO_INPUT = frozenset({"true", "false", "null", "none", "nil", "random", "break", "continue"})
_NUMBERS = re.compile(r"(?:_(?:[a-z]|\d+|plus|minus|prime))+")


class Unstated(NamedTuple):
    """What an algorithm takes from outside, in the order of its first use."""

    names: tuple[str, ...]
    functions: frozenset[str]
    """Those of them that the lines call."""
    sequences: frozenset[str]
    counts: frozenset[str]
    """Those of them that a sum counts to."""


class _Step(NamedTuple):
    uses: tuple[str, ...]
    gives: tuple[str, ...]


def unstated_inputs(lines: Sequence[AlgorithmLine], *, most: int) -> Unstated:
    """Give the symbols that lines use and did not assign before, `most` of them at the most."""
    formulas = [(one, _formula(one.text)) for one in lines if one.kind not in ("comment", "input", "output")]
    whole = " , ".join(tex for _, tex in formulas)
    _, sequences = joined(atoms(whole))
    steps = list(chain.from_iterable(_steps(one, tex, first=not at) for at, (one, tex) in enumerate(formulas)))
    every = {name for step in steps for name in step.gives}
    known: set[str] = set()
    names: dict[str, None] = {}
    for step in steps:
        names |= dict.fromkeys(n for n in step.uses if not (n in known or n.lower() in _NO_INPUT or _member(n, every)))
        known |= {*step.gives}
    kept = tuple(names)[:most]
    told = {*kept}
    return Unstated(kept, called_symbols(atoms(whole)) & told, sequences & told, frozenset(counted(whole)) & told)


def called_in(lines: Sequence[AlgorithmLine]) -> frozenset[str]:
    """Give the names that the lines call wherever they stand, and never give a value to."""
    formulas = [_formula(one.text) for one in lines if one.kind != "comment"]
    sides = [split_relation(_DRAWN.sub(r"\\gets ", tex)) for tex in formulas]
    return called_symbols(atoms(" , ".join(formulas))) - {n for pair in sides if pair for n in _names(pair[0])[:1]}


def loop_bounds(lines: Sequence[AlgorithmLine]) -> Iterator[str]:
    r"""Give the names of what loops count from and to: T of `$t = 1$ to $T$`."""
    for one in (one for one in lines if one.kind == "for"):
        with contextlib.suppress(Unclear):
            head = counted_over(one.text[:1000])
            yield from (atoms(end[1])[0].name for side in (head.low, head.high) if (end := _END.fullmatch(side)))


_END = re.compile(r"(\\?[A-Za-z]+(?:_\{?\w+\}?)?)(?:\s*[-+]\s*\d+)?")


def _formula(text: str) -> str:
    return _KNOWN.sub(
        "", " ".join(a or (b and f"({b})") or _SIGNS.get(c, c) for a, b, c in _PARTS.findall(text[:2000]))
    )


def _steps(line: AlgorithmLine, tex: str, *, first: bool) -> Iterator[_Step]:
    """Read a line: its condition or counter behind a wide blank binds before what stands in front of it is used."""
    if line.kind == "function":
        own, opened, rest = tex.partition("(")
        inside = _names(rest) if opened else ()
        yield _Step(inside, _names(own)) if first else _Step((), (*_names(own), *inside))
        return
    head, *others = _BEYOND.split(tex)
    for part in others:
        yield _assigned(part)
    if line.kind == "for":
        yield _counter(head)
    elif line.kind in _CONDITIONS:
        yield _Step(_names(head), ())
    elif _GIVES.match(line.text) and split_relation(_DRAWN.sub(r"\\gets ", head)) is None:
        yield _Step(_names(head)[1:], _names(head)[:1])
    else:
        yield _assigned(head)


def _counter(tex: str) -> _Step:
    r"""Read what a loop counts: the first symbol of `i = 1 to N` or `x \in X` is its own."""
    step = _assigned(tex)
    names = _names(tex)
    return step if step.gives else _Step(names[1:], names[:1])


def _assigned(tex: str) -> _Step:
    """Read `y = f(x)`: what is given is the left side's; where it is drawn or a function, the right side's is a placeholder."""
    arrows = _DRAWN.sub(r"\\gets ", tex)
    sides = split_relation(arrows)
    if sides is None:
        return _Step(_names(tex), ())
    left, right = _names(sides[0]), _names(sides[1])
    bound = arrows != tex or bool(called_symbols(atoms(sides[0])))
    return _Step(tuple(n for n in right if not (bound and n in left)), left)


def _names(tex: str) -> tuple[str, ...]:
    found, _ = joined(atoms(tex))
    return tuple(free_symbols([a for a in found if not a.text[:1].isdigit()]))


def _member(name: str, given: Collection[str]) -> bool:
    """Say whether a name is another member of what is assigned: `m_t_minus_1` beside `m_t`, `x_i` beside `x`."""
    base = name.split("_")[0]
    tail = name.removeprefix(base)
    beside = (other.removeprefix(base) for other in given if other.split("_")[0] == base)
    return bool(_NUMBERS.fullmatch(tail)) and any(not rest or _NUMBERS.fullmatch(rest) for rest in beside)
