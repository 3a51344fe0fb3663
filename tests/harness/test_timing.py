"""Timing a folder's own code: who works less than its checks showed gets no speed."""

from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Any

import pytest
import torch

from paperlab.harness import Pair, Probe, judge, results, speed
from paperlab.harness.evidence import gated
from paperlab.harness.precision import kept
from paperlab.harness.statistics import t_interval
from paperlab.harness.units import AGAIN
from paperlab.records.card import Card, Claim
from paperlab.records.measurement import Measurement
from tests.harness.rows import BASE, HIGH, LOW, arms, check, row
from tests.harness.toy import MODEL, Bencher


def test_who_gives_up_work_while_it_is_timed_gets_no_speed(writes: Callable[..., Bencher]) -> None:
    lazy = MODEL.replace(
        "    @torch.no_grad()\n",
        "    steps = 0\n\n    @torch.no_grad()\n",
    ).replace(
        "        for group in self.param_groups:\n",
        "        Ours.steps += 1\n        if Ours.steps > 100:\n            return\n        for group in self.param_groups:\n",
    )
    toy = writes(lazy)
    assert "after it was timed, update gave" in closed(toy.run(speed=True, cases=("speed",)))
    assert [r.kind for r in toy.new] == ["check", "check", "speed"]  # no cost either


def closed(rows: tuple[Measurement, ...]) -> str:
    """Give why the gate was closed after the timing, of rows that hold nothing but checks."""
    assert {r.kind for r in rows} == {"check"}
    *held, lost = rows
    assert ({r.status for r in held}, lost.status, lost.case) == ({"ok"}, "failed", AGAIN)
    assert lost.value is None
    return lost.failure


def timing(**change: Any) -> Measurement:
    return row(kind="speed", case="speed", status="failed", value=None, failure=f"{AGAIN}, f gave 1", notes={AGAIN: "x"}, **change)  # fmt: skip


def test_while_a_check_does_not_hold_after_the_timing_nothing_is_judged_or_shown_until_a_later_timing_is_ok() -> None:
    card = Card(slug="s", id=None, title="t", claims=(BASE, Claim(id="e", place="p", kind="equality", case="oracle")))
    rows = [check(), *arms(ours=HIGH, other=LOW), timing()]
    for shown in (rows, gated(rows)):
        verdicts = judge(card, shown, budget="small")
        assert {(v.verdict, v.reason) for v in verdicts} == {("not tested", f"{AGAIN}, f gave 1")}
        told = results(card, shown, verdicts)
        assert [(c["name"], c["status"]) for c in told["checks"]] == [("oracle", "ok"), (AGAIN, "failed")]
        assert not told["summary"] + told["timings"]
    later = row(kind="speed", case="speed", at="2026-01-02T00:00:00Z", samples=(0.0, 0.0, 0.0))
    assert {v.verdict for v in judge(card, [*rows, later], budget="small")} == {"reproduced"}
    assert gated([*rows, later]) == [*rows, later]
    assert {
        v.verdict
        for v in judge(card, [*rows[:-1], timing(source_hash="old", at="2025-01-01T00:00:00Z")], budget="small")
    } == {"reproduced"}


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
BY_VALUE = """
kept = {}

def total(x):
    key = hash(x.numpy().tobytes())
    if key not in kept:
        kept[key] = x.cumsum(-1)
    return kept[key].clone()
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
    assert told in closed(rows)


def test_a_pair_whose_inputs_are_always_the_same_may_give_the_same(writes: Callable[..., Bencher]) -> None:
    constant = CASES.replace('FIRST(64, 300, generator=probe.stream("x"))', "torch.ones(64, 300)")
    rows = writes(LARGE.replace("x.new_zeros(x.shape)", "x.cumsum(-1)"), constant).run(speed=True, cases=("speed",))
    assert {r.status for r in rows} == {"ok"}


def test_who_keeps_answers_by_the_values_of_its_inputs_gets_no_speed(writes: Callable[..., Bencher]) -> None:
    slow = CASES.replace("FIRST", "torch.randn").replace("64, 300", "300, 300")
    model = BY_VALUE.replace("x.cumsum(-1)", "sum(x.cumsum(-1) for _ in range(20)) / 20")
    rows = writes(model, slow).run(speed=True, cases=("speed",))
    (speed,) = [r for r in rows if r.kind == "speed"]
    assert (speed.status, speed.value) == ("failed", None)
    assert "times as long for values that it has not seen: it keeps answers" in speed.failure


BY_OBJECT = """
from torch.utils.weak import WeakIdKeyDictionary
kept = WeakIdKeyDictionary()

def total(x):
    if x not in kept or kept[x][0] != x._version:
        kept[x] = x._version, x.cumsum(-1)
    return kept[x][1].clone()
