"""gridworld: a walk past pits on slippery ground; the best return is known exactly by dynamic programming."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from textwrap import fill
from typing import Any

import torch
from torch import Tensor

from paperlab.harness.api import Instance, Outcome, Trial
from paperlab.harness.cases import build

Make = Callable[[int, int, float], Any]

MOVES = ((-1, 0), (0, 1), (1, 0), (0, -1))
DISCOUNT, SLIP = 0.95, 0.1
"""SLIP is the chance of going to either side of where one meant to go."""
LONGEST = 100
"""Steps of an episode."""
MAP = ("S....", ".O...", "...O.", ".O...", "....G")
"""S start, G goal (reward 1), O pit (reward -1); both end the walk."""
POINTS = 20


@dataclass(frozen=True, slots=True)
class World:
    """chances (states, actions, states) float64, rewards (states) on arrival, ends (states) bool; 0 is the start."""

    chances: Tensor
    rewards: Tensor
    ends: Tensor

    @property
    def shape(self) -> tuple[int, int]:
        """Count states and actions."""
        return self.chances.shape[0], self.chances.shape[1]

    def value(self, policy: Tensor) -> float:
        """Give the exact discounted return from the start under a policy (states, actions), by a linear system."""
        moved = torch.einsum("sa,sat->st", policy.to(self.chances), self.chances)
        system = torch.eye(len(moved), dtype=moved.dtype) - DISCOUNT * moved * ~self.ends
        return float(torch.linalg.solve(system, moved @ self.rewards)[0])

    def best(self) -> float:
        """Give the highest return that there is."""
        return float(self._actions().amax(1)[0])

    def choices(self) -> Tensor:
        """Give a policy (states, actions) that reaches it."""
        return torch.eye(self.shape[1])[self._actions().argmax(1)]

    def _actions(self) -> Tensor:
        """Give the value of each action, (states, actions), by value iteration to the end."""
        values = torch.zeros_like(self.rewards)
        while True:
            better = self.chances @ (self.rewards + DISCOUNT * values * ~self.ends)
            if float((better.amax(1) - values).abs().max()) < 1e-12:
                return better
            values = better.amax(1)


def world(rows: tuple[str, ...] = MAP, slip: float = SLIP) -> World:
    """Give the world that a map draws; who walks against the edge stays, and `slip` is the chance of either side."""
    places = [(i, j) for i in range(len(rows)) for j in range(len(rows[0]))]
    chances = torch.zeros(len(places), 4, len(places), dtype=torch.float64)
    for state, (i, j) in enumerate(places):
        for action in range(4):
            for turn, chance in ((0, 1 - 2 * slip), (1, slip), (3, slip)):
                di, dj = MOVES[(action + turn) % 4]
                there = (i + di, j + dj)
                chances[state, action, places.index(there) if there in places else state] += chance
    signs = [rows[i][j] for i, j in places]
    rewards = torch.tensor([{"G": 1.0, "O": -1.0}.get(sign, 0.0) for sign in signs], dtype=torch.float64)
    return World(chances, rewards, rewards != 0)


def run(make: Make, trial: Trial) -> Outcome:
    """Let an agent walk for the trial's steps; give the exact return of the policy that it then has."""
    it, s = world(), trial.settings
    agent = make(*it.shape, DISCOUNT)
    every, curve = s["steps"] // POINTS, []
    for step, what in enumerate(_walk(agent, it, trial, s["steps"]), 1):
        agent.learn(*what)
        if step % every == 0:
            curve.append(it.value(_policy(agent, it)))
    return Outcome(value=curve[-1], curve=tuple(curve))


def _policy(agent: Any, it: World) -> Tensor:
    policy = torch.as_tensor(agent.policy(), dtype=torch.float64).cpu()
    sums = torch.ones(it.shape[0], dtype=torch.float64)
    if policy.shape != it.shape or not torch.allclose(policy.sum(1), sums, atol=1e-4):
        raise ValueError(f"expected policy() to give {it.shape} probabilities that add up to 1 in each row")
    return policy


