"""From source to source: steps beside a search through all of them, differences beside scipy's, rows that do not mix."""

import itertools
import math
import random
import warnings
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from paperlab.harness.history import FEWEST, Series, _fits, compare, newest, series, steps, turns
from paperlab.harness.statistics import median, sign_flip_p, t_interval, welch_interval
from paperlab.records.measurement import Measurement
from tests.harness.rows import row

VALUES = st.lists(st.integers(0, 20).map(float), min_size=FEWEST, max_size=9)


def rows_of(values: dict[str, list[float]], **more: object) -> list[Measurement]:
    """Rows of several sources, a day each, one seed a value."""
    return [
        replace(row(value=value, seed=seed), **{"source_hash": source, "at": f"2026-01-{day:02}T00:00:00Z"} | more)
        for day, (source, found) in enumerate(values.items(), 1)
        for seed, value in enumerate(found)
    ]


def least(y: list[float], jumps: int) -> float:
    """Try every place of `jumps` steps, two points a level at least."""
    best = math.inf
    for places in itertools.combinations(range(2, len(y) - 1), jumps):
        ends = [0, *places, len(y)]
        if all(b - a >= 2 for a, b in itertools.pairwise(ends)):
            levels = [y[a:b] for a, b in itertools.pairwise(ends)]
            best = min(best, sum(sum(abs(v - median(part)) for v in part) for part in levels))
    return best


@given(VALUES)
def test_a_fit_is_the_best_of_all_that_there_are(y: list[float]) -> None:
    for jumps, (residual, places) in enumerate(_fits(y)):
        assert residual == pytest.approx(least(y, jumps))
        assert len(places) == jumps


@given(st.floats(-1e6, 1e6), st.integers(0, 40))
def test_a_level_line_has_no_step(value: float, n: int) -> None:
    assert steps([value] * n) == ()


def test_a_clear_step_is_found_where_it_is_and_noise_makes_none() -> None:
    rng = random.Random(0)  # noqa: S311 noise, not a secret
    found, false = 0, 0
    for _ in range(40):
        noise = [rng.gauss(0, 0.02) for _ in range(40)]
        found += 20 in steps([1 + 0.1 * (n >= 20) + e for n, e in enumerate(noise)])
        false += steps([1 + e for e in noise]) != ()
    assert found >= 38
    assert false <= 1


def test_a_step_is_told_late_and_few_points_tell_none() -> None:
    y = [1.0, 1.01, 0.99, 1.0, 2.0]
    assert steps(y) == ()
    assert steps([*y, 2.01, 1.99]) == (4,)


def test_only_the_newest_points_are_looked_at_and_keep_their_numbers() -> None:
    y = [1.0 + 0.001 * (n % 3) for n in range(400)] + [2.0 + 0.001 * (n % 3) for n in range(20)]
    assert steps(y) == (400,)


@pytest.mark.parametrize(("higher", "word"), [(True, "better"), (False, "worse")])
def test_a_step_says_which_way(higher: bool, word: str) -> None:
    made = {f"s{n:02}": [1.0 + (n >= 4) + 0.01 * (n % 2)] for n in range(8)}
    (one,) = series(rows_of(made, higher_is_better=higher))
    assert turns(one) == {4: word}


def test_a_point_is_a_source_and_what_failed_or_belongs_to_the_case_is_none() -> None:
    rows = rows_of({"a": [1.0, 3.0], "b": [2.0]})
    rows += [
        replace(rows[0], status="failed", value=None),
        replace(rows[0], source_hash=""),
        replace(rows[0], kind="ladder"),
    ]
    (one,) = series(rows[::-1])
    assert [(p.source, dict(p.values), p.mean) for p in one.points] == [
        ("a", {0: 1.0, 1: 3.0}, 2.0),
        ("b", {0: 2.0}, 2.0),
    ]


@pytest.mark.parametrize(
    "change", [{"device": "cuda"}, {"case_version": 2}, {"budget": "full"}, {"arm": "other"}, {"case": "k2"}]
)
def test_questions_that_differ_never_mix(change: dict[str, object]) -> None:
    rows = rows_of({"a": [1.0]}) + [replace(r, **change) for r in rows_of({"b": [2.0]})]
    assert [len(one.points) for one in series(rows)] == [1, 1]
    assert compare(series(rows[:1]), series(rows[1:])) == ()


