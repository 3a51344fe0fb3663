r"""Symbols with the meaning that the text gives them: `where $\eta$ is the learning rate`, `let $X \in \mathbb{R}^{n \times d}$ be ...`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from paperlab.extract.passage import Passage, Sentence, sentences
from paperlab.records.extracted import Symbol

_MEANING = r"((?:the|an?|our|its|all|some|any|each|their|one)\b[^.,;:$]{2,80}(?:\$[^$]{1,30}\$[^.,;:$]{0,40})?)"
_FORMULA = r"\$([^$]{1,90})\$"
_AFTER = (
    re.compile(rf"{_FORMULA}\s*(?:\([^()]*\)\s*)?(?:is|are|be|being|as)\s+{_MEANING}"),
    re.compile(
        rf"{_FORMULA}\s*(?:denotes?|represents?|stands? for|refers? to|indicates?|means|describes?|corresponds? to)\s+([^.,;:$]{{3,80}})"
    ),
    re.compile(rf"[Dd]enote (?:by )?{_FORMULA}\s+{_MEANING}"),
    re.compile(rf"(?:[Ww]rite|[Uu]se)\s+{_FORMULA}\s+(?:for|to denote)\s+([^.,;:$]{{3,80}})"),
    re.compile(
        rf"(?:^|,|\band|\bwith|\bwhere|\bLet|\blet)\s+{_FORMULA}\s+((?:the|an?)\s[^.,;:$]{{3,70}}(?:\$[^$]{{1,20}}\$[^.,;:$]{{0,30}}){{0,2}})"
    ),
)
_DENOTED = re.compile(
    rf"((?:the|an?)\s[^.,;:$]{{3,60}}?)\s*,?\s+(?:is |are |we )?(?:denoted|denote|written)\s+(?:as|by)?\s*{_FORMULA}"
)
_BEFORE = re.compile(rf"((?:[A-Za-z][A-Za-z-]*\s+){{1,5}}){_FORMULA}")
_RELATION = re.compile(
    r"=|\\in(?![a-z])|\\sim(?![a-z])|:=|\\triangleq|\\equiv|\\doteq|\\coloneqq|\\colon|<|>|\\le|\\ge|\\ne|\\to(?![a-z])|\\subset|\\approx|:"
)
_SHAPE = re.compile(
    r"\\in\s*(\\(?:mathbb|bm|mathbf|mathcal)\s*\{?[A-Z]\}?\s*(?:[\^_]\s*(?:\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}|\S))*|\\\{[^$]{1,30}\\\}|\[[^$]{1,20}\])"
)
_STOPS = frozenset(
    "each every all of to for by with and or is are in on where that let then than at from as if when be any some use uses used using set we have has "
    "given over denote compute into between under until after before because since so also let's our its their this these those which while such "
    "take takes sample choose return returns see both only not first second define defined defines write there here but can may will would "
    "compare satisfies satisfy obeys equals becomes about above below plus minus times divided through against upon via per within without "
    "maximize minimize update replace keep keeps follow follows show shows consider assume suppose get gives yields obtain".split()
)
_ARTICLES = frozenset("the a an our its their this that".split())
MOST = 400
LONGEST_SYMBOL = 40


def read_symbols(passages: Iterable[Passage]) -> tuple[Symbol, ...]:
    """Give each symbol once, with the first meaning that the clearest pattern finds."""
    found: dict[str, Symbol] = {}
    weak: dict[str, Symbol] = {}
    for passage in passages:
        for sentence in sentences(passage):
            if "$" not in sentence.text:
                continue
            for symbol in _clear(sentence):
                found.setdefault(symbol.symbol, symbol)
            for symbol in _by_apposition(sentence):
                weak.setdefault(symbol.symbol, symbol)
            if len(found) > MOST:
                break
    return tuple({**weak, **found}.values())[:MOST]


def _clear(sentence: Sentence) -> Iterator[Symbol]:
    for pattern in _AFTER:
        for match in _overlapping(pattern, sentence.text):
            yield from _symbol(match.group(1), match.group(2), sentence)
    for match in _DENOTED.finditer(sentence.text):
        yield from _symbol(match.group(2), match.group(1), sentence)


def _overlapping(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Find matches that begin within another: a meaning may hold the symbol that is explained next."""
    found = pattern.search(text)
    while found:
        yield found
        found = pattern.search(text, found.end(1))


def _by_apposition(sentence: Sentence) -> Iterator[Symbol]:
    r"""Read `the decay $\rho$`: the noun right before a symbol that is one letter with its marks."""
    for match in _BEFORE.finditer(sentence.text):
        if not _LETTER.fullmatch(match.group(2).strip()) or match.group(2).strip() in _INDEX:
            continue
        words = match.group(1).split()
        start = max((i + 1 for i, w in enumerate(words) if w.lower() in _STOPS | _ARTICLES), default=0)
        led = start > 0 and words[start - 1].lower() in _LEADERS
        noun = words[start:]
        if noun and led and len(noun) <= 3 and len(noun[-1]) > 2 and not _NO_NOUN.search(noun[-1]):
            yield from _symbol(match.group(2), " ".join(noun), sentence)


_LEADERS = _ARTICLES | {"with", "of", "and", "use", "for"}
_LETTER = re.compile(
    r"(?:\\(?:bar|hat|tilde|bm|mathbf|mathcal|boldsymbol|mathrm|vec|mathbb)\s*\{?)*\s*(?:\\[a-z]{2,10}|[A-Za-z])\}*(?:_(?:\{[^{}]{1,20}\}|\S))?(?:\^(?:\{[^{}]{1,10}\}|\S))?",
    re.IGNORECASE,
)
_INDEX = frozenset(r"i j k t n m x y z l \\ell p q s r u v".split())
_NO_NOUN = re.compile(
    r"^(?:size|length|dimension|number|value|order|sizes|values|height|width|variance|mean|deviation|rank|probability|single|new|small|large|simple|certain|fixed|standard|different|additional|subset)$|(?:ing|ed|ly|ses|ates|izes)$|^(?:Figure|Table|Section|Equation|Eq|Lemma|Theorem|if|satisfying)$",
    re.IGNORECASE,
)


def _symbol(formula: str, meaning: str, sentence: Sentence) -> Iterator[Symbol]:
    """Cut a formula to its symbol; where the formula gives a space, the meaning says so."""
    shape = _SHAPE.search(formula)
    left = re.sub(r"(?:\\\\|[\s,;])+$", "", _RELATION.split(formula)[0].strip(" ,;"))
    meaning = re.sub(
        r"\s+(?:and let|and|or|where|which|that|while|with|respectively|for|so|is|are|of the|of)$", "", meaning.strip()
    )
    meaning = re.sub(r"\s+(?:and|where|so that|such that)\s+(?:\$|(?:let|denote|write)\b).*$", "", meaning).strip()
    if (
        not left
        or len(left) > LONGEST_SYMBOL
        or re.fullmatch(r"[\d.,\s+\-/%×]*", left)
        or len(meaning) < 2
        or "," in re.sub(r"[_^]\{[^{}]*\}|\([^()]*\)", "", left)
    ):
        return
    if left.count("{") != left.count("}") or re.search(r"\\(?:sum|frac|int|prod|begin|sqrt)(?![a-z])", left):
        return
    yield Symbol(
        symbol=left, meaning=f"{meaning}, in {shape.group(1).strip()}" if shape else meaning, span=sentence.span
    )
