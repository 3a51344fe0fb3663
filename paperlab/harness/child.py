"""What happens in the process of one unit: load the folder's cases.py, do the work, write one result file.

This is the only place where a learner's code runs. The result is written to another name and then renamed, so
that a killed process leaves no half of it.
"""

from __future__ import annotations

import importlib.util
import json
import math
import os
import sys
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from paperlab.errors import PaperlabError, UsageError
from paperlab.harness.api import Case, Check, Enter, Implementation, Outcome, Probe, Trial
from paperlab.harness.calling import calls
from paperlab.harness.drawing import thinned
from paperlab.harness.environment import described, picked, pressure_between, pressure_total
from paperlab.harness.fitting import why_not
from paperlab.harness.owncases import OURS, any_case, at, doubled
from paperlab.harness.reading import only_known
from paperlab.harness.units import AGAIN, CHECK_SEEDS, SHARED, Unit, seconds_of

UNIT, RESULT, OUTPUT, ENVIRON = "unit.json", "result.json", "output.txt", "environ.json"
LAST_LINES = 6
"""Lines of a traceback that a row keeps."""
FRESH = 1_000
"""Added to the seed of a timing, for inputs that no check has seen."""
LARGEST = 1e100
"""A result beyond this is as good as infinite: it has a mean, but no spread that a float can hold."""


HELD: dict[str, Implementation] = {}
"""Folder of a unit -> what this process has already: an implementation that was written in a notebook, and lies in no folder."""


def run_unit(folder: Path) -> None:
    """Do the unit in `folder`/unit.json and leave `folder`/result.json; errors of the work are a result too."""
    unit = Unit.from_json((folder / UNIT).read_text(encoding="utf-8"))
    os.environ.update(json.loads((folder / ENVIRON).read_text(encoding="utf-8")))  # before anything asks for a GPU
    before, start = pressure_total(), time.perf_counter()
    result = answer(unit)
    seconds = time.perf_counter() - start
    facts = result.pop("environment", {})
    facts["pressure"] = pressure_between(before, pressure_total(), seconds)
    write(folder / RESULT, result | {"seconds": seconds, "environment": facts})


def write(path: Path, data: Mapping[str, Any]) -> None:
    """Write JSON whole or not at all."""
    draft = path.with_suffix(".draft")
    # What a learner notes may be a tensor, or any object: its words are kept.
    draft.write_text(json.dumps(data, default=str), encoding="utf-8")
    draft.replace(path)


def answer(unit: Unit, passed: type[BaseException] | tuple[()] = ()) -> dict[str, Any]:
    """Do a unit in this process; whatever its code raises is told in the result, but for what is to be passed on."""
    try:
        import torch

        from paperlab.harness.seeds import safety_net

        torch.set_num_threads(unit.threads)
        safety_net(unit.seed)
        with nullcontext() if unit.kind in _TIMED else only_known(_home(unit), unit.cases):
            done = _WORK[unit.kind](unit)
        # The device of a description is only a wish.
        facts = described("cpu" if unit.kind in ("describe", "cases") else unit.device)
        if unit.kind == "speed":
            facts.pop("peak bytes", None)  # what empties the cache between two calls is in it
        return {"status": "ok", "failure": ""} | done | {"environment": facts}
    except passed:
        raise
    except BaseException as error:  # noqa: BLE001 -- whatever a learner's code raises is a row, SystemExit as well
        return {"status": _status(error), "failure": _failure(error)}


def _status(error: BaseException) -> str:
    text = str(error).lower()
    memory = isinstance(error, MemoryError) or "out of memory" in text or "can't allocate memory" in text
    return "out of memory" if memory else "failed"


def _failure(error: BaseException) -> str:
    """Give the error's own line with its place, then the last lines of where it happened, without our own frames or folders."""
    head, *more = f"{type(error).__name__}: {error}".strip()[:2000].split("\n")
    if isinstance(error, PaperlabError):
        return error.message
    frames = [f for f in traceback.extract_tb(error.__traceback__) if Path(f.filename).parent != Path(__file__).parent]
    where = [f"  {Path(f.filename).name}:{f.lineno} in {f.name}: {f.line}" for f in frames[-LAST_LINES:]]
    places = [f" ({name}:{f.lineno})" for f in frames if (name := Path(f.filename).name) in ("cases.py", "model.py")]
    return "\n".join([head + (places or [""])[-1], *more, *where])


