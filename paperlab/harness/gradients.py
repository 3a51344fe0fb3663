"""What a function gives, and its gradients for a drawn output gradient: in any dtype, of inputs that lie in any way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.func import functional_call

from paperlab.harness.comparing import differentiable, numbered, tensors

Function = Callable[..., Any]


def turned(x: Tensor, dtype: torch.dtype) -> Tensor:
    """Give a tensor in a floating dtype, or the complex one of its parts where there is one; whole numbers stay."""
    if x.is_complex():
        return x.detach().to(torch.complex128 if dtype == torch.float64 else torch.complex64)
    return x.detach().to(dtype) if x.is_floating_point() else x.detach()


def in_dtype(function: Function, dtype: torch.dtype) -> Function:
    """Give a function that is a Module with its weights in a dtype; the Module itself keeps them as they are."""
    if not isinstance(function, nn.Module):
        return function
    held = {name: turned(x, dtype) for name, x in (*function.named_parameters(), *function.named_buffers())}
    return lambda *inputs: functional_call(function, held, inputs)


def named(found: Sequence[Tensor], inputs: Sequence[Tensor], *, gradients: bool = True) -> list[str]:
    """Name what `with_gradients` gave: outputs first, then gradients."""
    by = [f"the gradient by input {i + 1}" for i, x in enumerate(inputs) if gradients and differentiable(x)]
    return [*numbered(len(found) - len(by)), *by]


def answers(
    function: Function,
    inputs: Sequence[Tensor],
    generator: torch.Generator | None,
    lain: Callable[[Tensor], Tensor] = torch.clone,
) -> list[Tensor]:
    """Give outputs, then gradients where a generator draws the output gradient; inputs and that gradient lie as told."""
    if generator is None:
        return tensors(function(*(lain(x.detach().clone()) for x in inputs)))
    return with_gradients(function, inputs, generator, torch.float64, lain=lain)


def with_gradients(
    function: Function,
    inputs: Sequence[Any],
    generator: torch.Generator,
    through: torch.dtype,
    *,
    outputs: bool = True,
    lain: Callable[[Tensor], Tensor] = torch.clone,
) -> list[Tensor]:
    """Give outputs, then gradients by the floating inputs, for an output gradient rounded through a dtype."""
    leaves = [lain(x.detach().clone()).requires_grad_(differentiable(x)) for x in inputs]
    given = tensors(function(*leaves))
    seeds = [lain(_push(x, generator, through)) for x in given]
    wanted = [x for x in leaves if x.requires_grad]
    moving = [(x, seed) for x, seed in zip(given, seeds, strict=True) if x.requires_grad]
    if not moving:  # a constant: its gradients are zero, which is for the caller to judge
        return [*(given if outputs else []), *map(torch.zeros_like, wanted)]
    results, pushes = zip(*moving, strict=True)
    found = torch.autograd.grad(results, wanted, pushes, allow_unused=True, materialize_grads=True)
    return [*(given if outputs else []), *found]


def _push(x: Tensor, generator: torch.Generator, through: torch.dtype) -> Tensor:
    """Draw an output gradient, with an imaginary part where the output has one."""
    wide = torch.complex128 if x.is_complex() else torch.float64
    return turned(torch.randn(x.shape, generator=generator, dtype=wide), through).to(x)


def gapped(x: Tensor) -> Tensor:
    """Give equal values with gaps between them."""
    return torch.stack([x, x], dim=-1)[..., 0]


def turned_round(x: Tensor) -> Tensor:
    """Give equal values whose first axis lies where the last is usually."""
    return _back_to_front(_back_to_front(x).contiguous())


def _back_to_front(x: Tensor) -> Tensor:
    return x.permute(*reversed(range(x.dim())))
