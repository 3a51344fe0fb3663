"""Pages: LaTeXML's classes by hand, real pages where they are, hostile bytes."""

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paperlab.extract import extract
from paperlab.extract.html import read_html
from paperlab.extract.pdf import read_pdf
from paperlab.records.extracted import Paper

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


def page(body: str) -> Paper:
    """Read a page of LaTeXML in arXiv's frame."""
    frame = '<html><body><div class="ltx_page_navbar"><a href="https://a.example/help">Help</a></div><div class="infobox"><a href="https://a.example/licence">L</a></div>'
    return read_html(
        f'{frame}<div class="ltx_page_content"><article class="ltx_document">{body}</article></div></body></html>'
    )


def cell(text: str, names: str = "", tag: str = "td", more: str = "") -> str:
    return f'<{tag} class="ltx_td {names}" {more}>{text}</{tag}>'


def grid(*rows: str) -> str:
    return '<table class="ltx_tabular">' + "".join(f'<tr class="ltx_tr">{r}</tr>' for r in rows) + "</table>"


def caption(tag: str, text: str, kind: str = "table") -> str:
    return f'<figcaption class="ltx_caption"><span class="ltx_tag ltx_tag_{kind}">{tag} </span>{text}</figcaption>'


def math(tex: str) -> str:
    return f'<math class="ltx_Math" alttext="{tex}"><mi>x</mi></math>'


def row(tex: str, tag: str = "", names: str = "ltx_equation") -> str:
    number = f'<td rowspan="2"><span class="ltx_tag ltx_tag_{tag[0]}">({tag[1]})</span></td>' if tag else ""
    return f'<tr class="{names} ltx_eqn_row"><td class="ltx_eqn_cell">{tex}</td>{number}</tr>'


def group(*bodies: str) -> str:
    return '<table class="ltx_equationgroup">' + "".join(f"<tbody>{b}</tbody>" for b in bodies) + "</table>"


ONE = ("equation", "1")
FORMULAS = {
    "a block without numbers is one": (group(row(math("a")), row(math("=b"))), [(None, "a =b")]),
    "each row with a number": (group(row(math("a"), ONE), row(math("b"), ("equation", "2"))), [("1", "a"), ("2", "b")]),
    "a number beside two rows": (group(row(math("a"), ("equationgroup", "3")) + row(math("=b"))), [("3", "a =b")]),
    "a second row without number": (group(row(math("a"), ONE), row(math("b"))), [("1", "a"), (None, "b")]),
    "words between": (group(row(math("a"), ONE), row(f"where {math('q')} is a rate", names=""), row(math("b"))), [("1", "a"), (None, "b")]),
    "dollars inside": (row(math(r"\mbox{$p$ of it}"), ONE), [("1", r"\mbox{$p$ of it}")]),
    "words as a formula": (row(f'<span class="ltx_text ltx_markedasmath">Input</span>{math("=x")}'), [(None, r"\text{Input} =x")]),
    "a tag of its own": (row(math("a"), ("equation", "⋆")), [("⋆", "a")]),
    "an annotation alone": (row('<math class="ltx_Math"><semantics><mi>a</mi><annotation encoding="application/x-tex">a^2</annotation></semantics></math>'), [(None, "a^2")]),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMULAS)
def test_rows_of_formulas_are_cut_as_latex_numbers_them(name: str) -> None:
    body, expected = FORMULAS[name]
    assert [(e.number, e.tex) for e in page(body).equations] == expected


def test_numbers_of_headings_are_as_printed() -> None:
    tags = ["II ", "II-A ", "II-A1 ", "Appendix B ", "B.1 ", "3 "]
    body = "".join(
        f'<section class="ltx_section"><h2 class="ltx_title"><span class="ltx_tag">{t}</span>T</h2></section>'
        for t in tags
    )
    assert [s.number for s in page(body).sections] == ["II", "II-A", "II-A1", "B", "B.1", "3"]


