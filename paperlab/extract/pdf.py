"""Read a PDF's text, the last resort: title, headings with numbers, abstract, references. Layout is lost by then."""

from __future__ import annotations

import io
import logging
import re
import time
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from paperlab.extract.bibitem import read_bibitem
from paperlab.extract.clock import OutOfTime
from paperlab.records.extracted import Paper, Problem, Reference, Section, Source, Span

MOST_PAGES = 300
FRONT = 20_000
"""Characters in which the abstract is looked for."""
LONGEST_LINE = 120
_HEADING = re.compile(r"(?P<number>\d{1,2}(?:\.\d{1,2}){0,3})(?P<stop>\.?)\s+(?P<title>[A-Z][A-Za-z][^.!?]{2,80})$")
_RUN_IN = re.compile(r"(?P<number>\d{1,2}(?:\.\d{1,2}){1,3})(?P<stop>\.)\s+(?P<title>[A-Z][A-Za-z][^.!?]{2,60})\.\s")
_ROMAN = re.compile(r"(?P<number>[IVX]{1,5})\.\s+(?P<title>[A-Z][A-Z][^.!?a-z]{1,80})$")
_LETTERED = re.compile(r"(?P<number>[A-Z])\.\s+(?P<title>[A-Z][A-Za-z][^.!?]{2,80})$")
_GOES_ON = re.compile(
    r"(?:-|\b(?:a|an|and|as|at|by|for|from|in|into|of|on|or|over|the|to|under|using|via|with|without))$", re.IGNORECASE
)
"""How a line ends that is not the last of a title."""
_BARE = re.compile(
    r"(Abstract|Introduction|References|Bibliography|Conclusions?|Acknowledge?ments?|Appendix)\s*$", re.IGNORECASE
)
_MARKED = re.compile(r"^[ \t]*\[(\d{1,3}|[A-Z][\w+]{1,9})\]\s+", re.MULTILINE)
_NUMBERED = re.compile(r"^[ \t]*(\d{1,3})\.[ \t]+(?=[^\W\d_])", re.MULTILINE)
_DATED = re.compile(
    r"(?<=[.)])(?<![\s.~(-][A-Z]\.)\s*\n(?!(?:In|URL|doi|arXiv|Proceedings|Advances|Journal|Springer|IEEE)\b)"
    r"(?=[A-Z][^\n]{3,120}(?:\n[^\n]{0,120}){0,4}?\b(?:19|20)\d\d)"
)
"""Where an entry ends: at a full stop that is no initial's, before a line that begins with no place of publication."""


def read_pdf(data: bytes, name: str = "paper.pdf", limit_seconds: float = 8.0) -> Paper:
    """Read what the text of a PDF gives.

    Args:
        data: the file.
        name: its path in the e-print, for spans.
        limit_seconds: pages after this time are left out, with a problem.
    """
    pages, info, problems = _pages(data, name, time.monotonic() + limit_seconds)
    paper = read_pdf_text(pages, name)
    none = Problem(kind="pdf", message=f"{name}: expected a PDF with text, found none; a scan has only pictures")
    problems += [none] if not problems and not "".join(pages).strip() else []
    return replace(paper, title=paper.title or info, problems=tuple(problems))


def read_pdf_text(pages: list[str], name: str = "paper.pdf") -> Paper:
    """Read what the text of each page gives."""
    text = "\n".join(pages)
    return Paper(
        id=None,
        title=_title(pages[0]) if pages else "",
        abstract=_abstract(text),
        source=Source(kind="pdf", main_file=name),
        sections=tuple(_sections(text, name)),
        references=tuple(read_pdf_references(text)),
    )


def _pages(data: bytes, name: str, deadline: float) -> tuple[list[str], str, list[Problem]]:
    """Give the text of each page, and the title that the file itself states."""
    import pypdf

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    pages: list[str] = []
    info, large = "", 0
    try:
        reader = pypdf.PdfReader(io.BytesIO(data), strict=False)
        info = str(reader.metadata.title or "") if reader.metadata else ""
        for page in reader.pages[:MOST_PAGES]:
            text = _text(page, deadline)
            pages.append(_letters(text or ""))
            large += text is None
    except OutOfTime:
        message = f"{name}: only the first {len(pages)} pages were read"
        return pages, info, [Problem(kind="time limit", message=message)]
    except Exception as error:  # noqa: BLE001 -- a broken PDF raises anything; what was read until then counts
        message = f"{name}: stopped after {len(pages)} pages: {type(error).__name__}: {str(error)[:100]}"
        return pages, info, [Problem(kind="pdf", message=message)]
    message = f"{name}: {large} page{'' if large == 1 else 's'} left out, with too much on it to be read for text"
    return pages, info, [Problem(kind="size limit", message=message)] if large else []


