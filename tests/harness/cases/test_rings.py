"""Rings: the points lie where the text says."""

import pytest

from paperlab.harness.cases import rings
from tests.harness.cases.given import g


def test_half_of_the_points_lie_on_either_circle_all_around() -> None:
    points = rings.truth(20_000, g())
    radius = points.norm(dim=1)
    inner = radius < 0.625
    assert float(inner.double().mean()) == pytest.approx(0.5, abs=0.02)
    for which, expected in ((inner, rings.INNER), (~inner, rings.OUTER)):
        # Noise across the circle moves the mean radius outwards by spread^2 / (2 radius).
        assert float(radius[which].mean()) == pytest.approx(expected + rings.SPREAD**2 / (2 * expected), abs=0.003)
        assert float(points[which].mean(0).norm()) < 0.02
