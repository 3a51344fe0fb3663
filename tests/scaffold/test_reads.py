r"""What an algorithm without stated inputs takes: worked by hand, each line as pseudocode prints it."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.records.extracted import AlgorithmLine
from paperlab.scaffold.reads import read_before_assigned

WORKED = {
    "descent": (("T", "w", "alpha", "L"), {"L"}, [("for", r"$t = 1, \ldots, T$"), ("statement", r"$w \gets w - \alpha \nabla L(w)$")]),
    "assigned first": (("n",), set(), [("statement", r"$s \gets 0$"), ("for", r"$i = 1, \ldots, n$"), ("statement", r"$s \gets s + i$"), ("return", "$s$")]),
    "members of a set": (("X", "f"), {"f"}, [("for", r"$x \in X$"), ("statement", r"$y \gets f(x)$")]),
    "member tested": (("x", "X"), set(), [("if", r"$x \in X$"), ("return", "$x$")]),
    "drawn": (("q", "M", "D"), {"q", "D"}, [("statement", r"$x_1, \ldots, x_M \sim q(x)$"), ("statement", r"$r_i \gets D(x_i), \quad i = 1, \ldots, M$")]),
    "set up": (("theta_0", "g"), {"g"}, [("statement", r"$\theta \leftarrow \theta_0$"), ("repeat", ""), ("statement", r"$\theta \leftarrow \theta - g(\theta)$")]),
    "in words": (("pi",), set(), [("statement", r"Initialize $s$"), ("statement", r"Choose action $a$ from state $s$ using policy $\pi$"), ("statement", r"Take action $a$, observe reward $r$"), ("return", "$r$")]),
    "counted in words": (("M",), set(), [("statement", r"Draw $M$ samples"), ("statement", r"Compute the mean $m$")]),
    "comments say nothing": ((), set(), [("comment", r"uses $k$"), ("statement", r"$a \gets 1$")]),
    "nothing is said": ((), set(), [("statement", "shuffle the data")]),
}  # fmt: skip


@pytest.mark.parametrize("name", WORKED)
def test_what_lines_read(name: str) -> None:
    names, functions, lines = WORKED[name]
    found = read_before_assigned([AlgorithmLine(indent=0, kind=kind, text=text) for kind, text in lines])
    assert (found.names, set(found.functions)) == (names, functions)


@given(st.lists(st.sampled_from("abcdef"), min_size=2, max_size=8, unique=True))
def test_a_chain_reads_its_first_link_alone(letters: list[str]) -> None:
    lines = [AlgorithmLine(indent=0, kind="statement", text=rf"${b} \gets {a} + 1$") for a, b in pairwise(letters)]
    assert read_before_assigned(lines).names == (letters[0],)
    assert set(read_before_assigned(lines[::-1]).names) == set(letters[:-1])
