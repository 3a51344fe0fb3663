"""Verdicts -> rows of the claims table, the cells they link to, the verdict line, and the numbers that text may show.

A number of ours stands only where a verdict from a measurement gives it: the verdict names its runs, and the page is
no draft.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from paperlab.publish.inputs import PageInput
from paperlab.publish.notebook import Cell, as_map, as_text
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


_HEADING = re.compile(r"^#{1,6}\s", re.MULTILINE)
_RESULTS = re.compile(r"^#{1,6}\s.*(?:result|verdict)", re.MULTILINE | re.IGNORECASE)
_READ = 20_000
"""Characters of an output that are searched for the names of claims."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One claim as the page shows it."""

    claim: Claim
    verdict: str
    icon: str
    word: str
    paper: str
    ours: str
    ahead: str
    """What our number is ahead of, where it is a difference and no level like the paper's."""
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
    # Where the case measures what the claim's unit cannot say, our number keeps its own.
    mine = measured.unit or unit if measured else unit
    return Row(
        claim=claim,
        verdict=word,
        icon=ICONS[word],
        word=WORDS.get(word, word),
        # A number of the paper that names no unit has the case's only where a tolerance says that the two compare.
        paper=stated(claim.paper, unit if claim.tolerance is not None else claim.unit),
        ours=number(measured.ours, mine, within=measured.interval) if measured else "",
        ahead=_ahead(claim) if measured else "",
        interval=_interval(measured),
        yardstick=yardstick(claim, unit),
        seeds=measured.seeds if measured else 0,
        reason=verdict.reason if verdict and not draft else "",
        run=measured.run if measured else "",
        found=measured,
    )


def _ahead(claim: Claim) -> str:
    """Say what a number is the distance to: 3.2 % beside the paper's 97.3 % would be misread.

    >>> _ahead(Claim(id="c", place="p", kind="better-than", compare=("ours", "sgd")))
    'ahead of sgd'
    """
    if claim.kind == "cost":
        return "of the time saved"
    return f"ahead of {claim.compare[1]}" if len(claim.compare) == 2 and claim.kind not in _CHECKED else ""


_CHECKED = ("equality", "property")
"""Kinds whose number is mostly the error of a check."""


def shows_number(verdict: Verdict, *, draft: bool) -> bool:
    """Say whether a verdict gives a number that the page may show."""
    measured = verdict.ours is not None and math.isfinite(verdict.ours)
    return measured and not draft and verdict.verdict != "not tested" and bool(verdict.runs or verdict.run)


def yardstick(claim: Claim, unit: str = "") -> str:
    """Say what was fixed before the run: the smallest effect that counts, or the tolerance."""
    parts = []
    if claim.minimum_effect is not None:
        parts.append(f"counts from {stated(claim.minimum_effect, unit)}")
    if claim.tolerance is not None:
        parts.append(f"within {stated(claim.tolerance, unit)} of the paper")
    return ", ".join(parts)


def number(value: float | None, unit: str = "", *, within: tuple[float, float] | None = None) -> str:
    """Give a number of ours with as many digits as its interval bears: two of the half-width, else four significant.

    >>> number(0.93127, within=(0.91, 0.95))
    '0.931'
    >>> number(68.0, "%")
    '68 %'
    """
    if value is None or not math.isfinite(value):
        return ""
    return _with_unit(_rounded(value, _decimals(within) if within else None), unit)


def stated(value: float | None, unit: str = "") -> str:
    """Give a number of the paper, or one that was fixed before the run, with every digit that it was stated with.

    >>> stated(1234567.891), stated(0.93127, "accuracy"), stated(1e-12)
    ('1234567.891', '0.93127 accuracy', '1e-12')
    """
    if value is None or not math.isfinite(value):
        return ""
    return _with_unit(_minus(f"{value:.15g}"), unit)


def _with_unit(text: str, unit: str) -> str:
    return f"{text} {unit}".rstrip() if unit not in ("1", "fraction") else text


def _decimals(within: tuple[float, float]) -> int | None:
    """Give how many decimals an interval bears, fewer than none for tens and hundreds; None when it says nothing."""
    half = (within[1] - within[0]) / 2
    if not math.isfinite(half) or half <= 0:
        return None
    return 1 - math.floor(math.log10(half))


def _rounded(value: float, decimals: int | None) -> str:
    if decimals is None:
        return _minus(f"{value:.4g}")
    if -6 <= decimals <= 6 or value == 0:
        return _minus(f"{round(value, decimals) + 0.0:.{min(max(decimals, 0), 6)}f}")  # + 0.0: never `-0.00`
    digits = math.floor(math.log10(abs(value))) + decimals + 1
    return _minus(f"{value:.{min(max(digits, 1), 15)}g}")


def _minus(text: str) -> str:
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


def targets(table: Sequence[Row], cells: Sequence[Cell], anchors: Mapping[int, str]) -> dict[str, str]:
    """Give for each claim the anchor of the cell that shows it.

    That is the cell which says so (metadata `paperlab.claim`, or a tag `claim:ID`), else the code cell whose output
    names the claim beside most others, else the results section, else the notebook's start.

    Args:
        table: the page's claims.
        cells: of the notebook.
        anchors: number of a cell that the page shows -> its anchor.
    """
    visible = [cell for cell in cells if cell.number in anchors]
    said = {name: anchors[cell.number] for cell in reversed(visible) for name in cell.claims}
    ids = [row.claim.id for row in table]
    named = [(cell, _named(cell, ids)) for cell in visible if cell.kind == "code"]
    best, found = max(named, key=lambda pair: (len(pair[1]), pair[0].number), default=(None, frozenset()))
    section = _results(visible)
    rest = anchors[section.number] if section else "notebook"
    return {id_: said.get(id_) or (anchors[best.number] if best and id_ in found else rest) for id_ in ids}


def _named(cell: Cell, ids: Sequence[str]) -> frozenset[str]:
    """Give the claims that a cell's output names as whole words."""
    texts = [
        as_text(part) for output in cell.outputs for part in (output.get("text"), *as_map(output.get("data")).values())
    ]
    words = frozenset(re.findall(r"[\w.-]+", "\n".join(text[:_READ] for text in texts)))
    return words & frozenset(ids)


def _results(cells: Sequence[Cell]) -> Cell | None:
    """Give the first code cell of the section on results or verdicts, its heading's cell where it has none."""
    heading = next(
        (at for at, cell in enumerate(cells) if cell.kind == "markdown" and _RESULTS.search(cell.source)), None
    )
    if heading is None:
        return None
    for cell in cells[heading + 1 :]:
        if cell.kind == "code":
            return cell
        if cell.kind == "markdown" and _HEADING.search(cell.source):
            break
    return cells[heading]
