"""What every section of the notebook is made from, and what it gives back: drafts of cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from paperlab.records.card import Card
from paperlab.records.extracted import Paper, Span
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
    """Give the paper without the remarks in its algorithms: the steps are the method, the remarks are prose."""
    bare = (replace(a, lines=tuple(x for x in a.lines if x.kind != "comment")) for a in paper.algorithms)
    return replace(paper, algorithms=tuple(bare))


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
