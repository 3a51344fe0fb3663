"""Bench one implementation: describe it, hold it to its checks, then measure quality and speed, row by row."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from paperlab.errors import UsageError
from paperlab.harness.api import BUDGETS, RUNGS, Case, Trial
from paperlab.harness.environment import commit_of
from paperlab.harness.evidence import closes, gated
from paperlab.harness.executors import Executor, Limits, Terms, finished, opened
from paperlab.harness.owncases import any_case, nearest
from paperlab.harness.planning import (
    DTYPES,
    GATE,
    Plan,
    gate_units,
    ladder_units,
    preloads,
    quality_units,
    refused_units,
    require,
    shard,
    speed_units,
)
from paperlab.harness.units import SHARED, Unit, claims_hash, claims_stated, source_hash, timed_budget
from paperlab.records.card import Card
from paperlab.records.measurement import WITHDRAWN, Measurement

SECONDS: Mapping[str, Mapping[str, float]] = {
    # Ten times and more of what a case should take: a busy machine is slow, and a hang is still found.
    "smoke": {"describe": 120, "check": 60, "quality": 60, "ladder": 60, "speed": 60, "cost": 60},
    "small": {"describe": 120, "check": 60, "quality": 120, "ladder": 120, "speed": 60, "cost": 60},
    "full": {"describe": 120, "check": 120, "quality": 600, "ladder": 600, "speed": 120, "cost": 120},
}

RUNS = 40
"""Runs of the equal seconds that a unit may make on the way."""
COMPILING = 300
"""Seconds more for a timing whose sides are compiled first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a bench is asked to do."""

    budget: str = "small"
    seeds: int = 5
    device: str = "auto"
    """auto | cpu | cuda | mps."""
    jobs: int = 1
    """Units side by side; checks and quality alone, timings never run beside anything."""
    cases: tuple[str, ...] = ()
    """Only these cases, checks, or "speed"; empty: all that there is. The checks run in any event."""
    speed: bool = True
    threads: int = 1
    """Torch threads a unit; a second one on a busy machine costs more than it brings."""
    memory: int = 8 * 2**30
    """Bytes that one unit may take; never more than its share of three quarters of the machine's."""
    seconds: float | None = None
    """Longest time for any one unit, in place of the table's."""
    dtype: str = "float32"
    """In which the timing is done and its cost counted: one of `planning.DTYPES`. Checks and training keep float32."""
    equal_seconds: float | None = None
    """Seconds that each arm trains for, in place of the budget's steps; with them no value is repeated to the bit."""
    compile: bool = False
    """Whether both sides of the timing are compiled first, which is timed apart."""
    shard: tuple[int, int] = (1, 1)
    """Which of how many: (1, 2) does the checks and about half of the rest; (2, 2) does the other half elsewhere."""

    executor: str = "processes"
    """inline | processes | ray | slurm: `executors`."""
    gpus: int = 0
    """GPUs of each unit; 0 lets every unit see all."""
    options: Mapping[str, str] = field(default_factory=dict)
    """Of the executor alone, such as Slurm's partition."""
    own_cases: str = ""
    """The lab's folder of cases; empty without a lab."""

    def __post_init__(self) -> None:
        """Refuse a request that cannot be meant."""
        if self.budget not in BUDGETS:
            raise UsageError(f"expected a budget of {', '.join(BUDGETS)}; got {self.budget!r}")
        if self.seeds < 1 or self.jobs < 1 or self.threads < 1:
            raise UsageError(
                f"expected 1 or more seeds, jobs and threads; got {self.seeds}, {self.jobs}, {self.threads}"
            )
        if self.dtype not in DTYPES:
            raise UsageError(f"expected a dtype of {', '.join(DTYPES)}; got {self.dtype!r}")
        if self.equal_seconds is not None and not 0 < self.equal_seconds < math.inf:
            raise UsageError(f"expected seconds above 0 for each arm; got {self.equal_seconds:g}")
        which, of = self.shard
        if not 1 <= which <= of:
            raise UsageError(f"expected a shard from 1/N to N/N, such as 1/2; got {which}/{of}")

    @property
    def measured(self) -> str:
        """The budget as rows of quality name it: `small`, or `small, 2 s` where arms train for equal seconds."""
        return timed_budget(self.budget, self.equal_seconds)


