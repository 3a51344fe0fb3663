"""Read a PDF's text, the last resort: title, headings with numbers, abstract, references. Layout is lost by then."""

from __future__ import annotations

import io
import logging
import re
import time
from collections.abc import Iterator

from paperlab.extract.bibitem import read_bibitem
from paperlab.records.extracted import Paper, Problem, Reference, Section, Source, Span

MOST_PAGES = 300
LONGEST_LINE = 120
_HEADING = re.compile(r"(?P<number>(?:\d{1,2}|[A-H])(?:\.\d{1,2}){0,3})\.?\s+(?P<title>[A-Z][A-Za-z][^.!?]{2,80})$")
_BARE = re.compile(
    r"(Abstract|Introduction|References|Bibliography|Conclusions?|Acknowledge?ments?|Appendix)\s*$", re.IGNORECASE
)
_MARKED = re.compile(r"^\s*\[(\d{1,3}|[A-Z][\w+]{1,9})\]\s+", re.MULTILINE)
_DATED = re.compile(r"(?<=[.)])\s*\n(?=[A-Z][^\n]{3,120}(?:\n[^\n]{0,120}){0,4}?\b(?:19|20)\d\d)")


def read_pdf(data: bytes, name: str = "paper.pdf", limit_seconds: float = 8.0) -> Paper:
    """Read what the text of a PDF gives.

    Args:
        data: the file.
        name: its path in the e-print, for spans.
        limit_seconds: pages after this time are left out, with a problem.
    """
    source = Source(kind="pdf", main_file=name)
    pages, info, problems = _pages(data, name, time.monotonic() + limit_seconds)
    text = "\n".join(pages)
    if not text.strip():
        none = Problem(kind="pdf", message=f"{name}: expected a PDF with text, found none; a scan has only pictures")
        return Paper(id=None, title=info, source=source, problems=tuple(problems) or (none,))
    return Paper(
        id=None,
        title=_title(pages[0]) or info,
        abstract=_abstract(text),
        source=source,
        sections=tuple(_sections(text, name)),
        references=tuple(read_pdf_references(text)),
        problems=tuple(problems),
    )


def _pages(data: bytes, name: str, deadline: float) -> tuple[list[str], str, list[Problem]]:
    """Give the text of each page, and the title that the file itself states."""
    import pypdf

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    pages: list[str] = []
    info = ""
    try:
        reader = pypdf.PdfReader(io.BytesIO(data), strict=False)
        info = str(reader.metadata.title or "") if reader.metadata else ""
        for page in reader.pages[:MOST_PAGES]:
            if time.monotonic() > deadline:
                return (
                    pages,
                    info,
                    [Problem(kind="time limit", message=f"{name}: only the first {len(pages)} pages were read")],
                )
            pages.append(page.extract_text() or "")
    except Exception as error:  # noqa: BLE001 -- a broken PDF raises anything; what was read until then counts
        return (
            pages,
            info,
            [
                Problem(
                    kind="pdf",
                    message=f"{name}: stopped after {len(pages)} pages: {type(error).__name__}: {str(error)[:100]}",
                )
            ],
        )
    return pages, info, []


def _title(page: str) -> str:
    """Give the first lines up to a line that looks like people or the abstract."""
    lines = [
        s
        for s in (line.strip() for line in page.splitlines())
        if s and not re.match(r"arXiv:|Published|Under review|Preprint|\d+$|Proceedings", s)
    ]
    title: list[str] = []
    for line in lines[:4]:
        if title and (re.search(r"[@∗*†‡]|\d$|,\s+[A-Z]|\band\b [A-Z]|^Abstract", line) or _looks_like_names(line)):
            break
        title.append(line)
        if len(" ".join(title)) > 60:
            break
    return " ".join(title)


def _looks_like_names(line: str) -> bool:
    words = line.split()
    return 2 <= len(words) <= 3 and all(w[:1].isupper() for w in words)


def _abstract(text: str) -> str:
    found = re.search(
        r"^\s*Abstract[.:—\s]*\n?(.{100,4000}?)\n\s*(?:1\.?\s+)?(?:I\.\s+)?(?:Introduction|INTRODUCTION|Keywords)",
        text,
        re.DOTALL | re.MULTILINE | re.IGNORECASE,
    )
    return _joined(found.group(1)) if found else ""


def _joined(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"(?<=[a-z])-\n(?=[a-z])", "", text)).strip()


def _sections(text: str, name: str) -> Iterator[Section]:
    """Give numbered headings in rising order, and the usual ones without a number."""
    last: tuple[int, ...] = (0,)
    for i, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        found = _HEADING.fullmatch(stripped) if len(stripped) < LONGEST_LINE else None
        if found and found.group("number")[0].isdigit():
            number = tuple(int(n) for n in found.group("number").split("."))
            if number > last and number[0] <= last[0] + 1:
                last = number
                yield Section(
                    level=len(number),
                    number=found.group("number"),
                    title=found.group("title").strip(),
                    label=None,
                    span=Span(file=name, line=i),
                )
        elif _BARE.fullmatch(stripped):
            yield Section(level=1, number=None, title=stripped.title(), label=None, span=Span(file=name, line=i))


def read_pdf_references(text: str) -> Iterator[Reference]:
    """Read the list after the last heading `References`: entries with marks, else cut where a new list of authors begins."""
    heads = list(re.finditer(r"^\s*(?:\d+\.?\s+)?(?:References|REFERENCES|Bibliography)\s*$", text, re.MULTILINE))
    if not heads:
        return
    body = text[heads[-1].end() :][:200_000]
    marks = list(_MARKED.finditer(body))
    if len(marks) > 2:
        for i, mark in enumerate(marks):
            end = marks[i + 1].start() if i + 1 < len(marks) else min(len(body), mark.end() + 1000)
            yield read_bibitem(mark.group(1), _escaped(_joined(body[mark.end() : end])))
        return
    for i, entry in enumerate(e for e in _DATED.split(body) if re.search(r"\b(?:19|20)\d\d", e)):
        yield read_bibitem(str(i + 1), _escaped(_joined(entry[:1500])))


def _escaped(text: str) -> str:
    return re.sub(r"([%&#_{}$])", r"\\\1", text.replace("\\", ""))
