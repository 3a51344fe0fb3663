"""What a formula lets guess of its arguments where the paper's text is silent, or speaks of another letter."""

import dataclasses
import time

import pytest
import torch

from paperlab.records.extracted import Space
from paperlab.scaffold.python import template
from paperlab.scaffold.sizes import sizes_of, sizes_of_axes
from paperlab.scaffold.stubs import Stub, stubs

from .papers import BARE, equation, span
from .test_forms import failures, stub_of
from .test_worked import answers


def sized(stub: Stub) -> dict:
    return sizes_of(stub, sizes_of_axes([stub]))


def told(tex: str, *said: tuple[str, str, int]) -> Stub:
    """Give the stub of a formula on line 50 of a paper that says: symbol, axes, line."""
    spaces = tuple(Space(symbol=s, space=rf"\mathbb{{R}}^{{{axes}}}", span=span(line)) for s, axes, line in said)
    (found,) = stubs(dataclasses.replace(BARE, equations=(equation("1", tex, 50),), spaces=spaces))
    return found


POLICY = r"L = \log \pi_w - \log \pi_l"


@pytest.mark.parametrize(
    ("tex", "arguments"),
    [
        (r"a = b \cos\left(\frac{t \pi}{T}\right)", "b t T"),
        (r"a = \log(2 \pi) + r", "r"),
        (r"a = (2 \pi)^{-k} r", "k r"),
        (r"a = 2 \pi r", "pi r"),
        (r"g(x) = \sqrt{2/\pi}\left(x + 1\right)", "x"),
        (r"a = \pi b + c", "pi b c"),
        (r"a = \pi_k \cos b", "pi_k b"),
        (r"a = \cos b + 2 \pi + \pi(s)", "b pi s"),
    ],
)
def test_pi_beside_a_number_or_under_a_cosine_is_the_number_also_where_a_policy_has_its_letter(
    tex: str, arguments: str
) -> None:
    first, _ = stubs(dataclasses.replace(BARE, equations=(equation("1", tex), equation("2", POLICY))))
    assert " ".join(first.parameters) == arguments


@pytest.mark.parametrize(
    ("tex", "sizes"),
    [
        (r"F = (1 + \beta^2) \frac{P \cdot R}{\beta^2 P + R}", {"beta": (), "P": (), "R": ()}),
        (r"L = \min(r \hat{A}, \mathrm{clip}(r, 1 - c, 1 + c) \hat{A})", {"r": (), "A_hat": (), "c": ()}),
        (r"y = \mathrm{tr}(A)", {"A": (3, 3)}),
        (r"y = A^{-1} c", {"A": (3, 3), "c": ()}),
        (r"y = \mathrm{Conv}(X)", {"X": (3, 3)}),
        (r"y = W x", {"W": (3, 3), "x": (3,)}),
        (r"y = \frac{U}{W}", {"U": (), "W": ()}),
    ],
)
def test_one_capital_alone_that_nothing_treats_as_a_matrix_is_a_number(tex: str, sizes: dict) -> None:
    assert sized(stub_of(tex)) == sizes


@pytest.mark.parametrize(
    ("tex", "sizes"),
    [
        (r"L(a, p, n) = \max(0, \|a - p\|^2 - \|a - n\|^2 + m)", {"a": (3,), "p": (3,), "n": (3,), "m": ()}),
        (r"k(x, y) = \exp(-\gamma \left\lVert x - y \right\rVert_2^2)", {"x": (3,), "y": (3,), "gamma": ()}),
        (r"L = \sum_{i=1}^{N} \| x_i - c \|^2", {"N": 3, "x": (3, 3), "c": (3,)}),
        (r"L = \sum_{i=1}^{N} \| y_i - f(x_i) \|^2", {"N": 3, "y": (3, 3), "f": None, "x": (3, 3)}),
        (r"L = \| y - w x \|^2", {"y": (), "w": (), "x": ()}),
        (r"L = \| y - x \|^2 + \| \lambda x \|", {"y": (), "x": (), "lambda_": ()}),
    ],
)
def test_what_stands_by_itself_between_the_bars_of_a_norm_is_a_vector(tex: str, sizes: dict) -> None:
    assert sized(stub_of(tex)) == sizes


