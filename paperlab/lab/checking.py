"""`check`: the learner's tests run, what they say of each piece, and how far the folder is."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from paperlab.errors import NothingFound, UsageError
from paperlab.lab.folders import Folder, folder, folders, own
from paperlab.lab.judging import BUDGETS, RESULTS, all_rows, changed, claims_of
from paperlab.lab.making import is_blank

if TYPE_CHECKING:
    from pathlib import Path

    from paperlab.lab import Lab
    from paperlab.lab.base import Progress as OnProgress
    from paperlab.records.progress import Progress
    from paperlab.scaffold import Measured, Solved

_NAIVE = ("chance", "trivial")
"""Rungs that any method has to beat before a finer number means anything."""


def check(lab: Lab, slug: str | None, *, seconds: float, on_progress: OnProgress) -> Progress:
    """Run the tests of an implementation and say how far it is.

    Raises:
        UsageError: no slug where the lab has several folders of its own, or a model.py that is no Python.
        NothingFound: no implementation of that name.
    """
    from paperlab.harness import run_tests
    from paperlab.scaffold import judge_pieces, pieces_of, progress, revealed

    one = _chosen(lab, slug)
    text = _model(one)
    found = pieces_of(text, where=str(one.path / "model.py"))
    tested = run_tests(one.path, seconds=seconds, on_progress=on_progress)
    judged, strange = judge_pieces(found, tested.runs, text)
    seen = revealed(one.path)
    judged = tuple(piece._replace(revealed=seen.get(piece.piece.name, "")) for piece in judged)
    return progress(one.path, one.card, judged, (*tested.problems, *strange), _measured(lab, one))


def solutions(lab: Lab, slug: str) -> tuple[Solved, ...]:
    """Give the pieces of the solution of a blank folder; nothing counts as looked at.

    Raises:
        NothingFound: no implementation of that name, or none that ships with a solution.
        UsageError: the folder is a finished one.
    """
    from paperlab.scaffold import solved

    blank = folder(lab.root, slug)
    return solved(_solution(lab, blank), blank.path)


def reveal(lab: Lab, slug: str, name: str) -> Solved:
    """Give one piece of the solution of a blank folder, and remember there that it was looked at.

    Raises:
        NothingFound: no implementation of that name, none that ships with a solution, or no piece of that name.
        UsageError: the folder is a finished one.
    """
    from paperlab import scaffold

    blank = folder(lab.root, slug)
    return scaffold.reveal(
        _solution(lab, blank), blank.path, name, now=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    )


def _solution(lab: Lab, blank: Folder) -> Path:
    """Give the finished folder that a blank one was cut from."""
    if blank.card.generated:
        raise NothingFound(f"{blank.card.slug} was made from the paper alone: no solution ships with it")
    if not is_blank(blank.path, blank.card):
        raise UsageError(f"{blank.card.slug} is finished: its solution stands in {blank.path / 'model.py'}")
    for one in (*folders(None), *own(lab.root, lab.talk)):
        if one.card.id == blank.card.id and not one.card.generated and not is_blank(one.path, one.card):
            return one.path
    raise NothingFound(f"the folder that {blank.card.slug} was cut from is not here any more")


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
    best = _besides(lab, one)
    beaten, beside = next((found for found in best if found[0]), best[0] if best else (None, ""))
    return Measured(verdicts, beaten, beside, _idle(lab, one))


def _idle(lab: Lab, one: Folder) -> str:
    """Say which arm or check of the last run never called model.py, though a claim rests on it."""
    from paperlab.harness import arm_of, never_called, source_hash

    now = source_hash(one.path)
    rows = [row for row in all_rows(lab, one) if row.source_hash == now]
    asked = (
        arm_of(claim, [row for row in rows if row.case == claim.case])
        for claim in one.card.claims
        if claim.case and claim.kind != "property"
    )
    return next((why for found in asked if (why := never_called(found))), "")


def _besides(lab: Lab, one: Folder) -> list[tuple[bool, str]]:
    """Hold each case's arms against its ladder: of this source at the longest budget, else of results.json."""
    from paperlab.harness import results, source_hash

    now = source_hash(one.path)
    rows = [row for row in all_rows(lab, one) if row.source_hash in ("", now)]
    for budget in BUDGETS:
        chosen = [row for row in rows if row.budget == budget]
        if any(row.kind == "quality" for row in chosen):
            return _known(map(_beside, results(one.card, chosen, ())["summary"]))
    return _recorded(one, now)


def _recorded(one: Folder, now: str) -> list[tuple[bool, str]]:
    """Read results.json; one of an older source, or that holds no numbers, says nothing here: `claims` says why."""
    try:
        data = json.loads((one.path / RESULTS).read_text(encoding="utf-8"))
        older = "source" in changed(one, data.get("hashes", {}), now)
        return [] if older else _known(map(_beside, data["summary"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return []


def _known(found: Iterable[tuple[bool, str] | None]) -> list[tuple[bool, str]]:
    return [one for one in found if one is not None]


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
