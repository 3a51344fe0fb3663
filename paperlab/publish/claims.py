"""Verdicts -> rows of the claims table, the verdict line, and the numbers that text may show.

A number of ours stands only where a verdict from a measurement gives it: the verdict names its runs, and the page is
no draft.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from paperlab.publish.inputs import PageInput
from paperlab.records.card import VERDICTS, Claim
from paperlab.records.measurement import Verdict

ICONS = {
    "reproduced": "✓",
    "partly": "◐",
    "not": "✗",
    "cannot tell yet": "?",
    "case unfit": "⊘",
    "not tested": "○",
}
WORDS = {"not": "not reproduced"}
"""What the page says where the verdict's own word reads badly alone."""
_PHRASES = {
    "partly": "{} partly",
    "not": "{} not reproduced",
    "cannot tell yet": "{} cannot tell yet",
    "case unfit": "{} with an unfit case",
    "not tested": "{} not tested",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One claim as the page shows it."""

    claim: Claim
    verdict: str
    icon: str
    word: str
    paper: str
    ours: str
    interval: str
    yardstick: str
    seeds: int
    reason: str
    run: str
    found: Verdict | None
    """None where the page shows no number of ours."""


def rows(page: PageInput) -> tuple[Row, ...]:
    """Give a row a claim, in the card's order."""
    found = {verdict.claim: verdict for verdict in page.verdicts}
    return tuple(_row(claim, found.get(claim.id), draft=page.draft) for claim in page.card.claims)


def _row(claim: Claim, verdict: Verdict | None, *, draft: bool) -> Row:
    word = "not tested" if draft or verdict is None or verdict.verdict not in VERDICTS else verdict.verdict
    measured = verdict if verdict and shows_number(verdict, draft=draft) else None
    unit = claim.unit or (measured.unit if measured else "")
    return Row(
        claim=claim,
        verdict=word,
        icon=ICONS[word],
        word=WORDS.get(word, word),
        paper=number(claim.paper, unit),
        ours=number(measured.ours, unit, within=measured.interval) if measured else "",
        interval=_interval(measured),
        yardstick=yardstick(claim, unit),
        seeds=measured.seeds if measured else 0,
        reason=verdict.reason if verdict and not draft else "",
        run=measured.run if measured else "",
        found=measured,
    )


def shows_number(verdict: Verdict, *, draft: bool) -> bool:
    """Say whether a verdict gives a number that the page may show."""
    measured = verdict.ours is not None and math.isfinite(verdict.ours)
    return measured and not draft and verdict.verdict != "not tested" and bool(verdict.runs or verdict.run)


def yardstick(claim: Claim, unit: str = "") -> str:
    """Say what was fixed before the run: the smallest effect that counts, or the tolerance."""
    parts = []
    if claim.minimum_effect is not None:
        parts.append(f"counts from {number(claim.minimum_effect, unit)}")
    if claim.tolerance is not None:
        parts.append(f"within {number(claim.tolerance, unit)} of the paper")
    return ", ".join(parts)


def number(value: float | None, unit: str = "", *, within: tuple[float, float] | None = None) -> str:
    """Give a number with as many digits as its interval bears: two of the half-width, else four significant.

    >>> number(0.93127, within=(0.91, 0.95))
    '0.931'
    >>> number(68.0, "%")
    '68 %'
    """
    if value is None or not math.isfinite(value):
        return ""
    text = _rounded(value, _decimals(within) if within else None)
    return f"{text} {unit}".rstrip() if unit not in ("1", "fraction") else text


def _decimals(within: tuple[float, float]) -> int | None:
    """Give how many decimals an interval bears; None when it says nothing about that."""
    half = (within[1] - within[0]) / 2
    if not math.isfinite(half) or half <= 0:
        return None
    return 1 - math.floor(math.log10(half))


def _rounded(value: float, decimals: int | None) -> str:
    text = f"{value:.4g}" if decimals is None or not 0 <= decimals <= 6 else f"{value:.{decimals}f}"
    return text.replace("-", "\N{MINUS SIGN}", 1) if text.startswith("-") else text


def _interval(verdict: Verdict | None) -> str:
    if verdict is None or verdict.interval is None or not all(map(math.isfinite, verdict.interval)):
        return ""
    decimals = _decimals(verdict.interval)
    low, high = (_rounded(bound, decimals) for bound in verdict.interval)
    return f"{low} to {high}"


def in_text(row: Row) -> str:
    """Give what `{{ claim:ID }}` stands for: the number with its interval, or the verdict where there is none."""
    if not row.ours:
        return row.word
    detail = [f"95 % {row.interval}"] if row.interval else []
    detail += [f"{row.seeds} seed{'s' * (row.seeds != 1)}"] if row.seeds else []
    return f"{row.ours} ({', '.join(detail)})" if detail else row.ours


def verdict_line(table: Sequence[Row]) -> str:
    """Give the page's first line: '3 of 4 claims reproduced, 1 cannot tell yet'."""
    counts = Counter(row.verdict for row in table)
    if counts["not tested"] == len(table):
        return "not tested"
    parts = [f"{counts['reproduced']} of {len(table)} claim{'s' * (len(table) != 1)} reproduced"]
    parts += [phrase.format(counts[word]) for word, phrase in _PHRASES.items() if counts[word]]
    return ", ".join(parts)


def tally(table: Sequence[Row]) -> tuple[tuple[str, str, str, int], ...]:
    """Give (verdict, icon, word, count) for each verdict that occurs, best first."""
    counts = Counter(row.verdict for row in table)
    return tuple((v, ICONS[v], WORDS.get(v, v), counts[v]) for v in VERDICTS if counts[v])
