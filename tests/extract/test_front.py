r"""Title, authors, abstract and addresses, in the forms of the classes: each small paper was set by hand after a template."""

from pathlib import Path

import pytest

from paperlab.extract.entry import extract
from tests.extract.test_document import read

TITLES = {
    "article": (r"\title{A \\ B\thanks{x}}\author{Jo Doe\thanks{a} \and Al~B. Cee\\ University of X\\ \texttt{a@b}}\maketitle", "A B", ("Jo Doe", "Al B. Cee")),
    "short title": (r"\title[s]{Long One}\author{Zoë Åse$^1$, Li Wei$^{2,*}$ and Max van Dam\\$^1$Dept. of Y}", "Long One", ("Zoë Åse", "Li Wei", "Max van Dam")),
    "ICML": (r"\twocolumn[\icmltitle{The Title}\begin{icmlauthorlist}\icmlauthor{Ann Bee}{x}\icmlauthor{Cy Dee}{y,x}\end{icmlauthorlist}]", "The Title", ("Ann Bee", "Cy Dee")),
    "IEEE": (r"\title{T T}\author{\IEEEauthorblockN{Ann Bee, Cy Dee}\IEEEauthorblockA{Univ X\\Town}\and\IEEEauthorblockN{Ed Eff}}", "T T", ("Ann Bee", "Cy Dee", "Ed Eff")),
    "JMLR": (r"\title{T T}\author{\name Ann Bee \email a@b \\ \addr Dept\\ Town \AND \name Cy Dee \email c}", "T T", ("Ann Bee", "Cy Dee")),
    "one command an author": (r"\title{T T}\author[1]{Ann Bee}\author[2]{Cy Dee}\affil[1]{X}", "T T", ("Ann Bee", "Cy Dee")),
    "LNCS": (r"\title{T T}\author{Ann Bee\inst{1}\orcidID{0} \and Cy Dee\inst{2}}\institute{X}", "T T", ("Ann Bee", "Cy Dee")),
    "accents": (r"\title{T T}\author{Jos\'e N\'u\~nez \and {\AA}sa Sj\"ostr\"om}", "T T", ("José Núñez", "Åsa Sjöström")),
    "several rows": (r"\title{T T}\author{\textbf{Ann Bee} \quad Cy Dee \\ Ed Eff \& Gil Haa\\ \small Google Research\\ \{a,b\}@x.org}", "T T", ("Ann Bee", "Cy Dee", "Ed Eff", "Gil Haa")),
    "AND": (r"\title{T T}\author{Ann Bee \\ MIT\\ \And Cy Dee \\ CMU \AND Ed Eff}", "T T", ("Ann Bee", "Cy Dee", "Ed Eff")),
    "an ampersand within a group": (r"\title{T}\author{Ann Bee, Roe's Vision \& Language Group \and Bo Cee \& Cy Dee \and The R\&D Team}", "T", ("Ann Bee", "Roe’s Vision & Language Group", "Bo Cee", "Cy Dee", "The R&D Team")),
}  # fmt: skip


