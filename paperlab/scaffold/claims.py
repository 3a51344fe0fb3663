"""Claims of a paper as place, metric, direction and number; the sentence stays empty for the learner to write."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from paperlab.records.card import Claim
from paperlab.records.extracted import Cell, ClaimSentence, Paper, Table
from paperlab.scaffold.metrics import Way, metric_beside, metric_directions, metric_of_cell, number_of, said_of
from paperlab.scaffold.names import ascii_words, identifier, unique
from paperlab.scaffold.readable import readable
from paperlab.scaffold.text import line

MOST = 12
"""Claims of one paper; main ones first, as the paper orders them."""


def claims(paper: Paper) -> tuple[Claim, ...]:
    """Give the paper's claims: comparative sentences with a number, then best cells of tables not yet named."""
    words = metric_directions()
    found: dict[tuple[str, float | None], Claim] = {}
    # What the abstract says once more in the introduction is one claim; a table's cell is one by its place.
    for claim in (*_from_sentences(paper, words), *_from_best(paper, words)):
        which = claim.place if claim.id.startswith("table_") else f"{claim.metric} {claim.unit}"
        found.setdefault((which, claim.paper), claim)
    taken: list[str] = []
    for claim in found.values():
        taken.append(unique(claim.id, taken))
    named = [replace(c, id=i, main=n < 3) for n, (c, i) in enumerate(zip(found.values(), taken, strict=True))]
    return tuple(named[:MOST])


def _from_sentences(paper: Paper, words: Mapping[str, Way]) -> Iterator[Claim]:
    tables = {t.number: t for t in paper.tables if t.number}
    for sentence in paper.claims:
        cells = [(tables[c.table], c) for c in sentence.cells or filter(None, [sentence.cell]) if c.table in tables]
        held = [(table, cell) for table, cell in cells if _holds(sentence, cell, table)]
        if held:
            own = [
                held[0],
                *(one for one in held[1:] if not _is_set_against(sentence, one[0].rows[one[1].row][one[1].column])),
            ]
            yield from (_of_cell(table, cell.row, cell.column, words, sentence.text) for table, cell in own)
        elif (apart := _apart(sentence, cells)) is not None:
            yield _of_gap(*apart, sentence, words)
        elif (value := number_of(number := _main_number(sentence))) is not None:
            yield _of_sentence(paper, sentence, number, value, words)


_AGAINST = re.compile(
    r"\b(?:against|versus|vs\.?|than|over|from|below|above|surpass\w*|outperform\w*|beat\w*|exceed\w*|compared (?:to|with)|previous|baseline)\b[^;]*$",
    re.IGNORECASE,
)


def _is_set_against(sentence: ClaimSentence, cell: str) -> bool:
    """Tell whether the number of a cell stands behind a word that sets it against the main one: `against 80.5 of A`."""
    text, number = sentence.text, next((n for n in sentence.numbers if n in sentence.text and _is_in(n, cell)), "")
    said = re.search(rf"(?<![\d.]){re.escape(number)}(?!\d)", text) if number else None
    if said is None:
        return False
    left = re.match(r"\s*%?\s*(?:→|\$?\\(?:right|to)|to\b)", text[said.end() :])
    return left is not None or _AGAINST.search(text[max(0, said.start() - 160) : said.start()]) is not None


def _apart(sentence: ClaimSentence, cells: Sequence[tuple[Table, Cell]]) -> tuple[Table, Cell, Cell, str] | None:
    """Give the two cells in whose difference, share or factor a sentence's claim lies, and its number."""
    if (
        len(cells) < 2
        or cells[0][0] is not cells[1][0]
        or not all(_has(table, cell.row, cell.column) for table, cell in cells[:2])
    ):
        return None
    table = cells[0][0]
    ours, other = (number_of(table.rows[cell.row][cell.column]) for _, cell in cells[:2])
    if ours is None or other is None or not ours or not other:
        return None
    gaps = (abs(ours - other), 100 * abs(ours - other) / abs(other), max(ours / other, other / ours))
    for number in sentence.numbers:
        fine = 0.51 * 10.0 ** -len(number.partition(".")[2])
        if any(abs(gap - abs(number_of(number) or 0.0)) <= fine for gap in gaps):
            return table, cells[0][1], cells[1][1], number
    return None


