"""The reader of last resort: what arXiv itself says about a paper."""

from __future__ import annotations

from paperlab.extract.facts import read_facts
from paperlab.extract.passage import Passage
from paperlab.records.extracted import Paper, Source
from paperlab.records.paper import PaperRecord


def read_abstract_alone(record: PaperRecord) -> Paper:
    """Give title, authors, abstract, and the claims, datasets, metrics and links of the abstract."""
    facts = read_facts([Passage(tex=record.abstract or "", section="Abstract", kind="abstract")])
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
