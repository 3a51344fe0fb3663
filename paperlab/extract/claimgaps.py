"""The table cell behind a claim that gives a gap: `2.0 points over A` stands in no cell, but two cells lie so far apart."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from paperlab.extract.numbers import as_float
from paperlab.extract.resultcells import ResultCell, decimals

MOST = 1_500
"""Cells among which pairs are looked for."""
LONGEST = 60
"""Cells of a row or column; longer ones are lists, not methods beside each other."""
Lines = dict[tuple[str, str, int], list[ResultCell]]


def gap_cell(
    text: str, numbers: Sequence[str], by_value: Mapping[float, Sequence[ResultCell]], said: Collection[str]
) -> ResultCell | None:
    """Choose the paper's own cell that lies a number of the sentence away from the cell of somebody whom it names.

    Args:
        text: the sentence as printed.
        numbers: its results, the main one first.
        by_value: cells of results by their value.
        said: words of the sentence.

    Returns:
        The cell that the sentence names best; None where none fits, or two fit alike.
    """
    cells = [cell for same in by_value.values() for cell in same]
    lines = _lines(cells) if len(cells) <= MOST else {}
    for number in numbers:
        share = re.search(rf"(?<![\d.]){re.escape(number)}\s?%", text) is not None
        found = {cell: len(cell.words & set(said)) for cell in _apart(number, share, lines, set(said))}
        best = [cell for cell, named in found.items() if named == max(found.values())]
        if len(best) == 1:
            return best[0]
    return None


def _lines(cells: Sequence[ResultCell]) -> Lines:
    """Sort cells by their column and by their row: methods stand below each other or side by side."""
    lines: Lines = defaultdict(list)
    for cell in cells:
        lines[cell.table, "column", cell.column].append(cell)
        lines[cell.table, "row", cell.row].append(cell)
    return lines


def _apart(number: str, share: bool, lines: Lines, said: set[str]) -> Iterator[ResultCell]:
    """Give the own or marked cells that are as far as a number says from a cell of the same measure, both of which the sentence names."""
    for line in (line for line in lines.values() if len(line) <= LONGEST):
        for ours in (cell for cell in line if cell.own or cell.best):
            if any(
                said & (other.words - ours.words)
                and said & ours.words & other.words
                and _is_gap(number, share, ours, other)
                for other in line
                if other is not ours
            ):
                yield ours


def _is_gap(number: str, share: bool, ours: ResultCell, other: ResultCell) -> bool:
    """Tell whether two cells differ by a number, or by so many per cent of the other, as finely as it is written."""
    wanted, gap = abs(as_float(number) or 0.0), abs(ours.value - other.value)
    fine = 0.51 * 10.0 ** -decimals(number)
    if not wanted or not gap:
        return False
    if share and other.value and abs(100 * gap / abs(other.value) - wanted) <= fine:
        return True
    return max(ours.decimals, other.decimals) == decimals(number) and abs(gap - wanted) < 0.1 * fine
