"""Preferences: the closed form by climbing to it."""

import itertools
import math

import pytest
import torch

from paperlab.harness.cases import (
    preference,
)
from tests.harness.cases.given import g, trial


def test_no_policy_is_better_than_the_closed_form() -> None:
    it, beta = preference.world(trial("preference")), 0.5

    def gain(policy: torch.Tensor) -> torch.Tensor:
        return (policy.exp() * (it.reward - beta * (policy - it.reference))).sum(-1).mean()

    logits = it.reference.clone().requires_grad_()
    climb = torch.optim.LBFGS([logits], max_iter=200, line_search_fn="strong_wolfe")

    def lost() -> torch.Tensor:
        climb.zero_grad()
        value = -gain(logits.log_softmax(-1))
        value.backward()
        return value

    climb.step(lost)
    found, best = logits.detach().log_softmax(-1), it.optimum(beta)
    assert torch.allclose(found.exp(), best.exp(), atol=1e-3)
    # What is lost is beta times the distance that the case gives.
    assert float(gain(best) - gain(it.reference)) == pytest.approx(
        beta * preference.away(it.reference, it, beta), rel=1e-4
    )


def test_the_loss_of_dpo_is_flat_at_the_closed_form_where_all_pairs_are_seen() -> None:
    it, beta = preference.world(trial("preference")), 0.5
    policy = it.optimum(beta).double().requires_grad_()
    a, b = (torch.tensor(x) for x in zip(*itertools.permutations(range(preference.ANSWERS), 2), strict=True))
    loss, total = preference.dpo(beta), torch.zeros((), dtype=torch.float64)
    for q in range(preference.QUESTIONS):
        for i, j in zip(a.tolist(), b.tolist(), strict=True):
            chance = (it.reward[q, i] - it.reward[q, j]).sigmoid().double()
            rows = policy[q].log_softmax(-1), it.reference[q].double()
            total = total + chance * loss(rows[0][i], rows[0][j], rows[1][i], rows[1][j])
    (slope,) = torch.autograd.grad(total, policy)
    assert float(slope.abs().max()) < 1e-6


def test_comparisons_prefer_as_often_as_bradley_and_terry_say() -> None:
    it = preference.World(torch.full((1, 2), 0.5).log(), torch.tensor([[1.0, 0.0]]))
    it = preference.World(it.reference.expand(preference.QUESTIONS, 2), it.reward.expand(preference.QUESTIONS, 2))
    _, chosen, rejected = preference.comparisons(it, 20_000, g())
    assert (chosen != rejected).all()
    assert float((chosen == 0).double().mean()) == pytest.approx(1 / (1 + math.exp(-1)), abs=0.01)
