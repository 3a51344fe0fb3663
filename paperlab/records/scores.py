"""Scores as they are printed: the terms that are shown add up to the score that is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from paperlab.records.queue import Ranked

DECIMALS = 4
_UNIT = 10**DECIMALS


def rounded(ranked: Ranked) -> tuple[float, tuple[tuple[str, float], ...]]:
    """Give score and terms at the printed precision, terms that print as zero left out.

    Each term is cut downward, and the units that are missing from the sum go to the terms that lost most.
    """
    from math import floor

    whole = round(ranked.score * _UNIT)
    cut = [floor(value * _UNIT) for _, value in ranked.terms]
    lost = [value * _UNIT - units for (_, value), units in zip(ranked.terms, cut, strict=True)]
    order = sorted(range(len(cut)), key=lambda place: -lost[place])
    for place in order[: whole - sum(cut)]:
        cut[place] += 1
    terms = zip(ranked.terms, cut, strict=True)
    return whole / _UNIT, tuple((name, units / _UNIT) for (name, _), units in terms if units)


def because(ranked: Ranked) -> str:
    """Give the terms in a line."""
    chance = ["(drawn by chance: one of ten is)"] if ranked.explore else []
    return " ".join([f"{value:+.{DECIMALS}f} {name}" for name, value in rounded(ranked)[1]] + chance)


def shown(ranked: Ranked) -> str:
    """Give the score as it is printed."""
    return f"{rounded(ranked)[0]:.{DECIMALS}f}"
