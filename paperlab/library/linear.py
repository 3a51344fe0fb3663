"""The linear model: what I went on with, against what I dropped and against the rest, by tf-idf. No SQL here.

A paper is a vector: the weight of each term in the paper over the length of all its weights, times the term's
rarity, ln((1 + n) / (1 + papers with the term)) + 1. The model is a vector too: the mean of the papers that I went
on with, each weighing as much as it went up the ladder, less what is common to all papers, less half of what the
dropped ones have beyond that. Common to all is the mean of their vectors as if each term stood in a paper once and all
papers were of one length: it ranks papers of one topic better than the mean itself, others alike, and needs no sum. A
paper's likeness is the product of the two.

On ten to thirty positives among thousands a linear support vector machine with balanced classes and strong
regularisation comes to the same, at many times the cost; both are measured in benchmarks/ranker.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain
from math import log
from operator import itemgetter, mul
from typing import NamedTuple

from paperlab.library.words import NOTHING, SIZE, STEP, Terms

AGAINST = 0.5
"""How much what is peculiar to dropped papers counts against a paper."""
DROPPED_HALF = 5.0
"""At so much weight of dropped papers they count half: two drops tell little."""
SAMPLE = 500
"""Papers in which terms are counted; twice as many find papers of one topic better by a hundredth, others alike."""


class Sums(NamedTuple):
    """Sum of papers' vectors, each times its own weight, as far as they have terms; and the sum of these weights."""

    vector: Mapping[int, float]
    weight: float


class Corpus(NamedTuple):
    """What papers have in common, seen in a sample of them."""

    counts: Mapping[int, int]
    """Number of a term -> how many papers of the sample have it."""
    papers: int
    """How many the sample holds."""
    levels: Sequence[float]
    """In how many papers of the sample a term is -> its rarity."""
    rarity: Sequence[float]
    """Of each number; the highest for a term that none of them has."""
    share: float
    """What a term that stands once is of its paper's length, in the mean."""


def corpus(papers: Sequence[Terms]) -> Corpus:
    """Count terms in as many papers as tell rare from common, spread evenly over all."""
    sample = papers[:: -(-len(papers) // SAMPLE) or 1]
    counts = Counter(chain.from_iterable([paper.numbers for paper in sample]))
    levels = [log((1 + len(sample)) / (1 + n)) + 1 for n in range(max(counts.values(), default=0) + 1)]
    rarity = [levels[0]] * SIZE
    for number, n in counts.items():
        rarity[number] = levels[n]
    return Corpus(counts, len(sample), levels, rarity, sum(1 / paper.length for paper in sample) / (len(sample) or 1))


def summed(papers: Sequence[tuple[Terms, float]], rarity: Sequence[float]) -> Sums:
    """Add up the vectors of (paper, weight)."""
    total = 0.0
    vector = [0.0] * SIZE  # a dictionary of them takes half as long again
    for paper, weight in papers:
        total += weight
        share = weight / paper.length / STEP
        for number, w in zip(paper.numbers, paper.weights, strict=True):
            vector[number] += share * w
    seen = set(chain.from_iterable([paper.numbers for paper, _ in papers]))
    return Sums({number: vector[number] * rarity[number] for number in seen}, total)


def fitted(liked: Sums, dropped: Sums, seen: Corpus) -> list[float]:
    """Give the model: for each number what a term of weight 1/32 adds to the likeness of a paper of length 1.

    Args:
        liked: papers that I went on with.
        dropped: papers that I did not want.
        seen: what all papers have in common.
    """
    down = AGAINST * dropped.weight / (dropped.weight + DROPPED_HALF)
    rest = (liked.weight > 0) - down
    model, rarity = [0.0] * SIZE, seen.rarity
    each = -rest * seen.share / (seen.papers or 1) / STEP
    common = [each * n * level**2 for n, level in enumerate(seen.levels)]
    for number, n in seen.counts.items():
        model[number] = common[n]
    for sums, share in ((liked, 1.0), (dropped, -down)):
        each = share / (sums.weight or 1.0) / STEP
        for number, value in sums.vector.items():
            model[number] += each * value * rarity[number]
    return model


def likeness(paper: Terms, model: Sequence[float]) -> float:
    """Give how much a paper is like what I go on with: near 0 for what is common to all papers."""
    # Of one number alone itemgetter gives no tuple, of none it cannot be; what has no weight beside it is left out.
    values = itemgetter(*paper.numbers, NOTHING, NOTHING)(model)
    total: float = sum(map(mul, paper.weights, values))
    return total / paper.length


def square(paper: Terms, rarity: Sequence[float]) -> float:
    """Give the product of a paper's vector with itself."""
    values = list(map(mul, paper.weights, map(rarity.__getitem__, paper.numbers)))
    total: float = sum(map(mul, values, values))
    return total / (paper.length * STEP) ** 2
