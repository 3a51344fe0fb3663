"""Formulas and algorithms read as functions."""

import ast
import dataclasses
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.records.extracted import Algorithm, AlgorithmLine, Section, Space, Symbol
from paperlab.scaffold.loops import loop_head
from paperlab.scaffold.places import Places
from paperlab.scaffold.python import model_file, skeleton
from paperlab.scaffold.shapes import stated_shapes
from paperlab.scaffold.stubs import function_form, stubs

from .papers import ATTENTION, BARE, equation, lines, rows, span, text

READ = [
    (r"\mathrm{Attention}(Q,K,V) = \mathrm{softmax}(\frac{QK^T}{\sqrt{d_k}})V", "Attention", "Q K V", ""),
    (r"\mathrm{FFN}(x)=\max(0, xW_1 + b_1) W_2 + b_2", "FFN", "x", "W_1 b_1 W_2 b_2"),
    (r"lr = d^{-0.5} \cdot \min(s^{-0.5}, s)", "lr", "d s", ""),
    (r"lrate = d_{\text{model}}^{-0.5} \cdot \min({step\_num}^{-0.5}, {step\_num})", "lrate", "d_model step_num", ""),
    (r"PE_{(pos,2i)} = sin(pos / 10000^{2i/d_{\text{model}}})", "PE_pos_2_i", "pos i d_model", ""),
    (r"\mathcal{L}(\theta) = -\frac{1}{N}\sum_{i=1}^N \log p_\theta(y_i \mid x_i)", "L", "theta", "N p_theta y x"),
    (r"\hat{m}_t &= m_t / (1 - \beta_1^t)", "m_hat_t", "m_t beta_1 t", ""),
    (r"p(x|y) = \frac{p(y|x)p(x)}{p(y)}", "p", "x y", ""),
    (r"\nabla f(x) = A x", "grad_f", "x", "A"),
    (r"{\cal R}_{T} = \sum_{t=1}^{T} \ell_{t,i}.", "R_T", "T ell_i", ""),
    (r"w_{t+1,i} & = & w_{t,i} \, e^{-\eta \ell_{t,i}},", "w_t_plus_1_i", "w_t_i eta ell_t_i", ""),
    (r"\lambda_1 = \lambda", "lambda_1", "lambda_", ""),
    (r"y^{(i)} = W^{Q}_i x^{(i)}", "y_i", "W_Q_i x_i", ""),
    (r"J(\theta) := \mathbb{E}_{x \sim p}\left[ f(x) \right]", "J", "theta", "p f x"),
    (r"\theta' = \theta - \alpha g", "theta_prime", "theta alpha g", ""),
    (r"y = x^TAx + b", "y", "x A b", ""),
    (r"k_{t+1} &= a k_t \\ &k_{t+1} = a b", "k_t_plus_1", "a k_t", ""),
    (r"y &= a x \\ z &= b y", "y", "a x", ""),
    (r"y &= a x \\ &\quad + b", "y", "a x", ""),
    (r"y &= a h \\ \text{where}~ h &= b x", "y", "a h b x", ""),
    (r"L = d + \lambda\mathbb{H}(c)", "L", "d lambda_ c", ""),
    (r"V = \mathbb{E}_{q(x)}[D(x, G_z(x))] + \mathbb{E}_{p(z)}[G_x(z)]", "V", "D x G_z G_x z", ""),
    (r"z^{C''} = W z^{C'} + b", "z_C_prime_prime", "W z_C_prime b", ""),
    (r"s = \sum_{i=1}^n i a_i", "s", "n a", ""),
    (r"q = \max_{a \in A} Q(s, a)", "q", "A Q s", ""),
    (r"y = r e^{j\beta}", "y", "r j beta", ""),
    (r"p(a, \dots, b | 0) = a b", "p", "a b", ""),
    (r"y_i = (g * u)_i, & i &= 0, 1, T", "y_i", "g u", ""),
    (r"\theta \gets \theta - \alpha g", "theta", "theta alpha g", ""),
    (r"Q(s, a) \leftarrow Q(s, a) + \alpha r", "Q", "s a", "Q alpha r"),
    (r"f(n) = f(n - 1) + c", "f", "n", "c"),
    (r"A(q) = 1 + a_1 q^{-1} + \dots + a_{n_a} q^{-n_a}", "A", "q", "a"),
    (r"y = [z_{t 1}, z_{t 2}, \cdots, z_{t H}] W", "y", "z_t W", ""),
    (r"y = [z_{1 t}, z_{2 t}, \cdots, z_{H t}] W", "y", "z_t W", ""),
    (r"f(x_1, \ldots, x_n) = \sum_i x_i", "f", "x", ""),
    (r"L = l_1 + ... + l_t + \lambda r_t", "L", "l lambda_ r_t", ""),
    (r"p(x) = \prod_t p(x_t | x_1, \dots, x_{t-1})", "p", "x", ""),
    (r"G(q) = \frac{B(q)}{A(q)} = \frac{b_0 + b_1 q}{1 + a_1 q}", "G", "q", "b_0 b_1 a_1"),
    (r"L &= a b \\ &= c + d", "L", "c d", ""),
    (r"y = a h = b, \quad h = c x", "y", "b", ""),
    (r"J(k) = X k - y \overset{!}{=} 0", "J", "k", "X y"),
    (r"y = a h \text{ for } h = 1", "y", "a h", ""),
    (r"V(t) = \int_t^T e^{-r \tau} f(s) d\tau", "V", "t", "T r f s"),
    (r"s(x, y) = \sum \min(x_i, y_i) / \max(x_i, z_i)", "s", "x y", "z_i"),
]
NOT_READ = [
    r"\sum_i a_i \leq 1",
    r"\min_\theta L(\theta) = 3",
    r"& = b",
    r"a + b = c",
    r"x \in \mathbb{R}",
    "",
    "= 1",
    r"f(x",
    r"\sigma(a \to b) = (310 \pm 6)~{\rm nb}",
    r"h(\dots, x = 0) = 0",
    r"p(a | M, P_1) = p(a | M, P_2)",
]