def _walk(agent: Any, it: World, trial: Trial, steps: int) -> Iterator[tuple[int, int, float, int, bool]]:
    """Give state, action, reward, following state and whether it ends, episode after episode."""
    own, luck = trial.stream("agent"), torch.rand(steps, generator=trial.stream("luck"), dtype=torch.float64).tolist()
    likely, rewards, ends = it.chances.cumsum(2).tolist(), it.rewards.tolist(), it.ends.tolist()
    state = since = 0
    for draw in luck:
        action, since = int(agent.act(state, own)), since + 1
        following = next((i for i, c in enumerate(likely[state][action]) if draw < c), it.shape[0] - 1)
        yield state, action, rewards[following], following, ends[following]
        stop = ends[following] or since == LONGEST
        state, since = (0, 0) if stop else (following, since)


class QLearning:
    """Learns the value of each action by its best successor; tries any action in one of five steps."""

    EXPLORE, RATE = 0.2, 0.1

    def __init__(self, states: int, actions: int, discount: float) -> None:
        self.values = [[0.0] * actions for _ in range(states)]
        self.discount = discount

    def act(self, state: int, generator: torch.Generator) -> int:
        """Give the best action known so far, by lot among equals, or any."""
        values = self.values[state]
        draw, lot = torch.rand(2, generator=generator).tolist()
        best = [a for a, v in enumerate(values) if v == max(values) or draw < self.EXPLORE]
        return best[int(lot * len(best))]

    def learn(self, state: int, action: int, reward: float, following: int, ended: bool) -> None:
        """Move the value of what was done towards what it brought."""
        target = reward + (0.0 if ended else self.discount * self._after(following))
        self.values[state][action] += self.RATE * (target - self.values[state][action])

    def _after(self, state: int) -> float:
        return max(self.values[state])

    def policy(self) -> Tensor:
        """Give the best action of each state, equals with equal chances."""
        values = torch.tensor(self.values)
        best = (values == values.amax(1, keepdim=True)).double()
        return best / best.sum(1, keepdim=True)


class ExpectedSarsa(QLearning):
    """Learns the value of each action under what it does itself, the trying of others included."""

    def _after(self, state: int) -> float:
        values = self.values[state]
        return (1 - self.EXPLORE) * max(values) + self.EXPLORE * sum(values) / len(values)


class Myopic(QLearning):
    """Learns what each action brings at once, and looks no further."""

    def _after(self, state: int) -> float:  # noqa: ARG002 -- the successor is what it leaves out
        return 0.0


def _always(it: World, action: int) -> float:
    policy = torch.zeros(it.shape)
    policy[:, action] = 1
    return it.value(policy)


LETTERS = "urdl"
"""Of MOVES, in their order."""


def by_hand(trial: Trial) -> Iterator[Instance]:  # noqa: ARG001 -- there is but one world
    """Ask for the moves in one row after the other, while the rest of the walk is the best there is."""
    it = world()
    for row in range(len(MAP)):
        told = (
            f"S start, G goal (1), O pit (-1). The ground is slippery: one move in {round(1 / SLIP / 2)} goes to a side. "
            f"Which way in each field of row {row + 1}, from left to right?"
        )
        yield Instance(
            question="\n".join(["", *(" ".join(line) for line in MAP), "", fill(told, 78)]),
            asks=f"{len(MAP[0])} of {LETTERS}",
            score=lambda text, row=row: _walked(text, row, it),  # type: ignore[misc]
        )


def _walked(text: str, row: int, it: World) -> float:
    said = "".join(text.split()).lower()
    if len(said) != len(MAP[0]) or not set(said) <= set(LETTERS):
        raise ValueError(f"{len(MAP[0])} letters out of {LETTERS}, for up, right, down and left; no whole number")
    policy = it.choices()
    policy[row * len(said) : (row + 1) * len(said)] = torch.eye(len(MOVES))[[LETTERS.index(x) for x in said]]
    return it.value(policy)


CASE = build(
    "gridworld",
    run=run,
    ladder={
        "chance": lambda _: world().value(torch.full(world().shape, 0.25)),
        "trivial": lambda _: max(_always(world(), action) for action in range(4)),
        # The shortest way, planned as if the ground were not slippery.
        "classic": lambda _: world().value(world(slip=0.0).choices()),
        "reference": lambda trial: run(QLearning, trial).value,
        "ceiling": lambda _: world().best(),
    },
    arms={"q-learning": QLearning, "expected-sarsa": ExpectedSarsa, "myopic": Myopic},
    by_hand=by_hand,
)
