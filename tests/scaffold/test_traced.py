"""The numbers that an algorithm comes to by its own lines, and that no algorithm with two readings has any."""

import dataclasses
import math
import textwrap
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from paperlab.records.extracted import Algorithm
from paperlab.scaffold import python
from paperlab.scaffold.forms import mattering
from paperlab.scaffold.sizes import sizes_of, sizes_of_axes
from paperlab.scaffold.stubs import Stub, stubs
from paperlab.scaffold.traced import LOW, traced

from .papers import BARE, rows, span

Line = tuple[int, str, str]


def stub_of(inputs: Sequence[str], *lines: Line, outputs: Sequence[str] = (), caption: str = "Go") -> Stub:
    one = Algorithm(number="1", caption=caption, inputs=tuple(inputs), outputs=tuple(outputs), lines=rows(*lines), span=span(5))  # fmt: skip
    (found,) = stubs(dataclasses.replace(BARE, algorithms=(one,)))
    return found


def answer(stub: Stub) -> tuple[float, ...]:
    found = traced(stub, sizes_of(stub, sizes_of_axes([stub])))
    return found[0].answer if found else ()


def failures(folder: Path, stub: Stub, written: str) -> list[str]:
    """Run the generated tests over a function with this body; their messages."""
    head, _, tail = python.model_file("It", [stub]).partition("    raise NotImplementedError(")
    body = textwrap.indent(f"import torch\n{textwrap.dedent(written)}", "    ")
    (folder / "model.py").write_text(f"{head}{body}\n\n\n{tail[tail.index('SHAPES: dict') :]}", encoding="utf-8")
    space: dict = {"__file__": str(folder / "test_it.py"), "__name__": "it"}
    exec(compile(python.test_file("it", "It", [stub], (), ()), "test_it.py", "exec"), space)  # noqa: S102 - what the scaffold wrote
    said = []
    for name in [n for n in space if n.startswith("test_")]:
        try:
            space[name]()
        except AssertionError as error:
            said.append(str(error))
    return said


def entry(k: int, n: int = 0) -> float:
    """Give number n of argument k as the test file makes it."""
    return LOW + (0.9 - LOW) * ((7 * n + 5 * k) % 11) / 10


def squash(slope: float, x: float) -> float:
    """Give what the test file's stand-in for a function gives."""
    return 1 / (1 + math.exp(-(slope * x + 0.3)))


def rise(slope: float, x: float) -> float:
    return slope * squash(slope, x) * (1 - squash(slope, x))


