"""The 00README of an e-print, in which an author tells arXiv which file is the paper.

Source: arxiv/submission-tools, tex2pdf-tools (zerozeroreadme): one at the root; a newer form (JSON, YAML, TOML) goes before the old one
(`paper.tex toplevelfile`); a source of a newer form about which nothing is said is a top-level file.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterable

from paperlab.extract.source import Tree

Named = tuple[list[str], list[str]]
"""The top-level files, and the ignored ones."""
_SAID = ("usage", "orientation", "keep_comments", "fontmaps")
_PAIR = re.compile(r"([\w-]+)\s*:\s*(\"[^\"]*\"|'[^']*'|[^,{}#]*)")


def is_readme(name: str) -> bool:
    """Tell whether a path is one that arXiv would look at, with any ending.

    >>> is_readme("00ReadMe.XXX"), is_readme("anc/00README.json")
    (True, False)
    """
    return name.lower().partition(".")[0] == "00readme"


def read_readme(tree: Tree) -> Named:
    """Give the top-level and the ignored files that a 00README names; of several the first that names any."""
    names = sorted(filter(is_readme, tree.names), key=lambda n: (_ending(n) not in _READERS, _ending(n) != "xxx", n))
    read = (_READERS.get(_ending(name), _old)(tree.text(name) or "") for name in names)
    return next((found for found in read if any(found)), ([], []))


def _ending(name: str) -> str:
    return name.lower().rpartition(".")[2]


def _old(text: str) -> Named:
    """Read `paper.tex toplevelfile`, `figure.tex ignore`, line by line."""
    lines = [
        (" ".join(words[:-1]).strip('"'), words[-1].lower()) for words in map(str.split, text.splitlines()) if words
    ]
    return [n for n, word in lines if n and word == "toplevelfile"], [n for n, word in lines if n and word == "ignore"]


def _by_usage(sources: object) -> Named:
    """Sort the sources of a newer form."""
    items = [s for s in sources if isinstance(s, dict)] if isinstance(sources, Iterable) else []
    named = [(str(s["filename"]), s) for s in items if s.get("filename")]
    top = [name for name, s in named if s.get("usage") == "toplevel" or all(s.get(key) is None for key in _SAID)]
    return top, [name for name, s in named if s.get("usage") == "ignore"]


def _parsed(parse: Callable[[str], object]) -> Callable[[str], Named]:
    """Give the reader of a form whose parser is at hand; what it cannot parse names nothing."""

    def read(text: str) -> Named:
        try:
            data = parse(text)
        except (ValueError, RecursionError):
            return [], []
        return _by_usage(data.get("sources") if isinstance(data, dict) else None)

    return read


def _yaml(text: str) -> Named:
    """Read the list of sources, which is flat: one `key: value` a line, or all of a source between braces."""
    sources: list[dict[str, str]] = []
    for line in text.splitlines():
        if line.lstrip().startswith("-"):
            sources.append({})
        pairs = _PAIR.findall(line.lstrip(" -"))
        if sources and line[:1] in " -":
            sources[-1].update((key, value.strip().strip("\"'")) for key, value in pairs)
    return _by_usage(sources)


_READERS = {
    **dict.fromkeys(("json", "jsn", "ndjson"), _parsed(json.loads)), **dict.fromkeys(("yaml", "yml"), _yaml), "toml": _parsed(tomllib.loads),
}  # fmt: skip
