r"""Conditionals: `\iffalse`, `\newif`, `\ifx`, `\ifnum`, `\ifthenelse` and their kin.

A test that depends on the page or on the engine is taken as false, as it is for a paper set by pdflatex without options.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from paperlab.extract import registers
from paperlab.extract.macros import FROZEN, PROTECTED, Macro
from paperlab.extract.tokens import Token

if TYPE_CHECKING:
    from paperlab.extract.expand import Expander

Handler = Callable[["Expander", str, int], None]

SWITCH = r"\paperlabswitch"
"""What `\\footrue` expands to: it sets a switch."""
_PRIMITIVE = frozenset(
    "\\" + name for name in (
        "if ifcat ifnum ifdim ifodd ifvmode ifhmode ifmmode ifinner ifvoid ifhbox ifvbox ifx ifeof iftrue iffalse ifcase ifdefined "
        "ifcsname iffontchar"
    ).split()
)  # fmt: skip
_NO_CONDITION = frozenset(
    "\\" + name for name in (
        "iff ifthenelse ifdef ifundef ifcsdef ifcsundef ifdefempty ifblank ifnotblank ifstrempty ifstrequal ifbool ifboolexpr "
        "iftoggle ifnumequal ifnumcomp ifnumless ifnumgreater ifdefstring ifdefvoid ifdimcomp ifnumodd ifentrytype iffieldundef "
        "notbool nottoggle ifnextchar ifstar ifundefined ifinlist ifsubstr"
    ).split()
)  # fmt: skip
TRUE_SWITCHES = (r"\ifpdf", r"\ifPDFTeX", r"\ifpdftex")
_OF_CLASSES = re.compile(r"\\if(?:CLASS|@|pdf|PDFTeX|xetex|XeTeX|luatex|LuaTeX)")
"""Conditionals of classes and packages that do not travel with the paper."""
_NEAR = 5_000
_MISREAD = 3
"""Conditionals without end in one paper whose branch is read after all: each takes another pass over the rest."""
_CASES = 50
"""Branches of one `\\ifcase`."""
_UNDEFINED = frozenset([r"\undefined", r"\@undefined", r"\relax", r"\UnDeFiNeD"])
_ENGINE = frozenset([r"\pdfoutput", r"\pdftexversion", r"\pdfpagewidth"])
_EMPTY = Macro((), ())


def is_condition(expander: Expander, text: str) -> bool:
    r"""Tell whether a control word opens a conditional that `\fi` closes."""
    return (
        text in _PRIMITIVE
        or text in expander.switches
        or (_OF_CLASSES.match(text) is not None and text not in HANDLERS)
    )


def may_be_condition(expander: Expander, text: str) -> bool:
    r"""Tell whether an unknown control word reads as a conditional: its name begins so, and a `\fi` follows soon."""
    if not text.startswith(r"\if") or text in _NO_CONDITION:
        return False
    frame = next((f for f in reversed(expander.frames) if f.is_file), None)
    return frame is not None and frame.text.find(r"\fi", frame.index, frame.index + _NEAR) >= 0


def unknown(expander: Expander, text: str, place: int) -> None:
    """Take a switch by its value; one that nobody set is false, and a command with braces is none."""
    if text not in expander.switches:
        following = expander.peek()
        if following is not None and following[0] == "{":
            expander.emit(text, place)
            return
    decide(expander, value=expander.switches.get(text, text in TRUE_SWITCHES))


def decide(expander: Expander, *, value: bool, misread: bool = True) -> None:
    r"""Go on in the branch that holds; `\unless` before the conditional turns it round.

    TeX refuses a paper that has a conditional without its `\fi`, so that one is our misreading: the rest counts.
    """
    value, expander.unless = value != expander.unless, False
    if value or skip(expander, to=(r"\else",), misread=misread) == r"\else":
        expander.conditions += 1
    expander.skip_one_blank()


def skip(expander: Expander, *, to: tuple[str, ...], misread: bool = True) -> str:
    r"""Pass over a branch that does not hold, to one of `to` or to its `\fi`; give what ended it.

    Where nothing does, the branch is read after all if it may be `misread`, a few times in a paper.
    """
    depth, passed = 0, list[Token]()
    while (token := expander.next()) is not None:
        passed.append(token)
        text = token[0]
        if text[0] != "\\":
            continue
        if text == r"\fi":
            if depth == 0:
                return text
            depth -= 1
        elif depth == 0 and text in to:
            return text
        elif is_condition(expander, text):
            depth += 1
    again = misread and expander.misread < _MISREAD
    expander.misread += again
    expander.push(passed if again else [])
    told = "read as if it held" if again else "left out"
    expander.problem("unclosed conditional", rf"a conditional has no \fi; what follows it is {told}")
    return ""


def _else(expander: Expander, _text: str, _place: int) -> None:
    if expander.conditions:
        expander.conditions -= 1
        skip(expander, to=())
        expander.skip_one_blank()


def _fi(expander: Expander, _text: str, _place: int) -> None:
    expander.conditions = max(expander.conditions - 1, 0)
    expander.skip_one_blank()


def _constant(expander: Expander, text: str, _place: int) -> None:
    decide(expander, value=text == r"\iftrue", misread=text == r"\iftrue")


def _pair(expander: Expander) -> tuple[str, str]:
    """Read the two tokens of a comparison; a space counts, but for one after a control word."""
    first = _single(expander)
    return first, _single(expander, blank=first[:1] != "\\")


def _single(expander: Expander, *, blank: bool = False) -> str:
    """Read one token; of a run of characters only the first."""
    token = expander.next()
    while token is not None and token[0].isspace() and not blank:
        token = expander.next()
    if token is None or token[0].isspace():
        return " "
    if token[0][0] not in "\\#" and len(token[0]) > 1 and not token[0].startswith(FROZEN):
        expander.push([(token[0][1:], token[1] + 1)])
        return token[0][0]
    return token[0]


def _ifx(expander: Expander, _text: str, _place: int) -> None:
    first, second = _pair(expander)
    decide(expander, value=_same(expander, first, second))


def _same(expander: Expander, first: str, second: str) -> bool:
    if first == second:
        return True
    one, two = _meaning(expander, first), _meaning(expander, second)
    if second in _UNDEFINED or first in _UNDEFINED:
        other = first if second in _UNDEFINED else second
        return other[:1] == "\\" and not is_defined(expander, other)
    return one is not None and one == two


def _meaning(expander: Expander, text: str) -> Macro | None:
    return _EMPTY if text in (r"\empty", r"\@empty") else expander.macros.get(text)


def _if_letters(expander: Expander, _text: str, _place: int) -> None:
    first, second = _pair(expander)
    decide(expander, value=first == second and first[:1] != "\\")


def _ifnum(expander: Expander, _text: str, _place: int) -> None:
    decide(expander, value=registers.compares_numbers(expander))


def _ifdim(expander: Expander, _text: str, _place: int) -> None:
    decide(expander, value=registers.compares_lengths(expander))


def _ifodd(expander: Expander, _text: str, _place: int) -> None:
    decide(expander, value=(registers.number(expander) or 0) % 2 == 1)


def _unless(expander: Expander, _text: str, _place: int) -> None:
    expander.unless = True


def _ifcase(expander: Expander, _text: str, _place: int) -> None:
    wanted = registers.number(expander) or 0
    if not 0 <= wanted <= _CASES:
        wanted = _CASES
    for _ in range(wanted):
        ended = skip(expander, to=(r"\or", r"\else"))
        if ended != r"\or":
            expander.conditions += ended == r"\else"
            return
    expander.conditions += 1


def _ifdefined(expander: Expander, _text: str, _place: int) -> None:
    name = _single(expander)
    decide(expander, value=is_defined(expander, name))


def is_defined(expander: Expander, name: str) -> bool:
    """Tell whether a control word means something: the authors', the engine's or a standard one."""
    return name in expander.macros or name in _ENGINE or name in PROTECTED or name in expander.counts


def _ifcsname(expander: Expander, _text: str, _place: int) -> None:
    name = "".join(t for t, _ in expander.until(r"\endcsname", limit=200))
    decide(expander, value=is_defined(expander, "\\" + name))


def _ifmmode(expander: Expander, _text: str, _place: int) -> None:
    decide(expander, value=bool(expander.math))


def _newif(expander: Expander, _text: str, _place: int) -> None:
    expander.skip_blank()
    token = expander.next()
    if token is None or not token[0].startswith(r"\if"):
        return
    name = token[0]
    expander.switches[name] = False
    for word, value in (("true", "1"), ("false", "0")):
        expander.define("\\" + name[3:] + word, Macro((), (SWITCH, "{", name, "}", value)), everywhere=True)


def _switch(expander: Expander, _text: str, _place: int) -> None:
    name = expander.words()
    value = expander.words()
    expander.switches[name] = value == "1"


def choose(expander: Expander, *, value: bool) -> None:
    """Go on with the first of two groups where `value` holds, else with the second."""
    first, second = expander.argument(), expander.argument()
    expander.push(first if value else second)


def _if_boolean(expander: Expander, text: str, _place: int) -> None:
    value = [t for t, _ in expander.argument()] == [FROZEN + r"\True"]
    _one_or_both(expander, text, value=value)


def _if_no_value(expander: Expander, text: str, _place: int) -> None:
    value = [t for t, _ in expander.argument()] == [FROZEN + r"\NoValue"]
    _one_or_both(expander, text, value=value if "NoValue" in text else not value)


def _one_or_both(expander: Expander, text: str, *, value: bool) -> None:
    if text.endswith("TF"):
        choose(expander, value=value)
        return
    branch = expander.argument()
    expander.push(branch if value == text.endswith("T") else [])


def _ifnextchar(expander: Expander, _text: str, _place: int) -> None:
    wanted = "".join(t for t, _ in expander.argument())
    first, second = expander.argument(), expander.argument()
    following = expander.peek()
    expander.push(first if following is not None and following[0].startswith(wanted or "[") else second)


def _ifstar(expander: Expander, _text: str, _place: int) -> None:
    first, second = expander.argument(), expander.argument()
    expander.push(first if expander.star() else second)


def _loop(expander: Expander, _text: str, _place: int) -> None:
    r"""A loop closes its conditional by `\repeat`, not `\fi`; none makes text of a paper."""
    expander.until(r"\repeat", limit=2_000)


HANDLERS: dict[str, Handler] = {
    r"\else": _else, r"\or": _else, r"\fi": _fi, r"\iftrue": _constant, r"\iffalse": _constant, r"\ifx": _ifx, r"\if": _if_letters,
    r"\ifnum": _ifnum, r"\ifdim": _ifdim, r"\ifodd": _ifodd, r"\ifcase": _ifcase, r"\ifdefined": _ifdefined, r"\ifcsname": _ifcsname,
    r"\ifmmode": _ifmmode, r"\newif": _newif, r"\unless": _unless, r"\@ifnextchar": _ifnextchar, r"\@ifstar": _ifstar, r"\loop": _loop,
    SWITCH: _switch,
    **dict.fromkeys((r"\IfBooleanTF", r"\IfBooleanT", r"\IfBooleanF"), _if_boolean),
    **dict.fromkeys((r"\IfNoValueTF", r"\IfNoValueT", r"\IfNoValueF", r"\IfValueTF", r"\IfValueT", r"\IfValueF"), _if_no_value),
}  # fmt: skip
