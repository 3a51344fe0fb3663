r"""TeX's accents and letters as the signs that they print: arXiv tells titles and names as their authors typed them.

Source: the LaTeX2e kernel's text accents and symbols (`\"`, `\v`, `\ss`).
"""

from __future__ import annotations

import re
import unicodedata

COMBINING = {
    '"': "\u0308", "'": "\u0301", "`": "\u0300", "^": "\u0302", "~": "\u0303", "=": "\u0304", ".": "\u0307",
    "u": "\u0306", "v": "\u030c", "H": "\u030b", "c": "\u0327", "d": "\u0323", "b": "\u0331", "k": "\u0328", "r": "\u030a",
}  # fmt: skip
"""Accent command -> combining character."""

LETTERS = {
    "ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "o": "ø", "O": "Ø", "aa": "å", "AA": "Å", "l": "ł", "L": "Ł",
    "i": "ı", "j": "ȷ",
}  # fmt: skip
"""Command of a letter -> the letter."""

_SAID = (
    r"\\(?:[\"'`^~=.](?:\{\\?[A-Za-z]\}|\\[ij](?![A-Za-z])|[A-Za-z])"
    r"|[uvHcdbkr](?:\{\\?[A-Za-z]\}|\s+[A-Za-z])"
    rf"|(?:{'|'.join(LETTERS)})(?![A-Za-z])(?:\{{\}}|\s+)?)"
)
_ACCENT = re.compile(rf"(?P<math>(?<!\\)\$(?:[^$\\]|\\.)+\$)|\{{{_SAID}\}}|{_SAID}")
_ANY = re.compile(_SAID)
"""It begins with a sign, so that a text without any is passed over in a twentieth of the time."""
_AROUND = re.compile(r"[{}\s]")


def accents(text: str) -> str:
    r"""Print TeX's accents and letters, and leave all else.

    >>> accents(r"Schr\"odinger, {\o}re and $\dot x$ in C:\temp")
    'Schrödinger, øre and $\\dot x$ in C:\\temp'
    """
    return _ACCENT.sub(lambda found: found["math"] or _printed(found[0]), text) if _ANY.search(text) else text


def _printed(said: str) -> str:
    name = _AROUND.sub("", said)[1:]
    if name in LETTERS:
        return LETTERS[name]
    return unicodedata.normalize("NFC", name[1:].removeprefix("\\") + COMBINING[name[0]])
