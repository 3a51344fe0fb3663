"""The usual checks of a gate: each gives an error that is 0 for a right implementation, and inf for a hopeless one.

`usual` gives them all at once for a function that has an oracle; each can be called by itself in a check of one's own.

Relative error is RMS(ours - oracle) / RMS(oracle): an absolute tolerance lets zeros pass wherever the right
answer is small (softmax over 4096 values, a normalised norm), a ratio gives them 1.

Sources: the RMS ratio follows flash-linear-attention's tests; gradcheck is torch's own.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import torch
from torch import Tensor

from paperlab.harness.api import Check, Probe

Tensors = Tensor | Sequence[Tensor]
Function = Callable[..., Tensors]


@dataclass(slots=True)
class _Watch:
    seen: list[Tensor]
    room: int = 2**26
    """Bytes that may still be kept."""

    def keep(self, given: Sequence[Tensor]) -> None:
        self.room -= sum(x.nbytes for x in given)
        if self.room >= 0:
            self.seen.extend(x.detach().clone() for x in given)


_WATCH: ContextVar[_Watch | None] = ContextVar("watch", default=None)


@contextmanager
def watched() -> Iterator[list[Tensor]]:
    """Collect copies of what `rms_ratio` is handed as ours, the first 64 MB of it."""
    watch = _Watch([])
    token = _WATCH.set(watch)
    try:
        yield watch.seen
    finally:
        _WATCH.reset(token)


def rms_ratio(ours: Tensors, oracle: Tensors) -> float:
    """Give the largest RMS(ours - oracle) / RMS(oracle) over pairs of tensors, computed in float64.

    Args:
        ours: one tensor or several, any floating dtype and device.
        oracle: the right answer in the same shapes; where it is all zero, RMS(ours) itself is given.

    Returns:
        0 for equality, 1 for zeros in place of the answer, inf for other shapes or for NaN where the oracle has none.
    """
    first, second = _list(ours), _list(oracle)
    if (watch := _WATCH.get()) is not None:
        watch.keep(first)
    if [x.shape for x in first] != [x.shape for x in second]:
        return math.inf
    return max((_ratio(a, b) for a, b in zip(first, second, strict=True)), default=0.0)


def error_in_references(ours: Tensors, reference: Tensors, oracle: Tensors) -> float:
    """Give our error as a multiple of the reference's own error, so that no tolerance is chosen by hand.

    Args:
        ours: result in the working precision.
        reference: a known-good implementation's result in the same precision.
        oracle: the answer in float64.

    Returns:
        The largest multiple over pairs of tensors; a reference that is exact counts as one rounding error of ours'
        dtype. Inf for another number of tensors.
    """
    mine, theirs, right = _list(ours), _list(reference), _list(oracle)
    if not len(mine) == len(theirs) == len(right):
        return math.inf
    floors = [torch.finfo(x.dtype).eps for x in mine]
    rows = zip(mine, theirs, right, floors, strict=True)
    return max((rms_ratio(a, o) / max(rms_ratio(r, o), floor) for a, r, o, floor in rows), default=0.0)


def precision(
    function: Function, reference: Function, *inputs: Tensor, dtype: str, generator: torch.Generator
) -> float:
    """Give the error of outputs and gradients in a dtype, as a multiple of the reference's own error in it.

    The oracle is the reference in float64 on the same rounded inputs, so that the tolerance follows from the dtype.

    Args:
        function: ours.
        reference: gives the same, in any floating dtype.
        inputs: floating ones are rounded to the dtype, whatever theirs is.
        dtype: torch's name of it, as a Probe tells it.
        generator: draws the output gradient.
    """
    low = getattr(torch, dtype)
    rounded = [x.detach().to(low) if x.is_floating_point() else x for x in inputs]
    doubled = [x.double() if x.is_floating_point() else x for x in rounded]
    asked = ((function, rounded), (reference, rounded), (reference, doubled))
    ours, theirs, right = (_with_gradients(f, xs, generator.clone_state(), low) for f, xs in asked)
    return error_in_references(ours, theirs, right)


def gradient_ratio(function: Function, oracle: Function, *inputs: Tensor, generator: torch.Generator) -> float:
    """Give the largest RMS ratio between the gradients of two functions for one random output gradient."""
    ours, theirs = _gradients(function, inputs, generator.clone_state()), _gradients(oracle, inputs, generator)
    return rms_ratio(ours, theirs)


def gradcheck(function: Function, *inputs: Tensor) -> float:
    """Give 0 where torch.autograd.gradcheck agrees with finite differences in float64, otherwise 1."""
    doubles = [_double(x) for x in inputs]
    return 0.0 if torch.autograd.gradcheck(function, doubles, raise_exception=False) else 1.0


def insensitivity(function: Function, inputs: Sequence[Tensor], others: Sequence[Tensor]) -> float:
    """Give 1 for a function one of whose results takes no work, otherwise 0.

    No work is: a result that is not finite, is all zero, stays the same for other inputs, or copies an input.
    """
    kept = [x.detach().clone() for x in inputs]  # who changes an input in place and gives it back copies nothing
    first = [x.detach().clone() for x in _list(function(*inputs))]
    second = _list(function(*others))
    return float(any(_idle(a, b, kept) for a, b in zip(first, second, strict=True)))


def _idle(result: Tensor, other: Tensor, inputs: Sequence[Tensor]) -> bool:
    copied = any(result.shape == i.shape and torch.equal(result, i) for i in inputs)
    still = copied or bool((result == 0).all()) or rms_ratio(result, other) == 0
    return still or not bool(torch.isfinite(result).all())


def mutation(function: Function, *inputs: Tensor) -> float:
    """Give the RMS ratio by which the function changes its inputs in place; 0 is right."""
    before = [x.detach().clone() for x in inputs]
    function(*inputs)
    return rms_ratio([x.detach() for x in inputs], before)


def acausality(function: Callable[[Tensor], Tensor], x: Tensor, *, generator: torch.Generator, dim: int = 1) -> float:
    """Give how far an output at time t moves when inputs after t change, relative to the output's RMS.

    Args:
        function: sequence in, sequence out, time at `dim` of both.
        x: input; each cut between two times is tried.
        generator: draws the new future.
        dim: the time axis.
    """
    whole, worst = function(x).detach(), 0.0
    for cut in range(1, x.shape[dim]):
        other = x.detach().clone()
        future = other.narrow(dim, cut, x.shape[dim] - cut)
        future.copy_(torch.randn(future.shape, generator=generator, dtype=torch.float64).to(future))
        worst = max(worst, rms_ratio(function(other).detach().narrow(dim, 0, cut), whole.narrow(dim, 0, cut)))
    return worst


def batch_dependence(function: Function, *inputs: Tensor) -> float:
    """Give the RMS ratio between a batch's result and the results of its members one by one; the batch comes first."""
    whole = _list(function(*(x.detach() for x in inputs)))
    alone = [_list(function(*(x[i : i + 1] for x in inputs))) for i in range(len(inputs[0]))]
    return rms_ratio([torch.cat(parts) for parts in zip(*alone, strict=True)], whole)


