"""orbit: follow a planet on a narrow ellipse; the candidate is one step of a solver, Kepler knows where it ends."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from textwrap import fill

import torch
from torch import Tensor

from paperlab.harness.api import Instance, Outcome, Trial
from paperlab.harness.cases import build, hand
from paperlab.harness.cases.optimizers import log10_gap, placed

Field = Callable[[float, Tensor], Tensor]
Step = Callable[[float, Tensor, float], Tensor]
Make = Callable[[Field], Step]

SPAN = 2.5 * math.pi
"""One and a quarter of a period, which is 2 pi."""
POINTS = 20


def field(time: float, state: Tensor) -> Tensor:  # noqa: ARG001 -- the slot's signature
    """Give the rates of change of (x, y, dx, dy): the sun pulls with 1 / distance^2."""
    place, speed = state[..., :2], state[..., 2:]
    return torch.cat([speed, -place / place.norm(dim=-1, keepdim=True) ** 3], -1)


def exact(eccentricity: Tensor, time: float) -> Tensor:
    """Give (x, y, dx, dy) on ellipses of half axis 1, (orbits, 4): Kepler's equation by Newton's method."""
    e, anomaly = eccentricity, torch.full_like(eccentricity, time)
    for _ in range(50):
        anomaly = anomaly - (anomaly - e * anomaly.sin() - time) / (1 - e * anomaly.cos())
    side, speed = (1 - e**2).sqrt(), 1 / (1 - e * anomaly.cos())
    cos, sin = anomaly.cos(), anomaly.sin()
    return torch.stack([cos - e, side * sin, -sin * speed, side * cos * speed], -1)


def run(make: Make, trial: Trial) -> Outcome:
    """Step to the end in even steps, as many as the case's evaluations of the field allow; give log10 of the error."""
    orbits, calls = _orbits(trial), 0

    def counted(time: float, state: Tensor) -> Tensor:
        nonlocal calls
        calls += 1
        return field(time, state)

    state = placed(exact(orbits, 0.0), trial)
    make(counted)(0.0, state, 1e-3)
    steps = trial.settings["evaluations"] // max(calls, 1)
    step, size, curve = make(counted), SPAN / steps, []
    for i in range(steps):
        state = step(i * size, state, size)
        if (i + 1) % max(1, steps // POINTS) == 0:
            curve.append(_away(state, orbits, (i + 1) * size))
    return Outcome(value=_away(state, orbits, SPAN), curve=tuple(curve), notes={"steps": steps})


def _orbits(trial: Trial) -> Tensor:
    """Draw eccentricities of 0.2 to 0.6: Mercury's is the lowest of these."""
    draws = torch.rand(trial.settings["orbits"], generator=trial.stream("orbits"), dtype=torch.float64)
    return 0.2 + 0.4 * draws


def _away(state: Tensor, orbits: Tensor, time: float) -> float:
    return log10_gap((state.cpu() - exact(orbits, time)).norm(dim=-1).mean())


def runge_kutta(field: Field) -> Step:
    """Give the classic step of four evaluations."""

    def step(time: float, y: Tensor, h: float) -> Tensor:
        a = field(time, y)
        b = field(time + h / 2, y + h / 2 * a)
        c = field(time + h / 2, y + h / 2 * b)
        d = field(time + h, y + h * c)
        return y + h / 6 * (a + 2 * b + 2 * c + d)

    return step


def midpoint(field: Field) -> Step:
    """Give a step along the slope in the middle, two evaluations."""
    return lambda time, y, h: y + h * field(time + h / 2, y + h / 2 * field(time, y))


def euler(field: Field) -> Step:
    """Give a step along the slope at its beginning, one evaluation."""
    return lambda time, y, h: y + h * field(time, y)


def _start(trial: Trial) -> float:
    """Stay where one is."""
    return _away(exact(_orbits(trial), 0.0), _orbits(trial), SPAN)


def _anywhere(trial: Trial) -> float:
    """Say a place and a speed that the planet has at any time."""
    orbits = _orbits(trial)
    time = SPAN * float(torch.rand(1, generator=trial.stream("guess")))
    return _away(exact(orbits, time), orbits, SPAN)


def _adaptive(trial: Trial) -> float:
    """Let scipy choose its steps, to a relative error of a millionth a step."""
    from scipy.integrate import solve_ivp

    orbits = _orbits(trial)
    ends = []
    for start in exact(orbits, 0.0):
        found = solve_ivp(lambda t, y: field(t, torch.as_tensor(y)).numpy(), (0, SPAN), start.numpy(), rtol=1e-6)
        ends.append(torch.as_tensor(found.y[:, -1]))
    return _away(torch.stack(ends), orbits, SPAN)


def by_hand(trial: Trial) -> Iterator[Instance]:
    """Ask where a planet is at the end, and how fast."""
    orbits = _orbits(trial)[: hand.COUNT]
    for start, e in zip(exact(orbits, 0.0).tolist(), orbits, strict=True):
        told = (
            f"A planet starts at x = {start[0]:.3f}, y = 0 with the speed dx = 0, dy = {start[3]:.3f}; the sun at 0, 0 "
            f"pulls with 1 / distance^2, and a period is 2 pi. Where is it after {SPAN:.3f}? x y dx dy"
        )
        yield hand.numbers(fill(told, 78), 4, lambda said, e=e: _away(torch.tensor([said]), e[None], SPAN))  # type: ignore[misc]


CASE = build(
    "orbit",
    run=run,
    ladder={
        "chance": _anywhere,
        "trivial": _start,
        "classic": _adaptive,
        "reference": lambda trial: run(runge_kutta, trial).value,
        "ceiling": lambda trial: _away(exact(_orbits(trial), SPAN), _orbits(trial), SPAN),
    },
    arms={"runge-kutta": runge_kutta, "midpoint": midpoint, "euler": euler},
    by_hand=by_hand,
)
