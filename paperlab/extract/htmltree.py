"""An HTML page as a tree, and a node as TeX: text with its special signs escaped, formulas from `alttext`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from paperlab.extract.clock import check
from paperlab.extract.text import to_text

LONGEST = 5_000_000
"""Bytes of a page that are read."""
Node = Any
"""An lxml element; lxml ships no types."""
_SPECIAL = re.compile(r"[%&#_{}$~\\^]")
_ESCAPES = {"~": "\\textasciitilde{}", "\\": "\\textbackslash{}", "^": "\\textasciicircum{}"}
_ITALIC = frozenset(("ltx_font_italic", "ltx_emph"))
_SKIPPED_TAGS = frozenset(("script", "style", "noscript", "template", "button", "nav", "svg", "iframe", "object"))
_SKIPPED = frozenset(
    "ltx_tag ltx_note ltx_note_mark ltx_role_footnote ltx_author_notes ltx_ERROR ltx_missing ltx_rdf ltx_page_navbar".split()
)


def parse(data: bytes | str) -> Node:
    """Parse a page leniently; nothing is fetched, no entity outside the page is read.

    Args:
        data: the page; bytes where its own declaration of the encoding is to count.

    Returns:
        The root, or None where nothing could be read.
    """
    from lxml import etree, html

    data = data[:LONGEST]
    if isinstance(data, str):
        data = re.sub(r"<\?xml[^>]*\?>", "", data).encode("utf-8", "replace")
        parser = html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True)
    else:
        parser = html.HTMLParser(no_network=True, huge_tree=False, remove_comments=True, encoding=_encoding(data))
    try:
        return html.document_fromstring(data, parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return None


def _encoding(data: bytes) -> str | None:
    """UTF-8 where the bytes are; else what the page declares."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return "utf-8"


def classes(node: Node) -> frozenset[str]:
    """Give a node's classes."""
    return frozenset((node.get("class") or "").split())


def find(node: Node, name: str) -> Iterator[Node]:
    """Give the nodes below (and this one) with a class, in the order of the page."""
    check()
    return (n for n in node.iter() if isinstance(n.tag, str) and name in (n.get("class") or "").split())


def first(node: Node, name: str) -> Node | None:
    """Give the first node with a class, or None."""
    return next(find(node, name), None)


def math_of(node: Node) -> str | None:
    """Give a formula's TeX: LaTeXML's `alttext`, MathJax's label, or an annotation; None where the node is no formula."""
    if node.tag == "math":
        tex = node.get("alttext")
        if tex is None:
            tex = next((a.text for a in node.iter("annotation") if "tex" in (a.get("encoding") or "")), None)
        return _unwrapped(tex or "")
    if "mjx-math" in (node.get("class") or "") and node.get("aria-label") is not None:
        return _unwrapped(node.get("aria-label"))
    return None


def _unwrapped(tex: str) -> str:
    r"""Join the lines that LaTeXML breaks with `%`."""
    return re.sub(r"\s+", " ", re.sub(r"(?<!\\)%\s*", "", tex)).strip()


def as_tex(node: Node, *, skip: frozenset[str] = _SKIPPED) -> str:
    """Give a node's text as TeX that `to_text` reads back: signs escaped, formulas between dollars."""
    out: list[str] = []
    stack: list[tuple[Node, bool]] = [(node, False)]
    while stack:
        if len(out) & 255 == 0:
            check()
        current, after = stack.pop()
        if after:
            out.append(("}" if _italic(current) else "") + _escaped(current.tail))
            continue
        if current is not node:
            stack.append((current, True))
        math = math_of(current) if isinstance(current.tag, str) else None
        if math is not None:
            out.append(f"${math}$" if math else "")
        elif isinstance(current.tag, str) and not _left_out(current, node, skip):
            out.append(" " if current.tag in ("br", "p", "div", "tr", "td", "li") else "")
            out.append(("\\emph{" if current is not node and _italic(current) else "") + _escaped(current.text))
            stack.extend((child, False) for child in reversed(current))
    return "".join(out)


def _escaped(text: str | None) -> str:
    return _SPECIAL.sub(lambda m: _ESCAPES.get(m.group(), "\\" + m.group()), text or "")


def _italic(node: Node) -> bool:
    """Tell emphasis, which marks titles in bibliographies; what is left out or a formula opens no group."""
    if (
        not isinstance(node.tag, str)
        or node.tag in _SKIPPED_TAGS
        or _SKIPPED & classes(node)
        or math_of(node) is not None
    ):
        return False
    return node.tag in ("em", "i") or bool(_ITALIC & classes(node))


def _left_out(node: Node, root: Node, skip: frozenset[str]) -> bool:
    return node is not root and (node.tag in _SKIPPED_TAGS or bool(skip & classes(node)))


def text_of(node: Node | None, *, skip: frozenset[str] = _SKIPPED) -> str:
    """Give a node's text in the form that `to_text` gives."""
    return "" if node is None else to_text(as_tex(node, skip=skip))


def number_of(node: Node | None) -> str | None:
    """Give a printed number out of a tag: `Table 2:` gives 2, `(3a)` gives 3a."""
    text = text_of(node, skip=frozenset()) if node is not None else ""
    found = re.search(r"[A-Z]?\.?\d[\w.]*|\b[A-Z]\b", text)
    return found.group().strip(".:()") if found else None
