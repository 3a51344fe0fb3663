"""Which rows speak to a claim, and the effect they show. Pure; no torch."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median

from paperlab.harness.api import OWN_TIME
from paperlab.harness.calling import NEVER, NOTE
from paperlab.harness.environment import CROWDED
from paperlab.harness.scales import doubts, scale
from paperlab.harness.statistics import Interval, exponent, t_interval
from paperlab.harness.units import AGAIN, seconds_of
from paperlab.records.card import Claim
from paperlab.records.measurement import Measurement

_OF_A_CASE = ("quality", "ladder")
SAVED = "fraction"
"""Unit of a cost claim's effect: the share of the time that is saved."""
UNEQUAL, LONG = 3.0, 0.5
"""Times that one arm's own training may take of another's before it is said, and seconds below which nothing is."""
EXPONENT = "exponent"
"""Unit of a slope's effect."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The rows of one source at one budget."""

    checks: Mapping[str, tuple[Measurement, ...]]
    quality: Mapping[tuple[str, str], Mapping[int, Measurement]]
    """(case, arm) -> seed -> row."""
    speed: Mapping[str, Measurement]
    ps: tuple[float, ...] = ()
    """Of all claims of the card that have a p, for Holm's adjustment."""

    @property
    def failed(self) -> tuple[Measurement, ...]:
        """Checks that did not hold."""
        return tuple(r for rows in self.checks.values() for r in rows if r.status != "ok")

    @property
    def gate_is_open(self) -> bool:
        """Whether there are checks and all of them hold."""
        return bool(self.checks) and not self.failed

    @property
    def empty(self) -> str:
        """Why a gate that is open shows nothing, where it is so."""
        if any(row.notes.get(NOTE) != NEVER for rows in self.checks.values() for row in rows):
            return ""
        return (
            "no check calls anything of model.py, so nothing shows that this is the paper's method; check it from there"
        )

    @property
    def only_properties_fail(self) -> bool:
        """Whether the implementation equals its oracles, so that a property that fails is the paper's matter."""
        kinds = [r.notes.get("kind") for r in self.failed]
        return bool(kinds) and set(kinds) == {"property"} and all(r.value is not None for r in self.failed)

    @property
    def gate_reason(self) -> str:
        """Why the gate is closed, with the equation to look at."""
        if not self.failed:
            return "nothing was measured; run paperlab bench"
        first = self.failed[0]
        text = first.failure.strip().splitlines() or [first.status]
        look = f"; look at {first.equation}" if first.equation and first.equation not in text[0] else ""
        names = sorted({r.case for r in self.failed})
        others = f" (and {len(names) - 1} more)" if len(names) > 1 else ""
        word = "" if text[0].startswith(first.case) else f"check {first.case}: "
        return f"{word}{text[0]}{look}{others}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What the rows show of one claim."""

    values: tuple[float, ...] = ()
    """One a seed: the difference, better is positive; or the value of the one arm."""
    shown: Interval | None = None
    """The interval to print."""
    tested: Interval | None = None
    """What is held against the minimum effect: better is positive."""
    number: Interval | None = None
    """What is held against the paper's number, in the metric's own sign."""
    two: bool = False
    by_seed: bool = True
    missing: str = ""
    failed: str = ""
    warnings: tuple[str, ...] = ()
    unit: str = ""
    """In which it was measured; the numbers here are in the claim's, where one turns into the other."""
    rows: tuple[Measurement, ...] = ()
    seconds_a_seed: float = 0.0


def closes(row: Measurement) -> bool:
    """Tell whether a row closes the gate: a check that does not hold, be it after a timing."""
    return row.status != "ok" and (row.kind == "check" or AGAIN in row.notes)


def again(rows: Sequence[Measurement]) -> list[Measurement]:
    """Give as checks the timings after which the gate did not hold any more, where no later one says otherwise."""
    newest = {(r.source_hash, r.case, r.device): r for r in _ordered(rows) if r.kind == "speed"}
    lost = [r for r in newest.values() if closes(r)]
    return [replace(r, kind="check", case=AGAIN, metric="error", unit="", notes={"kind": "equality"}) for r in lost]


