"""The harness on a GPU: what holds on the CPU holds there, and what goes wrong there is a row."""

import math

import pytest

torch = pytest.importorskip("torch")

from paperlab.harness import Pair, Probe, Trial, cases  # noqa: E402
from paperlab.harness.cost import grown, peaks, tallied  # noqa: E402
from paperlab.harness.speed import paired  # noqa: E402
from tests.harness.test_cost import BIG  # noqa: E402
from tests.harness.toy import CASES, MODEL  # noqa: E402

BLOCKS = BIG.replace("torch.ones(64, 64)", "torch.ones(64, 64, device=probe.device)").replace(
    "torch.ones(2**22)", "torch.ones(2**22, device=probe.device)"
)

pytestmark = [
    pytest.mark.cuda,
    pytest.mark.skipif(
        not torch.cuda.is_available(), reason="no CUDA device here; `make gpu-check` is run where one is"
    ),
]


def by(rows, kind):
    return [r for r in rows if r.kind == kind]


def test_a_folder_is_benched_there_and_the_rows_say_so(toy):
    rows = toy.run(device="cuda", speed=True, seeds=2)
    assert {r.status for r in rows} == {"ok"}
    assert {r.device for r in rows} == {"cuda"}
    assert {r.environment["device"] for r in rows} == {torch.cuda.get_device_name()}
    (speed,) = by(rows, "speed")
    assert speed.notes["hot ratio"] > 0


def test_auto_takes_it_and_rows_of_the_cpu_are_not_mixed_in(toy):
    here = toy.run(device="cpu", seeds=1)
    there = toy.run(device="auto", seeds=1, known=here)
    assert {r.device for r in there} == {"cuda"}
    assert not {r.key for r in here} & {r.key for r in there}


@pytest.mark.parametrize("name", cases.names())
def test_a_case_gives_there_what_it_gives_on_the_cpu(name):
    case = cases.load(name)
    arm = next(iter(case.arms.values()))
    here, there = (
        case.run(arm, Trial(seed=0, device=d, budget="smoke", settings=case.budgets["smoke"])) for d in ("cpu", "cuda")
    )
    # The same data in the same order: the first points of the curves differ by rounding alone.
    # A sampler trains itself and has no curve.
    first = [(o.curve or (o.value,))[0] for o in (here, there)]
    assert first[1] == pytest.approx(first[0], rel=1e-3 if here.curve else 0.05)
    assert math.isfinite(there.value)


def test_too_much_memory_there_is_a_row_and_the_others_go_on(writes):
    greedy = CASES.replace(
        "def update(probe):\n",
        "def greedy(probe):\n    return float(torch.empty(2**42, dtype=torch.int8, device=probe.device)[0])\n\n\ndef update(probe):\n",
    ).replace("checks=(", 'checks=(Check(name="greedy", run=greedy, limit=1.0, equation="Equation (2)"),')
    rows = {r.case: r for r in writes(MODEL, greedy).run(device="cuda")}
    assert (rows["greedy"].status, rows["update"].status) == ("out of memory", "ok")


def test_an_assertion_on_the_device_is_a_row_and_the_next_unit_has_a_fresh_context(writes):
    wild = CASES.replace(
        "def update(probe):\n",
        "def wild(probe):\n    x = torch.zeros(4, device=probe.device)\n"
        "    return float(x[torch.tensor([9], device=probe.device)].sum())\n\n\ndef update(probe):\n",
    ).replace("checks=(", 'checks=(Check(name="wild", run=wild, limit=1.0, equation="Equation (2)"),')
    rows = {r.case: r for r in writes(MODEL, wild).run(device="cuda")}
    assert (rows["wild"].status, rows["update"].status) == ("failed", "ok")
    assert "assert" in rows["wild"].failure


def test_peak_memory_is_what_the_unit_allocated(writes):
    held = CASES.replace(
        "def update(probe):\n",
        "def update(probe):\n    kept = torch.ones(2**26, dtype=torch.int8, device=probe.device)\n",
    )
    peaks = [r.environment["peak bytes"] for r in writes(MODEL, held).run(device="cuda", seeds=1) if r.case == "update"]
    assert all(2**26 <= peak < 2**26 + 2**20 for peak in peaks)


def test_a_function_is_as_fast_as_itself_and_work_for_the_device_is_waited_for():
    x = torch.randn(2048, 2048, device="cuda")
    once, thrice = lambda _: lambda: x @ x, lambda _: lambda: x @ x @ x @ x
    probe = Probe(device="cuda")
    same = paired(Pair(name="A/A", ours=once, against=once), probe, "small")
    more = paired(Pair(name="A/B", ours=thrice, against=once), probe, "small")
    assert abs(sum(same.logs) / len(same.logs)) < 0.02
    assert math.exp(sum(more.logs) / len(more.logs)) == pytest.approx(3, rel=0.1)
    assert more.notes["hot ratio"] == pytest.approx(3, rel=0.1)


ONES = {name: torch.ones(size) for name, size in {"a": (3, 5), "q": (2, 4, 16, 8), "image": (2, 3, 10, 10)}.items()}


@pytest.mark.parametrize(
    "call",
    [
        lambda x: x["a"] @ x["a"].T,
        lambda x: torch.nn.functional.scaled_dot_product_attention(x["q"], x["q"], x["q"]),
        lambda x: torch.nn.functional.conv2d(x["image"], x["image"][:, :, :3, :3]),
    ],
    ids=["product", "attention", "convolution"],
)
def test_flops_and_bytes_kept_are_counted_there_as_on_the_cpu(call):
    there = {name: x.cuda() for name, x in ONES.items()}
    mine, theirs = (tallied(lambda x=x: call(x)).notes() for x in (there, ONES))
    assert mine["FLOPs"] == theirs["FLOPs"] > 0


def test_growth_is_what_the_call_takes_at_its_highest():
    size = 2**26
    assert grown(lambda: [torch.ones(size, dtype=torch.int8, device="cuda") for _ in range(3)], "cuda") == 3 * size


@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "float16"])
def test_the_peaks_are_those_of_a_gpu(dtype):
    found = peaks("cuda", dtype)
    assert found["peak FLOP/s"] > 1e12
    assert found["peak bytes/s"] > 1e11


@pytest.mark.parametrize(("dtype", "name"), [("bf16", "bfloat16"), ("fp16", "float16")])
def test_half_the_bits_are_timed_and_counted_there(writes, dtype, name):
    rows = writes(cases=BLOCKS).run(speed=True, cases=("speed",), dtype=dtype, device="cuda")
    assert {r.status for r in rows} == {"ok"}
    assert {r.case for r in by(rows, "speed") + by(rows, "cost")} == {f"speed {name}"}
    assert [r.notes["FLOPs"] for r in by(rows, "cost")] == [2 * 64**3, 2 * 64**3 * 2]
    grew = [r.notes["peak growth, bytes"] for r in by(rows, "cost")]
    assert grew[1] - grew[0] >= 2 * 2**22


def test_compiled_code_is_timed_there_or_it_is_said_why_not(writes):
    rows = writes(cases=BLOCKS).run(speed=True, cases=("speed",), compile=True, device="cuda")
    (timing,) = by(rows, "speed")
    if timing.status == "ok":
        assert timing.notes["compile seconds"] > timing.notes["seconds a call"]
    else:
        assert "torch.compile did not work here" in timing.failure
