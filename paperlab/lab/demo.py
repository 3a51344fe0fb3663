"""The whole loop on a fresh machine: list, implement, bench, judge, publish; no network, no step skipped."""

from __future__ import annotations

import textwrap
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from paperlab.lab import Lab
from paperlab.lab.folders import folders
from paperlab.lab.root import LIST

EXAMPLE = Path(__file__).parents[1] / "example" / "eprint"
"""A small paper written for this project."""
SHIPPED = "mnist1d"
SLUG = "example"
WIDTH = 80

Say = Callable[[str], None]


def run(folder: Path, *, say: Say, progress: Callable[[int, int, str], None]) -> Path:
    """Run the demo in a lab of its own and give the path of the page; a second run builds on the first."""
    lab = Lab(folder.resolve()) if (folder / LIST).is_file() else Lab.create(folder)
    lab.progress = progress
    with _step(say, "1. The reading list, what to read next first") as tell:
        _list(lab, tell)
    with _step(say, "2. Scaffold a paper from its e-print") as tell:
        _scaffold(lab, tell)
    with _step(say, f"3. Bench a shipped reimplementation ({SHIPPED}, smoke), judge its claims") as tell:
        _bench(lab, tell)
    with _step(say, "4. Execute the notebooks and build the site") as tell:
        page = _publish(lab, tell)
    say(f"\nThe page: {page}")
    return page


@contextmanager
def _step(say: Say, heading: str) -> Iterator[Say]:
    """Head a step, time it, and give a voice that keeps its lines within a terminal's width."""
    begin = time.perf_counter()
    say(f"\n== {heading}")
    yield lambda line: say(_fitted(line))
    say(f"   ({time.perf_counter() - begin:.1f} s)")


def _fitted(line: str) -> str:
    """Break a line between words only.

    >>> print(_fitted("mnist1d, accuracy: " + "cnn 0.367, " * 7))
       mnist1d, accuracy: cnn 0.367, cnn 0.367, cnn 0.367, cnn 0.367, cnn 0.367, cnn
         0.367, cnn 0.367,
    """
    break_ = textwrap.TextWrapper(WIDTH, "   ", "     ", break_long_words=False, break_on_hyphens=False)
    return break_.fill(line)


def _list(lab: Lab, say: Say) -> None:
    """Queue the shelf's papers, whose metadata travels with paperlab, and show them."""
    from paperlab.lab.starter import fill

    fill(lab, folders(lab.root))
    for ranked in lab.ranked(limit=10):
        entry = ranked.entry
        say(f"{entry.id:<11} {entry.state:<8} {entry.title}")


def _scaffold(lab: Lab, say: Say) -> None:
    for line in lab.implement(str(EXAMPLE), slug=SLUG).lines:
        say(line)


def _bench(lab: Lab, say: Say) -> None:
    from paperlab.harness import Request

    request = Request(budget="smoke", seeds=2, device="cpu", jobs=2)
    for one in lab.bench([SHIPPED], request, on_progress=lab.progress):
        for line in one.lines:
            say(line)
        for row in one.claims:
            say(f"{row.verdict.verdict:<16} {row.verdict.claim} ({row.verdict.place})")
        counts = Counter(row.verdict.verdict for row in one.claims)
        say(", ".join(f"{count} {verdict}" for verdict, count in counts.items()))
    say(f"Smoke only shows that a case runs; `paperlab bench {SHIPPED} --budget small` decides.")


def _publish(lab: Lab, say: Say) -> Path:
    report = lab.publish([SHIPPED, SLUG])
    for note in report.notes:
        say(note)
    say(f"{len(report.pages)} pages, {report.bytes / 1e3:.0f} kB, no script, no request to any network")
    return Path(report.index)
