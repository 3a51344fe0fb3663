r"""What the form of a formula says of its single arguments: what it adds, multiplies, averages, counts to, depends on.

`x W + b` moves with `b` by just as much, `softmax(...) V` gives back an average of `V`. Each is read off the formula alone
and says nothing where the form is not plain.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from paperlab.records.extracted import Algorithm, Equation
from paperlab.scaffold.relations import last_side
from paperlab.scaffold.runs import joined
from paperlab.scaffold.stubs import Stub, is_part, right_side
from paperlab.scaffold.tex import Atom, atoms, free_symbols


class Tied(NamedTuple):
    """How an answer hangs on one argument."""

    argument: str
    kind: str
    """A key of TIES."""
    sign: str = "+"


TIES = {
    "moves": ('given["{0}"] + 1', "part {1} 1", "move as `{0}` does, which its formula {2}"),
    "doubles": ('2 * given["{0}"]', "2 * part", "double with `{0}`, which its formula multiplies with"),
    "averages": ('torch.ones_like(given["{0}"])', "torch.ones_like(part)", "give an average of `{0}`: weights that sum to one"),
}  # fmt: skip
"""Kind -> what is put in the argument's place, what the answer must then be, and what a message says."""


def ties(stub: Stub) -> tuple[Tied, ...]:
    """Give what the form of a stub's formula says of single arguments; each argument once."""
    if not isinstance(stub.origin, Equation):
        return ()
    side = _clean(last_side(right_side(stub.tex)))
    plain = {p for p in stub.parameters if p not in stub.functions and p not in stub.counts}
    found = atoms(side)
    times = Counter(a.name for a in found)
    once = {a.name for a in found if a.kind == "symbol" and times[a.name] == 1} & plain
    told = [*_averaged(side, once), *_added(side, once), *_multiplied(side, once)]
    return tuple({tied.argument: tied for tied in reversed(told)}.values())[::-1]


def _clean(tex: str) -> str:
    return _NOISE.sub(" ", tex).strip().rstrip(".,; \n\\")


_NOISE = re.compile(
    r"\\(?:left|right|[bB]igg?[lrm]?)(?![A-Za-z])|\\[,;:! ]|[~&]|\\(?:label)\{[^{}]*\}|\\nonumber|\\quad"
)
_SYMBOL = re.compile(r"(?:\\[A-Za-z]+\s*\{[^{}]*\}|\\?[A-Za-z]+)(?:\s*[_^]\s*(?:\{[^{}]*\}|\\?[A-Za-z0-9]))*")
_SOFTMAX = re.compile(r"(?:\\[a-z]+\*?\s*\{\s*)?\\?[Ss]oft[Mm]ax\s*\}?\s*")
_SPREADS = re.compile(
    r"\\(?:sum|prod|int|sup|inf|arg|lim|E|mathbb|partial|nabla|pm|mp)(?![a-z])|\\(?:max|min)(?!\s*[(\[a-z])|[|]|\\[|]|\\[lr]?[vV]ert"
)
"""What stands before may reach over a plus, or over what follows it."""


def _averaged(side: str, once: Collection[str]) -> Iterator[Tied]:
    """Read `softmax(...) V`."""
    head = _SOFTMAX.match(side)
    after = side[head.end() :] if head else ""
    end = _closing(after)
    name = _name(after[end:].strip()) if end else None
    if name in once and name is not None:
        yield Tied(name, "averages")


def _added(side: str, once: Collection[str]) -> Iterator[Tied]:
    """Read `... + b` and `a - ...`: a term that is one symbol."""
    terms = list(_terms(side))
    for sign, term in terms if len(terms) > 1 and not _SPREADS.search(side) else ():
        name = _name(term)
        if name in once and name is not None:
            yield Tied(name, "moves", sign)


def _multiplied(side: str, once: Collection[str]) -> Iterator[Tied]:
    r"""Read `a \cdot (b + c)`: of the one term the factors that are symbols."""
    terms = list(_terms(side))
    factors = list(_factors(terms[0][1])) if len(terms) == 1 and not _SPREADS.search(side) else []
    names = [_name(factor) for factor in factors]
    yield from (Tied(name, "doubles") for name in names if name in once and name is not None)


