"""Settings along the header of a table: a column each, and a row for each model."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from paperlab.extract.lexicon import names_metric
from paperlab.extract.numbers import VALUE
from paperlab.extract.settings_cells import item_of
from paperlab.extract.settings_heads import ABOUT, ASIDE_HEAD, GROUP_HEAD, NO_VALUE
from paperlab.extract.settings_names import IN_WORDS, SYMBOLS, canonical, meaning_of
from paperlab.records.extracted import Hyperparameter, Table

_RESULTS = re.compile(r"\bcompar|state[- ]of[- ]the[- ]art|\bresults?\b|\bperformance\b|\baccurac", re.IGNORECASE)
"""Captions of tables in which settings stand beside what was measured, and others' models beside ours."""
_SIZES = re.compile(r"(?:#|number of |num\.? )?\s?(?:params?|parameters)\.?(?:\s?\([^()]*\))?", re.IGNORECASE)
"""The head of a column that gives each model's size, which counts beside settings alone."""
_SHORT = re.compile(
    r"(?:hidden|ffn|mlp|model|embed(?:ding)?|head)?[ _-]?(?:dim(?:ension)?s?\.?|width|depth|hidden|ffn|mlp)|n[ _-](?:layers|heads|blocks|experts)",
    re.IGNORECASE,
)
"""Sizes of a network as a narrow column names them."""
_NUMERIC = re.compile(rf"(?:{VALUE})(?:\s?[-–/]\s?{VALUE})?\s?[a-zA-Z%]{{0,3}}")
_CHOSEN = re.compile(r"(?:best|optimal|chosen|selected|tuned|final) (?=\S)", re.IGNORECASE)
SURE = frozenset(
    ("learning rate", "batch size", "weight decay", "momentum", "epochs", "warmup steps", "peak learning rate")
)
"""Settings of training."""


def settings_along_header(table: Table, symbols: Mapping[str, str]) -> Iterator[Hyperparameter]:
    """Read names in the header: at least two columns must be settings, and a row must give half of what the fullest gives.

    A row that gives less changes one thing of another row: it is a variation of a model, and none of its own.

    Args:
        table: a grid of text.
        symbols: symbol -> meaning, for a header of symbols.
    """
    if _RESULTS.search(table.caption[:60]) and not ABOUT.search(table.caption):
        return
    body = table.rows[table.header_rows :]
    names = _names(table, body, symbols)
    first = ""
    rows = [(row, [i for i in names if _is_value(names[i], row[i].strip())]) for row in body]
    groups = [i for i in range(1, min(names, default=0)) if GROUP_HEAD.fullmatch(table.rows[0][i].strip())]
    most = max((len(given) for _, given in rows), default=0)
    for row, given in rows:
        first = row[0].strip() or first
        of = [first, *(row[i].strip() for i in groups)]
        of_all = len(body) == 1 or names.get(0, "parameters") != "parameters"
        which = "" if of_all else f" ({', '.join(filter(None, of))})"
        for i in given if len(given) * 2 >= most else ():
            yield item_of(f"{names[i]}{which if i else ''}", row[i].strip(), " | ".join(dict.fromkeys(row)), table)


def _names(table: Table, body: Sequence[Sequence[str]], symbols: Mapping[str, str]) -> dict[int, str]:
    """Give column -> name of the columns that are settings; nothing where they are too few."""
    heads = _heads(table)
    known = {i: name for i, head in enumerate(heads) if (name := _column_name(head, symbols))}
    short = {i: h[-1] for i, h in enumerate(heads) if i and h and i not in known and _SHORT.fullmatch(h[-1])}
    names = (known | short) if known else {}
    if len(set(names.values())) < (2 if SURE & set(names.values()) else 3):
        return {}
    names |= {i: "parameters" for i, head in enumerate(heads) if head and _SIZES.fullmatch(head[-1])}
    return names | (_others(heads, body, names) if ABOUT.search(table.caption) and SURE & set(names.values()) else {})


def _others(heads: list[list[str]], body: Sequence[Sequence[str]], names: Mapping[int, str]) -> dict[int, str]:
    """Name the columns of numbers that stand beside known settings in a table of settings, where nothing is measured."""
    whole = {i: " ".join(head) for i, head in enumerate(heads) if head and i not in names}
    if any(names_metric(head) for head in whole.values()):
        return {}
    return {
        i: head
        for i, head in whole.items()
        if i
        and not (ASIDE_HEAD.fullmatch(head) or GROUP_HEAD.fullmatch(head))
        and all(_NUMERIC.fullmatch(cell) for row in body if (cell := row[i].strip().strip("$")).lower() not in NO_VALUE)
    }


def _is_value(name: str, cell: str) -> bool:
    return len(cell) <= 30 and (bool(re.search(r"\d", cell)) or (name in IN_WORDS and cell.lower() not in NO_VALUE))


def _heads(table: Table) -> list[list[str]]:
    """Give each column's header cells from top to bottom, each once."""
    rows = table.rows[: table.header_rows]
    return [[*dict.fromkeys(cell.strip() for cell in column if cell.strip())] for column in zip(*rows, strict=True)]


def _column_name(head: Sequence[str], symbols: Mapping[str, str]) -> str | None:
    """Name a column by its words, by the last of its cells, or by what its symbol means."""
    symbol = re.fullmatch(r"\$([^$]+)\$", head[-1]) if head else None
    if symbol is None:
        return canonical(_CHOSEN.sub("", " ".join(head).replace("_", " "))) or (canonical(head[-1]) if head else None)
    return SYMBOLS.get(symbol[1].strip()) or canonical(meaning_of(symbol[1].strip(), symbols))
