"""The usual checks of a gate: each gives an error that is 0 for a right implementation, and inf for a hopeless one.

Relative error is RMS(ours - oracle) / RMS(oracle): an absolute tolerance lets zeros pass wherever the right
answer is small (softmax over 4096 values, a normalised norm), a ratio gives them 1.

Sources: the RMS ratio follows flash-linear-attention's tests; gradcheck is torch's own.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

Tensors = Tensor | Sequence[Tensor]
Function = Callable[..., Tensors]


def rms_ratio(ours: Tensors, oracle: Tensors) -> float:
    """Give the largest RMS(ours - oracle) / RMS(oracle) over pairs of tensors, computed in float64.

    Args:
        ours: one tensor or several, any floating dtype and device.
        oracle: the right answer in the same shapes; where it is all zero, RMS(ours) itself is given.

    Returns:
        0 for equality, 1 for zeros in place of the answer, inf for other shapes or for NaN where the oracle has none.
    """
    first, second = _list(ours), _list(oracle)
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
        Multiple; a reference that is exact counts as one rounding error of ours' dtype.
    """
    rounding = max(torch.finfo(x.dtype).eps for x in _list(ours))
    return rms_ratio(ours, oracle) / max(rms_ratio(reference, oracle), rounding)


def gradient_ratio(function: Function, oracle: Function, *inputs: Tensor, generator: torch.Generator) -> float:
    """Give the largest RMS ratio between the gradients of two functions for one random output gradient."""
    ours, theirs = _gradients(function, inputs, generator.clone_state()), _gradients(oracle, inputs, generator)
    return rms_ratio(ours, theirs)


def gradcheck(function: Function, *inputs: Tensor) -> float:
    """Give 0 where torch.autograd.gradcheck agrees with finite differences in float64, otherwise 1."""
    doubles = [_double(x) for x in inputs]
    return 0.0 if torch.autograd.gradcheck(function, doubles, raise_exception=False) else 1.0


def insensitivity(function: Function, inputs: Sequence[Tensor], others: Sequence[Tensor]) -> float:
    """Give 1 for a function that does no work, otherwise 0.

    No work is: a result that is not finite, is all zero, stays the same for other inputs, or copies an input.
    """
    first, second = _list(function(*inputs)), _list(function(*others))
    idle = [
        not all(bool(torch.isfinite(x).all()) for x in first),
        all(bool((x == 0).all()) for x in first),
        rms_ratio(first, second) == 0,
        any(x.shape == i.shape and torch.equal(x, i) for x in first for i in inputs),
    ]
    return float(any(idle))


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


def batch_dependence(function: Callable[[Tensor], Tensor], x: Tensor) -> float:
    """Give the RMS ratio between a batch's result and the results of its members one by one."""
    return rms_ratio(torch.cat([function(row[None]) for row in x.detach().unbind(0)]), function(x.detach()))


def inequivariance(function: Callable[[Tensor], Tensor], x: Tensor, *, order: Tensor, dim: int = 1) -> float:
    """Give the RMS ratio between f(permuted x) and permuted f(x); 0 for a permutation-equivariant function."""
    return rms_ratio(function(x.index_select(dim, order)), function(x).index_select(dim, order))


def layout_dependence(function: Callable[[Tensor], Tensor], x: Tensor) -> float:
    """Give the RMS ratio between the results for a contiguous input and for a strided view of equal values."""
    strided = torch.stack([x.detach(), x.detach()], dim=-1)[..., 0]
    return rms_ratio(function(strided), function(x.detach().contiguous()))


def unrepeatable(function: Callable[[], Tensors]) -> float:
    """Give the RMS ratio between two calls; 0 where they agree to the bit."""
    return rms_ratio(function(), function())


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
    leaves = [x.detach().clone().requires_grad_() if x.is_floating_point() else x for x in inputs]
    outputs = _list(function(*leaves))
    seeds = [torch.randn(x.shape, generator=generator, dtype=torch.float64).to(x) for x in outputs]
    wanted = [x for x in leaves if x.requires_grad]
    return list(torch.autograd.grad(outputs, wanted, seeds, allow_unused=True, materialize_grads=True))
