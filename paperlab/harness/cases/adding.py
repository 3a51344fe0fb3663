"""adding: two of many numbers are marked; one mixer over all of them, and the last position gives their sum."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import fill

import torch
from torch import Tensor, nn

from paperlab.harness.api import Instance, Outcome, Trial
from paperlab.harness.cases import build, hand
from paperlab.harness.cases import training as t
from paperlab.harness.cases.mixers import Attention, Make, Mean, Recurrent

EVALUATED = 2000
"""Sequences that the result is computed on."""


def sequences(count: int, length: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Give numbers in 0..1 beside marks, (count, length, 2), one mark in each half, and the sums (count)."""
    numbers = torch.rand(count, length, generator=generator)
    half = length // 2
    first = torch.randint(half, (count, 1), generator=generator)
    second = torch.randint(half, length, (count, 1), generator=generator)
    marks = torch.zeros_like(numbers).scatter(1, torch.cat([first, second], 1), 1.0)
    return torch.stack([numbers, marks], -1), (numbers * marks).sum(1)


class _Model(nn.Module):
    """Embeds number and mark linearly, mixes once, reads the sum at the last position: only the mixer multiplies."""

    def __init__(self, mixer: nn.Module, width: int) -> None:
        super().__init__()
        self.embed, self.mixer, self.read = nn.Linear(2, width), mixer, nn.Linear(width, 1)

    def forward(self, x: Tensor) -> Tensor:
        total: Tensor = self.read(self.mixer(self.embed(x))[:, -1]).squeeze(-1)
        return total


def run(make: Make, trial: Trial) -> Outcome:
    """Train the model around `make(width)` on fresh sequences and give its mean squared error on others."""
    s, g = trial.settings, trial.stream("data")
    model = t.built(lambda: _Model(make(s["width"]), s["width"]), trial)

    def loss(_: Tensor) -> Tensor:
        x, y = sequences(s["batch"], s["length"], g)
        error: Tensor = (model(x.to(trial.device)) - y.to(trial.device)).square().mean()
        return error

    curve = t.train(loss, t.adam(model, s["rate"]), iter([torch.empty(0)] * s["steps"]), s["steps"])
    x, y = _test(trial)
    model.eval()
    with torch.no_grad():
        value = t.bounded((model(x.to(trial.device)).cpu() - y).square().mean())
    return Outcome(value=value, curve=curve, notes={"parameters": t.parameters(model)})


def _test(trial: Trial) -> tuple[Tensor, Tensor]:
    return sequences(EVALUATED, trial.settings["length"], trial.stream("test"))


def _chance(trial: Trial) -> float:
    """Guess the sum of two other numbers."""
    _, y = _test(trial)
    guess = torch.rand(2, 100, len(y), generator=trial.stream("guess")).sum(0)
    return float((guess - y).square().mean())


def _trivial(trial: Trial) -> float:
    """Always say 1, the mean: the error is the variance of the sum of two numbers, 1/6."""
    return float((_test(trial)[1] - 1).square().mean())


def _least_squares(trial: Trial) -> float:
    """Fit a linear function of all numbers and marks: it cannot multiply the ones by the others."""
    x, y = sequences(10 * EVALUATED, trial.settings["length"], trial.stream("data"))
    x_test, y_test = _test(trial)
    weights = torch.linalg.lstsq(_flat(x), y[:, None]).solution
    return float((_flat(x_test) @ weights - y_test[:, None]).square().mean())


def _flat(x: Tensor) -> Tensor:
    """Give each sequence as one row of numbers, marks and a constant, which stands in for the first mark of each half.

    The marks of a half add up to 1: with all of them and the constant, the equations would not be of full rank.
    """
    half = x.shape[1] // 2
    return torch.cat([x[:, :, 0], x[:, 1:half, 1], x[:, half + 1 :, 1], torch.ones(len(x), 1)], 1)


def _sum(trial: Trial) -> float:
    x, y = _test(trial)
    return float((x.prod(-1).sum(1) - y).square().mean())


def by_hand(trial: Trial) -> Iterator[Instance]:
    """Show the numbers, the marked ones in brackets; the answer is their sum."""
    x, y = sequences(hand.COUNT, trial.settings["length"], trial.stream("hand"))
    for row, total in zip(x.tolist(), y.tolist(), strict=True):
        told = " ".join(f"[{number:.2f}]" if mark else f"{number:.2f}" for number, mark in row)
        question = f"{fill(told, 78)}\n\nWhat do the two in brackets add up to?"
        yield hand.numbers(question, 1, lambda said, total=total: (said[0] - total) ** 2, least=0)  # type: ignore[misc]


CASE = build(
    "adding",
    run=run,
    ladder={
        "chance": _chance,
        "trivial": _trivial,
        "classic": _least_squares,
        "reference": lambda trial: run(Attention, trial).value,
        "ceiling": _sum,
    },
    arms={"attention": Attention, "recurrent": Recurrent, "mean": Mean},
    by_hand=by_hand,
)
