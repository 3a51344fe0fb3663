"""Each way to be wrong that a gate must notice, as a small broken function, and by which usual check it is noticed."""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import nn
from torch.nn.functional import embedding, logsigmoid

from paperlab.errors import UsageError
from paperlab.harness import Probe
from paperlab.harness.checks import (
    USUAL,
    batch_dependence,
    error_in_references,
    precision,
    size_dependence,
    tensors,
    usual,
)


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


class Odd(torch.autograd.Function):
    """Is right, but for gradients where `wrong(x, g)` says so."""

    @staticmethod
    def forward(ctx, x, y, wrong):
        ctx.save_for_backward(x, y)
        ctx.wrong = wrong
        return ours(x, y)

    @staticmethod
    def backward(ctx, g):
        (x, y), p = ctx.saved_tensors, ctx.saved_tensors[0].softmax(-1)
        times = 3.0 if ctx.wrong(x, g) else 1.0
        return times * p * (g * y - (p * g * y).sum(-1, keepdim=True)), g * p, None


def odd(wrong: Callable[[torch.Tensor, torch.Tensor], bool]) -> Callable[..., torch.Tensor]:
    return lambda x, y: Odd.apply(x, y, wrong)


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


def viewing(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Asks for one run of memory, which values with even gaps are too."""
    return ours(x.view(-1).view(x.shape), y)


def overflowing(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return x.exp() / x.exp().sum(-1, keepdim=True) * y


def held_up(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Has a floor that inputs of the usual size never meet."""
    return x.softmax(-1).clamp_min(1e-3) * y


KEPT: dict[torch.Size, torch.Tensor] = {}


def into_one_place(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    out = ours(x, y)
    return (
        KEPT.setdefault(x.shape, torch.empty_like(out)).detach().copy_(out) + 0 * out if x.requires_grad else place(out)
    )


def place(out: torch.Tensor) -> torch.Tensor:
    return KEPT.setdefault(out.shape, torch.empty_like(out)).copy_(out)


BROKEN: list[tuple[Callable[..., torch.Tensor], set[str]]] = [
    (lambda x, _: torch.zeros_like(x), {"oracle", "work"}),
    (lambda x, _: torch.ones_like(x), {"oracle", "work"}),
    (lambda _, y: y, {"oracle", "work"}),
    (lambda x, _: x * 1.0, {"oracle", "work"}),
    (lambda x, y: ours(x, y) * 1.001, {"oracle", "gradient", "precision"}),
    (WrongGradient.apply, {"gradient", "gradcheck", "precision"}),
    (odd(lambda x, _: not x.is_contiguous()), {"layout"}),
    (odd(lambda _, g: not g.is_contiguous()), {"layout"}),
    *((odd(lambda x, _, n=n: len(x) == n), {"sizes"}) for n in (1, 4, 5)),
    (mutating, {"inputs kept"}),
    (contiguous_only, {"layout"}),
    (leaking, {"oracle", "batch"}),
    (cut_in_pairs, {"sizes"}),
    (no_empty, {"sizes"}),
    (rough, {"precision"}),
    (viewing, {"layout"}),
    (overflowing, {"scales"}),
    (held_up, {"scales"}),
    (into_one_place, {"inputs kept"}),
]


def noticed(
    function: Callable[..., Any], probe: Probe, beside: Any = oracle, given: Any = draw, **more: Any
) -> set[str]:
    checks = usual(function, beside, given, **more)
    return {check.name for check in checks if not _holds(check.run, probe, check.limit)}


def _holds(run: Callable[[Probe], float], probe: Probe, limit: float) -> bool:
    try:
        return run(probe) <= limit
    except Exception:  # noqa: BLE001 -- a check that raises does not hold
        return False


@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "float16"])
def test_a_right_function_holds_every_usual_check_in_every_dtype(dtype: str) -> None:
    for seed in range(20):
        assert noticed(ours, Probe(seed=seed, dtype=dtype)) == set()
    assert noticed(odd(lambda *_: False), Probe(dtype=dtype)) == set()
    assert [c.name for c in usual(ours, oracle, draw)] == list(USUAL)
    assert [c.name for c in usual(ours, oracle, draw, without=USUAL[1:])] == ["oracle"]


