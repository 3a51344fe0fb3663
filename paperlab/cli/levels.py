"""How sources of implementations are shown: one below the other, and two side by side."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from paperlab.cli.output import emit_array, table
from paperlab.errors import NothingFound

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
    heads = ("at", "source", "commit", "case", "arm", "budget", "device", "metric", "mean", "seeds", "level")
    table(
        heads, [tuple(_cell(row[head]) for head in heads) for row in rows], spare=("commit", "device", "metric", "at")
    )


def _points(one: Series) -> list[dict[str, Any]]:
    from paperlab.harness.history import turns

    marks, timed = turns(one), one.kind == "speed"
    return [
        {
            "at": p.at, "source": p.short, "commit": p.commit or None, "case": one.case, "version": one.case_version,
            "arm": one.arm, "budget": one.budget, "device": one.device, "metric": one.metric, "unit": one.unit,
            "mean": math.exp(p.mean) if timed else p.mean, "seeds": None if timed else len(p.values), "level": marks.get(n),
        }
        for n, p in enumerate(one.points)
    ]  # fmt: skip


def show_differences(found: Sequence[Difference], names: tuple[str, str], *, json: bool) -> None:
    """Print a line for each question that both were asked."""
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
    return f"{value:.4g}" if isinstance(value, float) else value
