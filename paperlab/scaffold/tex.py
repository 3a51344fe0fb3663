r"""Symbols in a formula: enough TeX to name them, no more.

A formula becomes a flat list of atoms: symbols with their Python names, brackets, separators, relations. Nothing is
evaluated; what is not understood is skipped, and no input raises.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from paperlab.scaffold.names import identifier

_TOKEN = re.compile(r"\\[A-Za-z]+\*?|\\.|[A-Za-z]+(?:\\_[A-Za-z]+)+|[A-Za-z]+|\d+(?:\.\d+)?|'+|\S", re.DOTALL)

_FONTS = frozenset(
    "mathrm mathbf mathcal mathit mathsf mathtt mathfrak mathscr boldsymbol bm text textrm textbf textit textsf texttt "
    "textsc mathop operatorname operatorname* mbox hbox mathnormal textnormal textup pmb symbf vec underline ensuremath bold".split()
)
OLD_FONTS = frozenset("cal bf rm it sf tt em sc boldmath displaystyle textstyle scriptstyle mit".split())
_ACCENTS = {
    "hat": "hat", "widehat": "hat", "tilde": "tilde", "widetilde": "tilde", "bar": "bar", "overline": "bar",
    "dot": "dot", "ddot": "ddot", "check": "check", "breve": "breve",
}  # fmt: skip
_GREEK = frozenset(
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi "
    "omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega ell hbar imath jmath aleph digamma".split()
)
_VARIANTS = {f"var{name}": name for name in ("epsilon", "theta", "phi", "rho", "sigma", "pi", "kappa")}
_BIG = frozenset(
    "sum prod int iint oint max min sup inf lim argmax argmin bigcup bigcap bigoplus bigotimes coprod limsup "
    "liminf arg E".split()
)
_KNOWN = frozenset(
    "log ln exp sin cos tan tanh sinh cosh det tr diag sign sgn softmax sigmoid relu erf rank trace dim ker Pr "
    "arctan arcsin arccos mod gcd deg hom argmax argmin max min sup inf Var Cov KL Tr ReLU var cov vec".split()
)
_ENDS = ("min", "max", "sup", "inf")
"""What an index names the ends of a range by: `\\eta_{\\max}`."""
_SKIP_WORDS = frozenset(
    "if otherwise for where and or with else when as is then all any such that subject to st not in on of by iff "
    "const constant".split()
)
_SHORT_WORDS = frozenset(
    "TP TN FP FN lr pos idx len out inp reg tot avg std err obs cls loc src tgt loss step score".split()
)
RELATIONS = frozenset({"=", r"\coloneqq", r"\equiv", r"\triangleq", r"\leftarrow", r"\gets", r"\doteq", r"\eqdef"})
_OPEN, _CLOSE = frozenset("(["), frozenset(")]")
_TRANSPOSE = frozenset({"T", "top", "intercal", "dagger", "H", "mathsf", "mathrm", "transpose"})


@dataclass(frozen=True, slots=True)
class Atom:
    """One piece of a formula."""

    kind: str
    """symbol | word | index | open | close | separator | relation | nabla | big | other; an index runs in a sum."""
    text: str
    """TeX as it stood, for symbols and words without sub- and superscripts' bound indices."""
    name: str = ""
    """Python name of a symbol or word."""
    base: str = ""
    """Name without subscript and superscript."""
    numbered: bool = False
    """Whether the index of a sum went from its name: one member of a sequence."""


@dataclass
class Reader:
    """Tokens, and how far they are read."""

    tokens: list[str]
    at: int = 0
    bound: dict[str, bool] = field(default_factory=dict)
    """Indices of sums and the like; whether one that stands alone is bound too (not what an expectation draws)."""

    def peek(self, ahead: int = 0) -> str:
        """Give the token at this place, or behind it; "" after the last."""
        return self.tokens[self.at + ahead] if self.at + ahead < len(self.tokens) else ""

    def group(self) -> list[str]:
        """Take one argument: a braced group without its braces, or what TeX takes, one letter or digit of many."""
        if self.peek() != "{":
            piece = self.peek()
            if piece[1:] in _FONTS and self.peek(1) == "{":
                self.at += 1
                return [piece, "{", *self.group(), "}"]
            if len(piece) > 1 and piece[0].isalnum():
                self.tokens[self.at] = piece[1:]
                return [piece[0]]
            self.at += 1
            return [piece] if piece and piece != "}" else []
        depth, start = 0, self.at + 1
        while self.at < len(self.tokens):
            depth += {"{": 1, "}": -1}.get(self.tokens[self.at], 0)
            self.at += 1
            if depth == 0:
                return self.tokens[start : self.at - 1]
        return self.tokens[start:]


