"""wl-pairs: pairs of different graphs; how many can a stack of graph layers tell apart, whatever its weights?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations

import torch
from torch import Tensor, nn

from paperlab.harness.api import Instance, Outcome, Trial
from paperlab.harness.cases import build, hand
from paperlab.harness.cases import training as t
from paperlab.harness.cases.graphs import Make, Mean, Sum, Walks

NODES, EDGES = 8, 10
ALIKE = 1e-4
"""Outputs that differ by less, as a share of their size, are equal but for rounding."""
Signature = Callable[[Tensor], object]
"""Edges (nodes, nodes) -> what does not depend on the order of the nodes."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """One graph of each pair, the same with its nodes in another order, and the other graph: (pairs, nodes, nodes)."""

    one: Tensor
    same: Tensor
    other: Tensor


def pairs(count: int, generator: torch.Generator) -> Pairs:
    """Give pairs of as many nodes and edges, in turn: other degrees; equal degrees, other colours; equal colours."""
    kinds = (_of_other_degrees, _of_equal_degrees, _of_equal_colours)
    made = [kinds[i % len(kinds)](generator) for i in range(count)]
    ones, others = ([_renamed(pair[i], generator) for pair in made] for i in (0, 1))
    return Pairs(torch.stack(ones), torch.stack([_renamed(one, generator) for one in ones]), torch.stack(others))


def _renamed(edges: Tensor, generator: torch.Generator) -> Tensor:
    order = torch.randperm(NODES, generator=generator)
    return edges[order][:, order]


def graph(joined: list[tuple[int, int]]) -> Tensor:
    """Give the edges (nodes, nodes) of a list of them."""
    edges = torch.zeros(NODES, NODES)
    for i, j in joined:
        edges[i, j] = edges[j, i] = 1.0
    return edges


def _random(generator: torch.Generator) -> Tensor:
    every = list(combinations(range(NODES), 2))
    return graph([every[i] for i in torch.randperm(len(every), generator=generator)[:EDGES].tolist()])


def _of_other_degrees(generator: torch.Generator) -> tuple[Tensor, Tensor]:
    one = other = _random(generator)
    while degrees(one) == degrees(other):
        other = _random(generator)
    return one, other


def _of_equal_degrees(generator: torch.Generator) -> tuple[Tensor, Tensor]:
    one = other = _random(generator)
    while degrees(one) != degrees(other) or colours(one) == colours(other):
        one, other = _random(generator), _random(generator)
    return one, other


def _of_equal_colours(generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Give two of: a ring of 8, two rings of 4, rings of 3 and 5. All degrees are 2, so no colour ever differs."""
    first, second = torch.randperm(len(RINGS), generator=generator)[:2].tolist()
    return _rings(RINGS[first]), _rings(RINGS[second])


RINGS = ((8,), (4, 4), (3, 5))


def _rings(lengths: tuple[int, ...]) -> Tensor:
    joined, start = [], 0
    for length in lengths:
        joined += [(start + i, start + (i + 1) % length) for i in range(length)]
        start += length
    return graph(joined)


def degrees(edges: Tensor) -> object:
    """Give the degrees in order."""
    return sorted(edges.sum(0).tolist())


def colours(edges: Tensor) -> object:
    """Give the colours of the Weisfeiler-Leman test in order: a node's is its own and those of its neighbours."""
    near = [row.nonzero().flatten().tolist() for row in edges]
    now = [0] * NODES
    for _ in range(NODES):
        now = [hash((now[i], *sorted(now[j] for j in near[i]))) for i in range(NODES)]
    return sorted(now)


def walks(edges: Tensor) -> object:
    """Give the colours, and how many closed walks of each length there are: rings of other lengths differ in it."""
    return colours(edges), [float(torch.linalg.matrix_power(edges, n).trace()) for n in range(NODES + 1)]


class _Model(nn.Module):
    """Layers with tanh behind each, over nodes that all look the same; the nodes' outputs are added up after each."""

    def __init__(self, make: Make, width: int, depth: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList(make(width if i else 1, width) for i in range(depth))

    def forward(self, edges: Tensor) -> Tensor:
        x, sums = torch.ones_like(edges[..., :1]), []
        for layer in self.layers:
            x = layer(x, edges).tanh()
            sums.append(x.sum(1))
        return torch.stack(sums)


def run(make: Make, trial: Trial) -> Outcome:
    """Stack `make(inputs, outputs)`; give the share of pairs that it tells apart while a renamed graph looks the same.

    The curve holds that share after each layer.
    """
    s, it = trial.settings, _pairs(trial)
    model = t.built(lambda: _Model(make, s["width"], s["depth"]), trial).eval()
    with torch.no_grad():
        one, same, other = (model(edges.to(trial.device)).cpu() for edges in (it.one, it.same, it.other))
    apart = (_distance(one, other) > ALIKE) & (_distance(one, same) <= ALIKE)
    curve = tuple(apart.double().mean(1).tolist())
    return Outcome(value=curve[-1], curve=curve, notes={"parameters": t.parameters(model)})


def _pairs(trial: Trial) -> Pairs:
    return pairs(trial.settings["pairs"], trial.stream("data"))


def _distance(a: Tensor, b: Tensor) -> Tensor:
    gap: Tensor = (a - b).norm(dim=-1) / a.norm(dim=-1)
    return gap


def _told(signature: Signature) -> Callable[[Trial], float]:
    def share(trial: Trial) -> float:
        it = _pairs(trial)
        return sum(signature(a) != signature(b) for a, b in zip(it.one, it.other, strict=True)) / len(it.one)

    return share


def _coin(trial: Trial) -> float:
    """Toss a coin for each question: both answers must be right."""
    tosses = torch.rand(2, 10_000, generator=trial.stream("guess")) < 0.5
    return float(tosses.all(0).double().mean())


def by_hand(trial: Trial) -> Iterator[Instance]:
    """Show three graphs by their edges; the answer says of two of them whether they are the first one renamed."""
    g = trial.stream("hand")
    it, lots = pairs(hand.COUNT, g), torch.randint(2, (hand.COUNT, 2), generator=g).tolist()
    for n, lot in enumerate(lots):
        order = torch.randperm(NODES, generator=g)
        shown = [it.one[n], *((it.same if same else it.other)[n] for same in lot)]
        shown[2] = shown[2][order][:, order]
        lines = [
            f"{name}: {' '.join(f'{i}-{j}' for i, j in graph.triu().nonzero().tolist())}"
            for name, graph in zip("ABC", shown, strict=True)
        ]
        told = "Is B the same graph as A with other numbers? Is C? 1 for yes, 0 for no."
        yield hand.several("\n".join([*lines, "", told]), lot)


CASE = build(
    "wl-pairs",
    run=run,
    ladder={
        "chance": _coin,
        "trivial": _told(degrees),
        "classic": _told(colours),
        "reference": lambda trial: run(Sum, trial).value,
        "ceiling": _told(walks),
    },
    arms={"sum": Sum, "mean": Mean, "walks": Walks},
    by_hand=by_hand,
)
