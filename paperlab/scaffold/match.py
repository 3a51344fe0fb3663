"""Which shared case is about the same thing as the paper; none is a good answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from paperlab.records.extracted import Paper
from paperlab.records.measurement import CaseInfo
from paperlab.scaffold.names import ascii_words

COMMON = frozenset(
    "accuracy algorithm baseline benchmark case class classes classification classifier data dataset deep error "
    "experiment feature features gradient image images input label labels layer layers learning linear loss method "
    "metric mlp model models network networks neural objective optimisation optimization output parameter performance "
    "prediction regression representation sample samples score sequence sequences small supervised task tasks test "
    "token tokens toy train training vector vision weight weights adam sgd".split()
)
"""Words that stand in any paper of the field: alone they say nothing about its task."""

_WEIGHTS = (("title", 4.0), ("data set", 3.0), ("metric", 1.0), ("abstract", 1.5), ("section title", 1.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A shared case, and the words that speak for it."""

    case: CaseInfo
    words: tuple[str, ...]
    where: str
    """`title`, `data set` ...: the strongest place that names a word."""
    score: float

    @property
    def reason(self) -> str:
        """Say why, in one line."""
        return f"case {self.case.name}: the paper's {self.where} names {', '.join(self.words[:4])}"


def match_case(paper: Paper, cases: Sequence[CaseInfo]) -> Match | None:
    """Give the case that shares most task words with the paper.

    Real overlap is demanded: a word outside COMMON in the title or among the data sets, or two such words elsewhere.
    """
    texts = _texts(paper)
    scored = [m for case in cases if (m := _score(case, texts)) is not None]
    return max(scored, key=lambda m: (m.score, m.case.name), default=None)


def _texts(paper: Paper) -> dict[str, str]:
    parts = {
        "title": [paper.title],
        "data set": paper.datasets,
        "metric": paper.metrics,
        "abstract": [paper.abstract],
        "section title": [s.title for s in paper.sections[:200]],
    }
    return {name: _normal(" . ".join(p[:4000] for p in items)) for name, items in parts.items()}


def _normal(text: str) -> str:
    return f" {' '.join(w.lower() for w in ascii_words(text[:20000]))} "


def _score(case: CaseInfo, texts: dict[str, str]) -> Match | None:
    wanted = list(dict.fromkeys(_normal(word).strip() for word in (case.name, *case.words)))
    hits: dict[str, str] = {}
    score = 0.0
    for place, weight in _WEIGHTS:
        for word in wanted:
            if word and re.search(f" {re.escape(word)}s? ", texts[place]):
                hits.setdefault(word, place)
                score += weight * (0.2 if word in COMMON else 1.0)
    telling = [w for w in hits if w not in COMMON]
    strong = any(hits[w] in ("title", "data set") for w in telling)
    if not telling or not (strong or len(telling) >= 2):
        return None
    return Match(case=case, words=tuple(telling), where=hits[telling[0]], score=score)
