"""The content of results.json: a pure function of card, rows and verdicts, so that merged rows give equal bytes.

{"schema": 1, "slug", "id", "version", "run", "at", "budget", "device", "hashes": {"source", "claims"},
"environment": {...}, "claims": [{claim, sentence, kind, ...}], "verdicts": [{claim, place, paper, ours, interval, seeds, verdict, ...}],
"summary": [{"case", "version", "metric", "unit", "higher_is_better", "arms": [{"arm", "n", "failed", "mean",
"interval", "values", "curves"}], "ladder": {rung: value}}],
"across": [{"arm", "cases", "runs", "iqm": [value, low, high], "mean", "median", "optimality gap",
"improvement over": {arm: [value, low, high]}}], in scores: 0 is a case's trivial rung, 1 its ceiling,
"checks": [{"name", "status", "error", "limit", "unit", "equation", "failure", "calls model.py", "repeats"}], "speed": {...}|null,
"costs": [{"side", ...}], "machine": {"peak FLOP/s", "peak bytes/s"}|null,
"machines": [{"timing", "peak FLOP/s", "peak bytes/s"}], "took": {"units", "seconds", "overhead"}}

docs/report.md says what each key is, from `schema.KEYS`.
"""

from __future__ import annotations

import dataclasses
import hashlib
import math
from collections.abc import Sequence
from typing import Any

from paperlab.harness.across import across
from paperlab.harness.api import RUNGS
from paperlab.harness.calling import NEVER, NOTE
from paperlab.harness.cases import info as case_infos
from paperlab.harness.evidence import gated
from paperlab.harness.planning import COMPILED, SPEED
from paperlab.harness.schema import SCHEMA
from paperlab.harness.statistics import median, t_interval
from paperlab.harness.units import claims_hash, seconds_of
from paperlab.records.card import Card, stated
from paperlab.records.measurement import Measurement, Verdict

_OF_A_ROW = ("pressure", "claims", "commit", "peak bytes", "overhead", "case")
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
    rows = gated(rows)
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
        "budget": _budget(rows),
        "equal": "steps" if seconds_of(_budget(rows) or "")[1] is None else "seconds",
        "device": newest.device if newest else None,
        "hashes": {"source": sources, "claims": claims_hash(card.claims), "cases": _own_cases(rows)},
        "environment": _environment(rows),
        "claims": [_rounded(stated(claim)) for claim in card.claims],
        "verdicts": [_rounded(dataclasses.asdict(v)) for v in verdicts],
        "summary": cases,
        "across": _rounded(across(cases)),
        "checks": [_check(name, rows) for name in dict.fromkeys(r.case for r in rows if r.kind == "check")],
        "speed": next((_speed(r) for r in rows if r.case == SPEED and r.kind == "speed"), None),
        "timings": [_timing(r) for r in sorted(rows, key=lambda r: r.case) if r.kind == "speed"],
        "costs": [_cost(r, rows) for r in sorted(rows, key=lambda r: (r.case, r.arm != "ours")) if r.kind == "cost"],
        "machine": _machine(rows, SPEED),
        "machines": [{"timing": case} | peaks for case in _costed(rows) if (peaks := _machine(rows, case))],
        "took": _took(rows),
    }


def _own_cases(rows: Sequence[Measurement]) -> dict[str, str]:
    """Give place -> sha256 of the cases that are neither shared nor the folder's."""
    found = (r.environment["case"] for r in rows if "case" in r.environment)
    return {case["place"]: case["source"] for case in found}


def _budget(rows: Sequence[Measurement]) -> str | None:
    """Give what arms were trained for; a bench of the gate alone has the gate's."""
    ordered = sorted(rows, key=lambda r: (r.kind != "quality", r.kind == "check"))
    return ordered[0].budget if ordered else None


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
        "missing": next(
            (dict(c.missing) for c in case_infos() if (c.name, c.version) == (case, first.case_version)), {}
        ),
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
        "calls model.py": any(r.notes.get(NOTE) != NEVER for r in mine),
        "repeats": _worst([r.notes.get("repeats") for r in mine]),
        "repeats with threads": _worst([r.notes.get("repeats with threads", (None, None))[1] for r in mine]),
    }


