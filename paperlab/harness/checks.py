"""The usual checks of a gate: each gives an error that is 0 for a right implementation, and inf for a hopeless one.

`usual` gives them all at once for a function that has an oracle; each can be called by itself in a check of one's own.

Errors are ratios, as `comparing` tells. Whatever a function gives is taken apart into its tensors: tuples, dictionaries,
numbers. gradcheck is torch's own.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import torch
from torch import Tensor

from paperlab.errors import UsageError
from paperlab.harness.api import Check, Probe
from paperlab.harness.comparing import At, differentiable, drawn_like, tensors
from paperlab.harness.comparing import error_in_references as error_in_references
from paperlab.harness.comparing import rms_ratio as rms_ratio
from paperlab.harness.gradients import Function, answers, gapped, in_dtype, named, turned, turned_round, with_gradients

Tensors = Tensor | Sequence[Tensor]


def precision(
    function: Function, reference: Function, *inputs: Tensor, dtype: str, generator: torch.Generator
) -> float:
    """Give the error of outputs and gradients in a dtype, as a multiple of the reference's own error in it.

    The oracle is the reference in float64 on the same rounded inputs, so that the tolerance follows from the dtype.

    Args:
        function: ours; a Module is asked with its weights in the dtype.
        reference: gives the same, in any floating dtype.
        inputs: floating ones are rounded to the dtype, whatever theirs is.
        dtype: torch's name of it, as a Probe tells it.
        generator: draws the output gradient.
    """
    low = getattr(torch, dtype)
    rounded = [turned(x, low) for x in inputs]
    doubled = [turned(x, torch.float64) for x in rounded]
    asked = (
        (in_dtype(function, low), rounded),
        (in_dtype(reference, low), rounded),
        (in_dtype(reference, torch.float64), doubled),
    )
    ours, theirs, right = (with_gradients(f, xs, generator.clone_state(), low) for f, xs in asked)
    return error_in_references(ours, theirs, right, named(ours, inputs))


def gradient_ratio(function: Function, oracle: Function, *inputs: Tensor, generator: torch.Generator) -> float:
    """Give the largest RMS ratio between the gradients of two functions for one random output gradient."""
    ours, theirs = (
        with_gradients(f, inputs, generator.clone_state(), torch.float64, outputs=False) for f in (function, oracle)
    )
    return rms_ratio(ours, theirs, named(ours, inputs))


def gradcheck(function: Function, *inputs: Tensor) -> float:
    """Give 0 where torch.autograd.gradcheck agrees with finite differences in float64, or nothing has a gradient; else 1."""
    doubles = [turned(x, torch.float64).requires_grad_(differentiable(x)) for x in inputs]

    def smooth(*given: Tensor) -> tuple[Tensor, ...]:
        # Infinities of a mask do not move, but their differences are NaN.
        return tuple(y.masked_fill(y.isinf(), 0.0) for y in tensors(function(*given)) if differentiable(y))

    if not any(x.requires_grad for x in doubles) or not smooth(*doubles):
        return 0.0
    return 0.0 if torch.autograd.gradcheck(smooth, doubles, raise_exception=False) else 1.0


def insensitivity(function: Function, inputs: Sequence[Tensor], others: Sequence[Tensor]) -> float:
    """Give 1 for a function one of whose results takes no work, otherwise 0.

    No work is: a result that is not a number somewhere or nowhere finite, is all zero, stays the same for other inputs,
    or copies an input, be it rounded, reshaped or transposed; or no result at all.
    """
    kept = [x.detach().clone() for x in inputs]  # who changes an input in place and gives it back copies nothing
    first = [x.detach().clone() for x in tensors(function(*inputs))]
    second = tensors(function(*others))
    return float(not first or any(_idle(a, b, kept) for a, b in zip(first, second, strict=True)))


def _idle(result: Tensor, other: Tensor, inputs: Sequence[Tensor]) -> bool:
    copies = (y for x in inputs for y in (x, x.mT if x.dim() > 1 else x, x.permute(*reversed(range(x.dim())))))
    still = any(_same(result, y) for y in copies) or bool((result == 0).all()) or rms_ratio(result, other) == 0
    lost = bool(result.isnan().any()) or not bool(result.isfinite().any())
    return still or lost


def _same(result: Tensor, x: Tensor) -> bool:
    """Tell whether a result has an input's values in its order, rounded to its dtype where it is a narrower one."""
    unlike = x.is_complex() != result.is_complex() or (differentiable(x) and not differentiable(result))
    if unlike or result.numel() != x.numel():
        return False
    return rms_ratio(result.flatten(), (x.to(result.dtype) if differentiable(x) else x).flatten()) == 0


