r"""Environments, verbatim text, math mode and names made by `\csname`, while expanding."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from paperlab.extract.displays import NAMES
from paperlab.extract.keyed import keys
from paperlab.extract.macros import KNOWN, Macro
from paperlab.extract.registers import COUNTER
from paperlab.extract.tokens import Token, cut, is_word

if TYPE_CHECKING:
    from paperlab.extract.expand import Expander

Handler = Callable[["Expander", str, int], None]

VERBATIM = frozenset("verbatim verbatim* Verbatim lstlisting minted alltt filecontents filecontents* VerbatimOut BVerbatim luacode python pyglist".split())  # fmt: skip
_DROPPED = frozenset(["comment", "filecontents", "filecontents*", "VerbatimOut", "luacode"])
DISPLAY = NAMES | {"math"}
_NAME_LIMIT = 80
_BODY_LIMIT = 100_000
"""Tokens of an environment that is read as one argument."""
_NO_SPACE_BEFORE = frozenset(".,'/?;:!~-)]}{")
_XSPACE_WORDS = frozenset([r"\/", r"\ ", r"\xspace", r"\footnote", r"\footnotemark", r"\par", r"\bgroup", r"\egroup", r"\space", r"\\", r"\,"])  # fmt: skip
_END_ENVIRONMENT = r"\paperlabendgroup"
_MACRO = re.compile(r"(\\[A-Za-z]+)")
_DEEP = 3
_LONGEST_ADDRESS = 4_000


def _environment_name(expander: Expander) -> str:
    tokens = expander.argument()
    return "".join(t for t, _ in tokens).strip() if len(tokens) <= _NAME_LIMIT else ""


def _begin(expander: Expander, _text: str, place: int) -> None:
    name = _environment_name(expander)
    kept = expander.verbatim.get(name, name)
    if kept in VERBATIM or kept == "comment":
        _verbatim(expander, name, kept, place)
        return
    expander.open_group()
    found = expander.environments.get(name)
    if found is not None and not expander.quiet:
        expander.expand(rf"\begin{{{name}}}", found[0], place)
        return
    expander.math = "display" if name in DISPLAY else expander.math
    expander.emit(rf"\begin{{{name}}}", place)


def _end(expander: Expander, _text: str, place: int) -> None:
    name = _environment_name(expander)
    if name == "document" and not expander.quiet:
        expander.emit(r"\end{document}", place)
        expander.frames.clear()
        return
    found = expander.environments.get(name)
    if found is not None and not expander.quiet:
        expander.expand(rf"\end{{{name}}}", Macro((), (*found[1], _END_ENVIRONMENT)), place)
        return
    expander.math = "" if name in DISPLAY else expander.math
    if name == "subequations":
        expander.close_group()  # how its numbers print was changed inside of it, and is changed back there
        expander.emit(rf"\end{{{name}}}", place)
        return
    expander.emit(rf"\end{{{name}}}", place)
    expander.close_group()


def body(expander: Expander, name: str) -> list[Token]:
    r"""Read what stands in an environment, for `\NewEnviron`; its end is left to be read."""
    tokens: list[Token] = []
    depth = 0
    while len(tokens) < _BODY_LIMIT and (token := expander.next()) is not None:
        tokens.append(token)
        if token[0] not in (r"\begin", r"\end"):
            continue
        inner = expander.argument()
        group = [("{", token[1]), *inner, ("}", token[1])]
        if "".join(t for t, _ in inner).strip() == name:
            if token[0] == r"\end" and depth == 0:
                expander.push([*tokens[-1:], *group])
                return tokens[:-1]
            depth += 1 if token[0] == r"\begin" else -1
        tokens += group
    expander.problem("unclosed environment", rf"\begin{{{name}}} has no \end")
    expander.push(tokens)
    return []


def _verbatim(expander: Expander, name: str, kept: str, place: int) -> None:
    """Take what stands between as it is; `comment` and files in the file are dropped.

    Args:
        expander: reads it.
        name: of the environment as written.
        kept: the standard environment that it is.
        place: of its begin.
    """
    frame = expander.frames[-1] if expander.frames else None
    if frame is None or frame.tokens is not None:
        tokens = expander.until(r"\end", limit=20_000)
        expander.words()
        text = "".join(t for t, _ in tokens)
    else:
        end = frame.text.find(rf"\end{{{name}}}", frame.index)
        text = frame.text[frame.index : end if end >= 0 else frame.index]
        frame.index += len(text) + (len(name) + 6 if end >= 0 else 0)
        if end < 0:
            expander.problem("unclosed environment", rf"\begin{{{name}}} has no \end")
    if kept not in _DROPPED:
        expander.emit(rf"\begin{{{kept}}}{text}\end{{{kept}}}", place)


_OWN_VERBATIM = {
    r"\DefineVerbatimEnvironment": 2, r"\lstnewenvironment": 2, r"\excludecomment": 0, r"\newtcblisting": 1, r"\renewtcblisting": 1,
    r"\NewTCBListing": 2, r"\DeclareTCBListing": 2,
}  # fmt: skip
"""What names an environment whose body is no TeX -> how many arguments follow the name."""


def _own_verbatim(expander: Expander, text: str, _place: int) -> None:
    r"""`\DefineVerbatimEnvironment{name}{..}{..}`, `\lstnewenvironment{name}[1][]{..}{..}`, `\newtcblisting{name}[1][]{..}`, `\excludecomment{name}`."""
    while expander.bracket() is not None:
        pass
    name = expander.words()
    while expander.bracket() is not None:
        pass
    for _ in range(_OWN_VERBATIM[text]):
        expander.argument()
    expander.verbatim[name] = "comment" if text == r"\excludecomment" else "verbatim"


def _verb(expander: Expander, text: str, place: int) -> None:
    r"""`\verb|text|`: taken as it is, up to the same sign on the same line."""
    frame = expander.frames[-1] if expander.frames else None
    if frame is None or frame.tokens is not None:
        expander.emit(text, place)
        return
    found = re.compile(r"(?:\[[^\]\n]*\])?\*?(?:\{([^{}\n]*)\}|([^\w\s{*])((?:(?!\2)[^\n])*)\2)").match(
        frame.text, frame.index
    )
    if found is None:
        expander.emit(text, place)
        return
    frame.index = found.end()
    body = found[1] if found[1] is not None else found[3]
    expander.emit(rf"\verb|{body.replace('|', ' ')}|", place)


def _mint(expander: Expander, _text: str, place: int) -> None:
    r"""`\mintinline[options]{language}{code}`."""
    expander.bracket()
    expander.argument()
    _verb(expander, r"\verb", place)


def _url(expander: Expander, text: str, place: int) -> None:
    """An address may hold % and #, which mean something else in the rest of the text."""
    frame = expander.frames[-1] if expander.frames else None
    if frame is not None and frame.tokens is None:
        found = re.compile(r"\s*\{((?:[^{}\\]++|\\.|\{[^{}]*\})*+)\}").match(frame.text, frame.index)
        if found is not None:
            frame.index = found.end()
            expander.emit(f"{text}{{{_address(expander, found[1].strip())}}}", place)
            return
    expander.emit(text, place)


