"""What a case measures -> the unit in which a claim is stated: papers print 97.3 %, cases measure 0.973."""

from __future__ import annotations

import math
from collections.abc import Sequence

from paperlab.records.card import Claim
from paperlab.records.measurement import Measurement

PERCENT = frozenset(
    ["percent", "per cent", "pct", "percentage", "pp", "point", "points", "percentage point", "percentage points"]
)
FRACTION = frozenset(["1", "fraction", "share", "proportion", "ratio"])
"""First words of a unit that counts from 0 to 1."""
_PERCENT_IT = (
    "is no fraction, which is what case {!r} measures; "
    'write unit = "%" (tolerance and minimum effect in % too), or the number as a fraction'
)


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


def beyond(claim: Claim, rows: Sequence[Measurement], measured: str) -> str:
    """Say why what a claim asks for cannot be held against fractions: a number above one that names no per cent.

    Tables print 97.3 and leave the sign out; who reads that means points by `minimum_effect = 2`.
    """
    asked = {"minimum effect": claim.minimum_effect, "paper's": None if claim.tolerance is None else claim.paper}
    large = [f"the {name} {x:g}" for name, x in asked.items() if x is not None and math.fabs(x) > 1]
    return f"{large[0]} {_PERCENT_IT.format(claim.case)}" if large and _of_shares(claim, rows, measured) else ""


def _of_shares(claim: Claim, rows: Sequence[Measurement], measured: str) -> bool:
    """Say whether shares of a whole were measured and the claim is not in %; a ratio of 3 is no share."""
    plain = _kind(measured) == "fraction" and factor(claim.unit, measured) in (1.0, None)
    return plain and all(row.value is None or math.fabs(row.value) <= 1 for row in rows if row.kind != "speed")


def doubts(claim: Claim, rows: Sequence[Measurement]) -> tuple[str, ...]:
    """Say in what a claim contradicts what was measured for it, which its verdict then carries."""
    if not rows:
        return ()
    first, better = rows[0], "higher" if rows[0].higher_is_better else "lower"
    found = []
    if factor(claim.unit, first.unit) is None:
        found.append(f"the claim is in {claim.unit}, case {first.case!r} measures {first.unit}")
    elif not claim.unit and math.fabs(claim.paper or 0) > 1 and _of_shares(claim, rows, first.unit):
        found.append(f'the paper\'s {claim.paper:g} is no fraction: is the minimum effect in %? then write unit = "%"')
    if claim.direction != better:
        found.append(f"the claim takes {claim.direction} for better, case {first.case!r} {better}")
    return tuple(found)


def _kind(unit: str) -> str:
    text = " ".join(unit.lower().split())
    if text in PERCENT or "%" in text:
        return "%"
    return "fraction" if text.split(" ")[0] in FRACTION else text.split(" ")[0]
