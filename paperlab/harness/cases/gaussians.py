"""gaussians: eight narrow Gaussians on a circle; learn to draw from them."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from paperlab.harness.cases.samplers import case

MODES, RADIUS, SPREAD = 8, 2.0, 0.1


def truth(count: int, generator: torch.Generator) -> Tensor:
    """Give points around the corners of an octagon, (count, 2)."""
    angles = torch.randint(MODES, (count,), generator=generator) * (2 * math.pi / MODES)
    centres = RADIUS * torch.stack([angles.cos(), angles.sin()], 1)
    return centres + SPREAD * torch.randn(count, 2, generator=generator)


CASE = case("gaussians", truth)
