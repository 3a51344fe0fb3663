r"""Theorem-like statements: kind, number, label, title and place as LaTeX prints them; never their text."""

from pathlib import Path

import pytest

from paperlab.extract.html import read_html
from tests.extract.test_document import read

BASE = r"\newtheorem{thm}{Theorem}[section]\newtheorem{lem}[thm]{Lemma}\newtheorem*{rem}{Remark}"
STATEMENTS = {
    "own counter, shared, none": (
        BASE, r"\section{A}\begin{thm}a\end{thm}\begin{lem}b\end{lem}\begin{rem}c\end{rem}\section{B}\begin{lem}d\end{lem}",
        [("Theorem", "1.1"), ("Lemma", "1.2"), ("Remark", None), ("Lemma", "2.1")]),
    "in the appendix": (BASE, r"\appendix\section{A}\begin{thm}a\end{thm}", [("Theorem", "A.1")]),
    "thmtools": (
        r"\declaretheorem[name=Claim,numberwithin=section]{clm}\declaretheorem[sibling=clm]{assumption}",
        r"\section{A}\begin{clm}a\end{clm}\begin{assumption}b\end{assumption}", [("Claim", "1.1"), ("Assumption", "1.2")]),
    "alias of a counter": (
        r"\newtheorem{thm}{Theorem}\newaliascnt{lem}{thm}\newtheorem{lem}[lem]{Lemma}\aliascntresetthe{lem}",
        r"\begin{thm}a\end{thm}\begin{lem}b\end{lem}", [("Theorem", "1"), ("Lemma", "2")]),
    "framed": (BASE + r"\newmdtheoremenv[linewidth=1pt]{dfn}[thm]{Definition}", r"\section{A}\begin{dfn}a\end{dfn}", [("Definition", "1.1")]),
    "boxed": (
        r"\newtcbtheorem[number within=section]{box}{Result}{colback=red}{r}",
        r"\section{A}\begin{box}{T}{k}a\end{box}\begin{box*}{T}{}a\end{box*}", [("Result", "1.1"), ("Result", None)]),
    "own environment around it": (
        BASE + r"\newenvironment{mine}{\begin{lem}}{\end{lem}}", r"\section{A}\begin{mine}a\end{mine}", [("Lemma", "1.1")]),
    "a proof is none": (BASE, r"\begin{proof}a\end{proof}", []),
}  # fmt: skip


@pytest.mark.parametrize(("preamble", "body", "found"), STATEMENTS.values(), ids=STATEMENTS)
def test_statements_have_the_numbers_that_are_printed(
    tmp_path: Path, preamble: str, body: str, found: list[tuple[str, str | None]]
) -> None:
    assert [(t.kind, t.number) for t in read(tmp_path, body, preamble=preamble).theorems] == found


def test_references_and_titles_of_statements(tmp_path: Path) -> None:
    body = r"""\section{A}
\begin{thm}[Main \emph{bound}]\label{t} Let $x$ be 3. \begin{equation}\label{e} x = 3 \end{equation} \end{thm}
\begin{restatable}[Again]{lem}{again}\label{l} Let it be. \end{restatable}
\begin{box}{In a box}{k} Let it be. \end{box}
The bounds (\ref{t}, \ref{l}, \ref{r:k}, \ref{e}) reach an accuracy of 91.2\%."""
    boxed = r"\newtcbtheorem[use counter from=thm]{box}{Result}{}{r}"
    paper = read(tmp_path, body, preamble=BASE + boxed)
    given = [(t.label, t.title, t.span and t.span.line) for t in paper.theorems]
    assert given == [("t", "Main bound", 2), ("l", "Again", 3), ("r:k", "In a box", 4)]
    assert [c.text for c in paper.claims] == ["The bounds (1.1, 1.2, 1.3, 1) reach an accuracy of 91.2%."]


def test_a_page_says_its_statements() -> None:
    head = '<h6 class="ltx_title ltx_title_theorem"><span class="ltx_tag ltx_tag_theorem">{}</span>{}.</h6>'
    heads = head.format("Lemma 2.1", " (Main bound)") + "</div><div class='ltx_theorem'>" + head.format("Remark", "")
    paper = read_html(f"<div class='ltx_document'><div class='ltx_theorem'>{heads}</div></div>")
    assert [(t.kind, t.number, t.title) for t in paper.theorems] == [("Lemma", "2.1", "Main bound"), ("Remark", None, None)]  # fmt: skip
