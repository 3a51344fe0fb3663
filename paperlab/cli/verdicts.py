"""How verdicts are shown: one table where there is room for the reasons, else the reasons below it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from paperlab.cli.output import emit, folded, number, room, table, width

if TYPE_CHECKING:
    from paperlab.lab.judging import ClaimRow

_HEADS = ("paper", "claim", "place", "says", "ours", "seeds", "verdict", "why")
_FIRST = ("claim", "ours", "verdict")
"""What is shown where there is no room for the rest."""
_WHY = 20
"""Columns below which a reason that is cut says too little."""


def show(rows: Sequence[ClaimRow], say: Callable[[str], None]) -> None:
    """Print verdicts to a terminal of any width, or whole to a pipe."""
    one = len({r.verdict.slug for r in rows}) == 1
    if sys.stdout.isatty() and _taken(rows, ("paper", *_FIRST)[one:]) + _WHY > room():
        for slug, group in groupby(rows, key=lambda row: row.verdict.slug):
            _narrow(slug, [*group], headed=not one)
        say(folded(f"too narrow for seeds, place, says{_LAST}", indent=""))
        return
    same = ("paper",) * one  # who has one folder knows its name
    left_out = table(_HEADS, [*_cells(rows)], spare=(*same, "seeds", "place", "says"))
    if missed := [head for head in left_out if head not in same]:
        say(f"too narrow for {', '.join(missed)}{_LAST}")


_LAST = ": a wider terminal or --json shows them"


def _taken(rows: Sequence[ClaimRow], heads: Sequence[str]) -> int:
    """Give the columns that these take, with the blanks behind each."""
    cells = [dict(zip(_HEADS, _row(row), strict=True)) for row in rows]
    return sum(max(width(head), *(width(str(cell[head] or "")) for cell in cells)) + 2 for head in heads)


def _cells(rows: Sequence[ClaimRow]) -> Iterator[tuple[object, ...]]:
    """Give the rows of the table; on a terminal a folder's reason is told once and then pointed at."""
    before: tuple[str, str] | None = None
    for row in rows:
        *cells, reason = _row(row)
        told = (row.verdict.slug, row.verdict.reason)
        yield (*cells, "as above" if told == before and sys.stdout.isatty() and reason else reason)
        before = told


def _narrow(slug: str, rows: Sequence[ClaimRow], *, headed: bool) -> None:
    """Print one folder's verdicts in few columns, and below them each reason once."""
    if headed:
        emit(folded(f"{slug}:", indent=""))
    wide = _taken(rows, _FIRST) > room() + 2
    cells = [dict(zip(_HEADS, _row(row), strict=True)) for row in rows]
    heads = ("claim", "verdict") if wide else _FIRST
    table(heads, [[cell[head] for head in heads] for cell in cells], stretch=0)
    reasons = dict.fromkeys(row.verdict.reason for row in rows)
    for reason in reasons:
        about = [row for row in rows if row.verdict.reason == reason]
        names = ", ".join(_name(row, with_number=wide) for row in about)
        emit(folded(reason if reason.startswith(f"{names}: ") else f"{names}: {reason}".rstrip(": ")))


def _name(row: ClaimRow, *, with_number: bool) -> str:
    ours = number(row.verdict.ours, row.verdict.interval) if with_number else None
    return f"{row.verdict.claim} ({ours})" if ours else row.verdict.claim


def _row(row: ClaimRow) -> tuple[object, ...]:
    v = row.verdict
    paper = None if v.paper is None else f"{v.paper:g}"
    return (v.slug, v.claim, v.place, paper, number(v.ours, v.interval), v.seeds or None, v.verdict, v.reason)


def sources(rows: Sequence[ClaimRow]) -> Iterator[str]:
    """Say of each folder what file its verdicts were read from, and of which claims where it is not all of them."""
    for slug in sorted({row.verdict.slug for row in rows}):
        own = [row for row in rows if row.verdict.slug == slug]
        for source in sorted({row.source for row in own if row.source}):
            read = [row.verdict.claim for row in own if row.source == source]
            yield f"{slug}: {source}" + (f": {', '.join(read)}" if len(read) < len(own) else "")
