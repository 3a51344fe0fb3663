"""Tables of settings: names down the first column, or along the header."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from paperlab.extract.numbers import plain
from paperlab.extract.settings_cells import parts
from paperlab.extract.settings_names import IN_WORDS, SYMBOLS, canonical, meaning_of, mentions
from paperlab.records.extracted import Hyperparameter, Span, Table

LONGEST_QUOTE = 300
LONGEST_VALUE = 80
"""Characters of a cell that is a value, not a sentence."""
_ABOUT = re.compile(
    r"hyper-?\s?parameters?|(?:training|implementation|experimental) (?:settings?|details?|configuration|parameters?)|optimi[sz]ation settings|configurations?",
    re.IGNORECASE,
)
_RESULTS = re.compile(r"\bcompar|state[- ]of[- ]the[- ]art|\bresults?\b|\bperformance\b|\baccurac", re.IGNORECASE)
"""Captions of tables in which settings stand beside what was measured, and others' models beside ours."""
_NAMED = re.compile(
    r"(?:hyper-?\s?)?param(?:eter)?s?\.?(?: names?)?|settings?|configs?(?:uration)?|options?|items?|components?",
    re.IGNORECASE,
)
"""Heads of a column of names of settings."""
_NAME_HEAD = re.compile(rf"{_NAMED.pattern}|name|symbol|notation|description", re.IGNORECASE)
_GROUP_HEAD = re.compile(
    r"(?:models?|algorithms?|methods?|networks?|data\s?sets?|tasks?|phases?|stages?|modules?|agents?|environments?|experiments?|learners?|classifiers?|groups?|category)(?: type| name)?",
    re.IGNORECASE,
)
"""Heads of a column that tells for what a row sets something."""
_VALUE_HEAD = re.compile(
    r"values?|settings?|default(?: value)?|ours|configuration|choice|used|(?:best|chosen|selected|optimal|final|tuned)(?: values?| settings?)?",
    re.IGNORECASE,
)
_NO_VALUE = frozenset(("", "-", "–", "—", "n/a", "na", "none", "not applicable", "not implemented", "not used", "✓", "✗", "/", "?"))


def settings_of_table(table: Table, symbols: Mapping[str, str] | None = None) -> Iterator[Hyperparameter]:
    """Read names in the first column, or in the header; nothing where neither holds settings.

    Args:
        table: a grid of text.
        symbols: symbol -> meaning, for a header of symbols.
    """
    rows = table.rows
    if not rows or len(rows[0]) < 2:
        return
    head = rows[0] if table.header_rows else ()
    whole = rows[table.header_rows :]
    first = _column_of_names(head)
    body = whole if first else _once_named(whole)
    about = bool(_ABOUT.search(table.caption))
    known = sum(_is_known(row[first]) for row in body)
    surely = bool(head) and bool(_NAMED.fullmatch(head[first].strip()))
    if about and not surely and known * 3 < len(body) and len(head) > 2:
        body = [r for r in body if any(canonical(part) for part in r[0].split(", ")) and len(set(r[1:])) == 1]
        known = len(body)
    named = bool(head) and bool(_NAME_HEAD.fullmatch(head[first].strip())) and (known > 0 or about)
    if named or (known >= 2 and known * 2 >= len(body)) or (about and known >= 1 and known * 3 >= len(body)):
        yield from _down(table, head, body, first)
    else:
        yield from _across(table, whole, symbols or {})


def _is_known(name: str) -> bool:
    return canonical(name.replace("_", " ")) is not None or mentions(name.replace("_", " "))


def _column_of_names(head: Sequence[str]) -> int:
    """Find the column that names settings: behind one of symbols, or of models, or the first."""
    for i, cell in enumerate(head[:3]):
        if _NAMED.fullmatch(cell.strip()):
            return i
        if not re.fullmatch(rf"symbol|notation|#|no\.?|sn|{_GROUP_HEAD.pattern}", cell.strip(), re.IGNORECASE):
            break
    return 0


def _once_named(rows: Sequence[Sequence[str]]) -> list[Sequence[str]]:
    """Leave out rows that are named alike, such as layers of a network; a setting has its name once."""
    names = Counter(row[0].strip() for row in rows)
    return [row for row in rows if names[row[0].strip()] == 1 or not row[0].strip() or canonical(row[0])]


def _down(table: Table, head: Sequence[str], body: Sequence[Sequence[str]], first: int) -> Iterator[Hyperparameter]:
    """Read names in a column; several blocks of name and value may stand side by side."""
    starts = [
        i
        for i, c in enumerate(head)
        if i > first and _NAME_HEAD.fullmatch(c.strip()) and not _VALUE_HEAD.fullmatch(c.strip()) and c == head[first]
    ]
    starts = [first, *starts]
    for begin, end in zip(starts, [*starts[1:], len(body[0]) if body else 0], strict=True):
        columns = _value_columns(head, begin + 1, end)
        groups = [i for i, c in enumerate(head) if i not in columns and i != begin and _GROUP_HEAD.fullmatch(c.strip())]
        above: dict[int, str] = {}
        for row in body:
            above |= {i: row[i].strip() for i in (begin, *groups) if row[i].strip()}  # goes on with the row above
            filled = [above.get(i, cell) for i, cell in enumerate(row)]
            yield from _row(table, head, filled, begin, columns, groups)


