"""Read a page of arXiv's HTML or ar5iv (LaTeXML's `ltx_*` classes), or an e-print that its author wrote as HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from paperlab.extract.bibitem import read_bibitem
from paperlab.extract.clock import InTime, in_time
from paperlab.extract.facts import read_facts
from paperlab.extract.html_author import read_author_page
from paperlab.extract.html_tables import read_html_tables
from paperlab.extract.htmltree import Node, as_tex, classes, find, first, math_of, number_of, parse, text_of
from paperlab.extract.links import kind_of
from paperlab.extract.passage import Passage
from paperlab.extract.pseudocode import Lines, is_end, sort_words
from paperlab.records.extracted import (
    Algorithm,
    Equation,
    Figure,
    Link,
    Paper,
    Problem,
    Reference,
    Section,
    Source,
    Span,
)

_LEVELS = {
    "ltx_section": 1,
    "ltx_appendix": 1,
    "ltx_subsection": 2,
    "ltx_subsubsection": 3,
    "ltx_paragraph": 4,
    "ltx_subparagraph": 5,
}
MOST = 20_000
"""Items of one kind."""


def read_html(data: bytes | str, name: str = "index.html") -> Paper:
    """Read a page.

    Args:
        data: the page.
        name: its path in the e-print, for spans.

    Returns:
        What was found; a page that cannot be parsed gives an empty paper with a problem.
    """
    root = parse(data)
    source = Source(kind="html", main_file=name)
    if root is None:
        problem = Problem(kind="html", message=f"{name}: expected an HTML page, found nothing that can be read as one")
        return Paper(id=None, title="", source=source, problems=(problem,))
    return (
        _latexml(root, source, name)
        if first(root, "ltx_document") is not None or first(root, "ltx_page_main") is not None
        else read_author_page(root, source, _links(root))
    )


def _latexml(root: Node, source: Source, name: str) -> Paper:
    tables = read_html_tables(root, name)
    passages = InTime(in_time(_passages(root, name)))
    facts = read_facts(passages, tables)
    abstract = first(root, "ltx_abstract")
    return Paper(
        id=None,
        title=text_of(first(root, "ltx_title_document")),
        authors=_authors(root),
        abstract=text_of(abstract, skip=frozenset(("ltx_title", "ltx_note"))),
        source=source,
        sections=tuple(in_time(_sections(root, name))),
        equations=tuple(in_time(_equations(root, name))),
        tables=tables,
        algorithms=tuple(in_time(_algorithms(root, name))),
        figures=tuple(in_time(_figures(root))),
        references=tuple(in_time(_references(root))),
        links=_links(root),
        hyperparameters=facts.hyperparameters,
        claims=facts.claims,
        symbols=facts.symbols,
        invariants=facts.invariants,
        datasets=facts.datasets,
        metrics=facts.metrics,
        problems=facts.problems,
    )


def _span(node: Node, name: str) -> Span:
    return Span(file=name, line=max(1, node.sourceline or 1))


def _authors(root: Node) -> tuple[str, ...]:
    """Give the names; several in one box stand in its first line, two blanks apart."""
    out: list[str] = []
    for box in find(root, "ltx_personname"):
        line = as_tex(box).split("\n")[0] if len(list(box)) == 0 else (box.text or "")
        names = [
            n.strip(" ,&")
            for n in re.split(r"\s{2,}|,\s+|\u2003|\u2001|\band\b|&", line.replace("\u00a0", " ").strip("\n"))
            if n.strip(" ,&")
        ]
        out += [n for n in names if re.search(r"[^\W\d_]{2}", n) and "@" not in n]
    return tuple(dict.fromkeys(out))


def _sections(root: Node, name: str) -> Iterator[Section]:
    for node in root.iter("section", "div", "article"):
        level = next((_LEVELS[c] for c in classes(node) if c in _LEVELS), None)
        heading = (
            next((c for c in node if isinstance(c.tag, str) and "ltx_title" in classes(c)), None) if level else None
        )
        if level and heading is not None:
            tag = first(heading, "ltx_tag")
            yield Section(
                level=level, number=number_of(tag), title=text_of(heading), label=None, span=_span(node, name)
            )


def _equations(root: Node, name: str) -> Iterator[Equation]:
    for row in find(root, "ltx_eqn_row"):
        tex = " ".join(t for t in (math_of(n) for n in row.iter() if isinstance(n.tag, str)) if t)
        tex = re.sub(r"\\displaystyle\s*", "", tex).strip()
        if tex:
            tag = next(
                (
                    n
                    for n in row.iter()
                    if isinstance(n.tag, str) and any(c.startswith("ltx_tag_equation") for c in classes(n))
                ),
                None,
            )
            yield Equation(number=number_of(tag), label=None, tex=tex, tex_source=tex, span=_span(row, name))


def _algorithms(root: Node, name: str) -> Iterator[Algorithm]:
    for box in root.iter("figure", "div"):
        if not {"ltx_float_algorithm", "ltx_algorithm"} & classes(box):
            continue
        lines = Lines()
        for line in find(box, "ltx_listingline"):
            _line(lines, line)
        caption = first(box, "ltx_caption")
        tag = first(caption, "ltx_tag") if caption is not None else None
        yield Algorithm(
            number=number_of(tag), caption=text_of(caption), inputs=tuple(lines.inputs), outputs=tuple(lines.outputs),
            lines=tuple(lines.lines), span=_span(box, name),
        )  # fmt: skip


def _line(lines: Lines, line: Node) -> None:
    """Add a line; what goes in and comes out has the word for it as its tag, or the number 0."""
    lines.depth = _indent(line)
    kind, text = sort_words(text_of(line))
    tag = text_of(first(line, "ltx_tag"), skip=frozenset()).strip()
    if tag == "0:" and not lines.lines:
        kind = "output" if lines.inputs else "input"
    elif tag and not tag[0].isdigit():
        kind = sort_words(tag if tag.endswith(":") else f"{tag}:")[0]
    if kind in ("input", "output"):
        lines.put(kind, text)
    elif not is_end(text):
        lines.add(kind, as_tex(line) if kind == "statement" else text, sort=False)


def _indent(line: Node) -> int:
    """Give the depth: LaTeXML writes two no-break blanks a level, or a rule of one em."""
    tag = first(line, "ltx_tag")
    before = (tag.tail if tag is not None else line.text) or ""
    blanks = len(before) - len(before.lstrip("\u00a0 \u2003"))
    return max(0, before[:blanks].count("\u00a0") // 4 + before[:blanks].count("\u2003"))


def _figures(root: Node) -> Iterator[Figure]:
    for box in find(root, "ltx_figure"):
        caption = next((c for c in box if isinstance(c.tag, str) and "ltx_caption" in classes(c)), None)
        if caption is None and any("ltx_figure" in classes(p) for p in box.iterancestors()):
            continue
        files = tuple(i.get("src") for i in box.iter("img") if i.get("src"))
        tag = first(caption, "ltx_tag") if caption is not None else None
        yield Figure(number=number_of(tag), caption=text_of(caption), files=files)


def _references(root: Node) -> Iterator[Reference]:
    for item in islice(find(root, "ltx_bibitem"), MOST):
        blocks = [
            as_tex(b)
            + " "
            + " ".join(f"\\url{{{a.get('href')}}}" for a in b.iter("a") if (a.get("href") or "").startswith("http"))
            for b in find(item, "ltx_bibblock")
        ]
        label = text_of(first(item, "ltx_tag"), skip=frozenset())
        yield read_bibitem(item.get("id") or label, " \\newblock ".join(blocks), label)


def _links(root: Node) -> tuple[Link, ...]:
    """Give the addresses outside the bibliography and arXiv's own frame."""
    found: dict[str, str] = {}
    texts: dict[Node, str] = {}
    for node in in_time(root.iter("a")):
        url = (node.get("href") or "").strip()
        inside = any(
            classes(p) & {"ltx_bibliography", "ltx_page_header", "ltx_page_footer", "ltx_page_navbar"}
            or p.tag in ("header", "footer", "nav")
            for p in node.iterancestors()
        )
        if url.startswith(("http://", "https://")) and not inside and len(found) < MOST:
            parent = node.getparent()
            if parent not in texts:
                texts[parent] = text_of(parent)[-120:]
            found.setdefault(url, kind_of(url, texts[parent]))
    return tuple(Link(url=u, kind=k) for u, k in found.items())


def _passages(root: Node, name: str) -> Iterator[Passage]:
    section: str | None = None
    for node in root.iter("section", "p", "figcaption", "div", "h2"):
        names = classes(node)
        if names & _LEVELS.keys():
            heading = next((c for c in node if isinstance(c.tag, str) and "ltx_title" in classes(c)), None)
            section = text_of(heading) or section
        elif "ltx_p" in names or "ltx_caption" in names:
            around = {c for p in node.iterancestors() for c in classes(p)}
            kind = "abstract" if "ltx_abstract" in around else ("caption" if "ltx_caption" in names else "body")
            if not around & {"ltx_bibliography", "ltx_tabular"}:
                yield Passage(
                    tex=as_tex(node),
                    section="Abstract" if kind == "abstract" else section,
                    kind=kind,
                    span=_span(node, name),
                )
