"""One static page from what `results` gives: no script, nothing asked of another address, equal bytes for equal rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from paperlab.harness.drawing import COLOURS, Dot, curves, dots, number, roofline
from paperlab.harness.effects import pictures
from paperlab.harness.inwords import between, noise
from paperlab.harness.planning import SPEED
from paperlab.records.card import Card

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""No script, no address: the browser holds the page to what it promises."""
_COSTS = (
    ("timing", "timing"), ("side", "side"), ("seconds a call", "seconds a call"), ("FLOPs", "FLOPs"),
    ("FLOPs counted, per cent", "counted, %"), ("of peak FLOP/s, per cent", "of matmul peak, %"),
    ("bytes moved", "bytes moved"), ("of peak bytes/s, per cent", "of copy bandwidth, %"),
    ("kept for backward, bytes", "kept for backward, bytes"), ("peak growth, bytes", "first call grew by, bytes"),
    ("growth in a later call, bytes", "a later one by, bytes"), ("growth ratio", "of the baseline's, ratio"),
)  # fmt: skip


def page(card: Card, found: Mapping[str, Any]) -> str:
    """Give the page as HTML text.

    Args:
        card: paper.toml: the title, and each claim's minimum effect and direction.
        found: what `results` gave for it.
    """
    css = Path(__file__).with_name("sheet.css").read_text(encoding="utf-8")
    parts = [
        _verdicts(found),
        _stated(found),
        _effects(card, found),
        _checks(found),
        *map(_case, found["summary"]),
        _speed(found),
    ]
    body = "\n".join(part for part in [_head(card, found), *parts, _environment(found)] if part)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        f"<title>{escape(card.title)}: measured</title>\n<style>{css}</style>\n</head>\n"
        f"<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _head(card: Card, found: Mapping[str, Any]) -> str:
    paper = f"arXiv {card.id}, " if card.id else ""
    facts = f"{paper}{card.slug}, run {found['run']}, {found['at']}, budget {found['budget']}, device {found['device']}"
    timed = "<p>Arms trained for equal seconds, each for as many steps as it made: another run gives other values.</p>"
    return f"<h1>{escape(card.title)}</h1>\n<p>{escape(facts)}</p>{timed if found['equal'] == 'seconds' else ''}"


def table(heads: Sequence[str], rows: Iterable[Sequence[object]], caption: str) -> str:
    """Give a table; columns with numbers stand at the right, None is a dash. A narrow screen shows each row as a list."""
    listed = [list(row) for row in rows]
    right = [any(isinstance(x, int | float) for x in column) for column in zip(*listed, strict=True)] or [False] * len(
        heads
    )
    body = "".join(f"<tr>{''.join(map(_cell, row, right, heads))}</tr>" for row in listed)
    top = "".join(f'<th scope="col"{_side(side)}>{escape(h)}</th>' for h, side in zip(heads, right, strict=True))
    inside = f'<caption class="soft">{escape(caption)}</caption><thead><tr>{top}</tr></thead><tbody>{body}</tbody>'
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(caption)}"><table>{inside}</table></div>'
    )


def _cell(x: object, right: bool, head: str) -> str:
    text = number(x) if x is None or isinstance(x, int | float) else escape(str(x))
    return f'<td data-head="{escape(head)}"{_side(right)}>{text}</td>'


def _side(right: bool) -> str:
    return ' class="n"' if right else ""


def _interval(pair: Sequence[float | None] | None) -> str:
    return f"{number(pair[0])} to {number(pair[1])}" if pair else "–"


def _verdicts(found: Mapping[str, Any]) -> str:
    heads = ("claim", "verdict", "paper", "ours", "95 % interval", "unit", "seeds", "place", "why")
    rows = [
        (v["claim"], v["verdict"], v["paper"], v["ours"], _interval(v["interval"]), v["unit"], v["seeds"], v["place"],
         v["reason"])
        for v in found["verdicts"]
    ]  # fmt: skip
    told = table(heads, rows, "Each claim of the paper and its verdict") if rows else "<p>no claim is stated yet</p>"
    return f"<h2>Verdicts</h2>\n{told}"