TRIPLET = r"L(a, p, n) = \max(0, \|a - p\|^2 - \|a - n\|^2 + m)"


def test_a_distance_of_vectors_is_told_from_one_of_numbers(tmp_path) -> None:
    head = "torch.relu((a - p).pow(2).{0}() - (a - n).pow(2).{0}() + m)"
    assert failures(tmp_path, TRIPLET, head.format("sum")) == []
    assert failures(tmp_path, TRIPLET, head.format("mean")) != []


def test_a_function_beside_matrices_has_no_size(tmp_path) -> None:
    found = stub_of(r"y = \sigma(W x + c)")
    assert sized(found)["sigma"] is None
    assert failures(tmp_path, found, "sigma(W @ x + c)") == []


def test_a_letter_that_nearer_text_counts_with_is_not_the_matrix_from_above() -> None:
    found = told(r"q = a + \frac{b}{K}", ("K", r"m \times d", 20), ("q", "K", 49))
    assert sized(found)["K"] == ()
    found = told(r"q = a + K b", ("K", r"m \times d", 48), ("q", "K", 40))
    assert found.shapes["K"] == "m d"


def test_a_count_that_is_also_an_axis_is_as_long_as_the_axis() -> None:
    tex = r"D = -\frac{1}{2} \sum_{j=1}^{J} (1 + \mu_j^2)"
    found = told(tex, ("W", "J", 48), (r"\mu", r"a \times b", 10), (r"\mu", "J", 49))
    sizes = sized(dataclasses.replace(found, shapes={"W": "n k", **found.shapes}))
    assert sizes["J"] == sizes["mu"][0] == 4


def test_a_step_before_has_the_shape_of_the_step() -> None:
    found = told(r"c_t = f c_{t-1} + g_{t+1}", ("c_t", "h", 49), ("g_t", "h", 49), ("g_{t+1}", "k", 48))
    assert {k: found.shapes[k] for k in ("c_t_minus_1", "g_t_plus_1")} == {"c_t_minus_1": "h", "g_t_plus_1": "k"}


def test_another_of_a_row_has_the_shape_of_the_one_and_a_sum_takes_all_of_them() -> None:
    tex = r"y = \sum_{j=1}^{n} a_j W h_j + W h_i"
    found = told(tex, ("h_i", "F", 49), ("h", "d", 48), ("W", r"F' \times F", 49))
    assert (found.shapes["h"], found.shapes["h_i"]) == ("_ F", "F")
    assert told(r"y = W h_i + W h_j", ("h_i", "F", 49)).shapes["h_j"] == "F"


@pytest.mark.parametrize(
    ("tex", "sizes"),
    [
        (r"y = \sum_j w_{ij} x_j", {"w_i": (3,), "x": (3,)}),
        (r"y = \sum_b z^A_{b,i} z^B_{b,j}", {"z_A_i": (3,), "z_B_j": (3,)}),
        (r"y = \sum_j A_{ij} x_j", {"A_i": (3,), "x": (3,)}),
        (r"y = \sum_n w_{in} + x_n", {"w_in": (), "x": (3,)}),
    ],
)
def test_of_two_indices_a_sum_takes_its_own(tex: str, sizes: dict) -> None:
    found = stub_of(tex)
    assert sized(found) == sizes
    assert answers(found.tex) == []


def test_an_axis_may_be_a_multiple_of_another() -> None:
    sizes = sized(told("y = a + b", ("a", "2F'", 49), ("b", "F'", 49)))
    assert sizes["a"][0] == 2 * sizes["b"][0]


