r"""Numbers and structure as LaTeX prints them: each small document was set by hand after the kernel's and amsmath's rules."""

from pathlib import Path

import pytest

from paperlab.extract.entry import extract
from paperlab.records.extracted import Paper


def read(folder: Path, body: str, *, preamble: str = "", cls: str = "article") -> Paper:
    (folder / "main.tex").write_text(
        rf"\documentclass{cls if cls[0] == '[' else '{' + cls + '}'}{preamble}\begin{{document}}{body}\end{{document}}",
        encoding="utf-8",
    )
    return extract(folder)


EQUATIONS = {
    "one": (r"\begin{equation}a\end{equation}\begin{equation}b\end{equation}", ["1", "2"]),
    "starred and brackets": (r"\begin{equation*}a\end{equation*}\[b\]$$c$$\begin{displaymath}d\end{displaymath}", [None] * 4),
    "rows of align": (r"\begin{align}a\\b\nonumber\\c\notag\\d\end{align}", ["1", None, None, "2"]),
    "a starred align is one": (r"\begin{align*}a\\b\end{align*}", [None]),
    "an align without numbers is one": (r"\begin{align}a\notag\\b\notag\end{align}", [None]),
    "a trailing break makes a number that nothing stands beside": (r"\begin{align}a\\b\\\end{align}\begin{equation}c\end{equation}", ["1", "2", "4"]),
    "gather and flalign": (r"\begin{gather}a\\b\end{gather}\begin{flalign}c&d\\e&f\end{flalign}", ["1", "2", "3", "4"]),
    "multline is one": (r"\begin{multline}a\\b\\c\end{multline}", ["1"]),
    "eqnarray": (r"\begin{eqnarray}a&=&b\\&=&c\nonumber\\d&=&e\end{eqnarray}", ["1", None, "2"]),
    "alignat takes its argument": (r"\begin{alignat}{2}a&b\\c&d\end{alignat}", ["1", "2"]),
    "split, aligned and cases are one": (
        r"\begin{equation}\begin{split}a\\b\end{split}\end{equation}\begin{equation}\begin{cases}a\\b\end{cases}\end{equation}", ["1", "2"]),
    "inner arrays do not split rows": (r"\begin{align}\begin{pmatrix}a\\b\end{pmatrix}\\c\end{align}", ["1", "2"]),
    "braces hide breaks": (r"\begin{align}a_{\substack{i\\j}}\\b\end{align}", ["1", "2"]),
    "a break with a length": (r"\begin{align}a\\[2pt]b\\[1em][c]\end{align}", ["1", "2", "3"]),
    "tags take no number": (r"\begin{equation}a\tag{X}\end{equation}\begin{align}b\tag{$*$}\\c\end{align}", ["X", "*", "1"]),
    "eqno": (r"$$a\eqno(7)$$", ["7"]),
    "eqalignno": (r"$$\eqalignno{a&=b&(3)\cr c&=d\cr e&=f&(\rm A)\cr}$$\begin{equation}g\end{equation}", ["3", None, "A", "1"]),
    "subequations": (
        r"\begin{subequations}\begin{align}a\\b\end{align}\end{subequations}\begin{equation}c\end{equation}", ["1a", "1b", "2"]),
    "appendix goes on counting": (r"\begin{equation}a\end{equation}\appendix\section{X}\begin{equation}b\end{equation}", ["1", "2"]),
    "setcounter": (r"\setcounter{equation}{4}\begin{equation}a\end{equation}\addtocounter{equation}{1}\begin{equation}b\end{equation}", ["5", "7"]),
    "a new format": (r"\renewcommand{\theequation}{S\arabic{equation}}\begin{equation}a\end{equation}", ["S1"]),
    "values of counters": (
        (r"\newcounter{t}\setcounter{t}{\value{equation}}\begin{equation}a\end{equation}\begin{equation}b\end{equation}\setcounter{equation}{\value{t}}"
        r"\begin{equation}c\end{equation}\addtocounter{equation}{\numexpr\value{equation}+1\relax}\begin{equation}d\end{equation}"), ["1", "2", "1", "4"]),
    "a format ends with its group": (
        (r"{\renewcommand{\theequation}{S\arabic{equation}}\begin{equation}a\end{equation}}\begin{equation}b\end{equation}"
        r"\renewcommand{\theequation}{T\arabic{equation}}\begin{center}\def\theequation{U}\begin{equation}c\end{equation}\end{center}\begin{equation}d\end{equation}"
        r"{\gdef\theequation{V}}\begin{equation}e\end{equation}"), ["S1", "2", "U", "T4", "V"]),
    "a format inside of subequations": (
        r"\begin{subequations}\renewcommand{\theequation}{1.\roman{equation}}\begin{align}a\\b\end{align}\end{subequations}\begin{equation}c\end{equation}", ["1.i", "1.ii", "2"]),
    "the number of the parent": (
        r"\section{A}\numberwithin{equation}{section}\begin{subequations}\renewcommand{\theequation}{\theparentequation.\arabic{equation}}\begin{align}a\\b\end{align}\end{subequations}",
        ["1.1.1", "1.1.2"]),
    "numbers of its own in a starred align": (
        (r"\newcommand\numberthis{\addtocounter{equation}{1}\tag{\theequation}}\newcommand{\this}{\refstepcounter{equation}\tag{\theequation$'$}}"
        r"\begin{align*}a\\b\numberthis\\c\this\end{align*}\begin{equation}d\end{equation}"), [None, "1", "2'", "3"]),
    "words between rows": (r"\begin{align}a\intertext{and \{}b\\ \shortintertext{so}c\end{align}", ["1", "2", "3"]),
    "reset alone": (
        r"\counterwithin*{equation}{section}\section{A}\begin{equation}a\end{equation}\section{B}\begin{equation}b\end{equation}", ["1", "1"]),
    "subequations as commands": (
        r"\newenvironment{sub}{\subequations\align}{\endalign\endsubequations}\begin{sub}a\\b\end{sub}\begin{equation}c\end{equation}", ["1a", "1b", "2"]),
    "subnumcases": (r"\begin{subnumcases}{x=}a&b\\c&d\end{subnumcases}\begin{numcases}{x=}a&b\\c&d\end{numcases}", ["1a", "1b", "2", "3"]),
    "tags with words and references": (
        (r"\begin{equation}a\tag{Eq. B}\label{a}\end{equation}\begin{equation}b\tag{\ref{a}$'$}\end{equation}\begin{equation}c\tag{by~\eqref{z}}\end{equation}"
        r"\begin{equation}d\label{z}\tag{$\dagger\dagger$}\end{equation}\begin{equation}e\tag{as $b_{j-1}<c_{1}$}\end{equation}"), ["Eq. B", "Eq. B'", "by (††)", "††", "as b_{j-1}<c_1"]),
    "only what is referred to": (
        (r"\mathtoolsset{showonlyrefs=true}\begin{equation}a\label{a}\end{equation}\begin{align}b\label{b}\\c\label{c}\\d\end{align}\eqref{c}, \cref{e, f}"
        r"\begin{equation}e\label{e}\end{equation}\begin{eqnarray}f\end{eqnarray}\begin{equation}g\tag{T}\end{equation}"), [None, None, "1", None, "2", "3", "T"]),
    "IEEE": (r"\begin{IEEEeqnarray}{rCl}a&=&b\\c&=&d\IEEEnonumber\\e&=&f\end{IEEEeqnarray}", ["1", None, "2"]),
    "own short names": (r"\def\be{\begin{equation}}\def\ee{\end{equation}}\newcommand{\ba}[1]{\begin{align}#1\end{align}}\be a\ee\ba{b\\c}", ["1", "2", "3"]),
    "own environment": (r"\newenvironment{eq}{\begin{equation}}{\end{equation}}\begin{eq}a\end{eq}", ["1"]),
    "formulas in the line count for nothing": (r"$a$ \(b\) \verb|\begin{equation}| \$ $c$$d$", []),
    "alone in the middle": (r"\begin{center}$a = b$.\end{center}\begin{center}$\ast\ast$\end{center}\begin{center}Let $a = b$\end{center}", [None]),
    "in a float and in a list": (r"\begin{itemize}\item\begin{equation}a\end{equation}\end{itemize}", ["1"]),
    "a missing end costs none": ("\\begin{equation}a\n\ntext\\begin{equation}b\\end{equation}", ["1", "2"]),
}  # fmt: skip


