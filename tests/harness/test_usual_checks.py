"""Each way to be wrong that a gate must notice, as a small broken function, and by which usual check it is noticed."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch

from paperlab.harness import Probe
from paperlab.harness.checks import USUAL, size_dependence, usual


def oracle(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Weigh the rows of y (batch, 4) by a softmax of x (batch, 4)."""
    return x.softmax(-1) * y


def draw(probe: Probe, size: int) -> tuple[torch.Tensor, torch.Tensor]:
    x, y = torch.randn(2, size, 4, generator=probe.stream("inputs"), dtype=torch.float64)
    return x, y


def ours(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    e = (x - x.amax(-1, keepdim=True)).exp()
    return e / e.sum(-1, keepdim=True) * y


class WrongGradient(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, y):
        ctx.save_for_backward(x.softmax(-1), y)
        return x.softmax(-1) * y

    @staticmethod
    def backward(ctx, g):
        p, y = ctx.saved_tensors
        return g * y * p, g * p  # forgets that the weights sum to one


def mutating(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    out = ours(x, y)
    with torch.no_grad():
        x.zero_()
    return out


def contiguous_only(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return ours(torch.as_strided(x, x.shape, (x.shape[-1], 1)), y)


def leaking(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return ours(x, y) + (0.01 * y.mean(0) if len(y) == 5 else 0.0) * (x.sum() != 0)


def cut_in_pairs(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Forgets the last row of an odd batch, but for the sizes that the others try."""
    out = ours(x, y)
    return torch.cat([out[:-1], 0 * out[-1:]]) if len(x) == 17 and x.dtype == torch.float64 else out


def no_empty(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return ours(x, y) / (x.numel() // x.numel())


def stalled(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Is right in float64 and float32 alike to a few digits, and overflows in float16 alone."""
    e = (x.abs().amax(-1, keepdim=True) * 0 + 12 + x).exp()
    return e / e.sum(-1, keepdim=True) * y


def rough(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Counts in steps of the dtype's rounding, times a hundred."""
    return ours(x, y) * (1 + 100 * torch.finfo(x.dtype).eps)


BROKEN: list[tuple[Callable[..., torch.Tensor], set[str]]] = [
    (lambda x, _: torch.zeros_like(x), {"oracle", "work"}),
    (lambda x, _: torch.ones_like(x), {"oracle", "work"}),
    (lambda _, y: y, {"oracle", "work"}),
    (lambda x, _: x * 1.0, {"oracle", "work"}),
    (lambda x, y: ours(x, y) * 1.001, {"oracle", "gradient", "precision"}),
    (WrongGradient.apply, {"gradient", "gradcheck", "precision"}),
    (mutating, {"inputs kept"}),
    (contiguous_only, {"layout"}),
    (leaking, {"oracle", "batch"}),
    (cut_in_pairs, {"sizes"}),
    (no_empty, {"sizes"}),
    (rough, {"precision"}),
]


def noticed(function: Callable[..., torch.Tensor], probe: Probe) -> set[str]:
    return {check.name for check in usual(function, oracle, draw) if not _holds(check.run, probe, check.limit)}


def _holds(run: Callable[[Probe], float], probe: Probe, limit: float) -> bool:
    try:
        return run(probe) <= limit
    except Exception:  # noqa: BLE001 -- a check that raises does not hold
        return False


@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "float16"])
def test_a_right_function_holds_every_usual_check_in_every_dtype(dtype: str) -> None:
    for seed in range(20):
        assert noticed(ours, Probe(seed=seed, dtype=dtype)) == set()
    assert [c.name for c in usual(ours, oracle, draw)] == list(USUAL)
    assert [c.name for c in usual(ours, oracle, draw, without=USUAL[1:])] == ["oracle"]


@pytest.mark.parametrize(("function", "by"), BROKEN)
def test_each_way_to_be_wrong_is_noticed_by_its_own_check(function, by: set[str]) -> None:
    assert by <= noticed(function, Probe())


def test_what_breaks_in_low_precision_alone_is_noticed_there() -> None:
    probe = Probe()
    assert {d: noticed(stalled, replace(probe, dtype=d)) for d in ("float32", "float16")} == {
        "float32": set(),
        "float16": {"precision"},
    }


def refuses(x: torch.Tensor) -> torch.Tensor:
    if not len(x):
        raise ValueError("expected one row or more, got none")
    return x.mean(0)


def torch_refuses(x: torch.Tensor) -> torch.Tensor:
    return x.amax(0)


@pytest.mark.parametrize(
    ("function", "reference", "right"),
    [
        (lambda x: x.cumsum(0), lambda x: x.cumsum(0), True),
        (lambda x: x.mean(0), lambda x: x.sum(0) / len(x), True),  # not a number, and so is the other
        (lambda x: x.cumsum(0)[: len(x) or None], lambda x: x.cumsum(0), True),
        (lambda x: x.new_zeros(0) if not len(x) else x.cumsum(0), lambda x: x.cumsum(0), False),  # lost an axis
        (refuses, torch_refuses, False),  # one refuses more than the size: the values differ
        (lambda x: refuses(x) * 0 + x.amax(0), torch_refuses, True),
        (torch_refuses, torch_refuses, False),  # torch's words are about a dimension, no ValueError
        (refuses, lambda x: x.sum(0) / max(1, len(x)), False),  # the reference takes nothing
        (lambda x: x.amax(0) if len(x) else x.new_zeros(2), torch_refuses, False),  # invents an answer
    ],
)
def test_nothing_in_gives_nothing_out_or_is_refused_as_the_oracle_refuses_it(function, reference, right: bool) -> None:
    error = size_dependence(function, reference, lambda n: [torch.arange(2.0 * n, dtype=torch.float64).view(n, 2)])
    assert (error <= 1e-10) is right
