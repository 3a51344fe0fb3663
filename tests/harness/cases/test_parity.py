"""Parity: by counting ones."""

import pytest

from paperlab.harness.cases import (
    mixers,
    parity,
)
from tests.harness.cases.given import g, rung


def test_parity_by_counting_ones() -> None:
    bits, asked = parity.beyond(50, g())
    for row, answers in zip(bits.tolist(), asked.tolist(), strict=True):
        counted = [row[: i + 1].count(1) % 2 for i in range(len(row))]
        assert answers == [mixers.BLANK] * parity.TRAINED + counted[parity.TRAINED :]
    assert rung("parity", "chance") == pytest.approx(0.5, abs=0.01)
