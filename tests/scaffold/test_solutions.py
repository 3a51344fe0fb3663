"""The solution of a blank folder, a piece at a time."""

import json
from pathlib import Path

import pytest

from paperlab.errors import LabUnusable, NothingFound
from paperlab.scaffold import blank, reveal, revealed, solved

SOLUTION = '''\
"""A method."""


def share(x):
    """Give the share (Equation (1))."""
    # --- solution: Equation (1)
    total = x.sum()
    return x / total
    # --- end


class First:
    def step(self, x):
        x = share(x)
        # --- solution: Algorithm 1, its loop
        return 2 * x
        # --- end


class Second:
    def step(self, x):
        # --- solution: Algorithm 2
        return x
        # --- end
'''
NOW, LATER = "2026-01-01T00:00:00Z", "2026-02-02T00:00:00Z"


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    solution, copy = tmp_path / "method", tmp_path / "method_blank"
    solution.mkdir()
    (solution / "model.py").write_text(SOLUTION, encoding="utf-8")
    (solution / "paper.toml").write_text('slug = "method"\ntitle = "M"\n', encoding="utf-8")
    blank(solution, copy)
    return solution, copy


def test_each_cut_piece_is_listed_with_what_was_cut(folders: tuple[Path, Path]) -> None:
    assert [(one.name, one.place, one.code, one.revealed) for one in solved(*folders)] == [
        ("share", "Equation (1)", "    total = x.sum()\n    return x / total", ""),
        ("First.step", "Algorithm 1, its loop", "        return 2 * x", ""),
        ("Second.step", "Algorithm 2", "        return x", ""),
    ]


def test_what_was_shown_put_back_is_the_solution(folders: tuple[Path, Path]) -> None:
    _, copy = folders
    text = (copy / "model.py").read_text(encoding="utf-8")
    for one in solved(*folders):
        indent = one.code[: len(one.code) - len(one.code.lstrip())]
        text = text.replace(f'{indent}raise NotImplementedError("{one.place}")', one.code)
    markers = [row for row in SOLUTION.splitlines(keepends=True) if "# ---" not in row]
    assert text == "".join(markers)


@pytest.mark.parametrize("wanted", ["share", "Share", " share ", "Equation (1)"])
def test_a_piece_is_called_by_name_or_place_and_remembered_once(folders: tuple[Path, Path], wanted: str) -> None:
    assert reveal(*folders, wanted, now=NOW).name == "share"
    assert reveal(*folders, wanted, now=LATER).revealed == NOW
    assert revealed(folders[1]) == {"share": NOW}
    assert [one.revealed for one in solved(*folders)] == [NOW, "", ""]


@pytest.mark.parametrize("wanted", ["step", "nosuch", "", "Algorithm"])
def test_what_names_no_one_piece_says_which_there_are(folders: tuple[Path, Path], wanted: str) -> None:
    with pytest.raises(NothingFound, match=r"First\.step"):
        reveal(*folders, wanted, now=NOW)
    assert revealed(folders[1]) == {}


def test_the_memory_outlives_a_second_blank_and_nothing_else_changes(folders: tuple[Path, Path]) -> None:
    solution, copy = folders
    before = {p.name: p.read_bytes() for p in copy.iterdir() if p.name != ".paperlab.json"}
    reveal(*folders, "First.step", now=NOW)
    (solution / "model.py").write_text(SOLUTION + "\n# newer\n", encoding="utf-8")
    blank(solution, copy)
    assert revealed(copy) == {"First.step": NOW}
    assert (copy / "model.py").read_text(encoding="utf-8").endswith("# newer\n")
    assert {p.name: p.read_bytes() for p in copy.iterdir() if p.name not in (".paperlab.json", "model.py")} == {
        name: data for name, data in before.items() if name != "model.py"
    }


def test_a_memory_that_somebody_broke_is_none(folders: tuple[Path, Path]) -> None:
    path = folders[1] / ".paperlab.json"
    for text in ("[]", "{", json.dumps({"revealed": [1]})):
        path.write_text(text, encoding="utf-8")
        assert revealed(folders[1]) == {}
    assert reveal(*folders, "share", now=NOW).revealed == NOW
    path.unlink()
    path.mkdir()
    with pytest.raises(LabUnusable):
        reveal(*folders, "First.step", now=NOW)
