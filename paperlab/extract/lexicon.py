"""Datasets and metrics that a paper names, by a lexicon kept as data (lexicon.toml)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import chain

from paperlab.extract.acronyms import meaning, written_out
from paperlab.extract.ownnames import (
    beside_known,
    headed_datasets,
    is_measure,
    listed_datasets,
    own_datasets,
    own_metrics,
    titled_dataset,
)
from paperlab.extract.passage import LONGEST, Passage, split_sentences
from paperlab.extract.text import to_text
from paperlab.records.extracted import Table

NEAR = 60
"""Characters on each side in which a word must stand that shows what an ambiguous name means."""
BESIDE = 25
"""The same for a number."""
_RELATED = re.compile(r"related work|acknowledg|previous work|prior work", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Names:
    pattern: re.Pattern[str]
    canonical: Mapping[str, str]
    ambiguous: frozenset[str]
    beside: re.Pattern[str]
    measured: bool
    """A number beside an everyday word shows what it means."""
    means: Callable[[str], bool]
    """Tells whether the long form of a short one can be such a name."""


_RESULT = re.compile(r"(?<![.\d:])\d{1,3}\.\d|\d\s?%")
"""A number that looks measured shows what an everyday word means: `a recall of 0.97`."""


def _is_no_method(long: str) -> bool:
    return _METHOD.search(long) is None


_EVALUATION = re.compile(r"evaluation|understudy", re.IGNORECASE)
_METHOD = re.compile(
    r"(?:networks?|models?|(?:auto)?encoders?|decoders?|methods?|algorithms?|learning|attention|transformers?|replay|optimi[sz](?:ation|er)|regulari[sz]ation|loss|modules?|"
    r"layers?|frameworks?|search|sampling|estimat(?:ion|or)|mechanism|policy|pruning|inference|convolutions?|machines?|process|descent|components?|effects?|memory)$",
    re.IGNORECASE,
)


def _cases(form: str) -> tuple[str, ...]:
    """Give a form in small letters also as it stands at the start of a sentence and in a head.

    >>> _cases("mean error"), _cases("F1")
    (('mean error', 'Mean error', 'Mean Error'), ('F1',))
    """
    small = form.islower() and len(form) > 4 and form.replace(" ", "").replace("-", "").isalpha()
    return tuple(dict.fromkeys((form, form[0].upper() + form[1:], form.title()))) if small else (form,)


@lru_cache(maxsize=2)
def _names(kind: str) -> _Names:
    data = tomllib.loads(files("paperlab.extract").joinpath("lexicon.toml").read_text(encoding="utf-8"))
    canonical = {form: name for name, forms in data[kind].items() for given in (name, *forms) for form in _cases(given)}
    longest_first = sorted(canonical, key=len, reverse=True)
    words = data["ambiguous"]["beside" if kind == "datasets" else "metrics_beside"]
    ambiguous = data["ambiguous"]["names" if kind == "datasets" else "metrics"]
    return _Names(
        pattern=re.compile(
            r"(?<![\w-])(?:" + "|".join(map(re.escape, longest_first)) + r")(?![\w])(?!-(?!v\d|(?:pre-?)?train)[a-z])"
        ),
        canonical=canonical,
        ambiguous=frozenset(ambiguous),
        beside=re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, words)) + r")(?!\w)"),
        measured=kind == "metrics",
        means=_is_no_method if kind == "datasets" else is_measure,
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
    return _MEASURES.search(text) is not None or any(True for _ in _in_text(_names("metrics"), text, {}))


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
_RATE = re.compile(r"(?:accurac(?:y|ies)|correctness|errors?|scores?|perplexity|correlations?|coverage|Jaccard (?:index|similarity)|(?:error|success|recognition|detection|failure|win|hit|positive|negative|misclassification) rates?)\s*$", re.IGNORECASE)  # fmt: skip
_MEASURES = re.compile(
    r"\b(?:accurac|error|loss|score|perplexit|speed|latenc|throughput|memory|runtime|FLOPs?\b|return|reward|regret|faster|slower|performance|improvement|gain)",
    re.IGNORECASE,
)


def _read(kind: str, passages: Iterable[Passage], tables: Sequence[Table]) -> tuple[str, ...]:
    names = _names(kind)
    texts = [(p, _text(p.tex[:LONGEST])) for p in passages if not _RELATED.search(p.section or "")]
    written = written_out(text for _, text in texts)
    found: dict[str, str] = {}
    for passage, text in texts:
        _add(found, _in_text(names, text, written))
        _add(found, _own(kind, names, passage, text))
    for table in tables:
        heads = [*(c for row in table.rows[: table.header_rows] for c in row), *(row[0] for row in table.rows if row)]
        for cell in heads:
            _add(found, _in_cell(names, cell, written))
    if kind == "datasets":
        _add(
            found,
            _unknown(names, chain(listed_datasets(tables), headed_datasets(tables, _names("metrics").pattern.search))),
        )
    return tuple(found.values())


@lru_cache(maxsize=4096)
def _text(tex: str) -> str:
    """Give a passage as text, which both kinds of names are read from."""
    return to_text(tex)


def _add(found: dict[str, str], names: Iterable[str]) -> None:
    """Keep the first spelling of each name."""
    for name in names:
        found.setdefault(re.sub(r"[\W_]+", "", name).lower(), name)


def _own(kind: str, names: _Names, passage: Passage, text: str) -> Iterator[str]:
    """Give the names that the text itself explains."""
    if kind == "datasets":
        own = (own_datasets(text), beside_known(text, names.canonical.get), titled_dataset(passage.section or "", text))
        yield from _unknown(names, chain.from_iterable(own))
    elif "(" in text or "etrics" in text or "easures" in text:
        for sentence in split_sentences(text):
            written = {s: long for s, long in written_out([sentence]).items() if not names.pattern.search(long)}
            told = own_metrics(f"{passage.section or ''}. {sentence}", written)
            yield from _unknown(names, told)


def _unknown(names: _Names, own: Iterable[str]) -> Iterator[str]:
    """Give the names that the lexicon lacks, and those that it holds by their usual names."""
    for name in own:
        if name in names.canonical:
            yield names.canonical[name]
        elif not names.pattern.search(name):
            yield name


def _in_text(names: _Names, text: str, written: Mapping[str, str]) -> Iterable[str]:
    for found in names.pattern.finditer(text):
        name, said = names.canonical[found.group()], found.group()
        if _means_else(names, said, written):
            continue
        doubtful = name in names.ambiguous or said in names.ambiguous
        if not doubtful or _shown(names, found, text):
            yield name


def _shown(names: _Names, found: re.Match[str], text: str) -> bool:
    """Tell whether the words around an everyday word show that it names what is looked for."""
    if _TITLED.search(text, 0, found.start()) and found.group().istitle():
        return False
    near = names.beside.search(text[max(0, found.start() - NEAR) : found.end() + NEAR])
    return near is not None or (
        names.measured and _RESULT.search(text[max(0, found.start() - BESIDE) : found.end() + BESIDE]) is not None
    )


_TITLED = re.compile(r"(?<![.!?:]\s)\b[A-Z][a-z]+\s$")
"""A word with a capital before another one: both are part of a name."""


def _means_else(names: _Names, said: str, written: Mapping[str, str]) -> bool:
    """Tell whether the paper writes a short form out as something that the lexicon does not mean by it."""
    long = meaning(said, written) if said.isupper() else ""
    return bool(long) and not names.pattern.search(long) and not names.means(long) and not _EVALUATION.search(long)


_UNIT = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\\(?:up|down)arrow(?![a-z])|[↑↓%$]|,\s*(?:ms|s|%)$")
"""What a head adds to a name: `Latency (ms) ↓`."""
_VERSION = re.compile(r"-v\d+$")
"""The end of an environment's name: `Hopper-v3`."""


def _in_cell(names: _Names, cell: str, written: Mapping[str, str]) -> Iterable[str]:
    """In a header or row label a name stands for itself; an everyday word only alone, with its unit or the way that is better."""
    alone = _VERSION.sub("", _UNIT.sub("", cell).strip())
    for found in names.pattern.finditer(cell):
        if (names.canonical[found.group()] not in names.ambiguous or found.group() == alone) and not _means_else(
            names, found.group(), written
        ):
            yield names.canonical[found.group()]