@pytest.mark.parametrize(("tex", "name", "arguments", "uses"), READ)
def test_a_definition_is_read_as_a_function(tex: str, name: str, arguments: str, uses: str) -> None:
    form = function_form(tex)
    assert form is not None
    assert (form.name, " ".join(form.arguments), " ".join(form.uses)) == (name, arguments, uses)


@pytest.mark.parametrize("tex", NOT_READ)
def test_what_defines_nothing_is_no_function(tex: str) -> None:
    assert function_form(tex) is None


@pytest.mark.parametrize(
    ("tex", "functions"),
    [
        (r"D(x) = q(x, z) / (q(x, z) + p(x, z))", {"q", "p"}),
        (r"V(D, G) = \log(D(x, G_z(x)))", {"D", "G_z"}),
        (r"z = \mu(x) + \sigma(x) \odot \epsilon", {"mu", "sigma"}),
        (r"y = \alpha (a - b) + f[i] + g", set()),
        (r"y = f(x) + f", set()),
        (r"i_t = \sigma(W x_t + U h + b)", {"sigma"}),
        (r"y = \mu + \sigma \epsilon", set()),
        (r"y = \sigma(x) + \sigma^2", set()),
        (r"L = d + \lambda\mathbb{H}(c)", set()),
        (r"g = \frac{\partial L}{\partial y_t} w", {"L"}),
        (r"g = \frac{\partial L}{\partial y} L", set()),
    ],
)
def test_what_the_formula_calls_is_a_function(tex: str, functions: set) -> None:
    form = function_form(tex)
    assert form is not None
    assert form.functions == functions


def test_what_the_paper_defines_as_a_function_is_one_elsewhere_too() -> None:
    first, second = equation("1", r"g(z) = \psi(a z + c)"), equation("2", r"\psi(x) = 1 / (1 + \exp(-x))")
    assert stubs(dataclasses.replace(BARE, equations=(first, second)))[0].functions == {"psi"}
    assert stubs(dataclasses.replace(BARE, equations=(first,)))[0].functions == set()


def test_what_the_paper_calls_once_is_a_function_elsewhere_too() -> None:
    first, second = equation("1", r"y = b_0(t - j) x"), equation("2", r"z = b_j(t) + 1")
    assert stubs(dataclasses.replace(BARE, equations=(first, second)))[0].functions == {"b_0"}
    assert stubs(dataclasses.replace(BARE, equations=(first,)))[0].functions == set()


