r"""Shapes of arguments: what the paper states (`$W \in \mathbb{R}^{d \times k}$`), else a guess by its letters.

A stated shape is an annotation and a test; a guess is only the size with which a test calls the function.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from paperlab.records.extracted import Paper, Span, Symbol
from paperlab.scaffold.tex import Atom, atoms, free_symbols

_SYMBOL = r"(?:\\[A-Za-z]+\s*\{[^{}]*\}|\\?[A-Za-z]+)(?:[_^](?:\{[^{}]*\}|\\?[A-Za-z0-9]+))*"
_SHAPED = re.compile(rf"{_SYMBOL}(?:\s*,\s*{_SYMBOL}){{0,4}}\s*$")
_REALS = r"(?:(?:\\mathbb\s*\{?\s*R\s*\}?|\\R(?:eals)?|\\Re)(?![A-Za-z])(?:_\s*(?:\{[^{}]{1,12}\}|\+))?|\[-?[01],\s*1\]|\\\{-?[01],\s*1\\\})\s*\^\s*(?P<axes>\{(?:[^{}]|\{[^{}]*\})*\}|\\?\w+)"
_SPACE = re.compile(rf"\\in\s*{_REALS}")
"""`W \\in \\mathbb{R}^{d \\times k}`, also `Q, K \\in \\mathbb{R}^n`: the space first, then what stands before it."""
_MEANT = re.compile(rf"(?:^|, )in {_REALS}$")
"""How a symbol's meaning ends where the sentence that explains it names the space."""

_BEFORE = 120
"""Characters before a space that can hold its symbols; a window, so that hostile text takes no time."""


def stated_shapes(paper: Paper) -> dict[str, str]:
    """Give name -> axes for each symbol whose shape the paper states."""
    found: dict[str, str] = {}
    for symbol, axes in (*_in_meanings(paper.symbols), *_in_formulas(paper)):
        found |= {n: axes for n in free_symbols(atoms(symbol))[:1] if axes and n not in found}
    return found


class Stated(NamedTuple):
    """A name, its axes, and where the text says so."""

    name: str
    axes: str
    span: Span | None


Shapes = Callable[[Span | None], Mapping[str, str]]
"""Name -> axes, as they are at a place; `return y` -> those of what a function `y` gives, which only a meaning tells."""


def shapes_at(paper: Paper) -> Shapes:
    r"""Give what finds the shapes at a place: as the nearest statement has them, else as the symbols' meanings have.

    A letter may be a matrix in one section and a vector in the next. What stands in another file, above a place by more
    than `_ABOVE` lines, or below by more than `_BELOW`, is not near; `Here $W \in ...` below is less near than above.
    A capital that a nearer statement counts with, the K of `$q \in \mathbb{R}^K$`, has no shape.
    """
    said, anywhere = statements(paper), stated_shapes(paper)
    given = {f"return {name}": axes for name, axes in anywhere.items()}

    def shapes(span: Span | None) -> Mapping[str, str]:
        best: dict[str, tuple[int, str]] = {}
        counts: dict[str, int] = {}
        for name, axes, where in said:
            if span and where and where.file == span.file and -_ABOVE <= where.line - span.line <= _BELOW:
                away = span.line - where.line if where.line <= span.line else where.line - span.line + _BELOW // 2
                best[name] = min(best.get(name, (away, axes)), (away, axes), key=lambda pair: pair[0])
                counts |= {axis: min(away, counts.get(axis, away)) for axis in axes.split() if axis.isupper()}
        near = {**anywhere, **{name: axes for name, (_, axes) in best.items()}}
        lost = {n for n, away in counts.items() if n not in best or away < best[n][0]}
        return {**{name: axes for name, axes in near.items() if name not in lost}, **given}

    return shapes


def neighbours(names: Collection[str], shapes: Mapping[str, str], sequences: Collection[str] = ()) -> dict[str, str]:
    r"""Give the shapes, and those of the next of a kind for names that have none: of `c_t` for `c_{t-1}`, `h_i` for `h_j`.

    Args:
        names: those asked for.
        shapes: name -> axes.
        sequences: those of the names that a sum numbers; they have the axes of one member, where the text tells these.

    >>> neighbours(["c_t_minus_1", "h"], {"c_t": "d", "h_i": "F", "h": "d"}, ["h"])
    {'c_t': 'd', 'h_i': 'F', 'h': '_ F', 'c_t_minus_1': 'd'}
    """
    kinds = {
        _kind(name): axes
        for name, axes in sorted(shapes.items(), reverse=True)
        if name[-2:] in ("_t", "_i") or _kind(name) != name
    }
    like = {name: kinds[_kind(name)] for name in names if name not in shapes and _kind(name) in kinds}
    members = {name: f"_ {kinds[kind]}" for name in sequences if (kind := f"{name}_i") in kinds}
    return {**shapes, **members, **like}


