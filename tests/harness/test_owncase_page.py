"""What docs/owncase.md tells, done in a lab: its files written, its commands run, its cells executed; what it shows is what came."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import nbclient
import nbformat
import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "owncase.md").read_text(encoding="utf-8")
PIP = (sys.executable, "-m", "pip", "install", "-q", "--no-index", "--no-deps", "--no-build-isolation", "--target")


class Block(NamedTuple):
    """A fenced block: the file that it is the text of, or none; its language, its text."""

    file: str
    kind: str
    text: str


def blocks(part: str) -> list[Block]:
    found = re.findall(r"(?:^`([\w/.-]+)`:\n\n)?^```(\w+)\n(.*?)^```$", part, re.MULTILINE | re.DOTALL)
    return [Block(*one) for one in found]


BEFORE, NOTEBOOK, PACKAGE = re.split(r"^## (?:In a notebook|As a package)$", PAGE, flags=re.MULTILINE)
ANSWERS = "\n".join(re.findall(r"Answered with `([01 ]+)`", PAGE)[0].split())


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    folder = tmp_path / "lab"
    folder.mkdir()
    did(folder, "paperlab init . -q")
    return folder


def did(lab: Path, command: str, **environ: str) -> str:
    """Run a command of the page; give what it said and printed."""
    words = command.split()
    run = [*PIP, str(lab / "site"), *words[2:]] if words[0] == "pip" else [sys.executable, "-m", *words]
    env = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(lab / "site")]), "PYTHONDONTWRITEBYTECODE": ""}
    done = subprocess.run(run, cwd=lab, capture_output=True, text=True, env=env | environ, input=ANSWERS, timeout=240)
    assert done.returncode == 0, done.stderr
    return done.stderr + done.stdout


def walked(lab: Path, part: str) -> int:
    """Write the files, run the commands, hold the outputs against what came, spaces aside; give how many were held."""
    said, held = "", 0
    for block in blocks(part):
        if block.kind == "sh":
            said = " ".join(" ".join(did(lab, line) for line in block.text.splitlines()).split())
        elif block.kind == "text":
            assert " ".join(block.text.split()) in said
            held += 1
        else:
            path = lab / block.file
            assert block.file, block.text
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")
    return held


@pytest.mark.slow
def test_a_case_of_the_lab_from_its_file_to_a_verdict_that_falls_with_its_file(lab: Path) -> None:
    assert walked(lab, BEFORE) == 4
    assert "reproduced" in did(lab, "paperlab claims neighbours")
    path = lab / "cases" / "two_spirals.py"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert "not tested" in did(lab, "paperlab claims neighbours")


@pytest.mark.slow
def test_the_cells_give_what_the_page_shows(lab: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    *cells, shown = blocks(NOTEBOOK)
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(one.text) for one in cells])
    nbclient.NotebookClient(book, kernel_name="python3", resources={"metadata": {"path": str(lab)}}).execute()
    data = book.cells[-1].outputs[-1]["data"]
    assert data["text/plain"] == shown.text.rstrip()
    assert data["text/html"].count("<table>") == 2


@pytest.mark.slow
def test_a_package_offers_its_case_once_it_is_installed(lab: Path) -> None:
    pytest.importorskip("setuptools", minversion="77", reason="the page's package is built with setuptools 77")
    assert walked(lab, PACKAGE) == 1
