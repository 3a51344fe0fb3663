"""Wrong labels: how many, and losses in their limits."""

import pytest
import torch
from torch import nn

from paperlab.harness.cases import (
    noisy_labels,
    training,
)
from tests.harness.cases.given import g, trial


def test_four_in_ten_labels_are_wrong_and_never_by_chance_right() -> None:
    wrong = noisy_labels.digits(trial("noisy-labels"))
    right = training.digits(trial("noisy-labels").stream("split"))
    changed = wrong.y != right.y
    assert torch.equal(wrong.y_test, right.y_test)
    assert float(changed.double().mean()) == pytest.approx(0.4, abs=0.04)
    assert set(wrong.y[changed].tolist()) == set(range(10))


def test_the_general_loss_goes_from_cross_entropy_to_the_absolute_error() -> None:
    logits, y = torch.randn(20, 10, generator=g(), dtype=torch.float64), torch.randint(10, (20,), generator=g())
    p = logits.softmax(-1)[torch.arange(20), y]
    assert float(noisy_labels.generalised(10)(logits, y)) == pytest.approx(float(((1 - p**0.7) / 0.7).mean()))
    one_hot = nn.functional.one_hot(y, 10)
    assert float(noisy_labels.absolute(10)(logits, y)) == pytest.approx(
        float((logits.softmax(-1) - one_hot).abs().sum(1).mean() / 2)
    )
