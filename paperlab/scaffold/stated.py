r"""What an algorithm says that it is given: `Input: a graph $G$, steps $T$`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from paperlab.scaffold.calls import called_symbols
from paperlab.scaffold.names import ascii_words, identifier
from paperlab.scaffold.runs import joined
from paperlab.scaffold.tex import Atom, atoms, free_symbols

MOST_INPUTS = 12
"""Arguments of one algorithm."""

SMALL_WORDS = frozenset(
    "a an the of for with and our proposed algorithm pseudocode pseudo code in to by on from".split()
)
"""Words that name nothing."""


def stated_inputs(texts: Sequence[str]) -> tuple[tuple[str, ...], frozenset[str], frozenset[str]]:
    r"""Name the inputs: the symbols between dollars, or the words of an input without; which are called, which are runs.

    Of a formula the first symbol counts, of a ratio both: `$x \in X$` is x, `$n / d$` n and d, `$L(w, t)$` a function L.
    """
    names: dict[str, bool] = {}
    runs: set[str] = set()
    for text in texts:
        for part in _listed(text[:1000]):
            for found, sequences in (joined(atoms(a or b)) for a, b in _MATH.findall(part)):
                names |= {k: v for k, v in _of_input(found) if k not in names}
                runs |= sequences
            if not _MATH.search(part):
                names |= {k: v for k, v in _in_words(part, alone=not _MATH.search(text)) if k not in names}
    kept = dict(list(names.items())[:MOST_INPUTS])
    return tuple(kept), frozenset(name for name, called in kept.items() if called), frozenset(runs & set(kept))


def told_counts(texts: Sequence[str]) -> Iterator[str]:
    """Give the names of inputs that the words before them count with: `radius $R$`, `a number of steps $T$`."""
    for part in (part for text in texts for part in _listed(text[:1000])):
        math = _MATH.search(part)
        words = set(part[: math.start()].lower().split()) if math else set()
        if math and words & _COUNTS and "$" not in part[math.end() :]:
            yield from (name for name, _ in _of_input(atoms(math[1] or math[2])))


_COUNTS = frozenset("number radius length depth degree iterations steps epochs rounds layers".split())
_MATH = re.compile(r"\$([^$]+)\$|\\\(([^$]+?)\\\)")


def _listed(text: str) -> list[str]:
    """Split a list of inputs at the commas outside its formulas."""
    return [part.replace("\0", ",") for part in _MATH.sub(lambda m: m[0].replace(",", "\0"), text).split(",")]


def _in_words(part: str, *, alone: bool) -> Iterator[tuple[str, bool]]:
    """Name an input that has no symbol: `a molecule` is molecule; between formulas more than three words are a remark."""
    words = [w for w in (w.lower() for w in ascii_words(part[:400])) if w not in SMALL_WORDS]
    if words and (alone or len(words) <= _MOST_WORDS):
        yield identifier(words[:_MOST_WORDS]), False


_MOST_WORDS = 3


def _of_input(found: Sequence[Atom]) -> Iterator[tuple[str, bool]]:
    """Give (name, whether it is called) of the first symbol of each formula between commas."""
    start, depth, called = 0, 0, called_symbols([*found])
    for at, atom in enumerate([*found, Atom("separator", ",")]):
        depth += {"open": 1, "close": -1}.get(atom.kind, 0)
        if atom.text == "," and depth <= 0:
            one = [*found[start:at]]
            ratio = any(a.text == "/" for a in one)
            yield from ((name, name in called) for name in free_symbols(one)[: 2 if ratio else 1])
            start = at + 1