def tokens(tex: str) -> list[str]:
    r"""Split TeX into tokens; comments, labels, alignment and spacing are dropped."""
    tex = re.sub(r"(?<!\\)%.*", "", tex[:6000])
    tex = re.sub(r"\\(?:label|tag|ref|eqref|cite|hspace|vspace|begin|end|phantom|color)\*?\s*\{[^{}]*\}", " ", tex)
    tex = re.sub(r"\\(?:mathbf|boldsymbol|bm)\s*(?:\{\s*1\s*\}|1)", r" \\Pr ", tex)
    tex = re.sub(r"\\mathbb\s*(?:\{\s*E\s*\}|E)", r"\\E ", tex)
    # A set is no symbol; any other open letter is an operator: the probability, the entropy of what follows.
    tex = re.sub(r"\\(?:mathbb|mathds|mathbbm)\s*(?:\{\s*[RNZCQ]\s*\}|[RNZCQ])", " ", tex)
    tex = re.sub(r"\\(?:mathbb|mathds|mathbbm)\s*(?:\{[^{}]*\}|\w)", r" \\Pr ", tex)
    tex = re.sub(r"\\(?:left|right|[bB]igg?[lrm]?|middle|limits|nolimits|nonumber|notag)(?![A-Za-z])\s*\.?", " ", tex)
    tex = re.sub(r"\\[,;:! ]|\\q?quad\b|\\\\(?:\[[^\]]*\])?|[&~$]", " ", tex)
    return _TOKEN.findall(_HELD.sub(r"\1", tex))


_HELD = re.compile(
    rf"(?<![A-Za-z_^}}\]])\{{(\\(?:{'|'.join(sorted(_FONTS - {'operatorname*'}))})\s*\{{(?!(?:Bold )?e\}})[^{{}}]*\}})\}}(?=\s*[_^'])"
)
"""Braces round a letter in a font, behind which an index stands; an e without them would be the number e."""


def atoms(tex: str) -> list[Atom]:
    """Give the atoms of a formula, left to right; index symbols of sums are taken out of the names."""
    return _integrated(list(_atoms(Reader(tokens(tex)), 0)))


def _integrated(found: list[Atom]) -> list[Atom]:
    r"""Take what a formula integrates over for bound: `x` and `dx` in `\int f(x) dx`."""
    if not any(a.kind == "big" and a.text.lstrip("\\") in _INTEGRALS for a in found):
        return found
    pairs = {n for n in range(1, len(found)) if found[n - 1].name == "d" and found[n].kind == "symbol"}
    bound = {found[n].name for n in pairs}
    kept = (a for n, a in enumerate(found) if n + 1 not in pairs)
    return [replace(a, kind="index") if a.name in bound and a.kind == "symbol" else a for a in kept]


_INTEGRALS = frozenset({"int", "iint", "oint"})


def _atoms(reader: Reader, depth: int) -> Iterator[Atom]:
    while reader.at < len(reader.tokens):
        piece = reader.peek()
        if piece.startswith("\\") and piece[1:].rstrip("*") in _BIG:
            yield from _big(reader, depth)
        elif (atom := _base(reader)) is not None:
            yield from atom
        elif piece == "{" and depth < 20:
            yield from _atoms(Reader(reader.group(), bound=reader.bound), depth + 1)
        elif piece in "_^":
            at = reader.at
            reader.at += 1
            inside = reader.group()
            number = at > 0 and reader.tokens[at - 1][:1].isdigit()  # which has no index
            power = piece == "^" and (number or not _index(inside)) and flat_name(inside) not in _TRANSPOSE
            yield from _flat(Reader(inside if power else [], bound=reader.bound))
        else:
            reader.at += 1
            yield _mark(piece)


def _mark(piece: str) -> Atom:
    for kind, tokens_ in _MARKS.items():
        if piece in tokens_:
            return Atom(kind, piece)
    return Atom("other", piece)


_MARKS = {
    "open": _OPEN,
    "close": _CLOSE,
    "separator": frozenset({",", ";", "|", r"\mid", r"\vert", r"\|", r"\Vert", ":"}),
    "relation": RELATIONS,
    "nabla": frozenset({r"\nabla"}),
}


def _big(reader: Reader, depth: int) -> Iterator[Atom]:
    """Read a sum, product, maximum ...: its index is bound, its limits are free."""
    alone = reader.peek() != r"\E"
    yield Atom("big", reader.peek())
    reader.at += 1
    while reader.peek() in ("_", "^") and reader.peek():
        piece = reader.peek()
        reader.at += 1
        limit = reader.group()
        cut = next((i for i, t in enumerate(limit) if t in ("=", r"\in", r"\sim", r"\neq", "<")), None)
        head, rest = (limit[:cut], limit[cut + 1 :]) if cut is not None else ([], limit)
        reader.bound.update((a.base, alone) for a in _atoms(Reader(head), depth + 1) if a.base)
        inside = list(_atoms(Reader(rest, bound=reader.bound), depth + 1)) if depth < 20 else []
        if cut is None and piece == "_":
            called = any(a.kind == "open" for a in inside)  # E_{q(x)} draws; x still tells G_x from G_z
            reader.bound.update((a.base, alone and len(inside) == 1) for a in inside if a.base and not called)
        else:
            yield from inside


