"""The reader of last resort: what arXiv itself says about a paper."""

from __future__ import annotations

import re

from paperlab.extract.facts import read_facts
from paperlab.extract.passage import Passage
from paperlab.records.extracted import Paper, Source
from paperlab.records.paper import PaperRecord

_SIGNS = re.compile(r"(?<!\\)((?:\\\\)*)([%&])")
_DOLLARS = re.compile(r"(?<!\\)\$")


def escaped(text: str) -> str:
    r"""Give an abstract as TeX: arXiv's hold formulas as TeX, and signs that TeX would take for its own.

    >>> escaped(r"R&D: 5% less, $\alpha$ or \%, at $3")
    'R\\&D: 5\\% less, \\$\\alpha\\$ or \\%, at \\$3'
    """
    text = _SIGNS.sub(r"\1\\\2", text)
    return text if len(_DOLLARS.findall(text)) % 2 == 0 else _DOLLARS.sub(r"\$", text)


def read_abstract_alone(record: PaperRecord) -> Paper:
    """Give title, authors, abstract, and the claims, datasets, metrics and links of the abstract."""
    facts = read_facts([Passage(tex=escaped(record.abstract or ""), section="Abstract", kind="abstract")])
    return Paper(
        id=record.id,
        title=record.title,
        authors=tuple(record.authors),
        abstract=record.abstract or "",
        source=Source(kind="abstract", main_file=None),
        links=facts.links,
        claims=facts.claims,
        datasets=facts.datasets,
        metrics=facts.metrics,
        problems=facts.problems,
    )
