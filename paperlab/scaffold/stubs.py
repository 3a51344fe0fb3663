"""From equations and algorithms to functions that a learner writes.

A stub is a legal Python function: the paper's symbols as arguments, shapes where the paper states them, the equation's
number and place in the docstring. What cannot be read as a function is left to the notebook's equation walk.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from paperlab.records.extracted import Algorithm, AlgorithmLine, Equation, Paper
from paperlab.scaffold.names import ascii_words, identifier, unique
from paperlab.scaffold.places import Places
from paperlab.scaffold.tex import Atom, atoms, called_symbols, free_symbols, split_relation
from paperlab.scaffold.text import line

MOST = 60
"""Stubs of one paper; a book of 300 formulas would bury its reader."""

_MOST_ARGUMENTS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Stub:
    """One function to write."""

    name: str
    arguments: tuple[str, ...]
    """Positional: what the paper writes in brackets, or every free symbol of the right-hand side."""
    uses: tuple[str, ...] = ()
    """Keyword-only: symbols of the right-hand side that do not stand in the brackets."""
    place: str
    """`Equation (3), Section 3.2`."""
    short: str
    """`Equation (3)`."""
    tex: str = ""
    lines: tuple[AlgorithmLine, ...] = ()
    shapes: Mapping[str, str]
    """Argument, or "return" -> axes as jaxtyping writes them (`n d_k`)."""
    functions: frozenset[str] = frozenset()
    """Parameters that the formula calls: `f` in `f(x) + 1`."""
    origin: Equation | Algorithm | None = None

    @property
    def parameters(self) -> tuple[str, ...]:
        """All parameter names in order."""
        return (*self.arguments, *self.uses)


def stubs(paper: Paper) -> tuple[Stub, ...]:
    """Give one stub for each function-like equation and each algorithm; one called `method` where there is neither."""
    places = Places(paper)
    shapes = stated_shapes(paper)
    taken: set[str] = set()
    found: list[Stub] = []
    for make in (*_equations(paper, places, shapes), *_algorithms(paper, places, shapes)):
        if len(found) == MOST:
            break
        stub = make(taken)
        if stub is not None:
            found.append(stub)
            taken.add(stub.name)
    return tuple(found) or (_whole(paper),)


def _whole(paper: Paper) -> Stub:
    where = "the paper" if paper.source.kind != "abstract" else "the paper, of which only the abstract was read"
    return Stub(name="method", arguments=("x",), place=f"No formula that reads as a function, and no algorithm, found in {where}",
                short="The paper's method", shapes={})  # fmt: skip


def _equations(paper: Paper, places: Places, shapes: Mapping[str, str]) -> Iterator[_Maker]:
    known = {form.name for e in paper.equations if (form := function_form(e.tex)) and form.bracketed}
    return (_Maker(equation=e, places=places, shapes=shapes, known=known) for e in paper.equations)


def _algorithms(paper: Paper, places: Places, shapes: Mapping[str, str]) -> Iterator[_Maker]:
    return (_Maker(algorithm=a, places=places, shapes=shapes) for a in paper.algorithms if a.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Maker:
    """Makes one stub once it is known which names are taken."""

    places: Places
    shapes: Mapping[str, str]
    known: Collection[str] = ()
    """Names that the paper defines as functions."""
    equation: Equation | None = None
    algorithm: Algorithm | None = None

    def __call__(self, taken: set[str]) -> Stub | None:
        """Give the stub, or None where the formula does not define a function."""
        if self.equation is not None:
            return _from_equation(self.equation, self.places, self.shapes, taken, self.known)
        return _from_algorithm(self.algorithm, self.places, self.shapes, taken) if self.algorithm else None


def _from_equation(
    equation: Equation, places: Places, shapes: Mapping[str, str], taken: set[str], known: Collection[str]
) -> Stub | None:
    form = function_form(equation.tex, known)
    if form is None or (equation.number is None and not form.bracketed):
        return None
    hint = "eq" + "_".join(ascii_words(equation.number or ""))
    hint = "new" if form.updates else hint if len(hint) > 2 else ""
    name = unique(form.name, taken | set(form.arguments) | set(form.uses), hint=hint)
    names = {*form.arguments, *form.uses} - form.functions
    return Stub(
        name=name,
        arguments=form.arguments,
        uses=tuple(u for u in form.uses if u not in _axes(shapes, form.arguments)),
        place=places.of_equation(equation),
        short=f"Equation ({line(equation.number, 20)})" if equation.number else places.of_equation(equation),
        tex=equation.tex,
        shapes={k: v for k, v in shapes.items() if k in names} | _result(shapes, form.name),
        functions=form.functions,
        origin=equation,
    )


def _result(shapes: Mapping[str, str], name: str) -> dict[str, str]:
    return {"return": shapes[name]} if name in shapes else {}


def _axes(shapes: Mapping[str, str], arguments: Sequence[str]) -> set[str]:
    """Names of axes that the arguments' shapes already tell."""
    return {axis for a in arguments for axis in shapes.get(a, "").split()}


