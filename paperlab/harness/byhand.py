"""A case by hand: a person answers a few instances, and their score stands on the case's ladder."""

from __future__ import annotations

from collections.abc import Sequence

from paperlab.harness.api import Case, Instance, Trial
from paperlab.harness.running import rungs

YOU = "you"
BUDGET = "small"


def tried(name: str) -> Case:
    """Give a shared case, each of which can be tried by hand.

    Raises:
        UsageError: no shared case is called that.
    """
    from paperlab.harness import cases

    return cases.load(name)


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
    placed = [(YOU, sum(scores) / len(scores)), *rungs(case.name, case.ladder, seed, BUDGET).items()]
    return tuple(sorted(placed, key=lambda pair: pair[1], reverse=case.metric.higher_is_better))
