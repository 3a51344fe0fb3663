"""Timing a folder's own code: who works less than its checks showed gets no speed."""

from collections.abc import Callable

import pytest

from tests.harness.toy import MODEL, Bencher


def test_who_gives_up_work_while_it_is_timed_gets_no_speed(writes: Callable[..., Bencher]) -> None:
    lazy = MODEL.replace(
        "    @torch.no_grad()\n",
        "    steps = 0\n\n    @torch.no_grad()\n",
    ).replace(
        "        for group in self.param_groups:\n",
        "        Ours.steps += 1\n        if Ours.steps > 100:\n            return\n        for group in self.param_groups:\n",
    )
    rows = writes(lazy).run(speed=True, cases=("speed",))
    assert {r.status for r in rows if r.kind == "check"} == {"ok"}
    (speed,) = [r for r in rows if r.kind == "speed"]
    assert (speed.status, speed.value) == ("failed", None)
    assert "after it was timed, update gave" in speed.failure


CASES = """
import torch
from paperlab.harness import Check, Implementation, Pair
from paperlab.harness.checks import rms_ratio
from model import total


def equal(probe):
    x = torch.randn(7, 30, generator=probe.stream("x"), dtype=torch.float64)
    return rms_ratio(total(x), x.cumsum(-1))


def timed(function):
    def built(probe):
        x = FIRST(64, 300, generator=probe.stream("x"))
        return lambda: function(x)
    return built


IMPLEMENTATION = Implementation(
    kind="module",
    checks=(Check(name="equal", run=equal, limit=1e-12),),
    speed=Pair(name="sums", ours=timed(total), against=timed(lambda x: x.cumsum(-1))),
)
"""
KEEPS = """
kept = {}

def total(x):
    key = x.shape if KEY else (x.shape, float(x[0, 0]))
    if key not in kept:
        kept[key] = x.cumsum(-1)
    return kept[key]
"""
LARGE = """
def total(x):
    return x.cumsum(-1) if x.numel() < 1000 else x.new_zeros(x.shape)
"""


@pytest.mark.parametrize(
    ("model", "told"),
    [
        (KEEPS.replace("KEY", "True"), "after it was timed, equal gave"),
        (KEEPS.replace("KEY", "x.numel() > 1000"), "after it was timed, sums gives the same for other inputs, and the baseline does not"),
        (LARGE, "after it was timed, sums gives the same for other inputs, and the baseline does not"),
    ],
)  # fmt: skip
def test_who_keeps_answers_or_does_nothing_at_the_timed_size_gets_no_speed(
    writes: Callable[..., Bencher], model: str, told: str
) -> None:
    rows = writes(model, CASES.replace("FIRST", "torch.randn")).run(speed=True, cases=("speed",))
    assert {r.status for r in rows if r.kind == "check"} == {"ok"}
    (speed,) = [r for r in rows if r.kind == "speed"]
    assert (speed.status, speed.value) == ("failed", None)
    assert told in speed.failure


def test_a_pair_whose_inputs_are_always_the_same_may_give_the_same(writes: Callable[..., Bencher]) -> None:
    constant = CASES.replace('FIRST(64, 300, generator=probe.stream("x"))', "torch.ones(64, 300)")
    rows = writes(LARGE.replace("x.new_zeros(x.shape)", "x.cumsum(-1)"), constant).run(speed=True, cases=("speed",))
    assert {r.status for r in rows} == {"ok"}
