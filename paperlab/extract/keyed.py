r"""What bears its caption as a key: `\begin{longtblr}[caption={..}, label={..}]{..}` of tabularray, `\begin{lstlisting}[caption=..]`."""

from __future__ import annotations

import re
from collections.abc import MutableMapping

from paperlab.extract.counters import Counters
from paperlab.extract.floats import Caption, Environment, Float
from paperlab.extract.structure import Document
from paperlab.extract.tokens import group, option

KEYED = frozenset(("longtblr", "talltblr"))
_PIECE = re.compile(r"[^,{}]+|\{|\}|,")
_KEY = re.compile(r"\s*([A-Za-z ]+?)\s*=\s*(?=(\{)?)")


def keys(options: str) -> dict[str, str]:
    """Give the outer keys with their values.

    >>> keys("caption={A, b=c}, label = t:x, note{a}={caption={no}}")
    {'caption': 'A, b=c', 'label': 't:x'}
    """
    values: dict[str, str] = {}
    for part in _parts(options):
        if key := _KEY.match(part):
            inner = group(part, key.end()) if key[2] else None
            values[key[1]] = inner[0].strip() if inner else part[key.end() :].strip()
    return values


def outer_keys(options: str) -> list[tuple[str, str]]:
    """Give what stands before and behind the first `=` of each outer part, names with braces too.

    >>> outer_keys("cell{1}{2} = {c=2}{c}, hlines")
    [('cell{1}{2} ', ' {c=2}{c}'), (' hlines', '')]
    """
    cut = (part.partition("=") for part in _parts(options))
    return [(name, value) for name, _, value in cut]


def _parts(options: str) -> list[str]:
    """Cut at the commas outside of braces."""
    parts, depth, start = [], 0, 0
    for found in _PIECE.finditer(options):
        depth += {"{": 1, "}": -1}.get(found.group(), 0)
        if found.group() == "," and depth == 0:
            parts.append(options[start : found.start()])
            start = found.end()
    return [*parts, options[start:]]


def open_keyed(environment: Environment, counters: Counters, labels: MutableMapping[str, str]) -> None:
    """Count such a table, even one without caption, unless its label is `none`. Source: set by pdfTeX, tabularray 2022A."""
    given = keys(environment.args[0]) if len(environment.args) > 1 else {}
    label, number = given.get("label"), None
    if label != "none":
        counters.step("table")
        number = counters.printed("table")
    caption = Caption("table", number, given.get("caption", ""), environment.start, environment.begin)
    if label and label != "none":
        caption.label = label
        labels[label] = number or ""
    environment.captions.append(caption)


CODE = frozenset(("lstlisting", "minted"))
"""Environments that hold code by their name; what is verbatim may be anything."""


def keep_listing(document: Document, counters: Counters, name: str, start: int, at: int, end: int) -> None:
    """Keep code outside of floats, and count it if it has a caption; the name of its language is no part of it."""
    options = option(document.expanded.text, at)
    given = keys(options[0]) if options else {}
    stop = end + len(rf"\end{{{name}}}")
    code = Environment(name, start, options[1] if options else at, end, stop, (options[0],) if options else ())
    if "caption" in given and name == "lstlisting":
        counters.step("lstlisting")
        number = counters.printed("lstlisting")
        code.captions.append(Caption("listing", number, given["caption"], start, code.begin, given.get("label")))
        if given.get("label"):
            document.labels[given["label"]] = number or ""
    document.floats.append(Float(code, "listing"))
