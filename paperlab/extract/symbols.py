r"""Symbols with the meaning that the text gives them: `where $\eta$ is the learning rate`, `let $X \in \mathbb{R}^{n \times d}$ be ...`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from paperlab.extract.appositions import RELATION, appositions, inputs, several
from paperlab.extract.notation import displayed, itemised, noted
from paperlab.extract.passage import Passage, Sentence, sentences
from paperlab.extract.spaces import axes
from paperlab.records.extracted import Algorithm, Span, Symbol, Table

_MEANING = r"((?:the|an?|our|its|all|some|any|each|their|one)\b(?:[^.,;:$]{2,80}|\s\$[^$]{1,30}\$(?=[ -])[^.,;:$]{3,60})(?:\$[^$]{1,30}\$[^.,;:$]{0,40})?)"
_FORMULA = r"\$([^$]{1,90})\$"
_AFTER = (
    re.compile(
        rf"{_FORMULA}\s*(?:\([^()]*\)\s*)?(?:,\s+which\s+)?(?:is|are|be|being)\s+(?:(?:taken|chosen|assumed|defined|known|understood)\s+(?:to be|as)\s+)?{_MEANING}"
    ),
    re.compile(
        rf"(?:defin|denot|writ|treat|view|interpret|refer|regard|represent|express|choos|know)\w*\s[^.;]{{0,30}}?{_FORMULA}\s+as\s+{_MEANING}"
    ),
    re.compile(
        rf"{_FORMULA}\s*(?:denotes?|represents?|stands? for|refers? to|indicates?|means|describes?|corresponds? to|measures?|quantif(?:y|ies)|counts)\s+([^.,;:$]{{3,80}})"
    ),
    re.compile(
        rf"\b(?:[Tt]he|[Oo]ur)\s+{_FORMULA}\s+((?:hyper-?parameter|coefficient|factor|weight|penalty|threshold|temperature)s?)(?![\w-])"
    ),
    re.compile(rf"{_FORMULA}\s+(?:controls?|determines?|governs?|sets)\s+(the\s[^.,;:$]{{3,80}})"),
    re.compile(rf"[Dd]enote (?:by )?{_FORMULA}\s+{_MEANING}"),
    re.compile(rf"(?:\bby|\band|\bwhere|\bwith|,)\s+{_FORMULA}\s*:\s+((?:the|an?)\s[^.,;:$]{{3,70}})"),
    re.compile(
        rf"(?:[Ww]rite|[Uu]s(?:ed?|ing))\s+(?!\$[^$={{]*=\s*[-\d.]){_FORMULA}\s+(?:for|to denote)\s+([^.,;:$]{{3,80}})"
    ),
    re.compile(
        rf"(?:^|,|\band|\bwith|\bwhere|\bLet|\blet)\s+{_FORMULA}\s+((?:the|an?|its|their)\s[^.,;:$]{{3,70}}(?:\$[^$]{{1,20}}\$[^.,;:$]{{0,30}}){{0,2}})"
    ),
)
_APART = re.compile(
    r"\$((?!\\?[\d.-])[^$=<>]{1,90})\$,\s+((?:the|an?)\s(?!same\b)(?:(?!\b(?:is|are|was|were|has|have|can|may|will)\b)[^.,;:$\d]){3,70})(?=[,.;]|$)"
)
"""`$L$, the lower bound on ...`, but not behind the first part of a sentence: `For each $x$, the model predicts ...`."""
_FIRST_PART = re.compile(
    r"(?:^|[,;:]\s)(?:and\s|but\s)?(?:if|when|for|with|given|since|as|by|in|at|under|after|before|while|where|on|once|because|to|from|without|through|let)\b[^,]*$",
    re.IGNORECASE,
)
_ING = re.compile(r"\w+ing\s")
_DENOTED = re.compile(
    rf"(\b(?:[Tt]he|[Aa]n?)\s(?:(?!\bwhich\b)[^.,;:$]){{3,60}}?)\s*,?\s+\(?(?:is |are |we )?(?:denoted|denote|written)\s+(?:as|by)?\s*{_FORMULA}"
)
_DEFINED = re.compile(
    rf"\b(?:define|Define|[Pp]arameteri[sz]e|[Mm]odel|[Ww]rite|[Ee]xpress|[Rr]epresent|[Ff]ormulate)s?\s((?:the|an?|our|its|each|every)\s(?:(?!as\s|by\s|which\s|that\s)[A-Za-z’-]+\s){{1,6}})(?:as|by)\s{_FORMULA}"
)
_OF_EACH = re.compile(
    rf"\b([Tt]he\s(?:[a-z-]+\s){{1,4}}of\s(?:each|every|the|an?)\s(?:[a-z-]+\s){{0,2}}[a-z-]+(?<!s)),\s{_FORMULA},"
)
_DENOTE = re.compile(r"\b[Dd]enot(?:e|es|ing)\s")
_DENOTING = re.compile(rf"((?:the|an?)\s[^.;:]{{3,70}}?)(?<!ed)\s+(?:by|as)\s+{_FORMULA}")
_OUTER = re.compile(r"^\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}$")
"""Braces around a whole symbol."""
_SHAPE = re.compile(
    r"\\in\s*(\\(?:mathbb|bm|mathbf|mathcal)\s*\{?[A-Z]\}?\s*(?:[\^_]\s*(?:\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}|\S))*|\\\{[^$]{1,30}?\\\}(?:\s*[\^_]\s*(?:\{[^{}]*\}|\S))*|\[[^$]{1,20}\])"
)
MOST = 400
LONGEST_SYMBOL = 40


def read_symbols(
    passages: Iterable[Passage], algorithms: Sequence[Algorithm] = (), tables: Sequence[Table] = ()
) -> tuple[Symbol, ...]:
    """Give each symbol once, with the first meaning that the clearest pattern finds; what algorithms take comes last."""
    found: dict[str, Symbol] = {}
    weak: dict[str, Symbol] = {}
    for formula, meaning, span in noted(tables):
        _add(found, [(formula, meaning)], span)
    last: dict[str, Symbol] = {}
    for passage in passages:
        for sentence in sentences(passage):
            _read(sentence, found, weak)
        _add(last, displayed(passage.tex), passage.span)
        if len(found) > MOST:
            break
    weak |= {symbol: last[symbol] for symbol in last if symbol not in weak}
    for algorithm in algorithms:
        _add(weak, chain.from_iterable(map(inputs, algorithm.inputs)), algorithm.span)
    return tuple((found | weak | found).values())[:MOST]


def _read(sentence: Sentence, found: dict[str, Symbol], weak: dict[str, Symbol]) -> None:
    """Add what one sentence says of symbols, clearly or by the words beside them."""
    if "$" not in sentence.text:
        return
    text = _single_braces(sentence.text)
    clear = [*_clear(text)]
    _add(found, ((formula, meaning) for formula, meaning, _ in clear), sentence.span)
    _add(found, itemised(text), sentence.span)
    _add(weak, appositions(text, tuple(place for _, _, place in clear)), sentence.span)
    _add(weak, _apart(text), sentence.span)


_DOUBLE = re.compile(r"\{(\{(?:[^{}]|\{[^{}]*\})*\})\}")


def _single_braces(text: str) -> str:
    r"""Take away braces around braces, which macros leave: `\hat{{\bm{x}}}` is `\hat{\bm{x}}`."""
    return _DOUBLE.sub(r"\1", text) if "{{" in text else text


_DETERMINER = re.compile(r"(?:the|our|all|its|their)\s", re.IGNORECASE)


def _add(found: dict[str, Symbol], pairs: Iterable[tuple[str, str]], span: Span | None) -> None:
    for formula, meaning in pairs:
        for part in several(formula) if _PLURAL.match(_DETERMINER.sub("", meaning)) else [formula]:
            for symbol in _symbol(part, meaning, span):
                found.setdefault(symbol.symbol, symbol)


def _clear(text: str) -> Iterator[tuple[str, str, tuple[int, int]]]:
    """Give (formula, meaning, where the meaning stands) of what a sentence defines in so many words."""
    yield from _lists(text, each=True)
    for pattern in _AFTER:
        for match in _overlapping(pattern, text):
            yield match[1], match[2], match.span(2)
    for match in _DENOTED.finditer(text):
        yield match[2], match[1], match.span(1)
    for match in chain(_DEFINED.finditer(text), _OF_EACH.finditer(text)):
        yield match[2], match[1], match.span(1)
    denoting = _DENOTE.search(text)
    for match in _DENOTING.finditer(text, denoting.end()) if denoting else ():
        yield match[2], match[1], match.span(1)
    yield from _lists(text, each=False)


def _apart(text: str) -> Iterator[tuple[str, str]]:
    """Give (formula, meaning) of what is explained between commas, but not behind the first part of a sentence."""
    for match in _APART.finditer(text):
        ends = match.end() >= len(text) - 1
        if not _FIRST_PART.search(text[: match.start()]) and not (ends and _ING.match(text)):
            yield match[1], match[2]


def _overlapping(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Find matches that begin within another: a meaning may hold the symbol that is explained next."""
    found = pattern.search(text)
    while found:
        yield found
        found = pattern.search(text, found.end(1))


