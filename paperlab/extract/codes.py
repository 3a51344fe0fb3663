r"""How TeX reads and sets single signs: `\catcode`, `\lccode`, `\mathcode`, `\hyphenchar`, and what is defined with their help.

None of it is printed. A sign that a paper makes active and defines is called as a macro; without a definition it stays
the sign that it was, and so do `_`, `^`, `&` and `'`, which the readers know.
Source: D. Knuth, The TeXbook, chapters 7, 8, 17 and exercise 7.10.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from paperlab.extract.macros import FROZEN, Macro
from paperlab.extract.tokens import Token

if TYPE_CHECKING:
    from paperlab.extract.expand import Expander

_CODE = re.compile(r"`|\"[0-9A-F]+|'[0-7]+|\d+")
_LETTER, _OTHER, _ACTIVE, _IN_MATH, _SHORT = "11", "12", "13", '"8000', "verb"
_STATE = "\1"
"""Before a sign: the name under which a group keeps how it is read."""
_READ = frozenset("_^&'#$%{}\\")
"""Signs whose definition is left alone."""
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
        return found.group() if found.group() != "`" else _behind_accent(expander)
    elif token[0][0] != "\\":
        expander.push([token])
    return token[0] if token else ""


def _behind_accent(expander: Expander) -> str:
    r"""Read the sign itself: `\@`, `@`, or `^^M` for one that cannot be written."""
    sign = "".join(t for t, _ in expander.argument())
    token = expander.peek() if sign in ("^", r"\^") else None
    if token is not None and token[0].startswith("^"):
        expander.next()
        _rest(expander, token, 2)
        return ""
    return sign


def _assignment(expander: Expander, text: str, _place: int) -> None:
    r"""``\catcode`\@=11``, ``\lccode`\~`\|``, `\hyphenchar\font=45`."""
    sign = _number(expander)
    expander.skip_blank()
    token = expander.next()
    _rest(expander, token, token[0].startswith("=")) if token else None
    value = _number(expander)
    expander.skip_one_blank()
    sign = chr(int(sign)) if re.fullmatch(r"\d{2,3}", sign) else sign.removeprefix("\\")
    value = _ACTIVE if value == r"\active" else value
    if text == r"\catcode" and sign == "@":
        expander.internal = value == _LETTER
    elif len(sign) == 1 and not sign.isalnum() and (text == r"\catcode" or value == _IN_MATH):
        _keep(expander, sign, value)


def _keep(expander: Expander, sign: str, value: str) -> None:
    """Keep how a sign is read, in this group."""
    if value in (_OTHER, _ACTIVE, _IN_MATH, _SHORT) or sign in expander.signs:
        expander.signs.add(sign)
        expander.define(_STATE + sign, Macro((), (value,)))


def _state(expander: Expander, sign: str) -> str:
    kept = expander.macros.get(_STATE + sign)
    return kept.body[0] if kept else _ACTIVE if sign == "~" else ""


def is_plain(expander: Expander, sign: str) -> bool:
    r"""Tell whether a sign stands for itself, as in ``\catcode`\%=12``."""
    return sign in expander.signs and _state(expander, sign) == _OTHER


def name_to_define(expander: Expander) -> str:
    r"""Read what `\def` and `\let` define: a control word, or a sign that is active."""
    token = expander.next()
    sign = token[0][0] if token else ""
    if token is None or not (sign == "~" or (sign in expander.signs and sign not in _READ)):
        return token[0] if token else ""
    expander.signs.add(sign)
    _rest(expander, token, 1)
    return sign


def call_active(expander: Expander, text: str, place: int) -> bool:
    """Write what stands before the first active sign of a text, and call the sign; False where there is none."""
    for at, sign in enumerate(text):
        if sign not in expander.signs or sign in _READ or text[0] == FROZEN:
            continue
        state, found = _state(expander, sign), expander.macros.get(sign)
        if state == _SHORT and (code := _code_behind(expander, sign, place + at)) is not None:
            expander.emit(text[:at], place)
            expander.emit(rf"\verb|{code.replace('|', ' ')}|", place + at)
            return True
        if found is not None and (state == _ACTIVE or (state == _IN_MATH and expander.math)):
            expander.emit(text[:at], place)
            _rest(expander, (text, place), at + 1)
            expander.expand(sign, found, place + at)
            return True
    return False


def _code_behind(expander: Expander, sign: str, place: int) -> str | None:
    """Take what stands between two such signs on one line; None where no second one does."""
    frame = expander.frames[-1]
    begin = place - frame.base + 1
    end = frame.text.find(sign, begin, max(frame.text.find("\n", begin), 0) or None) if frame.tokens is None else -1
    if end < 0:
        return None
    frame.index = end + 1
    return frame.text[begin:end]


def _short_verb(expander: Expander, text: str, _place: int) -> None:
    r"""`\MakeShortVerb{\|}`, `\lstMakeShortInline[options]|`: between two such signs stands code."""
    expander.star()
    expander.bracket()
    _keep(expander, expander.words().removeprefix("\\"), _OTHER if "Delete" in text else _SHORT)


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
    r"\lowercase": _lowercase, **dict.fromkeys((r"\MakeShortVerb", r"\DeleteShortVerb", r"\lstMakeShortInline", r"\lstDeleteShortInline"), _short_verb),
}  # fmt: skip
