"""What the readers of pseudocode share: lines under work, and the kind of a line told by its words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from paperlab.extract.scan import argument, commands, has_group
from paperlab.extract.text import to_text
from paperlab.records.extracted import AlgorithmLine

MOST_LINES = 5_000
DEEPEST = 60
"""Levels of nesting; deeper lines stay at this level."""


@dataclass(slots=True)
class Lines:
    """Lines, inputs and outputs as they are found."""

    labels: Mapping[str, str] | None = None
    lines: list[AlgorithmLine] = field(default_factory=list)
    inputs: list[str] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)
    depth: int = 0

    def add(self, kind: str, tex: str, *, sort: bool = True) -> None:
        """Add a line at the present depth; a plain statement is sorted by its first words."""
        text = to_text(flat_calls(tex), self.labels).strip()
        if kind == "statement" and sort:
            kind, text = sort_words(text)
        if kind in ("input", "output"):
            self.put(kind, text)
        elif (text or kind not in ("statement", "comment", "return")) and len(self.lines) < MOST_LINES:
            self.lines.append(AlgorithmLine(indent=max(0, min(self.depth, DEEPEST)), kind=kind, text=text))

    def put(self, kind: str, text: str) -> None:
        """Keep what goes in or comes out."""
        text = text.strip().rstrip(";").strip()
        if text:
            (self.inputs if kind == "input" else self.outputs).append(text)


_WORDS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), kind)
    for pattern, kind in (
        (r"(?:inputs?|requires?|data|given|parameters?|hyper-?parameters?)\s*:\s*", "input"),
        (r"(?:outputs?|ensures?|results?)\s*:\s*", "output"),
        (r"return(?:s|ing)?\b\s*:?\s*", "return"),
        (r"(?:else\s*if|elsif|elif)\b\s*", "elif"),
        (r"else\b\s*:?\s*", "else"),
        (r"if\b\s*", "if"),
        (r"(?:parallel\s+)?(?:for\s*each|for\s*all|foreach|forall|for)\b\s*", "for"),
        (r"while\b\s*", "while"),
        (r"repeat\b\s*:?\s*", "repeat"),
        (r"until\b\s*", "until"),
        (r"(?:function|procedure|def)\b\s*", "function"),
        (r"(?:\\triangleright|▷|//|#)\s*", "comment"),
    )
)
_TAIL = re.compile(r"\s*\b(?:do|then)\s*:?\s*$|\s*:\s*$", re.IGNORECASE)
_MUST_OPEN = {"if": re.compile(r"\bthen\b|:\s*$", re.I), "for": re.compile(r"\bdo\b|:\s*$", re.I)}
_MUST_OPEN["while"] = _MUST_OPEN["for"]


def sort_words(text: str, *, strict: bool = True) -> tuple[str, str]:
    """Tell a line's kind by its first words, and give the text without them.

    Args:
        text: a line as text.
        strict: take `if`, `for` and `while` only where `then`, `do` or a colon ends the line.

    >>> sort_words("for i = 1 to n do"), sort_words("Return x"), sort_words("for details see above")
    (('for', 'i = 1 to n'), ('return', 'x'), ('statement', 'for details see above'))
    """
    for pattern, kind in _WORDS:
        found = pattern.match(text)
        if found:
            if strict and kind in _MUST_OPEN and not _MUST_OPEN[kind].search(text):
                break
            return kind, _TAIL.sub("", text[found.end() :]) if kind not in ("input", "output") else text[found.end() :]
    return "statement", text


def is_end(text: str) -> bool:
    """Tell whether a hand-made line only closes a block: `end for`, `end`."""
    return (
        re.fullmatch(
            r"end\s*(?:for|if|while|function|procedure|loop|repeat|foreach|forall)?\s*[.;]?", text, re.IGNORECASE
        )
        is not None
    )


def flat_calls(tex: str) -> str:
    r"""Write `\Call{f}{x}` as `f(x)`, also inside formulas, where pylatexenc's text would lose the name."""
    for _ in range(50):
        found = next(commands(tex, "Call", "CALL"), None)
        if found is None or not has_group(tex, found.end()):
            break
        name, at = argument(tex, found.end())
        inner, at = argument(tex, at) if has_group(tex, at) else ("", at)
        tex = f"{tex[: found.start()]}{name}({inner}){tex[at:]}"
    return tex
