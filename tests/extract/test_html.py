"""Pages: LaTeXML's classes by hand, real pages where they are, hostile bytes."""

from pathlib import Path

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
