"""From what a folder says it is to the units that measure it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from paperlab.errors import NothingFound
from paperlab.harness.units import CHECK_SEEDS, SHARED, Unit
from paperlab.records.card import Card

GATE = "cases.py"
"""Name of the check that stands for the folder as a whole."""
SPEED = "speed"
"""Name of the timing, which a claim of kind cost gives as its case."""
COMPILED = " compiled"
"""Behind the name of a timing of compiled code."""
HELD = 1
"""Version of the gate of another dtype and of compiled code: raised with it, so that no row of before stands for a new one."""
METHOD = 1
"""Version of the way in which a timing is taken: raised with it, for the same reason."""
DTYPES: Mapping[str, str] = {
    "float32": "float32", "bf16": "bfloat16", "bfloat16": "bfloat16", "fp16": "float16", "float16": "float16",
}  # fmt: skip
"""What a person says -> torch's name."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What the child that loaded cases.py told of it."""

    told: Mapping[str, Any]

    @property
    def device(self) -> str:
        """The device that `auto` stood for."""
        return str(self.told["device"])

    @property
    def checks(self) -> list[dict[str, Any]]:
        """Name, kind, limit, equation and unit of each check."""
        return list(self.told["checks"])

    @property
    def problems(self) -> tuple[str, ...]:
        """Mistakes in cases.py, each with what to do."""
        return tuple(self.told["problems"])

    def enters(self, only: Iterable[str]) -> list[dict[str, Any]]:
        """Give the cases that are entered, can be, and are wanted; several entries of one case are one."""
        joined: dict[str, dict[str, Any]] = {}
        for one in self.told["enters"]:
            if not one["why not"] and (not only or one["case"] in only):
                before = joined.get(one["case"], one | {"arms": [], "compared": []})
                compared = [*before["compared"], *([one["against"]] if one["against"] else [])]
                joined[one["case"]] = before | {"arms": [*before["arms"], *one["arms"]], "compared": compared}
        return list(joined.values())

    def refused(self, only: Iterable[str]) -> list[dict[str, Any]]:
        """Give the entries that cannot be, `why not` being the reason, of the cases that are wanted."""
        return [e for e in self.told["enters"] if e["why not"] and (not only or e["case"] in only)]


def require(plan: Plan, slug: str, only: Iterable[str]) -> None:
    """Hold the cases that are asked for against those that there are.

    Raises:
        NothingFound: one of them is neither entered, nor a check, nor the timing.
    """
    speed = [SPEED] if plan.told["speed"] else []
    known = [*dict.fromkeys(e["case"] for e in plan.told["enters"]), *(c["name"] for c in plan.checks), *speed]
    for name in only:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}? " if near else ""
            raise NothingFound(f"{slug} enters no case {name!r}; {hint}it has: {', '.join(known) or 'none yet'}")


def preloads(plan: Plan, only: tuple[str, ...]) -> tuple[str, ...]:
    """Give the modules that the wanted cases are slow to import, each once."""
    return tuple(dict.fromkeys(module for enter in plan.enters(only) for module in enter["preload"]))


def gate_units(plan: Plan, base: Unit) -> list[Unit]:
    """Give each check at two seeds."""
    entered = {e["case"]: e for e in plan.told["enters"]}
    return [_check(base, check, seed, entered.get(check["of"])) for check in plan.checks for seed in CHECK_SEEDS]


def _check(base: Unit, check: Mapping[str, Any], seed: int, enter: Mapping[str, Any] | None) -> Unit:
    facts = {"metric": "error", "unit": check["unit"], "higher": False} | {k: check[k] for k in ("limit", "equation")}
    facts["notes"] = {"kind": check["kind"]}
    # A check has no budget: the answer must be right at any.
    unit = replace(base, kind="check", case=check["name"], seed=seed, budget="smoke", facts=facts)
    return unit if enter is None else _of_case(unit, enter)


