r"""Whole numbers as TeX reads them, registers that hold them, and the conditionals that compare them.

`\ifnum`, `\ifodd`, `\ifcase` and `\ifdim` with digits, macros, `\newcount` registers and `\value{...}` of counters that the
paper itself makes. A number that only a page can give (`\ifnum\value{page}>3`) is unknown, and its conditional is false.
Source: D. Knuth, The TeXbook, chapter 24.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from paperlab.extract.codes import HANDLERS as CODES
from paperlab.extract.tokens import Token, is_word

if TYPE_CHECKING:
    from paperlab.extract.expand import Expander

Handler = Callable[["Expander", str, int], None]

COUNTER = r"\c@"
"""Before the name of a counter: its register, as LaTeX names it."""
_DIGITS = re.compile(r"\d{1,9}")
_LENGTH = re.compile(r"(\d*[.,]?\d+)\s*(?:true)?\s*(pt|cm|mm|in|pc|bp|em|ex|sp)")
_POINTS = {"pt": 1.0, "cm": 28.45274, "mm": 2.845274, "in": 72.27, "pc": 12.0, "bp": 1.00375, "em": 10.0, "ex": 4.3, "sp": 1 / 65536}  # fmt: skip
_STEPS = 200
"""Tokens that one number may take."""
_TRANSPARENT = frozenset([r"\number", r"\the", r"\numexpr", r"\relax"])
RELATION: dict[str, Callable[[float, float], bool]] = {"<": float.__lt__, ">": float.__gt__, "=": float.__eq__}


def number(expander: Expander) -> int | None:
    """Read a whole number; None where it is not known."""
    found = _quantity(expander, _DIGITS)
    return None if found is None else int(found)


def _length(expander: Expander) -> float | None:
    return _quantity(expander, _LENGTH)


def _quantity(expander: Expander, pattern: re.Pattern[str]) -> float | None:
    """Expand until a number comes; what is none is taken away and unknown."""
    sign = 1.0
    for _ in range(_STEPS):
        token = expander.next()
        if token is None:
            return None
        text = token[0].lstrip()
        token = (text, token[1] + len(token[0]) - len(text))
        if text[:1] in ("+", "-"):
            sign = -sign if text[0] == "-" else sign
            _push_rest(expander, token, 1)
        elif found := pattern.match(text):
            _push_rest(expander, token, found.end())
            return sign * _value(found)
        elif text and text not in _TRANSPARENT and not _expanded(expander, token):
            value = _register(expander, token)
            return None if value is None else sign * value
    return None


def _value(found: re.Match[str]) -> float:
    if found.re is _DIGITS:
        return float(found.group())
    return float(found[1].replace(",", ".")) * _POINTS[found[2]]


def _push_rest(expander: Expander, token: Token, at: int) -> None:
    if len(token[0]) > at:
        expander.push([(token[0][at:], token[1] + at)])


def _expanded(expander: Expander, token: Token) -> bool:
    found = expander.macros.get(token[0])
    if found is None or found.body[:1] == (token[0],):
        return False
    expander.expand(token[0], found, token[1])
    return True


def _register(expander: Expander, token: Token) -> int | None:
    """Give what a register holds; a token that is none is left where TeX would end the number."""
    text = token[0]
    if text == r"\value":
        return expander.counts.get(COUNTER + expander.words())
    if text not in expander.counts and not is_word(text):
        expander.push([token])
    return expander.counts.get(text)


def relation(expander: Expander, read: Callable[[Expander], float | None]) -> bool:
    """Read `a < b`; false where a side is not known."""
    first = read(expander)
    expander.skip_blank()
    token = expander.next()
    if token is None or token[0][0] not in RELATION:
        expander.push([token] if token else [])
        return False
    _push_rest(expander, token, 1)
    second = read(expander)
    return first is not None and second is not None and RELATION[token[0][0]](float(first), float(second))


def compares_numbers(expander: Expander) -> bool:
    r"""Read what follows `\ifnum`."""
    return relation(expander, number)


def compares_lengths(expander: Expander) -> bool:
    r"""Read what follows `\ifdim`."""
    return relation(expander, _length)


def _newcount(expander: Expander, _text: str, _place: int) -> None:
    expander.skip_blank()
    token = expander.next()
    if token is not None and is_word(token[0]):
        expander.counts[token[0]] = 0


def assign(expander: Expander, name: str) -> None:
    r"""`\mycount=5`, `\mycount 5`."""
    expander.skip_blank()
    token = expander.next()
    if token is not None and token[0].startswith("="):
        _push_rest(expander, token, 1)
    elif token is not None:
        expander.push([token])
    if (value := number(expander)) is not None:
        expander.counts[name] = value


def _advance(expander: Expander, text: str, place: int) -> None:
    r"""`\advance\mycount by 2`; of lengths nothing is known."""
    expander.skip_blank()
    token = expander.next()
    if token is None or token[0] not in expander.counts:
        expander.emit(text, place)
        expander.push([token] if token else [])
        return
    expander.skip_blank()
    if (by := expander.next()) is not None:
        _push_rest(expander, by, 2) if by[0].startswith("by") else expander.push([by])
    expander.counts[token[0]] += number(expander) or 0


def _print(expander: Expander, text: str, place: int) -> None:
    r"""`\number\mycount`; of what is no register of the paper nothing is known."""
    token = expander.next()
    if token is not None and token[0] in expander.counts:
        expander.push([(str(expander.counts[token[0]]), place)])
    else:
        expander.emit(text, place)
        expander.push([token] if token else [])


HANDLERS: dict[str, Handler] = {r"\newcount": _newcount, r"\advance": _advance, r"\number": _print, **CODES}
