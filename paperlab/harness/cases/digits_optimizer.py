"""digits-optimizer: the optimizer is the candidate; network, first weights, data order and rates tried are the case's."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace

import torch
from torch.nn.functional import cross_entropy

from paperlab.harness.api import Instance, Outcome, Trial
from paperlab.harness.cases import build, hand
from paperlab.harness.cases import training as t
from paperlab.harness.cases.optimizers import ARMS, Make


def run(make: Make, trial: Trial) -> Outcome:
    """Give the training loss over all examples at the end, with the best of the case's rates."""
    return t.with_best_rate(lambda rate, trial: _once(make, rate, trial), trial)


def _once(make: Make, rate: float, trial: Trial) -> Outcome:
    data = t.digits(trial.stream("split")).to(trial.device)
    model = t.built(lambda: t.mlp((64, 64, 10)), trial)
    order = t.batches(len(data.x), trial.settings["batch"], trial.settings["steps"], trial.stream("order"))
    loss: Callable[[torch.Tensor], torch.Tensor] = lambda i: cross_entropy(model(data.x[i]), data.y[i])  # noqa: E731
    curve = t.train(loss, make(list(model.parameters()), rate), order, trial.settings["steps"])
    with torch.no_grad():
        final = t.bounded(cross_entropy(model(data.x), data.y))
    return Outcome(value=final, curve=(*curve, final))


def _trivial(trial: Trial) -> float:
    counts = t.digits(trial.stream("split")).y.bincount()
    share = counts / counts.sum()
    return float(-(share * share.log()).sum())


def _classic(trial: Trial) -> float:
    from sklearn.linear_model import LogisticRegression

    data = t.digits(trial.stream("split"))
    model = LogisticRegression(max_iter=2000).fit(data.x.numpy(), data.y.numpy())
    logits = torch.as_tensor(model.decision_function(data.x.numpy()))
    return float(cross_entropy(logits, data.y))


def by_hand(trial: Trial) -> Iterator[Instance]:
    """Ask for a rate of gradient descent, for five first weights."""
    for seed in range(hand.COUNT):
        one = replace(trial, seed=hand.COUNT * trial.seed + seed)
        told = f"A network of 64 hidden units on 8 by 8 digits, {trial.settings['steps']} steps of gradient descent, batches of {trial.settings['batch']}."
        yield hand.rate(told, lambda rate, t: _once(ARMS["sgd"], rate, t).value, one)


CASE = build(
    "digits-optimizer",
    run=run,
    ladder={
        "chance": lambda _: math.log(10),
        "trivial": _trivial,
        "classic": _classic,
        "reference": lambda trial: run(ARMS["adam"], trial).value,
        "ceiling": lambda _: 0.0,
    },
    arms=ARMS,
    by_hand=by_hand,
)