def _value_columns(head: Sequence[str], begin: int, end: int) -> list[int]:
    """Give the columns that hold values: those that say so, else all that do not say something else."""
    if not head:
        return [*range(begin, end)]
    said = [i for i in range(begin, end) if _VALUE_HEAD.fullmatch(head[i].strip())]
    plain_ = [
        i
        for i in range(begin, end)
        if not _ASIDE_HEAD.fullmatch(head[i].strip()) and not _GROUP_HEAD.fullmatch(head[i].strip())
    ]
    searched = [i for i in range(begin, end) if _SEARCHED.fullmatch(head[i].strip())]
    return said or [i for i in plain_ if i not in searched] or searched[:1]


_SEARCHED = re.compile(
    r"(?:(?:hyper-?parameter )?search |tuning )?(?:ranges?|space|grid)|candidates?|(?:tried|searched) values|values (?:tried|searched)",
    re.IGNORECASE,
)
"""Heads of a column of what was searched: no value, but where nothing says what was chosen."""
_ASIDE_HEAD = re.compile(
    r"symbol|description|notation|meaning|units?|comments?|notes?|remarks?|references?|refs?\.?|explanation|rationale|type|(?:\w+ )?name|distribution|prior|scale|domain|source",
    re.IGNORECASE,
)


def _row(
    table: Table, head: Sequence[str], row: Sequence[str], begin: int, columns: Sequence[int], groups: Sequence[int]
) -> Iterator[Hyperparameter]:
    name = row[begin].strip()
    if not re.search(r"[A-Za-z\\]", name) or len(name) > 80 or len(set(row)) == 1:
        return
    values = {i: row[i].strip() for i in columns if row[i].strip().lower() not in _NO_VALUE and row[i] != row[begin]}
    alike = len(set(values.values())) == 1
    of = [row[i].strip() for i in groups if row[i].strip()]
    for i, value in values.items():
        told = alike or not head or _VALUE_HEAD.fullmatch(head[i].strip()) or len(columns) == 1
        which = ", ".join(of if told else [*of, head[i]])
        for one, its in parts(name, value) if len(value) <= LONGEST_VALUE else ():
            yield _item(f"{one} ({which})" if which else one, its, " | ".join(dict.fromkeys(row)), table)
        if alike:
            break


def _across(table: Table, body: Sequence[Sequence[str]], symbols: Mapping[str, str]) -> Iterator[Hyperparameter]:
    """Read names in the header: at least two columns must be settings, and a row must give half of what the fullest gives.

    A row that gives less changes one thing of another row: it is a variation of a model, and none of its own.
    """
    names = {i: name for i, cell in enumerate(_head(table)) if (name := _column_name(cell, symbols))}
    if _RESULTS.search(table.caption[:60]) and not _ABOUT.search(table.caption):
        return
    if len(set(names.values())) < (2 if SURE & set(names.values()) else 3):
        return
    names |= {i: "parameters" for i, cell in enumerate(_head(table)) if i and _SIZES.fullmatch(cell)}
    rows = [(row, [i for i in names if _is_value(names[i], row[i].strip())]) for row in body]
    most = max((len(given) for _, given in rows), default=0)
    for row, given in rows:
        which = "" if len(body) == 1 or 0 in names else f" ({row[0]})"
        for i in given if len(given) * 2 >= most else ():
            yield _item(f"{names[i]}{which}", row[i].strip(), " | ".join(dict.fromkeys(row)), table)


_SIZES = re.compile(r"(?:#|number of |num\.? )?\s?(?:params?|parameters)\.?(?:\s?\([^()]*\))?", re.IGNORECASE)
"""The head of a column that gives each model's size, which counts beside settings alone."""


def _is_value(name: str, cell: str) -> bool:
    return len(cell) <= 30 and (bool(re.search(r"\d", cell)) or (name in IN_WORDS and cell.lower() not in _NO_VALUE))


def _head(table: Table) -> list[str]:
    """Give each column's name: header rows that say different things are read from top to bottom."""
    rows = table.rows[: table.header_rows]
    return [
        " ".join(dict.fromkeys(cell.strip() for cell in column if cell.strip())) for column in zip(*rows, strict=True)
    ]


def _column_name(cell: str, symbols: Mapping[str, str]) -> str | None:
    """Name a column by its words, or by what its symbol means."""
    symbol = re.fullmatch(r"\$([^$]+)\$", cell.strip())
    if symbol is None:
        return canonical(cell)
    return SYMBOLS.get(symbol[1].strip()) or canonical(meaning_of(symbol[1].strip(), symbols))


SURE = frozenset(
    ("learning rate", "batch size", "weight decay", "momentum", "epochs", "warmup steps", "peak learning rate")
)
"""Settings of training."""


_SYMBOL = re.compile(r"\s*(?:\(\$[^$]*\$\)|\$[^$]*\$)$")


def _item(name: str, value: str, quote: str, table: Table) -> Hyperparameter:
    name = _SYMBOL.sub("", name) if canonical(_SYMBOL.sub("", name)) else name
    usual = canonical(re.sub(r"\s*\([^()]*\)$", "", name).replace("_", " "))
    where = re.search(r"\s*\([^()]*\)$", name)
    clean = (usual + (where.group() if where else "")) if usual else re.sub(r"\s+", " ", name)
    return Hyperparameter(name=clean, value=plain(value), quote=quote[:LONGEST_QUOTE], span=table.span)


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
