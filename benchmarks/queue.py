"""How long a person waits for the daily verbs: whole processes, piped and on a terminal.

    python benchmarks/queue.py [--papers 10000] [--runs 7] [--typer-versions]

Makes a lab of synthetic papers in a temporary folder and times `paperlab VERB` from start to exit: wall
median of `--runs`, and the peak resident set that the kernel reports for one process more (wait4). Beside it stand a
Python that does nothing and a 15-line typer command, since a ratio travels between machines and a time does not.
The target is issue-wide: 150 ms and 80 MB at 10,000 papers, 250 ms at 100,000. It judges nothing: read the table.
`list` in a pipe and `list --json` write all papers, the others what fits a screen.

`--typer-versions` makes a throw-away environment for typer 0.24.0 and for the newest, and times the 15-line command
in each; this one needs the package index.
"""

from __future__ import annotations

import argparse
import compileall
import os
import platform
import pty
import random
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from paperlab.records.changes import NewEntry
from paperlab.records.paper import PaperRecord

WORDS = 20_000
"""Size of the vocabulary; word i is drawn with weight 1 / (i + 1), as words are in English."""
BATCH = 1000
TARGET_MS = {10_000: 150, 100_000: 250}
TARGET_MB = 80

PLAIN = "pass"
FIFTEEN_LINES = """
import typer
from typing import Annotated

app = typer.Typer(add_completion=False, rich_markup_mode=None)

@app.command()
def hello(name: Annotated[str, typer.Argument(help="Whom.")] = "world", count: int = 20) -> None:
    '''Greet.'''
    for number in range(count):
        typer.echo(f"{number} hello {name}")

@app.command()
def bye(name: str = "world") -> None:
    '''Leave.'''
    typer.echo(f"bye {name}")

app(["hello", "you"])
"""


@dataclass(frozen=True)
class Timing:
    """Median and least wall time in milliseconds and peak memory in MB of whole processes.

    A shared machine may be half again as slow for minutes; the least of a few runs is what the code itself costs.
    """

    milliseconds: float
    least: float
    megabytes: float


def synthetic(count: int, seed: int = 0) -> Iterator[list[tuple[NewEntry, PaperRecord]]]:
    """Make `count` papers with abstracts of about 180 words, in batches."""
    rng = random.Random(seed)  # noqa: S311 - seeded, so that each run has the same papers
    words = [f"word{n}" for n in range(WORDS)]
    # One long draw, cut at random places: drawing each word costs more than all that is measured here.
    drawn = rng.choices(words, [1 / (n + 1) for n in range(WORDS)], k=200_000)
    ids = [f"{15 + n // 120_000:02d}{1 + n // 10_000 % 12:02d}.{n % 10_000:05d}" for n in range(count)]
    for start in range(0, count, BATCH):
        yield [(_entry(paper, ids, rng), _record(paper, drawn, rng)) for paper in ids[start : start + BATCH]]


def _entry(paper: str, ids: Sequence[str], rng: random.Random) -> NewEntry:
    parent = rng.choice(ids) if rng.random() < 0.2 else None
    return NewEntry(
        id=paper,
        state=rng.choice(["inbox"] * 2 + ["queued"] * 6 + ["skimmed", "read", "dropped"]),
        priority=rng.choice([0] * 6 + [3, 5, 9]),
        why="a word said so" if rng.random() < 0.3 else None,
        parent=None if parent == paper else parent,
        tags=("nlp",) if rng.random() < 0.1 else (),
    )


def _record(paper: str, drawn: Sequence[str], rng: random.Random) -> PaperRecord:
    at = rng.randrange(len(drawn) - 300)
    return PaperRecord(
        id=paper,
        version=1,
        title=f"Paper {' '.join(drawn[at : at + 8])}",
        authors=tuple(drawn[at + 200 : at + 204]),
        abstract=" ".join(drawn[at + 10 : at + 190]),
        categories=("cs.LG",),
        primary_category="cs.LG",
        published=f"20{rng.randint(10, 25)}-0{rng.randint(1, 9)}-01T00:00:00Z",
        comment=f"{rng.randint(4, 60)} pages" if rng.random() < 0.5 else None,
    )


def fill(path: Path, count: int) -> None:
    """Make a list of `count` papers, added an hour apart batch by batch."""
    from paperlab.library import Library

    hours = iter(range(10**6))

    def clock() -> str:
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(1_700_000_000 + 3600 * next(hours)))

    with Library.create(path, clock=clock) as library:
        for batch in synthetic(count):
            library.add([entry for entry, _ in batch], records=[record for _, record in batch], command="fill")


MEASURER = """
import os, sys
pid = os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ)
_, status, usage = os.wait4(pid, 0)
os.write(int(sys.argv[1]), str(usage.ru_maxrss).encode())
sys.exit(os.waitstatus_to_exitcode(status))
"""
"""Runs a command and says its peak; so small itself that Linux, which counts into the peak of a process what the one
that started it held, counts nothing there."""


def piped(command: Sequence[str], *, passed: Sequence[int] = ()) -> float:
    """Run with stdout in a pipe; gives wall milliseconds."""
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, pass_fds=passed) as process:
        said = _end(process.stdout.fileno()) if process.stdout else b""
    return _milliseconds(command, started, process.returncode, said)


def on_terminal(command: Sequence[str], *, passed: Sequence[int] = ()) -> float:
    """Run with its output on a pseudo-terminal and nobody to answer its questions; gives wall milliseconds."""
    started = time.perf_counter()
    mine, theirs = pty.openpty()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs, pass_fds=passed)
    os.close(theirs)
    said = _end(mine)
    os.close(mine)
    return _milliseconds(command, started, process.wait(), said)


