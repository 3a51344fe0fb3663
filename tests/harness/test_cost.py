"""Cost of a call against closed forms: FLOPs, bytes kept for the backward pass, growth of the process."""

import pytest
import torch
from torch import nn
from torch.nn.functional import conv2d, scaled_dot_product_attention

from paperlab.harness.child import LONGEST, thinned
from paperlab.harness.cost import kept, tallied

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
    assert kept(lambda: x * y) == 4000
    assert kept(lambda: (x * y) * y[:500].repeat(2)) == 8000
    assert kept(lambda: x.exp() * x.exp()) == 8000
    assert kept(lambda: (x * y) * y) == 4000


def test_a_bench_tells_the_cost_of_both_sides_each_in_its_own_process(writes) -> None:
    rows = writes(cases=BIG).run(speed=True, cases=("speed",))
    costs = {r.arm: r.notes for r in rows if r.kind == "cost"}
    size = 4 * 2**24
    assert set(costs) == {"ours", "against"}
    assert [c["FLOPs"] for c in costs.values()] == [2 * 64**3, 2 * 64**3 * 2]
    grown = {arm: c["peak growth, bytes"] for arm, c in costs.items()}
    if grown["ours"] is not None:
        assert 0.9 * size < grown["ours"] < 1.5 * size
        assert 1.9 * size < grown["against"] < 2.5 * size
    assert all(min(c["peak FLOP/s"], c["peak bytes/s"]) > 1e6 for c in costs.values())


BIG = """
import torch
from paperlab.harness import Check, Implementation, Pair


def take(blocks):
    def built(probe):
        a = torch.ones(64, 64)
        return lambda: [(torch.ones(2**24), a @ a) for _ in range(blocks)]
    return built


IMPLEMENTATION = Implementation(
    kind="algorithm",
    checks=(Check(name="always", run=lambda probe: 0.0, limit=1.0),),
    speed=Pair(name="blocks", ours=take(1), against=take(2)),
)
"""


def test_a_long_curve_keeps_its_ends() -> None:
    curve = thinned([float(i) for i in range(5000)])
    assert (len(curve), curve[0], curve[-1]) == (LONGEST, 0.0, 4999.0)
    assert thinned([1.0, 2.0]) == [1.0, 2.0]
