"""Rows as runs: a pure function, so that two exports of the same rows are equal."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from paperlab.records.measurement import Measurement

SHORT = 12
"""Digits of a source hash in a name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What such a tool shows as one line of its table."""

    name: str
    """`CASE/ARM/seed-0`, or `verdicts`."""
    source: str
    """First digits of the source hash, and budget and device: what a person compares runs by."""
    settings: Mapping[str, str]
    values: Mapping[str, float]
    curves: Mapping[str, Sequence[float]] = field(default_factory=dict)
    """Name -> values in even steps."""
    tags: Mapping[str, str] = field(default_factory=dict)
    """Verdicts, status, environment."""
    began: float = 0.0
    """Seconds since 1970, UTC."""
    ended: float = 0.0
    done: bool = True
    """False where the unit failed; it then has no value."""

    @property
    def key(self) -> str:
        """Name of this content: an export that finds it leaves it alone."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:32]


def runs(results: Mapping[str, Any], rows: Sequence[Measurement]) -> tuple[Run, ...]:
    """Give the verdicts first, then what each arm reached at each seed.

    Args:
        results: as `report.results` gives it.
        rows: that it was made from.
    """
    hashes = "-".join(h[:SHORT] for h in results["hashes"]["source"])
    source = f"{hashes}-{results['budget']}-{results['device']}"
    return (_judged(results, source), *(_reached(r, source) for r in rows if r.kind == "quality"))


def _reached(row: Measurement, source: str) -> Run:
    """Give the run of one arm at one seed."""
    settings = {"case": row.case, "case version": row.case_version, "arm": row.arm, "seed": row.seed}
    noted = {k: v for k, v in row.notes.items() if isinstance(v, str | int | float)}
    ended = _seconds(row.at)
    told = {"status": row.status, "failure": row.failure, "key": row.key, "unit": row.unit}
    return Run(
        name=f"{row.case}/{row.arm}/seed-{row.seed}",
        source=source,
        settings=_texts(noted | settings | {"budget": row.budget, "device": row.device}),
        values={row.metric: row.value, "seconds": row.seconds} if row.value is not None else {"seconds": row.seconds},
        curves={"curve": row.samples} if row.samples else {},
        tags=_texts(told | {f"environment.{k}": v for k, v in row.environment.items()}),
        began=ended - row.seconds,
        ended=ended,
        done=row.status == "ok",
    )


def _judged(results: Mapping[str, Any], source: str) -> Run:
    """Give the run of the whole: verdicts, gate, means, ladders, timing, cost."""
    said = {f"{what}.{v['claim']}": v[what] for v in results["verdicts"] for what in ("verdict", "reason", "place")}
    facts = {f"environment.{k}": v for k, v in results["environment"].items()}
    held = {f"check.{c['name']}": c["status"] for c in results["checks"]}
    at = _seconds(results["at"])
    return Run(
        name="verdicts",
        source=source,
        settings=_texts({k: results[k] for k in ("slug", "id", "version", "budget", "device", "run")}),
        values=dict(_numbers(results)),
        tags=_texts(
            said | held | facts | {"claims": results["hashes"]["claims"], "source": results["hashes"]["source"]}
        ),
        began=at,
        ended=at,
    )


def _numbers(results: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """Give each single number of the results under a name of its own."""
    for v in results["verdicts"]:
        low, high = v["interval"] or (None, None)
        yield from _named(f"claim/{v['claim']}", {"ours": v["ours"], "low": low, "high": high, "paper": v["paper"]})
    for one in results["summary"]:
        yield from _named(f"mean/{one['case']}", {arm["arm"]: arm["mean"] for arm in one["arms"]})
        yield from _named(f"ladder/{one['case']}", one["ladder"])
    yield from _named("check", {c["name"]: c["error"] for c in results["checks"]})
    for one in results["timings"]:
        yield from _named(f"timing/{one['name']}", one)
    for one in results["costs"]:
        yield from _named(f"cost/{one['timing']}/{one['side']}", one)
    for one in results["machines"]:
        yield from _named("/".join(["machine", *one["timing"].split()[1:]]), one)


def _named(above: str, values: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    for name, value in values.items():
        if isinstance(value, int | float) and not isinstance(value, bool):
            yield f"{above}/{name}", float(value)


def _texts(facts: Mapping[str, object]) -> dict[str, str]:
    """Give the facts that there are, as text."""
    return {
        name: ", ".join(map(str, fact)) if isinstance(fact, list) else str(fact)
        for name, fact in facts.items()
        if fact not in (None, "", [])
    }


def _seconds(at: str | None) -> float:
    return datetime.fromisoformat(at).timestamp() if at else 0.0
