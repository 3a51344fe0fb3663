"""What every section of the notebook is made from, and what it gives back: drafts of cells."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from paperlab.records.card import Card
from paperlab.records.extracted import Algorithm, Paper, Span
from paperlab.records.measurement import CaseInfo
from paperlab.records.paper import PaperRecord
from paperlab.scaffold.match import Match
from paperlab.scaffold.places import Places
from paperlab.scaffold.stubs import Stub


@dataclass(frozen=True, kw_only=True)
class Plan:
    """All that is known when a folder is written."""

    paper: Paper
    record: PaperRecord | None
    card: Card
    stubs: tuple[Stub, ...]
    match: Match | None
    cases: tuple[CaseInfo, ...] = ()
    """The shared cases that there are."""
    idea: Mapping[str, str] = field(default_factory=dict)
    """The learner's own main-idea fields from the reading list."""
    reading_minutes: int | None = None
    without: frozenset[str] = frozenset()
    """Names of sections that are left out."""

    @cached_property
    def places(self) -> Places:
        """Where in the paper a span stands."""
        return Places(self.paper)

    @cached_property
    def may_quote(self) -> bool:
        """Whether the paper's licence lets its words stand here; a licence that is not known says no."""
        return is_open(self.card.licence)


def is_open(licence: str | None) -> bool:
    """Say whether a licence allows its text to be copied with attribution.

    >>> is_open("http://creativecommons.org/licenses/by/4.0/"), is_open(None)
    (True, False)
    """
    return licence is not None and "creativecommons.org/" in licence.lower()


def without_words(paper: Paper) -> Paper:
    """Give the paper without its prose: no remarks in algorithms, and of a step or a condition in words its beginning."""
    equations = tuple(replace(e, tex=terse(e.tex)) for e in paper.equations)
    return replace(paper, equations=equations, algorithms=tuple(_bare(a) for a in paper.algorithms))


def _bare(algorithm: Algorithm) -> Algorithm:
    def bare(text: str) -> str:
        return short(terse(text))

    lines = tuple(replace(x, text=bare(x.text)) for x in algorithm.lines if x.kind != "comment")
    inputs, outputs = tuple(map(bare, algorithm.inputs)), tuple(map(bare, algorithm.outputs))
    return replace(algorithm, lines=lines, inputs=inputs, outputs=outputs)


MOST_WORDS = 8
"""Words of a step that may stand without a licence: as many as a short quote has; formulas are facts and count as none."""
_WORD_OR_FORMULA = re.compile(r"\$[^$]*\$|[^\W\d_]{2,}")


def short(text: str, most: int = MOST_WORDS) -> str:
    """Give the beginning of a text up to the last word that may be quoted, and of the rest the formulas.

    >>> short("arrange the points of $H$ in descending order of how near they are to $r$")
    'arrange the points of $H$ in descending order of … $r$'
    """
    pieces = [*_WORD_OR_FORMULA.finditer(text)]
    words = [piece for piece in pieces if not piece.group().startswith("$")]
    if len(words) <= most:
        return text
    end = words[most].start()
    formulas = [piece.group() for piece in pieces if piece.start() > end and piece.group().startswith("$")]
    return " … ".join([text[:end].rstrip(), *formulas] if formulas else [text[:end].rstrip(), ""]).rstrip()


_IN_WORDS = re.compile(
    r"(\\(?:text[a-z]*|mbox|hbox|(?:short)?intertext|mathrm|mathit|parbox\s*\{[^{}]*\}|operatorname\*?)\s*\{)"
    r"((?:[^{}]|\{[^{}]*\})*)(?=\})"
)
_FEW = 3


def terse(tex: str) -> str:
    r"""Give a formula with the sentences in it cut: together they say no more than a short quote, `otherwise` is none.

    >>> terse(r"x \text{if the one that we drew is larger than all the others before}, 0 \text{otherwise}")
    'x \\text{if the one that we drew is larger …}, 0 \\text{otherwise}'
    """
    left = MOST_WORDS

    def cut(match: re.Match[str]) -> str:
        nonlocal left
        words = sum(not w.startswith("$") for w in _WORD_OR_FORMULA.findall(match[2]))
        if words <= _FEW:
            return match[0]
        most, left = left, max(0, left - words)
        return match[1] + short(match[2], most)

    return _IN_WORDS.sub(cut, tex)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A cell as the scaffold would write it."""

    key: str
    """Together with the section's name it makes the cell's id; stable while the paper's item stays."""
    text: str
    code: bool = False
    kind: str = "text"
    """text | box (the learner writes) | code | stub | check."""
    span: Span | None = None
    label: str | None = None
    fold: bool = False
    """Whether JupyterLab and a page (tag `hide-input`) hide the code behind one line."""
