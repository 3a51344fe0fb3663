"""Quality at equal time: each arm trains for the same seconds of one thread, however many steps it makes in them.

Steps are found by trying: what one step more costs an arm is measured between two short runs, so that what a case does
before and after its training drops out. The run that counts then gets as many steps as fit, so that a schedule over
them ends where it should. On a CPU it is the thread's own time that counts, so that a busy neighbour does not decide;
no two runs make the same number of steps all the same, and none is repeated to the bit.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import torch

from paperlab.errors import UsageError
from paperlab.harness.api import Case, Outcome, Trial

SHORT, LEAST = 20, 20
"""The short run has this part of a budget's steps, and at least this many."""
PART = 4
"""The longer one takes this part of the seconds, so that nothing is guessed far beyond what was seen."""
MOST = 100
"""Times a budget's steps. Beyond, most likely what was tried ended early: a diverged run costs nothing."""


def for_seconds(
    case: Case, make: Callable[..., Any], trial: Trial, seconds: float, *, warm: Callable[[], None] = lambda: None
) -> Outcome:
    """Run one arm with as many steps as fit into some seconds; steps of tuning grow or shrink alike.

    Args:
        case: one whose settings count steps.
        make: the arm's factory.
        trial: seed, device, and settings of a budget; its steps are where the search begins.
        seconds: of the thread's own time on a CPU, of wall time elsewhere.
        warm: called after the first short run, before any is timed: who watches the arm must go, or would slow it.

    Returns:
        The outcome, with `steps` and `seconds a step` in its notes.

    Raises:
        UsageError: the case has no steps that could be traded for seconds.
    """
    planned = trial.settings.get("steps")
    if not isinstance(planned, int):
        raise UsageError(
            f"case {case.name} counts no steps that could be traded for seconds; leave --equal-seconds out"
        )
    short = max(LEAST, planned // SHORT)

    def cost(steps: int) -> float:
        return _seconds(trial.device, lambda: case.run(make, _at(trial, steps, planned, alone=True)))

    cost(short)  # what is loaded or made once is not of any step
    warm()
    first = cost(short)
    a_step = (cost(2 * short) - first) / short
    longer = max(2 * short, round(seconds / PART / max(a_step, seconds / planned / MOST)))
    a_step = (cost(longer) - first) / (longer - short)
    if a_step * planned * MOST < seconds:
        raise UsageError(
            f"case {case.name}: the time of this arm does not grow with its steps; leave --equal-seconds out"
        )
    steps = round(seconds / a_step)
    if steps < LEAST:
        raise UsageError(
            f"case {case.name}: {seconds:g} s hold {steps} steps of this arm, expected at least {LEAST}; give more"
        )
    outcome = case.run(make, _at(trial, steps, planned))
    notes = {"steps": steps, "seconds a step": a_step}
    # Of a case that gives something else, whoever asked says what was expected.
    return replace(outcome, notes={**outcome.notes, **notes}) if hasattr(outcome, "notes") else outcome


def _at(trial: Trial, steps: int, planned: int, *, alone: bool = False) -> Trial:
    """Give the trial with another number of steps; `alone` leaves one rate, the most careful, so that none is tried."""
    changed: dict[str, Any] = {"steps": steps}
    if "tuning_steps" in trial.settings:
        changed["tuning_steps"] = max(1, round(trial.settings["tuning_steps"] * steps / planned))
    if alone and "rates" in trial.settings:
        changed["rates"] = (min(trial.settings["rates"]),)
    return replace(trial, settings={**trial.settings, **changed})


def _seconds(device: str, work: Callable[[], object]) -> float:
    clock = time.thread_time if device == "cpu" else _wall
    start = clock()
    work()
    return clock() - start


def _wall() -> float:
    torch.accelerator.synchronize()
    return time.perf_counter()