@pytest.mark.parametrize("name", EQUATIONS)
def test_numbers_equations_as_latex_does(tmp_path: Path, name: str):
    body, expected = EQUATIONS[name]
    assert expected == [e.number for e in read(tmp_path, body).equations]


def test_numbers_equations_within_sections(tmp_path: Path):
    body = r"\section{A}\begin{equation}a\end{equation}\section{B}\begin{equation}b\end{equation}\appendix\section{C}\begin{equation}c\end{equation}"
    for preamble in (
        r"\numberwithin{equation}{section}",
        r"\makeatletter\@addtoreset{equation}{section}\makeatother\renewcommand\theequation{\thesection.\arabic{equation}}",
    ):
        assert [e.number for e in read(tmp_path, body, preamble=preamble).equations] == ["1.1", "2.1", "A.1"]
    assert [
        e.number for e in read(tmp_path, r"\chapter{A}" + body.replace("section", "chapter"), cls="book").equations
    ] == ["2.1", "3.1", "A.1"]


def test_gives_labels_rows_and_both_forms_of_a_formula(tmp_path: Path):
    preamble = r"\newcommand{\R}{\mathbb{R}}\newcommand{\norm}[1]{\lVert #1 \rVert}"
    body = (
        "\n\\begin{align}\n  \\norm{x} % why\n  &\\in \\R \\label{a} \\\\\n  y &= 2 \\label{b}\\nonumber\n\\end{align}"
    )
    first, second = read(tmp_path, body, preamble=preamble).equations
    assert (first.label, second.label) == ("a", "b")
    assert first.tex.split() == r"\lVert x \rVert &\in \mathbb{R}".split()
    assert first.tex_source.split() == r"\norm{x} &\in \R".split()
    assert (first.span.file, first.span.line, second.span.line) == ("main.tex", 3, 5)  # type: ignore[union-attr]


