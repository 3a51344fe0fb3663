"""Datasets and metrics that a paper names, by a lexicon kept as data (lexicon.toml)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from paperlab.extract.passage import LONGEST, Passage
from paperlab.extract.text import to_text
from paperlab.records.extracted import Table

NEAR = 60
"""Characters on each side in which a word must stand that shows what an ambiguous name means."""
_RELATED = re.compile(r"related work|acknowledg|previous work|prior work", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Names:
    pattern: re.Pattern[str]
    canonical: Mapping[str, str]
    ambiguous: frozenset[str]
    beside: re.Pattern[str]


@lru_cache(maxsize=2)
def _names(kind: str) -> _Names:
    data = tomllib.loads(files("paperlab.extract").joinpath("lexicon.toml").read_text(encoding="utf-8"))
    canonical = {form: name for name, forms in data[kind].items() for form in (name, *forms)}
    longest_first = sorted(canonical, key=len, reverse=True)
    words = data["ambiguous"]["beside" if kind == "datasets" else "metrics_beside"]
    ambiguous = data["ambiguous"]["names" if kind == "datasets" else "metrics"]
    return _Names(
        pattern=re.compile(r"(?<![\w-])(?:" + "|".join(map(re.escape, longest_first)) + r")(?![\w])(?!-(?!v\d)[a-z])"),
        canonical=canonical,
        ambiguous=frozenset(ambiguous),
        beside=re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, words)) + r")(?!\w)"),
    )


def read_datasets(passages: Iterable[Passage], tables: Sequence[Table] = ()) -> tuple[str, ...]:
    """Give the datasets that text and tables name, by their usual names, in the order of first mention."""
    return _read("datasets", passages, tables)


def read_metrics(passages: Iterable[Passage], tables: Sequence[Table] = ()) -> tuple[str, ...]:
    """Give the metrics that text and tables name, by their usual names, in the order of first mention."""
    return _read("metrics", passages, tables)


def names_metric(text: str) -> bool:
    """Tell whether a text names something that is measured.

    >>> names_metric("an F1 of 0.3"), names_metric("images of Llama")
    (True, False)
    """
    return _MEASURES.search(text) is not None or any(True for _ in _in_text(_names("metrics"), text))


def is_metric(phrase: str) -> bool:
    """Tell whether the last words before a number name a metric.

    >>> is_metric("a top-1 error"), is_metric("the CIDEr gap"), is_metric("an error weight"), is_metric("a step")
    (True, True, False, False)
    """
    names = _names("metrics")
    if _NO_METRIC.search(phrase):
        return False
    return _RATE.search(phrase) is not None or names.pattern.search(phrase) is not None


_NO_METRIC = re.compile(
    r"(?:weights?|coefficients?|thresholds?|terms?|functions?|tolerances?|margins?|budgets?|targets?)\s*$"
)
_RATE = re.compile(r"(?:accurac(?:y|ies)|errors?|scores?|perplexity|correlations?|coverage|Jaccard (?:index|similarity)|(?:error|success|recognition|detection|failure|win|hit|positive|negative|misclassification) rates?)\s*$", re.IGNORECASE)  # fmt: skip
_MEASURES = re.compile(
    r"\b(?:accurac|error|loss|score|perplexit|speed|latenc|throughput|memory|runtime|FLOPs?\b|return|reward|regret|faster|slower|performance|improvement|gain)",
    re.IGNORECASE,
)


def _read(kind: str, passages: Iterable[Passage], tables: Sequence[Table]) -> tuple[str, ...]:
    names = _names(kind)
    found: dict[str, None] = {}
    for passage in passages:
        if not _RELATED.search(passage.section or ""):
            text = to_text(passage.tex[:LONGEST])
            found |= dict.fromkeys(_in_text(names, text))
            found |= dict.fromkeys(_called(names, text) if kind == "datasets" else ())
    for table in tables:
        heads = [*(c for row in table.rows[: table.header_rows] for c in row), *(row[0] for row in table.rows if row)]
        for cell in heads:
            found |= dict.fromkeys(_in_cell(names, cell))
    return tuple(found)


def _in_text(names: _Names, text: str) -> Iterable[str]:
    for found in names.pattern.finditer(text):
        name = names.canonical[found.group()]
        around = text[max(0, found.start() - NEAR) : found.end() + NEAR]
        if (name not in names.ambiguous and found.group() not in names.ambiguous) or names.beside.search(around):
            yield name


_NAME = r"(?:[A-Z][A-Za-z0-9]*(?:[-/+][A-Za-z0-9]+)*|\d+[A-Z][A-Za-z]*)"
_NAMES = rf"{_NAME}(?:\s(?:{_NAME}|v?\d+(?:\.\d+)?)){{0,3}}"
_CALLED = re.compile(
    rf"(?:\b(?:[Tt]he|[Oo]ur|[Oo]n|and|called|new)|,)\s(?P<names>{_NAMES}(?:,\s{_NAMES}){{0,4}}(?:,?\sand\s{_NAMES})?)\s(?:data\s?-?sets?|benchmarks?|corpus|corpora)\b"
)
"""`the BIGANN dataset`: what a text itself calls one, under a name with a capital."""
_NO_NAME = re.compile(
    r"(?:English|German|French|Chinese|Spanish|Russian|Arabic|Japanese|Web|Internet|Training|Train|Test|Validation|Synthetic|Real|Public|Large|Standard|Original|I|A|The|Our|This|These|Both|All)\b"
)


def _called(names: _Names, text: str) -> Iterable[str]:
    for found in _CALLED.finditer(text):
        for name in re.split(r",?\sand\s|,\s", found["names"]):
            if len(name) > 2 and not _NO_NAME.match(name) and not names.pattern.search(name):
                yield name


_VERSION = re.compile(r"-v\d+$")
"""The end of an environment's name: `Hopper-v3`."""


def _in_cell(names: _Names, cell: str) -> Iterable[str]:
    """In a header or row label a name stands for itself, unless it is an everyday word."""
    for found in names.pattern.finditer(cell):
        if names.canonical[found.group()] not in names.ambiguous or found.group() == _VERSION.sub("", cell.strip()):
            yield names.canonical[found.group()]
