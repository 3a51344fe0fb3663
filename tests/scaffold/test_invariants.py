"""What a function must hold: told by its formula or by the text, and tests of it that can fail."""

import dataclasses
import re

import pytest
import torch

from paperlab.records.extracted import Invariant
from paperlab.scaffold.invariants import ASSERTIONS, MOVED, TURNED, invariants_of, stated_invariants
from paperlab.scaffold.stubs import stubs

from .papers import BARE, equation, span

FORMS = [
    (r"a = \mathrm{softmax}(W h)", {"sums to one", "non-negative"}),
    (r"a &= \text{Softmax} \left( u^T h \right),", {"sums to one", "non-negative"}),
    (r"a = \operatorname{softmax}_j(e_j)", {"sums to one", "non-negative"}),
    (r"a = \mathrm{softmax}(q K^T) V", set()),
    (r"a_i = \mathrm{softmax}(z)_i", {"between 0 and 1"}),
    (r"a_i = \frac{\exp(z_i)}{\sum_j \exp(z_j)}", set()),  # z_i need not be one of z
    (r"a_i = \frac{e^{z_i}}{\sum_{j=1}^{n} e^{z_j}}", set()),
    (r"a_i = \frac{\exp(z_i)}{z}", set()),
    (r"s(x) = \frac{1}{1 + \exp(-x)}", {"between 0 and 1"}),
    (r"s(x) = \frac{1}{1 + e^{-x}}", {"between 0 and 1"}),
    (r"s(x) = \frac{2}{1 + e^{-x}}", set()),
    (r"g = \mathrm{sigmoid}(W x)", {"between 0 and 1"}),
    (r"g = \sigma(W x)", set()),
    (r"h = \tanh(W x + b)", {"between -1 and 1"}),
    (r"h = o \tanh(c)", set()),
    (r"h = \max(0, W x + b)", {"non-negative"}),
    (r"h = \max\{0, x\}", {"non-negative"}),
    (r"h = \max(0, x W_1) W_2", set()),
    (r"h = \max(x, y)", set()),
    (r"h = \mathrm{ReLU}(W x)", {"non-negative"}),
    (r"k = \exp(-\gamma d)", {"positive"}),
    (r"k = e^{-x}", {"positive"}),
    (r"k = e^{-x} - 1", set()),
    (r"L = \|x - y\|_2^2", {"non-negative"}),
    (r"L = \frac{1}{n} \sum_{i=1}^{n} (y_i - f(x_i))^2", {"non-negative"}),
    (r"L = (a - b)^2 - (c - d)^2", set()),
    (r"L = (a - b)^3", set()),
    (r"L = \|x\| - \|y\|", set()),
    (r"r = \sqrt{\frac{3}{n} \log{\frac{2 B}{\delta}}}", {"non-negative"}),
    (r"r = \sqrt{v} + \epsilon", set()),
    (r"p = q(x) = \mathrm{softmax}(W x)", {"sums to one", "non-negative"}),
    (r"a \leftarrow a - \alpha g", set()),
]


def held(tex: str, *stated: Invariant) -> set[str]:
    (stub,) = stubs(dataclasses.replace(BARE, equations=(equation("1", tex),)))
    return {one.property for one in invariants_of(stub, stated_invariants(stated))}


@pytest.mark.parametrize(("tex", "expected"), FORMS, ids=[tex for tex, _ in FORMS])
def test_the_form_of_a_formula_tells(tex: str, expected: set[str]) -> None:
    assert held(tex) == expected


def test_what_the_text_says_holds_of_the_symbol_alone() -> None:
    said = Invariant(symbol="K", property="symmetric", span=span(3))
    assert held("K = X X^T", said) == {"symmetric"}
    assert held("S = X X^T", said) == set()
    turned = Invariant(symbol="f", property="permutation invariant", span=None)
    assert held("f(X) = g(X)", turned) == {"permutation invariant"}
    assert held("f(X, y) = g(X) y", turned) == set()  # which of them is turned round?


