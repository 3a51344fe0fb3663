"""The harness on a GPU: gates, cases, timing and memory with `--device cuda`, each beside the CPU, as a dated report.

    python -P benchmarks/gpu_check.py [--device cuda] [--seeds 3] [--jobs 4] [--cases small] [--only PART ...]
        [--quick] [--out docs/gpu.md]

A table for each question. Does every check of the shelf hold there? Does each shared case give there what it gives
on the CPU, arm by arm and seed by seed, and does one of each kind come through a bench, each unit in a process of its
own? Are FLOPs and bytes what the closed form says? How fast is the machine at its best, in which dtype? Do our block
times agree with torch's own Timer, and is a function as fast as itself? What do half the bits, or a compiler, change?
Takes some minutes. Where the device is missing it says so, and leaves the report as it is. With `--quick` one seed at
the smoke budget and nothing compiled, which shows on a CPU that the script itself runs.
"""

from __future__ import annotations

import argparse
import math
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import torch

from paperlab import __version__
from paperlab.errors import NothingFound, UsageError
from paperlab.harness import Trial, cases
from paperlab.harness.environment import described, picked
from paperlab.harness.running import Request, bench
from paperlab.lab.folders import read_card
from paperlab.records.card import Card
from paperlab.records.measurement import Measurement

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "benchmarks"))  # at the end: queue.py is here too

import gpu_calls  # noqa: E402

Rows = Iterable[Sequence[object]]

KNOWN: dict[str, Measurement] = {}
"""Every row of this run by key, so that no part measures again what another has measured."""
NEWEST = ("rings", "compression", "low-rank", "double-descent", "sinusoid", "arc")
"""Cases that stand for their kind, in place of its first by name."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line asks for."""

    device: str
    seeds: int
    jobs: int
    cases: str
    """Budget of the cases' own arms."""
    quick: bool

    @property
    def budget(self) -> str:
        """Budget of what goes through a bench."""
        return "smoke" if self.quick else "small"


def benched(folder: Path, card: Card, **asked: Any) -> tuple[Measurement, ...]:
    """Bench a folder; what this run has measured already is taken as known."""
    with tempfile.TemporaryDirectory() as scratch:
        rows = bench(
            folder,
            card,
            request=Request(**asked),
            known=KNOWN,
            scratch=Path(scratch),
            on_row=lambda _: None,
            on_progress=lambda *_: None,
        )
    KNOWN.update({r.key: r for r in rows})
    return rows


def folders() -> list[Path]:
    """Give the folders of the shelf."""
    return sorted(p.parent for p in (ROOT / "implementations").glob("*/paper.toml"))


@cache
def shelf(asked: Asked, device: str) -> dict[str, tuple[Measurement, ...]]:
    """Bench each implementation on a device; slug -> rows."""
    settings = {"device": device, "seeds": asked.seeds, "jobs": asked.jobs, "budget": asked.budget}
    return {f.name: benched(f, read_card(f), **settings) for f in folders()}


def of_each_kind() -> list[str]:
    """Name one shared case of each kind: the newest, or the first by name."""
    of_kind = {cases.load(name).slot: name for name in (*reversed(cases.names()), *NEWEST)}
    return sorted(of_kind.values())


@contextmanager
def alone(script: str, **files: str) -> Iterator[tuple[Path, Card]]:
    """Give a folder whose cases.py is a script beside this one, with files in its data/ where they are named."""
    with tempfile.TemporaryDirectory() as place:
        (Path(place) / "cases.py").write_bytes((ROOT / "benchmarks" / f"{script}.py").read_bytes())
        (Path(place) / "data").mkdir()
        for name, text in files.items():
            (Path(place) / "data" / name).write_text(text, encoding="utf-8")
        yield Path(place), Card(slug=script, id=None, title="Of the benchmark alone")


@cache
def entered(device: str, jobs: int) -> tuple[Measurement, ...]:
    """Bench one shared case of each kind by its first arm, one seed at the smoke budget."""
    with alone("every_case", CASES="\n".join(of_each_kind())) as (folder, card):
        return benched(folder, card, device=device, seeds=1, jobs=jobs, budget="smoke", seconds=300)


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


