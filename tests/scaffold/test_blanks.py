"""A finished folder turned into stubs."""

import ast
import tomllib
from pathlib import Path

import nbformat
import pytest

from paperlab.errors import UsageError
from paperlab.records.card import card_from_toml
from paperlab.scaffold import Measured, blank, progress
from paperlab.scaffold.blanks import cut, markers

SOLUTION = '''\
"""Adam."""


def step(g):
    """Algorithm 1."""
    # --- solution: Algorithm 1
    m = 0.9 * g
    return m
    # --- end


class Adam:
    def bound(self):
        """Section 2.1."""
        # --- solution: Section 2.1
        return 1
        # --- end

    def kept(self):
        return 2
'''
CUT = '''\
"""Adam."""


def step(g):
    """Algorithm 1."""
    raise NotImplementedError("Algorithm 1")


class Adam:
    def bound(self):
        """Section 2.1."""
        raise NotImplementedError("Section 2.1")

    def kept(self):
        return 2
'''


CARD = '''\
slug = "adam"
title = "Adam"
[[claims]]
id = "a"
place = "Section 1"
sentence = "Ours is \\"better\\" than theirs." # ours
case = "steps"
[[claims]]
id = "b"
place = "Section 2"
sentence = """Steps
are bounded."""
case = "steps"
'''
README = """\
# Adam
<!-- verdicts -->
reproduced 4 of 4
<!-- /verdicts -->
    paperlab implement 1412.6980 --blank   your own copy
    paperlab bench adam                    checks
    pytest implementations/adam            the checks alone
`mutants.toml` lists broken copies of adam.
"""


@pytest.fixture
def solution(tmp_path: Path) -> Path:
    folder = tmp_path / "adam"
    folder.mkdir()
    (folder / "model.py").write_text(SOLUTION)
    (folder / "test_adam.py").write_text("def test_oracle():\n    assert True\n")
    (folder / "paper.toml").write_text(CARD)
    (folder / "README.md").write_text(README)
    (folder / "results.json").write_text("{}")
    book = nbformat.v4.new_notebook()
    book.cells = [nbformat.v4.new_code_cell("import model"), nbformat.v4.new_code_cell("answer = 42")]
    book.cells[0].outputs = [nbformat.v4.new_output("stream", text="seen")]
    book.cells[1].metadata["tags"] = ["solution"]
    nbformat.write(book, folder / "notebook.ipynb")
    return folder


def test_cut_leaves_signature_docstring_and_the_equation() -> None:
    assert cut(SOLUTION, where="model.py") == CUT
    assert markers(SOLUTION) == ["Algorithm 1", "Section 2.1"]


@pytest.mark.parametrize(
    "text",
    [
        "# --- solution: A\nx = 1\n",
        "x = 1\n# --- end\n",
        "# --- solution: A\n# --- solution: B\n# --- end\n",
        "def f():\n# --- solution: A\n    pass\n# --- end\n",
    ],
)
def test_a_marker_without_its_partner_is_named(text: str) -> None:
    with pytest.raises(UsageError, match=r"model\.py"):
        cut(text, where="model.py")


def test_blank_cuts_the_solution_out_and_leaves_its_folder_alone(solution: Path, tmp_path: Path) -> None:
    before = {p.name: p.read_bytes() for p in solution.iterdir()}
    folder = tmp_path / "adam_blank"
    report = blank(solution, folder)
    assert {p.name: p.read_bytes() for p in solution.iterdir()} == before
    assert (folder / "model.py").read_text() == CUT
    ast.parse((folder / "model.py").read_text())
    assert (folder / "test_adam.py").read_bytes() == before["test_adam.py"]
    assert 'slug = "adam_blank"' in (folder / "paper.toml").read_text()
    assert "reproduced" not in (folder / "README.md").read_text()
    assert not (folder / "results.json").exists()
    book = nbformat.read(folder / "notebook.ipynb", as_version=4)
    assert [(c.source, c.outputs) for c in book.cells if not c.id.startswith("pl-")] == [("import model", [])]
    assert [c.id for c in book.cells if c.id.startswith("pl-")][::2] == ["pl-minute-3", "pl-metric-2", "pl-overfit-2", "pl-failures-2", "pl-explain-2"]  # fmt: skip
    assert (report.case, report.case_reason) == ("steps", "case steps")
    assert (report.created, report.found["stubs"], report.first_step) == (True, 2, "write Algorithm 1 in model.py")


def test_a_blank_speaks_of_itself_and_leaves_the_words_to_the_learner(solution: Path, tmp_path: Path) -> None:
    blank(solution, tmp_path / "adam_blank")
    page = (tmp_path / "adam_blank" / "README.md").read_text()
    assert page.split("<!-- /verdicts -->\n")[1].splitlines() == [
        "    paperlab bench adam_blank                    checks",
        "    pytest implementations/adam_blank            the checks alone",
    ]
    card = tomllib.loads((tmp_path / "adam_blank" / "paper.toml").read_text())
    assert [(c["sentence"], c["case"]) for c in card["claims"]] == [("", "steps"), ("", "steps")]


def test_of_a_blank_every_step_is_asked_and_none_is_done(solution: Path, tmp_path: Path) -> None:
    blank(solution, tmp_path / "adam_blank")
    card = card_from_toml(tomllib.loads((tmp_path / "adam_blank" / "paper.toml").read_text()), where="")
    found = progress(tmp_path / "adam_blank", card, (), ("no test ran",), Measured({}, beaten=False))
    assert [step.name for step in found.steps] == [
        "prediction", "metric defined", "functions written and green", "one batch overfitted", "baseline beaten",
        "claims judged", "claims in your words", "failure log", "explained",
    ]  # fmt: skip
    assert not [step.name for step in found.steps if step.done]


def test_blank_again_keeps_what_the_learner_wrote(solution: Path, tmp_path: Path) -> None:
    folder = tmp_path / "adam_blank"
    blank(solution, folder)
    mine = CUT.replace('raise NotImplementedError("Algorithm 1")', "return g")
    (folder / "model.py").write_text(mine)
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    report = blank(solution, folder)
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == before
    assert (report.created, report.written) == (False, ())
    (solution / "model.py").write_text(SOLUTION + "\n\nNEW = 1\n")
    assert blank(solution, folder).marked == ()
    assert (folder / "model.py").read_text().replace("\n\n\nNEW = 1\n", "") == mine.rstrip("\n")


def test_blank_refuses_its_own_folder_and_one_without_a_model(solution: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="another folder"):
        blank(solution, solution)
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match=r"expected a finished implementation with a model\.py"):
        blank(tmp_path / "empty", tmp_path / "x")
