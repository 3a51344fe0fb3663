"""The flow through many blocks: gains that are known."""

import math

import pytest
import torch
from torch import nn

from paperlab.harness.cases import (
    depth_flow,
    load,
)
from tests.harness.cases.given import trial


def test_a_stack_of_known_gain_has_the_flow_of_its_gain() -> None:
    class Gain(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return 0.5 * x

    outcome = depth_flow.run(lambda _, __: Gain(), trial("depth-flow"))
    depth = load("depth-flow").budgets["smoke"]["depth"]
    assert outcome.value == pytest.approx(depth * math.log10(2), rel=1e-5)
    assert outcome.curve[0] == 0
    assert outcome.notes["log10 of the activations' growth"] == pytest.approx(-depth * math.log10(2), rel=1e-5)


def test_a_gradient_that_is_gone_or_is_no_number_is_the_worst() -> None:
    class Times(nn.Module):
        def __init__(self, factor: float) -> None:
            super().__init__()
            self.factor = factor

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.factor * x

    for factor in (0.0, 1e9, math.nan):
        outcome = depth_flow.run(lambda _, __, factor=factor: Times(factor), trial("depth-flow"))
        assert outcome.value == depth_flow.WIDEST
