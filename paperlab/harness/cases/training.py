"""What the cases share: a training loop with its data order fixed by a generator, rates tried equally, rungs."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from paperlab.harness.api import Outcome, Trial
from paperlab.harness.seeds import fixed

POINTS = 20
"""Points of a learning curve."""
TUNING = (1_000_003, 2_000_003)
"""What is added to a seed to give those that rates are tried on: far from any that is measured."""
WORST = 1e6
"""Stands for a loss that is not finite, so that a diverged run is a bad result and not a missing one."""


@dataclass(frozen=True, slots=True)
class Split:
    """Labelled examples: x (examples, features) float32, y (examples) int64."""

    x: Tensor
    y: Tensor
    x_test: Tensor
    y_test: Tensor

    def to(self, device: str) -> Split:
        """Give the same examples on a device."""
        return Split(*(t.to(device) for t in (self.x, self.y, self.x_test, self.y_test)))


def batches(count: int, size: int, steps: int, generator: torch.Generator) -> Iterator[Tensor]:
    """Give `steps` batches of indices: epoch after epoch in a new order, which only the generator decides."""
    order = torch.empty(0, dtype=torch.int64)
    for _ in range(steps):
        if len(order) < size:
            order = torch.cat([order, torch.randperm(count, generator=generator)])
        batch, order = order[:size], order[size:]
        yield batch


def train(
    step_loss: Callable[[Tensor], Tensor], optimizer: torch.optim.Optimizer, order: Iterator[Tensor], steps: int
) -> tuple[float, ...]:
    """Minimise a loss over batches of indices; give its curve in at most 20 even steps, in the loss's unit.

    A loss that is not finite ends the training: what follows could not recover, and the curve says so by `WORST`.
    """
    every, curve = max(1, steps // POINTS), []
    for step, batch in enumerate(order):
        optimizer.zero_grad()
        loss = step_loss(batch)
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        if step % every == 0:
            curve.append(bounded(loss))
            if curve[-1] == WORST:
                break
    return tuple(curve)


def bounded(loss: Tensor) -> float:
    """Give a loss as a number; WORST where it is not finite or larger."""
    value = float(loss.detach())
    return min(value, WORST) if math.isfinite(value) else WORST


def noted(trial: Trial) -> tuple[float, ...]:
    """Give the curve that an arm wrote down in `trial.losses`; WORST where a loss is not finite."""
    return tuple(bounded(torch.as_tensor(loss)) for loss in trial.losses)


def adam(model: nn.Module, rate: float) -> torch.optim.Optimizer:
    """Give the optimizer of cases that are not about optimizers: one kernel for all parameters, not ten for each.

    In networks this small the separate kernels cost as much as the forward pass.
    """
    return torch.optim.Adam(model.parameters(), lr=rate, fused=True)


def fit_classifier(model: nn.Module, data: Split, trial: Trial) -> tuple[float, ...]:
    """Train with Adam at the case's rate on cross-entropy; give the loss curve in nats."""
    optimizer, steps = adam(model, trial.settings["rate"]), trial.settings["steps"]
    order = batches(len(data.x), trial.settings["batch"], steps, trial.stream("order"))
    model.train()
    return train(lambda i: cross_entropy(model(data.x[i]), data.y[i]), optimizer, order, steps)


def accuracy(model: nn.Module, x: Tensor, y: Tensor) -> float:
    """Give the fraction of right answers in evaluation mode; logits that are not finite count as wrong."""
    model.eval()
    with torch.no_grad():
        logits = model(x)
    right = (logits.argmax(-1) == y) & logits.isfinite().all(-1)
    return float(right.double().mean())


def with_best_rate(run: Callable[[float, Trial], Outcome], trial: Trial, *, higher: bool = False) -> Outcome:
    """Try each of the case's rates on two other seeds, then run the best on the trial's own; lower is better if not told.

    Every arm gets the same rates and steps to try, so that no arm wins by having been tuned more. A rate counts by
    the worse of its two seeds: the best of one seed often stands at the edge of divergence. One rate needs no trying.
    """
    rates, sign = trial.settings["rates"], -1 if higher else 1
    settings = dict(trial.settings) | {"steps": trial.settings["tuning_steps"]}
    tuning = [replace(trial, seed=trial.seed + shift, settings=settings) for shift in TUNING if len(rates) > 1]
    tried = {rate: max((sign * run(rate, other).value for other in tuning), default=0.0) for rate in rates}
    best = min(tried, key=tried.__getitem__)
    outcome = run(best, trial)
    return replace(outcome, notes={**outcome.notes, "rate": best, "rates tried": len(tried)})


def built(make: Callable[..., nn.Module], trial: Trial, *arguments: Any) -> nn.Module:
    """Build a network from the trial's seed, on its device."""
    with fixed(trial, "init"):
        return make(*arguments).to(trial.device)


def parameters(model: nn.Module) -> int:
    """Count trainable parameters."""
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


def guess_rate(y: Tensor, classes: int, generator: torch.Generator) -> float:
    """Give the accuracy of guessing uniformly, over 100 guesses an example."""
    guesses = torch.randint(classes, (100, len(y)), generator=generator)
    return float((guesses == y.cpu()).double().mean())


def majority_rate(y: Tensor, y_test: Tensor) -> float:
    """Give the accuracy of always answering the most frequent training label."""
    return float((y_test == y.mode().values).double().mean())


def logistic_rate(data: Split) -> float:
    """Give the test accuracy of scikit-learn's logistic regression, fitted to the end."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(max_iter=2000).fit(data.x.numpy(), data.y.numpy())
    return float(model.score(data.x_test.numpy(), data.y_test.numpy()))


@cache
def _digits() -> tuple[Tensor, Tensor]:
    from sklearn.datasets import load_digits

    bunch: Any = load_digits()
    return torch.as_tensor(bunch.data, dtype=torch.float32) / 16, torch.as_tensor(bunch.target, dtype=torch.int64)


def digits(generator: torch.Generator) -> Split:
    """Give the 1797 digits in a random split: 1297 to train, 500 to test; pixels in 0..1."""
    x, y = _digits()
    order = torch.randperm(len(x), generator=generator)
    cut = 1297
    return Split(x[order[:cut]], y[order[:cut]], x[order[cut:]], y[order[cut:]])


def mlp(sizes: Sequence[int]) -> nn.Module:
    """Give a network of linear layers with ReLU between them."""
    layers: list[nn.Module] = []
    for a, b in pairwise(sizes):
        layers += [nn.Linear(a, b), nn.ReLU()]
    return nn.Sequential(*layers[:-1])
