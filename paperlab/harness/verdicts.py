"""From rows to a verdict for each claim: pure functions, no torch, nothing read or written.

In this order, the first that applies:

    the gate                                             verdict
    a check did not hold, or cases.py cannot be read     not tested, and which equation to look at
    ... but all equality and gradient checks hold and
        the check that did not is this property claim's  not
    no case, no arm, no row, all seeds failed            not tested
    claim of kind equality or property, its check holds  reproduced

    the effect: ours minus against, seed by seed, better is positive; for one arm its mean against the threshold
    fewer than 3 seeds, or some of them failed           cannot tell yet
    the arm, the check of an equality, or all checks
        never call anything of model.py                  cannot tell yet
    interval wholly at or above the minimum effect       holds
    interval above 0 and wholly below the minimum        right sign, but smaller than what counts (two arms)
    interval wholly below the minimum                    fails
    otherwise                                            open

    the number: mean of ours beside the paper's, where the claim states a tolerance
    interval wholly within paper +- tolerance            within
    interval wholly outside                              outside
    otherwise                                            open

    effect       number        verdict
    holds        within, none  reproduced
    holds        outside       partly
    holds        open          cannot tell yet
    right sign   any           partly
    open         any           cannot tell yet
    fails        any           not; case unfit where the control fails too; cannot tell yet where it is open
    none         within        reproduced
    none         outside       partly on the better side of the paper's number, else as for `fails`
    none         open          cannot tell yet

A smoke budget shows that a case runs: for kinds that need training each verdict above becomes `cannot tell yet`.
Numbers are turned into the claim's unit first: a claim in % beside a case that measures a fraction. Where the two have
nothing in common, or the directions differ, the reason says so.
The sign-flip p is shown and decides nothing; beside it stands Holm's, which counts every claim of the card that has a p.
Only rows of one source, one case version, one device and one budget are put together; a seed counts once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from paperlab.harness.evidence import Effect, Evidence, arm_of, current, effect_of, lasting, more, never_called
from paperlab.harness.scales import beyond, scale, unit_of
from paperlab.harness.statistics import MOST_SEEDS, Interval, holm, seeds_needed, seeds_to_reach, sign_flip_p
from paperlab.harness.units import SHARED, claims_stated, seconds_of
from paperlab.records.card import TRAINED_KINDS, Card, Claim
from paperlab.records.measurement import Measurement, Verdict

REPRODUCED, PARTLY, NOT, OPEN, UNFIT, UNTESTED = (
    "reproduced", "partly", "not", "cannot tell yet", "case unfit", "not tested",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict's word with its one-line reason."""

    verdict: str
    reason: str


def judge(
    card: Card, rows: Sequence[Measurement], *, budget: str, source_hash: str | None = None
) -> tuple[Verdict, ...]:
    """Judge each claim of a card.

    Args:
        card: paper.toml as it stands now.
        rows: measurements, of other runs and slugs too; order does not matter but for equal times.
        budget: smoke | small | full, or one of equal seconds such as `small, 2 s`; only rows of this budget count
            (checks have none, and a timing trains nothing).
        source_hash: of the source to judge; without it, that of the newest check.

    Returns:
        Verdicts in the order of the claims.
    """
    found = current([r for r in rows if r.slug == card.slug], budget, source_hash)
    found = replace(found, ps=_ps(card, found))
    return tuple(_verdict(claim, found, card, budget) for claim in card.claims)


def _ps(card: Card, found: Evidence) -> tuple[float, ...]:
    effects = [effect_of(claim, found) for claim in card.claims if claim.case and claim.case not in found.checks]
    return tuple(sign_flip_p(e.values) for e in effects if _has_p(e) and len(e.values) >= seeds_to_reach())


def _has_p(effect: Effect) -> bool:
    return effect.two and effect.by_seed and effect.shown is not None


def _verdict(claim: Claim, found: Evidence, card: Card, budget: str) -> Verdict:
    if claim.case in found.checks and claim.kind in ("equality", "property"):
        return _checked(claim, found, card)
    if found.gate_is_open:
        return _measured(claim, found, card, budget)
    return _filled(claim, card, Judged(UNTESTED, found.gate_reason), None, found.failed)


