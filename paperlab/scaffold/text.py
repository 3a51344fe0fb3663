r"""Text of a paper made safe to stand in Python, Markdown, TOML and JSON.

A title may hold a NUL, a right-to-left mark, three quotes or ten thousand letters. Everything that the scaffold
writes from a paper passes through one of these functions.
"""

from __future__ import annotations

import json
import re
import unicodedata

_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
"""Marks that turn the direction of text: code that holds them reads otherwise than it runs (CVE-2021-42574)."""

_MARKDOWN = re.compile(r"([\\`*_\[\]|~$&])")
"""Signs with a meaning in the middle of a line; the scaffold never begins a line with a paper's text."""


def line(text: str, limit: int = 200) -> str:
    r"""Give `text` as one clean line of at most `limit` characters.

    >>> line('a\x00 b\u202e\n\tc')
    'a b c'
    """
    kept = "".join(_clean(c) for c in text[: 4 * limit + 100])
    flat = " ".join(kept.split())
    return flat if len(flat) <= limit else flat[: limit - 1].rstrip() + "…"


def _clean(character: str) -> str:
    if character in "\n\r\t\u2028\u2029\x85\x0b\x0c":
        return " "
    kind = unicodedata.category(character)
    return "" if kind in ("Cc", "Cs", "Cn") or character in _BIDI else character


def block(text: str, limit: int = 4000) -> str:
    """Give `text` clean, line by line, without blank lines; for formulas and pseudocode."""
    lines = (line(part, limit) for part in text[: 2 * limit].splitlines())
    return "\n".join(part for part in lines if part)


def quoted(text: str, limit: int = 200) -> str:
    r"""Give a Python (and JSON) string literal in double quotes.

    >>> quoted('say "no"')
    '"say \\"no\\""'
    """
    return json.dumps(line(text, limit), ensure_ascii=False)


def docstring(text: str) -> str:
    r"""Give text for inside a raw docstring whose closing quotes stand on a line of their own."""
    return text.replace('"' * 3, "'" * 3)


def markdown(text: str, limit: int = 200) -> str:
    r"""Give one line in which no sign has a meaning for Markdown or HTML.

    >>> markdown('<b>*x*</b> $y$')
    '&lt;b>\\*x\\*&lt;/b> \\$y\\$'
    """
    return _MARKDOWN.sub(r"\\\1", line(text, limit)).replace("<", "&lt;")


def code(text: str, limit: int = 200) -> str:
    """Give `text` as inline code that can also stand in a cell of a Markdown table."""
    return "`" + line(text, limit).replace("`", "'").replace("|", "\\|") + "`" if text.strip() else ""


def display(tex: str) -> str:
    r"""Give a display formula for Markdown; one that holds `$` is shown as source, since `$$` would end early.

    >>> print(display(r'x & = y \\ z & = w \label{a}'))
    $$
    \begin{aligned}
    x & = y \\ z & = w
    \end{aligned}
    $$
    """
    body = block(_LABEL.sub("", tex)).strip()
    for seldom, usual in _USUAL:
        body = seldom.sub(usual, body)
    if not body or "$" in body or "`" in body or not _balanced(body):
        return f"~~~latex\n{body.replace('~~~', '~ ~ ~')}\n~~~"
    body = body.replace("<", " < ").replace(">", " > ")
    if ("&" in body or r"\\" in body) and r"\begin" not in body:
        body = f"\\begin{{aligned}}\n{body}\n\\end{{aligned}}"
    return f"$$\n{body}\n$$"


_LABEL = re.compile(r"\\label\s*\{[^{}]*\}|\\(?:nonumber|notag)\b")


_USUAL = (
    (re.compile(r"\\bm(?![A-Za-z])"), r"\\boldsymbol"),
    (re.compile(r"\\(?:mathbbm|mathds)(?![A-Za-z])"), r"\\mathbb"),
    (re.compile(r"\\(?:textup|textnormal)(?![A-Za-z])"), r"\\text"),
)
"""Commands of packages that MathJax in a notebook does not know -> its own."""


def _balanced(tex: str) -> bool:
    depth = 0
    for token in re.findall(r"\\.|[{}]", tex):
        depth += {"{": 1, "}": -1}.get(token, 0)
        if depth < 0:
            return False
    return depth == 0
