"""PaperId: every form people paste, every id of the real recordings, and what only looks like an id."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.errors import BadId
from paperlab.records.ids import PaperId

FORMS = {
    "1706.03762": ("1706.03762", None),
    "1706.03762v5": ("1706.03762", 5),
    "1706.03762V5": ("1706.03762", 5),
    " 1706.03762v12 \n": ("1706.03762", 12),
    "0704.0001": ("0704.0001", None),
    "1412.6980": ("1412.6980", None),
    "2105.00010": ("2105.00010", None),
    "arXiv:1706.03762v5 [cs.CL]": ("1706.03762", 5),
    "arXiv:1706.03762v5 [cs.CL] 6 Dec 2017": ("1706.03762", 5),
    "arXiv:1706.03762 (cs)": ("1706.03762", None),
    "arxiv: 1706.03762": ("1706.03762", None),
    "arXiv 1706.03762": ("1706.03762", None),
    "arXiv.1706.03762": ("1706.03762", None),
    "arXiv preprint arXiv:1706.03762": ("1706.03762", None),
    "arXiv-1706.03762v7.tar.gz": ("1706.03762", 7),
    "CoRR abs/1706.03762": ("1706.03762", None),
    "abs/1706.03762": ("1706.03762", None),
    "oai:arXiv.org:2508.13426": ("2508.13426", None),
    "oai:arXiv.org:2508.13426v1": ("2508.13426", 1),
    "https://arxiv.org/abs/1706.03762": ("1706.03762", None),
    "http://arxiv.org/abs/1706.03762v5": ("1706.03762", 5),
    "arxiv.org/abs/1706.03762": ("1706.03762", None),
    "https://www.arxiv.org/abs/1706.03762/": ("1706.03762", None),
    "https://arxiv.org//abs//1706.03762": ("1706.03762", None),
    "https://export.arxiv.org/abs/1706.03762?context=cs.LG": ("1706.03762", None),
    "http://xxx.lanl.gov/abs/hep-th/9901001": ("hep-th/9901001", None),
    "https://arxiv.org/pdf/1706.03762v5.pdf#page=3": ("1706.03762", 5),
    "https://arxiv.org/pdf/1706.03762.PDF": ("1706.03762", None),
    "https://arxiv.org/html/2401.00001v1/": ("2401.00001", 1),
    "https://arxiv.org/html/2401.00001v1#S3.E1": ("2401.00001", 1),
    "https://arxiv.org/src/1706.03762v5": ("1706.03762", 5),
    "https://arxiv.org/src/1706.03762v5/anc/code.py": ("1706.03762", 5),
    "https://arxiv.org/src/hep-th/9901001v3/anc": ("hep-th/9901001", 3),
    "https://arxiv.org/e-print/1706.03762": ("1706.03762", None),
    "https://arxiv.org/format/1706.03762": ("1706.03762", None),
    "https://arxiv.org/ps/hep-th/9901001": ("hep-th/9901001", None),
    "https://arxiv.org/pdf/hep-th/9901001v3.pdf": ("hep-th/9901001", 3),
    "https://arxiv.org/abs/hep-th/9901001v3": ("hep-th/9901001", 3),
    "https://ar5iv.labs.arxiv.org/html/1706.03762": ("1706.03762", None),
    "https://ar5iv.org/abs/math.GT/0309136": ("math/0309136", None),
    "https://www.alphaxiv.org/abs/1706.03762v5": ("1706.03762", 5),
    "https://www.alphaxiv.org/overview/1706.03762": ("1706.03762", None),
    "https://www.alphaxiv.org/zh/overview/1706.03762v7": ("1706.03762", 7),
    "https://www.alphaxiv.org/resources/1706.03762": ("1706.03762", None),
    "https://www.alphaxiv.org/audio/hep-th/9901001": ("hep-th/9901001", None),
    "//arxiv.org/dvi/hep-th/9901001": ("hep-th/9901001", None),
    "https://huggingface.co/papers/1706.03762": ("1706.03762", None),
    "https://hf.co/papers/1706.03762": ("1706.03762", None),
    "https://scirate.com/arxiv/1706.03762": ("1706.03762", None),
    "https://www.arxiv-vanity.com/papers/1706.03762/": ("1706.03762", None),
    "https://www.semanticscholar.org/arxiv/1706.03762": ("1706.03762", None),
    "10.48550/arXiv.1706.03762": ("1706.03762", None),
    "10.48550/ARXIV.1706.03762": ("1706.03762", None),
    "doi:10.48550/arxiv.hep-th/9901001": ("hep-th/9901001", None),
    "https://doi.org/10.48550/arXiv.1706.03762": ("1706.03762", None),
    "https://dx.doi.org/10.48550%2FarXiv.1706.03762": ("1706.03762", None),
    "math.GT/0309136": ("math/0309136", None),
    "math/0309136v2": ("math/0309136", 2),
    "cs/9901011": ("cs/9901011", None),
    "cs.LG/9901011": ("cs/9901011", None),
    "CS/9901011": ("cs/9901011", None),
    "hep-th/9901001v3": ("hep-th/9901001", 3),
    "hepth/9901001": ("hep-th/9901001", None),
    "hep\u2011th/9901001": ("hep-th/9901001", None),
    "solv-int/9701001v1": ("solv-int/9701001", 1),
    "cond-mat.mes-hall/0101001": ("cond-mat/0101001", None),
    "quant-ph/0703999": ("quant-ph/0703999", None),
    "(1706.03762)": ("1706.03762", None),
    "<https://arxiv.org/abs/1706.03762>.": ("1706.03762", None),
    "1706.\u200b03762": ("1706.03762", None),
    "`1706.03762`": ("1706.03762", None),
    "\u201c1706.03762\u201d,": ("1706.03762", None),
    "\u00abhep-th/9901001v3\u00bb": ("hep-th/9901001", 3),
    "1706.03762v5[cs.CL]": ("1706.03762", 5),
    "arXiv:1706.03762v5, 2017.": ("1706.03762", 5),
    "arXiv:1706.03762 [cs.CL], 2017": ("1706.03762", None),
    "preprint arXiv:1706.03762": ("1706.03762", None),
    "arXiv e-prints, arXiv:1706.03762": ("1706.03762", None),
    "eprint: hep-th/9901001": ("hep-th/9901001", None),
    "CoRR, abs/1706.03762": ("1706.03762", None),
    "ArXiv abs/1706.03762": ("1706.03762", None),
    "arXiv_1706.03762v2.pdf": ("1706.03762", 2),
    "https://arxiv.org/abs/1706.03762!": ("1706.03762", None),
    "https://arxiv.org/abs/1706.03762\u2026": ("1706.03762", None),
    "1706.03762\u3002": ("1706.03762", None),
    "1706.03762\\": ("1706.03762", None),
    "hep\u2014th/9901001": ("hep-th/9901001", None),
    "arxiv.org/1706.03762v5": ("1706.03762", 5),
    "https://arxiv.org/hep-th/9901001v3": ("hep-th/9901001", 3),
    "https://ar5iv.org/1706.03762": ("1706.03762", None),
    "https://arxiv.org/bibtex/1706.03762": ("1706.03762", None),
    "https://arxiv.org/ftp/arxiv/papers/1706/1706.03762.pdf": ("1706.03762", None),
    "https://api.semanticscholar.org/arXiv:1706.03762": ("1706.03762", None),
    "https://api.semanticscholar.org/graph/v1/paper/ARXIV:1706.03762?fields=title": ("1706.03762", None),
    "https://ui.adsabs.harvard.edu/abs/arXiv:1706.03762/abstract": ("1706.03762", None),
    "doi:https://doi.org/10.48550/arXiv.1706.03762": ("1706.03762", None),
    "DOI 10.48550/arXiv.hep-th/9901001": ("hep-th/9901001", None),
    "info:doi/10.48550/arXiv.1706.03762": ("1706.03762", None),
    "arXiv:hep-th/9901001v3 12 Jan 1999": ("hep-th/9901001", 3),
    "Cite as:\tarXiv:1706.03762 [cs.CL]": ("1706.03762", None),
    "(or arXiv:1706.03762v7 [cs.CL] for this version)": ("1706.03762", 7),
    "arXiv:1706.03762 (v5)": ("1706.03762", 5),
    "1706.03762, version 5.": ("1706.03762", 5),
    "arXiv preprint arXiv:1706.03762 (2017)": ("1706.03762", None),
    "[1706.03762v7] Attention Is All You Need": ("1706.03762", 7),
    "[hep-th/9901001] A Title of 1999 - in two parts": ("hep-th/9901001", None),
    "[Attention](https://arxiv.org/abs/1706.03762),": ("1706.03762", None),
    "- [[1706.03762]](https://arxiv.org/abs/1706.03762v5)": ("1706.03762", 5),
    "* https://arxiv.org/abs/1706.03762": ("1706.03762", None),
    "2. 1706.03762": ("1706.03762", None),
    "[12] arXiv:1706.03762, 2017.": ("1706.03762", None),
    "eprint        = {1706.03762},": ("1706.03762", None),
    'eprint = "hep-th/9901001",': ("hep-th/9901001", None),
    "journal={arXiv preprint arXiv:1706.03762},": ("1706.03762", None),
    "volume    = {abs/1706.03762},": ("1706.03762", None),
    "url = {https://arxiv.org/abs/1706.03762v5},": ("1706.03762", 5),
    "\\url{https://arxiv.org/abs/1706.03762}": ("1706.03762", None),
}

NO_IDS = {
    "": "",
    "v5": "",
    "attention is all you need": "",
    "1713.03762": "no month 13",
    "1700.03762": "no month 00",
    "0808.05394": "four digits",
    "1706.0376": "five digits",
    "0000.0000": "no month 00",
    "0701.0001": "April 2007",
    "0703.0001": "April 2007",
    "1706.03762v0": "count from v1",
    "1706.03762v": "",
    "1706.03762v99999": "",
    "1706.037620": "",
    "econ/9901001": "no archive called 'econ'",
    "q-fin/0701001": "no archive called 'q-fin'",
    "hep-th/9913001": "no month 13",
    "hep-th/0704001": "March 2007",
    "hep-th/5001001": "March 2007",
    "hep-th/990100": "",
    "１７０６.０３７６２": "",
    "١٧٠٦.٠٣٧٦٢": "",
    "1706,03762": "",
    "1706.03762, 1810.04805": "",
    "1706.03762 [1810.04805]": "",
    "1706.03762 (1810.04805)": "",
    "[1706.03762] [1810.04805]": "",
    "[1706.03762] see hep-th/9901001": "",
    "https://arxiv.org/year/1706.03762": "",
    "https://www.semanticscholar.org/1706.03762": "",
    "1706.03762-": "",
    "https://huggingface.co/datasets/1706.03762": "",
    "https://www.alphaxiv.org/profile/1706.03762": "",
    "https://arxiv.org/list/cs.LG/2401": "",
    "https://arxiv.org/list/hep-th/9901001": "",
    "https://arxiv.org/a/hinton_g_1": "",
    "https://openreview.net/forum?id=1706.03762": "",
    "https://example.org/abs/1706.03762": "",
    "https://notarxiv.org/abs/1706.03762": "",
    "10.1038/nature14539": "",
    "../../etc/passwd": "",
    "1706.03762\x00": "",
    "x" * 100_000: "",
    "arxiv.org/" * 190: "",
}


@pytest.mark.parametrize("text", FORMS)
def test_each_form_is_read(text: str) -> None:
    assert (PaperId.parse(text).base, PaperId.parse(text).version) == FORMS[text]


def test_an_id_that_stands_alone_costs_no_pattern_of_what_may_stand_around_one() -> None:
    """`done 1706.03762` is a daily command; the patterns take longer to build than all else that it does with an id."""
    code = (
        "import sys; from paperlab.records.ids import PaperId\n"
        "for text in ('1706.03762v5', 'arXiv:1706.03762', 'math.GT/0309136'): PaperId.parse(text)\n"
        "print('paperlab.records.idforms' in sys.modules)\n"
        "PaperId.parse('(1706.03762)'); print('paperlab.records.idforms' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]


@pytest.mark.parametrize("text", NO_IDS, ids=lambda text: repr(text)[:40])
def test_what_is_no_id_is_refused_with_the_reason_on_one_line(text: str) -> None:
    assert PaperId.maybe(text) is None
    with pytest.raises(BadId) as caught:
        PaperId.parse(text)
    message = str(caught.value)
    assert NO_IDS[text] in message
    assert "\n" not in message
    assert len(message) < 300


@pytest.mark.parametrize("number", [2105.00010, 1706, None, b"1706.03762"])
def test_a_number_is_never_an_id(number: object) -> None:
    with pytest.raises(BadId, match="as text"):
        PaperId.parse(number)


def recorded_ids(folder: Path) -> set[str]:
    """Collect by patterns of our own every id that arXiv itself wrote into the recordings."""
    found: set[str] = set()
    for path in folder.glob("abs/**/*.abs"):
        found |= set(re.findall(r"(?m)^(?:arXiv:|Paper: )(\S+)$", path.read_text(encoding="latin-1")))
    for path in folder.glob("abs/listings/*"):
        found |= set(re.findall(r"(?m)^(?:arXiv:|Paper: )(\S+)", path.read_text(encoding="latin-1")))
    for path in folder.glob("oai/*.xml"):
        text = path.read_text(encoding="utf-8")
        found |= set(re.findall(r"<id>([^<]+)</id>", text)) | set(re.findall(r"<identifier>([^<]+)</identifier>", text))
    for pattern in ("api/*.xml", "rss/*.xml"):
        for path in folder.glob(pattern):
            text = path.read_text(encoding="utf-8")
            found |= {i for i in re.findall(r"<id>([^<]+)</id>", text) if "/abs/" in i or i.startswith("oai:")}
    return found


def test_every_id_of_the_recordings_is_read(shared_arxiv: Path) -> None:
    ids = recorded_ids(shared_arxiv)
    assert len(ids) > 2800
    assert sorted(i for i in ids if PaperId.maybe(i) is None) == []


def test_every_recorded_id_keeps_its_digits(shared_arxiv: Path) -> None:
    for text in recorded_ids(shared_arxiv):
        digits = "".join(re.findall(r"\d+", text.split("/abs/")[-1]))
        assert "".join(re.findall(r"\d+", str(PaperId.parse(text)))) == digits, text


new_ids = st.builds(
    lambda year, month, number: f"{year:02}{month:02}.{number:0{5 if year >= 15 else 4}}",
    st.integers(8, 99),
    st.integers(1, 12),
    st.integers(1, 9999),
)
old_ids = st.builds(
    lambda archive, year, month, number: f"{archive}/{year:02}{month:02}{number:03}",
    st.sampled_from(["hep-th", "math", "cs", "solv-int", "q-bio", "cond-mat", "acc-phys"]),
    st.sampled_from([91, 95, 99, 0, 3, 6]),
    st.integers(1, 12),
    st.integers(1, 999),
)
paper_ids = st.builds(PaperId, new_ids | old_ids, st.none() | st.integers(1, 9999))
wrappings = st.sampled_from(
    ["{}", "arXiv:{}", "https://arxiv.org/abs/{}", "https://arxiv.org/pdf/{}.pdf", "  {} ", "<{}>", "https://arxiv.org/html/{}/",
     "oai:arXiv.org:{}", "https://doi.org/10.48550/arXiv.{}", "{} [cs.LG]", "https://export.arxiv.org/src/{}?x=1#y",
     "`{}`", "arXiv preprint arXiv:{}, 2017", "CoRR abs/{}", "https://ar5iv.org/abs/{}", "https://alphaxiv.org/overview/{}",
     "https://huggingface.co/papers/{}", "\u201c{}\u201d,", "({})."]
)  # fmt: skip


@given(paper_ids, wrappings)
def test_an_id_comes_back_from_every_wrapping(paper: PaperId, wrapping: str) -> None:
    assert PaperId.parse(wrapping.format(paper)) == paper


@given(paper_ids)
def test_the_file_name_is_one_component_and_tells_ids_apart(paper: PaperId) -> None:
    assert "/" not in paper.file_name
    assert PaperId.parse(paper.abs_url) == paper


@given(st.text())
def test_any_text_is_an_id_or_none_and_an_id_is_canonical(text: str) -> None:
    found = PaperId.maybe(text)
    assert found is None or PaperId.parse(str(found)) == found


@given(st.from_regex(r"\A[\s<(]*[0-9a-zA-Z./:\-v\[\] ]{0,60}\Z"))
def test_text_that_looks_like_an_id_never_crashes(text: str) -> None:
    found = PaperId.maybe(text)
    assert found is None or PaperId.parse(str(found)) == found
