"""Each shared case: it runs, its ladder is in order, seeds decide everything, and it tells two methods apart."""

import inspect
import statistics
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch

import paperlab.harness.cases as shared
from paperlab.errors import UsageError
from paperlab.harness import Outcome, Trial, case_infos, rungs
from paperlab.harness.api import BUDGETS, OWN_TIME, RUNGS, SLOTS
from paperlab.harness.cases.rosenbrock import f

FOLDER = Path(shared.__file__).parent
APART = {
    "adding": ("attention", "mean"),
    "arc": ("search", "turns"),
    "calibration": ("temperature", "none"),
    "char-lm": ("recurrent", "mean"),
    "compression": ("recurrent", "convolution"),
    "depth-flow": ("pre-norm", "plain"),
    "digits": ("mlp", "quadrants"),
    "digits-compression": ("deep", "linear"),
    "digits-optimizer": ("adam", "sgd"),
    "double-descent": ("ridge", "least-norm"),
    "gaussians": ("flow-matching", "gaussian"),
    "gridworld": ("q-learning", "myopic"),
    "grokking": ("adamw", "adam"),
    "induction": ("attention", "recurrent"),
    "low-rank": ("low-rank", "full"),
    "mnist1d": ("package-cnn", "package-linear"),
    "moons": ("kernel", "gaussian"),
    "mqar": ("attention", "linear-attention"),
    "noisy-labels": ("absolute", "cross-entropy"),
    "orbit": ("runge-kutta", "euler"),
    "parity": ("recurrent", "attention"),
    "preference": ("dpo", "likelihood"),
    "quadratic": ("momentum", "sgd"),
    "reverse": ("flat", "bag"),
    "rings": ("kernel", "gaussian"),
    "rosenbrock": ("momentum", "adagrad"),
    "sbm": ("mean", "alone"),
    "selective-copying": ("recurrent", "attention"),
    "sinusoid": ("process", "pooled"),
    "wl-pairs": ("sum", "mean"),
}


def trial(name: str, seed: int = 0, budget: str = "smoke") -> Trial:
    return Trial(seed=seed, budget=budget, settings=shared.load(name).budgets[budget])


def test_each_case_has_both_its_files_and_two_arms_to_tell_apart() -> None:
    assert set(shared.names()) == set(APART)
    assert all((FOLDER / f"{n.replace('-', '_')}.py").is_file() for n in shared.names())


@pytest.mark.parametrize("name", shared.names())
def test_what_a_case_says_of_itself_is_whole(name: str) -> None:
    case = shared.load(name)
    assert case.info in case_infos()
    assert set(case.budgets) == set(BUDGETS)
    assert set(case.ladder) <= set(RUNGS)
    assert case.slot in SLOTS
    assert all(word == word.lower() for word in case.words)
    assert case.info.source == case.source != ""
    # Each rung is computed, or the case says why there is none.
    assert {*case.ladder, *case.missing} == set(RUNGS)
    assert not set(case.ladder) & set(case.missing)
    assert all(why.endswith(".") for why in case.missing.values())


@pytest.mark.parametrize("name", shared.names())
def test_a_case_hands_to_its_own_arms_what_its_slot_says(name: str) -> None:
    case = shared.load(name)
    for arm in case.arms.values():
        assert f"make({', '.join(inspect.signature(arm).parameters)}) -> " in case.info.takes


def untimed(outcome: Outcome) -> Outcome:
    return replace(outcome, notes={name: note for name, note in outcome.notes.items() if name != OWN_TIME})


@pytest.mark.parametrize("name", shared.names())
def test_an_arm_gives_the_same_value_twice_and_leaves_global_randomness_alone(name: str) -> None:
    case = shared.load(name)
    arm = case.arms[APART[name][0]]
    state = torch.get_rng_state()
    first, second = (untimed(case.run(arm, trial(name))) for _ in range(2))
    assert first == second
    assert first.value != case.run(arm, trial(name, seed=1)).value or first.curve != ()
    assert torch.equal(torch.get_rng_state(), state)


@pytest.mark.parametrize("name", shared.names())
def test_the_ladder_climbs_from_chance_to_ceiling(name: str) -> None:
    case = shared.load(name)
    sign = 1 if case.metric.higher_is_better else -1
    found = {r: sign * f(trial(name)) for r, f in case.ladder.items() if r in ("chance", "trivial", "ceiling")}
    assert found.get("ceiling", 1e9) >= max(found.values())
    assert case.ladder.keys() >= {"chance", "trivial", "reference"}


@pytest.mark.parametrize("name", ["compression", "gridworld", "mqar", "preference"])
def test_a_classic_solver_stands_between_what_is_trivial_and_the_ceiling(name: str) -> None:
    case = shared.load(name)
    sign = 1 if case.metric.higher_is_better else -1
    low, middle, high = (sign * case.ladder[rung](trial(name)) for rung in ("trivial", "classic", "ceiling"))
    assert low < middle <= high


@pytest.mark.slow
@pytest.mark.parametrize("name", shared.names())
def test_two_methods_known_to_differ_stand_three_pooled_deviations_apart_at_small(name: str) -> None:
    case, settings = shared.load(name), [trial(name, seed, "small") for seed in range(4)]
    good, bad = ([case.run(case.arms[arm], t).value for t in settings] for arm in APART[name])
    sign = 1 if case.metric.higher_is_better else -1
    pooled = ((statistics.variance(good) + statistics.variance(bad)) / 2) ** 0.5
    assert sign * (statistics.mean(good) - statistics.mean(bad)) > 3 * pooled


def test_the_optimum_of_rosenbrock_is_where_the_textbook_has_it() -> None:
    p = torch.ones(2, dtype=torch.float64, requires_grad=True)
    f(p).backward()
    assert (f(p).item(), p.grad.abs().max().item()) == (0.0, 0.0)  # type: ignore[union-attr]


def test_an_optimizer_that_diverges_is_the_worst_and_not_an_error() -> None:
    case = shared.load("quadratic")
    outcome = case.run(lambda ps, rate: torch.optim.SGD(ps, lr=rate * 1e6), trial("quadratic"))
    assert outcome.value > 6


def test_rungs_for_a_notebook() -> None:
    found = rungs("mqar", names=("chance", "ceiling"))
    assert found["chance"] == pytest.approx(1 / 64, abs=0.005)
    assert found["ceiling"] == 1.0
    with pytest.raises(UsageError, match="expected rungs out of chance, trivial"):
        rungs("parity", names=("classic",))
    with pytest.raises(UsageError, match="one of adding, "):
        rungs("mnist")


def test_asking_what_there_is_and_judging_load_neither_torch_nor_numpy() -> None:
    code = "import sys; from paperlab.harness import case_infos, judge, Implementation, results; case_infos(); print([m for m in ('torch', 'numpy', 'scipy', 'sklearn') if m in sys.modules])"
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=FOLDER.parents[2]
    )
    assert found.stdout.strip() == "[]"
