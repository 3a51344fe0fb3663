"""Cost of a call against closed forms: FLOPs, bytes kept for the backward pass, growth of the process."""

from dataclasses import replace

import pytest
import torch
from torch import nn
from torch.nn.functional import conv2d, scaled_dot_product_attention

from paperlab.errors import UsageError
from paperlab.harness import Request
from paperlab.harness.cost import _HEAVY as HEAVY_NAMES
from paperlab.harness.cost import grown, kept, tallied
from paperlab.harness.drawing import LONGEST, thinned
from paperlab.harness.speed import compiling
from paperlab.harness.units import Unit

A, B = torch.ones(3, 5), torch.ones(5, 7)
Q = torch.ones(2, 4, 16, 8)
IMAGE, KERNEL = torch.ones(2, 3, 10, 10), torch.ones(4, 3, 3, 3)

FORWARD = [
    ("matmul", lambda: A @ B, 2 * 3 * 5 * 7),
    ("matrix times vector", lambda: A @ B[:, 0], 2 * 3 * 5),
    ("dot", lambda: A[0].dot(A[1]), 2 * 5),
    ("linear", lambda: nn.functional.linear(A, B.T.contiguous()), 2 * 3 * 5 * 7),
    ("conv", lambda: conv2d(IMAGE, KERNEL), 2 * 2 * 4 * 8 * 8 * 3 * 3 * 3),
    ("attention", lambda: scaled_dot_product_attention(Q, Q, Q), 2 * (2 * 2 * 4 * 16 * 16 * 8)),
]


@pytest.mark.parametrize(("call", "flops"), [row[1:] for row in FORWARD], ids=[row[0] for row in FORWARD])
def test_flops_are_those_of_the_closed_form(call, flops) -> None:
    assert tallied(call).notes()["FLOPs"] == flops


def test_the_backward_pass_counts_twice_the_forward() -> None:
    w = torch.ones(5, 7, requires_grad=True)
    x = torch.ones(3, 5, requires_grad=True)
    assert tallied(lambda: (x @ w).sum().backward()).notes()["FLOPs"] == 3 * (2 * 3 * 5 * 7)


def test_there_is_no_count_where_an_operation_hides_matrix_products() -> None:
    layer = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True).eval()

    def fused() -> None:
        with torch.no_grad():
            layer(torch.ones(1, 4, 8))

    notes = tallied(fused).notes()
    assert notes["FLOPs"] is None
    assert notes["without a formula"] == ["_transformer_encoder_layer_fwd"]


LIGHT = ["sqrt", "rsqrt", "lgamma", "cummax", "erfinv", "_weight_norm_interface", "upsample_bilinear2d", "resolve_conj"]
HEAVY = ["mm", "baddbmm", "mv", "linalg_qr", "linalg_cholesky_ex", "linalg_lu_factor_ex", "linalg_inv_ex", "_linalg_det",
         "linalg_eigh", "_trilinear", "linalg_matrix_exp", "_linalg_slogdet", "linalg_lstsq", "lu_solve"]  # fmt: skip


def test_a_name_that_holds_the_name_of_a_matrix_operation_is_not_one() -> None:
    assert {name: bool(HEAVY_NAMES.search(name)) for name in LIGHT + HEAVY} == {
        name: name in HEAVY for name in LIGHT + HEAVY
    }
    assert tallied(lambda: ((A @ B).rsqrt(), (A @ B).lgamma())).notes()["FLOPs"] == 2 * 210
    hidden = tallied(lambda: torch.linalg.slogdet(torch.eye(3) + A @ A.T)).notes()
    assert (hidden["FLOPs"], hidden["without a formula"]) == (None, ["_linalg_slogdet"])


def test_a_count_of_zero_is_no_count() -> None:
    notes = tallied(lambda: torch.exp(A)).notes()
    assert (notes["FLOPs"], notes["FLOPs counted, per cent"], notes["without a formula"]) == (None, None, ["exp"])


def test_the_share_that_was_counted_is_told() -> None:
    notes = tallied(lambda: torch.exp(A @ B)).notes()
    assert notes["FLOPs counted, per cent"] == pytest.approx(100 * 210 / (210 + 21))
    assert notes["bytes moved"] == 4 * (15 + 35 + 21) + 4 * (21 + 21)


def test_what_is_kept_for_backward_is_each_storage_once_and_no_parameter() -> None:
    x = torch.ones(1000, requires_grad=True)
    y = torch.ones(1000)
    assert kept(lambda: torch.exp(x)) == 4000
    assert kept(lambda: x + y) == 0
    assert kept(lambda: x * x) == 0
    assert kept(lambda: x * y) == 4000
    assert kept(lambda: (x * y) * y[:500].repeat(2)) == 8000
    assert kept(lambda: x.exp() * x.exp()) == 8000
    assert kept(lambda: (x * y) * y) == 4000


def test_a_later_call_grows_the_process_by_what_it_takes_alone() -> None:
    x = torch.ones(512, 512)
    grew = [grown(lambda: x.softmax(dim=-1), "cpu") for _ in range(3)][1:]
    assert grew == [None, None] or all(0.9 < g / 2**20 < 1.2 for g in grew)


