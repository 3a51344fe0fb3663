"""Claims of a paper as place, metric, direction and number; the sentence stays empty for the learner to write."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
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
    # What the abstract says once more in the introduction is one claim; a table's cell is one by its place.
    for claim in (*_from_sentences(paper, words), *_from_best(paper, words)):
        which = claim.place if claim.id.startswith("table_") else f"{claim.metric} {claim.unit}"
        found.setdefault((which, claim.paper), claim)
    taken: list[str] = []
    for claim in found.values():
        taken.append(unique(claim.id, taken))
    named = [replace(c, id=i, main=n < 3) for n, (c, i) in enumerate(zip(found.values(), taken, strict=True))]
    return tuple(named[:MOST])


def metric_directions() -> Mapping[str, Way]:
    """Give metric name -> its direction, longest name first (template/metrics.txt)."""
    text = resources.files("paperlab.scaffold").joinpath("template", "metrics.txt").read_text(encoding="utf-8")
    rows = [re.fullmatch(r"(.+?) (higher|lower)( heads)?", row) for row in text.splitlines()]
    ways = {m[1]: Way(direction=m[2], anywhere=m[3] is None) for m in rows if m}
    return dict(sorted(ways.items(), key=lambda pair: -len(pair[0])))


@dataclass(frozen=True, slots=True)
class Way:
    """Which way a metric is better, and whether its name means the metric in a sentence too."""

    direction: str
    anywhere: bool


def metric_in(texts: Sequence[str], words: Mapping[str, Way], *, prose: bool = False) -> tuple[str, str]:
    """Give the first metric that a text names, and its direction; ("", "higher") where none does."""
    for text in texts:
        plain = f" {' '.join(ascii_words(text[:600]))} "
        for name, way in words.items():
            # A name with a capital is an abbreviation: mAP is no map.
            where = plain if name != name.lower() else plain.lower()
            if (way.anywhere or not prose) and (f" {name} " in where or f" {name}s " in where):
                return name.lower(), way.direction
    return "", "higher"


def _from_sentences(paper: Paper, words: Mapping[str, Way]) -> Iterator[Claim]:
    tables = {t.number: t for t in paper.tables if t.number}
    for sentence in paper.claims:
        table = tables.get(sentence.cell.table) if sentence.cell else None
        if sentence.cell is not None and table is not None and _holds(sentence, sentence.cell, table):
            yield _of_cell(table, sentence.cell.row, sentence.cell.column, words, sentence.text)
        elif (value := _number(" ".join(sentence.numbers[:1]))) is not None:
            yield _of_sentence(paper, sentence, value, words)


def _of_sentence(paper: Paper, sentence: ClaimSentence, value: float, words: Mapping[str, Way]) -> Claim:
    number = _section_number(paper, sentence)
    word = "Appendix" if (number or "")[:1].isalpha() else "Section"
    place = f"{word} {number}" if number else line(sentence.section or "", 60) or "Abstract"
    metric, way = _metric_beside(sentence.text, sentence.numbers[0], words)
    return Claim(id=identifier([place, sentence.numbers[0]], fallback="claim").lower(), place=place,
                 kind="better-than", paper=value, unit=_unit(sentence.text, sentence.numbers[0]),
                 metric=metric, direction=way)  # fmt: skip


def _metric_beside(text: str, number: str, words: Mapping[str, Way]) -> tuple[str, str]:
    """Give the metric that stands nearest to a number in its sentence, and its direction.

    What is set equal to the number (`fit = 99.5 %`, `a fit index of 99.5 %`) is what it measures, be it in the list or not.
    """
    at = text.find(number)
    if at < 0:
        return metric_in([text], words, prose=True)
    equal = _EQUAL.search(readable(text[max(0, at - 200) : at]))
    if equal:
        metric, way = metric_in([equal[0]], words, prose=True)
        return (metric, way) if metric else ((equal[1] or equal[2]).lower(), "higher")
    near = sorted(_distances(text, at, at + len(number), words))
    return (near[0][2].lower(), words[near[0][2]].direction) if near else ("", "higher")


def _distances(text: str, begin: int, end: int, words: Mapping[str, Way]) -> Iterator[tuple[int, int, str]]:
    """Give each metric named in a text with its distance from a place there, and minus its length."""
    for name in (n for n, way in words.items() if way.anywhere):
        parts = r"[^A-Za-z0-9]+".join(map(re.escape, name.split()))
        flags = re.IGNORECASE if name == name.lower() else re.NOFLAG
        for found in re.finditer(rf"(?<![A-Za-z0-9]){parts}s?(?![A-Za-z0-9])", text, flags):
            yield max(begin - found.end(), found.start() - end), -len(name), name


_EQUAL = re.compile(
    r"([A-Za-z][A-Za-z-]{1,20})\s*[=≈]\s*$|([A-Za-z][A-Za-z-]{1,20} (?:index|score|rate|ratio|coefficient)) of\s*$"
)


def _section_number(paper: Paper, sentence: ClaimSentence) -> str | None:
    return next((line(s.number, 20) for s in paper.sections if s.number and s.title == sentence.section), None)


def _inside(cell: Cell, table: Table) -> bool:
    return 0 <= cell.row < len(table.rows) and 0 <= cell.column < len(table.rows[cell.row])


def _holds(sentence: ClaimSentence, cell: Cell, table: Table) -> bool:
    """Say whether a cell holds the sentence's result, digit by digit: `3` is not `3.00`, and a first column names rows."""
    if not _inside(cell, table) or cell.column == 0:
        return False
    text = table.rows[cell.row][cell.column].replace(",", "")
    return _number(text) is not None and any(n in text for n in sentence.numbers if n)


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
        for row, column in _own(paper, table)[:6]:
            if row >= table.header_rows and _inside(Cell(table=table.number or "", row=row, column=column), table):
                claim = _of_cell(table, row, column, words)
                if claim.paper is not None:
                    yield claim


