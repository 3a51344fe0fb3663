import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from paperlab.harness.statistics import (
    holm,
    median,
    seeds_needed,
    seeds_to_reach,
    sign_flip_p,
    t_interval,
    t_quantile,
)

values = st.lists(st.floats(-1e3, 1e3), min_size=3, max_size=9)


@given(values)
def test_t_interval_is_scipys(x: list[float]) -> None:
    found = t_interval(x)
    assert found is not None
    sd = float(np.std(x, ddof=1))
    if sd < 1e-6:
        return
    low, high = stats.t.interval(0.95, len(x) - 1, loc=np.mean(x), scale=sd / math.sqrt(len(x)))
    assert (found.low, found.high) == pytest.approx((low, high), rel=1e-6, abs=1e-6)


def test_fewer_than_three_values_give_no_interval() -> None:
    assert t_interval([1.0, 2.0]) is None


# Eighths add up without rounding: which sums are equal is then no matter of a tolerance.
@given(st.lists(st.integers(-80, 80).map(lambda k: k / 8), min_size=1, max_size=7))
def test_sign_flip_p_counts_every_pattern_of_signs(d: list[float]) -> None:
    seen = abs(math.fsum(d))
    patterns = list(itertools.product((-1, 1), repeat=len(d)))
    hits = sum(abs(math.fsum(s * x for s, x in zip(p, d, strict=True))) >= seen for p in patterns)
    assert sign_flip_p(d) == hits / len(patterns)


def test_many_pairs_are_sampled_and_never_give_zero() -> None:
    assert 0 < sign_flip_p([1.0] * 30) < 1e-4


@pytest.mark.parametrize("p", [0.2, 0.1, 0.05, 0.01])
def test_seeds_to_reach_is_the_first_count_that_can(p: float) -> None:
    n = seeds_to_reach(p)
    assert sign_flip_p([1.0] * n) < p <= sign_flip_p([1.0] * (n - 1))


@given(st.floats(0.01, 10), st.floats(0.05, 10))
def test_seeds_needed_is_the_first_count_whose_half_width_fits(sd: float, gap: float) -> None:
    n = seeds_needed(sd, gap)
    if n is None:
        assert sd / gap > 15
    else:
        assert t_quantile(n - 1) * sd / math.sqrt(n) < gap
        assert n == 3 or t_quantile(n - 2) * sd / math.sqrt(n - 1) >= gap


def test_holm_by_hand() -> None:
    assert holm([0.04, 0.01, 0.03, 0.5]) == pytest.approx((0.09, 0.04, 0.09, 0.5))


def test_median_of_even_and_odd_counts() -> None:
    assert (median([3, 1, 2]), median([4.0, 1.0, 2.0, 3.0])) == (2, 2.5)


@pytest.mark.parametrize("n", [3, pytest.param(5, marks=pytest.mark.slow), pytest.param(10, marks=pytest.mark.slow)])
def test_interval_covers_the_truth_as_often_as_it_says(n: int) -> None:
    """Normal and skewed-sum seeds; 4000 draws have a standard error of 0.34 per cent."""
    draws = np.random.default_rng(7).normal(size=(4000, n))
    found = [t_interval(row.tolist()) for row in draws]
    assert 0.93 <= np.mean([x.low <= 0 <= x.high for x in found if x]) <= 0.97