def test_a_bench_tells_the_cost_of_both_sides_each_in_its_own_process(writes) -> None:
    rows = writes(cases=BIG).run(speed=True, cases=("speed",))
    costs = {r.arm: r.notes for r in rows if r.kind == "cost"}
    size = 4 * 2**22
    assert set(costs) == {"ours", "against"}
    assert [c["FLOPs"] for c in costs.values()] == [2 * 64**3, 2 * 64**3 * 2]
    grew = {arm: c["peak growth, bytes"] for arm, c in costs.items()}
    if grew["ours"] is not None:
        assert 0.9 * size < grew["ours"] < 2 * size
        assert 0.8 * size < grew["against"] - grew["ours"] < 1.2 * size
        assert costs["ours"]["growth in a later call, bytes"] == pytest.approx(size, rel=0.02)
    assert all(min(c["peak FLOP/s"], c["peak bytes/s"]) > 1e6 for c in costs.values())


BIG = """
import torch
from paperlab.harness import Check, Implementation, Pair


def take(blocks):
    def built(probe):
        a = torch.ones(64, 64)
        return lambda: [(torch.ones(2**22), a @ a) for _ in range(blocks)]
    return built


IMPLEMENTATION = Implementation(
    kind="algorithm",
    checks=(Check(name="always", run=lambda probe: 0.0, limit=1.0),),
    speed=Pair(name="blocks", ours=take(1), against=take(2)),
)
"""


def test_another_dtype_is_another_question_and_both_sides_work_in_it(writes) -> None:
    rows = writes(cases=BIG).run(speed=True, cases=("speed",), dtype="bf16")
    assert {r.case for r in rows if r.kind in ("speed", "cost")} == {"speed bfloat16"}
    assert [r.notes["dtypes"] for r in rows if r.kind == "cost"] == [["bfloat16"], ["bfloat16"]]
    assert [r.notes["error in baselines"] for r in rows if r.kind == "speed"] == [0.0]
    assert [r.notes["FLOPs"] for r in rows if r.kind == "cost"] == [2 * 64**3, 2 * 64**3 * 2]


def test_who_does_not_work_in_the_dtype_gets_no_number_in_it(writes) -> None:
    rows = writes(
        cases=BIG.replace("(64, 64)", "(64, 64, dtype=torch.float64)").replace("torch.ones(2**22), ", "")
    ).run(speed=True, cases=("speed",), dtype="fp16")
    asked = [r for r in rows if r.kind in ("speed", "cost")]
    assert [(r.status, r.value) for r in asked] == [("failed", None)] * 3
    assert all("expected work in float16, got float64" in r.failure for r in asked)


def test_an_unknown_dtype_is_refused() -> None:
    with pytest.raises(UsageError, match="expected a dtype of float32, bf16"):
        Request(dtype="int8")


def test_a_choice_that_is_new_leaves_old_keys_as_they_were() -> None:
    unit = Unit(kind="speed", folder="", slug="s", source_hash="h", case="speed")
    assert unit.key == "4d0f97bcdcf7ebab5f600ac49d770959375d5242570421fdfdbb8c7e6ccb7268"
    assert len({unit.key, replace(unit, compile=True).key, replace(unit, dtype="bfloat16").key}) == 3


def test_compiled_code_is_run_once_apart(monkeypatch) -> None:
    calls: list[str] = []
    monkeypatch.setattr(torch, "compile", lambda call: lambda: (calls.append("compiled"), call()))
    made, seconds = compiling(lambda: calls.append("plain"))
    assert (calls, seconds >= 0) == (["compiled", "plain"], True)
    made()
    assert len(calls) == 4


def test_where_nothing_compiles_it_says_so_in_a_line(monkeypatch) -> None:
    def broken() -> None:
        raise RuntimeError("no compiler was found\nsecond line")

    monkeypatch.setattr(torch, "compile", lambda _: broken)
    with pytest.raises(
        UsageError, match=r"torch.compile did not work here: no compiler was found; leave --compile out"
    ):
        compiling(lambda: None)


@pytest.mark.slow
def test_a_compiled_timing_tells_its_first_call_apart(writes) -> None:
    rows = writes(cases=BIG.replace("torch.ones(2**22)", "torch.ones(8)")).run(
        speed=True, cases=("speed",), compile=True
    )
    (timing,) = [r for r in rows if r.kind == "speed"]
    assert timing.case == "speed compiled"
    if timing.status == "ok":
        assert (
            min(timing.notes["compile seconds"], timing.notes["compile seconds, against"])
            > timing.notes["seconds a call"]
        )
    else:
        assert "torch.compile did not work here" in timing.failure
    assert {r.case for r in rows if r.kind == "cost"} == {"speed"}


def test_a_long_curve_keeps_its_ends() -> None:
    curve = thinned([float(i) for i in range(5000)])
    assert (len(curve), curve[0], curve[-1]) == (LONGEST, 0.0, 4999.0)
    assert thinned([1.0, 2.0]) == [1.0, 2.0]
