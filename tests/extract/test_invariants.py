"""What the text says must hold of a symbol."""

import pytest

from paperlab.extract.facts import read_facts
from paperlab.extract.passage import Passage

STATED = [
    (r"Note that $K$ is symmetric.", [("K", "symmetric")]),
    (r"The matrix $A$ is a real symmetric positive semi-definite matrix.", [("A", "symmetric")]),
    (r"Here $\Sigma_t$ is positive definite by construction.", [(r"\Sigma_t", "positive semi-definite")]),
    (r"The rows of $A$ sum to one.", [("A", "sums to one")]),
    (r"The weights $\alpha_{ij}$ sum up to one.", [(r"\alpha_{ij}", "sums to one")]),
    (r"The weights $\alpha_{ij}$ add up to 1 over $j$.", [(r"\alpha_{ij}", "sums to one")]),
    (r"The attention weights $\alpha$ are non-negative and each row of $\alpha$ sums to one.",
     [(r"\alpha", "non-negative"), (r"\alpha", "sums to one")]),
    (r"We want the weights with $\sum_k w_k = 1$ and $w_k \geq 0$.", [("w_k", "sums to one"), ("w_k", "non-negative")]),
    (r"The gate $g_t \in [0, 1]$ is then applied.", [("g_t", "between 0 and 1")]),
    (r"with $\gamma \in (0,1)$ the discount.", [(r"\gamma", "between 0 and 1")]),
    (r"The function $f$ is permutation invariant.", [("f", "permutation invariant")]),
    (r"Since the network $\rho$ is equivariant to permutations, we use it.", [(r"\rho", "permutation equivariant")]),
    (r"We rotate by an orthogonal matrix $Q$.", [("Q", "orthogonal")]),
    (r"where $Q^\top Q = I$.", [("Q", "orthogonal")]),
    (r"The affinity satisfies $S = S^\top$.", [("S", "symmetric")]),
    (r"All embeddings $z_i$ are of unit norm.", [("z_i", "unit norm")]),
    (r"so that $\|z_i\|_2 = 1$.", [("z_i", "unit norm")]),
    (r"The output $p$ is a probability distribution.", [("p", "sums to one")]),
    (r"The step $\eta$ is strictly positive.", [(r"\eta", "positive")]),
    (r"The mixing matrix $W$ is doubly stochastic.", [("W", "sums to one")]),
    (r"We use a non-negative function $h$ there.", [("h", "non-negative")]),
]  # fmt: skip
SILENT = [
    r"If $K$ is symmetric, the bound is tight.",
    r"The matrix $A$ is not symmetric.",
    r"We test whether $A$ is positive.",
    r"Suppose that the rows of $A$ sum to one.",
    r"The loss $L$ is positively correlated with it.",
    r"The number $n$ is a positive integer.",
    r"The example $x$ is positive-valued or so.",
    r"The pair $(x, y)$ is positive.",
    r"It holds that $a + b \geq 0$.",
    r"The sum $\sum_i a_i b_i = 1$ is used.",
    r"with $x > 0.5$ there.",
    r"A symmetric matrix is used, and $K$ is a kernel.",
    r"The errors may be such that $K$ is symmetric.",
    r"It doesn't follow that $K$ is symmetric.",
    r"We cannot expect that $K$ is symmetric.",
    r"Without the constraint that $K$ is symmetric, it fails.",
]


def read(tex: str) -> list[tuple[str, str]]:
    return [(one.symbol, one.property) for one in read_facts([Passage(tex=tex)]).invariants]


@pytest.mark.parametrize(("tex", "expected"), STATED, ids=[tex[:30] for tex, _ in STATED])
def test_a_plain_statement_is_read(tex: str, expected: list[tuple[str, str]]) -> None:
    assert sorted(read(tex)) == sorted(expected)


@pytest.mark.parametrize("tex", SILENT)
def test_what_is_not_stated_is_not_invented(tex: str) -> None:
    assert read(tex) == []


def test_each_is_told_once() -> None:
    assert read("The matrix $K$ is symmetric. Recall that $K$ is symmetric.") == [("K", "symmetric")]
