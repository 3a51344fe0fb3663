"""calibration: a network that has learnt its examples by heart is too sure of itself; mend its probabilities."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from textwrap import fill

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, nll_loss

from paperlab.harness.api import Instance, Outcome, Trial
from paperlab.harness.cases import build, hand
from paperlab.harness.cases import training as t
from paperlab.harness.cases.mnist1d import CLASSES, LENGTH, package_data

Calibrate = Callable[[Tensor], Tensor]
Make = Callable[[Tensor, Tensor], Calibrate]

KEPT, BINS = 1000, 10
"""Examples that the calibrator is fitted on; bins of the expected calibration error."""


def run(make: Make, trial: Trial) -> Outcome:
    """Overfit a network, let `make` mend it on examples that it has not seen; give the log-loss on others, in nats."""
    logits, y, train = _logits(trial)
    calibrate = make(logits[:KEPT], y[:KEPT])
    with torch.no_grad():
        probabilities = calibrate(logits[KEPT:]).float().cpu()
    asked = y[KEPT:].cpu()
    if probabilities.shape != (len(asked), CLASSES) or not torch.allclose(
        probabilities.sum(1), torch.ones(len(asked)), atol=1e-3
    ):
        raise ValueError(f"expected calibrate to give ({len(asked)}, {CLASSES}) probabilities, rows that add up to 1")
    notes = {"expected calibration error": error(probabilities, asked), "training loss": train[-1]}
    return Outcome(value=t.bounded(_loss(probabilities, asked)), curve=train, notes=notes)


def _logits(trial: Trial) -> tuple[Tensor, Tensor, tuple[float, ...]]:
    """Train a network on a part of the examples; give its logits and the labels of the rest, and the loss curve."""
    s, data = trial.settings, package_data(trial.settings["examples"])
    x, y = torch.cat([data.x, data.x_test]), torch.cat([data.y, data.y_test])
    order = torch.randperm(len(x), generator=trial.stream("split"))
    x, y = (a[order].to(trial.device) for a in (x, y))
    cut = s["trained"]
    model = t.built(lambda: t.mlp((LENGTH, 128, CLASSES)), trial)
    curve = t.fit_classifier(model, t.Split(x[:cut], y[:cut], x[cut:], y[cut:]), trial)
    with torch.no_grad():
        return model(x[cut:]), y[cut:], curve


def _loss(probabilities: Tensor, y: Tensor) -> Tensor:
    return nll_loss(probabilities.clamp(min=1e-12).log(), y)


def error(probabilities: Tensor, y: Tensor) -> float:
    """Give the expected calibration error: |accuracy - confidence| over ten bins of confidence, by their sizes."""
    confidence, answers = probabilities.max(1)
    bins = (confidence * BINS).long().clamp(max=BINS - 1)
    gaps = torch.zeros(BINS).index_add(0, bins, (answers == y).float() - confidence)
    return float(gaps.abs().sum() / len(y))


def none(logits: Tensor, labels: Tensor) -> Calibrate:  # noqa: ARG001 -- the slot's signature
    """Give the network's own probabilities."""
    return lambda given: given.softmax(-1)


def temperature(logits: Tensor, labels: Tensor) -> Calibrate:
    """Divide the logits by the one number that makes the labels most likely (1706.04599)."""
    tried = torch.logspace(-1, 2, 301).tolist()
    best = min(tried, key=lambda by: float(cross_entropy(logits / by, labels)))
    return lambda given: (given / best).softmax(-1)


def mixed(logits: Tensor, labels: Tensor) -> Calibrate:
    """Mix in the uniform distribution by the share that makes the labels most likely: never sure, never unsure."""
    given = logits.softmax(-1)
    shares = [i / 100 for i in range(1, 100)]
    best = min(shares, key=lambda a: float(_loss((1 - a) * given + a / CLASSES, labels)))
    return lambda logits: (1 - best) * logits.softmax(-1) + best / CLASSES


def _trivial(trial: Trial) -> float:
    """Say how frequent each class is, whatever is asked."""
    _, y, _ = _logits(trial)
    shares = y[:KEPT].cpu().bincount(minlength=CLASSES) / KEPT
    return float(_loss(shares.expand(len(y) - KEPT, -1), y[KEPT:].cpu()))


def _chance(trial: Trial) -> float:
    """Be as sure of any class as of another."""
    y = _logits(trial)[1][KEPT:].cpu()
    return float(_loss(torch.full((len(y), CLASSES), 1 / CLASSES), y))


def by_hand(trial: Trial) -> Iterator[Instance]:
    """Show how sure the network is of a fifth of its answers; the answer is how many of them are right.

    The answer stands for the probability of the network's own choice; the other classes share the rest as before.
    """
    logits, y, _ = _logits(trial)
    given, asked = logits[KEPT:].softmax(-1).cpu(), y[KEPT:].cpu()
    for part in given.max(1).values.argsort().chunk(hand.COUNT):
        sure, answers = given[part].max(1)
        told = (
            f"Of {len(part)} answers the network is {100 * sure.min():.1f} to {100 * sure.max():.1f} % sure. "
            "How many per cent of them are right?"
        )

        def value(said: list[float], part: Tensor = part, answers: Tensor = answers) -> float:
            share = min(max(said[0] / 100, 1e-6), 1 - 1e-6)
            others = given[part].scatter(1, answers[:, None], 0.0) + 1e-12
            mixed = (1 - share) * others / others.sum(1, keepdim=True)
            return t.bounded(_loss(mixed.scatter(1, answers[:, None], share), asked[part]))

        yield hand.numbers(fill(told, 78), 1, value, least=0)


CASE = build(
    "calibration",
    run=run,
    ladder={
        "chance": _chance,
        "trivial": _trivial,
        "classic": lambda trial: run(mixed, trial).value,
        "reference": lambda trial: run(temperature, trial).value,
        "ceiling": lambda _: 0.0,
    },
    arms={"temperature": temperature, "mixed": mixed, "none": none},
    by_hand=by_hand,
)
