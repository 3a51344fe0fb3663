"""The numbers that a formula comes to by its own TeX, and that no formula with two readings has any."""

import dataclasses
import math
import time
from pathlib import Path

import pytest

from paperlab.scaffold.sizes import sizes_of, sizes_of_axes
from paperlab.scaffold.stubs import Stub, stubs
from paperlab.scaffold.worked import worked

from .papers import BARE, equation
from .test_forms import failures, stub_of


def answers(tex: str) -> list[tuple[float, ...]]:
    stub = stub_of(tex)
    return [one.answer for one in worked(stub, sizes_of(stub, sizes_of_axes([stub])))]


def entry(k: int, n: int = 0, low: float = 0.1) -> float:
    """Give number n of argument k as the test file makes it."""
    return low + (0.9 - low) * ((7 * n + 5 * k) % 11) / 10


A, B, C = entry(0), entry(1), entry(2)
X, Y = [entry(0, n) for n in range(3)], [entry(1, n) for n in range(3)]
KNOWN = {
    r"y = a + b - c": A + B - C,
    r"y = -a b": -A * B,
    r"y = \frac{a}{b} \cdot c": A / B * C,
    r"y = a / b": A / B,
    r"y = 2.5 - 1.5 \left({\frac{a}{b}}\right)": 2.5 - 1.5 * A / B,
    r"y = 1/2 a": A / 2,
    r"y = \frac12 a": A / 2,
    r"y = p (1 - p)": A * (1 - A),
    r"y = \alpha (a - b)": A * (B - C),
    r"y = \left(\frac{a}{b}\right)^{1/2}": math.sqrt(A / B),
    r"y = \sqrt[3]{x}": A ** (1 / 3),
    r"y = e^{-x / t}": math.exp(-A / B),
    r"y = a \log\frac{a}{b}": A * math.log(A / B),
    r"y = 10 \log_{10} \frac{a}{b}": 10 * math.log10(A / B),
    r"y = \sin^2 x": math.sin(A) ** 2,
    r"y = \frac{\sum_i x_i}{\sum_i z_i}": sum(X) / sum(Y),
    r"y = \sum_{i=1}^{n} a_i - 2 \sum_{i=1}^{n} a_i^2": sum(Y) - 2 * sum(a * a for a in Y),
    r"y = 10 \log_{10} \frac{\mathrm{MAX}^2}{\mathrm{MSE}}": 10 * math.log10(A**2 / B),
    r"y = \mathrm{sg}[a] b": A * B,
    r"y = |a - b|": abs(A - B),
    r"y = \frac{1}{N} \sum_{i=1}^N w_i (a_i - b)^2": sum(w * (entry(2, n) - entry(3)) ** 2 for n, w in enumerate(Y))
    / 3,
    r"y = \alpha^2 (a - b)": A**2 * (B - C),
    r"y = W_O (\alpha v)": None,
    r"y = W (u - v)": None,
    r"y = \mathrm{clip}(a, 1 - b, 1 + b)": max(A, 1 - B),
    r"y = \mathrm{SiLU}(a) + \mathrm{softplus}(b)": A / (1 + math.exp(-A)) + math.log1p(math.exp(B)),
    r"y = \max\{0, 1 - a b\}": 1 - A * B,
    r"y = \cos(2 \pi a)": math.cos(2 * math.pi * A),
    r"y = \lambda \|\mathbf{w}\|_1": A * sum(Y),
    r"y = \|\mathbf{x} - \mathbf{z}\|^2": sum((a - b) ** 2 for a, b in zip(X, Y, strict=True)),
    r"y = \mathbf{u}^T \mathbf{v}": sum(a * b for a, b in zip(X, Y, strict=True)),
    r"y = \mathbf{u}^\top \mathbf{v}": sum(a * b for a, b in zip(X, Y, strict=True)),
    r"y = \frac{1}{n} \sum_{i=1}^{n} a_i": sum(Y) / 3,
    r"f(x) = \frac{1}{d} \sum_{i=1}^{d} x_i^2": sum(a * a for a in X) / 3,
    r"y = \sum_i a_i b_i": sum(a * b for a, b in zip(X, Y, strict=True)),
    r"y = \prod_{t=1}^{T} a_t": math.prod(Y),
    r"G = \sum_{t=0}^{T-1} \gamma^t r_t": sum(B**t * entry(2, t) for t in range(3)),
    r"f(x) = g(x)^2": (1 / (1 + math.exp(-(0.6 * A + 0.3)))) ** 2,
    r"p = \frac{e^{z_i}}{\sum_j e^{z_j}}": math.exp(A) / sum(map(math.exp, Y)),
    r"a(Q, K) = \mathrm{softmax}\left(\frac{Q K^\top}{\sqrt{d}}\right)": None,
    r"E(\mathbf{x}) = \frac{1}{2} \mathbf{x}^\top \mathbf{A} \mathbf{x} - \mathbf{b}^\top \mathbf{x}": None,
    r"y = \frac{||\bm{Y}^{\top} \bm{X}||_F^2}{||\bm{X}^{\top} \bm{X}||_F||\bm{Y}^{\top}\bm{Y}||_F}": None,
}
"""Formula -> what it comes to, for all numbers above zero; None for what is only asked to have an answer."""