def _worst(found: Sequence[float | None]) -> float | None:
    known = [x for x in found if x is not None]
    return _short(max(known)) if known else None


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


PEAKS = ("peak FLOP/s", "peak bytes/s")
SPECIAL = ("compile seconds", "compile seconds, against", "error in baselines", "not compared")
"""What a timing of another dtype, or compiled, tells besides."""
COSTS = (
    "FLOPs",
    "FLOPs counted, per cent",
    "without a formula",
    "bytes moved",
    "kept for backward, bytes",
    "peak growth, bytes",
    "growth in a later call, bytes",
    "dtypes",
)
"""What a row of cost tells; null where the unit failed."""


def _timing(row: Measurement) -> dict[str, Any]:
    """Give a timing with its name; keys that only some have are null."""
    return {"name": row.case} | dict.fromkeys(SPECIAL) | _speed(row)


def _costed(rows: Sequence[Measurement]) -> list[str]:
    """Give the timings whose calls were costed: one a dtype, each with peaks of its own."""
    return sorted({r.case for r in rows if r.kind == "cost"})


def _machine(rows: Sequence[Measurement], case: str) -> dict[str, Any] | None:
    """Give the best that this machine showed: a disturbed measurement is never too fast."""
    found = [r.notes for r in rows if r.kind == "cost" and r.case == case and r.status == "ok"]
    return {key: _short(max(notes[key] for notes in found)) for key in PEAKS} if found else None


def _cost(row: Measurement, rows: Sequence[Measurement]) -> dict[str, Any]:
    """Give what a call of one side costs, and what share of the machine's own peaks it reaches."""
    notes = {k: _rounded(v) for k, v in row.notes.items() if k not in PEAKS}
    seconds, peaks = _seconds_a_call(row, rows), _machine(rows, row.case)
    shares = {
        f"of {peak}, per cent": _short(100 * done / seconds / peaks[peak]) if seconds and peaks and done else None
        for peak, done in zip(PEAKS, (row.notes.get("FLOPs"), row.notes.get("bytes moved")), strict=True)
    }
    told = dict.fromkeys(COSTS) | {"timing": row.case, "side": row.arm, "status": row.status, "failure": row.failure}
    timed = {"seconds a call": None if seconds is None else _short(seconds), "growth ratio": _grew(row, rows)}
    return told | notes | timed | shares


def _grew(ours: Measurement, rows: Sequence[Measurement]) -> float | None:
    """Give the memory that a call of ours takes, over what one of the baseline does; None beside the baseline."""
    other = (r for r in rows if r.kind == "cost" and r.case == ours.case and r.arm == "against")
    mine, theirs = (r and r.notes.get("growth in a later call, bytes") for r in (ours, next(other, None)))
    return _short(mine / theirs) if ours.arm == "ours" and mine is not None and theirs else None


def _seconds_a_call(cost: Measurement, rows: Sequence[Measurement]) -> float | None:
    """Give the median time of a call from the timing; of the baseline by the ratio, which was taken pair by pair.

    Compiled or not, a call does the same work: where only compiled code was timed, its time stands.
    """
    timed = {r.case: r for r in rows if r.kind == "speed" and r.value and r.notes.get("seconds a call")}
    timing = timed.get(cost.case) or timed.get(f"{cost.case}{COMPILED}")
    if timing is None or timing.value is None:
        return None
    return float(timing.notes["seconds a call"]) / (1.0 if cost.arm == "ours" else timing.value)


def _took(rows: Sequence[Measurement]) -> dict[str, Any]:
    """Give what the bench took, and what of it was the harness's own: each process to start and to end."""
    own = [r.environment["overhead"] for r in rows if "overhead" in r.environment]
    return {
        "units": len(rows),
        "seconds": _short(math.fsum(r.seconds for r in rows)),
        "overhead": _short(math.fsum(own)) if own else None,
    }


def _short(x: float) -> float | None:
    """Round; None for what JSON has no number for, such as the NaN of a curve that diverged."""
    return float(f"{x:.{_DIGITS}g}") if math.isfinite(x) else None


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return _short(value)
    if isinstance(value, dict):
        return {k: _rounded(v) for k, v in value.items()}
    return [_rounded(v) for v in value] if isinstance(value, list | tuple) else value
