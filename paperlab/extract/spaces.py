r"""What spaces symbols lie in, wherever the text says so: `for $x, y \in \mathbb{R}^d$`, each place by itself.

A letter may be a matrix in one section and a vector in the next, so nothing is held to be said once and for all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from paperlab.extract.appositions import SYMBOL, several
from paperlab.extract.passage import Passage, sentences
from paperlab.records.extracted import Space

_FORMULA = re.compile(r"\$([^$]*)\$")
_REALS = re.compile(
    r"(?P<names>[^$]{1,80}?)\\in\s*(?P<space>(?:(?:\\mathbb\s*\{?\s*R\s*\}?|\\R(?:eals)?(?![A-Za-z])|\\Re(?![A-Za-z]))"
    r"(?:_\s*(?:\{[^{}]{1,12}\}|\+))?|\[-?[01],\s*1\]|\\\{-?[01],\s*1\\\})"
    r"\s*\^\s*(?:\{(?:[^{}]|\{[^{}]*\})*\}|\\?\w+))"
)
MOST = 400


def read_spaces(passages: Iterable[Passage]) -> tuple[Space, ...]:
    """Give each statement of a space in the order of the text, at most 400."""
    found: list[Space] = []
    for passage in passages:
        if r"\in" not in passage.tex:
            continue
        for sentence in sentences(passage):
            found.extend(
                Space(symbol=symbol, space=space, span=sentence.span) for symbol, space in _said(sentence.text)
            )
        if len(found) > MOST:
            break
    return tuple(found[:MOST])


def _said(text: str) -> Iterator[tuple[str, str]]:
    r"""Give (symbol, space) of `x, y \in \mathbb{R}^d`, also of several such statements in one formula."""
    for formula in _FORMULA.findall(text):
        for match in _REALS.finditer(formula[:400]):
            for part in several(match["names"].strip(" ,;~")):
                if SYMBOL.fullmatch(symbol := part.strip(" ,;~")):
                    yield symbol, match["space"].strip()
