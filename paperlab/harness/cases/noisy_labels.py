"""noisy-labels: four in ten training labels are wrong; the loss is the candidate, the test is clean."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from paperlab.harness.api import Instance, Outcome, Trial
from paperlab.harness.cases import build, hand
from paperlab.harness.cases import training as t

Loss = Callable[[Tensor, Tensor], Tensor]
Make = Callable[[int], Loss]

PIXELS, CLASSES = 64, 10
WRONG = 0.4
"""Share of the training labels that are replaced by another one, evenly among the nine."""


def digits(trial: Trial) -> t.Split:
    """Give the digits with wrong training labels, on the CPU."""
    data, g = t.digits(trial.stream("split")), trial.stream("noise")
    other = (data.y + torch.randint(1, CLASSES, data.y.shape, generator=g)) % CLASSES
    wrong = torch.rand(len(data.y), generator=g) < WRONG
    return replace(data, y=torch.where(wrong, other, data.y))


def run(make: Make, trial: Trial) -> Outcome:
    """Train one network with `make(10)` on the wrong labels and give its accuracy on right ones."""
    return _trained(make, trial, digits(trial))


def _trained(make: Make, trial: Trial, data: t.Split) -> Outcome:
    s, loss, data = trial.settings, make(CLASSES), data.to(trial.device)
    model = t.built(lambda: t.mlp((PIXELS, 256, CLASSES)), trial)
    order = t.batches(len(data.x), s["batch"], s["steps"], trial.stream("order"))
    curve = t.train(lambda i: loss(model(data.x[i]), data.y[i]), t.adam(model, s["rate"]), order, s["steps"])
    notes = {"accuracy on the wrong labels": t.accuracy(model, data.x, data.y)}
    return Outcome(value=t.accuracy(model, data.x_test, data.y_test), curve=curve, notes=notes)


def plain(classes: int) -> Loss:  # noqa: ARG001 -- the slot's signature
    """Give cross-entropy: a wrong label counts the more, the surer the network is of the right one."""
    return cross_entropy


def generalised(classes: int) -> Loss:  # noqa: ARG001 -- the slot's signature
    """Give (1 - p^q) / q at q = 0.7 (1805.07836): between cross-entropy and the absolute error."""
    return lambda logits, y: ((1 - _told(logits, y) ** 0.7) / 0.7).mean()


def absolute(classes: int) -> Loss:  # noqa: ARG001 -- the slot's signature
    """Give 1 - p: half the absolute error of the probabilities, on which wrong labels even out (1712.09482)."""
    return lambda logits, y: 1 - _told(logits, y).mean()


def _told(logits: Tensor, y: Tensor) -> Tensor:
    """Give the probability of each label."""
    return logits.softmax(-1).gather(1, y[:, None]).squeeze(1)


def smoothed(classes: int) -> Loss:  # noqa: ARG001 -- the slot's signature
    """Give cross-entropy to labels of which a tenth is spread over all classes."""
    return lambda logits, y: cross_entropy(logits, y, label_smoothing=0.1)


def _chance(trial: Trial) -> float:
    return t.guess_rate(digits(trial).y_test, CLASSES, trial.stream("guess"))


def _trivial(trial: Trial) -> float:
    data = digits(trial)
    return t.majority_rate(data.y, data.y_test)


def by_hand(trial: Trial) -> Iterator[Instance]:
    """Show training images with their labels, some of them wrong; the answer is the digit."""
    noisy, clean = digits(trial), t.digits(trial.stream("split"))
    for x, told, y in zip(noisy.x[: hand.COUNT], noisy.y.tolist(), clean.y.tolist(), strict=False):
        picture = hand.picture(x.view(8, 8))
        yield hand.one_of(f"Somebody says that this is a {told}. Which digit is it?\n\n{picture}", y, range(CLASSES))


CASE = build(
    "noisy-labels",
    run=run,
    ladder={
        "chance": _chance,
        "trivial": _trivial,
        "classic": lambda trial: t.logistic_rate(digits(trial)),
        "reference": lambda trial: run(generalised, trial).value,
        # The same network with the labels as they were; nothing proves that none does better.
        "ceiling": lambda trial: _trained(plain, trial, t.digits(trial.stream("split"))).value,
    },
    arms={"cross-entropy": plain, "generalised": generalised, "absolute": absolute, "smoothed": smoothed},
    by_hand=by_hand,
)
