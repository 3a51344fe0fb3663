"""What of the paper's words may stand in a folder: a short quote, unless its licence allows more."""

import dataclasses
from pathlib import Path

import pytest

from paperlab.records.extracted import AlgorithmLine

from .papers import ATTENTION, RECORD, equation
from .test_folder import content, write

LONG = "if the sample that was drawn is larger than its neighbour on the left"


@pytest.mark.parametrize("tex", [
    rf"f(x) = \begin{{cases}} x & \text{{{LONG}}} \\ 0 & \text{{otherwise}} \end{{cases}}",
    rf"f(x) = x \quad \mbox{{{LONG} $x_{{i}}$}}, \text{{otherwise}}",
    rf"f(x) = x \text{{{LONG[:40]}}} x \textrm{{{LONG[40:]}}}, \text{{otherwise}}",
])  # fmt: skip
def test_a_sentence_within_a_formula_is_cut_when_the_licence_is_not_known(tmp_path: Path, tex: str) -> None:
    line = AlgorithmLine(indent=0, kind="statement", text=f"${tex}$")
    (algorithm,) = ATTENTION.algorithms
    paper = dataclasses.replace(
        ATTENTION, equations=(equation("1", tex),), algorithms=(dataclasses.replace(algorithm, lines=(line,)),)
    )
    write(tmp_path / "closed", paper)
    closed = [data.decode() for data in content(tmp_path / "closed").values()]
    assert not [text for text in closed if "larger than" in text and "neighbour" in text]
    assert "otherwise" in (tmp_path / "closed" / "model.py").read_text()
    open_licence = dataclasses.replace(RECORD, licence="http://creativecommons.org/licenses/by/4.0/")
    write(tmp_path / "open", paper, record=open_licence)
    assert "neighbour on the left" in (tmp_path / "open" / "model.py").read_text()