TITLES |= {
    "a place beside the name": (r"\title{T T}\author{Ann Bee, Univ X \and Cy Dee, University of Y}", "T T", ("Ann Bee", "Cy Dee")),
    "addresses and names in another script in brackets": (r"\title{T T}\author{Ann Bee (\texttt{a@b.c})\thanks{X} \and Wei Dee (张伟)$^1$}", "T T", ("Ann Bee", "Wei Dee")),
    "degrees": (r"\title{T T}\author{Dr. Ann Bee and Prof. Cy Dee\\ San Diego, University of X}", "T T", ("Ann Bee", "Cy Dee")),
    "capitals": (r"\title{T T}\author{ANN BEE AND CY DEE}", "T T", ("ANN BEE", "CY DEE")),
    "marks of old conferences": (r"\title{T T}\author{Ann Bee\affmark[1], Cy Dee\affmark[2,*]\\ \affaddr{\affmark[1]Univ X}\\ \email{a@b}}", "T T", ("Ann Bee", "Cy Dee")),
    "imsart": (r"\title{T T}\author[A]{\fnms{Ann}~\snm{Bee}\ead[label=e1]{a@b.c}},\author[B]{\fnms{Cy} \snm{Dee}\ead[label=e2,mark]{c@d}}", "T T", ("Ann Bee", "Cy Dee")),
    "BMVC": (r"\title{T T}\addauthor{Ann Bee}{http://a.b/~c}{1}\addauthor{Cy Dee}{http://x.y}{2}", "T T", ("Ann Bee", "Cy Dee")),
    "COLT": (r"\title{T T}\coltauthor{\Name{Ann Bee} \Email{a@b}\\ \addr X \AND \Name{Cy Dee} \Email{c@d}}", "T T", ("Ann Bee", "Cy Dee")),
    "BMC": (r"\title{T T}\author[addressref={a},email={a@b}]{\inits{A.B.}\fnm{Ann} \snm{Bee}}", "T T", ("Ann Bee",)),
    "Interspeech": (r"\title{T T}\name[affiliation={1,2}]{Ann}{Bee}\name[affiliation={1}]{Cy X.}{Dee}\affiliation{1}{Univ}{X}", "T T", ("Ann Bee", "Cy X. Dee")),
    "Springer Nature": (r"\title{T T}\author*[1]{\pfx{Dr} \fnm{Ann} \sur{Bee}}\author[2]{\fnm{Cy} \spfx{van} \sur{Dee}}", "T T", ("Ann Bee", "Cy van Dee")),
    "AAAI": (r"\title{T T}\author{Ann Bee\textsuperscript{\rm 1,2}, Cy Dee\textsuperscript{\rm 2}\\ \textsuperscript{\rm 1}Some Place\\ a@b}", "T T", ("Ann Bee", "Cy Dee")),
    "IEEE on two lines": (r"\title{T T}\author{\IEEEauthorblockN{Ann Bee\IEEEauthorrefmark{1}, Cy Dee\IEEEauthorrefmark{2} and\\ Ed Eff\IEEEauthorrefmark{3}}}", "T T", ("Ann Bee", "Cy Dee", "Ed Eff")),
    "jmlr class": (r"\title{T T}\author{\Name{Ann Bee} \Email{a@b}\\ \addr Somewhere \AND \Name{Cy X. Dee} \Email{c@d}}", "T T", ("Ann Bee", "Cy X. Dee")),
    "MNRAS": (r"\title{T T}\author[A. Bee et al.]{Ann Bee,$^{1}$\thanks{a@b} C. Dee$^{2}$ and Ed Eff$^{3}$\\ $^{1}$Royal Old Society\\$^{2}$Department}", "T T", ("Ann Bee", "C. Dee", "Ed Eff")),
    "ICASSP": (r"\title{T T}\name{Ann Bee$^1$, Cy Dee$^2$}\address{$^1$Univ X}", "T T", ("Ann Bee", "Cy Dee")),
    "two authors": (r"\title{T T}\twoauthors{Ann Bee}{Univ X}{Cy Dee}{Univ Y}", "T T", ("Ann Bee", "Cy Dee")),
    "SIG style": ("\\title{T T}\\author{\n\\alignauthor\nAnn Bee\\\\ \\affaddr{Univ X}\\\\ \\email {a@b}\n\\alignauthor\nCy E. Dee\\\\ \\affaddr{Univ Y}}", "T T", ("Ann Bee", "Cy E. Dee")),
    "nothing but marks between": (r"\title{T T}\author{\sc Ann Bee\altaffilmark{1} Cy Dee\altaffilmark{2} and Ed Eff\altaffilmark{2,3}}", "T T", ("Ann Bee", "Cy Dee", "Ed Eff")),
    "a form for bookmarks": (r"\title{T T}\author{\texorpdfstring{Ann \raisebox{1pt}{\kern.3ex{\underline{\kern-.3ex B}}}ee}{Ann Bee}}", "T T", ("Ann Bee",)),
    "by": (r"\title{T T}\author{by Ann Bee and Cy Dee}", "T T", ("Ann Bee", "Cy Dee")),
    "initials in another script": (r"\title{T T}\author{Иванов А.\ Б. \and Ann Bee}", "T T", ("Иванов А. Б.", "Ann Bee")),
    "places below a name": (r"\title{T T}\author{by Ann Bee\\ FH Some Town, Austria\\ a@b \and Cy Dee\\ Acme LLC, St. Town, Russia}", "T T", ("Ann Bee", "Cy Dee")),
    "a place below the only name": (r"\title{T T}\author{Ann Bee\\ FH Some Town, Austria\\ a@b}", "T T", ("Ann Bee",)),
    "a company below the only name": ("\\title{T T}\\author{Ann Bee\\\\\nAcme LLC, St. Town, Russia\\\\\n{\\tt\\small a@b}}", "T T", ("Ann Bee",)),
    "nobody": (r"\title{T T}\author{12 pages excluding references}", "T T", ()),
    "wide spaces between": (r"\title{T T}\author{Ann Bee \hspace{0.4cm} Cy Dee \hspace*{1em} Ed Eff}", "T T", ("Ann Bee", "Cy Dee", "Ed Eff")),
    "a framed remark above": ("\\title{\\vspace{-2cm}\\fbox{\\vbox{\\footnotesize This was published\\\\ elsewhere.}}\\\\[1cm] The Title}\\author{Ann Bee}", "The Title", ("Ann Bee",)),
    "a framed title": (r"\title{\fbox{The Title}}\author{Ann Bee}", "The Title", ("Ann Bee",)),
    "a team": (r"\title{T T}\author{OpenAI\thanks{Cite so}}", "T T", ("OpenAI",)),
    "links to ORCID": (r"\title{T T}\author{ \href{https://orcid.org/0}{\includegraphics[scale=0.06]{o.pdf}\hspace{1mm}Ann~Bee}\thanks{x} \\ Department of X \And Cy Dee\\ \href{mailto:a@b}{a@b}}", "T T", ("Ann Bee", "Cy Dee")),
    "places that could be names": (r"\title{T T}\author{Ann Bee\\UC Berkeley \And Cy Dee\\ Carnegie Mellon\\ Pittsburgh \And Ed Eff\\ Some Place}", "T T", ("Ann Bee", "Cy Dee", "Ed Eff")),
    "a table": (r"\title{T T}\author{\begin{tabular}[t]{c@{\extracolsep{8em}}c} Ann Bee & Cy Dee\\ MIT & CMU\end{tabular}}", "T T", ("Ann Bee", "Cy Dee")),
    "and on its own line": (r"\title{T T}\author{A. Bee\\ Institute\\ {\it and}\\ C. Dee\\ CERN}", "T T", ("A. Bee", "C. Dee")),
    "a member": (r"\title{T T}\author{Ann Bee, \textit{Member, IEEE}, Rishi T.}", "T T", ("Ann Bee", "Rishi T.")),
    "Chinese": (r"\title{小部件}\author{王小明$^1$ \and 李雷 (Lei Li)\\ 某大学 \and Ann Bee}", "小部件", ("王小明", "李雷 (Lei Li)", "Ann Bee")),
    "Japanese and Korean on a line": (r"\title{T T}\author{山田太郎, 김철수\thanks{x}\\ 서울대학교}", "T T", ("山田太郎", "김철수")),
    "typewriter and links": (r"\title{The \texttt{tool} of \href{http://x}{Y}\texorpdfstring{$\alpha$}{alpha}}\author{Ann Bee \texttt{a@b}}", r"The tool of Y$\alpha$", ("Ann Bee",)),
}  # fmt: skip


