r"""Tables of tabularray: what its options say of cells and rules, written into the cells: `cell{1}{2}={c=3}{c}`, `hline{2}={}`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from paperlab.extract.grid import before_cell, pieces
from paperlab.extract.keyed import outer_keys
from paperlab.extract.tokens import arguments

_PLACE = re.compile(r"\A\s*(cell|hline)\s*(?=\{)")
_SPAN = re.compile(r"\b([rc])\s*=\s*(\d{1,4})")
_PART = re.compile(r"\s*(\d{1,4}|[A-Z])\s*(?:-\s*(\d{1,4}|[A-Z])\s*)?")
_PARTIAL = re.compile(r"\s*\{\s*\d[\d,\s-]*\}\s*\{")
"""A rule below some of the columns."""
_MOST = 1_000
_FROM_LAST = {"Z": 0, "Y": 1, "X": 2, "W": 3, "V": 4, "U": 5}


@dataclass(slots=True)
class _Marks:
    """Where rules stand and which cells span others."""

    rules: set[int] = field(default_factory=set)
    every_rule: bool = False
    cells: dict[tuple[int, int], str] = field(default_factory=dict)


def written_out(body: str, options: str) -> str:
    r"""Write the spans and rules that the options of a `tblr` ask for into its cells.

    >>> written_out(r"a & b \\ c & d \\", "cell{1}{1}={c=2}{c}, hline{2}={}")
    '\\SetCell[c=2]{} a & b \\\\\\hline  c & d \\\\'
    """
    cut = pieces(body)
    rows = sum(end != "&" for _, end in cut) - (not cut[-1][0].strip())
    width = max((len(line) for line in _lines(cut)), default=0)
    marks = _marks(options, rows, width)
    out: list[str] = []
    row = column = 1
    for cell, end in cut:
        at = before_cell(cell) if column == 1 else 0
        ruled = column == 1 and row <= rows and (marks.every_rule or row in marks.rules)
        out += [r"\hline " * ruled, cell[:at], marks.cells.get((row, column), ""), cell[at:], end]
        row, column = (row, column + 1) if end == "&" else (row + 1, 1)
    return "".join(out)


def _lines(cut: list[tuple[str, str]]) -> Iterator[list[str]]:
    line: list[str] = []
    for cell, end in cut:
        line.append(cell)
        if end != "&":
            yield line
            line = []


def _marks(options: str, rows: int, width: int) -> _Marks:
    marks = _Marks()
    for name, value in outer_keys(options):
        found = _PLACE.match(name)
        if name.strip() == "hlines":
            marks.every_rule = True
        elif (
            found
            and found[1] == "hline"
            and not _PARTIAL.match(value)
            and (read := arguments(name, found.end(), shape="m"))
        ):
            marks.rules |= set(_numbers(read[0][0] or "", rows + 1))
        elif found and found[1] == "cell" and (read := arguments(name, found.end(), shape="mm")):
            spans = ",".join(f"{k}={n}" for k, n in _SPAN.findall(value))
            places = [(r, c) for r in _numbers(read[0][0] or "", rows) for c in _numbers(read[0][1] or "", width)]
            marks.cells |= dict.fromkeys(places[:_MOST] if spans else (), rf"\SetCell[{spans}]{{}} ")
    return marks


def _numbers(tex: str, last: int) -> list[int]:
    """Read `1,3-5,Z`: which rows, columns or rules are meant; Z is the last, Y the one before."""
    out: list[int] = []
    for part in tex.split(","):
        if found := _PART.fullmatch(part):
            first, second = _number(found[1], last), _number(found[2] or found[1], last)
            out += range(max(first, 1), min(second, last, first + _MOST) + 1)
    return out


def _number(text: str, last: int) -> int:
    return int(text) if text.isdigit() else last - _FROM_LAST.get(text, last)
