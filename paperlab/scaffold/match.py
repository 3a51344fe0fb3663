"""Which shared case is about the same thing as the paper; none is a good answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from paperlab.records.extracted import Paper
from paperlab.records.measurement import CaseInfo
from paperlab.scaffold.names import ascii_words

COMMON = frozenset(
    "accuracy adam adaptation adaptive adding adversarial algorithm attention baseline benchmark bias case class "
    "classes classification classifier compression condition context convergence convolution convolutional copying "
    "data dataset deep density depth dropout error experiment feature features flow flows gaussian gaussians "
    "generalization gradient graph graphs image images induction inductive input label labels language layer layers learning "
    "length likelihood linear loss memory method metric mlp model models moon moons network networks neural noise "
    "noisy normalisation normalization objective optimisation optimization output pair pairs parameter parity "
    "performance prediction rate recurrent regression regularisation regularization representation residual reverse "
    "sample samples score selective sequence sequences sgd signal small state supervised task tasks test token "
    "tokens toy train training transformer vector vision weight weights".split()
)
"""Words that stand in papers of every task: alone they say nothing about which one this is."""

TASKS = {
    "model": r"classif\w*|recogni\w*|images?|digits?",
    "data": r"classif\w*|recogni\w*|signals?|data ?sets?|benchmarks?",
    "mixer": r"sequences?|recall|languages?|attention|transformers?",
    "sequence": r"sequences?|transduc\w*|machine translation|attention|transformers?",
    "optimizer": r"optimi[sz]ers?|(?:stochastic|gradient|convex) optimi[sz]\w*|gradient descent|stochastic gradient|learning rates?",
}
"""Slot of a case -> what the title or abstract of a paper speaks of whose method can enter it."""

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
    """Give the case that shares most task words with the paper; None without a real overlap.

    Real is: a telling word (one outside COMMON) among the paper's data sets; or a telling word and another of the
    case's words in the title; or the case's own name in title or abstract beside another of its words. Words of method
    in an abstract alone never bring in an unrelated data set, nor does a data set that a paper uses for something else:
    title or abstract must speak of what enters the case (TASKS), or name the data set.
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
    spelt = {_stem(word): word for word in (*case.name.replace("_", "-").split("-"), *case.words)}
    wanted = set(spelt) - {""}
    found = {place: {w for w in wanted if re.search(f" {re.escape(w)}s? ", texts[place])} for place, _ in _WEIGHTS}
    telling = {place: {w for w in words if spelt[w] not in COMMON} for place, words in found.items()}
    names = {_stem(w) for w in case.name.replace("_", "-").split("-")} - COMMON
    named = (found["title"] | found["abstract"]) & names
    beside = found["title"] | found["abstract"] | found["metric"] | found["data set"]
    if not _can_enter(case, found, telling["data set"], texts):
        return None
    if telling["data set"]:
        where = "data set"
    elif telling["title"] and len(found["title"]) >= 2:
        where = "title"
    elif named and len(beside - named) >= 1:
        where = "title" if found["title"] & named else "abstract"
    else:
        return None
    score = sum(weight * len(telling[place]) + 0.2 * len(found[place]) for place, weight in _WEIGHTS)
    words = tuple(sorted(spelt[w] for w in telling[where] or named))
    return Match(case=case, words=words, where=where, score=score)


def _can_enter(case: CaseInfo, found: dict[str, set[str]], data: set[str], texts: dict[str, str]) -> bool:
    """Say whether a paper's method can be what a case hands its data to."""
    said = texts["title"] + texts["abstract"]
    task = case.slot not in TASKS or re.search(rf" (?:{TASKS[case.slot]}) ", said)
    return bool(task or data & (found["title"] | found["abstract"]))


def _stem(word: str) -> str:
    """Give a word as it is looked up: lower case, without a plural s."""
    flat = _normal(word).strip()
    return flat[:-1] if flat.endswith("s") and not flat.endswith("ss") else flat
