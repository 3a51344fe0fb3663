"""Tables: grids worked by hand, and the rule that every grid is rectangular."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paperlab.extract.block import Block
from paperlab.extract.grid import column_wraps, is_number, read_grid
from paperlab.extract.tables import read_table
from paperlab.records.extracted import Table
from tests.extract.test_document import read
from tests.extract.test_text import broken_tex


def only(body: str, name: str = "table", **given_: object) -> Table:
    (table,) = read_table(Block(name=name, body=body, **given_))  # type: ignore[arg-type]
    return table


def test_spans_fill_every_cell_and_rules_make_the_header() -> None:
    table = only(
        r"""\caption{Accuracy (\%).}\begin{tabular}{@{}llcc@{}}\toprule
        \multirow{2}{*}{Model} & \multirow{2}*{Clip} & \multicolumn{2}{c}{Task} \\ \cmidrule(lr){3-4}
         & & A & B \\ \midrule
        \multirow[t]{2}{*}{Net} & no & 86.9$\pm$0.2 & \textbf{1} \\
         & yes & \textbf{87.8}$\pm$0.1 & {\bf 2} \\ \bottomrule\end{tabular}""",
        number="3",
        label="tab:x",
    )
    assert table.rows == (
        ("Model", "Clip", "Task", "Task"),
        ("Model", "Clip", "A", "B"),
        ("Net", "no", "86.9±0.2", "1"),
        ("Net", "yes", "87.8±0.1", "2"),
    )
    assert (table.header_rows, table.best, table.caption) == (2, ((2, 3), (3, 2), (3, 3)), "Accuracy (%).")
    assert (table.number, table.label) == ("3", "tab:x")


NICE = r"""\begin{table}\caption{N}%s[hvlines]
\CodeBefore \rowcolor{blue}{1} \Body
\RowStyle{\itshape} \Block{2-1}{Model} & \Block[c]{1-2}{Scores} & \\
 & A & B \\