def _end(descriptor: int) -> bytes:
    """Read all that is said; gives the end of it."""
    said = b""
    while True:
        try:
            chunk = os.read(descriptor, 65536)
        except OSError:  # Linux says EIO when the last writer of a terminal is gone
            return said
        if not chunk:
            return said
        said = (said + chunk)[-500:]


def _milliseconds(command: Sequence[str], started: float, code: int, said: bytes) -> float:
    milliseconds = (time.perf_counter() - started) * 1000
    if code != 0:
        raise SystemExit(f"{' '.join(command)} ended with {code}: {said.decode(errors='replace')}")
    return milliseconds


def peak(command: Sequence[str], run: Callable[..., float]) -> float:
    """Give the largest resident set of a command in MB."""
    mine, theirs = os.pipe()
    run([sys.executable, "-I", "-S", "-c", MEASURER, str(theirs), *command], passed=(theirs,))
    os.close(theirs)
    size = int(_end(mine))
    os.close(mine)
    return size / (1024 if sys.platform == "linux" else 1024 * 1024)  # kB on Linux, bytes on macOS


def timed(command: Sequence[str], runs: int, *, terminal: bool = False) -> Timing:
    """Give the median wall time of `runs` processes, after one that warms the file cache and is measured for memory."""
    run = on_terminal if terminal else piped
    megabytes = peak(command, run)
    times = [run(command) for _ in range(runs)]
    return Timing(statistics.median(times), min(times), megabytes)


def middle_of(papers: int) -> str:
    """Give the id of a paper in the middle of the list."""
    return f"15{1 + papers // 2 // 10_000 % 12:02d}.{papers // 2 % 10_000:05d}"


def verbs(lab: Path, papers: int) -> dict[str, list[str]]:
    """Give the commands to time."""
    script = Path(sys.executable).with_name("paperlab")
    start = [str(script)] if script.is_file() else [sys.executable, "-m", "paperlab"]
    paperlab = [*start, "--lab", str(lab)]
    middle = middle_of(papers)
    return {
        "list": [*paperlab, "list"],
        "list -n 20": [*paperlab, "list", "--limit", "20"],
        "list --json": [*paperlab, "list", "--json"],
        "next": [*paperlab, "next"],
        "find (rare word)": [*paperlab, "find", "word500"],
        "find (common)": [*paperlab, "find", "word0"],
        "show": [*paperlab, "show", middle],
        "tree": [*paperlab, "tree"],
        "log": [*paperlab, "log"],
        "done": [*paperlab, "done", middle],
        "--help": [*paperlab, "--help"],
    }


def line(name: str, how: str, found: Timing, bare: Timing, typer: Timing) -> str:
    """Format one row of the table."""
    ratios = f"{found.milliseconds / bare.milliseconds:7.1f} x {found.milliseconds / typer.milliseconds:7.1f} x"
    return (
        f"{name:20s} {how:9s} {found.milliseconds:8.0f} ms {found.least:6.0f} least {found.megabytes:6.0f} MB {ratios}"
    )


def main() -> None:
    """Fill, time, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--papers", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--typer-versions", action="store_true")
    asked = parser.parse_args()
    if asked.typer_versions:
        typer_versions(asked.runs)
        return
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        fill(Path(folder) / "reading_list.db", asked.papers)
        size = (Path(folder) / "reading_list.db").stat().st_size / 1e6
        print(f"{asked.papers} papers: {time.perf_counter() - started:.1f} s to fill, {size:.0f} MB on disk")
        # As an installer does: with PYTHONDONTWRITEBYTECODE set, a checkout would be compiled anew at each start.
        compileall.compile_dir(str(Path(__file__).parents[1] / "paperlab"), quiet=2)
        print(f"Python {platform.python_version()}, {os.cpu_count()} cores, median of {asked.runs} processes")
        report(Path(folder), asked.papers, asked.runs)


def report(lab: Path, papers: int, runs: int) -> None:
    """Time each verb both ways and print the table."""
    bare = timed([sys.executable, "-c", PLAIN], runs)
    typer = timed([sys.executable, "-c", FIFTEEN_LINES], runs)
    goal = TARGET_MS.get(papers, TARGET_MS[10_000])
    print(f"target {goal} ms and {TARGET_MB} MB; ratios are to python -c pass and to 15 lines of typer")
    print(line("python -c pass", "piped", bare, bare, typer))
    print(line("15 lines of typer", "piped", typer, bare, typer))
    for name, command in verbs(lab, papers).items():
        for how in ("piped", "terminal"):
            found = timed(command, runs, terminal=how == "terminal")
            over = found.milliseconds > goal or found.megabytes > TARGET_MB
            print(line(name, how, found, bare, typer), "OVER" if over else "")


def typer_versions(runs: int) -> None:
    """Time the 15-line command in an environment of its own for each version of typer."""
    for wanted in ("typer==0.24.0", "typer"):
        with tempfile.TemporaryDirectory() as folder:
            venv.create(folder, with_pip=True)
            python = str(Path(folder) / "bin" / "python")
            subprocess.run([python, "-m", "pip", "install", "-q", wanted], check=True)
            asked = "import importlib.metadata as m; print(m.version('typer'))"
            version = subprocess.run([python, "-c", asked], check=True, capture_output=True, text=True).stdout.strip()
            for how in ("piped", "terminal"):
                found = timed([python, "-c", FIFTEEN_LINES], runs, terminal=how == "terminal")
                print(f"typer {version:8s} {how:9s} {found.milliseconds:6.0f} ms {found.megabytes:5.0f} MB")


if __name__ == "__main__":
    main()