@dataclass(frozen=True, slots=True)
class Form:
    """A formula read as the definition of a function."""

    name: str
    arguments: tuple[str, ...]
    uses: tuple[str, ...]
    bracketed: bool
    """Whether the paper itself writes the arguments in brackets."""
    functions: frozenset[str] = frozenset()
    """Those of the arguments and uses that the formula calls."""
    updates: bool = False
    """Whether an arrow assigns to what stands on the right too: `theta <- theta - g`."""


def function_form(tex: str, known: Collection[str] = ()) -> Form | None:
    r"""Read `f(x) = ...`, `\mathrm{Attention}(Q, K, V) = ...` or `L = ...` as a function.

    >>> function_form(r'\mathrm{FFN}(x) = \max(0, xW_1 + b_1) W_2 + b_2').uses
    ('W_1', 'b_1', 'W_2', 'b_2')
    >>> function_form(r'\sum_i a_i \leq 1') is None
    True
    """
    sides = split_relation(tex)
    if sides is None:
        return None
    left, right = atoms(sides[0]), atoms(_beyond_none(sides[1]))
    head = None if r"\mathbb" in sides[0] or r"\mathds" in sides[0] else _head(left)
    if head is None or not _defines(sides[1], head[0], right):
        return None
    name, arguments = head
    bracketed = len(left) > 1 + (left[0].kind == "nabla")
    updates = name in free_symbols(right) and _is_update(tex)
    again = updates or not bracketed
    free = [s for s in free_symbols(right) if s not in arguments and (again or s != name)]
    functions = called_symbols(right, known)
    if not bracketed:
        found = tuple(free[:_MOST_ARGUMENTS])
        return Form(name, found, (), False, functions & set(found), updates) if found else None
    uses = tuple(s for s in free if not re.match(r"d(_|$)", s))[:_MOST_ARGUMENTS]
    return Form(name, arguments, uses, True, functions & {*arguments, *uses}, updates)


def right_side(tex: str) -> str:
    """Give what a formula defines its left-hand side as; empty where it has no relation."""
    sides = split_relation(tex)
    return _beyond_none(sides[1]) if sides else ""


def _beyond_none(right: str) -> str:
    return _BEYOND.split(_first(right).lstrip())[0]


def _first(right: str) -> str:
    """Give a right-hand side without the lines that define something else; where-lines and cases belong to it."""
    rows = re.split(r"\\\\(?:\[[^\]]*\])?", right)
    if r"\begin" in right:
        return right
    starts = (number for number, row in enumerate(rows[1:], start=1) if _is_definition(row))
    return r"\\ ".join(rows[: next(starts, len(rows))])


def _is_definition(row: str) -> bool:
    sides = split_relation(row)
    head = sides[0].strip(" &~\n\t") if sides else ""
    return bool(head) and "&" not in head and _head(atoms(head)) is not None


_BEYOND = re.compile(r"\\q?quad\b|,\s*&")
"""Behind a wide blank or a column's end stands a second formula, or a condition."""

_MEASURED = re.compile(r"[\s({&]*[-+]?\d[\d.]*\s*\\pm(?![A-Za-z])")
"""`= (310 \\pm 6) nb` is a result, not a definition."""


def _defines(tex: str, name: str, right: list[Atom]) -> bool:
    """Say whether a right-hand side defines: not where it is a number, a measured one, or the same function again."""
    if _MEASURED.match(tex) or not any(a.kind in ("symbol", "word") for a in right):
        return False
    same = _head([a for a in right if a.text not in ".,"])
    return same is None or same[0] != name


def _is_update(tex: str) -> bool:
    arrow = re.search(r"\\(?:leftarrow|gets)\b", tex)
    return arrow is not None and "=" not in tex[: arrow.start()]


def _head(left: list[Atom]) -> tuple[str, tuple[str, ...]] | None:
    """Read the left-hand side: its name, and what stands in its brackets."""
    prefix = "grad_" if left and left[0].kind == "nabla" else ""
    left = left[1:] if prefix else left
    if not left or left[0].kind not in ("symbol", "word"):
        return None
    name = identifier(prefix + left[0].name)
    if len(left) == 1:
        return name, ()
    if left[1].kind != "open" or left[-1].kind != "close" or not _closes_last(left[1:]):
        return None
    return name, _arguments(left[2:-1])


def _closes_last(found: list[Atom]) -> bool:
    depth = 0
    for number, atom in enumerate(found):
        depth += {"open": 1, "close": -1}.get(atom.kind, 0)
        if depth == 0:
            return number == len(found) - 1
    return False


