"""What the learner of a blank folder fills in: the cells of a fresh scaffold that `check` asks for, in the solution's notebook."""

from __future__ import annotations

from collections.abc import Sequence

from paperlab.scaffold.ipynb import Cell
from paperlab.scaffold.notebook import cell_of, known_of
from paperlab.scaffold.plan import Draft
from paperlab.scaffold.python import template
from paperlab.scaffold.sections.closing import EXPLAIN, FAILURES
from paperlab.scaffold.sections.method import OVERFIT
from paperlab.scaffold.sections.opening import PREDICTION

_METRIC = (
    Draft(key="1", text="### Your metric\n\nWrite the metric yourself, and work three examples by hand before you run the cell."),
    Draft(key="2", code=True, kind="stub", text=template("metric.py.txt").rstrip()),
)  # fmt: skip
_BOXES: tuple[tuple[str, tuple[str, ...], tuple[Draft, ...]], ...] = (
    ("minute", ("question", "card", "setup"), (PREDICTION,)),
    ("metric", ("metric", "question", "setup"), _METRIC),
    ("overfit", (), OVERFIT),
    ("failures", ("failures",), FAILURES),
    ("explain", ("pl-failures",), EXPLAIN),
)
"""Section -> which cells it follows, by the first of these that is there (else it stands at the end), and its own."""


def with_boxes(present: Sequence[Cell]) -> tuple[list[Cell], dict[str, str]]:
    """Give a finished notebook's cells with the learner's among them, and id -> hash of these, see `notebook.base`."""
    whole, ours = list(present), list[Cell]()
    for name, anchors, drafts in _BOXES:
        new = [cell_of(f"pl-{name}-{draft.key}", draft) for draft in drafts]
        ours += new
        at = _behind(whole, anchors)
        whole[at:at] = new
    return whole, known_of(ours)


def _behind(cells: Sequence[Cell], anchors: Sequence[str]) -> int:
    """Give the place behind the last cell of the first section that is there; else before what ends a notebook."""
    for anchor in anchors:
        spots = [n for n, cell in enumerate(cells) if str(cell.get("id", "")).startswith(f"{anchor}-")]
        if spots:
            return spots[-1] + 1
    ends = (n for n, cell in enumerate(cells) if str(cell.get("id", "")).startswith(_ENDS))
    return next(ends, len(cells))


_ENDS = ("verdicts-", "failures-", "exercises-", "limits-")
