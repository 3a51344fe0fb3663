"""What a slot promises is asked of each arm before anything is trained: who looks ahead or counts nodes is refused."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from paperlab.harness.api import PROMISES, Case, Enter, Probe
from paperlab.harness.cases import info as case_infos
from paperlab.harness.cases import load
from paperlab.harness.cases.mixers import positions
from paperlab.harness.planning import Plan, gate_units
from paperlab.harness.promises import promised
from paperlab.harness.units import Unit
from tests.harness.toy import Bencher

Forward = Callable[..., Tensor]


class Arm(nn.Module):
    """A module whose forward is a function of itself and the inputs."""

    def __init__(self, forward: Forward, **parts: nn.Module) -> None:
        super().__init__()
        for name, part in parts.items():
            setattr(self, name, part)
        self._does = forward

    def forward(self, *given: Tensor) -> Tensor:
        return self._does(self, *given)


def attention(width: int, *, masked: bool) -> nn.Module:
    def forward(it: Any, x: Tensor) -> Tensor:
        x = it.drop(x + positions(x.shape[1], x.shape[2]))
        n = x.shape[1]
        mask = torch.full((n, n), -torch.inf).triu(1) if masked else None
        return it.heads(x, x, x, attn_mask=mask, need_weights=False)[0]

    return Arm(forward, heads=nn.MultiheadAttention(width, 4, dropout=0.1, batch_first=True), drop=nn.Dropout(0.1))


def convolution(width: int, *, left: int) -> nn.Module:
    return Arm(lambda it, x: it.near(nn.functional.pad(x.mT, (left, 4 - left))).mT, near=nn.Conv1d(width, width, 5))


def recurrent(width: int, *, both: bool) -> nn.Module:
    cell = nn.GRU(width, width // 2 if both else width, batch_first=True, bidirectional=both)
    return Arm(lambda it, x: it.cell(x)[0], cell=cell)


def long_convolution(width: int) -> nn.Module:
    """A kernel as long as the sequence, by FFT: causal but for rounding."""

    def forward(it: Any, x: Tensor) -> Tensor:
        n = x.shape[1]
        kernel = it.kernel.weight[:n] / n
        return torch.fft.irfft(torch.fft.rfft(x, 2 * n, 1) * torch.fft.rfft(kernel, 2 * n, 0), 2 * n, 1)[:, :n]

    return Arm(forward, kernel=nn.Embedding(99, width))


def begins_at_zero(width: int) -> nn.Module:
    out = nn.Linear(width, width)
    nn.init.zeros_(out.weight)
    return Arm(lambda it, x: it.out(x.mean(1, keepdim=True).expand_as(x)), out=out)


def noisy(width: int) -> nn.Module:
    """Dropout that nothing turns off."""
    return Arm(lambda it, x: nn.functional.dropout(it.out(x), 0.5), out=nn.Linear(width, width))


def told(case: str | Case, make: Callable[..., Any]) -> list[str]:
    """Names of the promises that an arm breaks."""
    found = load(case) if isinstance(case, str) else case
    checks = promised([(Enter(case=found.name, arms={"ours": make}), found)])
    assert checks
    return [check.name for check in checks if not check.run(Probe()) <= check.limit]


AHEAD: dict[str, Callable[[int], nn.Module]] = {
    "no mask": lambda width: attention(width, masked=False),
    "convolution of both sides": lambda width: convolution(width, left=2),
    "both directions": lambda width: recurrent(width, both=True),
    "mean over time": lambda _: Arm(lambda _, x: x + x.mean(1, keepdim=True)),
    "norm over time": lambda _: Arm(lambda _, x: x / x.norm(dim=1, keepdim=True)),
    "begins at zero": begins_at_zero,
}  # fmt: skip
BEHIND: dict[str, Callable[[int], nn.Module]] = {
    "mask, places and dropout": lambda width: attention(width, masked=True),
    "convolution of the past": lambda width: convolution(width, left=4),
    "one direction": lambda width: recurrent(width, both=False),
    "long convolution": long_convolution,
    "noise": noisy,
    "batch norm": lambda width: Arm(lambda it, x: it.norm(x.mT).mT, norm=nn.BatchNorm1d(width)),
    "in place": lambda _: Arm(lambda _, x: x.mul_(2)),
}


@pytest.mark.parametrize("case", ["induction", "char-lm"])
@pytest.mark.parametrize("name", AHEAD)
def test_a_mixer_that_looks_ahead_is_told(case: str, name: str) -> None:
    assert told(case, AHEAD[name]) == [f"{case}: ours causal"]


def test_an_arm_is_asked_at_the_largest_sizes_and_not_at_those_of_smoke() -> None:
    def chunks(_: int) -> nn.Module:
        return Arm(lambda _, x: torch.cat([x[:, :33], x[:, 33:].roll(-1, 1)], 1))

    assert load("char-lm").budgets["smoke"]["window"] < 34
    assert told("char-lm", chunks) == ["char-lm: ours causal"]


@pytest.mark.parametrize("case", ["induction", "adding"])
@pytest.mark.parametrize("name", BEHIND)
def test_a_mixer_that_sees_the_past_alone_passes(case: str, name: str) -> None:
    assert told(case, BEHIND[name]) == []


@pytest.mark.parametrize("case", [info.name for info in case_infos() if info.slot in PROMISES])
def test_the_arms_that_cases_bring_keep_their_promises(case: str) -> None:
    found = load(case)
    checks = promised([(Enter(case=case, arms=found.arms), found)])
    assert len(checks) == len(found.arms)
    assert [check.name for check in checks if not check.run(Probe()) <= check.limit] == []


def test_a_decoder_may_not_see_what_it_is_to_say() -> None:
    class Peeks(nn.Module):
        def __init__(self, vocabulary: int, length: int) -> None:
            super().__init__()
            self.embed, self.read = nn.Embedding(vocabulary, 8), nn.Linear(8, vocabulary)

        def forward(self, source: Tensor, target: Tensor) -> Tensor:
            logits: Tensor = self.read(self.embed(target.roll(-1, 1)))
            return logits

    assert told("reverse", Peeks) == ["reverse: ours causal"]


@pytest.mark.parametrize("case", ["sbm", "wl-pairs"])
def test_a_graph_layer_knows_no_names_of_nodes(case: str) -> None:
    def layer(inputs: int, outputs: int, *, numbered: float) -> nn.Module:
        def forward(it: Any, x: Tensor, edges: Tensor) -> Tensor:
            return it.read(x + edges @ x + numbered * torch.arange(x.shape[1])[:, None])

        return Arm(forward, read=nn.Linear(inputs, outputs))

    assert told(case, lambda i, o: layer(i, o, numbered=1.0)) == [f"{case}: ours equivariant"]
    assert told(case, lambda i, o: layer(i, o, numbered=0.0)) == []


def test_what_fails_before_it_is_asked_is_left_to_its_own_run() -> None:
    def broken(width: int) -> nn.Module:
        raise ValueError(width)

    assert told("induction", broken) == []


CASES = """
import torch
from torch import nn
from paperlab.harness import Check, Enter, Implementation