def test_pi_is_a_number_unless_the_paper_makes_it_a_policy() -> None:
    wave, policy = equation("1", r"y = 2 \pi r"), equation("2", r"J = \pi_\theta(a | s) r")
    assert stubs(dataclasses.replace(BARE, equations=(wave,)))[0].arguments == ("r",)
    assert stubs(dataclasses.replace(BARE, equations=(wave, policy)))[0].arguments == ("pi", "r")
    told = Symbol(symbol=r"\pi", meaning="the policy", span=span(1))
    assert stubs(dataclasses.replace(BARE, equations=(wave,), symbols=(told,)))[0].arguments == ("pi", "r")


@pytest.mark.parametrize(
    ("tex", "sizes"),
    [
        (r"y = \mathbf{x} \ast \bm{k} + c", '"x": (3,), "k": (3,), "c": ()'),
        (r"y = \boldsymbol{\theta}_t N", '"theta_t": (3,), "N": ()'),
        (r"y = {\bf r}^T H \overline{\mathbf{z}}", '"r": (3,), "H": (3, 3), "z_bar": (3,)'),
        (r"y = \mathbf{D} k", '"D": (3, 3), "k": ()'),
        (r"y = W x + b_1 + \dots + b_n", '"W": (3, 3), "x": (3,), "b": (3, 3)'),
    ],
)
def test_the_sizes_of_arguments_follow_bold_letters_and_sequences(tex: str, sizes: str) -> None:
    found = stubs(dataclasses.replace(BARE, equations=(equation("1", tex),)))
    assert f'"y": {{{sizes}}}' in model_file("A paper", found)


@pytest.mark.parametrize("part", ["x_", r"\in", r"x\in\mathbb{R}^{", "x,", "\\hat{", r"x\in\mathbb{R}^{n}"])
def test_hostile_shapes_take_no_time(part: str) -> None:
    paper = dataclasses.replace(BARE, equations=(equation("1", part * 2000 + r"\in\mathbb{R}^n"),))
    begin = time.process_time()
    stated_shapes(paper)
    assert time.process_time() - begin < 1


def test_an_update_keeps_the_old_value_and_is_called_new() -> None:
    paper = dataclasses.replace(BARE, equations=(equation("3", r"\theta \gets \theta - \alpha g"),))
    (stub,) = stubs(paper)
    assert (stub.name, stub.arguments) == ("theta_new", ("theta", "alpha", "g"))


def test_stubs_of_a_paper_name_their_places() -> None:
    found = stubs(ATTENTION)
    assert [s.name for s in found] == ["Attention", "FFN", "fit_model"]
    assert [s.place for s in found] == [
        "Equation (1), Section 3.2",
        "Equation (2), Section 3.2",
        "Algorithm 1, Appendix A",
    ]
    assert found[2].arguments == ("X", "eta")


def test_stated_shapes_are_kept_and_their_axes_named() -> None:
    assert stated_shapes(ATTENTION) == {"Q": "n d_k", "K": "m d_k"}
    assert stubs(ATTENTION)[0].shapes == {"Q": "n d_k", "K": "m d_k"}


@pytest.mark.parametrize(
    ("symbol", "meaning", "axes"),
    [
        ("W^Q_i", r"weight matrices, in \mathbb{R}^{d \times k}", {"W_Q_i": "d k"}),
        (r"\bm{q}", r"in \mathbb{R}^n", {"q": "n"}),
        ("c", r"capacity, in \mathbb{N}", {}),
        ("u(t)", r"the input, in \mathbb{R}", {}),
    ],
)
def test_a_shape_that_a_symbols_meaning_ends_with_is_stated(symbol: str, meaning: str, axes: dict) -> None:
    told = Symbol(symbol=symbol, meaning=meaning, span=span(1))
    assert stated_shapes(dataclasses.replace(BARE, symbols=(told,))) == axes


