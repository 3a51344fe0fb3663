"""How well learned relevance ranks, and at what cost, beside arxiv-sanity-lite's recipe on the same records.

    python benchmarks/ranker.py FOLDER [--draws 20] [--positives 10]

FOLDER holds OAI ListRecords pages (XML); all their papers are the corpus. Two kinds of interest, each drawn anew from
a seed: papers of one category (with 40 papers or more), of which `--positives` are given; and the neighbours of ten
seed papers, the seeds given. Neighbours are told by what neither ranker alone reads: a neighbour shares two categories with a seed ("topic", our
ranker then sees no categories), or is one of its 20 nearest by latent semantic analysis of title and abstract ("text").
Quality is average precision over the papers that were not given; the difference is paired, with a 95 % interval.

Theirs, by its own code (arxiv-sanity-lite, compute.py and serve.py): title, abstract and authors through a tf-idf of
words and pairs of words, fitted and then applied to all papers, then a balanced linear support vector machine. Ours:
library/words.py and library/linear.py. Time is of this process's CPU, so that a busy machine judges nothing; `from
nothing` takes every paper apart, `a day` takes 200 apart and learns anew, which theirs does from nothing each time.
"""

# ruff: noqa: E402 - the folder of this file must leave the path first

from __future__ import annotations

import argparse
import importlib
import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from math import inf
from pathlib import Path

sys.path[:] = [p for p in sys.path if Path(p).resolve() != Path(__file__).resolve().parent]  # queue.py is here too

import numpy as np
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import average_precision_score
from sklearn.svm import LinearSVC

from paperlab.arxiv.oai import parse_oai
from paperlab.library import linear, words
from paperlab.litter import uncollected
from paperlab.records.paper import PaperRecord

Ranker = Callable[[Sequence[int]], Sequence[float]]
Draw = tuple[list[int], set[int]]
"""Places of the papers that are given, and of those to be found."""

BIG = 40
NEAREST = 20
DAY = 200


def papers(folder: Path) -> list[PaperRecord]:
    """Read each paper of the pages once."""
    found = {}
    for path in sorted(folder.glob("ListRecords_cs_*.xml")):
        found |= {record.id: record for record in parse_oai(path.read_bytes(), address=str(path)).records}
    return list(found.values())


def theirs(corpus: Sequence[PaperRecord]) -> Ranker:
    """Fit arxiv-sanity-lite's features; gives its ranker."""
    text = [f"{r.title} {r.abstract} {' '.join(r.authors)}" for r in corpus]
    vectorizer = TfidfVectorizer(
        input="content", encoding="utf-8", decode_error="replace", strip_accents="unicode", lowercase=True,
        analyzer="word", stop_words="english", token_pattern=r"(?u)\b[a-zA-Z_][a-zA-Z0-9_]+\b", ngram_range=(1, 2),  # noqa: S106
        max_features=20000, norm="l2", use_idf=True, smooth_idf=True, sublinear_tf=True, max_df=0.1, min_df=5,
    )  # fmt: skip
    vectorizer.fit(text)
    vectors = vectorizer.transform(text).astype(np.float32)

    def rank(given: Sequence[int]) -> Sequence[float]:
        target = np.zeros(len(corpus), dtype=np.float32)
        target[list(given)] = 1.0
        machine = LinearSVC(class_weight="balanced", verbose=False, max_iter=10000, tol=1e-6, C=0.01)
        return list(machine.fit(vectors, target).decision_function(vectors))

    return rank


def ours(corpus: Sequence[PaperRecord], *, categories: bool) -> Ranker:
    """Take the papers apart; gives our ranker, with or without categories among what it sees."""
    importlib.reload(words)  # no word is known from the run before
    terms = [words.terms(r.title, r.abstract, r.authors, r.categories if categories else ()) for r in corpus]
    return learner(terms)


def learner(terms: Sequence[words.Terms]) -> Ranker:
    """Give our ranker over papers that were taken apart."""

    def rank(given: Sequence[int]) -> Sequence[float]:
        seen = linear.corpus(terms)
        liked = linear.summed([(terms[place], 1.0) for place in given], seen.rarity)
        model = linear.fitted(liked, linear.Sums({}, 0.0), seen)
        return [linear.likeness(paper, model) for paper in terms]

    return rank


def by_category(corpus: Sequence[PaperRecord], draws: int, positives: int) -> Iterator[Draw]:
    """Draw a category, and some of its papers."""
    rng = random.Random(0)  # noqa: S311 - seeded, so that each run has the same draws
    sizes = Counter(name for r in corpus for name in r.categories)
    names = sorted(name for name, size in sizes.items() if size >= BIG)
    for _ in range(draws):
        name = rng.choice(names)
        inside = [place for place, r in enumerate(corpus) if name in r.categories]
        given = rng.sample(inside, positives)
        yield given, set(inside) - set(given)