class Open(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.project = nn.Linear(width, 3 * width)

    def forward(self, x):
        return nn.functional.scaled_dot_product_attention(*self.project(x).chunk(3, -1), is_causal=False)

IMPLEMENTATION = Implementation(
    kind="module", enters=(Enter(case="induction", arms={"ours": Open}),),
    checks=(Check(name="one", run=lambda probe: 0.0, limit=0.0),),
)
"""


def test_who_looks_ahead_gets_no_number_and_is_told_why(writes: Callable[..., Bencher]) -> None:
    rows = writes("", CASES).run(executor="inline", seeds=1)
    assert {row.kind for row in rows} == {"check"}
    (first, _) = (row for row in rows if row.status == "failed")
    assert first.case == "induction: ours causal"
    assert "position t may see 0..t alone" in first.failure


def test_a_promise_is_keyed_by_its_case_and_a_check_of_ones_own_is_not() -> None:
    asked = {"kind": "property", "limit": 0.1, "equation": "", "unit": ""}
    enter = {"case": "k", "version": 3, "source": "of its code", "place": "k.py"}
    plan = Plan(
        {
            "checks": [{"name": "held", "of": "", **asked}, {"name": "k: ours causal", "of": "k", **asked}],
            "enters": [enter],
        }
    )
    base = Unit(kind="describe", folder="", slug="s", source_hash="h")
    found = {(u.case, u.case_version, u.case_source) for u in gate_units(plan, base)}
    assert found == {("held", 0, ""), ("k: ours causal", 3, "of its code")}


def test_a_case_of_ones_own_promises_what_it_says() -> None:
    from dataclasses import replace

    own = replace(load("induction"), slot="own", promises=("causal",))
    assert told(own, AHEAD["mean over time"]) == ["induction: ours causal"]
