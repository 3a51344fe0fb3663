"""double-descent: ever more random features of as many digits; a fit may fail where the two numbers meet."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import torch
from torch import Tensor
from torch.nn.functional import one_hot

from paperlab.harness.api import Instance, Outcome, Trial
from paperlab.harness.cases import build, hand
from paperlab.harness.cases import training as t

Make = Callable[[Tensor, Tensor], Tensor]

CLASSES, WRONG = 10, 0.15
"""WRONG is the share of the training labels that are drawn anew."""
SIZES = (0.1, 0.25, 0.5, 0.75, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0, 4.0, 8.0)
"""Features for each example."""
PENALTIES = tuple(10.0**e for e in range(-4, 5))


def run(make: Make, trial: Trial) -> Outcome:
    """Fit each number of features; give log10 of the largest test error. The curve holds it at each number."""
    errors = [_missed(make(x, y), x_test, y_test) for x, y, x_test, y_test in _problems(trial)]
    curve = tuple(math.log10(error) for error in errors)
    return Outcome(value=max(curve), curve=curve, notes={"features for each example": list(SIZES)})


def _problems(trial: Trial) -> Iterator[tuple[Tensor, Tensor, Tensor, Tensor]]:
    """Give features (examples, n) and centred targets (examples, 10), to fit and to test, for each n."""
    data, g = t.digits(trial.stream("split")), trial.stream("features")
    count = trial.settings["examples"]
    new = torch.randint(CLASSES, (count,), generator=g)
    labels = torch.where(torch.rand(count, generator=g) < WRONG, new, data.y[:count])
    y, y_test = (one_hot(a, CLASSES).double() - 1 / CLASSES for a in (labels, data.y_test))
    directions = torch.randn(data.x.shape[1], round(count * SIZES[-1]), generator=g, dtype=torch.float64)
    seen, asked = ((a.double() @ directions).relu() for a in (data.x[:count], data.x_test))
    for size in SIZES:
        n = round(size * count)
        yield tuple(a.to(trial.device) for a in (seen[:, :n] / n**0.5, y, asked[:, :n] / n**0.5, y_test))  # type: ignore[misc]


def _missed(weights: Tensor, x: Tensor, y: Tensor) -> float:
    """Give the squared error as a share of the targets' own size: always saying the mean has 1."""
    if weights.shape != (x.shape[1], CLASSES):
        raise ValueError(f"expected weights {(x.shape[1], CLASSES)}, got {tuple(weights.shape)}")
    return t.bounded((x @ weights.to(x) - y).square().mean() / y.square().mean())


def least_norm(x: Tensor, y: Tensor) -> Tensor:
    """Give the smallest weights of the smallest error on the examples: nothing holds them back where n meets that."""
    weights: Tensor = torch.linalg.pinv(x) @ y
    return weights


def penalised(x: Tensor, y: Tensor, penalty: float) -> Tensor:
    """Give the weights that minimise squared error + penalty * squared weights."""
    u, s, v = torch.linalg.svd(x, full_matrices=False)
    shrunk: Tensor = v.mT @ ((s / (s**2 + penalty))[:, None] * (u.mT @ y))
    return shrunk


def ridge(x: Tensor, y: Tensor) -> Tensor:
    """Choose the penalty by leaving out each example in turn, which has a closed form."""
    u, s, _ = torch.linalg.svd(x, full_matrices=False)

    def left_out(penalty: float) -> float:
        hat = u * (s**2 / (s**2 + penalty)) @ u.mT
        return float(((y - hat @ y) / (1 - hat.diagonal())[:, None]).square().mean())

    return penalised(x, y, min(PENALTIES, key=left_out))


def weak(x: Tensor, y: Tensor) -> Tensor:
    """Take the same small penalty everywhere: a low peak."""
    return penalised(x, y, 1e-3)


def _other(trial: Trial) -> float:
    """Say the label of any other example."""
    *_, y = next(_problems(trial))
    order = torch.randperm(len(y), generator=trial.stream("guess"))
    return math.log10(float((y[order] - y).square().mean() / y.square().mean()))


def _best(trial: Trial) -> float:
    """Choose the penalty at each number by the test itself: none of them does better."""
    worst = max(
        min(_missed(penalised(x, y, penalty), x_test, y_test) for penalty in PENALTIES)
        for x, y, x_test, y_test in _problems(trial)
    )
    return math.log10(worst)


def by_hand(trial: Trial) -> Iterator[Instance]:
    """Ask for one penalty that is to serve all numbers of features."""
    told = (
        f"{trial.settings['examples']} digits, {WRONG:.0%} of them with a label by lot, and from {SIZES[0]:g} to "
        f"{SIZES[-1]:g} random features for each example, the larger ones of size 1. Which penalty on the squared weights?"
    )
    for one in hand.trials(trial):
        yield hand.rate(told, _with_penalty, one, "penalty")


def _with_penalty(penalty: float, trial: Trial) -> float:
    return run(lambda x, y: penalised(x, y, penalty), trial).value


CASE = build(
    "double-descent",
    run=run,
    ladder={
        "chance": _other,
        "trivial": lambda trial: run(lambda x, y: x.new_zeros(x.shape[1], y.shape[1]), trial).value,
        "classic": lambda trial: run(weak, trial).value,
        "reference": lambda trial: run(ridge, trial).value,
        "ceiling": _best,
    },
    arms={"ridge": ridge, "weak": weak, "least-norm": least_norm},
    by_hand=by_hand,
)
