"""The two table cells behind a claim that compares: `2.0 points over A` or `3.1x faster` stands in no cell, but two cells lie so far apart."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import chain

from paperlab.extract.numbers import as_float
from paperlab.extract.resultcells import ResultCell, decimals

MOST = 1_500
"""Cells among which pairs are looked for."""
LONGEST = 60
"""Cells of a row or column; longer ones are lists, not methods beside each other."""
Lines = Mapping[tuple[str, str, int], Sequence[ResultCell]]
Pair = tuple[ResultCell, ResultCell]
"""The paper's own cell, and that of what it is compared to."""
_STRONGEST = re.compile(
    r"\b(?:strongest|second[- ]best|next[- ]best|runner-?up|closest|(?:previous|prior|best|existing) (?:[a-z-]+ ){0,3}?(?:best|methods?|systems?|models?|baselines?|results?|approach(?:es)?|work)|state[- ]of[- ]the[- ]art|SOTA)\b",
    re.IGNORECASE,
)
_COMPARES = re.compile(
    r"\b(?:by|than|over|against|compared|versus|vs|relative|points?|speed-?ups?|gains?|behind|ahead|above|below|within|higher|lower|fewer|less|more|faster|slower|better|worse|improv\w+|outperform\w*|reduc\w+|drops?|increase|decrease)\b",
    re.IGNORECASE,
)
_FACTOR = r"(?:\s?[×x](?![\w])|X\b|[\s-]?(?:times|fold)\b)"
_COST = re.compile(r"time|latency|speed|throughput|second|memory|params?|parameters|flops|macs|cost|calls|tokens|steps|ms|fps", re.IGNORECASE)  # fmt: skip


def lines_of(by_value: Mapping[float, Sequence[ResultCell]]) -> Lines:
    """Sort cells by their column and by their row: methods stand below each other or side by side; {} for very many."""
    cells = [cell for same in by_value.values() for cell in same]
    lines: dict[tuple[str, str, int], list[ResultCell]] = defaultdict(list)
    for cell in cells if len(cells) <= MOST else ():
        lines[cell.table, "column", cell.column].append(cell)
        lines[cell.table, "row", cell.row].append(cell)
    return {key: line for key, line in lines.items() if 1 < len(line) <= LONGEST}


def gap_pair(
    text: str, number: str, lines: Lines, said: Collection[str], chosen: Collection[ResultCell] = ()
) -> Pair | None:
    """Choose the two cells that a number of the sentence lies between, as a difference, a share or a factor.

    Args:
        text: the sentence as printed.
        number: one of its results.
        lines: rows and columns of results.
        said: words of the sentence.
        chosen: cells behind its other numbers.

    Returns:
        The paper's own cell and the other one, those that the sentence names best; None where none fits, or two fit alike.
    """
    if not _COMPARES.search(text):
        return None
    means = _means(text, number)
    apart = dict.fromkeys(chain.from_iterable(_apart(number, means, line) for line in lines.values()))
    pairs = [pair for pair in apart if not chosen or any(_meets(pair, cell) for cell in chosen)]
    free = [p for p in apart if (p in pairs and means == "factor") or all(p[0].table != c.table for c in chosen)]
    found = {pair: _named(pair, text, set(said), lines, chosen) for pair in pairs}
    named = {ours: max(n for (o, _), n in found.items() if o == ours) for (ours, _), n in found.items() if n > 0}
    best = [ours for ours, n in named.items() if n == max(named.values())]
    if len(best) == 1:
        return max((pair for pair in pairs if pair[0] == best[0]), key=lambda pair: found[pair])
    alone = [pair for pair in free if _stands_alone(pair, number, means, set(said))] if not best else []
    return alone[0] if len(alone) == 1 else None


def _meets(pair: Pair, cell: ResultCell) -> bool:
    """Tell whether a cell of the same sentence stands in the row of a pair, or above or below it."""
    (ours, other), here = pair, (cell.table, cell.row)
    below = ours.column == other.column == cell.column and ours.table == cell.table
    return below or here == (ours.table, ours.row) or here == (other.table, other.row)


def _means(text: str, number: str) -> str:
    """Give what a number is of: `share` (per cent), `factor` or `points`."""
    found = re.search(
        rf"(?<![\d.]){re.escape(number)}(?:(?P<share>\s?%)|(?P<factor>{_FACTOR})|(?P<range>{_FACTOR}?\s?(?:[-–]|to)\s?[\d.]+{_FACTOR}))",
        text,
    )
    return "points" if found is None else "share" if found["share"] else "factor"


def _apart(number: str, means: str, line: Sequence[ResultCell]) -> Iterator[Pair]:
    """Give the pairs of a line that are so far apart: an own or marked cell and another; any two where nothing is marked."""
    marked = [cell for cell in line if cell.own or cell.best]
    digits = len(re.sub(r"\D", "", number).lstrip("0"))
    wanted, fine = abs(as_float(number) or 0.0), 0.51 * 10.0 ** -decimals(number)
    for ours in marked or (line if digits > 2 else ()) if wanted else ():
        yield from ((ours, other) for other in line if _is_gap(wanted, fine, means, ours, other))


def _named(pair: Pair, text: str, said: set[str], lines: Lines, chosen: Collection[ResultCell]) -> int:
    """Count the words by which a sentence names a pair: what they share, and whom the own cell is compared to; 0 without one."""
    ours, other = pair
    both = said & ours.words & other.words
    if ours in chosen and ours.column == other.column:
        return 1 + len(said & ours.words)
    whom = said & (other.words - ours.words) or (_STRONGEST.search(text) and _is_next(pair, lines))
    return len(said & ours.words) if both and whom else 0


def _is_next(pair: Pair, lines: Lines) -> bool:
    """Tell whether no third cell of the column lies between the two: the other one is the strongest of the rest."""
    ours, other = pair
    column = [c.value for c in lines.get((ours.table, "column", ours.column), ()) if c.row != ours.row and not c.own]
    same = [v for v in column if (v < ours.value) == (other.value < ours.value)]
    return ours.column == other.column and bool(same) and min(abs(v - ours.value) for v in same) == abs(other.value - ours.value)  # fmt: skip


def _stands_alone(pair: Pair, number: str, means: str, said: set[str]) -> bool:
    """Tell whether the only pair that fits needs less evidence: a finely written number beside whom it names, or a factor of costs."""
    ours, other = pair
    digits = len(re.sub(r"\D", "", number).lstrip("0"))
    if means == "factor":
        return ours.column == other.column and any(_COST.fullmatch(w) for w in ours.words & other.words)
    return digits > 2 and bool(said & (other.words - ours.words))


def _is_gap(wanted: float, fine: float, means: str, ours: ResultCell, other: ResultCell) -> bool:
    """Tell whether two cells differ by a number, by so many per cent of the other, or by such a factor, as finely as it is written."""
    gap = abs(ours.value - other.value)
    if not gap:
        return False
    if means == "factor":
        low, high = sorted((abs(ours.value), abs(other.value)))
        return low > 0 and wanted > 1 and abs(high / low - wanted) <= fine
    if means == "share" and other.value and abs(100 * gap / abs(other.value) - wanted) <= fine:
        return True
    return abs(gap - wanted) < 0.1 * fine and abs(10.0 ** -max(ours.decimals, other.decimals) - fine / 0.51) < 1e-9
