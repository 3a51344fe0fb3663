"""What a formula's form says of its single arguments, and that the folder's own tests notice a broken function."""

import contextlib
import dataclasses
import time
from pathlib import Path

import pytest

from paperlab.records.extracted import Algorithm
from paperlab.scaffold import python
from paperlab.scaffold.forms import draws, is_positive, mattering, several, ties
from paperlab.scaffold.stubs import Stub, stubs

from .papers import BARE, equation, rows, span


def stub_of(tex: str) -> Stub:
    (found,) = stubs(dataclasses.replace(BARE, equations=(equation("1", tex),)))
    return found


@pytest.mark.parametrize(
    ("tex", "told"),
    [
        (r"f(x) = \max(0, x W_1 + b_1) W_2 + b_2", {"b_2 moves +"}),
        (r"y = W x - b.", {"b moves -"}),
        (r"g' = g - c \tanh(g / c)", set()),
        (r"y = -c + \left( a + b \right)^2", {"c moves -"}),
        (r"a(Q, K, V) = \mathrm{softmax}\left(\frac{QK^T}{\sqrt{d_k}}\right)V", {"V averages +"}),
        (r"J' = \left(1 - \cosh^{-2}(g / h)\right) J", {"J doubles +"}),
        (r"y = \frac{a}{b} \cdot W x", {"W doubles +", "x doubles +"}),
        (r"y = a^2 b", {"b doubles +"}),
        (r"y = \log x", set()),
        (r"y = f(x) g", {"g doubles +"}),
        (r"y = \sum_i x_i + b", set()),
        (r"y = a \pm b", set()),
        (r"y = \sum_{t=1}^{T} a t", set()),
        (r"y = A \cup B", set()),
        (r"y = \max_x a + b", set()),
    ],
)
def test_a_plain_form_ties_an_answer_to_an_argument(tex: str, told: set) -> None:
    assert {f"{t.argument} {t.kind} {t.sign}" for t in ties(stub_of(tex))} == told


@pytest.mark.parametrize(
    ("tex", "sized", "names"),
    [
        (r"y = W x + b", "W x b", "W x b"),
        (r"s(x, y) = \min(x_i, y_i)", "", "x y"),
        (r"y = \mu(x) + c", "", "mu x c"),
        (r"y = \mathrm{softmax}(W x + c)", "W x", "W x"),
        (r"D(X, z) = \sum_{i=1}^{N} X z", "X", "X z"),
        (r"V(D, G) = D(x)", "", "D x"),
        (r"y = \mathrm{LayerNorm}(x + c)", "x", ""),
        (r"y = \mathbb{E}[x]", "x", ""),
        (r"g = (p - [c = k]) r", "", ""),
        (r"g = \sum_{i=1} p_{t \leq i} r", "", "p_t_i r"),
        (r"y = \begin{cases} x & t > 0 \\ 0 & t \leq 0 \end{cases}", "x", ""),
        (r"n(a) = | \{ x \in X : x = a \} |", "", ""),
        (r"y = \frac{\partial L}{\partial x}", "", ""),
    ],
)
def test_an_answer_hangs_on_what_its_formula_is_made_of(tex: str, sized: str, names: str) -> None:
    assert " ".join(mattering(stub_of(tex), sized.split())) == names


@pytest.mark.parametrize(
    ("tex", "positive"),
    [
        (r"y = G(q) u", True),
        (r"y = a_{t-1} b^{-0.5} + \sum_i c_i", True),
        (r"y = a - b", False),
        (r"y = -a", False),
        (r"y = \log a", False),
        (r"y = a \cos b", False),
        (r"k = (X^T X)^{-1} X^T y", False),
        (r"y = \mathrm{LayerNorm}(x)", False),
        (r"y = \mathbb{E}[x]", False),
        (r"y = f(t - j)", False),
        (r"\nabla f(x) = g(x)", False),
    ],
)
def test_what_takes_nothing_away_is_not_negative(tex: str, positive: bool) -> None:
    assert is_positive(stub_of(tex)) is positive


@pytest.mark.parametrize(
    ("tex", "drawn"),
    [(r"y = W x", False), (r"z = \mu + \epsilon, \epsilon \sim N", True), (r"y = \mathbb{E}[x]", True)],
)
def test_a_formula_draws_where_it_says_so(tex: str, drawn: bool) -> None:
    assert draws(stub_of(tex)) is drawn