def _terms(side: str) -> Iterator[tuple[str, str]]:
    """Split at the signs outside brackets: (sign, term)."""
    depth, start, sign = 0, 0, "+"
    for at, letter in enumerate(side):
        depth += (letter in "([{") - (letter in ")]}")
        if depth == 0 and letter in "+-":
            if side[start:at].strip():
                yield sign, side[start:at].strip()
            sign, start = letter, at + 1
    if side[start:].strip():
        yield sign, side[start:].strip()


def _factors(term: str) -> Iterator[str]:
    """Give the factors of a product that are symbols; none where something in it is no plain factor."""
    found: list[str] = []
    while term:
        symbol, operator = _FACTOR.match(term), _OPERATOR.match(term)
        end = operator.end() if operator else _group(term)
        if symbol and not end and symbol[0].lstrip("\\") not in _APPLIED:
            found += [symbol[0]] if term[symbol.end() :].lstrip()[:1] not in ("(", "[") else []
            end = symbol.end()
        if not end:
            return
        term = term[end:].lstrip()
    yield from found


def _group(term: str) -> int:
    """Give the length of a bracket, a fraction or a root at a term's start; 0 where there is none."""
    head = _BOXED.match(term)
    end = head.end() if head else 0
    for _ in range(2 if head and "frac" in head[0] else 1):
        size = _closing(term[end:])
        if not size:
            return 0
        end += size
    return end


_FACTOR = re.compile(_SYMBOL.pattern)
_OPERATOR = re.compile(r"(?:\\(?:cdot|odot|times)(?![A-Za-z])|\*|\d[\d.]*)\s*")
_BOXED = re.compile(r"\\(?:[dt]?frac|sqrt)(?![A-Za-z])\s*")
_APPLIED = frozenset(
    "frac dfrac tfrac sqrt log ln exp sin cos tan tanh sinh cosh det tr text otimes oplus cup cap".split()
)


def _name(tex: str) -> str | None:
    """Give the name of what is one symbol and nothing else, no power of it."""
    found = atoms(tex) if _SYMBOL.fullmatch(tex) else []
    return (
        found[0].name
        if len(found) == 1 and found[0].kind == "symbol" and not re.search(r"\^\s*\{?[-\d]", tex)
        else None
    )


def _closing(tex: str) -> int:
    """Give the length of the pair of brackets that a text begins with; 0 where it begins with none."""
    depth = 0
    for at, letter in enumerate(tex if tex[:1] in ("(", "[", "{") else ""):
        depth += (letter in "([{") - (letter in ")]}")
        if depth == 0:
            return at + 1
    return 0


_UNKNOWN = re.compile(
    r"\\begin\{|\\\{|\\in(?![a-z])|\\math(?:bbm|ds)|\\mathbb|\\(?:mathbf|boldsymbol|bm)\s*\{?\s*1|\\l(?:floor|ceil)|\\(?:b|p)?mod\b|arg|\\(?:sgn|sign|int|E|prod|partial|nabla|dots|ldots|cdots)(?![a-z])"
)
"""Forms that may stay as they are while what they are made from changes, or that nobody computes as they stand."""
_COMPARES = re.compile(r"[=<>]|\\(?:leq?|geq?|neq?)(?![a-z])")
"""`[c = y]` is one or zero: numbers drawn at random are never equal."""
_SMOOTH = frozenset(
    "log ln exp sin cos tan tanh sinh cosh sigmoid relu ReLU max min Tr tr erf sqrt softplus softmax Softmax".split()
)
_SHIFTS = re.compile(r"[Ss]oft[Mm]ax|\\[|]|\\[lr]?[vV]ert|\|")


def mattering(stub: Stub, sized: Collection[str]) -> tuple[str, ...]:
    """Give the arguments with which a stub's answer must change, as far as its formula or algorithm is sure of them.

    Args:
        stub: the function.
        sized: arguments that are more than a single number; a softmax of one number is one whatever it is.
    """
    if not isinstance(stub.origin, Equation):
        sure = (stub.functions - _only_asked(stub)) | stub.bold | stub.sequences
        return tuple(p for p in stub.parameters if p in sure)
    side = last_side(right_side(stub.tex))
    found, _ = joined(atoms(side))
    if _UNKNOWN.search(side) or _COMPARES.search(_SCRIPTS.sub(" ", side)) or _calls_words(found):
        return ()
    names = free_symbols(found)
    free = [p for p in stub.parameters if p not in stub.counts and (p in names or any(is_part(n, [p]) for n in names))]
    return tuple(p for p in free if p in sized or p in stub.functions or not _SHIFTS.search(side))


