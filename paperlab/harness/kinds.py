"""The usual checks of what is no function of tensors: an optimizer beside a known one, a sampler beside its probabilities."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor

from paperlab.harness.api import Check, Probe
from paperlab.harness.checks import RATIO, SIZES, TIMES, checks_of, other
from paperlab.harness.comparing import error_in_references, rms_ratio
from paperlab.harness.gradients import turned_round

Make = Callable[[Any, float], torch.optim.Optimizer]
SHAPES = ((3, 4), (5,), (2, 3, 2), (), (0,))
"""Of parameters; those with three axes and their gradients lie back to front."""
RATES = (0.1, 0.03)
STEPS = 12
BEGIN = 0.5
"""Where every parameter begins: not at zero, where a decay would not be seen."""
DRAWS = 20_000
FAR = 5.0
"""Standard errors that a frequency may be off by: once in a million draws of a right sampler."""


def usual_of_optimizer(
    make: Make, known: Make, *, rate: str = "lr", name: str = "", equation: str = "", without: Sequence[str] = ()
) -> tuple[Check, ...]:
    """Give the usual checks of an optimizer, for the `checks` of an Implementation.

    Args:
        make: parameters or groups of them, learning rate -> ours, as slot `optimizer` asks.
        known: the same of one that is known to be right, whose groups call the learning rate `lr`.
        rate: what ours calls it in a group.
        name: comes before the names of the checks.
        equation: where in the paper to look.
        without: names of those that do not apply: `path`, `groups`, `resumed`, `sizes`, `precision`, `gradients kept`,
            `closure`.
    """

    def both(
        probe: Probe,
        shapes: Sequence[Sequence[int]] = SHAPES,
        dtype: torch.dtype = torch.float64,
        *,
        groups: bool = False,
    ) -> tuple[list[Tensor], list[Tensor]]:
        def walked(one: Make, called: str) -> list[Tensor]:
            return _path(partial(_grouped, one, called) if groups else lambda p: one(p, RATES[0]), probe, shapes, dtype)

        return walked(make, rate), walked(known, "lr")

    def low(probe: Probe) -> float:
        ours, theirs = both(probe, dtype=getattr(torch, probe.dtype))
        return error_in_references(ours, theirs, both(probe)[1])

    runs: dict[str, tuple[Callable[[Probe], float], float, str]] = {
        "path": (lambda p: _apart(*both(p)), 1e-9, RATIO),
        "groups": (lambda p: _apart(*both(p, groups=True)), 1e-9, RATIO),
        "resumed": (partial(_resumed, make), 1e-9, RATIO),
        "sizes": (lambda p: _apart(*both(p, [(size,) for size in SIZES])), 1e-9, RATIO),
        "precision": (low, TIMES, "times the reference's own error"),
        "gradients kept": (partial(_touched, make), 0.0, "RMS change"),
        "closure": (partial(_asked, make), 0.0, "faults"),
    }
    return checks_of(runs, name, equation, without)


def _apart(ours: Sequence[Tensor], theirs: Sequence[Tensor]) -> float:
    """Compare two paths."""
    count = len(theirs) // STEPS
    return rms_ratio(
        ours, theirs, [f"parameter {i % count + 1} after step {i // count + 1}" for i, _ in enumerate(theirs)]
    )


def _grouped(make: Make, name: str, parameters: Sequence[Tensor]) -> torch.optim.Optimizer:
    """Put every other parameter into a group with a rate of its own."""
    return make([{"params": parameters[::2]}, {"params": parameters[1::2], name: RATES[1]}], RATES[0])


def _fresh(shapes: Sequence[Sequence[int]], dtype: torch.dtype = torch.float64, device: str = "cpu") -> list[Tensor]:
    made = [torch.full(tuple(s), BEGIN, dtype=dtype, device=device) for s in shapes]
    return [(turned_round(x) if x.dim() > 2 else x).requires_grad_() for x in made]


def _give(parameters: Sequence[Tensor], step: int, generator: torch.Generator) -> None:
    """Give each parameter a new gradient; at some steps one has none, and another one's is zero."""
    for i, x in enumerate(parameters):
        g = torch.empty_like(x).copy_(torch.randn(x.shape, generator=generator, dtype=torch.float64))
        x.grad = None if (step + i) % 5 == 4 else g * ((step + i) % 4 > 0)