ADAM = stub_of(
    (r"step size $\alpha$", r"rates $\beta_1, \beta_2$", r"$\epsilon$", r"objective $f(\theta)$", r"start $\theta_0$", "number of steps $T$"),
    (0, "statement", r"$m_0 \gets 0$, $v_0 \gets 0$"),
    (0, "for", r"$t = 1, \ldots, T$"),
    (1, "statement", r"$g_t \gets \nabla_\theta f(\theta_{t-1})$"),
    (1, "comment", "gradient"),
    (1, "statement", r"$m_t \gets \beta_1 \cdot m_{t-1} + (1 - \beta_1) \cdot g_t$"),
    (1, "statement", r"$v_t \gets \beta_2 v_{t-1} + (1 - \beta_2) g_t^2$ (second moment)"),
    (1, "statement", r"$\hat{m}_t \gets m_t / (1 - \beta_1^t)$, $\hat{v}_t \gets v_t / (1 - \beta_2^t)$"),
    (1, "statement", r"$\theta_t \gets \theta_{t-1} - \alpha \cdot \hat{m}_t / (\sqrt{\hat{v}_t} + \epsilon)$"),
    (0, "return", r"$\theta_T$"),
)  # fmt: skip
NEWTON = stub_of(
    (r"function $f$", r"start $x_0$"),
    (0, "statement", r"$n \gets 0$"),
    (0, "while", r"$n < 3$"),
    (1, "statement", r"$x_{n+1} \gets x_n - \frac{f(x_n)}{f'(x_n)}$"),
    (1, "statement", r"$n \gets n + 1$"),
    (0, "return", "$x_3$"),
)
POWER = stub_of(
    (r"matrix $A$", r"start vector $x_0$", r"$K$"),
    (0, "for", r"$k \gets 1$ to $K$"),
    (1, "statement", r"$y_k = A x_{k-1}$"),
    (1, "statement", r"$x_k = y_k / \|y_k\|_2$"),
    outputs=("eigenvector $x_K$",),
)
PREFIX = stub_of(
    (r"numbers $x_1, \ldots, x_n$",),
    (0, "statement", r"$s_1 \gets x_1$"),
    (0, "for", r"$i = 2$ to $n$"),
    (1, "statement", r"$s_i \gets s_{i-1} + x_i$"),
    (0, "return", "$s$"),
)
HORNER = stub_of(
    (r"coefficients $a_0, a_1, \ldots, a_n$", "point $x$"),
    (0, "statement", r"$p \gets a_n$"),
    (0, "for", r"$i = n - 1$ downto $0$"),
    (1, "statement", r"$p \gets p x + a_i$"),
    (0, "return", "$p$"),
)
WELFORD = stub_of(
    (r"data $x_1, \ldots, x_n$",),
    (0, "statement", r"$m \gets 0$; $S \gets 0$"),
    (0, "for", r"$k \in \{1, \ldots, n\}$"),
    (1, "statement", r"$\delta \gets x_k - m$"),
    (1, "statement", r"$m \gets m + \delta / k$"),
    (1, "statement", r"$S \gets S + \delta (x_k - m)$"),
    (0, "return", r"$m$, $S / (n - 1)$"),
)
BACKWARD = stub_of(
    (r"rewards $r_1, \ldots, r_T$", r"discount $\gamma$"),
    (0, "statement", r"$G_{T+1} \gets 0$"),
    (0, "for", r"$t = T, \ldots, 1$"),
    (1, "statement", r"$G_t \gets r_t + \gamma G_{t+1}$"),
    (0, "return", "$G_1$"),
)
SWAPPED = stub_of(
    ("$a$", "$b$"),
    (0, "for", "$i = 1$ to 2"),
    (1, "statement", r"$(a, b) \gets (b, a + b)$"),
    (0, "if", "$a < b$"),
    (1, "return", "$a$, $b$"),
    (0, "else", ""),
    (1, "return", "$b$"),
)
HALVED = stub_of(
    ("$a$",), (0, "repeat", ""), (1, "statement", r"$a \gets a / 2$"), (0, "until", r"$a \leq 0.04$"), (0, "return", "$a$")
)  # fmt: skip
RUNNING = stub_of(
    (r"$x_1, \dots, x_N$",),
    (0, "statement", r"$m_0 \gets -10$, $d_0 \gets 0$"),
    (0, "for", r"$j \gets 1, N$"),
    (1, "statement", r"$m_j \gets \max(m_{j-1}, x_j)$"),
    (1, "statement", r"$d_j \gets d_{j-1} \times e^{m_{j-1} - m_j} + e^{x_j - m_j}$"),
    (0, "return", "$m_N, d_N$"),
)
NESTEROV = stub_of(
    ("$x^{(0)}$", "step size $s$", "number of iterations $K$", "$f(x)$"),
    (0, "statement", "$y^{(0)} = x^{(0)}$"),
    (0, "for", r"$k = 0, 1, \dots, K-1$"),
    (1, "statement", r"$x^{(k+1)} = y^{(k)} - s \nabla f(y^{(k)})$"),
    (1, "statement", r"$y^{(k+1)} = x^{(k+1)} + \frac{k}{k+3} (x^{(k+1)} - x^{(k)})$"),
    outputs=("$x^{(K)}$",),
)


def adam() -> tuple[float, ...]:
    a, b1, b2, e, x = (entry(k) for k in (0, 1, 2, 3, 5))
    m = v = 0.0
    for t in (1, 2, 3):
        g = rise(0.9, x)
        m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g * g
        x -= a * (m / (1 - b1**t)) / (math.sqrt(v / (1 - b2**t)) + e)
    return (x,)


def newton() -> tuple[float, ...]:
    x = entry(1)
    for _ in range(3):
        x -= squash(0.5, x) / rise(0.5, x)
    return (x,)


