r"""How TeX reads and sets single signs: `\catcode`, `\lccode`, `\mathcode`, `\hyphenchar`, and what is defined with their help.

None of it is printed. A sign that a paper makes active and defines stays the sign that it was.
Source: D. Knuth, The TeXbook, chapters 7, 8, 17 and exercise 7.10.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from paperlab.extract.tokens import Token

if TYPE_CHECKING:
    from paperlab.extract.expand import Expander

_CODE = re.compile(r"`|\"[0-9A-F]+|'[0-7]+|\d+")
_LETTER = "11"
_DEFINES = frozenset([r"\def", r"\gdef", r"\edef", r"\xdef"])
_PARAMETERS = 20
"""Tokens between the name that is defined and its body."""


def _rest(expander: Expander, token: Token, at: int) -> None:
    expander.push([(token[0][at:], token[1] + at)] if len(token[0]) > at else [])


def _number(expander: Expander) -> str:
    r"""Read one number, a sign behind a grave accent, or a control word that stands for one: `\active`."""
    expander.skip_blank()
    token = expander.next()
    found = _CODE.match(token[0]) if token else None
    if token is None or token[0] == "}":
        expander.push([token] if token else [])
    elif token[0] == r"\string":
        return _number(expander)
    elif found:
        _rest(expander, token, found.end() + token[0].startswith(" ", found.end()))
        return found.group() if found.group() != "`" else "".join(t for t, _ in expander.argument())
    elif token[0][0] != "\\":
        expander.push([token])
    return token[0] if token else ""


def _assignment(expander: Expander, text: str, _place: int) -> None:
    r"""``\catcode`\@=11``, ``\lccode`\~`\|``, `\hyphenchar\font=45`."""
    sign = _number(expander)
    expander.skip_blank()
    token = expander.next()
    _rest(expander, token, token[0].startswith("=")) if token else None
    value = _number(expander)
    expander.skip_one_blank()
    if text == r"\catcode" and sign in (r"\@", "@"):
        expander.internal = value == _LETTER


def _lowercase(expander: Expander, text: str, place: int) -> None:
    r"""`\lowercase{\endgroup\let~}\bar` gives an active sign its meaning; any other use only changes letters."""
    tokens = expander.argument()
    words = {token for token, _ in tokens}
    if r"\endgroup" not in words:
        expander.emit(text, place)
        expander.push([("{", place), *tokens, ("}", place)])
        return
    expander.close_group()
    if words & _DEFINES:
        _body(expander)
    elif r"\let" in words:
        expander.argument()


def _body(expander: Expander) -> None:
    """Take away the parameters and the body of a definition."""
    for _ in range(_PARAMETERS):
        token = expander.peek()
        if token is None or token[0] == "{":
            break
        expander.next()
    expander.argument()


HANDLERS = {
    **dict.fromkeys((r"\catcode", r"\lccode", r"\uccode", r"\sfcode", r"\mathcode", r"\delcode", r"\hyphenchar", r"\skewchar"), _assignment),
    r"\lowercase": _lowercase,
}  # fmt: skip