def gated(rows: Sequence[Measurement]) -> list[Measurement]:
    """Give all rows, or the checks alone where a timing has shown that one of them does not hold."""
    lost = again(rows)
    return [*(r for r in rows if r.kind == "check"), *lost] if lost else list(rows)


def current(rows: Sequence[Measurement], budget: str, source_hash: str | None) -> Evidence:
    """Keep the newest row of each question, of one source, one case version and one device."""
    rows = [*of_one_case(rows), *again(rows)]
    checks = [r for r in rows if r.kind == "check"]
    newest = max(enumerate(checks), key=lambda pair: (pair[1].at, pair[0]), default=None)
    source = source_hash or (newest[1].source_hash if newest else None)
    # The rows of a case's own arms have no source: they belong to every implementation.
    own = [r for r in rows if r.source_hash in (source, "")]
    at_budget = [r for r in own if r.budget == budget]
    plain, _ = seconds_of(budget)  # a timing trains nothing
    return Evidence(
        checks=_checks([r for r in own if r.kind == "check"]),
        quality=_quality([r for r in at_budget if r.kind == "quality"]),
        speed={r.case: r for r in _ordered(own) if r.kind == "speed" and r.budget == plain},
    )


def of_one_case(rows: Sequence[Measurement]) -> list[Measurement]:
    """Keep of each case that is one's own the rows of the code that was measured last."""
    newest = {row.case: code(row) for row in _ordered(rows) if row.kind in _OF_A_CASE}
    return [row for row in rows if row.kind not in _OF_A_CASE or code(row) == newest[row.case]]


def code(row: Measurement) -> str:
    """Give the sha256 of the code of the row's case; empty where the case's version or the folder's source says all."""
    return str(row.environment.get("case", {}).get("source", ""))


def _ordered(rows: Sequence[Measurement]) -> list[Measurement]:
    return sorted(rows, key=lambda r: r.at)  # stable: of equal times the later in the list is the newer


def _checks(rows: Sequence[Measurement]) -> dict[str, tuple[Measurement, ...]]:
    newest = {(r.case, r.device, r.seed): r for r in _ordered(_one_device(rows))}
    names = dict.fromkeys(r.case for r in newest.values())
    return {name: tuple(r for r in newest.values() if r.case == name) for name in names}


def _one_device(rows: Sequence[Measurement]) -> list[Measurement]:
    ordered = _ordered(rows)
    return [r for r in ordered if r.device == ordered[-1].device]


def _quality(rows: Sequence[Measurement]) -> dict[tuple[str, str], dict[int, Measurement]]:
    found: dict[tuple[str, str], dict[int, Measurement]] = {}
    for case in dict.fromkeys(r.case for r in rows):
        mine = [r for r in rows if r.case == case]
        version = max(r.case_version for r in mine)
        for row in _one_device([r for r in mine if r.case_version == version]):
            found.setdefault((case, row.arm), {})[row.seed] = row
    return found


def effect_of(claim: Claim, found: Evidence) -> Effect:
    """Give the effect that the rows show for a claim's comparison."""
    if claim.kind == "cost":
        return _cost(claim, found)
    arms = tuple(claim.over) or claim.compare[:2] or ("ours",)
    columns = [found.quality.get((claim.case, arm), {}) for arm in arms]
    rows = tuple(r for column in columns for r in column.values())
    dead = _dead(columns, arms, rows)
    if dead and dead.missing:
        return dead
    for arm, column in zip(arms, columns, strict=False):
        if not column:
            return Effect(missing=_absent(claim.case, arm, found))
    return dead or (_by_size if claim.over else _by_seed)(claim, columns, rows)