def _checked(claim: Claim, found: Evidence, card: Card) -> Verdict:
    """Judge a claim that a check answers."""
    rows = found.checks[claim.case]
    bad = [r for r in rows if r.status != "ok"]
    if found.gate_is_open and claim.kind == "equality" and never_called(rows):  # a property may be of the mathematics
        judged = Judged(OPEN, never_called(rows))
    elif found.gate_is_open:
        judged = Judged(REPRODUCED, f"{claim.case}: at most {_limit(rows)} allowed, {_worst(rows)} found")
    elif bad and claim.kind == "property" and found.only_properties_fail and bad[0].value is not None:
        judged = Judged(NOT, _line(bad[0].failure))
    else:
        judged = Judged(UNTESTED, found.gate_reason)
    values = [r.value for r in rows if r.value is not None]
    ours = max(values) if values and judged.verdict != UNTESTED else None
    filled = _filled(claim, card, judged, None, rows)
    measured = rows[0].unit
    turned = None if ours is None else scale(claim, measured) * ours
    return replace(filled, ours=turned, seeds=len({r.seed for r in rows}), unit=unit_of(claim, measured))


def _limit(rows: Sequence[Measurement]) -> str:
    return f"{rows[0].limit:g} {rows[0].unit}" if rows[0].limit is not None else "its limit"


def _worst(rows: Sequence[Measurement]) -> str:
    return f"{max(r.value for r in rows if r.value is not None):.2g}"


def _measured(claim: Claim, found: Evidence, card: Card, budget: str) -> Verdict:
    """Judge a claim that a case or a timing answers."""
    if not claim.case:
        return _filled(claim, card, Judged(UNTESTED, _unnamed(claim)), None, ())
    if claim.minimum_effect is None and (claim.tolerance is None or claim.paper is None or claim.kind == "cost"):
        # A timing has no number of the paper's beside it: it is another machine's.
        other = "" if claim.kind == "cost" else ", nor a tolerance around the paper's number"
        reason = f"the claim states no minimum effect{other}"
        return _filled(claim, card, Judged(UNTESTED, reason), None, ())
    effect = effect_of(claim, found)
    judged = _decided(claim, effect, found)
    plain, seconds = seconds_of(budget)
    if plain == "smoke" and claim.kind in TRAINED_KINDS and judged.verdict != UNTESTED and not effect.failed:
        judged = Judged(OPEN, _SMOKE)
    elif seconds is not None and claim.kind != "cost" and judged.verdict != UNTESTED:
        judged = Judged(judged.verdict, f"{judged.reason}; each arm trained for {seconds:g} s, however many steps")
    if found.empty and judged.verdict != UNTESTED:
        judged = Judged(OPEN, found.empty)
    return _filled(claim, card, judged, effect, effect.rows)


FEWEST = 3
"""Seeds that an interval needs."""
_SMOKE = (
    f"smoke only shows that the case runs; take --budget small with {FEWEST} seeds or more, "
    "whose seconds a run of smoke does not tell"
)


def _unnamed(claim: Claim) -> str:
    """Say what to do about a claim that nothing tests yet."""
    if claim.kind in ("equality", "property"):
        return "the claim names no case: write a Check in cases.py, then set case to its name in paper.toml"
    return "the claim names no case: add an Enter to cases.py, then set case, compare and minimum_effect in paper.toml"


def _decided(claim: Claim, effect: Effect, found: Evidence) -> Judged:
    if effect.missing:
        return Judged(UNTESTED, effect.missing)
    if effect.failed:
        return Judged(OPEN, effect.failed)
    if why := never_called(arm_of(claim, effect.rows)):
        return Judged(OPEN, why)
    if why := beyond(claim, effect.rows, effect.unit):
        return Judged(UNTESTED, why)
    if effect.shown is None:
        return Judged(OPEN, _too_few(effect))
    return _controlled(claim, decide(claim, effect.tested, effect.number, two=effect.two), effect, found)


def _too_few(effect: Effect) -> str:
    """Say how many are lacking for an interval."""
    n, noun = len(effect.values), _noun(effect)
    given = f"{n} {noun} gives" if n == 1 else f"{n} {noun}s give"
    return f"{given} no interval: {more(FEWEST - n, noun, (FEWEST - n) * effect.seconds_a_seed)}"


