"""Tables of data: how many examples each split of each data set has."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from paperlab.extract.numbers import as_float
from paperlab.extract.settings_cells import item_of
from paperlab.records.extracted import Hyperparameter, Table

_OF_DATA = re.compile(r"\bdata|\bsplits?\b|\bcorp(?:us|ora)\b|\bstatistics\b|\bbenchmarks\b", re.IGNORECASE)
_SPLITS = {
    "training examples": re.compile(r"(?:#|no\. of |number of )?\s?train(?:ing)?(?: (?:set|split|data|size|samples?|examples?|images))*", re.IGNORECASE),
    "validation examples": re.compile(r"(?:#|no\. of |number of )?\s?(?:val\.?|valid(?:ation)?|dev(?:elopment)?)(?: (?:set|split|data|size|samples?|examples?|images))*", re.IGNORECASE),
    "test examples": re.compile(r"(?:#|no\. of |number of )?\s?test(?:ing)?(?: (?:set|split|data|size|samples?|examples?|images))*", re.IGNORECASE),
}  # fmt: skip
_CLASSES = re.compile(r"(?:#|no\. of |number of |num\. )?\s?(?:class(?:es)?|labels|categories)", re.IGNORECASE)
_COUNT = re.compile(r"\d{1,3}(?:(?:,|\{,\}|\s)\d{3})*|\d+|\d+(?:\.\d+)?\s?[kKmMB]")
_COUNTED = re.compile(r"(?:#\s?|number of |no\. of |total )?(?:[a-z]+ )?(?:examples|samples|instances|images|sentences|documents|size|count|total)", re.IGNORECASE)  # fmt: skip
_FEW = 500
"""What no split has less of in its largest part; scores and ranks are smaller."""


def splits_of_table(table: Table) -> Iterator[Hyperparameter]:
    """Read the sizes of splits: a column each, or a row each; nothing where it is no table of data."""
    head = table.rows[table.header_rows - 1] if table.rows and table.header_rows else ()
    if not (head and _OF_DATA.search(f"{table.caption} {head[0]}")):
        return
    body = table.rows[table.header_rows :]
    columns = {i: name for i, cell in enumerate(head) if i and (name := _split(cell))}
    rows = {i: name for i, row in enumerate(body) if (name := _split(row[0]))}
    if len(columns) > 1 and _are_counts([row[i] for row in body for i in columns]):
        columns |= {i: "classes" for i, cell in enumerate(head) if i and _CLASSES.fullmatch(cell.strip())}
        cells = [(row, i) for row in body for i in columns if re.search(r"\d", row[i])]
        yield from (_item(columns[i], row[0] if len(body) > 1 else "", row, i, table) for row, i in cells)
    elif len(rows) > 1 and (at := _counted(head)) and _are_counts([body[i][at] for i in rows]):
        yield from (_item(name, "", body[i], at, table) for i, name in rows.items())


def _split(cell: str) -> str | None:
    return next((name for name, pattern in _SPLITS.items() if pattern.fullmatch(cell.strip())), None)


def _counted(head: Sequence[str]) -> int:
    """Find the column that counts what is in a split; 0 where there is none."""
    return next((i for i, cell in enumerate(head) if i and _COUNTED.fullmatch(cell.strip())), 0)


def _are_counts(cells: Sequence[str]) -> bool:
    given = [cell.strip("$ ") for cell in cells if re.search(r"\d", cell)]
    return bool(given) and all(_COUNT.fullmatch(cell) for cell in given) and max(map(_size, given)) >= _FEW


def _size(cell: str) -> float:
    scale = {"k": 1e3, "m": 1e6, "b": 1e9}.get(cell[-1].lower(), 1)
    return (as_float(cell.rstrip("kKmMB ")) or 0) * scale


def _item(name: str, of: str, row: Sequence[str], at: int, table: Table) -> Hyperparameter:
    return item_of(f"{name} ({of.strip()})" if of.strip() else name, row[at].strip(), " | ".join(row), table)