def _kind(name: str) -> str:
    return _INDEX.sub("_i", _STEP.sub("", name))


_STEP = re.compile(r"(?<=_t)_(?:minus|plus)_1$")
_INDEX = re.compile(r"_[jkmnuv]$")


def statements(paper: Paper) -> tuple[Stated, ...]:
    """Give what running text says of single symbols' spaces, in its order."""
    found = []
    for space in paper.spaces:
        match = _SPACE.match(rf"\in {space.space[:200]}")
        names = free_symbols(atoms(space.symbol[:400]))[:1]
        found += [Stated(name, axes, space.span) for name in names if match and (axes := _axes_of(match["axes"]))]
    return tuple(found)


_ABOVE = 40
"""Lines up to where a letter was introduced: about a page."""
_BELOW = 8
"""Lines down to a sentence that explains a formula above it."""


def _in_meanings(symbols: Sequence[Symbol]) -> Iterator[tuple[str, str]]:
    for symbol in symbols:
        match = _MEANT.search(symbol.meaning[-400:])
        if match:
            yield symbol.symbol[:400], _axes_of(match["axes"])


def _in_formulas(paper: Paper) -> Iterator[tuple[str, str]]:
    texts = [f"{s.symbol} {s.meaning}" for s in paper.symbols] + [e.tex for e in paper.equations]
    for text in (t[:4000] for t in texts):
        for match in _SPACE.finditer(text):
            before = _SHAPED.search(text[max(0, match.start() - _BEFORE) : match.start()])
            for symbol in before[0].split(",") if before else ():
                yield symbol, _axes_of(match["axes"])


def _axes_of(tex: str) -> str:
    """Give axes as jaxtyping writes them; one that is not a name or a number becomes `_`, any size."""
    inner = tex[1:-1] if tex.startswith("{") else tex
    return " ".join(_axis(part) for part in re.split(r"\\times|\\cdot|,|\\,", inner) if part.strip())


def _axis(tex: str) -> str:
    found = atoms(tex)
    names = free_symbols(found)
    if re.fullmatch(r"\s*[1-9][0-9]{0,3}\s*", tex):
        return tex.strip()
    factor = re.match(r"\s*([1-9]\d?)\s*(?![\d^_\s])", tex)
    if len(names) != 1 or len(found) != 1 + bool(factor) or found[-1].kind != "symbol":
        return "_"
    return f"{factor[1]}*{names[0]}" if factor else names[0]


_BOLD = re.compile(
    r"\\(?:mathbf|boldsymbol|bm|pmb|symbf|textbf|vec)(?![A-Za-z])\s*(\{[^{}]*\}|\\[A-Za-z]+|\w)|\{\\bf(?![A-Za-z])([^{}]*)\}"
)
_MARK = "Bold"


def bold_names(tex: str) -> frozenset[str]:
    r"""Give the names of what a formula sets in bold, as vectors and matrices are.

    >>> sorted(bold_names(r'\mathbf{y}_t = \overline{\bm{W}} x')), bold_names("W x")
    (['W_bar', 'y_t'], frozenset())
    """
    marked = _BOLD.sub(lambda m: rf"\mathrm{{{_MARK} {(m[1] or m[2]).strip('{}')}}}", tex[:6000])
    names = (a.name for a in atoms(marked) if a.kind in ("symbol", "word", "index"))
    return frozenset(n.removeprefix(f"{_MARK}_") for n in names if n.startswith(f"{_MARK}_"))


_MATRICES = frozenset("AGHPQUVWXYZ")
_VECTORS = frozenset("abghkquvwxyz")


def guessed_shape(name: str, beside: Collection[str], bold: Collection[str] = ()) -> list[str]:
    """Guess a shape that the paper does not state, by the habits of the field: `W` a matrix, `x` beside it a vector.

    A formula that sets vectors in bold says by that which small letter is a single number. All axes have size 3, so that
    every product of what is guessed is legal.

    Args:
        name: the argument.
        beside: all arguments of the function that are no functions themselves.
        bold: see `bold_names`.
    """
    letter = name.split("_")[0]
    if bold:
        matrix = letter[0].isupper() if name in bold else letter in _MATRICES
        return ["3", "3"] if matrix else ["3"] if name in bold else []
    letters = {p.split("_")[0] for p in beside}
    if not letters & _MATRICES:
        return []
    if letter in _MATRICES or (letter == "K" and letters & {"Q", "H"}) or (letter == "B" and "A" in letters):
        return ["3", "3"]
    return ["3"] if letter in _VECTORS else []