def implementation(unit: Unit) -> Implementation:
    """Load the folder's cases.py and give its IMPLEMENTATION.

    Raises:
        UsageError: there is no cases.py, or its IMPLEMENTATION is not one.
    """
    if unit.folder in HELD:
        return HELD[unit.folder]
    path = Path(unit.folder) / "cases.py"
    if not path.is_file():
        raise UsageError(f"expected {path.name} in the folder of {unit.slug}; write one, or scaffold it")
    sys.dont_write_bytecode = True  # the shelf may be read-only, and a lab's folder stays clean
    sys.path.insert(0, unit.folder)
    spec = importlib.util.spec_from_file_location("cases", path)
    if spec is None or spec.loader is None:
        raise UsageError(f"expected {path.name} to be Python")
    module = importlib.util.module_from_spec(spec)
    sys.modules["cases"] = module
    spec.loader.exec_module(module)
    found = getattr(module, "IMPLEMENTATION", None)
    if not isinstance(found, Implementation):
        raise UsageError(f"{path.name}: expected IMPLEMENTATION = Implementation(...), got {type(found).__name__}")
    return found


def _home(unit: Unit) -> str:
    """Give the folder whose model.py is to be called; empty for code of a notebook, which has none."""
    return "" if unit.folder in HELD else unit.folder


def _case(unit: Unit, name: str, found: Implementation) -> tuple[Case, str, str]:
    """Give a case, where it stands, and the source of one that the key does not know otherwise."""
    own = {case.name: case for case in found.cases}
    return (own[name], "cases.py", "") if name in own else any_case(name, unit.cases)


def _asked(unit: Unit, found: Implementation | None) -> Case:
    """Give the case of a unit: of `found` first, where what the unit belongs to is an implementation."""
    case, place, source = _case(unit, unit.case, found) if found else any_case(unit.case, unit.cases)
    if source != unit.case_source:
        raise UsageError(f"{place} was changed while the bench ran; run it again")
    return case


def _describe(unit: Unit) -> dict[str, Any]:
    from paperlab.harness.promises import gate

    try:
        device = picked(unit.device)
    except UsageError as error:  # the request's mistake, not the folder's
        return {"refused": error.message}
    found, problems = implementation(unit), []
    entries = []
    for enter in found.enters:
        try:
            entries.append(_entry(unit, enter, found))
        except UsageError as error:
            problems.append(error.message)
    return {
        "device": device,
        "kind": found.kind,
        "checks": [
            {k: getattr(c, k) for k in ("name", "kind", "limit", "equation", "unit", "of")}
            for c in gate(found, unit.cases)
        ],
        "enters": entries,
        "speed": found.speed and {"name": found.speed.name, "against": found.speed.against_name},
        "problems": problems + _limits(found.checks) + _doubles([c.name for c in found.checks]),
    }


def _limits(checks: Sequence[Check]) -> list[str]:
    # A learner's file is not typed: "1e-6" in quotes comes as text.
    told: list[tuple[str, object]] = [(check.name, check.limit) for check in checks]
    return [f"check {n!r}: expected limit to be a number, got {x!r}" for n, x in told if not isinstance(x, int | float)]


def _doubles(names: list[str]) -> list[str]:
    return [f"two checks are called {n!r}; give each its own name" for n in sorted(set(names)) if names.count(n) > 1]


def _entry(unit: Unit, enter: Enter, found: Implementation) -> dict[str, Any]:
    case, place, source = _case(unit, enter.case, found)
    if place == OURS and (told := doubled(case.name, unit.cases)):
        raise UsageError(told)
    if enter.against and enter.against not in {*enter.arms, *case.arms}:
        known = ", ".join([*enter.arms, *case.arms])
        raise UsageError(f"case {case.name}: expected `against` to be one of {known}; got {enter.against!r}")
    return {
        "case": case.name,
        "version": case.version,
        "own": case in found.cases,
        "place": place,
        "source": source,
        "metric": case.metric.name,
        "unit": case.metric.unit,
        "higher_is_better": case.metric.higher_is_better,
        "arms": list(enter.arms),
        "brought": list(case.arms),
        "against": enter.against,
        "ladder": list(case.ladder),
        "budgets": list(case.budgets),
        "preload": list(case.preload),
        "why not": why_not(case, enter, found),
    }