_IEEE = (
    r"\begin{IEEEeqnarray}{rCl}a&=&b\IEEEyesnumber\IEEEyessubnumber\label{A1}\\c&=&d\IEEEyessubnumber\label{A2}\\e&=&f\label{A3}\end{IEEEeqnarray}"
    r"\begin{equation}e\label{A4}\end{equation}"
    r"\begin{IEEEeqnarray*}{rCl}a&=&b\\c&=&d\IEEEyesnumber\label{B1}\\e&=&f\IEEEyessubnumber\label{B2}\\g&=&h\IEEEyessubnumber\label{B3}\end{IEEEeqnarray*}"
    r"\begin{IEEEeqnarray}{rCl}a&=&b\IEEEyessubnumber\label{C1}\\c&=&d\IEEEyessubnumber\label{C2}\\e&=&f\IEEEyesnumber\label{C3}\\e&=&f\IEEEyesnumber\IEEEyessubnumber\label{C4}\end{IEEEeqnarray}"
    r"\begin{IEEEeqnarray}{rCl}\IEEEyesnumber\IEEEyessubnumber*a&=&b\label{D1}\\c&=&d\label{D2}\\e&=&f\IEEEnosubnumber\label{D3}\\z&=&f\label{D4}\\e&=&f\IEEEnonumber\\e&=&f\label{D5}\end{IEEEeqnarray}"
    r"\begin{IEEEeqnarray}{rCl}a&=&b\IEEEyessubnumber\label{E1}\end{IEEEeqnarray}"
    r"\begin{IEEEeqnarray}{rCl}a&=&b\IEEEyessubnumber\label{F1}\\c&=&d\IEEEnonumber*\\c&=&d\\c&=&d\IEEEyesnumber\label{F2}\end{IEEEeqnarray}"
    r"\begin{equation}e\label{G1}\end{equation}"
    r"\begin{IEEEeqnarray*}{rCl}\IEEEyesnumber* a&=&b\label{H1}\\c&=&d\label{H2}\\c&=&d\IEEEyessubnumber\label{H3}\\c&=&d\label{H4}\end{IEEEeqnarray*}"
)