def _base(reader: Reader) -> list[Atom] | None:
    """Read a symbol or word with its accents, subscript and superscript; None where there is none."""
    start = reader.at
    names, kind = bare(reader)
    if not names:
        reader.at = start
        return None
    *firsts, last = names
    found = [Atom(kind, n, identifier(n), identifier(n)) for n in firsts]
    return [*found, *_scripts(reader, last, kind)]


def bare(reader: Reader) -> tuple[list[str], str]:
    """Give the names at the reader's place: one for a word, several for letters side by side."""
    piece = reader.peek()
    command = piece[1:] if piece.startswith("\\") else ""
    reader.at += 1
    if re.fullmatch(r"[A-Za-z]+(?:\\_[A-Za-z]+)*", piece):
        return _letters(piece, reader.peek())
    if command in _GREEK or command in _VARIANTS:
        return [_VARIANTS.get(command, command)], "symbol"
    if command in _KNOWN:
        return [command], "word"
    if command in _ACCENTS:
        inner = flat_name(reader.group())
        return ([f"{inner} {_ACCENTS[command]}"] if inner else []), "symbol"
    if command in _FONTS:
        inner = flat_name(reader.group())
        return ([inner] if inner else []), "word" if len(inner) > 1 and inner not in _GREEK else "symbol"
    if piece == "{" and reader.peek()[1:] in OLD_FONTS and reader.peek().startswith("\\"):
        reader.at -= 1
        inner = flat_name(reader.group())
        return ([inner] if inner else []), "word" if len(inner) > 1 and inner not in _GREEK else "symbol"
    if not piece.isascii() and piece.isalpha():
        return [piece], "symbol"
    return [], ""


def _letters(run: str, following: str) -> tuple[list[str], str]:
    """Decide whether letters side by side are a word (`lrate`, `FFN`) or a product (`xW`, `QK`)."""
    longer = len(run) >= (3 if run.isupper() else 4)
    if run in _SHORT_WORDS or "\\_" in run or (longer and (run.isupper() or run.islower() or run.istitle())):
        return [run.replace("\\_", "_")], "word"
    if len(run) == 1:
        return [run], "symbol"
    if (len(run) <= 3 and (following == "(" or (run.isupper() and following == "_"))) or run in _KNOWN:
        return [run], "word"
    return list(run), "symbol"


def flat_name(parts: list[str]) -> str:
    r"""Give the words of a group as one name: `head_1`, `t - 1` -> `t minus 1`.

    >>> flat_name(tokens(r'\text{model}')), flat_name(tokens('t-1')), flat_name(tokens(r'\max'))
    ('model', 't minus 1', 'max')
    """
    spoken = {"+": "plus", "-": "minus", "*": "star", r"\ast": "star", r"\star": "star"}
    words = []
    for part in parts:
        if part.startswith("\\") and (part[1:] in _GREEK or part[1:] in _VARIANTS):
            words.append(_VARIANTS.get(part[1:], part[1:]))
        elif part.startswith("\\"):
            words.extend([spoken[part]] if part in spoken else [part[1:]] if part[1:] in _ENDS else [])
        elif part[0].isalnum():
            words.append(part.replace("\\_", "_"))
        elif part[0] == "'":
            words.extend(["prime"] * len(part))
        else:
            words.extend([spoken[part]] if part in spoken else [])
    return " ".join(words)


class Hung(NamedTuple):
    """What hangs on a symbol: indices belong to its name, an exponent is symbols of its own."""

    name: str
    powers: list[list[str]]
    """The tokens of each exponent."""
    turned: str
    """The sign of a transposition that hangs there, without its stroke and font; "" where none does."""
    dropped: tuple[str, ...]
    """Indices of sums that went from the name."""