def one(values: list[float], **more: object) -> tuple[Series, ...]:
    return series(rows_of({"s": values}, **more))


@given(st.lists(st.tuples(st.floats(-10, 10), st.floats(-10, 10)), min_size=3, max_size=8), st.booleans())
def test_two_sources_are_paired_seed_by_seed(pairs: list[tuple[float, float]], higher: bool) -> None:
    first, second = (list(side) for side in zip(*pairs, strict=True))
    (found,) = compare(one(first, higher_is_better=higher), one(second, higher_is_better=higher))
    gaps = [(a - b) * (1 if higher else -1) for a, b in pairs]
    assert found.interval == t_interval(gaps)
    assert found.p == sign_flip_p(gaps)
    (turned,) = compare(one(second, higher_is_better=higher), one(first, higher_is_better=higher))
    words = {"first": "second", "second": "first"}
    assert turned.word == words.get(found.word, found.word)


def test_the_newest_stands_beside_the_level_before_it() -> None:
    levels = [[1.0, 2.0], [1.1, 2.1], [0.9, 1.9], [1.0, 2.0], [3.0, 4.0], [3.1, 4.1], [2.9, 3.9], [5.0, 6.0]]
    (found,) = series(rows_of({f"s{n}": [*x, x[0] + 0.5] for n, x in enumerate(levels)}))
    assert found.steps == (4,)
    beside = newest(found)
    assert beside is not None
    assert dict(beside.second.points[-1].values) == {
        0: pytest.approx(3.0),
        1: pytest.approx(4.0),
        2: pytest.approx(3.5),
    }
    assert beside.interval == t_interval([5.0 - 3.0, 6.0 - 4.0, 5.5 - 3.5])
    assert newest(replace(found, points=found.points[:1])) is None


def test_the_newest_of_a_timing_stands_beside_all_pairs_of_its_level() -> None:
    made = rows_of({"a": [0.0], "b": [0.0]}, kind="speed", higher_is_better=False)
    logs = [(0.0, 0.1, 0.2), (0.5, 0.6, 0.7)]
    (found,) = series([replace(r, samples=x) for r, x in zip(made, logs, strict=True)])
    beside = newest(found)
    assert beside is not None
    assert (beside.word, beside.interval) == ("second", welch_interval([-0.5, -0.6, -0.7], [-0.0, -0.1, -0.2]))


def test_a_difference_in_every_seed_is_said_and_two_seeds_say_nothing() -> None:
    (found,) = compare(one([0.9, 0.8, 0.7, 0.6]), one([0.8, 0.69, 0.6, 0.5]))
    assert found.word == "first"
    (few,) = compare(one([0.9, 0.8]), one([0.1, 0.1]))
    assert (few.word, few.interval, few.p) == ("cannot tell yet: 2 seeds in common, 3 needed", None, None)


EIGHTHS = st.lists(st.integers(-40, 40).map(lambda n: n / 8), min_size=3, max_size=9)


@given(EIGHTHS, EIGHTHS)
def test_welchs_interval_is_scipys(a: list[float], b: list[float]) -> None:
    ours = welch_interval(a, b)
    assert ours is not None
    if len(set(a)) == len(set(b)) == 1:
        assert (ours.low, ours.high) == (a[0] - b[0],) * 2
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # scipy warns where one side is constant
        theirs = stats.ttest_ind(a, b, equal_var=False).confidence_interval(0.95)
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), rel=1e-6, abs=1e-9)


def test_welchs_interval_of_the_smallest_spread_is_a_number() -> None:
    found = welch_interval([0.0, 0.0, 7e-122], [0.0, 0.0, 0.0])
    assert found is not None
    assert math.isfinite(found.low)


def test_timings_of_two_runs_are_not_paired() -> None:
    def timed(logs: tuple[float, ...]) -> tuple[Series, ...]:
        return series(
            [replace(row(), kind="speed", case="speed", source_hash="s", samples=logs, higher_is_better=False)]
        )

    (found,) = compare(timed((0.0, 0.1, -0.1, 0.05)), timed((0.7, 0.8, 0.6, 0.75)))
    assert found.word == "first"
    assert found.interval == welch_interval([-0.0, -0.1, 0.1, -0.05], [-0.7, -0.8, -0.6, -0.75])
