r"""Numbers in books: every expected number was printed by pdflatex (TeX Live 2022) for the same lines."""

from pathlib import Path

import pytest

from paperlab.extract.entry import extract

MATTERS = r"""
\frontmatter\chapter{Preface}\section{Why}\subsection{Whence}\begin{equation}\label{e1}a\end{equation}\begin{figure}\includegraphics{a}\caption{f}\end{figure}
\chapter{Thanks}\section{Whom}\begin{equation}\label{e2}a\end{equation}\begin{figure}\includegraphics{b}\caption{f}\end{figure}
\mainmatter\chapter{One}\section{A}\subsection{B}\begin{equation}\label{e3}a\end{equation}\begin{figure}\includegraphics{c}\caption{f}\end{figure}
\chapter{Two}\begin{equation}\label{e4}a\end{equation}
\appendix\chapter{More}\section{C}
\backmatter\chapter{Last}\section{D}\subsection{E}\begin{equation}\label{e5}a\end{equation}\begin{figure}\includegraphics{d}\caption{f}\end{figure}
"""
BEFORE = r"""\section{A}\begin{equation}a\end{equation}\begin{figure}\includegraphics{a}\caption{f}\end{figure}\chapter*{S}\begin{equation}a\end{equation}\section{B}
\chapter{One}\section{C}\subsection{D}\subsubsection{E}\begin{equation}a\end{equation}\begin{figure}\includegraphics{b}\caption{f}\end{figure}"""
BOOK = "- 0.1 0.1.1 - 0.2 1 1.1 1.1.1 2 A A.1 - A.2 A.2.1|1 2 1.1 2.1 A.1|1 2 1.1 A.1"
NUMBERS = {
    "book": BOOK,
    "scrbook": "- 1 1.1 - 1 1 1.1 1.1.1 2 A A.1 - 1 1.1|1 1 1.1 2.1 1|1 1 1.1 1",
    "memoir": "- - - - - 1 1.1 - 2 A A.1 - - -|1 2 1.1 2.1 A.1|1 2 1.1 1",
    "amsbook": "1 1 1.1 2 1 3 1 1.1 4 A 1 B 1 1.1|1 2 3 4 5|1 1 1 1",
    "report": "1 1.1 1.1.1 2 2.1 3 3.1 3.1.1 4 A A.1 B B.1 B.1.1|1.1 2.1 3.1 4.1 B.1|1.1 2.1 3.1 B.1",
}
BEFORE_NUMBERS = {
    "book": "0.1 - 0.2 1 1.1 1.1.1 -|1 2 1.1|1 1.1",
    "report": "0.1 - 0.2 1 1.1 1.1.1 -|1 2 1.1|1 1.1",
    "scrreprt": "0.1 - 0.2 1 1.1 1.1.1 -|0.1 0.2 1.1|1 1.1",
    "memoir": "0.1 - 0.2 1 1.1 - -|1 2 1.1|0.1 1.1",
    "amsbook": "1 - 2 1 1 1.1 1.1.1|1 2 3|1 1",
}


def numbers(folder: Path, cls: str, body: str, preamble: str = "") -> str:
    """Give the numbers of headings, formulas and figures, - for none."""
    source = rf"\documentclass{{{cls}}}{preamble}\begin{{document}}{body}\end{{document}}"
    (folder / "main.tex").write_text(source, encoding="utf-8")
    paper = extract(folder)
    found = ([x.number or "-" for x in items] for items in (paper.sections, paper.equations, paper.figures))
    return "|".join(" ".join(x) for x in found)


@pytest.mark.parametrize("cls", NUMBERS)
def test_numbers_front_main_and_back_matter_as_the_class_does(tmp_path: Path, cls: str):
    assert numbers(tmp_path, cls, MATTERS) == NUMBERS[cls]


@pytest.mark.parametrize("cls", BEFORE_NUMBERS)
def test_numbers_what_stands_before_the_first_chapter_as_the_class_does(tmp_path: Path, cls: str):
    assert numbers(tmp_path, cls, BEFORE) == BEFORE_NUMBERS[cls]


def test_a_class_that_travels_with_a_thesis_counts_like_the_book_it_loads(tmp_path: Path):
    (tmp_path / "mythesis.cls").write_text(r"\ProvidesClass{mythesis}\LoadClass[12pt]{book}\newcommand{\school}{X}")
    assert numbers(tmp_path, "mythesis", MATTERS) == BOOK


def test_memoir_numbers_as_deep_as_it_is_told(tmp_path: Path):
    deep = r"\setsecnumdepth{subsection}\maxsecnumdepth{subsubsection}"
    body = r"\chapter{A}\section{B}\subsection{C}\subsubsection{D}\mainmatter\chapter{A}\section{B}\subsection{C}\subsubsection{D}"
    assert numbers(tmp_path, "memoir", body, deep) == "1 1.1 1.1.1 - 2 2.1 2.1.1 2.1.1.1||"