def _listed(unit: Unit) -> dict[str, Any]:
    """Tell of the cases at one place, whose name stands for that of a case, or what is wrong there."""
    found, problem = at(unit.cases, unit.case)
    return {"cases": [asdict(own.case.info) for own in found], "problem": problem}


def _check(unit: Unit) -> dict[str, Any]:
    from paperlab.harness.comparing import At
    from paperlab.harness.promises import gate
    from paperlab.harness.repeating import repeated

    check = next(c for c in gate(implementation(unit), unit.cases) if c.name == unit.case)
    with calls(_home(unit), check.run) as model:
        value, notes = repeated(lambda: check.run(_probe(unit)), unit.threads)
    if value <= check.limit:
        return {"value": float(value), "notes": notes | model.notes}
    look = f"; look at {check.equation}" if check.equation else ""
    where = f" in {value.where}" if isinstance(value, At) else ""
    failure = f"{check.name}: expected at most {check.limit:g} {check.unit}, got {value:g}{where}{look}"
    return {"value": float(value) if math.isfinite(value) else None, "status": "failed", "failure": failure}


def _mutant(unit: Unit) -> dict[str, Any]:
    """Ask the checks, one after the other, until one does not hold; what cannot be loaded or raises does not hold either."""
    from paperlab.harness.promises import gate

    try:
        checks = tuple(gate(implementation(unit), unit.cases))
    except Exception as error:  # noqa: BLE001 -- a broken copy may break anything
        return {"notes": {"by": "cases.py"}, "value": 1.0, "failure": _failure(error)}
    if not checks:
        raise UsageError("cases.py lists no check; an implementation needs one")
    device = picked(unit.device)
    for seed in CHECK_SEEDS:
        for check in checks:
            if not _holds(check, Probe(seed=seed, device=device, dtype=unit.dtype)):
                return {"notes": {"by": check.name}, "value": 1.0}
    return {"notes": {"by": ""}, "value": 0.0}


def _holds(check: Check, probe: Probe) -> bool:
    try:
        return float(check.run(probe)) <= check.limit
    except Exception:  # noqa: BLE001 -- a check that cannot run does not hold
        return False


def _trial(unit: Unit, case: Case) -> Trial:
    budget, _ = seconds_of(unit.budget)
    if budget not in case.budgets:
        raise UsageError(f"case {case.name}: expected a budget of {', '.join(case.budgets)}; got {budget!r}")
    settings = case.budgets[budget]
    return Trial(seed=unit.seed, device=unit.device, dtype=unit.dtype, budget=budget, settings=settings)


def _quality(unit: Unit) -> dict[str, Any]:
    found = implementation(unit)
    case = _asked(unit, found)
    arms = dict(case.arms) | {k: v for e in found.enters if e.case == case.name for k, v in e.arms.items()}
    with calls(_home(unit), arms[unit.arm]) as model:
        outcome: object = _outcome(unit, case, arms[unit.arm], model.stop)
    if not isinstance(outcome, Outcome):
        kind = type(outcome).__name__
        raise UsageError(f"case {case.name}: expected run to give an Outcome, got {kind}; return Outcome(value=...)")
    if not math.fabs(outcome.value) < LARGEST:
        return {"status": "failed", "failure": f"{case.name}, arm {unit.arm}: the result is {outcome.value}"}
    curve = thinned([float(x) for x in outcome.curve])
    notes = {str(k): v for k, v in outcome.notes.items()} | model.notes
    return {"value": float(outcome.value), "samples": curve, "notes": notes}


def _outcome(unit: Unit, case: Case, make: Callable[..., Any], stop: Callable[[], None]) -> Outcome:
    trial, (_, seconds) = _trial(unit, case), seconds_of(unit.budget)
    if seconds is None:
        return case.run(make, trial)
    from paperlab.harness.equal import for_seconds

    return for_seconds(case, make, trial, seconds, warm=stop)


def _rung(unit: Unit) -> dict[str, Any]:
    case = _asked(unit, None if unit.source_hash == SHARED else implementation(unit))
    return {"value": float(case.ladder[unit.arm](_trial(unit, case)))}