def test_numbers_parts_of_ieee_arrays_as_the_class_does(tmp_path: Path):
    """Labels and numbers as pdfTeX wrote them with IEEEtran.cls 1.8b, TeX Live 2022."""
    expected = "A1=1a A2=1b A3=2 A4=3 B1=4 B2=4a B3=4b C1=4c C2=4d C3=5 C4=6a D1=7a D2=7b D3=8 D4=8a D5=8b E1=8c F1=8d F2=9 G1=10 H1=11 H2=12 H3=12a H4=13"
    equations = read(tmp_path, _IEEE, cls="IEEEtran").equations
    assert " ".join(f"{e.label}={e.number}" for e in equations if e.label) == expected
    assert not any("IEEE" in e.tex or "*" in e.tex for e in equations)


SECTIONS = {
    "article": ("article", r"\section{A}\subsection{B}\subsubsection{C}\paragraph{D}\section*{E}\section[s]{F}\appendix\section{G}\subsection{H}",
                ["1", "1.1", "1.1.1", None, None, "2", "A", "A.1"]),
    "book": ("book", r"\chapter{A}\section{B}\chapter*{C}\chapter{D}\section{E}\subsubsection{F}\appendix\chapter{G}\section{H}",
             ["1", "1.1", None, "2", "2.1", None, "A", "A.1"]),
    "IEEE appendix": ("IEEEtran", r"\section{A}\subsection{B}\subsubsection{C}\paragraph{D}\appendix[T]", ["I", "I-A", "I-A1", "I-A1a", "A"]),
    "REVTeX": ("revtex4-2", r"\section{A}\subsection{B}\subsubsection{C}\paragraph{D}\appendix\section{E}\subsection{F}", ["I", "I.A", "I.A.1", "I.A.1.a", "A", "A.1"]),
    "REVTeX's letters": ("[aps,prl]{revtex4-2}", r"\section{A}\appendix\section{B}", [None, None]),
    "secnumdepth": ("article", r"\setcounter{secnumdepth}{0}\section{A}\subsection{B}", [None, None]),
    "IEEEtran": ("IEEEtran", r"\section{A}\subsection{B}\section{C}", ["I", "I-A", "II"]),
    "an environment of the name": ("article", r"\section{A}\begin{appendix}\section{B}\end{appendix}\section{C}", ["1", "A", "B"]),
    "appendices": ("article", r"\section{A}\begin{appendices}\section{B}\end{appendices}\section{C}", ["1", "A", "2"]),
}  # fmt: skip


@pytest.mark.parametrize("name", SECTIONS)
def test_numbers_sections_as_the_class_does(tmp_path: Path, name: str):
    cls, body, expected = SECTIONS[name]
    assert expected == [s.number for s in read(tmp_path, body, cls=cls).sections]


APPENDICES = {
    "article": ["1", "2"], "elsarticle": ["A.1", "B.1"], "mnras": ["A1", "B1"], "aastex631": ["A1", "B2"], "emulateapj": ["A1", "B1"],
    "revtex4-1": ["A1", "B1"], "acmart": ["1", "2"],
}  # fmt: skip


@pytest.mark.parametrize("cls", APPENDICES)
def test_numbers_formulas_of_an_appendix_as_the_class_does(tmp_path: Path, cls: str):
    body = r"\appendix\section{A}\begin{equation}a\end{equation}\section{B}\begin{equation}b\end{equation}"
    assert [e.number for e in read(tmp_path, body, cls=cls).equations] == APPENDICES[cls]


