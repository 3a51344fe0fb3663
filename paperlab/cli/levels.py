"""How sources of implementations are shown: one below the other, and two side by side."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from paperlab.cli.output import emit_array, table
from paperlab.errors import NothingFound, VerdictFailed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paperlab.harness import Difference, Series


def show_history(found: Sequence[Series], case: str | None, *, json: bool) -> None:
    """Print a line for each question and source, oldest first, with the steps between levels."""
    kept = [one for one in found if case in (None, one.case)]
    if not kept:
        raise NothingFound(f"nothing of case {case!r}; there is {', '.join(dict.fromkeys(s.case for s in found))}")
    rows = [row for one in kept for row in _points(one)]
    if json:
        emit_array(rows)
        return
    heads = ("at", "source", "commit", "case", "arm", "budget", "device", "metric", "mean", "seeds", "level", "newest")
    shown = [tuple(_cell(row[head]) for head in heads) for row in rows]
    table(heads, shown, spare=("commit", "device", "metric", "at"))


def _points(one: Series) -> list[dict[str, Any]]:
    from paperlab.harness.history import newest, turns

    marks, timed, found = turns(one), one.kind == "speed", newest(one)
    last = _against(found) if found else None
    return [
        {
            "at": p.at, "source": p.short, "commit": p.commit or None, "case": one.case, "version": one.case_version,
            "arm": one.arm, "budget": one.budget, "device": one.device, "metric": one.metric, "unit": one.unit,
            "mean": math.exp(p.mean) if timed else p.mean, "seeds": None if timed else len(p.values), "level": marks.get(n),
            "newest": last if n == len(one.points) - 1 else None,
        }
        for n, p in enumerate(one.points)
    ]  # fmt: skip


_WAYS = {"first": "better", "second": "worse"}


def _against(found: Difference) -> dict[str, Any]:
    """Give how the newest source stands to the level before it."""
    told = _difference(found)
    kept = {key: told[key] for key in ("better_by", "low", "high", "p")}
    return {"level_mean": told["second"], **kept, "says": _WAYS.get(found.word, found.word)}


def show_differences(found: Sequence[Difference], names: tuple[str, str], *, strict: bool, json: bool) -> None:
    """Print a line for each question that both were asked; under --strict, fail where the first is the worse one."""
    _show_differences(found, names, json=json)
    worse = [one.first.case for one in found if one.word == "second"]
    if strict and worse:
        raise VerdictFailed(f"{names[0]} is worse than {names[1]} in {len(worse)} of {len(found)}, first: {worse[0]}")


def _show_differences(found: Sequence[Difference], names: tuple[str, str], *, json: bool) -> None:
    rows = [_difference(one) for one in found]
    if json:
        emit_array(rows)
        return
    heads = ("case", "arm", "budget", "metric", *names, "better by", "low", "high", "p", "says")
    keys = ("case", "arm", "budget", "metric", "first", "second", "better_by", "low", "high", "p", "says")
    words = {"first": names[0], "second": names[1]}
    shown = [
        tuple(words.get(str(row[k]), _cell(row[k])) if k == "says" else _cell(row[k]) for k in keys) for row in rows
    ]
    table(heads, shown, spare=("metric", "p", "budget"))


def _difference(one: Difference) -> dict[str, Any]:
    timed, x = one.first.kind == "speed", one.interval
    first, second = (math.exp(m) if timed else m for m in one.means)
    # Of logs: how many times as fast, 1 for equal.
    low, middle, high = ((math.exp(v) if timed else v) for v in (x.low, x.mean, x.high)) if x else (None, None, None)
    return {
        "case": one.first.case, "arm": one.first.arm, "budget": one.first.budget, "device": one.first.device,
        "metric": one.first.metric, "unit": one.first.unit, "first": first, "second": second,
        "better_by": middle, "low": low, "high": high, "p": one.p, "says": one.word,
    }  # fmt: skip


def _cell(value: object) -> object:
    """Give a number in few digits, and what the newest source is beside its level in words."""
    if isinstance(value, dict):
        if value["better_by"] is None:
            return value["says"]
        p = "" if value["p"] is None else f", p {value['p']:.2g}"
        return f"{value['says']}: {value['better_by']:.3g} ({value['low']:.3g} to {value['high']:.3g}){p}"
    return f"{value:.4g}" if isinstance(value, float) else value
