"""Several cases as one: summaries by scipy and by hand, a bootstrap by plain loops, ladders turned into scores."""

import functools
import itertools
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from scipy import stats

from paperlab.harness import across as ac

SCORES = arrays(
    np.float64, array_shapes(min_dims=2, max_dims=2, max_side=7), elements=st.integers(-8, 16).map(lambda k: k / 8)
)


@given(SCORES)
def test_summaries_are_those_of_scipy_and_of_the_paper(x: np.ndarray) -> None:
    assert ac.iqm(x) == pytest.approx(stats.trim_mean(x, 0.25, axis=None))
    assert ac.mean(x) == pytest.approx(np.mean(np.mean(x, axis=0)))
    assert ac.median(x) == pytest.approx(np.median(np.mean(x, axis=0)))
    assert ac.optimality_gap(x) == pytest.approx(np.mean([max(0.0, 1 - s) for s in x.flat]))


@given(st.integers(1, 5), st.integers(1, 5), st.integers(1, 3), st.randoms(use_true_random=False))
def test_an_improvement_counts_pairs_as_mann_and_whitney_do(n: int, m: int, cases: int, random: object) -> None:
    a, b = (
        np.array([[random.randint(0, 3) for _ in range(cases)] for _ in range(k)], dtype=float)  # type: ignore[attr-defined]
        for k in (n, m)
    )
    u = [stats.mannwhitneyu(a[:, c], b[:, c], method="asymptotic").statistic / (n * m) for c in range(cases)]
    assert ac.improvement(a, b) == pytest.approx(np.mean(u))
    assert ac.improvement(a, b) + ac.improvement(b, a) == pytest.approx(1)


@pytest.mark.parametrize("summary", ac.SUMMARIES.values())
def test_summaries_of_many_arrays_are_those_of_each(summary: Callable[[np.ndarray], np.ndarray]) -> None:
    many = np.random.default_rng(0).normal(size=(6, 5, 3))
    assert summary(many) == pytest.approx(np.array([summary(x) for x in many]))


def test_runs_are_drawn_within_their_case() -> None:
    """Each case has one value of its own, so that no repetition can differ."""
    scores = np.tile([0.0, 1.0, 5.0], (4, 1))
    for summary in ac.SUMMARIES.values():
        assert ac.bootstrap(scores, summary, np.random.default_rng(0)) == (summary(scores), summary(scores))


@pytest.mark.parametrize("summary", ac.SUMMARIES.values())
def test_the_interval_is_that_of_all_resamples_counted_one_by_one(
    summary: Callable[[np.ndarray], np.ndarray],
) -> None:
    scores = np.array([[0.0, 0.1], [0.5, 0.4], [1.0, 1.9]])
    picks = map(list, itertools.product(range(3), repeat=6))
    every = [summary(np.stack([scores[p[:3], 0], scores[p[3:], 1]], 1)) for p in picks]
    expected = np.quantile(every, (0.025, 0.975))
    found = ac.bootstrap(scores, summary, np.random.default_rng(1), repetitions=20_000)
    assert found == pytest.approx(tuple(expected), abs=0.02)


@pytest.mark.parametrize("runs", [1, 2, 5, 10, 23, 200])
@pytest.mark.parametrize("summary", [ac.mean, ac.median, ac.optimality_gap])
def test_tuples_of_runs_give_the_interval_that_single_runs_give(
    summary: Callable[[np.ndarray], np.ndarray], runs: int
) -> None:
    scores = np.random.default_rng(runs).normal(1, 1, size=(runs, 4))
    tuples, singly = (
        ac.bootstrap(scores, one, np.random.default_rng(3), repetitions=20_000)
        for one in (summary, functools.partial(summary))  # which is in no table, so its runs are drawn singly
    )
    assert tuples == pytest.approx(singly, abs=0.1 * (singly[1] - singly[0]) + 1e-12)


def test_the_interval_of_an_improvement_is_that_of_all_resamples() -> None:
    a, b = np.array([[0.0], [2.0], [4.0]]), np.array([[1.0], [2.0], [3.0]])
    draws = [list(p) for p in itertools.product(range(3), repeat=3)]
    every = [ac.improvement(a[i], b[j]) for i in draws for j in draws]
    found = ac.bootstrap_improvement(a, b, np.random.default_rng(1), repetitions=20_000)
    assert found == pytest.approx(tuple(np.quantile(every, (0.025, 0.975))), abs=0.06)


def test_equal_generators_give_equal_intervals_and_the_global_one_is_left_alone() -> None:
    scores = np.random.default_rng(0).normal(size=(5, 4))
    state = np.random.get_state()[1].tolist()  # type: ignore[index]  # noqa: NPY002
    first, second = (ac.bootstrap(scores, ac.iqm, np.random.default_rng(7)) for _ in range(2))
    assert first == second
    assert np.random.get_state()[1].tolist() == state  # type: ignore[index]  # noqa: NPY002


def case(name: str, ladder: dict[str, float], *, higher: bool = True, **arms: list[float]) -> dict[str, object]:
    entered = [{"arm": arm, "values": values} for arm, values in arms.items()]
    return {"case": name, "ladder": ladder, "higher_is_better": higher, "arms": entered}


def test_scores_stand_on_the_ladder_whichever_way_is_better() -> None:
    ladder = {"chance": 0.1, "trivial": 0.2, "reference": 0.8, "ceiling": 1.0}
    assert ac.normalised(case("a", ladder), [0.2, 0.6, 1.0]) == pytest.approx([0, 0.5, 1])
    down = case("b", {"chance": 4.0, "reference": 2.0}, higher=False)
    assert ac.normalised(down, [4.0, 3.0, 1.0]) == pytest.approx([0, 0.5, 1.5])
    assert ac.normalised(case("c", {"trivial": 0.5}), [1.0]) is None
    assert ac.normalised(case("d", {"trivial": 0.5, "ceiling": 0.5}), [1.0]) is None


def test_an_arm_of_several_cases_is_summed_up_beside_the_other_arms_of_the_same_cases() -> None:
    ladder = {"trivial": 0.0, "ceiling": 2.0}
    first = case("a", ladder, ours=[1.0, 1.0, 1.0], adam=[0.5, 0.5, 0.5], alone=[1.0])
    second = case("b", ladder, ours=[2.0, 2.0, 2.0], adam=[1.0, 1.0, 1.0])
    ours, adam = ac.across([first, second])
    assert (ours["arm"], ours["cases"], ours["runs"], ours["mean"]) == ("ours", ["a", "b"], 3, [0.75, 0.75, 0.75])
    assert ours["improvement over"] == {"adam": [1.0, 1.0, 1.0]}
    assert adam["improvement over"] == {"ours": [0.0, 0.0, 0.0]}
    assert ac.across([first]) == []


def test_two_runs_give_no_interval() -> None:
    ladder = {"trivial": 0.0, "ceiling": 1.0}
    (found,) = ac.across([case("a", ladder, ours=[0.2, 0.4]), case("b", ladder, ours=[0.6, 0.8])])
    assert found["mean"] == pytest.approx([0.5])
