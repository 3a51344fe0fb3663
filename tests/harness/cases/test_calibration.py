"""Calibration: bins and temperatures that are known."""

import pytest
import torch

from paperlab.harness.cases import (
    calibration,
)
from tests.harness.cases.given import g


def test_the_calibration_error_of_known_bins() -> None:
    # Nine in ten sure and half of it right; 65 in 100 sure and all right; a third bin is right as often as it says.
    sure = torch.tensor([[0.9, 0.1]] * 4 + [[0.65, 0.35]] * 4 + [[0.75, 0.25]] * 4)
    y = torch.tensor([0, 0, 1, 1] + [0] * 4 + [0, 0, 0, 1])
    assert calibration.error(sure, y) == pytest.approx((0.4 * 4 + 0.35 * 4) / 12, abs=1e-6)


def test_temperature_finds_the_one_that_was_put_in() -> None:
    logits = 3 * torch.randn(20_000, 10, generator=g())
    y = torch.multinomial(logits.softmax(-1), 1, generator=g(1)).squeeze(1)
    calibrate = calibration.temperature(logits * 2.5, y)
    assert torch.allclose(calibrate(logits[:50] * 2.5), logits[:50].softmax(-1), atol=0.02)