def test_listings_count_within_chapters_and_labels_behind_unnumbered_headings_mean_the_last_number(tmp_path: Path):
    """Labels and numbers as pdfTeX wrote them, TeX Live 2022."""
    code = "\\begin{lstlisting}[caption={C},label=l]\nfor x in y:\n  z\n\\end{lstlisting}"
    body = rf"\chapter{{A}}\section{{B}}\chapter{{C}}\section{{D}}\paragraph{{E}}\label{{e}}{code}\section*{{F}}\label{{f}}\section{{See \ref{{e}}, \ref{{f}}, \ref{{l}}}}"
    paper = read(tmp_path, body, cls="book")
    assert paper.sections[-1].title == "See 2.1, 2.1, 2.1"
    assert [a.number for a in paper.algorithms] == ["2.1"]


def test_an_environment_of_appendices_counts_on_in_the_letters_of_springer_nature(tmp_path: Path):
    """What sn-jnl.cls sets at the begin of `appendices`, and does not for `\\appendix`."""
    body = r"\section{A}\begin{equation}a\end{equation}\begin{equation}b\end{equation}\section{B}\begin{equation}c\end{equation}"
    inside = rf"\begin{{equation}}x\end{{equation}}\begin{{appendices}}{body}\end{{appendices}}"
    assert [e.number for e in read(tmp_path, inside, cls="sn-jnl").equations] == ["1", "A1", "A2", "B3"]
    assert [e.number for e in read(tmp_path, rf"\appendix{body}", cls="sn-jnl").equations] == ["1", "2", "3"]


def test_counts_within_sections_as_the_class_or_a_package_says(tmp_path: Path):
    """What siamart.cls does unless told otherwise, and jheppub.sty for formulas."""
    floats = "".join(rf"\begin{{{name}}}\caption{{C}}x\end{{{name}}}" for name in ("figure", "table", "algorithm"))
    body = rf"\section{{A}}\section{{B}}\begin{{equation}}a\end{{equation}}{floats}"

    def numbers(preamble: str, cls: str) -> list[str | None]:
        paper = read(tmp_path, body, preamble=preamble, cls=cls)
        return [x.number for x in (*paper.equations, *paper.figures, *paper.tables, *paper.algorithms)]

    assert numbers("", "siamart171218") == ["2.1"] * 4
    assert numbers("", "[onefignum,onetabnum]{siamart171218}") == ["2.1", "1", "1", "2.1"]
    assert numbers(r"\usepackage{jheppub}", "article") == ["2.1", "1", "1", "1"]


def test_leaves_what_only_counts_out_of_a_formula(tmp_path: Path):
    body = r"\begin{align*}a\addtocounter{equation}{1}\tag{\theequation}\label{x}\end{align*}\begin{equation}\setcounter{z}{2}b\end{equation}"
    assert [(e.tex, e.label) for e in read(tmp_path, body).equations] == [("a", "x"), ("b", None)]


def test_gives_a_label_to_the_row_whose_number_it_means(tmp_path: Path):
    for name in ("eqnarray", "align"):
        body = rf"\begin{{{name}}}\label{{x}}a\nonumber\\b\\c\label{{y}}\nonumber\end{{{name}}}see $\ref{{x}}$"
        assert [(e.number, e.label) for e in read(tmp_path, body).equations] == [(None, None), ("1", "x"), (None, "y")]
    body = r"\begin{gather}\label{x}a\nonumber\\b\end{gather}"
    assert [(e.number, e.label) for e in read(tmp_path, body).equations] == [(None, "x"), ("1", None)]


@pytest.mark.parametrize(
    ("package", "numbers"), [("subcaption", ["3"]), ("subfig", ["1"])], ids=("counts", "does not count")
)
def test_counts_figures_whose_parts_alone_have_captions(tmp_path: Path, package: str, numbers: list[str]):
    part = r"\begin{subfigure}{2cm}\includegraphics{a}\caption{x}\end{subfigure}"
    body = rf"\begin{{figure}}{part}\end{{figure}}\begin{{figure}}\caption*{{y}}{part}\end{{figure}}\begin{{figure}}\caption{{z}}\end{{figure}}"
    again = r"\begin{figure}\ContinuedFloat\caption{z on}\end{figure}"
    figures = read(tmp_path, body + again, preamble=rf"\usepackage{{{package}}}").figures
    assert [f.number for f in figures if f.caption.startswith("z")] == numbers * 2


