"""The adding problem: errors in closed form."""

import pytest

from paperlab.harness.cases import (
    adding,
)
from tests.harness.cases.given import g, rung


def test_the_rungs_of_adding_are_those_of_sums_of_uniform_numbers() -> None:
    variance = 2 / 12  # of two independent numbers in 0..1
    assert rung("adding", "trivial") == pytest.approx(variance, rel=0.05)
    assert rung("adding", "chance") == pytest.approx(2 * variance, rel=0.05)
    # The best linear function knows the marked two as two of all numbers: 1 - 2 / length of the variance is left.
    assert rung("adding", "classic", length=8) == pytest.approx(variance * (1 - 2 / 8), rel=0.05)
    assert rung("adding", "ceiling") == pytest.approx(0, abs=1e-12)


def test_adding_marks_one_number_in_each_half() -> None:
    x, y = adding.sequences(200, 10, g())
    assert (x[:, :5, 1].sum(1) == 1).all()
    assert (x[:, 5:, 1].sum(1) == 1).all()
    assert y.tolist() == pytest.approx([float(sum(n for n, m in row if m)) for row in x.tolist()])