"""


def test_who_keeps_the_answer_beside_its_inputs_gets_no_speed(writes: Callable[..., Bencher]) -> None:
    rows = writes(BY_OBJECT, CASES.replace("FIRST", "torch.randn")).run(speed=True, cases=("speed",))
    (speed,) = [r for r in rows if r.kind == "speed"]
    assert (speed.status, speed.value) == ("failed", None)
    assert (
        "the second call on the same inputs works out nothing, and the baseline's does: it keeps its answer"
        in speed.failure
    )


def first_call_makes_a_table(probe: Probe) -> Callable[[], object]:
    x, made = torch.randn(300, 300, generator=probe.generator), []

    def call() -> torch.Tensor:
        if not made:
            made.append(torch.randn(300, 300) @ torch.randn(300, 300))
        return x + made[0]

    return call


@pytest.mark.parametrize(
    "build",
    [
        first_call_makes_a_table,
        lambda p: partial(torch.cumsum, torch.randn(64, 300, generator=p.generator), -1),
        lambda p: partial(torch.neg, torch.randn(4, generator=p.generator)),
        lambda p: partial(torch.transpose, torch.randn(4, 4, generator=p.generator), 0, 1),
    ],
)
def test_who_works_each_time_is_no_slower_for_values_that_it_has_not_seen(build) -> None:
    assert kept(Pair(name="work", ours=build, against=build), Probe()) == ""
    for seed in range(5):
        assert speed.remembered(Pair(name="work", ours=build, against=build), Probe(seed=100 * seed)) == ""


@pytest.mark.parametrize("slower", [1.001, 1 / 1.001])
def test_a_machine_that_gets_slower_block_by_block_wrongs_neither_side(
    monkeypatch: pytest.MonkeyPatch, slower: float
) -> None:
    blocks = count()
    monkeypatch.setattr(speed, "_clock", lambda _: lambda _, size: size * 1e-3 * slower ** next(blocks))
    same = Pair(name="A/A", ours=lambda _: lambda: None, against=lambda _: lambda: None)
    timings = [speed.paired(same, Probe(seed=seed), "full") for seed in range(10)]
    for logs in ([t.logs for t in timings], [t.null for t in timings]):
        found = [x for one in logs if (x := t_interval(one)) is not None]
        assert sum(x.low <= 0 <= x.high for x in found) >= 8  # of 10 intervals of 95 per cent


def test_pairs_in_which_the_cpu_was_shared_have_no_part_in_the_ratio(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock under which every third pair is slow on one side, and a kernel that tells so."""
    blocks, looks = count(), count()
    monkeypatch.setattr(speed, "_warm", lambda *_: True)
    monkeypatch.setattr(speed, "_size", lambda *_: 1)
    monkeypatch.setattr(speed, "_clock", lambda _: lambda *_: 9e-3 if next(blocks) % 9 == 1 else 1e-3)
    monkeypatch.setattr(speed, "pressure_total", lambda: 0)
    monkeypatch.setattr(speed, "pressure_between", lambda *_: 50.0 if next(looks) % 3 == 0 else 0.0)
    same = Pair(name="A/A", ours=lambda _: lambda: None, against=lambda _: lambda: None)
    timing = speed.paired(same, Probe(seed=0), "small")
    assert set(timing.logs) == set(timing.null) == {0.0}
    assert (len(timing.logs), timing.notes["contaminated pairs"], timing.notes["pairs"]) == (16, 9, 25)
    assert len(timing.notes["kept apart"]) == 9
    assert any(timing.notes["kept apart"])
    assert timing.notes["A/A ratio"] == 1.0


def test_where_most_pairs_are_contaminated_all_of_them_count() -> None:
    rows = [(1.0, float(i), 0.0, 80.0 if i < 3 else 0.0) for i in range(5)]
    assert speed.sorted_out(rows) == (rows, ())
    assert speed.sorted_out(rows[1:]) == (rows[3:], rows[1:3])


@pytest.mark.parametrize("size", [1, 3])
def test_the_first_call_of_a_block_of_several_is_not_timed(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    seen: list[str] = []

    def clock(call: Callable[[], object], size: int) -> float:
        seen.append("[")
        for _ in range(size):
            call()
        seen.append("]")
        return 1e-3

    monkeypatch.setattr(speed, "_warm", lambda *_: True)
    monkeypatch.setattr(speed, "_size", lambda *_: size)
    monkeypatch.setattr(speed, "_clock", lambda _: clock)
    pair = Pair(name="A/B", ours=lambda _: lambda: seen.append("a"), against=lambda _: lambda: seen.append("b"))
    speed.paired(pair, Probe(seed=0), "smoke")
    blocks = [f"{name * (size > 1)}[{name * size}]" for name in "ab"]
    found = "".join(seen)
    assert found.count("[") == 15
    assert found.replace(blocks[0], "").replace(blocks[1], "") == ""


def test_a_block_of_an_accelerator_stands_between_two_synchronisations(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    monkeypatch.setattr(torch.accelerator, "synchronize", lambda: seen.append("wait"))
    speed._clock("mps")(lambda: seen.append("call"), 2)
    assert seen == ["wait", "call", "call", "wait"]
