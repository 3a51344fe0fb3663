"""The known optimizers that the optimizer cases bring: make(parameters, rate) -> Optimizer."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import torch
from torch import Tensor

from paperlab.harness.api import Outcome, Trial

Make = Callable[[list[Tensor], float], torch.optim.Optimizer]

ARMS: Mapping[str, Make] = {
    "adam": lambda parameters, rate: torch.optim.Adam(parameters, lr=rate),
    "rmsprop": lambda parameters, rate: torch.optim.RMSprop(parameters, lr=rate),
    "adagrad": lambda parameters, rate: torch.optim.Adagrad(parameters, lr=rate),
    "momentum": lambda parameters, rate: torch.optim.SGD(parameters, lr=rate, momentum=0.9),
    "sgd": lambda parameters, rate: torch.optim.SGD(parameters, lr=rate),
}

FLOOR, ROOF = 1e-12, 1e12
"""Gaps are cut to this range before the logarithm: below is rounding, above is divergence."""


def log10_gap(gap: Tensor) -> float:
    """Give log10 of a gap to the optimum, cut to -12..12; not a number counts as diverged."""
    value = float(gap)
    return math.log10(min(max(value, FLOOR), ROOF)) if not math.isnan(value) else math.log10(ROOF)


def descend(f: Callable[[Tensor], Tensor], start: Tensor, make: Make, rate: float, trial: Trial) -> Outcome:
    """Minimise f from `start` (float64) for the trial's steps; give log10 of the gap to an optimum of 0."""
    p = placed(start, trial).clone().requires_grad_()
    optimizer, steps = make([p], rate), trial.settings["steps"]
    curve = []
    for step in range(steps):
        optimizer.zero_grad()
        loss = f(p)
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        if step % max(1, steps // 20) == 0:
            curve.append(log10_gap(loss.detach()))
            if curve[-1] == math.log10(ROOF):
                break
    return Outcome(value=log10_gap(f(p).detach()), curve=tuple(curve))


def placed(x: Tensor, trial: Trial) -> Tensor:
    """Give x on the trial's device, in float64 where that has it."""
    # Apple's GPUs have no float64.
    return x.detach().to(torch.float32 if trial.device == "mps" else torch.float64).to(trial.device)