def power() -> tuple[float, ...]:
    rows_, x = [[entry(0, 3 * i + j) for j in range(3)] for i in range(3)], [entry(1, n) for n in range(3)]
    for _ in range(3):
        y = [sum(a * b for a, b in zip(row, x, strict=True)) for row in rows_]
        x = [part / math.hypot(*y) for part in y]
    return tuple(x)


def nesterov() -> tuple[float, ...]:
    x = y = entry(0)
    for k in range(3):
        new = y - entry(1) * rise(0.8, y)
        x, y = new, new + k / (k + 3) * (new - x)
    return (x,)


X = [entry(0, n) for n in range(3)]
MEAN = sum(X) / 3
A, B = entry(0), entry(1)
KNOWN = [
    (ADAM, adam()),
    (NEWTON, newton()),
    (POWER, power()),
    (NESTEROV, nesterov()),
    (PREFIX, (X[0], X[0] + X[1], sum(X))),
    (HORNER, (X[0] + entry(1) * (X[1] + entry(1) * X[2]),)),
    (WELFORD, (MEAN, sum((x - MEAN) ** 2 for x in X) / 2)),
    (BACKWARD, (X[0] + entry(1) * (X[1] + entry(1) * X[2]),)),
    (SWAPPED, (A + B, A + 2 * B)),
    (HALVED, (A / 8,)),
    (RUNNING, (max(X), sum(math.exp(x - max(X)) for x in X))),
]
"""Algorithm -> what it comes to, for all numbers above zero."""


@pytest.mark.parametrize(("stub", "wanted"), KNOWN)
def test_a_plain_algorithm_is_worked_out(stub: Stub, wanted: tuple[float, ...]) -> None:
    assert answer(stub) == pytest.approx(wanted, rel=1e-6)


def steps(*lines: Line, inputs: Sequence[str] = ("$x$", "$T$"), caption: str = "Go") -> Stub:
    return stub_of(inputs, (0, "statement", r"$y \gets x$"), *lines, (0, "return", "$y$"), caption=caption)


def each(text: str, head: str = "$t = 1$ to $T$", **how: Sequence[str]) -> Stub:
    return steps((0, "for", head), (1, "statement", text), **how)


