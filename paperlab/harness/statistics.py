"""Honest statistics for few seeds: paired t intervals, exact sign-flip p, how many seeds are still needed.

A percentile bootstrap over three seeds covers 74 per cent where it promises 95; Student's t covers what it says.
numpy and scipy load on first use: nothing here is needed to list papers.

Sources: Student 1908; Fisher 1935 (sign flips); Holm 1979.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

LEVEL = 0.95
MOST_SEEDS = 1000
"""Above this many seeds we say "more than", since no one will run them."""
EXACT_FLIPS = 16
"""Up to 2^16 sign patterns are counted one by one."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean with its interval."""

    mean: float
    low: float
    high: float
    n: int
    sd: float
    """Sample standard deviation."""


def t_interval(values: Sequence[float], level: float = LEVEL) -> Interval | None:
    """Give Student's interval for the mean, or None for fewer than 3 values.

    >>> x = t_interval([1.0, 2.0, 3.0])
    >>> x.mean, round(x.low, 3), round(x.high, 3)
    (2.0, -0.484, 4.484)
    """
    n = len(values)
    if n < 3:
        return None
    mean = math.fsum(values) / n
    sd = math.sqrt(math.fsum((v - mean) ** 2 for v in values) / (n - 1))
    half = t_quantile(n - 1, level) * sd / math.sqrt(n)
    return Interval(mean, mean - half, mean + half, n, sd)


def welch_interval(first: Sequence[float], second: Sequence[float], level: float = LEVEL) -> Interval | None:
    """Give Welch's interval for mean(first) - mean(second), or None where one has fewer than 3 values.

    `n` is the smaller count, `sd` the standard error times its root. Source: Welch 1947.

    >>> x = welch_interval([1.0, 2.0, 3.0], [0.0, 0.0, 0.0])
    >>> x.mean, round(x.low, 3)
    (2.0, -0.484)
    """
    a, b = t_interval(first, level), t_interval(second, level)
    if a is None or b is None:
        return None
    parts = [x.sd**2 / x.n for x in (a, b)]
    error, mean, n = math.sqrt(sum(parts)), a.mean - b.mean, min(a.n, b.n)
    if sum(parts) == 0:
        return Interval(mean, mean, mean, n, 0.0)
    shares = [part / sum(parts) for part in parts]
    freedom = 1 / sum(share**2 / (x.n - 1) for share, x in zip(shares, (a, b), strict=True))
    half = t_quantile(freedom, level) * error
    return Interval(mean, mean - half, mean + half, n, error * math.sqrt(n))


def exponent(sizes: Sequence[float], values: Sequence[float]) -> float:
    """Give the exponent of the power law that fits best: the least-squares slope of log(value) on log(size), all above 0.

    >>> exponent([1, 2, 4], [3, 12, 48])
    2.0
    """
    x, y = ([math.log(v) for v in column] for column in (sizes, values))
    middle, height = math.fsum(x) / len(x), math.fsum(y) / len(y)
    rise = math.fsum((a - middle) * (b - height) for a, b in zip(x, y, strict=True))
    return rise / math.fsum((a - middle) ** 2 for a in x)


def t_quantile(freedom: float, level: float = LEVEL) -> float:
    """Give the two-sided quantile of Student's t: 12.7 at 1 degree of freedom, 2.78 at 4.

    >>> round(t_quantile(4), 3)
    2.776
    """
    from scipy.special import stdtrit  # scipy.stats would cost a second to import

    return float(stdtrit(freedom, 0.5 + level / 2))


def sign_flip_p(differences: Sequence[float]) -> float:
    """Give the exact two-sided p of paired differences under random signs.

    Above 16 pairs, 100,000 random sign patterns from a fixed generator stand for all of them.

    >>> sign_flip_p([1.0, 2.0, 3.0])
    0.25
    """
    import numpy as np

    d = np.asarray(differences, dtype=np.float64)
    n = len(d)
    if n <= EXACT_FLIPS:
        signs = 1 - 2 * ((np.arange(2**n)[:, None] >> np.arange(n)) & 1)
    else:
        signs = np.random.default_rng(0).choice((-1, 1), size=(100_000, n))
    sums, seen = np.abs(signs @ d), abs(d.sum())
    hits = sums >= seen - 1e-12 * max(seen, 1.0)
    return float(hits.mean()) if n <= EXACT_FLIPS else float((hits.sum() + 1) / (len(hits) + 1))


def seeds_to_reach(p: float = 0.05) -> int:
    """Give the fewest pairs at which a sign-flip test can fall below p, even with a perfect result.

    >>> seeds_to_reach(0.05)
    6
    """
    return math.floor(1 + math.log2(1 / p)) + 1 if p < 1 else 1


def seeds_needed(sd: float, gap: float) -> int | None:
    """Give how many seeds make the interval's half width smaller than `gap`, or None above 1000.

    Args:
        sd: spread of the paired differences, from the seeds at hand; a guess about the seeds to come.
        gap: distance from the mean to what the interval must not touch.
    """
    if gap <= 0 or sd / gap > math.sqrt(MOST_SEEDS):
        return None
    return next((n for n in range(3, MOST_SEEDS + 1) if t_quantile(n - 1) * sd / math.sqrt(n) < gap), None)


def holm(ps: Sequence[float]) -> tuple[float, ...]:
    """Give Holm's adjusted p values, in the order of `ps`.

    >>> holm([0.01, 0.04, 0.03])
    (0.03, 0.06, 0.06)
    """
    order = sorted(range(len(ps)), key=ps.__getitem__)
    adjusted, worst = [0.0] * len(ps), 0.0
    for rank, index in enumerate(order):
        worst = max(worst, min(1.0, (len(ps) - rank) * ps[index]))
        adjusted[index] = worst
    return tuple(adjusted)


def median(values: Sequence[float]) -> float:
    """Give the median of at least one value."""
    ordered, half = sorted(values), len(values) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