def mutation(function: Function, *inputs: Tensor) -> float:
    """Give the RMS ratio by which the function changes its inputs in place; 0 is right."""
    before = [x.detach().clone() for x in inputs]
    function(*inputs)
    return rms_ratio([x.detach() for x in inputs], before, [f"input {i + 1}" for i, _ in enumerate(inputs)])


def overwriting(function: Function, inputs: Sequence[Tensor], others: Sequence[Tensor]) -> float:
    """Give the RMS ratio by which a second call changes what the first one gave; 0 is right."""
    first = [x.detach() for x in tensors(function(*(x.detach().clone() for x in inputs)))]
    kept = [x.clone() for x in first]
    function(*(x.detach().clone() for x in others))
    return rms_ratio(first, kept)


def acausality(function: Callable[[Tensor], Tensor], x: Tensor, *, generator: torch.Generator, dim: int = 1) -> float:
    """Give how far an output at time t moves when inputs after t change, relative to the output's RMS.

    Args:
        function: sequence in, sequence out, time at `dim` of both.
        x: input; each cut between two times is tried.
        generator: draws the new future: of a normal law, or of whole numbers out of those that x has.
        dim: the time axis.
    """
    whole, worst = function(x).detach(), 0.0
    for cut in range(1, x.shape[dim]):
        other = x.detach().clone()
        future = other.narrow(dim, cut, x.shape[dim] - cut)
        future.copy_(drawn_like(future, x, generator))
        worst = max(worst, rms_ratio(function(other).detach().narrow(dim, 0, cut), whole.narrow(dim, 0, cut)))
    return worst


def batch_dependence(function: Function, *inputs: Tensor) -> float:
    """Give the RMS ratio between a batch's result and the results of its members one by one; the batch comes first.

    Raises:
        UsageError: a result has no first axis, such as a loss, so that there is nothing to compare.
    """
    whole = tensors(function(*(x.detach() for x in inputs)))
    if any(x.dim() == 0 for x in whole):
        raise UsageError(
            "expected results whose first axis is the batch, got a number; where examples are summed up, leave this check "
            "out: without=('batch',)"
        )
    alone = [tensors(function(*(x[i : i + 1] for x in inputs))) for i in range(len(inputs[0]))]
    return rms_ratio([torch.cat(parts) for parts in zip(*alone, strict=True)], whole)


def inequivariance(function: Callable[[Tensor], Tensor], x: Tensor, *, order: Tensor, dim: int = 1) -> float:
    """Give the RMS ratio between f(permuted x) and permuted f(x); 0 for a permutation-equivariant function."""
    return rms_ratio(function(x.index_select(dim, order)), function(x).index_select(dim, order))


def layout_dependence(function: Function, *inputs: Tensor, generator: torch.Generator | None = None) -> float:
    """Give the RMS ratio between the results for contiguous inputs and for views of equal values that lie otherwise.

    One has gaps between its values; of the other the first axis lies where the last is usually.

    Args:
        function: ours.
        inputs: of any layout.
        generator: draws the output gradient, which lies as the inputs do; without it no gradients are compared.
    """
    right, *others = (
        answers(function, inputs, generator and generator.clone_state(), lain)
        for lain in (torch.Tensor.contiguous, gapped, turned_round)
    )
    names = named(right, inputs, gradients=generator is not None)
    return max(rms_ratio(found, right, names) for found in others)


SCALES = (0.01, 10.0)
"""Times its size an input is tried at, where ours must still be equal ..."""
HUGE = 1000.0
"""... and where it must be finite: in float64 exp ends at 709."""


def scale_dependence(function: Function, oracle: Function, *inputs: Tensor, generator: torch.Generator) -> float:
    """Give the largest RMS ratio for inputs that are smaller and larger than those at hand: thresholds, overflow.

    Args:
        function: ours.
        oracle: what it is held against; where it is not finite itself, nothing is asked.
        inputs: those of both signs are scaled; what has one sign may be a probability, a flag or a count.
        generator: draws the output gradient.

    Returns:
        The ratio at `SCALES` times the size; inf where at `HUGE` times the size an output or a gradient of ours is not
        finite and the oracle's is.
    """
    sizes = [_sized(inputs, times) for times in SCALES]
    worst = max(_against(function, oracle, scaled) for scaled in sizes)
    asked = ((f, _sized(inputs, HUGE), generator.clone_state(), torch.float64) for f in (function, oracle))
    ours, right = (with_gradients(*one) for one in asked)
    names = named(right, inputs)
    lost = (names[i] for i, x in enumerate(ours) if bool((right[i].isfinite() & ~x.isfinite()).any()))
    return next((At(math.inf, name) for name in lost), worst)


