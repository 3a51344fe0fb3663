"""The three-way merge: what the learner wrote stays, what we wrote follows the paper."""

import copy
import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paperlab.errors import UsageError
from paperlab.scaffold.folder import make_plan
from paperlab.scaffold.notebook import NEWER, cells, digest, fresh, merge
from paperlab.scaffold.sections import SECTIONS, left_out

from .papers import ATTENTION, equation

OLD = cells(make_plan(ATTENTION, slug="transformer"))
NEW_PAPER = dataclasses.replace(
    ATTENTION,
    equations=(equation("1", "g(z) = z + 1"), *ATTENTION.equations[:1], equation("9", r"\mathrm{FFN}(x) = x W_3")),
)
NEW = cells(make_plan(NEW_PAPER, slug="transformer"))
edits = st.lists(
    st.tuples(st.sampled_from(["edit", "delete", "insert", "move", "retype", "run", "strip"]), st.integers(0, 200)),
    max_size=25,
)


def apply(notebook: dict, changes: list[tuple[str, int]]) -> dict:
    """Do to a notebook what people and their tools do."""
    book = copy.deepcopy(notebook)
    for number, (what, where) in enumerate(changes):
        rows = book["cells"]
        at = where % max(len(rows), 1)
        if what == "insert":
            rows.insert(
                at, {"id": f"mine-{number}", "cell_type": "markdown", "metadata": {}, "source": f"note {number}"}
            )
        elif not rows:
            continue
        elif what == "edit":
            rows[at]["source"] += f"\n# mine {number}"
        elif what == "delete":
            del rows[at]
        elif what == "move":
            rows.append(rows.pop(at))
        elif what == "retype":
            rows[at]["cell_type"] = {"code": "markdown", "markdown": "code"}[rows[at]["cell_type"]]
        elif what == "run" and rows[at]["cell_type"] == "code":
            rows[at]["execution_count"] = number
        elif what == "strip":
            rows[at]["metadata"] = {}
    return book


def is_mine(cell: dict) -> bool:
    """Independent of the merge: differs from both generations in source or type, or was never generated."""
    made = [c for c in [*OLD, *NEW] if c["id"] == cell["id"]]
    return all((c["source"], c["cell_type"]) != (cell["source"], cell["cell_type"]) for c in made)


@settings(max_examples=60, deadline=None)
@given(edits, st.booleans())
def test_every_cell_of_the_learner_survives_in_order(changes: list, newer: bool) -> None:
    book = apply(fresh(OLD), changes)
    merged = merge(book, NEW if newer else OLD).notebook
    mine = [(c["id"], c["source"], c["cell_type"]) for c in book["cells"] if is_mine(c)]
    kept = [(c["id"], c["source"], c["cell_type"]) for c in merged["cells"]]
    assert [k for k in kept if k in mine] == mine


@settings(max_examples=60, deadline=None)
@given(edits, st.booleans())
def test_a_second_merge_changes_nothing(changes: list, newer: bool) -> None:
    generated = NEW if newer else OLD
    once = merge(apply(fresh(OLD), changes), generated)
    again = merge(once.notebook, generated)
    assert again == once


@settings(max_examples=50, deadline=None)
@given(edits)
def test_with_nothing_new_the_notebook_is_the_learners(changes: list) -> None:
    book = apply(fresh(OLD), changes)
    assert merge(book, OLD).notebook == book


@settings(max_examples=50, deadline=None)
@given(edits)
def test_ids_stay_unique_and_deleted_cells_stay_deleted(changes: list) -> None:
    book = apply(fresh(OLD), changes)
    ids = [c["id"] for c in merge(book, NEW).notebook["cells"]]
    gone = {c["id"] for c in OLD} - {c["id"] for c in book["cells"]}
    assert len(set(ids)) == len(ids)
    assert not gone & set(ids)


def test_untouched_cells_follow_the_paper_and_new_ones_stand_in_their_place() -> None:
    merged = merge(fresh(OLD), NEW).notebook
    assert [(c["id"], c["source"]) for c in merged["cells"]] == [(c["id"], c["source"]) for c in NEW] or {
        c["id"]: c["source"] for c in merged["cells"]
    } == {c["id"]: c["source"] for c in NEW}
    assert next(c["id"] for c in merged["cells"] if c["id"].startswith("pl-equations")) == "pl-equations-1"


OPTIONAL = [name for name, _ in SECTIONS]


@pytest.mark.parametrize("name", OPTIONAL)
def test_a_section_can_be_left_out_and_comes_back(name: str) -> None:
    less = cells(make_plan(ATTENTION, slug="transformer", without=(name,)))
    assert [c["id"] for c in less] == [c["id"] for c in OLD if not c["id"].startswith(f"pl-{name}-")]
    without = merge(fresh(OLD), less).notebook
    assert without["cells"] == less
    assert merge(without, OLD).notebook["cells"] == OLD