_WHOLE = re.compile(
    r"\^\s*\{?\s*(?:-|\\top|T(?![A-Za-z])|\\intercal|\\dagger|\\(?:mathsf|mathrm|rm|text|star))|[|]|\\[|]|\\[lr]?[vV]ert"
)
"""Signs that treat a letter as a matrix."""
_PLAIN = frozenset("min max clip exp log ln tanh sigmoid".split())


def lone(name: str, guesses: Mapping[str, Sequence[str]], tex: str) -> bool:
    """Say whether a capital is a number: the only one that is guessed to be more, in a formula of plain steps; no W or X.

    Args:
        name: the argument.
        guesses: argument -> guessed shape, those of the function.
        tex: the formula's right-hand side; what it does to the letter may tell a matrix.
    """
    words = {a.text.lstrip("\\") for a in atoms(tex) if a.kind in ("word", "big", "nabla")}
    plain = words <= _PLAIN and not _WHOLE.search(tex)
    return plain and name[0] not in "WX" and all(not guess for other, guess in guesses.items() if other != name)


def normed(tex: str) -> frozenset[str]:
    r"""Give the names of the vectors that norms hold; none where a norm holds anything but sums of symbols and calls.

    >>> sorted(normed(r"\|x - f(z)\|^2 + m")), sorted(normed(r"\|x - y\| + \|\lambda x\|"))
    (['x', 'z'], [])
    """
    found = atoms(tex)
    bars = [at for at, atom in enumerate(found) if atom.text in _BARS]
    inside = [found[a + 1 : b] for a, b in zip(bars[::2], bars[1::2], strict=False)]
    names = [_vector(term) for part in inside for term in _summed(part)]
    whole = len(bars) % 2 == 0 and all(names)
    return frozenset(name for name in names if name[0].islower()) if whole else frozenset()


_BARS = frozenset({r"\|", r"\Vert", r"\lVert", r"\rVert"})


def _summed(found: Sequence[Atom]) -> Iterator[list[Atom]]:
    """Split at the signs outside brackets."""
    depth, start = 0, 0
    for at, atom in enumerate([*found, Atom("other", "+")]):
        depth += {"open": 1, "close": -1}.get(atom.kind, 0)
        if depth == 0 and atom.text in ("+", "-"):
            yield [*found[start:at]]
            start = at + 1


def _vector(term: Sequence[Atom]) -> str:
    """Give the name of a term that is a symbol, or of what a call is of, whose stand-in keeps a shape; else nothing."""
    if len(term) == 1 and term[0].kind == "symbol":
        return term[0].name
    called = (
        len(term) > 3 and term[0].kind in ("symbol", "word") and term[1].kind == "open" and term[-1].kind == "close"
    )
    return _vector(term[2 : _comma(term)]) if called else ""


def _comma(term: Sequence[Atom]) -> int:
    """Give the place of what ends the first argument of a call."""
    return next((at for at, atom in enumerate(term) if at > 2 and atom.kind == "separator"), len(term) - 1)


def numbered(tex: str) -> frozenset[str]:
    r"""Give the names of what sums and products of a formula number, and nothing else in it.

    >>> sorted(numbered(r"\sum_i a_i b_i + b_i")), sorted(numbered(r"\sum_i a_i + \max_j b_j"))
    (['a', 'b'], [])
    """
    found = atoms(tex)
    applied = {id(a) for a, b in pairwise(found) if a.text in (r"\max", r"\min") and b.kind == "open"}
    if any(a.kind == "big" and a.text not in (r"\sum", r"\prod") and id(a) not in applied for a in found):
        return frozenset()
    return frozenset(a.name for a in found if a.numbered) - {a.name for a in found if not a.numbered}


