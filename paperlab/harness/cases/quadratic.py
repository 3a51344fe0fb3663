"""quadratic: f(x) = x' H x / 2 with eigenvalues of H spaced evenly in the logarithm from 1/1000 to 1."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from paperlab.harness.api import Instance, Outcome, Trial
from paperlab.harness.cases import build, hand
from paperlab.harness.cases import training as t
from paperlab.harness.cases.optimizers import ARMS, Make, descend, log10_gap, placed

DIMENSIONS, CONDITION = 10, 1000.0


@dataclass(frozen=True, slots=True)
class _Bowl:
    hessian: Tensor
    start: Tensor

    def share(self, x: Tensor) -> Tensor:
        """Give f(x) / f(start)."""
        return (x @ self.hessian @ x) / (self.start @ self.hessian @ self.start)

    def like(self, x: Tensor) -> _Bowl:
        """Give the same bowl where x lies, in its precision."""
        return _Bowl(self.hessian.to(x), self.start.to(x))


def _bowl(trial: Trial) -> _Bowl:
    g = trial.stream("bowl")
    turn, _ = torch.linalg.qr(torch.randn(DIMENSIONS, DIMENSIONS, generator=g, dtype=torch.float64))
    values = torch.logspace(-math.log10(CONDITION), 0, DIMENSIONS, dtype=torch.float64)
    return _Bowl(turn @ torch.diag(values) @ turn.T, torch.randn(DIMENSIONS, generator=g, dtype=torch.float64))


def run(make: Make, trial: Trial) -> Outcome:
    """Give log10 of the share of the first loss that is left, with the best of the case's rates."""
    return t.with_best_rate(lambda rate, trial: _once(make, rate, trial), trial)


def _once(make: Make, rate: float, trial: Trial) -> Outcome:
    bowl = _bowl(trial)
    # Twice the start's loss, so that the rate means what it means for f.
    scale = float(bowl.start @ bowl.hessian @ bowl.start)
    there = bowl.like(placed(bowl.start, trial))
    outcome = descend(lambda x: there.share(x) * scale / 2, bowl.start, make, rate, trial)
    shift = math.log10(scale / 2)
    return Outcome(value=outcome.value - shift, curve=tuple(c - shift for c in outcome.curve))


def _conjugate_gradients(trial: Trial) -> float:
    """Exact after as many steps as dimensions but for rounding, which twice as many take out."""
    bowl = _bowl(trial)
    x = bowl.start
    r = -(bowl.hessian @ x)
    d = r
    for _ in range(2 * DIMENSIONS):
        hd = bowl.hessian @ d
        step = (r @ r) / (d @ hd)
        x, new = x + step * d, r - step * hd
        d, r = new + (new @ new) / (r @ r) * d, new
    return log10_gap(bowl.share(x))


def _tuned_momentum(trial: Trial) -> float:
    """Polyak's heavy ball with the coefficients that theory gives for this condition number."""
    bowl, root = _bowl(trial), math.sqrt(CONDITION)
    rate, beta = (2 / (1 + 1 / root)) ** 2, ((root - 1) / (root + 1)) ** 2
    x = before = bowl.start
    for _ in range(trial.settings["steps"]):
        x, before = x - rate * (bowl.hessian @ x) + beta * (x - before), x
    return log10_gap(bowl.share(x))


def _guess(trial: Trial) -> float:
    """Random points of the start's size, as many as there are steps; the best of them."""
    bowl, g = _bowl(trial), trial.stream("guess")
    points = torch.randn(trial.settings["steps"], DIMENSIONS, generator=g, dtype=torch.float64)
    return log10_gap(torch.stack([bowl.share(p) for p in points]).min())


def by_hand(trial: Trial) -> Iterator[Instance]:
    """Ask for a rate of gradient descent on five bowls."""
    for seed in range(hand.COUNT):
        one = replace(trial, seed=hand.COUNT * trial.seed + seed)
        told = (
            f"x'Hx / 2 in {DIMENSIONS} dimensions, eigenvalues from 1/{CONDITION:.0f} to 1; "
            f"{trial.settings['steps']} steps of gradient descent."
        )
        yield hand.rate(told, lambda rate, t: _once(ARMS["sgd"], rate, t).value, one)


CASE = build(
    "quadratic",
    run=run,
    ladder={
        "chance": _guess,
        "trivial": lambda trial: log10_gap(_bowl(trial).share(_bowl(trial).start)),
        "classic": _conjugate_gradients,
        "reference": _tuned_momentum,
        "ceiling": lambda trial: log10_gap(_bowl(trial).share(torch.zeros(DIMENSIONS, dtype=torch.float64))),
    },
    arms=ARMS,
    by_hand=by_hand,
)
