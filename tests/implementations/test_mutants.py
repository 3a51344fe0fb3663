"""Each broken copy that an implementation lists in mutants.toml is caught by that folder's own tests, and by its gate."""

import json
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

# A failure is all that is asked for: shrinking it to its smallest example would take minutes.
CONFTEST = """from hypothesis import Phase, settings

settings.register_profile("mutants", phases=[Phase.explicit, Phase.generate], derandomize=True, database=None)
settings.load_profile("mutants")
"""
SHELF = Path(__file__).parents[2] / "implementations"
FOLDERS = sorted(path.parent for path in SHELF.glob("*/mutants.toml"))


def mutants(folder: Path) -> list[dict[str, str]]:
    return tomllib.loads((folder / "mutants.toml").read_text(encoding="utf-8"))["mutants"]


def copied(folder: Path, to: Path) -> Path:
    copy = to / folder.name
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    (copy / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    return copy


def changed(folder: Path, to: Path, old: str, new: str) -> Path:
    """Copy a folder with one line of its model.py changed."""
    copy = copied(folder, to)
    source = (copy / "model.py").read_text(encoding="utf-8")
    assert old in source, "the line no longer fits model.py"
    (copy / "model.py").write_text(source.replace(old, new), encoding="utf-8")
    return copy


def tried(way: str, copies: list[Path]) -> list[tuple[int, str]]:
    """Give exit status and words of the tests of each copy, or of its gate."""
    command = [sys.executable, str(Path(__file__).with_name("forked.py")), way, *map(str, copies)]
    environment = {"PATH": "", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, cwd=copies[0], env=environment)
    assert done.returncode == 0, done.stderr[-2000:]
    return [tuple(json.loads(line)) for line in done.stdout.splitlines()]


@pytest.mark.parametrize(
    "first", [pytest.param(True, id="the first"), pytest.param(False, id="each", marks=pytest.mark.slow)]
)
@pytest.mark.parametrize("way", ["tests", "gate"])
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda f: f.name)
def test_a_mutant_is_caught(folder: Path, way: str, first: bool, tmp_path: Path) -> None:
    listed = mutants(folder)[:1] if first else mutants(folder)
    copies = [changed(folder, tmp_path / str(i), m["old"], m["new"]) for i, m in enumerate(listed)]
    found = {m["name"]: done for m, done in zip(listed, tried(way, copies), strict=True)}
    # Status 1 is a test that failed, or a check that does not hold: not a file that could not be read.
    assert {name: (status, said[-1000:]) for name, (status, said) in found.items() if status != 1} == {}
    assert [name for name, (_, said) in found.items() if way == "tests" and "failed" not in said] == []


@pytest.mark.slow
@pytest.mark.parametrize("way", ["tests", "gate"])
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda f: f.name)
def test_an_unbroken_copy_passes_outside_the_repository(folder: Path, way: str, tmp_path: Path) -> None:
    ((status, said),) = tried(way, [copied(folder, tmp_path)])
    assert status == 0, said[-2000:]


TWINS = (
    ("adam", "return beta * old + (1 - beta) * new", "return old.mul_(beta).add_(new, alpha=1 - beta)"),
    ("transformer", "scores.softmax(dim=-1) @ V", "(scores - scores.logsumexp(-1, keepdim=True)).exp() @ V"),
    ("mnist1d", "(x - x.mean()) / x.std(correction=0)", "(x - x.mean()) / x.std()"),
)
"""Other right ways to write a line of model.py."""


@pytest.mark.parametrize(
    ("slug", "old", "new"), [TWINS[0], *(pytest.param(*t, marks=pytest.mark.slow) for t in TWINS[1:])]
)
def test_the_gate_of_bench_is_open_for_another_right_way(slug: str, old: str, new: str, tmp_path: Path) -> None:
    assert tried("gate", [changed(SHELF / slug, tmp_path, old, new)]) == [(0, "\n")]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda f: f.name)
def test_at_least_five_mutants_are_listed_and_fit(folder: Path) -> None:
    source = (folder / "model.py").read_text(encoding="utf-8")
    assert len(mutants(folder)) >= 5
    assert [m["name"] for m in mutants(folder) if m["old"] not in source or m["old"] == m["new"]] == []
