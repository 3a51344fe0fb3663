"""Claims of a paper as place, metric, direction and number; the sentence stays empty for the learner to write."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from importlib import resources

from paperlab.records.card import Claim
from paperlab.records.extracted import Cell, ClaimSentence, Paper, Table
from paperlab.scaffold.names import ascii_words, identifier, unique
from paperlab.scaffold.readable import readable
from paperlab.scaffold.text import line

MOST = 12
"""Claims of one paper; main ones first, as the paper orders them."""


def claims(paper: Paper) -> tuple[Claim, ...]:
    """Give the paper's claims: comparative sentences with a number, then best cells of tables not yet named."""
    words = metric_directions()
    found: dict[tuple[str, float | None], Claim] = {}
    for claim in (*_from_sentences(paper, words), *_from_best(paper, words)):
        found.setdefault((claim.place, claim.paper), claim)
    taken: list[str] = []
    for claim in found.values():
        taken.append(unique(claim.id, taken))
    named = [replace(c, id=i, main=n < 3) for n, (c, i) in enumerate(zip(found.values(), taken, strict=True))]
    return tuple(named[:MOST])


def metric_directions() -> Mapping[str, str]:
    """Give metric name -> `higher` or `lower`, longest name first (template/metrics.txt)."""
    text = resources.files("paperlab.scaffold").joinpath("template", "metrics.txt").read_text(encoding="utf-8")
    rows = [row.rsplit(maxsplit=1) for row in text.splitlines() if row and not row.startswith("#")]
    return dict(sorted(((name, way) for name, way in rows), key=lambda pair: -len(pair[0])))


def metric_in(texts: Sequence[str], words: Mapping[str, str]) -> tuple[str, str]:
    """Give the first metric that a text names, and its direction; ("", "higher") where none does."""
    for text in texts:
        lowered = f" {' '.join(w.lower() for w in ascii_words(text[:600]))} "
        for name, way in words.items():
            if f" {name} " in lowered or f" {name}s " in lowered:
                return name, way
    return "", "higher"


def _from_sentences(paper: Paper, words: Mapping[str, str]) -> Iterator[Claim]:
    tables = {t.number: t for t in paper.tables if t.number}
    for sentence in paper.claims:
        table = tables.get(sentence.cell.table) if sentence.cell else None
        if sentence.cell is not None and table is not None and _inside(sentence.cell, table):
            yield _of_cell(paper, table, sentence.cell.row, sentence.cell.column, words, sentence.text)
        elif (value := _number(" ".join(sentence.numbers[:1]))) is not None:
            yield _of_sentence(paper, sentence, value, words)


def _of_sentence(paper: Paper, sentence: ClaimSentence, value: float, words: Mapping[str, str]) -> Claim:
    number = _section_number(paper, sentence)
    place = f"Section {number}" if number else line(sentence.section or "", 60) or "Abstract"
    metric, way = metric_in([sentence.text, *paper.metrics], words)
    return Claim(id=identifier([place, sentence.numbers[0]], fallback="claim").lower(), place=place,
                 kind="better-than", paper=value, unit=_unit(sentence.text, sentence.numbers[0]),
                 metric=metric, direction=way)  # fmt: skip


def _section_number(paper: Paper, sentence: ClaimSentence) -> str | None:
    return next((line(s.number, 20) for s in paper.sections if s.number and s.title == sentence.section), None)


def _inside(cell: Cell, table: Table) -> bool:
    return 0 <= cell.row < len(table.rows) and 0 <= cell.column < len(table.rows[cell.row])


def _from_best(paper: Paper, words: Mapping[str, str]) -> Iterator[Claim]:
    for table in paper.tables:
        for row, column in table.best[:6]:
            if row >= table.header_rows and _inside(Cell(table=table.number or "", row=row, column=column), table):
                claim = _of_cell(paper, table, row, column, words)
                if claim.paper is not None:
                    yield claim


def _of_cell(paper: Paper, table: Table, row: int, column: int, words: Mapping[str, str], sentence: str = "") -> Claim:
    heads = [table.rows[r][column] for r in range(min(table.header_rows, row)) if column < len(table.rows[r])]
    label = _row_label(table.rows[row][:column])
    head = line(readable(" ".join(dict.fromkeys(h for h in heads if h.strip()))[:400]), 40)
    number = line(table.number or "", 10)
    place = ", ".join(p for p in (f"Table {number}".strip(), f"row {label}" if label else "",
                                  f"column {head}" if head else "") if p)  # fmt: skip
    metric, way = metric_in([*heads, label, table.caption, sentence, *paper.metrics], words)
    text = table.rows[row][column]
    return Claim(id="_".join(["table", *ascii_words(number), f"r{row}", f"c{column}"]).lower(), place=place,
                 kind="better-than", paper=_number(text), unit=_unit(f"{text} {head}", text),
                 metric=metric, direction=way)  # fmt: skip


def _row_label(before: Sequence[str]) -> str:
    """Give the words to the left of a cell, `fixed, nearest mean`; cells without a word are results, unless first."""
    words = [
        line(readable(text[:400]), 40)
        for n, text in enumerate(before)
        if text.strip() and (n == 0 or re.search("[A-Za-z]{3}", text))
    ]
    return ", ".join(list(dict.fromkeys(words))[:3])


def _number(text: str) -> float | None:
    """Give the first number of a cell (`91.2 +- 0.3`, `1.2e-3`, `1,234`); None where there is none."""
    match = re.search(r"[-−]?\d[\d,]{0,20}(?:\.\d{1,20})?(?:[eE][-+]?\d{1,2})?", text[:200])
    if match is None:
        return None
    try:
        return float(match[0].replace("−", "-").replace(",", ""))
    except ValueError:  # digits outside ASCII that float() does not read together
        return None


def _unit(text: str, number: str) -> str:
    """Give `%` where a per cent sign follows the number or stands in the column's head."""
    after = text.partition(number)[2] if number else ""
    return "%" if "%" in after[:3] or text.rstrip().endswith(("%", "%)")) else ""