@pytest.mark.parametrize("tex", KNOWN)
def test_a_plain_formula_is_worked_out(tex: str) -> None:
    first = answers(tex)[0]
    assert KNOWN[tex] is None or first == (pytest.approx(KNOWN[tex], rel=1e-6),)


UNCLEAR = (
    r"y = W^2 x", r"y = \log x y", r"y = f (a + b)", r"y = \mathbf{a}^\top (c + 1)", r"y = \sum_i f_i (a_i - b)", r"y = f^2 (a + b)", r"y = p^2 (1 - p)", r"y = a / b c", r"y = \mathbb{E}[x]", r"y = x * k", r"y = x \ast k",
    r"y = \mathbf{a} \mathbf{b}", r"y = \mathbf{a} \cdot \mathbf{b}", r"y = h^1 a", r"y = A^{-1} x", r"y = \|W\|",
    r"y = W + c", r"y = \sum_{x \in S} x a", r"y = \sum_i x_i + b_i", r"y = \max_a q(a)", r"y = \cos \beta q",
    r"y = 2 x [dB]", r"y = a \\ b", r"y = \begin{cases} x & a \\ 0 & b\end{cases}", r"y = x_1 + \dots + x_n",
    r"y = \int f(x) dx", r"y = \sigma^{-1}(x)", r"y = a!", r"y = \mathbf{x}^2", r"y = \mathrm{LayerNorm}(x + a)",
    r"y = \sum_{i=1}^N w_{ij} x_i", r"y = \frac{\partial L}{\partial x}", r"y = x^T y", r"y = x^k", r"y = \exp(W)",
    r"y = \sum_{t=1}^{T} \prod_{s=1}^{t} a_s", r"y = \log_2 a b", r"y = \sin^{-1} x", r"y = X^\dagger b", r"y = A^H b",
    r"y = [a; b]", r"y = [x, h]", r"y = \left[ W x + b \right]_+", r"y = \mathrm{softmax}(W x)_i", r"y = a \% b",
    r"y = \sum_{i=1}^{m} g(x_i, y_i)", r"y = x + v \, \mathrm{d}t", r"p(a) = q(a|b)", r"y = \lfloor a \rfloor", r"y = |a",
    r"y = \sum_{t=1}^{T} (a_t + t) + t", r"y = \dmodel a",
    r"y = \sum_{t=1}^{999999999} a^t", r"y = \mathrm{clip}(a, b)", r"f(t) = \sum_{t=1}^{T} a_t + t",
    r"y = \sum_i a_i \sum_i b_i", r"y = \sum_i a_i \left(1 + \sum_i b_i\right)", r"y = \mathrm{clip}(a)", r"y = \mathrm{clip}(a, 1 + b, 1 - b)",
)  # fmt: skip
"""Formulas that have two readings, or none that is known here."""


@pytest.mark.parametrize("tex", UNCLEAR)
def test_what_has_two_readings_is_not_worked_out(tex: str) -> None:
    assert answers(tex) == []


def test_numbers_of_both_signs_are_left_out_where_there_is_no_answer() -> None:
    assert len(answers(r"y = \sqrt{a}")) == 1
    assert len(answers(r"y = \max(0, a - b)")) == 2


@pytest.mark.parametrize(
    ("tex", "sets"),
    [
        (r"y = \log\frac{a^2}{b^2}", 1),
        (r"y = \sqrt{a^2 b^2}", 1),
        (r"y = \log(1 + a^2)", 2),
        (r"y = \log\frac{e^a}{e^b}", 2),
    ],
)
def test_what_a_logarithm_or_a_root_can_be_split_over_is_above_zero(tex: str, sets: int) -> None:
    assert len(answers(tex)) == sets