@pytest.mark.parametrize("name", TITLES)
def test_reads_title_and_authors(tmp_path: Path, name: str):
    tex, title, authors = TITLES[name]
    paper = read(tmp_path, r"\begin{abstract}We do $x$.\end{abstract}", preamble=tex)
    assert (title, authors, "We do $x$.") == (paper.title, paper.authors, paper.abstract)


ABSTRACTS = {
    "five groups of A&A": "\\abstract% context\n{We}\n% aims\n{do}\n{this}\n{and}\n{that.}\\maketitle {No.}",
    "Frontiers' heading": r"\maketitle\begin{abstract}\section{} We do this and that. \tiny \keyFont{\section{Keywords:} a, b}\end{abstract}",
    "Wiley's option": r"\abstract[Summary]{We do this and that.}\maketitle",
    "a heading": r"\maketitle\section*{Abstract} We do this and that. \section{A}",
    "paragraphs under a heading": "\\maketitle\\section*{Abstract} We do this\\\\\n\nand that. \\section{A}",
    "a word in the middle": "\\begin{center}\\textbf{Abstract}\\end{center}\\begin{quote}We do this and that.\\end{quote}",
    "a word in bold": "{\\bf Abstract.} We do this and that.\n\n No.",
}


@pytest.mark.parametrize("name", ABSTRACTS)
def test_finds_the_abstract_of_every_form(tmp_path: Path, name: str):
    paper = read(tmp_path, ABSTRACTS[name] + r"\section{B}")
    assert paper.abstract == "We do this and that."
    assert all(s.title for s in paper.sections)


