"""Terms and the linear model: against plain counts and the formula itself."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.library import linear, words
from tests.library.topics import papers

texts = st.text(st.sampled_from("ab Ω-'é4\n"), max_size=60)


@given(texts, texts, st.lists(texts, max_size=3))
def test_terms_are_counts_of_words(title: str, abstract: str, authors: list[str]) -> None:
    found = words.terms(title, abstract, authors, ["cs.LG"])
    assert len(found.numbers) == len(found.weights)
    kept = words.unpacked(found.packed(), found.length)
    assert (list(kept.numbers), kept.weights, kept.length) == (list(found.numbers), found.weights, found.length)
    assert found.length == pytest.approx(math.sqrt(sum((w / 32) ** 2 for w in found.weights)))
    plain = [w for w in words.split(f"{title} {abstract}") if words._number(w) != words.NOTHING]
    expected = {words._number(w): round(32 * (1 + 1.5 * math.log(plain.count(w)))) for w in plain}
    assert dict(zip(found.numbers[: len(expected)], found.weights, strict=False)) == expected
    assert set(found.numbers) == set(words.spelled(title, abstract, authors, ["cs.LG"]))


def test_the_model_is_its_formula() -> None:
    apart = [words.terms(p.title, p.abstract, p.authors, p.categories) for p in papers(12)]
    seen = linear.corpus(apart)
    liked = linear.summed([(apart[1], 1.0), (apart[3], 3.0)], seen.rarity)
    model = linear.fitted(liked, linear.Sums({}, 0.0), seen)

    def idf(n: int) -> float:
        return math.log(13 / (1 + sum(n in p.numbers for p in apart))) + 1

    def vector(p: words.Terms) -> dict[int, float]:
        return {n: w / 32 / p.length * idf(n) for n, w in zip(p.numbers, p.weights, strict=True)}

    one, three, other = vector(apart[1]), vector(apart[3]), vector(apart[5])
    size = 12 / sum(1 / p.length for p in apart)
    common = {n: sum(n in p.numbers for p in apart) / 12 * idf(n) / size for n in other}
    expected = sum(v * ((one.get(n, 0) + 3 * three.get(n, 0)) / 4 - common[n]) for n, v in other.items())
    assert linear.likeness(apart[5], model) == pytest.approx(expected, rel=1e-4)


def test_of_many_papers_a_sample_tells_what_is_common() -> None:
    paper = words.terms("On kernels", "A kernel of a kernel", ("Ada Lovelace",), ["cs.LG"])
    seen = linear.corpus([paper] * 2500)
    assert seen.papers == 500  # each fifth
    assert seen.share == pytest.approx(1 / paper.length)
    assert {seen.rarity[n] for n in paper.numbers} == {1.0}


@pytest.mark.parametrize("numbers", [(), (5,), (5, 7), (0, 7)])
def test_likeness_is_a_sum_over_however_few_terms(numbers: tuple[int, ...]) -> None:
    paper = words.Terms(numbers, bytes((32, 64)[: len(numbers)]), 2.0)
    model = [float(n) for n in range(words.SIZE)]
    assert linear.likeness(paper, model) == sum(n * w for n, w in zip(numbers, (32, 64), strict=False)) / 2
