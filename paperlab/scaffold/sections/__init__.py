"""The sections of the notebook, in the order in which a learner meets them.

To add one: a function `Plan -> iterator of Draft` in a file of this folder, and its line in SECTIONS. A name is part
of cell ids: never rename one, or learners' cells lose their place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

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
