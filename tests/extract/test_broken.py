"""What is closed wrongly, or never, costs one item and never another."""

from pathlib import Path

import pytest

from tests.extract.test_document import read


@pytest.mark.parametrize("lost", [r"Lost {\bf x}", "Lost {x", "Lost x\n\n", r"Lost x\label{l}"])
def test_a_caption_that_never_closes_costs_no_number_and_no_cell(tmp_path: Path, lost: str) -> None:
    table = r"\begin{table}\caption{%s\begin{tabular}{l}a\\b\end{tabular}\end{table}"
    figure = r"\begin{figure}\caption{%s\includegraphics{p}\end{figure}"
    algorithm = r"\begin{algorithm}\caption{%s\begin{algorithmic}\State s\end{algorithmic}\end{algorithm}"
    broken = "".join(x % lost for x in (table, figure, algorithm))
    whole = "".join(x % "Kept}" for x in (table, figure, algorithm))
    paper = read(tmp_path, rf"\section{{A}}{broken}\section{{B}}{whole}")
    assert [s.title for s in paper.sections] == ["A", "B"]
    for found in (paper.tables, paper.figures, paper.algorithms):
        assert [(x.number, x.caption) for x in found] == [("1", "Lost x"), ("2", "Kept")]
    assert [t.rows for t in paper.tables] == [(("a",), ("b",))] * 2
    assert [[line.text for line in a.lines] for a in paper.algorithms] == [["s"]] * 2
    assert {p.kind for p in paper.problems} == {"unclosed group"}


LOST = {
    "table closed by another": r"\begin{table*}\caption{X}\begin{tabular}{l}x\\1\end{tabular}\end{table}",
    "table without end": r"\begin{table}\caption{X}\begin{tabular}{l}x\\1\end{tabular}",
    "tabular closed by another": r"\begin{table}\caption{X}\begin{tabular*}{3cm}{l}x\\1\end{tabular}\end{table}",
    "figure": r"\begin{table}\caption{X}\begin{tabular}{l}x\\1\end{tabular}\end{figure}",
}


@pytest.mark.parametrize("heading", ["", r"\section{B}"])
@pytest.mark.parametrize("lost", LOST)
def test_a_float_that_is_closed_wrongly_costs_no_other(tmp_path: Path, lost: str, heading: str) -> None:
    table = r"\begin{table}\caption{Y}\begin{tabular}{l}y\\2\end{tabular}\end{table}"
    figure = r"\begin{figure}\includegraphics{p}\caption{P}\end{figure}"
    paper = read(tmp_path, r"\section{A}" + LOST[lost] + heading + figure + table)
    assert [(t.number, t.caption, t.rows[0]) for t in paper.tables] == [("1", "X", ("x",)), ("2", "Y", ("y",))]
    assert [(f.number, f.caption) for f in paper.figures] == [("1", "P")]
    assert [p.kind for p in paper.problems] == ["unclosed environment"]


def test_a_float_in_the_box_of_another_is_none_that_lost_its_end(tmp_path: Path) -> None:
    inner = (
        r"\begin{minipage}{3cm}\begin{table}[H]\caption{I}\begin{tabular}{l}i\\1\end{tabular}\end{table}\end{minipage}"
    )
    paper = read(tmp_path, rf"\section{{A}}\begin{{figure}}\includegraphics{{p}}{inner}\caption{{O}}\end{{figure}}")
    assert [(t.number, t.caption) for t in paper.tables] == [("1", "I")]
    assert [(f.number, f.caption, f.files) for f in paper.figures] == [("1", "O", ("p",))]
    assert paper.problems == ()
