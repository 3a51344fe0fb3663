"""Sentences that claim a result with a number, each tied to the table cell that holds the same number."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from paperlab.extract.grid import is_number
from paperlab.extract.numbers import WORDS, as_float
from paperlab.extract.passage import Passage, Sentence, sentences
from paperlab.records.extracted import Cell, ClaimSentence, Table

_CUE = re.compile(
    r"\b(?:improv\w*|outperform\w*|better|worse|reduc\w+|lower\w*|higher|increas\w+|decreas\w+|achiev\w+|obtain\w*|reach\w*|attain\w*|gains?|"
    r"gained|faster|slower|speed-?ups?|fewer|surpass\w*|exceed\w*|state[- ]of[- ]the[- ]art|compared (?:to|with)|drops?|dropped|"
    r"beats?|best|win(?:s|ning)?|superior|boosts?|raises?|saves?|cuts?|halves|doubles|matches|competitive|"
    r"(?:more|less|fewer|faster|slower) than|smaller|larger|rises?|falls?|degrad\w+|more (?:accurate|efficient)|less|yields?|yielding|scores?|performs?|against|over|versus|vs\.?)(?![\w-])",
    re.IGNORECASE,
)
_STRONG = re.compile(
    r"\b(?:improv\w*|outperform\w*|better|reduc\w+|lowers?|higher|achiev\w+|obtains?|reach\w*|attain\w*|gains?|faster|speed-?ups?|surpass\w*|"
    r"exceed\w*|state[- ]of[- ]the[- ]art|best|superior|drops?|increases?|decreases?|beats?|boosts?|compared)(?![\w-])",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"(?<![\w.\-–_^{/])[-−+]?\$?(\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?|\.\d+)(?![\w]*[a-jl-wyzA-JL-Z]\w)(\s?(?:%|\\%|percent|×|x\b|times|points?|fold|K\b|M\b|B\b))?"
)
_NOT_A_RESULT = re.compile(
    r"(?:Section|Sec\.?|Table|Tab\.?|Figure|Fig\.?|Eq\.?|Equation|Algorithm|Appendix|Theorem|Lemma|Step|Chapter|version|layers?|top-|Top-|CIFAR-?|GPT-|page|rows?|columns?|\[)\s*\(?$"
)
_UNIT_AFTER = re.compile(
    r"\s*-?\s*(?:epochs?|layers?|heads?|GPUs?|hours?|days?|steps|iterations|seeds?|datasets?|tasks?|languages?|examples|images|samples|classes|parameters|categories|runs|times? (?:steps|each))\b",
    re.IGNORECASE,
)
_QUIET = re.compile(
    r"related work|acknowledg|background|preliminar|proof|reference|previous work|broader impact|notation",
    re.IGNORECASE,
)
_LOUD = re.compile(
    r"abstract|introduction|conclusion|result|experiment|evaluation|analysis|discussion|ablation|comparison|performance|summary|contribution|study|studies",
    re.IGNORECASE,
)
_SETTING = re.compile(
    r"learning rate|batch size|weight decay|dropout rate|hidden units|we train(?:ed)? (?:for|with|on)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9-]+")
_COMMON = frozenset(
    "the and for with over from our model method ours results using task value average avg score".split()
)


@dataclass(frozen=True, slots=True)
class _Place:
    value: float
    table: str
    row: int
    column: int
    words: frozenset[str]
    """Words of the row's label and of the column's head."""
    best: bool


def read_claims(passages: Iterable[Passage], tables: Sequence[Table] = ()) -> tuple[ClaimSentence, ...]:
    """Give the claims in the order of the document, each sentence once."""
    places = _places(tables)
    found: dict[str, ClaimSentence] = {}
    for passage in passages:
        if _QUIET.search(passage.section or ""):
            continue
        for sentence in sentences(passage):
            numbers = _results(sentence.text)
            if numbers and _claims(sentence, passage, numbers, places):
                found.setdefault(sentence.text, _claim(sentence, passage, numbers, places))
    return tuple(found.values())


def _claim(
    sentence: Sentence, passage: Passage, numbers: list[str], places: dict[float, list[_Place]]
) -> ClaimSentence:
    return ClaimSentence(
        text=_clauses(sentence.text, numbers),
        section=passage.section,
        numbers=tuple(numbers),
        cell=_cell(sentence.text, numbers, places),
        span=sentence.span,
    )


def _clauses(text: str, numbers: Sequence[str]) -> str:
    """Cut an enumeration `(i) ...; (ii) ...` to the items that hold the numbers; other sentences stay whole."""
    parts = re.split(r"(?:;\s*(?:and\s+)?|:\s*|,\s*(?:and\s+)?)(?=\((?:[ivx]{1,4}|[a-h]|\d)\)\s)", text)
    if len(parts) < 3:
        return text
    kept = [p for p in parts if any(re.search(rf"(?<![\d.]){re.escape(n)}(?!\d)", p.replace(",", "")) for n in numbers)]
    return "; ".join(re.sub(r"^\((?:[ivx]{1,4}|[a-h]|\d)\)\s*", "", p) for p in kept) or text


def _claims(sentence: Sentence, passage: Passage, numbers: list[str], places: dict[float, list[_Place]]) -> bool:
    """Decide: a loud place needs a cue; elsewhere a strong cue and a number that looks measured."""
    text = sentence.text
    if len(text) > 900 or _SETTING.search(text):
        return False
    loud = passage.kind in ("abstract", "caption") or bool(_LOUD.search(passage.section or ""))
    measured = any("." in n for n in numbers) or bool(
        re.search(r"\d\s?(?:%|\\%|percent|×|x\b|times|points?|fold)", text)
    )
    in_table = any(_value(n) in places for n in numbers if "." in n)
    if loud:
        return bool(_CUE.search(text)) and (measured or in_table)
    return bool(_STRONG.search(text)) and measured


def _results(text: str) -> list[str]:
    """Give the numbers of a sentence that can be results: not those of sections, years, counts."""
    out: dict[str, None] = {}
    plain = re.sub(
        r"\$([^$]*)\$", lambda m: m.group() if re.search(r"[=_]|\\[a-z]{3,}", m.group(1)) is None else " ", text
    )
    for found in _NUMBER.finditer(plain):
        number, unit = found.group(1), (found.group(2) or "").strip()
        before, after = plain[: found.start()], plain[found.end() :]
        year = not unit and re.fullmatch(r"(?:19|20)\d\d", number)
        count = not unit and "." not in number and (_UNIT_AFTER.match(after) or len(number) == 1)
        if not (year or count or _NOT_A_RESULT.search(before[-14:]) or after.startswith("D ")):
            out[number.replace(",", "")] = None
    return [*out]


def _places(tables: Sequence[Table]) -> dict[float, list[_Place]]:
    out: dict[float, list[_Place]] = {}
    for table in tables:
        if not table.number:
            continue
        best = set(table.best)
        heads = [
            frozenset(_words(" ".join(r[k] for r in table.rows[: table.header_rows])))
            for k in range(len(table.rows[0]) if table.rows else 0)
        ]
        for i, row in enumerate(table.rows[table.header_rows :], table.header_rows):
            label = frozenset(_words(" ".join(c for c in row[:3] if not is_number(c))))
            for k, cell in enumerate(row):
                value = as_float(cell) if is_number(cell) else None
                if value is not None:
                    out.setdefault(value, []).append(
                        _Place(value, table.number, i, k, label | heads[k], (i, k) in best)
                    )
    return out


def _words(text: str) -> Iterator[str]:
    return (w.lower() for w in _WORD.findall(text) if w.lower() not in _COMMON)


def _value(number: str) -> float | None:
    return as_float(WORDS.get(number, number))


def _cell(text: str, numbers: Sequence[str], places: dict[float, list[_Place]]) -> Cell | None:
    """Choose the cell with the same number whose row and column the sentence names best."""
    words = frozenset(_words(text))
    named = set(re.findall(r"\bTab(?:le|\.)?[\s~]*([A-Z]?\.?\d+)", text))
    scored: list[tuple[float, int, _Place]] = []
    for order, number in enumerate(numbers):
        for place in places.get(_value(number) or float("nan"), ()):
            overlap = len(words & place.words)
            sure = "." in number or len(number) > 2 or overlap > 0
            if sure:
                scored.append(
                    (overlap + 0.5 * place.best + 2.0 * (place.table.rstrip("abcdefghi") in named), -order, place)
                )
    if not scored:
        return None
    place = max(scored, key=lambda s: (s[0], s[1]))[2]
    return Cell(table=place.table, row=place.row, column=place.column)
