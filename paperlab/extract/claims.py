"""Sentences that claim a result with a number, each tied to the table cell that holds the same number."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from paperlab.extract.lexicon import names_metric
from paperlab.extract.numbers import VALUE, WORDS, as_float, plain
from paperlab.extract.passage import Passage, Sentence, sentences, with_references
from paperlab.extract.resultcells import ResultCell, decimals, result_cells, words
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
    r"learning rate|batch size|weight decay|dropout rate|hidden units|we train(?:ed)? (?:for|with|on)|thresholds?\b|\b(?:is|are|was|were|we|and) (?:set|fix(?:ed)?|chosen) |"
    r"\bwe set\b|keep probability|must exceed",
    re.IGNORECASE,
)
_Places = dict[float, list[ResultCell]]


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


def _claim(sentence: Sentence, passage: Passage, numbers: list[str], places: _Places) -> ClaimSentence:
    printed = with_references(sentence)
    return ClaimSentence(
        text=_clauses(printed, numbers),
        section=passage.section,
        numbers=tuple(numbers),
        cell=_cell(printed, numbers, places),
        span=sentence.span,
    )


def _clauses(text: str, numbers: Sequence[str]) -> str:
    """Cut an enumeration `(i) ...; (ii) ...` to the items that hold the numbers; other sentences stay whole."""
    parts = re.split(r"(?:;\s*(?:and\s+)?|:\s*|,\s*(?:and\s+)?)(?=\((?:[ivx]{1,4}|[a-h]|\d)\)\s)", text)
    if len(parts) < 3:
        return text
    kept = [p for p in parts if any(re.search(rf"(?<![\d.]){re.escape(n)}(?!\d)", p.replace(",", "")) for n in numbers)]
    return "; ".join(re.sub(r"^\((?:[ivx]{1,4}|[a-h]|\d)\)\s*", "", p) for p in kept) or text


def _claims(sentence: Sentence, passage: Passage, numbers: list[str], places: _Places) -> bool:
    """Decide: a loud place needs a cue; elsewhere a strong cue and a number that looks measured."""
    text = sentence.text
    if len(text) > 900:
        return False
    if _stated(text):
        return True
    if _SETTING.search(text):
        return False
    measured = any("." in n for n in numbers) or _MEASURED.search(text) is not None
    in_table = any(_at(n, places) for n in numbers if "." in n)
    about = in_table or names_metric(text)
    if passage.kind in ("abstract", "caption") or _LOUD.search(passage.section or ""):
        return bool(_STRONG.search(text) and measured) or bool(_CUE.search(text) and about and (measured or in_table))
    return bool(_STRONG.search(text)) and measured and (about or _MEASURED.search(text) is not None)


_MEASURED = re.compile(r"\d\s?(?:%|\\%|percent|×(?!\s?\d)|x\b(?!\s?\d)|times|points?|fold)|factor of")


_PART = re.compile(
    r"\.\d|:\s+[A-Z]|\s*[×x]\s*\d|\s?%?\s?(?:confidence|CI\b|credible|quantile|percentile|upper bound|lower bound)|\s*(?:-|–)\s*(?:bit|dim)"
)
"""What follows a number that is a part of something else: `5.6.1`, `5.2: Heading`, `256 × 256`, `95% confidence`."""
_PART_BEFORE = re.compile(r"\d\s*[×x]\s*$|\bp\s*[<=>≤]\s*$|\d\.$|\^$")
_NAME_BEFORE = re.compile(r"\S\s+\(?([A-Z][\w+-]*)\s$")


def _version(before: str, number: str) -> bool:
    """Tell whether a number belongs to a name: `Llama 3.1`, `SQuAD 1.1`; but `FID 3.1` is a result."""
    found = _NAME_BEFORE.search(before[-40:])
    if found is None or names_metric(found.group(1)):
        return False
    return decimals(number) == 1 and float(number.replace(",", "")) < 10


def _results(text: str) -> list[str]:
    """Give the numbers of a sentence that can be results: not those of sections, years, counts."""
    out: dict[str, None] = {}
    told = re.sub(
        r"\$([^$]*)\$", lambda m: m.group() if re.search(r"[=_]|\\[a-z]{3,}", m.group(1)) is None else " ", text
    )
    for found in _NUMBER.finditer(told):
        number, unit = found.group(1), (found.group(2) or "").strip()
        before, after = told[: found.start()], told[found.end() :]
        year = not unit and re.fullmatch(r"(?:19|20)\d\d", number)
        if _PART.match(after) or _PART_BEFORE.search(before) or (not unit and _version(before, number)):
            continue
        count = not unit and "." not in number and (_UNIT_AFTER.match(after) or len(number) == 1)
        if not (year or count or _NOT_A_RESULT.search(before[-14:]) or after.startswith("D ")):
            out[number.replace(",", "")] = None
    return [*dict.fromkeys([*out, *_stated(text)])]


_STATED = re.compile(
    rf"(?<![A-Za-z\\])(?P<metric>[A-Z][A-Za-z-]{{1,15}})\}}?(?:\\!|[\s~])*=(?:\\!|[\s~])*(?P<number>{VALUE})"
)
"""A formula that gives a metric its number: `$\\rm{RMSE} = 1.2$`."""


def _stated(text: str) -> list[str]:
    return [
        plain(found["number"]) for found in _STATED.finditer(text.replace(r"\,", "")) if names_metric(found["metric"])
    ]


def _places(tables: Sequence[Table]) -> _Places:
    out: dict[float, list[ResultCell]] = {}
    for cell in result_cells(tables):
        out.setdefault(cell.value, []).append(cell)
    return out


def _value(number: str) -> float | None:
    return as_float(WORDS.get(number, number))


def _at(number: str, places: _Places) -> list[ResultCell]:
    """Give the cells that can be a number of the text: equal, and written as finely (`3.00` is no `3`, `13` no `13.0`)."""
    value = _value(number)
    found = places.get(value, []) if value is not None else []
    written = decimals(number)
    return [cell for cell in found if cell.decimals == written or cell.decimals > written > 0]


_BEFORE_OTHERS = re.compile(
    r"(?:\bfrom|\bover|\bthan|\bagainst|\bversus|\bvs\.?|compared (?:to|with)|\bprevious\b[^,;]{0,30}|\bbaseline\b[^,;]{0,30})\s*[\w\s]{0,12}\(?$",
    re.IGNORECASE,
)


_BEFORE_ALL = re.compile(r"(?:\bagainst|\bversus|\bvs\.?|compared (?:to|with))\b[^,;:]*$", re.IGNORECASE)
"""Up to the next comma all numbers are those of others: `against 89.2% for A and 98.4% for B`."""


def _others(text: str, number: str) -> bool:
    """Tell whether the sentence gives a number as what is compared to: `from 13.1 to 53.8`, `against 86.6`."""
    at = text.find(number)
    return at >= 0 and (
        _BEFORE_OTHERS.search(text[max(0, at - 50) : at]) is not None
        or _BEFORE_ALL.search(text[max(0, at - 100) : at]) is not None
        or re.match(r"\s*%?\s*(?:→|\$?\\(?:right|to)|to\b)", text[at + len(number) : at + len(number) + 12]) is not None
    )


def _cell(text: str, numbers: Sequence[str], places: _Places) -> Cell | None:
    """Choose the cell with the same number whose row and column the sentence names best; none without such evidence."""
    said = words(text)
    named = set(re.findall(r"\bTab(?:le|\.)?[\s~]*([A-Z]?\.?\d+)", text))
    scored: list[tuple[float, int, ResultCell]] = []
    for order, number in enumerate(numbers):
        found = _at(number, places)
        for cell in found:
            near = (
                len(said & cell.words)
                + 2.0 * (cell.table.rstrip("abcdefghi") in named)
                + 0.5 * cell.best
                + 0.5 * cell.own
            )
            rare = len(found) == 1 and len(re.sub(r"\D", "", number)) >= 3
            if near or rare:
                score = near + min(0.9, 0.3 * len(said & cell.caption)) - 1.5 * _others(text, number) - 0.5 * order
                scored.append((score, -order, cell))
    if not scored:
        return None
    cell = max(scored, key=lambda s: s[:2])[2]
    return Cell(table=cell.table, row=cell.row, column=cell.column)
