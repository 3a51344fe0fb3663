r"""A formula's right-hand side as a tree that can be computed, or Unclear.

Only what has one reading is read: `\log x y`, `W^2` of a matrix, `f (x + y)` of an `f` that nothing calls a function, a set,
an expectation and whatever the reader does not know are unclear, and a formula with one such part is so as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from paperlab.scaffold.tex import OLD_FONTS, Reader, bare, hung, tokens, transposition

Node = tuple[Any, ...]
"""(operation, operands ...); the operations are those of `arithmetic`."""


class Unclear(Exception):
    """A formula, or what it comes to, has more than one reading, or none that is known here."""


def read(tex: str, functions: Collection[str]) -> Node:
    r"""Give the tree of one side of a formula.

    Args:
        tex: the side, see `relations.last_side`.
        functions: names that the formula calls.

    Raises:
        Unclear: it has no one reading.

    >>> read(r"2 x + \frac{a}{b}", ())
    ('add', ('times', ('number', 2.0), ('symbol', 'x')), ('over', ('symbol', 'a'), ('symbol', 'b')))
    """
    side = _WRAPPED.sub(" ", tex).strip().rstrip(".,; \n\\")
    if len(side) > _LONGEST or _FOREIGN.search(side) or side.count("{") != side.count("}"):
        raise Unclear(side)
    return _whole(Reader(tokens(side)), functions)


_LONGEST = 1000
_WRAPPED = re.compile(r"\\(?:begin|end)\{(?:aligned|split|gathered)\}|\\enspace(?![A-Za-z])")
_FOREIGN = re.compile(
    r"\\(?:begin|end|mathbb|mathbbm|mathds|cite|ref|eqref|text(?:color)?\{\s*(?:if|where|for)|color|tag|stackrel|overset)(?![A-Za-z])|\\\\|%"
)
"""What the tokens no longer show, or that is no part of a formula to compute."""


def _whole(reader: Reader, functions: Collection[str]) -> Node:
    """Read all tokens of a group."""
    node = _sum(reader, functions)
    if reader.at < len(reader.tokens):
        raise Unclear(reader.peek())
    return node


def _inner(found: list[str], reader: Reader, functions: Collection[str]) -> Node:
    return _whole(Reader(found, bound=reader.bound), functions)


def _sum(reader: Reader, functions: Collection[str]) -> Node:
    """Read terms and the signs between them."""
    node, sign = None, ""
    while node is None or reader.peek() in ("+", "-"):
        sign = _take(reader) if reader.peek() in ("+", "-") else ""
        term = _term(reader, functions)
        if node is None:
            node = ("minus", term) if sign == "-" else term
        else:
            node = ("add", node, ("minus", term) if sign == "-" else term)
    return node


def _take(reader: Reader) -> str:
    reader.at += 1
    return reader.tokens[reader.at - 1]


_SIGNS = {r"\cdot": "dot", r"\odot": "entrywise", r"\times": "cross", "/": "over", r"\Big/": "over"}


def _term(reader: Reader, functions: Collection[str]) -> Node:
    """Read a product: factors side by side, or with a sign between them; after a stroke one factor alone."""
    node, stroke = _factor(reader, functions), False
    while reader.peek() and reader.peek() not in _ENDS:
        sign = _SIGNS.get(reader.peek(), "")
        reader.at += bool(sign)
        last = node if node[0] in ("symbol", "over") else node[-1]
        if sign == "" and (stroke or reader.peek()[0].isdigit() or last == ("symbol", "d")):
            raise Unclear("a / b c, a 2, or d t")
        factor = _factor(reader, functions, beside=not sign)
        stroke = stroke or (sign == "over" and not (node[0] == factor[0] == "number"))
        node = (sign or "times", node, factor)
    return node


_ENDS = frozenset({"+", "-", ")", "]", ",", r"\}"})


def _factor(reader: Reader, functions: Collection[str], *, beside: bool = False) -> Node:
    """Read one factor with its exponents; `beside` says that another one stands right before it."""
    piece = reader.peek()
    for starts, made in _FACTORS.items():
        if piece in starts:
            return made(reader, functions)
    if piece and piece[0].isdigit():
        reader.at += 1
        return _raised(reader, ("number", float(piece)), functions)
    if piece in ("(", "["):
        if piece == "[" and beside and not {"+", "-"} & {*_peek_group(reader)}:
            raise Unclear("a unit, or a case")
        return _raised(reader, _bracket(reader, functions), functions)
    if piece == "{" and reader.peek(1)[1:] not in OLD_FONTS:
        return _raised(reader, _inner(reader.group(), reader, functions), functions)
    return _named(reader, functions)


def _peek_group(reader: Reader) -> list[str]:
    return reader.tokens[reader.at + 1 : _closing(reader)]


_PAIRS = {"(": ")", "[": "]", r"\{": r"\}"}


def _closing(reader: Reader) -> int:
    """Give the place of the bracket that closes the one at the reader's place."""
    opened: list[str] = []
    for at in range(reader.at, len(reader.tokens)):
        piece = reader.tokens[at]
        if piece in _PAIRS:
            opened.append(_PAIRS[piece])
        elif piece in _PAIRS.values():
            if not opened or opened.pop() != piece:
                break
            if not opened:
                return at
    raise Unclear("an open bracket")


