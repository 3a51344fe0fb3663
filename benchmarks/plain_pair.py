"""A cases.py whose pair works in whatever dtype is asked for: attention by hand beside torch's own."""

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention

from paperlab.harness import Check, Implementation, Pair, Probe


def by_hand(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """Give attention over (heads, places, width)."""
    return (q @ k.mT / q.shape[-1] ** 0.5).softmax(-1) @ v


def attending(function: Callable[[Tensor, Tensor, Tensor], Tensor]) -> Callable[[Probe], Callable[[], object]]:
    """Give what times attention on 8 heads, 256 places, width 64."""

    def prepared(probe: Probe) -> Callable[[], object]:
        drawn = torch.randn(3, 8, 256, 64, generator=probe.generator, dtype=torch.float32)
        return partial(function, *drawn.to(probe.device, getattr(torch, probe.dtype)))

    return prepared


IMPLEMENTATION = Implementation(
    kind="module",
    checks=(Check(name="nothing", run=lambda _: 0.0, limit=1.0),),
    speed=Pair(name="attention by hand", ours=attending(by_hand), against=attending(scaled_dot_product_attention)),
)
