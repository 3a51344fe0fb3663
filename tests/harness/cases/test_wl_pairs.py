"""Pairs of graphs: different by every order of their nodes."""

import itertools

import pytest
import torch
from torch import nn

from paperlab.harness.cases import (
    load,
    wl_pairs,
)
from tests.harness.cases.given import g, trial


def alike(a: torch.Tensor, b: torch.Tensor) -> bool:
    """Try every order of the nodes that keeps degrees."""
    return any(torch.equal(a[list(p)][:, list(p)], b) for p in itertools.permutations(range(len(a))))


def test_the_pairs_are_no_renamed_copies_and_have_as_many_edges() -> None:
    it = wl_pairs.pairs(6, g())
    assert all(a.sum() == b.sum() for a, b in zip(it.one, it.other, strict=True))
    assert all(wl_pairs.colours(a) == wl_pairs.colours(b) for a, b in zip(it.one, it.same, strict=True))
    assert all(wl_pairs.walks(a) == wl_pairs.walks(b) for a, b in zip(it.one, it.same, strict=True))
    assert all(wl_pairs.walks(a) != wl_pairs.walks(b) for a, b in zip(it.one, it.other, strict=True))


@pytest.mark.slow
def test_the_pairs_are_different_graphs_by_every_order_of_the_nodes() -> None:
    it = wl_pairs.pairs(6, g())
    assert all(alike(a, b) for a, b in zip(it.one[:2], it.same[:2], strict=True))
    assert not any(alike(a, b) for a, b in zip(it.one, it.other, strict=True))


def test_layers_of_sums_tell_apart_what_the_test_of_colours_does_and_means_nothing() -> None:
    case, t = load("wl-pairs"), trial("wl-pairs")
    values = {name: case.run(arm, t).value for name, arm in case.arms.items()}
    assert values == {"sum": case.ladder["classic"](t), "mean": 0.0, "walks": 1.0}
    assert case.ladder["trivial"](t) == pytest.approx(1 / 3)


def test_a_layer_that_depends_on_the_order_of_the_nodes_tells_nothing_apart() -> None:
    class Ordered(nn.Module):
        def __init__(self, outputs: int) -> None:
            super().__init__()
            self.weights = nn.Parameter(torch.randn(wl_pairs.NODES, outputs))

        def forward(self, x: torch.Tensor, edges: torch.Tensor) -> torch.Tensor:
            return edges @ self.weights

    assert load("wl-pairs").run(lambda _, outputs: Ordered(outputs), trial("wl-pairs")).value < 0.1
