"""The content of results.json: a pure function of card, rows and verdicts, so that merged rows give equal bytes.

{"schema": 1, "slug", "id", "version", "run", "at", "budget", "device", "hashes": {"source", "claims"},
"environment": {...}, "verdicts": [{claim, place, paper, ours, interval, seeds, verdict, ...}],
"summary": [{"case", "version", "metric", "unit", "higher_is_better", "arms": [{"arm", "n", "mean",
"interval", "values"}], "ladder": {rung: value}}],
"across": [{"arm", "cases", "runs", "iqm": [value, low, high], "mean", "median", "optimality gap",
"improvement over": {arm: [value, low, high]}}], in scores: 0 is a case's trivial rung, 1 its ceiling,
"checks": [{"name", "status", "error", "limit", "unit", "equation", "failure"}], "speed": {...}|null}
"""

from __future__ import annotations

import dataclasses
import hashlib
import math
from collections.abc import Sequence
from typing import Any

from paperlab.harness.across import across
from paperlab.harness.api import RUNGS
from paperlab.harness.statistics import median, t_interval
from paperlab.harness.units import claims_hash
from paperlab.records.card import Card
from paperlab.records.measurement import Measurement, Verdict

SCHEMA = 1
_OF_A_ROW = ("pressure", "claims", "commit", "peak bytes")
"""What a row's environment tells of that row alone."""
_DIGITS = 6
"""Significant digits of a number in the file."""


def results(card: Card, rows: Sequence[Measurement], verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """Give what results.json holds after one bench.

    Args:
        card: paper.toml as it stood.
        rows: of this bench.
        verdicts: judged from them.
    """
    keys = sorted(r.key for r in rows)
    newest = max(rows, key=lambda r: r.at, default=None)
    sources = sorted({r.source_hash for r in rows if r.source_hash})
    cases = [_summary(case, rows) for case in _cases(rows)]
    return {
        "schema": SCHEMA,
        "slug": card.slug,
        "id": card.id,
        "version": card.version,
        "run": hashlib.sha256("\n".join(keys).encode()).hexdigest()[:12],
        "at": newest.at if newest else None,
        "budget": next((r.budget for r in rows if r.kind != "check"), newest.budget if newest else None),
        "device": newest.device if newest else None,
        "hashes": {"source": sources, "claims": claims_hash(card.claims)},
        "environment": _environment(rows),
        "verdicts": [_rounded(dataclasses.asdict(v)) for v in verdicts],
        "summary": cases,
        "across": _rounded(across(cases)),
        "checks": [_check(name, rows) for name in dict.fromkeys(r.case for r in rows if r.kind == "check")],
        "speed": next((_speed(r) for r in rows if r.kind == "speed"), None),
    }


def _environment(rows: Sequence[Measurement]) -> dict[str, Any]:
    """Give the facts that all rows share, and the highest CPU pressure among them."""
    facts = [{k: v for k, v in r.environment.items() if k not in _OF_A_ROW} for r in rows]
    same = {k: v for k, v in (facts[0] if facts else {}).items() if all(f.get(k, v) == v for f in facts)}
    pressures = [p for r in rows if (p := r.environment.get("pressure")) is not None]
    return same | {"highest CPU pressure, per cent": _short(max(pressures)) if pressures else None}


def _cases(rows: Sequence[Measurement]) -> list[str]:
    return list(dict.fromkeys(r.case for r in rows if r.kind == "quality"))


def _summary(case: str, rows: Sequence[Measurement]) -> dict[str, Any]:
    mine = [r for r in rows if r.case == case and r.kind == "quality"]
    ladder = {r.arm: _short(r.value) for r in rows if r.case == case and r.kind == "ladder" and r.value is not None}
    first = mine[0]
    return {
        "case": case,
        "version": first.case_version,
        "metric": first.metric,
        "unit": first.unit,
        "higher_is_better": first.higher_is_better,
        "arms": [_arm(arm, [r for r in mine if r.arm == arm]) for arm in dict.fromkeys(r.arm for r in mine)],
        "ladder": {rung: ladder[rung] for rung in RUNGS if rung in ladder},
    }


def _arm(arm: str, rows: Sequence[Measurement]) -> dict[str, Any]:
    done = {r.seed: r.value for r in rows if r.value is not None}
    values = [done[seed] for seed in sorted(done)]
    interval = t_interval(values)
    return {
        "arm": arm,
        "n": len(values),
        "failed": len({r.seed for r in rows} - set(done)),
        "mean": _short(sum(values) / len(values)) if values else None,
        "interval": [_short(interval.low), _short(interval.high)] if interval else None,
        "values": [_short(v) for v in values],
        "curves": [[_short(x) for x in r.samples] for r in sorted(rows, key=lambda r: r.seed)],
    }


def _check(name: str, rows: Sequence[Measurement]) -> dict[str, Any]:
    mine = [r for r in rows if r.kind == "check" and r.case == name]
    bad = next((r for r in mine if r.status != "ok"), None)
    values = [r.value for r in mine if r.value is not None]
    return {
        "name": name,
        "status": bad.status if bad else "ok",
        "error": _short(max(values)) if values else None,
        "limit": mine[0].limit,
        "unit": mine[0].unit,
        "equation": mine[0].equation,
        "failure": bad.failure if bad else "",
    }


def _speed(row: Measurement) -> dict[str, Any]:
    ratio = row.value
    notes = {k: _short(v) if isinstance(v, float) else v for k, v in row.notes.items() if k != "A/A"}
    logs = t_interval(row.samples)
    return {
        "status": row.status,
        "failure": row.failure,
        "ratio": _short(ratio) if ratio is not None else None,
        "median log ratio": _short(median(row.samples)) if row.samples else None,
        "interval of log ratio": [_short(logs.low), _short(logs.high)] if logs else None,
    } | notes


def _short(x: float) -> float | None:
    """Round; None for what JSON has no number for, such as the NaN of a curve that diverged."""
    return float(f"{x:.{_DIGITS}g}") if math.isfinite(x) else None


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return _short(value)
    if isinstance(value, dict):
        return {k: _rounded(v) for k, v in value.items()}
    return [_rounded(v) for v in value] if isinstance(value, list | tuple) else value