def _address(expander: Expander, address: str) -> str:
    """Put what the authors' macros without arguments stand for into an address."""
    for _ in range(_DEEP):
        known = [name for name in _MACRO.findall(address) if name in expander.macros and name not in KNOWN]
        bodies = {name: "".join(found.body) for name in known if not (found := expander.macros[name]).parameters}
        if not bodies:
            break
        address = "".join(bodies.get(part, part) for part in _MACRO.split(address)).replace("{}", "")
    return address[:_LONGEST_ADDRESS]


def _math_on(expander: Expander, text: str, place: int) -> None:
    expander.math = "display" if text == r"\[" else "inline"
    expander.emit(text, place)


def _math_off(expander: Expander, text: str, place: int) -> None:
    expander.math = ""
    expander.emit(text, place)


def _ensuremath(expander: Expander, _text: str, place: int) -> None:
    tokens = expander.argument()
    if expander.math:
        expander.push([("{", place), *tokens, ("}", place)])
    else:
        expander.push([("$", place), *tokens, ("$", place)])


def _xspace(expander: Expander, _text: str, place: int) -> None:
    following = expander.peek()
    if following is None or expander.math:
        return
    first = following[0]
    if not (first[0] in _NO_SPACE_BEFORE or first[0].isspace() or first in _XSPACE_WORDS):
        expander.emit(" ", place)


