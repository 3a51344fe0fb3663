r"""Settings that a sentence assigns or moves in words: `we set $\gamma$ to 0.9`, `decayed from 0.1 to 0.01`, `divided by 10`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from paperlab.extract.numbers import VALUE, as_float
from paperlab.extract.settings_context import MAY, Found, is_theory
from paperlab.extract.settings_formulas import bare, noun_before
from paperlab.extract.settings_names import ANY, IN_WORDS, SYMBOLS, canonical, meaning_of

_NUMBER = rf"\$?(?P<value>(?>{VALUE}))(?P<unit>\s?\\?%|[kKM](?![A-Za-z]))?(?!\.?\d|\s*(?:/|\\times|×))"
_SYMBOL = r"\$(?P<symbol>[^$=<>]{1,25})\$"
_ASSIGNED = (
    re.compile(rf"\b(?:set|sets|setting|fix|fixes|fixing|choose|choosing|chose|keep|keeping)\s+(?:the\s+[a-z][a-z -]{{2,30}}?\s)?{_SYMBOL}\s+(?:to|at|as)\s+(?:be\s+)?{_NUMBER}"),
    re.compile(rf"(?:^|(?<=[.,]\s)|(?<=\band\s))[Tt]he\s+(?:[a-z-]+\s+){{1,3}}?{_SYMBOL}\s+(?:is|was)\s+{_NUMBER}(?=\$?(?:\s*$|[.,;]\s|[.]$|\s+(?:for|in)\b))"),
    re.compile(rf"{_SYMBOL}(?:,?\s+which)?\s+(?:(?:is|are|was|were|being)\s+)?(?:initially\s+)?(?:sets?|fixed|chosen|initiali[sz]ed)\s+(?:to|at|as)\s+(?:be\s+)?{_NUMBER}"),
)  # fmt: skip
_AND = re.compile(rf"\$?,?\s+(?:and\s+)?{_SYMBOL}\s*(?:to|at)\s+{_NUMBER}")
"""What is assigned in the same breath: `set $\\beta_1$ to 0.9 and $\\beta_2$ to 0.95`."""


def assigned(text: str, symbols: Mapping[str, str]) -> Found:
    r"""Read symbols to which words give a number: `we set $\gamma$ to 0.9`."""
    for found in _assignments(text) if not is_theory(text) else ():
        symbol = bare(found["symbol"])
        if as_float(found["value"]) != 0 and not MAY.match(text, found.end()):
            value = found["value"] + (found["unit"] or "").strip()
            yield found.start("symbol"), found.end(), _name(symbol, text[: found.start("symbol") - 1], symbols), value


def _assignments(text: str) -> Iterator[re.Match[str]]:
    for pattern in _ASSIGNED if "$" in text else ():
        for first in pattern.finditer(text):
            found: re.Match[str] | None = first
            while found:
                yield found
                found = _AND.match(text, found.end())


_TRIED = rf"(?:[-+]?\\infty|{VALUE})"
_SWEPT = re.compile(
    rf"\$\s*(?P<symbol>[^$=<>]{{1,25}}?)\s*(?:=|\\in(?![a-z]))\s*(?P<value>(?:\\left)?(?:\[|\\?\{{|\()(?:\s|\\[,;])*{_TRIED}(?:\s*,(?:\s|\\[,;])*{_TRIED})+\s*(?:\\right)?(?:\]|\\?\}}|\)))\s*\$"
)
_ROW = re.compile(
    rf"\$\s*(?P<symbol>[^$=<>]{{1,25}}?)\s*=\s*(?P<value>{VALUE}(?:\s*,(?:\s|\\[,;])*{VALUE})+(?:\s*,\s*\\[lc]?dots\s*,\s*{VALUE})?)\s*\$"
)
"""A row without brackets: `for $B = 10, 20, \\dots, 100$`."""
_TRIES = re.compile(
    r"\b(?:values?|tr(?:y|ied|ies)|tun(?:e|ed|ing)|var(?:y|ied|ies|ying)|sweep\w*|search\w*|grid|increas\w+|decreas\w+|different|chosen|choose|select\w*|compar\w+|points|range|set|uses|dr[ae]w|generated?|simulat\w+|used|consider|evaluated|setting|using|for(?= \$))\b",
    re.IGNORECASE,
)


def swept(text: str, symbols: Mapping[str, str]) -> Found:
    r"""Read a symbol with the list of values that are tried: `for $\alpha \in \{0.1, 0.01\}$`."""
    tries = "$" in text and _TRIES.search(text)
    for found in (*_SWEPT.finditer(text), *_ROW.finditer(text)) if tries else ():
        symbol = bare(found["symbol"])
        if not _is_index(symbol, [as_float(value) for value in re.findall(VALUE, found["value"])]):
            yield found.start("symbol"), found.end(), _name(symbol, "", symbols), found["value"]


def _is_index(symbol: str, values: list[float | None]) -> bool:
    r"""Tell what runs over places or labels, `i \in \{1, 2, 3\}` or `y \in \{-1, 1\}`, from what is tried."""
    counts = [*range(len(values))], [*range(1, len(values) + 1)]
    return symbol in _INDEX or bool(re.search(r"[,()]", symbol)) or values in counts or {*values} == {-1.0, 1.0}


_INDEX = frozenset("i j t x y z X Y".split())
_GENERAL = re.compile(r"(?:hyper-?|free |scalar )?parameters?|(?:positive |small )?constants?|scalars?|values?")


def _name(symbol: str, before: str, symbols: Mapping[str, str]) -> str:
    """Name a symbol by its usual name, by the noun before it, by the glossary, or by itself."""
    usual = SYMBOLS.get(symbol) or canonical(symbol.replace("\\", ""))
    told = noun_before(before) if re.search(r"\bthe\s+[a-z -]+$", before) else ""
    meaning = told or meaning_of(symbol, symbols)
    if usual or not meaning or len(meaning.split()) > 4 or _GENERAL.fullmatch(meaning):
        return usual or symbol.replace("\\", "")
    return canonical(meaning) or meaning


_CHANGES = r"(?:increas|decreas|anneal|decay|ramp|rais|lower|reduc|chang|grow|drop|vari)\w*"
_MOVED = re.compile(
    rf"(?<![A-Za-z-])(?P<name>{ANY.pattern})(?![A-Za-z])[^.;$\d]{{0,40}}?\b{_CHANGES}[^.;$\d]{{0,25}}?\bfrom\s+\$?(?P<first>(?>{VALUE}))\$?(?P<of>\s?%)?[^.;\d$]{{0,40}}?\bto\s+{_NUMBER}",
    re.IGNORECASE,
)
_UP_TO = re.compile(
    rf"\b(?:warm|ramp|increas|rais|anneal|decay|decreas|reduc)\w*\s+(?:up\s+|down\s+)?(?:the\s+)?(?P<name>learning[- ]rate|momentum|temperature)\b[^.;$]{{0,70}}?\bto\s+{_NUMBER}",
    re.IGNORECASE,
)
_DIVIDED = re.compile(
    rf"\b(?:divid|reduc|decay|decreas|multi|anneal|dropp?|lower|scal)\w*\s+(?:the\s+|our\s+)?(?:learning[- ]rate|step[- ]?size)s?\s+by\s+(?:an?\s+)?(?:factor\s+of\s+)?{_NUMBER}"
    rf"|\b(?:learning[- ]rate|step[- ]?size)s?\s+(?:\$[^$]*\$\s+)?(?:is|are|was|were|gets)\s+(?:then\s+|further\s+)?(?:divided|reduced|decayed|decreased|multiplied|annealed|dropped|lowered|scaled)\s+by\s+(?:an?\s+)?(?:factor\s+of\s+)?{_NUMBER.replace('<value', '<second').replace('<unit', '<more')}",
    re.IGNORECASE,
)


def moved(text: str, _: Mapping[str, str]) -> Found:
    """Read a setting that goes from one value to another, and by what the learning rate is divided."""
    for found in _MOVED.finditer(text) if "from" in text else ():
        name = canonical(found["name"])
        if name and name not in IN_WORDS:
            yield found.start(), found.end("first"), name, found["first"] + (found["of"] or "").strip()
            yield found.end("first"), found.end(), name, found["value"] + (found["unit"] or "").strip()
    for found in _UP_TO.finditer(text):
        if as_float(found["value"]):
            yield found.start("value"), found.end(), canonical(found["name"]) or "", found["value"]
    for found in _DIVIDED.finditer(text):
        yield found.start(), found.end(), "learning rate decay", found["value"] or found["second"]