def _arguments(inside: list[Atom]) -> tuple[str, ...]:
    """Name each argument between separators after the symbols in it."""
    groups: list[list[Atom]] = [[]]
    depth = 0
    for atom in inside:
        depth += {"open": 1, "close": -1}.get(atom.kind, 0)
        if atom.kind == "separator" and depth == 0:
            groups.append([])
        else:
            groups[-1].append(atom)
    names: list[str] = []
    for group in groups[: 2 * _MOST_ARGUMENTS]:
        words = [a.name for a in group if a.kind in ("symbol", "word")]
        if words:  # dots and numbers are no arguments
            names.append(unique(identifier(words[:3]), names))
    return tuple(names)


_SYMBOL = r"(?:\\[A-Za-z]+\s*\{[^{}]*\}|\\?[A-Za-z]+)(?:[_^](?:\{[^{}]*\}|\\?[A-Za-z0-9]+))*"
_SHAPED = re.compile(rf"{_SYMBOL}(?:\s*,\s*{_SYMBOL}){{0,4}}\s*$")
_SPACE = re.compile(
    r"\\in\s*(?:\\mathbb\s*\{?\s*R\s*\}?|\\R(?:eals)?|\\Re)(?![A-Za-z])\s*\^\s*(?P<axes>\{(?:[^{}]|\{[^{}]*\})*\}|\\?\w+)"
)
"""`W \\in \\mathbb{R}^{d \\times k}`, also `Q, K \\in \\mathbb{R}^n`: the space first, then what stands before it."""

_BEFORE = 120
"""Characters before a space that can hold its symbols; a window, so that hostile text takes no time."""


def stated_shapes(paper: Paper) -> dict[str, str]:
    """Give name -> axes for each symbol whose shape the paper states."""
    texts = [f"{s.symbol} {s.meaning}" for s in paper.symbols] + [e.tex for e in paper.equations]
    found: dict[str, str] = {}
    for text in (t[:4000] for t in texts):
        for match in _SPACE.finditer(text):
            before = _SHAPED.search(text[max(0, match.start() - _BEFORE) : match.start()])
            axes = _axes_of(match["axes"])
            for symbol in before[0].split(",") if before and axes else ():
                found |= {n: axes for n in free_symbols(atoms(symbol))[:1] if n not in found}
    return found


def _axes_of(tex: str) -> str:
    """Give axes as jaxtyping writes them; one that is not a name or a number becomes `_`, any size."""
    inner = tex[1:-1] if tex.startswith("{") else tex
    return " ".join(_axis(part) for part in re.split(r"\\times|\\cdot|,|\\,", inner) if part.strip())


def _axis(tex: str) -> str:
    found = atoms(tex)
    names = free_symbols(found)
    if re.fullmatch(r"\s*[1-9][0-9]{0,3}\s*", tex):
        return tex.strip()
    return names[0] if len(names) == 1 and len(found) == 1 else "_"


def _from_algorithm(algorithm: Algorithm, places: Places, shapes: Mapping[str, str], taken: set[str]) -> Stub:
    number = "_".join(ascii_words(algorithm.number or ""))
    words = [w.lower() for w in ascii_words(re.sub(r"\$[^$]*\$|\\[A-Za-z]+", " ", algorithm.caption[:400]))]
    words = [w for w in words if w not in _SMALL_WORDS][:4]
    default = f"algorithm_{number}".rstrip("_")
    arguments, functions = _inputs(algorithm.inputs)
    name = unique(identifier(words, fallback=default), taken | set(arguments), hint=f"algorithm_{number}".rstrip("_"))
    return Stub(
        name=name,
        arguments=arguments,
        place=places.of_algorithm(algorithm),
        short=f"Algorithm {line(algorithm.number, 20)}" if algorithm.number else "Algorithm",
        lines=algorithm.lines,
        shapes={k: v for k, v in shapes.items() if k in arguments and k not in functions},
        functions=functions,
        origin=algorithm,
    )


_SMALL_WORDS = frozenset(
    "a an the of for with and our proposed algorithm pseudocode pseudo code in to by on from".split()
)


def _inputs(texts: Sequence[str]) -> tuple[tuple[str, ...], frozenset[str]]:
    r"""Name the inputs: the symbols between dollars, or the first words of an input that has none; and which are called.

    Of a formula the first symbol counts, of a ratio both: `$x \in X$` is x, `$n / d$` n and d, `$L(w, t)$` a function L.
    """
    names: dict[str, bool] = {}
    for text in texts:
        math = [a or b for a, b in re.findall(r"\$([^$]+)\$|\\\(([^$]+?)\\\)", text[:1000])]
        plain = [identifier([w.lower() for w in ascii_words(part)[:3]]) for part in text[:400].split(",")]
        found = [name for formula in math for name in _of_input(formula)] if math else [(name, False) for name in plain]
        for name, called in found:
            names.setdefault(name, called)
    kept = dict(list(names.items())[:_MOST_ARGUMENTS])
    return tuple(kept), frozenset(name for name, called in kept.items() if called)


def _of_input(formula: str) -> list[tuple[str, bool]]:
    symbols, called = free_symbols(atoms(formula)), called_symbols(atoms(formula))
    return [(name, name in called) for name in symbols[: 2 if "/" in formula else 1]]