def _stated(found: Mapping[str, Any]) -> str:
    """Show what each claim is, in words and in numbers; where these changed after the run, the verdict says so."""
    heads = ("claim", "says", "kind", "case", "arms", "better", "minimum effect", "paper", "tolerance", "unit", "scope")
    rows = [
        (c["claim"], c["sentence"], c["kind"], c["case"], _arms(c), c["direction"], c["minimum_effect"], c["paper"],
         c["tolerance"], c["unit"], c["scope"])
        for c in found["claims"]
    ]  # fmt: skip
    return table(heads, rows, "What each claim says, and what it asks for") if rows else ""


def _arms(claim: Mapping[str, Any]) -> str:
    over = ", ".join(f"{arm} ({size:g})" for arm, size in claim["over"].items())
    control = f"; control {claim['control']}" if claim["control"] else ""
    return f"{over or ' against '.join(claim['compare'])}{control}"


def _effects(card: Card, found: Mapping[str, Any]) -> str:
    drawn = [
        _figure(dots(kind.title, rows, marks=kind.marks, words=kind.ends), kind.note)
        for kind, rows in pictures(card.claims, found["verdicts"])
    ]
    return f'<h2>Effects</h2>\n<div class="grid">{"".join(drawn)}</div>' if drawn else ""


def _checks(found: Mapping[str, Any]) -> str:
    rows = [(c["name"], c["status"], c["error"], c["limit"], c["unit"], c["equation"], _twice(c), c["failure"]) for c in found["checks"]]  # fmt: skip
    heads = ("check", "holds", "error", "limit", "unit", "equation", "run twice", "what went wrong")
    return f"<h2>The gate</h2>\n{table(heads, rows, 'Checks that must hold before anything is measured')}"


def _twice(check: Mapping[str, Any]) -> str:
    """Say whether a second run from the same seed gave the same, and one with another number of threads."""
    again, other = check["repeats"], check["repeats with threads"]
    told = [] if again is None else ["bitwise equal" if again == 0 else f"differs by {again:.1g}"]
    return "; ".join([*told, f"by {other:.1g} with other threads"] if other else told) or "–"


def _case(case: Mapping[str, Any]) -> str:
    better = "higher" if case["higher_is_better"] else "lower"
    metric = f"{case['metric']} ({case['unit']})" if case["unit"] else case["metric"]
    known = [Dot(a["arm"], a["mean"], a["interval"], f"c{i % COLOURS}") for i, a in enumerate(case["arms"]) if a["mean"] is not None]  # fmt: skip
    known += [Dot(rung, value) for rung, value in case["ladder"].items() if value is not None]
    ranked = sorted(known, key=lambda d: (d.value, d.name), reverse=case["higher_is_better"])
    drawn = [_figure(dots(f"{case['case']}: the ladder, {metric}", ranked), f"The ladder: {metric}, {better} is better; arms with 95 % intervals, rungs grey.")] if ranked else []  # fmt: skip
    lines = {a["arm"]: a["curves"] for a in case["arms"] if any(len(c) > 1 for c in a["curves"])}
    drawn += [_figure(curves(f"{case['case']}: learning curves", lines), "Learning curves, a thin line a seed.")] * bool(lines)  # fmt: skip
    rows = [(a["arm"], a["mean"], _interval(a["interval"]), a["n"], a["failed"], ", ".join(map(number, a["values"]))) for a in case["arms"]]  # fmt: skip
    rows += [(f"{rung} (ladder)", value, "–", None, None, "") for rung, value in case["ladder"].items()]
    told = table(("arm", "mean", "95 % interval", "seeds", "failed", "by seed"), rows, f"{case['case']}: {metric}, {better} is better")  # fmt: skip
    told += "".join(f"<p>no {escape(rung)}: {escape(why)}</p>" for rung, why in case.get("missing", {}).items())
    return f'<h2>{escape(case["case"])} <span class="soft">version {case["version"]}</span></h2>\n<div class="grid">{"".join(drawn)}</div>\n{told}'


def _figure(picture: str, caption: str) -> str:
    return f"<figure>{picture}<figcaption>{escape(caption)}</figcaption></figure>"


