"""TeX in sentences: what is sure becomes readable, nothing else is lost."""

import dataclasses
import re
import time
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.records.extracted import ClaimSentence, Table
from paperlab.scaffold.claims import claims
from paperlab.scaffold.readable import readable

from .papers import ATTENTION

SPELT = {
    r"$\hat z \gets \hat{\mathbf{y}}_{t}$": "ẑ ← ŷ_t",
    r"$c = \overline{\mathbf{y} - \tilde{\mathbf{y}}_{rec}}$": "c = bar(y - ỹ_{rec})",
    r"$\overline Z \gets \emptyset$": "Z̄ ← ∅",
    r"$-\frac{1}{M}\sum_{i=1}^M a_i$": "-1/M ∑_{i=1}^M a_i",
    r"$\frac{n\left(a_s^{(j)}\right)}{N}$": "n(a_s^{(j)})/N",
    r"$\dfrac{||a - b||_{2}^{2}}{||a||_{2}^{2}}$": "||a - b||_2^2/||a||_2^2",
    r"$\frac{\hat{m}_t}{\sqrt{\hat{v}_t} + \epsilon}$": "m̂_t/(√v̂_t + ε)",
    r"$\frac{\frac{a}{b}}{c + d}^2$": "((a/b)/(c + d))^2",
    r"$\begin{cases} x & x > 0 \\ 0 & \text{otherwise} \end{cases}$": "{x, if x > 0; 0, otherwise}",
    r"$\underset{x}{\arg\min} f(x)$": "argmin_x f(x)",
    r"$\binom{n}{k}$": "(n choose k)",
    r"$\sqrt[3]{x}$": r"\sqrt[3]{x}",
    r"\frac{": r"\frac{",
    r"$\hat$": r"\hat",
}


@pytest.mark.parametrize("tex", SPELT)
def test_what_holds_something_is_spelt_out_in_a_line(tex: str) -> None:
    assert readable(tex) == SPELT[tex]


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        (r"for $i = 1$ \textbf{to} $N$", "for i = 1 to N"),
        (r"$\theta_{t+1} \gets \theta_t - \alpha \hat{m}_t$", r"θ_{t+1} ← θ_t - αm̂_t"),
        (r"$\mathbf{\boldsymbol{x}}\in\mathbb{R}^{d}$", "x∈ℝ^d"),
        (r"$\mathds 1\{x > 0\}$, $\mathbbm{1}$, $\mathbb{A}$", "𝟙{x > 0}, 𝟙, 𝔸"),
        (r"$\mathbf{i} \leftarrow {\color{blue} \textnormal{softmax}(\mathbf{r}_a W_L)}$", "i ← softmax(r_a W_L)"),
        (r"$\mathbf{i}\leftarrow {\color{blue} {x}}$, $d{\theta}= {\bf v}+ 1$", "i ← x, dθ = v + 1"),
        (r"$\{x_{ij}, \frac{a}{b}\}$, ${\{a\}}_{k+1}$", r"{x_{ij}, a/b}, {a}_{k+1}"),
        (r"$\hat {z}$, $\sqrt[3]{x}$, $x^ {ab}$", r"ẑ, \sqrt[3]{x}, x^ {ab}"),
        (r"$\lvert\widehat Z\rvert < k$", r"|Ẑ| < k"),
        (
            r"pre- and post-norm, $a- (b)$, $x =- 1$, C++ and $w- \alpha$",
            "pre- and post-norm, a - (b), x =- 1, C++ and w - α",
        ),
        (r"$\left\lvert \delta_i \right\rvert^{\alpha} / \sum\nolimits_k \lvert p_k\rvert$", "|δ_i|^α / ∑_k |p_k|"),
        (r"$\nabla_{\phi}\,D\big(q \|\, p\big)$, $\langle \texttt{a}\rangle$", "∇_φ D(q ‖ p), ⟨a⟩"),
        (r"$\operatorname*{arg\,min}_{x} \gamma \max_a Q$, $a \bmod K$", "arg min_x γ max_a Q, a mod K"),
        (r"$\mathbf x\sim \mathcal{D}$, $u \oslash v$,~$w$", "x ∼ D, u ⊘ v, w"),
        (
            r"$v \gets {\color{red} r + \sum_{i=1}^{_{N}} r_{i}}$, $\log \left| H \right|$",
            "v ← r + ∑_{i=1}^{_N} r_i, log | H |",
        ),
        (r"\Call{Step}{$x$}", r"\Call{Step}{x}"),
        (r"$\varphi$, $\Lambda$", "φ, Λ"),
        (r"$r_0 - \alpha\mathbf{r}_0^T\nabla$", "r_0 - αr_0^T∇"),
        (r"$\boldsymbol{\theta}$, $\mathbf\alpha$, $D \log\sigma_0$", "θ, α, D log σ_0"),
        (r"${\color{blue} x} \mod d$, $\min_{k}$", "x mod d, min_k"),
        ("a price of $5 and more", "a price of 5 and more"),
        ("plain", "plain"),
        ("", ""),
    ],
)
def test_what_is_sure_is_readable_and_the_rest_is_the_papers(tex: str, expected: str) -> None:
    assert readable(tex) == expected


@given(st.text())
def test_text_without_tex_is_left_alone(text: str) -> None:
    plain = re.sub(r"[\\$]", "", text)
    assert readable(plain) == plain


@given(st.lists(st.sampled_from([r"\mathbf", "{", "}", "$", "_", "^", "\\", "a", " ", r"\alpha", "é", "\x00", "1"])))
def test_no_letter_is_lost(parts: list[str]) -> None:
    shown = readable("".join(parts))
    assert shown.count("1") == parts.count("1")
    assert shown.count("é") == parts.count("é")


@pytest.mark.parametrize("part", [r"\mathbf{", "_{", r"\textbf ", "\\", "$", r"\a"])
def test_hostile_repeats_take_no_time(part: str) -> None:
    begin = time.process_time()
    readable(part * 1000)
    assert time.process_time() - begin < 1


def test_the_install_cell_pins_what_the_constraints_pin() -> None:
    text = resources.files("paperlab.scaffold").joinpath("template", "install.py.txt").read_text()
    constraints = (Path(__file__).parents[2] / "constraints.txt").read_text().split()
    pins = re.findall(r"[\w-]+==[\w.]+", text)
    assert pins == ["jaxtyping==" + next(c for c in constraints if c.startswith("jaxtyping==")).split("==")[1]]
    assert "paperlab" not in text


def test_a_claim_always_has_a_place() -> None:
    sentence = ClaimSentence(text="better by 4", section="\x19", numbers=("4",), cell=None, span=None)
    table = Table(number=None, label=None, caption="", header_rows=0, rows=(("", "7"),), best=((0, 1),), span=None)
    found = claims(dataclasses.replace(ATTENTION, claims=(sentence,), tables=(table,)))
    assert [c.place for c in found] == ["Abstract", "Table"]
