"""How well the harness measures, each figure beside its target and its peer: time, intervals, statistics, isolation.

    OMP_NUM_THREADS=1 python -P benchmarks/harness_quality.py [--only NAME ...] [--quick] [--environment DIR]

Run it on a quiet machine of two cores; it takes some minutes. rliable is installed, with a pandas that it bears, in an
environment of its own, which needs the package index; --environment names a folder to keep it in. --quick takes few
trials: it shows that each part runs, and no figure is to be quoted from it.

    timer       seconds a call beside torch.utils.benchmark.Timer
    aa, busy    ratio of identical code, as the machine is and beside a busy process
    coverage    how often the interval over simulated seeds holds the truth
    statistics  summaries over cases beside rliable: equal estimates, and how much faster
    unit        what a process of its own adds to a unit
    step        what the case's own loop adds to a step of a millisecond
    smoke       one implementation in all shared cases, smoke budget, two jobs
    faults      arms that crash, hang and eat the memory beside one that does not
    resume      a bench that is killed and goes on, beside one that was not
    shards      two halves on two machines, and Ray, beside the whole
"""

from __future__ import annotations

import argparse
import json
import math
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch

from paperlab.harness import across
from paperlab.harness.cases import names
from paperlab.harness.cases import training as t
from paperlab.harness.executing import Limits
from paperlab.harness.launch import launched
from paperlab.harness.pool import run
from paperlab.harness.running import Request, bench
from paperlab.harness.statistics import t_interval
from paperlab.harness.units import Unit
from paperlab.records.card import Card
from paperlab.records.measurement import Measurement

sys.path.append(str(Path(__file__).parent))  # at the end: queue.py is here too

from timing_quality import Asked, Figure, beside_timer, identical, identical_beside_another

TOOL = (sys.executable, "-P", "-m", "paperlab")
IDLE = "from paperlab.harness import Implementation\nIMPLEMENTATION = Implementation(kind='module')\n"
Estimate = tuple[float, tuple[float, float]]
"""A value and the ends of its interval."""
ALONE = "the same bench left alone"
PINS = ("rliable==1.2.0", "pandas<3")


def coverage(asked: Asked) -> Iterator[Figure]:
    """Count how often the interval over simulated seeds holds their mean, beside a percentile bootstrap."""
    trials = asked.count(20_000, 2000)
    for n in (3, 5, 10):
        generator = np.random.default_rng(n)
        draws = generator.normal(size=(trials, n))
        found = [x for row in draws.tolist() if (x := t_interval(row)) is not None]
        share = sum(x.low <= 0 <= x.high for x in found) / trials
        few = draws[: asked.count(2000, 200)]
        ends = [across.bootstrap(row[:, None], across.mean, generator, repetitions=1000) for row in few]
        theirs = sum(low <= 0 <= high for low, high in ends) / len(ends)
        yield Figure(
            f"coverage: {n} seeds", "93 to 97 %", f"{share:.1%}", 0.93 <= share <= 0.97, f"bootstrap {theirs:.1%}"
        )


RLIABLE = Path(__file__).with_name("rliable_peer.py")


def rliable(environment: Path, asked: Mapping[str, object]) -> dict[str, list[float]]:
    """Let rliable answer: summary -> value, both ends of the interval, seconds."""
    python = environment / "bin" / "python"
    if not python.exists():
        venv.create(environment, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PINS], check=True)
    answer = subprocess.run(
        [python, "-P", RLIABLE], input=json.dumps(asked), capture_output=True, text=True, check=True
    )
    found: dict[str, list[float]] = json.loads(answer.stdout.splitlines()[-1])
    return found


def beside_rliable(asked: Asked) -> Iterator[Figure]:
    """Hold summaries of 10 runs of 8 cases, their intervals and their time beside rliable's."""
    generator, reps = np.random.default_rng(0), asked.count(2000, 200)
    first, second = (generator.normal(mean, 0.2, size=(10, 8)) for mean in (0.7, 0.65))
    theirs = rliable(asked.environment, {"first": first.tolist(), "second": second.tolist(), "reps": reps})
    spent = np.zeros(2)
    for name, (value, low, high, seconds) in theirs.items():
        took, (ours, ends) = _best(lambda name=name: _ours(name, first, second, reps))  # type: ignore[misc]
        spent += took, seconds
        shown = f"{ours:.4f} [{ends[0]:.3f}, {ends[1]:.3f}], {took * 1e3:.1f} ms"
        peer = f"rliable {value:.4f} [{low:.3f}, {high:.3f}], {seconds * 1e3:.0f} ms"
        # Two bootstraps of as many repetitions differ by some hundredths of the interval's width, at 200 by a tenth.
        near = max(abs(ends[0] - low), abs(ends[1] - high)) <= (high - low) * 5 / math.sqrt(reps)
        yield Figure(f"statistics: {name}", "equal", shown, abs(ours - value) < 1e-9 and near, peer, seconds / took)
    took, seconds = spent.tolist()
    shown, peer = (f"{x * 1e3:.1f} ms" for x in spent)
    yield Figure("statistics: all", "100 times faster", shown, seconds >= 100 * took, f"rliable {peer}", seconds / took)


