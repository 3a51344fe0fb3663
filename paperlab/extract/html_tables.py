"""LaTeXML's tables as rectangular grids."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice

from paperlab.extract.clock import in_time
from paperlab.extract.columns import directions, told_directions, units
from paperlab.extract.grid import MOST_CELLS, best_of, header_rows, is_number
from paperlab.extract.htmltree import Node, as_tex, caption_of, captions_of, classes, find, first, number_of, text_of
from paperlab.extract.spans import MOST_COLUMNS
from paperlab.extract.spreads import read_spreads
from paperlab.records.extracted import Span, Table

_Rows = tuple[tuple[str, ...], ...]
_Places = tuple[tuple[int, int], ...]
_FLOATS = frozenset(("ltx_table", "ltx_figure", "ltx_float"))
_ABOVE, _BELOW = frozenset(("ltx_border_t", "ltx_border_tt")), frozenset(("ltx_border_b", "ltx_border_bb"))
MOST_REACH = 4
"""Rows of a head that one cell may cover."""
_LETTER = re.compile(r"\s*\(([a-z])\):?\s*")
_PICTURES = frozenset(("img", "svg", "object"))


def read_html_tables(root: Node, name: str) -> tuple[Table, ...]:
    """Give every tabular of every table float, and those outside of floats that hold data.

    Tabulars inside cells are their text. A caption in a box of its own goes to the first free tabular in the same float.
    """
    grids = [g for g in find(root, "ltx_tabular") if not any("ltx_tabular" in classes(p) for p in g.iterancestors())]
    boxes = {grid: box for grid in grids if (box := _float(grid)) is not None}
    owners = {grid: box for grid, box in boxes.items() if captions_of(box)}
    owning = set(owners.values())
    free = _free(grid for grid in grids if grid not in owners)
    for box in find(root, "ltx_table"):
        around = next((p for p in box.iterancestors() if _FLOATS & classes(p)), None)
        left = free.get(around, deque())
        while left and left[0] in owners:
            left.popleft()
        if box not in owning and captions_of(box) and left:
            owners[left.popleft()] = box
    owners = boxes | owners
    captions = _captions(owners)
    found = (_table(grid, owners.get(grid), captions.get(grid), name) for grid in in_time(grids))
    return tuple(table for table in found if table is not None)


def _captions(owners: Mapping[Node, Node]) -> dict[Node, Node]:
    """Give each tabular its caption: one for all of a float, or as many as there are tabulars."""
    grids: dict[Node, list[Node]] = {}
    for grid, box in owners.items():
        grids.setdefault(box, []).append(grid)
    found: dict[Node, Node] = {}
    for box, inside in grids.items():
        numbered = [c for c in captions_of(box) if number_of(first(c, "ltx_tag")) is not None]
        captions = numbered if len(numbered) == len(inside) else [caption_of(box)] * len(inside)
        found.update(zip(inside, captions, strict=True))
    return found


def _float(grid: Node) -> Node | None:
    """Give the table float that a tabular stands in; None where there is none or a picture's float is nearer."""
    box = next((p for p in grid.iterancestors() if _FLOATS & classes(p)), None)
    return box if box is not None and "ltx_table" in classes(box) else None


def _free(grids: Iterable[Node]) -> dict[Node, deque[Node]]:
    """Give for each float the tabulars in it, those in floats inside too."""
    found: dict[Node, deque[Node]] = {}
    for grid in in_time(grids):
        for box in grid.iterancestors():
            if _FLOATS & classes(box):
                found.setdefault(box, deque()).append(grid)
    return found


def _table(grid: Node, box: Node | None, caption: Node | None, name: str) -> Table | None:
    rows, header, best = _grid([r for r in find(grid, "ltx_tr") if _owner(r) is grid])
    if box is None and (len(rows) < 2 or len(rows[0]) < 2 or not _is_data(rows) or _shows(grid)):
        return None
    tag = first(caption, "ltx_tag") if caption is not None else None
    span = Span(file=name, line=max(1, (grid if box is None else box).sourceline or 1))
    return _made(_full_number(tag), text_of(caption), header, rows, best, span)


def _made(number: str | None, caption: str, header: int, rows: _Rows, best: _Places, span: Span) -> Table:
    columns, lines = told_directions(rows, header, caption)
    return Table(
        number=number,
        label=None,
        caption=caption,
        header_rows=header,
        rows=rows,
        best=best,
        span=span,
        directions=directions(rows, header, best, caption),
        column_directions=columns,
        row_directions=lines,
        units=units(rows, header, caption),
        spreads=read_spreads(rows, header, caption),
    )


def _full_number(tag: Node | None) -> str | None:
    """Give a table's number; a part that is called (a) has that of the whole before its letter."""
    letter = _LETTER.fullmatch(text_of(tag, skip=frozenset()))
    if tag is None or letter is None:
        return number_of(tag)
    wholes = (caption_of(p) for p in islice(tag.iterancestors(), 2, None) if "ltx_table" in classes(p))
    number = next((n for c in wholes if c is not None and (n := number_of(first(c, "ltx_tag")))), None)
    return f"{number}{letter[1]}" if number else None


