"""Selective copying: by leaving out the noise."""

import pytest

from paperlab.harness.cases import (
    mixers,
    selective_copying,
)
from tests.harness.cases.given import g, rung


def test_selective_copying_asks_for_the_symbols_in_their_order() -> None:
    tokens, asked = selective_copying.sequences(50, 3, 6, g())
    for row, answers in zip(tokens.tolist(), asked.tolist(), strict=True):
        assert row[9:] == [selective_copying.ASK] * 3
        assert answers == [mixers.BLANK] * 9 + [x for x in row[:9] if x != selective_copying.NOISE]
    # One of n seen: the right one, or another that happens to be the same.
    n, k = 3, selective_copying.SYMBOLS
    assert rung("selective-copying", "trivial") == pytest.approx(1 / n + (n - 1) / n / k, abs=0.02)
