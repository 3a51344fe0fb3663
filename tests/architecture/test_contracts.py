"""Each import contract of pyproject.toml, broken on purpose in a copy of the tree: lint-imports must name the line."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BROKEN = {
    "a sibling room": ("paperlab/scaffold/text.py", "import paperlab.extract.lexicon", "paperlab.scaffold.text -> "),
    "upward": ("paperlab/records/queue.py", "import paperlab.lab", "paperlab.records.queue -> paperlab.lab"),
    "a room that no layer lists": ("paperlab/tutor.py", '"""New."""', "- paperlab.tutor"),
    "a circle": ("paperlab/library/facts.py", "import paperlab.library.library", ".facts -> .library"),
    "torch outside harness": ("paperlab/publish/page.py", "import torch", "paperlab.publish.page -> torch"),
    "SQL outside library": ("paperlab/litter.py", "import sqlite3", "paperlab.litter -> sqlite3"),
    "the network outside arxiv": ("paperlab/publish/code.py", "import requests", "paperlab.publish.code -> requests"),
    "the shelf": ("paperlab/lab/root.py", "import implementations.adam.model", "paperlab.lab.root -> implementations"),
    "paperlab in a model": (
        "implementations/adam/model.py",
        "import paperlab.records",
        "adam.model -> paperlab.records",
    ),
    "another implementation": (
        "implementations/adam/cases.py",
        "import implementations.transformer.model",
        "implementations.adam.cases -> implementations.transformer.model",
    ),
}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What lint-imports says of a tree in which every contract is broken once."""
    tree = tmp_path_factory.mktemp("broken")
    for folder in ("paperlab", "implementations"):
        shutil.copytree(ROOT / folder, tree / folder, ignore=shutil.ignore_patterns("__pycache__", "*.ipynb"))
    shutil.copy(ROOT / "pyproject.toml", tree)
    for name, line, _ in BROKEN.values():
        with (tree / name).open("a", encoding="utf-8") as file:
            file.write(f"\n{line}\n")
    # -S and the filter: no path of an editable install may offer another implementations/ beside the copy.
    others = [p for p in sys.path if p and not (Path(p) / "implementations").is_dir()]
    path = os.pathsep.join([str(tree), *others])
    command = [sys.executable, "-S", "-c", "from importlinter.cli import lint_imports_command as c; c()", "--no-cache"]
    done = subprocess.run(command, cwd=tree, capture_output=True, text=True, timeout=100, env={"PYTHONPATH": path})
    assert done.returncode == 1, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_contract_is_named_with_its_line(name: str, report: str) -> None:
    assert BROKEN[name][2] in report


def test_no_contract_is_left_that_nothing_breaks(report: str) -> None:
    assert " 0 kept, " in report
