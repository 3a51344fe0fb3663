"""From equations and algorithms to functions that a learner writes.

A stub is a legal Python function: the paper's symbols as arguments, shapes where the paper states them, the equation's
number and place in the docstring. What cannot be read as a function is left to the notebook's equation walk.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from paperlab.records.extracted import Algorithm, AlgorithmLine, Equation, Paper
from paperlab.scaffold.calls import called_symbols
from paperlab.scaffold.names import ascii_words, identifier, unique
from paperlab.scaffold.places import Places
from paperlab.scaffold.relations import last_side, split_relation
from paperlab.scaffold.runs import joined
from paperlab.scaffold.shapes import Shapes, bold_names, counted, neighbours, numbered, shapes_at
from paperlab.scaffold.stated import MOST_INPUTS, SMALL_WORDS, stated_inputs, told_counts
from paperlab.scaffold.tex import Atom, atoms, free_symbols
from paperlab.scaffold.text import line
from paperlab.scaffold.unstated import called_in, loop_bounds, unstated_inputs

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
    bold: frozenset[str] = frozenset()
    """Parameters that the paper sets in bold: vectors and matrices."""
    sequences: frozenset[str] = frozenset()
    """Parameters that stand for all of `a_1, ..., a_n`."""
    numbered: Mapping[str, bool] = field(default_factory=dict)
    """Parameters that stand for all of what a sum numbers, `a` in `\\sum_i a_i` -> whether they stand in the brackets."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """Parameters that a sum counts to -> a small one."""
    origin: Equation | Algorithm | None = None

    @property
    def parameters(self) -> tuple[str, ...]:
        """All parameter names in order."""
        return (*self.arguments, *self.uses)


def stubs(paper: Paper) -> tuple[Stub, ...]:
    """Give one stub for each function-like equation and each algorithm; one called `method` where there is neither."""
    places = Places(paper)
    shapes = shapes_at(paper)
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


def _equations(paper: Paper, places: Places, shapes: Shapes) -> Iterator[_Maker]:
    known, constants = _functions(paper), _constants(paper)
    return (_Maker(equation=e, places=places, shapes=shapes(e.span), known=known, constants=constants)
            for e in paper.equations)  # fmt: skip


def _functions(paper: Paper) -> set[str]:
    """Give the names of what a formula of the paper defines with brackets, or calls; `b` for `b_j(t)` as well."""
    forms = [form for e in paper.equations if (form := function_form(e.tex))]
    names = {f.name for f in forms if f.bracketed} | {name for f in forms for name in f.functions}
    return names | {name.rpartition("_")[0] for name in names if "_" in name}


def _constants(paper: Paper) -> frozenset[str]:
    r"""Give `pi` where nothing in the paper calls it, numbers it or explains it: a policy is no constant."""
    every = [atoms(tex) for tex in (*(e.tex for e in paper.equations), *(s.symbol for s in paper.symbols))]
    numbered = any(a.base == "pi" and a.name != "pi" for found in every for a in found)
    explained = any(s.symbol.strip() == r"\pi" for s in paper.symbols)
    called = any("pi" in called_symbols(found) for found in every)
    return frozenset() if numbered or explained or called else frozenset({"pi"})


def known_numbers(tex: str) -> frozenset[str]:
    r"""Give `pi` where one formula alone shows that it is the number, `I` where it is added to or taken from matrices.

    The number stands as in `\sqrt{2 \pi}` or `\cos(t \pi / T)`, and is never called or numbered.

    >>> sorted(known_numbers(r"\sqrt{2 / \pi} x")), sorted(known_numbers(r"\sin(a) \pi(a)"))
    (['pi'], [])
    """
    other = _POLICY.search(tex) or any(a.base == "pi" and a.name != "pi" for a in atoms(tex))
    shown = len(_BESIDE.findall(tex)) == len(_PI.findall(tex)) > 0 or (_WAVE.search(tex) and _PI.search(tex))
    return frozenset({"pi"} if shown and not other else ()) | frozenset(
        {"I"} if _UNIT.search(tex) and _MATRIX.search(tex) else ()
    )


_PI = re.compile(r"\\pi(?![A-Za-z])")
_BESIDE = re.compile(
    r"(?:\(|\\sqrt\s*\{\s*(?:\\[dt]?frac\s*\{)?|\\(?:log|ln)[\s({]*)\s*\d[\d.]*\s*(?:/\s*|\}\s*\{\s*)?\\pi(?![A-Za-z])"
)
_UNIT = re.compile(r"(?<![A-Za-z\\_^{])(?:I\s*[-+]|[-+]\s*(?:\\[a-z]+(?:\^2)?\s*)?I(?![A-Za-z_^({'\\]))")
_MATRIX = re.compile(r"(?<![A-Za-z\\_{])[A-HJ-Z]\s*(?:[A-HJ-Z](?![A-Za-z])|\^\s*\{?\s*(?:\\top|T|-1))")
_POLICY = re.compile(r"\\pi\s*(?:\\left|\\[bB]igg?l?)?\s*\(")
_WAVE = re.compile(r"\\(?:cos|sin|tan)(?![A-Za-z])")


def _algorithms(paper: Paper, places: Places, shapes: Shapes) -> Iterator[_Maker]:
    return (_Maker(algorithm=a, places=places, shapes=shapes(a.span)) for a in paper.algorithms if a.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Maker:
    """Makes one stub once it is known which names are taken."""

    places: Places
    shapes: Mapping[str, str]
    known: Collection[str] = ()
    """Names that the paper defines or calls as functions."""
    constants: Collection[str] = ()
    """Names of numbers that everybody knows."""
    equation: Equation | None = None
    algorithm: Algorithm | None = None

    def __call__(self, taken: set[str]) -> Stub | None:
        """Give the stub, or None where the formula does not define a function."""
        if self.equation is not None:
            form = function_form(self.equation.tex, self.known, {*self.constants, *known_numbers(self.equation.tex)})
            return _from_equation(self.equation, form, self.places, self.shapes, taken)
        return _from_algorithm(self.algorithm, self.places, self.shapes, taken) if self.algorithm else None


def _from_equation(
    equation: Equation, form: Form | None, places: Places, shapes: Mapping[str, str], taken: set[str]
) -> Stub | None:
    if form is None or (equation.number is None and not form.bracketed):
        return None
    hint = "eq" + "_".join(ascii_words(equation.number or ""))
    hint = "new" if form.updates else hint if len(hint) > 2 else ""
    name = unique(form.name, taken | set(form.arguments) | set(form.uses), hint=hint)
    names = {*form.arguments, *form.uses} - form.functions
    bold = bold_names(equation.tex) & names
    right = last_side(right_side(equation.tex))
    inner = {name for name in form.sequences if "_" in name}  # what the paper says of it is about one member
    limits = {k: v for k, v in counted(right_side(equation.tex)).items() if k in names - bold}
    members = numbered(right) & names
    shapes = neighbours(names, shapes, members)
    limits |= dict.fromkeys(
        (_axes(shapes, [*names]) & {*form.arguments} if not form.bracketed else set()) - shapes.keys() - bold, 3
    )
    shapes = {k: v for k, v in shapes.items() if k not in limits}  # whatever matrix a `K` is elsewhere, here it counts
    return Stub(
        name=name,
        arguments=form.arguments,
        uses=tuple(u for u in form.uses if u not in _axes(shapes, form.arguments)),
        place=places.of_equation(equation),
        short=f"Equation ({line(equation.number, 20)})" if equation.number else places.of_equation(equation),
        tex=equation.tex,
        shapes={k: v for k, v in shapes.items() if k in names - inner} | _result(shapes, form.name),
        functions=form.functions,
        bold=bold,
        sequences=form.sequences & names,
        numbered={n: form.bracketed and n in form.arguments for n in sorted(members)},
        counts=limits,
        origin=equation,
    )


def _result(shapes: Mapping[str, str], name: str) -> dict[str, str]:
    return {"return": shapes[f"return {name}"]} if f"return {name}" in shapes else {}


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
    sequences: frozenset[str] = frozenset()
    """Those that stand for all of `a_1, ..., a_n`."""
    updates: bool = False
    """Whether an arrow assigns to what stands on the right too: `theta <- theta - g`."""


def function_form(tex: str, known: Collection[str] = (), constants: Collection[str] = ()) -> Form | None:
    r"""Read `f(x) = ...`, `\mathrm{Attention}(Q, K, V) = ...` or `L = ...` as a function.

    Of a chain `f(x) = a = b` all sides are one value; the last is what it is computed from.

    >>> function_form(r'\mathrm{FFN}(x) = \max(0, xW_1 + b_1) W_2 + b_2').uses
    ('W_1', 'b_1', 'W_2', 'b_2')
    >>> function_form(r'\sum_i a_i \leq 1') is None
    True
    """
    sides = split_relation(tex) or _near(tex)
    if sides is None:
        return None
    (left, of_left), (right, of_right) = joined(atoms(sides[0])), joined(atoms(last_side(_beyond_none(sides[1]))))
    head = None if r"\mathbb" in sides[0] or r"\mathds" in sides[0] else _head(left)
    if head is None or not _defines(sides[1], head[0], right):
        return None
    name, arguments = head
    bracketed = len(left) > 1 + (left[0].kind == "nabla")
    updates = name in free_symbols(right) and _is_update(tex)
    again = updates or not bracketed
    free = [s for s in free_symbols(right) if s not in (*arguments, *constants) and (again or s != name)]
    functions, sequences = called_symbols(right, known), of_left | of_right
    if not bracketed:
        found = tuple(free[:_MOST_ARGUMENTS])
        return Form(name, found, (), False, functions & set(found), sequences, updates) if found else None
    uses = tuple(s for s in free if not is_part(s, arguments))[:_MOST_ARGUMENTS]
    return Form(name, arguments, uses, True, functions & {*arguments, *uses}, sequences, updates)


def _near(tex: str) -> tuple[str, str] | None:
    r"""Split `\mathrm{GELU}(x) \approx ...`, a word in front; with a letter it compares rather than defines."""
    left, sign, right = tex[:6000].partition(r"\approx")
    found = atoms(left)
    defines = bool(sign) and found[:1] != [] and found[0].kind == "word" and found[-1].kind == "close"
    return (left, right) if defines and not right[:1].isalpha() else None


def is_part(name: str, arguments: Collection[str]) -> bool:
    """Say whether a symbol is an entry of an argument, `x_i` of `x`, or the `d` of an integral."""
    return bool(re.match(r"d(_|$)", name)) or (name[-2:-1] == "_" and name[-1] in "ijklmn" and name[:-2] in arguments)


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
        if words and words != names[-1:]:  # dots, numbers and one more member of a sequence are no arguments
            names.append(unique(identifier(words[:3]), names))
    return tuple(names)


def _from_algorithm(algorithm: Algorithm, places: Places, shapes: Mapping[str, str], taken: set[str]) -> Stub:
    number = "_".join(ascii_words(algorithm.number or ""))
    words = [w.lower() for w in ascii_words(re.sub(r"\$[^$]*\$|\\[A-Za-z]+", " ", algorithm.caption[:400]))]
    words = [w for w in words if w not in SMALL_WORDS][:4]
    default = f"{algorithm.kind}_{number}".rstrip("_")
    arguments, functions, sequences = stated_inputs(algorithm.inputs)
    told = [*told_counts(algorithm.inputs), *loop_bounds(algorithm.lines)]
    if not algorithm.inputs:
        arguments, functions, sequences, counted_to = unstated_inputs(algorithm.lines, most=MOST_INPUTS)
        told += counted_to
    else:
        free = {*unstated_inputs(algorithm.lines, most=MOST_INPUTS)[0]}
        known = {*arguments, *shapes, *_axes(shapes, arguments)}
        inside = {*re.findall(r"[A-Za-z]+", " ".join(re.findall(r"\$[^$]*\$", " ".join(algorithm.inputs))))}
        ends = [
            n for n in dict.fromkeys(told) if n in free - known - inside and "_" not in n
        ]  # the n of `$a_n$` is told
        arguments = (*arguments, *ends)
    functions |= called_in(algorithm.lines) & {*arguments}
    bold = bold_names(" , ".join(algorithm.inputs or [x.text for x in algorithm.lines])) & {*arguments}
    name = unique(identifier(words, fallback=default), taken | set(arguments), hint=default)
    return Stub(
        name=name,
        arguments=arguments,
        place=places.of_algorithm(algorithm),
        short=f"{algorithm.kind.title()} {line(algorithm.number or '', 20)}".strip(),
        lines=algorithm.lines,
        shapes={k: v for k, v in shapes.items() if k in arguments and k not in functions},
        functions=functions,
        bold=bold,
        sequences=sequences,
        counts={k: 3 for k in told if k in {*arguments} - functions - bold - sequences - shapes.keys()},
        origin=algorithm,
    )
