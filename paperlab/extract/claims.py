"""Sentences that claim a result with a number, each tied to the table cell that holds the same number."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from paperlab.extract.claimcells import Places, cells_with, claim_cells, places
from paperlab.extract.claimgaps import Lines, lines_of
from paperlab.extract.claimkinds import formula_numbers, metric_numbers, stated_numbers
from paperlab.extract.claimnumbers import plain_numbers
from paperlab.extract.claimwhose import is_others, own_names
from paperlab.extract.lexicon import names_metric
from paperlab.extract.numbers import WORDS
from paperlab.extract.passage import Passage, Sentence, sentences, with_references
from paperlab.records.extracted import ClaimSentence, Table

_CUE = re.compile(
    r"\b(?:improv\w*|outperform\w*|underperform\w*|better|worse|reduc\w+|lower\w*|higher|increas\w+|decreas\w+|achiev\w+|obtain\w*|reach\w*|attain\w*|gains?|"
    r"gained|faster|slower|speed-?ups?|fewer|surpass\w*|exceed\w*|state[- ]of[- ]the[- ]art|compared (?:to|with)|drops?|dropped|"
    r"beats?|best|win(?:s|ning)?|superior|boosts?|raises?|saves?|cuts?|halves|doubles|matches|competitive|"
    r"(?:more|less|fewer|faster|slower) than|smaller|larger|rises?|falls?|degrad\w+|more (?:accurate|efficient)|less|yields?|yielding|scored|scores(?= \D{0,20}\d)|performs?|against|over|versus|vs\.?)(?![\w-])",
    re.IGNORECASE,
)
_STRONG = re.compile(
    r"\b(?:improv\w*|outperform\w*|underperform\w*|better|reduc\w+|lowers?|higher|achiev\w+|obtains?|reach\w*|attain\w*|gains?|faster|speed(?:s|ed)?[- ]?ups?|surpass\w*|"
    r"exceed\w*|state[- ]of[- ]the[- ]art|best|superior|drops?|increase[sd]?|decrease[sd]?|beats?|boosts?|compared)(?![\w-])",
    re.IGNORECASE,
)
_QUIET = re.compile(
    r"related work|acknowledg|background|preliminar|proof|reference|previous work|prior work|(?:is|was) known|broader impact|notation",
    re.IGNORECASE,
)
_LOUD = re.compile(
    r"abstract|introduction|conclusion|result|experiment|evaluation|analysis|discussion|ablation|comparison|performance|summary|contribution|study|studies|findings|observations?|observed|behaviors?|behaviours?|outcome",
    re.IGNORECASE,
)
_SETTING = re.compile(
    r"learning rate|batch size|weight decay|dropout rate|hidden units|we train(?:ed)? (?:for|with|on)|thresholds?(?= (?:of|is|are|to|at|was|were)\b| ?[=\d$(])|tolerance\b|\b(?:is|are|was|were|we|and) (?:set|fix(?:ed)?|chosen) (?!(?:a|an|the) (?:new|state))|"
    r"keep probability|must exceed",
    re.IGNORECASE,
)


def read_claims(passages: Iterable[Passage], tables: Sequence[Table] = ()) -> tuple[ClaimSentence, ...]:
    """Give the claims in the order of the document, each sentence once."""
    by_value = places(tables)
    lines = lines_of(by_value)
    labels = {t.label: t.number for t in tables if t.label and t.number}
    passages = tuple(passages)
    names = own_names(passages)
    found: dict[str, ClaimSentence] = {}
    for passage in passages:
        if _QUIET.search(passage.section or ""):
            continue
        for sentence in sentences(passage):
            if not _NUMBER.search(sentence.text) or (passage.kind == "caption" and _LEGEND.search(sentence.text)):
                continue
            text = _ELSEWHERE.sub(_blank, sentence.text)
            stated = _stated(text, passage)
            numbers = _numbers(text, stated)
            if numbers and _claims(text, passage, numbers, stated, by_value) and not is_others(sentence, names):
                referred = {labels[label] for label, _ in passage.labels if label in labels}
                found.setdefault(sentence.text, _claim(sentence, numbers, by_value, lines, referred))
    return tuple(found.values())


def _claim(
    sentence: Sentence, numbers: list[str], by_value: Places, lines: Lines, referred: Collection[str]
) -> ClaimSentence:
    printed = with_references(sentence)
    cells = claim_cells(printed, numbers, by_value, lines, referred)
    return ClaimSentence(
        text=_clauses(printed, numbers),
        section=sentence.passage.section,
        numbers=tuple(numbers),
        cell=cells[0] if cells else None,
        cells=cells,
        span=sentence.span,
    )


def _clauses(text: str, numbers: Sequence[str]) -> str:
    """Cut an enumeration `(i) ...; (ii) ...` to the items that hold the numbers; other sentences stay whole."""
    parts = re.split(r"(?:;\s*(?:and\s+)?|:\s*|,\s*(?:and\s+)?)(?=\((?:[ivx]{1,4}|[a-h]|\d)\)\s)", text)
    if len(parts) < 3:
        return text
    kept = [p for p in parts if any(re.search(rf"(?<![\d.]){re.escape(n)}(?!\d)", p.replace(",", "")) for n in numbers)]
    return "; ".join(re.sub(r"^\((?:[ivx]{1,4}|[a-h]|\d)\)\s*", "", p) for p in kept) or text


def _stated(text: str, passage: Passage) -> list[tuple[int, str]]:
    """Give (place, number) of what a sentence states as a result without any cue."""
    if _SETTING.search(text):
        reached = metric_numbers(text) if _is_loud(passage) and _REACHED.search(text) else ()
        return [*formula_numbers(text), *reached]
    found = list(stated_numbers(text))
    return [*found, *metric_numbers(text)] if _is_loud(passage) else found


def _numbers(text: str, stated: list[tuple[int, str]]) -> list[str]:
    """Give the numbers of a sentence that can be results, in their order, each once; settings beside a stated one are none."""
    others = [] if _SETTING.search(text) and stated else plain_numbers(text)
    found: dict[int, str] = {}
    for place, number in sorted([*others, *stated]):
        found[place] = max(found.get(place, ""), number, key=len)
    return [*dict.fromkeys(found.values())]


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])


def _is_loud(passage: Passage) -> bool:
    return passage.kind in ("abstract", "caption") or _LOUD.search(passage.section or "") is not None


def _claims(text: str, passage: Passage, numbers: list[str], stated: list[tuple[int, str]], by_value: Places) -> bool:
    """Decide: a loud place needs a cue; elsewhere a strong cue and a number that looks measured."""
    text = _PURPOSE.sub("", text)
    if len(text) > 900 or stated or _SETTING.search(text):
        return bool(stated) and len(text) <= 900
    measured = any("." in n for n in numbers) or _MEASURED.search(text) is not None
    in_table = any(cells_with(n, by_value) for n in numbers if "." in n)
    about = in_table or names_metric(text)
    if _is_loud(passage):
        if _THAN.search(text) and names_metric(text) and any(len(re.sub(r"\D", "", n)) > 2 for n in numbers):
            return True
        if sum("." in n for n in numbers) > 1 and _CONTRASTS.search(text) and _OURS.search(text):
            return True  # whatever was measured
        return bool(_STRONG.search(text) and measured) or bool(_CUE.search(text) and about and (measured or in_table))
    return bool(_STRONG.search(text)) and measured and (about or _MEASURED.search(text) is not None)


_THAN = re.compile(
    r"\b(?:(?:higher|lower|better|worse|smaller|larger|closer|faster|slower|fewer) (?:[\w-]+ ){0,6}than|outperform\w*)\b",
    re.IGNORECASE,
)
"""Says that one is better, whatever the number is: `with 1,000 labels it has a lower error than`."""
_CONTRASTS = re.compile(r"\b(?:whereas|while|against|versus|vs\.?|(?:up|down) from)(?![\w-])", re.IGNORECASE)
_OURS = re.compile(r"\b(?:we|ours?|proposed|(?:this|the) (?:method|approach|model|system))\b", re.IGNORECASE)
"""The paper's own number beside another, where no word tells what is measured: `ours gets to 0.8 whereas theirs stays at 0.7`."""
_NUMBER = re.compile(rf"\d|\b(?:{'|'.join(WORDS)})\b")
"""Most sentences hold none and need no closer look."""
_PURPOSE = re.compile(r"^To (?:further )?[a-z]+ (?:up )?|\b[Ii]n order to [a-z]+ (?:up )?")
"""What a sentence wants is not yet what it claims: `To reduce the cost, we sample 10% of the pixels`."""
_REACHED = re.compile(r"\b(?:achiev|reach|yield|obtain|attain)(?:s|es|ed|ing)?\b")
"""Says that a number is a result, although the sentence tells settings, too."""
_ELSEWHERE = re.compile(r"\barXiv:\s?[\w./-]*\d|\b(?:unless|until|iff|if and only if)\b(?:[^,;:.]|\.\d)*")
"""Numbers in addresses and in conditions are none of results: `unless the hit rate is above 99%`."""
_LEGEND = re.compile(
    r"\b(?:red|green|blue|orange|purple|gr[ae]y|bold(?:face)?|shad(?:ed|ing)|underlin\w+|italics?|dashed|solid|dotted|colou?rs?|arrows?|stars?|asterisks?|brackets?)\b[^.;]{0,30}?\b(?:flag|mark|denote|indicate|highlight|represent)s?\b",
    re.IGNORECASE,
)
"""How a table or figure is to be read: `red marks rates above 4%`."""
_MEASURED = re.compile(
    rf"\d\s?(?:%|percent|per cent|×(?!\s?\d)|x\b(?!\s?\d)|times|points?|fold|dB\b)|factor of|orders? of magnitude|\b(?:{'|'.join(WORDS)}) (?:percent|per cent)\b"
)