def test_a_line_is_as_deep_as_there_are_lines_further_out_above_it() -> None:
    lines = [
        "<b class='ltx_font_bold'>for</b> each node",
        "\u00a0" * 5 + "a",
        "\u00a0" * 7 + "b",
        "\u00a0" * 5 + "c",
        "d",
    ]
    inside = "".join(f'<div class="ltx_listingline">\n   <span class="ltx_tag">{i}:</span>\n   {x}</div>' for i, x in enumerate(lines, 1))  # fmt: skip
    box = '<figure class="ltx_float ltx_minipage">' + caption("%s 4", "Go", "float") + f'<div class="ltx_listing">{inside}</div></figure>'  # fmt: skip
    (algorithm,) = page(box % "Algorithm").algorithms
    expected = [(0, "for"), (1, "statement"), (2, "statement"), (1, "statement"), (0, "statement")]
    assert (algorithm.number, [(x.indent, x.kind) for x in algorithm.lines]) == ("4", expected)
    assert page(box % "Listing").algorithms == ()
    assert len(page(f'<div class="ltx_listing">{inside}</div>').algorithms) == 1
    assert page(f'<div class="ltx_listing ltx_lstlisting">{inside}</div>').algorithms == ()
    assert page(f'<div class="ltx_listing"><div class="ltx_listing_data"></div>{inside}</div>').algorithms == ()


def test_bars_beside_blocks_set_lines_in() -> None:
    bar = "\u00a0\u00a0<span class='ltx_rule'>\u00a0</span>\u00a0\u00a0\u00a0"
    lines = [
        "<b>while</b> a <b>do</b>",
        f"{bar}<b>for</b> b <b>do</b>",
        f"{bar}{bar}c",
        f"{bar} end for",
        " end while",
        "d",
    ]
    inside = "".join(f'<div class="ltx_listingline">{x}</div>' for x in lines)
    (algorithm,) = page(f'<figure class="ltx_float ltx_algorithm"><div class="ltx_listing">{inside}</div></figure>').algorithms  # fmt: skip
    assert [(x.indent, x.text) for x in algorithm.lines] == [(0, "a"), (1, "b"), (2, "c"), (0, "d")]


def test_what_is_best_may_stand_in_a_formula_or_be_underlined() -> None:
    head, top = cell("M") + cell("A"), "ltx_border_t"
    bold = grid(
        head,
        cell("x", top) + cell(math(r"\mathbf{2.5}"), top),
        cell("y") + cell('<span class="ltx_framed_underline">2</span>'),
    )
    line = grid(head, cell("x", top) + cell("1", top), cell("y") + cell('<span class="ltx_framed_underline">2</span>'))
    tables = page("".join(f'<figure class="ltx_table">{g}</figure>' for g in (bold, line))).tables
    assert [t.best for t in tables] == [((1, 1),), ((2, 1),)]


def test_the_head_ends_at_the_first_rule_over_the_whole_width() -> None:
    """LaTeXML guesses heads; a rule beside a cell that reaches down from above is none of the whole width."""
    top, high = "ltx_border_t", 'rowspan="2"'
    rows = (cell("M", top, "th", high) + cell("A", top, "th", 'colspan="2"'), cell("b", top, "th") + cell("c", top, "th"), cell("x", top) + cell("1", top) + cell("2", top))  # fmt: skip
    guessed = f'<table class="ltx_tabular"><thead class="ltx_thead"><tr class="ltx_tr">{rows[0]}</tr></thead><tbody><tr class="ltx_tr">{rows[1]}</tr><tr class="ltx_tr">{rows[2]}</tr></tbody></table>'
    (table,) = page(f'<figure class="ltx_table">{guessed}</figure>').tables
    assert (table.header_rows, table.rows) == (2, (("M", "A", "A"), ("M", "b", "c"), ("x", "1", "2")))


