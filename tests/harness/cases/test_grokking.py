"""Sums modulo 23: all there, and a table of them."""

import numpy as np
import pytest

from paperlab.harness.cases import (
    grokking,
)
from tests.harness.cases.given import g, rung


def test_the_sums_are_all_there_once_and_a_table_knows_those_whose_other_order_was_seen() -> None:
    data = grokking.sums(g())
    pairs = [*data.x.tolist(), *data.x_test.tolist()]
    assert sorted(pairs) == [[a, b] for a in range(23) for b in range(23)]
    assert [*data.y.tolist(), *data.y_test.tolist()] == [(a + b) % 23 for a, b in pairs]
    # Its other order is seen with the share of training, but for a pair of equals, which has none.
    seen = [rung("grokking", "classic", seed) for seed in range(20)]
    assert np.mean(seen) == pytest.approx(grokking.TRAINED * 22 / 23, abs=0.02)
    assert rung("grokking", "chance") == pytest.approx(1 / 23, abs=0.005)
    assert rung("grokking", "ceiling") == 1
