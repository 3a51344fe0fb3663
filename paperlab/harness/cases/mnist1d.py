"""mnist1d: arms bring data and model (slot `data`); training is the case's. Rungs use the package's own data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

import torch
from torch import nn

from paperlab.harness.api import Instance, Outcome, Study, Trial
from paperlab.harness.cases import build, hand
from paperlab.harness.cases import training as t

LENGTH, CLASSES = 40, 10
TEST_SHARE = 0.2


def run(make: Callable[[Trial], Study], trial: Trial) -> Outcome:
    """Train the study's model with Adam on its data and give its test accuracy."""
    study: Study = make(trial)
    data = t.Split(*study.train, *study.test).to(trial.device)
    # A study that builds its own model has drawn its first weights from the seed of the process.
    model = study.model.to(trial.device)
    curve = t.fit_classifier(model, data, trial)
    value = t.accuracy(model, data.x_test, data.y_test)
    return Outcome(value=value, curve=curve, notes={"parameters": t.parameters(model), "examples": len(data.x)})


@cache
def package_data(examples: int) -> t.Split:
    """Make the data set with the package's generator at its own seed 42; nothing is downloaded.

    The package seeds numpy's and Python's global generators; both are put back as they were.
    """
    import random

    import numpy as np
    from mnist1d.data import get_dataset_args, get_templates, make_dataset

    kept, kept_too = np.random.get_state(), random.getstate()  # noqa: NPY002 -- it is the package that uses it
    try:
        arguments = get_dataset_args()
        arguments.num_samples = round(examples / (1 - TEST_SHARE))
        made = make_dataset(arguments, template=get_templates())
    finally:
        np.random.set_state(kept)  # noqa: NPY002
        random.setstate(kept_too)
    x, y = (torch.as_tensor(made[k], dtype=torch.float32) for k in ("x", "x_test")), (made["y"], made["y_test"])
    first, second = x
    return t.Split(first, torch.as_tensor(y[0], dtype=torch.int64), second, torch.as_tensor(y[1], dtype=torch.int64))


def study(model: Callable[[], nn.Module]) -> Callable[[Trial], Study]:
    """Give an arm that trains a model on the package's data."""

    def make(trial: Trial) -> Study:
        data = package_data(trial.settings["examples"])
        return Study(train=(data.x, data.y), test=(data.x_test, data.y_test), model=t.built(model, trial))

    return make


def convolutional() -> nn.Module:
    """Give three strided convolutions and a linear reading: the paper's kind of CNN, 25 channels."""
    convolutions: list[nn.Module] = [nn.Unflatten(1, (1, LENGTH))]
    for before, size in ((1, 5), (25, 3), (25, 3)):
        convolutions += [nn.Conv1d(before, 25, size, stride=2, padding=1), nn.ReLU()]
    return nn.Sequential(*convolutions, nn.Flatten(), nn.Linear(125, CLASSES))


ARMS = {
    "package-cnn": study(convolutional),
    "package-mlp": study(lambda: t.mlp((LENGTH, 100, 100, CLASSES))),
    "package-linear": study(lambda: nn.Linear(LENGTH, CLASSES)),
}


def _chance(trial: Trial) -> float:
    return t.guess_rate(package_data(trial.settings["examples"]).y_test, CLASSES, trial.stream("guess"))


def _trivial(trial: Trial) -> float:
    data = package_data(trial.settings["examples"])
    return t.majority_rate(data.y, data.y_test)


def by_hand(trial: Trial) -> Iterator[Instance]:
    """Show signals of the test set, the templates of the ten classes above them; the answer is the class."""
    from mnist1d.data import get_templates

    shapes = torch.as_tensor(get_templates()["x"], dtype=torch.float32)
    classes = "\n".join(f"{digit}  {hand.line(shape)}" for digit, shape in enumerate(shapes))
    data = package_data(trial.settings["examples"])
    picks = torch.randperm(len(data.x_test), generator=trial.stream("hand"))[: hand.COUNT]
    for i in picks.tolist():
        told = f"The ten classes, before they were moved, stretched and covered with noise:\n\n{classes}"
        yield hand.one_of(
            f"{told}\n\nWhich is this?\n\n   {hand.line(data.x_test[i])}", int(data.y_test[i]), range(CLASSES)
        )


CASE = build(
    "mnist1d",
    run=run,
    ladder={
        "chance": _chance,
        "trivial": _trivial,
        "classic": lambda trial: t.logistic_rate(package_data(trial.settings["examples"])),
        "reference": lambda trial: run(ARMS["package-cnn"], trial).value,
    },
    arms=ARMS,
    by_hand=by_hand,
)