def test_numbers_captions_of_deluxetables_and_theorems_of_the_class(tmp_path: Path):
    table = r"\begin{deluxetable}{cc}\tablecaption{T\label{t}}\startdata a&b\\1&2\enddata\end{deluxetable}"
    assert [(t.number, t.label) for t in read(tmp_path, table, cls="aastex631").tables] == [("1", "t")]
    body = r"\section{A}\begin{theorem}\end{theorem}\begin{lemma}\label{l}\end{lemma}\section{\ref{l}}"
    numbers = {"llncs": "1", "jmlr": "2", "acmart": "1.2"}
    assert {cls: read(tmp_path, body, cls=cls).sections[1].title for cls in numbers} == numbers
    body = r"\newtheorem{lem}{L}\begin{restatable}[n]{lem}{again}\label{l}\end{restatable}\section{\ref{l}}"
    assert read(tmp_path, body).sections[0].title == "1"


def test_a_heading_among_the_rows_of_a_deluxetable_is_a_row(tmp_path: Path):
    body = r"\begin{deluxetable}{lr}\tablecaption{T}\tablehead{\colhead{N} & \colhead{V}}\startdata a & 1\\ \cutinhead{Next} b & 2\enddata\end{deluxetable}"
    (table,) = read(tmp_path, body).tables
    assert table.rows == (("N", "V"), ("a", "1"), ("Next", "Next"), ("b", "2"))


def test_lets_a_deluxetable_name_its_own_number_and_count_none(tmp_path: Path):
    """Labels and numbers as pdfTeX wrote them with aastex631.cls; `\\tablenum` in a cell is siunitx's."""
    table = (
        r"\begin{deluxetable}{lc}%s\tablecaption{T\label{%s}}%s\startdata x & \tablenum{5}\\\enddata\end{deluxetable}"
    )
    body = (
        table % ("", "a", "")
        + table % (r"\tablenum{7}", "b", "")
        + table % ("", "c", r"\tablenum{A3}")
        + table % ("", "d", "")
    )
    expected = [("1", "a"), ("7", "b"), ("A3", "c"), ("2", "d")]
    assert [(t.number, t.label) for t in read(tmp_path, body, cls="aastex631").tables] == expected


def test_reads_titles_and_labels_of_sections(tmp_path: Path):
    body = r"\section{The \emph{big} $x$ of~it}\label{s}text\label{no}\section{B \label{in}}\section{See \ref{s}}\section{D} text \label{far}"
    sections = read(tmp_path, body).sections
    assert [s.title for s in sections] == ["The big $x$ of it", "B", "See 1", "D"]
    assert [s.label for s in sections] == ["s", "in", None, None]


def test_counts_floats_by_their_captions(tmp_path: Path):
    tabular = r"\begin{tabular}{ll}a&b\\1&2\end{tabular}"
    body = (
        rf"\begin{{table}}{tabular}\caption{{T one}}\label{{t1}}\end{{table}}"
        r"\begin{figure*}\includegraphics[width=1cm]{f/a.pdf}\caption{F one}\label{f1}\end{figure*}"
        rf"\begin{{table*}}\caption{{T two}}\label{{t2}}{tabular}\end{{table*}}"
        rf"\begin{{figure}}\captionof{{table}}{{T three}}{tabular}\end{{figure}}"
        r"\begin{wrapfigure}{r}{2cm}\includegraphics{b}\caption*{F none}\end{wrapfigure}"
        r"\begin{figure}\begin{subfigure}{1cm}\includegraphics{c}\caption{sub}\end{subfigure}\subfloat[x]{\includegraphics{d}}\caption{F two}\end{figure}"
        r"\begin{algorithm}\caption{A one}\begin{algorithmic}\State x\end{algorithmic}\end{algorithm}"
    )
    paper = read(tmp_path, body)
    assert [(t.number, t.caption, t.label) for t in paper.tables] == [
        ("1", "T one", "t1"),
        ("2", "T two", "t2"),
        ("3", "T three", None),
    ]
    assert [(f.number, f.caption, f.files) for f in paper.figures] == [
        ("1", "F one", ("f/a.pdf",)), (None, "F none", ("b",)), ("2", "F two", ("c", "d")),
    ]  # fmt: skip
    assert [(a.number, a.caption, len(a.lines)) for a in paper.algorithms] == [("1", "A one", 1)]


