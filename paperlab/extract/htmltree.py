"""An HTML page as a tree, and a node as TeX: text with its special signs escaped, formulas from `alttext`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from paperlab.extract.clock import check
from paperlab.extract.text import to_text
from paperlab.records.extracted import Span

LONGEST = 5_000_000
"""Bytes of a page that are read."""
Node = Any
"""An lxml element; lxml ships no types."""
_SPECIAL = re.compile(r"[%&#_{}$~\\^]")
_ESCAPES = {"~": "\\textasciitilde{}", "\\": "\\textbackslash{}", "^": "\\textasciicircum{}"}
_TAG_COMMANDS = {"em": "\\emph{", "i": "\\emph{", "b": "\\textbf{", "strong": "\\textbf{", "sup": "\\textsuperscript{"}
_CLASS_COMMANDS = {
    "ltx_font_italic": "\\emph{", "ltx_emph": "\\emph{", "ltx_font_bold": "\\textbf{", "ltx_framed_underline": "\\underline{",
    "ltx_sup": "\\textsuperscript{", "ltx_bib_author": "\\bibinfo{author}{", "ltx_bib_title": "\\bibinfo{title}{",
    "ltx_bib_year": "\\bibinfo{year}{", "ltx_bib_external": "\\eprint{",
}  # fmt: skip
_BREAKS = {"br": "\\newline ", **dict.fromkeys(("p", "div", "tr", "td", "li"), " ")}
_SKIPPED_TAGS = frozenset(("script", "style", "noscript", "template", "button", "nav", "svg", "iframe", "object"))
SKIPPED = frozenset(
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
        data = _bare_tags(re.sub(r"<\?xml[^>]*\?>", "", data).encode("utf-8", "replace"))
        parser = html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True)
    else:
        data = _bare_tags(data)
        parser = html.HTMLParser(no_network=True, huge_tree=False, remove_comments=True, encoding=_encoding(data))
    try:
        return html.document_fromstring(data, parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return None


_LONG_TAG = re.compile(rb"<([A-Za-z][\w-]{0,40})\s[^<>]{10000,}>?")
_QUOTED = re.compile(rb"\"[^\"]*\"|'[^']*'")
MOST_ATTRIBUTES = 1_000


def _bare_tags(data: bytes) -> bytes:
    """Take the attributes of a tag away that has thousands: libxml2 compares each with each."""

    def bare(tag: re.Match[bytes]) -> bytes:
        many = len(_QUOTED.sub(b" ", tag[0]).split()) > MOST_ATTRIBUTES
        return b"<" + tag[1] + b">" if many else tag[0]

    return _LONG_TAG.sub(bare, data)


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


def caption_of(box: Node) -> Node | None:
    """Give the caption of a float: its own before one of a float inside, one with a number before one of a part."""
    own = captions_of(box)
    numbered = (c for c in own if number_of(first(c, "ltx_tag")) is not None)
    return next(numbered, own[0] if own else first(box, "ltx_caption"))


def captions_of(box: Node) -> list[Node]:
    """Give the captions that stand in a float and in no other inside."""
    return [c for c in box if isinstance(c.tag, str) and "ltx_caption" in classes(c)]


def span_of(node: Node, name: str) -> Span:
    """Give where a node stands in the page `name`."""
    return Span(file=name, line=max(1, node.sourceline or 1))


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


def as_tex(node: Node, *, skip: frozenset[str] = SKIPPED, links: bool = False) -> str:
    r"""Give a node's text as TeX that `to_text` reads back: signs escaped, formulas between dollars.

    Args:
        node: what is read.
        skip: classes of what is left out.
        links: write addresses as `\href`, and references to numbered things as `\ref`, see `labels_of`.
    """
    out: list[str] = []
    stack: list[tuple[Node, str | None]] = [(node, None)]
    while stack:
        if len(out) & 255 == 0:
            check()
        current, closing = stack.pop()
        if closing is not None:
            out.append(closing + _escaped(current.tail))
            continue
        whole = _whole(current, node, skip, links)
        opening = "" if whole is not None else _opening(current, links)
        if current is not node:
            stack.append((current, "}" if opening else ""))
        if whole is not None:
            out.append(whole)
        else:
            out.append(_BREAKS.get(current.tag, "") + (opening if current is not node else "") + _escaped(current.text))
            stack.extend((child, None) for child in reversed(current))
    return "".join(out)


def _whole(node: Node, root: Node, skip: frozenset[str], links: bool) -> str | None:
    """Give the TeX of what is not walked into: a formula, a citation, a reference, what is left out; else None."""
    if not isinstance(node.tag, str):
        return ""
    if node is not root and (node.tag in _SKIPPED_TAGS or skip & classes(node)):
        return ""
    if (math := math_of(node)) is not None:
        return f"${math}$" if math else ""
    if node is root:
        return None
    if "ltx_cite" in classes(node):
        return "\\cite{}"
    key = _key(node) if links else None
    return f"\\ref{{{key}}}" if key else None


def _opening(node: Node, links: bool) -> str:
    """Give the command whose group holds a node, for emphasis marks titles and bold marks what is best; or nothing."""
    url = (node.get("href") or "") if links and node.tag == "a" else ""
    if url.startswith(("http://", "https://")):
        return f"\\href{{{re.sub(r'[{}]', '', url)}}}{{"
    names = [_TAG_COMMANDS.get(node.tag), *(_CLASS_COMMANDS.get(name) for name in sorted(classes(node)))]
    return next(filter(None, names), "")


def leads_inside(node: Node) -> bool:
    """Tell whether a link is LaTeXML's reference to a numbered thing of the paper, whatever its address."""
    return node.tag == "a" and first(node, "ltx_ref_tag") is not None


def _key(node: Node) -> str | None:
    """Give a name for what a reference leads to; None where the node is none."""
    return re.sub(r"[^\w.-]", "", (node.get("href") or "").rpartition("#")[2]) or None if leads_inside(node) else None


def labels_of(node: Node) -> tuple[tuple[str, str], ...]:
    """Give (name, printed number) for each reference in a node, as `as_tex` names them."""
    found = ((_key(link), text_of(link)) for link in node.iter("a"))
    return tuple(dict.fromkeys((key, text) for key, text in found if key))


def _escaped(text: str | None) -> str:
    return _SPECIAL.sub(lambda m: _ESCAPES.get(m.group(), "\\" + m.group()), text or "")


def text_of(node: Node | None, *, skip: frozenset[str] = SKIPPED) -> str:
    """Give a node's text in the form that `to_text` gives."""
    return "" if node is None else to_text(as_tex(node, skip=skip))


def number_of(node: Node | None) -> str | None:
    """Give a printed number out of a tag: `Table 2:` gives 2, `II-A` itself, the tag `(3a)` of a formula 3a; a part's `(a)` is none."""
    if node is None:
        return None
    text = text_of(node, skip=frozenset())
    if any(name.startswith("ltx_tag_equation") for name in classes(node)) and (found := _TAGGED.fullmatch(text)):
        return found[1].strip()
    found = _PRINTED.match(text)
    return found[1] if found else None


_TAGGED = re.compile(r"\(([^()]{1,40})\)")
_PRINTED = re.compile(
    r"(?:[^\W\d_]{3,}\.?\s+|§\s*|\(?(?=[^a-z]))?((?:[A-Z]?\.?\d+|[IVXLC]+(?![^\W\d_])|[A-Z](?![^\W\d_]))(?:[.-]?\w{1,3}\b)*)"
)
"""A word, then digits, a Roman number or a letter, and what stands behind a point or a hyphen."""
