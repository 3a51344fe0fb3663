"""rings: a thin circle around a smaller one; learn to draw from them."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from paperlab.harness.cases.samplers import case

INNER, OUTER, SPREAD = 0.25, 1.0, 0.05


def truth(count: int, generator: torch.Generator) -> Tensor:
    """Give points on circles of radius 0.25 and 1, as many on each in the mean, (count, 2)."""
    angles = 2 * math.pi * torch.rand(count, generator=generator)
    radius = torch.where(torch.rand(count, generator=generator) < 0.5, INNER, OUTER)
    points = radius[:, None] * torch.stack([angles.cos(), angles.sin()], 1)
    return points + SPREAD * torch.randn(count, 2, generator=generator)


CASE = case("rings", truth)
