"""Formulas alone: MathML, what cannot be converted, macros, hostile ones."""

import re
import time
from html import unescape as html_unescape
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from paperlab.publish import markdown, tex
from paperlab.publish.workshop import Workshop


@pytest.mark.parametrize(
    ("formula", "parts"),
    [
        (r"\mathrm{softmax}(x)", ["<mi>softmax</mi>"]),
        (r"\mathrm{head_h}", ["<mi>hea</mi>", "<msub>"]),
        (r"\frac{a}{b}", ["<mfrac>", "<mi>a</mi>", "<mi>b</mi>"]),
        (r"\begin{align} a &= b \\ c &= d \end{align}", ["<mtable", "<mtd"]),
        (r"\begin{aligned} a &= b \\ c &= d \end{aligned}", ["<mtable", "<mtd"]),
        (r"a \label{eq:one} \tag{3}", ["<mi>a</mi>"]),
        (r"a & b < c", ["&amp;", "&lt;"]),
    ],
)
def test_a_formula_becomes_mathml(formula: str, parts: list[str]) -> None:
    made = tex.render(formula, display=False)
    assert made.ok
    for part in parts:
        assert part in made.html
    assert "(1)" not in made.html
    etree.fromstring(made.html)


@pytest.mark.parametrize(
    "formula",
    [
        r"\unknowncommand{x}",
        r"\frac{a}",
        "{" * 200 + "}" * 200,
        "x" * 10_000,
        r"\href{javascript:alert(1)}{x}",
        "\0",
        " ",
        r"\left( x",
    ],
)
def test_a_formula_that_fails_stays_visible_as_its_own_tex(formula: str) -> None:
    made = tex.render(formula, display=True)
    assert not made.ok
    assert '<code class="tex">' in made.html
    assert "href" not in made.html or "<a" not in made.html


@given(st.text(alphabet=r"\{}^_&$%abxyz<>\"'= " + "∑\n", max_size=60))
def test_no_formula_ever_raises_or_leaves_its_element(formula: str) -> None:
    made = tex.render(formula, display=False)
    root = etree.fromstring(f"<p>{made.html}</p>")
    assert [child.tag for child in root] == ["math" if made.ok else "code"]


@pytest.mark.parametrize(
    ("formula", "parts"),
    [
        (r"\operatorname*{arg\,max}_x f", ["<munder>", "max</mi>"]),
        (r"\operatorname*{Tr} A", ["<mi>Tr</mi>"]),
        (r"\underbrace{x}_{\textnormal{\normalsize Energy}}", ["Energy"]),
        (r"\DeclareMathOperator*{\best}{best} \best_x", ["best"]),
        (r"a\dag b\dagger", ["†"]),
    ],
)
def test_a_command_that_the_converter_does_not_know_is_named_otherwise(formula: str, parts: list[str]) -> None:
    made = tex.render(formula, display=True)
    assert made.ok
    shown = re.sub(r'alttext="[^"]*"', "", made.html)
    assert "*" not in shown
    for part in parts:
        assert part in html_unescape(shown)


def test_a_macro_holds_for_the_formulas_behind_it(shop: Workshop) -> None:
    first = r"$$\newcommand{\R}{\mathbb{R}} \def\half#1{\frac{#1}{2}} \newcommand\Rn{\R^n} f: \Rn \to \R$$"
    made = markdown.render(first, shop, where="cell 1") + markdown.render(
        r"$x \in \Rn, \half{y}$", shop, where="cell 2"
    )
    assert shop.formulas == [True, True]
    assert "newcommand" not in made
    assert made.count("ℝ") == 3
    assert "<mfrac>" in made
    assert markdown.render(r"$$\renewcommand{\R}{Q}$$ $\R$", shop, where="cell 3").count("<math") == 1
    assert "ℝ" not in markdown.render(r"$\R$", shop, where="cell 4")


@pytest.mark.parametrize(
    "tex_",
    [
        r"\newcommand{\a}{\b}\newcommand{\b}{\a}\a",
        r"\newcommand{\a}{\a\a}\a",
        r"\newcommand{\a}{",
        r"\def\a#1#1#1{",
        "\\def",
    ],
)
def test_a_hostile_macro_ends(shop: Workshop, tex_: str) -> None:
    begin = time.perf_counter()
    for _ in range(3):
        markdown.render(f"${tex_}$ and $\\a$", shop, where="cell 1")
    assert time.perf_counter() - begin < 2


def test_macros_that_double_end(shop: Workshop) -> None:
    letters = "abcdefghijklmnopqrstuvwxyz"
    lines = [rf"\newcommand{{\x{b}}}{{\x{a}\x{a}}}" for a, b in pairwise(letters)]
    begin = time.perf_counter()
    markdown.render(rf"$\newcommand{{\xa}}{{y}}{''.join(lines)}$" + "\n\n$\\xz$", shop, where="cell 1")
    assert time.perf_counter() - begin < 5


def test_a_line_of_a_card_shows_maths_and_code_and_nothing_else() -> None:
    made = markdown.line("The $k$-modes <b>of</b> `a<b`, $5 and $6, *x*, [l](javascript:x)")
    assert made.startswith('The <span class="nw"><math')
    assert made.endswith("-modes</span> &lt;b&gt;of&lt;/b&gt; <code>a&lt;b</code>, $5 and $6, *x*, [l](javascript:x)")