@dataclass(slots=True)
class Bench:
    """One bench under way: what is known, what came out."""

    card: Card
    request: Request
    known: Mapping[str, Measurement]
    executor: Executor
    on_row: Callable[[Measurement], None]
    on_progress: Callable[[int, int, str], None]
    commit: str = ""
    rows: list[Measurement] = field(default_factory=list)
    done: int = 0
    total: int = 1

    def work(self, units: Iterable[Unit]) -> list[Measurement]:
        """Give a row for each unit: the known one, or that of a new run."""
        asked = list(units)
        found = {u.key: row for u in asked if (row := self._known(u)) is not None}
        for unit in asked:
            if unit.key in found:
                self._keep(found[unit.key], unit)
        new = [u for u in asked if u.key not in found]
        for unit, result in finished(self.executor, new):
            row = _row(unit, result, self.card, self.commit)
            self.on_row(row)
            self._keep(row, unit)
            found[unit.key] = row
        return [found[u.key] for u in asked]

    def refuse(self, units: Iterable[tuple[Unit, str]]) -> None:
        """Keep a row for each unit that cannot be run, with its reason."""
        for unit, why in units:
            self.rows.append(_row(unit, {"status": "refused", "failure": why}, self.card, self.commit))
            self.on_row(self.rows[-1])

    def withdraw(self, source: str, asked: Iterable[str]) -> None:
        """Take back what did not hold and is asked no more: a fault of cases.py, or what a case no longer promises."""
        left = set(asked)
        for row in self.known.values():
            mine = row.kind == "check" and (row.slug, row.source_hash) == (self.card.slug, source)
            if mine and row.status not in ("ok", WITHDRAWN) and row.case not in left:
                self.on_row(replace(row, status=WITHDRAWN, failure="", at=_now()))

    def has(self, unit: Unit) -> bool:
        """Tell whether a unit need not be run."""
        return unit.key in self.known and self.known[unit.key].status == "ok"

    def _known(self, unit: Unit) -> Measurement | None:
        if self.has(unit):
            return self.known[unit.key]
        return self._of_another(unit) if unit.source_hash == SHARED else None

    def _of_another(self, unit: Unit) -> Measurement | None:
        """Take over what a case alone gave when another implementation was measured: it is the same work."""
        for slug in sorted({row.slug for row in self.known.values()} - {unit.slug}):
            row = self.known.get(replace(unit, slug=slug).key)
            if row is not None and row.status == "ok":
                own = replace(row, slug=unit.slug, key=unit.key)
                self.on_row(own)
                return own
        return None

    def _keep(self, row: Measurement, unit: Unit) -> None:
        self.rows.append(row)
        self.done += 1
        self.on_progress(self.done, self.total, f"{unit.kind} {unit.case} {unit.arm}".strip())

    def describe(self, unit: Unit) -> Plan | str:
        """Ask the folder what it is; give the plan, or why there is none.

        Raises:
            UsageError: the device that was asked for is not there.
        """
        ((_, result),) = finished(self.executor, [unit])
        if "refused" in result:
            raise UsageError(str(result["refused"]))
        return str(result["failure"]) if result["status"] != "ok" else Plan(result)


def bench(
    folder: Path,
    card: Card,
    *,
    request: Request,
    known: Mapping[str, Measurement],
    scratch: Path,
    on_row: Callable[[Measurement], None],
    on_progress: Callable[[int, int, str], None],
) -> tuple[Measurement, ...]:
    """Measure the implementation in a folder.

    Args:
        folder: holds model.py and cases.py; nothing is written there.
        card: its paper.toml.
        request: budget, seeds, device, jobs.
        known: rows by key; those that are ok are used again in place of a run, and of other implementations' rows those
            that belong to a case alone.
        scratch: a folder for the processes' files, emptied as they end.
        on_row: called with each new row at once, so that Ctrl-C leaves what is done.
        on_progress: called with units done, units planned so far, and words for the one that ended.

    Returns:
        Every row of this bench, the known ones included: checks first, then quality and ladder, then speed.
        Where a check does not hold, be it after the timing, there is nothing but checks.

    Raises:
        UsageError: the device that was asked for is not there; nothing was run.
        NothingFound: a case that was asked for is not there; nothing was run.
    """
    with opened(request.executor, _terms(request, scratch)) as executor:
        it = Bench(card, request, known, executor, on_row, on_progress, commit_of(folder))
        return measured(it, str(folder.resolve()), source_hash(folder))


def measured(it: Bench, folder: str, source: str) -> tuple[Measurement, ...]:
    """Do what `bench` does, for what lies in a folder or is held under its name."""
    request = it.request
    base = Unit(
        kind="describe",
        folder=folder,
        slug=it.card.slug,
        source_hash=source,
        budget=request.budget,
        device=request.device,
        threads=request.threads,
        cases=request.own_cases,
    )
    plan = it.describe(base)
    if isinstance(plan, str):
        it.rows.append(_broken(base, plan, it.card))
        it.on_row(it.rows[0])
    else:
        _measure(it, plan, replace(base, device=plan.device))
    return tuple(gated(it.rows))