def _noun(effect: Effect) -> str:
    return "seed" if effect.by_seed else "pair"


def decide(claim: Claim, effect: Interval | None, number: Interval | None, *, two: bool) -> str:
    """Give the verdict's word from intervals, before any control is asked: the two tables above.

    Args:
        claim: states minimum effect, tolerance, direction, the paper's number.
        effect: signed so that better is positive; None where the claim states no minimum effect.
        number: of ours in the metric's own sign; None where the claim states no tolerance.
        two: whether the effect compares two arms.
    """
    first = None if effect is None else against_minimum(effect, _threshold(claim, two=two), two=two)
    second = None if number is None else against_paper(number, claim)
    if first is None:
        return {"within": REPRODUCED, "open": OPEN, "better": PARTLY, "worse": NOT, None: UNTESTED}[second]
    if first != REPRODUCED or second is None:
        return first
    return {"within": REPRODUCED, "open": OPEN}.get(second, PARTLY)


def _threshold(claim: Claim, *, two: bool) -> float:
    """Give the minimum effect, turned round where one arm's lower value is the better one."""
    minimum = claim.minimum_effect or 0.0
    return minimum if two or claim.direction == "higher" else -minimum


def against_minimum(effect: Interval, minimum: float, *, two: bool) -> str:
    """Give the verdict that the effect alone would have."""
    if effect.low >= minimum:
        return REPRODUCED
    if effect.high >= minimum:
        return OPEN
    return PARTLY if two and effect.low > 0 else NOT


def against_paper(ours: Interval, claim: Claim) -> str:
    """Say where our number lies: within | open | better | worse than the paper's, by more than the tolerance."""
    paper, tolerance = claim.paper or 0.0, claim.tolerance or 0.0
    if paper - tolerance <= ours.low and ours.high <= paper + tolerance:
        return "within"
    if ours.low <= paper + tolerance and ours.high >= paper - tolerance:
        return "open"
    return "better" if (ours.mean > paper) == (claim.direction == "higher") else "worse"


def _controlled(claim: Claim, word: str, effect: Effect, found: Evidence) -> Judged:
    """Ask the control before blaming the paper, then give the reason."""
    reason = _reason(claim, word, effect, found.ps)
    if word != NOT or not claim.control:
        return Judged(word, reason)
    compare = (claim.control, *claim.compare[1:])
    control = effect_of(replace(claim, compare=compare), found)
    if control.missing or control.failed or control.shown is None:
        lacking = _lacking(control)
        why = f"the control {claim.control} gave no interval, so the case may be at fault: {lacking}"
        return Judged(OPEN, f"{reason}; {why}")
    shown = decide(claim, control.tested, control.number, two=control.two)
    if shown == NOT:
        return Judged(UNFIT, f"the control {claim.control} fails too: the case does not show this, whoever runs it")
    if shown == OPEN:
        return Judged(OPEN, f"{reason}; the control {claim.control} is undecided as well: {_more(claim, control)}")
    return Judged(NOT, f"{reason}; the control {claim.control} passes")


def _lacking(control: Effect) -> str:
    """Say what an interval of the control would take."""
    if control.missing:
        return f"{control.missing}; {FEWEST} seeds of it are needed, whose seconds are known after the first"
    return control.failed or _too_few(control)


def _reason(claim: Claim, word: str, effect: Effect, ps: Sequence[float]) -> str:
    minimum, x = claim.minimum_effect, effect.shown
    parts = []
    if minimum is not None:
        most = not effect.two and claim.direction == "lower"
        words = (
            f"{_AT_MOST[word]} {minimum:g}, the most that counts"
            if most
            else f"{_WORDS[word]} the minimum effect {minimum:g}"
        )
        parts.append(words if not effect.number else f"{'at most' if most else 'minimum'} {minimum:g}")
    if effect.number is not None and claim.tolerance is not None:
        parts.append(f"paper {claim.paper:g} +- {claim.tolerance:g}, ours {effect.number.mean:.4g}")
    if _has_p(effect):
        parts.append(_p(effect.values, ps))
    if effect.two and claim.paper is not None:
        parts.append(f"our number is the {_difference(claim)}")
    if word == OPEN and x is not None:
        parts.append(_more(claim, effect))
    return "; ".join(part for part in [*parts, *effect.warnings] if part)


