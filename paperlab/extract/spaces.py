r"""What spaces symbols lie in, wherever the text says so: `for $x, y \in \mathbb{R}^d$`, `an $n \times m$ matrix $A$`, each place by itself.

A letter may be a matrix in one section and a vector in the next, so nothing is held to be said once and for all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from paperlab.extract.appositions import SYMBOL, several
from paperlab.extract.passage import Passage, sentences
from paperlab.records.extracted import Space

_FORMULA = re.compile(r"\$([^$]*)\$")
_SPACE = (
    r"(?:(?:\\mathbb\s*\{?\s*R\s*\}?|\\R(?:eals)?(?![A-Za-z])|\\Re(?![A-Za-z]))"
    r"(?:_\s*(?:\{[^{}]{1,12}\}|\+))?|\[-?[01],\s*1\]|\\\{-?[01],\s*1\\\})"
    r"\s*\^\s*(?P<axes>\{(?:[^{}]|\{[^{}]*\})*\}|\\?\w+)"
)
_REALS = re.compile(rf"(?P<names>[^$]{{1,80}}?)\\in\s*(?P<space>{_SPACE})")
_TAIL = re.compile(rf"{_SPACE}\s*$")
_SIZE = r"(?:\$[^$]{1,40}\$|\d+)"
_SIZES = rf"(?P<sizes>{_SIZE}(?:\s*(?:×|x|-?by-?)\s*{_SIZE})*)"
_NOUN = r"(?P<noun>(?:(?!binary|boolean|integer|complex|permutation)[a-z-]+\s){0,3}?(?:matrix|matrices|vectors?|tensors?|arrays?|images?|embeddings?|states?|inputs?|features?|representations?))"
_NAME = r"\$(?P<name>[^$=]{1,30})\$"
_SUBJECT = rf"(?<!\bof )(?<!\bat )(?<!\bin )(?<!\bto )(?<!\bby )(?<!\bfor )(?<!step )(?<!time ){_NAME}"
"""A symbol of which something is said: not the t of `the input at time $t$ is a vector of size $p$`."""
_OF = r"of\s+(?:size|shape|length|dimensions?|dimensionality)\s+"
_SAID = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_SUBJECT}\s+(?:is|are|be|denotes?|as|represents?)\s+(?:an?\s+|the\s+)?(?:real\s+)?{_SIZES}(?P<wide>[-\s]dimensional)?\s+{_NOUN}(?!\w)",
        rf"(?:\b(?:[Tt]he|[Aa]n?|[Ee]ach|[Ee]very)\s+){_SIZES}(?P<wide>[-\s]dimensional)?\s+{_NOUN}\s+{_NAME}",
        rf"{_SUBJECT}\s+(?:is|are|be|denotes?|represents?)\s+(?:an?\s+|the\s+)?{_NOUN}\s+(?P<wide>{_OF}){_SIZES}",
        rf"{_NOUN}\s+{_NAME}\s+(?P<wide>{_OF}){_SIZES}",
    )
)
"""How words give a size; what is no product has to be called a dimension or a size."""
_HINT = re.compile(r"\\in(?![a-z])|dimension|matri|vector|tensor|array|image|of (?:size|shape)")
_TIMES = re.compile(r"\\times|\\cdot|×|,|\s+x\s+|-?by-?")
MOST = 400


def read_spaces(passages: Iterable[Passage]) -> tuple[Space, ...]:
    """Give each statement of a space in the order of the text, at most 400."""
    found: list[Space] = []
    for passage in passages:
        if _HINT.search(passage.tex) is None:
            continue
        for sentence in sentences(passage):
            found.extend(
                Space(symbol=symbol, space=space, span=sentence.span, shape=axes(space))
                for symbol, space in (*_said(sentence.text), *_worded(sentence.text))
            )
        if len(found) > MOST:
            break
    return tuple(found[:MOST])


def axes(space: str) -> tuple[str, ...]:
    r"""Give the axes of a space that ends a text, as TeX; none where it has none.

    >>> axes(r"the weights, in \mathbb{R}^{d_k \times 3}"), axes(r"\mathbb{R}"), axes(r"\R^n")
    (('d_k', '3'), (), ('n',))
    """
    found = _TAIL.search(space[-200:])
    inner = found["axes"] if found else ""
    inner = inner[1:-1] if inner.startswith("{") else inner
    return tuple(part for text in _TIMES.split(inner) if (part := text.strip("{} \\,;")))


def _said(text: str) -> Iterator[tuple[str, str]]:
    r"""Give (symbol, space) of `x, y \in \mathbb{R}^d`, also of several such statements in one formula."""
    for formula in _FORMULA.findall(text):
        for match in _REALS.finditer(formula[:400]):
            yield from ((symbol, match["space"].strip()) for symbol in _symbols(match["names"]))


def _symbols(names: str) -> Iterator[str]:
    for part in several(names.strip(" ,;~")):
        if SYMBOL.fullmatch(symbol := part.strip(" ,;~")):
            yield symbol


def _worded(text: str) -> Iterator[tuple[str, str]]:
    r"""Give (symbol, space) of `an $n \times m$ matrix $A$` and `a vector $x$ of size $d$`."""
    for match in (m for pattern in _SAID for m in pattern.finditer(text)):
        sizes = [part for size in _TIMES.split(match["sizes"].replace("$", "")) if (part := size.strip())]
        flat = match["noun"].endswith(("matrix", "matrices"))
        if all(map(_AXIS.fullmatch, sizes)) and (len(sizes) > 1 or (match["wide"] and not flat)):
            space = r" \times ".join(sizes)
            yield from ((symbol, rf"\mathbb{{R}}^{{{space}}}") for symbol in _symbols(match["name"]))


_AXIS = re.compile(r"\d{0,5}(?:\\?[A-Za-z]+(?:_(?:\{[^{}]{1,12}\}|\\?\w+))?)?(?:\s*[+-]\s*\d|\^\{?\w{1,3}\}?)?")