def _bracketed(reader: Reader) -> list[str]:
    """Take what stands in the brackets at the reader's place."""
    end = _closing(reader)
    inside, reader.at = reader.tokens[reader.at + 1 : end], end + 1
    return inside


def _bracket(reader: Reader, functions: Collection[str]) -> Node:
    return _inner(_bracketed(reader), reader, functions)


def _raised(reader: Reader, base: Node, functions: Collection[str]) -> Node:
    """Read the exponents of a group or a number; an index of a group is one entry of something."""
    while reader.peek() == "^":
        reader.at += 1
        inner = reader.group()
        base = ("turn", base) if transposition(inner) in _TURNS else ("power", base, _inner(inner, reader, functions))
    if reader.peek() in ("_", "!") or reader.peek()[:1] == "'":
        raise Unclear(reader.peek())
    return base


_TURNS = ("T", "top", "intercal", "transpose")
"""Others may take a conjugate, or the inverse of what has none."""


def _fraction(reader: Reader, functions: Collection[str]) -> Node:
    reader.at += 1
    above = _inner(reader.group(), reader, functions)
    return _raised(reader, ("over", above, _inner(reader.group(), reader, functions)), functions)


def _root(reader: Reader, functions: Collection[str]) -> Node:
    reader.at += 1
    degree: Node = ("number", 2.0)
    if reader.peek() == "[":
        degree = _bracket(reader, functions)
    inside = _inner(reader.group(), reader, functions)
    return _raised(reader, ("power", inside, ("over", ("number", 1.0), degree)), functions)


def _bars(reader: Reader, functions: Collection[str]) -> Node:
    """Read `|x|` and the norms; what the second bar closes has no bar inside."""
    double = reader.peek() == "|" and reader.peek(1) == "|"
    norm = double or reader.peek() in _NORMS
    reader.at += 1 + double
    start = reader.at
    while reader.peek() and reader.peek() not in _BARS:
        reader.at += 1
    inside = reader.tokens[start : reader.at]
    if not reader.peek() or (reader.peek() in _NORMS or (double and reader.peek(1) == "|")) is not norm or not inside:
        raise Unclear("|")
    reader.at += 1 + double
    which = ""
    if norm and reader.peek() == "_":
        reader.at += 1
        which = "".join(reader.group())
    return _raised(reader, ("norm" if norm else "abs", _inner(inside, reader, functions), which), functions)


_NORMS = frozenset({r"\|", r"\Vert", r"\lVert", r"\rVert"})
_BARS = _NORMS | {"|", r"\vert", r"\lvert", r"\rvert"}


def _series(reader: Reader, functions: Collection[str]) -> Node:
    r"""Read `\sum_{i=1}^{N}` and the product behind it; nothing beyond the next sign may hang on its index."""
    kind = _take(reader).lstrip("\\")
    below, above = _limits(reader)
    equals = below.index("=") if "=" in below else len(below)
    names, _ = bare(Reader(below[:equals])) if equals == 1 else ([], "")
    if len(names) != 1 or reader.bound.get(names[0]) or ("=" in below) is not bool(above):
        raise Unclear("a sum over a set")
    reader.bound[names[0]] = True
    low = _inner(below[equals + 1 :], reader, functions) if above else None
    high = _inner(above, reader, functions) if above else None
    body = _term(reader, functions)
    reader.bound[names[0]] = False  # behind this sum another one may run over it, and nothing else may hold it
    if not _hangs(body, names[0]):
        raise Unclear("a sum of what its index does not number")
    return (kind, names[0], low, high, body)


def _hangs(node: Any, index: str) -> bool:
    if not isinstance(node, tuple):
        return False
    return (node[0] in ("item", "index") and index in node[1:]) or any(_hangs(part, index) for part in node[1:])


def _limits(reader: Reader) -> tuple[list[str], list[str]]:
    found: dict[str, list[str]] = {}
    while reader.peek() in ("_", "^"):
        sign = _take(reader)
        found[sign] = reader.group()
    return found.get("_", []), found.get("^", [])


_FACTORS: Mapping[frozenset[str], Callable[[Reader, Collection[str]], Node]] = {
    frozenset({r"\frac", r"\dfrac", r"\tfrac"}): _fraction,
    frozenset({r"\sqrt"}): _root,
    _BARS: _bars,
    frozenset({r"\sum", r"\prod"}): _series,
}
"""How a factor begins -> what reads it."""

APPLIED = frozenset(
    "exp log ln sin cos tan tanh sinh cosh softmax sigmoid relu silu softplus sg stopgrad max min clip tr trace".split()
)
"""Functions that everybody knows, in small letters."""