@pytest.mark.parametrize(
    ("tex", "said", "sizes"),
    [
        (r"y = B x + A h", [("B", r"N \times 1"), ("h", "N")], {"B": (2, 1), "x": (1,), "A": (2, 2), "h": (2,)}),
        (r"y = \sigma(W x + U h + b)", [("U", r"N \times M")],
         {"sigma": None, "W": (2, 3), "x": (3,), "U": (2, 3), "h": (3,), "b": (2,)}),
        (r"y = x^\top A x + b^\top x", [("x", "N")], {"x": (2,), "A": (2, 2), "b": (2,)}),
        (r"L = \| \mathrm{sg}[f(x)] - e \|^2", [("x", "N"), ("e", "M")], {"f": None, "x": (3,), "e": (3,)}),
        (r"y = F^{-1} g", [("g", "N")], {"F": (2, 2), "g": (2,)}),
        (r"y = c^\top x", [("x", "N")], {"c": (2,), "x": (2,)}),
        (r"y = U (r \odot h) + b", [("U", r"N \times M")], {"U": (2, 3), "r": (), "h": (3,), "b": (2,)}),
        (r"y = \sum_{i=1}^n w_i z_i", [("z", "N")], {"n": 2, "w": (2,), "z": (2,)}),
        (r"y = \mathrm{softmax}(q^\top W / \sqrt{d})", [("q", "d")], {"q": (2,), "W": (2, 3), "d": 2}),
        (r"Z = (I - K H) P", [("H", r"N \times N"), ("P", r"N \times N")], {"K": (2, 2), "H": (2, 2), "P": (2, 2)}),
        (r"y = W x + c", [("W", r"N \times M"), ("x", "K"), ("c", "M")], {"W": (2, 3), "x": (4,), "c": (3,)}),
    ],
)  # fmt: skip
def test_a_guess_fits_what_is_stated_beside_it(tex: str, said: list, sizes: dict) -> None:
    assert sized(told(tex, *((name, axes, 49) for name, axes in said))) == sizes


@pytest.mark.parametrize(
    ("tex", "sizes"),
    [
        (r"y = W \sum_j h_j", {"W": (3, 3), "h": (3, 3)}),
        (r"y = \sum_i W_i x_i", {"W": (3, 3, 3), "x": (3, 3)}),
        (r"y = \log(1 + e^{-(s^+ - s^-)})", {"s_plus": (), "s_minus": ()}),
        (r"y = s^- - s^+", {"s_minus": (), "s_plus": ()}),
        (r"M = \frac{1}{N} \sum_{i=1}^N \frac{1}{\mathrm{rank}_i}", {"N": 3, "rank": (3,)}),
        (r"Z = (I - K H) P", {"K": (3, 3), "H": (3, 3), "P": (3, 3)}),
        (r"y = V I", {"V": (), "I": ()}),
        (r"y = c^\top x + d", {"c": (3,), "x": (3,), "d": ()}),
        (r"y = \gamma^T v", {"gamma": (), "v": ()}),
        (r"y = \theta - \eta F^{-1} g", {"theta": (), "eta": (), "F": (3, 3), "g": (3,)}),
        (r"y = T^{-1} g", {"T": (), "g": ()}),
        (r"y = \sum_{i=1}^n \max(0, 1 - y_i z_i)", {"n": 3, "y": (3,), "z": (3,)}),
        (r"y = \frac{TP}{TP + FN}", {"TP": (), "FN": ()}),
        (r"y = \sum_{i=1}^k 2^{\mathit{rel}_i}", {"k": 3, "rel": (3,)}),
        (r"y = I - J", {"I": (), "J": ()}),
    ],
)
def test_a_formula_tells_rows_signs_and_units_apart(tex: str, sizes: dict) -> None:
    assert sized(stub_of(tex)) == sizes


def test_a_variant_of_a_symbol_is_as_long_as_the_symbol_and_a_count_as_what_it_counts() -> None:
    found = told(r"y = \sum_{i=1}^{n} g(\theta_i, \theta_i^*) + \tilde{\theta}", (r"\theta", "m", 49), ("q", "k", 48))
    sizes = sized(dataclasses.replace(found, shapes={"W": "a b", **found.shapes}))
    assert sizes["theta"] == sizes["theta_star"] == sizes["theta_tilde"] == (4,)
    assert sizes["n"] == 4


@pytest.mark.parametrize("space", [r"\mathbb{R}_+^{m}", r"\mathbb{R}_{\geq 0}^m", "[0, 1]^{m}", r"\{0,1\}^m"])
def test_a_part_of_the_space_has_its_axes(space: str) -> None:
    spaces = (Space(symbol="p", space=space, span=span(9)),)
    (found,) = stubs(dataclasses.replace(BARE, equations=(equation("1", "y = p + 1"),), spaces=spaces))
    assert found.shapes["p"] == "m"


