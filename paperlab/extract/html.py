"""Read a page of arXiv's HTML or ar5iv (LaTeXML's `ltx_*` classes), or an e-print that its author wrote as HTML."""

from __future__ import annotations

from collections.abc import Iterator

from paperlab.extract.clock import InTime, in_time, within
from paperlab.extract.facts import Facts, read_facts
from paperlab.extract.html_author import read_author_page
from paperlab.extract.html_floats import read_html_algorithms, read_html_equations, read_html_figures
from paperlab.extract.html_references import read_html_authors, read_html_references
from paperlab.extract.html_tables import read_html_tables
from paperlab.extract.htmltree import (
    SKIPPED,
    Node,
    as_tex,
    classes,
    first,
    labels_of,
    leads_inside,
    number_of,
    parse,
    span_of,
    text_of,
)
from paperlab.extract.links import kind_of
from paperlab.extract.passage import Passage
from paperlab.records.extracted import Link, Paper, Problem, Section, Source, Theorem

_LEVELS = {
    "ltx_part": 0, "ltx_chapter": 0, "ltx_section": 1, "ltx_appendix": 1, "ltx_subsection": 2, "ltx_subsubsection": 3, "ltx_paragraph": 4,
    "ltx_subparagraph": 5,
}  # fmt: skip
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
    inside = _first_of(root, "ltx_document", "ltx_page_main")  # what arXiv prints around a paper is none of it
    return read_author_page(root, source, _links(root)) if inside is None else _latexml(inside, source, name)


def _first_of(root: Node, *names: str) -> Node | None:
    found = (first(root, name) for name in names)
    return next((node for node in found if node is not None), None)


def _latexml(root: Node, source: Source, name: str) -> Paper:
    tables = within(0.25, lambda: read_html_tables(root, name), ())
    algorithms = within(0.25, lambda: tuple(in_time(read_html_algorithms(root, name))), ())
    equations = within(0.25, lambda: tuple(in_time(read_html_equations(root, name))), ())
    theorems = within(0.25, lambda: tuple(in_time(_theorems(root, name))), ())
    references = within(0.25, lambda: tuple(in_time(read_html_references(root))), ())
    sections = within(0.25, lambda: tuple(in_time(_sections(root, name))), ())
    figures = within(0.25, lambda: tuple(in_time(read_html_figures(root))), ())
    passages = within(0.25, lambda: InTime(in_time(_passages(root, name))), InTime())
    links = within(0.25, lambda: _links(root), ())
    facts = within(0.8, lambda: read_facts(passages, tables, algorithms), Facts())
    abstract = first(root, "ltx_abstract")
    return Paper(
        id=None,
        title=text_of(first(root, "ltx_title_document")),
        authors=within(0.5, lambda: read_html_authors(root), ()),
        abstract=text_of(abstract, skip=frozenset(("ltx_title", "ltx_note"))),
        source=source,
        sections=sections,
        equations=equations,
        theorems=theorems,
        tables=tables,
        algorithms=algorithms,
        figures=figures,
        references=references,
        links=tuple({link.url: link for link in (*facts.links, *links)}.values()),
        hyperparameters=facts.hyperparameters,
        claims=facts.claims,
        symbols=facts.symbols,
        spaces=facts.spaces,
        invariants=facts.invariants,
        stated=facts.stated,
        datasets=facts.datasets,
        metrics=facts.metrics,
        problems=facts.problems,
    )


def _sections(root: Node, name: str) -> Iterator[Section]:
    for node in root.iter("section", "div", "article"):
        level = next((_LEVELS[c] for c in classes(node) if c in _LEVELS), None)
        heading = (
            next((c for c in node if isinstance(c.tag, str) and "ltx_title" in classes(c)), None)
            if level is not None
            else None
        )
        if level is not None and heading is not None:
            tag = first(heading, "ltx_tag")
            yield Section(
                level=level, number=number_of(tag), title=text_of(heading), label=None, span=span_of(node, name)
            )


def _theorems(root: Node, name: str) -> Iterator[Theorem]:
    """Give the statements: their heading is a tag, `Lemma 2.1`, and a title in parentheses."""
    for node in root.iter("div"):
        heading = first(node, "ltx_title_theorem") if "ltx_theorem" in classes(node) else None
        tag = first(heading, "ltx_tag") if heading is not None else None
        if tag is not None:
            number = number_of(tag)
            kind = text_of(tag, skip=frozenset()).rstrip(" .").removesuffix(number or "")
            title = text_of(heading).strip(" .").removeprefix("(").removesuffix(")")
            yield Theorem(kind=kind.strip(), number=number, label=None, title=title or None, span=span_of(node, name))


def _links(root: Node) -> tuple[Link, ...]:
    """Give the addresses outside the bibliography and the frame of the page; what leads to a part of the paper is none."""
    found: dict[str, str] = {}
    texts: dict[Node, str] = {}
    for node in in_time(root.iter("a")):
        url = (node.get("href") or "").strip()
        inside = any(classes(p) & _FRAME or p.tag in ("header", "footer", "nav") for p in node.iterancestors())
        if url.startswith(("http://", "https://")) and not inside and not leads_inside(node) and len(found) < MOST:
            parent = node.getparent()
            if parent not in texts:
                texts[parent] = text_of(parent)[-120:]
            found.setdefault(url, kind_of(url, f"{texts[parent]} {text_of(node)[:120]}"))
    return tuple(Link(url=u, kind=k) for u, k in found.items())


_FRAME = frozenset(("ltx_bibliography", "ltx_cite", "ltx_page_header", "ltx_page_footer", "ltx_page_navbar"))


def _passages(root: Node, name: str) -> Iterator[Passage]:
    section: str | None = None
    above: dict[int, str] = {}
    for node in root.iter("section", "p", "figcaption", "div", "span"):
        names = classes(node)
        if names & _LEVELS.keys():
            heading = next((c for c in node if isinstance(c.tag, str) and "ltx_title" in classes(c)), None)
            section = text_of(heading) or section
            level = next(_LEVELS[c] for c in names if c in _LEVELS)
            above = {n: title for n, title in above.items() if n < level} | {level: section or ""}
        elif found := next((kind for kind_class, kind in _KINDS.items() if kind_class in names), None):
            around = {c for p in node.iterancestors() for c in classes(p)}
            kind = "abstract" if "ltx_abstract" in around else found
            if not around & (_NO_TEXT if kind == "footnote" else _NO_TEXT | _WITHIN):
                yield Passage(
                    tex=as_tex(node, skip=SKIPPED | {"ltx_tabular", "ltx_listing"}, links=True), section="Abstract" if kind == "abstract" else section, kind=kind, within=" / ".join(above.values()),
                    span=span_of(node, name), labels=labels_of(node),
                )  # fmt: skip


_KINDS = {"ltx_p": "body", "ltx_caption": "caption", "ltx_note_content": "footnote"}
_NO_TEXT = frozenset(("ltx_bibliography", "ltx_tabular", "ltx_listing", "ltx_authors"))
_WITHIN = frozenset(("ltx_p", "ltx_note_content"))
"""What is a passage itself: a paragraph inside is a part of it."""
