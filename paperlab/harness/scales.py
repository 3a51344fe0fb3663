"""What a case measures -> the unit in which a claim is stated: papers print 97.3 %, cases measure 0.973."""

from __future__ import annotations

import math
from collections.abc import Sequence

from paperlab.records.card import Claim
from paperlab.records.measurement import Measurement

PERCENT = frozenset(
    ["%", "percent", "per cent", "pp", "point", "points", "percentage point", "percentage points", "% points"]
)
FRACTION = frozenset(["1", "fraction", "share", "proportion", "ratio"])
"""First words of a unit that counts from 0 to 1."""


def factor(stated: str, measured: str) -> float | None:
    """Give what turns a measured number into the stated unit; None where the two have nothing in common.

    >>> factor("%", "fraction"), factor("fraction right", "%"), factor("", "nats"), factor("BLEU", "fraction")
    (100.0, 0.01, 1.0, None)
    """
    one, other = _kind(stated), _kind(measured)
    if not one or not other or one == other:
        return 1.0
    return {("%", "fraction"): 100.0, ("fraction", "%"): 0.01}.get((one, other))


def scale(claim: Claim, measured: str) -> float:
    """Give what turns a measured number into the claim's unit; 1 where nothing does."""
    return factor(claim.unit, measured) or 1.0


def unit_of(claim: Claim, measured: str) -> str:
    """Give the unit of a number that `scale` turned: the claim's, but the measured one where nothing turns it."""
    return claim.unit if claim.unit and factor(claim.unit, measured) is not None else measured


def beyond(claim: Claim, measured: str) -> str:
    """Say why the paper's number cannot stand beside a fraction, where it is larger than one and names no unit."""
    if claim.unit or _kind(measured) != "fraction" or claim.paper is None or math.fabs(claim.paper) <= 1:
        return ""
    return (
        f"the paper's {claim.paper:g} is no fraction, which is what case {claim.case!r} measures; "
        'write unit = "%" (tolerance and minimum effect in % too), or the number as a fraction'
    )


def doubts(claim: Claim, rows: Sequence[Measurement]) -> tuple[str, ...]:
    """Say in what a claim contradicts what was measured for it, which its verdict then carries."""
    if not rows:
        return ()
    first, better = rows[0], "higher" if rows[0].higher_is_better else "lower"
    found = []
    if factor(claim.unit, first.unit) is None:
        found.append(f"the claim is in {claim.unit}, case {first.case!r} measures {first.unit}")
    if claim.direction != better:
        found.append(f"the claim takes {claim.direction} for better, case {first.case!r} {better}")
    return tuple(found)


def _kind(unit: str) -> str:
    text = " ".join(unit.lower().split())
    if text in PERCENT or text.startswith("% "):
        return "%"
    return "fraction" if text.split(" ")[0] in FRACTION else text.split(" ")[0]