def _speed(unit: Unit) -> dict[str, Any]:
    from paperlab.harness import cost, speed
    from paperlab.harness.precision import defaults

    found = implementation(unit)
    if found.speed is None:
        raise UsageError("cases.py has no speed pair")
    with defaults(unit.dtype):
        probe = _probe(unit)
        with calls(_home(unit), found.speed.ours) as model:
            found.speed.ours(replace(probe))()
        if unit.dtype != "float32":
            for build in (found.speed.ours, found.speed.against):
                _worked_in(unit.dtype, cost.tallied(build(probe)).notes()["dtypes"])
    _gate(found, unit)
    with defaults(unit.dtype):
        timing = speed.paired(found.speed, probe, unit.budget, compiled=unit.compile)
    # What was called ten thousand times may have kept answers, or given up work, on the way: on inputs never seen.
    if unit.dtype == "float32" and (lost := _unequal(found, unit)):
        return {"status": "failed", "failure": f"{AGAIN}, {lost}", "notes": {AGAIN: lost}}
    told = _gate(found, unit, after=True)
    ratio = math.exp(sum(timing.logs) / len(timing.logs))
    notes = {**timing.notes, "A/A": list(timing.null), **told, **model.notes}
    return {"value": ratio, "samples": list(timing.logs), "notes": notes}


def _gate(found: Implementation, unit: Unit, *, after: bool = False) -> dict[str, Any]:
    """Hold what is timed in the dtype it is timed in, and compiled where it is; the plain one has had its checks.

    Raises:
        UsageError: something does not hold, so that there is no number.
    """
    from paperlab.harness import precision, speed

    pair, notes, failure = found.speed, {}, ""
    if pair is not None and (unit.dtype != "float32" or unit.compile):
        seen = precision.held(found.checks, pair, _probe(unit, FRESH * after), compiled=unit.compile)
        failure, notes = seen.failure, {"error in baselines": seen.error, "not compared": seen.why_not}
    if pair is not None and after:
        failure = failure or (_unequal(found, unit) if unit.dtype != "float32" else "")
        with precision.defaults(unit.dtype):
            failure = failure or precision.kept(pair, _probe(unit)) or speed.remembered(pair, _probe(unit, 2 * FRESH))
    if failure:
        when = AGAIN if after else "before anything was measured"
        raise UsageError(f"{when}, {'' if unit.dtype == 'float32' else f'in {unit.dtype}, '}{failure}")
    return notes


def _unequal(found: Implementation, unit: Unit) -> str:
    from paperlab.harness import precision

    # Twice: the first answer at a size may be right, and kept for every other.
    fresh = [_probe(unit, FRESH + seed) for seed in CHECK_SEEDS]
    return precision.unequal(found.checks, found.speed, _probe(unit), fresh) if found.speed else ""


def _probe(unit: Unit, later: int = 0) -> Probe:
    return Probe(seed=unit.seed + later, device=unit.device, dtype=unit.dtype)


def _cost(unit: Unit) -> dict[str, Any]:
    from paperlab.harness import cost
    from paperlab.harness.precision import defaults

    found = implementation(unit)
    if found.speed is None:
        raise UsageError("cases.py has no speed pair")
    with defaults(unit.dtype):
        build = found.speed.ours if unit.arm == "ours" else found.speed.against
        notes = cost.cost(build(_probe(unit)), unit.device, unit.dtype)
    _worked_in(unit.dtype, notes["dtypes"])
    _gate(found, unit)
    return {"notes": notes}


def _worked_in(wanted: str, dtypes: Sequence[str]) -> None:
    """Hold a pair to the dtype that was asked for; nobody asked for float32, which is what comes without asking.

    Raises:
        UsageError: nothing was done in it, so a number under its name would be of something else.
    """
    if wanted != "float32" and wanted not in dtypes:
        worked = ", ".join(dtypes) or "no floating dtype"
        raise UsageError(f"expected work in {wanted}, got {worked}; let the pair ask probe.dtype")


_TIMED = ("speed", "cost")
"""Kinds that nothing listens to: what they open, cases.py opened for the others too."""
_WORK: Mapping[str, Callable[[Unit], dict[str, Any]]] = {
    "describe": _describe,
    "cases": _listed,
    "check": _check,
    "mutant": _mutant,
    "quality": _quality,
    "ladder": _rung,
    "speed": _speed,
    "cost": _cost,
}


def main() -> None:
    """Run the unit whose folder is the last argument: the way without fork."""
    os.chdir(sys.argv[-1])
    run_unit(Path(sys.argv[-1]))