def _csname(expander: Expander, _text: str, place: int) -> None:
    expander.push([(_made_name(expander), place)])


def _made_name(expander: Expander) -> str:
    r"""Read `\csname ... \endcsname`; macros without parameters inside are replaced."""
    parts: list[str] = []
    for _ in range(300):
        token = expander.next()
        if token is None or token[0] == r"\endcsname":
            break
        found = expander.macros.get(token[0])
        if found is not None and not found.parameters:
            expander.expand(token[0], found, token[1])
        else:
            parts.append(token[0])
    return "\\" + ("".join(parts).strip().replace("\\", "") or "relax")


def _expandafter(expander: Expander, _text: str, place: int) -> None:
    """Expand the token after the next once, then go on with the next."""
    first, second = expander.next(), expander.next()
    kept: list[Token] = [first] if first else []
    if second is None:
        expander.push(kept)
        return
    found = expander.macros.get(second[0])
    if second[0] == r"\csname":
        expander.push([*kept, (_made_name(expander), place)])
        return
    if second[0] == r"\expandafter":
        _expandafter_nested(expander, kept, place)
        return
    if found is not None and is_word(second[0]) and not found.parameters:
        expander.expand(second[0], found, second[1])
    else:
        expander.push([second])
    expander.push(kept)


def _expandafter_nested(expander: Expander, kept: list[Token], place: int) -> None:
    """Give up counting: what remains is read as it stands."""
    tokens = list(kept)
    for _ in range(20):
        token = expander.next()
        if token is None:
            break
        if token[0] != r"\expandafter":
            tokens += [(_made_name(expander), place)] if token[0] == r"\csname" else [token]
            break
    expander.push(tokens)


def _internal(expander: Expander, text: str, _place: int) -> None:
    expander.internal = text == r"\makeatletter"


def _open(expander: Expander, text: str, place: int) -> None:
    expander.open_group()
    if text == r"\bgroup":
        expander.emit("{", place)


def _close(expander: Expander, text: str, place: int) -> None:
    expander.close_group()
    if text == r"\egroup":
        expander.emit("}", place)


def _unwrap(expander: Expander, _text: str, _place: int) -> None:
    r"""`\AtBeginDocument{text}`: the text counts."""
    expander.push(expander.argument())


_UNRUN = {
    r"\DeclareOption": 2, r"\patchcmd": 5, r"\xpatchcmd": 5, r"\apptocmd": 4, r"\xapptocmd": 4, r"\pretocmd": 4, r"\xpretocmd": 4,
    r"\appto": 2, r"\preto": 2, r"\gappto": 2, r"\g@addto@macro": 2, r"\AtEndDocument": 1, r"\AtBeginEnvironment": 2,
    r"\AtEndEnvironment": 2, r"\BeforeBeginEnvironment": 2, r"\AfterEndEnvironment": 2, r"\AddToHook": 2, r"\AddToHookNext": 2,
}  # fmt: skip
"""Command -> its arguments, code of options, hooks and patches, which may hold half of a conditional."""


def _unrun(expander: Expander, text: str, _place: int) -> None:
    r"""`\DeclareOption{name}{code}`, `\patchcmd[prefix]{\command}{search}{replace}{yes}{no}`: none of it is run."""
    count = _UNRUN[text] - expander.star()
    expander.bracket()
    expander.argument()
    expander.bracket()
    for _ in range(count - 1):
        expander.argument()


