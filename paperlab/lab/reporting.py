"""The report of an implementation, and its export: from this lab's rows for the source as it stands."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paperlab.errors import NothingFound
from paperlab.lab.folders import Folder, folder
from paperlab.lab.judging import BUDGETS, all_rows, longest_first
from paperlab.litter import in_place_of

if TYPE_CHECKING:
    from paperlab.lab import Lab
    from paperlab.records.measurement import Measurement


def report(lab: Lab, slug: str, out: Path) -> tuple[Path, Path]:
    """Write `SLUG.html` and `SLUG.json` into a folder, which is made; give both.

    Raises:
        NothingFound: nothing was measured here of the source as it stands.
    """
    from paperlab.harness import page

    one = folder(lab.root, slug)
    found = content(lab, one)
    out.mkdir(parents=True, exist_ok=True)
    written, data = out / f"{one.card.slug}.html", out / f"{one.card.slug}.json"
    told = json.dumps(found, indent=1, ensure_ascii=False, sort_keys=True, allow_nan=False)
    for path, text in ((written, page(one.card, found)), (data, f"{told}\n")):
        with in_place_of(path) as fresh:
            fresh.write_text(text, encoding="utf-8")
    return written, data


def export(lab: Lab, slug: str, to: str, where: str) -> str:
    """Write what the report holds for another tool; give what that is to be pointed at.

    Raises:
        NothingFound: nothing was measured here of the source as it stands.
        UsageError: there is no such tool, or it needs a package that is not here.
    """
    from paperlab.harness import export

    one = folder(lab.root, slug)
    rows = _rows(lab, one)
    return export(to, _results(one, rows), rows, where)


def content(lab: Lab, one: Folder) -> dict[str, Any]:
    """Give what the report holds: the longest budget that was run with this source, on the device that ran last.

    Raises:
        NothingFound: there is no such row.
    """
    return _results(one, _rows(lab, one))


def _results(one: Folder, rows: Sequence[Measurement]) -> dict[str, Any]:
    from paperlab.harness import judge, results, source_hash

    budget = _budget(rows) or "small"
    return results(one.card, rows, judge(one.card, rows, budget=budget, source_hash=source_hash(one.path)))


def _rows(lab: Lab, one: Folder) -> list[Measurement]:
    from paperlab.harness import source_hash

    rows = _of_one_run(all_rows(lab, one), source_hash(one.path))
    if not rows:
        raise NothingFound(
            f"nothing was measured here of {one.card.slug} as it stands; run `paperlab bench {one.card.slug}`"
        )
    return rows


def _budget(rows: Sequence[Measurement]) -> str:
    """Give the longest budget that was run; equal seconds where arms trained for nothing else."""
    trained = {r.budget for r in rows if r.kind == "quality"}
    run = {r.budget for r in rows if r.kind != "check"}
    return next(iter(longest_first(run if trained & set(BUDGETS) else trained or run)), "")


def _of_one_run(rows: list[Measurement], now: str) -> list[Measurement]:
    """Choose rows that belong together, in an order that does not tell in which they came."""
    from paperlab.harness import of_one_case

    mine = [r for r in rows if r.source_hash == now]
    if not mine:
        return []
    device = max(mine, key=lambda r: (r.at, r.device)).device
    budget = _budget(mine)
    plain = budget.partition(",")[0]  # of the ladder and the timing, which no arm trains for
    fits = [
        r
        for r in of_one_case(rows)
        if r.source_hash in (now, "")
        and r.device == device
        and (r.kind == "check" or r.budget == (budget if r.kind == "quality" else plain))
    ]
    cases = {(r.case, r.case_version) for r in fits if r.source_hash == now}
    kept = [r for r in fits if (r.case, r.case_version) in cases]
    return sorted(kept, key=lambda r: (r.kind, r.case, r.arm != "ours", r.arm, r.seed, r.key))