def _lists(text: str, *, each: bool) -> Iterator[tuple[str, str, tuple[int, int]]]:
    """Read `$A$ and $B$ are polynomials`, and `$s$, $a$ and $r$ are state, action and reward`."""
    for found in _LISTED.finditer(text):
        formulas = _FORMULAS.findall(found["list"])
        shared = len(formulas) == 1 and [*_shared(formulas[0])]
        formulas = shared or formulas
        told = re.sub(r",?\s*respectively\b.*", "", found["meaning"]).strip(" ,")
        items = [item for item in re.split(r",\s*(?:and\s+)?|\s+and\s+", told) if len(item) > 2]
        led = len(formulas) > 1 and _ARTICLE.match(told) is not None
        apart = len(items) == len(formulas) and ("respectively" in found["meaning"] or len(items) > 2 or led or shared)
        if apart and each:
            yield from ((formula, item, found.span("meaning")) for formula, item in zip(formulas, items, strict=True))
        elif (
            not apart
            and not each
            and items
            and (led or _PLURAL.match(items[0]))
            and not items[0].startswith("the same")
        ):
            if not (_SUBJECT if len(formulas) == 1 else _NOT_OF).search(
                text[max(0, found.start() - 10) : found.start()]
            ):
                continue
            meaning = re.sub(r"\s(?:when|where|if|whose)\b.*", "", items[0])
            yield from ((formula, meaning, found.span("meaning")) for formula in formulas)


