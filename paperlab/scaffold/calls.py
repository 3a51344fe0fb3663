"""Which symbols of a formula are called as functions."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from paperlab.scaffold.tex import Atom


def called_symbols(found: list[Atom], known: Collection[str] = ()) -> frozenset[str]:
    r"""Give the names of the symbols that a formula calls as functions: `f(x)`, `D(x, G(z))`, never `\alpha (x - y)`.

    Each time the symbol stands before a round bracket, and once at least what stands inside is a list of arguments,
    unless its name is among `known` functions, or sigma, which a network's layers apply to sums: `\sigma(W x + b)`.
    """
    every, calls = set(), set()
    known = {*known, "sigma"}
    for at, atom in enumerate(found):
        if atom.kind == "symbol" and atom.name:
            opened, derived = at + 1 < len(found) and found[at + 1].text == "(", _is_derived(found, at)
            every |= set() if opened or derived else {atom.name}
            told = not known.isdisjoint((atom.name, atom.base))
            listed = opened and (told or (_is_list(found[at + 2 :]) and not _is_weighing(atom, found[at + 2 :])))
            calls |= {atom.name} if listed or derived else set()
    return frozenset(calls - every)


def _is_derived(found: list[Atom], at: int) -> bool:
    r"""Say whether a symbol stands in `\frac{\partial L}{\partial x}` above."""
    marks = [a.text for a in (found[at - 2 : at - 1] + found[at - 1 : at] + found[at + 1 : at + 2])]
    return marks == [r"\frac", r"\partial", r"\partial"]


def _is_weighing(atom: Atom, after: Sequence[Atom]) -> bool:
    r"""Say whether a matrix of weights stands before a product: `W_O (\alpha v)`."""
    one, other = ([*after, atom, atom])[:2]
    return atom.base == "W" and one.kind == other.kind == "symbol"


def _is_list(after: list[Atom]) -> bool:
    """Say whether atoms behind an open bracket are arguments: commas between them, or no operator."""
    depth, names = 0, 0
    kinds: set[str] = set()
    for atom in after:
        depth += {"open": 1, "close": -1}.get(atom.kind, 0)
        if depth < 0:
            return names > 0 and "relation" not in kinds and ("," in kinds or kinds.isdisjoint(_STEPS))
        kinds |= {atom.kind, atom.text} if depth == 0 else set()
        names += atom.kind in ("symbol", "word", "index")
    return False


_STEPS = frozenset({"other", "big", "nabla"})
