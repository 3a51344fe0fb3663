"""A piece of a paper's LaTeX, as the expander hands it to the readers of tables, algorithms and references.

The readers are pure functions; they never raise on odd input but give what could be read:

    tables.read_table(block: Block) -> tuple[Table, ...]
        A float (`table`, `table*`, `wraptable`, `longtable`, ...) or a bare tabular outside a float. Several tabulars in
        one float give several tables with one number; none (the table is a picture) gives one table without rows.
    algorithms.read_algorithm(block: Block) -> Algorithm
        A float (`algorithm`, `algorithm*`, algorithm2e's own) or a bare `algorithmic`.
    references.read_references(texts: Iterable[tuple[str, str]]) -> tuple[Reference, ...]
        Pairs of (path, text): .bbl first, then .bib, then `thebibliography` found in the document (path ends in .tex).
    references.only_cited(references: Sequence[Reference], keys: Collection[str]) -> tuple[Reference, ...]
        Used where only a .bib is there: what the paper cites, in the order of citing.
    text.to_text(tex: str) -> str
        Expanded TeX as plain text: one line, single spaces, no markup; formulas stay TeX between dollars.
"""

from __future__ import annotations

from dataclasses import dataclass

from paperlab.records.extracted import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    r"""One environment, or one display formula, of a paper.

    In `body` the authors' macros are expanded, conditionals are decided, comments are gone and files are read in;
    standard LaTeX commands (`\caption`, `\multirow`, `\toprule` ...) stay as they are.
    """

    name: str
    """Name of the environment with its star: `table*`, `tabular`, `algorithm`, `align`; `[` for a formula between brackets."""
    body: str
    r"""Expanded TeX between `\begin{name}` with its arguments and `\end{name}`."""
    source: str = ""
    r"""As written, without comments; between the same two places. Where a macro opens or closes it, what was written for it."""
    args: tuple[str, ...] = ()
    r"""Arguments after `\begin{name}`, in order, with their brackets or braces: `("[t]",)`, `("{lcc}",)`."""
    span: Span | None = None
    """Where `\\begin` stands."""
    number: str | None = None
    """As printed: `3`, `A.1`, `2a`; None where the environment prints none."""
    label: str | None = None
    """First label inside that belongs to this block."""
    lines: tuple[int, ...] = ()
    """For each line of `body`, its line in the file of `span`; may be empty. Counts from 1."""