def _sized(inputs: Sequence[Tensor], times: float) -> list[Tensor]:
    return [x.detach() * times if _signed(x) else x.detach() for x in inputs]


def _signed(x: Tensor) -> bool:
    return x.is_complex() or (x.is_floating_point() and bool((x < 0).any() and (x > 0).any()))


SIZES = (0, 1, 3, 17)
"""None, one, and two that no block of a power of two divides."""
TRIED = (*SIZES[:3], 4, 5, *SIZES[3:])
"""Those of the usual check: with two more, at which others of them ask outputs alone."""


def size_dependence(
    function: Function,
    oracle: Function,
    draw: Callable[[int], Sequence[Tensor]],
    sizes: Sequence[int] = SIZES,
    generator: torch.Generator | None = None,
) -> float:
    """Give the largest RMS ratio over inputs of odd sizes, the empty ones among them.

    Args:
        function: ours; of nothing it gives nothing, in the oracle's shape.
        oracle: what it is held against. A size that it refuses ours must refuse too, by a ValueError with words.
        draw: size of a batch, a sequence, a set -> the inputs.
        sizes: which are tried.
        generator: draws the output gradient; without it no gradients are compared, nor where the oracle's are not
            numbers.

    Returns:
        The ratio; inf where ours gives another shape, refuses what the oracle does not, or the other way round.
    """
    return max(_at_size(function, oracle, draw(size), generator) for size in sizes)


def _at_size(
    function: Function, oracle: Function, inputs: Sequence[Tensor], generator: torch.Generator | None
) -> float:
    wanted, refused = _tried(oracle, inputs, generator)
    if generator and (refused or any(bool(x.isnan().any()) for x in wanted)):
        return _at_size(function, oracle, inputs, None)
    ours, error = _tried(function, inputs, generator)
    if refused is None and error is None:
        return rms_ratio(ours, wanted, named(wanted, inputs, gradients=generator is not None))
    both = refused is not None and isinstance(error, ValueError) and bool(str(error))
    return 0.0 if both else math.inf


def _tried(
    function: Function, inputs: Sequence[Tensor], generator: torch.Generator | None
) -> tuple[list[Tensor], Exception | None]:
    try:
        return answers(function, inputs, generator and generator.clone_state()), None
    except Exception as error:  # noqa: BLE001 -- how it refuses is what is asked
        return [], error


def unrepeatable(function: Callable[[], Tensors]) -> float:
    """Give the RMS ratio between two calls; 0 where they agree to the bit."""
    return rms_ratio(function(), function())


USUAL = ("oracle", "gradient", "gradcheck", "precision", "work", "inputs kept", "layout", "batch", "sizes", "scales")
"""Names of the usual checks."""
TIMES = 10.0
"""Limit of the error in a dtype, in the reference's own errors: other orders of equal sums differ by two to three."""


def usual(
    function: Function,
    oracle: Function,
    draw: Callable[[Probe, int], Sequence[Tensor]],
    *,
    weights: Callable[[Probe], Sequence[Tensor]] = lambda _: (),
    name: str = "",
    equation: str = "",
    without: Sequence[str] = (),
) -> tuple[Check, ...]:
    """Give the usual checks of a function that has an oracle, for the `checks` of an Implementation.

    Args:
        function: ours; tensors in, tensors, numbers, or lists and dictionaries of them out.
        oracle: gives the same, and gradients, in any floating dtype.
        draw: probe, size of the first axis -> a list of the inputs, float64, all with that axis first. What a function
            does by default alone is not enough: let both be called with settings that nobody would choose.
        weights: probe -> a list of further inputs that all examples share, float64: what is learnt, a gain, a graph.
        name: comes before the names of the checks, where an implementation has several functions.
        equation: where in the paper to look.
        without: names out of `USUAL` that do not apply, such as `batch` where examples may see each other, `work` where
            the method begins as the identity or with zeros, or `gradcheck` where a gradient is meant to be another.

    Raises:
        UsageError: `without` holds another name.
    """
    # What cannot be asked for a gradient is not at other layouts and sizes either.
    pushed = (lambda _: None) if "gradient" in without else lambda p: p.stream("output")
    runs = _runs(function, oracle, lambda p, n: [*_several(draw(p, n)), *_several(weights(p))], draw, weights, pushed)
    return checks_of(runs, name, equation, without)


