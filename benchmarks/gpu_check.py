"""The harness on a GPU: gates, cases, timing and memory with `--device cuda`, each beside the CPU, as a dated report.

    python -P benchmarks/gpu_check.py [--device cuda] [--seeds 3] [--jobs 4] [--cases small] [--out docs/gpu.md]

Four questions, a table each. Does every check of the shelf hold there? Does each shared case give there what it gives
on the CPU, arm by arm and seed by seed? Do our block times agree with torch's own Timer, and is a function as fast as
itself? What did a unit of each arm take of the GPU's memory? Takes some minutes.
"""

from __future__ import annotations

import argparse
import math
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Any

import torch
from torch.utils.benchmark import Timer

from paperlab import __version__
from paperlab.harness import Pair, Probe, Trial, cases
from paperlab.harness.environment import described
from paperlab.harness.running import Request, bench
from paperlab.harness.speed import Timing, paired
from paperlab.lab.folders import read_card
from paperlab.records.measurement import Measurement

ROOT = Path(__file__).parents[1]
Call = Callable[[], object]


def shelf(device: str, seeds: int, jobs: int) -> dict[str, tuple[Measurement, ...]]:
    """Bench each implementation at the small budget; slug -> rows."""
    request = Request(device=device, seeds=seeds, jobs=jobs)
    found = {}
    for folder in sorted(p.parent for p in (ROOT / "implementations").glob("*/paper.toml")):
        card = read_card(folder)
        with tempfile.TemporaryDirectory() as scratch:
            found[card.slug] = bench(
                folder,
                card,
                request=request,
                known={},
                scratch=Path(scratch),
                on_row=lambda _: None,
                on_progress=lambda *_: None,
            )
    return found


def gates(there: Mapping[str, Sequence[Measurement]]) -> Iterator[tuple[object, ...]]:
    """Give of each implementation how many checks hold, and which do not."""
    for slug, rows in there.items():
        checks = [r for r in rows if r.kind == "check"]
        broken = "; ".join(f"{r.case}: {r.failure.splitlines()[0]}" for r in checks if r.status != "ok")
        yield slug, f"{sum(r.status == 'ok' for r in checks)} of {len(checks)}", broken or "none"


def arms(there: Sequence[Measurement], here: Sequence[Measurement]) -> Iterator[tuple[object, ...]]:
    """Give of each case and arm the means on both devices, the largest gap of one seed, seconds and peak MiB a unit."""
    mine, theirs = ({(r.case, r.arm, r.seed): r for r in rows if r.kind == "quality"} for rows in (there, here))
    for case, arm in dict.fromkeys((c, a) for c, a, _ in mine):
        pairs = [(mine[k], theirs[k]) for k in mine if k[:2] == (case, arm)]
        failed = [r.failure.splitlines()[0] for pair in pairs for r in pair if r.value is None]
        if failed:
            yield case, arm, failed[0], *[""] * 5
            continue
        values = [(float(a.value or 0), float(b.value or 0)) for a, b in pairs]
        gap = max(abs(a - b) for a, b in values)
        means = [f"{statistics.mean(side):.4g}" for side in zip(*values, strict=True)]
        seconds = [f"{statistics.median(r.seconds for r in side):.2f}" for side in zip(*pairs, strict=True)]
        peak = max(a.environment.get("peak bytes", 0) for a, _ in pairs) / 2**20
        yield case, arm, *means, f"{gap:.2g}", *seconds, f"{peak:.1f}"


def shared(device: str, seeds: int, budget: str) -> Iterator[tuple[object, ...]]:
    """Run every arm that a shared case brings, on both devices, in this process."""
    for name in cases.names():
        case = cases.load(name)
        for arm in case.arms:
            try:
                (ours, took), (theirs, took_here) = (_run(case, arm, where, seeds, budget) for where in (device, "cpu"))
            except Exception as error:  # noqa: BLE001 -- what goes wrong on a device is what this is to find
                yield name, arm, f"{type(error).__name__}: {str(error).splitlines()[0]}", "", "", "", ""
                continue
            gap = max(abs(a - b) for a, b in zip(ours, theirs, strict=True))
            means = (f"{statistics.mean(side):.4g}" for side in (ours, theirs))
            yield name, arm, *means, f"{gap:.2g}", f"{took:.2f}", f"{took_here:.2f}"


def _run(case: Any, arm: str, device: str, seeds: int, budget: str) -> tuple[list[float], float]:
    """Give an arm's values, one a seed, and the seconds of one."""
    start = time.perf_counter()
    trials = [Trial(seed=s, device=device, budget=budget, settings=case.budgets[budget]) for s in range(seeds)]
    values = [case.run(case.arms[arm], trial).value for trial in trials]
    return values, (time.perf_counter() - start) / seeds


def _matmul(device: str, size: int) -> Call:
    a, b = torch.randn(2, size, size, generator=torch.Generator().manual_seed(0)).to(device)
    return lambda: a @ b


def _attention(device: str) -> Call:
    q, k, v = torch.randn(3, 4, 8, 512, 64, generator=torch.Generator().manual_seed(0)).to(device)
    return lambda: torch.nn.functional.scaled_dot_product_attention(q, k, v)


def _layer(device: str) -> Call:
    layer = torch.nn.TransformerEncoderLayer(256, 4, 1024, batch_first=True, dropout=0.0).to(device)
    x = torch.randn(8, 256, 256).to(device)
    return lambda: layer(x).sum().backward()


