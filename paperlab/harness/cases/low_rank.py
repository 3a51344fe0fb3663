"""low-rank: a known matrix was changed by one of low rank; learn the change from few noisy examples."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from paperlab.harness.api import Instance, Outcome, Trial
from paperlab.harness.cases import build, hand
from paperlab.harness.cases import training as t

Make = Callable[[Tensor, int], nn.Module]

NOISE = 0.5
"""Deviation of what is added to the examples' outputs, beside 1 of what the change adds to them."""


@dataclass(frozen=True, slots=True)
class World:
    """weight (outputs, inputs), change of the same shape and low rank, x (examples, inputs), y (examples, outputs)."""

    weight: Tensor
    change: Tensor
    x: Tensor
    y: Tensor

    def missed(self, change: Tensor) -> float:
        """Give the squared share of the change that another one misses: 0 is all found, 1 nothing."""
        return t.bounded((change - self.change).square().sum() / self.change.square().sum())


def world(trial: Trial) -> World:
    """Draw a matrix, its change and noisy examples, on the CPU."""
    s, g = trial.settings, trial.stream("world")
    n, rank = s["width"], s["rank"]
    weight = torch.randn(n, n, generator=g) / n**0.5
    change = torch.randn(n, rank, generator=g) @ torch.randn(rank, n, generator=g) / (n * rank) ** 0.5
    x = torch.randn(s["examples"], n, generator=g)
    y = x @ (weight + change).T + NOISE * torch.randn(s["examples"], n, generator=g)
    return World(weight, change, x, y)


def run(make: Make, trial: Trial) -> Outcome:
    """Train `make(weight, rank)` on the squared error, with the best of the case's rates; give what it misses."""
    return t.with_best_rate(lambda rate, trial: _once(make, rate, trial), trial)


def _once(make: Make, rate: float, trial: Trial) -> Outcome:
    s, it = trial.settings, world(trial)
    weight, x, y = (a.to(trial.device) for a in (it.weight, it.x, it.y))
    model = t.built(lambda: make(weight.clone(), s["rank"]), trial)
    curve = t.train(lambda _: (model(x) - y).square().mean(), t.adam(model, rate), iter([x] * s["steps"]), s["steps"])
    model.eval()
    with torch.no_grad():
        whole = model(torch.eye(len(weight), device=trial.device)).T
    return Outcome(value=it.missed((whole - weight).cpu()), curve=curve, notes={"parameters": t.parameters(model)})


class LowRank(nn.Module):
    """The matrix as it is, and beside it a product of two thin ones, the second of which begins at zero."""

    def __init__(self, weight: Tensor, rank: int) -> None:
        super().__init__()
        self.register_buffer("weight", weight)
        self.a = nn.Parameter(torch.randn(rank, weight.shape[1]) / weight.shape[1] ** 0.5)
        self.b = nn.Parameter(torch.zeros(weight.shape[0], rank))

    def forward(self, x: Tensor) -> Tensor:
        """Give (batch, outputs) of (batch, inputs)."""
        return x @ self.weight.T + x @ self.a.T @ self.b.T  # type: ignore[operator]


class Full(nn.Module):
    """Every number of the matrix may change."""

    def __init__(self, weight: Tensor, rank: int) -> None:  # noqa: ARG002 -- the slot's signature
        super().__init__()
        self.weight = nn.Parameter(weight)

    def forward(self, x: Tensor) -> Tensor:
        """Give (batch, outputs) of (batch, inputs)."""
        return x @ self.weight.T


class Scaled(nn.Module):
    """The matrix as it is, with one factor for each output and one for each input."""

    def __init__(self, weight: Tensor, rank: int) -> None:  # noqa: ARG002 -- the slot's signature
        super().__init__()
        self.register_buffer("weight", weight)
        self.rows, self.columns = (nn.Parameter(torch.ones(n)) for n in weight.shape)

    def forward(self, x: Tensor) -> Tensor:
        """Give (batch, outputs) of (batch, inputs)."""
        return (x * self.columns) @ self.weight.T * self.rows  # type: ignore[operator]


def _other(trial: Trial) -> float:
    """Take another change of the same kind."""
    other = Trial(seed=trial.seed + 1, budget=trial.budget, settings=trial.settings)
    return world(trial).missed(world(other).change)


def _cut(trial: Trial) -> float:
    """Solve for the smallest change that fits the examples, and keep its largest directions."""
    it = world(trial)
    return it.missed(_largest(_fitted(it), trial.settings["rank"]))


def _fitted(it: World) -> Tensor:
    change: Tensor = (torch.linalg.pinv(it.x) @ (it.y - it.x @ it.weight.T)).T
    return change


def _largest(change: Tensor, rank: int) -> Tensor:
    u, s, v = torch.linalg.svd(change)
    kept: Tensor = u[:, :rank] * s[:rank] @ v[:rank]
    return kept


def by_hand(trial: Trial) -> Iterator[Instance]:
    """Show the sizes of the directions of the change that fits; the answer is how many of them to believe."""
    for one in hand.trials(trial):
        it = world(one)
        sizes = torch.linalg.svdvals(_fitted(it))
        told = f"Sizes of the {len(sizes)} directions of the change that fits the examples, largest first:"
        question = f"{told}\n\n{hand.line(sizes)}\n\nHow many of them are no noise?"
        yield Instance(
            question=question,
            asks=f"1 to {len(sizes)}",
            score=lambda text, it=it: it.missed(_largest(_fitted(it), _rank(text, len(it.weight)))),  # type: ignore[misc]
        )


def _rank(text: str, most: int) -> int:
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= most):
        raise ValueError(f"a whole number from 1 to {most}")
    return int(text)


CASE = build(
    "low-rank",
    run=run,
    ladder={
        "chance": _other,
        "trivial": lambda trial: world(trial).missed(torch.zeros_like(world(trial).change)),
        "classic": _cut,
        "reference": lambda trial: run(LowRank, trial).value,
        "ceiling": lambda trial: world(trial).missed(world(trial).change),
    },
    arms={"low-rank": LowRank, "full": Full, "scaled": Scaled},
    by_hand=by_hand,
)
