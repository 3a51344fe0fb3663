r"""Cut TeX into tokens, and find the ends of groups in text.

A token is a pair (text, place): a control word `\name`, a control symbol `\%`, one of `{ } $ $$`, a parameter `#1`,
white space, or a run of other characters. `place` counts characters over all files that were read, one after the other.
"""

from __future__ import annotations

import re

from paperlab.extract.clock import check

Token = tuple[str, int]

_REST = r"|\\.|\s+|%[^\n]*(?:\n[ \t]*)?|\$\$?|#+[1-9]?|[{}]|[^\\{}$%#\s][^\\{}$%#\n]*|\\"
PLAIN = re.compile(r"\\@?[A-Za-z]+" + _REST, re.DOTALL)
INTERNAL = re.compile(r"\\[A-Za-z@]+" + _REST, re.DOTALL)
r"""After `\makeatletter`, and in packages, the sign @ is a letter; elsewhere `\@name` is what its authors took for one word."""

_BRACES = re.compile(r"\\.|[{}]", re.DOTALL)
_BRACKETS = re.compile(r"\\.|[{}\]]", re.DOTALL)
_BLANK = re.compile(r"\s*")
_GROUP_LIMIT = 30_000
"""Characters of one group; a longer one is a missing brace."""


def cut(text: str, *, internal: bool = False) -> list[str]:
    """Give the tokens of a text, without comments and places."""
    pattern = INTERNAL if internal else PLAIN
    return [t for t in pattern.findall(text) if not t.startswith("%")]


def join(tokens: list[str]) -> str:
    r"""Give the text of tokens; a space keeps a control word apart from a letter that follows it.

    >>> join([r"\alpha", "b"])
    '\\alpha b'
    """
    parts: list[str] = []
    word = False
    for token in tokens:
        if word and token[0].isalpha():
            parts.append(" ")
        parts.append(token)
        word = is_word(token)
    return "".join(parts)


def is_word(token: str) -> bool:
    r"""Tell whether a token is a control word: `\alpha`, not `\%`."""
    return token[0] == "\\" and len(token) > 1 and all(c.isalpha() or c == "@" for c in (token[1], token[-1]))


def skip_blank(text: str, at: int) -> int:
    """Give the place after white space."""
    found = _BLANK.match(text, at)
    return found.end() if found else at


def group(text: str, at: int) -> tuple[str, int] | None:
    """Give the content of the braces that begin at or after white space from `at`, and the place behind them."""
    start = skip_blank(text, at)
    if not text.startswith("{", start):
        return None
    check()
    depth = 0
    for found in _BRACES.finditer(text, start, start + _GROUP_LIMIT):
        depth += {"{": 1, "}": -1}.get(found.group(), 0)
        if depth == 0:
            return text[start + 1 : found.start()], found.end()
    return None


def opens_group(text: str, at: int) -> bool:
    """Tell whether braces begin at `at`, behind a star or brackets."""
    return re.compile(r"\*?\s*(?:\[[^\]]{0,500}\])?\s*\{").match(text, at) is not None


def option(text: str, at: int) -> tuple[str, int] | None:
    """Give the content of the brackets that begin at or after white space from `at`, and the place behind them."""
    start = skip_blank(text, at)
    if not text.startswith("[", start):
        return None
    check()
    depth = 0
    for found in _BRACKETS.finditer(text, start + 1, start + _GROUP_LIMIT):
        sign = found.group()
        depth += {"{": 1, "}": -1}.get(sign, 0)
        if depth < 0:
            return None
        if sign == "]" and depth == 0:
            return text[start + 1 : found.start()], found.end()
    return None


def arguments(text: str, at: int, *, shape: str) -> tuple[list[str | None], int] | None:
    """Read arguments by shape: `*` an optional star, `o` optional brackets, `m` braces.

    Returns:
        The values (None for what is not there) and the place behind them; None where a brace group is missing.
    """
    values: list[str | None] = []
    for kind in shape:
        if kind == "*":
            start = skip_blank(text, at)
            star = text.startswith("*", start)
            values.append("*" if star else None)
            at = start + 1 if star else at
            continue
        found = option(text, at) if kind == "o" else group(text, at)
        if found is None and kind == "m":
            return None
        values.append(found[0] if found else None)
        at = found[1] if found else at
    return values, at
