"""What an algorithm takes from outside that states no inputs."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.records.extracted import Algorithm
from paperlab.scaffold.stubs import stubs
from paperlab.scaffold.unstated import unstated_inputs

from .papers import BARE, rows, span

READ = [
    ("a", [(0, "statement", r"$y \gets a x$"), (0, "statement", r"$z \gets y + b$")], "a x b"),
    ("update", [(0, "statement", r"$\theta \gets \theta - \alpha g$")], "theta alpha g"),
    ("set", [(0, "statement", r"Initialize $w$ at random"), (0, "statement", r"$w \gets w - \eta$")], "eta"),
    ("for", [(0, "for", r"$t = 1$ to $T$"), (1, "statement", r"$s \gets t + c$")], "T c"),
    ("each", [(0, "for", r"each $v \in V$"), (1, "statement", r"$h_v \gets W v$")], "V W"),
    ("drawn", [(0, "statement", r"$x \sim p(x)$"), (0, "statement", r"$y = D(x)$")], "p D"),
    ("normal", [(0, "statement", r"$\epsilon \sim \mathcal{N}(0, \sigma)$")], "sigma"),
    ("before", [(0, "for", r"$t = 1$ to $T$"), (1, "statement", r"$m_t = \beta m_{t-1} + g_t$")], "T beta g_t"),
    ("condition", [(0, "while", r"$n < N$"), (1, "statement", r"$n \gets n + 1$")], "n N"),
    ("keyword", [(0, "statement", r"$y \gets \lambda x$")], "lambda_ x"),
    ("behind", [(0, "statement", r"$y_i \gets f(x_i), \quad i = 1, \ldots, M$")], "M f x_i"),
    ("function", [(0, "function", r"$F$($a$, $b$)"), (1, "return", r"$a + b + c$")], "a b c"),
    ("inner", [(0, "statement", r"$k \gets n$"), (0, "function", r"$G$($u$)"), (1, "return", r"$u + k$")], "n"),
    ("words", [(0, "statement", "shuffle the examples"), (0, "statement", r"$d \gets \text{true}$")], ""),
    ("note", [(0, "comment", r"with $q$ as above"), (0, "statement", r"$r \gets p$")], "p"),
    ("label", [(0, "statement", r"$x_{\text{adv}} \gets x_{\text{train}} + e$")], "x_train e"),
]


@pytest.mark.parametrize(("lines", "names"), [pytest.param(x, y, id=i) for i, x, y in READ])
def test_a_symbol_that_is_used_before_it_is_assigned_is_an_input(lines: list[tuple[int, str, str]], names: str) -> None:
    assert " ".join(unstated_inputs(rows(*lines), most=12).names) == names


def test_a_stub_takes_them_where_nothing_is_stated_and_only_there() -> None:
    lines = rows((0, "statement", r"$y \gets D(x) + \sum_{i=1}^M a_i$"))
    silent = Algorithm(number="1", caption="Go", inputs=(), outputs=(), lines=lines, span=span(5))
    told = dataclasses.replace(silent, number="2", caption="Stay", inputs=(r"$x$",))
    first, second = stubs(dataclasses.replace(BARE, algorithms=(silent, told)))
    assert (first.arguments, first.functions, dict(first.counts)) == (("D", "x", "M", "a"), {"D"}, {"M": 3})
    assert second.arguments == ("x",)


@given(st.lists(st.text(alphabet=r"$xyab_{}^()\ =,1gets", max_size=30), max_size=6))
def test_no_line_raises_and_every_name_is_legal(texts: list[str]) -> None:
    found = unstated_inputs(rows(*((0, "statement", text) for text in texts)), most=5)
    assert len(found.names) <= 5
    assert all(name.isidentifier() for name in found.names)
    assert found.functions | found.sequences | found.counts <= {*found.names}
