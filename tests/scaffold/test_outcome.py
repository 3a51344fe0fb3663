"""The axes of what a formula comes to."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.scaffold.formula import Unclear, read
from paperlab.scaffold.outcome import outcome
from paperlab.scaffold.python import _shape_test
from paperlab.scaffold.sizes import sizes_of
from paperlab.scaffold.stubs import stubs

from .papers import BARE, equation

SIZES = {
    "W": (2, 3),
    "M": (3, 3),
    "Q": (4, 3),
    "K": (5, 3),
    "V": (5, 2),
    "x": (3,),
    "b": (2,),
    "a": (),
    "n": 3,
    "f": None,
}


@pytest.mark.parametrize(
    ("tex", "shape"),
    [
        ("W x + b", (2,)), ("x^T M x", ()), (r"\mathrm{softmax}(Q K^T / \sqrt{n}) V", (4, 2)), (r"\exp(M)", (3, 3)),
        ("M + a", (3, 3)), ("M^2", (3, 3)), ("x x^T", (3, 3)), (r"\|x\|^2", ()), ("f(x) + a", (3,)), (r"\sum_i x_i", ()),
        (r"\sum_i W_i", (3,)), (r"x^\top M", (3,)), ("b W", (3,)), (r"\operatorname{tr}(M)", ()), ("a / n", ()),
        (r"x \odot x", (3,)), (r"\max(0, x)", (3,)),
        ("x b", None), ("W M W", None), ("x^2", None), ("|x|", None), ("x + b", None), ("a / x", None), ("x_i", None),
        (r"\max(x)", None), ("q x", None), (r"\mathrm{LayerNorm}(x)", None),
    ],
)  # fmt: skip
def test_a_shape_is_known_where_all_readings_have_it(tex: str, shape: tuple | None) -> None:
    try:
        found = tuple(axis.length for axis in outcome(read(tex, {"f"}), SIZES))
    except Unclear:
        found = None
    assert found == shape


@given(st.integers(2, 9), st.integers(2, 9), st.integers(2, 9))
def test_axes_follow_the_arguments(i: int, j: int, k: int) -> None:
    found = outcome(read("A B + C", ()), {"A": (i, j), "B": (j, k), "C": (i, k)})
    assert [(axis.argument, axis.place, axis.length) for axis in found] == [("A", 0, i), ("B", 1, k)]


def test_the_test_of_a_stub_holds_its_shape() -> None:
    (stub,) = stubs(dataclasses.replace(BARE, equations=(equation("1", "y = W x + b"),)))
    lines = _shape_test(stub, sizes_of(stub, {}), repr)
    assert 'ranks("y") == [2, 1, 1]' in lines
    assert 'long([model.SHAPES["y"]["W"][0]])' in lines
