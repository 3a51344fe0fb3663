"""The table cell that a claim is about: it holds the same number, and the sentence names its row, column or table."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from decimal import Decimal

from paperlab.extract.claimgaps import Lines, gap_pair
from paperlab.extract.numbers import as_float
from paperlab.extract.resultcells import ResultCell, decimals, result_cells, words
from paperlab.records.extracted import Cell, Table

Places = dict[float, list[ResultCell]]
"""Value -> the cells of results that hold it."""


def places(tables: Sequence[Table]) -> Places:
    """Sort the cells of results by their value."""
    out: dict[float, list[ResultCell]] = {}
    for cell in result_cells(tables):
        out.setdefault(cell.value, []).append(cell)
    return out


def cells_with(number: str, by_value: Places) -> list[ResultCell]:
    """Give the cells that can be a number of the text: equal, and written as finely (`3.00` is no `3`, `13` no `13.0`)."""
    value = as_float(number)
    found = by_value.get(value, []) if value is not None else []
    written = decimals(number)
    return [cell for cell in found if cell.decimals == written or cell.decimals > written > 0]


_BEFORE_OTHERS = re.compile(
    r"(?:\bfrom(?!\s[\d.,]+\s)|\bover|\bthan|\bagainst|\bversus|\bvs\.?|compared (?:to|with)|\bprevious\b[^,;]{0,30}|\bbaseline\b[^,;]{0,30})\s*[\w\s]{0,12}\(?$",
    re.IGNORECASE,
)


_BEFORE_ALL = re.compile(r"(?:\bagainst|\bversus|\bvs\.?|compared (?:to|with))\b[^,;:]*$", re.IGNORECASE)
"""Up to the next comma all numbers are those of others: `against 89.2% for A and 98.4% for B`."""


def _others(text: str, number: str) -> bool:
    """Tell whether the sentence gives a number as what is compared to: `from 13.1 to 53.8`, `against 86.6`."""
    at = text.find(number)
    return at >= 0 and (
        _BEFORE_OTHERS.search(text[max(0, at - 50) : at]) is not None
        or _BEFORE_ALL.search(text[max(0, at - 100) : at]) is not None
        or re.match(r"\s*%?\s*(?:→|\$?\\(?:right|to)|to\b)", text[at + len(number) : at + len(number) + 12]) is not None
    )


_CLAUSE = re.compile(r"[,;:(]\s|\b(?:while|whereas|but)\b|\($")


def claim_cells(
    text: str, numbers: Sequence[str], by_value: Places, lines: Lines, referred: Collection[str] = ()
) -> tuple[Cell, ...]:
    """Give the cells that a claim stands on, that of its main result first; none without evidence.

    A number that is in a cell stands on it; one that two cells lie apart stands on both, the paper's own first.

    Args:
        text: the sentence as printed.
        numbers: its results, the main one first.
        by_value: cells of results by their value.
        lines: the same by rows and columns.
        referred: numbers of the tables that the paragraph refers to.
    """
    scored = _scored(text, numbers, by_value, referred)
    main = max(
        scored,
        key=lambda s: (s[0] - 2.0 * _others(text, s[1]) - 0.5 * numbers.index(s[1]), -numbers.index(s[1])),
        default=None,
    )
    if main and _undecided(main, scored):
        main = None
    chosen = {main[1]: [main[2]]} if main else _rounded_row(text, numbers, by_value)
    said = words(text)
    for number in numbers:
        known = [cell for cells in chosen.values() for cell in cells]
        beside = _beside(number, scored, known) or _rounded(text, number, by_value, known) if known else None
        pair = None if beside else gap_pair(text, number, lines, said, known)
        if number not in chosen and (beside or pair):
            chosen[number] = [beside] if beside else list(pair or ())
    cells = dict.fromkeys(cell for found in chosen.values() for cell in found)
    return tuple(Cell(table=cell.table, row=cell.row, column=cell.column) for cell in cells)


Scored = list[tuple[float, str, ResultCell]]


def _undecided(main: tuple[float, str, ResultCell], scored: Scored) -> bool:
    """Tell whether another row of the same table holds the same number, and the sentence names neither more than the other.

    A number of one or two digits may be said of several rows at once, `a recall of 0`: there the first stands for them.
    """
    near, number, cell = main
    if len(re.sub(r"\D", "", number).lstrip("0")) < 3:
        return False
    rivals = (c for n, which, c in scored if which == number and n == near and c is not cell)
    return any(c.table == cell.table and c.column == cell.column and c.words != cell.words for c in rivals)


def _scored(text: str, numbers: Sequence[str], by_value: Places, referred: Collection[str]) -> Scored:
    """Give (score, number, cell) for each cell with the number of which the sentence names row, column or table."""
    said = words(text)
    named = set(re.findall(r"\bTab(?:le|\.)?[\s~]*([A-Z]?\.?\d+)", text))
    found = {number: cells_with(number, by_value) for number in numbers}
    if not any(found.values()):
        found = {number: cells_with(_share(text, number), by_value) for number in numbers}
    lines = Counter(line for cells in found.values() for line in {x for cell in cells for x in _lines(cell)})
    scored: Scored = []
    for number, cells in found.items():
        clause = words(_clause(text, number))
        for cell in cells:
            table = cell.table.rstrip("abcdefghi")
            near = len(clause & cell.words) + 0.5 * len((said - clause) & cell.words)
            near += 2.0 * (table in named) + 1.0 * (table in referred) + 0.5 * cell.best + 0.5 * cell.own
            rare = len(cells) == 1 and len(re.sub(r"\D", "", number).lstrip("0")) >= 3 and not cell.beside_own
            if near or rare:
                near += min(0.9, 0.3 * len(said & cell.caption)) + 0.5 * min(3, sum(lines[x] - 1 for x in _lines(cell)))
                scored.append((near, number, cell))
    return scored


def _beside(number: str, scored: Scored, known: Sequence[ResultCell]) -> ResultCell | None:
    """Choose the cell of a further number: in a row or column of those that are known, or well named by itself."""
    fits = [
        (near + _shared(cell, known), cell)
        for near, which, cell in scored
        if which == number and cell not in known and (near >= 2 or _shared(cell, known) > 0)
    ]
    return max(fits, key=lambda fit: fit[0])[1] if fits else None


def _shared(cell: ResultCell, known: Sequence[ResultCell]) -> float:
    return max((1.0 * (cell.row == other.row) + 1.0 * (cell.column == other.column) for other in known if other.table == cell.table), default=0.0)  # fmt: skip


def _rounded(text: str, number: str, by_value: Places, known: Sequence[ResultCell]) -> ResultCell | None:
    """Choose the only cell that a number rounds, in the row of a known one and under a head that the sentence names."""
    fits = [
        cell
        for cell in _roundings(text, number, by_value)
        if any(other.table == cell.table and other.row == cell.row for other in known)
    ]
    return fits[0] if len(fits) == 1 else None


def _roundings(text: str, number: str, by_value: Places) -> list[ResultCell]:
    """Give the cells that a number rounds and that the sentence names; per cents may leave out the zeros: `61%` of `61.00`."""
    value, written, said = as_float(number), decimals(number), words(text)
    if value is None or not (written or re.search(rf"(?<![\d.]){re.escape(number)}\s?%", text)):
        return []
    near = (cells for v, cells in by_value.items() if abs(v - value) <= 0.5 * 10.0 ** -min(written or 9, 3) + 1e-9)
    return [cell for cells in near for cell in cells if _is_rounded(value, written, cell) and said & cell.words]


def _is_rounded(value: float, written: int, cell: ResultCell) -> bool:
    """Tell whether a number is a cell's with fewer digits, or a cell of three and more digits is the number's."""
    coarse = written if cell.decimals > written else cell.decimals if written > cell.decimals > 2 else -1
    return coarse >= 0 and abs(cell.value - value) <= (0.5 * 10.0**-coarse if coarse else 0.0) + 1e-9


def _rounded_row(text: str, numbers: Sequence[str], by_value: Places) -> dict[str, list[ResultCell]]:
    """Give the cells of the only row in which two numbers of the sentence or more are rounded; {} where there is none."""
    rows: dict[tuple[str, int], dict[str, list[ResultCell]]] = {}
    for number in numbers:
        for cell in _roundings(text, number, by_value):
            rows.setdefault((cell.table, cell.row), {}).setdefault(number, [cell])
    most = [row for row in rows.values() if len(row) == max(map(len, rows.values()))]
    return most[0] if len(most) == 1 and len(most[0]) > 1 else {}


def _share(text: str, number: str) -> str:
    """Give a number of per cents as a share: `40` of `40–50%` is `0.4`; anything else as it is.

    >>> _share("rates of 40–50% in all", "40"), _share("at 12.5%", "12.5"), _share("40 runs", "40")
    ('0.4', '0.125', '40')
    """
    return (
        f"{Decimal(number) / 100}" if re.search(rf"(?<![\d.]){re.escape(number)}(?:[–-][\d.]+)?\s?%", text) else number
    )


def _lines(cell: ResultCell) -> tuple[tuple[str, str, int], ...]:
    """Give the row and the column in which a cell stands: the numbers of one claim often share one."""
    return (cell.table, "row", cell.row), (cell.table, "column", cell.column)


def _clause(text: str, number: str) -> str:
    """Give the part of a sentence in which a number stands; the whole where it is written otherwise."""
    at = text.find(number)
    if at < 0:
        return text
    start = max((found.end() for found in _CLAUSE.finditer(text, 0, at)), default=0)
    following = _CLAUSE.search(text, at + len(number))
    return text[start : following.start() if following else len(text)]