@pytest.mark.parametrize("part", ["+a", "+f(a", "^\\top c", "\\a{", "F^{-1", "\\|a"])
def test_a_long_formula_beside_a_stated_shape_takes_no_time(part: str) -> None:
    begin = time.process_time()
    assert sized(told("y = x " + part * (960 // len(part)), ("x", "N", 49)))["x"] == (2,)
    assert time.process_time() - begin < 2


def test_what_has_several_arguments_of_steps_is_called() -> None:
    found = stub_of(r"L = \|\epsilon - \epsilon_\theta(\sqrt{a} x + b, t)\|^2")
    assert found.functions == {"epsilon_theta"}
    assert stub_of(r"L = c \alpha (x - y)").functions == frozenset()
    assert stub_of(r"m = P W_O (\alpha v)").functions == frozenset()
    assert stub_of(r"m = P W(t)").functions == {"W"}


def test_a_logarithm_of_time_under_a_root_is_of_a_count() -> None:
    assert sized(stub_of(r"u = m + c \sqrt{\frac{\ln t}{N}}"))["t"] == 3


def test_what_a_sum_numbers_from_a_place_on_is_a_sequence_and_the_sum_is_not_empty() -> None:
    found = stub_of(r"A = \sum_{l=0}^{T-t-1} (\gamma \lambda)^l \delta_{t+l}")
    assert sized(found) == {"T": 3, "t": 1, "gamma": (), "lambda_": (), "delta": (3,)}
    assert answers(found.tex) == []


@pytest.mark.parametrize("sign", [r"\mathbf{1}_{[k \neq i]}", r"\mathbf 1_{k \neq i}", r"\bm{1}[a > b]"])
def test_an_indicator_in_bold_is_no_argument(sign: str) -> None:
    found = stub_of(rf"y = \sum_{{k=1}}^{{N}} {sign} z_k")
    assert {"N", "z"} <= {*found.parameters} <= {"N", "z", "a", "b"}


def test_what_a_word_is_near_to_is_a_function_without_numbers() -> None:
    found = stub_of(r"\mathrm{GELU}(x) \approx 0.5 x (1 + \tanh[\sqrt{2/\pi} (x + 0.044715 x^3)])")
    assert (found.name, found.parameters) == ("GELU", ("x",))
    assert answers(found.tex) == []
    (whole,) = stubs(dataclasses.replace(BARE, equations=(equation("1", r"p(x) \approx q(x)"),)))
    assert whole.name == "method"


def test_square_matrices_are_drawn_so_that_they_have_an_inverse_and_a_root() -> None:
    scope: dict = {"torch": torch}
    exec(template("stand_in.py.txt"), scope)  # noqa: S102 - what the scaffold writes
    for seed in range(20):
        for n in (2, 3, 8):
            drawn = scope["drawn"]((n, n), torch.Generator().manual_seed(seed))
            assert torch.linalg.eigvalsh(drawn + drawn.T).min() > 0
            assert 0 < drawn.min() < drawn.max() < 1


def test_a_distance_by_an_inverse_is_finite(tmp_path) -> None:
    tex = r"D(x) = \sqrt{(x - \mu)^\top \Sigma^{-1} (x - \mu)}"
    stub = dataclasses.replace(stub_of(tex), shapes={"W": "a b", "x": "k", "mu": "k", "Sigma": "k k"})
    assert failures(tmp_path, stub, "((x - mu) @ torch.linalg.solve(Sigma, x - mu)).sqrt()") == []


@pytest.mark.parametrize(
    ("tex", "sizes"),
    [
        (r"p = \frac{y}{\sum_j y_j}", {"y": (3,)}),
        (r"p_i = \frac{y_i}{\sum_j y_j}", {"y_i": (), "y": (3,)}),
        (r"z = a x + \sum_i x_i", {"a": (), "x": (3,)}),
        (r"f(y) = y_i b", {"y": (3,), "b": ()}),
    ],
)
def test_what_has_an_index_elsewhere_in_the_formula_is_no_number(tex: str, sizes: dict) -> None:
    assert sized(told(tex)) == sizes
