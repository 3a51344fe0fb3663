r"""The sides of a formula: what is defined, and as what."""

from __future__ import annotations

import re
from collections.abc import Iterator

from paperlab.scaffold.tex import RELATIONS, atoms


def split_relation(tex: str) -> tuple[str, str] | None:
    """Split a formula at its first relation outside braces and brackets; None where there is none."""
    tex = _plain_relations(tex[:6000])
    depth = 0
    for match in re.finditer(r"\\[A-Za-z]+|\\.|[{}()\[\]=<>]", tex):
        piece = match[0]
        depth += (piece in "{([") - (piece in "})]") if len(piece) == 1 else 0
        if depth == 0 and piece in RELATIONS:
            return tex[: match.start()], tex[match.end() :]
        if depth == 0 and piece in (
            "<",
            ">",
            r"\leq",
            r"\geq",
            r"\le",
            r"\ge",
            r"\in",
            r"\approx",
            r"\sim",
            r"\propto",
        ):
            return None
    return None


def last_side(right: str) -> str:
    r"""Give the last side of a chain of equalities that has a symbol; what stands behind a comma or `where` is no side.

    >>> last_side(r'\frac{B}{A} = b_0 + b_1'), last_side(r'a h \\ \text{where}~ h = b'), last_side('a b = 0')
    (' b_0 + b_1', 'a h \\\\ \\text{where}~ h = b', 'a b ')
    """
    tex, start, last = _plain_relations(right[:6000]), 0, ""
    for at, end in _top_relations(tex):
        side = tex[start:at]
        if _ENDS_CHAIN.search(side):
            return tex[start:]
        last = side if _has_symbol(side) else last
        start = end
    return tex[start:] if not last or _has_symbol(tex[start:]) else last


def _has_symbol(tex: str) -> bool:
    return any(a.kind in ("symbol", "word") for a in atoms(tex))


def _top_relations(tex: str) -> Iterator[tuple[int, int]]:
    """Give start and end of each sign of equality outside braces, brackets and environments."""
    depth = 0
    for match in re.finditer(r"\\(begin|end)\s*\{|\\[{}]|\\[A-Za-z]+|\\.|[{}()\[\]=]", tex):
        piece = match[0]
        depth += {"begin": 1, "end": -1}.get(match[1], 0) + (match[1] is not None)
        depth += (piece in ("{", "(", "[", r"\{")) - (piece in ("}", ")", "]", r"\}"))
        if depth == 0 and piece in RELATIONS:
            yield match.span()


_ENDS_CHAIN = re.compile(
    r",|;|\\forall|\\exists|\\(?:text|mbox|textrm|mathrm|textnormal)\s*\{\s*~?\s*(?:for|if|where|with|when|and|such|as|s\.t)\b|\\\\\s*[^\s&=]"
)
"""A side of a chain holds none of these outside its brackets: behind them something else is stated."""


def _plain_relations(tex: str) -> str:
    r"""Give a formula with one sign for all that defines: `:=`, `\stackrel{def}{=}`, `\overset{!}{=}`."""
    return re.sub(r"(?<!:):\s*=|\\stackrel\s*\{[^{}]*\}\s*\{=\}|\\overset\s*\{[^{}]*\}\s*\{=\}", "=", tex)
