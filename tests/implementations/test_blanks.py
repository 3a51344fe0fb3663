"""A shipped paper as its learner meets it: `--blank` gives stubs that are red for the right reason, and no way to crash."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from paperlab.scaffold import blank, execute

SHELF = Path(__file__).parents[2] / "implementations"
FOLDERS = sorted(path.parent for path in SHELF.glob("*/mutants.toml"))
ONE_IS_QUICK = [
    pytest.param(folder, id=folder.name, marks=[pytest.mark.slow] if i else []) for i, folder in enumerate(FOLDERS)
]
BLOCK = re.compile(r"(^ *# --- solution: ([^\n]*)\n.*?^ *# --- end\n)", re.DOTALL | re.MULTILINE)


def pytest_in(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a folder's own tests outside the repository; what is red there is not shrunk, its reason is all we ask."""
    (folder / "conftest.py").write_text(
        "from hypothesis import Phase, settings\n\n"
        'settings.register_profile("few", max_examples=5, database=None, phases=[Phase.explicit, Phase.generate])\n'
        'settings.load_profile("few")\n',
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "-p", "no:cacheprovider", "--tb=line"]
    command += ["-m", "not slow", "-W", "ignore::pytest.PytestUnknownMarkWarning", str(folder)]
    environment = {"PATH": "", "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, capture_output=True, text=True, timeout=200, cwd=folder, env=environment)


def paperlab(lab: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a lab, as a user would."""
    environment = os.environ | {"PYTHONPATH": str(SHELF.parent), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "paperlab", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=200, cwd=lab, env=environment)


@pytest.mark.parametrize("solution", ONE_IS_QUICK)
def test_the_stubs_are_red_for_the_equation_that_is_to_be_written(solution: Path, tmp_path: Path) -> None:
    folder = tmp_path / f"{solution.name}_blank"
    blank(solution, folder)
    red = pytest_in(folder)
    assert red.returncode == 1, red.stdout[-2000:] + red.stderr[-2000:]
    reasons = {line for line in red.stdout.splitlines() if re.match(r"^(E  |/).*Error", line)}
    assert reasons
    assert [r for r in reasons if "NotImplementedError" not in r] == []


@pytest.mark.slow
@pytest.mark.parametrize("solution", FOLDERS, ids=lambda f: f.name)
def test_a_blank_is_green_once_the_solutions_are_pasted_back(solution: Path, tmp_path: Path) -> None:
    folder = tmp_path / f"{solution.name}_blank"
    blank(solution, folder)
    solved = (solution / "model.py").read_text(encoding="utf-8")
    model = (folder / "model.py").read_text(encoding="utf-8")
    for name, block in ((m[2], m[1]) for m in BLOCK.finditer(solved)):
        model, pasted = re.subn(
            rf'(?m)^ *raise NotImplementedError\("{re.escape(name)}"\)\n', lambda _, b=block: b, model
        )
        assert pasted == 1, name
    assert model == solved
    (folder / "model.py").write_text(model, encoding="utf-8")
    green = pytest_in(folder)
    assert green.returncode == 0, green.stdout[-2000:] + green.stderr[-2000:]


@pytest.mark.parametrize("solution", ONE_IS_QUICK)
def test_the_notebook_of_a_blank_runs_to_its_end_and_writes_nothing(solution: Path, tmp_path: Path) -> None:
    folder = tmp_path / f"{solution.name}_blank"
    blank(solution, folder)
    before = {p.name for p in folder.iterdir()}
    done = execute(folder / "notebook.ipynb", out=tmp_path / "executed.ipynb", timeout=100, cwd=folder)
    assert done.error is None
    assert {p.name for p in folder.iterdir()} - {"__pycache__"} == before
    assert "not yet: write " in (tmp_path / "executed.ipynb").read_text(encoding="utf-8")


@pytest.mark.parametrize("solution", ONE_IS_QUICK)
def test_a_bench_of_a_blank_says_not_tested_of_every_claim_and_is_no_failure(solution: Path, tmp_path: Path) -> None:
    card = tomllib.loads((solution / "paper.toml").read_text(encoding="utf-8"))
    assert paperlab(tmp_path, "init", ".").returncode == 0
    made = paperlab(tmp_path, "implement", card["id"], "--blank")
    assert made.returncode == 0, made.stderr
    done = paperlab(tmp_path, "bench", f"{solution.name}_blank", "--budget", "smoke", "--seeds", "1", "--json")
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout)
    assert [r["claim"] for r in rows] == [c["id"] for c in card["claims"]]
    assert {r["verdict"] for r in rows} == {"not tested"}
    assert any("NotImplementedError" in r["reason"] or "look at" in r["reason"] for r in rows)
