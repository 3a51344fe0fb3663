"""How records are shown: a table on a terminal, tab-separated lines in a pipe, JSON when asked."""

from __future__ import annotations

import os
import shutil
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

ENTRY_KEYS = (
    "id", "version", "title", "authors", "state", "priority", "why", "tags", "minutes", "added_at", "published",
    "primary_category",
)  # fmt: skip
"""What `--json` prints of an entry, in this order."""


def emit(text: str) -> None:
    """Write data to stdout."""
    sys.stdout.write(text + "\n")


def emit_json(data: Any) -> None:
    """Write data as JSON, letters as they are."""
    import json

    emit(json.dumps(data, ensure_ascii=False, indent=1))


def entry_json(entry: Any) -> dict[str, Any]:
    """Give an entry as its JSON object."""
    plain = {key: getattr(entry, key) for key in ENTRY_KEYS}
    return plain | {"authors": list(entry.authors), "tags": list(entry.tags)} | {
        "parent": entry.parent,
        "pending": entry.pending,
        "withdrawn": entry.withdrawn,
    }  # fmt: skip


def table(heads: Sequence[str], rows: Sequence[Sequence[object]], *, stretch: int = -1) -> None:
    """Print rows: aligned with a head on a terminal, tab-separated and bare in a pipe.

    Args:
        heads: one word a column.
        rows: values; None is shown as an empty cell.
        stretch: the column that is cut so that a line fits the terminal.
    """
    cells = [[plain(value) for value in row] for row in rows]
    if not sys.stdout.isatty():
        for row in cells:
            emit("\t".join(row))
        return
    for line in _aligned([list(heads), *cells], stretch=stretch % len(heads), bold=not os.environ.get("NO_COLOR")):
        emit(line)


def _aligned(rows: list[list[str]], *, stretch: int, bold: bool) -> list[str]:
    widths = [max(width(row[i]) for row in rows) for i in range(len(rows[0]))]
    room = shutil.get_terminal_size().columns - 2 * (len(widths) - 1) - (sum(widths) - widths[stretch])
    widths[stretch] = min(widths[stretch], max(room, 12))
    lines = ["  ".join(fit(cell, w) for cell, w in zip(row, widths, strict=True)).rstrip() for row in rows]
    return [f"\033[1m{lines[0]}\033[0m" if bold else lines[0], *lines[1:]]


_STEERING = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
"""Kinds of characters that move the cursor, turn the direction or break the line."""


def plain(value: object) -> str:
    """Give a value as one line of text that cannot steer a terminal."""
    text = "" if value is None else ",".join(map(str, value)) if isinstance(value, tuple | list) else str(value)
    return "".join(c if unicodedata.category(c) not in _STEERING else " " for c in text)


def width(text: str) -> int:
    r"""Give the columns that `text` takes on a terminal.

    >>> width("注意 is"), width("e\u0301")
    (7, 1)
    """
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    return len(text) + wide - sum(unicodedata.combining(c) > 0 for c in text)


def fit(text: str, columns: int) -> str:
    """Cut or pad `text` to exactly `columns` columns."""
    if width(text) > columns:
        while text and width(text) > columns - 1:
            text = text[:-1]
        text += "…"
    return text + " " * (columns - width(text))


def number(value: float | None, interval: Sequence[float] | None = None) -> str:
    """Show a measured value with its interval.

    >>> number(0.91234, (0.9, 0.93)), number(None)
    ('0.912 [0.9, 0.93]', '-')
    """
    if value is None:
        return "-"
    low_high = f" [{interval[0]:.3g}, {interval[1]:.3g}]" if interval else ""
    return f"{value:.3g}{low_high}"


def facts(pairs: Mapping[str, object]) -> None:
    """Print names and values, one a line."""
    wide = max(map(len, pairs), default=0)
    for name, value in pairs.items():
        if value not in (None, "", (), []):
            emit(f"{name:<{wide}}  {plain(value)}")
