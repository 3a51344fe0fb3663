"""digits: classify 8 by 8 images; the model is the candidate, data order and training are the case's."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from torch import Tensor, nn

from paperlab.harness.api import Instance, Outcome, Trial
from paperlab.harness.cases import build, hand
from paperlab.harness.cases import training as t

_PIXELS, _CLASSES = 64, 10


def run(make: Callable[[int, int], nn.Module], trial: Trial) -> Outcome:
    """Train `make(64, 10)` with Adam and give its test accuracy."""
    data = t.digits(trial.stream("split")).to(trial.device)
    model = t.built(make, trial, _PIXELS, _CLASSES)
    curve = t.fit_classifier(model, data, trial)
    value = t.accuracy(model, data.x_test, data.y_test)
    return Outcome(value=value, curve=curve, notes={"parameters": t.parameters(model)})


def mlp(inputs: int, classes: int) -> nn.Module:
    """Give one hidden layer of 128."""
    return t.mlp((inputs, 128, classes))


def linear(inputs: int, classes: int) -> nn.Module:
    """Give a linear classifier."""
    return nn.Linear(inputs, classes)


class _Quadrants(nn.Module):
    """Sees the mean brightness of each 4 by 4 quadrant alone."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.read = nn.Linear(4, classes)

    def forward(self, x: Tensor) -> Tensor:
        logits: Tensor = self.read(x.view(-1, 2, 4, 2, 4).mean((2, 4)).flatten(1))
        return logits


def quadrants(inputs: int, classes: int) -> nn.Module:  # noqa: ARG001 -- the slot's signature
    """Give a linear classifier of four quadrant means: the way to do almost no work."""
    return _Quadrants(classes)


def _chance(trial: Trial) -> float:
    return t.guess_rate(t.digits(trial.stream("split")).y_test, _CLASSES, trial.stream("guess"))


def _trivial(trial: Trial) -> float:
    data = t.digits(trial.stream("split"))
    return t.majority_rate(data.y, data.y_test)


def by_hand(trial: Trial) -> Iterator[Instance]:
    """Show test images; the answer is the digit."""
    data = t.digits(trial.stream("split"))
    for x, y in zip(data.x_test[: hand.COUNT], data.y_test.tolist(), strict=False):
        yield hand.one_of(f"Which digit is this?\n\n{hand.picture(x.view(8, 8))}", y, range(_CLASSES))


CASE = build(
    "digits",
    run=run,
    ladder={
        "chance": _chance,
        "trivial": _trivial,
        "classic": lambda trial: t.logistic_rate(t.digits(trial.stream("split"))),
        "reference": lambda trial: run(mlp, trial).value,
    },
    arms={"mlp": mlp, "linear": linear, "quadrants": quadrants},
    by_hand=by_hand,
)
