"""What the text says must hold of a symbol."""

import pytest

from paperlab.extract.facts import read_facts
from paperlab.extract.passage import Passage

STATED = [
    (r"Note that $K$ is symmetric.", [("K", "symmetric")]),
    (r"The matrix $A$ is a real symmetric positive semi-definite matrix.",
     [("A", "symmetric"), ("A", "positive semi-definite")]),
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
    (r"Here $A$ has rows that sum to one.", [("A", "sums to one")]),
    (r"Then $p$ lies on the probability simplex.", [("p", "sums to one")]),
    (r"with $p \in \Delta^{K-1}$.", [("p", "sums to one")]),
    (r"where $\mathbf{1}^\top p = 1$.", [("p", "sums to one")]),
    (r"Here $A^\top = A$.", [("A", "symmetric")]),
    (r"with $A_{ij} = A_{ji}$.", [("A", "symmetric")]),
    (r"The operator $A$, which is self-adjoint, acts.", [("A", "symmetric")]),
    (r"We have $w_i \geq 0, \forall i$.", [("w_i", "non-negative")]),
    (r"with $0 \leq w_i$ and $v \in \mathbb{R}_{\geq 0}$.", [("w_i", "non-negative"), ("v", "non-negative")]),
    (r"The mass $w$ must be non-negative.", [("w", "non-negative")]),
    (r"with a positive scalar $s$.", [("s", "positive")]),
    (r"so that $0 < \sigma$.", [(r"\sigma", "positive")]),
    (r"Here $K$ is PSD.", [("K", "positive semi-definite")]),
    (r"and $K \succeq 0$.", [("K", "positive semi-definite")]),
    (r"with a positive definite matrix $K$.", [("K", "positive semi-definite")]),
    (r"The symmetric positive definite matrix $K$ is used.",
     [("K", "symmetric"), ("K", "positive semi-definite")]),
    (r"with a rotation matrix $R$.", [("R", "orthogonal")]),
    (r"where $Q^{-1} = Q^\top$.", [("Q", "orthogonal")]),
    (r"where $Q^T Q = \mathbf{I}_n$.", [("Q", "orthogonal")]),
    (r"Here $f$ is invariant with respect to permutations.", [("f", "permutation invariant")]),
    (r"Here $f$ is independent of the order of the nodes.", [("f", "permutation invariant")]),
    (r"The gate $g$ lies between 0 and 1.", [("g", "between 0 and 1")]),
    (r"The gate $g$ takes values in $[0, 1]$.", [("g", "between 0 and 1")]),
    (r"with $0 \leq g \leq 1$.", [("g", "between 0 and 1")]),
    (r"with $g_t \in \left[0,1\right]^d$.", [("g_t", "between 0 and 1")]),
    (r"Every $z$ has unit norm.", [("z", "unit norm")]),
    (r"The point $z$ lies on the unit hypersphere.", [("z", "unit norm")]),
    (r"with a unit vector $z$.", [("z", "unit norm")]),
    (r"where $z^\top z = 1$.", [("z", "unit norm")]),
    (r"The warping $h(u)$ is strictly increasing in $u$.", [("h", "non-decreasing")]),
    (r"where $\phi$ is a monotonically increasing function.", [(r"\phi", "non-decreasing")]),
    (r"The weight $w(d)$ decreases monotonically with the distance $d$.", [("w", "non-increasing")]),
    (r"with a non-increasing function $\kappa$.", [(r"\kappa", "non-increasing")]),
    (r"The quantiser $q(x)$ is idempotent.", [("q", "idempotent")]),
    (r"Note that $P^2 = P$.", [("P", "idempotent")]),
    (r"As $\Pi(\Pi(x)) = \Pi(x)$, a second pass changes nothing.", [(r"\Pi", "idempotent")]),
    (r"The standardised advantages $\hat{A}$ have zero mean and unit variance.",
     [(r"\hat{A}", "zero mean"), (r"\hat{A}", "unit variance")]),
    (r"The centred scores $c$ have a mean of zero.", [("c", "zero mean")]),
    (r"The kernel $\kappa(x, y)$ is shift-invariant.", [(r"\kappa", "shift invariant")]),
    (r"The potential $U$ is invariant under translations.", [("U", "shift invariant")]),
    (r"The map $s$ is invariant to adding a constant to its input.", [("s", "shift invariant")]),
    (r"The filter $g$ is translation equivariant.", [("g", "shift equivariant")]),
    (r"The energy $E$ is invariant to rotations.", [("E", "rotation invariant")]),
    (r"The layer $\phi$ is equivariant to rotations.", [(r"\phi", "rotation equivariant")]),
    (r"The similarity $s$ takes values in $[-1, 1]$.", [("s", "between -1 and 1")]),
    (r"The loss $L(\theta)$ is always non-negative, and $d(x, y) \geq 0$.", [("L", "non-negative"), ("d", "non-negative")]),
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
    r"The gate $g$ is between 0 and 1.5.",
    r"The vector $g$ is orthogonal to $h$.",
    r"The image $x$ is a positive example.",
    r"The matrix $K$ is skew-symmetric.",
    r"The range is $0 \leq n \leq 10$.",
    r"A nearly symmetric matrix $K$ is used.",
    r"It has $\\|z\\| = 10$.",
    r"The law $p$ is a probability distribution over $X$.",
    r"The map $f$ is a symmetric function of its inputs.",
    r"The training loss $L$ is monotonically decreasing.",
    r"The objective $J$ is monotonically increasing over the iterations.",
    r"The accuracy $a$ increases monotonically with the width $w$.",
    r"The width $w$ is increasing in every block.",
    r"The function $g(t)$ is increasing in $n$.",
    r"The noise $\epsilon$ has zero mean and unit variance.",
    r"The inputs $x$ are drawn with zero mean and normalised to unit variance.",
    r"The detector $D$ is nearly shift-invariant.",
    r"The score $s$ is rotation invariant only if the weights are tied.",
    r"Let $f$ be a monotonically increasing function.",
    r"The output $p(x)$ is a probability distribution.",
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