def quality_units(plan: Plan, base: Unit, card: Card, seeds: int, only: tuple[str, ...]) -> list[Unit]:
    """Give arms times seeds of each case: ours, and of the case's own arms those that something compares with.

    Seeds are the outer loop, so that an interrupted run has whole pairs.
    """
    return [
        _quality(base, enter, arm, seed)
        for enter in plan.enters(only)
        for seed in range(seeds)
        for arm in [*enter["arms"], *_wanted(enter, card)]
    ]


def refused_units(plan: Plan, base: Unit, only: tuple[str, ...]) -> list[tuple[Unit, str]]:
    """Give a unit for each of our arms that cannot enter its case, with the reason: it is never run, and its row says why."""
    return [(_quality(base, enter, arm, 0), enter["why not"]) for enter in plan.refused(only) for arm in enter["arms"]]


def _wanted(enter: Mapping[str, Any], card: Card) -> list[str]:
    named = [arm for c in card.claims if c.case == enter["case"] for arm in (*c.compare, *c.over, c.control)]
    return [arm for arm in enter["brought"] if arm in {*named, *enter["compared"]} and arm not in enter["arms"]]


def _quality(base: Unit, enter: Mapping[str, Any], arm: str, seed: int) -> Unit:
    shared = not enter["own"] and arm not in enter["arms"]
    return _entered(base, enter, "quality", arm, seed, shared=shared)


def ladder_units(plan: Plan, base: Unit, only: tuple[str, ...]) -> list[Unit]:
    """Give the rungs of each case that is entered, at seed 0."""
    return [
        _entered(base, enter, "ladder", rung, 0, shared=not enter["own"])
        for enter in plan.enters(only)
        for rung in enter["ladder"]
    ]


def _entered(base: Unit, enter: Mapping[str, Any], kind: str, arm: str, seed: int, *, shared: bool) -> Unit:
    facts = {"metric": enter["metric"], "unit": enter["unit"], "higher": enter["higher_is_better"]}
    unit = _of_case(replace(base, kind=kind, case=enter["case"], arm=arm, seed=seed, facts=facts), enter)
    return replace(unit, source_hash=SHARED) if shared else unit


def _of_case(unit: Unit, enter: Mapping[str, Any]) -> Unit:
    """Key a unit by the version of its case, and by the code of a case of one's own."""
    unit = replace(unit, case_version=enter["version"])
    if not enter["source"]:
        return unit
    return replace(unit, case_source=enter["source"], facts={**unit.facts, "place": enter["place"]})


def shard(units: Sequence[Unit], which: int, of: int) -> list[Unit]:
    """Give the units that belong to one of several shards, by their keys: each unit to one of them.

    >>> shard([], 1, 2)
    []
    """
    return [unit for unit in units if int(unit.key[:15], 16) % of == which - 1]


def speed_units(plan: Plan, base: Unit, only: tuple[str, ...]) -> list[Unit]:
    """Give the timing, and what a call of each side costs besides, where the implementation has one and nothing else was asked for."""
    pair = plan.told["speed"]
    if pair is None or (only and SPEED not in only):
        return []
    facts = {"metric": "time ratio", "unit": "ours / against", "higher": False}
    base = replace(base, gate=HELD if base.compile or base.dtype != "float32" else 0)
    timing = replace(
        base, kind="speed", case=timing_name(base.dtype, compiled=base.compile), method=METHOD, facts=facts
    )
    costs = {"metric": "cost of a call", "unit": "", "higher": False}
    # Compiled or not, the work is the same.
    held = base.gate if base.dtype != "float32" else 0
    counted = replace(base, kind="cost", case=timing_name(base.dtype), compile=False, gate=held, facts=costs)
    # A process each, since memory that was once taken is not seen to grow again.
    return [timing, *(replace(counted, arm=arm) for arm in ("ours", "against"))]


def timing_name(dtype: str = "float32", *, compiled: bool = False) -> str:
    """Name a timing: another dtype, or compiled code, is another question, and a claim that means it says so.

    >>> timing_name(), timing_name("bfloat16", compiled=True)
    ('speed', 'speed bfloat16 compiled')
    """
    return " ".join([SPEED, *([dtype] if dtype != "float32" else [])]) + COMPILED * compiled
