"""Mutants from text: what is edited, what is left alone, and what the author says of them."""

import ast
from pathlib import Path

import pytest

from paperlab.errors import UsageError
from paperlab.harness.edits import Mutant, mutants

SHELF = Path(__file__).parents[2] / "implementations"


def edits(model: str, listing: str = "") -> list[tuple[str, str]]:
    """Give kind of edit and the line as it stands then."""
    return [(one.name, one.text.splitlines()[one.line - 1].strip()) for one in mutants(model, listing)]


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("y = a + b", {("operator", "y = a - b"), ("dropped term", "y = (a)"), ("dropped term", "y = (b)")}),
        ("y = a - b", {("operator", "y = a + b"), ("dropped term", "y = (a)"), ("dropped term", "y = (-b)")}),
        ("y = (a + b) / c", {("operator", "y = (a + b) * c"), ("dropped term", "y = (a + b)"), ("dropped term", "y = (c)")}),
        ("y = a**b", {("operator", "y = a*b")}),
        ("y = a @ b", set()),
        ("y = -a", {("sign", "y = (a)")}),
        ("y = a < b <= c", {("comparison", "y = a <= b <= c"), ("comparison", "y = a < b < c")}),
        ("y = a is  not b", {("comparison", "y = a is b")}),
        ("y = a and b", {("condition", "y = a or b")}),
        ("y = b if a else c", {("condition", "y = (c if a else b)")}),
        ("y = f(3)", {("constant", "y = f(4)")}),
        ("y = f(0.5)", {("constant", "y = f(0.75)")}),
        ("y = f(0.0)", {("constant", "y = f(1.0)")}),
        ("y = f(True)", {("constant", "y = f(False)")}),
        ("y = x.sqrt()", {("dropped call", "y = (x)")}),
        ("y = torch.softmax(x, dim=d)", {("dropped call", "y = (x)")}),
        ("y = scores.masked_fill(~mask, z)", {("dropped call", "y = (scores)"), ("sign", "y = scores.masked_fill((mask), z)")}),
        ("y = g(x)", set()),
        ("y += a", {("operator", "y -= a"), ("dropped term", "pass"), ("dropped term", "y = (a)")}),
        ("y[i] -= a + b", {("operator", "y[i] += a + b"), ("operator", "y[i] -= a - b"), ("dropped term", "pass"), ("dropped term", "y[i] = -(a + b)")}),
        ("y *= (a)", {("operator", "y /= (a)"), ("dropped term", "y = (a)")}),
        ("y **= a", {("operator", "y *= a"), ("dropped term", "pass")}),
        ("y @= a", {("dropped term", "pass")}),
        ("m.mul_(b).add_(g, alpha=c)", {("operator", "m.div_(b).add_(g, alpha=c)"), ("operator", "m.mul_(b).sub_(g, alpha=c)"),
                                        ("dropped call", "(m).add_(g, alpha=c)"), ("dropped call", "(m.mul_(b))")}),
        ("v.addcmul_(g, g, value=c)", {("dropped call", "(v)")}),
        ("nn.init.normal_(w, std=s)", {("dropped call", "(w)")}),
        ("y = a.sub(b)", {("operator", "y = a.add(b)"), ("dropped call", "y = (a)")}),
        ("super().__init__()", set()),
        ("y = 'é' * a", {("operator", "y = 'é' / a"), ("dropped term", "y = ('é')"), ("dropped term", "y = (a)")}),
    ],
)  # fmt: skip
def test_each_kind_of_edit_and_no_other(line: str, wanted: set[tuple[str, str]]) -> None:
    assert wanted <= set(edits(line))
    assert wanted or not edits(line)


@pytest.mark.parametrize(
    "text",
    [
        "def f(x: 'a - 1', y: list[1 + 2]) -> 3:\n    '''Add 1 + 1.'''\n",
        "@g(1 + 1)\ndef f(): ...\n",
        "raise ValueError(a - 1)\n",
        "x = f'{a + 1}'\n",
        "from torch import nn\n",
    ],
)
def test_what_computes_nothing_is_left_alone(text: str) -> None:
    assert edits(text) == []


def test_of_a_long_table_the_first_and_the_last_number_are_changed() -> None:
    found = edits("D = ((1, 2, 3, 4, 5, 6), (7, 8, 9, 10, 11, 12))")
    assert found == [("constant", line) for line in (
        "D = ((2, 2, 3, 4, 5, 6), (7, 8, 9, 10, 11, 12))", "D = ((1, 2, 3, 4, 5, 7), (7, 8, 9, 10, 11, 12))",
        "D = ((1, 2, 3, 4, 5, 6), (8, 8, 9, 10, 11, 12))", "D = ((1, 2, 3, 4, 5, 6), (7, 8, 9, 10, 11, 13))",
    )]  # fmt: skip


LISTED = '[[mutants]]\nname = "wrong way"\nold = "a - b"\nnew = "a + b"\n'
EQUIVALENT = '[[equivalents]]\nline = "y = a - b"\nold = "a - b"\nnew = "(a)"\nreason = "b is zero"\n'


def test_listed_mutants_come_first_and_an_automatic_one_of_the_same_text_not_again() -> None:
    found = mutants("x = 1\ny = a - b\n", LISTED)
    assert found[0] == Mutant(
        name="wrong way", line=2, old="a - b", new="a + b", text="x = 1\ny = a + b\n", listed=True
    )
    assert len({one.text for one in found}) == len(found)
    assert [one.line for one in found[1:]] == [1, 2, 2]


def test_a_reason_stands_at_the_mutant_that_it_is_given_for_alone() -> None:
    found = mutants("x = 1\ny = a - b\n", EQUIVALENT)
    assert [(one.new, one.equivalent) for one in found if one.equivalent] == [("(a)", "b is zero")]


@pytest.mark.parametrize(
    ("listing", "says"),
    [
        (LISTED.replace("a - b", "a / b"), "change a text that stands in model.py"),
        (LISTED.replace("a + b", "a - b"), "change a text that stands in model.py"),
        ('[[mutants]]\nname = "x"\n', "expected name, old and new"),
        (EQUIVALENT.replace("y = a - b", "y = a - c"), "no automatic mutant turns 'a - b' into"),
        (EQUIVALENT.replace("reason", "because"), "line, old, new and reason"),
        ("[[mutants", "can be read"),
    ],
)
def test_a_listing_that_does_not_fit_costs_one_line(listing: str, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        mutants("y = a - b\n", listing)
    assert says in caught.value.message


@pytest.mark.parametrize("slug", sorted(path.parent.name for path in SHELF.glob("*/mutants.toml")))
def test_each_mutant_of_the_shelf_is_python_and_differs_from_all_others(slug: str) -> None:
    model, listing = ((SHELF / slug / name).read_text(encoding="utf-8") for name in ("model.py", "mutants.toml"))
    found = mutants(model, listing)
    assert sum(one.listed for one in found) >= 5
    assert sum(not one.listed for one in found) >= 50
    assert len({one.text for one in found} | {model}) == len(found) + 1
    same = ast.dump(ast.parse(model))
    assert [one for one in found if ast.dump(ast.parse(one.text)) == same] == []


def test_two_edits_that_come_to_one_text_are_one_mutant() -> None:
    texts = [one.text for one in mutants("def area(N):\n    return N * N\n", "")]
    assert len(texts) == len(set(texts)) > 0
    assert "def area(N):\n    return (N)\n" in texts
