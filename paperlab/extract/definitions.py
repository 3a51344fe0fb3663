r"""Commands that define macros: `\newcommand`, `\def`, `\let`, `\DeclareMathOperator`, `\NewDocumentCommand` and their kin."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from paperlab.extract.codes import name_to_define
from paperlab.extract.macros import FROZEN, NO_VALUE, PROTECTED, PROTECTED_ENVIRONMENTS, Macro, Parameter
from paperlab.extract.tokens import Token, cut, group, is_word

if TYPE_CHECKING:
    from paperlab.extract.expand import Expander

Handler = Callable[["Expander", str, int], None]


def tokens_of(text: str, place: int = 0) -> list[Token]:
    """Give the tokens of a text that stands in no file."""
    if text.startswith(FROZEN):
        return [(text, place)]
    return [(t, place) for t in cut(text)]


def may_define(expander: Expander, name: str, body: tuple[str, ...]) -> bool:
    """Tell whether a definition is the authors' own.

    Packages define much that only changes how things look; what uses internal names (with @) is left alone there.
    """
    if name in expander.signs:
        return not any("@" in t for t in body)
    known = name in PROTECTED and not (name == r"\name" and r"\tag" in body)
    if not name.startswith("\\") or known or name in _KEPT or name in HANDLERS:
        return False
    if name.startswith(r"\the") and len(name) > 4 and name[4:] in _COUNTERS:
        return False
    if not expander.quiet:
        return True
    return "@" not in name and not any("@" in t or t in _STRUCTURE for t in body if t[0] == "\\")


_COUNTERS = frozenset(
    "section subsection subsubsection chapter part equation figure table algorithm theorem page".split()
)
_KEPT = frozenset([r"\begin", r"\end", r"\documentclass", r"\usepackage", r"\input", r"\include", r"\qed"])
_STRUCTURE = frozenset([r"\csname", r"\expandafter", r"\def", r"\gdef", r"\let", r"\begingroup", r"\endgroup", r"\par", r"\newpage", r"\vskip", r"\hskip"])  # fmt: skip


def _name(expander: Expander) -> str:
    r"""Read the name that is being defined: `{\name}` or `\name`."""
    tokens = [t for t, _ in expander.argument() if not t.isspace()]
    return tokens[0].removeprefix(FROZEN) if len(tokens) == 1 else ""


def _bodies(tokens: list[Token]) -> tuple[str, ...]:
    """Give the tokens of a body; the end of a line in it is a space, which makes no empty line with what comes next."""
    return tuple(" " if text.isspace() and text.count("\n") == 1 else text for text, _ in tokens)


def _newcommand(expander: Expander, text: str, place: int) -> None:
    r"""`\newcommand{\name}[2][default]{body}`."""
    expander.star()
    name = _name(expander)
    parameters = _latex_parameters(expander)
    body = _bodies(expander.argument())
    if name.startswith(r"\the") and name[4:] and not parameters and name not in expander.macros:
        _keep_counter_format(expander, name, body, place)
    if text == r"\providecommand" and (name in expander.macros or expander.quiet):
        return
    if may_define(expander, name, body):
        expander.define(name, Macro(parameters, body))


def _keep_counter_format(
    expander: Expander, name: str, body: tuple[str, ...], place: int, *, everywhere: bool = False
) -> None:
    r"""Hand `\renewcommand{\theequation}{...}` on, since it changes printed numbers; in a group, up to its end."""
    if expander.groups and not everywhere:
        expander.groups[-1].append((FROZEN + name, None))
    expander.emit(rf"\renewcommand{{{name}}}{{{''.join(body)}}}", place, always=True)


def _latex_parameters(expander: Expander) -> tuple[Parameter, ...]:
    count = expander.bracket()
    if count is None:
        return ()
    digits = "".join(t for t, _ in count).strip()
    number = int(digits) if digits.isdigit() and digits.isascii() and len(digits) == 1 else 0
    default = expander.bracket() if number else None
    optional = () if default is None else (Parameter("o", "".join(t for t, _ in default)),)
    return optional + (Parameter("m"),) * (number - len(optional))


def _newcommandx(expander: Expander, _text: str, _place: int) -> None:
    r"""`\newcommandx{\name}[3][1=a, 3=b]{body}` of xargs: the parameters with a default are optional."""
    expander.star()
    name = _name(expander)
    count = "".join(t for t, _ in expander.bracket() or []).strip()
    given = "".join(t for t, _ in expander.bracket() or [])
    defaults = {k: _without_braces(value.strip()) for k, value in _DEFAULT.findall(given)}
    body = _bodies(expander.argument())
    number = int(count) if count in tuple("123456789") else 0
    parameters = (
        Parameter("o", defaults[k]) if (k := str(i)) in defaults else Parameter("m") for i in range(1, number + 1)
    )
    if may_define(expander, name, body):
        expander.define(name, Macro(tuple(parameters), body))


def _without_braces(text: str) -> str:
    inner = group(text, 0) if text.startswith("{") else None
    return inner[0] if inner and inner[1] == len(text) else text


_DEFAULT = re.compile(r"(?:^|,)\s*([1-9])\s*=\s*((?:[^,{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)")


def _def(expander: Expander, text: str, place: int) -> None:
    r"""`\def\name#1 and #2.{body}`."""
    name = name_to_define(expander)
    pattern = _until_brace(expander)
    body = _bodies(expander.argument())
    if name.startswith(r"\the") and name[4:] in _COUNTERS:
        _keep_counter_format(expander, name, body, place, everywhere=text in (r"\gdef", r"\xdef"))
    if may_define(expander, name, body):
        expander.define(name, Macro(_tex_parameters(pattern), body), everywhere=text in (r"\gdef", r"\xdef"))


def _until_brace(expander: Expander) -> list[str]:
    pattern: list[str] = []
    while len(pattern) < 60 and (token := expander.next()) is not None:
        if token[0] == "{":
            expander.push([token])
            return pattern
        pattern.append(token[0])
    return pattern


def _tex_parameters(pattern: list[str]) -> tuple[Parameter, ...]:
    """Read the parameter text of a definition: what stands after a parameter delimits it."""
    parameters: list[Parameter] = []
    for token in pattern:
        if token[0] == "#":
            parameters.append(Parameter("m"))
        elif token.isspace() and not parameters:
            continue
        elif parameters and parameters[-1].kind == "m":
            parameters[-1] = Parameter("until", token)
        else:
            parameters.append(Parameter("literal", token))
    return tuple(parameters)


def _let(expander: Expander, _text: str, _place: int) -> None:
    r"""`\let\new=\old`: the meaning of now, which later definitions of `\old` do not change."""
    name = name_to_define(expander)
    expander.skip_blank()
    target = expander.next()
    while target is not None and target[0].startswith("="):
        rest = target[0][1:].strip()
        target = (rest, target[1]) if rest else expander.next()
        while target is not None and target[0].isspace():
            target = expander.next()
    if not name or target is None:
        return
    old = target[0]
    if len(old) > 1 and old[0] != "\\":
        expander.push([(old[1:], target[1] + 1)])
        old = old[0]
    known = expander.macros.get(old)
    body = (FROZEN + old if old == "~" or (old not in HANDLERS and is_word(old)) else old,)
    if known is None and old in (r"\undefined", r"\@undefined"):
        body = (FROZEN + name,)
    new = known if known is not None else Macro((), _ENVIRONMENT_WORDS.get(old, body))
    if may_define(expander, name, new.body):
        expander.define(name, new)


_ENVIRONMENT_WORDS = {
    prefix + name: (word, "{", name, "}")
    for name in (
        "equation",
        "eqnarray",
        "align",
        "gather",
        "multline",
        "flalign",
        "alignat",
        "displaymath",
        "subequations",
        "IEEEeqnarray",
    )
    for prefix, word in (("\\", r"\begin"), (r"\end", r"\end"))
}
r"""`\eqnarray ... \endeqnarray`, as old papers write."""


def _environment_word(expander: Expander, text: str, place: int) -> None:
    expander.push([(t, place) for t in _ENVIRONMENT_WORDS[text]])


def _operator(expander: Expander, _text: str, _place: int) -> None:
    r"""`\DeclareMathOperator*{\argmin}{arg\,min}`."""
    star = "*" if expander.star() else ""
    name = _name(expander)
    body = (rf"\operatorname{star}", "{", *_bodies(expander.argument()), "}")
    if may_define(expander, name, body):
        expander.define(name, Macro((), body))


def _paired(expander: Expander, text: str, _place: int) -> None:
    r"""`\DeclarePairedDelimiter{\norm}{\lVert}{\rVert}` and its X form; Source: the manual of mathtools."""
    name = _name(expander)
    extended = text.endswith("X")
    count = "".join(t for t, _ in expander.bracket() or [("1", 0)]).strip() if extended else "1"
    if extended:
        expander.bracket()
    left, right = _bodies(expander.argument()), _bodies(expander.argument())
    number = int(count) if count in tuple("123456789") else 1
    inner = _shifted(_bodies(expander.argument())) if extended else ("#3",)
    size = (r"\IfNoValueTF", "{", "#2", "}", "{", "}", "{", "#2", "}")
    stretched = ("{", r"\left", *left, *inner, r"\right", *right, "}")
    body = (r"\IfBooleanTF", "{", "#1", "}", *stretched, "{", *size, *left, *inner, *size, *right, "}")
    if may_define(expander, name, ()):
        shape = ("s", "o") + ("m",) * number
        expander.define(name, Macro(tuple(Parameter(k, NO_VALUE) for k in shape), _without(body, r"\delimsize")))


def _shifted(body: tuple[str, ...]) -> tuple[str, ...]:
    """Renumber parameters, since star and size come first."""
    return tuple(f"#{int(t[1]) + 2}" if len(t) == 2 and t[0] == "#" else t for t in body)


def _without(body: tuple[str, ...], name: str) -> tuple[str, ...]:
    return tuple(t for t in body if t != name)


def _document_command(expander: Expander, _text: str, _place: int) -> None:
    r"""`\NewDocumentCommand{\name}{s O{x} m}{body}`."""
    name = _name(expander)
    spec = expander.words()
    body = _bodies(expander.argument())
    if may_define(expander, name, body):
        expander.define(name, Macro(_document_parameters(spec), body))


def _document_parameters(spec: str) -> tuple[Parameter, ...]:
    """Read a specification of xparse: m, o, O{default}, s, d<>, D<>{default}, r, R; what is rarer counts as m."""
    parameters: list[Parameter] = []
    at = 0
    while at < len(spec) and len(parameters) < 9:
        letter = spec[at]
        at += 1
        if letter not in "moOsdDrRvbt":
            continue
        signs = "[]"
        if letter in "dDrR":
            signs, at = (spec[at : at + 2] + "[]")[:2], at + 2
        default, at = _braced(spec, at) if letter in "ODR" else (NO_VALUE, at)
        kind = {"m": "m", "v": "m", "b": "body", "s": "s", "t": "s"}.get(letter, "o")
        parameters.append(Parameter(kind, default, signs))
    return tuple(parameters)


def _braced(spec: str, at: int) -> tuple[str, int]:
    end = spec.find("}", at)
    return (spec[spec.find("{", at) + 1 : end], end + 1) if end >= 0 else ("", at)


def _newenvironment(expander: Expander, text: str, _place: int) -> None:
    r"""`\newenvironment{name}[1][default]{begin}{end}`."""
    expander.star()
    name = expander.words()
    parameters = _document_parameters(expander.words()) if "Document" in text else _latex_parameters(expander)
    begin, end = _bodies(expander.argument()), _bodies(expander.argument())
    internal = expander.quiet and any("@" in t for t in begin + end)
    if kept := next((t[1:] for t in begin if t in _VERBATIM and t not in expander.macros), None):
        expander.verbatim[name] = kept
        return
    parameters = tuple(Parameter("body", name) if p.kind == "body" else p for p in parameters)
    if name and name not in PROTECTED_ENVIRONMENTS and not internal:
        expander.environments[name] = (Macro(parameters, begin), end)


_VERBATIM = frozenset([r"\verbatim", r"\Verbatim", r"\lstlisting", r"\comment"])


def _new_environ(expander: Expander, _text: str, _place: int) -> None:
    r"""`\NewEnviron{name}[1][default]{code with \BODY}[after]` of environ."""
    name = expander.words()
    parameters = (*_latex_parameters(expander), Parameter("body", name))
    code = tuple(f"#{len(parameters)}" if t == r"\BODY" else t for t in _bodies(expander.argument()))
    after = _bodies(expander.bracket() or [])
    if name and name not in PROTECTED_ENVIRONMENTS:
        expander.environments[name] = (Macro(parameters, code), after)


def _drop(expander: Expander, text: str, place: int) -> None:
    r"""A prefix that changes nothing here: `\long`, `\global`, `\protected`."""


HANDLERS: dict[str, Handler] = {
    **dict.fromkeys((r"\newcommand", r"\renewcommand", r"\providecommand", r"\DeclareRobustCommand", r"\newrobustcmd", r"\renewrobustcmd", r"\algnewcommand", r"\algrenewcommand"), _newcommand),
    **dict.fromkeys((r"\newcommandx", r"\renewcommandx", r"\providecommandx", r"\DeclareRobustCommandx"), _newcommandx),
    **dict.fromkeys((r"\def", r"\gdef", r"\edef", r"\xdef"), _def),
    **dict.fromkeys((r"\DeclareMathOperator",), _operator),
    **dict.fromkeys((r"\DeclarePairedDelimiter", r"\DeclarePairedDelimiterX"), _paired),
    **dict.fromkeys((r"\NewDocumentCommand", r"\RenewDocumentCommand", r"\ProvideDocumentCommand", r"\DeclareDocumentCommand"), _document_command),
    **dict.fromkeys((r"\newenvironment", r"\renewenvironment", r"\NewDocumentEnvironment", r"\RenewDocumentEnvironment"), _newenvironment),
    **dict.fromkeys((r"\long", r"\global", r"\protected", r"\outer"), _drop),
    **dict.fromkeys(_ENVIRONMENT_WORDS, _environment_word),
    **dict.fromkeys((r"\NewEnviron", r"\RenewEnviron"), _new_environ), r"\let": _let,
}  # fmt: skip
