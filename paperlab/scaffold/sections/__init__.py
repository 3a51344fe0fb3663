"""The sections of the notebook, in the order in which a learner meets them.

To add one: a function `Plan -> iterator of Draft` in a file of this folder, and its line in SECTIONS. A name is part
of cell ids: never rename one, or learners' cells lose their place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from paperlab.errors import UsageError
from paperlab.scaffold.plan import Draft, Plan
from paperlab.scaffold.sections import closing, measuring, method, opening, settings

SECTIONS: tuple[tuple[str, Callable[[Plan], Iterator[Draft]]], ...] = (
    ("card", opening.card),
    ("setup", opening.setup),
    ("minute", opening.minute),
    ("claims", opening.claims),
    ("glossary", opening.glossary),
    ("metric", measuring.metric),
    ("data", measuring.data),
    ("baselines", measuring.baselines),
    ("equations", method.equations),
    ("algorithms", method.algorithms),
    ("checks", method.checks),
    ("overfit", method.overfit),
    ("hyperparameters", settings.hyperparameters),
    ("results", measuring.results),
    ("ablation", settings.ablation),
    ("failures", closing.failures),
    ("explain", closing.explain),
    ("exercises", closing.exercises),
    ("limits", closing.limits),
    ("licence", closing.licence),
)

BUILDS_ON = {
    "baselines": "metric",
    "results": "baselines",
    "equations": "setup",
    "algorithms": "setup",
    "checks": "setup",
}
"""Section -> the one whose code it runs."""


def left_out(words: str) -> frozenset[str]:
    """Read the setting `scaffold.without`: names of sections between commas or blanks.

    Raises:
        UsageError: no section is called so, or one that stays runs the code of one that goes.
    """
    names = frozenset(words.replace(",", " ").split())
    sections = [name for name, _ in SECTIONS]
    if wrong := sorted(names.difference(sections)):
        raise UsageError(f"expected scaffold.without to name some of {', '.join(sections)}; got {wrong[0][:40]!r}")
    if torn := [name for name, base in BUILDS_ON.items() if base in names and name not in names]:
        raise UsageError(f"expected scaffold.without to name {torn[0]} too, which runs code of {BUILDS_ON[torn[0]]}")
    return names
