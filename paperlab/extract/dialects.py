r"""What is written without LaTeX: plain TeX's `\beginsection`, harvmac's `\newsec` and `\eqn`, AmS-TeX's `\title .. \endtitle`.

Each command is replaced by what LaTeX has for it. Source: plain.tex, harvmac.tex, amsppt.sty.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from paperlab.extract.macros import FROZEN, Macro, Parameter
from paperlab.extract.tokens import Token

if TYPE_CHECKING:
    from paperlab.extract.expand import Expander

_ONE, _TWO = (Parameter("m"),), (Parameter("m"), Parameter("m"))
_HEAD = r"\paperlabhead"


def _until(name: str, *body: str) -> Macro:
    return Macro((Parameter("until", rf"\end{name}"),), body)


def _within(command: str) -> tuple[str, ...]:
    return (FROZEN + command, "{", "#1", "}")


_HARVMAC = {
    r"\Title": Macro(_TWO, (FROZEN + r"\title", "{", "#2", "}")), r"\newsec": Macro(_ONE, _within(r"\section")),
    r"\subsec": Macro(_ONE, _within(r"\subsection")), r"\subsubsec": Macro(_ONE, _within(r"\subsubsection")),
    r"\appendix": Macro(_TWO, (FROZEN + r"\appendix", FROZEN + r"\section", "{", "#2", "}")),
    r"\eqn": Macro(_TWO, (r"\begin", "{", "equation", "}", "#2", r"\end", "{", "equation", "}")),
    r"\Date": Macro(_ONE, ()), r"\listrefs": Macro((), ()),
}  # fmt: skip
_AMSTEX = {
    r"\title": _until("title", *_within(r"\title")), r"\author": _until("author", *_within(r"\author")),
    r"\abstract": _until("abstract", r"\begin", "{", "abstract", "}", "#1", r"\end", "{", "abstract", "}"),
    r"\head": _until("head", _HEAD, "{", "1", "}", "{", "#1", "}"), r"\heading": _until("heading", _HEAD, "{", "1", "}", "{", "#1", "}"),
    r"\subhead": _until("subhead", _HEAD, "{", "2", "}", "{", "#1", "}"), r"\subheading": Macro(_ONE, (_HEAD, "{", "2", "}", "{", "#1", "}")),
    **{rf"\{name}": _until(name) for name in ("affil", "address", "email", "thanks", "keywords", "subjclass", "curraddr", "date", "dedicatory")},
}  # fmt: skip
DIALECTS = {"harvmac": _HARVMAC, "amsppt": _AMSTEX, "amstex": _AMSTEX}
"""What a paper reads or names as its style -> the commands that it then has."""


def speak(expander: Expander, name: str, place: int) -> bool:
    """Take the commands of a dialect, if a file or a style of this name brings one."""
    commands = DIALECTS.get(name.removesuffix(".tex").removesuffix(".sty"))
    if commands is None:
        return False
    expander.macros |= commands
    if commands is _HARVMAC:
        expander.emit(r"\numberwithin{equation}{section}", place, always=True)
    return True


def _head(expander: Expander, _text: str, place: int) -> None:
    """Write a heading that bears its number in its words."""
    level, title = expander.words(), expander.argument()
    expander.push(_heading(level, title, place))


def _begin_section(expander: Expander, _text: str, place: int) -> None:
    r"""`\beginsection 2. Results`, up to the empty line."""
    expander.push(_heading("1", expander.until("\n\n", limit=200), place))


_NUMBERED = re.compile(r"\s*(?:(?:[0-9]+|[A-Z])\.)*([0-9]+|[A-Z])\.?\s+(?=\S)")


def _heading(level: str, title: list[Token], place: int) -> list[Token]:
    words = "".join(text for text, _ in title).strip()
    name = "section" if level == "1" else "subsection"
    found = _NUMBERED.match(words)
    if found is None:
        return [(t, place) for t in (FROZEN + rf"\{name}", "*", "{", words, "}") if t]
    value = int(found[1][:4]) if found[1].isdigit() else ord(found[1]) - 64
    counter = (r"\setcounter", "{", name, "}", "{", str(value - 1), "}")
    return [(t, place) for t in (*counter, FROZEN + rf"\{name}", "{", words[found.end() :], "}") if t]


HANDLERS = {_HEAD: _head, r"\beginsection": _begin_section}
