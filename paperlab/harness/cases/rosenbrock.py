"""rosenbrock: f(x, y) = (1 - x)^2 + 100 (y - x^2)^2, optimum 0 at (1, 1)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import torch
from torch import Tensor

from paperlab.harness.api import Instance, Outcome, Trial
from paperlab.harness.cases import build, hand
from paperlab.harness.cases import training as t
from paperlab.harness.cases.optimizers import ARMS, Make, descend, log10_gap


def f(p: Tensor) -> Tensor:
    """Give the function at points (..., 2)."""
    x, y = p[..., 0], p[..., 1]
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def run(make: Make, trial: Trial) -> Outcome:
    """Give log10 of the gap after the case's steps, with the best of its rates."""
    return t.with_best_rate(lambda rate, trial: descend(f, _start(trial), make, rate, trial), trial)


def _start(trial: Trial) -> Tensor:
    noise = torch.randn(2, generator=trial.stream("start"), dtype=torch.float64)
    return torch.tensor([-1.2, 1.0], dtype=torch.float64) + 0.1 * noise


def _search(trial: Trial) -> float:
    """Random search with as many looks as there are steps."""
    looks = 4 * torch.rand(trial.settings["steps"], 2, generator=trial.stream("search"), dtype=torch.float64) - 2
    return log10_gap(f(looks).min())


def _newton(trial: Trial) -> float:
    """Newton's method, with the Hessian by hand."""
    p = _start(trial)
    for _ in range(20):
        x, y = p.tolist()
        gradient = torch.tensor([-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)], dtype=torch.float64)
        hessian = torch.tensor([[2 - 400 * (y - 3 * x * x), -400 * x], [-400 * x, 200]], dtype=torch.float64)
        p = p - torch.linalg.solve(hessian, gradient)
    return log10_gap(f(p))


def by_hand(trial: Trial) -> Iterator[Instance]:
    """Ask for a rate of gradient descent with momentum, from five starts near each other."""
    for seed in range(hand.COUNT):
        one = replace(trial, seed=hand.COUNT * trial.seed + seed)
        x, y = _start(one).tolist()
        told = (
            f"(1 - x)^2 + 100 (y - x^2)^2 from ({x:.2f}, {y:.2f}), {trial.settings['steps']} steps with momentum 0.9."
        )
        yield hand.rate(told, lambda rate, t: descend(f, _start(t), ARMS["momentum"], rate, t).value, one)


CASE = build(
    "rosenbrock",
    run=run,
    ladder={
        "chance": _search,
        "trivial": lambda trial: log10_gap(f(_start(trial))),
        "classic": _newton,
        "reference": lambda trial: run(ARMS["adam"], trial).value,
        "ceiling": lambda _: log10_gap(f(torch.ones(2, dtype=torch.float64))),
    },
    arms=ARMS,
    by_hand=by_hand,
)
