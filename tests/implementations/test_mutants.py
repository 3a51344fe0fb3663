"""Each broken copy that an implementation lists in mutants.toml is caught by that folder's own tests."""

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


def listed() -> list[object]:
    """Every mutant; all but the first of each folder in the slow tier."""
    return [
        pytest.param(folder, mutant, id=f"{folder.name}: {mutant['name']}", marks=[pytest.mark.slow] if i else [])
        for folder in FOLDERS
        for i, mutant in enumerate(mutants(folder))
    ]


def checked(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a copied folder's fast tests, with no setting of ours in reach."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:randomly", "-p", "no:cacheprovider"]
    environment = {"PATH": "", "OMP_NUM_THREADS": "1"}
    command += ["-m", "not slow", "-W", "ignore::pytest.PytestUnknownMarkWarning", str(folder)]
    return subprocess.run(command, capture_output=True, text=True, timeout=100, cwd=folder, env=environment)


def copied(folder: Path, to: Path) -> Path:
    copy = to / folder.name
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    (copy / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    return copy


@pytest.mark.parametrize(("folder", "mutant"), listed())
def test_a_mutant_is_caught(folder: Path, mutant: dict[str, str], tmp_path: Path) -> None:
    copy = copied(folder, tmp_path)
    source = (copy / "model.py").read_text(encoding="utf-8")
    assert mutant["old"] in source, "the mutant no longer fits model.py"
    (copy / "model.py").write_text(source.replace(mutant["old"], mutant["new"]), encoding="utf-8")
    done = checked(copy)
    assert done.returncode == 1, f"not caught, or the tests did not run: {done.stdout[-2000:]}{done.stderr[-2000:]}"
    assert "failed" in done.stdout


# What `paperlab bench` does before it measures, without the processes around it: the first check that does not hold.
GATE = """import math, sys
import torch
torch.set_num_threads(1)
sys.path.insert(0, sys.argv[1])
import cases
from paperlab.harness import Probe

def error(check):
    try:
        return float(check.run(Probe(seed=0)))
    except Exception:
        return math.inf

print(next((c.name for c in cases.IMPLEMENTATION.checks if not error(c) <= c.limit), ""))
"""


def first_red(folder: Path) -> str:
    """Name the first check of cases.py that does not hold; empty where all do."""
    done = subprocess.run([sys.executable, "-c", GATE, str(folder)], capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.strip()


@pytest.mark.parametrize(("folder", "mutant"), listed())
def test_the_gate_of_bench_is_red_on_a_mutant(folder: Path, mutant: dict[str, str], tmp_path: Path) -> None:
    copy = copied(folder, tmp_path)
    source = (copy / "model.py").read_text(encoding="utf-8")
    (copy / "model.py").write_text(source.replace(mutant["old"], mutant["new"]), encoding="utf-8")
    assert first_red(copy)


@pytest.mark.slow
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda f: f.name)
def test_the_gate_of_bench_is_open_for_an_unbroken_copy(folder: Path, tmp_path: Path) -> None:
    assert first_red(copied(folder, tmp_path)) == ""


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
    copy = copied(SHELF / slug, tmp_path)
    source = (copy / "model.py").read_text(encoding="utf-8")
    assert old in source, "the line no longer fits model.py"
    (copy / "model.py").write_text(source.replace(old, new), encoding="utf-8")
    assert first_red(copy) == ""


@pytest.mark.slow
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda f: f.name)
def test_an_unbroken_copy_passes_outside_the_repository(folder: Path, tmp_path: Path) -> None:
    done = checked(copied(folder, tmp_path))
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda f: f.name)
def test_at_least_five_mutants_are_listed_and_fit(folder: Path) -> None:
    source = (folder / "model.py").read_text(encoding="utf-8")
    assert len(mutants(folder)) >= 5
    assert [m["name"] for m in mutants(folder) if m["old"] not in source or m["old"] == m["new"]] == []
