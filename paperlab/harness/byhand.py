"""A case by hand: a person answers a few instances, and their score stands on the case's ladder."""

from __future__ import annotations

from collections.abc import Sequence

from paperlab.errors import NothingFound
from paperlab.harness.api import Case, Instance, Trial
from paperlab.harness.owncases import any_case
from paperlab.harness.running import rungs

YOU = "you"
BUDGET = "small"


def tried(name: str, folder: str = "") -> Case:
    """Give a case that a person can try.

    Args:
        name: of a shared case, or one of one's own.
        folder: the lab's `cases/`.

    Raises:
        UsageError: no case is called that.
        NothingFound: it has no instances for a person.
    """
    case, place, _ = any_case(name, folder)
    if case.by_hand is None:
        raise NothingFound(f"{place}: {name} gives a person no instances; add by_hand to it")
    return case


def instances(case: Case, seed: int = 0) -> tuple[Instance, ...]:
    """Give the instances of a case for a person; equal seeds give equal ones."""
    trial = Trial(seed=seed, budget=BUDGET, settings=case.budgets[BUDGET])
    return tuple(case.by_hand(trial)) if case.by_hand else ()


def standing(case: Case, scores: Sequence[float], seed: int = 0) -> tuple[tuple[str, float], ...]:
    """Give the case's ladder with a person's mean score among its rungs, best first; of equals the person first.

    Args:
        case: whose ladder is computed, at the small budget: seconds.
        scores: one an instance, in the metric's unit; at least one.
        seed: the rungs' seed.
    """
    placed = [(YOU, sum(scores) / len(scores)), *rungs(case, case.ladder, seed, BUDGET).items()]
    return tuple(sorted(placed, key=lambda pair: pair[1], reverse=case.metric.higher_is_better))
