r"""Choices between two groups: `\ifthenelse` of ifthen, `\ifdef`, `\iftoggle` and their kin of etoolbox, `\@ifundefined`.

Source: the manuals of ifthen and etoolbox. A test that cannot be read is false.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from paperlab.extract.conditionals import choose, is_defined
from paperlab.extract.registers import COUNTER, RELATION
from paperlab.extract.tokens import Token

if TYPE_CHECKING:
    from paperlab.extract.expand import Expander

Handler = Callable[["Expander", str, int], None]

_DEPTH = 8
_LONGEST = 2_000
"""Tokens of one test, its macros replaced."""
_GROUPED = re.compile(r"\\\(((?:(?!\\[()]).)*)\\\)", re.DOTALL)
_JOINED = re.compile(r"\\(and|AND|or|OR)(?![A-Za-z])")
_NEGATED = re.compile(r"\\(?:not|NOT)(?![A-Za-z])\s*")
_COMPARED = re.compile(r"(.+?)\s*([<>=])\s*(.+)", re.DOTALL)
_ATOM = re.compile(r"\\(boolean|equal|isodd|isundefined)\s*\{([^{}]*)\}\s*(?:\{([^{}]*)\})?")
_YES, _NO = r"\paperlabyes", r"\paperlabno"


def _plain(expander: Expander, tokens: list[Token]) -> str:
    """Give tokens as text, with macros that take nothing replaced."""
    texts = [text for text, _ in tokens]
    for _ in range(_DEPTH):
        found = [expander.macros.get(text) for text in texts]
        if len(texts) > _LONGEST or not any(m is not None and not m.parameters for m in found):
            break
        pairs = zip(texts, found, strict=True)
        texts = [t for text, m in pairs for t in ([text] if m is None or m.parameters else m.body)]
    return "".join(texts).strip()


def _words(expander: Expander) -> str:
    return _plain(expander, expander.argument())


# Toggles and booleans --------------------------------------------------------------------------------------------------


def _toggle(name: str) -> str:
    r"""Booleans of etoolbox and ifthen, toggles and `\newif` share one table."""
    return r"\if" + name.strip()


def _newtoggle(expander: Expander, _text: str, _place: int) -> None:
    expander.switches.setdefault(_toggle(expander.words()), False)


def _settoggle(expander: Expander, text: str, _place: int) -> None:
    name = _toggle(expander.words())
    words = {r"\toggletrue": "true", r"\togglefalse": "false", r"\booltrue": "true", r"\boolfalse": "false"}
    value = words.get(text) or expander.words()
    expander.switches[name] = value == "true"


def _iftoggle(expander: Expander, text: str, _place: int) -> None:
    value = expander.switches.get(_toggle(expander.words()), False)
    choose(expander, value=value != text.startswith(r"\not"))


# Tests of ifthen ---------------------------------------------------------------------------------------------------------


def _ifthenelse(expander: Expander, _text: str, _place: int) -> None:
    choose(expander, value=_holds(expander, _words(expander)))


def _ifboolexpr(expander: Expander, _text: str, _place: int) -> None:
    """An expression of etoolbox, said in ifthen's words."""
    text = re.sub(r"(?<!\\)\b(?:bool|togl)\s*\{", r"\\boolean{", _words(expander))
    text = re.sub(r"(?<!\\)\b(and|or|not)\b", r"\\\1", text)
    choose(expander, value=_holds(expander, re.sub(r"(?<!\\)([()])", r"\\\1", text)))


def _holds(expander: Expander, text: str) -> bool:
    r"""Read a test: what stands between `\(` and `\)` first, then from left to right."""
    for _ in range(_DEPTH):
        text, count = _GROUPED.subn(lambda m: _YES if _joined(expander, m[1]) else _NO, text)
        if not count:
            break
    return _joined(expander, text)


def _joined(expander: Expander, text: str) -> bool:
    first, *rest = _JOINED.split(text)
    value = _atom(expander, first)
    for word, part in zip(rest[::2], rest[1::2], strict=True):
        value = value and _atom(expander, part) if word.lower() == "and" else value or _atom(expander, part)
    return value


def _atom(expander: Expander, text: str) -> bool:
    text, count = _NEGATED.subn("", text.strip())
    text = text.strip()
    value = text in (_YES, r"\true")
    if found := _ATOM.fullmatch(text):
        value = _named(expander, found[1], found[2].strip(), (found[3] or "").strip())
    elif found := _COMPARED.fullmatch(text):
        first, second = _whole(expander, found[1]), _whole(expander, found[3])
        value = first is not None and second is not None and RELATION[found[2]](float(first), float(second))
    return value != (count % 2 == 1)


