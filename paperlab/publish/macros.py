r"""Macros of a notebook: `\newcommand` in one formula holds for those behind it, as it does in Jupyter."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

MOST = 200
"""Macros of one notebook; later ones are left to their formula."""
_BEGIN = re.compile(
    r"\\(?P<how>(?:re|provide)?newcommand|def|DeclareMathOperator)(?P<star>\*?)\s*"
    r"(?:\{\s*(?P<braced>\\[A-Za-z]+)\s*\}|(?P<bare>\\[A-Za-z]+))\s*(?P<arguments>(?:\[[^\[\]{}]*\]|#\d)*)\s*(?=\{)"
)
_NAME = re.compile(r"\\[A-Za-z]+")


@dataclass
class Macros:
    """What the formulas so far have defined."""

    known: dict[str, str] = field(default_factory=dict)
    """Name with its backslash -> the definition, as the converter reads it."""

    def take(self, tex: str) -> str:
        """Take the definitions out of a formula, keep them, and give what is left to show."""
        at = 0
        while begin := _BEGIN.search(tex, at):
            end = _closed(tex, begin.end())
            if end is None:
                break
            self._keep(begin, tex[begin.end() : end])
            tex, at = tex[: begin.start()] + tex[end:], begin.start()
        return tex

    def _keep(self, begin: re.Match[str], body: str) -> None:
        name, how = begin["braced"] or begin["bare"], begin["how"]
        if name in self.known and how == "providecommand":
            return
        if name in self.known or len(self.known) < MOST:
            head = rf"\def{name}" if how == "def" else rf"\{how.removeprefix('re').removeprefix('provide')}{{{name}}}"
            self.known[name] = head + begin["arguments"] + body

    def used(self, tex: str) -> str:
        """Give the definitions that a formula needs, those that they need in turn before them."""
        needed: dict[str, None] = {}
        waiting = _NAME.findall(tex)
        while waiting:
            name = waiting.pop()
            if name in self.known and name not in needed:
                needed[name] = None
                waiting += _NAME.findall(self.known[name])
        return "".join(definition for name, definition in self.known.items() if name in needed)


def _closed(tex: str, begin: int) -> int | None:
    """Give the place behind the brace that closes the one at `begin`; None where none does."""
    depth = 0
    for sign in re.finditer(r"\\.|[{}]", tex[begin:], re.DOTALL):
        depth += (sign[0] == "{") - (sign[0] == "}")
        if depth == 0 and sign[0] == "}":
            return begin + sign.end()
    return None
