"""Samplers in the plane: the distance by scipy."""

import math

import numpy as np
import pytest
import torch
from scipy.stats import wasserstein_distance

from paperlab.harness.api import Trial
from paperlab.harness.cases import (
    load,
    samplers,
)
from tests.harness.cases.given import g, trial


def test_the_sliced_distance_is_scipys_in_each_direction() -> None:
    a, b = torch.randn(300, 2, generator=g()), torch.randn(300, 2, generator=g(1)) * 2 + 1
    found = []
    for k in range(samplers.DIRECTIONS):
        way = np.array([math.cos(math.pi * k / samplers.DIRECTIONS), math.sin(math.pi * k / samplers.DIRECTIONS)])
        found.append(wasserstein_distance(a.numpy() @ way, b.numpy() @ way))
    assert samplers.sliced(a, b) == pytest.approx(np.mean(found), rel=1e-4)
    assert samplers.sliced(a, a.flip(0)) == 0


def test_points_moved_by_a_known_way_are_that_far_apart() -> None:
    a = torch.randn(500, 2, generator=g())
    # |cos| over all directions has the mean 2 / pi.
    assert samplers.sliced(a, a + torch.tensor([3.0, 0.0])) == pytest.approx(3 * 2 / math.pi, rel=0.01)


@pytest.mark.parametrize(
    ("name", "arm"), [("gaussians", "flow-matching"), ("moons", "flow-matching"), ("sinusoid", "process")]
)
def test_what_trains_within_its_factory_keeps_a_learning_curve(name: str, arm: str) -> None:
    case, one = load(name), trial(name)
    first, again = (case.run(case.arms[arm], one) for _ in range(2))
    assert len(first.curve) >= 10
    assert first == again
    assert one.losses == []


def test_an_arm_of_ones_own_writes_its_losses_down() -> None:
    def make(points: torch.Tensor, trial: Trial) -> samplers.Draw:
        trial.losses.extend([3.0, torch.tensor(2.0), math.nan])  # type: ignore[list-item]
        return samplers.kernel(points, trial)

    assert load("rings").run(make, trial("rings")).curve == (3.0, 2.0, 1e6)


@pytest.mark.parametrize("name", ["gaussians", "moons"])
def test_a_sampler_of_the_wrong_shape_is_told(name: str) -> None:
    with pytest.raises(ValueError, match=r"expected draw\(500, generator\) to give \(500, 2\), got \(500, 3\)"):
        load(name).run(lambda *_: lambda count, _: torch.zeros(count, 3), trial(name))