def by_topic(corpus: Sequence[PaperRecord], draws: int) -> Iterator[Draw]:
    """Draw ten seeds with two categories or more; neighbours share two of them with one."""
    rng = random.Random(1)  # noqa: S311
    sets = [set(r.categories) - {"math.IT"} for r in corpus]  # math.IT is another name for cs.IT
    several = [place for place, names in enumerate(sets) if len(names) >= 2]
    for _ in range(draws):
        given = rng.sample(several, 10)
        near = {place for place, names in enumerate(sets) for seed in given if len(names & sets[seed]) >= 2}
        yield given, near - set(given)


def by_text(corpus: Sequence[PaperRecord], draws: int) -> Iterator[Draw]:
    """Draw ten seeds; neighbours are nearest in a space of 100 dimensions."""
    rng = random.Random(2)  # noqa: S311
    plain = TfidfVectorizer(stop_words="english", min_df=2).fit_transform([f"{r.title} {r.abstract}" for r in corpus])
    space = TruncatedSVD(100, random_state=0).fit_transform(plain)
    space /= np.linalg.norm(space, axis=1, keepdims=True) + 1e-9
    for _ in range(draws):
        given = rng.sample(range(len(corpus)), 10)
        near = {int(place) for seed in given for place in np.argsort(-space @ space[seed])[:NEAREST]}
        yield given, near - set(given)


def precision(rank: Ranker, draw: Draw, count: int) -> float:
    """Give the average precision on the papers that were not given."""
    given, wanted = draw
    scores = np.asarray(rank(given))
    left = np.ones(count, dtype=bool)
    left[given] = False
    target = np.zeros(count)
    target[list(wanted)] = 1
    return float(average_precision_score(target[left], scores[left]))


def least(acts: Sequence[Callable[[], object]]) -> list[float]:
    """Give the least CPU time in milliseconds of five runs of each, taken in turn: the machine's pace drifts."""
    found = [inf] * len(acts)
    for _ in range(5):
        for place, act in enumerate(acts):
            started = time.process_time()
            act()
            found[place] = min(found[place], 1000 * (time.process_time() - started))
    return found


def costs(corpus: Sequence[PaperRecord]) -> None:
    """Print what both cost, from nothing and for a day's news."""
    given = list(range(10))
    known = [words.terms(r.title, r.abstract, r.authors, r.categories) for r in corpus[:-DAY]]
    news = corpus[-DAY:]

    @uncollected()  # as library/learning.py does
    def day() -> object:
        fresh = [words.terms(r.title, r.abstract, r.authors, r.categories) for r in news]
        return learner([*known, *fresh])(given)

    @uncollected()
    def everything() -> object:
        return ours(corpus, categories=True)(given)

    recipe, some, whole = least([lambda: theirs(corpus)(given), day, everything])
    print(f"CPU time: theirs {recipe:.0f} ms, each time")
    print(f"  ours, a day of {DAY} new papers    {some:5.0f} ms  ratio {some / recipe:.3f}")
    print(f"  ours, everything from nothing   {whole:5.0f} ms  ratio {whole / recipe:.3f}")


def main() -> None:
    """Draw, rank, compare, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--draws", type=int, default=20)
    parser.add_argument("--positives", type=int, default=10)
    asked = parser.parse_args()
    corpus = papers(asked.folder)
    print(f"{len(corpus)} papers, {asked.draws} draws; average precision, mean; difference with its 95 % interval")
    rankers = {"theirs": theirs(corpus), "words": ours(corpus, categories=False), "all": ours(corpus, categories=True)}
    settings = {
        "category": list(by_category(corpus, asked.draws, asked.positives)),
        "topic": list(by_topic(corpus, asked.draws)),
        "text": list(by_text(corpus, asked.draws)),
    }
    for name, draws in settings.items():
        base = [precision(rankers["theirs"], draw, len(corpus)) for draw in draws]
        print(f"{name:9s} theirs                   {statistics.fmean(base):.3f}")
        for which, label in (("words", "ours without categories"), ("all", "ours with categories")):
            own = [precision(rankers[which], draw, len(corpus)) for draw in draws]
            more = [a - b for a, b in zip(own, base, strict=True)]
            half = 2.09 * statistics.stdev(more) / len(more) ** 0.5
            mean = statistics.fmean(more)
            print(
                f"{'':9s} {label:24s} {statistics.fmean(own):.3f}  {mean:+.3f} [{mean - half:+.3f}, {mean + half:+.3f}]"
            )
    costs(corpus)


if __name__ == "__main__":
    main()