def test_a_paper_without_formulas_gets_one_stub() -> None:
    assert [s.name for s in stubs(BARE)] == ["method"]
    bound = stubs(dataclasses.replace(BARE, equations=(equation("1", r"D(q) \\le C"),)))
    assert [s.place for s in bound] == [
        "No formula that reads as a function, and no algorithm, found in the paper, of which only the abstract was read"
    ]


def test_equal_names_are_told_apart_by_their_numbers() -> None:
    twice = dataclasses.replace(
        BARE, equations=(equation("1", "L = x"), equation("7", "L = y"), equation("8a", "L = z"))
    )
    assert [s.name for s in stubs(twice)] == ["L", "L_eq7", "L_eq8a"]


def test_skeleton_keeps_loops_and_branches_in_place() -> None:
    made = skeleton(
        rows(
            (0, "for", "t = 1..T"),
            (1, "if", "done"),
            (2, "statement", "stop"),
            (1, "else", ""),
            (2, "statement", "go on"),
            (0, "return", "x"),
        )
    )
    assert made == [
        "for _ in ():  # for t = 1..T",
        "    if False:  # if done",
        "        # stop",
        "        ...",
        "    else:",
        "        # go on",
        "        ...",
        "    ...",
        "# return x",
    ]


@pytest.mark.parametrize(
    ("text", "head"),
    [
        ("$t = 1$ to $T$", "for t in range(1, T + 1):"),
        (r"$i = 0, 1, \ldots, T - 1$", "for i in range(0, T):"),
        (r"$t = T$ down to 1", "for t in range(T, 0, -1):"),
        (r"$k = 1, \dots, 10$", "for k in range(1, 11):"),
        (r"each example $x \in \mathcal{D}$ do", "for x in D:"),
        ("each atom $a$ in data", "for a in data:"),
        ("$t = 1$ to $N$", "for _ in ():"),
        (r"$t = 1, 3, \dots, T$", "for _ in ():"),
        (r"$T = 1$ to $T$", "for _ in ():"),
        (r"$x \in T$", "for _ in ():"),
        (r"$f(x) \in D$", "for _ in ():"),
        ("every batch", "for _ in ():"),
    ],
)
def test_a_loop_counts_or_goes_through_what_is_given(text: str, head: str) -> None:
    assert loop_head(text, ("D", "data"), ("T",)) == head
    compile(f"{head} ...", "loop", "exec")


@given(st.lists(lines, max_size=30))
def test_skeleton_always_parses(given_lines: list) -> None:
    ast.parse("\n".join(skeleton(given_lines)))


@given(text)
def test_no_formula_raises(tex: str) -> None:
    form = function_form(tex)
    if form is not None:
        names = [*form.arguments, *form.uses]
        assert len(set(names)) == len(names)
        assert all(n.isidentifier() and n.isascii() for n in [form.name, *names])


def test_inputs_of_an_algorithm_are_named_and_what_is_called_is_a_function():
    told = (
        r"buffer $i$, ratio $n / d$, a set $x \in X$, loss $L(\mathbf{w}, t)$, $f(w)$",
        "learning rate, two words here",
    )
    read = Algorithm(
        number="1", caption="Go", inputs=told, outputs=(), lines=rows((0, "statement", "$i = i$")), span=span(5)
    )
    (stub,) = stubs(dataclasses.replace(BARE, algorithms=(read,)))
    assert stub.arguments == ("i", "n", "d", "x", "L", "f", "learning_rate", "two_words_here")
    assert stub.functions == {"L", "f"}


@pytest.mark.parametrize(
    ("told", "arguments"),
    [
        (r"molecule, radius $R$, hidden weights $H_1^1 \dots H_R^5$", "molecule R H"),
        (r"$\textbf{x},\textbf{y}, \lambda, s_{max}$", "x y lambda_ s_max"),
        (r"$\alpha$, which the person who runs this has to choose", "alpha"),
        (r"$(x, y) \in D$, two functions $f, g$", "x f g"),
        ("images with their labels and boxes, steps", "images_their_labels steps"),
    ],
)
def test_each_input_of_an_algorithm_has_its_name(told: str, arguments: str) -> None:
    read = Algorithm(
        number="1", caption="Go", inputs=(told,), outputs=(), lines=rows((0, "statement", "$i$")), span=span(5)
    )
    (stub,) = stubs(dataclasses.replace(BARE, algorithms=(read,)))
    assert " ".join(stub.arguments) == arguments


