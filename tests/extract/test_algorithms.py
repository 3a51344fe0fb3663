"""Pseudocode: each package's own example worked by hand as (indent, kind, text)."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paperlab.extract.algorithms import read_algorithm
from paperlab.extract.block import Block
from paperlab.records.extracted import Algorithm
from tests.extract.test_document import read as document
from tests.extract.test_text import broken_tex

Line = tuple[int, str, str]


def read(body: str, name: str = "algorithm") -> Algorithm:
    return read_algorithm(Block(name=name, body=body, number="1"))


def lines(body: str, name: str = "algorithm") -> list[Line]:
    return [(x.indent, x.kind, x.text) for x in read(body, name).lines]


def test_what_stands_beside_a_block_that_opens_and_words_in_bold() -> None:
    algorithm = read(
        r"""\begin{algorithmic} \State {\bfseries input:} a list \For{$i$} \Comment{each} \State {\color{red} $x + {\color[rgb]{1,0,0} y}$} \Comment{\color{blue} add}
        \EndFor \State \textbf{output} the {\color{red} sum} \State \textbf{output} $\gets 3$ \end{algorithmic}"""
    )
    assert (algorithm.inputs, algorithm.outputs) == (("a list",), ("the sum",))
    assert [(x.indent, x.kind, x.text) for x in algorithm.lines] == [
        (0, "for", "$i$"), (0, "comment", "each"), (1, "statement", "$x + { y}$"), (1, "comment", "add"), (0, "statement", r"output $\gets 3$"),
    ]  # fmt: skip


def test_what_prints_nothing_ends_no_line() -> None:
    body = r"\begin{algorithmic}\STATE \label{a} $x = y$ \FOR{$i$}\label{b} \STATE go \vspace{2mm} on\label{c} // twice \ENDFOR\end{algorithmic}"
    assert lines(body) == [
        (0, "statement", "$x = y$"), (0, "for", "$i$"), (1, "statement", "go on"), (1, "comment", "twice"),
    ]  # fmt: skip
    assert lines(r"\label{a} $x = y$\; \For{$i$}{\label{b} go\;}") == [
        (0, "statement", "$x = y$"),
        (0, "for", "$i$"),
        (1, "statement", "go"),
    ]


def test_a_display_and_a_space_end_no_line() -> None:
    body = r"\begin{algorithmic}\State Start: \begin{align*}M&=1;\\ N&=2\end{align*} \State $B \gets C$\hspace{4mm} (removal) \State end it\end{algorithmic}"
    assert [text for _, _, text in lines(body)] == ["Start: $M =1; N =2$", r"$B \gets C$ (removal)", "end it"]


def test_algpseudocode() -> None:
    algorithm = read(
        r"""\caption{Clip \textbf{it}}\label{a}\begin{algorithmic}[1]
        \Require step $\eta$ \Ensure weights $w$
        \Function{Go}{$x$} \State $w \gets \Call{f}{w, \eta}$ \Comment{once}
        \For{$t = 1, \dots, T$} \If{$a$} \State b \ElsIf{c} \State d \Else \State e \EndIf \EndFor
        \EndFunction
        \While{true} \State x \EndWhile \Repeat \State y \Until{z} \State \Return $w$
        \end{algorithmic}"""
    )
    assert (algorithm.caption, algorithm.inputs, algorithm.outputs) == ("Clip it", (r"step $\eta$",), ("weights $w$",))
    assert [(x.indent, x.kind, x.text) for x in algorithm.lines] == [
        (0, "function", "Go($x$)"),
        (1, "statement", r"$w \gets f(w, \eta)$"),
        (1, "comment", "once"),
        (1, "for", r"$t = 1, \dots, T$"),
        (2, "if", "$a$"),
        (3, "statement", "b"),
        (2, "elif", "c"),
        (3, "statement", "d"),
        (2, "else", ""),
        (3, "statement", "e"),
        (0, "while", "true"),
        (1, "statement", "x"),
        (0, "repeat", ""),
        (1, "statement", "y"),
        (0, "until", "z"),
        (0, "return", "$w$"),
    ]


def test_old_algorithmic_with_labels_by_hand() -> None:
    body = r"\begin{algorithmic}\STATE {\bfseries Input:} data $x$ \FOR[each]{$i=1$ {\bfseries to} $m$}\STATE go\ENDFOR\STATE {\bf return} $x$\end{algorithmic}"
    assert read(body).inputs == ("data $x$",)
    assert lines(body) == [
        (0, "for", "$i=1$ to $m$"),
        (0, "comment", "each"),
        (1, "statement", "go"),
        (0, "return", "$x$"),
    ]


def test_algorithm2e() -> None:
    algorithm = read(
        r"""\DontPrintSemicolon \SetKwInOut{Input}{in}\SetKwFunction{FMain}{Main}\SetKwProg{Fn}{Function}{:}{}
        \Input{$X$}\KwOut{$w$}\caption{Two}
        $w \gets 0$\;
        \ForEach{$t$}{ a \tcp*[r]{note} \eIf{$x > 0$}{ b\; }{ c\; } }
        \uIf{A}{x\;}\uElseIf{B}{y\;}\Else{z\;}
        \Repeat{done}{ step\; }
        \Fn{\FMain{$a$}}{ \KwRet $a$\; }"""
    )
    assert (algorithm.inputs, algorithm.outputs, algorithm.caption) == (("$X$",), ("$w$",), "Two")
    assert [(x.indent, x.kind, x.text) for x in algorithm.lines] == [
        (0, "statement", r"$w \gets 0$"),
        (0, "for", "$t$"),
        (1, "statement", "a"),
        (1, "comment", "note"),
        (1, "if", "$x > 0$"),
        (2, "statement", "b"),
        (1, "else", ""),
        (2, "statement", "c"),
        (0, "if", "A"),
        (1, "statement", "x"),
        (0, "elif", "B"),
        (1, "statement", "y"),
        (0, "else", ""),
        (1, "statement", "z"),
        (0, "repeat", ""),
        (1, "statement", "step"),
        (0, "until", "done"),
        (0, "function", "Main($a$)"),
        (1, "return", "$a$"),
    ]


@pytest.mark.parametrize(
    ("body", "end"),
    [
        (r"\SetKwRepeat{Do}{do}{while} \Do{$x > 0$}{ step\; }", "not $x > 0$"),
        (r"\SetKwRepeat{Rep}{repeat}{until} \Rep{$x > 0$}{ step\; }", "$x > 0$"),
        (r"\begin{algorithmic}\Do \State step \DoWhile{$x > 0$}\end{algorithmic}", "not $x > 0$"),
        (r"\begin{algorithmic}\Repeat \State step \Until{$x > 0$}\end{algorithmic}", "$x > 0$"),
    ],
)
def test_a_loop_that_goes_on_while_something_holds_ends_when_it_does_not(body: str, end: str) -> None:
    assert lines(body) == [(0, "repeat", ""), (1, "statement", "step"), (0, "until", end)]


def test_a_listing_keeps_its_indent() -> None:
    body = "\\begin{lstlisting}[language=Python]\ndef f(x):\n    for i in range(3):\n        x += 1\n    return x\n\\end{lstlisting}"
    assert lines(body) == [
        (0, "function", "f(x)"),
        (1, "for", "i in range(3)"),
        (2, "statement", "x += 1"),
        (1, "return", "x"),
    ]


def test_comments_at_the_end_of_code_lines_stand_alone() -> None:
    body = "\\begin{lstlisting}[language=Python]\nfor x in loader:  # one batch\n    s = '# no'  # yes\n    k = n // 2\n\\end{lstlisting}"
    assert lines(body) == [
        (0, "for", "x in loader"),
        (0, "comment", "one batch"),
        (1, "statement", "s = '# no'"),
        (1, "comment", "yes"),
        (1, "statement", "k = n // 2"),
    ]


def test_comments_drawn_by_hand_stand_alone() -> None:
    body = r"\begin{algorithmic}\State a \hfill $\triangleright$ note \State b \hfill // other \State $\triangleright$ all\end{algorithmic}"
    assert lines(body) == [
        (0, "statement", "a"), (0, "comment", "note"), (0, "statement", "b"), (0, "comment", "other"), (0, "comment", "all"),
    ]  # fmt: skip


def test_blocks_that_no_package_defines() -> None:
    body = r"""\begin{algorithmic}\State a \With{lock $l$}\State x\EndWith \ParallelFor{$i$}\State y\EndParallelFor
        \Switch{$z$}\Case{1}\State p\EndCase\EndSwitch \State b\end{algorithmic}"""
    assert lines(body) == [
        (0, "statement", "a"),
        (0, "statement", "with lock $l$"),
        (1, "statement", "x"),
        (0, "for", "$i$"),
        (1, "statement", "y"),
        (0, "statement", "switch $z$"),
        (1, "if", "1"),
        (2, "statement", "p"),
        (0, "statement", "b"),
    ]


def test_a_switch_of_algorithm2e_says_what_it_asks() -> None:
    body = r"""\Switch(\tcc*[f]{note}){$x$}{\Case{$1$}{a\;}\uCase{$2$}{b\; c\;}\lCase{$3$}{d}\uOther{e\;}}
        \SetKwSwitch{Choose}{When}{Rest}{choose}{by}{when}{rest}{end}{end}\Choose{$y$}{\When{$4$}{f\;}\lRest{g}}
        \SetKwIF{Falls}{SonstFalls}{Sonst}{falls}{dann}{sonst falls}{sonst}{fertig}\uFalls{$p$}{h\;}\uSonstFalls{$q$}{i\;}\Sonst{j\;}\eFalls{$r$}{k\;}{l\;}"""
    assert lines(body, "algorithm2e") == [
        (0, "statement", "switch $x$"), (0, "comment", "note"), (1, "if", "1"), (2, "statement", "a"),
        (1, "if", "2"), (2, "statement", "b"), (2, "statement", "c"), (1, "if", "3"), (2, "statement", "d"),
        (1, "else", ""), (2, "statement", "e"),
        (0, "statement", "switch $y$"), (1, "if", "4"), (2, "statement", "f"), (1, "else", ""), (2, "statement", "g"),
        (0, "if", "$p$"), (1, "statement", "h"), (0, "elif", "$q$"), (1, "statement", "i"), (0, "else", ""), (1, "statement", "j"),
        (0, "if", "$r$"), (1, "statement", "k"), (0, "else", ""), (1, "statement", "l"),
    ]  # fmt: skip


def test_a_block_prints_what_its_definition_says() -> None:
    preamble = r"\algdef{SE}[SYNC]{Sync}{EndSync}[1]{\textbf{atomically} #1:}{\textbf{end}}"
    body = r"\begin{algorithmic}\Sync{$q$}\State x\EndSync\end{algorithmic}"
    algorithm = read_algorithm(Block(name="algorithm", body=body), preamble=preamble)
    assert [(x.indent, x.text) for x in algorithm.lines] == [(0, "atomically $q$:"), (1, "x")]


def test_words_of_statements_open_and_close_blocks() -> None:
    body = r"""\begin{algorithmic}\STATE \textbf{for} $i$ \textbf{do} \STATE \quad x \STATE \textbf{if} a \textbf{then} \STATE y
        \STATE \textbf{else} \STATE z \STATE \textbf{end if} \STATE \textbf{end for} \STATE w\end{algorithmic}"""
    assert lines(body) == [
        (0, "for", "$i$"),
        (1, "statement", "x"),
        (1, "if", "a"),
        (2, "statement", "y"),
        (1, "else", ""),
        (2, "statement", "z"),
        (0, "statement", "w"),
    ]


def test_commands_that_a_paper_makes_from_the_packages_words(tmp_path: Path) -> None:
    preamble = r"""\algnewcommand{\Params}{\item[\textbf{Hyperparameters:}]}\algnewcommand{\Note}[1]{\State \(\triangleright\) #1}
        \algnewcommand{\OneIf}[2]{\State\algorithmicif\ #1\ \algorithmicthen\ #2}"""
    body = r"\begin{algorithm}\begin{algorithmic}\Require $x$ \Params $\eta$ \Note{go} \OneIf{a}{b}\end{algorithmic}\end{algorithm}"
    (algorithm,) = document(tmp_path, body, preamble=preamble).algorithms
    assert algorithm.inputs == ("$x$", r"$\eta$")
    assert [(x.kind, x.text) for x in algorithm.lines] == [("comment", "go"), ("if", "a then b")]


def test_the_note_in_round_brackets_of_algorithm2e() -> None:
    assert lines(r"\For(\tcp*[f]{note}){$x$}{use\;}") == [
        (0, "for", "$x$"),
        (0, "comment", "note"),
        (1, "statement", "use"),
    ]


def test_what_stands_by_hand_in_front_of_the_lines_goes_in_or_comes_out() -> None:
    given = r"\textbf{Input}: data $x$\\ \textbf{Parameters}: $\eta$\\[2pt] {\bf Output}: $y$"
    one_line = r"\textbf{Input:} data $x$, $\eta$ \textbf{Output:} $y$"
    lists = r"\begin{algorithmic}[1]\STATE first\end{algorithmic}\begin{algorithmic}[1]\STATE second\end{algorithmic}"
    several, short = read(rf"\caption{{A}}\label{{a}}{given} All else is fixed.{lists}"), read(one_line + lists)
    assert (several.inputs, several.outputs) == (("data $x$", r"$\eta$"), ("$y$ All else is fixed.",))
    assert (short.inputs, short.outputs) == ((r"data $x$, $\eta$",), ("$y$",))
    assert [x.text for x in several.lines] == [x.text for x in short.lines] == ["first", "second"]


def test_breaks_inside_of_a_formula_and_blocks_that_a_paper_defines_for_algorithm2e() -> None:
    body = r"""\SetKwBlock{Forever}{loop}{end}\nlset{1a} $d \gets \begin{cases} 1 & a \\ 0 & b \end{cases}$\; $c$ \\ $e$\;
        \Forever{wait\;}"""
    assert lines(body, "algorithm2e") == [
        (0, "statement", r"$d \gets \begin{cases} 1 & a \\ 0 & b \end{cases}$"), (0, "statement", "$c$"), (0, "statement", "$e$"),
        (0, "repeat", ""), (1, "statement", "wait"),
    ]  # fmt: skip


def test_an_item_keeps_its_label_unless_it_says_what_goes_in() -> None:
    body = (
        r"\begin{algorithmic}\item[\textbf{Input:}] $A$ \item[\textbf{Initialize:}] $x = 0$ \State go\end{algorithmic}"
    )
    assert read(body).inputs == ("$A$",)
    assert lines(body) == [(0, "statement", "Initialize: $x = 0$"), (0, "statement", "go")]


def test_notes_beside_else_and_boxes_of_algpseudocodex() -> None:
    body = r"\begin{algorithmic}\If{a}\State x\Else[never $b$]\State y\EndIf\BeginBox[draw=blue]\State z\EndBox\end{algorithmic}"
    assert lines(body) == [
        (0, "if", "a"), (1, "statement", "x"), (0, "else", ""), (0, "comment", "never $b$"), (1, "statement", "y"), (0, "statement", "z"),
    ]  # fmt: skip


def test_pseudocode_in_figures_and_listings_that_bear_a_caption(tmp_path: Path) -> None:
    code = r"\begin{lstlisting}%s" + "\nfor x in y:\n  x += 1\n" + r"\end{lstlisting}"
    captioned = code % "[caption={Own, {one}},label=l]"
    lines_ = r"\begin{algorithmic}\State x\end{algorithmic}"
    figures = rf"\begin{{figure}}{code % ''}\caption{{Code}}\end{{figure}}\begin{{figure}}{lines_}\caption{{Lines}}\end{{figure}}"
    none = r"\begin{figure}\begin{lstlisting}[caption=c]say hello\end{lstlisting}\end{figure}" + (code % "").replace(
        "for", "of"
    )
    body = rf"\section{{A \ref{{l}}}}{captioned}{figures}\begin{{listing}}{code % ''}\caption{{Float}}\end{{listing}}{none}"
    paper = document(tmp_path, body)
    expected = [
        ("listing", "1", "Own, one", 2), ("algorithm", None, "Code", 2), ("algorithm", None, "Lines", 1), ("listing", "1", "Float", 2),
    ]  # fmt: skip
    assert [(a.kind, a.number, a.caption, len(a.lines)) for a in paper.algorithms] == expected
    assert paper.sections[0].title == "A 1"


def test_procedures_of_algorithm2e_print_their_name_and_count_nothing(tmp_path: Path) -> None:
    body = r"\begin{procedure}\caption{Walk(v)}\KwIn{v}go\;\end{procedure}\begin{algorithm}\caption{A}\KwIn{v}go\;\end{algorithm}"
    for option, numbers in (("", [None, "1"]), ("[procnumbered]", ["1", "2"])):
        paper = document(tmp_path, body, preamble=rf"\usepackage{option}{{algorithm2e}}")
        assert [a.number for a in paper.algorithms] == numbers


def test_lines_made_by_hand() -> None:
    nested = r"\begin{enumerate}\item Input: $x$ \item for $i$ do \begin{enumerate}\item step\end{enumerate}\item return $x$\end{enumerate}"
    assert lines(nested) == [(0, "for", "$i$"), (1, "statement", "step"), (0, "return", "$x$")]
    words = r"\textbf{for} $i$ \textbf{do}\\ step\\ \textbf{end for}\\ last"
    assert lines(words) == [(0, "for", "$i$"), (1, "statement", "step"), (0, "statement", "last")]


@settings(deadline=None, max_examples=60)
@given(broken_tex, st.sampled_from(["algorithm", "algorithmic", "lstlisting"]))
def test_broken_pseudocode_never_raises(tex: str, name: str) -> None:
    for body in (tex, r"\KwIn{a}" + tex, r"\begin{algorithmic}" + tex):
        assert all(x.indent >= 0 for x in read(body, name).lines)


def test_deep_nesting_ends() -> None:
    assert lines("\\For{a}{" * 2000 + "x\\;")
    assert lines("\\begin{algorithmic}" + "\\For{a}" * 2000)


def test_the_words_of_algorithmic_stay_in_their_lines() -> None:
    body = r"""\begin{algorithmic} \FOR{$t=1$ \TO $T$} \IF{$a$ \AND \NOT $b$} \STATE set $c$ to \TRUE \ENDIF \ENDFOR
        \WHILE{\FALSE{} \OR $d$ \XOR $e$} \STATE go \ENDWHILE \end{algorithmic}"""
    assert lines(body) == [
        (0, "for", "$t=1$ to $T$"),
        (1, "if", "$a$ and not $b$"),
        (2, "statement", "set $c$ to true"),
        (0, "while", "false or $d$ xor $e$"),
        (1, "statement", "go"),
    ]


def test_a_call_inside_a_formula_leaves_the_formula_whole() -> None:
    own = r"\SetKwFunction{Grow}{Grow} $s \gets s + \Grow{$T_i$, $k-1$}$\; \Grow{$x$}\;"
    assert lines(own, "algorithm") == [
        (0, "statement", r"$s \gets s + Grow(T_i, k-1)$"),
        (0, "statement", "Grow($x$)"),
    ]
    assert lines(r"\SetKwArray{Best}{best}$\Best{$j$} \gets 1$\;", "algorithm") == [
        (0, "statement", r"$best[j] \gets 1$")
    ]
    assert lines(r"\begin{algorithmic}\State $x \gets \Call{Pop}{$H$}$\end{algorithmic}") == [
        (0, "statement", r"$x \gets Pop(H)$")
    ]


def test_code_in_files_in_verbatim_listings_and_without_caption(tmp_path: Path) -> None:
    (tmp_path / "upd.py").write_text("import torch\nfor x in y:\n    x += 1\nprint(x)\n")
    files = r"\lstinputlisting[firstline=2, lastline=3, caption={One}]{upd.py}\inputminted{python}{upd.py}\verbatiminput{upd.py}"
    code = "\nfor x in y:\n  x += 1\n"
    verbatim = rf"\begin{{listing}}\begin{{verbatim}}{code}\end{{verbatim}}\caption{{Two}}\end{{listing}}"
    bare = rf"\begin{{lstlisting}}{code}\end{{lstlisting}}\begin{{lstlisting}}pip install x\end{{lstlisting}}"
    gone = r"\lstinputlisting{gone.py}\lstinputlisting{../secret.py}"
    (tmp_path.parent / "secret.py").write_text("for x in y: z")
    paper = document(tmp_path, rf"\section{{A}}{files}{verbatim}{bare}{gone}")
    expected = [("1", "One", 2), (None, "", 4), ("1", "Two", 2), (None, "", 2)]
    assert [(a.number, a.caption, len(a.lines)) for a in paper.algorithms] == expected
    assert [p.message.split()[0] for p in paper.problems] == ["gone.py", "../secret.py"]


def test_a_loop_in_c_is_one_and_a_listing_that_is_no_algorithm_is_told(tmp_path: Path) -> None:
    code = r"\begin{listing}\begin{minted}{c}%s\end{minted}\caption{C}\end{listing}"
    paper = document(
        tmp_path, r"\section{A}" + code % "\nfor (i = 0; i < n; i++) {\n  y[i] = 1;\n}\n" + code % "\nx: 1\n"
    )
    assert [[line.kind for line in a.lines][:2] for a in paper.algorithms] == [["for", "statement"]]
    assert [p.message.split(":")[0] for p in paper.problems] == ["listing 2"]
