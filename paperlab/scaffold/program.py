r"""Lines of pseudocode as a program: which line stands in which block, what it assigns, counts, asks and gives back.

Only the form is read here, strictly: a line with a word that is not known, or a formula beside which prose stands, is
Unclear, and so is the whole. What the formulas come to is worked out in `traced`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from paperlab.records.extracted import AlgorithmLine
from paperlab.scaffold.formula import Unclear


class Step(NamedTuple):
    """One line with the lines of its block; comments, inputs and outputs are none."""

    kind: str
    text: str
    body: tuple[Step, ...]


_OPENS = frozenset({"for", "while", "repeat", "if", "elif", "else"})
_FOLLOWS = {"elif": ("if", "elif"), "else": ("if", "elif"), "until": ("repeat",)}
"""What a line belongs to: the kind of the one before it in the same block."""
_MOST_LINES, _LONGEST = 60, 1000


def program(lines: Sequence[AlgorithmLine]) -> tuple[Step, ...]:
    """Give the steps of an algorithm.

    Raises:
        Unclear: a block is empty, or a line stands outside all blocks.
    """
    kept = [one for one in lines if one.kind not in ("comment", "input", "output")]
    if kept and kept[0].kind == "function" and all(one.indent > kept[0].indent for one in kept[1:]):
        kept = kept[1:]
    if not 0 < len(kept) <= _MOST_LINES or any(len(one.text) > _LONGEST for one in kept):
        raise Unclear("lines")
    return tuple(_block(kept))


def _block(lines: Sequence[AlgorithmLine]) -> Iterator[Step]:
    at, before = 0, ""
    while at < len(lines):
        one = lines[at]
        end = next((n for n in range(at + 1, len(lines)) if lines[n].indent <= one.indent), len(lines))
        stray = one.indent != lines[0].indent or (end > at + 1) is not (one.kind in _OPENS)
        if (
            stray
            or before not in _FOLLOWS.get(one.kind, (before,))
            or (before == "repeat") is not (one.kind == "until")
        ):
            raise Unclear(one.text)
        yield Step(one.kind, one.text, tuple(_block(lines[at + 1 : end])))
        at, before = end, one.kind
    if before == "repeat":
        raise Unclear("no end of a repetition")


class Assignment(NamedTuple):
    """What one formula gives a value to: several at once where it says `a, b <- b, a`."""

    targets: tuple[str, ...]
    sides: tuple[str, ...]
    """As many as targets, or one for all: `m = v = 0`."""


def assignments(text: str) -> tuple[Assignment, ...]:
    r"""Read a statement: formulas in order, with nothing between them but a comma or an `and`.

    Raises:
        Unclear: it says more.

    >>> assignments(r"Set $i \gets 0$, $a, b \gets b, a + 1$.")
    (Assignment(targets=('i',), sides=('0',)), Assignment(targets=('a', 'b'), sides=('b', 'a + 1')))
    """
    text = re.sub(r"\$\s*(?:←|:=|=)\s*\$", r" \\gets ", text)
    words, found = _MATH.split(text)[::2], _MATH.findall(text)
    remark = _REMARK.fullmatch(words[-1])
    lead = words[0].strip()
    told = _LEADS.fullmatch(lead) or (_NAMED.fullmatch(lead) and all(map(_ARROW.search, found)))
    plain = found and told and all(map(_BETWEEN.fullmatch, words[1:-1]))
    if not plain or not remark or _CHANGES.search(f"{words[0]} {remark['words']}"):
        raise Unclear(text)
    return tuple(one for tex in found for one in _assigned(tex.strip().rstrip(".,; ")))


_MATH = re.compile(r"\$([^$]+)\$")
_LEADS = re.compile(
    r"(?:(?:initiali[sz]e|set|let|compute|calculate|update|assign|evaluate|define)(?: [a-z]+){0,5}\s*:?)?",
    re.IGNORECASE,
)
_NAMED = re.compile(r"(?:[a-z-]+ ){0,6}[a-z-]+:", re.IGNORECASE)
"""What a line does, or what it notes: only with an arrow it gives a value."""
_ARROW = re.compile(r"\\(?:leftarrow|gets)(?![A-Za-z])|:\s*=|←")
_BETWEEN = re.compile(r"\s*(?:,|;|,?\s*and\b)\s*")
_REMARK = re.compile(r"\s*(?:\((?P<words>[A-Za-z ,.'-]+)\))?\s*[.;,]?\s*")
_CHANGES = re.compile(
    r"\b(?:if|while|until|unless|when|with|every|each|all|any|some|for|per|sampl\w*|draw\w*|random\w*|except|otherwise|not?|project\w*|"
    r"normali[sz]\w*|clip\w*|round\w*|sort\w*|shuffl\w*|parallel|element\w*|component\w*|coordinate\w*|entr\w+|detach\w*|repeat\w*)\b",
    re.IGNORECASE,
)
"""Words that say more than the formula beside them."""
_RELATION = re.compile(r"\\(?:leftarrow|gets|coloneqq)(?![A-Za-z])|:\s*=|←|=")
_COMMA = re.compile(r",|;|\\q?quad(?![a-z])")
_NUMBER = re.compile(r"\d+(?:\.\d+)?|\\(?:mathbf|boldsymbol|bm|vec)\s*(?:\{\s*0\s*\}|\s0|0)")


def _assigned(tex: str) -> Iterator[Assignment]:
    parts = [[side.strip() for side in cut(part, _RELATION)] for part in cut(tex, _COMMA)]
    if all(len(sides) > 1 and listed(sides[0]) == [sides[0]] for sides in parts):
        if any(len(sides) > 2 and not _NUMBER.fullmatch(sides[-1]) for sides in parts):
            raise Unclear("one side that explains the other")
        yield from (Assignment(tuple(sides[:-1]), (sides[-1],)) for sides in parts)
        return
    left, *others = cut(tex, _RELATION)
    targets, sides = listed(left), listed(others[0]) if len(others) == 1 else []
    if len(targets) != len(sides):
        raise Unclear(tex)
    yield Assignment(tuple(targets), tuple(sides))


def cut(tex: str, at: re.Pattern[str]) -> list[str]:
    r"""Cut a formula at what is found outside its brackets and braces.

    >>> cut("f(a, b), c", re.compile(","))
    ['f(a, b)', ' c']
    """
    depth, start, parts = 0, 0, []
    for match in re.finditer(rf"(?P<at>{at.pattern})|\\[{{}}]|\\[A-Za-z]+|[{{}}()\[\]]", tex):
        piece = match[0].lstrip("\\")
        depth += (piece in ("{", "(", "[")) - (piece in ("}", ")", "]"))
        if match["at"] and depth == 0:
            parts.append(tex[start : match.start()])
            start = match.end()
    return [*parts, tex[start:]]


def listed(tex: str) -> list[str]:
    """Give what stands between commas; brackets round the whole list go."""
    tex = tex.strip().rstrip(".;, ")
    inner = re.fullmatch(r"(?:\\left)?\(([^()]*?)(?:\\right)?\)", tex)
    return [part.strip() for part in cut(inner[1] if inner else tex, _COMMA)]


def returned(text: str) -> list[str]:
    r"""Give the formulas that a line gives back, each behind three words at the most that tell what it is.

    Raises:
        Unclear: it gives back what the words say, and not the formula.

    >>> returned("updated sum $s$ and $(a, b)$")
    ['s', 'a', 'b']
    """
    words, found = _MATH.split(text)[::2], _MATH.findall(text)
    told = [_BETWEEN.sub("", f"{word} ", count=1) for word in words[:-1]]
    apart = all(map(_BETWEEN.match, words[1:-1])) and not words[-1].strip(" .;,")
    if not found or not apart or not all(map(_TELLS.fullmatch, told)) or any(map(_MEANS.search, words)):
        raise Unclear(text)
    return [part for tex in found for part in listed(tex)]


_TELLS = re.compile(r"\s*(?:[^\W\d]+ +){0,3}")
_MEANS = re.compile(
    r"\b(?:of|from|with|not|mean|average|max\w*|min\w*|sorted|best|all|each|rounded|normali[sz]ed|sign|inverse|sequence|list|set|if|or)\b",
    re.IGNORECASE,
)


class Counted(NamedTuple):
    """What a loop counts, as formulas; `second` is the number behind the first where it is written, else ""."""

    name: str
    low: str
    second: str
    high: str
    down: bool


def counted_over(text: str) -> Counted:
    r"""Read the head of a loop.

    Raises:
        Unclear: it counts nothing, or by steps.

    >>> counted_over(r"$t = 1, 2, \ldots, T$")
    Counted(name='t', low='1', second='2', high='T', down=False)
    >>> counted_over(r"$i \gets n$ downto 1").down
    True
    """
    head = _HEAD.fullmatch(re.sub(r"\s+", " ", text.replace("$", " ")).strip(" .:;"))
    over = head["over"].strip() if head else ""
    if head and head["relation"] == r"\in":
        inside = _SPAN.fullmatch(over)
        over = (inside["all"] or f"1 to {inside['upto']}") if inside else ""
    down = _DOWN.split(over)
    ends = next((found for found in (down, _TO.split(over), over.split(",")) if len(found) == 2), ["", ""])
    firsts, high = [p.strip() for p in ends[0].split(",") if p.strip()], ends[1].strip(" ,")
    if not head or len(firsts) not in (1, 2) or not high or "," in high:
        raise Unclear(text)
    fewer = "dots" in over and high.isdigit() and not firsts[0].isdigit()
    return Counted(head["name"].lstrip("\\"), firsts[0], "".join(firsts[1:]), high, len(down) == 2 or fewer)


_HEAD = re.compile(
    r"(?P<name>\\?[A-Za-z]+) ?(?P<relation>=|:=|\\gets|\\leftarrow|←|\\in)(?![A-Za-z]) ?(?P<over>.+)", re.DOTALL
)
_SPAN = re.compile(r"\\\{(?P<all>.+)\\\}|(?:\\left)?\[(?P<upto>\\?\w+)(?:\\right)?\]")
_DOWN = re.compile(r" ?(?:counting )?down ?to |\\downto(?![a-z])")
_TO = re.compile(r" to |\\to(?![a-z])|→|\\(?:ldots|dots|cdots|dotsc)(?![a-z])|\.\.\.?|…|(?<=\w) ?: ?(?=\w)")


class Comparison(NamedTuple):
    """Two sides, and how they must stand to each other."""

    left: str
    sign: str
    right: str


def condition(text: str) -> Comparison:
    r"""Read a condition.

    Raises:
        Unclear: it is not one comparison.

    >>> condition(r"$a \leq b$")
    Comparison(left='a', sign='<=', right='b')
    """
    words = _MATH.split(text)[::2]
    whole = text.replace("$", " ").strip(" .:")
    bare = re.fullmatch(r"\(([^()]*)\)", whole)
    whole = bare[1] if bare else whole
    sides, signs = cut(whole, _COMPARES), _COMPARES.findall(whole)
    if len(words) == 1 or not all(map(_JOINS.fullmatch, words)) or len(sides) != 2 or len(signs) != 1:
        raise Unclear(text)
    return Comparison(sides[0].strip(), _SIGNS[signs[0]], sides[1].strip())


_JOINS = re.compile(r"[\s<>=!≤≥≠():.\d]*")
_SIGNS = {
    r"\leq": "<=", r"\le": "<=", r"\leqslant": "<=", "<=": "<=", "≤": "<=", "<": "<", r"\lt": "<",
    r"\geq": ">=", r"\ge": ">=", r"\geqslant": ">=", ">=": ">=", "≥": ">=", ">": ">", r"\gt": ">",
    "==": "=", "=": "=", r"\neq": "!=", r"\ne": "!=", "!=": "!=", "≠": "!=",
}  # fmt: skip
_COMPARES = re.compile(r"\\(?:leqslant|geqslant|leq|geq|neq|le|ge|ne|lt|gt)(?![a-z])|[<>!=]=|[<>=≤≥≠]")