def test_cuts_a_float_with_several_captions(tmp_path: Path):
    one, two = r"\begin{tabular}{ll}a&b\\1&2\end{tabular}", r"\begin{tabular}{ll}c&d\\3&4\end{tabular}"
    boxes = "".join(
        rf"\begin{{minipage}}{{3cm}}\caption{{C{i}}}\label{{l{i}}}{t}\end{{minipage}}" for i, t in enumerate((one, two))
    )
    after = rf"{one}\caption{{C0}}\label{{l0}}{two}\caption{{C1}}\label{{l1}}"
    before = rf"\caption{{C0}}\label{{l0}}{one}\caption{{C1}}\label{{l1}}{two}"
    for inside in (boxes, after, before):
        tables = read(tmp_path, rf"\begin{{table}}{inside}\end{{table}}").tables
        assert [(t.number, t.caption, t.label, t.rows[0][0]) for t in tables] == [
            ("1", "C0", "l0", "a"),
            ("2", "C1", "l1", "c"),
        ]


def test_keeps_a_bare_tabular_with_data_and_drops_layout(tmp_path: Path):
    data = r"\begin{tabular}{ll}a&b\\1&2\\3&4\end{tabular}"
    body = rf"\section{{S}}{data}\begin{{tabular}}{{ll}}\includegraphics{{x}}&\includegraphics{{y}}\\a&b\\c&d\end{{tabular}}\begin{{tabular}}{{l}}x\end{{tabular}}"
    tables = read(tmp_path, data + body).tables
    assert [(t.number, t.rows) for t in tables] == [(None, (("a", "b"), ("1", "2"), ("3", "4")))]


def test_says_what_was_wrong_and_gives_the_rest(tmp_path: Path):
    paper = read(tmp_path, r"\section{A}\begin{itemize}\end{table}\input{gone}\begin{equation}x\end{equation}")
    assert [e.number for e in paper.equations] == ["1"]
    assert {p.kind for p in paper.problems} == {"stray end", "missing file", "unclosed environment"}


@pytest.mark.parametrize(
    ("broken", "kept"),
    [
        (r"\begin{equation}a", ["a", "b", "c", "d"]),
        (r"\begin{align}a\\e", ["a", "e", "b", "c", "d"]),
        (r"\[a", ["a", "b", "c", "d"]),
        (r"$$a", ["a", "b", "c", "d"]),
        ("Let $a be.", ["b", "c", "d"]),
        ("$$a\n\nProse.", ["a", "b", "c", "d"]),
        (r"\begin{align}a\\e\end{equation} Prose.", ["a", "e", "b", "c", "d"]),
        ("\\begin{equation}\na\n\\end{align}\nProse $x$.", ["a", "b", "c", "d"]),
        (r"\begin{equation}a\end{equation*} Prose.", ["a", "b", "c", "d"]),
    ],
)
def test_a_formula_without_end_costs_no_other(tmp_path: Path, broken: str, kept: list[str]):
    r"""What follows goes on as if it were closed: no `\begin`, heading or float stands in a formula."""
    after = r"\begin{equation}b\end{equation}\section{B}\begin{table}\caption{T}\begin{tabular}{l}1\\2\end{tabular}\end{table}"
    paper = read(tmp_path, rf"\section{{A}}{broken}{after}\begin{{align*}}c\end{{align*}}Then $x$.\[d\]")
    assert kept == [e.tex for e in paper.equations]
    assert ([s.title for s in paper.sections], len(paper.tables)) == (["A", "B"], 1)


def test_an_empty_line_in_a_drawing_ends_no_formula(tmp_path: Path):
    paper = read(
        tmp_path,
        "\\[\\begin{tikzpicture}\n\\draw (0,0);\n\n\\draw (1,1);\n\\end{tikzpicture}\\]\\begin{equation}c\\end{equation}",
    )
    assert ([e.number for e in paper.equations], paper.problems) == ([None, "1"], ())


