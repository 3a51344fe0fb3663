"""Induction: by finding where the repeat begins."""

import pytest

from paperlab.harness.cases import (
    induction,
    load,
)
from tests.harness.cases.given import g, rung


def test_induction_goes_round_the_first_part_and_lookup_fails_at_the_seam_alone() -> None:
    tokens, asked = induction.sequences(50, 5, g())
    for row, answers in zip(tokens.tolist(), asked.tolist(), strict=True):
        first, again = row[:5], row[5:]
        assert len(set(first)) == 5
        start = first.index(again[0])
        assert again == first[start:] + first[:start]
        assert answers[5:] == [*again[1:], again[0]]
    # Where the repeat starts at the front, the seam is no seam: one of `length` times.
    n = load("induction").budgets["smoke"]["length"]
    assert rung("induction", "classic") == pytest.approx(1 - (1 - 1 / n) / n, abs=0.02)
    assert rung("induction", "ceiling") == 1
