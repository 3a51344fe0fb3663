"""Low rank: the change has the rank that is said, and shares are those of the whole."""

import pytest
import torch

from paperlab.harness.cases import low_rank
from tests.harness.cases.given import rung, trial


def test_the_change_is_of_the_rank_that_is_said_and_as_large_as_its_weight() -> None:
    it = low_rank.world(trial("low-rank", budget="small"))
    assert int(torch.linalg.matrix_rank(it.change)) == 4
    assert float(it.change.norm() / it.weight.norm()) == pytest.approx(1, abs=0.2)


def test_what_is_missed_is_a_share() -> None:
    it = low_rank.world(trial("low-rank"))
    assert it.missed(it.change) == 0
    assert it.missed(it.change / 2) == pytest.approx(0.25)
    assert rung("low-rank", "trivial") == 1
    assert rung("low-rank", "chance") == pytest.approx(2, abs=0.8)


@pytest.mark.parametrize("make", [low_rank.LowRank, low_rank.Full, low_rank.Scaled])
def test_an_arm_starts_from_the_weight_as_it_is(make: low_rank.Make) -> None:
    weight, x = torch.randn(3, 5), torch.randn(2, 5)
    assert torch.allclose(make(weight.clone(), 1)(x), x @ weight.T, atol=1e-6)


def test_without_noise_solving_and_cutting_finds_the_whole_change(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(low_rank, "NOISE", 0.0)
    assert rung("low-rank", "classic") < 1e-8