def _shows(grid: Node) -> bool:
    """Tell whether a tabular lays out pictures or authors, or belongs to a figure."""
    around = {c for p in grid.iterancestors() for c in classes(p)}
    box = next((p for p in grid.iterancestors() if "ltx_figure" in classes(p) and caption_of(p) is not None), None)
    return "ltx_authors" in around or box is not None or any(n.tag in _PICTURES for n in grid.iter())


def read_author_tables(root: Node, name: str) -> tuple[Table, ...]:
    """Give the tables of a page without classes; one of a single row or column, or around others, is layout."""
    out: list[Table] = []
    for node in in_time(root.iter("table")):
        if next(node.iterdescendants("table"), None) is None:
            rows, header, best = _grid([*node.iter("tr")])
            if len(rows) > 1 and len(rows[0]) > 1 and _is_data(rows):
                caption = text_of(next(node.iter("caption"), None))
                span = Span(file=name, line=max(1, node.sourceline or 1))
                out.append(_made(_number(caption), caption, header, rows, best, span))
    return tuple(out[:MOST_TABLES])


MOST_TABLES = 2_000
LONGEST_CELL = 200


def _is_data(rows: tuple[tuple[str, ...], ...]) -> bool:
    cells = [c for row in rows for c in row if c]
    return bool(cells) and sum(len(c) <= LONGEST_CELL for c in cells) * 10 >= len(cells) * 9


def _number(caption: str) -> str | None:
    found = re.match(r"Table\s+(\w[\w.]*?)[.:]?(?:\s|$)", caption)
    return found.group(1) if found else None


def _grid(rows: list[Node]) -> tuple[_Rows, int, _Places]:
    """Give the texts of all places, the number of header rows, and what is marked as best."""
    places: dict[tuple[int, int], _Cell] = {}
    for i, row in enumerate(rows):
        column = 0
        for node in (c for c in row if isinstance(c.tag, str) and (c.tag in ("td", "th") or "ltx_td" in classes(c))):
            while (i, column) in places:
                column += 1
            _put(places, _Cell(node, text_of(node), i, column, _count(node, "rowspan")), len(rows))
            column += _count(node, "colspan")
    width = min(MOST_COLUMNS, max((k for _, k in places), default=-1) + 1)
    texts = tuple(tuple(places[i, k].text if (i, k) in places else "" for k in range(width)) for i in range(len(rows)))
    begin = [cell for place, cell in places.items() if place == (cell.row, cell.column)]
    header = _header(rows, texts, places, begin)
    numbers = (c for c in begin if c.row >= header and c.column < width and is_number(c.text))
    bold = r"\bf"
    marked = [(c.row, c.column, as_tex(c.node) + bold * ("ltx_font_bold" in classes(c.node)), c.text) for c in numbers]
    return texts, header, best_of(marked)


@dataclass(frozen=True, slots=True)
class _Cell:
    node: Node
    text: str
    row: int
    column: int
    rows: int


def _put(places: dict[tuple[int, int], _Cell], cell: _Cell, height: int) -> None:
    """Fill every place that a cell covers, within bounds."""
    for i in range(cell.row, min(height, cell.row + cell.rows)):
        for k in range(cell.column, min(MOST_COLUMNS, cell.column + _count(cell.node, "colspan"))):
            if len(places) < MOST_CELLS:
                places.setdefault((i, k), cell)


def _count(cell: Node, name: str) -> int:
    value = (cell.get(name) or "1").strip()
    return max(1, min(int(value), MOST_COLUMNS)) if value.isdecimal() and len(value) < 6 else 1


def _owner(row: Node) -> Node | None:
    return next((p for p in row.iterancestors() if "ltx_tabular" in classes(p)), None)


def _header(
    rows: list[Node], texts: tuple[tuple[str, ...], ...], places: Mapping[tuple[int, int], _Cell], begin: list[_Cell]
) -> int:
    """Count the rows of the head: above the first rule inside, as in LaTeX; else those in `thead`, which is a guess."""
    rules = [_ruled(i, len(texts[0]) if texts else 0, places) for i in range(len(texts))]
    head = sum(any("ltx_thead" in classes(p) or p.tag == "thead" for p in r.iterancestors()) for r in rows)
    if head and not any(rules[1:]):
        return head
    reach = [0] * len(texts)
    for cell in begin:
        reach[cell.row] = max(reach[cell.row], cell.row + cell.rows if 1 < cell.rows <= MOST_REACH else 0)
    return header_rows(texts, reach, rules)


def _ruled(row: int, width: int, places: Mapping[tuple[int, int], _Cell]) -> bool:
    """Tell whether a rule stands above every place of a row: as its upper border, or as the lower one of what is above."""

    def bears(at: int, names: frozenset[str], edge: Callable[[_Cell], int]) -> bool:
        cells = [places.get((at, k)) for k in range(width)]
        return all(c is not None and edge(c) == at and names & classes(c.node) for c in cells)

    above = row > 0 and bears(row - 1, _BELOW, lambda c: c.row + c.rows - 1)
    return width > 0 and (above or bears(row, _ABOVE, lambda c: c.row))
