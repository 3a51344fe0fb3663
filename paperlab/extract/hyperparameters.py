r"""Settings that the paper states: from tables first, then from sentences; each with the words that state it.

Precision before recall: a value without a name that a reader would accept is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import chain

from paperlab.extract.numbers import VALUE, WORDS, as_float, plain
from paperlab.extract.passage import Passage, Sentence, sentences
from paperlab.extract.settings_cells import LONGEST_QUOTE, usual_name
from paperlab.extract.settings_context import Found, is_ours
from paperlab.extract.settings_counts import counted, phrases
from paperlab.extract.settings_data import listed, splits
from paperlab.extract.settings_formulas import betas, chains, equations, pairs, reopened, shown, simulated
from paperlab.extract.settings_knobs import knobs
from paperlab.extract.settings_listings import of_listings
from paperlab.extract.settings_lists import LONGEST_ITEM, leads, of_item
from paperlab.extract.settings_moved import assigned, moved, swept
from paperlab.extract.settings_named import labelled, named
from paperlab.extract.settings_protocol import protocol
from paperlab.extract.settings_quantities import quantities
from paperlab.extract.settings_tables import row_span, settings_of_table
from paperlab.extract.settings_things import amounts, compounds, contents, things
from paperlab.extract.settings_usual import usual
from paperlab.extract.settings_words import worded
from paperlab.records.extracted import Hyperparameter, Table

_Reader = Callable[[str, Mapping[str, str]], Found]
_SKIP_SECTION = re.compile(
    r"related work|acknowledg|proof|background|preliminar|broader impact|previous work", re.IGNORECASE
)


def read_hyperparameters(
    passages: Iterable[Passage],
    tables: Sequence[Table] = (),
    symbols: Mapping[str, str] | None = None,
    source: Callable[[str], str | None] = lambda _: None,
    listings: Iterable[Passage] = (),
) -> tuple[Hyperparameter, ...]:
    r"""Read tables of settings, then sentences; each (name, value) once.

    Args:
        passages: running text in order.
        tables: the paper's tables.
        symbols: symbol -> meaning, to name what `$\eta = 0.05$` sets.
        source: path -> text of a file, to find the line of a table's row.
        listings: code of the paper.
    """
    found: dict[tuple[str, object], Hyperparameter] = {}
    lines = cache(lambda path: (source(path) or "").splitlines())
    for table in tables:
        for item in settings_of_table(table, symbols):
            found.setdefault(_key(item), replace(item, span=row_span(item, lines)))
    for item in chain(_of_text(passages, symbols or {}), of_listings(listings)):
        found.setdefault(_key(item), item)
    return tuple(found.values())


def _of_text(passages: Iterable[Passage], symbols: Mapping[str, str]) -> Iterator[Hyperparameter]:
    """Read sentences, and items of lists by the words above the list."""
    section: str | None = None  # that of the list whose items come
    for passage in passages:
        if _SKIP_SECTION.search(passage.section or ""):
            continue
        said = sentences(passage)
        for sentence in said:
            yield from _of_sentence(sentence, symbols)
        if passage.kind != "body" or not said:
            continue
        if section == (passage.section or ""):
            yield from _of_item(said)
        if said[-1].text.endswith(":"):
            section = (passage.section or "") if leads(said[-1].text) else None
        elif len(passage.tex) > LONGEST_ITEM:
            section = None


def _of_item(said: Sequence[Sentence]) -> Iterator[Hyperparameter]:
    """Read a passage as an item of a list of settings."""
    for name, value in of_item(said[0].text) if len(said) == 1 else ():
        yield Hyperparameter(
            name=usual_name(name), value=plain(value), quote=said[0].text[:LONGEST_QUOTE], span=said[0].span
        )


def _key(item: Hyperparameter) -> tuple[str, object]:
    """Take `32K` and `32000` for one value."""
    number = re.fullmatch(r"([\d.]+)([kKM]?)", item.value)
    scale = {"": 1, "k": 1e3, "m": 1e6}
    value = float(number[1]) * scale[number[2].lower()] if number and number[1].count(".") < 2 else item.value.lower()
    return item.name.lower().removesuffix("s"), value


_READERS = (
    betas,
    pairs,
    moved,
    labelled,
    named,
    assigned,
    swept,
    usual,
    chains,
    equations,
    splits,
    phrases,
    protocol,
    counted,
    listed,
    knobs,
    quantities,
    simulated,
)
"""From the surest to the loosest: what one took, the next ones leave."""
_OF_CAPTIONS = (*_READERS, shown)
_OF_OUTLINE = tuple(reader for reader in _READERS if reader not in (splits, protocol))
"""What an outline counts is what the paper comes with."""
_OF_METHODS = (*_READERS, things)
_WITHIN_EXPERIMENTS = (*_READERS, amounts, compounds)
_OF_EXPERIMENTS = (*_READERS, contents, compounds)


def _of_sentence(sentence: Sentence, symbols: Mapping[str, str]) -> Iterator[Hyperparameter]:
    text = sentence.text
    if not text.endswith("?"):
        readers = _readers(sentence.passage)
        stated = [*(_numbers(text, symbols, readers) if _NUMBER.search(text) else ()), *worded(text)]
        for name, value in stated:
            yield Hyperparameter(name=name, value=value, quote=text[:LONGEST_QUOTE], span=sentence.span)


def _readers(passage: Passage) -> tuple[_Reader, ...]:
    """Choose the readers of a passage: a caption and a section about experiments say in fewer words what was set."""
    if passage.kind == "caption":
        return _OF_CAPTIONS
    if _OUTLINE.search(passage.section or ""):
        return _OF_OUTLINE
    if _EXPERIMENTS.search(passage.section or ""):
        return _OF_EXPERIMENTS
    return _WITHIN_EXPERIMENTS if _EXPERIMENTS.search(passage.within) else _OF_METHODS


_OUTLINE = re.compile(r"abstract|introduction|conclusion|discussion|limitation|related|results", re.IGNORECASE)
_EXPERIMENTS = re.compile(
    r"experiment|set-?ups?\b|settings?\b|data ?sets?\b|\bdata\b|implementation|training|configuration|hyper-?parameter|architecture|details|evaluation|protocol",
    re.IGNORECASE,
)
_NUMBER = re.compile(rf"\d|\b(?:{'|'.join(WORDS)}|single)\b", re.IGNORECASE)


_UPRIGHT = re.compile(r"\\(?:mathrm|text|textrm|mathit|rm)\s*\{?\s*([eE])\s*(-?)\s*\}?\s*\{?\s*(-?)(\d+)\s*\}?")
r"""The exponent of `3\mathrm{e}{-4}`."""


_LARGE = re.compile(r"(?<=\d)\s*\\(?:mathrm|text|textrm|rm)\s*\{\s*([kKMBT])\s*\}")
r"""The letter of `600\mathrm{K}`."""


def _numbers(text: str, symbols: Mapping[str, str], readers: Iterable[_Reader]) -> Iterator[tuple[str, str]]:
    text = (
        _LARGE.sub(r"\1", _UPRIGHT.sub(r"\1\2\3\4", text))
        .replace("\\!", "")
        .replace("{=}", "=")
        .replace("{\\times}", "\\times")
    )
    text = reopened(text)
    taken: list[tuple[int, int]] = []
    for reader in readers:
        # Against the readers before it alone: one formula may set several symbols to one value.
        fresh = [f for f in reader(text, symbols) if not any(f[0] < end and start < f[1] for start, end in taken)]
        taken += [(start, end) for start, end, _, _ in fresh]
        for start, end, name, value in fresh:
            if is_ours(text, start):
                yield _bounded(name, value), plain(value)
                if other := _FOR_ANOTHER.match(text, end):
                    yield _bounded(name, other["value"]), plain(other["value"])


_FOR_ANOTHER = re.compile(
    rf"\$?(?:\s?[a-z]+){{0,2}}\s+\(\s*\$?(?P<value>(?>{VALUE}))\$?\s+(?:for|on)\s[^()\d]{{2,40}}\)"
)
"""What the same setting is elsewhere: `for 100 epochs (50 for COCO)`."""


def _bounded(name: str, value: str) -> str:
    """Give a beta that is no decay of an average its own name: the first of a row of variances, say."""
    decay = name in ("Adam beta1", "Adam beta2")
    return name.replace("Adam beta", "beta_") if decay and not 0.4 <= (as_float(value) or 0.5) < 1 else name