def arm_of(claim: Claim, rows: Sequence[Measurement]) -> tuple[Measurement, ...]:
    """Give the rows of the arm that stands for the paper's method: `ours`, or the one that the claim names first."""
    if claim.kind == "cost":
        return tuple(row for row in rows if row.kind == "speed")
    arm = "ours" if "ours" in claim.compare else (*claim.compare, "ours")[0]
    return tuple(row for row in rows if row.arm == arm)


def never_called(rows: Sequence[Measurement]) -> str:
    """Say so where none of these rows ran anything of model.py; nothing where one did, or is of before it was noted."""
    if not rows or any(row.notes.get(NOTE) != NEVER for row in rows):
        return ""
    words = {"quality": f"arm {rows[0].arm} of case {rows[0].case}", "check": f"check {rows[0].case}"}
    what = words.get(rows[0].kind, f"what {rows[0].case} times")
    return f"{what} calls nothing of model.py, so it says nothing about the paper at any number of seeds; call the method from there"


def _absent(case: str, arm: str, found: Evidence) -> str:
    """Say what was measured in place of what the claim names."""
    arms = sorted({a for c, a in found.quality if c == case})
    cases = sorted({c for c, _ in found.quality})
    if arms:
        return (
            f"no measurement of arm {arm!r} in case {case!r}, which has {', '.join(arms)}; bench again if that is new"
        )
    have = f"; measured were {', '.join(cases)}" if cases else ""
    return f"no measurement of arm {arm!r} in case {case!r}{have}; bench that case, or enter it in cases.py"


def _dead(
    columns: Sequence[Mapping[int, Measurement]], arms: Sequence[str], rows: tuple[Measurement, ...]
) -> Effect | None:
    """Say so where seeds failed: leaving them out would flatter the arm that fails. An arm that is all dead says it first."""
    broken = [
        (arm, c, [r for r in c.values() if r.status != "ok" or r.value is None])
        for arm, c in zip(arms, columns, strict=False)
    ]
    for arm, column, bad in sorted(broken, key=lambda one: len(one[2]) < len(one[1])):
        if bad:
            first = (bad[0].failure.strip().splitlines() or [""])[0]
            text = f"arm {arm}: {len(bad)} of {len(column)} seeds {bad[0].status}{first and f': {first}'}"
            if len(bad) == len(column):
                return Effect(missing=text, rows=rows)
            lost = sum(len(b) for *_, b in broken)
            seconds = sum(len(b) * _seconds([c]) for _, c, b in broken)
            return Effect(failed=f"{text}; {more(lost, 'seed', seconds)} once that is mended", rows=rows)
    return None


def _seconds(columns: Sequence[Mapping[int, Measurement]]) -> float:
    """Give what a seed of all these arms takes: the mean of each arm's seeds that came through."""
    done = [[r.seconds for r in column.values() if r.status == "ok"] for column in columns]
    return sum(math.fsum(seconds) / len(seconds) for seconds in done if seconds)


def more(count: int, noun: str, seconds: float) -> str:
    """Say what is needed, and how long it takes.

    >>> more(1, "seed", 0.25), more(3, "seed", 61.7)
    ('1 more seed needed (0.25 s)', '3 more seeds needed (62 s)')
    """
    return f"{count} more {noun}{'s' * (count != 1)} needed ({lasting(seconds)})"


def lasting(seconds: float) -> str:
    """Give seconds in a few characters."""
    return f"{seconds:.0f} s" if seconds >= 10 else f"{seconds:.2g} s"


def _by_seed(claim: Claim, columns: Sequence[Mapping[int, Measurement]], rows: tuple[Measurement, ...]) -> Effect:
    two = len(columns) == 2
    seeds = sorted(set.intersection(*(set(c) for c in columns)))
    better = 1.0 if claim.direction == "higher" else -1.0
    by = scale(claim, rows[0].unit)
    table = [[by * _value(c[s]) for s in seeds] for c in columns]
    values = tuple(better * (a - b) for a, b in zip(*table, strict=True)) if two else tuple(table[0])
    shown = t_interval(values)
    ours = t_interval(table[0])
    tested = shown if two or better > 0 else _mirrored(shown)
    return Effect(
        values=values,
        shown=shown,
        tested=tested if claim.minimum_effect is not None else None,
        number=ours if claim.tolerance is not None and claim.paper is not None else None,
        two=two,
        warnings=(*doubts(claim, rows), *_unequal(rows)),
        unit=rows[0].unit,
        rows=rows,
        seconds_a_seed=_seconds(columns),
    )


