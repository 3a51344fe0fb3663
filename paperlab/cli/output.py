"""How records are shown: a table on a terminal, tab-separated lines in a pipe, JSON when asked."""

from __future__ import annotations

import math
import os
import shutil
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from paperlab.records.events import Event
    from paperlab.records.queue import Entry, Ranked

ENTRY_KEYS = (
    "id", "version", "title", "authors", "state", "priority", "why", "tags", "minutes", "added_at", "published",
    "primary_category",
)  # fmt: skip
"""What `--json` prints of an entry, in this order."""


STDOUT = ("-", "/dev/stdout")
"""What people call it where a file is asked for."""


def emit(text: str) -> None:
    """Write data to stdout."""
    sys.stdout.write(text + "\n")


def emit_lines(lines: str) -> None:
    """Write lines of tab-separated cells, cleaning only those that need it: of ten thousand, hardly one."""
    start = 0
    while start <= len(lines):
        end = lines.find("\n", start + _PIECE)
        end = len(lines) if end < 0 else end
        piece = lines[start:end]
        cleaned = piece if _is_plain(piece) else "\n".join(map(_plain_cells, piece.split("\n")))
        emit("\n".join(map(printed, cleaned.split("\n"))) if "\\" in cleaned else cleaned)
        start = end + 1


_PIECE = 100_000
"""Signs that are looked at together; the line that they end in comes with them."""
_BETWEEN_CELLS = {ord("\t"): None, ord("\n"): None}
_PLAIN_BYTES = bytes(range(ord(" "), 127)) + b"\t\n"


def _is_plain(lines: str) -> bool:
    if lines.isascii():  # a fifth of the time
        return not lines.encode().translate(None, _PLAIN_BYTES)
    return lines.translate(_BETWEEN_CELLS).isprintable()


def _plain_cells(line: str) -> str:
    return "\t".join(map(plain, line.split("\t")))


def emit_json(data: Any) -> None:
    """Write data as JSON, letters as they are where stdout can carry them all."""
    emit(_json(data, indent=1))


def emit_array(records: Iterable[Mapping[str, Any]]) -> None:
    """Write records as a JSON array, one a line: ten thousand never stand in memory as one text."""
    # Without indent json's encoder in C does the work, in a tenth of the time.
    _emit_texts(map(_json, records))


def emit_objects(texts: Iterable[str]) -> None:
    """Write JSON objects, each a text with letters as they are, as `emit_array` writes records."""
    if _carries_all():
        _emit_texts(texts)
        return
    import json

    emit_array(map(json.loads, texts))


def _emit_texts(texts: Iterable[str]) -> None:
    end = "[]"
    for number, text in enumerate(texts):
        sys.stdout.write(("[\n " if not number else ",\n ") + text)
        end = "\n]"
    emit(end)


def _carries_all() -> bool:
    """Tell whether stdout can carry every letter as it is."""
    return "utf" in sys.stdout.encoding.lower()


def _json(data: Any, indent: int | None = None) -> str:
    import json
    from functools import partial

    written = partial(json.dumps, ensure_ascii=not _carries_all(), indent=indent, allow_nan=False)
    try:
        return written(data)
    except ValueError:  # a number that is none: JSON has no word for it, and most readers refuse Python's
        return written(_finite(data))


def _finite(data: Any) -> Any:
    """Give data with null in the place of each number that is infinite or none."""
    if isinstance(data, float):
        return data if math.isfinite(data) else None
    if isinstance(data, Mapping):
        return {key: _finite(value) for key, value in data.items()}
    return [_finite(value) for value in data] if isinstance(data, list | tuple) else data


def entry_json(entry: Entry) -> dict[str, Any]:
    """Give an entry as its JSON object."""
    plain = {key: getattr(entry, key) for key in ENTRY_KEYS}
    return plain | {"authors": list(entry.authors), "tags": list(entry.tags)} | {
        "parent": entry.parent,
        "pending": entry.pending,
        "withdrawn": entry.withdrawn,
        "until": entry.until,
    }  # fmt: skip


def ranked_json(ranked: Ranked) -> dict[str, object]:
    """Give an entry with its score and terms, exact."""
    return entry_json(ranked.entry) | {
        "score": ranked.score, "terms": dict(ranked.terms), "cost": ranked.minutes, "depth": ranked.depth,
        "explore": ranked.explore,
    }  # fmt: skip


def event_json(event: Event) -> dict[str, Any]:
    """Give an event as its JSON object."""
    keys = ("id", "command", "words", "undone", "at", "paper", "kind", "before", "after", "minutes", "reason")
    return {key: getattr(event, key) for key in keys}


def moment(at: str, stream: TextIO | None = None) -> str:
    """Show a time: local on a terminal, as it is kept (ISO 8601 UTC) elsewhere."""
    if not (stream or sys.stdout).isatty():
        return at
    from datetime import datetime

    return datetime.fromisoformat(at).astimezone().strftime("%Y-%m-%d %H:%M")


def day(at: str | None) -> str | None:
    """Show the day of a time that another told, such as arXiv: on a terminal without the hour, which nobody asks for."""
    return at[:10] if at and sys.stdout.isatty() else at


def table(
    heads: Sequence[str], rows: Sequence[Sequence[object]], *, stretch: int = -1, spare: Sequence[str] = ()
) -> tuple[str, ...]:
    """Print rows: aligned with a head on a terminal, tab-separated and bare in a pipe.

    Args:
        heads: one word a column.
        rows: values; None is shown as an empty cell.
        stretch: the column that is cut so that a line fits the terminal.
        spare: heads of columns that a narrow terminal may go without, the first to go first.

    Returns:
        the heads that were left out.
    """
    if sys.stdout.isatty():
        lines, left_out = aligned(heads, rows, stretch=stretch, spare=spare)
    else:
        lines, left_out = ["\t".join(map(plain, row)) for row in rows], ()
    if lines:
        emit("\n".join(lines))
    return left_out


