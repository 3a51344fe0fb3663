"""What an implementation reached over time, and two of them, or two of its sources, side by side."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from paperlab.errors import NothingFound, UsageError
from paperlab.lab.folders import folder
from paperlab.lab.judging import STORE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paperlab.harness import Difference, Point, Series
    from paperlab.lab import Lab


def history(lab: Lab, slug: str) -> tuple[Series, ...]:
    """Give what an implementation reached from source to source, a series for each question.

    Raises:
        NothingFound: there is no such implementation, or nothing was measured of it here.
    """
    from paperlab import harness
    from paperlab.library import Measurements

    name = folder(lab.root, slug).card.slug
    found = harness.series(Measurements(lab.store / STORE).rows(name))
    if not found:
        raise NothingFound(f"nothing was measured of {slug} in this lab; run `paperlab bench {slug}`")
    return found


def compare(lab: Lab, first: str, second: str) -> tuple[Difference, ...]:
    """Set two implementations, or two sources of one, side by side where both were asked the same.

    Args:
        lab: whose rows speak.
        first: `SLUG`, its source as it stands, or the newest measured one; or `SLUG@SOURCE`, by the first digits of the source or of the commit that it
            was measured at, or by any commit, tag or branch at which the folder was as when it was measured.
        second: the same.

    Raises:
        NothingFound: one of them was not measured, or they have no question in common.
        UsageError: several sources begin as told.
    """
    from paperlab import harness

    found = harness.compare(_of(lab, first), _of(lab, second))
    if not found:
        raise NothingFound(f"{first} and {second} were asked nothing in common; bench both at one budget on one device")
    return found


def _of(lab: Lab, text: str) -> tuple[Series, ...]:
    """Give the series of what `SLUG@SOURCE` names, each with its points of that source alone."""
    slug, at, wanted = text.partition("@")
    found = history(lab, slug)
    points = [p for one in found for p in one.points]
    if not at:
        return _only(found, {_now(lab, slug, points) or max(points, key=lambda p: p.at).source})
    sources = _named(points, wanted) or _as_at(lab, slug, points, wanted) or _named(points, wanted, mark="+")
    have = ", ".join(sorted({p.short for p in points}))
    if not sources:
        raise NothingFound(f"no source of {slug} begins with {wanted!r}; measured were {have}")
    if len(sources) > 1:
        raise UsageError(f"{len(sources)} sources of {slug} begin with {wanted!r}; name one of {have}")
    return _only(found, sources)


def _now(lab: Lab, slug: str, points: Sequence[Point]) -> str:
    """Give the source as the folder stands, where that was measured: it need not be the newest one."""
    from paperlab.harness import source_hash

    there = source_hash(folder(lab.root, slug).path)
    return there if there in {p.source for p in points} else ""


def _named(points: Sequence[Point], wanted: str, mark: str = "") -> set[str]:
    """Give the sources that digits name: their own, or those of a commit, with the mark of a folder changed since."""
    return {p.source for p in points if wanted and (p.source.startswith(wanted) or _is_commit(p.commit, wanted, mark))}


def _is_commit(kept: str, wanted: str, mark: str) -> bool:
    """Tell whether digits are those of a commit with such a mark, of which a row keeps the first."""
    digits = kept.rstrip("+")
    return bool(digits) and kept == digits + mark and (digits.startswith(wanted) or wanted.startswith(digits))


def _as_at(lab: Lab, slug: str, points: Sequence[Point], wanted: str) -> set[str]:
    """Give the measured source that the folder had at a commit; none where it had another one, or there is no such commit."""
    from paperlab.harness import source_at

    there = source_at(folder(lab.root, slug).path, wanted) if wanted else ""
    return {p.source for p in points if p.source == there}


def _only(found: tuple[Series, ...], sources: set[str]) -> tuple[Series, ...]:
    kept = (replace(s, points=tuple(p for p in s.points if p.source in sources)) for s in found)
    return tuple(s for s in kept if s.points)
