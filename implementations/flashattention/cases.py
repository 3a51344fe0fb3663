"""How FlashAttention meets the harness: torch's attention as oracle, any cut into blocks, and four counted power laws."""

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from model import (  # type: ignore[import-not-found]
    accesses,
    add_block,
    attention,
    backward,
    block_sizes,
    flash_attention,
    forward,
    standard_accesses,
)
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention
from torch.overrides import TorchFunctionMode

from paperlab.harness import Case, Check, Enter, Implementation, Metric, Outcome, Pair, Probe, Trial
from paperlab.harness.checks import (
    acausality,
    batch_dependence,
    gradient_ratio,
    mutation,
    precision,
    rms_ratio,
    size_dependence,
)

D = 8
"""Width of the heads that are checked."""
MEMORIES = (D, 5 * D, 40 * D, 10_000 * D)
"""Fast memories: one row a block; two keys; ten keys and eight queries; all at once."""


def triple(probe: Probe, *shape: int, keys: int | None = None) -> tuple[Tensor, Tensor, Tensor]:
    """Give queries, keys and values, float64; as many keys as queries if not told."""
    g, *front = probe.stream("inputs"), *shape[:-2]
    sizes = (shape, (*front, keys or shape[-2], shape[-1]), (*front, keys or shape[-2], shape[-1]))
    Q, K, V = (torch.randn(size, generator=g, dtype=torch.float64).to(probe.device) for size in sizes)
    return Q, K, V


def theirs(Q: Tensor, K: Tensor, V: Tensor, *, causal: bool = False) -> Tensor:
    """Give torch's attention."""
    return scaled_dot_product_attention(Q, K, V, is_causal=causal)


def exact_error(probe: Probe) -> float:
    """Compare with torch's attention over sizes of fast memory, with a mask and without, with fewer keys than queries."""
    worst, inputs = 0.0, triple(probe, 2, 3, 23, D)
    for causal in (False, True):
        right = theirs(*inputs, causal=causal)
        ours = [flash_attention(*inputs, M=M, causal=causal) for M in MEMORIES]
        ours += [flash_attention(*inputs, causal=causal), attention(*inputs, causal=causal)]
        worst = max(worst, rms_ratio(ours, [right] * len(ours)))
    few, three = triple(probe, 5, 9, D, keys=4), triple(probe, 5, 9, D)
    worst = max(worst, rms_ratio(attention(*three, causal=True), theirs(*three, causal=True)))
    return max(worst, rms_ratio(flash_attention(*few, M=5 * D), theirs(*few)))


def gradient_error(probe: Probe) -> float:
    """Compare the gradients by queries, keys and values with torch's likewise."""
    inputs, worst = triple(probe, 2, 13, D), 0.0
    for causal in (False, True):
        for M in MEMORIES:
            ours, right = partial(flash_attention, M=M, causal=causal), partial(theirs, causal=causal)
            worst = max(worst, gradient_ratio(ours, right, *inputs, generator=probe.stream("output")))
    return worst


def parts_error(probe: Probe) -> float:
    """Compare L, the softmax of two blocks, and a gradient at a scale of its own with their formulas."""
    Q, K, V = triple(probe, 2, 7, D)
    tau, S = 0.3, 0.3 * Q @ K.mT
    O, L = forward(Q, K, V, 3, 2, tau, causal=False)
    start = torch.full_like(S[..., :1], -math.inf), torch.zeros_like(S[..., :1]), torch.zeros_like(Q)
    first = add_block(start, S[..., :4], V[..., :4, :])
    m, l, both = add_block(first, S[..., 4:], V[..., 4:, :])
    right = [S.softmax(-1) @ V, S.logsumexp(-1, keepdim=True), S.amax(-1, keepdim=True)]
    half = S[..., :4].softmax(-1) @ V[..., :4, :]
    dO = triple(probe, 2, 7, D)[2].flip(-1)
    leaves = [x.clone().requires_grad_() for x in (Q, K, V)]
    wanted = torch.autograd.grad((tau * leaves[0] @ leaves[1].mT).softmax(-1) @ leaves[2], leaves, dO)
    found = backward(Q, K, V, O, L, dO, 3, 2, tau, causal=False)
    return rms_ratio([O, L, m, m + l.log(), both, first[2], *found], [*right, *right[1:2], right[0], half, *wanted])


def cut_error(probe: Probe) -> float:
    """Give how far the result moves with the size of fast memory, which must not decide anything."""
    Q, K, V = triple(probe, 2, 31, D)
    whole = flash_attention(Q, K, V, M=10_000)
    return max(rms_ratio(flash_attention(Q, K, V, M=M), whole) for M in (D, 17, 50, 101, 333))