def _speed(found: Mapping[str, Any]) -> str:
    costs = [c for c in found["costs"] if c["status"] == "ok"]
    if not found["timings"] and not found["costs"]:
        return ""
    lost = (f"{c['timing']}, {c['side']}: {c['failure']}" for c in found["costs"] if c["failure"])
    said = "".join([*map(_timing, found["timings"]), *(f"<p>{escape(line)}</p>" for line in lost)])
    rows = [[c.get(key) for key, _ in _COSTS] for c in costs]
    told = table([head for _, head in _COSTS], rows, "What a call costs, and its share of this machine's own peaks (bytes beyond 100 % came from a cache)") if rows else ""  # fmt: skip
    roofs = "".join(_roof(machine, costs) for machine in found["machines"])
    return f'<h2>Speed and cost</h2>\n{said}\n<div class="grid">{roofs}</div>\n{told}\n{_uncounted(costs)}'


def _timing(speed: Mapping[str, Any]) -> str:
    if speed["ratio"] is None:
        return f"<p>{escape(speed['name'])}, not timed: {escape(speed['failure'] or speed['status'])}</p>"
    steady = f"warm-up {'became' if speed.get('steady') else 'never became'} steady"
    ratio, ends = number(speed["ratio"]), between(speed)
    interval = f" (95 % interval {number(ends[0])} to {number(ends[1])})" if ends else ""
    words = (
        f"{speed['name']}: {speed.get('what', 'a call')}: {ratio} times the time of {speed.get('against', 'the baseline')}{interval};"
        f" {'; '.join([*noise(speed), steady])}.{_first(speed)}{_off(speed)}{_alone(speed)}"
    )
    return f"<p>{escape(words)}</p>"


def _alone(speed: Mapping[str, Any]) -> str:
    """Say what a timing in another dtype, or compiled, does not speak for."""
    return "" if speed["name"] == SPEED else " Training was in float32 and not compiled."


def _first(speed: Mapping[str, Any]) -> str:
    mine, theirs = speed["compile seconds"], speed["compile seconds, against"]
    return "" if mine is None else f" Compiled first, in {number(mine)} s; the baseline in {number(theirs)} s."


def _off(speed: Mapping[str, Any]) -> str:
    """Say how exact what was timed is, where that is not what the gate says of float32."""
    if speed["error in baselines"] is not None:
        return f" Off its own float64 result by {number(speed['error in baselines'])} times what the baseline is off its own."
    return f" What a call gives was not compared: {speed['not compared']}." if speed["not compared"] else ""


def _roof(machine: Mapping[str, Any], costs: Sequence[Mapping[str, Any]]) -> str:
    """Draw the calls of one timing below the peaks that this machine showed in its dtype."""
    points = {
        c["side"]: (c["FLOPs"] / c["bytes moved"], c["FLOPs"] / c["seconds a call"])
        for c in costs
        if c["timing"] == machine["timing"] and c.get("FLOPs") and c.get("seconds a call") and c.get("bytes moved")
    }
    peaks = f"{machine['timing']}, this machine's own peaks: matrix product {number(machine['peak FLOP/s'])} FLOP/s, copy {number(machine['peak bytes/s'])} bytes/s."  # fmt: skip
    if not points:
        return f"<p>{escape(peaks)} No roofline: no FLOPs could be counted.</p>"
    title = f"Roofline of {machine['timing']}: FLOP/s over FLOPs a byte"
    picture = roofline(title, machine["peak FLOP/s"], machine["peak bytes/s"], points)
    return _figure(picture, f"{peaks} Bytes are those that operations read and write; a cache may serve them faster.")


def _uncounted(costs: Sequence[Mapping[str, Any]]) -> str:
    lines = [
        f"{c['timing']}, {c['side']}: no formula for {', '.join(c['without a formula'])}"
        for c in costs
        if c["without a formula"]
    ]
    return "".join(f"<p>{escape(line)}</p>" for line in lines)


def _environment(found: Mapping[str, Any]) -> str:
    took = found["took"]
    own = "" if took["overhead"] is None else f", {number(took['overhead'])} s of it to start and end their processes"
    cost = f"{took['units']} units, {number((took['seconds'] or 0.0) + (took['overhead'] or 0.0))} s in all{own}."
    rows = [(key, str(value)) for key, value in sorted(found["environment"].items())]
    return f"<h2>Environment and cost of the harness</h2>\n<p>{cost}</p>\n{table(('what', 'is'), rows, 'Where it ran')}"
