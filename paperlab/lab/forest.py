"""The forest of parents, walked without recursion: a chain of ten thousand papers is a tree too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from paperlab.records.origins import Kin, Leaf


def leaves(family: Sequence[Kin], paper: str | None = None, *, depth: int | None = None) -> Iterator[Leaf]:
    """Give the trees depth first, each child behind its parent; of a circle of parents, the paper added first is the root.

    Args:
        family: children in the order in which they are to stand.
        paper: only the line that leads to this paper, and what is below it.
        depth: how many generations below a root, or below `paper`, to give; None is all.
    """
    known = {kin.id: kin for kin in family}
    children: dict[str, list[Kin]] = {}
    for kin in family:
        if kin.parent is not None:
            children.setdefault(kin.parent, []).append(kin)
    if paper is not None:
        line = _line(known, paper)
        yield from (Leaf(kin, number, last=True) for number, kin in enumerate(line[:-1]))
        yield from _below(line[-1:], children, {kin.id for kin in line[:-1]}, start=len(line) - 1, depth=depth)
        return
    roots = [kin for kin in family if kin.parent is None]
    seen: set[str] = set()
    yield from _below(roots, children, seen, depth=depth)
    if depth is not None:
        seen |= _reached(roots, children)
    for kin in family:  # who is not reached by now goes round in a circle, or hangs on one
        if kin.id not in seen:
            yield from _below([kin], children, seen, depth=depth)
            seen |= _reached([kin], children)


def _line(known: Mapping[str, Kin], paper: str) -> list[Kin]:
    """Give a paper with the papers that led to it, the first one first; a circle is followed once."""
    line = {paper: known[paper]}
    above = known[paper].parent
    while above is not None and above not in line:
        line[above] = known[above]
        above = known[above].parent
    return list(reversed(line.values()))


def _reached(roots: Sequence[Kin], children: Mapping[str, list[Kin]]) -> set[str]:
    """Give all that stands below some roots, and themselves."""
    waiting = list(roots)
    found: set[str] = set()
    while waiting:
        one = waiting.pop()
        if one.id not in found:
            found.add(one.id)
            waiting += children.get(one.id, ())
    return found


def _below(
    roots: Sequence[Kin],
    children: Mapping[str, list[Kin]],
    seen: set[str],
    *,
    start: int = 0,
    depth: int | None,
) -> Iterator[Leaf]:
    waiting = [(kin, start, place == 0) for place, kin in enumerate(reversed(roots))]
    while waiting:
        kin, level, last = waiting.pop()
        again = kin.id in seen
        if (below := children.get(kin.id)) is None:  # most papers led to no other
            yield Leaf(kin, level, last, again)
            seen.add(kin.id)
            continue
        cut = depth is not None and level - start >= depth
        yield Leaf(kin, level, last, again=again, more=len(below) if cut and not again else 0)
        if again or cut:
            continue
        seen.add(kin.id)
        waiting += [(child, level + 1, place == 0) for place, child in enumerate(reversed(below))]