THIRD = torch.full((3, 3), 1 / 3)
TURN = torch.tensor([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0]])
JUDGED = {
    "sums to one": ((THIRD, THIRD[0], torch.tensor(0.2), torch.tensor([[0.9, 0.2], [0.1, 0.8]])), (THIRD * 1.01, torch.ones(3))),
    "non-negative": ((torch.zeros(2),), (torch.tensor([1.0, -1e-6]),)),
    "positive": ((torch.ones(2),), (torch.zeros(2),)),
    "between 0 and 1": ((torch.tensor([0.0, 1.0]),), (torch.tensor(1.1), torch.tensor(-0.1))),
    "between -1 and 1": ((torch.tensor([-1.0, 1.0]),), (torch.tensor(1.1), torch.tensor(-1.1))),
    "symmetric": ((THIRD, torch.tensor(3.0)), (TURN, torch.ones(2, 3))),
    "positive semi-definite": ((THIRD, torch.eye(2)), (-torch.eye(2),)),
    "orthogonal": ((TURN, torch.eye(2)), (THIRD, 2 * torch.eye(2))),
    "unit norm": ((torch.tensor([[0.6, 0.8], [1.0, 0.0]]),), (torch.ones(2), torch.tensor([[0.6, 0.8], [1.0, 0.1]]))),
    "zero mean": ((torch.tensor([[1.0, -1.0], [2.0, -2.0]]), torch.tensor(3.0)), (torch.ones(2), torch.tensor([[1.0, -1.0], [2.0, -1.0]]))),
    "unit variance": ((torch.tensor([1.0, -1.0]), torch.tensor([0.5**0.5, -(0.5**0.5)])), (torch.tensor([2.0, -2.0]), torch.zeros(3))),
    "idempotent": ((THIRD, torch.eye(2), torch.ones(3)), (TURN, torch.ones(2, 3))),
}  # fmt: skip


def test_every_property_is_judged_here() -> None:
    assert set(JUDGED) == set(ASSERTIONS)


@pytest.mark.parametrize("name", JUDGED)
def test_an_assertion_takes_what_holds_and_refuses_what_does_not(name: str) -> None:
    right, wrong = JUDGED[name]
    for part, expected in (*((p, True) for p in right), *((p, False) for p in wrong)):
        assert bool(eval(ASSERTIONS[name], {"torch": torch, "part": part})) is expected, part  # noqa: S307


WRITTEN = {
    "permutation invariant": ("X.sum(0)", "X[0]"),
    "permutation equivariant": ("2 * X", "X - X[0]"),
}


@pytest.mark.parametrize("name", TURNED)
@pytest.mark.parametrize("right", [True, False])
def test_a_turned_input_tells_what_depends_on_the_order(name: str, right: bool) -> None:
    there, body = torch.arange(6.0).reshape(3, 2), WRITTEN[name][not right]
    now, turned = (eval(body, {"X": x}) for x in (there, there.flip(0)))  # noqa: S307
    assert torch.allclose(eval(TURNED[name], {"there": now}), turned) is right  # noqa: S307


MOVES = {
    "non-decreasing": ("y(x) = w / x", "-w * w / x", "w * w / x"),
    "non-increasing": ("y(x) = w / x", "w * w / x", "w * w * x"),
    "idempotent": ("y(x) = w / x", "x / x.norm() * w.abs()", "x / x.norm() * x.sum()"),
    "shift invariant": ("y(x) = w / x", "w + x - x.mean()", "w + x"),
    "shift equivariant": ("y(x) = w / x", "x + w", "w * x.cumsum(0)"),
    "rotation invariant": ("y(x) = w / x", "w * x.norm()", "w * x.sum()"),
    "rotation equivariant": ("y(x) = w / x", "w * x.norm() * x", "w * x.relu() ** 2"),
    "zero mean": ("y(x) = w / x", "x - x.mean()", "x"),
    "unit variance": ("y(x) = w / x", "x / x.std()", "x"),
}
"""Property -> formula, a body that has it, and one that has not."""
MOVES_OF_TWO = {"shift invariant": ("y(x, z) = w / x + z", "w * torch.exp(-((x - z) ** 2).sum())", "w * (x * z).sum()")}
OF_PLACES = {
    "shift invariant": ("y(x) = w / x", "w * x.sort().values", "w * x[0]"),
    "shift equivariant": ("y(x) = w / x", "w * x * x.roll(1)", "w * x.cumsum(0)"),
}