def _text(page: Any, deadline: float) -> str | None:
    """Give the text of a page; None where it holds too much.

    Raises:
        OutOfTime: the time is over, before the page or in the middle of it.
    """

    def in_time(*_: object) -> None:
        if time.monotonic() > deadline:
            raise OutOfTime("the time for reading is over")

    in_time()
    contents = page.get_contents()
    if contents is not None and len(contents.get_data()) > MOST_OF_A_PAGE:
        return None
    return page.extract_text(visitor_operand_before=in_time) or ""


MOST_OF_A_PAGE = 3_000_000
"""Bytes of what is drawn on a page; pypdf needs a second for a million, and pages of text have less than 0.1 million."""


_ACCENTS = {"´": "\u0301", "¨": "\u0308", "ˆ": "\u0302", "˜": "\u0303", "ˇ": "\u030c", "˚": "\u030a", "¸": "\u0327"}
_ACCENTED = re.compile(rf"([{''.join(_ACCENTS)}])([A-Za-zı])")
_LIGATURES = str.maketrans(
    {chr(0xFB00 + i): text for i, text in enumerate(("ff", "fi", "fl", "ffi", "ffl", "st", "st"))}
)


def _letters(text: str) -> str:
    """Write ligatures as letters, and letters behind their accents as TeX's old fonts have them.

    >>> _letters("e\ufb03cient Schr¨odinger")
    'efficient Schrödinger'
    """
    text = _ACCENTED.sub(lambda m: m[2].replace("ı", "i") + _ACCENTS[m[1]], text.translate(_LIGATURES))
    return unicodedata.normalize("NFC", text)


def _title(page: str) -> str:
    """Give the first lines up to a line that looks like people or the abstract."""
    lines = [
        s
        for s in (line.strip() for line in page.splitlines())
        if s and not re.match(r"arXiv:|Published|Under review|Preprint|\d+$|Proceedings", s)
    ]
    title = ""
    for line in lines[:4]:
        goes_on = _GOES_ON.search(title) is not None
        people = re.search(r"[@∗*†‡]|\d$|,\s+[A-Z]|\band\b [A-Z]|^Abstract", line) or _looks_like_names(line)
        if title and not goes_on and (people or len(title) > MOST_OF_A_TITLE):
            break
        title = f"{title[:-1]}{line}" if title.endswith("-") else f"{title} {line}".strip()
    return title


MOST_OF_A_TITLE = 60
"""Characters of a title behind which another line is none of it, unless the last says so."""


def _looks_like_names(line: str) -> bool:
    words = line.split()
    return 2 <= len(words) <= 3 and all(w[:1].isupper() for w in words)


def _abstract(text: str) -> str:
    found = re.search(
        r"^[ \t]*Abstract[.:—\s]*\n?(.{100,4000}?)\n\s*(?:1\.?\s+)?(?:I\.\s+)?(?:Introduction|INTRODUCTION|Keywords)",
        text[:FRONT],
        re.DOTALL | re.MULTILINE | re.IGNORECASE,
    )
    return _joined(found.group(1), _words(text)) if found else ""


_BROKEN = re.compile(r"([A-Za-z]+)-\n([a-z]+)")


def _words(text: str) -> frozenset[str]:
    """Give the words of a text, those aside that a line's end breaks."""
    return frozenset(re.findall(r"[a-z]+", _BROKEN.sub(" ", text).lower()))


def _joined(text: str, words: frozenset[str]) -> str:
    """Join lines; the hyphen at the end of one stays where both parts are words of the text and the two as one are not."""

    def join(found: re.Match[str]) -> str:
        first, second = found[1], found[2]
        compound = {first.lower(), second} <= words and (first + second).lower() not in words
        return f"{first}-{second}" if compound else first + second

    return re.sub(r"\s+", " ", _BROKEN.sub(join, text)).strip()