def _named(expander: Expander, name: str, first: str, second: str) -> bool:
    if name == "boolean":
        return expander.switches.get(_toggle(first), False)
    if name == "isodd":
        return (_whole(expander, first) or 0) % 2 == 1
    return first == second if name == "equal" else not is_defined(expander, first)


def _whole(expander: Expander, text: str) -> int | None:
    text = text.strip()
    if re.fullmatch(r"[+-]?\d{1,9}", text):
        return int(text)
    counter = re.fullmatch(r"\\value\s*\{([^{}]*)\}", text)
    return expander.counts.get(COUNTER + counter[1].strip() if counter else text)


# Tests of etoolbox -------------------------------------------------------------------------------------------------------


def _ifdef(expander: Expander, text: str, _place: int) -> None:
    name = "".join(t for t, _ in expander.argument()).strip()
    name = "\\" + name if "cs" in text or "@" in text else name
    choose(expander, value=is_defined(expander, name) != ("undef" in text))


def _ifempty(expander: Expander, text: str, _place: int) -> None:
    r"""`\ifdefempty` and `\ifdefvoid`."""
    found = expander.macros.get("".join(t for t, _ in expander.argument()).strip())
    empty = found is not None and not "".join(found.body).strip()
    choose(expander, value=empty or (found is None and text.endswith("void")))


def _ifblank(expander: Expander, text: str, _place: int) -> None:
    value = not "".join(t for t, _ in expander.argument()).strip()
    choose(expander, value=value != (text == r"\ifnotblank"))


def _ifequal(expander: Expander, text: str, _place: int) -> None:
    r"""`\ifstrequal` takes its texts as they are, `\ifdefstring` and `\ifdefstrequal` what a macro holds."""
    first, second = expander.argument(), expander.argument()
    read = _plain if "def" in text else _raw
    choose(expander, value=read(expander, first) == read(expander, second))


def _raw(_expander: Expander, tokens: list[Token]) -> str:
    return "".join(t for t, _ in tokens)


def _ifcompared(expander: Expander, text: str, _place: int) -> None:
    r"""`\ifnumcomp{1}{<}{2}`, `\ifnumequal{1}{2}`."""
    signs = {r"\ifnumequal": "=", r"\ifnumless": "<", r"\ifnumgreater": ">"}
    first = _words(expander)
    sign = signs.get(text) or _words(expander)
    choose(expander, value=_atom(expander, f"{first} {sign} {_words(expander)}"))


def _ifodd(expander: Expander, _text: str, _place: int) -> None:
    choose(expander, value=(_whole(expander, _words(expander)) or 0) % 2 == 1)


def _ifloaded(expander: Expander, text: str, _place: int) -> None:
    name = expander.words()
    loaded = expander.document_class == name if "lass" in text else name in expander.packages
    choose(expander, value=loaded)


HANDLERS: dict[str, Handler] = {
    **dict.fromkeys((r"\provideboolean", r"\newboolean", r"\newbool", r"\providebool", r"\newtoggle", r"\providetoggle"), _newtoggle),
    **dict.fromkeys((r"\toggletrue", r"\togglefalse", r"\booltrue", r"\boolfalse", r"\setboolean", r"\setbool", r"\settoggle"), _settoggle),
    **dict.fromkeys((r"\iftoggle", r"\ifbool", r"\nottoggle", r"\notbool"), _iftoggle),
    r"\ifthenelse": _ifthenelse, r"\ifboolexpr": _ifboolexpr,
    **dict.fromkeys((r"\ifdef", r"\ifundef", r"\ifcsdef", r"\ifcsundef", r"\@ifundefined"), _ifdef),
    **dict.fromkeys((r"\ifdefempty", r"\ifdefvoid"), _ifempty), **dict.fromkeys((r"\ifblank", r"\ifnotblank", r"\ifstrempty"), _ifblank),
    **dict.fromkeys((r"\ifstrequal", r"\ifdefstring", r"\ifdefstrequal"), _ifequal), r"\ifnumodd": _ifodd,
    **dict.fromkeys((r"\ifnumcomp", r"\ifnumequal", r"\ifnumless", r"\ifnumgreater"), _ifcompared),
    **dict.fromkeys((r"\@ifpackageloaded", r"\@ifclassloaded", r"\IfPackageLoadedTF", r"\IfClassLoadedTF"), _ifloaded),
}  # fmt: skip
