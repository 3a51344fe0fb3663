"""Cut a document into passages: paragraphs, footnotes, captions and the abstract, for the readers of facts."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from itertools import chain, islice

from paperlab.extract.clock import in_time
from paperlab.extract.environments import VERBATIM
from paperlab.extract.floats import parts
from paperlab.extract.passage import Passage
from paperlab.extract.settings_names import canonical
from paperlab.extract.structure import LEVELS, Document
from paperlab.extract.titles import read_abstract
from paperlab.extract.tokens import arguments, group

_PARAGRAPH = re.compile(r"\n[ \t]*\n\s*|\\par(?![A-Za-z])|\\item(?![A-Za-z])(?:\s*\[[^\[\]\n$]*\])?|\\(?:begin|end)\s*\{(?:itemize|enumerate|description|document|abstract)\}(?:\s*\[[^\[\]\n]*\])?")  # fmt: skip
_FOOTNOTE = re.compile(r"\\footnote(?:text)?(?![A-Za-z])(?:\s*\[[^\[\]]*\])?")
_LISTING = re.compile(rf"\\begin\s*\{{({'|'.join(map(re.escape, VERBATIM))})\}}")
_REFERENCE = re.compile(r"\\[A-Za-z]*ref\*?\s*\{([^{}]*)\}")
_FRONT = re.compile(r"\\maketitle(?![A-Za-z])|\\end\s*\{abstract\}")
_LIMIT = 20_000
_PASSAGE = 20_000
_SIZE = 800_000
"""Characters of running text that are read for facts."""


def passages(document: Document, titles: list[str], *, size: int = _SIZE) -> tuple[Passage, ...]:
    """Give the passages in the order of the document.

    Args:
        document: what the walk found.
        titles: text of each heading, in the order of `document.headings`.
        size: characters after which the rest is left out.
    """
    found: list[Passage] = []
    left = size
    for passage in in_time(chain(_abstract(document), _body(document, titles), _captions(document, titles))):
        left -= len(passage.tex)
        if left < 0 or len(found) > _LIMIT:
            break
        found.append(passage)
    return tuple(found)


_ABOVE = re.compile(
    r"\\(?:icmltitle|title|author|date|affiliations?|institute|address|titlenote|authornote|printAffiliationsAndNotice)(?![A-Za-z])"
)


def above(document: Document) -> Iterator[Passage]:
    """Give what stands above the text, where papers put addresses of their code: title, authors, places, notes."""
    text, last = document.expanded.text, _front(document)
    for found in islice(_ABOVE.finditer(text, 0, last), _LIMIT):
        read = arguments(text, found.end(), shape="*om")
        if read and (inner := read[0][2]):
            yield _passage(document, read[1] - 1 - len(inner), read[1] - 1, None, "footnote")


def _abstract(document: Document) -> Iterator[Passage]:
    tex, at = read_abstract(document.expanded.text)
    if tex.strip():
        yield _passage(document, at, at + len(tex), "Abstract", "abstract")


def _body(document: Document, titles: list[str]) -> Iterator[Passage]:
    text = document.expanded.text
    for start, end, section in _stretches(document, titles):
        at = start
        for found in _PARAGRAPH.finditer(text, start, end):
            yield from _paragraph(document, at, found.start(), section)
            at = _labelled(found) or found.end()
        yield from _paragraph(document, at, end, section)


_LABEL = re.compile(r"\[(?:\\(?:textbf|textit|emph|texttt)\{)?(?P<name>[A-Za-z][^\[\]{}$\\]{2,40}?)\}?:?\s*\]")


def _labelled(found: re.Match[str]) -> int:
    """Give where an item begins whose label names a setting, which is part of what it says; 0 where it has no such label."""
    label = _LABEL.search(found.group())
    return found.start() + label.start() if label and canonical(label["name"]) else 0


def _paragraph(document: Document, start: int, end: int, section: str | None) -> Iterator[Passage]:
    text = document.expanded.text
    if not any(c.isalpha() for c in text[start:end]):
        return
    yield _passage(document, start, end, section, "body")
    for found in _FOOTNOTE.finditer(text, start, end):
        inner = group(text, found.end())
        if inner is not None:
            yield _passage(document, inner[1] - 1 - len(inner[0]), inner[1] - 1, section, "footnote")


def _captions(document: Document, titles: list[str]) -> Iterator[Passage]:
    for item in document.floats:
        for part in parts(item):
            if part.caption is not None and part.caption.tex.strip():
                start = document.expanded.text.find(part.caption.tex, part.caption.at)
                section = _section(document, titles, part.caption.at)
                yield _passage(document, start, start + len(part.caption.tex), section, "caption")


def _section(document: Document, titles: list[str], at: int) -> str | None:
    index = bisect_right(document.headings, at, key=lambda h: h.at) - 1
    return titles[index] if index >= 0 else None


def _stretches(document: Document, titles: list[str]) -> Iterator[tuple[int, int, str | None]]:
    """Give the text between headings, floats and bibliographies, with its heading."""
    cuts: list[tuple[int, int, str | None, bool]] = [
        (h.at, h.end, t, True) for h, t in zip(document.headings, titles, strict=True)
    ]
    floats = [item.environment for item in document.floats + document.bare]
    cuts += [(e.start, e.stop, None, False) for e in floats + document.bibliographies]
    for e in (statement.environment for statement in document.statements):
        cuts += [(e.start, e.begin, None, False), (e.end, e.stop, None, False)]
    cuts += [(start, end, None, False) for start, end in _listings(document.expanded.text)]
    front = _front(document)
    at, section = front, None
    for start, end, title, is_heading in sorted(cuts, key=lambda cut: cut[:2]):
        if start >= at:
            yield at, start, section
        if end > front:
            at = max(at, end)
        section = title if is_heading else section
    yield at, len(document.expanded.text), section


def _listings(text: str) -> Iterator[tuple[int, int]]:
    """Give where code stands: it states nothing in sentences."""
    at, unclosed = 0, set()
    for found in _LISTING.finditer(text):
        name = found.group(1)
        if found.start() >= at and name not in unclosed:
            end = text.find(f"\\end{{{name}}}", found.end())
            at = end if end >= 0 else found.end()
            unclosed |= {name} if end < 0 else set()
            yield found.start(), at


def listings(document: Document, titles: list[str]) -> Iterator[Passage]:
    """Give the code that stands in the text or in floats, for what it sets."""
    for start, end in _listings(document.expanded.text):
        yield _passage(document, start, end, _section(document, titles, start), "listing")


def _front(document: Document) -> int:
    r"""Where the running text begins: behind `\maketitle` and the abstract."""
    first = document.headings[0].at if document.headings else document.begin + 20_000
    ends = [
        found.end() for found in _FRONT.finditer(document.expanded.text, document.begin, max(first, document.begin))
    ]
    return max(ends, default=document.begin)


def _passage(document: Document, start: int, end: int, section: str | None, kind: str) -> Passage:
    text = document.expanded.text
    end = min(end, start + _PASSAGE)
    while start < end and text[start].isspace():
        start += 1
    expanded = document.expanded
    lines: list[int] = []
    at = start
    while at <= end:
        span = expanded.files.span(expanded.place(at))
        lines.append(span.line if span else 1)
        following = text.find("\n", at, end)
        if following < 0:
            break
        at = following + 1
    label = _LABEL.match(text, start, end)
    named = label is not None and canonical(label["name"])
    tex = f"{label['name']}: {text[label.end() : end]}" if label and named else text[start:end]
    return Passage(
        tex=tex,
        section=section,
        within=_within(document, start),
        kind=kind,
        span=expanded.files.span(expanded.place(start)),
        lines=tuple(lines),
        labels=_labels(text[start:end], document.labels),
    )


def _within(document: Document, at: int) -> str:
    """Give the titles of the headings in which a place lies: `Experiments / Training`."""
    titles: list[str] = []
    level = len(LEVELS)
    last = bisect_right(document.headings, at, key=lambda h: h.at)
    for heading in reversed(document.headings[max(0, last - _HEADINGS) : last]):
        if LEVELS.get(heading.name, 1) < level:
            level = LEVELS.get(heading.name, 1)
            titles.insert(0, heading.title)
    return " / ".join(titles)


_HEADINGS = 40
"""Headings before a place among which those above it are sought."""


def _labels(tex: str, numbers: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    keys = (key.strip() for found in _REFERENCE.finditer(tex) for key in found.group(1).split(","))
    return tuple((key, numbers[key]) for key in dict.fromkeys(keys) if numbers.get(key))