def _sections(text: str, name: str) -> Iterator[Section]:
    """Give numbered headings in rising order, and the usual ones without a number."""
    numbers = _Numbers()
    lines = text.splitlines()
    for i, line in enumerate(lines):
        stripped = line.strip()
        if _BARE.fullmatch(stripped):
            yield Section(level=1, number=None, title=stripped.title(), label=None, span=Span(file=name, line=i + 1))
        elif found := numbers.take(stripped):
            title = found["title"].strip()
            below = lines[i + 1].strip() if i + 1 < len(lines) and _GOES_ON.search(title) else ""
            whole = f"{title[:-1]}{below}" if title.endswith("-") else f"{title} {below}".strip()
            level = found["number"].count(".") + 1 + (found.re is _LETTERED)
            yield Section(
                level=level, number=found["number"], title=whole, label=None, span=Span(file=name, line=i + 1)
            )


class _Numbers:
    """Which numbers of headings have been seen, and how they are written."""

    def __init__(self) -> None:
        self.last: tuple[int, ...] = (0,)
        self.roman = False
        self.letter = "@"
        self.stop: str | None = None

    def take(self, line: str) -> re.Match[str] | None:
        """Give the number and title of a line that is the next heading; the items of a list are written otherwise, or as sentences."""
        if found := self._after_roman(line):
            return found
        found = (_HEADING.fullmatch(line) if len(line) < LONGEST_LINE else None) or _RUN_IN.match(line)
        if found is None or self.roman or re.match(r"We\b|\S+(?: \S+){10}", found["title"]):
            return None
        number = tuple(int(n) for n in found["number"].split("."))
        one = "" if len(number) > 1 else found["stop"]
        if number <= self.last or number[0] > self.last[0] + 1 or (len(number) == 1 and self.stop not in (None, one)):
            return None
        self.last, self.stop = number, self.stop if len(number) > 1 else one
        return found

    def _after_roman(self, line: str) -> re.Match[str] | None:
        """Take `II. METHOD`, as IEEE's and physicists' journals print it, and `A. Channel` below."""
        found = _ROMAN.fullmatch(line) if len(line) < LONGEST_LINE else None
        if found and found["number"] == _roman(self.last[0] + 1) and (self.roman or self.last == (0,)):
            self.roman, self.last, self.letter = True, (self.last[0] + 1,), "@"
            return found
        found = _LETTERED.fullmatch(line) if self.roman and len(line) < LONGEST_LINE else None
        if found and found["number"] == chr(ord(self.letter) + 1):
            self.letter = found["number"]
            return found
        return None


def _roman(number: int) -> str:
    ones = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
    return "X" * (number // 10) + ones[number % 10]


def read_pdf_references(text: str) -> Iterator[Reference]:
    """Read the list after the last heading `References`: entries with marks, else cut where a new list of authors begins."""
    heads = list(re.finditer(r"^[ \t]*(?:\d+\.?[ \t]+)?(?:References|REFERENCES|Bibliography)\s*$", text, re.MULTILINE))
    if not heads:
        return
    body = text[heads[-1].end() :][:200_000]
    words = _words(text)
    if marks := _marks(body):
        for i, mark in enumerate(marks):
            end = marks[i + 1].start() if i + 1 < len(marks) else min(len(body), mark.end() + 1000)
            yield read_bibitem(mark.group(1), _escaped(_joined(body[mark.end() : end], words)))
        return
    for i, entry in enumerate(e for e in _DATED.split(body) if re.search(r"\b(?:19|20)\d\d", e)):
        yield read_bibitem(str(i + 1), _escaped(_joined(entry[:1500], words)))


def _marks(body: str) -> list[re.Match[str]]:
    """Give the marks of the entries, `[3]` or `3.`; none where the list does not begin with one and few of them stand in it."""
    marks, begin = list(_MARKED.finditer(body)), len(body) - len(body.lstrip())
    if len(marks) > 2 or (marks and marks[0].end(1) <= begin + len(marks[0][1]) + 1):
        return marks
    numbered: list[re.Match[str]] = []
    for found in _NUMBERED.finditer(body):
        if int(found[1]) == len(numbered) + 1:
            numbered.append(found)
    return numbered if numbered and numbered[0].start(1) == begin else []


def _escaped(text: str) -> str:
    return re.sub(r"([%&#_{}$])", r"\\\1", text.replace("\\", ""))
