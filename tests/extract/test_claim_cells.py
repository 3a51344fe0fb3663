r"""All cells that a claim stands on: those of its numbers, and the two that a difference, a share or a factor lies between."""

from pathlib import Path

import pytest

from tests.extract.test_document import read

TABLES = r"""\begin{table}\caption{Accuracy and cost on all sets.}\label{tab:main}\begin{tabular}{lccc}\toprule Method & Birds & Trees & Time (s) \\\midrule
Forest & 71.24 & 60.10 & 12.400 \\ Kernel & 80.52 & 66.05 & 8.060 \\ Willow (ours) & \textbf{83.31} & \textbf{68.78} & \textbf{3.100} \\\bottomrule\end{tabular}\end{table}
\begin{table}\caption{Calls of each policy.}\label{tab:calls}\begin{tabular}{lc}\toprule Policy & Total \\\midrule
Uniform & 812 \\ Willow (ours) & \textbf{303} \\\bottomrule\end{tabular}\end{table}"""

STANDS_ON = {
    "each number": (r"On Birds and Trees Willow reaches an accuracy of 83.31\% and 68.78\%.", ["83.31", "68.78"]),
    "what it is compared to": (r"On Birds Willow achieves 83.31\%, against 80.52\% of Kernel.", ["83.31", "80.52"]),
    "from to": (r"On Trees it improves accuracy from 66.05 of Kernel to 68.78.", ["68.78", "66.05"]),
    "difference": (r"On Birds Willow is 2.79 points better than Kernel.", ["83.31", "80.52"]),
    "two differences": (r"On Birds Willow improves accuracy by 2.79 points over Kernel and by 12.07 points over Forest.", ["83.31", "80.52", "71.24"]),
    "the strongest": (r"On Trees Willow improves over the strongest baseline by 2.73 points.", ["68.78", "66.05"]),
    "not the strongest": (r"On Trees Willow improves over the strongest baseline by 8.68 points.", []),
    "share": (r"Willow reduces the total by 62.7\% relative to a uniform policy.", ["303", "812"]),
    "factor": (r"Willow is 2.6$\times$ faster than Kernel, with 3.1 seconds in all.", ["3.100", "8.060"]),
    "factor without names": (r"We see a speedup of 4.0$\times$ over the older one.", ["3.100", "12.400"]),
    "no factor of costs": (r"We see 1.2$\times$ better results than the older one.", []),
    "rounded": (r"On Birds and Trees Willow reaches an accuracy of 83.3\% and 68.8\%.", ["83.31", "68.78"]),
    "rounded and not named": (r"It reaches an accuracy of 83.3\% and 68.8\%.", []),
    "of another method": (r"A third model reaches an F1 of 71.24, better than before.", []),
    "nothing": (r"It improves the error by 5.55 points over all others.", []),
    "two tables": (r"On Trees Willow is 2.73 points better than Kernel, while reducing calls by 62.7\% relative to the uniform policy.", ["68.78", "66.05", "303", "812"]),
}  # fmt: skip


FINE = r"""\begin{table}\caption{Errors.}\label{tab:fine}\begin{tabular}{lcc}\toprule Method & Birds & Trees \\\midrule
Plain & 18.938 & 35.298 \\ Wide & 18.797 & 35.116 \\ Deep & 17.810 & 33.912 \\\bottomrule\end{tabular}\end{table}"""
IN_FINE = {
    "finer than the cells": (
        r"Relative to Plain, Wide lowers the error on Birds by 0.1410 points.",
        ["18.797", "18.938"],
    ),
    "another gap": (r"Relative to Plain, Wide lowers the error on Birds by 0.1430 points.", []),
    "whom it is set against": (
        r"On Trees the error of Deep is 1.204 points lower than that of Wide.",
        ["33.912", "35.116"],
    ),
    "numbers of finer cells": (
        r"Deep reaches an error of 17.80961 on Birds and one of 33.91209 on Trees.",
        ["17.810", "33.912"],
    ),
}


@pytest.mark.parametrize("name", IN_FINE)
def test_a_text_may_write_finer_than_its_table(tmp_path: Path, name: str) -> None:
    sentence, expected = IN_FINE[name]
    paper = read(tmp_path, rf"\section{{Results}} {sentence} {FINE}")
    (claim,) = paper.claims
    assert [paper.tables[0].rows[cell.row][cell.column] for cell in claim.cells] == expected


@pytest.mark.parametrize("name", STANDS_ON)
def test_a_claim_stands_on_all_its_cells(tmp_path: Path, name: str) -> None:
    sentence, expected = STANDS_ON[name]
    paper = read(tmp_path, rf"\section{{Results}} {sentence} {TABLES}")
    (claim,) = paper.claims
    rows = {table.number: table.rows for table in paper.tables}
    assert [rows[cell.table][cell.row][cell.column] for cell in claim.cells] == expected
    assert claim.cell == (claim.cells[0] if claim.cells else None)


def test_a_difference_stays_in_the_row_and_column_of_what_else_is_said(tmp_path: Path) -> None:
    body = (
        r"\section{Results} With Kernel on Birds we reach 80.52\%, 5.95 points better than Forest on Trees. " + TABLES
    )
    (claim,) = read(tmp_path, body).claims
    assert [(cell.row, cell.column) for cell in claim.cells] == [(2, 1)]


def test_a_gain_with_an_arrow_is_a_cell(tmp_path: Path) -> None:
    table = r"\begin{table}\caption{Gains.}\label{t}\begin{tabular}{lcc} Method & Birds & Mean \\\hline Willow (ours) & 83.31 & 76.04 \\ $\Delta$ & $\uparrow$2.79 & $\uparrow$3.94 \end{tabular}\end{table}"
    (claim,) = read(tmp_path, r"\section{Results} We improve accuracy in the mean (+3.94). " + table).claims
    assert [(cell.row, cell.column) for cell in claim.cells] == [(2, 2)]


TWICE = r"""\begin{table}\caption{Accuracy.}\label{t}\begin{tabular}{llc} Data & Method & Accuracy \\\hline
Birds & Plain & 61.2 \\ Birds & Wide & 75.4 \\ Trees & Plain & 58.3 \\ Trees & Wide & 75.4 \end{tabular}\end{table}"""
OF_TWO = {
    "names the data": (r"On Trees Wide reaches an accuracy of 75.4.", [(4, 2)]),
    "names the other": (r"Wide reaches an accuracy of 75.4 on Birds.", [(2, 2)]),
    "names neither": (r"Wide reaches an accuracy of 75.4.", []),
}


@pytest.mark.parametrize("name", OF_TWO)
def test_a_number_of_two_rows_is_that_of_the_row_which_the_sentence_names(tmp_path: Path, name: str) -> None:
    sentence, expected = OF_TWO[name]
    (claim,) = read(tmp_path, rf"\section{{Results}} {sentence} {TWICE}").claims
    assert [(cell.row, cell.column) for cell in claim.cells] == expected