def test_captions_go_to_their_tables() -> None:
    data = grid(cell("M") + cell("A"), cell("x") + cell("1"), cell("y") + cell("2"))
    parts = "".join(f'<figure class="ltx_table">{caption(f"({x})", x)}{data}</figure>' for x in "ab")
    apart = f'<figure class="ltx_figure"><div>{data}</div><figure class="ltx_table">{caption("Table 3:", "T")}</figure>{caption("Figure 1:", "F", "figure")}</figure>'
    pictures = grid(cell("<img src='a'>") + cell("b"), cell("c") + cell("d"))
    layout = f'<figure class="ltx_figure">{data}{caption("Figure 2:", "G", "figure")}</figure>'
    paper = page(f'<figure class="ltx_table">{parts}{caption("Table 2:", "W")}</figure>{apart}{data}{pictures}{layout}')
    assert [(t.number, t.caption) for t in paper.tables] == [("2a", "a"), ("2b", "b"), ("3", "T"), (None, "")]
    assert [(f.number, f.caption) for f in paper.figures] == [("1", "F"), ("2", "G")]
    cells = "".join(f'<div>{data}</div><div><figure class="ltx_table">{caption(f"Table {n}:", n)}</figure></div>' for n in "67")  # fmt: skip
    assert [t.number for t in page(f'<figure class="ltx_table">{cells}</figure>').tables] == ["6", "7"]
    both = f'<figure class="ltx_table">{caption("Table 4:", "a")}{data}{caption("Table 5:", "b")}{data}</figure>'
    assert [(t.number, t.caption) for t in page(both).tables] == [("4", "a"), ("5", "b")]


def test_parts_of_a_figure_are_no_figures_and_two_in_a_box_are() -> None:
    def part(tag: str) -> str:
        return caption(tag, f"c{tag}", "figure")

    sub = f'<figure class="ltx_figure">{part("(a)")}<img src="a"></figure>'
    body = f'<figure class="ltx_figure">{part("(a)")}{part("(b)")}{sub}<img src="b">{part("Figure 1:")}</figure>'
    two = f'<figure class="ltx_figure"><img src="c"><img src="d">{part("Figure 2:")}{part("Figure 3:")}</figure>'
    expected = [("1", ("a", "b")), ("2", ("c",)), ("3", ("d",))]
    assert [(f.number, f.files) for f in page(body + two).figures] == expected


BOXES = {
    "lines": ("Ann Bee<sup>1</sup><br>Cy Dee<sup>2</sup><br><sup>1</sup>Some Place<br>a@b.example", ("Ann Bee", "Cy Dee")),
    "formulas": (f"Ann Bee{math('{}^{1}')}, Cy Dee{math('{}^{2,*}')}<br>{math('{}^{1}')}Some Place", ("Ann Bee", "Cy Dee")),
    "the sign of And": ("Ann Bee<br>University of X<br>&amp;Cy Dee &amp; Ed Eff<br>Research", ("Ann Bee", "Cy Dee", "Ed Eff")),
    "one line": ("Ann Bee\u2003\u2003Cy Dee", ("Ann Bee", "Cy Dee")),
}  # fmt: skip


@pytest.mark.parametrize("name", BOXES)
def test_names_are_told_from_places(name: str) -> None:
    box, names = BOXES[name]
    contact = '<span class="ltx_contact ltx_role_affiliation">Town Hall</span>'
    assert page(f'<span class="ltx_personname">{box}{contact}</span>').authors == names


def test_a_bibliography_that_latexml_made() -> None:
    def item(tag: str, first: str) -> str:
        title = '<span class="ltx_bibblock"><span class="ltx_text ltx_bib_title">On things and more</span>. </span><span class="ltx_bibblock">arXiv:1501.00001</span>'
        return f'<li class="ltx_bibitem" id="b1">{tag}{first}{title}<span class="ltx_bibblock ltx_bib_cited">Cited by: §2.1999.</span></li>'

    dated = '<span class="ltx_tag ltx_bib_author-year ltx_tag_bibitem">A. Bee and C. Dee (2015)</span>'
    keyed = '<span class="ltx_tag ltx_bib_key ltx_tag_bibitem">[1]</span>'
    block = '<span class="ltx_bibblock"><span class="ltx_text ltx_bib_author">A. Bee and C. Dee</span><span class="ltx_bib_year"> (2015)</span></span>'
    external = '<span class="ltx_bibblock">External Links: <span class="ltx_bib_external">1704.00648</span></span>'
    assert page(f'<ul class="ltx_biblist">{item(keyed, external)}</ul>'.replace("arXiv:1501.00001", "")).references[0].arxiv_id == "1704.00648"  # fmt: skip
    addressed = '<span class="ltx_bibblock"><a href="https://dx.doi.org/10.1007/978-3-319%5F19">Link</a></span>'
    assert page(f'<ul class="ltx_biblist">{item(keyed, addressed)}</ul>').references[0].doi == "10.1007/978-3-319_19"
    for html in (item(dated, ""), item(keyed, block)):
        (found,) = page(f'<ul class="ltx_biblist">{html}</ul>').references
        assert (found.title, found.authors, found.year, found.arxiv_id) == ("On things and more", ("A. Bee", "C. Dee"), 2015, "1501.00001")  # fmt: skip


