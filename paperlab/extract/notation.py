r"""Symbols outside of sentences: tables of notation, lists `$x$: the input`, and a noun that leads to a display `the loss is \[ L = ... \]`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from paperlab.extract.appositions import SYMBOL
from paperlab.extract.displays import NAMED
from paperlab.extract.passage import MOST_DISPLAYS
from paperlab.extract.text import to_text
from paperlab.records.extracted import Span, Table

_SYMBOL_HEAD = re.compile(
    r"(?:math(?:ematical)?\s)?(?:symbols?|notations?|variables?|terms?|quantity|quantities)", re.IGNORECASE
)
_MEANING_HEAD = re.compile(
    r"(?:meanings?|descriptions?|definitions?|explanations?|interpretations?|denotes|remarks?|what it is)",
    re.IGNORECASE,
)
_CAPTION = re.compile(
    r"\b(?:notations?|nomenclature|(?:symbols|variables) (?:used|and their|in this)|(?:list|table|summary) of (?:[a-z]+ ){0,2}(?:symbols|variables))\b",
    re.IGNORECASE,
)
_IN_DOLLARS = re.compile(r"\$([^$]{1,90})\$(?:\s*[,(].*)?")
_ITEM = re.compile(
    r"\[?\$(?P<formula>[^$]{1,90})\$(?:\]\s*:?|\s*(?::|[–—=-]{1,3}\s))\s*(?P<meaning>[A-Za-z][^.;$]{2,80})(?=[.;]|$)"
)
_LONGEST = 80
_DISPLAY = re.compile(rf"\$\$|\\\[|\\begin\s*\{{{NAMED}\}}(?:\{{(?:\d|[rlcRLC?*'\"]{{3,}})\}})?")
_LEFT = re.compile(r"\s*(?:\\label\{[^{}]*\}|\\displaystyle|\\begin\{(?:aligned|split|array)\}|&)*\s*(?P<formula>(?:(?!\\\\|\\end|\$\$|\\\])[^=]){1,80}?)\s*&?\s*(?::?=|\\(?:triangleq|coloneqq|doteq|equiv)(?![A-Za-z]))")  # fmt: skip
_NOUN = r"(?:[Tt]he|[Oo]ur|[Aa]n?|[Ii]ts|[Tt]his|[Tt]heir)\s(?P<noun>(?:(?!(?:and|or|is|are|be|as|by|that|which|we|where|to|so|for|then|following|above|same)\s)[A-Za-z][\w’-]*\s){1,5}?(?:of\s(?:the\s|an?\s)?(?:[a-z-]+\s){1,2})?)"
_LEADS = re.compile(
    rf"\b{_NOUN}(?:is|are)\s(?:then\s|thus\s|therefore\s|hence\s|now\s|simply\s)?(?:(?:defined|given|computed|calculated|formulated|expressed|written|formali[sz]ed|estimated|obtained)\s)?(?:as\sfollows\s|as\s|by\s)?$|"
    rf"\b(?:define|propose|introduce|minimi[sz]e|optimi[sz]e|maximi[sz]e|compute|formulate|have|consider|obtain|adopt)s?\s{_NOUN.replace('noun', 'object')}(?:as\sfollows\s|as\s|by\s)?$"
)
"""Ends before a display: `the loss is given by`, `we minimize the loss`."""
_FUNCTION = re.compile(r"\(|^\\(?:text|mathrm|operatorname)")
"""What is named by its own letters, or worked out for an argument."""
_BEFORE = 300
"""Characters before a display in which its noun is looked for."""


def noted(tables: Iterable[Table]) -> Iterator[tuple[str, str, Span | None]]:
    """Give (formula, meaning, place) of the rows of tables that explain symbols."""
    for table in tables:
        columns = _columns(table)
        for row in table.rows[table.header_rows * bool(columns) :]:
            for left, right in columns or _bare(table):
                found = _IN_DOLLARS.fullmatch(row[left].strip()) if right < len(row) else None
                if found and "$" not in row[right][:1] and row[right][:1].isalpha():
                    yield found[1], re.split(r"[;.]\s|\s\(", row[right])[0][:_LONGEST], table.span


def _columns(table: Table) -> list[tuple[int, int]]:
    """Give the pairs of neighbouring columns headed `Symbol` and `Meaning`; a table may hold two of them side by side."""
    for row in table.rows[: table.header_rows]:
        heads = [cell.strip() for cell in row]
        pairs = [
            (left, right)
            for left, right in pairwise(range(len(heads)))
            if _SYMBOL_HEAD.fullmatch(heads[left]) and _MEANING_HEAD.fullmatch(heads[right])
        ]
        if pairs:
            return pairs
    return []


def _bare(table: Table) -> list[tuple[int, int]]:
    """Give the columns of a table without such heads whose caption says that it is one of notation."""
    return [(0, 1)] if table.rows and len(table.rows[0]) > 1 and _CAPTION.search(table.caption) else []


def itemised(text: str) -> Iterator[tuple[str, str]]:
    """Give (formula, meaning) of an item that begins with a symbol.

    >>> list(itemised("$d_k$: size of a key, where it counts")), list(itemised("$x$ is old"))
    ([('d_k', 'size of a key')], [])
    """
    found = _ITEM.match(text)
    if found and SYMBOL.fullmatch(found["formula"].strip()):
        yield found["formula"], re.split(r",\s", found["meaning"])[0]


def displayed(tex: str) -> Iterator[tuple[str, str]]:
    r"""Give (formula, meaning) of the displays of a paragraph that a noun leads to.

    >>> list(displayed(r"The total loss is given by \begin{equation} L_t = a + b \end{equation}"))
    [('L_t', 'total loss')]
    """
    for opening in _starts(tex):
        left = _LEFT.match(tex, opening.end())
        formula = left["formula"].strip().strip("&").strip() if left else ""
        if not SYMBOL.fullmatch(formula) or _FUNCTION.search(formula):
            continue
        told = _LEADS.search(_told(tex, opening.start()))
        if told:
            yield formula, (told["noun"] or told["object"]).strip()


def _told(tex: str, at: int) -> str:
    """Give the words before a display, without the colon that leads to it."""
    paragraph = re.split(r"\n[ \t]*\n", tex[max(0, at - _BEFORE) : at])[-1]
    return to_text(paragraph).rstrip(" :,") + " "


def _starts(tex: str) -> Sequence[re.Match[str]]:
    """Give where displays begin; every second `$$` ends one."""
    found = [*_DISPLAY.finditer(tex)][: 2 * MOST_DISPLAYS]
    dollars = [m for m in found if m[0] == "$$"]
    closing = {m.start() for m in dollars[1::2]}
    return [m for m in found if m.start() not in closing]
