"""grokking: all sums modulo 23; an optimizer that knows the training sums by heart may find the rule later."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from paperlab.harness.api import Instance, Outcome, Trial
from paperlab.harness.cases import build, hand
from paperlab.harness.cases import training as t
from paperlab.harness.cases.optimizers import ARMS, Make

MODULUS, WIDTH, TRAINED = 23, 64, 0.6
"""TRAINED is the share of all pairs that training sees."""


class _Model(nn.Module):
    """Adds the embeddings of both numbers: their order cannot matter, their sum has to be found."""

    def __init__(self) -> None:
        super().__init__()
        self.embed, self.network = nn.Embedding(MODULUS, WIDTH), t.mlp((WIDTH, 128, MODULUS))

    def forward(self, pairs: Tensor) -> Tensor:
        logits: Tensor = self.network(self.embed(pairs).sum(1))
        return logits


def sums(generator: torch.Generator) -> t.Split:
    """Give all pairs of numbers below 23 and their sums modulo 23, in a random split."""
    pairs = torch.cartesian_prod(torch.arange(MODULUS), torch.arange(MODULUS))
    pairs = pairs[torch.randperm(len(pairs), generator=generator)]
    cut = round(len(pairs) * TRAINED)
    y = pairs.sum(1) % MODULUS
    return t.Split(pairs[:cut], y[:cut], pairs[cut:], y[cut:])


def run(make: Make, trial: Trial) -> Outcome:
    """Train on all training sums at once, with the best of the case's rates; give the accuracy on the other sums."""
    return t.with_best_rate(lambda rate, trial: _once(make, rate, trial), trial, higher=True)


def _once(make: Make, rate: float, trial: Trial) -> Outcome:
    data, model, steps = sums(trial.stream("split")).to(trial.device), t.built(_Model, trial), trial.settings["steps"]
    optimizer = make(list(model.parameters()), rate)
    curve = t.train(lambda _: cross_entropy(model(data.x), data.y), optimizer, iter([data.x] * steps), steps)
    notes = {"accuracy in training": t.accuracy(model, data.x, data.y)}
    return Outcome(value=t.accuracy(model, data.x_test, data.y_test), curve=curve, notes=notes)


def _chance(trial: Trial) -> float:
    return t.guess_rate(sums(trial.stream("split")).y_test, MODULUS, trial.stream("guess"))


def _trivial(trial: Trial) -> float:
    data = sums(trial.stream("split"))
    return t.majority_rate(data.y, data.y_test)


def _table(trial: Trial) -> float:
    """Look the training sums up, either number first: the plateau of a model that knows them by heart."""
    data = sums(trial.stream("split"))
    known = {tuple(sorted(pair)): y for pair, y in zip(data.x.tolist(), data.y.tolist(), strict=True)}
    answers = [known.get(tuple(sorted(pair)), -1) for pair in data.x_test.tolist()]
    return float((torch.tensor(answers) == data.y_test).double().mean())


def _rule(trial: Trial) -> float:
    data = sums(trial.stream("split"))
    return float(((data.x_test[:, 0] + data.x_test[:, 1]).remainder(MODULUS) == data.y_test).double().mean())


def adamw(parameters: list[Tensor], rate: float) -> torch.optim.Optimizer:
    """Give AdamW with a weight decay of 1."""
    return torch.optim.AdamW(parameters, lr=rate, weight_decay=1.0)


def by_hand(trial: Trial) -> Iterator[Instance]:
    """Ask for sums that training does not see."""
    data = sums(trial.stream("split"))
    for (a, b), y in zip(data.x_test[: hand.COUNT].tolist(), data.y_test.tolist(), strict=False):
        yield hand.one_of(f"What is {a} + {b} modulo {MODULUS}?", y, range(MODULUS))


CASE = build(
    "grokking",
    run=run,
    ladder={
        "chance": _chance,
        "trivial": _trivial,
        "classic": _table,
        "reference": lambda trial: run(adamw, trial).value,
        "ceiling": _rule,
    },
    arms={"adamw": adamw, "adam": ARMS["adam"], "momentum": ARMS["momentum"]},
    by_hand=by_hand,
)
