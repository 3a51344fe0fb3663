"""The grid world: the optimum by trying all policies, returns by walking."""

import itertools

import numpy as np
import pytest
import torch

from paperlab.harness.cases import (
    gridworld,
    load,
)
from tests.harness.cases.given import trial


def test_the_best_return_is_that_of_the_best_of_all_policies() -> None:
    small = gridworld.world(("S.", "OG"))
    everything = itertools.product(range(4), repeat=2)  # two states do not end the walk
    values = []
    for first, second in everything:
        policy = torch.zeros(4, 4)
        policy[0, first] = policy[1, second] = 1
        policy[2:, 0] = 1
        values.append(small.value(policy))
    assert small.best() == pytest.approx(max(values), abs=1e-9)
    assert min(values) < small.best()


def test_the_exact_return_is_what_walks_bring_on_average() -> None:
    it, policy = gridworld.world(), torch.full((25, 4), 0.25)
    luck = np.random.default_rng(0)
    chances, rewards, ends = it.chances.mean(1).numpy(), it.rewards.numpy(), it.ends.numpy()
    returns = []
    for _ in range(2000):
        state, worth, total = 0, 1.0, 0.0
        while worth > 1e-3:
            state = luck.choice(25, p=chances[state])
            total += worth * rewards[state]
            if ends[state]:
                break
            worth *= gridworld.DISCOUNT
        returns.append(total)
    error = np.std(returns) / len(returns) ** 0.5
    assert it.value(policy) == pytest.approx(np.mean(returns), abs=4 * error)


def test_every_move_goes_somewhere_and_a_policy_that_is_none_is_told() -> None:
    assert torch.allclose(gridworld.world().chances.sum(2), torch.ones(25, 4, dtype=torch.float64))

    class Broken(gridworld.QLearning):
        def policy(self) -> torch.Tensor:
            return super().policy() * 2

    with pytest.raises(ValueError, match="probabilities that add up to 1"):
        load("gridworld").run(Broken, trial("gridworld"))


def test_a_step_goes_where_it_was_meant_to_or_to_either_side() -> None:
    up_from_the_middle = gridworld.world().chances[12, 0]
    assert {int(i): float(up_from_the_middle[i]) for i in up_from_the_middle.nonzero()} == pytest.approx(
        {7: 1 - 2 * gridworld.SLIP, 11: gridworld.SLIP, 13: gridworld.SLIP}
    )
