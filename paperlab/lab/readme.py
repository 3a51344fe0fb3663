"""The verdicts in a folder's README: the block between its two markers, written from what was judged."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from paperlab.records.card import Card
from paperlab.records.measurement import Verdict

BEGIN, END = "<!-- verdicts -->", "<!-- /verdicts -->"


class Ran(NamedTuple):
    """The run that the block names."""

    run: str
    at: str
    """ISO 8601 UTC."""
    budget: str
    device: str


def newest(verdicts: Sequence[Verdict]) -> Ran | None:
    """Give the newest run that the verdicts rest on; None where none of them rests on any."""
    last = max((v for v in verdicts if v.at), key=lambda v: v.at, default=None)
    return Ran(last.run, last.at, last.budget, last.device) if last else None


def with_verdicts(text: str, card: Card, verdicts: Sequence[Verdict], ran: Ran | None) -> str:
    """Give a README with its block as it should be; one without the markers stays as it is."""
    block = f"{BEGIN}\n{_table(card, verdicts, ran)}\n{END}"
    return re.sub(f"{BEGIN}.*?{END}", lambda _: block, text, count=1, flags=re.DOTALL)


def _table(card: Card, verdicts: Sequence[Verdict], ran: Ran | None) -> str:
    if ran is None:
        return f"Not benched yet: run `paperlab bench {card.slug}`."
    found = {v.claim: v for v in verdicts}
    seeds = max(v.seeds for v in verdicts)
    rows = [(c, found[c.id]) for c in card.claims if c.id in found]
    lines = [
        f"Run {ran.run} of {ran.at[:10]}: budget {ran.budget}, {ran.device}, {seeds} seeds, 95 % intervals.",
        "",
        "| claim | place | paper | ours | verdict |",
        "| --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| {_cell(c.sentence or c.id)} | {_cell(c.place)} | {_number(c.paper)} | {_ours(v)} | {v.verdict} |"
        for c, v in rows
    ]
    open_ = [f"- `{c.id}`: {c.scope}" for c, v in rows if c.scope and v.verdict != "reproduced"]
    return "\n".join([*lines, *([""] if open_ else []), *open_])


def _cell(text: str) -> str:
    """Keep a text within its cell."""
    return " ".join(text.split()).replace("|", r"\|")


def _number(x: float | None) -> str:
    return "" if x is None else f"{x:.3g}"


def _ours(verdict: Verdict) -> str:
    """Give our number with its interval and unit, as in `0.31 [0.3, 0.32] nats`."""
    if verdict.ours is None:
        return ""
    span = verdict.interval
    interval = f" [{_number(span[0])}, {_number(span[1])}]" if span else ""
    return f"{_number(verdict.ours)}{interval} {verdict.unit}".strip()