def test_addresses_of_code_above_the_text(tmp_path: Path):
    head = r"\title{T\thanks{Code: \url{https://github.com/example/a}.}}\author{Ann Bee\\ \href{https://huggingface.co/example/b}{Models}, \href{https://orcid.org/0}{x}, a@b.c}"
    paper = read(tmp_path, r"\maketitle\section{A} See \url{https://github.com/example/a}.", preamble=head)
    assert [(x.url, x.kind) for x in paper.links] == [
        ("https://github.com/example/a", "code"),
        ("https://huggingface.co/example/b", "code"),
    ]
    assert (paper.title, paper.authors) == ("T", ("Ann Bee",))


def test_reads_amstex(tmp_path: Path):
    head = r"\documentstyle{amsppt}\topmatter\title A Title \endtitle\author Ann Bee and Cy Dee\endauthor\abstract We do. \endabstract\endtopmatter\document"
    body = r"\head 2. One \endhead$$a = b \tag 1.1$$ $$\align c &= d \tag 2 \\ e &= f \endalign$$"
    refs = r"\Refs\ref\no 1\by A. Bee\paper Traces of it\jour J. Alg.\vol 3\yr 1990\endref\ref\key K\by C. Dee\book Sums\yr 1980\endref\endRefs"
    (tmp_path / "main.tex").write_text(rf"{head}{body}{refs}\enddocument", encoding="utf-8")
    paper = extract(tmp_path)
    assert (paper.title, paper.authors, paper.abstract) == ("A Title", ("Ann Bee", "Cy Dee"), "We do.")
    assert [(s.number, s.title) for s in paper.sections] == [("2", "One")]
    assert [(e.number, e.tex) for e in paper.equations] == [
        ("1.1", "a = b"),
        ("2", "c &= d"),
        (None, "e &= f"),
    ]
    assert [(r.key, r.title, r.authors, r.year) for r in paper.references] == [
        ("1", "Traces of it", ("A. Bee",), 1990),
        ("K", "Sums", ("C. Dee",), 1980),
    ]


def test_title_and_names_set_by_hand(tmp_path: Path):
    head = r"{\LARGE\bf A Title of Words}\\ \vskip 1cm {\large Ann Bee$^1$, Cy Dee$^{1,2}$ and Ed Eff}\\$^1$Univ X"
    paper = read(tmp_path, rf"\begin{{center}}{head}\end{{center}}\section{{B}}")
    assert (paper.title, paper.authors) == ("A Title of Words", ("Ann Bee", "Cy Dee", "Ed Eff"))
    report = head.replace("Ann Bee$^1$, Cy Dee$^{1,2}$ and Ed Eff", "Technical Report")
    assert read(tmp_path, rf"\begin{{center}}{report}\end{{center}}").authors == ()


def test_words_that_a_class_prints(tmp_path: Path):
    paper = read(tmp_path, r"\section*{\ackname}\section{Nets, \eg deep ones, \ie\ big}", cls="llncs")
    assert [s.title for s in paper.sections] == ["Acknowledgments", "Nets, e.g. deep ones, i.e. big"]


def test_leaves_keywords_out_of_the_abstract_and_finds_a_title_set_by_hand(tmp_path: Path):
    abstract = r"\begin{abstract}We do $x$. \keywords{Foo \and Bar}\begin{keyword}Baz\end{keyword}\end{abstract}"
    paper = read(tmp_path, r"\begin{center}\begin{Large}{\bf A Title\\ by Hand}\end{Large}\end{center}" + abstract)
    assert (paper.title, paper.abstract) == ("A Title by Hand", "We do $x$.")