def _of_gap(
    table: Table, ours: Cell, other: Cell, number: str, sentence: ClaimSentence, words: Mapping[str, Way]
) -> Claim:
    """Write a claim of how far the paper's own cell lies from another one: its place names both."""
    claim = _of_cell(table, ours.row, ours.column, words, sentence.text)
    label = _row_label(table.rows[other.row][: other.column]) if other.row != ours.row else ""
    head = _head(table, other.row, other.column) if other.row == ours.row else ""
    metric, way = said_of(sentence.text, number, words) or (claim.metric, claim.direction)
    return replace(claim, id=f"{claim.id}_{identifier([number], fallback='gap')}".lower(), place=f"{claim.place} against {f'row {label}' if label else f'column {head}'}",
                   paper=abs(number_of(number) or 0.0), unit=_unit(sentence.text, number), metric=metric, direction=way)  # fmt: skip


def _main_number(sentence: ClaimSentence) -> str:
    """Give the number that a sentence is about: where something got to (`from 19% to 4%`), else a measured one before a count."""
    got_to = re.search(
        r"\bfrom\s[-−+]?[\d.]+\s?%?(?:[-–][\d.]+\s?%)?\s(?:down |up )?to\s(?:[a-z]+\s)?([-−+]?\d[\d.]*\d|\d)",
        sentence.text,
    )
    if got_to and got_to[1] in sentence.numbers:
        return got_to[1]
    counted = r"(?:\s?[%×xX]|\s(?:times|points?|pp|fold)|-fold)"
    ranks = {n: 0 if "." in n and n[-1:].isdigit() else 1 if re.search(rf"(?<![\d.]){re.escape(n)}{counted}", sentence.text) else 2 for n in sentence.numbers}  # fmt: skip
    return min(ranks, key=lambda n: ranks[n], default="")


def _of_sentence(paper: Paper, sentence: ClaimSentence, said: str, value: float, words: Mapping[str, Way]) -> Claim:
    number = _section_number(paper, sentence)
    word = "Appendix" if (number or "")[:1].isalpha() else "Section"
    place = f"{word} {number}" if number else line(sentence.section or "", 60) or "Abstract"
    metric, way = metric_beside(sentence.text, said, words)
    return Claim(id=identifier([place, said], fallback="claim").lower(), place=place,
                 kind="better-than", paper=value, unit=_unit(sentence.text, said),
                 metric=line(metric, 40), direction=way)  # fmt: skip


def _section_number(paper: Paper, sentence: ClaimSentence) -> str | None:
    return next((line(s.number, 20) for s in paper.sections if s.number and s.title == sentence.section), None)


def _has(table: Table, row: int, column: int) -> bool:
    return 0 <= row < len(table.rows) and 0 <= column < len(table.rows[row])


def _holds(sentence: ClaimSentence, cell: Cell, table: Table) -> bool:
    """Say whether a cell holds the sentence's result, digit by digit: `3` is not `3.00`, and a first column names rows."""
    if not _has(table, cell.row, cell.column) or cell.column == 0:
        return False
    text = table.rows[cell.row][cell.column].replace(",", "")
    value = number_of(text)
    return value is not None and any(_is_in(n, text) for n in sentence.numbers if n)


def _is_in(number: str, text: str) -> bool:
    """Tell whether a cell holds a number of a sentence, or one that it rounds: `0.97` of `0.969`, but no whole number."""
    text, number = text.replace(",", ""), number.replace(",", "")
    said, held = len(number.partition(".")[2]), re.search(r"\.(\d+)", text)
    if re.search(rf"(?<![\d.]){re.escape(number)}{'0*' * (said > 0)}(?!\.?\d)", text):
        return True
    apart = abs((number_of(number) or 0.0) - (number_of(text) or 0.0))
    return 0 < said < len(held[1] if held else "") and apart <= 0.5 * 10.0**-said + 1e-9


_OWN = r"\bours?\b|\bproposed\b|\bthis (?:work|paper)\b"