MSE = r"L(y, \hat{y}) = \frac{1}{N} \sum_{i=1}^{N} (y_i - \hat{y}_i)^2"
ADAM = r"p' = p - \eta \frac{\hat{m}}{\sqrt{\hat{v}} + \epsilon}"
MIX = r"h = (1 - z) \odot n + z \odot h'"
ATTEND = r"a(Q, K, V) = \mathrm{softmax}\left(\frac{Q K^T}{\sqrt{d_k}}\right) V"
CONTEXT = r"c = \sum_{i=1}^{n} \alpha_i \mathbf{h}_i"
SHARE = r"p = \frac{\exp(z_y / \tau)}{\sum_k \exp(z_k / \tau)}"
LORA = r"h = W x + \frac{\alpha}{r} B A x"
RIGHT = [
    (SHARE, "torch.exp(z_y / tau) / torch.exp(z / tau).sum()"),
    (LORA, "W @ x + alpha / r * (B @ (A @ x))"),
    (MSE, "((y - y_hat) ** 2).sum() / N"),
    (MSE, "torch.nn.functional.mse_loss(y_hat, y)"),
    (ADAM, "p - eta * m_hat / (v_hat ** 0.5 + epsilon)"),
    (MIX, "torch.lerp(n, h_prime, z)"),
    (ATTEND, "torch.nn.functional.scaled_dot_product_attention(Q[None], K[None], V[None])[0]"),
    (CONTEXT, "alpha @ h"),
    (CONTEXT, "(alpha[:, None] * h).sum(0)"),
]
BROKEN = [
    (SHARE, "torch.exp(z_y / tau) / torch.exp(z / tau).mean()"),
    (LORA, "W @ x + alpha / r * (A @ (B @ x))"),
    (MSE, "((y - y_hat) ** 2).sum()"),
    (MSE, "((y - y_hat) ** 2).sum() / (N - 1)"),
    (MSE, "(y - y_hat).sum() ** 2 / N"),
    (ADAM, "p + eta * m_hat / (v_hat ** 0.5 + epsilon)"),
    (ADAM, "p - eta * m_hat / (v_hat + epsilon) ** 0.5"),
    (MIX, "z * n + (1 - z) * h_prime"),
    (ATTEND, "(Q @ K.mT).softmax(-1) @ V"),
    (ATTEND, "(Q @ K.mT / 3).softmax(-1) @ V"),
    (ATTEND, "(K @ Q.mT / 3 ** 0.5).softmax(-1) @ V"),
    (CONTEXT, "h @ alpha"),
    (CONTEXT, "h.mean(0) * alpha.sum()"),
]


@pytest.mark.parametrize(("tex", "written"), RIGHT)
def test_what_is_right_comes_to_these_numbers(tmp_path: Path, tex: str, written: str) -> None:
    assert failures(tmp_path, tex, written) == []


@pytest.mark.parametrize(("tex", "written"), BROKEN)
def test_what_is_broken_inside_comes_to_others(tmp_path: Path, tex: str, written: str) -> None:
    assert any("other numbers than its formula as printed: look at Equation (1)" in m for m in failures(tmp_path, tex, written))  # fmt: skip


def test_what_a_sum_numbers_has_an_axis() -> None:
    def shapes(tex: str) -> dict:
        stub = stub_of(tex)
        return sizes_of(stub, sizes_of_axes([stub]))

    assert shapes(MSE) == {"y": (3,), "y_hat": (3,), "N": 3}
    assert shapes(CONTEXT) == {"n": 3, "alpha": (3,), "h": (3, 3)}
    assert shapes(r"D(\mathcal{X}, z) = \sum_{i=1}^{N} d(X^{(i)}, z)")["X"] == (3, 3)
    assert shapes(r"G = \sum_{t=0}^{T-1} \gamma^t r_t") == {"T": 3, "gamma": (), "r": (3,)}
    assert shapes(r"y = \frac{B}{W} + \frac{W}{S}") == {"B": (), "W": (), "S": ()}
    assert shapes(r"y = a_i + \sum_i a_i") == {"a_i": (), "a": (3,)}


@pytest.mark.parametrize("part", ["(", "{", r"\frac", r"\sum_{i=1}^{N} ", r"\sqrt{", "a^{", "|", "f(", r"\max(a, "])
def test_hostile_formulas_have_no_numbers_and_take_no_time(part: str) -> None:
    begin = time.process_time()
    found: tuple[Stub, ...] = stubs(dataclasses.replace(BARE, equations=(equation("1", "y = b + a " + part * 300),)))
    assert all(worked(stub, sizes_of(stub, {})) == () for stub in found)
    assert time.process_time() - begin < 2
