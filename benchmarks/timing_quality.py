"""The figures of `harness_quality.py` that time: beside torch's Timer, and a function beside itself."""

from __future__ import annotations

import math
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import torch
from torch.utils.benchmark import Timer

from paperlab.harness import Pair, Probe
from paperlab.harness.speed import Timing, paired
from paperlab.harness.statistics import t_interval


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table."""

    name: str
    target: str
    figure: str
    met: bool
    peer: str = ""
    ratio: float | None = None
    """Of the peer's time to ours where both are times."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line says."""

    quick: bool
    environment: Path

    def count(self, whole: int, quick: int) -> int:
        """Give how many trials to take."""
        return quick if self.quick else whole


def matmul() -> Callable[[], object]:
    """Give a product of two 256 by 256 matrices."""
    a, b = torch.randn(2, 256, 256)
    return lambda: a @ b


def block() -> Callable[[], object]:
    """Give a forward and backward pass of one Transformer layer of width 64."""
    layer = torch.nn.TransformerEncoderLayer(64, 4, 128, batch_first=True, dropout=0.0)
    x = torch.randn(8, 32, 64)
    return lambda: layer(x).sum().backward()


def alone(call: Callable[[], object], seed: int) -> Timing:
    """Time a call against itself, small budget."""
    return paired(Pair(name="A/A", ours=lambda _: call, against=lambda _: call), Probe(seed=seed), "small")


def beside_timer(asked: Asked) -> Iterator[Figure]:
    """Hold our seconds a call beside those of torch.utils.benchmark.Timer, taken by turns."""
    for name, call in (("matmul 256", matmul()), ("Transformer layer", block())):
        timer = Timer("call()", globals={"call": call}, num_threads=1)
        pairs = [
            (alone(call, seed).notes["seconds a call"], timer.blocked_autorange(min_run_time=0.3).median)
            for seed in range(asked.count(5, 1))
        ]
        a, b = (statistics.median(side) for side in zip(*pairs, strict=True))
        yield Figure(
            f"timer: {name}",
            "within 5 %",
            f"{a * 1e6:.1f} us",
            abs(a / b - 1) <= 0.05,
            f"Timer {b * 1e6:.1f} us",
            b / a,
        )


@contextmanager
def neighbour() -> Iterator[None]:
    """Keep a process busy."""
    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as process:
        try:
            yield
        finally:
            process.kill()


def identical(asked: Asked, name: str = "aa") -> Iterator[Figure]:
    """Count how often the ratio of identical code is 1 within its own errors."""
    call, trials = matmul(), asked.count(100, 4)
    found = [x for seed in range(trials) if (x := t_interval(alone(call, seed).logs)) is not None]
    near = sum(abs(x.mean) <= 3 * x.sd / math.sqrt(x.n) for x in found)
    covered = sum(x.low <= 0 <= x.high for x in found)
    spread = f"{math.exp(min(x.mean for x in found)):.3f} to {math.exp(max(x.mean for x in found)):.3f}"
    theirs = one_after_the_other(call, asked.count(20, 2))
    peer = f"Timer, one after the other: {min(theirs):.3f} to {max(theirs):.3f}"
    shown = f"{near} of {trials}, {spread}"
    yield Figure(f"{name}: within 3 errors", ">= 95 %", shown, near >= 0.95 * trials, peer)
    yield Figure(
        f"{name}: interval holds 1", "90 to 99 %", f"{covered} of {trials}", 0.90 <= covered / trials <= 0.99, peer
    )


def one_after_the_other(call: Callable[[], object], trials: int) -> list[float]:
    """Give the ratios of two medians of torch's Timer, of identical code, taken one after the other."""
    timer = Timer("call()", globals={"call": call}, num_threads=1)
    medians = [timer.blocked_autorange(min_run_time=0.3).median for _ in range(2 * trials)]
    return [a / b for a, b in zip(medians[::2], medians[1::2], strict=True)]


def identical_beside_another(asked: Asked) -> Iterator[Figure]:
    """Do the same beside a busy process."""
    with neighbour():
        yield from identical(asked, "busy")