def _ours(name: str, first: across.Array, second: across.Array, reps: int) -> Estimate:
    generator = np.random.default_rng(0)
    if name == "improvement":
        ends = across.bootstrap_improvement(first, second, generator, repetitions=reps)
        return across.improvement(first, second), ends
    summary = across.SUMMARIES[name]
    return float(summary(first)), across.bootstrap(first, summary, generator, repetitions=reps)


def _best(call: Callable[[], Any], times: int = 5) -> tuple[float, Any]:
    """Give the shortest seconds of a call, and what it gave."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        found = call()
        taken.append(time.perf_counter() - began)
    return min(taken), found


def cost_of_a_unit(asked: Asked) -> Iterator[Figure]:
    """Take the wall time that a process of its own adds to a unit that does nothing."""
    count = asked.count(40, 4)
    with tempfile.TemporaryDirectory() as name, launched(1) as launcher:
        (Path(name) / "cases.py").write_text(IDLE, encoding="utf-8")
        units = [Unit(kind="describe", folder=name, slug="idle", source_hash="", seed=s) for s in range(count + 1)]
        limits = Limits(seconds={"describe": 60}, memory=2**33)
        list(run(launcher, units[:1], jobs=1, limits=limits, scratch=Path(name) / "scratch"))
        began = time.perf_counter()
        list(run(launcher, units[1:], jobs=1, limits=limits, scratch=Path(name) / "scratch"))
        each = (time.perf_counter() - began) / count
    python, _ = _best(lambda: subprocess.run([sys.executable, "-c", "import torch"], check=True), asked.count(3, 1))
    peer = f"a Python that imports torch {python * 1e3:.0f} ms"
    yield Figure("unit: in its own process", "<= 50 ms", f"{each * 1e3:.0f} ms", each <= 0.05, peer, python / each)


def cost_of_a_step(asked: Asked) -> Iterator[Figure]:
    """Hold the loop of the cases beside a bare one, block by block: its loss curve is all that it adds.

    The step itself is next to nothing, a sum of one weight: beside a step of a millisecond the loop's own few
    microseconds drown in the noise of the step, +-1 % on a laptop, and what is asked for is less than that.
    """
    steps, weight = 1000, torch.zeros(1, requires_grad=True)
    optimizer, order = torch.optim.SGD([weight], lr=0.1), torch.arange(steps)

    def bare() -> None:
        for _ in order:
            optimizer.zero_grad()
            weight.sum().backward()
            optimizer.step()

    def ours() -> None:
        t.train(lambda _: weight.sum(), optimizer, iter(order), steps)

    def both() -> tuple[float, float]:
        return _best(ours, 1)[0] / steps, _best(bare, 1)[0] / steps

    both()
    taken = [both() for _ in range(asked.count(100, 5))]
    if found := t_interval([a - b for a, b in taken]):
        shown = f"{found.mean * 1e6:+.2f} us [{found.low * 1e6:.2f}, {found.high * 1e6:.2f}] a step"
        a, b = (statistics.median(side) for side in zip(*taken, strict=True))
        yield Figure(
            "step: cost of the loop", "< 1 % of 1 ms", shown, found.high < 1e-5, f"bare loop {b * 1e6:.1f} us", b / a
        )


def measured(code: str, request: Request, folder: Path) -> tuple[Measurement, ...]:
    """Bench a folder whose cases.py is the file `code` beside this one."""
    folder.mkdir(exist_ok=True)
    shutil.copy(Path(__file__).with_name(code), folder / "cases.py")
    return bench(
        folder, Card(slug="all", id=None, title="All", claims=()), request=request, known={}, scratch=folder / ".scratch",
        on_row=lambda _: None, on_progress=lambda *_: None,
    )  # fmt: skip


def all_smoke(asked: Asked) -> Iterator[Figure]:
    """Take the time of one implementation in every shared case."""
    used = names()[:3] if asked.quick else names()
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "data").mkdir()
        (Path(name) / "data" / "CASES").write_text(" ".join(used), encoding="utf-8")
        began = time.perf_counter()
        rows = measured("every_case.py", Request(budget="smoke", seeds=1, jobs=2, device="cpu"), Path(name))
        seconds = time.perf_counter() - began
    failed = {r.case for r in rows if r.status != "ok"}
    shown = f"{seconds:.0f} s, {len(used)} cases, {len(rows)} units" + (f", failed: {failed}" if failed else "")
    work = sum(r.seconds for r in rows) / 2
    peer = f"the work alone, on 2 cores, {work:.0f} s"
    yield Figure("smoke: all cases", "<= 60 s", shown, seconds <= 60 and not failed, peer, work / seconds)


def faults(asked: Asked) -> Iterator[Figure]:
    """Hold the values of a sound arm beside broken ones to those that it has alone."""
    request = Request(budget="smoke", seeds=asked.count(3, 1), jobs=2, device="cpu", seconds=5, memory=2**30)
    with tempfile.TemporaryDirectory() as name:
        sound, beside = Path(name) / "sound", Path(name) / "beside"
        beside.mkdir()
        (beside / "BAD").touch()
        runs = [measured("faulty_cases.py", request, folder) for folder in (sound, beside)]
    values = [{r.seed: r.value for r in rows if r.arm == "ours" and r.kind == "quality"} for rows in runs]
    ended = {r.arm: r.status for r in runs[1] if r.kind == "quality"}
    same = values[0] == values[1] and None not in values[0].values()
    ends = ", ".join(f"{arm} {status}" for arm, status in sorted(ended.items()))
    yield Figure(
        "faults: values beside them", "the same", ends, same and "ok" not in (ended["crash"], ended["hang"]), ALONE
    )


def told(lab: Path, *words: str) -> str:
    """Give what a command of paperlab says in a lab."""
    return subprocess.run([*TOOL, *words], cwd=lab, capture_output=True, text=True, check=True).stdout


def swept(asked: Asked) -> tuple[str, ...]:
    """Give the words of the bench that is killed, and cut in two."""
    return tuple(("bench adam --budget smoke --no-speed" + " --case digits-optimizer" * asked.quick).split())


def facts(lab: Path) -> tuple[set[tuple[object, ...]], object]:
    """Give the values of all rows of a lab and the verdicts from them."""
    from paperlab.lab import Lab
    from paperlab.library import Measurements

    opened = Lab(lab)
    rows = Measurements(opened.store / "measurements.db").rows()
    said = json.loads(told(lab, "claims", "adam", "--json"))
    verdicts = [(row["claim"], row["verdict"], row["ours"]) for row in said]
    return {(r.kind, r.case, r.arm, r.seed, r.value, r.status) for r in rows}, verdicts


def lab(folder: Path) -> Path:
    """Make an empty lab."""
    subprocess.run([*TOOL, "init", folder], capture_output=True, check=True)
    return folder


def resumed(asked: Asked) -> Iterator[Figure]:
    """Kill a bench with signal 9 in the middle, let it go on, and compare with one that was left alone."""
    with tempfile.TemporaryDirectory() as name:
        whole, killed = (lab(Path(name) / which) for which in ("whole", "killed"))
        middle, _ = _best(lambda: told(whole, *swept(asked)), 1)
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        with subprocess.Popen([*TOOL, *swept(asked)], cwd=killed, **quiet) as process:
            time.sleep(0.6 * middle)
            process.kill()
        before = len(facts(killed)[0])
        told(killed, *swept(asked))
        one, other = facts(whole), facts(killed)
    shown = f"{before} of {len(one[0])} rows before the kill"
    yield Figure("resume: values and verdicts", "the same", shown, one == other and 0 < before < len(one[0]), ALONE)


def sharded(asked: Asked) -> Iterator[Figure]:
    """Bench two halves in two labs and join them, and all of it on a Ray cluster; compare each with the whole."""
    ways = {"whole": "", "first": "--shard 1/2", "second": "--shard 2/2", "on ray": "--executor ray --jobs 2"}
    with tempfile.TemporaryDirectory() as name:
        for way, words in ways.items():
            told(lab(Path(name) / way), *swept(asked), *words.split())
        told(Path(name) / "first", "bench", "merge", str(Path(name) / "second"))
        one, halves, there = (facts(Path(name) / way) for way in ("whole", "first", "on ray"))
    for what, other in (("shards", halves), ("Ray", there)):
        yield Figure(
            f"{what}: values and verdicts", "the same", f"{len(other[0])} of {len(one[0])} rows", one == other, ALONE
        )


PARTS: Mapping[str, Callable[[Asked], Iterator[Figure]]] = {
    "timer": beside_timer,
    "aa": identical,
    "busy": identical_beside_another,
    "coverage": coverage,
    "statistics": beside_rliable,
    "unit": cost_of_a_unit,
    "step": cost_of_a_step,
    "smoke": all_smoke,
    "faults": faults,
    "resume": resumed,
    "shards": sharded,
}


def main() -> None:
    """Print each figure as soon as it is there."""
    parser = argparse.ArgumentParser(description="How well the harness measures.")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--environment", type=Path)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    print(f"| what | target | figure | peer | ratio | met |\n|{' --- |' * 6}", flush=True)
    with tempfile.TemporaryDirectory() as name:
        asked = Asked(arguments.quick, arguments.environment or Path(name) / "rliable")
        for part in arguments.only:
            for x in PARTS[part](asked):
                ratio, met = "" if x.ratio is None else f"{x.ratio:.3g}", "yes" if x.met else "NO"
                print(f"| {x.name} | {x.target} | {x.figure} | {x.peer} | {ratio} | {met} |", flush=True)


if __name__ == "__main__":
    main()
