"""References: entries of each style worked by hand; never one lost."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paperlab.extract.people import split_names
from paperlab.extract.references import only_cited, read_references
from paperlab.records.extracted import Reference
from tests.extract.test_document import read
from tests.extract.test_text import broken_tex


def one(text: str, path: str = "main.bbl") -> Reference:
    (reference,) = read_references([(path, text)])
    return reference


def test_natbib() -> None:
    text = r"""\bibitem[Kingma \& Ba(2015)Kingma and Ba]{adam}
Diederik~P. Kingma and Jimmy Ba.
\newblock Adam: {A} method for stochastic optimization.
\newblock In \emph{ICLR}, pp.\ 1--15, 2015.
\newblock URL \url{https://arxiv.org/abs/1412.6980}."""
    assert one(text) == Reference(
        key="adam", title="Adam: A method for stochastic optimization", authors=("Diederik P. Kingma", "Jimmy Ba"), year=2015,
        arxiv_id="1412.6980", doi=None, url="https://arxiv.org/abs/1412.6980",
    )  # fmt: skip


def test_by_hand_with_initials_and_old_arxiv_id() -> None:
    found = one(
        r"\bibitem{f} Y.~Freund and R.~E.~Schapire. A theory of boosting. {\em Journal}, 55(1):119--139, cs.LG/0306001, 1997."
    )
    assert (found.title, found.authors, found.year, found.arxiv_id) == (
        "A theory of boosting",
        ("Y. Freund", "R. E. Schapire"),
        1997,
        "cs.LG/0306001",
    )


@pytest.mark.parametrize("place", ["hep-th/9711200", r"\texttt{arxiv.org/pdf/hep-th/9711200}"])
def test_an_id_without_a_word_before_it_ends_the_title(place: str) -> None:
    found = one(rf"\bibitem{{h}} J. Maldacena. The large N limit of field theories. {place}, 1997.")
    assert (found.title, found.arxiv_id) == ("The large N limit of field theories", "hep-th/9711200")


def test_quoted_title_of_ieee() -> None:
    found = one(
        r"\bibitem{q} A.~Author, B.~Other, and C.~D. Third, ``On things,'' \emph{Trans.}, vol.~3, 2015, doi:10.1109/X.2015.1."
    )
    assert (found.title, len(found.authors), found.year, found.doi) == ("On things", 3, 2015, "10.1109/X.2015.1")


def test_biblatex() -> None:
    text = r"""\entry{k}{article}{}
  \name{author}{2}{}{{{hash=1}{family={Doe}, given={Ann}}}{{hash=2}{family={Berg}, prefix={van\bibnamedelima den}, given={Bo}}}}
  \field{title}{On {Things}}\field{year}{2020}\field{eprinttype}{arxiv}
  \verb{eprint}
  \verb 2001.00001
  \endverb
\endentry"""
    found = one(text)
    assert (found.title, found.authors, found.year, found.arxiv_id) == (
        "On Things",
        ("Ann Doe", "Bo van den Berg"),
        2020,
        "2001.00001",
    )


BY_HAND = {
    "a collaboration's first author, no title": (
        r"C.~Doe {\em et~al.} [H1 Collaboration], \newblock Eur. Phys. J. {\bf C6} (1999) 587 [hep-ex/9811013].",
        (None, ("C. Doe",), 1999)),
    "et al. in italics is no title": (r"H. De Ker {\it et al.}, Phys. Lett. {\bf B63} (1976) 477.", (None, ("H. De Ker",), 1976)),
    "et al. in italics before the title": (r"R. Chen, Y. Rub, {\em et al.} \textit{Neural ODEs}. NeurIPS, 2018.", ("Neural ODEs", ("R. Chen", "Y. Rub"), 2018)),
    "a colon ends the authors": (
        r"Doe, T., Roe, J.: The elements of things. In: MICCAI. pp. 2--4. Springer (2009)", ("The elements of things", ("T. Doe", "J. Roe"), 2009)),
    "a short title behind initials": (r"Doe, Y. \& Roe, G. Deep learning. \emph{Nature} \textbf{5}, 4--6 (2015).", ("Deep learning", ("Y. Doe", "G. Roe"), 2015)),
    "a year without brackets": (r"Ann Doe and Bo Roe. 2017. Proofs: A study. In \textit{CRYPTO}.", ("Proofs: A study", ("Ann Doe", "Bo Roe"), 2017)),
    "a preprint behind the title": (r"Simon, K. (2014). Very deep nets. arXiv preprint arXiv:1409.1556.", ("Very deep nets", ("K. Simon",), 2014)),
    "IEEEtran's spacing as it expands": (
        r"\spaceskip=\fontdimen2\font plus 4\fontdimen3\font minus \fontdimen4\font\relax D.~Doe, ``On nets,'' 2016.", ("On nets", ("D. Doe",), 2016)),
    "a month before the year": (r"Doe, Ann and Bo Roe (May 1999). The platform. {\em Journal} 42.", ("The platform", ("Ann Doe", "Bo Roe"), 1999)),
    "a review's number": (r"Ann Doe, \emph{Nets}, Contemp. Math., 2011, pp.~2--9. \MR{2796632 (2012j:57002)}", ("Nets", ("Ann Doe",), 2011)),
    "a review's number as it expands": (r"Ann Doe, \emph{Nets}, Contemp. Math., 2011, pp.~2--9. MR 2796632 (2012j:57002)", ("Nets", ("Ann Doe",), 2011)),
    "an address in a block of its own": (
        "{Doe}, A., \\& {Roe}, B. 2020, arXiv e-prints, arXiv:2001.01234.\n\\newblock \\doarXiv{2001.01234}", (None, ("A. Doe", "B. Roe"), 2020)),
    "a journal, its volume and no title": (r"{Doe}, A., \& {Roe}, B. 1992, Statistical Science, 7, pp. 457", (None, ("A. Doe", "B. Roe"), 1992)),
    "a journal in italics before its volume": (r"Doe A {\it et~al.} (ATLAS) 2012 {\it Phys. Lett.\/} B {\bf 716} 1--29", (None, ("A Doe",), 2012)),
    "a publisher in brackets": (r"{Doe}, A. 2006, Nets and People (Springer)", ("Nets and People", ("A. Doe",), 2006)),
    "a note behind the year": (
        r"A. Doe. \newblock Nets. \newblock {\em J. Math.}, 14(4):983--985, 1984. \newblock Papers of a meeting (Boulder, Colo., 1983).", ("Nets", ("A. Doe",), 1984)),
    "a year behind the title": (r"OpenAI. \newblock Hello there, May 2024.", ("Hello there", ("OpenAI",), 2024)),
}  # fmt: skip


@pytest.mark.parametrize("name", BY_HAND)
def test_by_hand(name: str) -> None:
    body, expected = BY_HAND[name]
    found = one(r"\bibitem{k} " + body)
    assert (found.title, found.authors, found.year) == expected


def test_astronomers_print_names_first_and_no_title() -> None:
    found = one(
        r"\bibitem[\protect\citeauthoryear{Doe \& Van}{Doe \& Van}{1994}]{k} Doe J.~J., van~der Tol S., 1994, AJ, 107, 1829"
    )
    assert (found.title, found.authors, found.year) == (None, ("J. J. Doe", "S. van der Tol"), 1994)


def test_amsrefs(tmp_path: Path) -> None:
    body = r"""\cite{h}\begin{biblist}\bib{h}{book}{author={Doe, Ann}, author={Roe, Bo}, title={On $p$-groups}, date={1977}}
        \bib{t}{article}{author={Poe, C.}, title={Gaps}, year={2015}, eprint={arXiv:1311.4600}}\end{biblist}"""
    first, second = read(tmp_path, body, cls="amsart").references
    assert (first.key, first.title, first.authors, first.year) == ("h", "On $p$-groups", ("Ann Doe", "Bo Roe"), 1977)
    assert (second.key, second.arxiv_id) == ("t", "1311.4600")


def test_amsrefs_are_no_running_text(tmp_path: Path) -> None:
    body = r"""\section{Results} It improves recall by 3.1 points. \begin{bibdiv}\begin{biblist}
        \bib{h}{book}{author={Doe, Ann}, title={A better error of 4.2}, pages={183--202}}\end{biblist}\end{bibdiv}"""
    assert [claim.numbers for claim in read(tmp_path, body, cls="amsart").claims] == [("3.1",)]


def test_bib_values_joined_by_a_hash_are_put_together() -> None:
    """As BibTeX writes them into its .bbl; within braces a hash is a letter."""
    text = """@string{nips = "NeurIPS"}
    @string(smith = {Smith, A.})
    @article(a, author=smith # " and " # {Ba, J.}, title="Adam: {A} " # "Method", journal=nips # " 30", year=2014)
    @misc{b, title={C \\# and F # again}, year=2001}"""
    found = {r.key: r for r in read_references([("x.bib", text)])}
    assert (found["a"].title, found["a"].authors, found["a"].year) == ("Adam: A Method", ("A. Smith", "J. Ba"), 2014)
    assert found["b"].title == "C # and F # again"


def test_bib_entries_take_the_year_of_the_one_that_they_refer_to() -> None:
    text = "@inproceedings{a, crossref={P17}, author={Doe, A.}, title={Salt & more}}\n@proceedings{p17, title={Proc. of Salt}, year=2017}"
    (first, _) = read_references([("x.bib", text)])
    assert (first.title, first.authors, first.year) == ("Salt & more", ("A. Doe",), 2017)


def test_a_line_in_place_of_the_authors_means_those_before(tmp_path: Path) -> None:
    lines = (r"\bysame,", "---------,", r"\underline{\hspace{1cm}},", r"\rule{1cm}{1pt},")
    entries = "".join(
        rf"\bibitem{{k{i}}} {line} \emph{{The title of it}}, J. Alg. \textbf{{4}} (2002), 3--4."
        for i, line in enumerate(lines)
    )
    first = r"\providecommand{\bysame}{\leavevmode\hbox to3em{\hrulefill}}\bibitem{a} Ann Doe and Bo Roe, \emph{A first title}, Proc., 2001."
    found = read(tmp_path, rf"\begin{{thebibliography}}{{9}}{first}{entries}\end{{thebibliography}}").references
    assert {r.authors for r in found} == {("Ann Doe", "Bo Roe")}
    assert [r.title for r in found] == ["A first title"] + ["The title of it"] * 4


@pytest.mark.parametrize(
    ("printed", "arxiv"),
    [
        ("math.PR/0211159", "math.PR/0211159"),
        ("quant-ph/9508027v2", "quant-ph/9508027"),
        ("arXiv:cs.CL/0112017", "cs.CL/0112017"),
        ("cond-mat.stat-mech/0501001", "cond-mat.stat-mech/0501001"),
        ("J. Chem. Phys. 134, 1412.69801", None),
    ],
)
def test_old_ids_are_found_in_every_form(printed: str, arxiv: str | None) -> None:
    assert one(rf"\bibitem{{k}} A. Doe. \newblock A title. \newblock {printed}, 2001.").arxiv_id == arxiv


def test_every_command_that_cites_names_its_keys(tmp_path: Path) -> None:
    calls = r"\newcite{a}\parencites[1]{b}[see][2]{c,d}\citealp*{e}\Textcite{f}\shortcite{g}\onlinecite{h}"
    (tmp_path / "x.bib").write_text("\n".join(f"@misc{{{key}, title={{T}}}}" for key in "abcdefghi"), encoding="utf-8")
    assert "".join(r.key for r in read(tmp_path, rf"{calls}\bibliography{{x}}").references) == "abcdefgh"


def test_bib_keeps_duplicates_neighbours_and_broken_entries() -> None:
    text = "@article{a, title={One}, author={Doe, Ann and Bo Ray}, year=2001}\n@article{a, title={Again}}\n@article{b, title={Two\n@misc{c, title={Three}, eprint={2101.00001}, archivePrefix={arXiv}}\n"
    found = {r.key: r for r in read_references([("x.bib", text)])}
    assert set(found) == {"a", "b", "c"}
    assert found["a"].authors == ("Ann Doe", "Bo Ray")
    assert found["c"].arxiv_id == "2101.00001"


def test_names_in_both_orders() -> None:
    assert split_names("Kingma, D. P. and Ba, J.") == ("D. P. Kingma", "J. Ba")
    assert split_names("A. Bifet, G. Holmes, and B. Pfahringer") == ("A. Bifet", "G. Holmes", "B. Pfahringer")
    assert split_names("Doe, Ann B. and Bo Roe") == ("Ann B. Doe", "Bo Roe")
    assert split_names("Doe, Ann B., Bo Roe, and Cy Poe") == ("Ann B. Doe", "Bo Roe", "Cy Poe")
    assert split_names("Doe, A., B. Roe, C. Poe, and D. Moe") == ("A. Doe", "B. Roe", "C. Poe", "D. Moe")
    assert split_names("Doe, Anna, Roe, Robert, and Poe, Cyril D") == ("Anna Doe", "Robert Roe", "Cyril D Poe")
    assert split_names("Doe, Roe and Poe") == ("Doe", "Roe", "Poe")
    assert split_names("Doe A, Roe BC") == ("A Doe", "BC Roe")


@pytest.mark.parametrize(
    ("printed", "names"),
    [
        ("D. P. Kingma and J. Ba,", ("D. P. Kingma", "J. Ba")),
        ("Kingma, D.~P. and Ba, J.".replace("~", " "), ("D. P. Kingma", "J. Ba")),
        ("C. Yu and X. He, A. Li", ("C. Yu", "X. He", "A. Li")),
        ("Marco Valenzuela, Vu Ha, and Oren Etzioni", ("Marco Valenzuela", "Vu Ha", "Oren Etzioni")),
        ("Ivanov, Yu. and Li, Bo", ("Yu. Ivanov", "Bo Li")),
    ],
)
def test_a_surname_of_two_letters_is_no_initial(printed: str, names: tuple[str, ...]) -> None:
    assert names == split_names(printed)


def test_revtex_calls_its_list_references(tmp_path: Path) -> None:
    paper = read(
        tmp_path, r"\begin{references}\bibitem{e} A. Einstein, Ann. Phys. {\bf 17}, 891 (1905).\end{references}"
    )
    assert [(r.key, r.authors, r.year) for r in paper.references] == [("e", ("A. Einstein",), 1905)]


PANDOC = {
    "marks": "\\hypertarget{refs}{}\n\\hypertarget{ref-a}{}\n1. Doe, A. A small study. \\emph{Words} \\textbf{3,} 1--9 (1999).\n\n\\hypertarget{ref-b}{}\n2. Roe, B. A large one. \\emph{Words} (2000).\n\n",
    "paragraphs": "\\begin{CSLReferences}{1}{0}\n\\leavevmode\\vadjust pre{\\hypertarget{ref-a}{}}%\nDoe, A. 1999. {``A Small Study.''} \\emph{Words} 3: 1--9.\n\n\\leavevmode\\hypertarget{ref-b}{}%\nRoe, B. 2000. {``A Large One.''} \\emph{Words} 3.\n\n\\end{CSLReferences}",
    "items": "\\begin{CSLReferences}{0}{0}\\bibitem[\\citeproctext]{ref-a}\n\\CSLLeftMargin{{[}1{]} }%\n\\CSLRightInline{A. Doe, {``A small study,''} \\emph{Words}, vol. 3, 1999.}\n\n\\bibitem[\\citeproctext]{ref-b}\nRoe, B. (2000). A large one. \\emph{Words}.\\end{CSLReferences}",
}  # fmt: skip


@pytest.mark.parametrize("name", PANDOC)
def test_what_pandoc_wrote(tmp_path: Path, name: str) -> None:
    found = read(tmp_path, PANDOC[name]).references
    assert [(r.key, (r.title or "").lower(), r.authors, r.year) for r in found] == [
        ("a", "a small study", ("A. Doe",), 1999),
        ("b", "a large one", ("B. Roe",), 2000),
    ]


def test_the_definitions_that_mnras_puts_before_its_entries_are_no_text(tmp_path: Path) -> None:
    """As mnras.bst writes them into the bibliography, when that is copied into the paper."""
    head = r"\makeatletter\def\mn@urlcharsother{\let\do\@makeother \do\$\do\&\do\#\do\^\do\_\do\%\do\~}\def\mn@doi{\begingroup\mn@urlcharsother \@ifnextchar [ {\mn@doi@}{\mn@doi@[]}}\def\mn@doi@[#1]#2{\href {http://dx.doi.org/#2} {#1}\endgroup}"
    entry = r"\bibitem[\protect\citeauthoryear{{Doe} \& {Roe}}{{Doe} \& {Roe}}{2013}]{a} {Doe} J.~M.,  {Roe} Y.,  2013, \mn@doi [\apj] {10.1088/0004-637X/771/1/51}, \href {https://x.org/a} {771, 51}"
    (found,) = read(tmp_path, rf"\begin{{thebibliography}}{{}}{head}{entry}\end{{thebibliography}}").references
    assert (found.title, found.authors, found.year, found.doi) == (
        None,
        ("J. M. Doe", "Y. Roe"),
        2013,
        "10.1088/0004-637X/771/1/51",
    )


def test_only_what_is_cited_in_that_order() -> None:
    references = read_references([("x.bib", "@misc{a, title={A}}\n@misc{B, title={B}}\n@misc{c, title={C}}")])
    assert [r.key for r in only_cited(references, ["b", "a", "zz"])] == ["b", "a"]
    assert [r.key for r in only_cited(references, ["*"])] == ["a", "B", "c"]


@settings(deadline=None, max_examples=60)
@given(broken_tex, st.sampled_from(["x.bbl", "x.bib", "x.tex"]))
def test_broken_bibliographies_never_raise(tex: str, path: str) -> None:
    for text in (tex, r"\bibitem{k}" + tex, r"\entry{k}{b}{}" + tex):
        assert all(r.key for r in read_references([(path, text)]))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("D. P. Kingma and J. Ba.", ("D. P. Kingma", "J. Ba")),
        ("Kingma, D. P. and Ba, J.", ("D. P. Kingma", "J. Ba")),
        ("A. Krizhevsky and Y. Wu.", ("A. Krizhevsky", "Y. Wu")),
    ],
)
def test_a_short_surname_at_the_end_is_no_initial(text: str, names: tuple[str, ...]) -> None:
    assert split_names(text) == names


def test_a_page_without_authors_has_a_title() -> None:
    found = one(r"\bibitem{u} LNCS Homepage, \url{http://www.springer.com/lncs}. Last accessed 4 Oct 2017")
    assert (found.title, found.authors, found.url) == ("LNCS Homepage", (), "http://www.springer.com/lncs")


@pytest.mark.parametrize(
    ("entry", "authors", "title"),
    [
        (r"Bee A. 2020. Another title. arXiv:2001.00001.", ("A. Bee",), "Another title"),
        (r"Bee, A.; and Dee, C. 2020. \newblock On It. \newblock In \emph{AAAI}.", ("A. Bee", "C. Dee"), "On It"),
    ],
)
def test_an_initial_before_the_year_is_the_authors(entry: str, authors: tuple[str, ...], title: str) -> None:
    found = one(rf"\bibitem{{x}} {entry}")
    assert (found.authors, found.title, found.year) == (authors, title, 2020)


def test_a_journal_that_only_its_class_can_print_loses_no_initial() -> None:
    found = one(r"\bibitem{x} Bee, A., Dee, C., \& Eff, E.\ 2019, \apj, 870, 1")
    assert (found.authors, found.title, found.year) == (("A. Bee", "C. Dee", "E. Eff"), None, 2019)