def test_what_is_counted_is_a_count() -> None:
    assert '"y": {"j": 1, "T": 3, "a": ()},' in python.model_file("x", [stub_of(r"y = \sum_{t=j}^{T-1} a T j")])
    told = (r"molecule, radius $R$, a number of steps $T$, step size $\eta$",)
    read = Algorithm(
        number="1", caption="Go", inputs=told, outputs=(), lines=rows((0, "statement", "$i$")), span=span(5)
    )
    (found,) = stubs(dataclasses.replace(BARE, algorithms=(read,)))
    assert found.counts == {"R": 3, "T": 3}


FFN = r"f(x) = \max(0, x W_1 + b_1) W_2 + b_2"
ATTEND = r"a(Q, K, V) = \mathrm{softmax}(\frac{QK^T}{\sqrt{d_k}})V"
SHARE = r"f(x, z) = \frac{q(x, z)}{q(x, z) + p(x, z)}"
RIGHT = {
    SHARE: "q(x, z) / (q(x, z) + p(x, z))",
    FFN: "(x @ W_1 + b_1).clamp(min=0) @ W_2 + b_2",
    ATTEND: "(Q @ K.mT / 3**0.5).softmax(-1) @ V",
}
BROKEN = [
    (FFN, "(x @ W_1).clamp(min=0) @ W_2 + b_2", "b_1: f gives the same"),
    (FFN, "(x @ W_1 + b_1).clamp(min=0) @ W_2", "b_2: f gives the same"),
    (FFN, "(x @ W_1 + b_1).clamp(min=0) @ W_2 - b_2", "does not move as `b_2` does"),
    (FFN, "(x @ W_1 + b_1).clamp(min=0) @ W_2 + 2 * b_2", "does not move as `b_2` does"),
    (FFN, "x", "gives the same"),
    (FFN, "torch.ones(3)", "gives the same"),
    (FFN, "(x @ W_1.add_(1) + b_1).clamp(min=0) @ W_2 + b_2", "W_1: f changes this input"),
    (FFN, "((x @ W_1 + b_1).clamp(min=0) @ W_2 + b_2).double()", "another dtype than float32"),
    (FFN, "((x @ W_1 + b_1).clamp(min=0) @ W_2 + b_2).float()", "float32 for inputs of float64"),
    (FFN, "torch.dropout((x @ W_1 + b_1).clamp(min=0), 0.5, True) @ W_2 + b_2", "two different answers"),
    (ATTEND, "(Q @ K.mT / 3**0.5).softmax(0) @ V", "an average of `V`"),
    (ATTEND, "(Q @ K.mT / 3**0.5).exp() @ V", "an average of `V`"),
    (ATTEND, "(Q @ K.mT / 3**0.5) @ V", "an average of `V`"),
    (SHARE, "q(x, z) / p(x, z) - 3", "below zero"),
    (SHARE, "q(x, z) / (q(x, z) + q(x, z))", "gives the same"),
    (ATTEND, "(Q @ Q.mT / 3**0.5).softmax(-1) @ V", "K: a gives the same"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("returned", "names"),
    [
        ("updated buffer $i$, updated value $c$", ("i", "c")),
        (r"sample $\mathbf{\theta}_T$ and entropy estimate $S_T$", ("theta_T", "S_T")),
        (r"$\textbf{k}_{est}$,$c_{est}$, and $y$", ("k_est", "c_est", "y")),
        ("trained weights $w$", ()),
        (r"gradient of $f(w)$ w.r.t $w$, $v$", ()),
        (r"$\hat{L}$, an unbiased estimate", ()),
        ("$f(x, y)$, $z$", ()),
        ("a clustering $Z$ of $X$", ()),
        ("$w$, $w$", ("w",)),
    ],
)
def test_what_an_algorithm_returns_is_counted(returned: str, names: tuple[str, ...]) -> None:
    read = Algorithm(number="1", caption="Go", inputs=("$x$",), outputs=(returned,), lines=rows((0, "statement", "$i$")), span=span(5))  # fmt: skip
    (found,) = stubs(dataclasses.replace(BARE, algorithms=(read,)))
    assert several(found) == names


@pytest.mark.parametrize(("written", "green"), [("x, x", True), ("x", False), ("x, x, x", False)])
def test_an_algorithm_gives_all_that_it_returns(tmp_path: Path, written: str, green: bool) -> None:
    lines = rows((0, "statement", "$i$"), (0, "return", "buffer $i$, value $c$"))
    read = Algorithm(number="1", caption="Go", inputs=("$x$",), outputs=(), lines=lines, span=span(5))
    (found,) = stubs(dataclasses.replace(BARE, algorithms=(read,)))
    head, _, tail = python.model_file("It", [found]).partition("    raise NotImplementedError(")
    (tmp_path / "model.py").write_text(f"{head}    return {written}\n{tail.partition(chr(10))[2]}", encoding="utf-8")
    space: dict = {"__file__": str(tmp_path / "test_it.py"), "__name__": "it"}
    exec(python.test_file("it", "It", [found], (), ()), space)  # noqa: S102 - what the scaffold wrote
    with contextlib.nullcontext() if green else pytest.raises(AssertionError, match=r"2 things, i, c: look at Algorithm 1"):  # fmt: skip
        space["test_go_gives_all_that_it_returns"]()


def failures(folder: Path, tex: str | Stub, written: str) -> list[str]:
    """Run the generated tests over a function that gives what is written; their messages."""
    stub = stub_of(tex) if isinstance(tex, str) else tex
    head, _, tail = python.model_file("It", [stub]).partition("    raise NotImplementedError(")
    (folder / "model.py").write_text(
        f"{head}    import torch\n    return {written}\n{tail.partition(chr(10))[2]}", encoding="utf-8"
    )
    code = compile(python.test_file("it", "It", [stub], (), ()), str(folder / "test_it.py"), "exec")
    space: dict = {"__file__": str(folder / "test_it.py"), "__name__": "it"}
    exec(code, space)  # noqa: S102 - what the scaffold wrote
    said = []
    for name in [n for n in space if n.startswith("test_")]:
        try:
            space[name]()
        except AssertionError as error:
            said.append(str(error))
    return said


@pytest.mark.parametrize("tex", RIGHT)
def test_the_folders_tests_take_what_is_right(tmp_path: Path, tex: str) -> None:
    assert failures(tmp_path, tex, RIGHT[tex]) == []


@pytest.mark.parametrize(("tex", "written", "said"), BROKEN)
def test_the_folders_tests_notice_what_is_broken(tmp_path: Path, tex: str, written: str, said: str) -> None:
    found = failures(tmp_path, tex, written)
    assert any(said in message for message in found)
    assert all("look at Equation (1)" in message for message in found)


def test_with_other_arguments_the_formula_tells_of_no_sign(tmp_path: Path) -> None:
    """Who writes a filter by its coefficients has another function than the formula that was read."""
    stub = stub_of(r"y = \frac{b}{a} u")
    text = python.model_file("It", [stub]).replace('"b": (), ', "").replace("b: Tensor | float, ", "")
    head, _, tail = text.partition("    raise NotImplementedError(")
    (tmp_path / "model.py").write_text(f"{head}    return u - 2 * a\n{tail.partition(chr(10))[2]}", encoding="utf-8")
    space: dict = {"__file__": str(tmp_path / "test_it.py"), "__name__": "it"}
    exec(python.test_file("it", "It", [stub], (), ()), space)  # noqa: S102 - what the scaffold wrote
    space["test_y_is_non_negative"]()


@pytest.mark.parametrize(
    "part", [r"a_{1}+\dots+", r"x_i ", r"\sum^{T} ", r"(", r"\frac", r"{x}^{2}", r"d x \int ", r"\partial x ", "="]
)
def test_hostile_formulas_take_no_time(part: str) -> None:
    begin = time.process_time()
    for stub in stubs(dataclasses.replace(BARE, equations=(equation("1", "y = b + " + part * 2000),))):
        ties(stub), mattering(stub, stub.parameters), draws(stub), is_positive(stub)
    assert time.process_time() - begin < 2


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("x + torch.randn(x.shape, generator=generator, dtype=x.dtype)", ""),
        ("x + torch.randn(x.shape, dtype=x.dtype)", "two different answers"),
    ],
)
def test_an_algorithm_that_draws_takes_a_generator_and_draws_from_it_alone(
    tmp_path: Path, written: str, said: str
) -> None:
    lines = rows((0, "statement", r"Sample $z \sim \mathcal{N}(0, I)$"), (0, "return", "$x + z$"))
    read = Algorithm(number="1", caption="Go", inputs=(r"point $\mathbf{x}$",), outputs=(), lines=lines, span=span(5))
    (stub,) = stubs(dataclasses.replace(BARE, algorithms=(read,)))
    assert "generator: Generator" in python.model_file("It", [stub])
    found = failures(tmp_path, stub, written)
    assert said in " ".join(found)
    assert bool(found) is bool(said)
