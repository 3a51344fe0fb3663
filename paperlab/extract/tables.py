r"""Read the tables of a float: each tabular a rectangular grid, with the caption and what is marked as best."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from paperlab.extract.block import Block
from paperlab.extract.columns import directions, told_directions, units
from paperlab.extract.counters import letter
from paperlab.extract.grid import MOST_CELLS, MOST_ROWS, Grid, long_body, read_grid
from paperlab.extract.keyed import KEYED, keys
from paperlab.extract.scan import argument, caption_words, commands, environments, has_group, options
from paperlab.extract.spreads import columns_apart, read_spreads
from paperlab.extract.tabularray import written_out
from paperlab.extract.text import to_text
from paperlab.extract.tokens import option
from paperlab.records.extracted import Table

_WIDTH_FIRST = frozenset("tabular* tabularx tabulary xltabular NiceTabular* NiceTabularX".split())
_LONG = frozenset("longtable longtable* xltabular longtabu supertabular xtabular mpsupertabular longtblr".split())
TABULARS = frozenset(
    "tabular tabular* tabularx tabulary tabu longtable longtable* longtabu xltabular supertabular xtabular "
    "NiceTabular NiceTabular* NiceTabularX tblr longtblr talltblr booktabs deluxetable deluxetable*".split()
)
"""Environments that hold cells."""
LONGEST = 200_000
"""Characters of one float that are read."""
_CAPTIONS = ("caption", "captionof", "tablecaption", "topcaption", "bottomcaption", "tabcaption", "tbl", "tabletitle")
_BOXES = ("subfloat", "subtable", "subfigure", "subcaptionbox")
_SUBFLOATS = frozenset(("subtable", "subfigure", "subfloat", "subfloatrow"))


def read_table(block: Block, labels: Mapping[str, str] | None = None) -> tuple[Table, ...]:
    """Read every tabular of a float, or a bare tabular.

    Args:
        block: a float (`table`, `wraptable`, `longtable` ...) or a tabular.
        labels: label -> number as printed, for references in cells and captions.

    Returns:
        One table a tabular, all with the block's number; one without rows where the float holds none.
    """
    block = replace(block, body=block.body[:LONGEST])
    captions = _captions(block, labels)
    grids = [(place, grid) for place, grid in _grids(block, labels) if grid.rows]
    if not grids:
        return (_table(block, captions[0][1] if captions else "", Grid([], 0)),)
    panels = _panels(block, labels)
    if len(panels) == len(grids) > 1 and all(a <= at < b for (a, b, *_), (at, _) in zip(panels, grids, strict=True)):
        return tuple(
            replace(_table(block, caption or (captions[0][1] if captions else ""), grid), number=number, label=label)
            for (_, _, caption, number, label), (_, grid) in zip(panels, grids, strict=True)
        )
    pair = len(captions) == len(grids)
    out = []
    for i, (_, grid) in enumerate(grids):
        caption = captions[i if pair else 0][1] if captions else ""
        out.append(_table(block, caption, grid, i if pair else 0))
    return tuple(out)


def is_full(table: Table) -> bool:
    """Tell whether a table has as many rows or cells as are read of one, so that more may have been left out."""
    return bool(table.rows) and len(table.rows) >= min(MOST_ROWS, MOST_CELLS // len(table.rows[0]))


def _table(block: Block, caption: str, grid: Grid, nth: int = 0) -> Table:
    columns, lines = told_directions(grid.rows, grid.header_rows, caption)
    return Table(
        number=_number(block.number, nth),
        label=block.label,
        caption=caption,
        header_rows=grid.header_rows,
        rows=tuple(tuple(row) for row in grid.rows),
        best=tuple(grid.best),
        span=block.span,
        directions=directions(grid.rows, grid.header_rows, grid.best, caption),
        column_directions=columns,
        row_directions=lines,
        units=units(grid.rows, grid.header_rows, caption),
        spreads=read_spreads(grid.rows, grid.header_rows, caption, grid.apart),
    )


def _number(number: str | None, nth: int) -> str | None:
    """Give the number of the nth caption of one float (side by side in boxes): they count on."""
    found = re.fullmatch(r"(.*?)(\d+)", number or "")
    return number if not nth or not found else f"{found.group(1)}{int(found.group(2)) + nth}"


def _captions(block: Block, labels: Mapping[str, str] | None) -> list[tuple[int, str]]:
    """Find the captions, those of sub-floats left out where the float has one of its own."""
    inner = [(start, end) for _, start, _, end in environments(block.body, _SUBFLOATS)]
    inner += [(start, end) for _, start, _, end in environments(block.body, TABULARS) if block.name not in TABULARS]
    found = []
    for command in commands(block.body, *_CAPTIONS):
        at = options(block.body, command.end())
        if command.group().startswith("\\captionof"):
            at = options(block.body, argument(block.body, at)[1])
        if words := caption_words(block.body, at):
            found.append((command.start(), to_text(words.tex, labels)))
    found += [(place, to_text(words, labels)) for place, words in _keyed(block)]
    outer = [c for c in found if not any(start <= c[0] < end for start, end in inner)]
    return outer or found


def _keyed(block: Block) -> list[tuple[int, str]]:
    """Find the captions that tabularray's own floats bear as a key."""
    if block.name in KEYED:
        options_of = [(0, block.args[0][1:-1])] if len(block.args) > 1 else []
    else:
        found = environments(block.body, KEYED)
        options_of = [(start, read[0]) for _, start, at, _ in found if (read := option(block.body, at))]
    return [(place, words) for place, tex in options_of if (words := keys(tex).get("caption"))]


