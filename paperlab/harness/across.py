"""Several cases as one: scores on the cases' ladders, summed up, with intervals from a bootstrap within each case.

Scores are arrays (..., runs, cases), axes in this order; what comes before them is kept. Higher is better.
A percentile bootstrap over few runs is too narrow: over eight cases it covers 88, 90 and 94 per cent with 3, 5 and 10
runs where it promises 95. So each summary tells how many runs of how many cases it has, and a claim of one case is
judged by Student's interval, never by this one.

Sources: Agarwal 2021 (2108.13264) for the summaries; Efron 1979.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from paperlab.harness.statistics import LEVEL

if TYPE_CHECKING:
    from numpy import float64
    from numpy.random import Generator
    from numpy.typing import NDArray

    Array = NDArray[float64]

REPETITIONS = 2000
AT_ONCE = 20_000
"""Numbers that one step of a bootstrap draws: of this size the allocator keeps blocks, larger ones come anew each time."""
TUPLES = 4096
"""Tuples of runs whose sums are made once."""
ZERO, ONE = ("trivial", "chance"), ("ceiling", "reference")
"""Rungs that a score of 0 and of 1 stand for; the first that a ladder has."""
FEWEST = 2
"""Cases from which on there is something to sum up."""


def mean(scores: Array) -> Array:
    """Give the mean over runs and cases."""
    found: Array = scores.mean((-2, -1))
    return found


def median(scores: Array) -> Array:
    """Give the median over cases of the mean over runs."""
    import numpy as np

    found: Array = np.median(scores.mean(-2), -1)
    return found


def iqm(scores: Array) -> Array:
    """Give the interquartile mean over all runs of all cases: without the lowest and the highest quarter.

    >>> import numpy as np
    >>> float(iqm(np.array([[0.0, 1.0], [2.0, 9.0]])))
    1.5
    """
    import numpy as np

    flat = scores.reshape(*scores.shape[:-2], -1)
    cut = flat.shape[-1] // 4
    if cut:
        flat = np.partition(flat, (cut, flat.shape[-1] - cut - 1), -1)[..., cut : flat.shape[-1] - cut]
    found: Array = flat.mean(-1)
    return found


def optimality_gap(scores: Array) -> Array:
    """Give by how much scores stay below 1 on the mean; what lies above 1 makes up for nothing."""
    found: Array = 1 - _capped(scores).mean((-2, -1))
    return found


def _capped(scores: Array) -> Array:
    import numpy as np

    found: Array = np.minimum(scores, 1.0)
    return found


OF_MEANS: Mapping[Callable[[Array], Array], Callable[[Array], Array]] = {
    mean: lambda scores: scores,
    median: lambda scores: scores,
    optimality_gap: _capped,
}
"""Summaries to which, once this is done to each score, the mean of a case's runs says as much as the runs."""
SUMMARIES: Mapping[str, Callable[[Array], Array]] = {
    "iqm": iqm,
    "mean": mean,
    "median": median,
    "optimality gap": optimality_gap,
}


def improvement(first: Array, second: Array) -> float:
    """Give the chance that a run of the first beats one of the second, a tie being half, on the mean over cases.

    >>> import numpy as np
    >>> improvement(np.array([[1.0], [3.0]]), np.array([[2.0], [1.0]]))
    0.625
    """
    return float(_wins(first, second).mean())


def _wins(first: Array, second: Array) -> Array:
    """Give 1, 0.5 or 0 for each pair of runs, (runs of first, runs of second, cases)."""
    a, b = first[:, None], second[None]
    wins: Array = (a > b) + 0.5 * (a == b)
    return wins