TIMED: Mapping[str, Callable[[str], Call]] = {
    "matrix product, 1024": lambda d: _matmul(d, 1024),
    "matrix product, 4096": lambda d: _matmul(d, 4096),
    "attention, 4 x 8 x 512 x 64": _attention,
    "Transformer layer, forward and backward": _layer,
}


def timing(device: str) -> Iterator[tuple[object, ...]]:
    """Give our hot microseconds a call beside Timer's, ours with a cold cache, and the A/A ratio with its interval."""
    for name, make in TIMED.items():
        call = make(device)
        timer = Timer("call()", globals={"call": call})
        theirs = statistics.median(timer.blocked_autorange(min_run_time=0.5).median for _ in range(3))
        ours = [_against_itself(call, device, seed) for seed in range(3)]
        hot = statistics.median(t.notes.get("hot seconds a call", t.notes["seconds a call"]) for t in ours)
        cold = statistics.median(t.notes["seconds a call"] for t in ours)
        logs = [x for t in ours for x in t.logs]
        error = statistics.stdev(logs) / math.sqrt(len(logs))
        ratio = f"{math.exp(statistics.mean(logs)):.4f} +- {1.96 * error:.4f}"
        yield name, f"{hot * 1e6:.1f}", f"{theirs * 1e6:.1f}", f"{hot / theirs:.3f}", f"{cold * 1e6:.1f}", ratio


def _against_itself(call: Call, device: str, seed: int) -> Timing:
    pair = Pair(name="A/A", ours=lambda _: call, against=lambda _: call)
    return paired(pair, Probe(seed=seed, device=device), "small")


def speeds(there: Mapping[str, Sequence[Measurement]], here: Mapping[str, Sequence[Measurement]]) -> Iterator[Any]:
    """Give each implementation's paired ratio against its baseline on both devices."""
    for slug in there:
        for mine, theirs in product(*([r for r in rows[slug] if r.kind == "speed"] for rows in (there, here))):
            what = f"{mine.notes.get('what')} / {mine.notes.get('against')}"
            noise, hot = (f"{float(mine.notes.get(k, math.nan)):.3f}" for k in ("A/A ratio", "hot ratio"))
            yield slug, what, _number(mine.value), hot, _number(theirs.value), noise


def _number(x: float | None) -> str:
    return "failed" if x is None else f"{x:.3f}"


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Give a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(str(x).replace('|', '/') for x in line)} |" for line in lines)


GATES = "Checks of each implementation that hold there."
ENTERED = "The same seeds on both devices: the same data in the same order, other rounding. Peak memory is the GPU's."
SHARED = "The arms that the cases bring themselves, one after the other in one process, at the {} budget."
TIMING = """Microseconds a call. Hot: in a block between two events. Cold: each call after the cache was overwritten.
A/A: a function against itself, 1 within its interval where nothing is biased."""
PAIRS = "Each implementation against its baseline, time over time: cold, and hot."


def report(device: str, seeds: int, jobs: int, budget: str) -> str:
    """Measure all of it and give the report."""
    began, facts = time.perf_counter(), described(device)
    there, here = shelf(device, seeds, jobs), shelf("cpu", seeds, jobs)
    means = ("case", "arm", f"mean on {device}", "mean on cpu", "largest gap of a seed")
    seconds = (f"s a unit, {device}", "s a unit, cpu")
    pair = ("implementation", "ours / against", f"ratio on {device}", "hot", "on cpu", f"A/A on {device}")
    entered = ((slug, *row) for slug in there for row in arms(there[slug], here[slug]))
    parts: tuple[tuple[str, str, Sequence[str], Iterable[Sequence[object]]], ...] = (
        ("Gates", GATES, ("implementation", "checks that hold", "the others"), gates(there)),
        ("Implementations", ENTERED, ("implementation", *means, *seconds, "peak MiB"), entered),
        ("What the shared cases bring", SHARED.format(budget), (*means, *seconds), shared(device, seeds, budget)),
        ("Timing", TIMING, ("what", "hot", "Timer", "hot / Timer", "cold", "A/A"), timing(device)),
        ("Speed pairs", PAIRS, pair, speeds(there, here)),
    )
    text = "".join(f"## {name}\n\n{words}\n\n{table(head, list(rows))}\n\n" for name, words, head, rows in parts)
    return (
        f"# The harness on {facts['device']}\n\nWritten by `make gpu-check` on {datetime.now(UTC):%Y-%m-%d}: "
        f"paperlab {__version__}, torch {facts['torch']}, Python {facts['python']}, {facts['system']}; "
        f"{seeds} seeds, small budget.\n\n{text}All of it took {time.perf_counter() - began:.0f} s.\n"
    )


def main() -> None:
    """Read the command line, measure, write."""
    parser = argparse.ArgumentParser(description="The harness on a GPU, beside the CPU.")
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=4)
    parser.add_argument("--cases", default="small", choices=("smoke", "small"), help="budget of the cases' own arms")
    parser.add_argument("--out", type=Path, help="write there; printed where it is left out")
    asked = parser.parse_args()
    torch.set_num_threads(1)  # as in the harness's own units
    text = report(asked.device, asked.seeds, asked.jobs, asked.cases)
    if asked.out:
        asked.out.write_text(text, encoding="utf-8")
    else:
        print(text, end="")


if __name__ == "__main__":
    main()