_Panel = tuple[int, int, str | None, str]


def _panels(block: Block, labels: Mapping[str, str] | None) -> list[tuple[int, int, str, str | None, str | None]]:
    r"""Find the parts of a float: start, end, caption, number (`2a`), label; nothing where one of them has no caption."""
    out: list[tuple[int, int, str, str | None, str | None]] = []
    for start, end, caption, tex in [*_subfloats(block.body)] or [*_boxes(block.body)]:
        if caption is None:
            return []
        named = next(iter(commands(tex, "label")), None)
        label = argument(tex, named.end())[0].strip() if named else block.label
        number = f"{block.number}{letter(len(out) + 1).lower()}" if block.number else None
        out.append((start, end, to_text(caption, labels), number, label))
    return out


def _subfloats(body: str) -> Iterator[_Panel]:
    r"""Give each `subtable`: start, end, caption, and what its label stands in."""
    for _, start, at, end in environments(body, _SUBFLOATS):
        inside = body[at:end]
        found = next(iter(commands(inside, "caption")), None)
        words = caption_words(inside, options(inside, found.end())) if found else None
        starred = found is None or found.group().endswith("*")
        yield start, end, None if starred else words.tex if words else "", inside


def _boxes(body: str) -> Iterator[_Panel]:
    r"""Give each part that is a command, `\subfloat[caption]{..}` or `\subcaptionbox{caption}{..}`, in the same way."""
    for found in commands(body, *_BOXES):
        at, caption = found.end(), None
        while (read := option(body, at)) is not None:
            caption, at = read
        if found.group().startswith("\\subcaptionbox"):
            caption, at = argument(body, at)
            at = options(body, at)
        end = argument(body, at)[1] if has_group(body, at) else at
        yield found.start(), end, caption, body[found.start() : end]


def _grids(block: Block, labels: Mapping[str, str] | None) -> list[tuple[int, Grid]]:
    if block.name in TABULARS:
        spec = block.args[-1] if block.args else ""
        return [(0, _grid(block.name, block.body, spec.strip("{}") if spec.count("{") <= 1 else spec[1:-1], labels))]
    out = []
    for name, start, at, end in environments(block.body, TABULARS):
        spec, inside = _arguments(block.body, name, at)
        if inside <= end:
            out.append((start, _grid(name, block.body[inside:end], spec, labels)))
    return out


def _grid(name: str, body: str, spec: str, labels: Mapping[str, str] | None) -> Grid:
    if name.startswith("deluxetable"):
        return read_grid(_deluxe(body), "", labels)
    if name.endswith("tblr"):
        body, spec = written_out(body, spec), ""
    if name.startswith("Nice"):
        body = _nice(body)
    grid = read_grid(long_body(body) if name in _LONG else body, spec, labels)
    return replace(grid, apart=columns_apart(spec))


_TO = re.compile(r"\s*(?:to|spread)\s*[^{\[]*")


def _arguments(body: str, name: str, at: int) -> tuple[str, int]:
    r"""Read what follows `\begin{name}`: the column specification and the place after it."""
    if name in _WIDTH_FIRST:
        _, at = argument(body, at)
    found = _TO.match(body, at) if name in ("tabu", "longtabu") else None
    at = options(body, found.end() if found else at)
    return argument(body, at) if has_group(body, at) else ("", at)


_BEFORE = re.compile(r"\s*\\CodeBefore(?![A-Za-z]).*?\\Body(?![A-Za-z])", re.DOTALL)
_AFTER = re.compile(r"\\CodeAfter(?![A-Za-z])")


def _nice(body: str) -> str:
    """Leave out the options that nicematrix takes behind the columns, and what it draws before and after the cells."""
    cells = body[options(body, 0) :]
    before, after = _BEFORE.match(cells), _AFTER.search(cells)
    return cells[before.end() if before else 0 : after.start() if after else len(cells)]


def _deluxe(body: str) -> str:
    r"""Turn AASTeX's `\tablehead{\colhead{A} & ...} \startdata ... \enddata` into plain rows."""
    head = next((argument(body, m.end())[0] for m in commands(body, "tablehead")), "")
    start = next((m.end() for m in commands(body, "startdata")), 0)
    end = next((m.start() for m in commands(body, "enddata")), len(body))
    rows = _CUT_IN.sub(lambda m: rf"\multicolumn{{{_columns(body[start:end])}}}{{c}}{{{m[1]}}} \\\\ ", body[start:end])
    return (head + "\\\\ \\midrule " if head else "") + rows


_CUT_IN = re.compile(r"\\(?:cutinhead|sidehead)\s*\{((?:[^{}]|\{[^{}]*\})*)\}")
"""A heading that parts the rows of a deluxe table."""


def _columns(rows: str) -> int:
    return max(len(re.findall(r"(?<!\\)&", row)) for row in rows.split(r"\\")) + 1
