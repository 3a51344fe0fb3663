r"""Tables with a cell of assignments for each model: `SVM & C=10, kernel=rbf`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from paperlab.extract.settings_cells import item_of, pieces
from paperlab.extract.settings_heads import NAMED
from paperlab.extract.settings_names import canonical
from paperlab.records.extracted import Hyperparameter, Table

_HEAD = re.compile(
    r"(?:(?:key|main|special|other|optimal|best|chosen|selected|tuned|default|final|model|training) )?(?:(?:hyper-?\s?)?param(?:eter)?s?\.?|settings?|config(?:uration)?s?|details|values?)(?: (?:values|settings))?",
    re.IGNORECASE,
)
_SETS = re.compile(r"\$?(?P<name>[^=$:]{1,40}?)\$?\s*(?P<sign>=|\\in(?![a-z])|:)\s*\$?(?P<value>[^=]{1,50}?)\$?\.?")
_STATES = re.compile(
    r"(?P<name>[A-Za-z][A-Za-z -]{2,30}?)\s+(?:of\s+)?\$?(?P<value>\d[\d.,]*(?:[eE]-?\d+)?[kKM]?)\$?\.?"
)


def assigned_of_table(table: Table) -> Iterator[Hyperparameter]:
    """Read each assignment of the column that holds them; nothing where most of its cells hold none."""
    head = table.rows[0] if table.rows and table.header_rows else ()
    body = table.rows[table.header_rows :]
    if not head or NAMED.fullmatch(head[0].strip()):
        return
    for i in (i for i, cell in enumerate(head) if i and _HEAD.fullmatch(cell.strip())):
        cells = [(row, [*_assignments(row[i])]) for row in body]
        if sum(bool(found) for _, found in cells) * 2 >= len(body):
            for row, found in cells:
                for name, value in found:
                    yield item_of(f"{name} ({row[0].strip()})", value, " | ".join(row), table)
            return


def _assignments(cell: str) -> Iterator[tuple[str, str]]:
    found = [_SETS.fullmatch(piece) for piece in pieces(cell.replace("{=}", "="))]
    if not any(sets and sets["sign"] == "=" for sets in found):
        return
    for piece in pieces(cell.replace("{=}", "=")):
        sets, states = _SETS.fullmatch(piece), _STATES.fullmatch(piece)
        if sets and re.search(r"[A-Za-z]", sets["name"]):
            name = sets["name"].strip()
            yield f"${name}$" if "\\" in name or "_{" in name else name, sets["value"].strip("$ ’‘'\"“”")
        elif states and canonical(states["name"]):
            yield states["name"], states["value"]