_PLAIN_SYMBOL = r"(?:\\[A-Za-z]+\s*\{[^{}]*\}|\\[A-Za-z]+|[A-Za-z])(?:_(?:\{[^{}]*\}|\\?[A-Za-z0-9]+))?"
_TURNED = re.compile(
    rf"({_PLAIN_SYMBOL})\s*\^\s*(?:\{{\s*\\(?:top|intercal)\s*\}}|\\(?:top|intercal)(?![A-Za-z]))\s*({_PLAIN_SYMBOL})?"
)
_INVERTED = re.compile(
    r"(?<![A-Za-z\\])((?:[ABDFGHPQRSVWX]|\\Sigma|\\Lambda)(?:_(?:\{[^{}]*\}|\\?[A-Za-z0-9]+))?)\s*\^\s*\{\s*-\s*1"
)


def treated(tex: str) -> tuple[frozenset[str], frozenset[str]]:
    r"""Give the names of what a formula transposes, with what follows, and of the capitals that it inverts: matrices.

    >>> [sorted(names) for names in treated(r"c^\top x + F^{-1} g + T^{-1}")]
    [['c', 'x'], ['F']]
    """
    turned, inverse = _TURNED.findall(tex[:6000]), _INVERTED.findall(tex[:6000])
    return _first_names(part for pair in turned for part in pair), _first_names(inverse)


def _first_names(parts: Iterable[str]) -> frozenset[str]:
    return frozenset(a.name for part in parts for a in atoms(part)[:1] if a.kind == "symbol")


_DIVISOR = re.compile(
    rf"(?:\\[dt]?frac\s*\{{(?:[^{{}}]|\{{[^{{}}]*\}})*\}}\s*\{{|/)\s*({_SYMBOL})\s*(?:\}}|[-+.,;)]|$)"
)


def divisors(tex: str) -> frozenset[str]:
    r"""Give the names of symbols by which a formula divides as they stand: numbers, since nothing is divided by a matrix.

    >>> sorted(divisors(r"\frac{U}{W} + a / S")), sorted(divisors(r"\frac{a}{\sqrt{W}} + \frac{1}{W x}"))
    (['S', 'W'], [])
    """
    every = (atoms(found) for found in _DIVISOR.findall(tex[:6000]))
    return frozenset(found[0].name for found in every if len(found) == 1 and found[0].kind == "symbol")


def members(name: str) -> list[str]:
    """Guess the shape of what a sum numbers and no formula sets in bold: numbers, or matrices by a matrix' letter.

    The `W_i` of `W_{ij}` is one row.
    """
    return ["3", "3", "3"] if name.split("_")[0] in _MATRICES and not re.search(r"_[a-z]$", name) else ["3"]


_LIMITS = re.compile(
    r"\\(?:sum|prod)(?![a-z])(?:\\limits)?\s*(?P<limits>(?:[_^]\s*(?:\{(?:[^{}]|\{[^{}]*\})*\}|\\?\w)\s*){1,2})"
)
_LIMIT = re.compile(r"([_^])\s*(\{(?:[^{}]|\{[^{}]*\})*\}|\\?\w)")

_ROOT_OF_LOG = re.compile(r"\\sqrt\s*\{\s*(?:\\[dt]?frac\s*\{)?[^{}]*\\(?:log|ln)\s*\(?\s*(t)(?![A-Za-z_^({'])")
_LOG_OF = re.compile(r"\\(?:log|ln)\s*\{?\(?\s*([NTKMn])\s*(?![A-Za-z_^({'])")
"""How many there are of something: between 0 and 1 the bounds that hold such a logarithm have no root."""


def counted(tex: str) -> dict[str, int]:
    r"""Give name -> a small size for what a sum or product counts from and to, and for how many a logarithm is taken of.

    What an upper end takes away is less than it: in `T - t` t is 1.

    >>> counted(r'\sum_{t=j}^{T-1} a_t'), counted(r'\sum_{x \in S} x'), counted(r'\sqrt{2 \ln N / m} \log P')
    ({'j': 1, 'T': 3}, {}, {'N': 3})
    """
    found: dict[str, int] = {}
    for match in _LIMITS.finditer(tex[:6000]):
        for place, limit in _LIMIT.findall(match["limits"]):
            text = limit[1:-1] if limit.startswith("{") else limit
            text, _, less = text.partition("-") if place == "^" else (text.partition("=")[2], "", "")
            found |= {name: 1 if place == "_" else 3 for name in free_symbols(atoms(text)) if name not in found}
            found |= {name: 1 for name in free_symbols(atoms(less)) if name not in found}
    return found | {
        name: 3 for name in (*_LOG_OF.findall(tex[:6000]), *_ROOT_OF_LOG.findall(tex[:6000])) if name not in found
    }
