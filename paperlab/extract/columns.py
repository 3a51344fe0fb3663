r"""What a table says of its numbers: which way is better for those that are marked as best, and the unit of each column.

An arrow in a head or a row's label says it (`Error (%) $\downarrow$`). Else the marks do: where what is marked lies above
or below all the rest of its column, or of its row where the table is to be read along rows. Nothing is guessed from names.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from paperlab.extract.grid import is_number
from paperlab.extract.numbers import VALUE, as_float
from paperlab.extract.told import HIGHER, LOWER, units_told, ways

Rows = Sequence[Sequence[str]]
Place = tuple[int, int]


def directions(rows: Rows, header_rows: int, best: Sequence[Place], caption: str = "") -> tuple[str, ...]:
    """Say for each cell that is marked as best which way is better: higher, lower, or "" where nothing tells.

    Args:
        rows: text of all cells, the header's first.
        header_rows: how many rows are the header.
        best: (row, column) of what is marked.
        caption: what it says goes before what the marks show, and behind arrows.

    >>> directions([["model", "error"], ["ours", "1.5"], ["theirs", "2.5"]], 1, [(1, 1)])
    ('lower',)
    """
    found = {
        (i, k): x
        for i in range(header_rows, len(rows))
        for k, text in enumerate(rows[i])
        if (x := number(text)) is not None
    }
    part = _parts(rows, header_rows)
    down = _shown({place: (part[place[0]], place[1]) for place in found}, found, best)
    # Along a row numbers are of one kind only where the table compares them there: one of them is marked in each.
    single = len(best) == len({row for row, _ in best})
    along = _shown({place: place[0] for place in found}, found, best) if single else []
    shown = max(down, along, key=lambda told: sum(map(bool, told)))
    columns, lines = told_directions(rows, header_rows, caption)
    return tuple(
        _arrow(rows, header_rows, (i, k)) or columns[k] or lines[i] or way
        for (i, k), way in zip(best, shown, strict=True)
    )


def told_directions(rows: Rows, header_rows: int, caption: str = "") -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Say for each column, and for each row, which way is better: by an arrow in its heads, else by the caption.

    >>> told_directions([["model", "FID ↓", "IS"], ["a", "3", "9"]], 1, "IS: higher is better.")
    (('', 'lower', 'higher'), ('', ''))
    """
    width = max(map(len, rows), default=0)
    heads = [[row[k] for row in rows[:header_rows] if k < len(row)] for k in range(width)]
    labels = [_labels(row) if i >= header_rows else [] for i, row in enumerate(rows)]
    told = ways(caption, [*heads, *labels], width)
    numbers = [any(k < len(row) and number(row[k]) is not None for row in rows[header_rows:]) for k in range(width)]
    columns = (_way(texts) or (told[k] if numbers[k] else "") for k, texts in enumerate(heads))
    return tuple(columns), tuple(_way(texts) or told[width + i] for i, texts in enumerate(labels))


def _labels(row: Sequence[str]) -> list[str]:
    first = next((k for k, text in enumerate(row) if number(text) is not None), 0)
    return list(row[:first])


def _parts(rows: Rows, header_rows: int) -> list[int]:
    """Number the parts of a table that are about different things: below a row that is one text, or beside one label."""
    part, found, label = 0, [0] * header_rows, ""
    spanning = {row[0] for row, after in pairwise(rows[header_rows:]) if row and after and row[0] == after[0]}
    for row in rows[header_rows:]:
        whole = len(row) > 1 and len(set(row)) == 1 and bool(row[0])
        first = row[0] if row and row[0] in spanning else ""
        part += whole or (bool(first) and first != label)
        label = first or label
        found.append(part)
    return found


def _shown(line: Mapping[Place, Hashable], numbers: Mapping[Place, float], best: Sequence[Place]) -> list[str]:
    """Say for each marked cell on which side of all other numbers of its line the marked ones lie."""
    marked, lines = frozenset(best), defaultdict[Hashable, tuple[list[float], list[float]]](lambda: ([], []))
    for place, x in numbers.items():
        lines[line[place]][place in marked].append(x)
    return [_beyond(*lines[line.get(place)]) for place in best]


def _beyond(rest: Sequence[float], ours: Sequence[float]) -> str:
    if not ours or not rest:
        return ""
    return HIGHER if min(ours) > max(rest) else LOWER if max(ours) < min(rest) else ""


