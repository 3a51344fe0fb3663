"""How well the harness measures: timing beside torch's Timer, A/A ratios, statistics beside scipy, cost of a unit.

    OMP_NUM_THREADS=1 python -P benchmarks/harness_quality.py

Takes under two minutes. Run it on a quiet machine and again beside other work: the A/A lines should hardly change.
"""

from __future__ import annotations

import itertools
import math
import multiprocessing
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch
from scipy import stats
from torch.utils.benchmark import Timer

from paperlab.harness import Pair, Probe
from paperlab.harness.environment import pressure_between, pressure_total
from paperlab.harness.launch import launched
from paperlab.harness.pool import Limits, run
from paperlab.harness.speed import Timing, paired
from paperlab.harness.statistics import sign_flip_p, t_interval
from paperlab.harness.units import Unit

TRIALS = 40
UNITS = 20
IDLE = "from paperlab.harness import Check, Implementation\nIMPLEMENTATION = Implementation(kind='module')\n"


def matmul() -> Callable[[], object]:
    """Give a product of two 256 by 256 matrices."""
    a, b = torch.randn(2, 256, 256, generator=torch.Generator().manual_seed(0))
    return lambda: a @ b


def block() -> Callable[[], object]:
    """Give a forward and backward pass of one Transformer layer of width 64."""
    layer = torch.nn.TransformerEncoderLayer(64, 4, 128, batch_first=True, dropout=0.0)
    x = torch.randn(8, 32, 64)
    return lambda: layer(x).sum().backward()


def spin() -> None:
    """Keep a CPU busy until killed."""
    while True:
        pass


@contextmanager
def neighbours(count: int) -> Iterator[None]:
    """Keep `count` processes busy beside us."""
    busy = [multiprocessing.get_context("fork").Process(target=spin, daemon=True) for _ in range(count)]
    for process in busy:
        process.start()
    yield
    for process in busy:
        process.terminate()
        process.join()


def beside_timer(name: str, call: Callable[[], object]) -> None:
    """Print our seconds a call beside those of torch.utils.benchmark.Timer."""
    timer = Timer("call()", globals={"call": call}, num_threads=1)
    theirs = [timer.blocked_autorange(min_run_time=0.3).median for _ in range(3)]
    ours = [alone(call, seed).notes["seconds a call"] for seed in range(3)]
    a, b = statistics.median(ours) * 1e6, statistics.median(theirs) * 1e6
    print(f"{name}: ours {a:.1f} us, Timer {b:.1f} us, ratio {a / b:.3f}")


def alone(call: Callable[[], object], seed: int) -> Timing:
    """Time a call against itself, small budget."""
    return paired(Pair(name="A/A", ours=lambda _: call, against=lambda _: call), Probe(seed=seed), "small")


def identical(name: str) -> None:
    """Print how often the interval of a ratio of identical code holds 1, over trials of 25 pairs."""
    call, before, start, found = matmul(), pressure_total(), time.perf_counter(), []
    for seed in range(TRIALS):
        x = t_interval(alone(call, seed).logs)
        if x is not None:
            found.append(x)
    busy = pressure_between(before, pressure_total(), time.perf_counter() - start)
    ratios = sorted(math.exp(x.mean) for x in found)
    covered = sum(x.low <= 0 <= x.high for x in found)
    near = sum(abs(x.mean) <= 3 * x.sd / math.sqrt(x.n) for x in found)
    print(f"A/A {name}, {TRIALS} trials: ratio {ratios[0]:.3f} to {ratios[-1]:.3f}, sd {statistics.stdev(ratios):.4f}; "
          f"interval holds 1 in {covered}, within 3 standard errors in {near}; CPU pressure {busy or 0:.0f} %")  # fmt: skip


def seconds(call: Callable[[], object], times: int) -> float:
    """Give the best seconds of a call."""
    best = math.inf
    for _ in range(times):
        start = time.perf_counter()
        call()
        best = min(best, time.perf_counter() - start)
    return best


def statistics_beside_peers() -> None:
    """Print our interval and our p beside scipy's and beside counting signs in Python."""
    d = np.random.default_rng(0).normal(0.5, 1, 12)
    ours, theirs = t_interval(d.tolist()), stats.t.interval(0.95, 11, loc=d.mean(), scale=stats.sem(d))
    gap = max(abs(ours.low - theirs[0]), abs(ours.high - theirs[1])) if ours else math.inf
    quick = seconds(lambda: t_interval(d.tolist()), 50)
    slow = seconds(lambda: stats.t.interval(0.95, 11, loc=d.mean(), scale=stats.sem(d)), 50)
    print(f"t interval, 12 seeds: {slow / quick:.0f} times as fast as scipy.stats, largest difference {gap:.1e}")
    flips = seconds(lambda: sign_flip_p(d.tolist()), 20)
    naive = seconds(lambda: counted(d.tolist()), 3)
    same = abs(sign_flip_p(d.tolist()) - counted(d.tolist()))
    print(f"exact sign-flip p, 12 seeds: {naive / flips:.0f} times as fast as plain Python, difference {same:.1e}")


def counted(d: list[float]) -> float:
    """Count sign patterns one by one."""
    patterns = list(itertools.product((-1, 1), repeat=len(d)))
    sums = [abs(sum(s * x for s, x in zip(p, d, strict=True))) for p in patterns]
    return sum(x >= abs(sum(d)) - 1e-12 for x in sums) / len(patterns)


def cost_of_a_unit() -> None:
    """Print the wall time that a process of its own adds to a unit that does nothing."""
    with tempfile.TemporaryDirectory() as name, launched(1) as launcher:
        (Path(name) / "cases.py").write_text(IDLE, encoding="utf-8")
        units = [Unit(kind="describe", folder=name, slug="idle", source_hash="", seed=s) for s in range(UNITS)]
        limits = Limits(seconds={"describe": 60}, memory=2**33)
        list(run(launcher, units[:1], jobs=1, limits=limits, scratch=Path(name) / "scratch"))
        start = time.perf_counter()
        list(run(launcher, units[1:], jobs=1, limits=limits, scratch=Path(name) / "scratch"))
        each = (time.perf_counter() - start) / (UNITS - 1)
    print(f"an isolated unit that does nothing: {each * 1e3:.0f} ms")


def main() -> None:
    """Print every figure."""
    torch.set_num_threads(1)
    beside_timer("matmul 256", matmul())
    beside_timer("Transformer layer, forward and backward", block())
    statistics_beside_peers()
    cost_of_a_unit()
    identical("as the machine is")
    with neighbours(2):
        identical("beside 2 busy processes")


if __name__ == "__main__":
    main()
