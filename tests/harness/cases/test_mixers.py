"""What the known mixers see, and what a broken one is worth."""

import pytest
import torch
from torch import nn

from paperlab.harness.cases import (
    load,
    mixers,
)
from tests.harness.cases.given import g, trial


@pytest.mark.parametrize(
    "mixer", [mixers.Attention, mixers.LinearAttention, mixers.Mean, mixers.Recurrent, mixers.Convolution]
)
def test_a_mixer_sees_no_later_position(mixer: type[nn.Module]) -> None:
    x = torch.randn(2, 7, 8, generator=g())
    later = x.clone()
    later[:, 4:] += 1
    made = mixer(8)
    assert torch.allclose(made(x)[:, :4], made(later)[:, :4], atol=1e-6)
    assert not torch.allclose(made(x)[:, 4:], made(later)[:, 4:], atol=1e-3)


def test_no_answer_of_a_broken_mixer_counts_as_right() -> None:
    class Broken(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x * torch.nan

    for name in ("parity", "selective-copying", "induction"):
        assert load(name).run(lambda _: Broken(), trial(name)).value == 0