def _path(
    make: Callable[[list[Tensor]], torch.optim.Optimizer],
    probe: Probe,
    shapes: Sequence[Sequence[int]],
    dtype: torch.dtype,
) -> list[Tensor]:
    """Give where the parameters stand after each step."""
    parameters, generator = _fresh(shapes, dtype, probe.device), probe.stream("gradients")
    optimizer = make(parameters)
    seen: list[Tensor] = []
    for step in range(STEPS):
        _give(parameters, step, generator)
        optimizer.step()
        seen.extend(x.detach().clone() for x in parameters)
    return seen


def _resumed(make: Make, probe: Probe) -> float:
    """Compare the path of one that is saved and loaded half-way with the one that goes on."""
    parameters, generator = _fresh(SHAPES, device=probe.device), probe.stream("gradients")
    optimizer = make(parameters, RATES[0])
    for step in range(STEPS):
        if step == STEPS // 2:
            saved = copy.deepcopy(optimizer.state_dict())
            parameters = [x.detach().clone().requires_grad_() for x in parameters]
            optimizer = make(parameters, RATES[1])
            optimizer.load_state_dict(saved)
        _give(parameters, step, generator)
        optimizer.step()
    whole = _path(lambda p: make(p, RATES[0]), probe, SHAPES, torch.float64)
    return rms_ratio(parameters, whole[-len(parameters) :])


def _touched(make: Make, probe: Probe) -> float:
    """Give how far steps change the gradients that they read."""
    parameters = _fresh(SHAPES[:2], device=probe.device)
    optimizer, worst = make(parameters, RATES[0]), 0.0
    for _ in range(2):
        _give(parameters, 0, probe.generator)
        before = [None if x.grad is None else x.grad.clone() for x in parameters]
        optimizer.step()
        worst = max(worst, rms_ratio([x.grad for x in parameters], before))
    return worst


def _asked(make: Make, probe: Probe) -> float:
    """Count what is wrong with `step(closure)`: another loss, not asked once, or without a record of gradients."""
    (x,), calls = _fresh(SHAPES[1:2], device=probe.device), []

    def closure() -> float:
        calls.append(torch.is_grad_enabled())
        loss = x.square().sum() + 2.5
        torch.autograd.backward(loss)
        return float(loss.detach())

    wanted = float(x.detach().square().sum()) + 2.5
    given: Any = make([x], RATES[0]).step(closure)
    return float((given != wanted) + (calls != [True]))


def usual_of_sampler(
    draw: Callable[[Probe, int, torch.Generator], Tensor],
    probabilities: Callable[[Probe], Tensor],
    *,
    name: str = "",
    equation: str = "",
    without: Sequence[str] = (),
) -> tuple[Check, ...]:
    """Give the usual checks of a sampler of whole numbers, for the `checks` of an Implementation.

    Args:
        draw: probe, count, generator -> count numbers from 0, int64, all the randomness being the generator's.
        probabilities: probe -> the probability of each number, from 0.
        name: comes before the names of the checks.
        equation: where in the paper to look.
        without: names of those that do not apply: `generator`, `frequencies`.
    """
    runs: dict[str, tuple[Callable[[Probe], float], float, str]] = {
        "generator": (partial(_obeyed, draw), 0.0, "faults"),
        "frequencies": (lambda p: _off(draw(p, DRAWS, p.generator), probabilities(p)), FAR, "standard errors"),
    }
    return checks_of(runs, name, equation, without)


def _obeyed(draw: Callable[[Probe, int, torch.Generator], Tensor], probe: Probe) -> float:
    """Count what shows that numbers come from elsewhere than the generator, or are not drawn at all."""
    generator, state = probe.stream("drawn"), torch.get_rng_state()
    first, more = draw(probe, 64, generator), draw(probe, 64, generator)
    kept = torch.equal(torch.get_rng_state(), state)
    with torch.random.fork_rng(devices=[]):
        torch.rand(1)
        again, others = draw(probe, 64, probe.stream("drawn")), draw(probe, 64, other(probe).stream("drawn"))
    still = torch.equal(first, more) + torch.equal(first, others)
    return float(still + (not torch.equal(first, again)) + (not kept))


def _off(drawn: Tensor, probabilities: Tensor) -> float:
    """Give the largest distance of a frequency from its probability, in standard errors; inf where one never comes."""
    p = probabilities.detach().double().cpu()
    seen = torch.bincount(drawn.detach().cpu(), minlength=len(p)).double() / len(drawn)
    if seen.shape != p.shape or bool((seen[p == 0] > 0).any()):
        return math.inf
    spread = (p * (1 - p) / len(drawn)).sqrt().clamp_min(1 / len(drawn))
    return float(((seen - p).abs() / spread).max())
