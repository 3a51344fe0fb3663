"""The known sequence mixers that cases bring, and the small models that cases build around a mixer.

A mixer is make(width) -> Module: (batch, length, width) -> the same shape; position t sees 0..t alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from paperlab.harness.api import Outcome, Trial
from paperlab.harness.cases import training as t

Make = Callable[[int], nn.Module]


class Attention(nn.Module):
    """One head of causal softmax attention."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.project = nn.Linear(width, 3 * width)

    def forward(self, x: Tensor) -> Tensor:
        """Give a mixed sequence of the same shape."""
        q, k, v = self.project(x).chunk(3, -1)
        return nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)


class LinearAttention(nn.Module):
    """Causal attention with the feature map elu + 1 in place of softmax: its state has a fixed size."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.project = nn.Linear(width, 3 * width)

    def forward(self, x: Tensor) -> Tensor:
        """Give a mixed sequence of the same shape."""
        q, k, v = self.project(x).chunk(3, -1)
        weights = ((nn.functional.elu(q) + 1) @ (nn.functional.elu(k) + 1).mT).tril()
        mixed: Tensor = weights @ v / weights.sum(-1, keepdim=True)
        return mixed


class Mean(nn.Module):
    """The mean of all positions so far: it knows which values there were, and not whose."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.project = nn.Linear(width, width)

    def forward(self, x: Tensor) -> Tensor:
        """Give a mixed sequence of the same shape."""
        steps = torch.arange(1, x.shape[1] + 1, device=x.device)[:, None]
        mean: Tensor = self.project(x.cumsum(1) / steps)
        return mean


class Recurrent(nn.Module):
    """A gated recurrent unit: a state of `width` numbers, rewritten at each position."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.cell = nn.GRU(width, width, batch_first=True)

    def forward(self, x: Tensor) -> Tensor:
        """Give a mixed sequence of the same shape."""
        states: Tensor = self.cell(x)[0]
        return states


class Convolution(nn.Module):
    """A causal convolution over the last four positions of each channel: it sees no further back."""

    REACH = 4

    def __init__(self, width: int) -> None:
        super().__init__()
        self.near = nn.Conv1d(width, width, self.REACH, groups=width)
        self.project = nn.Linear(width, width)

    def forward(self, x: Tensor) -> Tensor:
        """Give a mixed sequence of the same shape."""
        mixed: Tensor = self.project(self.near(nn.functional.pad(x.mT, (self.REACH - 1, 0))).mT)
        return mixed


def positions(length: int, width: int) -> Tensor:
    """Give sines and cosines of each position, (length, width), at wavelengths from 2 pi to 10,000 times that."""
    rates = torch.exp(torch.arange(0, width, 2) * (-math.log(10_000) / width))
    angles = torch.arange(length)[:, None] * rates
    return torch.stack([angles.sin(), angles.cos()], -1).flatten(1)


class Stack(nn.Module):
    """Tokens, their places, `depth` blocks of mixer and two-layer network, logits: (batch, length) -> (..., classes)."""

    def __init__(self, make: Make, *, tokens: int, classes: int, width: int, depth: int) -> None:
        super().__init__()
        self.embed = nn.Embedding(tokens, width)
        self.mixers = nn.ModuleList(make(width) for _ in range(depth))
        self.networks = nn.ModuleList(t.mlp((width, 2 * width, width)) for _ in range(depth))
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(2 * depth + 1))
        self.read = nn.Linear(width, classes)

    def forward(self, tokens: Tensor) -> Tensor:
        """Give logits for each position."""
        x = self.embed(tokens) + positions(tokens.shape[1], self.embed.embedding_dim).to(tokens.device)
        for i, (mixer, network) in enumerate(zip(self.mixers, self.networks, strict=True)):
            x = x + mixer(self.norms[2 * i](x))
            x = x + network(self.norms[2 * i + 1](x))
        logits: Tensor = self.read(self.norms[-1](x))
        return logits


Draw = Callable[[int, torch.Generator], tuple[Tensor, Tensor]]
"""(sequences, generator) -> tokens (sequences, length) and what is asked at each position, BLANK where nothing is."""
BLANK = -100
"""Marks a position where nothing is asked; cross_entropy leaves it out."""
EVALUATED = 256
"""Sequences that a result is computed on."""


def solve(make: Make, trial: Trial, *, draw: Draw, test: Draw, tokens: int, classes: int) -> Outcome:
    """Train a stack around `make` on fresh sequences; give the share of `test`'s questions answered rightly.

    The settings of the trial: steps, batch, width, depth, rate.
    """
    s, g = trial.settings, trial.stream("data")
    shape = {"tokens": tokens, "classes": classes, "width": s["width"], "depth": s["depth"]}
    model = t.built(lambda: Stack(make, **shape), trial)

    def loss(_: Tensor) -> Tensor:
        given, asked = (x.to(trial.device) for x in draw(s["batch"], g))
        return cross_entropy(model(given).flatten(0, 1), asked.flatten())

    curve = t.train(loss, t.adam(model, s["rate"]), iter([torch.empty(0)] * s["steps"]), s["steps"])
    given, asked = test(EVALUATED, trial.stream("test"))
    model.eval()
    with torch.no_grad():
        logits = model(given.to(trial.device)).cpu()
    answers = torch.where(logits.isfinite().all(-1), logits.argmax(-1), -1)
    return Outcome(value=right(answers, asked), curve=curve, notes={"parameters": t.parameters(model)})


def right(answers: Tensor, asked: Tensor) -> float:
    """Give the share of the questions (positions that are not BLANK) that are answered rightly."""
    wanted = asked != BLANK
    return float((answers == asked)[wanted].double().mean())


def guesses(asked: Tensor, classes: int, generator: torch.Generator) -> float:
    """Give the share that uniform guessing answers rightly, over 100 guesses a question."""
    return t.guess_rate(asked[asked != BLANK], classes, generator)