def inequivariance(function: Callable[[Tensor], Tensor], x: Tensor, *, order: Tensor, dim: int = 1) -> float:
    """Give the RMS ratio between f(permuted x) and permuted f(x); 0 for a permutation-equivariant function."""
    return rms_ratio(function(x.index_select(dim, order)), function(x).index_select(dim, order))


def layout_dependence(function: Function, *inputs: Tensor) -> float:
    """Give the RMS ratio between the results for contiguous inputs and for strided views of equal values."""
    strided = [torch.stack([x.detach(), x.detach()], dim=-1)[..., 0] for x in inputs]
    return rms_ratio(function(*strided), function(*(x.detach().contiguous() for x in inputs)))


SIZES = (0, 1, 3, 17)
"""None, one, and two that no block of a power of two divides."""


def size_dependence(
    function: Function, oracle: Function, draw: Callable[[int], Sequence[Tensor]], sizes: Sequence[int] = SIZES
) -> float:
    """Give the largest RMS ratio over inputs of odd sizes, the empty ones among them.

    Args:
        function: ours; of nothing it gives nothing, in the oracle's shape.
        oracle: what it is held against. A size that it refuses ours must refuse too, by a ValueError with words.
        draw: size of a batch, a sequence, a set -> the inputs.
        sizes: which are tried.

    Returns:
        The ratio; inf where ours gives another shape, refuses what the oracle does not, or the other way round.
    """
    return max(_at_size(function, oracle, draw(size)) for size in sizes)


def _at_size(function: Function, oracle: Function, inputs: Sequence[Tensor]) -> float:
    wanted, refused = _tried(oracle, inputs)
    ours, error = _tried(function, inputs)
    if refused is None and error is None:
        return rms_ratio(ours, wanted)
    both = refused is not None and isinstance(error, ValueError) and bool(str(error))
    return 0.0 if both else math.inf


def _tried(function: Function, inputs: Sequence[Tensor]) -> tuple[Tensors, Exception | None]:
    try:
        return function(*(x.detach().clone() for x in inputs)), None
    except Exception as error:  # noqa: BLE001 -- how it refuses is what is asked
        return [], error


def unrepeatable(function: Callable[[], Tensors]) -> float:
    """Give the RMS ratio between two calls; 0 where they agree to the bit."""
    return rms_ratio(function(), function())