def _arrow(rows: Rows, header_rows: int, place: Place) -> str:
    row, column = place
    heads = [rows[k][column] for k in range(min(header_rows, row)) if column < len(rows[k])]
    labels = [text for text in rows[row][:column] if number(text) is None]
    return _way(heads) or _way(labels)


def _way(texts: Sequence[str]) -> str:
    arrows = {_ARROWS[found] for found in _ARROW.findall(" ".join(texts))}
    return arrows.pop() if len(arrows) == 1 else ""


_ARROWS = {"↑": HIGHER, "↓": LOWER, r"\uparrow": HIGHER, r"\downarrow": LOWER}
_ARROW = re.compile(r"[↑↓]|\\(?:up|down)arrow(?![a-z])")


def number(text: str) -> float | None:
    r"""Give the number that a cell begins with (`91.2 ± 0.3`, `1,234 ms`, `$1.2$`); None where it is none.

    >>> number("1,234 ms"), number("ResNet-50")
    (1234.0, None)
    """
    value = as_float(text[:80]) if is_number(text) else None
    size = _SIZE.search(text[:80])
    return value if value is None or size is None else value * _SIZES[size[1]]


_SIZE = re.compile(r"\d\s?([kKMB])(?![A-Za-z])")
_SIZES = {"k": 1e3, "K": 1e3, "M": 1e6, "B": 1e9}


def units(rows: Rows, header_rows: int, caption: str = "") -> tuple[str, ...]:
    r"""Give the unit of each column as it is written: in its heads, else behind all its numbers, else in the caption.

    >>> units([["model", "time (ms)", "acc."], ["a", "3", "91%"], ["b", "4", "90%"]], 1)
    ('', 'ms', '%')
    """
    found = [_unit(rows, header_rows, column) for column in range(max(map(len, rows), default=0))]
    heads = [[row[k] for row in rows[:header_rows] if k < len(row)] for k in range(len(found))]
    told = units_told(caption, heads, UNITS, 0 if any(found) else len(found))
    for k in (k for k, unit in enumerate(told) if unit and not found[k]):
        found[k] = told[k] if any(k < len(row) and number(row[k]) is not None for row in rows[header_rows:]) else ""
    return tuple(found)


def _unit(rows: Rows, header_rows: int, column: int) -> str:
    texts = [row[column] if column < len(row) else "" for row in rows]
    for head in reversed(texts[:header_rows]):
        for inside in _INSIDE.finditer(head):
            if (said := _plain(next(filter(None, inside.groups())))) in UNITS:
                return said
        if _PERCENT.search(head):
            return "%"
    behind = {_plain(found) for found in _behind(texts[header_rows:])}
    return behind.pop() if len(behind) == 1 and behind <= UNITS else ""


def _behind(texts: Iterable[str]) -> Iterator[str]:
    """Give what follows each number of a column."""
    for text in texts:
        if found := _NUMBER.match(text[:80]):
            yield text[found.end() : 80]


def _plain(text: str) -> str:
    return re.sub(r"[\s$~{}]|\\(?:,|;|!|text|mathrm|rm)(?![a-z])|\\", "", text)


_NUMBER = re.compile(rf"[\s$*†‡~<>≈]*{VALUE}")
_INSIDE = re.compile(r"\(([^()]{1,24})\)|\[([^\[\]]{1,24})\]|,\s*([^,()\[\]]{1,12})$|\bin\s+([^\s,()\[\]]{1,12})$")
_PERCENT = re.compile(r"(?<![\d.])\s*\\?%")
UNITS = frozenset(
    "% ms s sec sec. secs seconds min min. mins minutes h hr hrs hours days us µs μs ns kB KB MB GB TB KiB MiB GiB B K M bits bytes "
    "dB Hz kHz MHz GHz FPS fps FLOPs GFLOPs TFLOPs MFLOPs GFLOPS TFLOPS MACs GMACs FLOP/s GFLOP/s TFLOP/s nats bpd bpc bits/dim "
    "tokens/s img/s images/s samples/s it/s mm cm m km m/s deg ° px pixels W kW J mJ kJ kWh V mV A eV meV Å kcal/mol kJ/mol K/s USD € "
    "steps epochs tokens points pts pp".split()
)
"""What counts as a unit in brackets; `(ours)`, `(val)` and `(2017)` are none."""
