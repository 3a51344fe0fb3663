"""How much of what can be wrong with a model.py its checks and claims notice: each broken copy in a process of its own.

A mutant is caught where a check of cases.py does not hold, or where a claim that the unbroken file reproduces is no
longer borne out. The folder itself is only read: copies lie in the scratch folder, and go when their process has ended.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from paperlab import litter
from paperlab.errors import UsageError
from paperlab.harness.edits import Mutant, mutants
from paperlab.harness.executing import Limits
from paperlab.harness.launch import Launcher, launched
from paperlab.harness.pool import run, share_of_memory
from paperlab.harness.running import Request, bench
from paperlab.harness.units import Unit, source_hash
from paperlab.harness.verdicts import judge
from paperlab.records.card import Card
from paperlab.records.measurement import Measurement

LISTING = "mutants.toml"
ENOUGH = 0.8
"""Share of the automatic mutants that is to be caught; of the listed ones all are."""
MISSING = "a check is missing"
SECONDS = 60.0
"""Longest time for all checks of one mutant; one that does not end is caught."""
CLAIM = "claim "
"""Before the name of a claim that caught a mutant; a check stands by its name."""
_LOST = ("not", "partly")
"""Verdicts that give a mutant away where the unbroken file had `reproduced`."""
OnRow = Callable[[Measurement], None]
OnProgress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What became of one mutant."""

    name: str
    """Of a listed one the author's words, else the kind of edit."""
    line: int
    old: str
    new: str
    listed: bool
    by: str
    """The check or the claim that caught it; empty where it survived."""
    reason: str
    """Why it survived: the author's reason why it is equivalent, or that a check is missing; empty where it was caught."""

    def to_json(self) -> dict[str, Any]:
        """Give the object that `bench --mutants --json` prints."""
        return asdict(self) | {"caught": bool(self.by)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What became of all mutants of one implementation, in the order of `edits.mutants`."""

    slug: str
    tried: tuple[Tried, ...]
    claims: tuple[str, ...] | None = None
    """Those that what passed the checks was held to; None where nothing was left, or the card states none."""

    @property
    def survivors(self) -> tuple[Tried, ...]:
        """Those that nothing noticed, the equivalent ones included."""
        return tuple(one for one in self.tried if not one.by)

    def count(self, *, listed: bool) -> tuple[int, int]:
        """Give how many were caught, of how many: those that survived and are said to be equivalent count as neither."""
        asked = [one for one in self.tried if one.listed == listed and (one.by or one.reason == MISSING)]
        return sum(bool(one.by) for one in asked), len(asked)

    @property
    def by_claims(self) -> int:
        """How many passed the checks, and a claim gave them away."""
        return sum(one.by.startswith(CLAIM) for one in self.tried)

    @property
    def enough(self) -> bool:
        """Whether all listed and the wanted share of the automatic ones were caught."""
        (listed, of), (automatic, of_all) = self.count(listed=True), self.count(listed=False)
        return listed == of and automatic >= ENOUGH * of_all


def try_mutants(
    folder: Path,
    card: Card,
    *,
    request: Request,
    known: Mapping[str, Measurement],
    scratch: Path,
    on_row: OnRow,
    on_progress: OnProgress,
) -> Score:
    """Hold the checks, and then the claims, against each broken copy of a folder's model.py.

    Args:
        folder: holds model.py and cases.py, and a mutants.toml where the author lists mutants; nothing is written there.
        card: its paper.toml.
        request: budget and seeds of the claims, device, jobs.
        known: rows of earlier calls by key; they are used again in place of a run.
        scratch: a folder for copies and the processes' files.
        on_row: called with each new row at once.
        on_progress: called with mutants done, of how many, and which.

    Raises:
        UsageError: model.py or mutants.toml cannot be read, or a check does not hold for the unbroken file.
    """
    listing = folder / LISTING
    told = listing.read_text(encoding="utf-8") if listing.is_file() else ""
    found = mutants((folder / "model.py").read_text(encoding="utf-8"), told)
    scratch.mkdir(parents=True, exist_ok=True)
    with _room(scratch) as where, launched(request.threads) as launcher:
        it = _Trying(card, request, dict(known), scratch, launcher, on_row, on_progress)
        it.unbroken(folder)
        copies = [_copied(folder, Path(where) / str(i), one.text) for i, one in enumerate(found)]
        caught = it.gate(list(zip(found, copies, strict=True)))
    with _room(scratch) as where:
        open_ones = [i for i, one in enumerate(found) if not caught[i] and not one.equivalent]
        wanted = it.reproduced(folder) if open_ones and card.claims else None
        for i in open_ones if wanted else ():
            caught[i] = it.lost(_copied(folder, Path(where) / str(i), found[i].text), wanted or {})
    tried = tuple(_tried(one, by) for one, by in zip(found, caught, strict=True))
    return Score(slug=card.slug, tried=tried, claims=None if wanted is None else tuple(wanted))


def _room(scratch: Path) -> tempfile.TemporaryDirectory[str]:
    """Give a folder for copies, under a name by which the next run sweeps it where this one is killed."""
    return tempfile.TemporaryDirectory(dir=scratch, prefix=litter.prefix("mutants"), suffix=".new")


def _tried(one: Mutant, by: str) -> Tried:
    reason = "" if by else one.equivalent or MISSING
    return Tried(name=one.name, line=one.line, old=one.old, new=one.new, listed=one.listed, by=by, reason=reason)


def _copied(folder: Path, to: Path, model: str) -> Path:
    """Copy the folder's Python with another model.py; what else lies there is linked."""
    shutil.copytree(folder, to, ignore=shutil.ignore_patterns("__pycache__", ".*"), copy_function=_put)
    (to / "model.py").write_text(model, encoding="utf-8")
    return to


def _put(source: str, to: str) -> None:
    if source.endswith(".py"):
        shutil.copyfile(source, to)
    else:
        Path(to).symlink_to(Path(source).resolve())


@dataclass(slots=True)
class _Trying:
    """Mutants under way."""

    card: Card
    request: Request
    known: dict[str, Measurement]
    scratch: Path
    launcher: Launcher
    on_row: OnRow
    on_progress: OnProgress

    def unbroken(self, folder: Path) -> None:
        """Refuse to go on where the gate is closed for the file as it is: everything would count as caught."""
        (by,) = self._by([(self._unit(folder, "unbroken"), None)])
        if by:
            raise UsageError(f"{by} does not hold for model.py as it is: `paperlab bench {self.card.slug}` tells more")

    def gate(self, asked: Sequence[tuple[Mutant, Path]]) -> list[str]:
        """Give for each mutant the check that caught it, or nothing."""
        return self._by([(self._unit(copy, f"{one.line}: {one.name}"), one) for one, copy in asked])

    def _by(self, asked: Sequence[tuple[Unit, Mutant | None]]) -> list[str]:
        new = {unit.key: unit for unit, _ in asked if unit.key not in self.known}
        limits = Limits(
            seconds={"mutant": self.request.seconds or SECONDS},
            memory=min(self.request.memory, share_of_memory(self.request.jobs)),
        )
        done = len(asked) - len(new)
        for unit, result in run(
            self.launcher, list(new.values()), jobs=self.request.jobs, limits=limits, scratch=self.scratch
        ):
            row = _row(unit, result)
            self.known[unit.key] = row
            self.on_row(row)
            done += 1
            self.on_progress(done, len(asked), f"mutant {unit.case}")
        return [str(self.known[unit.key].notes["by"]) for unit, _ in asked]

    def _unit(self, copy: Path, what: str) -> Unit:
        return Unit(
            kind="mutant",
            folder=str(copy.resolve()),
            slug=self.card.slug,
            source_hash=source_hash(copy),
            case=what,
            budget="smoke",
            device=self.request.device,
            threads=self.request.threads,
        )

    def reproduced(self, folder: Path) -> dict[str, str]:
        """Give the claims that the unbroken file reproduces at this budget, without those that a check decides."""
        quality = {c.id for c in self.card.claims if c.kind not in ("equality", "property", "cost") or c.compare}
        return {k: v for k, v in self._verdicts(folder).items() if v == "reproduced" and k in quality}

    def lost(self, copy: Path, wanted: Mapping[str, str]) -> str:
        """Name a claim that this copy no longer bears out; empty where all stand."""
        now = self._verdicts(copy, tuple({c.case for c in self.card.claims if c.id in wanted}))
        return next((f"{CLAIM}{claim}" for claim in wanted if now.get(claim) in _LOST), "")

    def _verdicts(self, folder: Path, cases: tuple[str, ...] = ()) -> dict[str, str]:
        rows = bench(
            folder,
            self.card,
            request=replace(self.request, speed=False, cases=cases),
            known=self.known,
            scratch=self.scratch,
            on_row=self._keep,
            on_progress=self.on_progress,
        )
        return {v.claim: v.verdict for v in judge(self.card, rows, budget=self.request.budget)}

    def _keep(self, row: Measurement) -> None:
        self.known[row.key] = row
        self.on_row(row)


def _row(unit: Unit, result: Mapping[str, Any]) -> Measurement:
    """Make a row of what the checks said; a process that hung, crashed or took too much gave the mutant away."""
    ended = result["status"] == "ok"
    by = result["notes"]["by"] if ended else f"{result['status']} in its process"
    return Measurement(
        key=unit.key,
        slug=unit.slug,
        source_hash=unit.source_hash,
        kind=unit.kind,
        case=unit.case,
        case_version=0,
        arm=unit.arm,
        seed=unit.seed,
        budget=unit.budget,
        device=unit.device,
        metric="caught",
        unit="mutants",
        higher_is_better=True,
        value=float(bool(by)),
        failure="" if ended else result["failure"],
        notes={"by": by},
        seconds=round(result.get("seconds", 0.0), 4),
        at=datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        environment=result.get("environment", {}),
    )
