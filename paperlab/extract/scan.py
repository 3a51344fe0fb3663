r"""Cut TeX into tokens and read arguments, in linear time and without ever raising.

The readers get expanded TeX; what they need from it is where a group ends, what a command's arguments are, and
where `&` or `\\` stand outside every group. Broken input (no closing brace) reads up to the end of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from paperlab.extract.clock import check
from paperlab.extract.tokens import group

TOKEN = re.compile(r"\\[A-Za-z@]+\*?|\\.|\\\Z|[{}]+|[\[\]$&~%]|[^\\{}\[\]$&~%]+", re.DOTALL)
COMMAND = re.compile(r"\\[A-Za-z@]+\*?|\\.", re.DOTALL)
_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
_BRACKET = re.compile(r"\\.|[{}\]]", re.DOTALL)
_SPACE = re.compile(r"(?:[ \t]++|%[^\n]*\n)*+(?:\n[ \t]*(?!\n))?(?:[ \t]++|%[^\n]*\n)*+")
LONGEST_OPTION = 1000
"""Characters; a bracket that does not close within these is text (`[0, 1)`), which also keeps the scan linear."""

DEEPEST_OPTION = 20
"""Groups inside a bracket; deeper ones are an attack on the clock, not an option."""


def skip_space(tex: str, at: int) -> int:
    """Give the place after blanks, comments and at most one line end."""
    found = _SPACE.match(tex, at)
    return found.end() if found else at


def group_end(tex: str, at: int) -> int:
    r"""Give the place after the `}` that closes the `{` at `at`; the end of the text where none does.

    >>> group_end(r"{a\}{b}}c", 0)
    8
    """
    check()
    depth = 0
    for found in _BRACE.finditer(tex, at):
        sign = found.group()
        depth += (sign == "{") - (sign == "}")
        if depth <= 0 and sign == "}":
            return found.end()
    return len(tex)


def option_end(tex: str, at: int) -> int | None:
    """Give the place after the `]` that closes the `[` at `at`, or None where none closes it nearby."""
    check()
    depth, last = 0, min(len(tex), at + LONGEST_OPTION)
    if tex.find("]", at, last) < 0:
        return None
    for found in _BRACKET.finditer(tex, at + 1, last):
        sign = found.group()
        depth += (sign == "{") - (sign == "}")
        if not 0 <= depth < DEEPEST_OPTION:
            return None
        if sign == "]" and depth == 0:
            return found.end()
    return None


def option(tex: str, at: int) -> tuple[str | None, int]:
    """Read an optional argument `[...]` at `at`: its text (None where there is none) and the place after it."""
    start = skip_space(tex, at)
    if tex[start : start + 1] != "[":
        return None, at
    end = option_end(tex, start)
    return (None, at) if end is None else (tex[start + 1 : end - 1], end)


def argument(tex: str, at: int) -> tuple[str, int]:
    r"""Read one argument at `at`: a group without its braces, a command, or one character; and the place after it.

    >>> argument(r" {a{b}} c", 0)
    ('a{b}', 7)
    """
    start = skip_space(tex, at)
    if start >= len(tex) or tex[start] == "}":
        return "", start
    if tex[start] == "{":
        end = group_end(tex, start)
        inner = tex[start + 1 : end]
        return (inner[:-1] if inner.endswith("}") and end <= len(tex) and tex[end - 1] == "}" else inner), end
    found = COMMAND.match(tex, start)
    end = found.end() if found else start + 1
    return tex[start:end], end


def has_group(tex: str, at: int) -> bool:
    """Tell whether a `{` comes next."""
    start = skip_space(tex, at)
    return tex[start : start + 1] == "{"


@dataclass(frozen=True, slots=True)
class CaptionWords:
    """What a caption says, the place behind it, and whether its brace is closed."""

    tex: str
    end: int
    closed: bool


_BEYOND_CAPTION = re.compile(
    r"\\(?:begin|end)\s*\{(?:(?:sub|wrap|sideways|long)?(?:table|figure)\*?|algorithm|document)\}|\\(?:sub)*section(?![A-Za-z])"
)
_CAPTION_STOP = re.compile(r"\n[ \t]*\n|\\(?:begin|end)\s*\{|\\(?:label|includegraphics|centering|caption)(?![A-Za-z])")


def caption_words(tex: str, at: int) -> CaptionWords | None:
    r"""Read the argument of `\caption`; one whose brace is never closed, or far behind, ends where no caption goes on. None without a brace.

    >>> caption_words(r"{Loss {a \label{x}\end{table}", 0).tex
    'Loss {a '
    """
    start = skip_space(tex, at)
    if not tex.startswith("{", start):
        return None
    found = group(tex, start)
    if found is not None and not _BEYOND_CAPTION.search(found[0]):
        return CaptionWords(*found, closed=True)
    stop = _CAPTION_STOP.search(tex, start + 1)
    last = stop.start() if stop else len(tex)
    return CaptionWords(tex[start + 1 : last], last, closed=False)


def options(tex: str, at: int) -> int:
    """Give the place after every `[...]` at `at` (at most four)."""
    for _ in range(4):
        found, at = option(tex, at)
        if found is None:
            break
    return at


def commands(tex: str, *names: str) -> Iterator[re.Match[str]]:
    r"""Find the commands of these names (no backslash), as whole words; `\\caption` is a line end and a word.

    >>> [m.start() for m in commands(r"\\caption \caption \captionof", "caption")]
    [10]
    """
    wanted = {"\\" + n for n in names}
    return (m for m in COMMAND.finditer(tex) if m.group() in wanted or m.group().rstrip("*") in wanted)


def arguments_of(tex: str, *names: str) -> Iterator[str]:
    """Give the first mandatory argument of each of these commands, options skipped."""
    for found in commands(tex, *names):
        yield argument(tex, options(tex, found.end()))[0]


_ENVIRONMENT = re.compile(r"\\(begin|end)\s*\{\s*([A-Za-z@]+\*?)\s*\}|\\.", re.DOTALL)


def environments(tex: str, names: frozenset[str]) -> Iterator[tuple[str, int, int, int]]:
    r"""Find the outermost environments among `names`.

    Yields:
        name, place of `\begin`, place after `\begin{name}`, place of its `\end` (end of the text where it is missing).
    """
    depth, name, start, inner = 0, "", 0, 0
    for found in _ENVIRONMENT.finditer(tex):
        if found.group(2) not in names:
            continue
        if found.group(1) == "begin":
            if depth == 0:
                name, start, inner = found.group(2), found.start(), found.end()
            depth += 1
        elif depth > 0:
            depth -= 1
            if depth == 0:
                yield name, start, inner, found.start()
    if depth > 0:
        yield name, start, inner, len(tex)
