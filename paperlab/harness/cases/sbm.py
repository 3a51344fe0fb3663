"""sbm: a graph of three communities, few nodes of which are labelled; name the community of the others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, one_hot

from paperlab.harness.api import Instance, Outcome, Trial
from paperlab.harness.cases import build, hand
from paperlab.harness.cases import training as t
from paperlab.harness.cases.graphs import Alone, Make, Mean, Sum

COMMUNITIES, LABELLED = 3, 5
"""LABELLED nodes of each community are known in training."""
FEATURES, SIGNAL = 8, 0.6
"""Features are noise of variance 1; SIGNAL is added to the one of a node's community."""
WITHIN, BETWEEN = 0.15, 0.04
"""Chances of an edge."""


@dataclass(frozen=True, slots=True)
class Communities:
    """x (nodes, features), edges (nodes, nodes), y (nodes); the first of the nodes are the labelled ones."""

    x: Tensor
    edges: Tensor
    y: Tensor

    LABELS = COMMUNITIES * LABELLED


def communities(trial: Trial) -> Communities:
    """Draw the graph of a trial, on its device."""
    n, g = trial.settings["nodes"], trial.stream("graph")
    y = torch.arange(n) % COMMUNITIES
    chance = torch.where(y[:, None] == y, WITHIN, BETWEEN)
    upper = (torch.rand(n, n, generator=g) < chance).float().triu(1)
    x = torch.randn(n, FEATURES, generator=g) + SIGNAL * one_hot(y, FEATURES)
    return Communities(*(a.to(trial.device) for a in (x, upper + upper.T, y)))


class _Model(nn.Module):
    """Two layers."""

    def __init__(self, make: Make, width: int) -> None:
        super().__init__()
        self.first, self.second = make(FEATURES, width), make(width, COMMUNITIES)

    def forward(self, it: Communities) -> Tensor:
        edges = it.edges[None]
        logits: Tensor = self.second(self.first(it.x[None], edges).relu(), edges)[0]
        return logits


def run(make: Make, trial: Trial) -> Outcome:
    """Train two layers on the labelled nodes, with the best of the case's rates; give the accuracy on the others."""
    return t.with_best_rate(lambda rate, trial: _once(make, rate, trial), trial, higher=True)


def _once(make: Make, rate: float, trial: Trial) -> Outcome:
    s, it, n = trial.settings, communities(trial), Communities.LABELS
    model = t.built(lambda: _Model(make, s["width"]), trial)
    optimizer = torch.optim.Adam(model.parameters(), lr=rate, weight_decay=5e-4)
    curve = t.train(lambda _: cross_entropy(model(it)[:n], it.y[:n]), optimizer, iter([it.y] * s["steps"]), s["steps"])
    model.eval()
    with torch.no_grad():
        answers = model(it).nan_to_num(-torch.inf).argmax(-1)
    return Outcome(value=_rate(answers, it), curve=curve, notes={"parameters": t.parameters(model)})


def _rate(answers: Tensor, it: Communities) -> float:
    """Give the share of the nodes without a label that are named rightly."""
    return float((answers == it.y)[Communities.LABELS :].double().mean())


def _chance(trial: Trial) -> float:
    return t.guess_rate(communities(trial).y[Communities.LABELS :], COMMUNITIES, trial.stream("guess"))


def _one(trial: Trial) -> float:
    """Name the same community for all."""
    it = communities(trial)
    return _rate(torch.zeros_like(it.y), it)


def _spread(trial: Trial) -> float:
    """Let labels spread along edges, with a way back to the labelled nodes: F = (I - a D^-1 A)^-1 Y; no features."""
    it, n = communities(trial), Communities.LABELS
    known = one_hot(it.y, COMMUNITIES).float()
    known[n:] = 0
    walk = it.edges / it.edges.sum(1, keepdim=True).clamp(min=1)
    spread = torch.linalg.solve(torch.eye(len(walk), device=walk.device) - 0.9 * walk, known)
    return _rate(spread.argmax(1), it)


def by_hand(trial: Trial) -> Iterator[Instance]:
    """Show what is known of the neighbours of a node without a label; the answer is its community."""
    it, n = communities(replace(trial, device="cpu")), Communities.LABELS
    for node in (n + torch.randperm(len(it.y) - n, generator=trial.stream("hand"))[: hand.COUNT]).tolist():
        near = it.edges[node].nonzero().flatten()
        known = it.y[near[near < n]].bincount(minlength=COMMUNITIES).tolist()
        own, mean = (
            " ".join(f"{x:6.2f}" for x in row[:COMMUNITIES].tolist()) for row in (it.x[node], it.x[near].mean(0))
        )
        lines = [
            f"A node has {len(near)} neighbours; of communities 0, 1 and 2 are known {known[0]}, {known[1]} and {known[2]}.",
            f"Its first features:           {own}",
            f"The means of its neighbours': {mean}",
            f"A feature is {SIGNAL} higher in its own community, beside noise of 1. Where is it?",
        ]
        yield hand.one_of("\n".join(lines), int(it.y[node]), range(COMMUNITIES))


CASE = build(
    "sbm",
    run=run,
    ladder={
        "chance": _chance,
        "trivial": _one,
        "classic": _spread,
        "reference": lambda trial: run(Mean, trial).value,
    },
    arms={"mean": Mean, "sum": Sum, "alone": Alone},
    by_hand=by_hand,
)