def hung(reader: Reader, base: str) -> Hung:
    """Read the sub- and superscripts of a symbol."""
    parts, turned = [base], ""
    powers: list[list[str]] = []
    dropped: list[str] = []
    while reader.peek() in ("_", "^") or reader.peek().startswith("'"):
        piece = reader.peek()
        reader.at += 1
        if piece.startswith("'"):
            parts.extend(["prime"] * len(piece))
            continue
        inner = reader.group()
        index = flat_name(inner) if piece == "_" else "" if base == "e" else _index(inner)
        index = "minus" if piece == "^" and inner == ["-"] and not _digit(reader) else index
        bound = bool(index) and (identifier(index) in reader.bound or _from_place(index, reader))
        rest = "" if bound or piece == "^" else _unbound(inner, reader)
        (dropped if bound or rest else parts).extend([identifier(index)] if bound or rest else [index])
        parts.extend([rest] if rest else [])
        if piece == "^" and not index:
            sign = transposition(inner)
            turned = sign or turned
            powers += [] if sign else [inner]
    return Hung(identifier([p for p in parts if p]), powers, turned, tuple(dropped))


def _unbound(inner: Sequence[str], reader: Reader) -> str:
    """Give the letters of an index that no sum runs over, where it runs over the others: the i of `w_{ij}`; else nothing."""
    letters = [x for part in inner if part != "," for x in (part if set(part) <= {*"ijkl"} else [part])]
    free = [letter for letter in letters if not reader.bound.get(letter)]
    return " ".join(free) if len(free) < len(letters) and all(len(x) == 1 and x.islower() for x in letters) else ""


def _from_place(index: str, reader: Reader) -> bool:
    """Say whether an index goes on from a place: the `t + l` of a sum over l."""
    words = [word for word in index.split() if word not in ("plus", "minus")]
    return 1 < len(words) < len(index.split()) and not index[-1].isdigit() and any(map(reader.bound.get, words))


def transposition(inner: Sequence[str]) -> str:
    r"""Give the sign of a transposition that an exponent is: `T`, `top` for `\top`; "" where it is none."""
    bare = [p.lstrip("\\") for p in inner if p not in ("{", "}", r"\mathsf", r"\mathrm", r"\text", r"\rm")]
    return bare[0] if len(bare) == 1 and bare[0] in _TRANSPOSE else ""


def _scripts(reader: Reader, base: str, kind: str) -> list[Atom]:
    name, inner, _, dropped = hung(reader, base)
    powers = [token for power in inner for token in power]
    atom = Atom("index" if reader.bound.get(name) else kind, base, name, identifier(base), bool(dropped))
    nested = Reader(powers, bound=reader.bound) if len(powers) < len(reader.tokens) else Reader([])
    euler = base == "e" and powers
    return [*([] if euler else [atom]), *(a for a in _flat(nested) if a.kind in ("symbol", "word"))]


def _flat(reader: Reader) -> list[Atom]:
    """Read an exponent without going deeper than its own sub- and superscripts."""
    found: list[Atom] = []
    while reader.at < len(reader.tokens):
        names, kind = bare(reader)
        subscript, sign = "", ""
        if names and reader.peek() == "_":
            reader.at += 1
            subscript = flat_name(reader.group())
        if (
            names
            and reader.peek() == "^"
            and reader.peek(1) in ("+", "-", "*", r"\star", r"\ast")
            and not _digit(reader, 2)
        ):
            sign = flat_name([reader.peek(1)])
            reader.at += 2
        for n in names:
            dropped = bool(subscript) and identifier(subscript) in reader.bound
            name = identifier([n, *([subscript] if subscript and not dropped else []), *([sign] if sign else [])])
            index = reader.bound.get(name) and not dropped
            found += [Atom("index" if index else kind, n, name, identifier(n), dropped)]
    return found


def _digit(reader: Reader, ahead: int = 0) -> bool:
    return reader.peek(ahead)[:1].isdigit()


def _index(inner: list[str]) -> str:
    """Give the name of a superscript that is an index (`(i)`, `Q`, `*`, a prime); "" for an exponent."""
    name = flat_name(inner)
    if r"\prime" in inner:
        return "prime"
    if name in _TRANSPOSE or not name or name[0].isdigit() or "-" in inner[:1] or {"/", r"\frac"} & set(inner):
        return ""
    if inner[0] in ("(", "[") or name in ("star", "plus") or len(inner) > 2:
        return name
    return "" if (len(name) == 1 and name.islower()) or name in _GREEK else name


def free_symbols(found: list[Atom]) -> list[str]:
    """Give the Python names of the symbols that a formula takes from outside, in order, each once.

    Words before a bracket are functions; known operators, words of text and indices of sums are not symbols.
    """
    names = []
    for here, following in zip(found, [*found[1:], Atom("other", "")], strict=False):
        member = here.numbered and here.text != "Pr"  # the rank of the i-th, not the rank
        if here.kind == "word" and (following.kind == "open" or (here.text in _KNOWN and not member)):
            continue
        if (
            here.kind in ("symbol", "word") and here.text.lower() not in _SKIP_WORDS and " " not in here.text.strip()
        ) or here.kind == "symbol":
            names.append(here.name)
    return list(dict.fromkeys(names))
