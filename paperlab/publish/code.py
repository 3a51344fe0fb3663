"""Code -> HTML with Pygments' classes (no inline style), and the comments `#|` that steer a cell."""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape
from typing import Any
from urllib.parse import unquote

LANGUAGES = frozenset(
    "python ipython python3 pycon bash console shell json toml yaml tex latex diff text ini sql c cpp".split()
)
_OPTION = re.compile(r"#\|\s*([\w-]+)\s*:\s*(.*)")


def block(text: str, language: str) -> str:
    """Give a code block in a wrapper that scrolls by itself."""
    return f'<pre class="code" tabindex="0"><code>{highlight(text.rstrip(), language)}</code></pre>\n'


def highlight(text: str, language: str) -> str:
    """Give highlighted code; an unknown language is shown plain."""
    name = language.lower()
    if name not in LANGUAGES or len(text) > 200_000:
        return escape(text, quote=False)
    import pygments

    return str(pygments.highlight(text, _lexer(name), _formatter())).rstrip("\n")


@lru_cache(maxsize=32)
def _lexer(name: str) -> Any:
    from pygments.lexers import get_lexer_by_name

    return get_lexer_by_name(name, stripnl=False)


@lru_cache(maxsize=1)
def _formatter() -> Any:
    from pygments.formatters import HtmlFormatter

    return HtmlFormatter(nowrap=True)


def options(source: str) -> tuple[dict[str, str], str]:
    """Split a cell's leading `#| key: value` comments from its code."""
    found: dict[str, str] = {}
    lines = source.split("\n")
    while lines and (match := _OPTION.fullmatch(lines[0].strip())):
        found[match[1]] = match[2].strip().strip("\"'")
        lines.pop(0)
    return found, "\n".join(lines)


def unquoted(address: str) -> str:
    """Undo the percent signs that Markdown's parser puts into an address."""
    return unquote(address)