def aligned(
    heads: Sequence[str], rows: Sequence[Sequence[object]], *, stretch: int = -1, spare: Sequence[str] = ()
) -> tuple[list[str], tuple[str, ...]]:
    """Give the lines of `table` on a terminal, the head first, and the heads that were left out."""
    columns = [list(column) for column in zip(heads, *([plain(v) for v in row] for row in rows), strict=True)]
    kept, left_out = _fitting(columns, columns[stretch], spare)
    lines = _aligned(kept, kept.index(columns[stretch]))
    if colourful():
        lines[0] = f"\033[1m{lines[0]}\033[0m"
    return lines, left_out


def colourful() -> bool:
    """Tell whether the terminal may be sent signs that colour; one that calls itself dumb shows them as letters."""
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def folded(text: str, *, indent: str = "    ") -> str:
    """Fold a line under a row of a table, so that nothing of it is cut."""
    import textwrap

    return "\n".join(textwrap.wrap(plain(text), max(room(), 20), initial_indent=indent, subsequent_indent=indent))


def wrapped(text: str, stream: TextIO) -> str:
    """Break a line between its words where a terminal would break it within one."""
    if not stream.isatty() or width(text) <= room():
        return text
    import textwrap

    return "\n".join(textwrap.wrap(text, max(room(), 20), break_long_words=False, break_on_hyphens=False))


def room() -> int:
    """Give the columns of the terminal."""
    return shutil.get_terminal_size().columns


def _fitting(
    columns: list[list[str]], stretched: list[str], spare: Sequence[str]
) -> tuple[list[list[str]], tuple[str, ...]]:
    """Leave out spare columns until the rest fits; give the rest and what was left out."""
    left_out: list[str] = []
    for name in spare:
        fixed = sum(max(map(width, column)) + 2 for column in columns if column is not stretched)
        if fixed + min(max(map(width, stretched)), _READABLE) <= room():
            break
        before = len(columns)
        columns = [column for column in columns if column[0] != name or column is stretched]
        left_out += [name] * (len(columns) < before)
    return columns, tuple(left_out)


_READABLE = 20
"""Columns below which a cut text says too little."""


def _aligned(columns: list[list[str]], stretch: int) -> list[str]:
    widths = [max(map(width, column)) for column in columns]
    left = room() - 2 * (len(widths) - 1) - (sum(widths) - widths[stretch])
    widths[stretch] = min(widths[stretch], max(left, 12))
    rows = zip(*columns, strict=True)
    return ["  ".join(fit(cell, w) for cell, w in zip(row, widths, strict=True)).rstrip() for row in rows]


_STEERING = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
"""Kinds of characters that move the cursor, turn the direction or break the line."""


def plain(value: object) -> str:
    """Give a value as one line of text that cannot steer a terminal."""
    if not isinstance(value, str):
        value = "" if value is None else ",".join(map(str, value)) if isinstance(value, tuple | list) else str(value)
    if value.isprintable():  # true of almost all, and a tenth of the time
        return value
    return "".join(c if unicodedata.category(c) not in _STEERING else " " for c in value)


def printed(text: str) -> str:
    r"""Give a title, or an abstract, with accents that were typed in TeX as letters.

    >>> printed(r"entrep\^ots de donn\'ees"), printed("plain")
    ('entrepôts de données', 'plain')
    """
    if "\\" not in text:  # true of almost all, and saves an import
        return text
    from paperlab.records.accents import accents

    return accents(text)


def width(text: str) -> int:
    r"""Give the columns that `text` takes on a terminal.

    >>> width("注意 is"), width("e\u0301"), width("❤\ufe0f")
    (7, 1, 1)
    """
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    return len(text) + wide - sum(unicodedata.category(c) in ("Mn", "Me") for c in text)


def fit(text: str, columns: int) -> str:
    """Cut or pad `text` to exactly `columns` columns."""
    taken = width(text)
    if taken > columns:
        text = _cut(text, columns - 1)
        taken = width(text) + 1  # the dots take one; measured with them, a plain text would be looked at sign by sign
        text += "…"
    return text + " " * (columns - taken)


def _cut(text: str, columns: int) -> str:
    """Give the longest beginning of `text` that takes at most so many columns."""
    if text.isascii():
        return text[: max(columns, 0)]
    taken = 0
    for place, sign in enumerate(text):
        taken += width(sign)
        if taken > columns:
            return text[:place]
    return text


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
    """Print names and values, one a line; on a terminal a long value is folded beside its name."""
    wide = max(map(len, pairs), default=0)
    for name, value in pairs.items():
        if value not in (None, "", (), []):
            emit("\n".join(_folded_beside(f"{name:<{wide}}  ", plain(value))))


def folded_in(line: str) -> str:
    """Give a line of somebody's text, on a terminal folded between words."""
    text = plain(line)
    bare = text.lstrip()
    return "\n".join(_folded_beside(text[: len(text) - len(bare)], bare))


def _folded_beside(name: str, text: str) -> list[str]:
    """Give the lines of a fact; a word longer than a line, which may be an address, stays whole."""
    if not sys.stdout.isatty() or width(name + text) <= room():
        return [name + text]
    lines = [name]
    for word in text.split(" "):
        full = len(lines[-1]) > len(name) and width(lines[-1]) + width(word) > room()
        lines += [" " * len(name)] * full
        lines[-1] += f"{word} "
    return [line.rstrip() for line in lines]
