"""LaTeXML's tables as rectangular grids."""

from __future__ import annotations

import re

from paperlab.extract.clock import in_time
from paperlab.extract.grid import MOST_CELLS, is_number
from paperlab.extract.htmltree import Node, classes, find, first, number_of, text_of
from paperlab.extract.spans import MOST_COLUMNS
from paperlab.records.extracted import Span, Table

_BOLD = frozenset(("ltx_font_bold",))


def read_html_tables(root: Node, name: str) -> tuple[Table, ...]:
    """Give every tabular of every table float; tabulars inside cells are their text."""
    out: list[Table] = []
    for box in find(root, "ltx_table"):
        caption = first(box, "ltx_caption")
        tag = first(caption, "ltx_tag") if caption is not None else None
        for grid in find(box, "ltx_tabular"):
            if not any("ltx_tabular" in classes(p) for p in grid.iterancestors()):
                rows, header, best = _grid([r for r in find(grid, "ltx_tr") if _owner(r) is grid])
                out.append(
                    Table(
                        number=number_of(tag), label=None, caption=text_of(caption), header_rows=header, rows=rows,
                        best=best, span=Span(file=name, line=max(1, box.sourceline or 1)),
                    )
                )  # fmt: skip
    return tuple(out)


def read_author_tables(root: Node, name: str) -> tuple[Table, ...]:
    """Give the tables of a page without classes; one of a single row or column, or around others, is layout."""
    out: list[Table] = []
    for node in in_time(root.iter("table")):
        if next(node.iterdescendants("table"), None) is None:
            rows, header, best = _grid([*node.iter("tr")], ("b", "strong"))
            if len(rows) > 1 and len(rows[0]) > 1 and _is_data(rows):
                caption = text_of(next(node.iter("caption"), None))
                span = Span(file=name, line=max(1, node.sourceline or 1))
                out.append(Table(number=_number(caption), label=None, caption=caption, header_rows=header, rows=rows,
                                 best=best, span=span))  # fmt: skip
    return tuple(out[:MOST_TABLES])


MOST_TABLES = 2_000
LONGEST_CELL = 200


def _is_data(rows: tuple[tuple[str, ...], ...]) -> bool:
    cells = [c for row in rows for c in row if c]
    return bool(cells) and sum(len(c) <= LONGEST_CELL for c in cells) * 10 >= len(cells) * 9


def _number(caption: str) -> str | None:
    found = re.match(r"Table\s+(\w[\w.]*?)[.:]?(?:\s|$)", caption)
    return found.group(1) if found else None


def _grid(
    rows: list[Node], bold_tags: tuple[str, ...] = ()
) -> tuple[tuple[tuple[str, ...], ...], int, tuple[tuple[int, int], ...]]:
    places: dict[tuple[int, int], str] = {}
    bold: list[tuple[int, int]] = []
    for i, row in enumerate(rows):
        column = 0
        for cell in (c for c in row if isinstance(c.tag, str) and (c.tag in ("td", "th") or "ltx_td" in classes(c))):
            while (i, column) in places:
                column += 1
            text = text_of(cell)
            if is_number(text) and any(_is_bold(n, bold_tags) for n in cell.iter() if isinstance(n.tag, str)):
                bold.append((i, column))
            _put(places, i, column, cell, text, len(rows))
            column += _count(cell, "colspan")
    width = min(MOST_COLUMNS, max((k for _, k in places), default=-1) + 1)
    texts = tuple(tuple(places.get((i, k), "") for k in range(width)) for i in range(len(rows)))
    header = _header(rows, texts)
    return texts, header, tuple(b for b in bold if b[0] >= header and b[1] < width)


def _is_bold(node: Node, tags: tuple[str, ...]) -> bool:
    return bool(_BOLD & classes(node)) or node.tag in tags


def _put(places: dict[tuple[int, int], str], row: int, column: int, cell: Node, text: str, height: int) -> None:
    """Fill every place that a cell covers, within bounds."""
    for i in range(row, min(height, row + _count(cell, "rowspan"))):
        for k in range(column, min(MOST_COLUMNS, column + _count(cell, "colspan"))):
            if len(places) < MOST_CELLS:
                places.setdefault((i, k), text)


def _count(cell: Node, name: str) -> int:
    value = (cell.get(name) or "1").strip()
    return max(1, min(int(value), MOST_COLUMNS)) if value.isdecimal() and len(value) < 6 else 1


def _owner(row: Node) -> Node | None:
    return next((p for p in row.iterancestors() if "ltx_tabular" in classes(p)), None)


def _header(rows: list[Node], texts: tuple[tuple[str, ...], ...]) -> int:
    """Count the rows of the head: those in `thead`, else those above the first rule inside."""
    head = sum(any("ltx_thead" in classes(p) or p.tag == "thead" for p in r.iterancestors()) for r in rows)
    if head:
        return head
    for i, row in enumerate(rows[1:], 1):
        cells = [c for c in row if isinstance(c.tag, str)]
        above = [c for c in rows[i - 1] if isinstance(c.tag, str)]
        ruled = all({"ltx_border_t", "ltx_border_tt"} & classes(c) for c in cells) or all(
            {"ltx_border_b", "ltx_border_bb"} & classes(c) for c in above
        )
        if cells and ruled:
            return i
    return int(len(texts) > 1 and not any(is_number(c) for c in texts[0]))