UNCLEAR = {
    "prose": each("Update $y$"),
    "prose beside": each(r"$y \gets y x$ if it is larger"),
    "a remark that says more": each(r"$y \gets y x$ (only for large ones)"),
    "drawn": each(r"$y \sim p(x)$"),
    "an unknown letter": each(r"$y \gets a y$"),
    "an unknown function": each(r"$y \gets \mathrm{clip}(y)$"),
    "a number of its own or the first of many": each(r"$y \gets \beta_t y$", inputs=("$x$", "$T$", r"$\beta_1, \beta_2, \beta_3$")),
    "one of many or a name": each(r"$y \gets y x_t$", inputs=("$x$", "$T$", "$x_t$")),
    "the last of which": stub_of(("$w_1$", "$T$"), (0, "for", "$t = 1$ to $T$"), (1, "statement", r"$w_{t+1} \gets w_t / 2$"), (0, "return", "$w_T$")),
    "all or the last": stub_of(("$x_0$", "$T$"), (0, "for", "$t = 1$ to $T$"), (1, "statement", r"$x_t \gets x_{t-1} / 2$"), (0, "return", "$x$")),
    "the first or the last": stub_of(("$x^{(0)}$", "$T$"), (0, "for", "$t = 1$ to $T$"), (1, "statement", r"$x^{(t)} \gets x^{(t-1)} / 2$"), (0, "return", "$x$")),
    "a note": each("Invariant: $y = x y$"),
    "entries or times": stub_of((r"$\mathbf{w}$", "$T$"), (0, "for", "$t = 1$ to $T - 1$"), (1, "statement", r"$\mathbf{w}_{t+1} \gets \mathbf{w}_t / 2$"), (0, "return", r"$\mathbf{w}_T$")),
    "numbered from one or nought": stub_of((r"$\mathbf{a}$", "$T$"), (0, "statement", r"$y \gets 0$"), (0, "for", "$t = 1$ to $T - 1$"), (1, "statement", r"$y \gets y + a_t$"), (0, "return", "$y$")),
    "at once or in order": each(r"$x \gets 2 y$, $y \gets x$"),
    "an end that is not told": steps((0, "while", "not converged"), (1, "statement", r"$y \gets x y$")),
    "no end": steps((0, "while", "$x < 2$"), (1, "statement", r"$y \gets x y$")),
    "a tie": steps((0, "if", "$x = y$"), (1, "statement", r"$y \gets 2 x$")),
    "by twos": each(r"$y \gets y x$", head="$t = 1$ to $T$ step 2"),
    "a set": each(r"$y \gets y x$", head=r"each $t \in S$"),
    "a square of a vector": each(r"$y \gets y^2$", inputs=(r"$\mathbf{x}$", "$T$")),
    "an index that is a product": each(r"$y \gets y (T - 1)$"),
    "a line between blocks": steps((0, "for", "$t = 1$ to $T$")),
    "an end without a beginning": steps((0, "else", ""), (1, "statement", r"$y \gets 2 x$")),
    "a matrix that must be more": each(r"$y \gets x y$", inputs=("symmetric matrix $x$", "$T$")),
    "the slope itself": each(r"$y \gets y - \nabla f(y)$", inputs=("$x$", "$T$", r"gradient $\nabla f$")),
    "a function that each step has": each(r"$y \gets f_t(y)$", inputs=("$x$", "$T$", "$f(x)$")),
    "a logarithm of what": each(r"$y \gets \log x y$"),
    "a logarithm's power": each(r"$y \gets \log x^2$"),
    "an entry beside a sum": each(r"$y \gets y (t)$"),
    "nothing that comes back": stub_of(("$x$",), (0, "statement", r"$y \gets 2 x$")),
    "its mean": stub_of(("$x$",), (0, "statement", r"$y \gets 2 x$"), (0, "return", "the mean of $y$")),
    "turned or a power": stub_of(("matrix $A$", "$T$"), (0, "for", "$t = 1$ to $T$"), (1, "statement", r"$A \gets A^T$"), (0, "return", "$A$")),
    "a slope of many": each(r"$y \gets y - \nabla f(y)$", inputs=(r"$\mathbf{x}$", "$T$", "$f(x)$")),
    "a slope along what": each(r"$y \gets y - \nabla f(y, x)$", inputs=("$x$", "$T$", "$f(x, y)$")),
    "a counter that is changed": each(r"$y \gets 2 y$, $t \gets t + 1$"),
    "nothing to count": each(r"$y \gets 2 y$", head="$t = T$ to 1"),
    "a counter called as a vector": stub_of((r"$x_1, \ldots, x_n$",), (0, "for", r"$x = 1$ to $n$"), (1, "statement", r"$y \gets z$"), (0, "return", "$y$")),
    "what a float32 loses": stub_of(("$x$",), (0, "statement", r"$y \gets x + 1000$"), (0, "statement", r"$y \gets y - 1000$"), (0, "return", "$y$")),
    "without bounds": each(r"$t \gets t^t$, $y \gets t^{t^t}$"),
    "a power or a number": each(r"$y \gets y + x^1$"),
}  # fmt: skip
"""Why not -> lines that have two readings, or none that is known here."""


@pytest.mark.parametrize("why", UNCLEAR)
def test_what_has_two_readings_is_not_worked_out(why: str) -> None:
    assert answer(UNCLEAR[why]) == ()


def test_lines_that_are_plain_beside_these_are_worked_out() -> None:
    assert answer(each(r"$y \gets y x$")) == pytest.approx((A**4,))
    assert answer(each(r"Update it: $y \gets y (1 - x)$ (a decay).")) == pytest.approx((A * (1 - A) ** 3,))


