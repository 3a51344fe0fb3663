"""`check`: the learner's tests run, what they say of each piece, and how far the folder is."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from paperlab.errors import UsageError
from paperlab.lab.folders import Folder, folder, own
from paperlab.lab.judging import BUDGETS, RESULTS, all_rows, claims_of

if TYPE_CHECKING:
    from paperlab.lab import Lab
    from paperlab.lab.base import Progress as OnProgress
    from paperlab.records.progress import Progress
    from paperlab.scaffold import Measured

_NAIVE = ("chance", "trivial")
"""Rungs that any method has to beat before a finer number means anything."""


def check(lab: Lab, slug: str | None, *, seconds: float, on_progress: OnProgress) -> Progress:
    """Run the tests of an implementation and say how far it is.

    Raises:
        UsageError: no slug where the lab has several folders of its own, or a model.py that is no Python.
        NothingFound: no implementation of that name.
    """
    from paperlab.harness import run_tests
    from paperlab.scaffold import judge_pieces, pieces_of, progress

    one = _chosen(lab, slug)
    text = _model(one)
    found = pieces_of(text, where=str(one.path / "model.py"))
    tested = run_tests(one.path, seconds=seconds, on_progress=on_progress)
    judged, strange = judge_pieces(found, tested.runs, text)
    return progress(one.path, one.card, judged, (*tested.problems, *strange), _measured(lab, one))


def _chosen(lab: Lab, slug: str | None) -> Folder:
    if slug is not None:
        return folder(lab.root, slug)
    mine = own(lab.root, lab.talk)
    if len(mine) != 1:
        names = ", ".join(one.card.slug for one in mine[:5])
        hint = f"one of {names}" if names else "make one with `paperlab implement ID`"
        raise UsageError(f"expected the name of an implementation: {hint}")
    return mine[0]


def _model(one: Folder) -> str:
    path = one.path / "model.py"
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: expected Python in UTF-8, got: {error}") from error


def _measured(lab: Lab, one: Folder) -> Measured:
    from paperlab.scaffold import Measured

    verdicts = {row.verdict.claim: row.verdict.verdict for row in claims_of(lab, one)}
    best = [found for case in _summary(lab, one) if (found := _beside(case)) is not None]
    chosen = next((found for found in best if found[0]), best[0] if best else None)
    return Measured(verdicts, *(chosen or (None, "")))


def _summary(lab: Lab, one: Folder) -> Sequence[Mapping[str, Any]]:
    """Give each case's arms beside its ladder: of this source at the longest budget, else of results.json."""
    from paperlab.harness import results, source_hash

    now, recorded = source_hash(one.path), one.path / RESULTS
    rows = [row for row in all_rows(lab, one) if row.source_hash in ("", now)]
    for budget in BUDGETS:
        chosen = [row for row in rows if row.budget == budget]
        if any(row.kind == "quality" for row in chosen):
            return list(results(one.card, chosen, ())["summary"])
    return list(json.loads(recorded.read_text(encoding="utf-8"))["summary"]) if recorded.is_file() else []


def _beside(case: Mapping[str, Any]) -> tuple[bool, str] | None:
    """Tell whether ours is better than each naive rung of a case, in words; None where one of them has no number."""
    arms = {arm["arm"]: arm["mean"] for arm in case["arms"]}
    ours = arms.get("ours", next(iter(arms.values()), None))
    naive = [value for rung in _NAIVE if (value := case["ladder"].get(rung)) is not None]
    if ours is None or not naive:
        return None
    best = max(naive) if case["higher_is_better"] else min(naive)
    better = ours > best if case["higher_is_better"] else ours < best
    return better, f"{case['case']}: {ours:.3g}, naive {best:.3g}"
