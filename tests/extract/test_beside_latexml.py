"""What the benchmark compares with LaTeXML's output, on output written by hand; and floors where LaTeXML is there."""

import shutil
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from benchmarks.beside_latexml import compare
from paperlab.extract import extract
from tests.extract.test_document import read

XML = r"""<document xmlns="http://dlmf.nist.gov/LaTeXML">
<equation><tags><tag>(1)</tag><tag role="refnum">1</tag></tags><Math mode="display" tex="f^{\prime}(x)=\mathrm{sin}\,x"/></equation>
<equationgroup><equationgroup>
<equation><tags><tag role="refnum">2a</tag></tags><MathFork><Math tex="\displaystyle a=b"/><MathBranch><td><Math tex="\displaystyle a"/></td></MathBranch></MathFork></equation>
<equation><tags><tag role="refnum">2b</tag></tags><Math tex="c=d"/></equation></equationgroup></equationgroup>
<equationgroup><equation><Math tex="u"/></equation><equation><Math tex="=v"/></equation></equationgroup>
<table><tags><tag role="refnum">\thetable</tag></tags><tabular><tr><td colspan="2">Both<cite>k</cite></td></tr><tr><td><Math tex="\mathbf{1}"/> a</td><td/></tr></tabular></table>
<bibitem key="k"/></document>"""
BODY = r"""\section{A}\begin{equation}f'(x) = \sin x\end{equation}
\begin{subequations}\begin{align}a &= b \\ c &= d\end{align}\end{subequations}\begin{align*}u\\=v\end{align*}
\begin{table}\caption{T}\begin{tabular}{ll}\toprule\multicolumn{2}{c}{Both}\\\midrule\textbf{1} a & more\\\bottomrule\end{tabular}\end{table}
\begin{thebibliography}{9}\bibitem{k} A. Bee. A thing. 2015.\bibitem{l} A. Bee. B. 2016.\end{thebibliography}"""


def test_the_same_contents_are_the_same(tmp_path: Path) -> None:
    found = compare(read(tmp_path, BODY).to_json(), ET.fromstring(XML))
    assert found == {
        "equations": (3, 1, 1),  # the one has \sin, the other letters set upright: another formula
        "equation numbers": (3, 0, 0),
        "table cells": (3, 1, 0),
        "references": (1, 1, 0),
    }


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.skipif(shutil.which("latexml") is None, reason="needs latexml with texlive-science")
@pytest.mark.parametrize("name", ["1509.09292-neural-fingerprints", "2006.02250-dynonet"])
def test_what_latexml_writes_is_read(shared_arxiv: Path, tmp_path: Path, name: str) -> None:
    paper = extract(shared_arxiv / "source" / name).to_json()
    main = Path(paper["source"]["main_file"])
    command = ["latexml", "--quiet", "--quiet", "--nocomments", f"--dest={tmp_path / 'out.xml'}", main.name]
    subprocess.run(command, cwd=shared_arxiv / "source" / name / main.parent, check=True, stderr=subprocess.DEVNULL)
    found = compare(paper, ET.parse(tmp_path / "out.xml").getroot())
    floors = {"equations": 0.98, "equation numbers": 0.97, "table cells": 0.95}
    assert [k for k, least in floors.items() if min(found[k].recall, found[k].precision) < least] == []