USUAL = ("oracle", "gradient", "gradcheck", "precision", "work", "inputs kept", "layout", "batch", "sizes")
"""Names of the usual checks."""
TIMES = 10.0
"""Limit of the error in a dtype, in the reference's own errors: other orders of equal sums differ by two to three."""


def usual(
    function: Function,
    oracle: Function,
    draw: Callable[[Probe, int], Sequence[Tensor]],
    *,
    equation: str = "",
    without: Sequence[str] = (),
) -> tuple[Check, ...]:
    """Give the usual checks of a function that has an oracle, for the `checks` of an Implementation.

    Args:
        function: ours; tensors in, one tensor or several out.
        oracle: gives the same, and gradients, in any floating dtype.
        draw: probe, size of the first axis -> the inputs, float64, all with that axis first.
        equation: where in the paper to look.
        without: names out of `USUAL` that do not apply, such as `batch` where examples may see each other.
    """

    def gradient(probe: Probe) -> float:
        return gradient_ratio(function, oracle, *draw(probe, 3), generator=probe.stream("output"))

    def low(probe: Probe) -> float:
        return precision(function, oracle, *draw(probe, 17), dtype=probe.dtype, generator=probe.stream("output"))

    def work(probe: Probe) -> float:
        return insensitivity(function, draw(probe, 3), draw(replace(probe, seed=probe.seed + 1_000_003), 3))

    runs: dict[str, tuple[Callable[[Probe], float], float, str]] = {
        "oracle": (lambda p: _against(function, oracle, draw(p, 5)), 1e-10, "RMS error ratio"),
        "gradient": (gradient, 1e-10, "RMS error ratio"),
        "gradcheck": (lambda p: gradcheck(function, *draw(p, 2)), 0.0, "disagreement"),
        "precision": (low, TIMES, "times the reference's own error"),
        "work": (work, 0.0, "results without work"),
        "inputs kept": (lambda p: mutation(function, *draw(p, 3)), 0.0, "RMS change"),
        "layout": (lambda p: layout_dependence(function, *draw(p, 4)), 1e-10, "RMS error ratio"),
        "batch": (lambda p: batch_dependence(function, *draw(p, 5)), 1e-10, "RMS error ratio"),
        "sizes": (lambda p: size_dependence(function, oracle, partial(draw, p)), 1e-10, "RMS error ratio"),
    }
    kinds = {"gradient": "gradient", "gradcheck": "gradient"}
    return tuple(
        Check(name=name, kind=kinds.get(name, "equality"), run=run, limit=limit, equation=equation, unit=unit)
        for name, (run, limit, unit) in runs.items()
        if name not in without
    )


def _against(function: Function, oracle: Function, inputs: Sequence[Tensor]) -> float:
    right = oracle(*(x.detach().clone() for x in inputs))  # before ours may touch them
    return rms_ratio(function(*inputs), right)


def _list(x: Tensors) -> list[Tensor]:
    return [x] if isinstance(x, Tensor) else list(x)


def _ratio(ours: Tensor, oracle: Tensor) -> float:
    a, b = ours.detach().double().cpu(), oracle.detach().double().cpu()
    same = (a == b) | (a.isnan() & b.isnan())  # infinities of a mask are equal, though their difference is NaN
    gap = torch.where(same, 0.0, a - b)
    size = _rms(torch.where(b.isfinite(), b, 0.0))
    error = _rms(gap) / (size or 1.0)
    return error if math.isfinite(error) else math.inf


def _rms(x: Tensor) -> float:
    return float(x.square().mean().sqrt()) if x.numel() else 0.0


def _double(x: Tensor) -> Tensor:
    return x.detach().double().requires_grad_() if x.is_floating_point() else x


def _gradients(function: Function, inputs: Sequence[Any], generator: torch.Generator) -> list[Tensor]:
    return _with_gradients(function, inputs, generator, torch.float64, outputs=False)


def _with_gradients(
    function: Function, inputs: Sequence[Any], generator: torch.Generator, through: torch.dtype, *, outputs: bool = True
) -> list[Tensor]:
    """Give outputs, then gradients by the floating inputs, for an output gradient rounded through a dtype."""
    leaves = [x.detach().clone().requires_grad_() if x.is_floating_point() else x for x in inputs]
    given = _list(function(*leaves))
    seeds = [torch.randn(x.shape, generator=generator, dtype=torch.float64).to(through).to(x) for x in given]
    wanted = [x for x in leaves if x.requires_grad]
    moving = [(x, seed) for x, seed in zip(given, seeds, strict=True) if x.requires_grad]
    if not moving:  # a constant: its gradients are zero, which is for the caller to judge
        return [*(given if outputs else []), *map(torch.zeros_like, wanted)]
    results, pushes = zip(*moving, strict=True)
    found = torch.autograd.grad(results, wanted, pushes, allow_unused=True, materialize_grads=True)
    return [*(given if outputs else []), *found]
