"""Quality at equal time: each arm gets the steps that fit into the same seconds of its own thread."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from paperlab.errors import UsageError
from paperlab.harness import Case, Metric, Outcome, Request, Trial, judge, page, results
from paperlab.harness.equal import for_seconds
from paperlab.harness.units import Unit
from paperlab.records.card import Card
from tests.harness.rows import BASE, arms, check, row
from tests.harness.toy import CARD, Bencher


def work(seconds: float) -> None:
    """Keep this thread busy for so long on its own clock."""
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


def case(run: Callable[..., Outcome], settings: Mapping[str, Any]) -> Case:
    return Case(
        name="made", version=1, tests="t", source="s", slot="own", words=(), cannot_show="c",
        metric=Metric(name="steps", unit="", higher_is_better=True), budgets={"small": settings}, run=run,
    )  # fmt: skip


def trial(settings: Mapping[str, Any]) -> Trial:
    return Trial(settings=settings)


def steady(a_step: float, trial: Trial) -> Outcome:
    """Take 20 ms to begin and so long a step; say what was asked."""
    work(0.02 + a_step * trial.settings["steps"])
    return Outcome(value=trial.settings["steps"], notes=dict(trial.settings))


def test_a_slow_arm_gets_fewer_steps_in_the_time_that_a_fast_one_has() -> None:
    settings = {"steps": 100}
    found = [for_seconds(case(steady, settings), a_step, trial(settings), 0.2).value for a_step in (5e-4, 2e-3)]
    assert found == [pytest.approx(400, rel=0.15), pytest.approx(100, rel=0.15)]


def test_what_an_arm_sleeps_through_is_not_its_time() -> None:
    """As while a neighbour has the processor."""
    settings = {"steps": 100}

    def interrupted(a_step: float, one: Trial) -> Outcome:
        time.sleep(0.05)
        return steady(a_step, one)

    found = for_seconds(case(interrupted, settings), 1e-3, trial(settings), 0.2)
    assert found.notes["steps"] == found.value == pytest.approx(200, rel=0.2)
    assert found.notes["seconds a step"] == pytest.approx(1e-3, rel=0.2)


def test_who_watches_an_arm_goes_before_it_is_timed() -> None:
    """A trace that stays slows down the arms that it watches, and these would get fewer steps."""
    settings, seen = {"steps": 100}, []

    def watched(a_step: float, one: Trial) -> Outcome:
        seen.append("run")
        return steady(a_step, one)

    for_seconds(case(watched, settings), 1e-3, trial(settings), 0.1, warm=lambda: seen.append("gone"))
    assert seen == ["run", "gone", "run", "run", "run", "run"]


def test_tuning_grows_with_the_steps_and_is_left_out_of_the_trials() -> None:
    settings = {"steps": 100, "tuning_steps": 50, "rates": (0.3, 0.1)}
    seen = []

    def tuned(a_step: float, one: Trial) -> Outcome:
        seen.append(one.settings["rates"])
        return steady(a_step, one)

    notes = for_seconds(case(tuned, settings), 1e-3, trial(settings), 0.2).notes
    assert notes["tuning_steps"] == pytest.approx(notes["steps"] / 2, abs=1)
    assert seen == [(0.1,)] * (len(seen) - 1) + [(0.3, 0.1)]


@pytest.mark.parametrize(
    ("settings", "a_step", "seconds", "told"),
    [
        ({"depth": 5}, 1e-3, 0.1, "case made counts no steps that could be traded for seconds"),
        ({"steps": 100}, 0.0, 0.1, "the time of this arm does not grow with its steps"),
        ({"steps": 40}, 5e-3, 0.05, "0.05 s hold 10 steps of this arm, expected at least 20"),
    ],
)
def test_where_seconds_mean_nothing_it_says_why(settings, a_step: float, seconds: float, told: str) -> None:
    def run(a_step: float, one: Trial) -> Outcome:
        return steady(a_step, replace(one, settings={"steps": 1, **one.settings}))

    with pytest.raises(UsageError, match=told):
        for_seconds(case(run, settings), a_step, trial(settings), seconds)


@pytest.mark.slow
def test_a_bench_trains_each_arm_for_the_seconds_and_the_verdict_says_so(toy: Bencher) -> None:
    rows = toy.run(equal_seconds=0.1, cases=("digits-optimizer",), seeds=1)
    quality = [r for r in rows if r.kind == "quality"]
    assert {(r.status, r.budget) for r in quality} == {("ok", "smoke, 0.1 s")}
    assert all(r.notes["steps"] * r.notes["seconds a step"] == pytest.approx(0.1, rel=0.2) for r in quality)
    assert {r.budget for r in rows if r.kind in ("check", "ladder")} == {"smoke"}
    told = results(CARD, rows, judge(CARD, rows, budget="smoke, 0.1 s"))
    assert (told["budget"], told["equal"]) == ("smoke, 0.1 s", "seconds")
    assert told["verdicts"][1]["verdict"] == "cannot tell yet"
    assert "Arms trained for equal seconds" in page(CARD, told)
    known = toy.run(cases=("digits-optimizer",), seeds=1, known=rows)
    assert {r.budget for r in known if r.kind == "quality"} == {"smoke"}, "steps are another question"
    assert toy.new == [r for r in known if r.kind == "quality"]


def test_who_has_too_few_steps_in_the_time_gets_no_value(writes: Callable[..., Bencher]) -> None:
    rows = writes(case="rosenbrock").run(equal_seconds=0.001, cases=("rosenbrock",), seeds=1)
    (failure,) = {r.failure for r in rows if r.kind == "quality" and r.arm == "still"}
    assert "of this arm, expected at least 20" in failure


CLAIM = replace(BASE, minimum_effect=0.1)


def test_rows_of_equal_seconds_and_of_equal_steps_are_not_put_together() -> None:
    card = Card(slug="s", id=None, title="t", claims=(CLAIM,))
    timed = [replace(r, budget="small, 2 s") for r in arms(ours=[0.9, 0.91, 0.92], other=[0.5, 0.51, 0.52])]
    steps = arms(ours=[0.5, 0.51, 0.52], other=[0.9, 0.91, 0.92])
    rows = [check(), *timed, *steps]
    (by_time,), (by_steps,) = (judge(card, rows, budget=b) for b in ("small, 2 s", "small"))
    assert (by_time.verdict, by_steps.verdict) == ("reproduced", "not")
    assert by_time.reason.endswith("each arm trained for 2 s, however many steps")
    assert (by_time.budget, "trained for" in by_steps.reason) == ("small, 2 s", False)


def test_a_timing_counts_beside_either_budget() -> None:
    claim = replace(BASE, kind="cost", case="speed", compare=(), minimum_effect=0.1)
    card = Card(slug="s", id=None, title="t", claims=(claim,))
    rows = [check(), row(kind="speed", case="speed", value=0.5, samples=(-0.7, -0.69, -0.71), notes={"A/A": []})]
    assert [judge(card, rows, budget=b)[0].verdict for b in ("small", "small, 2 s")] == ["reproduced"] * 2


@pytest.mark.parametrize("wrong", [0.0, -1.0, float("inf"), float("nan")])
def test_seconds_that_cannot_be_meant_are_refused(wrong: float) -> None:
    with pytest.raises(UsageError, match="expected seconds above 0"):
        Request(equal_seconds=wrong)


def test_seconds_are_part_of_what_is_asked_and_steps_keep_their_keys() -> None:
    unit = Unit(kind="quality", folder="", slug="s", source_hash="h", case="c", budget=Request().measured)
    other = replace(unit, budget=Request(equal_seconds=2.0).measured)
    assert (unit.budget, other.budget, unit.key == other.key) == ("small", "small, 2 s", False)