def _own(paper: Paper, table: Table) -> list[tuple[int, int]]:
    """Give the best cells of the paper's own rows, or columns, where the table says which these are; else all."""
    name = re.match(r"([A-Z][\w+-]{2,20})(?=:\s)", paper.title)
    own = re.compile(_OWN + (rf"|(?<![\w-]){re.escape(name[1])}(?![\w])" if name else ""), re.IGNORECASE)
    heads = max(table.header_rows, 0)
    body = range(heads, len(table.rows))
    rows = {r for r in body if own.search(" ".join(table.rows[r][:2])[:400])}
    columns = {c for row in table.rows[:heads] for c, head in enumerate(row) if own.search(head[:400])}
    if not rows and not columns:
        return [*table.best]
    return [(r, c) for r, c in table.best if (r in rows if rows else c in columns)]


def _from_best(paper: Paper, words: Mapping[str, Way]) -> Iterator[Claim]:
    for table in paper.tables:
        inside = [(row, column) for row, column in _own(paper, table) if _has(table, row, column)]
        for row, column in [at for at in inside if _is_result(table, *at)][:6]:
            claim = _of_cell(table, row, column, words)
            if row >= table.header_rows and claim.paper is not None:
                yield claim


_KNOB = re.compile(
    r"(?:#|no\.?|num(?:ber)?|n)?[ .-]*(?:of )?(?:counts?|epochs?|iterations?|shots?|n-shot|layers?|size|seeds?|annotations?|samples?|examples?|labels?|lr|learning rate|batch(?: size)?|runs?)(?: \([^()]*\))?",
    re.IGNORECASE,
)
"""Heads of columns that tell what was set or counted, not what came out."""
_TOTAL = re.compile(r"\W*(?:total|sum)\b", re.IGNORECASE)


def _is_result(table: Table, row: int, column: int) -> bool:
    """Tell whether a marked cell can be what came out: no label of its row, no sum over rows, no setting."""
    name = table.rows[row][0] or "".join(table.rows[row][:2])
    return column > 0 and not _TOTAL.match(name) and not _KNOB.fullmatch(_head(table, row, column))


def _of_cell(table: Table, row: int, column: int, words: Mapping[str, Way], sentence: str = "") -> Claim:
    heads = [table.rows[r][column] for r in range(min(table.header_rows, row)) if column < len(table.rows[r])]
    label, head = _row_label(table.rows[row][:column]), _head(table, row, column)
    number = line(table.number or "", 10)
    place = ", ".join(p for p in (f"Table {number}".strip(), f"row {label}" if label else "",
                                  f"column {head}" if head else "") if p)  # fmt: skip
    metric, way = metric_of_cell(table, row, column, [*heads, label], sentence, words)
    text = table.rows[row][column]
    return Claim(id="_".join(["table", *ascii_words(number), f"r{row}", f"c{column}"]).lower(), place=place,
                 kind="better-than", paper=number_of(text), unit=_unit(f"{text} {head}", text),
                 metric=metric, direction=way)  # fmt: skip


def _head(table: Table, row: int, column: int) -> str:
    heads = [table.rows[r][column] for r in range(min(table.header_rows, row)) if column < len(table.rows[r])]
    return line(readable(" ".join(dict.fromkeys(h for h in heads if h.strip()))[:400]), 40)


def _row_label(before: Sequence[str]) -> str:
    """Give the words to the left of a cell, `fixed, nearest mean`; cells without a word are results, unless first."""
    texts = [line(readable(text[:400]), 40) for text in before]
    words = [text for n, text in enumerate(texts) if text and (n == 0 or re.search("[A-Za-z]{3}", text))]
    return ", ".join(list(dict.fromkeys(words))[:3])


def _unit(text: str, number: str) -> str:
    """Give `%` where a per cent sign follows the number or stands in the column's head."""
    found = re.search(rf"(?<![\d.]){re.escape(number)}(?!\d)", text) if number else None
    after = text[found.end() :] if found else ""
    return "%" if "%" in after[:3] or text.rstrip().endswith(("%", "%)")) else ""
