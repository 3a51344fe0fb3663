"""Cells of tables that hold a measured result: no settings, no layers of a network, no row labels, no ranges."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from paperlab.extract.grid import is_number
from paperlab.extract.numbers import as_float
from paperlab.records.extracted import Table

_SETTINGS = re.compile(
    r"hyper-?\s?parameters?|architecture|configurations?|notation|experimental set-?up|(?:data\s?set|corpus|summary) (?:statistics|details)|"
    r"statistics (?:of|on|for|over)|(?:description|overview|summary|list|details) of (?:the )?(?:\w+[ -]){0,3}(?:data\s?sets?|corpora|models?|layers|runs|parameters)|splits",
    re.IGNORECASE,
)
_LAYER = re.compile(
    r"(?:kernel|filter|patch|stride|output|input|layer|feature|channel|padding|pad|activation|non-?linearity|operation|operator|module|block|dropout|bn)s?\b.{0,12}",
    re.IGNORECASE,
)
_SPAN = re.compile(r"\d\s*(?:[×x]|\\times)\s*\d|\d\s*[-–—]\s*\d|\d\s+to\s+\d|\d\s*:\s*\d")
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9-]+")
_COMMON = frozenset(
    "the and for with over from our model method ours results using task value average avg score".split()
)
_GAIN = re.compile(
    r"(?:rel(?:ative|\.)? )?(?:improv\w*|gains?|speed-?ups?|diff(?:erence)?|imp)\b\.?.{0,12}|.{0,4}(?:Δ|\\Delta).{0,12}",
    re.IGNORECASE,
)
"""Heads of columns that tell how far apart two others are."""
_OWN = re.compile(r"\bours?\b|\bproposed\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ResultCell:
    """A number in a table of results."""

    value: float
    decimals: int
    table: str
    row: int
    column: int
    words: frozenset[str]
    """Words of the row's label and of the column's head."""
    caption: frozenset[str]
    best: bool
    own: bool
    """The row says that it is the paper's own method."""
    beside_own: bool = False
    """Another row of the table says so: this one is of somebody else."""


def holds_results(table: Table) -> bool:
    """Tell whether a table can hold results: one of settings or of layers says so in its caption or its heads."""
    heads = [c.strip() for row in table.rows[: table.header_rows] for c in row]
    layers = {h for h in heads if _LAYER.fullmatch(h)}
    return not _SETTINGS.search(table.caption) and len(layers) < 2


def result_cells(tables: Sequence[Table]) -> Iterator[ResultCell]:
    """Give the numbers of all tables of results that have a number by which a claim can name them."""
    for table in tables:
        if table.number and holds_results(table):
            yield from _cells(table, table.number)


def _cells(table: Table, number: str) -> Iterator[ResultCell]:
    best = set(table.best)
    caption = words(table.caption)
    heads = [words(" ".join(column)) for column in zip(*table.rows[: table.header_rows], strict=False)]
    gains = {
        k
        for k, column in enumerate(zip(*table.rows[: table.header_rows], strict=False))
        if _GAIN.fullmatch(column[-1].strip())
    }
    labels = {i: " ".join(c for c in row[:3] if not is_number(c)) for i, row in enumerate(table.rows)}
    ours = any(_OWN.search(labels[i]) for i in range(table.header_rows, len(table.rows)))
    heads = heads or [frozenset()] * len(table.rows[0] if table.rows else ())
    for i, row in enumerate(table.rows[table.header_rows :], table.header_rows):
        label, own = labels[i], _OWN.search(labels[i]) is not None
        for k, cell in enumerate((text.lstrip("↑↓ ") for text in row[1:]), 1):
            value = as_float(cell) if k not in gains and is_number(cell) and not _SPAN.search(cell) else None
            if value is not None:
                yield ResultCell(
                    value, decimals(cell), number, i, k, words(label) | heads[k], caption, (i, k) in best,
                    own, ours and not own and (i, k) not in best and not _GAIN.fullmatch(label.strip()),
                )  # fmt: skip


def words(text: str) -> frozenset[str]:
    """Give the words of a label or a sentence that can tell one cell from another."""
    return frozenset(w.lower() for w in _WORD.findall(text) if w.lower() not in _COMMON)


def decimals(text: str) -> int:
    """Count the digits behind the first number's point: `28.40` has two."""
    found = re.search(r"\d(?:[\d,]*)(?:\.(\d+))?|\.(\d+)", text)
    return len(found.group(1) or found.group(2) or "") if found else 0