def test_lines_that_end_in_a_macro_make_no_empty_line(tmp_path: Path):
    preamble = "\\newcommand{\\a}[1]{\n\\begingroup\n#1\\endgroup}"
    paper = read(tmp_path, r"Let $\a{x}$ be \[c\] of $y$.", preamble=preamble)
    assert [e.tex for e in paper.equations] == ["c"]


def test_a_formula_nested_wrongly_is_one(tmp_path: Path):
    """LaTeX complains and prints it; so do papers."""
    paper = read(
        tmp_path, r"\[\begin{align*}a\end{align*}\]$$ \begin{align*}b\end{align*}$$\begin{equation}c\end{equation}"
    )
    assert [e.number for e in paper.equations] == [None, None, "1"]


@pytest.mark.parametrize("command", [r"\section", r"\section*", r"\section[short]"])
def test_a_heading_that_never_closes_is_a_problem(command: str, tmp_path: Path) -> None:
    paper = read(tmp_path, rf"{command}{{Lost {{\bf x}} \section{{Kept}}")
    assert [s.title for s in paper.sections] == ["Kept"]
    assert [p.kind for p in paper.problems] == ["unclosed group"]


def test_a_caption_that_never_closes_is_a_problem(tmp_path: Path) -> None:
    paper = read(tmp_path, r"\begin{table}\caption{Lost {\bf x}\begin{tabular}{l}a\end{tabular}\end{table}")
    assert [p.kind for p in paper.problems] == ["unclosed group"]


def test_floats_of_jmlr_have_the_label_of_their_first_argument(tmp_path: Path) -> None:
    body = r"\begin{table}\floatconts{tab:x}{\caption{An Example}}{\begin{tabular}{ll}A&B\\1&2\end{tabular}}\end{table}See \ref{tab:x}."
    (table,) = read(tmp_path, body, cls="jmlr").tables
    assert (table.number, table.label, table.caption, table.rows) == (
        "1", "tab:x", "An Example", (("A", "B"), ("1", "2")),
    )  # fmt: skip


def test_a_table_in_a_file_of_its_own_is_read_and_a_drawing_is_a_picture(tmp_path: Path) -> None:
    alone = r"\documentclass{standalone}\begin{document}%s\end{document}"
    (tmp_path / "t.tex").write_text(alone % r"\begin{tabular}{ll}A&B\\1&2\end{tabular}", encoding="utf-8")
    (tmp_path / "p.tex").write_text(alone % r"\begin{tikzpicture}\draw;\end{tikzpicture}", encoding="utf-8")
    table = r"\begin{table}\caption{T}\includestandalone[width=3cm]{t}\end{table}"
    paper = read(tmp_path, table + r"\begin{figure}\includestandalone[width=3cm]{p}\caption{P}\end{figure}")
    assert [t.rows for t in paper.tables] == [(("A", "B"), ("1", "2"))]
    assert [f.files for f in paper.figures] == [("p",)]


def test_the_only_appendix_of_revtex_has_no_letter(tmp_path: Path) -> None:
    """As pdflatex prints with revtex4-2: a heading `Appendix: Only`, formulas (A.1)."""
    body = r"\section{I}\begin{equation}a\end{equation}\appendix*\section{Only}\begin{equation}b\end{equation}\subsection{Q}"
    paper = read(tmp_path, body, cls="[prx]{revtex4-2}")
    assert [s.number for s in paper.sections] == ["I", None, "1"]
    assert [e.number for e in paper.equations] == ["1", "A.1"]


def test_figures_of_aastex_and_notes_of_jhep(tmp_path: Path) -> None:
    body = r"\begin{figure}\gridline{\fig{a.pdf}{3cm}{(a)}\leftfig{b.png}{3cm}{(b)}}\caption{G}\end{figure}"
    paper = read(
        tmp_path, body, preamble=r"\title{T}\author[a,1]{Ann Bee,\note{Corresponding author.}}\author[b]{and C. Dee}"
    )
    assert [f.files for f in paper.figures] == [("a.pdf", "b.png")]
    assert paper.authors == ("Ann Bee", "C. Dee")