CITED = '<cite class="ltx_cite">(Doe, <a class="ltx_ref" href="#bib.1">2016</a>)</cite>'
TEXT = f"""<section class="ltx_section"><h2 class="ltx_title">Results</h2><div class="ltx_para"><p class="ltx_p">We reach 93% accuracy {CITED}, better than before,
as Table <a class="ltx_ref" href="https://arxiv.org/html/1v2#S1.T7"><span class="ltx_ref_tag">7</span></a> shows; see <a class="ltx_ref ltx_href" href="https://a.example/x~y">our code</a>.
<span class="ltx_note ltx_role_footnote"><sup class="ltx_note_mark">1</sup><span class="ltx_note_content">The batch size is 64.</span></span></p>
<p class="ltx_p"><span>{grid(cell("dropout rate"), cell("23.5"))}</span></p></div></section>"""


def test_text_is_read_without_what_it_cites_and_with_its_footnotes() -> None:
    paper = page(TEXT)
    assert [(c.numbers, c.text.count("Table 7"), c.text.count("2016")) for c in paper.claims] == [(("93",), 1, 0)]
    assert [(h.name, h.value) for h in paper.hyperparameters] == [("batch size", "64")]
    assert [(x.url, x.kind) for x in paper.links] == [("https://a.example/x~y", "code")]


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


COSTLY = {
    "blanks between names": f'<span class="ltx_personname">a{chr(160) * 100_000}b</span>',
    "attributes": "<a " + " ".join(f"a{i}=1" for i in range(100_000)) + ">a</a>",
    "tables and captions apart": '<figure class="ltx_figure">' + grid(cell("a")) * 4_000 + f'<figure class="ltx_table">{caption("Table 1:", "a")}</figure>' * 4_000,
    "deeper and deeper": '<div class="ltx_listing">' + "".join(f'<div class="ltx_listingline">{chr(160) * i}a</div>' for i in range(2_000)),
    "spans": '<figure class="ltx_table">' + grid(*[cell("a", more="rowspan=99999 colspan=99999") + cell("2")] * 3_000),
}  # fmt: skip


@pytest.mark.parametrize("name", COSTLY)
def test_pages_made_to_cost_time_are_read_in_time(tmp_path: Path, name: str) -> None:
    heading = '<section class="ltx_section"><h2 class="ltx_title">Kept</h2></section>'
    (tmp_path / "index.html").write_text(f'<article class="ltx_document">{heading}{COSTLY[name]}', encoding="utf-8")
    start = time.process_time()
    paper = extract(tmp_path, limit_seconds=4.0)
    assert time.process_time() - start < 6
    assert [s.title for s in paper.sections] == ["Kept"]


@pytest.mark.parametrize("name", ["1707.08043", "1803.07574"])
def test_a_page_gives_what_its_latex_gives(shared_arxiv: Path, name: str) -> None:
    html = read_html((shared_arxiv / f"html/engrafo_{name}.html").read_bytes())
    latex = extract(shared_arxiv / f"source/{name}-engrafo", reader="latex")
    assert (html.title.lower(), html.authors) == (latex.title.lower(), latex.authors)
    assert [(s.level, s.number) for s in html.sections] == [(s.level, s.number) for s in latex.sections]
    assert [(r.authors, r.year) for r in html.references] == [(r.authors, r.year) for r in latex.references]
    assert [f.number for f in html.figures] == [f.number for f in latex.figures]
    assert [(t.kind, t.number) for t in html.theorems] == [(t.kind, t.number) for t in latex.theorems]
    assert len(html.equations) == len(latex.equations)
    assert [len(a.lines) for a in html.algorithms] == [len(a.lines) for a in latex.algorithms]


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