def kinds(asked: Asked) -> Iterator[tuple[object, ...]]:
    """Give the same of one case of each kind, and the rungs of its ladder that failed there."""
    there = entered(asked.device, asked.jobs)
    yield from arms(there, entered("cpu", asked.jobs))
    for row in there:
        if row.kind != "quality" and row.status != "ok":
            yield row.case, row.arm, row.failure.splitlines()[0], *[""] * 5


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


def speeds(there: Mapping[str, Sequence[Measurement]], here: Mapping[str, Sequence[Measurement]]) -> Iterator[Any]:
    """Give each implementation's paired ratio against its baseline on both devices."""
    for slug in there:
        for mine, theirs in product(*([r for r in rows[slug] if r.kind == "speed"] for rows in (there, here))):
            what = f"{mine.notes.get('what')} / {mine.notes.get('against')}"
            noise, hot = (f"{float(mine.notes.get(k, math.nan)):.3f}" for k in ("A/A ratio", "hot ratio"))
            yield slug, what, _number(mine.value), hot, _number(theirs.value), noise


def _number(x: float | None) -> str:
    return "failed" if x is None else f"{x:.3f}"


def table(head: Sequence[str], rows: Rows) -> str:
    """Give a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(str(x).replace('|', '/') for x in line)} |" for line in lines)


WAYS: Mapping[str, Mapping[str, Any]] = {
    "float32": {},
    "bf16": {"dtype": "bf16"},
    "fp16": {"dtype": "fp16"},
    "compiled": {"compile": True},
    "compiled, bf16": {"compile": True, "dtype": "bf16"},
}


def ways(asked: Asked) -> Iterator[tuple[object, ...]]:
    """Time each pair in every dtype, plain and compiled, and give what a call costs beside it."""
    with alone("plain_pair") as plain:
        places = [plain, *((f, read_card(f)) for f in folders() if not asked.quick)]
        for (folder, card), (name, more) in product(places, WAYS.items()):
            if asked.quick and "compile" in more:
                continue
            request = {"device": asked.device, "budget": asked.budget, "jobs": asked.jobs, "cases": ("speed",)}
            try:
                yield card.slug, name, *_way(benched(folder, card, **request, **more))
            except NothingFound:  # it has no pair
                continue


def _way(rows: Sequence[Measurement]) -> tuple[object, ...]:
    """Give ratio, microseconds, seconds of compiling, MFLOP and MiB of both sides, and the share of the peak."""
    broken = [r.failure.splitlines()[0] for r in rows if r.status != "ok"]
    if broken:
        return broken[0], *[""] * 6
    (timing,), sides = ([r for r in rows if r.kind == kind] for kind in ("speed", "cost"))
    ours, seconds = sides[0].notes, timing.notes["seconds a call"]
    compiling = [timing.notes[k] for k in ("compile seconds", "compile seconds, against") if k in timing.notes]
    share = f"{100 * ours['FLOPs'] / seconds / ours['peak FLOP/s']:.1f}" if ours["FLOPs"] else "not counted"
    flops, grown = (_scaled(sides, *k) for k in (("FLOPs", 1e6), ("peak growth, bytes", 2**20)))
    took = ", ".join(f"{s:.1f}" for s in compiling)
    return _number(timing.value), f"{seconds * 1e6:.1f}", took, flops, share, grown, ", ".join(ours["dtypes"])


def _scaled(sides: Sequence[Measurement], key: str, scale: float) -> str:
    values = [side.notes[key] for side in sides]
    return ", ".join("not counted" if v is None else f"{v / scale:.2f}" for v in values)


@dataclass(frozen=True, slots=True)
class Part:
    """A table of the report."""

    title: str
    words: str
    head: tuple[str, ...]
    rows: Callable[[Asked], Rows]


MEANS = ("case", "arm", "mean there", "mean on cpu", "largest gap of a seed", "s a unit there", "s a unit on cpu")
BOTH = tuple(f"{what} {where}" for what in ("FLOPs", "bytes moved", "kept") for where in ("there", "on cpu"))
PARTS: Mapping[str, Part] = {
    "gates": Part(
        "Gates",
        "Checks of each implementation that hold there.",
        ("implementation", "checks that hold", "the others"),
        lambda asked: gates(shelf(asked, asked.device)),
    ),
    "implementations": Part(
        "Implementations",
        "The same seeds on both devices: the same data in the same order, other rounding. Peak memory is the GPU's.",
        ("implementation", *MEANS, "peak MiB"),
        lambda asked: (
            (slug, *row) for slug, rows in shelf(asked, asked.device).items() for row in arms(rows, shelf(asked, "cpu")[slug])
        ),
    ),
    "kinds": Part(
        "One case of each kind",
        "Through a bench, each unit in a process of its own, one seed at the smoke budget.",
        (*MEANS, "peak MiB"),
        kinds,
    ),
    "shared": Part(
        "What the shared cases bring",
        "The arms that the cases bring themselves, one after the other in one process.",
        MEANS,
        lambda asked: shared(asked.device, asked.seeds, asked.cases),
    ),
    "costs": Part(
        "Costs",
        "One call in float32, counted below autograd; bytes. Growth is that of the GPU's memory at its highest.",
        ("what", "FLOPs by the closed form", *BOTH, "growth there", "FLOPs as they should be"),
        lambda asked: gpu_calls.costs(asked.device),
    ),
    "peaks": Part(
        "Peaks",
        "The machine at its best, with one thread: a square matrix product, and a copy of a large block in float32.",
        ("dtype", "GFLOP/s there", "GFLOP/s on cpu", "GB/s there", "GB/s on cpu"),
        lambda asked: gpu_calls.best(asked.device),
    ),
    "timing": Part(
        "Timing",
        "Microseconds a call. Hot: in a block between two events. Cold: each call after the cache was overwritten.\n"
        "A/A: a function against itself, 1 within its interval where nothing is biased.",
        ("what", "hot", "Timer", "hot / Timer", "cold", "A/A"),
        lambda asked: gpu_calls.timing(asked.device, asked.budget),
    ),
    "pairs": Part(
        "Speed pairs",
        "Each implementation against its baseline, time over time: cold, and hot.",
        ("implementation", "ours / against", "ratio there", "hot", "on cpu", "A/A there"),
        lambda asked: speeds(shelf(asked, asked.device), shelf(asked, "cpu")),
    ),
    "ways": Part(
        "Dtypes and compiled code",
        "The same pairs there, cold. Where two numbers stand, the second is the baseline's. Compiling is the first call.",
        ("implementation", "how", "ratio", "us a call", "compiling, s", "MFLOP", "per cent of the peak", "growth, MiB", "dtypes"),
        ways,
    ),
}  # fmt: skip


def report(asked: Asked, parts: Sequence[str]) -> str:
    """Measure the parts and give the report."""
    began, facts = time.perf_counter(), described(asked.device)
    text = "".join(
        f"## {part.title}\n\n{part.words}\n\n{table(part.head, part.rows(asked))}\n\n"
        for part in (PARTS[name] for name in parts)
    )
    return (
        f"# The harness on {facts['device']}\n\nWritten by `make gpu-check` on {datetime.now(UTC):%Y-%m-%d}: "
        f"paperlab {__version__}, torch {facts['torch']}, Python {facts['python']}, {facts['system']}; "
        f"{asked.seeds} seeds, {asked.budget} budget, shared cases at {asked.cases}. There is {asked.device}.\n\n"
        f"{text}All of it took {time.perf_counter() - began:.0f} s.\n"
    )


def main() -> None:
    """Read the command line, measure, write; where the device is missing, say so and write nothing."""
    parser = argparse.ArgumentParser(description="The harness on a GPU, beside the CPU.")
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=4)
    parser.add_argument("--cases", default="small", choices=("smoke", "small"), help="budget of the cases' own arms")
    parser.add_argument("--only", nargs="*", choices=PARTS, help="the parts that are wanted; all where it is left out")
    parser.add_argument("--quick", action="store_true", help="one seed, the smoke budget, nothing large or compiled")
    parser.add_argument("--out", type=Path, help="write there; printed where it is left out")
    said = parser.parse_args()
    torch.set_num_threads(1)  # as in the harness's own units
    try:
        picked(said.device)
    except UsageError as error:
        print(f"skipped, nothing was measured: {error.message}", file=sys.stderr)
        return
    quick = {"seeds": 1, "cases": "smoke"} if said.quick else {"seeds": said.seeds, "cases": said.cases}
    text = report(Asked(device=said.device, jobs=said.jobs, quick=said.quick, **quick), said.only or list(PARTS))
    if said.out:
        said.out.write_text(text, encoding="utf-8")
    else:
        print(text, end="")


if __name__ == "__main__":
    main()