def bootstrap(
    scores: Array,
    summary: Callable[[Array], Array],
    generator: Generator,
    *,
    repetitions: int = REPETITIONS,
    level: float = LEVEL,
) -> tuple[float, float]:
    """Give the percentile interval of a summary; each repetition draws runs with replacement within each case."""
    import numpy as np

    each, (runs, cases) = OF_MEANS.get(summary), scores.shape
    tables = _tuples(each(scores)) if each else [(np.ascontiguousarray(scores.T), runs)]
    step, found = max(1, AT_ONCE // (cases * sum(draws for _, draws in tables))), []
    for start in range(0, repetitions, step):
        count = min(step, repetitions - start)
        drawn = [_drawn(table, (draws, count) if each else (count, draws), generator) for table, draws in tables]
        found.append(summary(sum(d.sum(0) for d in drawn)[:, None] / runs if each else drawn[0]))
    return _percentiles(np.concatenate(found), level)


def _tuples(scores: Array) -> list[tuple[Array, int]]:
    """Give the sums of all tuples of a few runs, (cases, tuples), and how many tuples make up all the runs.

    One random number draws a tuple, each as likely as by its runs: fewer numbers for the same distribution.
    """
    runs = len(scores)
    width = max(1, min(runs, int(math.log(TUPLES, max(runs, 2)))))
    tables = [(_sums(scores, width), runs // width)]
    return [*tables, (_sums(scores, rest), 1)] if (rest := runs % width) else tables


def _sums(scores: Array, size: int) -> Array:
    """Give the sum of each tuple of `size` runs, (cases, runs ** size)."""
    import numpy as np

    sums = scores.T
    for _ in range(size - 1):
        sums = (sums[:, :, None] + scores.T[:, None]).reshape(len(sums), -1)
    return np.ascontiguousarray(sums)


def _drawn(table: Array, size: tuple[int, int], generator: Generator) -> Array:
    """Draw from each case's row of a table (cases, values), (*size, cases)."""
    import numpy as np

    cases, many = table.shape
    # Indices of the machine's own width, made in place: `take` copies others, which costs more than all the rest.
    drawn = generator.integers(many, size=(*size, cases), dtype=np.intp)
    drawn += np.arange(0, table.size, many)
    return table.ravel().take(drawn)


def bootstrap_improvement(
    first: Array, second: Array, generator: Generator, *, repetitions: int = REPETITIONS, level: float = LEVEL
) -> tuple[float, float]:
    """Give the percentile interval of `improvement`; runs of both are drawn within each case."""
    import numpy as np

    # How often each run was drawn is all that counts: pairs are compared once.
    wins = _wins(first, second)
    drawn = (_counts(len(x), repetitions, x.shape[1], generator) / len(x) for x in (first, second))
    won = np.einsum("rac,abc,rbc->rc", next(drawn), wins, next(drawn), optimize=True)
    return _percentiles(won.mean(-1), level)


def _counts(runs: int, repetitions: int, cases: int, generator: Generator) -> Array:
    """Give how often each run is drawn, (repetitions, runs, cases)."""
    import numpy as np

    drawn = generator.multinomial(runs, np.full(runs, 1 / runs), size=(repetitions, cases))
    counts: Array = drawn.swapaxes(1, 2).astype(np.float64)
    return counts


def _percentiles(values: Array, level: float) -> tuple[float, float]:
    import numpy as np

    low, high = np.quantile(values, ((1 - level) / 2, (1 + level) / 2))
    return float(low), float(high)


def normalised(case: Mapping[str, Any], values: Sequence[float]) -> list[float] | None:
    """Put values on a case's ladder: 0 is what is trivial, 1 its ceiling; None where the ladder lacks one of them.

    Args:
        case: an entry of the summary in results.json.
        values: in the case's metric.
    """
    ladder, better = case["ladder"], 1 if case["higher_is_better"] else -1
    ends = [next((ladder[rung] for rung in rungs if ladder.get(rung) is not None), None) for rungs in (ZERO, ONE)]
    zero, one = ends
    if zero is None or one is None or better * (one - zero) <= 0:
        return None
    return [(value - zero) / (one - zero) for value in values]


def across(cases: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Sum up each arm that entered several cases.

    Args:
        cases: the summary of results.json.

    Returns:
        for each such arm its name, its cases, runs a case, each of SUMMARIES as [value, low, high], and for each other
        arm of the same cases the chance of an improvement over it; without interval for fewer than 3 runs.
    """
    if len(cases) < FEWEST:
        return []
    tables = _tables(cases)
    return [_summed(arm, names, scores, tables) for (arm, names), scores in tables.items()]


def _tables(cases: Sequence[Mapping[str, Any]]) -> dict[tuple[str, tuple[str, ...]], Array]:
    """Give arm and its cases -> scores (runs, cases); runs that not all of its cases have are left out."""
    import numpy as np

    columns: dict[str, dict[str, list[float]]] = {}
    for case in cases:
        for arm in case["arms"]:
            if arm["values"] and (scores := normalised(case, arm["values"])) is not None:
                columns.setdefault(arm["arm"], {})[case["case"]] = scores
    several = {arm: found for arm, found in columns.items() if len(found) >= FEWEST}
    return {
        (arm, tuple(found)): np.array([*zip(*found.values(), strict=False)], dtype=np.float64)
        for arm, found in several.items()
    }


def _summed(
    arm: str, names: tuple[str, ...], scores: Array, tables: Mapping[tuple[str, tuple[str, ...]], Array]
) -> dict[str, Any]:
    import numpy as np

    generator, enough = np.random.default_rng(0), len(scores) >= 3
    found: dict[str, Any] = {"arm": arm, "cases": list(names), "runs": len(scores)}
    for name, summary in SUMMARIES.items():
        interval = bootstrap(scores, summary, generator) if enough else ()
        found[name] = [float(summary(scores)), *interval]
    others = {other: table for (other, same), table in tables.items() if other != arm and same == names}
    found["improvement over"] = {
        other: [improvement(scores, table), *(bootstrap_improvement(scores, table, generator) if enough else ())]
        for other, table in others.items()
    }
    return found
