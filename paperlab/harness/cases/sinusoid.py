"""sinusoid: ten points of a sine of unknown height and phase; say the rest of it, having learnt from other sines."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace

import torch
from torch import Tensor, nn
from torch.func import functional_call, grad, vmap

from paperlab.harness.api import Instance, Outcome, Trial
from paperlab.harness.cases import build, hand
from paperlab.harness.cases import training as t
from paperlab.harness.seeds import fixed

Adapt = Callable[[Tensor, Tensor, Tensor], Tensor]
"""Shots x and y and questions x, each (tasks, points, 1) -> answers like the questions."""
Draw = Callable[[int, torch.Generator], tuple[Tensor, Tensor]]
Make = Callable[[Draw, Trial], Adapt]

SHOTS, ASKED, EVALUATED, WIDTH = 10, 20, 200, 64
"""Points given and asked of each task; tasks that the result is computed on; units of the known networks."""


def tasks(count: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Give x and y = A sin(x + b), each (count, 30, 1): A in 0.1..5, b in 0..pi, x in -5..5; ten shots come first."""
    height = 0.1 + 4.9 * torch.rand(count, 1, 1, generator=generator)
    phase = math.pi * torch.rand(count, 1, 1, generator=generator)
    x = 10 * torch.rand(count, SHOTS + ASKED, 1, generator=generator) - 5
    return x, height * (x + phase).sin()