def _of_cell(table: Table, row: int, column: int, words: Mapping[str, Way], sentence: str = "") -> Claim:
    heads = [table.rows[r][column] for r in range(min(table.header_rows, row)) if column < len(table.rows[r])]
    label = _row_label(table.rows[row][:column])
    head = line(readable(" ".join(dict.fromkeys(h for h in heads if h.strip()))[:400]), 40)
    number = line(table.number or "", 10)
    place = ", ".join(p for p in (f"Table {number}".strip(), f"row {label}" if label else "",
                                  f"column {head}" if head else "") if p)  # fmt: skip
    metric, way = _metric_of_cell(table, row, column, [*heads, label], sentence, words)
    text = table.rows[row][column]
    return Claim(id="_".join(["table", *ascii_words(number), f"r{row}", f"c{column}"]).lower(), place=place,
                 kind="better-than", paper=_number(text), unit=_unit(f"{text} {head}", text),
                 metric=metric, direction=way)  # fmt: skip


def _metric_of_cell(
    table: Table, row: int, column: int, heads: Sequence[str], sentence: str, words: Mapping[str, Way]
) -> tuple[str, str]:
    """Give a cell's metric and direction: an arrow or a name in its heads; else what the column itself shows.

    What only a caption or a sentence names counts where the paper's own best cell does not speak against it.
    """
    metric, way = metric_in(heads, words)
    arrow = re.search(r"↑|↓|\\(?:up|down)arrow", " ".join(heads))
    if arrow:
        return metric, "higher" if arrow[0] in ("↑", r"\uparrow") else "lower"
    if metric:
        return metric, way
    shown = _shown_way(table, row, column)
    metric, way = metric_in([table.caption, sentence], words, prose=True)
    return (metric, way) if shown in ("", way) else ("", shown)


def _shown_way(table: Table, row: int, column: int) -> str:
    """Give `higher` or `lower` where what the paper marks as best in a column lies above or below all the rest, else ""."""
    marked: list[float] = []
    rest: list[float] = []
    for r in range(table.header_rows, len(table.rows)):
        value = _number(table.rows[r][column]) if column < len(table.rows[r]) else None
        if value is not None:
            (marked if (r, column) in table.best else rest).append(value)
    if (row, column) not in table.best or not marked or not rest:
        return ""
    return "higher" if min(marked) > max(rest) else "lower" if max(marked) < min(rest) else ""


def _row_label(before: Sequence[str]) -> str:
    """Give the words to the left of a cell, `fixed, nearest mean`; cells without a word are results, unless first."""
    texts = [line(readable(text[:400]), 40) for text in before]
    words = [text for n, text in enumerate(texts) if text and (n == 0 or re.search("[A-Za-z]{3}", text))]
    return ", ".join(list(dict.fromkeys(words))[:3])


def _number(text: str) -> float | None:
    r"""Give the first number of a cell (`91.2 +- 0.3`, `1.2e-3`, `1,234`, `3.3 \cdot 10^{18}`); None where there is none."""
    match = _NUMBER.search(text[:200])
    if match is None:
        return None
    power = (match["power"] or "").strip("{} ").replace("−", "-")
    try:
        return float(match["plain"].replace("−", "-").replace(",", "") + (f"e{power}" if power else ""))
    except ValueError:  # digits outside ASCII that float() does not read together
        return None


def _unit(text: str, number: str) -> str:
    """Give `%` where a per cent sign follows the number or stands in the column's head."""
    after = text.partition(number)[2] if number else ""
    return "%" if "%" in after[:3] or text.rstrip().endswith(("%", "%)")) else ""


_NUMBER = re.compile(
    r"(?P<plain>[-−]?(?:\d[\d,]{0,20}(?:\.\d{1,20})?|\.\d{1,20})(?:[eE][-+]?\d{1,2})?)"
    r"(?:\s*(?:\\cdot|\\times|×|·)\s*10\s*\^\s*(?P<power>\d|\{\s*[-−+]?\d{1,3}\s*\}))?"
)
