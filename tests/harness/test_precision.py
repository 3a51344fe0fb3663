"""What is timed in another dtype is held in that dtype first, and again afterwards; the tolerance is the baseline's own error."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch

from paperlab.harness import Pair, Probe
from paperlab.harness.planning import Plan, speed_units
from paperlab.harness.precision import SameDraws, compared, defaults
from paperlab.harness.units import Unit
from paperlab.records.measurement import Measurement
from tests.harness.toy import Bencher

CASES = """
import torch
from paperlab.harness import Check, Implementation, Pair
from paperlab.harness.checks import precision
from model import soft


def reference(x):
    return x.softmax(-1)


def low(probe):
    x = torch.randn(7, 30, generator=probe.stream("x"), dtype=torch.float64)
    return precision(CHECKED, reference, x, dtype=probe.dtype, generator=probe.stream("g"))


def timed(function):
    def built(probe):
        x = torch.randn(64, 300, generator=probe.stream("x"))
        return lambda: function(x)
    return built


IMPLEMENTATION = Implementation(
    kind="module",
    checks=(Check(name="low", run=low, limit=10.0, unit="times the reference's own error"),),
    speed=Pair(name="softmax", ours=timed(soft), against=timed(reference), against_name="torch"),
)
"""
RIGHT = """
import torch

def soft(x):
    e = (x - x.amax(-1, keepdim=True)).exp()
    return e / e.sum(-1, keepdim=True)
