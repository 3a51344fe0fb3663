"""Pages: LaTeXML's classes by hand, real pages where they are, hostile bytes."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paperlab.extract.html import read_html
from paperlab.extract.pdf import read_pdf

PAGE = """<html><body><article class="ltx_document"><h1 class="ltx_title ltx_title_document">A &amp; B</h1>
<section class="ltx_section"><h2 class="ltx_title"><span class="ltx_tag">2 </span>Method</h2><p class="ltx_p">Text.</p>
<table class="ltx_equation"><tr class="ltx_eqn_row"><td><math alttext="x=1%
+y"></math></td><td><span class="ltx_tag ltx_tag_equation">(3)</span></td></tr></table>
<figure class="ltx_table"><table class="ltx_tabular"><tr class="ltx_tr"><td class="ltx_td" colspan="2">H</td></tr>
<tr class="ltx_tr"><td class="ltx_td ltx_border_t">a</td><td class="ltx_td ltx_border_t ltx_font_bold">1.5</td></tr></table>
<figcaption class="ltx_caption"><span class="ltx_tag">Table 1: </span>Cap.</figcaption></figure></section>
<ul><li class="ltx_bibitem" id="bib.bib1"><span class="ltx_bibblock">Ann Doe. 2018.</span><span class="ltx_bibblock">On things.</span></li></ul></article></body></html>"""


def test_a_page_of_latexml() -> None:
    paper = read_html(PAGE)
    assert paper.title == "A & B"
    assert [(s.level, s.number, s.title) for s in paper.sections] == [(1, "2", "Method")]
    assert [(e.number, e.tex) for e in paper.equations] == [("3", "x=1+y")]
    (table,) = paper.tables
    assert (table.number, table.caption, table.rows, table.header_rows, table.best) == (
        "1",
        "Cap.",
        (("H", "H"), ("a", "1.5")),
        1,
        ((1, 1),),
    )
    assert [(r.key, r.title, r.authors, r.year) for r in paper.references] == [
        ("bib.bib1", "On things", ("Ann Doe",), 2018)
    ]


LISTING = """<div class="ltx_document"><figure class="ltx_float ltx_float_algorithm"><figcaption class="ltx_caption"><span class="ltx_tag">Algorithm 2 </span>Go</figcaption>
<div class="ltx_listingline"><span class="ltx_tag">%s</span>&nbsp;&nbsp;data x</div><div class="ltx_listingline"><span class="ltx_tag">%s</span>y</div>
<div class="ltx_listingline"><span class="ltx_tag">1:</span>&nbsp;&nbsp;<b>for</b> all a <b>do</b></div>
<div class="ltx_listingline"><span class="ltx_tag">2:</span>&nbsp;&nbsp;&nbsp;&nbsp;step</div><div class="ltx_listingline"><span class="ltx_tag">3:</span>end for</div></figure></div>"""


@pytest.mark.parametrize("tags", [("0:", "0:"), ("Require:", "Ensure:")])
def test_what_goes_in_and_comes_out_of_a_listing_stands_before_its_numbers(tags: tuple[str, str]) -> None:
    (algorithm,) = read_html(LISTING % tags).algorithms
    assert (algorithm.number, algorithm.inputs, algorithm.outputs) == ("2", ("data x",), ("y",))
    assert [(x.indent, x.kind, x.text) for x in algorithm.lines] == [(0, "for", "a"), (1, "statement", "step")]


AUTHORED = """<html><body><h1>On nets</h1><p><b>Ann Doe *</b><br>A University</p><h2>Abstract</h2>We study nets.
<p>They <i>grow</i>.<h2>Results</h2><p>We use a learning rate of 0.1. We reach 93% accuracy, better than before.
<table><tr><td><table border=1><caption>Table 1. Rates</caption><tr><th>Model<th>Rate<tr><td>Old<td>1.5<tr><td>New<td><b>2.5</b></table></table>
<h2>References</h2>Doe, Ann and Bo Roe (May 1999). The platform. <i>Journal</i> 42:56-59.
<ul><li>C. Poe. On things. arXiv:cs/9904010, 1999.</ul><hr>The end of 1999.</body></html>"""


def test_a_page_by_its_author() -> None:
    paper = read_html(AUTHORED)
    assert (paper.title, paper.authors, paper.abstract) == ("On nets", ("Ann Doe",), "We study nets. They grow.")
    assert [s.title for s in paper.sections] == ["Abstract", "Results", "References"]
    (table,) = paper.tables
    assert (table.number, table.rows, table.header_rows, table.best) == (
        "1", (("Model", "Rate"), ("Old", "1.5"), ("New", "2.5")), 1, ((2, 1),),
    )  # fmt: skip
    assert [(r.title, r.authors, r.year, r.arxiv_id) for r in paper.references] == [
        ("The platform", ("Ann Doe", "Bo Roe"), 1999, None),
        ("On things", ("C. Poe",), 1999, "cs/9904010"),
    ]
    assert [(h.name, h.value) for h in paper.hyperparameters] == [("learning rate", "0.1")]
    assert [c.numbers for c in paper.claims] == [("93",)]


def test_a_real_page(shared_arxiv: Path) -> None:
    paper = read_html((shared_arxiv / "html/arxiv_html_bert_1810.04805.html").read_bytes())
    assert (len(paper.tables), len(paper.references), len(paper.figures)) == (8, 56, 5)
    assert paper.authors == ("Jacob Devlin", "Ming-Wei Chang", "Kenton Lee", "Kristina Toutanova")


@settings(deadline=None, max_examples=60)
@given(
    st.one_of(st.binary(max_size=300), st.text(max_size=300).map(lambda s: '<div class="ltx_document ltx_table">' + s))
)
def test_any_bytes_give_a_paper(data: bytes | str) -> None:
    assert read_html(data).source.kind == "html"


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=300))
def test_any_bytes_are_no_crash_as_pdf(data: bytes) -> None:
    paper = read_pdf(b"%PDF-1.4\n" + data)
    assert paper.problems
