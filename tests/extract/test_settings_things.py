r"""Settings that are how many there are of something; what a heading tells of the sentences below it."""

from pathlib import Path

import pytest

from paperlab.extract import extract
from paperlab.extract.facts import read_facts
from paperlab.extract.passage import Passage

BELOW_EXPERIMENTS: dict[str, set[tuple[str, str]]] = {
    r"The corpus contains 64-channel recordings of 41 volunteers across 7 sessions.": {("channels", "64"), ("volunteers", "41"), ("sessions", "7")},
    r"We keep $250$, $1{,}500$, and $6{,}000$ labelled photographs.": {("labelled photographs", "250, 1500, 6000")},
    r"The models see 3.4 million solution rows.": {("solution rows", "3.4M")},
    r"A 870-problem test set is held by us.": {("problems", "870")},
    r"We train on a $212$-rig zoo with 93 skeletons.": {("rigs", "212"), ("skeletons", "93")},
    r"Subjects 0--41 are for training and 42--55 for testing.": set(),
    # What sets nothing:
    r"Our method improves 14 of the metrics and finds 30 objects.": set(),
    r"It gains 0.4 points and 3.5 images.": set(),
    r"The best of the 12 checkpoints is shown.": set(),
    r"Roe et al. used 12 volunteers.": set(),
    r"We ran these 5 baselines and both 2 variants.": set(),
    r"See Level 3 objects in any 4 images.": set(),
    r"Suppose that there are 40 users.": set(),
    r"It is as in the Proof with 12 nodes.": set(),
    r"The sets $X$ of 3 points $p$ and 9 classes $c$ differ.": set(),
}  # fmt: skip
ELSEWHERE: dict[str, set[tuple[str, str]]] = {
    r"We train on 54,000 sentence pairs.": {("training examples", "54000")},
    r"We recruited 31 patients and hired 3 annotators.": {("patients", "31"), ("annotators", "3")},
    r"We trained on a 12-speaker corpus.": {("speakers", "12")},
    # Data are described, and a result has things too:
    r"ImageNet provides pictures of 1,000 classes.": set(),
    r"The collection consists of 908 images.": set(),
    r"There is dependence between the two variables that we use.": set(),
}  # fmt: skip


@pytest.mark.parametrize("tex", BELOW_EXPERIMENTS)
def test_how_many_there_are_in_a_section_about_experiments(tex: str) -> None:
    found = read_facts([Passage(tex=tex, section="Datasets")]).hyperparameters
    assert {(h.name, h.value) for h in found} == BELOW_EXPERIMENTS[tex]


@pytest.mark.parametrize("tex", ELSEWHERE)
def test_how_many_there_are_elsewhere(tex: str) -> None:
    found = read_facts([Passage(tex=tex, section="Our Method")]).hyperparameters
    assert {(h.name, h.value) for h in found} == ELSEWHERE[tex]


@pytest.mark.parametrize("section", ["Abstract", "Introduction", "Conclusion"])
def test_an_outline_counts_what_the_paper_comes_with(section: str) -> None:
    tex = "We use 900 templates and curate 4,000 test cases with a batch size of 8."
    found = read_facts([Passage(tex=tex, section=section)]).hyperparameters
    assert {(h.name, h.value) for h in found} == {("batch size", "8")}


PAPER = r"""\documentclass{article}
\begin{document}
\section{Experiments}
\subsection{Rivers}
\paragraph{Gauges.} We use 77 weirs here.
\section{Mathematics}
\subsection{Lakes}
We use 78 weirs here.
\end{document}
"""


def test_a_heading_above_tells_of_the_sentences_below(tmp_path: Path) -> None:
    (tmp_path / "main.tex").write_text(PAPER)
    assert [(h.name, h.value) for h in extract(tmp_path).hyperparameters] == [("weirs", "77")]


HTML = """<html><body><article class="ltx_document"><h1 class="ltx_title ltx_title_document">A</h1>
<section class="ltx_section"><h2 class="ltx_title">Experiments</h2>
<section class="ltx_subsection"><h3 class="ltx_title">Rivers</h3><div class="ltx_para"><p class="ltx_p">We use 77 weirs here.</p></div></section></section>
<section class="ltx_section"><h2 class="ltx_title">Mathematics</h2>
<section class="ltx_subsection"><h3 class="ltx_title">Lakes</h3><div class="ltx_para"><p class="ltx_p">We use 78 weirs here.</p></div></section></section>
</article></body></html>"""


def test_a_heading_above_tells_of_the_sentences_below_in_a_page(tmp_path: Path) -> None:
    (tmp_path / "paper.html").write_text(HTML)
    assert [(h.name, h.value) for h in extract(tmp_path).hyperparameters] == [("weirs", "77")]