def _difference(claim: Claim) -> str:
    """Say what our number is where it is no level: beside the paper's 91.2 % a gain of 3.1 % would be misread."""
    if claim.kind == "cost":
        return "share of the time that is saved"
    ours, against = claim.compare[:2] if claim.direction == "higher" else claim.compare[1::-1]
    return f"difference {ours} minus {against}"


_WORDS = {
    REPRODUCED: "interval wholly at or above",
    PARTLY: "right sign, but the interval lies wholly below",
    NOT: "interval wholly below",
    OPEN: "interval touches",
}
_AT_MOST = {
    REPRODUCED: "interval wholly at or below", PARTLY: "interval wholly at or below", NOT: "interval wholly above",
    OPEN: "interval touches",
}  # fmt: skip
"""The same for one arm whose lower value is the better one."""


def _p(values: Sequence[float], ps: Sequence[float]) -> str:
    n, least = len(values), seeds_to_reach()
    if n < least:
        return f"cannot reach p < 0.05 with {n} seeds: {least - n} more needed"
    p = sign_flip_p(values)
    adjusted = f", {holm(ps)[ps.index(p)]:.2g} by Holm over {len(ps)} claims" if len(ps) > 1 else ""
    return f"sign-flip p {p:.2g}{adjusted}"


def _more(claim: Claim, effect: Effect) -> str:
    """Say how many more seeds, and seconds, would settle it if the spread stays what it is."""
    gaps = []
    if effect.tested is not None and claim.minimum_effect is not None:
        gaps.append((effect.tested, abs(effect.tested.mean - _threshold(claim, two=effect.two))))
    if effect.number is not None and claim.paper is not None and claim.tolerance is not None:
        off = abs(effect.number.mean - claim.paper)
        gaps.append((effect.number, abs(off - claim.tolerance)))
    needed = [seeds_needed(interval.sd, gap) for interval, gap in gaps]
    n, noun = len(effect.values), _noun(effect)
    if any(x is None for x in needed):
        most = MOST_SEEDS * effect.seconds_a_seed
        return f"more than {MOST_SEEDS} {noun}s (over {lasting(most)}) would be needed at this spread"
    left = max(1, max(x for x in needed if x is not None) - n)
    return f"about {more(left, noun, left * effect.seconds_a_seed)} to tell"


def _filled(claim: Claim, card: Card, judged: Judged, effect: Effect | None, rows: Sequence[Measurement]) -> Verdict:
    shown = effect.shown if effect and judged.verdict != UNTESTED else None
    keys = tuple(sorted(r.key for r in rows))
    newest = max(rows, key=lambda r: r.at, default=None)
    return Verdict(
        slug=card.slug,
        claim=claim.id,
        place=claim.place,
        paper=claim.paper,
        ours=shown.mean if shown else None,
        interval=(shown.low, shown.high) if shown else None,
        seeds=len(effect.values) if effect and effect.by_seed and shown else 0,
        verdict=judged.verdict,
        reason="; ".join([_line(judged.reason), *_changed(claim, rows)]),
        unit=unit_of(claim, (effect and effect.unit) or newest.unit)
        if newest and judged.verdict != UNTESTED
        else claim.unit,
        metric=claim.metric or (newest.metric if newest and rows[0].kind != "check" else ""),
        runs=keys,
        run=hashlib.sha256("\n".join(keys).encode()).hexdigest()[:12] if keys else "",
        at=newest.at if newest else "",
        budget=newest.budget if newest else "",
        device=newest.device if newest else "",
    )


def _changed(claim: Claim, rows: Sequence[Measurement]) -> list[str]:
    """Say so where minimum effect or tolerance are not those that stood before the run.

    Before that of our own rows: what belongs to a case alone may have been measured long ago, for whomever.
    """
    now = claims_stated([claim])[claim.id]
    own = [r for r in rows if r.source_hash != SHARED]
    then = [s.get(claim.id) for r in own if (s := r.environment.get("claims")) is not None]
    return ["minimum effect or tolerance changed after the run"] if any(list(t or ()) != now for t in then) else []


def _line(text: str) -> str:
    """Put a failure on one line: the error itself, and where in the paper to look."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    look = [line for line in lines[1:] if line.startswith("look at ")]
    return "; ".join([*lines[:1], *look])
