"""What the notebook says of a paper: its machine and metrics, its symbols, its next papers, and where it opens."""

import dataclasses
from pathlib import Path

import nbformat
import pytest

from paperlab.records.extracted import Hyperparameter, Symbol

from .papers import ATTENTION, BARE, RECORD, equation
from .test_folder import write


def test_the_machine_and_the_metrics_are_named_word_by_word(tmp_path: Path) -> None:
    """`tpu` is no part of `output`, and bleu and BLEU are one metric."""
    settings = [
        Hyperparameter(name=n, value=v, quote="", span=None) for n, v in (("output channels", "8"), ("GPUs", "4"))
    ]
    paper = dataclasses.replace(ATTENTION, hyperparameters=tuple(settings), metrics=("BLEU", "F1"))
    write(tmp_path, paper)
    text = (tmp_path / "notebook.ipynb").read_text()
    assert "| machine | GPUs: 4 |" in text
    assert "The paper measures: BLEU, F1." in text


@pytest.mark.parametrize(
    ("name", "value", "asked"),
    [
        ("GPUs", "4", True), ("hardware", "V100", True), ("hardware", "one P100 GPU", True), ("TPUs", "8", False),
        ("CPUs", "8", False), ("batch size", "100", False), ("CGPUs", "1", False),
    ],
)  # fmt: skip
def test_colab_opens_on_a_gpu_where_the_paper_ran_on_one(tmp_path: Path, name: str, value: str, asked: bool) -> None:
    stated = Hyperparameter(name=name, value=value, quote="", span=None)
    write(tmp_path, dataclasses.replace(ATTENTION, hyperparameters=(stated,)))
    book = nbformat.read(tmp_path / "notebook.ipynb", as_version=4)
    assert book.metadata.get("accelerator") == ("GPU" if asked else None)
    assert book.metadata.kernelspec.name == "python3"
    assert book.metadata.language_info.name == "python"


def test_a_runtime_that_the_learner_chose_stays(tmp_path: Path) -> None:
    stated = Hyperparameter(name="GPUs", value="4", quote="", span=None)
    paper = dataclasses.replace(ATTENTION, hyperparameters=(stated,))
    write(tmp_path, paper)
    path = tmp_path / "notebook.ipynb"
    book = nbformat.read(path, as_version=4)
    del book.metadata["accelerator"]  # what Colab does for a runtime without one
    nbformat.write(book, path)
    before = path.read_bytes()
    write(tmp_path, paper)
    assert path.read_bytes() == before


def test_a_symbol_stands_once_however_it_is_written(tmp_path: Path) -> None:
    ways = (r"\lambda\!", r"\lambda", r"Q(\bf{c})", r"Q(\bm{c})", r"\mathbf{y}", "y")
    symbols = tuple(Symbol(symbol=tex, meaning="", span=None) for tex in ways)
    write(tmp_path, dataclasses.replace(ATTENTION, symbols=symbols))
    book = nbformat.read(tmp_path / "notebook.ipynb", as_version=4)
    (cell,) = [c for c in book.cells if c.source.startswith("## Notation")]
    shown = [row.split(" | ")[0] for row in cell.source.splitlines() if row.startswith(("| $", "| `"))]
    assert shown == [r"| $\lambda$", r"| $Q(\bf{c})$", r"| $\mathbf{y}$", "| $y$"]


def test_a_paper_is_not_its_own_next_paper(tmp_path: Path) -> None:
    here = dataclasses.replace(ATTENTION.references[0], title="Itself", arxiv_id=RECORD.id)
    other = dataclasses.replace(here, title="Another", arxiv_id="1502.03492")
    write(tmp_path, dataclasses.replace(ATTENTION, references=(here, other)))
    text = (tmp_path / "notebook.ipynb").read_text()
    assert ("- Another" in text, "- Itself" in text) == (True, False)


def test_an_exercise_scales_numbers_alone(tmp_path: Path) -> None:
    write(tmp_path, dataclasses.replace(BARE, equations=(equation("1", r"y = g(x) \sum_{t=1}^T a"),)))
    assert "which of `x`, `a` can be scaled" in (tmp_path / "notebook.ipynb").read_text()