_KEPT_SHAPES = {
    r"\newtheorem": "*mom o", r"\declaretheorem": "*om", r"\spnewtheorem": "*momo", r"\numberwithin": "mm", r"\counterwithin": "*mm",
    r"\@addtoreset": "mm", r"\newcounter": "mo", r"\setcounter": "mm", r"\counterwithout": "*mm", r"\newaliascnt": "mm",
    r"\newmdtheoremenv": "omomo", r"\newtcbtheorem": "ommmm",
}  # fmt: skip


def _counter(expander: Expander, text: str, place: int) -> None:
    """Hand on what changes numbers, from packages too."""
    parts, values = [text], []
    for kind in _KEPT_SHAPES[text].replace(" ", ""):
        if kind == "*":
            parts.append("*" if expander.star() else "")
        elif kind == "m":
            values.append("".join(t for t, _ in expander.argument()))
            parts.append("{" + values[-1] + "}")
        elif (found := expander.bracket()) is not None:
            parts.append("[" + "".join(t for t, _ in found) + "]")
    if text in (r"\newcounter", r"\setcounter"):
        _keep_count(expander, values)
    expander.emit("".join(parts), place, always=True)


def _keep_count(expander: Expander, values: list[str]) -> None:
    r"""Keep what the paper's own counters hold, for `\ifnum\value{...}`; LaTeX's own change with the text."""
    name = COUNTER + values[0].strip()
    if len(values) == 1:
        expander.counts[name] = 0
    elif name in expander.counts and re.fullmatch(r"\s*-?\d{1,6}\s*", values[1]):
        expander.counts[name] = int(values[1])


_OF_CTABLE = {r"\FL": (r"\toprule",), r"\ML": (r"\\", r"\midrule"), r"\NN": (r"\\",), r"\LL": (r"\\", r"\bottomrule")}


def _ctable(expander: Expander, _text: str, place: int) -> None:
    r"""`\ctable[caption={..}, label=..]{columns}{notes}{rows}` as the table that it makes; Source: the manual of ctable."""
    given = keys("".join(t for t, _ in expander.bracket() or []))
    columns, _notes, rows = (expander.argument() for _ in range(3))
    words = [rf"\{name}{{{given[name]}}}" for name in ("caption", "label") if name in given]
    kind = "figure" if "figure" in given else "table"
    head = cut(rf"\begin{{{kind}}}{''.join(words)}\begin{{tabular}}{{")
    body = [(t, at) for text, at in rows for t in _OF_CTABLE.get(text, (text,))]
    tail = cut(rf"\end{{tabular}}\end{{{kind}}}")
    expander.push([*((t, place) for t in head), *columns, ("}", place), *body, *((t, place) for t in tail)])


HANDLERS: dict[str, Handler] = {
    r"\ctable": _ctable,
    r"\begin": _begin, r"\end": _end, r"\verb": _verb, r"\lstinline": _verb, r"\mintinline": _mint, r"\url": _url, r"\path": _url, r"\nolinkurl": _url,
    r"\href": _url, r"\(": _math_on, r"\[": _math_on, r"\)": _math_off, r"\]": _math_off, r"\ensuremath": _ensuremath,
    r"\xspace": _xspace, r"\csname": _csname, r"\expandafter": _expandafter, r"\makeatletter": _internal, r"\makeatother": _internal,
    r"\begingroup": _open, r"\bgroup": _open, r"\endgroup": _close, r"\egroup": _close, _END_ENVIRONMENT: _close,
    **dict.fromkeys(_OWN_VERBATIM, _own_verbatim), r"\AtBeginDocument": _unwrap, **dict.fromkeys(_UNRUN, _unrun), **dict.fromkeys(_KEPT_SHAPES, _counter),
}  # fmt: skip
