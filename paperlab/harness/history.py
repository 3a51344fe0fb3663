"""What an implementation reached from source to source, where its level changed, and how two sources compare. Pure.

A step is found late and seldom false: it needs some points behind it, and noise alone hardly ever makes one. A change
that must be seen at once is `compare`, which pairs two sources seed by seed.

Source of the steps: piecewise constant fit by least absolute deviations, the number of steps by a penalised likelihood,
after Friedrich et al. 2008 (Complexity penalized M-estimation) as asv uses it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import fmean

from paperlab.harness.evidence import again, code, of_one_case
from paperlab.harness.statistics import Interval, median, sign_flip_p, t_interval, welch_interval
from paperlab.records.measurement import Measurement

PAIRS = 3
"""Seeds that an interval needs."""
FEWEST = 6
"""Points below which no step is told."""
MOST = 300
"""Points that are looked at, the newest: the fit takes the square of their number."""
_PENALTY = 4.0
"""Weight of a step, in units of log n / n (asv's choice)."""
_FLOOR = 0.1
"""Share of the smallest jump that counts as noise at least, so that rounding is no evidence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """What one source reached."""

    source: str
    commit: str
    """Of the folder's repository when it was measured; empty where there is none."""
    at: str
    """ISO 8601 UTC of its newest row."""
    values: Mapping[int, float]
    """Seed -> value; of a timing, number of the pair -> log ratio."""

    @property
    def short(self) -> str:
        """First digits of the source: what is shown, and enough to name it."""
        return self.source[:8]

    @property
    def mean(self) -> float:
        """Mean over seeds; of a timing the mean log ratio."""
        return math.fsum(self.values.values()) / len(self.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One question and its answers from source to source, oldest first."""

    kind: str
    """quality | speed."""
    case: str
    case_version: int
    arm: str
    budget: str
    device: str
    metric: str
    unit: str
    higher_is_better: bool
    points: tuple[Point, ...]
    case_source: str = ""
    """sha256 of the code of a case of one's own."""

    @property
    def steps(self) -> tuple[int, ...]:
        """Numbers of the points at which a new level begins."""
        return steps([point.mean for point in self.points])


def series(rows: Sequence[Measurement]) -> tuple[Series, ...]:
    """Give each question that was asked of the implementation itself, with one point a source.

    Args:
        rows: of one implementation, in any order; those that failed, those of a case's own arms, and those of older
            code of a case of one's own are left out, and those of a source whose gate closed after a timing.
    """
    asked: dict[tuple[object, ...], list[Measurement]] = {}
    lost = {row.source_hash for row in again(rows)}
    for row in sorted(of_one_case(rows), key=lambda r: r.at):
        if row.source_hash in lost:
            continue
        if row.kind in ("quality", "speed") and row.source_hash and row.status == "ok" and row.value is not None:
            which = (row.kind, row.case, row.case_version, row.arm, row.budget, row.device)
            asked.setdefault(which, []).append(row)
    return tuple(_series(found) for found in asked.values())


def _series(rows: Sequence[Measurement]) -> Series:
    last = rows[-1]
    by_source: dict[str, list[Measurement]] = {}
    for row in rows:
        by_source.setdefault(row.source_hash, []).append(row)
    return Series(
        kind=last.kind, case=last.case, case_version=last.case_version, arm=last.arm, budget=last.budget,
        device=last.device, metric=last.metric, unit=last.unit, higher_is_better=last.higher_is_better,
        points=tuple(sorted(map(_point, by_source.values()), key=lambda p: p.at)), case_source=code(last),
    )  # fmt: skip


def _point(rows: Sequence[Measurement]) -> Point:
    last = rows[-1]
    seeds = {row.seed: row.value for row in rows if row.value is not None}
    values = dict(enumerate(last.samples)) if last.kind == "speed" else seeds
    return Point(source=last.source_hash, commit=str(last.environment.get("commit", "")), at=last.at, values=values)


def steps(values: Sequence[float]) -> tuple[int, ...]:
    """Give where a new level begins.

    >>> steps([1.0, 1.1, 0.9, 1.0, 2.0, 2.1, 1.9, 2.0]), steps([1.0, 1.1, 0.9, 1.0, 1.05, 0.95])
    ((4,), ())
    """
    offset = max(0, len(values) - MOST)
    y = values[offset:]
    if len(y) < FEWEST or len(set(y)) == 1:
        return ()
    fits = _fits(y)
    floor = _noise_floor(y, fits)
    best = min(range(len(fits)), key=lambda jumps: _score(fits[jumps][0], jumps, len(y), floor))
    return tuple(offset + at for at in fits[best][1])


def _score(residual: float, jumps: int, n: int, floor: float) -> float:
    return _PENALTY * math.log(n) / n * jumps + math.log(max(residual, floor))


def _noise_floor(y: Sequence[float], fits: Sequence[tuple[float, tuple[int, ...]]]) -> float:
    """Give the sum of deviations that is believed to be noise, however well many steps fit."""
    one = fits[1][1][0] if len(fits) > 1 else 0
    jump = abs(median(y[one:]) - median(y[:one])) if one else 0.0
    return _FLOOR * jump or 1e-12 * (max(map(abs, y)) or 1.0)


def _fits(y: Sequence[float]) -> list[tuple[float, tuple[int, ...]]]:
    """Give for 0, 1, 2 ... steps the least sum of absolute deviations, and where the steps are: each level 2 points or more."""
    n, cost = len(y), _costs(y)
    table: list[tuple[float, tuple[int, ...]]] = []
    ends: list[tuple[float, tuple[int, ...]]] = [(cost(0, end), ()) for end in range(n + 1)]
    table.append(ends[n])
    for jumps in range(1, min(n // 2, 12)):
        new: list[tuple[float, tuple[int, ...]]] = [(math.inf, ())] * (n + 1)
        for end in range(2 * (jumps + 1), n + 1):
            new[end] = min(
                ((ends[at][0] + cost(at, end), (*ends[at][1], at)) for at in range(2 * jumps, end - 1)),
                key=lambda pair: pair[0],
            )
        ends = new
        table.append(ends[n])
    return table


def _costs(y: Sequence[float]) -> Callable[[int, int], float]:
    """Give what tells the sum of absolute deviations from the median of y[a:b]; each is worked out once."""
    known: dict[tuple[int, int], float] = {}

    def cost(a: int, b: int) -> float:
        if (a, b) not in known:
            middle = median(y[a:b]) if b > a else 0.0
            known[a, b] = math.fsum(abs(v - middle) for v in y[a:b])
        return known[a, b]

    return cost


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Two sources at one question."""

    first: Series
    second: Series
    means: tuple[float, float]
    interval: Interval | None
    """Of first minus second, better is positive; of a timing the log of how many times the second's time the first takes, turned round."""
    p: float | None
    """Exact two-sided sign-flip p over the seeds that both have; None for a timing."""

    @property
    def shared(self) -> int:
        """How many seeds both newest points have."""
        return len(self.first.points[-1].values.keys() & self.second.points[-1].values.keys())

    @property
    def word(self) -> str:
        """Which one is better, if the interval says so."""
        if self.interval is None:
            return f"cannot tell yet: {self.shared} seed{'s' * (self.shared != 1)} in common, {PAIRS} needed"
        return "first" if self.interval.low > 0 else "second" if self.interval.high < 0 else "no difference shown"


def compare(first: Sequence[Series], second: Sequence[Series]) -> tuple[Difference, ...]:
    """Set the newest points of two implementations or sources side by side, where they were asked the same."""
    pairs = [(a, b) for a in first for b in second if _question(a) == _question(b)]
    return tuple(_difference(a, b) for a, b in pairs)


def _question(one: Series) -> tuple[object, ...]:
    return one.kind, one.case, one.case_version, one.case_source, one.arm, one.budget, one.device


def _difference(a: Series, b: Series) -> Difference:
    x, y = a.points[-1].values, b.points[-1].values
    sign = 1.0 if a.higher_is_better else -1.0
    means = (a.points[-1].mean, b.points[-1].mean)
    if a.kind == "speed":  # two runs apart: their pairs have nothing in common
        better = welch_interval([sign * v for v in x.values()], [sign * v for v in y.values()])
        return Difference(first=a, second=b, means=means, interval=better, p=None)
    both = sorted(x.keys() & y.keys())
    gaps = [sign * (x[seed] - y[seed]) for seed in both]
    return Difference(
        first=a, second=b, means=means, interval=t_interval(gaps), p=sign_flip_p(gaps) if len(gaps) > 2 else None
    )


def newest(one: Series) -> Difference | None:
    """Set the newest source against the level before it, seed by seed; None where there is no source before.

    That is the sources since the last step before the newest one; a seed counts by its mean over those that have it. Of
    a timing their pairs count together. `first` of the difference is the newest, `second` the level.
    """
    *before, last = one.points
    if not before:
        return None
    start = max((step for step in one.steps if step < len(before)), default=0)
    level = before[start:]
    if one.kind == "speed":
        values = dict(enumerate(v for p in level for v in p.values.values()))
    else:
        seeds = {seed for p in level for seed in p.values}
        values = {s: fmean(p.values[s] for p in level if s in p.values) for s in sorted(seeds)}
    earlier = replace(one, points=(replace(level[-1], values=values),))
    return _difference(replace(one, points=(last,)), earlier)


def turns(one: Series) -> dict[int, str]:
    """Give number of a point -> whether a `better` or a `worse` level begins there."""
    ends = [0, *one.steps, len(one.points)]
    levels = [median([p.mean for p in one.points[a:b]]) for a, b in pairwise(ends)]
    ways = ("better" if (b > a) == one.higher_is_better else "worse" for a, b in pairwise(levels))
    return dict(zip(one.steps, ways, strict=True))
