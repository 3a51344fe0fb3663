"""What the readers of pseudocode share: lines under work, and the kind of a line told by its words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from paperlab.extract.displays import NAMED
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
    by_words: bool = False
    """Blocks open and close by words alone: `for .. do`, `end for`."""
    shift: int = 0
    """Depth that such words gave so far."""

    def add(self, kind: str, tex: str, *, sort: bool = True) -> None:
        """Add a line at the present depth; a plain statement is sorted by its first words."""
        text = to_text(flat_calls(printed_words(_plain(tex))), self.labels)
        text, note = without_note(text.replace(r"$\triangleright$", "▷").strip())
        shift = self.shift
        if kind == "statement" and sort:
            kind, text = sort_words(text)
            shift = self._word(kind, text)
        if kind in ("input", "output"):
            self.put(kind, text)
        elif not (self.by_words and is_end(text)):
            self._line(kind, text, shift)
        if note:
            self._line("comment", note, shift)

    def _line(self, kind: str, text: str, shift: int) -> None:
        if (text or kind not in ("statement", "comment", "return")) and len(self.lines) < MOST_LINES:
            self.lines.append(AlgorithmLine(indent=max(0, min(self.depth + shift, DEEPEST)), kind=kind, text=text))

    def _word(self, kind: str, text: str) -> int:
        """Follow words that open and close blocks; give the depth that they add to this line."""
        if not self.by_words:
            return self.shift
        before = self.shift
        closes = is_end(text) or kind == "until"
        self.shift = max(0, before + (kind in OPENERS) - closes)
        return max(0, before - 1) if kind in ("else", "elif", "until") else before

    def put(self, kind: str, text: str) -> None:
        """Keep what goes in or comes out."""
        text = text.strip().rstrip(";").strip()
        if text:
            (self.inputs if kind == "input" else self.outputs).append(text)


_COLOR = re.compile(r"\\color\s*(?:\[[^\[\]]*\])?\s*\{[^{}]*\}")
_BOLD = re.compile(
    r"\s*(?:\\textbf\s*\{|\{\s*\\(?:bf|bfseries)(?![A-Za-z])\s*)\s*(inputs?|outputs?)\s*\}(?!\s*(?:[:=←]|\$?\s*\\(?:gets|leftarrow)))",
    re.IGNORECASE,
)
"""A word in bold that begins a line and has no colon."""


_DISPLAY = re.compile(rf"\\begin\s*\{{{NAMED}\}}(.*?)\\end\s*\{{\1\}}", re.DOTALL)


def _in_line(display: re.Match[str]) -> str:
    """Write a displayed formula as one in the line, its rows one behind the other."""
    return "$" + re.sub(r"(?<!\\)&|\\\\", " ", display[2]).strip() + "$"


def _plain(tex: str) -> str:
    r"""Take colours away, and read `\textbf{output} x` as `output: x`."""
    tex = _DISPLAY.sub(_in_line, _COLOR.sub("", tex))
    found = _BOLD.match(tex)
    return f"{found[1]}: {tex[found.end() :]}" if found else tex


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
OPENERS = frozenset(("for", "while", "if", "repeat", "function"))
_NOTE = re.compile(r"(?<=\S)\s*(?:▷|(?<=[\s;])//(?=\s*[A-Za-z]{2}))\s*(?=\S)")


def without_note(text: str) -> tuple[str, str]:
    """Cut a comment off the end of a line.

    >>> without_note("x = 1 ▷ start"), without_note("k = n // 2")
    (('x = 1', 'start'), ('k = n // 2', ''))
    """
    found = _NOTE.search(text)
    return (text[: found.start()].rstrip(), text[found.end() :]) if found else (text, "")


_TAIL = re.compile(r"\s*\b(?:do|then)\s*:?\s*$|\s*:\s*$", re.IGNORECASE)
_MUST_OPEN = {"if": re.compile(r"\bthen\b|[:{]\s*$", re.I), "for": re.compile(r"\bdo\b|[:{]\s*$", re.I)}
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


_LOGIC = re.compile(r"\\(TO|DOWNTO|AND|OR|XOR|NOT|TRUE|FALSE)(?![A-Za-z])(?:\{\})?")
"""The words of the package algorithmic, which stand in a line's text."""
_PRINTED = re.compile(r"\\algorithmic([a-z]+)(?![A-Za-z])")
_PRINTED_END = re.compile(r"\\algorithmicend(?![A-Za-z])(?:\\ |[\s~{}])*\\algorithmic[a-z]+(?![A-Za-z])")


def printed_words(tex: str) -> str:
    r"""Write the words that algorithmicx prints for its own keywords, as papers use them in their own commands.

    >>> printed_words(r"\algorithmicif\ $x$\ \algorithmicthen"), printed_words(r"y\ \algorithmicend\ \algorithmicif")
    ('if\\ $x$\\ then', 'y\\ ')
    """
    tex = _LOGIC.sub(lambda m: f"{m.group(1).lower()} ", tex)
    if "\\algorithmic" not in tex:
        return tex
    tex = _PRINTED_END.sub("", tex)
    return _PRINTED.sub(lambda m: {"forall": "for all", "comment": "▷"}.get(m.group(1), m.group(1)), tex)


def flat_calls(tex: str) -> str:
    r"""Write `\Call{f}{x}` as `f(x)`, also inside formulas, where pylatexenc's text would lose the name."""
    for _ in range(50):
        found = next(commands(tex, "Call", "CALL"), None)
        if found is None or not has_group(tex, found.end()):
            break
        name, at = argument(tex, found.end())
        inner, at = argument(tex, at) if has_group(tex, at) else ("", at)
        tex = f"{tex[: found.start()]}{name}({in_formula(inner, tex[: found.start()])}){tex[at:]}"
    return tex


def in_formula(inner: str, before: str) -> str:
    """Drop the dollars of a call's arguments where the call stands in a formula itself.

    >>> in_formula("$k - 1$", r"$s + "), in_formula("$k - 1$", "go to ")
    ('k - 1', '$k - 1$')
    """
    return inner.replace("$", "") if before.count("$") % 2 else inner
