r"""What an algorithm reads without being given it: the symbols that its lines use before any line assigns them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from paperlab.records.extracted import AlgorithmLine
from paperlab.scaffold.runs import joined
from paperlab.scaffold.tex import Atom, atoms, called_symbols, free_symbols

_MOST_LINES = 200
_MATH = re.compile(r"\$([^$]{1,2000})\$")
_ASSIGNS = re.compile(
    r"\\(?:gets|leftarrow|sim|coloneqq|triangleq|mathrel)(?![A-Za-z])|:=|(?<![<>!])=|\\in(?![A-Za-z])|←"
)
_WIDE = re.compile(r"\\q?quad(?![A-Za-z])|\\;\s*\\(?:forall|text)|;")
"""Behind a wide blank stands what an index runs over."""
_GIVES = re.compile(
    r"\b(?:choose|observe|sample|draw|pick|select|let|set|receive|get|compute|calculate|initiali[sz]e|obtain|define|generate|form|find|estimate)\b",
    re.IGNORECASE,
)
_TAKES = re.compile(
    r"\b(?:take|use|using|from|with|of|by|update|return|apply|given|over|until|while|if|at|on|on the|to|in|under|between)\b",
    re.IGNORECASE,
)
_COUNTS_THINGS = re.compile(r"\s+[a-z]+s\b")
"""`Draw $M$ samples` reads M."""


class Reads(NamedTuple):
    """Names in the order of their first use."""

    names: tuple[str, ...]
    functions: frozenset[str]
    sequences: frozenset[str]


def read_before_assigned(lines: Sequence[AlgorithmLine]) -> Reads:
    r"""Give what the lines of an algorithm use and have not assigned: its inputs where it states none.

    >>> lines = [AlgorithmLine(indent=0, kind="for", text=r"$t = 1, \ldots, T$"), AlgorithmLine(indent=1, kind="statement", text=r"$w \gets w - \alpha \nabla L(w)$")]
    >>> read_before_assigned(lines).names, sorted(read_before_assigned(lines).functions)
    (('T', 'w', 'alpha', 'L'), ['L'])
    """
    assigned: set[str] = set()
    names: dict[str, bool] = {}
    runs: set[str] = set()
    for step in (step for row in lines[:_MOST_LINES] if row.kind != "comment" for step in _steps(row)):
        runs |= step.sequences
        for name, base in step.used:
            if not {name, base} & assigned:
                names[name] = names.get(name, False) or name in step.called
        assigned |= {part for pair in step.given for part in pair}
    return Reads(tuple(names), frozenset(n for n, called in names.items() if called), frozenset(runs & set(names)))


class _Step(NamedTuple):
    used: tuple[tuple[str, str], ...]
    """(name, the letter it is made of)."""
    given: tuple[tuple[str, str], ...]
    called: frozenset[str]
    sequences: frozenset[str]


def _steps(row: AlgorithmLine) -> Iterator[_Step]:
    for found in _MATH.finditer(row.text):
        pieces = _WIDE.split(found[1])
        for piece in reversed(pieces):  # what an index runs over comes before what it numbers
            sides = _sides(piece, loop=row.kind == "for")
            if sides is None and _is_given(row.text, found):
                sides = (piece, "", False)
            yield _step(*(sides or ("", piece, False)))


def _sides(piece: str, *, loop: bool) -> tuple[str, str, bool] | None:
    r"""Split at the sign that assigns, outside brackets, and tell whether it draws; `x \in X` assigns in a loop's head."""
    depth = 0
    for found in re.finditer(rf"(?P<sign>{_ASSIGNS.pattern})|\\[{{}}]|[{{}}()\[\]]", piece):
        depth += (found[0] in ("{", "(", "[", r"\{")) - (found[0] in ("}", ")", "]", r"\}"))
        if found["sign"] and depth == 0:
            if found[0].startswith(r"\in") and not loop:
                return None
            return piece[: found.start()], piece[found.end() :], found[0] == r"\sim"
    return None


def _is_given(text: str, found: re.Match[str]) -> bool:
    """Tell whether the last verb before a formula gives it: `observe reward $r$`."""
    before = _MATH.sub(" ", text[: found.start()])
    gives, takes = (max((m.start() for m in p.finditer(before)), default=-1) for p in (_GIVES, _TAKES))
    return gives > takes and not _COUNTS_THINGS.match(text, found.end())


def _step(left: str, right: str, drawn: bool) -> _Step:
    (of_left, runs_left), (of_right, runs_right) = joined(atoms(left)), joined(atoms(right))
    bases = {a.name: a.base or a.name for a in (*of_left, *of_right)}
    heads, inside = _heads(of_left), set(free_symbols(of_right))
    index = [name for name in free_symbols(of_left) if name not in heads]  # what stands in brackets on the left is read
    used = [*index, *free_symbols(of_right)] if right else []
    if drawn:  # the x of `q(x)` names what is drawn
        own = {bases.get(name, name) for name in heads}
        used = [name for name in used if bases.get(name, name) not in own]
    return _Step(
        used=tuple((name, bases.get(name, name)) for name in dict.fromkeys(used)),
        given=tuple((name, bases.get(name, name)) for name in heads),
        called=called_symbols(of_right) & inside,
        sequences=runs_left | runs_right,
    )


def _heads(found: Sequence[Atom]) -> list[str]:
    """Give the names that stand outside brackets."""
    depth, names = 0, []
    for atom in found:
        depth += {"open": 1, "close": -1}.get(atom.kind, 0)
        if depth == 0 and atom.kind in ("symbol", "word"):
            names.append(atom.name)
    return names