def overflow_error(probe: Probe) -> float:
    """Compare with torch's on scores up to a million, both signs, in the working dtype's float64 copy and in float32."""
    Q, K, V = triple(probe, 2, 16, D)
    large, worst = (Q * 1e3, K * 1e3, V), 0.0
    for dtype in (torch.float64, torch.float32):
        inputs = [x.to(dtype) for x in large]
        for causal in (False, True):
            worst = max(
                worst, rms_ratio(flash_attention(*inputs, M=100, causal=causal), theirs(*inputs, causal=causal))
            )
    return worst


def low_error(probe: Probe) -> float:
    """Give the error in the working dtype, in that of the same formula without blocks."""
    ours = partial(flash_attention, M=40 * D)
    return precision(ours, attention, *triple(probe, 2, 17, D), dtype=probe.dtype, generator=probe.stream("output"))


def batch_error(probe: Probe) -> float:
    """Give how far a result depends on its batch, and how far inputs are changed."""
    inputs = triple(probe, 3, 2, 9, D)
    ours = partial(flash_attention, M=40 * D)
    return max(batch_dependence(ours, *inputs), mutation(ours, *inputs))


def sizes_error(probe: Probe) -> float:
    """Compare with torch's on odd numbers of batches and of places."""
    ours = partial(flash_attention, M=40 * D)
    batches = size_dependence(ours, theirs, lambda n: triple(probe, n, 6, D))
    return max(batches, size_dependence(ours, theirs, lambda n: triple(probe, 2, n, D), (1, 3, 17)))


def blocks_error(probe: Probe) -> float:
    """Count what is wrong with the tensors that come up: one larger than the inputs, none of a block of scores."""
    inputs, shapes = triple(probe, 2, 50, 4), set[tuple[int, ...]]()

    class Watch(TorchFunctionMode):
        def __torch_function__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            out = function(*args, **(kwargs or {}))
            shapes.update({tuple(out.shape)} if isinstance(out, Tensor) else ())
            return out

    with Watch():
        flash_attention(*inputs, M=160)  # blocks of 4 queries and 10 keys
    return float((max(map(math.prod, shapes)) > 2 * 50 * 4) + ((2, 4, 10) not in shapes))


def refused_error(probe: Probe) -> float:
    """Count memories too small for one row that are taken, and large enough ones that are not."""
    inputs, wrong = triple(probe, 4, D), 0
    for M, refuse in ((D - 1, True), (D, False)):
        try:
            flash_attention(*inputs, M=M)
        except ValueError:
            wrong += not refuse
        else:
            wrong += refuse
    return float(wrong)


def future_error(probe: Probe) -> float:
    """Give how far an output moves when later keys and values change, under the mask."""
    Q, _, _ = triple(probe, 2, 9, D)
    return acausality(lambda x: flash_attention(x, x, x, M=50, causal=True), Q, generator=probe.stream("future"))


def line_one_error(probe: Probe) -> float:
    """Count wrong sizes of blocks, among them some that the paper's line works out to by hand."""
    del probe
    known = {(64, 25_600): (64, 100), (128, 25_600): (50, 50), (8, 33): (2, 2), (8, 32): (1, 1), (64, 64): (1, 1)}
    return float(sum(block_sizes(d, M) != sizes for (d, M), sizes in known.items()))


def counting_error(probe: Probe) -> float:
    """Count wrong numbers of accesses, of small cases that were worked out by hand, block by block."""
    del probe
    # N = 4, d = 2, M = 16: B_r = B_c = 2; twice K_j, V_j (8), and in it twice 3 blocks of 4 and 2 + 2 pairs of statistics
    whole = 2 * (8 + 2 * (3 * 4 + 4 * 2))
    # N = 5, d = 2, M = 16: three blocks of keys (20 numbers in all), in each all 5 rows
    odd = 2 * 5 * 2 + 3 * (3 * 5 * 2 + 4 * 5)
    standard = (2 * 8 + 16) + (16 + 16) + (16 + 8 + 8)
    return float((accesses(4, 2, 16) != whole) + (accesses(5, 2, 16) != odd) + (standard_accesses(4, 2) != standard))


Counted = Callable[[Trial], float]


def kept(function: Callable[..., Tensor], N: int, trial: Trial) -> float:
    """Give the bytes that autograd keeps for the backward pass beside inputs and output."""
    g, seen = trial.stream("inputs"), {}
    inputs = [torch.randn(N, trial.settings["d"], generator=g).to(trial.device).requires_grad_() for _ in range(3)]

    def pack(x: Tensor) -> Tensor:
        seen[x.untyped_storage().data_ptr()] = x.untyped_storage().nbytes()
        return x

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda x: x):
        out = function(*inputs)
    for x in (*inputs, out):
        seen.pop(x.untyped_storage().data_ptr(), None)
    return float(sum(seen.values()))


