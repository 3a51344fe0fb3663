r"""`a_1, \dots, a_n` in a formula: one sequence `a`, not two numbers with a gap between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from paperlab.scaffold.tex import Atom

_DOTS = frozenset({r"\dots", r"\ldots", r"\cdots", r"\dotsc", r"\dotsb", "…"})
_NEAR = 12
"""Atoms before and after dots in which the two ends of a sequence stand: `b_1 q^{-1} + \\dots + b_{n_b} q^{-n_b}`."""


_MOST = 8
"""Sequences of one formula; more are nobody's formula."""


class _Run(NamedTuple):
    """What the names of a sequence's members have in common, and what its last one is numbered."""

    base: str
    before: str
    after: str
    last: str

    @property
    def name(self) -> str:
        """`b` for `b_1, ..., b_n`; `z_l_t` for `z_l_1_t, ..., z_l_H_t`."""
        return f"{self.before}{self.after}"


def joined(found: Sequence[Atom]) -> tuple[list[Atom], frozenset[str]]:
    r"""Give the atoms with the members of each sequence called by its name, and these names.

    The number of its last member goes: a sequence knows its length.
    """
    runs = list(dict.fromkeys(run for at in _dots(found) for run in _runs(found, at)))[:_MOST]
    lengths = {run.last for run in runs}
    return [_named(a, runs) for a in found if a.name not in lengths], frozenset(run.name for run in runs)


def _named(atom: Atom, runs: Sequence[_Run]) -> Atom:
    """Give an atom by its sequence's name where it is the last member, or numbered outright: `b_0` beside `b_1, ..., b_n`."""
    for run in runs:
        number = atom.name.removeprefix(f"{run.before}_").removesuffix(run.after)
        whole = f"{run.before}_{number}{run.after}"
        if atom.kind == "symbol" and whole == atom.name and (number == run.last or number.isdigit()):
            return replace(atom, name=run.name)
    return atom


def _dots(found: Sequence[Atom]) -> list[int]:
    texts = [a.text for a in found]
    return [n for n, text in enumerate(texts) if text in _DOTS or texts[n : n + 3] == [".", ".", "."]]


def _runs(found: Sequence[Atom], at: int) -> Iterator[_Run]:
    """Give the sequences whose members stand on both sides of dots, numbered from a number on."""
    before = {a.base: a.name for a in found[max(0, at - _NEAR) : at] if _numbered(a)}
    after = {a.base: a.name for a in reversed(found[at + 1 : at + 1 + _NEAR]) if _numbered(a)}
    for base in before.keys() & after.keys():
        first, last = (side[base].removeprefix(base).split("_")[1:] for side in (before, after))
        same = next((n for n, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))
        tail = first[same + 1 :]
        number = last[same : len(last) - len(tail)]
        if first[same : same + 1] and first[same].isdigit() and number and last[len(last) - len(tail) :] == tail:
            start, end = ("".join(f"_{part}" for part in parts) for parts in (first[:same], tail))
            yield _Run(base, f"{base}{start}", end, "_".join(number))


def _numbered(atom: Atom) -> bool:
    return atom.kind == "symbol" and atom.name.startswith(f"{atom.base}_")
