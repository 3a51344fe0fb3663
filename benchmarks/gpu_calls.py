"""Single calls on a device beside the CPU: what they cost by count, how fast the machine is, how long they take.

Functions for gpu_check.py, which prints them.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Iterator, Mapping

import torch
from torch.utils.benchmark import Timer

from paperlab.harness import Pair, Probe
from paperlab.harness.cost import grown, kept, peaks, tallied
from paperlab.harness.speed import Timing, paired

Call = Callable[[], object]


def _product(device: str) -> Call:
    a, b = torch.ones(2, 512, 512, device=device)
    return lambda: a @ b


def _attention(device: str) -> Call:
    q, k, v = torch.randn(3, 4, 8, 512, 64, generator=torch.Generator().manual_seed(0)).to(device)
    return lambda: torch.nn.functional.scaled_dot_product_attention(q, k, v)


def _convolution(device: str) -> Call:
    image, kernel = torch.ones(8, 16, 32, 32, device=device), torch.ones(32, 16, 3, 3, device=device)
    return lambda: torch.nn.functional.conv2d(image, kernel)


def _learning(device: str) -> Call:
    x = torch.ones(64, 256, device=device, requires_grad=True)
    w = torch.ones(256, 128, device=device, requires_grad=True)
    return lambda: (x @ w).sum().backward()


def _hidden(device: str) -> Call:
    network, x = torch.nn.LSTM(32, 32).to(device), torch.ones(8, 4, 32, device=device)
    return lambda: network(x)


COSTED: Mapping[str, tuple[Callable[[str], Call], int | None]] = {
    "matrix product, 512": (_product, 2 * 512**3),
    "attention, 4 x 8 x 512 x 64": (_attention, 4 * 4 * 8 * 512**2 * 64),
    "convolution, 16 to 32 channels, 3 x 3": (_convolution, 2 * 8 * 32 * 30**2 * 16 * 9),
    "product, forward and backward": (_learning, 3 * 2 * 64 * 256 * 128),
    "LSTM, which hides its products": (_hidden, None),
}
"""What is called -> how it is made, and the FLOPs by the closed form; None where there must be no count."""


def costs(device: str) -> Iterator[tuple[object, ...]]:
    """Give of each call FLOPs, bytes moved and bytes kept on both devices, and how the GPU's memory grew."""
    for name, (make, flops) in COSTED.items():
        (*there, growth), (*here, _) = (_cost(make(d), d) for d in (device, "cpu"))
        both = [x for pair in zip(there, here, strict=True) for x in pair]
        yield name, flops, *both, growth, "yes" if there[0] == here[0] == flops else "no"


def _cost(call: Call, device: str) -> tuple[int | None, int, int, int | None]:
    """Give FLOPs, bytes moved, bytes kept for the backward pass, growth of memory."""
    call()  # what a library takes once for its own is not this call's
    growth, notes = grown(call, device), tallied(call).notes()
    return notes["FLOPs"], notes["bytes moved"], kept(call), growth


def best(device: str) -> Iterator[tuple[object, ...]]:
    """Give of each dtype what a matrix product and a copy reach on both devices, in 10^9 a second."""
    for dtype in ("float32", "bfloat16", "float16"):
        found = [peaks(d, dtype) for d in (device, "cpu")]
        yield dtype, *(f"{p[k] / 1e9:.1f}" for k in ("peak FLOP/s", "peak bytes/s") for p in found)


def _matmul(device: str, size: int, dtype: torch.dtype = torch.float32) -> Call:
    a, b = torch.randn(2, size, size, generator=torch.Generator().manual_seed(0)).to(device, dtype)
    return lambda: a @ b


def _layer(device: str) -> Call:
    layer = torch.nn.TransformerEncoderLayer(256, 4, 1024, batch_first=True, dropout=0.0).to(device)
    x = torch.randn(8, 256, 256).to(device)
    return lambda: layer(x).sum().backward()


TIMED: Mapping[str, Callable[[str], Call]] = {
    "matrix product, 1024": lambda d: _matmul(d, 1024),
    "matrix product, 4096": lambda d: _matmul(d, 4096),
    "matrix product, 4096, bf16": lambda d: _matmul(d, 4096, torch.bfloat16),
    "matrix product, 4096, fp16": lambda d: _matmul(d, 4096, torch.float16),
    "attention, 4 x 8 x 512 x 64": _attention,
    "Transformer layer, forward and backward": _layer,
}


def timing(device: str, budget: str) -> Iterator[tuple[object, ...]]:
    """Give our hot microseconds a call beside Timer's, ours with a cold cache, and the A/A ratio with its interval.

    At smoke the large products are left out, which would take minutes on a CPU.
    """
    for name in (n for n in TIMED if budget != "smoke" or "4096" not in n):
        call = TIMED[name](device)
        timer = Timer("call()", globals={"call": call})
        theirs = statistics.median(timer.blocked_autorange(min_run_time=0.5).median for _ in range(3))
        ours = [_against_itself(call, device, seed, budget) for seed in range(3)]
        hot = statistics.median(t.notes.get("hot seconds a call", t.notes["seconds a call"]) for t in ours)
        cold = statistics.median(t.notes["seconds a call"] for t in ours)
        logs = [x for t in ours for x in t.logs]
        error = statistics.stdev(logs) / math.sqrt(len(logs))
        ratio = f"{math.exp(statistics.mean(logs)):.4f} +- {1.96 * error:.4f}"
        yield name, f"{hot * 1e6:.1f}", f"{theirs * 1e6:.1f}", f"{hot / theirs:.3f}", f"{cold * 1e6:.1f}", ratio


def _against_itself(call: Call, device: str, seed: int, budget: str) -> Timing:
    pair = Pair(name="A/A", ours=lambda _: call, against=lambda _: call)
    return paired(pair, Probe(seed=seed, device=device), budget)
