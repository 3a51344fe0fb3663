"""depth-flow: many blocks on top of each other, not trained: how much of the gradient reaches the first?"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import torch
from torch import Tensor, nn

from paperlab.harness.api import Instance, Outcome, Trial
from paperlab.harness.cases import build, hand
from paperlab.harness.cases import training as t

Make = Callable[[int, int], nn.Module]

WIDEST = 38.0
"""Powers of ten that a ratio is cut to: what float32 can hold."""


def run(make: Make, trial: Trial) -> Outcome:
    """Stack `make(width, depth)` depth times; give |log10| of the gradient's norm at the first input over the last's.

    The curve holds log10 of that ratio at each block's input, from behind the last block to before the first.
    """
    s = trial.settings
    blocks = t.built(lambda: nn.Sequential(*(make(s["width"], s["depth"]) for _ in range(s["depth"]))), trial)
    states = [_randn(trial, "input").requires_grad_()]
    for block in blocks.children():
        states.append(block(states[-1]))
    gradients = torch.autograd.grad(states[-1], states, _randn(trial, "gradient"))
    curve = tuple(_log10(g.norm() / gradients[-1].norm()) for g in reversed(gradients))
    growth = _log10(states[-1].norm() / states[0].norm())
    return Outcome(value=abs(curve[-1]), curve=curve, notes={"log10 of the activations' growth": growth})


def _randn(trial: Trial, name: str) -> Tensor:
    """Give what goes in at the front, or the gradient that comes in behind: (batch, width)."""
    shape = trial.settings["batch"], trial.settings["width"]
    return torch.randn(shape, generator=trial.stream(name)).to(trial.device)


def _log10(ratio: Tensor) -> float:
    value = float(ratio.detach())
    return math.log10(min(max(value, 10**-WIDEST), 10**WIDEST)) if math.isfinite(value) else WIDEST


class PreNorm(nn.Module):
    """x + network(norm(x)): the path past the network carries the gradient."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm, self.network = nn.LayerNorm(width), t.mlp((width, width, width))

    def forward(self, x: Tensor) -> Tensor:
        """Give the block's output, (batch, width)."""
        y: Tensor = x + self.network(self.norm(x))
        return y


def plain(width: int, depth: int) -> nn.Module:  # noqa: ARG001 -- the slot's signature
    """Give a linear layer as torch draws it, and ReLU: its weights are too small to stack."""
    return nn.Sequential(nn.Linear(width, width), nn.ReLU())


def scaled(width: int, depth: int) -> nn.Module:
    """Give the same with weights of variance 2 / width, which keep the size through a ReLU on average."""
    block = plain(width, depth)
    nn.init.kaiming_normal_(block[0].weight, nonlinearity="relu")  # type: ignore[index]
    return block


def _unscaled(width: int, depth: int) -> nn.Module:
    """Give a linear layer with weights of variance 1, whatever its width."""
    block = plain(width, depth)
    nn.init.normal_(block[0].weight)  # type: ignore[index]
    return block


ARMS: dict[str, Make] = {"pre-norm": lambda width, depth: PreNorm(width), "scaled": scaled, "plain": plain}  # noqa: ARG005


def by_hand(trial: Trial) -> Iterator[Instance]:
    """Ask for the size of the weights of a plain stack, at five seeds."""
    s = trial.settings
    told = (
        f"{s['depth']} linear layers of width {s['width']} with ReLU between them, weights of variance c / width. "
        "At which c does the gradient come through?"
    )
    for one in hand.trials(trial):
        yield hand.rate(told, _with_variance, one, "number c")


def _with_variance(c: float, trial: Trial) -> float:
    def block(width: int, depth: int) -> nn.Module:
        made = plain(width, depth)
        nn.init.normal_(made[0].weight, std=math.sqrt(c / width))  # type: ignore[index]
        return made

    return run(block, trial).value


CASE = build(
    "depth-flow",
    run=run,
    ladder={
        "chance": lambda trial: run(_unscaled, trial).value,
        "trivial": lambda trial: run(plain, trial).value,
        "classic": lambda trial: run(scaled, trial).value,
        "reference": lambda trial: run(ARMS["pre-norm"], trial).value,
        "ceiling": lambda trial: run(lambda width, depth: nn.Identity(), trial).value,  # noqa: ARG005
    },
    arms=ARMS,
    by_hand=by_hand,
)
