"""Read an e-print that its author wrote as HTML: headings, paragraphs, tables and a list of references, by their tags alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from paperlab.extract.bibitem import read_bibitem
from paperlab.extract.clock import in_time, within
from paperlab.extract.facts import Facts, read_facts
from paperlab.extract.html_tables import read_author_tables
from paperlab.extract.htmltree import Node, as_tex, span_of, text_of
from paperlab.extract.passage import Passage
from paperlab.extract.text import to_text
from paperlab.records.extracted import Link, Paper, Reference, Section, Source

_HEADINGS = ("h1", "h2", "h3", "h4")
_BLOCKS = frozenset("p li dd dt div tr table ul ol dl blockquote center pre address hr".split())
_REFERENCES = re.compile(
    r"(?:\d+\.?\s*)?(?:references|bibliography|literature(?: cited)?|works cited)\W*", re.IGNORECASE
)
_ABSTRACT = re.compile(r"(?:abstract|summary|executive summary)\W*", re.IGNORECASE)
_NAME = re.compile(r"[A-ZÀ-Þ][\w.'’-]*(?: (?:[a-z]{2,3} )?[A-ZÀ-Þ][\w.'’-]*){1,4}")
MOST = 20_000
"""Items of one kind."""


def read_author_page(root: Node, source: Source, links: tuple[Link, ...]) -> Paper:
    """Read a page without LaTeXML's classes."""
    heads = [n for n in root.iter(*_HEADINGS) if text_of(n)]
    first = next((n for n in heads if n.tag == "h1"), None)
    title = text_of(first) or text_of(next(root.iter("title"), None))
    shift = 1 if any(n.tag == "h2" for n in heads) else 0
    name = source.main_file or ""
    sections = tuple(
        Section(level=max(1, int(n.tag[1]) - shift), number=None, title=text_of(n), label=None, span=span_of(n, name))
        for n in heads
        if text_of(n) != title
    )[:MOST]
    tables = within(0.3, lambda: read_author_tables(root, name), ())
    parts = within(0.4, lambda: [(text_of(n), n, [*in_time(_blocks(n))]) for n in in_time(heads)], [])
    facts = within(0.6, lambda: read_facts([*in_time(_passages(parts, name))], tables), Facts())
    return Paper(
        id=None,
        title=title,
        authors=_authors(heads, first),
        abstract=next((to_text(" ".join(blocks)) for head, _, blocks in parts if _ABSTRACT.fullmatch(head)), ""),
        source=source,
        sections=sections,
        tables=tables,
        references=tuple(r for head, _, blocks in parts if _REFERENCES.fullmatch(head) for r in _references(blocks)),
        links=links,
        hyperparameters=facts.hyperparameters,
        claims=facts.claims,
        symbols=facts.symbols,
        spaces=facts.spaces,
        invariants=facts.invariants,
        datasets=facts.datasets,
        metrics=facts.metrics,
        problems=facts.problems,
    )


def _blocks(heading: Node) -> Iterator[str]:
    """Give the paragraphs between a heading and the next, as TeX; what stands outside of tags is one too."""
    running = as_tex_tail(heading)
    for node in islice(heading.itersiblings(), MOST):
        if node.tag in _HEADINGS:
            break
        inner = [*node.iter("li", "dd", "p")] if node.tag in ("ul", "ol", "dl", "div", "blockquote", "center") else []
        if node.tag in _BLOCKS:
            yield running
            running = ""
            yield from (as_tex(n) for n in inner) if inner else iter((as_tex(node),))
        elif isinstance(node.tag, str):
            running += _marked(node)
        running += as_tex_tail(node)
    yield running


def _marked(node: Node) -> str:
    text = as_tex(node)
    return rf"\emph{{{text}}}" if node.tag in ("i", "em", "cite") else text


def as_tex_tail(node: Node) -> str:
    """Give the text right behind a node."""
    return re.sub(r"([%&#_{}$])", r"\\\1", node.tail or "")


def _authors(heads: list[Node], title: Node | None) -> tuple[str, ...]:
    """Give the names set in bold between the title and the first section."""
    if title is None:
        return ()
    names: list[str] = []
    for node in islice(title.itersiblings(), 60):
        if node.tag == "h2":
            break
        for bold in node.iter("b", "strong") if isinstance(node.tag, str) else ():
            text = text_of(bold).rstrip(" *†‡,0123456789")
            names += [text] if _NAME.fullmatch(text) else []
    return tuple(dict.fromkeys(names)) if heads else ()


def _references(blocks: list[str]) -> Iterator[Reference]:
    count = 0
    for tex in blocks[:MOST]:
        if len(to_text(tex)) > 20 and re.search(r"\d", tex):
            count += 1
            yield read_bibitem(str(count), tex)


def _passages(parts: list[tuple[str, Node, list[str]]], name: str) -> Iterator[Passage]:
    for head, node, blocks in parts:
        kind = "abstract" if _ABSTRACT.fullmatch(head) else "body"
        if not _REFERENCES.fullmatch(head):
            for tex in blocks:
                if tex.strip():
                    yield Passage(tex=tex, section=head, kind=kind, span=span_of(node, name))