def test_a_heading_without_a_number_stands_behind_the_section_that_holds_it() -> None:
    paper = dataclasses.replace(
        BARE,
        sections=(
            Section(level=2, number="3.2", title="Backward", label=None, span=span(1)),
            Section(level=4, number=None, title=r"Coefficients $\mathbf{b}$.", label=None, span=span(5)),
            Section(level=2, number=None, title="Thanks", label=None, span=span(20)),
        ),
    )
    assert [Places(paper).section(span(line)) for line in (2, 6, 21)] == [
        "Section 3.2", "Section 3.2, Coefficients b", "Thanks",
    ]  # fmt: skip


def space(symbol: str, axes: str, line: int) -> Space:
    return Space(symbol=symbol, space=rf"\mathbb{{R}}^{{{axes}}}", span=span(line))


def test_a_letter_has_the_shape_that_is_stated_nearest_and_rather_above() -> None:
    first = equation("1", "f(x) = W x", 11)
    second = equation("2", "h(x) = W x", 13)
    third = equation("3", "g(z) = V z", 41)
    said = (
        space("x", "d", 10), space("W", r"k \times d", 10), space("x", "n", 12), space("W", r"m \times n", 12),
        space("V", r"k \times d", 42), space("z", "d", 60), space("g", "k", 41), space("f", "9", 90),
    )  # fmt: skip
    found = {
        stub.name: stub.shapes
        for stub in stubs(dataclasses.replace(BARE, equations=(first, second, third), spaces=said))
    }
    assert found == {"f": {"x": "d", "W": "k d"}, "h": {"x": "n", "W": "m n"}, "g": {"V": "k d"}}


def test_the_limit_of_a_sum_counts_whatever_its_letter_is_elsewhere() -> None:
    entropy = equation("1", r"H(p) = -\sum_{k=1}^{K} p_k \log p_k")
    (stub,) = stubs(dataclasses.replace(BARE, equations=(entropy,), spaces=(space("K", r"n \times d", 1),)))
    assert (stub.uses, stub.shapes, dict(stub.counts)) == (("K",), {}, {"K": 3})


def test_a_minimum_and_a_maximum_belong_to_a_name() -> None:
    (stub,) = stubs(
        dataclasses.replace(BARE, equations=(equation("1", r"\eta(t) = \eta_{\min} + (\eta_{\max} - \eta_{\min}) t"),))
    )
    assert stub.uses == ("eta_min", "eta_max")


def test_an_algorithm_and_a_listing_of_one_number_are_told_apart() -> None:
    step = (AlgorithmLine(indent=0, kind="return", text="$x + 1$"),)
    both = [
        Algorithm(number="1", caption="", inputs=("$x$",), outputs=(), lines=step, span=None, kind=kind)
        for kind in ("algorithm", "listing")
    ]
    found = stubs(dataclasses.replace(BARE, algorithms=tuple(both)))
    assert [(s.name, s.short, s.place) for s in found] == [
        ("algorithm_1", "Algorithm 1", "Algorithm 1"), ("listing_1", "Listing 1", "Listing 1"),
    ]  # fmt: skip


def test_a_loop_counts_to_what_the_inputs_leave_out_and_nothing_gives() -> None:
    lines = rows((0, "for", "$t = 1$ to $T$"), (1, "for", "$i = 1$ to $n$"), (2, "statement", r"$w \gets w - \alpha t$"), (0, "return", "$w$"))  # fmt: skip
    told = rows((0, "statement", r"$n \gets \alpha + 1$"), *((x.indent, x.kind, x.text) for x in lines))
    one = dataclasses.replace(ATTENTION.algorithms[0], inputs=("weights $w$", r"rate $\alpha$"), lines=told)
    (stub,) = [s for s in stubs(dataclasses.replace(BARE, algorithms=(one,))) if s.lines]
    assert (stub.arguments, dict(stub.counts)) == (("w", "alpha", "T"), {"T": 3})
    assert "    for t in range(1, T + 1):  # for t = 1 to T" in model_file("It", [stub]).splitlines()
