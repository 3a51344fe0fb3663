"""The known graph layers that the graph cases bring: make(inputs, outputs) -> Module on (batch, nodes, inputs)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from torch import Tensor, nn

from paperlab.harness.cases import training as t

Make = Callable[[int, int], nn.Module]


class Sum(nn.Module):
    """A network of each node and the sum of its neighbours (1810.00826): it can tell multisets apart."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.network = t.mlp((inputs, outputs, outputs))

    def forward(self, x: Tensor, edges: Tensor) -> Tensor:
        """Give each node's new features."""
        y: Tensor = self.network(x + edges @ x)
        return y


class Mean(nn.Module):
    """A linear map of the mean over each node and its neighbours: it forgets how many there were."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.read = nn.Linear(inputs, outputs)

    def forward(self, x: Tensor, edges: Tensor) -> Tensor:
        """Give each node's new features."""
        y: Tensor = self.read((x + edges @ x) / (1 + edges.sum(-1, keepdim=True)))
        return y


class Walks(nn.Module):
    """As Sum, with the number of closed walks of 3 to 6 steps at each node: cycles are seen, which sums cannot."""

    LENGTHS = range(3, 7)

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.near, self.closed = Sum(inputs, outputs), nn.Linear(len(self.LENGTHS), outputs)

    def forward(self, x: Tensor, edges: Tensor) -> Tensor:
        """Give each node's new features."""
        counts = [torch.linalg.matrix_power(edges, n).diagonal(dim1=-2, dim2=-1) for n in self.LENGTHS]
        y: Tensor = self.near(x, edges) + self.closed(torch.stack(counts, -1).log1p())
        return y


class Alone(nn.Module):
    """A linear map of each node by itself: the graph is not looked at."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.read = nn.Linear(inputs, outputs)

    def forward(self, x: Tensor, edges: Tensor) -> Tensor:  # noqa: ARG002 -- the slot's signature
        """Give each node's new features."""
        y: Tensor = self.read(x)
        return y


ARMS: Mapping[str, Make] = {"mean": Mean, "sum": Sum, "walks": Walks, "alone": Alone}
