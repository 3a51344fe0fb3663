"""How far two results are apart: relative to the right one, computed in float64, whatever tensors they are made of.

Relative error is RMS(ours - oracle) / RMS(oracle): an absolute tolerance lets zeros pass wherever the right
answer is small (softmax over 4096 values, a normalised norm), a ratio gives them 1.

Source: the RMS ratio follows flash-linear-attention's tests.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from paperlab.errors import UsageError


@dataclass(slots=True)
class _Watch:
    seen: list[Tensor]
    room: int = 2**26
    """Bytes that may still be kept."""

    def keep(self, given: Sequence[Tensor]) -> None:
        self.room -= sum(x.nbytes for x in given)
        if self.room >= 0:
            self.seen.extend(x.detach().clone() for x in given)


class At(float):
    """An error that tells which of several results, or gradients, it is the error of."""

    where: str

    def __new__(cls, error: float, where: str) -> At:
        """Keep the place beside the number."""
        found = super().__new__(cls, error)
        found.where = where
        return found


def _worst(errors: Iterable[tuple[int, float]], names: Sequence[str]) -> float:
    """Give the largest of numbered errors, with its name where there are several; 0 for none."""
    place, error = max(errors, key=lambda one: one[1], default=(0, 0.0))
    return At(error, names[place]) if place < len(names) > 1 and error else error


def numbered(count: int) -> list[str]:
    """Name results.

    >>> numbered(2)
    ['result 1 of 2', 'result 2 of 2']
    """
    return [f"result {i + 1} of {count}" if count > 1 else "the result" for i in range(count)]


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


def tensors(result: Any) -> list[Tensor]:
    """Give the tensors of a result, in an order that two results of one make share.

    Args:
        result: a tensor, a number, an array, None, or lists, tuples and dictionaries of them, which count by key.

    Raises:
        UsageError: it holds something else.
    """
    if isinstance(result, Tensor):
        return [result if result.layout == torch.strided else result.to_dense()]
    if result is None:
        return []
    if isinstance(result, Mapping):
        return [x for key in sorted(result, key=str) for x in tensors(result[key])]
    if hasattr(result, "__array__") or isinstance(result, int | float | complex):
        return [torch.as_tensor(np.asarray(result))]
    if isinstance(result, Iterable) and not isinstance(result, str | bytes):
        return [x for part in result for x in tensors(part)]
    raise UsageError(f"expected tensors, numbers, or lists and dictionaries of them; got {type(result).__name__}")


def differentiable(x: Tensor) -> bool:
    """Tell whether a tensor can have a gradient."""
    return x.is_floating_point() or x.is_complex()


def drawn_like(part: Tensor, whole: Tensor, generator: torch.Generator) -> Tensor:
    """Draw other values for a part of a tensor: of a normal law, or of whole numbers out of those that the tensor has."""
    if differentiable(whole):
        return torch.randn(part.shape, generator=generator, dtype=torch.float64).to(part)
    return whole.flatten()[torch.randint(whole.numel(), part.shape, generator=generator).to(whole.device)]


def rms_ratio(ours: Any, oracle: Any, names: Sequence[str] = ()) -> float:
    """Give the largest RMS(ours - oracle) / RMS(oracle) over pairs of tensors, computed in float64.

    Args:
        ours: what `tensors` takes: one tensor or several, any dtype and device.
        oracle: the right answer in the same shapes; where it is all zero, RMS(ours) itself is given.
        names: of the tensors, in order; without them they are numbered.

    Returns:
        The ratio, of several tensors an `At`. 0 for equality, 1 for zeros in place of the answer, inf for other shapes or for NaN where the oracle has none.
    """
    first, second = tensors(ours), tensors(oracle)
    if (watch := _WATCH.get()) is not None:
        watch.keep(first)
    if len(first) != len(second):
        return math.inf
    pairs = enumerate(zip(first, second, strict=True))
    errors = [(i, _ratio(a, b) if a.shape == b.shape else math.inf) for i, (a, b) in pairs]
    return _worst(errors, names or numbered(len(first)))


def error_in_references(ours: Any, reference: Any, oracle: Any, names: Sequence[str] = ()) -> float:
    """Give our error as a multiple of the reference's own error, so that no tolerance is chosen by hand.

    Args:
        ours: result in the working precision.
        reference: a known-good implementation's result in the same precision.
        oracle: the answer in float64.
        names: of the tensors, in order; without them they are numbered.

    Returns:
        The largest multiple over pairs of tensors, of several an `At`; a reference that is exact counts as one rounding error of ours'
        dtype. What the reference itself loses to infinity does not count, nor do whole numbers, which have no precision:
        where two values nearly tie, a rounded one may come first. Inf for another number of tensors.
    """
    mine, theirs, right = tensors(ours), tensors(reference), tensors(oracle)
    if not len(mine) == len(theirs) == len(right):
        return math.inf
    rows = [(i, *row) for i, row in enumerate(zip(mine, theirs, right, strict=True)) if differentiable(row[0])]
    errors = [(i, rms_ratio(a, o), max(rms_ratio(r, o), torch.finfo(a.dtype).eps)) for i, a, r, o in rows]
    return _worst([(i, e / own) for i, e, own in errors if math.isfinite(own)], names or numbered(len(mine)))


def _ratio(ours: Tensor, oracle: Tensor) -> float:
    a, b = _reals(ours, oracle)
    same = (a == b) | (a.isnan() & b.isnan())  # infinities of a mask are equal, though their difference is NaN
    gap = torch.where(same, 0.0, a - b)
    size = _rms(torch.where(b.isfinite(), b, 0.0))
    error = _rms(gap) / (size or 1.0)
    return error if math.isfinite(error) else math.inf


def _reals(*both: Tensor) -> list[Tensor]:
    """Give real numbers in float64; of complex ones both parts."""
    there = [x.detach().cpu() for x in both]
    if any(x.is_complex() for x in there):
        return [torch.view_as_real(x.to(torch.complex128).resolve_conj()) for x in there]
    return [x.double() for x in there]


def _rms(x: Tensor) -> float:
    return float(x.square().mean().sqrt()) if x.numel() else 0.0