def _shared(formula: str) -> Iterator[str]:
    r"""Give `Q \in S` and `K \in S` of `Q, K \in S`; nothing where there is only one."""
    names, sign, space = formula.partition(r"\in")
    parts = several(names.strip(" ,;~")) if sign else []
    yield from (f"{part} {sign}{space}" for part in parts if len(parts) > 1)


_LISTED = re.compile(
    r"(?P<list>(?:\$[^$]{1,60}\$(?:,\s\$[^$]{1,60}\$)*,?\s(?:and|or)\s)?\$[^$]{1,60}\$)\s+(?:are|denote|represent|be|stand for)\s+(?P<meaning>[^.;:$]{3,120})"
)
_SUBJECT = re.compile(r"(?:^|\b[Ww]here |\b[Hh]ere,? )$")
_NOT_OF = re.compile(r"(?<!\bof )$")
_FORMULAS = re.compile(r"\$([^$]{1,60})\$")
_ARTICLE = re.compile(r"(?:the|an?|our|its|their)\s")
_PLURAL = re.compile(
    r"(?:[a-z-]+\s){0,3}?(?!(?:always|as|is|this|less|plus|thus|us)\b)[a-z-]{3,}(?<!s)(?<!u)s(?=\s(?:of|in|for|with|that|which|from|to|on|and|over|at|whose)\b|\s*$)"
)
"""A plural noun, up to a preposition: what several symbols are together."""


def _symbol(formula: str, meaning: str, span: Span | None) -> Iterator[Symbol]:
    """Cut a formula to its symbol; where the formula gives a space, the meaning says so."""
    shape = _SHAPE.search(formula)
    if shape and RELATION.search(formula[: shape.start()]):
        shape = None  # that of a member: `X = \{x_i \in S\}`
    left = re.sub(r"(?:\\\\|[\s,;])+$", "", RELATION.split(formula)[0].strip(" ,;"))
    left = _OUTER.sub(r"\1", left)
    meaning = re.sub(
        r"\s+(?:and let|and|or|where|which|that|while|with|respectively|for|so|is|are|of the|of|around|from|in|at|at the|satisfying)$",
        "",
        meaning.strip(),
    )
    meaning = re.sub(r"\s+(?:and|where|so that|such that)\s+(?:\$|(?:let|denote|write)\b).*$", "", meaning).strip()
    if (
        not left
        or len(left) > LONGEST_SYMBOL
        or re.fullmatch(r"[\d.,\s+\-/%×]*", left)
        or len(meaning) < 2
        or "," in re.sub(r"[_^]\{(?:[^{}]|\{[^{}]*\})*\}|\([^()]*\)", "", left)
    ):
        return
    if (
        re.fullmatch(r"\((?:[ivx]+|[a-h]|\d)\)|\\d{0,2}dag(?:ger)?|\\(?:star|ast)|\*", left)
        or meaning.startswith("a function of")
        or re.match(r"(?:all|both|some|any)\s\w+e[dn]\b", meaning)
    ):
        return
    if left.count("{") != left.count("}") or re.search(r"\\(?:sum|frac|int|prod|begin|sqrt)(?![a-z])", left):
        return
    space = shape.group(1).strip() if shape else ""
    yield Symbol(symbol=left, meaning=f"{meaning}, in {space}" if space else meaning, span=span, shape=axes(space))
