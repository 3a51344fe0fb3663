"""TeX as text: hand-worked pairs, and never a crash or a slow answer."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paperlab.extract.text import to_text

PIECES = st.sampled_from(
    ["{", "}", "$", "$$", "\\", "[", "]", "&", "\\\\", "%", "\n", "~", "^", "_", "a", "1.5", " ", "é", "\\textbf", "\\cite", "\\'", "\\footnote{",
     "\\begin{tabular}", "\\end{tabular}", "\\multirow{2}{*}{", "\\multicolumn{3}{c}{", "\\(", "\\)", "\\alpha", "\\href", "\\State", "\\For{", "\\EndFor", "\\;",
     "\\item", "\\hline", "\\bibitem{k}", "\\newblock", "@a{k,", "x = {", "\\KwIn{", "\\eIf{", "\\Comment{", "\\caption{", "0.1", "learning rate", " is the "]
)  # fmt: skip
broken_tex = st.lists(PIECES, max_size=40).map("".join)
"""TeX with everything in the wrong place."""


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        (r"\textbf{Ours}~\cite{a} has $28.4$ {\em BLEU}", "Ours has 28.4 BLEU"),
        (r"\'{e}t\'e \v{S}ko\v da \L{}ukasz {\ss} \o re \"{\i}", "été Škoďa Łukasz ß øre ï"),
        (r"86.9{\scriptsize$\pm$0.2}", "86.9±0.2"),
        (r"86.9$_{\pm 0.2}$", "86.9±0.2"),
        (r"$10^{-3}$ of \(x+y\)", "$10^{-3}$ of $x+y$"),
        (r"a\\[2pt]b\footnote{no {nested} c}d", "a bd"),
        (r"\textcolor{red}{x} \href{http://a}{b} \url{http://a.b/c_d}", "x b http://a.b/c_d"),
        (r"``a'' b--c---d", "“a” b–c—d"),
        (r"5\% \& \$3 \_ \#", "5% & $3 _ #"),
        (r"$\text{if $x$ holds}$ y", r"$\text{if $x$ holds}$ y"),
        (r"\begin{tabular}[c]{@{}c@{}}a\\b\end{tabular}", "a b"),
        (r"\makecell[l]{a \\ b}", "a b"),
        ("a % gone\nb", "a b"),
        (r"\stepcounter{rows}\arabic{rows} x", "x"),
        ("[0, 1) and \\cite[p. 3]{k}.", "[0, 1) and."),
        (r"$5{,}000$ $\dagger$", "5,000 †"),
        (
            r"5\,000, 1\,024\,000 and \textbf{12}\,500; 20\,GB, 3\,7 and 10\,0001",
            "5000, 1024000 and 12500; 20 GB, 3 7 and 10 0001",
        ),
    ],
)
def test_text_of_known_pieces(tex: str, text: str) -> None:
    assert to_text(tex) == text


def test_references_are_printed_where_the_label_is_known() -> None:
    tex = r"\cref{eq:a}, \eqref{eq:a}, Table~\ref{tab:b}, \ref{none}"
    assert to_text(tex, {"eq:a": "3", "tab:b": "2"}) == "Equation 3, (3), Table 2,"


@settings(deadline=None, max_examples=60)
@given(broken_tex)
def test_broken_tex_gives_one_line(tex: str) -> None:
    text = to_text(tex)
    assert "\n" not in text
    assert text == text.strip()


@settings(deadline=None, max_examples=60)
@given(st.text(alphabet=st.characters(codec="ascii", categories=["L", "N"]), max_size=200))
def test_plain_words_stay(text: str) -> None:
    assert to_text(text) == text


@pytest.mark.parametrize("unit", ["{", "$", "\\cite[", "\\footnote{", "\\begin{tabular}[c", "\\'", "${"])
def test_a_megabyte_of_one_sign_ends_soon(unit: str) -> None:
    start = time.perf_counter()
    to_text(unit * (1_000_000 // len(unit)))
    assert time.perf_counter() - start < 2


def test_dingbats_are_signs_and_not_their_codes() -> None:
    """`\\newcommand{\\cmark}{\\ding{51}}` is how most papers tick a cell."""
    assert (
        to_text(
            r"a\ding{51} \ding{55}{\ding{52}}\ding{56} $\ding{55}$ \ding{172} \ding{ 202 }\ding{72}\ding{110} \ding{228}\ding{20}"
        )
        == "a✓ ✗✔✘ ✗ ① ➊★■ ➤"
    )
