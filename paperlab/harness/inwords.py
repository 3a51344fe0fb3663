"""What `results` gives, in words: the lines of a terminal after a bench, and what stands beside a timing anywhere."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from paperlab.harness.drawing import number
from paperlab.harness.gateline import gate_line


def in_lines(found: Mapping[str, Any]) -> tuple[str, ...]:
    """Say what was measured: the gate, each case beside its ladder, the speed, and what the measuring took."""
    checks = found["checks"]
    lines = [gate_line(checks)]
    lines += [f"  {_broken(c)}" for c in checks if c["status"] != "ok"]
    for case in found["summary"]:
        arms = {a["arm"]: a["mean"] for a in case["arms"]} | case["ladder"]
        known = {arm: value for arm, value in arms.items() if value is not None}
        ranked = sorted(known.items(), key=lambda pair: pair[1], reverse=case["higher_is_better"])
        told = [f"{arm} {value:.3g}" for arm, value in ranked] + [f"{arm} failed" for arm in arms if arm not in known]
        lines.append(f"{case['case']}, {case['metric']}: {', '.join(told)}")
    lines += [*map(_across_line, found["across"]), *map(_speed_line, found["timings"])]
    lines += [_memory_line(cost) for cost in found.get("costs", ()) if cost.get("growth ratio") is not None]
    return (*lines, took(found["took"]))


def took(cost: Mapping[str, Any]) -> str:
    """Say what the measuring took, and what of it was the harness's own.

    >>> took({"units": 3, "seconds": 1.5, "overhead": 0.5})
    'cost: 3 units, 2 s in all, whenever they ran, 0.5 s of it the harness itself, to start and end their processes'
    """
    own = cost["overhead"]
    share = "" if own is None else f", {number(own)} s of it the harness itself, to start and end their processes"
    return f"cost: {cost['units']} units, {number((cost['seconds'] or 0.0) + (own or 0.0))} s in all, whenever they ran{share}"


def _across_line(arm: Mapping[str, Any]) -> str:
    """Say where an arm stands over all its cases, and how often it beats the others."""
    parts = [f"interquartile mean {_between(arm['iqm'])}"]
    parts += [f"beats {other} with chance {_between(chance)}" for other, chance in arm["improvement over"].items()]
    counted = f"{arm['runs']} seeds of {len(arm['cases'])} cases, 0 trivial, 1 ceiling"
    return f"across cases, {arm['arm']} ({counted}): {', '.join(parts)}"


def _between(numbers: Sequence[float]) -> str:
    value, *interval = numbers
    return f"{value:.2f}" + (f" [{interval[0]:.2f}, {interval[1]:.2f}]" if interval else "")


def _broken(check: Mapping[str, Any]) -> str:
    """Say on one line what a check came to, and where in the paper to look."""
    what = first_line(check["failure"]) or check["status"]
    name = "" if what.startswith(check["name"]) else f"{check['name']}: "
    look = f"; look at {check['equation']}" if check["equation"] and check["equation"] not in what else ""
    return f"{name}{what}{look}"


def first_line(text: str) -> str:
    """Give the first line that says something."""
    return next((line.strip() for line in text.splitlines() if line.strip()), "")


def _speed_line(speed: Mapping[str, Any]) -> str:
    if speed["ratio"] is None:
        return f"{speed['name']}: {speed['status']}: {first_line(speed['failure'])}"
    said = noise(speed) + (
        [f"what a call gives was not compared: {speed['not compared']}"] if speed["not compared"] else []
    )
    interval = f" [{', '.join(f'{x:.2f}' for x in ratios)}]" if (ratios := between(speed)) else ""
    beside = f" ({'; '.join(said)})" if said else ""
    return f"{speed['name']}: {speed['ratio']:.2f}{interval} times the time of {speed.get('against', 'the baseline')}{beside}"


def _memory_line(cost: Mapping[str, Any]) -> str:
    grown = number(cost["growth in a later call, bytes"])
    return f"memory: a call takes {grown} bytes, {cost['growth ratio']:.2f} times what the baseline takes"


def between(speed: Mapping[str, Any]) -> tuple[float, ...]:
    """Give the 95 per cent interval of a timing's ratio; nothing where there is none."""
    return tuple(math.exp(x) for x in speed["interval of log ratio"] or ())


def noise(speed: Mapping[str, Any]) -> list[str]:
    """Say what stands beside the figure of a timing: the ratio of identical code, and pairs in which the CPU was shared."""
    crowded, pairs, apart = speed.get("contaminated pairs", 0), speed.get("pairs", 0), speed.get("kept apart")
    counted = "kept apart" if apart else "which all count, since most are: take it again on a quieter machine"
    said = [f"identical code beside it {speed['A/A ratio']:.2f}"] if "A/A ratio" in speed else []
    return said + ([f"the CPU was shared in {crowded} of {pairs} pairs, {counted}"] if crowded else [])
