"""The cases that judge generative models in the plane: known samplers, and the distance between two sets of points."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace

import torch
from torch import Tensor

from paperlab.harness.api import Case, Instance, Outcome, Trial
from paperlab.harness.cases import build, hand
from paperlab.harness.cases import training as t
from paperlab.harness.seeds import fixed

Draw = Callable[[int, torch.Generator], Tensor]
"""(count, generator) -> points (count, 2)."""
Make = Callable[[Tensor, Trial], Draw]

DIRECTIONS = 64


def sliced(a: Tensor, b: Tensor) -> float:
    """Give the Wasserstein-1 distance of two sets of as many points (count, 2), over 64 directions on average.

    Along one direction it is the mean distance of the points in their order.
    """
    angles = torch.arange(DIRECTIONS) * (math.pi / DIRECTIONS)
    turned = torch.stack([angles.cos(), angles.sin()]).to(a)
    return t.bounded(((a @ turned).sort(0).values - (b @ turned).sort(0).values).abs().mean())


def run(make: Make, trial: Trial, *, truth: Draw) -> Outcome:
    """Let `make` learn from points of the truth; give the distance of what it then draws to other such points."""
    trial = replace(trial, losses=[])
    count = trial.settings["examples"]
    points = truth(count, trial.stream("data")).to(trial.device)
    with fixed(trial, "init"):
        draw = make(points, trial)
    with torch.no_grad():
        drawn = draw(count, trial.stream("draw"))
    if drawn.shape != points.shape:
        raise ValueError(f"expected draw({count}, generator) to give {tuple(points.shape)}, got {tuple(drawn.shape)}")
    return Outcome(value=sliced(drawn.float().cpu(), _fresh(trial, truth)), curve=t.noted(trial))


def _fresh(trial: Trial, truth: Draw) -> Tensor:
    return truth(trial.settings["examples"], trial.stream("test"))


def flow_matching(points: Tensor, trial: Trial) -> Draw:
    """Learn the straight-line velocity from noise to points, and follow it in 20 steps."""
    s, order = trial.settings, trial.stream("order")
    net = t.mlp((3, 64, 64, 2)).to(points.device)
    batches = t.batches(len(points), s["batch"], s["steps"], order)

    def loss(chosen: Tensor) -> Tensor:
        end = points[chosen.to(points.device)]
        start = torch.randn(end.shape, generator=order).to(end)
        time = torch.rand(len(end), 1, generator=order).to(end)
        velocity = net(torch.cat([start + time * (end - start), time], 1))
        error: Tensor = (velocity - (end - start)).square().mean()
        return error

    trial.losses.extend(t.train(loss, t.adam(net, 0.003), batches, s["steps"]))

    def draw(count: int, generator: torch.Generator) -> Tensor:
        x = _randn(count, points, generator)
        for step in range(20):
            # The middle of each step: the first point lies at time 1/40.
            x = x + net(torch.cat([x, torch.full_like(x[:, :1], (step + 0.5) / 20)], 1)) / 20
        return x

    return draw


def gaussian(points: Tensor, trial: Trial) -> Draw:  # noqa: ARG001 -- the slot's signature
    """Fit one Gaussian: right in mean and covariance, and in nothing else."""
    centre, factor = points.mean(0), torch.linalg.cholesky(points.T.cov())

    def draw(count: int, generator: torch.Generator) -> Tensor:
        drawn: Tensor = centre + _randn(count, points, generator) @ factor.T
        return drawn

    return draw


def kernel(points: Tensor, trial: Trial) -> Draw:  # noqa: ARG001 -- the slot's signature
    """Draw a training point and move it a little, by Scott's rule for two dimensions."""
    width = points.std(0) * len(points) ** (-1 / 6)

    def draw(count: int, generator: torch.Generator) -> Tensor:
        chosen = torch.randint(len(points), (count,), generator=generator).to(points.device)
        moved: Tensor = points[chosen] + width * _randn(count, points, generator)
        return moved

    return draw


def _normal(points: Tensor, trial: Trial) -> Draw:  # noqa: ARG001 -- the slot's signature
    """Draw what most samplers start from."""
    return lambda count, generator: _randn(count, points, generator)


def _randn(count: int, points: Tensor, generator: torch.Generator) -> Tensor:
    """Give normal noise (count, dimensions) where the points are."""
    return torch.randn(count, points.shape[1], generator=generator).to(points)


ARMS: dict[str, Make] = {"flow-matching": flow_matching, "kernel": kernel, "gaussian": gaussian}


BINS, REACH, MOST = 24, 3, 100
"""Fields of a person's picture on each side; how many deviations it reaches from the middle; points of an answer."""


def _by_hand(trial: Trial, truth: Draw) -> Iterator[Instance]:
    """Show where the training points lie; the answer is points like them, each counted as often."""
    for one in hand.trials(trial):
        points = truth(one.settings["examples"], one.stream("data"))
        side = REACH * float(points.std())
        at = ((points / side + 1) / 2 * BINS).long().clamp(0, BINS - 1)
        counts = torch.zeros(BINS, BINS).index_put(
            (BINS - 1 - at[:, 1], at[:, 0]), torch.ones(len(points)), accumulate=True
        )
        told = f"x and y go from {-side:.2f} to {side:.2f}. Where would you put points? x y, x y, ..."
        yield Instance(
            question=f"{hand.picture(counts / counts.max())}\n\n{told}",
            asks=f"1 to {MOST} points",
            score=lambda text, one=one: sliced(_said(text, one.settings["examples"]), _fresh(one, truth)),  # type: ignore[misc]
        )


def _said(text: str, count: int) -> Tensor:
    """Read points, and repeat them in turn until there are `count`."""
    try:
        said = [float(word) for word in text.replace(",", " ").split()]
    except ValueError:
        said = []
    if not said or len(said) % 2 or len(said) > 2 * MOST or not all(math.isfinite(x) for x in said):
        raise ValueError(f"1 to {MOST} points, two numbers for each, such as 0.5 -1, 2 0")
    points = torch.tensor(said).view(-1, 2)
    return points[torch.arange(count) % len(points)]


def case(name: str, truth: Draw) -> Case:
    """Give the case of one distribution in the plane; `truth` draws from it."""

    def rung(make: Make) -> Callable[[Trial], float]:
        return lambda trial: run(make, trial, truth=truth).value

    return build(
        name,
        run=lambda make, trial: run(make, trial, truth=truth),
        ladder={
            "chance": rung(_normal),
            "trivial": rung(gaussian),
            "classic": rung(kernel),
            "reference": rung(flow_matching),
            # As many points of the truth itself: two draws of it are this far apart.
            "ceiling": rung(lambda _, __: truth),
        },
        arms=ARMS,
        by_hand=lambda trial: _by_hand(trial, truth),
    )
