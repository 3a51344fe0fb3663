r"""Spaces of symbols: each statement where it stands, the same letter as often as the text gives it one."""

import pytest

from paperlab.extract.facts import read_facts
from paperlab.extract.passage import Passage
from paperlab.extract.spaces import read_spaces


def said(*texts: str) -> list[tuple[str, str]]:
    return [(one.symbol, one.space) for one in read_spaces([Passage(tex=text) for text in texts])]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (r"For $x \in \mathbb{R}^{d}$ we take the mean.", [("x", r"\mathbb{R}^{d}")]),
        (r"Let $u, v \in \mathbb R^n$ be given.", [("u", r"\mathbb R^n"), ("v", r"\mathbb R^n")]),
        (r"With $W_1 \in \R^{k \times d}$, $\hat{b} \in \R^k$.", [("W_1", r"\R^{k \times d}"), (r"\hat{b}", r"\R^k")]),
        (r"With $p \in [0,1]^N$, $q \in \mathbb{R}_{+}^n$ and $b \in \{0, 1\}^{n}$.",
         [("p", "[0,1]^N"), ("q", r"\mathbb{R}_{+}^n"), ("b", r"\{0, 1\}^{n}")]),
        (r"The mean $\mu$ of $g \in \mathbb{R}^d$ is kept.", [("g", r"\mathbb{R}^d")]),
        (r"Take $A \in \mathbb{R}^{n \times r}, B \in \mathbb{R}^{r \times m}$.",
         [("A", r"\mathbb{R}^{n \times r}"), ("B", r"\mathbb{R}^{r \times m}")]),
        (r"Here $W$ is an $n \times m$ matrix of weights.", [("W", r"\mathbb{R}^{n \times m}")]),
        (r"Let $X$ be a real $n$-by-$d$ matrix.", [("X", r"\mathbb{R}^{n \times d}")]),
        (r"We map a $d$-dimensional vector $x$.", [("x", r"\mathbb{R}^{d}")]),
        (r"The bias $b$ is a vector of size $d_h$.", [("b", r"\mathbb{R}^{d_h}")]),
        (r"The weight matrix $W$ of size $d \times k$ is learned.", [("W", r"\mathbb{R}^{d \times k}")]),
        (r"Here $z$ denotes the 512-dimensional embedding.", [("z", r"\mathbb{R}^{512}")]),
    ],
)  # fmt: skip
def test_a_space_is_read_with_its_symbols(text: str, found: list[tuple[str, str]]) -> None:
    assert said(text) == found


@pytest.mark.parametrize(
    "text",
    [
        r"For all $i \in S$ we draw one.",
        r"A number $\alpha \in [0, 1]$ decides.",
        r"The sum $\sum_i x_i \in \mathbb{R}$ is finite.",
        r"The input at time $t$ is a vector of size $p$.",
        r"A matrix $W$ of size $n$ is square.",
        r"Let $s$ be a binary $n \times m$ matrix.",
        r"Here $n$ is the size of $x$, a 3 matrix $M$.",
        r"The map $x + y \in \mathbb{R}^d$ is shown.",
    ],
)
def test_what_is_no_symbol_in_a_space_of_vectors_is_left_out(text: str) -> None:
    assert said(text) == []


def test_a_letter_is_said_as_often_as_the_text_says_it() -> None:
    assert said(r"Here $x \in \mathbb{R}^d$.", r"Now $x \in \mathbb{R}^n$.") == [
        ("x", r"\mathbb{R}^d"),
        ("x", r"\mathbb{R}^n"),
    ]


def test_each_symbol_bears_its_shape_and_its_own_meaning() -> None:
    texts = (
        r"Let $Q, K \in \mathbb{R}^{n \times d_k}$ be queries and keys.",
        r"Here $b$ is the bias, and $b$ is a vector of size $d$.",
        r"Let $s$ be the score.",
    )
    symbols = read_facts([Passage(tex=text) for text in texts]).symbols
    found = {s.symbol: (s.meaning.split(",")[0], s.shape) for s in symbols if s.symbol in "QKbs"}
    assert found == {
        "Q": ("queries", ("n", "d_k")),
        "K": ("keys", ("n", "d_k")),
        "b": ("the bias", ("d",)),
        "s": ("the score", ()),
    }