def run(make: Make, trial: Trial) -> Outcome:
    """Let `make` learn from fresh tasks; give the mean squared error on others, after ten shots of each."""
    trial = replace(trial, losses=[])

    def drawn(count: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        x, y = tasks(count, generator)
        return x.to(trial.device), y.to(trial.device)

    with fixed(trial, "init"):
        adapt = make(drawn, trial)
    return Outcome(value=_error(adapt, trial), curve=t.noted(trial))


def _error(adapt: Adapt, trial: Trial) -> float:
    x, y = (a.to(trial.device) for a in tasks(EVALUATED, trial.stream("test")))
    answers = adapt(x[:, :SHOTS], y[:, :SHOTS], x[:, SHOTS:]).detach()
    if answers.shape != y[:, SHOTS:].shape:
        raise ValueError(f"expected answers {tuple(y[:, SHOTS:].shape)}, got {tuple(answers.shape)}")
    return t.bounded((answers - y[:, SHOTS:]).square().mean())


def _learnt(model: nn.Module, loss: Callable[[Tensor, Tensor], Tensor], draw: Draw, trial: Trial) -> None:
    """Minimise a loss of tasks (x, y), fresh at each step."""
    s, g = trial.settings, trial.stream("data")
    nothing = iter([torch.empty(0)] * s["steps"])
    trial.losses.extend(t.train(lambda _: loss(*draw(s["tasks"], g)), t.adam(model, s["rate"]), nothing, s["steps"]))


class _Process(nn.Module):
    """Encodes each shot, takes their mean, and decodes it beside a question."""

    def __init__(self) -> None:
        super().__init__()
        self.encode, self.decode = t.mlp((2, WIDTH, WIDTH, WIDTH)), t.mlp((WIDTH + 1, WIDTH, WIDTH, 1))

    def forward(self, x: Tensor, y: Tensor, asked: Tensor) -> Tensor:
        mean = self.encode(torch.cat([x, y], -1)).mean(1, keepdim=True)
        answers: Tensor = self.decode(torch.cat([mean.expand(-1, asked.shape[1], -1), asked], -1))
        return answers


def process(draw: Draw, trial: Trial) -> Adapt:
    """Learn to read a task off its shots: a conditional neural process (1807.01613) without its deviation."""
    model = _Process().to(trial.device)

    def loss(x: Tensor, y: Tensor) -> Tensor:
        error: Tensor = (model(x[:, :SHOTS], y[:, :SHOTS], x[:, SHOTS:]) - y[:, SHOTS:]).square().mean()
        return error

    _learnt(model, loss, draw, trial)
    return model


STEP, INNER = 0.01, 5
"""Rate of the steps on a task's own shots, and how many there are when it is asked; one in training."""


def _tuned(model: nn.Module, x: Tensor, y: Tensor, asked: Tensor, steps: int) -> Tensor:
    """Answer after `steps` gradient steps from the model's weights on each task's shots, all tasks at once."""

    def one(x: Tensor, y: Tensor, asked: Tensor) -> Tensor:
        weights: dict[str, Tensor] = dict(model.named_parameters())
        for _ in range(steps):
            slopes = grad(lambda w: (functional_call(model, w, (x,)) - y).square().mean())(weights)
            weights = {name: weight - STEP * slopes[name] for name, weight in weights.items()}
        answers: Tensor = functional_call(model, weights, (asked,))
        return answers

    tuned: Tensor = vmap(one)(x, y, asked)
    return tuned


def maml(draw: Draw, trial: Trial) -> Adapt:
    """Learn weights from which one gradient step on the shots does much (1703.03400)."""
    model = t.mlp((1, WIDTH, WIDTH, 1)).to(trial.device)

    def loss(x: Tensor, y: Tensor) -> Tensor:
        return (_tuned(model, x[:, :SHOTS], y[:, :SHOTS], x[:, SHOTS:], 1) - y[:, SHOTS:]).square().mean()

    _learnt(model, loss, draw, trial)
    return lambda x, y, asked: _tuned(model, x, y, asked, INNER)


def pooled(draw: Draw, trial: Trial) -> Adapt:
    """Learn all tasks as one, which gives their mean, and take the same gradient steps on the shots from there."""
    model = t.mlp((1, WIDTH, WIDTH, 1)).to(trial.device)
    _learnt(model, lambda x, y: (model(x) - y).square().mean(), draw, trial)
    return lambda x, y, asked: _tuned(model, x, y, asked, INNER)


def _other(x: Tensor, y: Tensor, asked: Tensor) -> Tensor:  # noqa: ARG001 -- the slot's signature
    """Answer for the task beside."""
    return y.roll(1, 0).repeat(1, ASKED // SHOTS, 1)


def _mean(x: Tensor, y: Tensor, asked: Tensor) -> Tensor:  # noqa: ARG001 -- the slot's signature
    return y.mean(1, keepdim=True).expand_as(asked)


def _kernel(x: Tensor, y: Tensor, asked: Tensor) -> Tensor:
    """Fit a Gaussian process of length 1 to the shots alone: it knows that curves are smooth, and not that they wave."""
    x, y, asked = x.double(), y.double(), asked.double()

    def near(a: Tensor, b: Tensor) -> Tensor:
        return (-0.5 * (a - b.mT).square()).exp()

    ridge = 1e-4 * torch.eye(x.shape[1]).to(x)
    answers: Tensor = near(asked, x) @ torch.linalg.solve(near(x, x) + ridge, y)
    return answers.float()


def _waves(x: Tensor, y: Tensor, asked: Tensor) -> Tensor:
    """Fit a sin x + b cos x by least squares, which is every task."""
    weights: Tensor = torch.linalg.lstsq(_sin_cos(x), y.double()).solution
    return (_sin_cos(asked) @ weights).float()


def _sin_cos(x: Tensor) -> Tensor:
    return torch.cat([x.double().sin(), x.double().cos()], -1)


def by_hand(trial: Trial) -> Iterator[Instance]:
    """Show ten points of a wave; the answer is its height at another place."""
    x, y = tasks(hand.COUNT, trial.stream("hand"))
    for place, height in zip(x.squeeze(-1).tolist(), y.squeeze(-1).tolist(), strict=True):
        shots = sorted(zip(place[:SHOTS], height[:SHOTS], strict=True))
        rows = (" ".join(f"{pair[i]:6.2f}" for pair in shots) for i in (0, 1))
        told = "\n".join(f"{name} {row}" for name, row in zip("xy", rows, strict=True))
        question = f"{told}\n\nAll lie on A sin(x + b). What is y at x = {place[-1]:.2f}?"
        yield hand.numbers(question, 1, lambda said, right=height[-1]: (said[0] - right) ** 2)  # type: ignore[misc]


CASE = build(
    "sinusoid",
    run=run,
    ladder={
        "chance": lambda trial: _error(_other, trial),
        "trivial": lambda trial: _error(_mean, trial),
        "classic": lambda trial: _error(_kernel, trial),
        "reference": lambda trial: run(process, trial).value,
        "ceiling": lambda trial: _error(_waves, trial),
    },
    arms={"process": process, "maml": maml, "pooled": pooled},
    by_hand=by_hand,
)
