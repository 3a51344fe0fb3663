"""The whole loop on a fresh machine: list, implement, bench, judge, publish; no network, no step skipped."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from paperlab.lab import Lab
from paperlab.lab.root import LIST
from paperlab.records.changes import NewEntry
from paperlab.records.paper import PaperRecord

EXAMPLE = Path(__file__).parents[1] / "example" / "eprint"
"""A small paper written for this project."""
SHIPPED = "mnist1d"
SLUG = "example"

Say = Callable[[str], None]


def run(folder: Path, *, say: Say, progress: Callable[[int, int, str], None]) -> Path:
    """Run the demo in a lab of its own and give the path of the page; a second run builds on the first."""
    lab = Lab(folder.resolve()) if (folder / LIST).is_file() else Lab.create(folder)
    lab.progress = progress
    with _step(say, "1. The reading list"):
        _list(lab, say)
    with _step(say, "2. Scaffold a paper from its e-print"):
        _scaffold(lab, say)
    with _step(say, f"3. Bench a shipped reimplementation ({SHIPPED}, smoke budget) and judge its claims"):
        _bench(lab, say)
    with _step(say, "4. Execute the notebooks and build the site"):
        page = _publish(lab, say)
    say(f"\nThe page: {page}")
    return page


@contextmanager
def _step(say: Say, heading: str) -> Iterator[None]:
    begin = time.perf_counter()
    say(f"\n== {heading}")
    yield
    say(f"   ({time.perf_counter() - begin:.1f} s)")


def _list(lab: Lab, say: Say) -> None:
    """Queue the shelf's papers, whose metadata travels with paperlab, and show what is next."""
    from paperlab.lab.folders import folders

    cards = [f.card for f in folders(lab.root) if f.card.id]
    records = [
        PaperRecord(id=c.id or "", version=c.version, title=c.title, authors=c.authors, published=c.published,
                    primary_category=c.primary_category) for c in cards
    ]  # fmt: skip
    with lab.library(write=True) as library:
        missing = [r for r in records if not library.known([r.id])]
        library.add([NewEntry(id=r.id, version=r.version) for r in missing], records=missing, command="demo")
    for ranked in lab.ranked(limit=3):
        say(f"   {ranked.score:6.2f}  {ranked.entry.id}  {ranked.entry.title}")


def _scaffold(lab: Lab, say: Say) -> None:
    made = lab.implement(str(EXAMPLE), slug=SLUG)
    for line in made.lines:
        say(f"   {line}")


def _bench(lab: Lab, say: Say) -> None:
    from paperlab.harness import Request

    request = Request(budget="smoke", seeds=2, device="cpu", jobs=2)
    for one in lab.bench([SHIPPED], request, on_progress=lab.progress):
        for line in one.lines:
            say(f"   {line}")
        for row in one.claims:
            say(f"   {row.verdict.verdict:<16} {row.verdict.claim} ({row.verdict.place})")


def _publish(lab: Lab, say: Say) -> Path:
    report = lab.publish([SHIPPED, SLUG])
    for note in report.notes:
        say(f"   {note}")
    say(f"   {len(report.pages)} pages, {report.bytes / 1e3:.0f} kB, no script, no request to any network")
    return Path(report.index)