"""
ROUGH = RIGHT.replace("return e /", "e = e if x.dtype != torch.bfloat16 else (e * 16).round() / 16\n    return e /")
OVERFLOWS = RIGHT.replace("(x - x.amax(-1, keepdim=True)).exp()", "(x + 9).exp()")
TIRED = RIGHT.replace(
    "    return e /",
    "    soft.calls = getattr(soft, 'calls', 0) + 1\n    if soft.calls > 100 and x.dtype == torch.bfloat16:\n"
    "        return torch.zeros_like(x)\n    return e /",
)
"""Gives up in bfloat16 once it has been called often."""


def timing(rows: tuple[Measurement, ...]) -> Measurement:
    (row,) = [r for r in rows if r.kind == "speed"]
    return row


@pytest.mark.slow
@pytest.mark.parametrize("dtype", ["bf16", "fp16"])
def test_who_is_right_in_the_dtype_gets_a_number_and_how_far_off_it_is(
    writes: Callable[..., Bencher], dtype: str
) -> None:
    rows = writes(RIGHT, CASES.replace("CHECKED", "soft")).run(speed=True, dtype=dtype)
    assert {r.status for r in rows} == {"ok"}
    assert 0 < timing(rows).notes["error in baselines"] < 10


@pytest.mark.parametrize(
    ("model", "checked", "told"),
    [
        (ROUGH, "soft", "before anything was measured, in bfloat16, low gave"),
        (TIRED, "soft", "after it was timed, in bfloat16, low gave"),
        (TIRED, "reference", "after it was timed, in bfloat16, what is timed is off by 1 "),
    ],
)
def test_who_is_wrong_in_the_dtype_alone_gets_none(
    writes: Callable[..., Bencher], model: str, checked: str, told: str
) -> None:
    rows = writes(model, CASES.replace("CHECKED", checked)).run(speed=True, dtype="bf16")
    assert {r.status for r in rows if r.kind == "check"} == {"ok"}, "the gate in float32 holds"
    assert (timing(rows).status, timing(rows).value) == ("failed", None)
    assert told in timing(rows).failure
    costs = {r.arm: r.status for r in rows if r.kind == "cost"}
    assert costs == {"ours": "ok", "against": "ok"} if model == TIRED else set(costs.values()) == {"failed"}


def test_who_is_wrong_in_the_dtype_alone_is_timed_in_float32(writes: Callable[..., Bencher]) -> None:
    rows = writes(ROUGH, CASES.replace("CHECKED", "soft")).run(speed=True)
    assert {r.status for r in rows} == {"ok"}
    assert "error in baselines" not in timing(rows).notes


@pytest.mark.slow
def test_what_is_timed_compiled_is_held_compiled(writes: Callable[..., Bencher]) -> None:
    """A function that does less once a compiler looks at it."""
    lazy = RIGHT.replace(
        "    return e /", "    if torch.compiler.is_compiling():\n        return 0 * e\n    return e /"
    )
    row = timing(writes(lazy, CASES.replace("CHECKED", "soft")).run(speed=True, compile=True))
    assert row.status == "failed"
    assert "is off by 1 from its own float64 result" in row.failure or "torch.compile did not work here" in row.failure


def pair(ours: Callable[[torch.Tensor], object], against: Callable[[torch.Tensor], object]) -> Pair:
    def built(function: Callable[[torch.Tensor], object]) -> Callable[[Probe], Callable[[], object]]:
        def with_input(probe: Probe) -> Callable[[], object]:
            x = torch.randn(50, generator=probe.stream("x"))
            return lambda: function(x)

        return with_input

    return Pair(name="p", ours=built(ours), against=built(against))


BF16 = Probe(dtype="bfloat16")


def overflowing(x: torch.Tensor) -> torch.Tensor:
    e = (x + 12).exp()
    return e / e.sum()


def rough(x: torch.Tensor) -> torch.Tensor:
    return x.softmax(-1) * (1 if x.dtype == torch.float64 else 1 + 40 * torch.finfo(x.dtype).eps)


@pytest.mark.parametrize(
    ("function", "dtype", "holds"),
    [
        (lambda x: x.exp() / x.exp().sum(), "bfloat16", True),
        (lambda x: x.exp() / x.exp().sum(), "float16", True),
        (overflowing, "bfloat16", True),
        (overflowing, "float16", False),
        (rough, "bfloat16", False),
        (rough, "float16", False),
        (lambda x: (x.softmax(-1), x.softmax(-1)), "float16", True),
    ],
)
def test_ours_may_be_a_few_times_as_far_off_as_the_baseline(function, dtype: str, holds: bool) -> None:
    found = compared(pair(function, lambda x: x.softmax(-1)), Probe(dtype=dtype))
    assert (found.failure == "") is holds, found
    assert found.error is not None


def test_two_different_functions_are_each_held_against_themselves() -> None:
    assert compared(pair(lambda x: x.exp(), lambda x: x.sin()), BF16).failure == ""


@pytest.mark.parametrize(
    ("against", "why"),
    [
        (lambda _: None, "a call gives no floating tensor"),
        (lambda x: torch.linalg.inv(x) if x.dtype == torch.float64 else x, "no float64 result"),
        (lambda _: torch.rand(50), "the baseline itself is off by"),
    ],
)
def test_where_the_baseline_is_no_measure_it_says_why(against: Callable[[torch.Tensor], object], why: str) -> None:
    found = compared(pair(lambda x: x.exp(), against), BF16)
    assert (found.error, found.failure) == (None, "")
    assert why in found.why_not


def test_a_step_of_an_optimizer_is_known_by_the_parameters_that_it_moves() -> None:
    def stepping(rate: float) -> Callable[[Probe], Callable[[], object]]:
        def built(probe: Probe) -> Callable[[], object]:
            p = torch.randn(50, generator=probe.stream("x")).requires_grad_()
            p.grad = p.detach().clone()
            # A rate that depends on the dtype stands for one that is broken in it.
            return torch.optim.SGD([p], lr=rate if p.dtype == torch.bfloat16 else 0.1).step

        return built

    assert compared(Pair(name="p", ours=stepping(0.1), against=stepping(0.1)), BF16).failure == ""
    assert (
        "times as far as the baseline"
        in compared(Pair(name="p", ours=stepping(0.9), against=stepping(0.1)), BF16).failure
    )


@pytest.mark.parametrize(
    "draw",
    [
        lambda g: torch.randn(100, generator=g),
        lambda g: torch.rand(100, generator=g),
        lambda g: torch.empty(100).normal_(1.0, 2.0, generator=g),
        lambda g: torch.nn.init.kaiming_uniform_(torch.empty(10, 10), generator=g),
    ],
)
def test_one_generator_draws_the_same_numbers_in_every_dtype(draw: Callable[[torch.Generator], torch.Tensor]) -> None:
    seen = {}
    for dtype in ("float64", "bfloat16"):
        with defaults(dtype), SameDraws():
            seen[dtype] = draw(torch.Generator().manual_seed(0))
    assert [str(x.dtype) for x in seen.values()] == ["torch.float64", "torch.bfloat16"]
    assert torch.equal(seen["float64"].bfloat16(), seen["bfloat16"])
    assert replace(BF16).generator is not BF16.generator


@pytest.mark.parametrize(
    ("dtype", "compiled", "gates"),
    [
        ("float32", False, [0, 0, 0]),
        ("float32", True, [1, 0, 0]),
        ("bfloat16", False, [1, 1, 1]),
        ("float16", True, [1, 1, 1]),
    ],
)
def test_a_timing_that_a_gate_of_its_own_holds_knows_which(dtype: str, compiled: bool, gates: list[int]) -> None:
    base = Unit(kind="describe", folder="a", slug="s", source_hash="h", dtype=dtype, compile=compiled)
    units = speed_units(Plan({"speed": {"name": "sum", "against": "torch"}}), base, ())
    assert [unit.gate for unit in units] == gates
    assert [unit.key == replace(unit, gate=0).key for unit in units] == [not gate for gate in gates]


def test_a_timing_knows_the_way_in_which_it_was_taken() -> None:
    base = Unit(kind="describe", folder="a", slug="s", source_hash="h")
    timing, *costs = speed_units(Plan({"speed": {"name": "sum", "against": "torch"}}), base, ())
    assert timing.key != replace(timing, method=timing.method - 1).key
    assert [unit.method for unit in costs] == [0, 0]
