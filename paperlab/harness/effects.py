"""Which picture an effect stands in, and where: pure functions from claims and verdicts to rows of dots.

the claim                                    its row
two arms or a cost, minimum above 0          in minimum effects: 0 is none, from 1 on it counts
one arm, a slope, a minimum of 0 or below    from what counts, better to the right, on a scale of its own
one arm beside the paper's number alone      in tolerances from that number: from -1 to 1 it agrees
anything else                                none: no line to hold it against
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from paperlab.harness.drawing import Dot, number
from paperlab.records.card import Claim

FARTHEST = 5.0
"""Minimum effects, or tolerances; what lies beyond is drawn at the edge, and told in the table."""
_EDGE = f"Beyond {FARTHEST:g} times that drawn at the edge."


@dataclass(frozen=True, slots=True)
class Kind:
    """A picture's words and lines."""

    title: str
    note: str
    marks: Mapping[float, str]
    ends: tuple[str, str] | None = None
    """Words at the ends of the axis, in place of numbers."""


COMPARED = Kind(
    "Effects as multiples of the minimum effect that counts, with 95 per cent intervals",
    f"In minimum effects: at 0 there is none, from 1 on it counts. {_EDGE}",
    {0.0: "0", 1.0: "1"},
)
LEVELS = Kind(
    "Values and slopes beside the least that counts, with 95 per cent intervals",
    "One arm's value, a slope, or an effect whose minimum is not above 0: right of the line it counts. "
    "Each row has a scale of its own; numbers and units stand in the tables.",
    {0.0: "counts from here"},
    ("worse", "better"),
)
NUMBERS = Kind(
    "Values as multiples of the tolerance around the paper's number, with 95 per cent intervals",
    f"In tolerances from the paper's number: from -1 to 1 it agrees. {_EDGE}",
    {-1.0: "-1", 0.0: "0", 1.0: "1"},
)


def pictures(claims: Sequence[Claim], verdicts: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Kind, list[Dot]]]:
    """Give each picture that has rows."""
    known = {claim.id: claim for claim in claims}
    pairs = [(known[v["claim"]], v) for v in verdicts if v["claim"] in known and v["interval"]]
    for kind in (COMPARED, LEVELS, NUMBERS):
        if rows := [_row(claim, v, kind) for claim, v in pairs if kind_of(claim) is kind]:
            yield kind, rows


def kind_of(claim: Claim) -> Kind | None:
    """Give the picture that an effect with an interval stands in."""
    if claim.minimum_effect is not None:
        return COMPARED if _two(claim) and claim.minimum_effect > 0 else LEVELS
    return NUMBERS if not _two(claim) and claim.paper is not None and claim.tolerance else None


def _two(claim: Claim) -> bool:
    return len(claim.compare) > 1 or claim.kind == "cost"


def _row(claim: Claim, verdict: Mapping[str, Any], kind: Kind) -> Dot:
    origin, unit = _scale(claim, verdict, kind)
    value, low, high = (max(-FARTHEST, min(FARTHEST, (x - origin) / unit)) for x in _numbers(verdict))
    return Dot(claim.id, value, sorted((low, high)), "c0", number(verdict["ours"]))


def _scale(claim: Claim, verdict: Mapping[str, Any], kind: Kind) -> tuple[float, float]:
    """Give what stands at 0, and what one step to the right is."""
    minimum = claim.minimum_effect or 0.0
    if kind is COMPARED:
        return 0.0, minimum
    if kind is NUMBERS:
        return claim.paper or 0.0, claim.tolerance or 1.0
    farthest = max(abs(x - minimum) for x in _numbers(verdict)) or 1.0
    return minimum, farthest if _two(claim) or claim.direction == "higher" else -farthest


def _numbers(verdict: Mapping[str, Any]) -> tuple[float, float, float]:
    low, high = verdict["interval"]
    return verdict["ours"], low, high
