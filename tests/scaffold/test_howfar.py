"""How far a folder is: each act of the learner's is seen, and moves the next step on."""

import json
import re
from pathlib import Path

import pytest

from paperlab.records.card import Card, Claim
from paperlab.records.progress import Judged, Piece
from paperlab.scaffold import Measured, progress, scaffold
from tests.scaffold.papers import ATTENTION

NOTHING = Measured({}, None)
CARD = Card(
    slug="attention", title="T", claims=(Claim(id="a", place="Table 1"), Claim(id="b", place="Table 2", main=False))
)
GREEN = Judged(Piece("softmax", "Equation (1)", (1, 2), True), "green", 2, 0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    scaffold(ATTENTION, tmp_path / "attention", slug="attention", record=None, cases=())
    return tmp_path / "attention"


WRITTEN = {
    "pl-minute-3": "It reaches 0.9.",
    "pl-metric-2": "def metric(): ...",
    "pl-overfit-2": "softmax = fresh('model.py').softmax",
    "pl-failures-2": "|a|b|\n|-|-|\n| all was nan | the scale |",
    "pl-explain-2": "We compare each word with each other word and mix what they carry. " * 3,
}


def change(folder: Path, cell: str, text: str | None = None) -> None:
    path = folder / "notebook.ipynb"
    book = json.loads(path.read_text(encoding="utf-8"))
    next(c for c in book["cells"] if c["id"] == cell)["source"] = [WRITTEN[cell] if text is None else text]
    path.write_text(json.dumps(book), encoding="utf-8")


def steps(folder: Path, card: Card = CARD, measured: Measured = NOTHING, judged: tuple[Judged, ...] = (GREEN,)):
    found = progress(folder, card, judged, (), measured)
    return {step.name: step.done for step in found.steps}, found.next


def test_a_fresh_folder_has_everything_before_it(folder: Path) -> None:
    done, then = steps(folder, judged=(GREEN._replace(state="not written"),))
    assert list(done) == [
        "prediction", "metric defined", "functions written and green", "one batch overfitted", "baseline beaten",
        "claims judged", "claims in your words", "failure log", "explained",
    ]  # fmt: skip
    assert not any(done.values())
    assert then.startswith("write down your prediction")


CELLS = {
    "prediction": "pl-minute-3",
    "metric defined": "pl-metric-2",
    "one batch overfitted": "pl-overfit-2",
    "failure log": "pl-failures-2",
    "explained": "pl-explain-2",
}


@pytest.mark.parametrize("name", CELLS)
def test_a_changed_cell_does_its_step_alone(folder: Path, name: str) -> None:
    before, _ = steps(folder)
    change(folder, CELLS[name])
    after, _ = steps(folder)
    assert {step for step in after if after[step] != before[step]} == {name}


HALF = {
    "pl-minute-3": "**My prediction, before running anything:** the method reaches ... because ... \n\nOh.",
    "pl-overfit-2": "# your model goes here\nlosses = [1.0]",
    "pl-failures-2": "| date | tried |\n| --- | --- |\n| ... | nan |",
    "pl-explain-2": "1. a\n2. b\n3. c\n\n**Three questions I would ask a reader, and my answers:** ...",
}


@pytest.mark.parametrize("cell", HALF)
def test_a_cell_that_says_nothing_is_only_begun(folder: Path, cell: str) -> None:
    change(folder, cell, HALF[cell])
    found = progress(folder, CARD, (GREEN,), (), NOTHING)
    name = next(name for name, of in CELLS.items() if of == cell)
    assert [(s.done, s.note) for s in found.steps if s.name == name] == [(False, "begun")]


@pytest.mark.parametrize(
    ("code", "uses"),
    [
        ("import model", True), ("from model import softmax", True), ("m = fresh('model.py')", True), ("%time model.f(x)", True),
        ("# model", False), ("loss = 'model'", False), ("weights = 1", False),
    ],
)  # fmt: skip
def test_what_uses_the_learners_model(folder: Path, code: str, uses: bool) -> None:
    change(folder, "pl-overfit-2", code)
    assert steps(folder)[0]["one batch overfitted"] is uses


def test_one_sentence_for_all_claims_is_one(folder: Path) -> None:
    claims = [Claim(id=str(i), place="Table 1", sentence="Ours is better than theirs.") for i in range(3)]
    found = progress(folder, Card(slug="attention", title="T", claims=tuple(claims)), (GREEN,), (), NOTHING)
    assert [(s.done, s.note) for s in found.steps if s.name == "claims in your words"] == [
        (False, "1 of 3 main ones; equal sentences count once")
    ]


def test_a_second_run_of_the_scaffold_changes_no_step(folder: Path) -> None:
    change(folder, "pl-minute-3")
    before = steps(folder)
    scaffold(ATTENTION, folder, slug="attention", record=None, cases=())
    assert steps(folder) == before


def test_what_was_measured_and_said_counts(folder: Path) -> None:
    done, _ = steps(folder, measured=Measured({"a": "not"}, beaten=False))
    assert (done["baseline beaten"], done["claims judged"], done["claims in your words"]) == (False, True, False)
    said = Card(
        slug="attention",
        title="T",
        claims=(Claim(id="a", place="Table 1", sentence="Ours is better than theirs.", case="digits"),),
    )
    done, _ = steps(folder, said, Measured({"a": "not tested"}, beaten=True))
    assert (done["baseline beaten"], done["claims judged"], done["claims in your words"]) == (True, False, True)


def test_claims_that_an_oracle_decides_have_no_baseline(folder: Path) -> None:
    claim = Claim(id="a", place="Table 1", sentence="ours", kind="equality", case="oracle")
    done, _ = steps(
        folder, Card(slug="attention", title="T", claims=(claim,)), Measured({"a": "reproduced"}, beaten=None)
    )
    assert "baseline beaten" not in done
    assert done["claims judged"]


@pytest.mark.parametrize(
    ("state", "then"),
    [
        ("red", "mend `softmax` (Equation (1); model.py, line 7): wrong"),
        ("not written", "write Equation (1) as `softmax` in model.py, line 1"),
        ("not tested", "write a test of `softmax` (Equation (1)), and see it red once"),
    ],
)
def test_the_next_step_names_the_piece(folder: Path, state: str, then: str) -> None:
    for cell in ("pl-minute-3", "pl-metric-2"):
        change(folder, cell)
    one = GREEN._replace(state=state, message="wrong", line=7 if state == "red" else None)
    assert steps(folder, judged=(GREEN, one))[1] == then


def test_the_way_leads_to_a_page(folder: Path) -> None:
    for cell in CELLS.values():
        change(folder, cell)
    assert steps(folder)[1].startswith("enter a case in cases.py")
    entered = Card(
        slug="attention",
        title="T",
        claims=(
            Claim(id="a", place="Table 1", sentence="Ours is better than theirs.", case="digits", kind="better-than"),
        ),
    )
    assert steps(folder, entered)[1] == "measure it: `paperlab bench attention`"
    assert steps(folder, entered, Measured({"a": "partly"}, beaten=True))[1] == "share it: `paperlab publish attention`"


def test_a_notebook_that_is_none_or_gone_asks_for_no_cell(folder: Path) -> None:
    for text in ("{", None):
        path = folder / "notebook.ipynb"
        path.write_text(text, encoding="utf-8") if text else path.unlink()
        done, _ = steps(folder)
        assert not set(done) & set(CELLS)


def test_the_cells_that_are_asked_for_are_in_a_fresh_notebook(folder: Path) -> None:
    ids = set(re.findall(r'"id": "(pl-[^"]+)"', (folder / "notebook.ipynb").read_text(encoding="utf-8")))
    assert set(CELLS.values()) <= ids
