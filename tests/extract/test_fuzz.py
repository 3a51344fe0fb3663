"""Broken LaTeX of every kind: always a paper that keeps to the schema, in time."""

import json
import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from paperlab.extract import extract
from tests.extract.test_schema import check_schema

NAMES = "section subsection caption label ref cite title author begin end def newcommand edef let input item footnote textbf emph frac multicolumn multirow cmidrule State For If EndFor bibitem bibliography url href includegraphics verb iffalse fi else ifx csname endcsname expandafter makeatletter hline tag nonumber left right".split()  # fmt: skip
ENVIRONMENTS = "document table table* tabular tabularx longtable figure subfigure algorithm algorithmic algorithm2e equation align align* gather itemize abstract thebibliography verbatim minipage comment wrapfigure".split()  # fmt: skip
LETTERS = st.sampled_from(["a", "x_1", "3.2", "10^{-4}", "The learning rate is 0.1. ", "é", "\x00", "\ud7ff", "𝔸", "%", "&", "#1", "$", "$$", r"\[", r"\]", r"\\", "\n", "\n\n", "{", "}", "[", "]", "|", "~", "^^M", "\\"])  # fmt: skip
COMMANDS = st.sampled_from([f"\\{name}" for name in NAMES])
BEGINS = st.sampled_from([rf"\{side}{{{name}}}" for name in ENVIRONMENTS for side in ("begin", "end")])
PLAIN = st.lists(LETTERS | COMMANDS | BEGINS, max_size=8).map("".join)
BROKEN = st.recursive(
    PLAIN,
    lambda inner: st.one_of(
        st.tuples(COMMANDS, inner).map(lambda p: f"{p[0]}{{{p[1]}}}"),
        st.tuples(st.sampled_from(ENVIRONMENTS), inner).map(lambda p: rf"\begin{{{p[0]}}}{p[1]}\end{{{p[0]}}}"),
        st.tuples(st.sampled_from(ENVIRONMENTS), inner).map(
            lambda p: rf"\begin{{{p[0]}}}[h]{{ll}}\caption{{{p[1]}}}\label{{a}}{p[1]} & {p[1]} \\"
        ),
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, st.integers(2, 50)).map(lambda p: p[0] * p[1]),
    ),
    max_leaves=12,
)


def _read(text: str, bib: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "main.tex").write_text(r"\documentclass{article}" + text, encoding="utf-8")
        (root / "a.bib").write_text(bib, encoding="utf-8")
        start = time.monotonic()
        paper = extract(root)
        assert time.monotonic() - start < 10
        assert not [p for p in paper.problems if p.kind == "reader" or "Error" in p.message]
        check_schema(json.loads(json.dumps(paper.to_json())), root)


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(BROKEN, PLAIN)
def test_broken_latex_gives_a_paper(text: str, bib: str):
    _read(r"\begin{document}\bibliography{a}" + text, "@article{a," + bib)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@settings(max_examples=1000, deadline=None, suppress_health_check=list(HealthCheck))
@given(BROKEN, BROKEN, PLAIN)
def test_much_broken_latex_gives_a_paper(head: str, text: str, bib: str):
    _read(head + r"\begin{document}\bibliography{a}" + text, "@article{a," + bib)
