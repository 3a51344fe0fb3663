"""Wrong labels: how many, and losses in their limits."""

import pytest
import torch
from torch import nn

from paperlab.harness.cases import (
    noisy_labels,
    training,
)
from tests.harness.cases.given import g, trial


def test_only_training_labels_are_wrong_and_any_class_stands_for_another() -> None:
    wrong = noisy_labels.digits(trial("noisy-labels"))
    right = training.digits(trial("noisy-labels").stream("split"))
    changed = wrong.y != right.y
    assert torch.equal(wrong.y_test, right.y_test)
    assert set(wrong.y[changed].tolist()) == set(range(10))


def test_the_general_loss_goes_from_cross_entropy_to_the_absolute_error() -> None:
    logits, y = torch.randn(20, 10, generator=g(), dtype=torch.float64), torch.randint(10, (20,), generator=g())
    p = logits.softmax(-1)[torch.arange(20), y]
    assert float(noisy_labels.generalised(10)(logits, y)) == pytest.approx(float(((1 - p**0.7) / 0.7).mean()))
    one_hot = nn.functional.one_hot(y, 10)
    assert float(noisy_labels.absolute(10)(logits, y)) == pytest.approx(
        float((logits.softmax(-1) - one_hot).abs().sum(1).mean() / 2)
    )


def test_over_many_draws_four_in_ten_labels_are_wrong() -> None:
    shares = []
    for seed in range(20):
        t = trial("noisy-labels", seed)
        changed = noisy_labels.digits(t).y != training.digits(t.stream("split")).y
        shares.append(float(changed.double().mean()))
    assert sum(shares) / len(shares) == pytest.approx(noisy_labels.WRONG, abs=0.01)
