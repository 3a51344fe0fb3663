"""What a walk through a paper finds: headings, formulas, floats, and the printed number of each label."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice

from paperlab.extract.expanded import Expanded
from paperlab.extract.floats import Environment, Float

_NEAR = 200
LEVELS = {"part": 0, "chapter": 0, "section": 1, "subsection": 2, "subsubsection": 3, "paragraph": 4, "subparagraph": 5}


@dataclass(slots=True)
class Heading:
    """A heading as it stands in the text."""

    name: str
    number: str | None
    title: str
    at: int
    end: int
    label: str | None = None


@dataclass(slots=True)
class Formula:
    """A display formula: `start` and `end` in the expanded text."""

    name: str
    number: str | None
    label: str | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of theorem-like statements."""

    word: str
    """TeX of what is printed in front of the number: `Lemma`."""
    counter: str | None
    """None for one without number."""
    prefix: str | None = None
    """Of its labels, where tcolorbox made it, whose title and label are arguments."""


@dataclass(slots=True)
class Statement:
    """A theorem, a definition, or another of the kinds that a paper declares."""

    kind: str
    title: str | None
    environment: Environment


@dataclass(slots=True)
class Document:
    """What the walk found, in the order of the text."""

    expanded: Expanded
    begin: int = 0
    headings: list[Heading] = field(default_factory=list)
    formulas: list[Formula] = field(default_factory=list)
    floats: list[Float] = field(default_factory=list)
    bare: list[Float] = field(default_factory=list)
    """Tabulars and algorithmics outside of floats."""
    statements: list[Statement] = field(default_factory=list)
    bibliographies: list[Environment] = field(default_factory=list)
    display: list[tuple[int, int]] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    late: bool = False

    def current(self) -> str:
        """Give the number of the last heading that has one: what a label behind a heading without number means."""
        return next((h.number for h in islice(reversed(self.headings), _NEAR) if h.number), "")