def _unequal(rows: Sequence[Measurement]) -> list[str]:
    """Say so where of two arms that train by themselves one took far longer: their case makes no steps to be equal."""
    taken: dict[str, list[float]] = {}
    for row in rows:
        if OWN_TIME in row.notes:
            taken.setdefault(row.arm, []).append(row.notes[OWN_TIME])
    middle = sorted((median(seconds), arm) for arm, seconds in taken.items())
    if len(middle) < 2 or middle[-1][0] < max(UNEQUAL * middle[0][0], LONG):
        return []
    (least, fast), (most, slow) = middle[0], middle[-1]
    return [f"not at equal budget: each arm trains as it likes here, {slow} {most:.1f} s and {fast} {least:.1f} s"]


def _by_size(claim: Claim, columns: Sequence[Mapping[int, Measurement]], rows: tuple[Measurement, ...]) -> Effect:
    """Give each seed's exponent of the power law through the sizes (least squares on logarithms, as Kaplan 2020)."""
    seeds = sorted(set.intersection(*(set(c) for c in columns)))
    if low := next((r for r in rows if _value(r) <= 0), None):
        why = f"arm {low.arm}: a power law goes through values above 0, got {_value(low):g} at seed {low.seed}"
        return Effect(missing=why, rows=rows)
    values = tuple(exponent(tuple(claim.over.values()), [_value(c[s]) for c in columns]) for s in seeds)
    shown = t_interval(values)
    return Effect(
        values=values,
        shown=shown,
        tested=(shown if claim.direction == "higher" else _mirrored(shown))
        if claim.minimum_effect is not None
        else None,
        number=shown if claim.tolerance is not None and claim.paper is not None else None,
        unit=EXPONENT,
        rows=rows,
        seconds_a_seed=_seconds(columns),
    )


def _value(row: Measurement) -> float:
    return math.nan if row.value is None else row.value


def _mirrored(x: Interval | None) -> Interval | None:
    return x and Interval(-x.mean, -x.high, -x.low, x.n, x.sd)


def _cost(claim: Claim, found: Evidence) -> Effect:
    """Give the share of time saved, from log ratios of interleaved blocks."""
    row = found.speed.get(claim.case)
    if row is None:
        have = f"; timed was {', '.join(found.speed)}" if found.speed else ""
        return Effect(missing=f"no timing called {claim.case!r}{have}; a cost claim's case is 'speed'")
    if row.status != "ok":
        return Effect(missing=(row.failure.splitlines() or [row.status])[0], rows=(row,))
    logs, null = t_interval(row.samples), t_interval(tuple(row.notes.get("A/A", ())))
    by = scale(claim, SAVED)
    mean, low, high = (by * (1 - math.exp(x)) for x in ((logs.mean, logs.high, logs.low) if logs else (0.0,) * 3))
    # A log ratio's spread, in the unit of what is saved.
    shown = logs and Interval(mean, low, high, logs.n, by * math.exp(logs.mean) * logs.sd)
    skewed = null is not None and (null.low > 0 or null.high < 0)
    pairs = row.notes.get("pairs", len(row.samples))
    crowded = row.notes.get("contaminated pairs", 0) > CROWDED * pairs
    warnings = ("identical code did not take equal time beside it",) * skewed + ("the CPU was shared",) * crowded
    return Effect(
        values=row.samples,
        shown=shown,
        tested=shown,
        two=True,
        by_seed=False,
        warnings=warnings,
        unit=SAVED,
        rows=(row,),
        seconds_a_seed=row.seconds / max(1, len(row.samples)),
    )