def _several(inputs: Sequence[Tensor] | Tensor) -> Sequence[Tensor]:
    """Refuse a lone tensor, whose rows would be taken for inputs."""
    if isinstance(inputs, Tensor):
        raise UsageError("expected a list of inputs to be drawn, got a tensor; where it is the only one, give [x]")
    return inputs


Runs = dict[str, tuple[Callable[[Probe], float], float, str]]
"""Name of a check -> what runs it, its limit, its unit."""
RATIO = "RMS error ratio"
IDLE = "results without work (constant, zeros, copy of an input, not a number)"
SCALED = f"{RATIO} for inputs times {SCALES}, inf where they overflow times {HUGE:g}"


def checks_of(runs: Runs, before: str, equation: str, without: Sequence[str]) -> tuple[Check, ...]:
    """Make checks of what runs them.

    Args:
        runs: name -> what runs it, limit, unit.
        before: comes before each name.
        equation: where in the paper to look.
        without: names that are left out.

    Raises:
        UsageError: `without` holds a name that is none of them.
    """
    if strange := set(without) - set(runs):
        raise UsageError(f"expected `without` out of {', '.join(runs)}; got {min(strange)!r}")
    kinds = {"gradient": "gradient", "gradcheck": "gradient"}
    return tuple(
        Check(name=f"{before} {name}".strip(), kind=kinds.get(name, "equality"), run=run, limit=limit, equation=equation, unit=unit)
        for name, (run, limit, unit) in runs.items()
        if name not in without
    )  # fmt: skip


Draw = Callable[[Probe, int], Sequence[Tensor]]


def _runs(
    function: Function,
    oracle: Function,
    given: Draw,
    draw: Draw,
    weights: Callable[[Probe], Sequence[Tensor]],
    pushed: Callable[[Probe], torch.Generator | None],
) -> Runs:
    return {
        "oracle": (lambda p: _against(function, oracle, given(p, 5)), 1e-10, RATIO),
        "gradient": (_seeded(gradient_ratio, function, oracle, given, 3), 1e-10, RATIO),
        "gradcheck": (lambda p: gradcheck(function, *given(p, 2)), 0.0, "disagreement"),
        "precision": (
            lambda p: _seeded(partial(precision, dtype=p.dtype), function, oracle, given, 17)(p),
            TIMES,
            "times the reference's own error",
        ),
        "work": (lambda p: insensitivity(function, given(p, 3), given(other(p), 3)), 0.0, IDLE),
        "inputs kept": (
            lambda p: max(mutation(function, *given(p, 3)), overwriting(function, given(p, 3), given(other(p), 3))),
            0.0,
            "RMS change of an input, or of an earlier result",
        ),
        "layout": (
            lambda p: layout_dependence(function, *given(p, 4), generator=pushed(p)),
            1e-10,
            f"{RATIO} for other strides",
        ),
        "batch": (
            lambda p: batch_dependence(lambda *x: function(*x, *weights(p)), *draw(p, 5)),
            1e-10,
            RATIO,
        ),
        "sizes": (
            lambda p: size_dependence(function, oracle, partial(given, p), TRIED, pushed(p)),
            1e-10,
            f"{RATIO} at sizes {TRIED}",
        ),
        "scales": (_seeded(scale_dependence, function, oracle, given, 17), 1e-6, SCALED),
    }


def other(probe: Probe) -> Probe:
    """Give a probe of the same kind that draws other numbers."""
    return replace(probe, seed=probe.seed + 1_000_003)


def _seeded(
    check: Callable[..., float], function: Function, oracle: Function, given: Draw, size: int
) -> Callable[[Probe], float]:
    return lambda p: check(function, oracle, *given(p, size), generator=p.stream("output"))


def _against(function: Function, oracle: Function, inputs: Sequence[Tensor]) -> float:
    right = oracle(*(x.detach().clone() for x in inputs))  # before ours may touch them
    return rms_ratio(function(*inputs), right)
