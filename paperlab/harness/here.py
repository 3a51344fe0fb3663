"""Measure and judge what was written in a notebook, there: the gate first, the same seeds, settings and verdicts as a bench.

    found = measure(implementation(...), [claim(...)], budget="small", seeds=5)
    found                 # a table of verdicts, one of the cases
    found.rows            # what a lab would keep

Units run one after the other in this process, without limits of time and memory. The minimum effects are those of the
claims that are handed in, so they stand before the run does; rows remember them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from paperlab.errors import UsageError
from paperlab.harness.api import Implementation
from paperlab.harness.child import HELD
from paperlab.harness.executors import Limits, Terms, opened
from paperlab.harness.gateline import gate_line
from paperlab.harness.inspecting import code_hash
from paperlab.harness.inwords import between, first_line, noise
from paperlab.harness.owncases import nearest
from paperlab.harness.report import results
from paperlab.harness.running import Bench, Request, measured
from paperlab.harness.verdicts import judge
from paperlab.records.card import Card, Claim, unique
from paperlab.records.measurement import Measurement, Verdict

Table = tuple[tuple[str, ...], list[tuple[str, ...]]]
"""Heads, and rows of as many cells."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Found:
    """What a measurement in a notebook came to; shown as tables."""

    card: Card
    rows: tuple[Measurement, ...]
    """Checks first, then quality and ladder, then speed; where a check does not hold there is nothing else."""
    verdicts: tuple[Verdict, ...]
    """One a claim, in their order."""

    @property
    def results(self) -> dict[str, Any]:
        """What results.json would hold: see docs/report.md."""
        return results(self.card, self.rows, self.verdicts)

    def __repr__(self) -> str:
        """Give the gate in a line, and the tables as text."""
        return "\n\n".join([self._gate(), *(_as_text(table) for table in self._tables())])

    def _repr_html_(self) -> str:
        return f"<p>{escape(self._gate())}</p>" + "".join(map(_as_html, self._tables()))

    def _gate(self) -> str:
        checks = self.results["checks"]
        lost = [(c["name"], (c["failure"].splitlines() or [c["status"]])[0]) for c in checks if c["status"] != "ok"]
        bad = [told if told.startswith(name) else f"{name}: {told}" for name, told in lost]
        return "\n".join([gate_line(checks), *bad])

    def _tables(self) -> list[Table]:
        told = self.results
        cases = [row for case in told["summary"] for row in _standing(case)]
        cases += [_timing(timing) for timing in told["timings"]]
        verdicts = [_judged(v) for v in self.verdicts]
        tables = [
            (("case", "arm", "mean", "interval", "seeds"), cases),
            (("claim", "ours", "verdict", "why"), verdicts),
        ]
        return [table for table in tables if table[1]]


def measure(
    implementation: Implementation,
    claims: Iterable[Claim] = (),
    *,
    budget: str = "small",
    seeds: int = 5,
    device: str = "auto",
    cases: Sequence[str] = (),
    speed: bool = False,
    known: Iterable[Measurement] = (),
    name: str = "notebook",
    on_progress: Callable[[int, int, str], None] = lambda *_: None,
) -> Found:
    """Hold an implementation to its checks, run it on its cases, and judge claims, here and now.

    Args:
        implementation: its checks, the cases that it enters, what it is timed against.
        claims: what is judged, each with its minimum effect.
        budget: smoke, small or full.
        seeds: of each arm; three and more give an interval.
        device: auto, cpu, cuda or mps.
        cases: only these; the checks run in any event.
        speed: whether it is timed too: without limits, and beside whatever else the machine does.
        known: rows of before, such as `found.rows`: what is asked for again, of the same code, is not run again.
        name: under which the rows stand.
        on_progress: takes units done, units planned so far, and words for the one that ended.

    Raises:
        UsageError: a request that cannot be meant, two claims of one id, or no check; nothing was run.
        NothingFound: a case that was asked for is not entered; nothing was run.
    """
    card = Card(slug=name, title=name, claims=tuple(claims))
    unique(card.claims, where="measure()")
    if not implementation.checks:
        raise UsageError(
            "expected checks in the implementation, got none; compare it with something known to be right: Check(...)"
        )
    request = Request(
        budget=budget, seeds=seeds, device=device, cases=tuple(cases), speed=speed, executor="inline",
        own_cases=nearest(Path.cwd()),
    )  # fmt: skip
    terms = Terms(threads=request.threads, jobs=1, limits=Limits(seconds={}, memory=request.memory), scratch=Path())
    before = {row.key: row for row in known}
    with opened(request.executor, terms) as executor, _held(implementation) as where:
        rows = measured(
            Bench(card, request, before, executor, lambda _: None, on_progress), where, code_hash(implementation)
        )
    return Found(card=card, rows=rows, verdicts=judge(card, rows, budget=budget))


@contextmanager
def _held(implementation: Implementation) -> Iterator[str]:
    """Hold an implementation under the name of a folder that cannot be there."""
    where = f"\0notebook/{id(implementation)}"
    HELD[where] = implementation
    try:
        yield where
    finally:
        del HELD[where]


def _standing(case: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    """Give a case's arms and rungs, best first."""
    arms = [(a["arm"], a["mean"], a["interval"], str(a["n"])) for a in case["arms"] if a["mean"] is not None]
    rungs = [(rung, value, None, "") for rung, value in case["ladder"].items()]
    named = f"{case['case']}, {case['metric']} ({case['unit']})"
    for arm, mean, interval, seeds in sorted([*arms, *rungs], key=lambda one: one[1], reverse=case["higher_is_better"]):
        yield named, arm, f"{mean:.4g}", _between(interval), seeds
    for arm in (a for a in case["arms"] if a["mean"] is None):
        yield named, arm["arm"], "", "", f"{arm['failed']} failed"


def _timing(timing: dict[str, Any]) -> tuple[str, ...]:
    ratio = timing["ratio"]
    named = f"{timing['name']}, times {timing.get('against', 'the baseline')}"
    if ratio is None:
        return f"{named}: {first_line(timing['failure'])}", "ours", "", "", timing["status"]
    ends = between(timing) or None
    return (
        f"{named} ({'; '.join(noise(timing))})",
        "ours",
        f"{ratio:.3g}",
        _between(ends),
        f"{timing.get('pairs')} pairs",
    )


def _judged(verdict: Verdict) -> tuple[str, ...]:
    ours = "" if verdict.ours is None else f"{verdict.ours:.4g} {_between(verdict.interval)} {verdict.unit}"
    return verdict.claim, " ".join(ours.split()), verdict.verdict, verdict.reason


def _between(interval: Sequence[float] | None) -> str:
    return f"[{interval[0]:.4g}, {interval[1]:.4g}]" if interval else ""


def _as_text(table: Table) -> str:
    lines = [table[0], *table[1]]
    widths = [max(len(line[i]) for line in lines) for i in range(len(table[0]))]
    return "\n".join("  ".join(cell.ljust(n) for cell, n in zip(line, widths, strict=True)).rstrip() for line in lines)


def _as_html(table: Table) -> str:
    head = "".join(f"<th>{escape(cell)}</th>" for cell in table[0])
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in table[1])
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