ONE_STEP = """
m = v = 0.0
theta = theta_0
for t in range(1, T + 1):
    x = theta.detach().clone().requires_grad_(True)
    (g,) = torch.autograd.grad(f(x), x)
    m = beta_1 * m + (1 - beta_1) * g
    v = beta_2 * v + (1 - beta_2) * g**2
    theta = theta - alpha * (m / (1 - beta_1**t)) / ((v / (1 - beta_2**t)) ** 0.5 + epsilon)
return theta
"""
OTHER_ORDER = """
m = v = torch.zeros_like(theta_0)
theta, decays = theta_0, [1.0, 1.0]
for _ in range(T):
    g = torch.func.grad(f)(theta)
    decays = [decays[0] * beta_1, decays[1] * beta_2]
    m, v = torch.lerp(g, m, beta_1), torch.lerp(g * g, v, beta_2)
    theta = theta - alpha * m / (1 - decays[0]) / (epsilon + torch.sqrt(v / (1 - decays[1])))
return theta
"""
SOFTMAX = "m = x.max()\nreturn m, torch.exp(x - m).sum()"
RIGHT = [
    (ADAM, ONE_STEP),
    (ADAM, OTHER_ORDER),
    (PREFIX, "return x.cumsum(0)"),
    (PREFIX, "s = [x[0]]\nfor part in x[1:]:\n    s.append(s[-1] + part)\nreturn s"),
    (WELFORD, "return x.mean(), x.var()"),
    (RUNNING, SOFTMAX),
    (POWER, "for _ in range(K):\n    x_0 = torch.nn.functional.normalize(A @ x_0, dim=0)\nreturn x_0"),
    (SWAPPED, "return a + b, a + b + b"),
]
BROKEN = [
    (ADAM, ONE_STEP, "m / (1 - beta_1**t)", "m"),
    (ADAM, ONE_STEP, "v / (1 - beta_2**t)", "v"),
    (ADAM, ONE_STEP, "** 0.5 + epsilon)", "+ epsilon) ** 0.5"),
    (ADAM, ONE_STEP, "g**2", "g"),
    (ADAM, ONE_STEP, "range(1, T + 1)", "range(1, T)"),
    (ADAM, ONE_STEP, "range(1, T + 1)", "range(2, T + 2)"),
    (PREFIX, "return x.cumsum(0)", "x", "x.flip(0)"),
    (WELFORD, "return x.mean(), x.var()", "x.var()", "x.var(unbiased=False)"),
    (RUNNING, SOFTMAX, "m = x.max()", "m = x.min()"),
    (POWER, "for _ in range(K):\n    x_0 = torch.nn.functional.normalize(A @ x_0, dim=0)\nreturn x_0", "A @", "A.T @"),
]


@pytest.mark.parametrize(("stub", "written"), RIGHT)
def test_what_is_right_comes_to_these_numbers(tmp_path: Path, stub: Stub, written: str) -> None:
    assert failures(tmp_path, stub, written) == []


@pytest.mark.parametrize(("stub", "written", "part", "other"), BROKEN)
def test_what_is_broken_inside_comes_to_others(tmp_path: Path, stub: Stub, written: str, part: str, other: str) -> None:
    assert part in written
    found = failures(tmp_path, stub, written.replace(part, other, 1))
    assert any("other numbers than its lines as printed: look at Algorithm 1" in message for message in found)


def test_what_lines_call_is_a_function_and_what_a_loop_counts_to_a_count() -> None:
    stub = stub_of(
        ("objective $f$", "$x_0$", "$T$"), (0, "for", "$t = 1$ to $T$"), (1, "statement", r"$x_t \gets f(x_{t-1})$")
    )
    assert (stub.functions, stub.counts) == ({"f"}, {"T": 3})
    told = stub_of(("values $V$", "$S$"), (0, "for", r"$s = 1$ to $|S|$"), (1, "statement", r"$V(s) \gets V(s) / 2$"))
    assert (told.functions, told.counts) == (set(), {})


def test_an_answer_need_not_hang_on_what_only_conditions_call() -> None:
    halving = (0, "statement", r"$c \gets (a + b) / 2$"), (0, "if", "$f(c) < 0$"), (1, "statement", r"$c \gets b$")
    inputs = ("$f(x)$", "$a$", "$b$")
    assert mattering(stub_of(inputs, *halving, (0, "return", "$c$")), ()) == ()
    assert mattering(stub_of(inputs, *halving, (0, "return", "$f(c)$")), ()) == ("f",)


@pytest.mark.parametrize(
    "part", ["(", "{", r"\frac", r"\sum_{i=1}^{N} ", "a_{", "|", "f(", ", ", "x_{t-1} ", r"\gets "]
)
def test_hostile_lines_have_no_numbers_and_take_no_time(part: str) -> None:
    begin = time.process_time()
    assert answer(each(f"$y = x + {part * 60}$")) == ()
    assert answer(each(r"$y \gets 2 y$", head=f"$t = 1$ to {part * 60}")) == ()
    assert time.process_time() - begin < 2