def _only_asked(stub: Stub) -> frozenset[str]:
    """Give the functions that an algorithm calls in conditions alone: numbers drawn at random may all stand on one side."""
    used = {name for x in stub.lines if x.kind not in _CONDITIONS for name in free_symbols(atoms(x.text))}
    asked = {name for x in stub.lines if x.kind in _CONDITIONS for name in free_symbols(atoms(x.text))}
    return stub.functions & (asked - used)


_CONDITIONS = frozenset({"if", "elif", "while", "until"})


def _calls_words(found: Sequence[Atom]) -> bool:
    """Say whether a formula calls something by a name of which nothing is known."""
    words = (a.text for a, b in pairwise(found) if a.kind == "word" and b.kind == "open")
    return any(word not in _SMOOTH for word in words)


def is_positive(stub: Stub) -> bool:
    """Say whether a formula takes nothing away: an answer to positive numbers is then none below zero."""
    side = last_side(right_side(stub.tex)) if isinstance(stub.origin, Equation) else ""
    bare = _SCRIPTS.sub(" ", side)
    takes = "-" in bare or _SIGNED.search(side) or _UNKNOWN.search(side) or _SPREADS.search(side.replace(r"\sum", ""))
    derived = stub.name.startswith("grad_")
    return bool(bare.strip()) and not takes and not derived and not _calls_words(atoms(side))


_SCRIPTS = re.compile(r"[_^]\s*(?:\{(?:[^{}]|\{[^{}]*\})*\}|\\?\w)")
_SIGNED = re.compile(
    r"\\(?:log|ln|sin|cos|tan|det|ominus|setminus|backslash|mp|lg)(?![a-z])|\^\s*\{\s*-\s*1\s*\}|\^\s*\{?\s*\\?(?:dagger|ast|star|\+)|[−–]"
)


def several(stub: Stub) -> tuple[str, ...]:
    r"""Give the symbols that an algorithm returns, where it lists more than one and nothing else.

    Each stands behind at most three words, `updated buffer $i$, updated value $c$`; a list that is not so plain says nothing.
    """
    if not isinstance(stub.origin, Algorithm):
        return ()
    returned = [x.text for x in stub.lines if x.kind == "return"] or [*stub.origin.outputs]
    parts = _LIST.split(returned[0].strip(" .;")) if len(returned) == 1 else []
    found = [_OUTPUT.fullmatch(part.strip()) for part in parts]
    names = [free_symbols(atoms(match[1])) for match in found if match]
    plain = len(names) == len(parts) > 1 and all(len(name) == 1 for name in names)
    return tuple(dict.fromkeys(name for (name,) in names)) if plain else ()


_LIST = re.compile(r"(?:,(?: and)?|\band\b)(?=(?:[^$]*\$[^$]*\$)*[^$]*$)")
"""A comma between formulas, never within one."""
_OUTPUT = re.compile(r"(?:[Rr]eturns? )?(?:[^\W\d]+ ){0,3}\$([^$=]+)\$")

_DRAWS = re.compile(
    r"\\sim(?![a-z])|∼|\\mathbb\s*\{?\s*E|\\E(?![a-z])|\\mathcal\s*\{?\s*N|\b(?:sampl|draw|random|shuffl|initiali|permut|drop)",
    re.I,
)


_SAMPLES = re.compile(
    r"\\sim(?![a-z])|∼|\b(?:sample|draw|shuffle|permute)\b(?! (?:size|mean|variance))|\brandom(?:ly)?\b", re.IGNORECASE
)


def samples(stub: Stub) -> bool:
    """Say whether a step of an algorithm draws, so that its function takes a generator."""
    return "generator" not in stub.parameters and any(
        x.kind != "comment" and _SAMPLES.search(x.text) for x in stub.lines
    )


def draws(stub: Stub) -> bool:
    """Say whether a formula or algorithm draws at random, or whether that cannot be known."""
    text = " ".join([stub.tex, *(x.text for x in stub.lines)])
    return stub.origin is None or bool(_DRAWS.search(text))
