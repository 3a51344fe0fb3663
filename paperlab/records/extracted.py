"""What was read out of an e-print: the JSON of `paperlab extract`, schema 1, as records.

Field names are the JSON's keys: keys may be added, never renamed. `span` says where in the source it stands.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Any

SCHEMA = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A place in the source."""

    file: str
    """Path relative to the e-print's root, with forward slashes."""
    line: int
    """Counts from 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading; level 1 is a section, 2 a subsection."""

    level: int
    number: str | None
    title: str
    label: str | None
    span: Span | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Equation:
    """A display formula; one row of a multi-row environment that numbers its rows."""

    number: str | None
    label: str | None
    tex: str
    """Macros expanded."""
    tex_source: str
    span: Span | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Theorem:
    """A theorem, definition, assumption or another statement of a kind that the paper declares; without its text."""

    kind: str
    """As printed: `Lemma`."""
    number: str | None
    label: str | None
    title: str | None
    """Stands in parentheses behind the number."""
    span: Span | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """A cell's number with what stands behind its plus or minus."""

    row: int
    column: int
    value: float
    spread: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table as a rectangular grid of text; spanned cells repeat their text."""

    number: str | None
    label: str | None
    caption: str
    header_rows: int
    rows: tuple[tuple[str, ...], ...]
    best: tuple[tuple[int, int], ...]
    """(row, column) of cells that the authors marked as best, counted from 0."""
    span: Span | None
    directions: tuple[str, ...] = ()
    """One for each of `best`: higher or lower is better; empty where no arrow, no caption and no number tells."""
    column_directions: tuple[str, ...] = ()
    """One a column, marked or not: what an arrow in its heads or the caption says; empty where neither does."""
    row_directions: tuple[str, ...] = ()
    """One a row, by its label in the same way."""
    units: tuple[str, ...] = ()
    """One a column, as written (`%`, `ms`); empty where none is."""
    spreads: tuple[Spread, ...] = ()
    """Of the cells that give a number and its spread, from the top left on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlgorithmLine:
    """One line of pseudocode."""

    indent: int
    kind: str
    """for|while|if|elif|else|repeat|until|return|function|statement|comment|input|output."""
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Algorithm:
    """An algorithm float, or a listing of code that reads as one."""

    number: str | None
    caption: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    lines: tuple[AlgorithmLine, ...]
    span: Span | None
    kind: str = "algorithm"
    """algorithm|listing: each counts for itself, so that both may be number 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure: caption and file names only."""

    number: str | None
    caption: str
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """An item of the bibliography."""

    key: str
    title: str | None
    authors: tuple[str, ...]
    year: int | None
    arxiv_id: str | None
    doi: str | None
    url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hyperparameter:
    """A setting that the paper states, with the words that state it."""

    name: str
    value: str
    quote: str
    span: Span | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An address in the text. kind is code|data|other."""

    url: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell of a table of this paper."""

    table: str
    """The table's number."""
    row: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimSentence:
    """A sentence that claims something with a number."""

    text: str
    section: str | None
    numbers: tuple[str, ...]
    cell: Cell | None
    """The cell of its main result."""
    span: Span | None
    cells: tuple[Cell, ...] = ()
    """`cell` first, then those of its other numbers; a difference or a factor stands on two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Symbol:
    """A symbol and what the paper says it means."""

    symbol: str
    meaning: str
    span: Span | None
    shape: tuple[str, ...] = ()
    """Its axes as TeX, outermost first, where the text gives them: `d`, `k` of `\\mathbb{R}^{d \\times k}`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """A place where the text says what space a symbol lies in; a letter may lie in several, each where it is said."""

    symbol: str
    space: str
    """As TeX: `\\mathbb{R}^{d \\times k}`."""
    span: Span | None
    shape: tuple[str, ...] = ()
    """The axes of the space."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invariant:
    """What the text says must hold of a symbol, or of what an equation gives."""

    symbol: str
    """Empty where the text names none: `the outputs are non-negative`."""
    property: str
    """`symmetric`, `sums to one`, `non-negative` ...: one of the names in `extract.invariants`."""
    span: Span | None
    about: str = ""
    """`Equation (3)`, `Algorithm 1` that a sentence without a symbol names; else words where it may be of several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something that could not be read; costs one item, never the paper."""

    kind: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Which reader was used, on which file."""

    kind: str
    """latex|html|pdf|abstract."""
    main_file: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """Everything that was read out of one e-print."""

    id: str | None
    title: str
    authors: tuple[str, ...] = ()
    abstract: str = ""
    source: Source
    sections: tuple[Section, ...] = ()
    equations: tuple[Equation, ...] = ()
    theorems: tuple[Theorem, ...] = ()
    tables: tuple[Table, ...] = ()
    algorithms: tuple[Algorithm, ...] = ()
    figures: tuple[Figure, ...] = ()
    references: tuple[Reference, ...] = ()
    hyperparameters: tuple[Hyperparameter, ...] = ()
    datasets: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    claims: tuple[ClaimSentence, ...] = ()
    symbols: tuple[Symbol, ...] = ()
    spaces: tuple[Space, ...] = ()
    invariants: tuple[Invariant, ...] = ()
    problems: tuple[Problem, ...] = ()
    not_stated: tuple[str, ...] = ()
    """What a reproduction needs to know (seed, optimizer ...) and neither a setting nor a sentence states; of readers that look for settings."""
    stated: tuple[Hyperparameter, ...] = ()
    """What sentences state of it: the words, with the quote."""
    schema: int = field(default=SCHEMA)

    def to_json(self) -> dict[str, Any]:
        """Give the JSON object of schema 1, `schema` first."""
        return {"schema": self.schema} | {k: v for k, v in dataclasses.asdict(self).items() if k != "schema"}
