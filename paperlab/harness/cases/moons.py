"""moons: two thin half circles that reach into each other; learn to draw from them."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from paperlab.harness.cases.samplers import case

SPREAD = 0.05


def truth(count: int, generator: torch.Generator) -> Tensor:
    """Give points on an upper and a lower half circle of radius 1, each shifted towards the other, (count, 2)."""
    angles = math.pi * torch.rand(count, generator=generator)
    lower = torch.randint(2, (count,), generator=generator)
    side = 1.0 - 2 * lower
    points = torch.stack([side * angles.cos() + lower - 0.5, side * angles.sin() + lower * 0.5 - 0.25], 1)
    return points + SPREAD * torch.randn(count, 2, generator=generator)


CASE = case("moons", truth)
