"""Tables of settings: names down the first column, or along the header."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from paperlab.extract.numbers import VALUE
from paperlab.extract.settings_assigned import assigned_of_table
from paperlab.extract.settings_cells import item_of, parts
from paperlab.extract.settings_header import settings_along_header
from paperlab.extract.settings_heads import (
    ABOUT,
    ASIDE_HEAD,
    BEFORE_NAMES,
    FITTED,
    GROUP_HEAD,
    NAME_HEAD,
    NAMED,
    NO_VALUE,
    SEARCHED,
    SURELY_NAMED,
    VALUE_HEAD,
    is_measured,
)
from paperlab.extract.settings_names import canonical, mentions
from paperlab.extract.settings_splits import splits_of_table
from paperlab.records.extracted import Hyperparameter, Span, Table

LONGEST_VALUE = 80
"""Characters of a cell that is a value, not a sentence."""


def settings_of_table(table: Table, symbols: Mapping[str, str] | None = None) -> Iterator[Hyperparameter]:
    """Read names in the first column, or in the header; nothing where neither holds settings.

    Args:
        table: a grid of text.
        symbols: symbol -> meaning, for a header of symbols.
    """
    if not table.rows or len(table.rows[0]) < 2:
        return
    assigned = [*assigned_of_table(table)]
    lying = None if assigned else _names_down(table)
    yield from assigned
    if lying is not None:
        yield from _down(table, _head(table), *lying)
    else:
        yield from [*splits_of_table(table)] or settings_along_header(table, symbols or {})


def _head(table: Table) -> Sequence[str]:
    return table.rows[0] if table.header_rows else ()


def _names_down(table: Table) -> tuple[list[Sequence[str]], int] | None:
    """Give the rows that set something, and the column of their names; None where no column has names of settings."""
    head = _head(table)
    whole: list[Sequence[str]] = [*table.rows[table.header_rows :]]
    first = _column_of_names(head)
    of_names = head[first].strip() if head else ""
    body: list[Sequence[str]] = whole if first else _once_named(whole)
    if sum(bool(re.match(r"[\d.]", row[first].strip())) for row in whole) * 2 > len(whole):
        return None  # sizes, steps: no names
    about = bool(ABOUT.search(table.caption))
    known = sum(_is_known(row[first]) for row in body)
    if about and not NAMED.fullmatch(of_names) and known * 3 < len(body) and len(head) > 2:
        body = [r for r in body if any(canonical(part) for part in r[0].split(", ")) and len(set(r[1:])) == 1]
        known = len(body)
    named = NAME_HEAD.fullmatch(of_names) and (known or about or _says_value(table.caption, head, first))
    enough = (known >= 2 and known * 2 >= len(body)) or (about and known >= 1 and known * 3 >= len(body))
    return (body, first) if named or enough else None


def _says_value(caption: str, head: Sequence[str], first: int) -> bool:
    """Tell whether a table is one of parameters and values, whatever they are; those of a fit are results."""
    values = any(re.fullmatch(r"(?:default )?values?", cell.strip(), re.IGNORECASE) for cell in head[first + 1 :])
    return bool(values and SURELY_NAMED.fullmatch(head[first].strip()) and not FITTED.search(caption))


def _is_known(name: str) -> bool:
    return canonical(name.replace("_", " ")) is not None or mentions(name.replace("_", " "))


def _column_of_names(head: Sequence[str]) -> int:
    """Find the column that names settings: behind one of symbols, of models or of parts, or the first."""
    for names in (SURELY_NAMED, NAMED):
        for i, cell in enumerate(head[: min(3, len(head) - 1)]):
            valued = any(VALUE_HEAD.fullmatch(c.strip()) for c in head[i + 1 :])
            if names.fullmatch(cell.strip()) and (valued or all(BEFORE_NAMES.fullmatch(c.strip()) for c in head[:i])):
                return i
    return 0


def _once_named(rows: Sequence[Sequence[str]]) -> list[Sequence[str]]:
    """Leave out rows that are named alike, such as layers of a network; a setting has its name once."""
    names = Counter(row[0].strip() for row in rows)
    return [row for row in rows if names[row[0].strip()] == 1 or not row[0].strip() or canonical(row[0])]


def _down(table: Table, head: Sequence[str], body: list[Sequence[str]], first: int) -> Iterator[Hyperparameter]:
    """Read names in a column; several blocks of name and value may stand side by side."""
    starts = [
        i
        for i, c in enumerate(head)
        if i > first and NAME_HEAD.fullmatch(c.strip()) and not VALUE_HEAD.fullmatch(c.strip()) and c == head[first]
    ]
    starts = [first, *starts]
    for begin, end in zip(starts, [*starts[1:], len(body[0]) if body else 0], strict=True):
        columns = _value_columns(head, begin + 1, end)
        groups = [
            i
            for i, c in enumerate(head)
            if i not in columns
            and i != begin
            and (GROUP_HEAD.fullmatch(c.strip()) or (i < first and not ASIDE_HEAD.fullmatch(c.strip())))
        ]
        above: dict[int, str] = {}
        for row in body:
            above |= {i: row[i].strip() for i in (begin, *groups) if row[i].strip()}  # goes on with the row above
            filled = [above.get(i, cell) for i, cell in enumerate(row)]
            yield from _row(table, head, filled, begin, columns, groups)


def _value_columns(head: Sequence[str], begin: int, end: int) -> list[int]:
    """Give the columns that hold values: those that say so, else all that do not say something else."""
    if not head:
        return [*range(begin, end)]
    said = [i for i in range(begin, end) if VALUE_HEAD.fullmatch(head[i].strip())]
    plain_ = [
        i
        for i in range(begin, end)
        if not ASIDE_HEAD.fullmatch(head[i].strip()) and not GROUP_HEAD.fullmatch(head[i].strip())
    ]
    searched = [i for i in range(begin, end) if SEARCHED.fullmatch(head[i].strip())]
    return said or [i for i in plain_ if i not in searched] or searched[:1]


_NUMERIC = re.compile(rf"\$?{VALUE}\s?%?\$?")


def _row(
    table: Table, head: Sequence[str], row: Sequence[str], begin: int, columns: Sequence[int], groups: Sequence[int]
) -> Iterator[Hyperparameter]:
    name = row[begin].strip()
    if not re.search(r"[A-Za-z\\]", name) or len(name) > 80 or len(set(row)) == 1:
        return
    values = {i: row[i].strip() for i in columns if row[i].strip().lower() not in NO_VALUE and row[i] != row[begin]}
    if is_measured(name) and all(_NUMERIC.fullmatch(value) for value in values.values()):
        return
    alike = len(set(values.values())) == 1 and len(values) > min(1, len(columns) - 1)
    of = [row[i].strip() for i in groups if row[i].strip()]
    for i, value in values.items():
        told = alike or not head or VALUE_HEAD.fullmatch(head[i].strip()) or len(columns) == 1
        which = ", ".join(of if told else [*of, head[i]])
        for one, its in parts(name, value) if len(value) <= LONGEST_VALUE else ():
            yield item_of(f"{one} ({which})" if which else one, its, " | ".join(dict.fromkeys(row)), table)
        if alike:
            break


_TOKEN = re.compile(r"[A-Za-z]{2,}|\d+(?:\.\d+)?")
LONGEST_LINE = 2_000
_LINES = 150
"""Lines behind the head of a table among which a row is looked for."""


@lru_cache(maxsize=4096)
def _words(text: str) -> frozenset[str]:
    return frozenset(_TOKEN.findall(text[:LONGEST_LINE]))


def row_span(item: Hyperparameter, source: Callable[[str], Sequence[str]]) -> Span | None:
    """Give the line that holds most words of the row; the table's where none holds half of them."""
    words = _words(item.quote)
    if item.span is None or not words:
        return item.span
    lines = source(item.span.file)[item.span.line - 1 : item.span.line - 1 + _LINES]
    shares = [len(words & _words(line)) / len(words) for line in lines]
    best = max(shares, default=0)
    return replace(item.span, line=item.span.line + shares.index(best)) if best >= 0.5 else item.span