def _measure(it: Bench, plan: Plan, base: Unit) -> None:
    request = it.request
    problems = plan.problems or (() if plan.checks else ("cases.py lists no check; an implementation needs one",))
    if problems:
        it.rows.append(_broken(base, "\n".join(problems), it.card))
        it.on_row(it.rows[-1])
        return
    require(plan, it.card.slug, request.cases)
    trained = replace(base, budget=request.measured)
    quality = shard(quality_units(plan, trained, it.card, request.seeds, request.cases), *request.shard)
    ladder = shard(ladder_units(plan, base, request.cases), *request.shard)
    timed = replace(base, dtype=DTYPES[request.dtype], compile=request.compile)
    speed = shard(speed_units(plan, timed, request.cases), *request.shard) if request.speed else []
    gate = gate_units(plan, base)
    it.total = len(gate) + len(quality) + len(ladder) + len(speed)
    it.withdraw(base.source_hash, (u.case for u in gate))
    if any(row.status != "ok" for row in it.work(gate)):
        return
    if any(not it.has(u) for u in (*ladder, *quality)):
        it.executor.preload(preloads(plan, request.cases))
    it.refuse(refused_units(plan, base, request.cases))
    it.work([*ladder, *quality])
    if not any(map(closes, it.work(u for u in speed if u.kind == "speed"))):
        it.work(u for u in speed if u.kind != "speed")


def _broken(base: Unit, failure: str, card: Card) -> Measurement:
    """Give the row of a folder whose cases.py cannot be read: a check that did not hold."""
    unit = replace(base, kind="check", case=GATE, facts={"metric": "cases.py loads", "unit": "", "higher": False})
    return _row(unit, {"status": "failed", "failure": failure}, card)


def _row(unit: Unit, result: Mapping[str, Any], card: Card, commit: str = "") -> Measurement:
    """Make the row of a unit from what came out."""
    facts = unit.facts
    stated: dict[str, Any] = {"claims": claims_stated(card.claims)} | ({"commit": commit} if commit else {})
    if unit.case_source:
        stated |= {"case": {"place": facts["place"], "source": unit.case_source}}
    return Measurement(
        key=unit.key,
        slug=card.slug,
        source_hash=unit.source_hash,
        kind=unit.kind,
        case=unit.case,
        case_version=unit.case_version,
        arm=unit.arm,
        seed=unit.seed,
        budget=unit.budget,
        device=unit.device,
        metric=facts["metric"],
        unit=facts["unit"],
        higher_is_better=facts["higher"],
        value=result.get("value"),
        status=result["status"],
        failure=_pointing(result["failure"], facts.get("equation", "")),
        limit=facts.get("limit"),
        equation=facts.get("equation", ""),
        notes=dict(facts.get("notes", {})) | result.get("notes", {}),
        samples=tuple(result.get("samples", ())),
        seconds=round(result.get("seconds", 0.0), 4),
        at=_now(),
        environment=result.get("environment", {}) | stated,
        claims_hash=claims_hash(card.claims),
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _pointing(failure: str, equation: str) -> str:
    """Say where in the paper to look, once."""
    return f"{failure}\nlook at {equation}" if failure and equation and equation not in failure else failure


def _terms(request: Request, scratch: Path) -> Terms:
    return Terms(
        threads=request.threads,
        jobs=request.jobs,
        limits=Limits(seconds=_seconds(request), memory=request.memory),
        scratch=scratch,
        gpus=request.gpus,
        options=request.options,
    )


def _seconds(request: Request) -> Mapping[str, float]:
    table = dict(SECONDS[request.budget])
    if request.compile:
        table["speed"] += COMPILING
    # Tuning takes as often the time of a run as there are rates, twice.
    table["quality"] += RUNS * (request.equal_seconds or 0.0)
    return table if request.seconds is None else dict.fromkeys(table, request.seconds)


def rungs(
    case: str | Case, names: Iterable[str] = ("chance", "trivial"), seed: int = 0, budget: str = "smoke"
) -> dict[str, float]:
    """Compute rungs of a case's ladder here and now, for a notebook.

    Args:
        case: a shared one or one of the lab that we are in by its name, or any case.
        names: which rungs.
        seed: of the trial.
        budget: of the trial.

    Raises:
        UsageError: an unknown case, or a rung that it has not.
    """
    found = case if isinstance(case, Case) else any_case(case, nearest(Path.cwd()))[0]
    for name in names:
        if name not in found.ladder:
            have = ", ".join(r for r in RUNGS if r in found.ladder)
            raise UsageError(f"case {found.name}: expected rungs out of {have}; got {name!r}")
    trial = Trial(seed=seed, budget=budget, settings=found.budgets[budget])
    return {name: float(found.ladder[name](trial)) for name in names}