@pytest.mark.parametrize(
    ("name", "bodies"), [*MOVES.items(), *MOVES_OF_TWO.items(), *OF_PLACES.items()], ids=lambda x: str(x)[:20]
)
def test_the_written_test_is_green_on_a_right_body_and_red_on_a_wrong_one(
    tmp_path, monkeypatch, name: str, bodies
) -> None:
    # Two bodies of one length, written within a second, would share their bytecode.
    monkeypatch.setattr("sys.dont_write_bytecode", True)
    from paperlab.scaffold import scaffold

    formula, right, wrong = bodies
    said = (Invariant(symbol="y", property=name, span=span(3)),)
    paper = dataclasses.replace(BARE, equations=(equation("7", formula),), invariants=said)
    scaffold(paper, tmp_path / "it", slug="it", record=None, cases=())
    for body, green in ((right, True), (wrong, False)):
        assert (reds(tmp_path / "it", name, body) == []) is green, body


def reds(folder, name: str, body: str) -> list[str]:
    """Write the function of a folder; give what the test of one property says against it."""
    model, (test,) = folder / "model.py", folder.glob("test_*.py")
    text = re.sub(r'"([xzw])": \(\)', r'"\1": (3,)', model.read_text(encoding="utf-8")).replace(
        '"w": (3,)', '"w": (1,)'
    )
    text = re.sub(
        r"(?m)^    (raise NotImplementedError|import torch; return).*$",
        lambda _: f"    import torch; return {body}",
        text,
    )
    model.write_text(text, encoding="utf-8")
    space = {"__file__": str(test), "__name__": "tests_of_it"}
    exec(compile(test.read_text(encoding="utf-8"), str(test), "exec"), space)  # noqa: S102 -- our own text
    word = name.replace("-", "_").replace(" ", "_")
    (asked,) = [key for key in space if key.startswith("test_y_is_") and key.endswith(word)]
    try:
        space[asked]()
    except AssertionError as error:
        return [str(error)]
    return []


def test_how_an_answer_moves_is_asked_where_the_brackets_say_with_what() -> None:
    said = Invariant(symbol="y", property="non-decreasing", span=None)
    assert held("y(x) = w x", said) == {"non-decreasing"}
    assert held("y(x, z) = w x z", said) == set()  # in which of them?
    assert held("y = w x", said) == set()
    assert set(MOVES) | set(ASSERTIONS) >= set(MOVED)


def test_an_idempotent_function_is_asked_twice_and_an_idempotent_matrix_is_squared() -> None:
    said = Invariant(symbol="P", property="idempotent", span=None)
    assert [held(tex, said) for tex in ("P(x) = A x", "P = A B", "P(x, y) = x y")] == [{"idempotent"}] * 2 + [set()]


@pytest.mark.parametrize(
    ("written", "green"), [("torch.softmax(x, -1)", True), ("torch.sigmoid(x)", False), ("x.double()", False)]
)
def test_the_folders_own_test_is_red_where_it_does_not_hold(tmp_path, written: str, green: bool) -> None:
    from paperlab.harness import run_tests
    from paperlab.scaffold import scaffold

    paper = dataclasses.replace(BARE, equations=(equation("7", r"a(x) = \mathrm{softmax}(x)"),))
    folder = tmp_path / "it"
    scaffold(paper, folder, slug="it", record=None, cases=())
    model = folder / "model.py"
    text = model.read_text(encoding="utf-8").replace('"x": ()', '"x": (3,)')
    head, _, tail = text.partition("    raise NotImplementedError(")
    model.write_text(f"{head}    import torch\n    return {written}\n{tail.partition(chr(10))[2]}", encoding="utf-8")
    failed = [run for run in run_tests(folder).runs if run.outcome == "failed"]
    assert (failed == []) is green
    assert all("Equation (7)" in run.message for run in failed)


def test_a_function_of_which_nothing_is_known_says_so(tmp_path) -> None:
    from paperlab.scaffold import scaffold

    paper = dataclasses.replace(BARE, equations=(equation("1", "y(x) = x / (1 - x)"),))
    scaffold(paper, tmp_path / "it", slug="it", record=None, cases=())
    text = (tmp_path / "it" / "test_it.py").read_text(encoding="utf-8")
    assert "# TODO: nothing that y must hold was recognised in the paper." in text
    assert text.count("def test_y_") == 7