x & 1 & \textbf{2} \\
y & \Block{2-}<\bfseries>{7} & \\
z & & \\
\CodeAfter \tikz \draw (1-|2) -- (2-|3);
\end{%s}\end{table}"""


@pytest.mark.parametrize("begin", [r"{NiceTabular}{lcc}", r"{NiceTabular}[c]{lcc}", r"{NiceTabular*}{5cm}{lcc}", r"{NiceTabularX}{5cm}{lXX}"])  # fmt: skip
@pytest.mark.parametrize("bare", [False, True])
def test_blocks_of_nicematrix_fill_the_cells_that_they_cover(tmp_path: Path, begin: str, *, bare: bool) -> None:
    tex = NICE % (rf"\begin{begin}", begin[1 : begin.index("}")])
    tex = tex.replace(r"\begin{table}\caption{N}", "").replace(r"\end{table}", "") if bare else tex
    (table,) = read(tmp_path, r"\section{S}" + tex).tables
    assert table.rows == (
        ("Model", "Scores", "Scores"), ("Model", "A", "B"), ("x", "1", "2"), ("y", "7", "7"), ("z", "7", "7"),
    )  # fmt: skip
    assert (table.header_rows, table.best) == (2, ((2, 2), (3, 1), (3, 2)))


def test_a_column_set_in_bold_marks_nothing_as_best() -> None:
    grid = read_grid(r"Model & Acc \\ \hline a & 1.0 \\ b & 2.0 \\", r"l>{\bfseries}c")
    assert (grid.rows, grid.best) == ([["Model", "Acc"], ["a", "1.0"], ["b", "2.0"]], [])


def test_a_list_of_names_and_values_has_no_header() -> None:
    assert read_grid(r"\toprule Layers & 12\\ \midrule Dropout & 0.1\\ \midrule").header_rows == 0
    assert read_grid(r"\toprule & 2020\\ \midrule Dropout & 0.1\\").header_rows == 1


LONG = r"""\begin{longtable}{lr}\caption{Long.}\label{t}\\ \toprule N & V\\ \midrule\endfirsthead
\caption[]{(continued)}\\ \toprule N & V\\ \midrule\endhead \midrule\multicolumn{2}{r}{next page}\\ \endfoot
\bottomrule\endlastfoot a & 1\\ b & 2\\ \end{longtable}"""


def test_a_caption_printed_again_over_a_further_page_makes_no_second_table(tmp_path: Path) -> None:
    body = LONG + r"\begin{table}\caption{Next}\begin{tabular}{ll}x & y\end{tabular}\end{table}"
    first, second = read(tmp_path, body).tables
    assert (first.number, first.caption, first.label, first.header_rows) == ("1", "Long.", "t", 1)
    assert first.rows == (("N", "V"), ("a", "1"), ("b", "2"))
    assert (second.number, second.caption) == ("2", "Next")


def test_a_continued_float_keeps_its_number(tmp_path: Path) -> None:
    one = r"\begin{table}%s\caption{A}\begin{tabular}{ll}x & y\end{tabular}\end{table}"
    body = one % "" + one % r"\ContinuedFloat" + one % ""
    assert [t.number for t in read(tmp_path, body).tables] == ["1", "1", "2"]


def test_a_negative_multirow_fills_upward() -> None:
    grid = read_grid(r"A & B \\ \hline & 1 \\ \multirow{-2}{*}{x} & 2 \\")
    assert grid.rows == [["A", "B"], ["x", "1"], ["x", "2"]]


@pytest.mark.parametrize(
    ("body", "rows"),
    [
        (r"a & b \tabularnewline c & d", [["a", "b"], ["c", "d"]]),
        (r"a \& b & {c & d} \\[2pt] e & f", [["a & b", "c d"], ["e", "f"]]),
        (r"\rowcolor{gray!20} a & \cellcolor[HTML]{FF0000}b \\", [["a", "b"]]),
        (r"\num{1.5} & \SI{3}{ms} \\", [["1.5", "3 ms"]]),
        (r"\makecell{a\\b} & \shortstack{c \\ d} \\", [["a b", "c d"]]),
        (r"\begin{tabular}{c}x\\y\end{tabular} & z \\", [["x y", "z"]]),
        (r"a & b & c \\ d \\", [["a", "b", "c"], ["d", "", ""]]),
        (r"\diagbox[width=5em]{Model}{Data} & \backslashbox{a}{b} \\", [["Model Data", "a b"]]),
        (r"\verb|a_b| & {\fontseries{b}\selectfont 0.9(1)} \\", [["a_b", "0.9(1)"]]),
        (r"\colhead{a} & \nocolhead{b} & c\TblrNote{d} \\", [["a", "", "c"]]),
        (r"B\tablenotemark{a} & 80.0\textsubscript{0.1} & H\textsubscript{2}O \\", [["B", "80.0 0.1", "H2O"]]),
        (r"\multicolumn{2}{c}{\multirow{2}{*}{q}} & 1 \\ & & 2 \\", [["q", "q", "1"], ["q", "q", "2"]]),
    ],
)
def test_cells(body: str, rows: list[list[str]]) -> None:
    assert read_grid(body).rows == rows


def test_spans_and_rules_in_the_options_of_tabularray() -> None:
    """As tabularray 2022A sets them: Z is the last row, cells that a span covers are written and not printed."""
    options = "colspec={lcc}, cell{1}{1}={r=2}{l,font=\\bfseries}, cell{1}{2}={c=2}{c}, cell{3-Z}{3}={bg=red}, cell{Z}{1} = {c=3}{}"
    body = r"Net & Score & \\ & A & B \\ x & 1 & \textbf{2} \\ y & 3 & 4 \\ end & & \\"
    rows = (("Net", "Score", "Score"), ("Net", "A", "B"), ("x", "1", "2"), ("y", "3", "4"), ("end", "end", "end"))
    for rules in ("hline{1,3,Z}={solid}", "hline{2}={2-3}{}, hline{3}={}"):
        table = only(rf"\begin{{tblr}}{{{options}, {rules}}}{body}\end{{tblr}}")
        assert (table.rows, table.header_rows, table.best) == (rows, 2, ((2, 2),))
    ruled = only(r"\begin{tblr}[t]{lX,hlines}a & b\\ c & d\end{tblr}")
    assert (ruled.rows, ruled.header_rows) == ((("a", "b"), ("c", "d")), 1)


def test_a_caption_in_a_box_of_its_own_makes_one_table_and_a_picture_stays_with_its_figure(tmp_path: Path) -> None:
    cells = r"\begin{tabular}{lc}a & b\\ x & 1\\ y & 2\end{tabular}"
    box = rf"\begin{{center}}\captionof{{table}}{{Box}}{cells}\end{{center}}"
    both = rf"\begin{{figure}}\includegraphics{{p}}\captionof{{table}}{{T}}{cells}\caption{{F}}\end{{figure}}"
    paper = read(tmp_path, rf"\section{{S}}{box}{both}{cells}")
    assert [(t.number, t.caption, len(t.rows)) for t in paper.tables] == [("1", "Box", 3), ("2", "T", 3), (None, "", 3)]
    assert [(f.number, f.files) for f in paper.figures] == [("1", ("p",))]


def test_a_ctable_is_the_table_that_it_makes(tmp_path: Path) -> None:
    options = "caption={Keys, and [values]},label=t:c,pos=t"
    body = rf"\ctable[{options}]{{lc}}{{\tnote[a]{{n}}}}{{\FL Key & Value\tmark[a]\ML a & 1\NN b & \textbf{{2}}\LL}} as Table~\ref{{t:c}}"
    (table,) = read(tmp_path, rf"\section{{S}}{body}").tables
    assert (table.number, table.label, table.caption, table.header_rows) == ("1", "t:c", "Keys, and [values]", 1)
    assert (table.rows, table.best) == ((("Key", "Value"), ("a", "1"), ("b", "2")), ((2, 1),))


def test_lengths_in_front_of_a_column_are_no_text() -> None:
    assert read_grid(r"a & b \\", r">{\hsize=.5\hsize}X>{\tabcolsep=2pt\bfseries}c").rows == [["a", "b"]]


def test_parts_that_are_commands_have_letters_and_captions_of_their_own() -> None:
    cells = r"\begin{tabular}{c}x\\1\end{tabular}"
    beside = rf"\subfloat[All][Left\label{{l}}]{{{cells}}}\subfloat[Right]{{{cells}}}\caption{{Both}}\label{{b}}"
    boxes = rf"\caption{{Both}}\label{{b}}\subcaptionbox{{Left\label{{l}}}}[2cm]{{{cells}}}\subcaptionbox{{Right}}{{{cells}}}"
    for body in (beside, boxes):
        tables = read_table(Block(name="table", body=body, number="4", label="b"))
        assert [(t.number, t.label, t.caption) for t in tables] == [("4a", "l", "Left"), ("4b", "b", "Right")]
    plain = read_table(
        Block(name="table", body=rf"\caption{{Both}}\subfloat{{{cells}}}\subfloat{{{cells}}}", number="4")
    )
    assert [(t.number, t.caption) for t in plain] == [("4", "Both"), ("4", "Both")]


@pytest.mark.parametrize(
    ("body", "header"),
    [
        (r"\hline a & b \\ \hline\hline 1 & 2 \\ \hline", 1),
        (r"\toprule a & b \\ c & d \\ \midrule 1 & 2 \\ \midrule 3 & 4 \\ \bottomrule", 2),
        (r"a & b \\ x & 1 \\ y & 2", 1),
        (r"1 & 2 \\ 3 & 4", 0),
        (r"\hline \multirow{2}{*}{M} & T \\ \hline & u \\ \hline a & 1 \\", 2),
        (r"\multirow{2}{*}{M} & T \\ & u \\ a & 1 \\ b & 2 \\ c & 3 \\", 2),
        (r"\multirow{2}{*}{M} & T & U \\ & 1 & 3 \\ a & 2 & 4 \\", 1),
        (r"\br a & b \\ \mr c & d \\ \br", 1),
    ],
)
def test_header_rows(body: str, header: int) -> None:
    assert read_grid(body).header_rows == header


def test_underlined_is_best_only_where_nothing_is_bold() -> None:
    row = r"\textbf{1} & \underline{2} & 3"  # bold and underlined in each column: the second; alone in its column: the best
    two = rf"m & s & t & u \\ \hline a & {row} \\ b & \underline{{2}} & \textbf{{3}} & \underline{{4}} \\ c & 2 & 1 & 1 \\"
    assert read_grid(two).best == [(1, 1), (2, 2), (2, 3)]
    worse = r"m & s & t \\ \hline a & 2 & 7 \\ b & \textbf{1} & \underline{8} \\ c & 3 & 9 \\"
    assert read_grid(worse).best == [(2, 1)]  # neither end of its column: another one is better
    along = r"m & s & t \\ \hline a & \textbf{1} & \underline{2} \\ b & \textbf{2} & \underline{3} \\"
    assert read_grid(along).best == [(1, 1), (2, 1)]  # read along rows, where each has its bold one
    assert read_grid(r"m & s \\ \hline a & \underline{1} \\ b & \textbf{2} \\").best == [(2, 1)]
    assert read_grid(r"m & s \\ \hline a & \underline{1} \\ b & 2 \\").best == [(1, 1)]
    coloured = r"m & s & t \\ \hline a & \textbf{\textcolor{bestgreen}{1}} & \textbf{\textcolor{secondpink}{2}} \\"
    assert read_grid(coloured).best == [(1, 1)]
    assert read_grid(r"\textbf{m} & s \\ \hline \textbf{ours} & \textbf{n/a} \\").best == []


def test_a_longtable_has_its_head_once() -> None:
    table = only(
        r"\caption{L}\\ A & B \\ \endfirsthead A & B \\ \endhead x & \\ \endfoot 1 & 2 \\",
        name="longtable",
        args=("{ll}",),
    )
    assert (table.rows, table.header_rows, table.caption) == ((("A", "B"), ("1", "2")), 1, "L")


def test_two_captions_side_by_side_count_on() -> None:
    body = r"\begin{tabular}{c}a\\\end{tabular}\caption{One}\begin{tabular}{c}b\\\end{tabular}\caption{Two}"
    tables = read_table(Block(name="table", body=body, number="4"))
    assert [(t.number, t.caption) for t in tables] == [("4", "One"), ("5", "Two")]


def test_a_picture_of_a_table_keeps_its_caption() -> None:
    table = only(r"\includegraphics{t}\caption[short]{Long {one}.}")
    assert (table.rows, table.caption) == ((), "Long one.")


def test_column_specifications() -> None:
    assert column_wraps(r"l*{2}{>{$}r<{$}}@{ x }|p{2cm}S[table-format=1.2]") == [
        ("", ""),
        ("$", "$"),
        ("$", "$"),
        ("", ""),
        ("", ""),
    ]
    assert read_grid(r"\alpha & 2", r">{$}c<{$}c").rows == [[r"$\alpha$", "2"]]


@pytest.mark.parametrize(
    ("text", "yes"),
    [("28.4", True), ("-1.2±0.3", True), ("$1.0\\cdot10^{20}$", True), ("3-layer model", False), ("ours", False)],
)
def test_what_counts_as_a_number(text: str, yes: bool) -> None:
    assert is_number(text) is yes


@settings(deadline=None, max_examples=60)
@given(broken_tex, st.sampled_from(["table", "tabular", "longtable", "tabularx"]))
def test_every_grid_is_rectangular(tex: str, name: str) -> None:
    for body in (tex, r"\begin{tabular}{cc}" + tex):
        for table in read_table(Block(name=name, body=body)):
            assert len({len(row) for row in table.rows}) <= 1
            assert 0 <= table.header_rows <= len(table.rows)
            assert all(i < len(table.rows) and k < len(table.rows[0]) for i, k in table.best)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.lists(st.from_regex(r"[a-z]{1,5}|[0-9]\.[0-9]", fullmatch=True), min_size=3, max_size=3),
        min_size=1,
        max_size=6,
    )
)
def test_a_written_grid_is_read_back(rows: list[list[str]]) -> None:
    assert read_grid(" \\\\ ".join(" & ".join(row) for row in rows)).rows == rows


def test_a_hostile_span_stays_bounded() -> None:
    grid = read_grid(r"\multicolumn{999999999}{c}{x} & \multirow{99999999}{*}{y} \\ a \\")
    assert len(grid.rows[0]) <= 1000


def test_the_transformer_paper(shared_arxiv: Path) -> None:
    tex = (shared_arxiv / "source/1706.03762-transformer-flat/Transformer_cleaned.tex").read_text()
    start = tex.index(r"\begin{tabular}", tex.index("Training Cost (FLOPs)") - 900)
    table = only(tex[start : tex.index(r"\end{tabular}", start) + 13])
    assert (len(table.rows), len(table.rows[0]), table.header_rows) == (12, 6, 2)
    assert table.rows[11][1:3] == ("28.4", "41.8")


def test_counts_tables_that_bear_their_caption_as_a_key(tmp_path: Path) -> None:
    """Labels and numbers as pdfTeX wrote them with tabularray 2022A."""
    cells = r"a&b\\1&2"
    body = (
        rf"\section{{A}}\begin{{longtblr}}[caption = {{One, $a=b$}}, label={{l1}}]{{colspec={{ll}}, hlines}}{cells}\end{{longtblr}}"
        rf"\begin{{talltblr}}[caption={{Two}},label=l2,note{{a}}={{caption={{no}}}}]{{ll}}{cells}\end{{talltblr}}\begin{{longtblr}}{{ll}}{cells}\end{{longtblr}}"
        rf"\begin{{longtblr}}[caption={{Unnumbered}},entry=none,label=none]{{ll}}{cells}\end{{longtblr}}"
        rf"\begin{{table}}\caption{{Four}}\label{{l4}}\begin{{talltblr}}[label=none,entry=none]{{ll}}{cells}\end{{talltblr}}\end{{table}}"
        rf"\begin{{table}}\begin{{talltblr}}[caption={{Inside}},label=none]{{ll}}{cells}\end{{talltblr}}\end{{table}}\begin{{tblr}}{{ll}}{cells}\\3&4\end{{tblr}}"
    )
    tables = read(tmp_path, body, preamble=r"\usepackage{tabularray}").tables
    assert [(t.number, t.caption, t.label) for t in tables] == [
        ("1", "One, $a=b$", "l1"), ("2", "Two", "l2"), ("3", "", None), (None, "Unnumbered", None), ("4", "Four", "l4"), (None, "Inside", None), (None, "", None),
    ]  # fmt: skip
    assert {t.rows[:2] for t in tables} == {(("a", "b"), ("1", "2"))}