def test_of_a_section_that_is_left_out_the_learners_cells_stay_and_deleted_ones_stay_deleted() -> None:
    book = fresh(OLD)
    mine, gone = "pl-failures-2", "pl-exercises-1"
    changed = [c | {"source": "mine"} if c["id"] == mine else c for c in book["cells"] if c["id"] != gone]
    less = cells(make_plan(ATTENTION, slug="transformer", without=("failures", "exercises")))
    left = merge(book | {"cells": changed}, less).notebook
    assert [c["source"] for c in left["cells"] if c["id"].startswith("pl-failures")] == ["mine"]
    back = merge(left, OLD).notebook["cells"]
    assert [c["source"] for c in back if c["id"] == mine] == ["mine"]
    assert gone not in {c["id"] for c in back}


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        ("nosuch", "to name some of card, setup, minute,"),
        ("setup", "to name equations too, which runs code of setup"),
        ("ablation, metric", "to name baselines too, which runs code of metric"),
        ("metric baselines", "to name results too, which runs code of baselines"),
    ],
)
def test_a_section_cannot_go_while_one_that_runs_its_code_stays(words: str, wrong: str) -> None:
    with pytest.raises(UsageError, match=f"expected scaffold.without {wrong}"):
        left_out(words)
    assert left_out("card, metric, baselines, results licence") == {"card", "metric", "baselines", "results", "licence"}


def test_an_edited_cell_with_a_newer_form_is_marked_once() -> None:
    book = fresh(copy.deepcopy(OLD))
    cell = next(c for c in book["cells"] if c["id"] == "pl-equations-FFN-tex")
    cell["source"] = "my own words"
    first = merge(book, NEW)
    assert first.marked == ("pl-equations-FFN-tex",)
    kept = next(c for c in first.notebook["cells"] if c["id"] == "pl-equations-FFN-tex")
    assert (kept["source"], kept["metadata"]["tags"]) == ("my own words", [NEWER])


def test_an_edited_cell_without_a_newer_form_is_not_marked() -> None:
    book = fresh(copy.deepcopy(OLD))
    book["cells"][5]["source"] = "mine"
    assert merge(book, OLD).marked == ()


def test_the_title_comes_first_and_helpers_are_folded() -> None:
    assert OLD[0]["source"].startswith("# Attention Is All You Need")
    folded = [c for c in OLD if c["metadata"].get("jupyter") == {"source_hidden": True}]
    assert [c["id"] for c in folded] == ["pl-setup-1", "pl-setup-2"]


def test_each_cell_carries_its_id_kind_source_and_hash() -> None:
    for cell in OLD:
        ours = cell["metadata"]["paperlab"]
        assert ours["generated"] == digest(cell["source"])
        assert ours["kind"] in ("text", "box", "code", "stub", "check")
    ids = [c["id"] for c in OLD]
    assert len(set(ids)) == len(ids)
    place = next(c for c in OLD if c["id"] == "pl-equations-FFN-tex")["metadata"]["paperlab"]["source"]
    assert place == {"file": "main.tex", "line": 20}


def dropped(cell: dict, *, keep: bool) -> dict:
    """As Colab writes it: no id of nbformat's, at best one in the metadata."""
    metadata = cell["metadata"] | {"id": cell["id"]} if keep else {}
    return {k: v for k, v in cell.items() if k != "id"} | {"metadata": metadata}


EDITORS = {
    "ids are dropped": lambda book: [dropped(c, keep=False) for c in book],
    "ids move into the metadata": lambda book: [dropped(c, keep=True) for c in book],
    "ids are drawn anew": lambda book: [c | {"id": f"x{n}"} for n, c in enumerate(book)],
    "lines end as on Windows": lambda book: [c | {"source": c["source"].replace("\n", "\r\n")} for c in book],
    "a line is put at the end": lambda book: [c | {"source": c["source"] + "\n"} for c in book],
}


@pytest.mark.parametrize("named", [True, False], ids=["with our list", "without"])
@pytest.mark.parametrize("editor", EDITORS)
def test_what_an_editor_does_to_ids_and_line_ends_is_no_change(editor: str, named: bool) -> None:
    mine, book = "1. My own sentence", fresh(OLD)
    cells_ = EDITORS[editor]([c | {"source": mine} if c["id"] == "pl-explain-2" else c for c in book["cells"]])
    saved = book | {"cells": cells_} | ({} if named else {"metadata": {}})
    older, newer = merge(saved, OLD).notebook, merge(saved, NEW).notebook
    assert merge(newer, NEW).notebook == newer
    assert len(older["cells"]) - len(OLD) in (0, 1)  # where all ids are gone, the changed cell cannot be known
    texts = [c["source"].rstrip().replace("\r\n", "\n") for c in newer["cells"]]
    assert texts.count(mine) == 1
    if named:
        assert {c["source"] for c in NEW if c["id"] != "pl-explain-2"} <= {*texts}
        assert len(texts) - len(NEW) in (0, 1)