def _named(reader: Reader, functions: Collection[str]) -> Node:
    """Read what has a name: a function applied, a function of the paper called, symbols side by side."""
    names, kind = bare(reader)
    if not names:
        raise Unclear(reader.peek())
    *firsts, last = names
    if kind == "word" and last.lower() in APPLIED and not firsts and not last.isupper():
        return _applied(reader, last.lower(), functions)
    if last == "e" and reader.peek() == "^" and not firsts:
        reader.at += 1
        return ("apply", "exp", _inner(reader.group(), reader, functions))
    name, powers, turned, dropped = hung(reader, last)
    if any(len(part) <= _FEW and bound in part for part in name.split("_")[1:] for bound in reader.bound):
        raise Unclear("an index among others")
    if kind == "word" and reader.peek() == "(" and name not in functions:
        raise Unclear(name)
    node = _symbol(reader, name, dropped, functions, plain=not powers)
    for power in powers:
        node = ("power", node, _exponent(power, reader, functions))
    if turned and turned not in _TURNS:
        raise Unclear(turned)
    node = ("turn", node) if turned else node
    for first in reversed(firsts):
        node = ("times", ("symbol", first), node)
    return _raised(reader, node, functions) if node[0] == "call" else node


_FEW = 3
"""Letters of an index; more are a word."""


def _symbol(reader: Reader, name: str, dropped: tuple[str, ...], functions: Collection[str], *, plain: bool) -> Node:
    if name in functions:
        if reader.peek() != "(" or dropped or not plain:
            raise Unclear(name)
        return ("call", name, *_listed(_bracketed(reader), reader, functions))
    if reader.peek() == "(" and not _multiplies(name, reader, plain=plain, member=bool(dropped)):
        raise Unclear(f"{name}(")
    if name in reader.bound and not dropped:
        return ("index", name)
    return ("item", name, *dropped) if dropped else ("symbol", name)


_FUNCTIONS = frozenset("fghpqDGHKPQV")
"""Letters that may well be called by members of a row: `f_i(x - y)`; the `w_i` of `w_i (x - y)` is a factor."""
_NUMBERS = frozenset("alpha beta gamma lambda eta epsilon kappa tau".split())
"""Letters that nobody calls a function by."""


def _multiplies(name: str, reader: Reader, *, plain: bool, member: bool) -> bool:
    r"""Say whether brackets behind a symbol are a factor: `\alpha^2 (x - y)`, `W (\alpha v)`, and `p (1 - p)`.

    `p` stands alone there too; a power of it, not `plain`, may be one of what it gives. So is a `member` of a row.
    """
    inside, letter = _peek_group(reader), name.split("_")[0]
    beside = zip(reader.tokens, [*reader.tokens[1:], ""], strict=True)
    alone = any(piece == name and after in ("+", "-", ")", "]", "}", "") for piece, after in beside)
    weighs = letter in _NUMBERS or (plain and alone) or (member and letter[0] not in _FUNCTIONS)
    return letter == "W" or (letter == "U" and r"\odot" in inside) or (bool({"+", "-"} & {*inside}) and weighs)


def _exponent(power: list[str], reader: Reader, functions: Collection[str]) -> Node:
    """Read an exponent of a symbol; a letter, a nought or a one may be its number: `h^1`, `x^k`."""
    node = _inner(power, reader, functions)
    if node[0] == "symbol" or node in (("number", 0.0), ("number", 1.0)):
        raise Unclear(f"^{power}")
    return node


def _listed(inside: list[str], reader: Reader, functions: Collection[str]) -> Iterator[Node]:
    """Read arguments between commas."""
    depth, start = 0, 0
    for at, piece in enumerate([*inside, ","]):
        depth += (piece in _PAIRS or piece == "{") - (piece in _PAIRS.values() or piece == "}")
        if piece == "," and depth == 0:
            yield _inner(inside[start:at], reader, functions)
            start = at + 1


def _applied(reader: Reader, name: str, functions: Collection[str]) -> Node:
    """Read a known function with its argument: brackets, or one symbol or fraction with nothing behind it."""
    base, power = _limits(reader)
    if reader.peek() in _PAIRS or reader.peek() == "{":
        inside = _bracketed(reader) if reader.peek() in _PAIRS else reader.group()
        arguments = [*_listed(inside, reader, functions)]
        if reader.peek() in ("(", "["):
            raise Unclear(f"{name}()(")
    else:
        arguments = [_factor(reader, functions)]
        if reader.peek() and reader.peek() not in _ENDS:
            raise Unclear(f"{name} a b")
    if base and (name != "log" or base not in (["2"], ["1", "0"], ["10"])):
        raise Unclear(f"{name}_")
    node: Node = ("apply", name + "".join(base), *arguments)
    if not power:
        return _raised(reader, node, functions)
    raised = _inner(power, reader, functions)
    if name in ("log", "ln", "exp") or raised == ("minus", ("number", 1.0)):
        raise Unclear(f"{name}^")
    return ("power", node, raised)
