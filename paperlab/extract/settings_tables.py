"""Tables of settings: names down the first column, or along the header."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from paperlab.extract.numbers import plain
from paperlab.extract.settings_names import canonical, mentions
from paperlab.records.extracted import Hyperparameter, Table

LONGEST_QUOTE = 300
_ABOUT = re.compile(
    r"hyper-?\s?parameters?|training (?:settings?|details?|configuration)|experimental settings?|optimi[sz]ation settings|configurations?",
    re.IGNORECASE,
)
_NAME_HEAD = re.compile(
    r"(?:hyper-?\s?)?param(?:eter)?s?\.?|settings?|configs?(?:uration)?|options?|name|symbol|description|(?:hyper-?\s?)?parameter name",
    re.IGNORECASE,
)
_VALUE_HEAD = re.compile(
    r"values?|settings?|default(?: value)?|ours|configuration|choice|used|best(?: value)?", re.IGNORECASE
)
_NO_VALUE = frozenset(("", "-", "–", "—", "n/a", "na", "none", "✓", "✗", "/", "?"))


def settings_of_table(table: Table) -> Iterator[Hyperparameter]:
    """Read names in the first column, or in the header; nothing where neither holds settings."""
    rows = table.rows
    if not rows or len(rows[0]) < 2:
        return
    head = rows[0] if table.header_rows else ()
    body = list(rows[table.header_rows :])
    known = sum(canonical(r[0]) is not None or mentions(r[0]) for r in body)
    if _ABOUT.search(table.caption) and known * 3 < len(body) and len(head) > 2:
        body = [r for r in body if canonical(r[0]) is not None and len(set(r[1:])) == 1]
        known = len(body)
    named = (
        bool(head) and bool(_NAME_HEAD.fullmatch(head[0].strip())) and (known > 0 or bool(_ABOUT.search(table.caption)))
    )
    if (
        named
        or (known >= 2 and known * 2 >= len(body))
        or (_ABOUT.search(table.caption) and known >= 1 and known * 3 >= len(body))
    ):
        yield from _down(table, head, body)
    else:
        yield from _across(table, body)


def _down(table: Table, head: Sequence[str], body: Sequence[Sequence[str]]) -> Iterator[Hyperparameter]:
    """Read names in the first column; several blocks of name and value may stand side by side."""
    starts = [
        i
        for i, c in enumerate(head)
        if i and _NAME_HEAD.fullmatch(c.strip()) and not _VALUE_HEAD.fullmatch(c.strip()) and c == head[0]
    ]
    starts = [0, *starts]
    for begin, end in zip(starts, [*starts[1:], len(body[0]) if body else 0], strict=True):
        columns = _value_columns(head, begin + 1, end)
        name = ""
        for row in body:
            name = row[begin].strip() or name  # a row without a name goes on with the one above
            yield from _row(table, head, [*row[:begin], name, *row[begin + 1 :]], begin, columns)


def _value_columns(head: Sequence[str], begin: int, end: int) -> list[int]:
    """Give the columns that hold values: those that say so, else all that do not say something else."""
    if not head:
        return [*range(begin, end)]
    said = [i for i in range(begin, end) if _VALUE_HEAD.fullmatch(head[i].strip())]
    return said or [i for i in range(begin, end) if not _ASIDE_HEAD.fullmatch(head[i].strip())]


_ASIDE_HEAD = re.compile(
    r"symbol|description|notation|meaning|units?|comments?|notes?|references?|refs?\.?|explanation|type|(?:\w+ )?name|range|source",
    re.IGNORECASE,
)


def _row(
    table: Table, head: Sequence[str], row: Sequence[str], begin: int, columns: Sequence[int]
) -> Iterator[Hyperparameter]:
    name = row[begin].strip()
    if not re.search(r"[A-Za-z\\]", name) or len(name) > 80 or len(set(row)) == 1:
        return
    values = {i: row[i].strip() for i in columns if row[i].strip().lower() not in _NO_VALUE and row[i] != row[begin]}
    alike = len(set(values.values())) == 1
    for i, value in values.items():
        which = (
            "" if alike or not head or _VALUE_HEAD.fullmatch(head[i].strip()) or len(columns) == 1 else f" ({head[i]})"
        )
        if len(value) <= 60:
            yield _item(name + which, value, " | ".join(dict.fromkeys(row)), table)
        if alike:
            break


def _across(table: Table, body: Sequence[Sequence[str]]) -> Iterator[Hyperparameter]:
    """Read names in the header: at least two columns must be settings."""
    head = table.rows[table.header_rows - 1] if table.header_rows else ()
    columns = [i for i, c in enumerate(head) if canonical(c) is not None]
    if len(columns) < 2 or not any(canonical(head[i]) in SURE for i in columns):
        return
    for row in body:
        for i in columns:
            value = row[i].strip()
            if re.search(r"\d", value) and len(value) <= 30:
                which = "" if len(body) == 1 or i == 0 or columns[0] == 0 else f" ({row[0]})"
                yield _item(f"{canonical(head[i])}{which}", value, " | ".join(dict.fromkeys(row)), table)


SURE = frozenset(
    ("learning rate", "batch size", "weight decay", "momentum", "epochs", "warmup steps", "peak learning rate")
)


def _item(name: str, value: str, quote: str, table: Table) -> Hyperparameter:
    usual = canonical(re.sub(r"\s*\([^()]*\)$|\s*\$[^$]*\$$", "", name))
    where = re.search(r"\s*\([^()]*\)$", name)
    clean = (usual + (where.group() if where else "")) if usual else re.sub(r"\s+", " ", name)
    return Hyperparameter(name=clean, value=plain(value), quote=quote[:LONGEST_QUOTE], span=table.span)