def power_law(name: str, unit: str, tests: str, cannot_show: str) -> Case:
    """Give a case whose arms count something at several sizes; the claim takes the exponent through them."""
    return Case(
        name=name,
        version=1,
        tests=tests,
        source="ours, after Theorems 1 and 2; nothing is trained and nothing timed, so that each seed gives one number",
        slot="own",
        words=("attention", "memory", "complexity"),
        metric=Metric(name="count", unit=unit, higher_is_better=False),
        budgets={budget: {"d": 64} for budget in ("smoke", "small", "full")},
        run=lambda count, trial: Outcome(value=count(trial)),
        ladder={"floor": lambda _: 0.0},
        cannot_show=cannot_show,
    )


KEPT = power_law(
    "kept-for-backward", "bytes", "How much an attention keeps for its backward pass, beside inputs and output.",
    "What a kernel needs while it runs.",
)  # fmt: skip
MOVED = power_law(
    "moved", "numbers", "How many numbers go between fast and slow memory, counted loop by loop.",
    "Seconds: what a move costs is a matter of the machine.",
)  # fmt: skip


def moving(N: int, M: int) -> Counted:
    """Give an arm that counts what Algorithm 1 moves."""
    return lambda trial: float(accesses(N, trial.settings["d"], M))


LENGTHS = (256, 512, 1024, 2048)
KEPT_ARMS: dict[str, Counted] = {
    f"{name} {N}": partial(kept, function, N)
    for name, function in (("flash", flash_attention), ("standard", attention))
    for N in LENGTHS
}
MOVED_ARMS: dict[str, Counted] = {
    **{f"fast memory of {M}": moving(1024, M) for M in (4096, 8192, 16_384, 32_768)},
    **{f"places {N}": moving(N, 25_600) for N in (1000, 2000, 4000, 8000)},
    "standard 2000": lambda trial: float(standard_accesses(2000, trial.settings["d"])),
}


def timed(function: Callable[..., Tensor], probe: Probe) -> Callable[[], object]:
    """Give what times an attention over 512 places of width 64, forwards and back."""
    inputs = [x.to(getattr(torch, probe.dtype)).requires_grad_() for x in triple(probe, 512, 64)]
    push = torch.ones_like(inputs[0])
    return lambda: torch.autograd.grad(function(*inputs), inputs, push)


ALG_1, ALG_4 = "Algorithm 1", "Appendix B, Algorithm 4"
IMPLEMENTATION = Implementation(
    kind="algorithm",
    checks=(
        Check(name="exact", run=exact_error, limit=1e-12, equation="Theorem 1"),
        Check(name="parts", run=parts_error, limit=1e-12, equation="Algorithms 1 and 4"),
        Check(name="sizes", run=sizes_error, limit=1e-12, equation=ALG_1),
        Check(name="batch", run=batch_error, limit=1e-12, equation=ALG_1),
        Check(name="precision", run=low_error, limit=10.0, equation=ALG_1, unit="times the error without blocks"),
        Check(name="blocks", run=line_one_error, limit=0.0, equation="Algorithm 1, line 1", unit="wrong sizes"),
        Check(name="never-whole", run=blocks_error, limit=0.0, equation=ALG_1, unit="places"),
        Check(name="counting", run=counting_error, limit=0.0, equation="Theorem 2", unit="wrong counts"),
        Check(name="refused", run=refused_error, limit=0.0, equation="Theorem 2", unit="wrong answers"),
        Check(name="gradients", kind="gradient", run=gradient_error, limit=1e-10, equation=ALG_4),
        Check(name="any-cut", kind="property", run=cut_error, limit=1e-12, equation=ALG_1),
        Check(name="no-overflow", kind="property", run=overflow_error, limit=1e-5, equation="Section 3.1"),
        Check(name="causal", kind="property", run=future_error, limit=1e-12, equation=ALG_4),
    ),
    enters=(Enter(case="kept-for-backward", arms=KEPT_ARMS), Enter(case="moved", arms=MOVED_ARMS)),
    cases=(KEPT, MOVED),
    speed=Pair(
        name="attention over 512 places of width 64, forwards and back",
        ours=partial(timed, flash_attention),
        against=partial(timed, attention),
        against_name="standard attention, both of model.py",
    ),
    equations={
        "Algorithm 1": "forward",
        "Algorithm 1, line 1": "block_sizes",
        "Algorithm 1, lines 10 to 12": "add_block",
        "Appendix B, Algorithm 4": "backward",
        "Theorem 2": "accesses",
    },
)