@pytest.mark.parametrize(("function", "by"), BROKEN)
def test_each_way_to_be_wrong_is_noticed_by_its_own_check(function, by: set[str]) -> None:
    assert by <= noticed(function, Probe())


def test_what_breaks_in_low_precision_alone_is_noticed_there() -> None:
    probe = Probe()
    plain = {"without": ("scales",)}  # inputs a thousand times as large are too large in any dtype
    assert {d: noticed(stalled, replace(probe, dtype=d), **plain) for d in ("float32", "float16")} == {
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


def rows(probe: Probe, size: int) -> list[torch.Tensor]:
    return [torch.randn(size, 4, generator=probe.stream("rows"), dtype=torch.float64)]


def spins(probe: Probe, size: int) -> list[torch.Tensor]:
    return [torch.complex(*torch.randn(2, size, 3, generator=probe.stream("spins"), dtype=torch.float64))]


def picks(probe: Probe, size: int) -> list[torch.Tensor]:
    return [torch.randint(5, (size,), generator=probe.stream("picks"))]


class Counting(nn.Module):
    """Keeps a count in a buffer, and its weights in float64 until it is asked for another dtype."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("count", torch.zeros((), dtype=torch.int64))
        self.scale = nn.Parameter(torch.linspace(1, 2, 4, dtype=torch.float64))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.count += 1
        return nn.functional.linear(x, self.scale.diag())


def test_a_module_is_turned_to_the_dtype_and_stays_what_it_was() -> None:
    module, single, generator = Counting(), nn.Linear(4, 4), torch.Generator().manual_seed(0)
    module.generator = generator  # which cannot be copied with it
    x = torch.randn(5, 4)
    assert precision(module, Counting(), x, dtype="bfloat16", generator=generator) <= 1
    assert precision(single, single, x, dtype="float16", generator=generator) <= 1
    assert (module.scale.dtype, single.weight.dtype) == (torch.float64, torch.float32)


def masked(x: torch.Tensor) -> torch.Tensor:
    return x.masked_fill(torch.tensor([False, False, False, True]), -math.inf)


ODD: list[tuple[Any, Any, Any]] = [
    (lambda x: (x.exp(), x.sum(-1)), lambda x: [torch.exp(x), x @ x.new_ones(4)], rows),
    (lambda x: {"b": x.exp(), "a": x.sum(-1)}, lambda x: {"a": x.sum(-1), "b": x.exp()}, rows),
    (lambda x: (x * 2, (x.exp(), None)), lambda x: (2 * x, (x.exp(), None)), rows),
    (lambda x: (x * 2, x.argmax(-1), x > 0), lambda x: (2 * x, x.max(-1)[1], x > 0), rows),
    (lambda x: x.argmax(-1), lambda x: x.max(-1)[1], rows),
    (lambda i: torch.eye(5)[i], lambda i: nn.functional.one_hot(i, 5), picks),
    (lambda z: z * torch.exp(1j * z.abs()), lambda z: torch.polar(z.abs(), z.angle() + z.abs()), spins),
    (lambda x: torch.complex(x.cos(), x.sin()), lambda x: torch.exp(1j * x), rows),
    (lambda x: x.reshape(-1, 2, 2).mT, lambda x: x[:, [0, 2, 1, 3]].view(-1, 2, 2), rows),
    (lambda x: x.flip(-1).chunk(2, -1), lambda x: (x[:, [3, 2]], x[:, [1, 0]]), rows),
    (masked, lambda x: torch.cat([x[:, :3], torch.full_like(x[:, :1], -math.inf)], 1), rows),
    (lambda x: x.flip(-1).to_sparse(), lambda x: x.flip(-1), rows),
    (Counting(), lambda x: x * torch.linspace(1, 2, 4, dtype=torch.float64).to(x), rows),
]


@pytest.mark.parametrize(("function", "reference", "given"), ODD)
def test_a_right_function_of_another_make_holds_every_usual_check(function, reference, given) -> None:
    for seed in range(3):
        assert noticed(function, Probe(seed=seed), reference, given) == set()


@pytest.mark.parametrize(
    "wrong",
    [
        lambda z: z.conj() * torch.exp(1j * z.abs()),
        lambda z: z.real + 0j,
        lambda z: z * torch.exp(1j * z.abs().detach()),
    ],
)
def test_the_imaginary_part_counts_in_results_and_gradients(wrong) -> None:
    right = lambda z: z * torch.exp(1j * z.abs())  # noqa: E731
    assert "gradient" in noticed(wrong, Probe(), right, spins)
    assert error_in_references(torch.tensor(1j), torch.tensor(1.0 + 0j), torch.tensor(1.0 + 0j)) > 1e6


def weigh(x: torch.Tensor, w: torch.Tensor) -> torch.Tensor:
    return x @ w


def weights(probe: Probe) -> list[torch.Tensor]:
    return [torch.randn(4, 2, generator=probe.stream("weights"), dtype=torch.float64)]


def test_what_all_examples_share_is_no_batch_and_has_gradients() -> None:
    reference = lambda x, w: torch.einsum("bi,ij->bj", x, w)  # noqa: E731
    assert noticed(weigh, Probe(), reference, rows, weights=weights) == set()
    assert {"gradient", "gradcheck"} <= noticed(lambda x, w: x @ w.detach(), Probe(), reference, rows, weights=weights)
    table = lambda p: [torch.randn(5, 3, generator=p.stream("table"), dtype=torch.float64)]  # noqa: E731
    assert noticed(lambda i, w: w[i], Probe(), embedding, picks, weights=table) == set()


def test_numbers_of_one_sign_are_not_scaled() -> None:
    """What may be a probability stays one, whatever the method does beyond."""
    shares = lambda p, n: [torch.rand(n, 4, generator=p.stream("shares"), dtype=torch.float64)]  # noqa: E731
    assert noticed(lambda q: q.clamp(max=1.0).sqrt(), Probe(), torch.sqrt, shares) == set()
    assert noticed(lambda q: q.sigmoid().log(), Probe(), logsigmoid, rows) == {"scales"}


def test_a_result_that_cannot_be_compared_says_what_is_expected() -> None:
    with pytest.raises(UsageError, match="got a number; where examples are summed up, leave this check out: without="):
        batch_dependence(lambda x: x.sum(), torch.ones(3))
    with pytest.raises(UsageError, match="expected tensors, numbers, or lists and dictionaries of them; got str"):
        tensors(["one"])
    with pytest.raises(UsageError, match=r"expected `without` out of oracle, .*; got 'batches'"):
        usual(ours, oracle, draw, without=["batches"])
    lone = usual(ours, oracle, lambda p, n: rows(p, n)[0], name="rows")[0]
    assert lone.name == "rows oracle"
    with pytest.raises(UsageError, match=r"expected a list of inputs to be drawn, got a tensor; .* give \[x\]"):
        lone.run(Probe())
    assert [float(x) for x in tensors({"b": 2, "a": (1.0, None)})] == [1.0, 2.0]


def two(wrong: int = 0) -> Callable[..., Any]:
    """Give two results, and gradients by two inputs of which one may be wrong."""
    return lambda x, y: (
        x + (0.1 * x.detach() if wrong == 1 else 0) + (0.1 * y - 0.1 * y.detach() if wrong == 4 else 0),
        y + (0.1 * y.detach() if wrong == 2 else 0) + (0.1 * x - 0.1 * x.detach() if wrong == 3 else 0),
    )


@pytest.mark.parametrize("wrong", [1, 2, 3, 4])
def test_of_several_results_and_gradients_the_wrong_one_is_told(wrong: int) -> None:
    told = ["result 1 of 2", "result 2 of 2", "the gradient by input 1", "the gradient by input 2"][wrong - 1]
    checks = {c.name: c.run(Probe()) for c in usual(two(wrong), two(), draw)}
    for name in ("oracle" if wrong < 3 else "gradient", "precision", "sizes"):
        assert getattr(checks[name], "where", "") == told
    assert type(usual(ours, oracle, draw)[0].run(Probe())) is float


def test_what_the_reference_itself_loses_is_no_measure() -> None:
    lost, right = torch.tensor([math.inf]), torch.tensor([1.0])
    assert error_in_references(lost, lost, right) == 0
    assert error_in_references(lost, right, right) == math.inf
