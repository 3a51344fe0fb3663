"""Read a paper from its LaTeX: expand, walk, and hand each part to its reader."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TypeVar

from paperlab.extract.algorithms import read_algorithm
from paperlab.extract.authors import read_authors
from paperlab.extract.bibliography import references
from paperlab.extract.block import Block
from paperlab.extract.clock import InTime, OutOfTime, check, in_time, until
from paperlab.extract.document import walk
from paperlab.extract.equations import clean
from paperlab.extract.expand import Expander
from paperlab.extract.expanded import Expanded
from paperlab.extract.facts import Facts, read_facts
from paperlab.extract.floats import Float, Part, graphics, parts
from paperlab.extract.keyed import CODE
from paperlab.extract.links import read_links
from paperlab.extract.mainfile import choose_main
from paperlab.extract.passages import above, listings, passages
from paperlab.extract.source import Tree
from paperlab.extract.structure import LEVELS, Document, Formula
from paperlab.extract.tables import LONGEST, is_full, read_table
from paperlab.extract.text import to_text
from paperlab.extract.titles import abstract_by_hand, one_form, read_abstract, read_title
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
    Table,
    Theorem,
)

T = TypeVar("T")
_PICTURES = ("", ".pdf", ".png", ".jpg", ".jpeg", ".eps", ".ps", ".svg", ".PDF", ".PNG", ".JPG", ".EPS")
_COMMENT = re.compile(r"(?<!\\)((?:\\\\)*)%[^\n]*(?:\n[ \t]*|$)")
_GRAPHICSPATH = re.compile(r"\\graphicspath\s*\{((?:\s*\{[^{}]*\})+)\s*\}")
_FORMULAS = 20_000
"""Numbered or displayed formulas that are given."""
_SLOW = 3.0
"""Seconds; a source that took longer to expand is hostile, or enormous."""
_LATE_SIZE = 60_000
_EXPANDED, _WALKED, _FRONT, _ITEMS, _LISTED, _FACTS = 0.35, 0.5, 0.55, 0.7, 0.77, 0.85
"""Shares of the time after which each stage ends; the rest is for what cannot be stopped."""
_GRACE = 0.03
_FLOAT_LIMIT = 300_000
"""Characters of one float."""
_MIN_CELLS = 4
"""A tabular outside of a float with fewer cells is layout."""


@dataclass(slots=True)
class Reading:
    """One e-print while it is read."""

    tree: Tree
    main: str
    document: Document
    started: float
    limit: float
    """Seconds from `started` on."""
    problems: list[Problem] = field(default_factory=list)
    pictures: list[str] | None = None
    r"""Folders of `\graphicspath`."""

    @property
    def expanded(self) -> Expanded:
        """The expanded text."""
        return self.document.expanded

    def guard(self, what: str, act: Callable[[], T], default: T, share: float = _ITEMS) -> T:
        """Run one reader; what it cannot read costs one item.

        Args:
            what: for the problem.
            act: the reader.
            default: stands for what cannot be read.
            share: of the whole time; the reader ends when so much is over.
        """
        try:
            with until(self.started + share * self.limit, self.started + (share + _GRACE) * self.limit) as clock:
                check()
                found = act()
            if clock.late:
                self.keep("time limit", f"{what}: only a part was read, since the source takes too long")
        except OutOfTime:
            self.keep("time limit", f"{what}: left out, since the source takes too long to read")
        except RecursionError:
            self.keep("nesting", f"{what}: nested too deep to be read")
        except Exception as error:  # noqa: BLE001 a reader's own mistake must not lose the paper
            self.keep("reader", f"{what}: could not be read ({type(error).__name__}: {str(error)[:120]})")
        else:
            return found
        return default

    def keep(self, kind: str, message: str) -> None:
        """Add to the problems, at most a hundred; one that repeats the last is told once."""
        if len(self.problems) < 100 and (
            kind != "time limit" or self.problems[-1:] != [Problem(kind=kind, message=message)]
        ):
            self.problems.append(Problem(kind=kind, message=message))


def read_latex(tree: Tree, deadline: float, main: str | None = None) -> Paper | None:
    """Read an e-print; None where no file is TeX.

    Args:
        tree: its files.
        deadline: by `time.monotonic()`; what was read until then is given.
        main: path of the main file, where it is known.
    """
    main = main or choose_main(tree)
    text = tree.text(main) if main else None
    if main is None or text is None:
        return None
    started = time.monotonic()
    limit = deadline - started
    expander = Expander(tree=tree, deadline=started + _EXPANDED * limit, folder=main.rpartition("/")[0])
    document = walk(expander.run(main, text), started + _WALKED * limit)
    return _paper(Reading(tree, main, document, started, limit))


def _paper(reading: Reading) -> Paper:
    text = reading.expanded.text
    labels = reading.document.labels
    title = reading.guard("title", lambda: read_title(text), "", _FRONT)
    authors: tuple[str, ...] = reading.guard("authors", lambda: read_authors(text), (), _FRONT)
    abstract = reading.guard(
        "abstract", lambda: to_text(read_abstract(text)[0] or abstract_by_hand(text), labels), "", _FRONT
    )
    sections = _sections(reading)
    equations: tuple[Equation, ...] = reading.guard("equations", lambda: _equations(reading), (), _FRONT)
    tables, algorithms, figures = _floats(reading)
    listed = _references(reading)
    facts = reading.guard("facts", lambda: _facts(reading, sections, tables, algorithms), Facts(), _FACTS)
    return Paper(
        id=None,
        title=title,
        authors=authors,
        abstract=abstract,
        source=Source(kind="latex", main_file=reading.main),
        sections=sections,
        equations=equations,
        theorems=reading.guard("theorems", lambda: _theorems(reading), (), _ITEMS),
        tables=tables,
        algorithms=algorithms,
        figures=figures,
        references=listed,
        hyperparameters=facts.hyperparameters,
        datasets=facts.datasets,
        metrics=facts.metrics,
        links=facts.links,
        claims=facts.claims,
        symbols=facts.symbols,
        spaces=facts.spaces,
        invariants=facts.invariants,
        stated=facts.stated,
        problems=(*reading.expanded.problems, *facts.problems, *reading.problems),
    )


def _references(reading: Reading) -> tuple[Reference, ...]:
    tree, main, document = reading.tree, reading.main, reading.document
    found: tuple[Reference, ...] = reading.guard("references", lambda: references(tree, main, document), (), _LISTED)
    return found


def _facts(
    reading: Reading, sections: tuple[Section, ...], tables: tuple[Table, ...], algorithms: tuple[Algorithm, ...]
) -> Facts:
    titles = [s.title for s in sections]
    late = reading.document.late or reading.expanded.late or time.monotonic() - reading.started > _SLOW
    found = passages(reading.document, titles, size=_LATE_SIZE) if late else passages(reading.document, titles)
    code = InTime(listings(reading.document, titles))
    facts = read_facts(InTime(found), tables, algorithms, reading.tree.text, code)
    own: list[Link] = reading.guard(
        "links", lambda: [x for x in read_links(above(reading.document)) if x.kind != "other"], []
    )
    links = {link.url: link for link in (*own, *facts.links)}
    return replace(facts, links=tuple(links.values()))


def _sections(reading: Reading) -> tuple[Section, ...]:
    labels, expanded = reading.document.labels, reading.expanded
    return tuple(
        Section(
            level=LEVELS[h.name],
            number=h.number,
            title=reading.guard("heading", lambda h=h: to_text(one_form(h.title), labels), h.title),  # type: ignore[misc]
            label=h.label,
            span=expanded.files.span(expanded.place(h.at)),
        )
        for h in reading.document.headings
    )


def _equations(reading: Reading) -> tuple[Equation, ...]:
    more = len(reading.document.formulas) - _FORMULAS
    if more > 0:
        reading.keep("size limit", f"equations: only the first {_FORMULAS:,} are given, {more:,} are left out")
    return tuple(_equation(reading, f) for f in in_time(reading.document.formulas[:_FORMULAS]))


def _equation(reading: Reading, formula: Formula) -> Equation:
    expanded = reading.expanded
    start = formula.start
    while start < formula.end and expanded.text[start].isspace():
        start += 1
    source = clean(uncommented(expanded.source(start, formula.end)))
    tex = clean(expanded.text[formula.start : formula.end])
    span = expanded.files.span(expanded.place(start))
    return Equation(number=formula.number, label=formula.label, tex=tex, tex_source=source or tex, span=span)


def _theorems(reading: Reading) -> tuple[Theorem, ...]:
    labels, expanded = reading.document.labels, reading.expanded
    return tuple(
        Theorem(
            kind=to_text(item.kind, labels),
            number=item.environment.number,
            label=next(iter(item.environment.labels), None),
            title=to_text(item.title, labels) or None if item.title else None,
            span=expanded.files.span(expanded.place(item.environment.start)),
        )
        for item in in_time(reading.document.statements[:_FORMULAS])
    )


def uncommented(tex: str) -> str:
    r"""Drop comments as TeX does.

    >>> uncommented("a% b\n  c")
    'ac'
    """
    return _COMMENT.sub(r"\1", tex)


def _floats(reading: Reading) -> tuple[tuple[Table, ...], tuple[Algorithm, ...], tuple[Figure, ...]]:
    tables: list[Table] = []
    algorithms: list[Algorithm] = []
    figures: list[Figure] = []
    labels = reading.document.labels
    preamble = reading.expanded.text[: reading.document.begin]
    ordered: list[Part] = reading.guard("floats", lambda: _ordered(reading.document), [])
    for part in ordered:
        if part.kind == "table":
            tables += _tables(reading, part)
        elif part.kind == "algorithm":
            block = _block(reading, part)
            found = reading.guard("algorithm", lambda b=block: read_algorithm(b, labels, preamble), None)  # type: ignore[misc]
            algorithms += [found] if found is not None else []
        elif part.kind in ("figure", "listing"):
            algorithms += reading.guard("algorithm", lambda p=part: _code_of(reading, p, preamble), [])  # type: ignore[misc]
        if part.kind == "figure":
            figures += reading.guard("figure", lambda p=part: _figure(reading, p), [])  # type: ignore[misc]
            tables += reading.guard("table", lambda p=part: _tables_of_figure(reading, p), ())  # type: ignore[misc]
    return tuple(t for t in tables if t.number or _is_table(t)), tuple(algorithms), tuple(figures)


def _tables(reading: Reading, part: Part) -> tuple[Table, ...]:
    block, labels = _block(reading, part), reading.document.labels
    found: tuple[Table, ...] = reading.guard("table", lambda: read_table(block, labels), ())
    if part.end - part.begin > LONGEST or any(is_full(t) for t in found):
        reading.keep("size limit", f"table {part.number or '(no number)'}: too long, only its first part was read")
    return found


def _ordered(document: Document) -> list[Part]:
    kept = chain(document.floats, (item for item in _outside(document) if _counts(document, item)))
    found = [part for item in in_time(kept) for part in parts(item)]
    return sorted(found, key=lambda part: (part.start, part.begin))


def _outside(document: Document) -> Iterator[Float]:
    """Give the bare tabulars and algorithmics that stand in no float, as a box with a caption is one too."""
    reach, floats = 0, {id(item) for item in document.floats}
    for item in sorted(chain(document.floats, document.bare), key=lambda item: item.environment.start):
        if id(item) in floats:
            reach = max(reach, item.environment.stop)
        elif item.environment.start >= reach:
            yield item


def _counts(document: Document, item: Float) -> bool:
    """Of what stands outside of floats: a tabular that holds a picture, or stands before the text, is layout."""
    if item.kind != "table":
        return True
    body = document.expanded.text[item.environment.begin : item.environment.end]
    return (
        "includegraphics" not in body and body.count("&") + body.count(r"\\") >= _MIN_CELLS and _in_text(document, item)
    )


def _in_text(document: Document, item: Float) -> bool:
    return bool(document.headings) and item.environment.start > document.headings[0].at


def _is_table(table: Table) -> bool:
    return bool(table.caption) or (len(table.rows) > 1 and len(table.rows[0]) > 1)


def _block(reading: Reading, part: Part) -> Block:
    expanded = reading.expanded
    end = min(part.end, part.begin + _FLOAT_LIMIT)
    body = expanded.text[part.begin : end]
    starts = [part.begin, *(part.begin + m.end() for m in re.finditer("\n", body))]
    lines = tuple(span.line for s in starts if (span := expanded.files.span(expanded.place(s))))
    return Block(
        name=part.name,
        body=body,
        source=uncommented(expanded.source(part.begin, end)),
        args=tuple("{" + a + "}" for a in part.args),
        span=expanded.files.span(expanded.place(part.start)),
        number=part.number,
        label=part.label,
        lines=lines,
    )


def _figure(reading: Reading, part: Part) -> list[Figure]:
    text = reading.expanded.text
    start, end = part.whole or (0, 0)
    names = graphics(text[part.begin : part.end]) or graphics(text[start:end])
    files = tuple(dict.fromkeys(_picture(reading, name) for name in names))
    caption = to_text(part.caption.tex, reading.document.labels) if part.caption else ""
    if part.caption is None and not files:
        return []
    return [Figure(number=part.number, caption=caption, files=files)]


def _tables_of_figure(reading: Reading, part: Part) -> tuple[Table, ...]:
    """Give the tabulars of a figure that has no picture: it numbers no table."""
    body = reading.expanded.text[part.begin : part.end]
    if graphics(body) or r"\begin{tabular" not in body or r"\begin{tikz" in body:
        return ()
    block = replace(_block(reading, part), number=None)
    return tuple(t for t in read_table(block, reading.document.labels) if len(t.rows) > 1 and len(t.rows[0]) > 1)


_PSEUDOCODE = re.compile(r"\\begin\s*\{(?:algorithmic|lstlisting|minted|tabbing)\}")
_CODE = re.compile(r"\\begin\s*\{(?:algorithmic|lstlisting|minted|tabbing|[vV]erbatim\*?|alltt)\}")
"""What a float for listings may hold; in a figure what is verbatim may be a prompt."""
_ITSELF = re.compile(r"\\begin\s*\{algorithm(?:2e)?\*?\}")
_OF_CODE = frozenset(("for", "while", "repeat", "function", "return"))


def _code_of(reading: Reading, part: Part, preamble: str) -> list[Algorithm]:
    """Give the pseudocode of a listing, or of a figure that has no picture; without a loop, a function or a result it is none."""
    block = _block(reading, part)
    holds = block.name in CODE or (_CODE if part.kind == "listing" else _PSEUDOCODE).search(block.body)
    if not holds or _ITSELF.search(block.body) or graphics(block.body):
        return []
    number = part.number if part.kind == "listing" else None
    found = read_algorithm(replace(block, number=number), reading.document.labels, preamble)
    certain = r"\begin{algorithmic}" in block.body or any(line.kind in _OF_CODE for line in found.lines)
    if not certain and number:
        reading.keep("listing", f"listing {number}: no loop, function or result was seen, so it is no algorithm")
    return [replace(found, kind="listing" if part.kind == "listing" else found.kind)] if certain else []


def _picture(reading: Reading, name: str) -> str:
    """Give the path of a picture where it is in the e-print, else its name as written."""
    if reading.pictures is None:
        found = _GRAPHICSPATH.search(reading.expanded.text)
        reading.pictures = ["", *re.findall(r"\{([^{}]*)\}", found[1])] if found else [""]
    for folder in reading.pictures[:50]:
        path = reading.tree.find(folder + name, folder=reading.main.rpartition("/")[0], endings=_PICTURES)
        if path:
            return path
    return name
