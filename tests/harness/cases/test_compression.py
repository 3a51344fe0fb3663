"""Compression: what the last positions hold bounds who sees no further."""

import pytest

from paperlab.harness.cases.compression import TOKENS
from tests.harness.cases.given import rung


def test_the_ladder_is_what_counting_says() -> None:
    length = 8
    assert rung("compression", "chance", length=length) == pytest.approx(1 / TOKENS, abs=0.005)
    # The last token itself is right, and each other one by chance.
    assert rung("compression", "trivial", length=length) == pytest.approx(
        (1 + (length - 1) / TOKENS) / length, abs=0.02
    )
    assert rung("compression", "ceiling", length=length) == 1
