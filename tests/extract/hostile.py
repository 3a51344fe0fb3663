"""Sources made to cost time or memory: what is repeated, and the files around it."""

from __future__ import annotations

from pathlib import Path

HEAD = r"\documentclass{article}\usepackage{x}\begin{document}\section{A} "
BODY = {
    "garbage": "kq\x07z\\w{}$%&#_^~\n", "letters": "a", "blanks": " ", "words": "word and another, ", "paragraphs": "one sentence of text.\n\n",
    "dollars_open": "$a ", "double_dollars_open": "$$a ", "brackets_open": r"\[a ", "parens_open": r"\(a ", "cites_open": r"\cite[", "cites": r"\cite{a} ",
    "tables_open": r"\begin{table}", "tabulars_open": r"\begin{tabular}{l}", "tables_in_tables": r"\begin{table}\begin{tabular}{l}", "formulas_open": r"\begin{equation}",
    "environments_open": r"\begin{a}", "ends": r"\end{table}", "groups_open": "{", "groups_closed": "}", "groups": "{}", "figures": "\\begin{figure}\\includegraphics{a}\\caption{x}\\end{figure}\n",
    "captions": r"\caption{x}", "figure_of_captions": r"\caption{A figure of 3 things}\label{a}", "footnotes": r"text\footnote{a note} ", "footnotes_open": r"text\footnote{", "headings": "\\section{A}\n",
    "headings_open": r"\section{", "labels": r"\label{a}", "references": r"\ref{a} ", "bibitems": "\\bibitem{a} A. Bee. A title. 2011.\n", "bibitems_open": r"\bibitem{a", "bibliographies_open": r"\begin{thebibliography}{9}\bibitem{a}",
    "items": "\\item an item 1e-3\n", "ampersands": "a&", "rows": r"1\\", "urls": r"\url{https://github.com/a/b} ", "urls_open": r"\url{", "bare_urls": "https://github.com/a/b ", "verbs_open": r"\verb|", "percents": "%", "comments": "% a\n",
    "accents": r"\'", "macros_open": r"\newcommand{\a}[2][", "macros": r"\newcommand{\a}{b}\a ", "doubling": r"\def\a#1{#1#1}\a{\a{\a{b}}}", "csnames": r"\csname", "conditions_open": r"\iffalse", "conditions": r"\iftrue a\fi ", "ifs": r"\ifx\a\b c\else d\fi ",
    "claims": "We improve accuracy by 3.2\\% over the best baseline (Table 1). ", "settings": "The learning rate is $10^{-4}$ and batch size 32. ", "symbols": "where $x_1$ denotes the input vector, ",
    "sentences_open": "The learning rate of ", "numbers": "1 ", "commas": "a, ", "algorithms_open": r"\begin{algorithm}\begin{algorithmic}\For{a}", "states": "\\begin{algorithmic}\\State a\n", "algorithm2e": r"\begin{algorithm}\For{a}{b\;",
    "multicolumns": r"\begin{tabular}{l}\multicolumn{9999}{c}{a}\\\end{tabular}", "multirows": r"\begin{tabular}{l}\multirow{9999}{*}{a}\\\end{tabular}", "specs": r"\begin{tabular}{*{9999}{l}}a\\\end{tabular}",
    "authors": r"\author{A and }", "code_files": r"\lstinputlisting{main.tex}", "titles": r"\title{a\thanks{", "includes": r"\input{main}", "missing": r"\input{nowhere}", "backslashes": "\\", "options_open": r"\includegraphics[", "paths": r"\graphicspath{{a/}}", "counters": r"\setcounter{section}{3}",
    "appendices": r"\appendix ", "theorems": r"\newtheorem{a}{A}\begin{a}b\end{a}", "aligns": r"\begin{align}a&b\\c&d\end{align}", "align_rows": r"a&=b\\", "subfigures": r"\begin{figure}\begin{subfigure}{1cm}\caption{a}\end{subfigure}", "hashes": "#", "carets": "^^", "at": r"\makeatletter\@a", "verbatim_open": r"\begin{verbatim}", "texts_in_math": r"$\text{$\text{",
    "abstracts": r"\begin{abstract}", "inline": "$a$ ", "display": "$$a$$ ", "newlines": "\n", "quotes": "``a'' ", "ands": r"A \and ", "tags": r"\tag{", "catcodes": r"\catcode`\%=12 ", "loops": r"\loop\iftrue\repeat", "amsrefs_open": r"\begin{biblist}\bib{k}{a}{a={", "listings_open": "\\begin{lstlisting}\n\nx", "lists": "learning rate of 1,111", "own_blocks": r"\begin{algorithmic}\With{a}\EndWith", "foreach": r"\foreach \a in {1,...,99999}{b}",
}  # fmt: skip
"""Name -> what is repeated in the text of a paper."""

WRAPPED = {
    "table_of_ampersands": (r"\begin{table}\caption{a}\begin{tabular}{l}", "a&", r"\end{tabular}\end{table}"),
    "table_of_rows": (r"\begin{table}\caption{a}\begin{tabular}{l}", "1&2\\\\\n", r"\end{tabular}\end{table}"),
    "table_of_rules": (r"\begin{table}\caption{a}\begin{tabular}{l}", r"\hline ", r"\end{tabular}\end{table}"),
    "table_of_multirows": (r"\begin{table}\caption{a}\begin{tabular}{llllllll}", r"\multirow{99}{*}{\multicolumn{99}{c}{a}}&\\", r"\end{tabular}\end{table}"),
    "figure_with_captions": (r"\begin{figure}", r"\includegraphics{a}\caption{x}", r"\end{figure}"),
    "figure_with_pictures": (r"\begin{figure}\caption{x}", r"\includegraphics{a}", r"\end{figure}"),
    "one_formula": (r"\begin{align}", r"a&=b\\", r"\end{align}"),
    "one_group": ("{", "a", "}"), "one_caption": (r"\begin{table}\caption{", "a $b$ ", r"}\end{table}"), "one_heading": (r"\section{", r"a \emph{b} ", "}"),
    "one_title": (r"\title{", r"a\\ ", "}"), "one_author": (r"\author{", r"A B\thanks{c} \and ", "}"), "one_abstract": (r"\begin{abstract}", "We reach 3.2\\% accuracy. ", r"\end{abstract}"),
    "one_bibliography": (r"\begin{thebibliography}{9}", "\\bibitem{a} A. Bee, C. Dee, \\emph{A title}, arXiv:1234.56789, 2011.\n", r"\end{thebibliography}"),
    "one_bibitem": (r"\begin{thebibliography}{9}\bibitem{a}", "A. Bee, and ", r"\end{thebibliography}"),
    "one_algorithm": (r"\begin{algorithm}\begin{algorithmic}", "\\If{a}\\State b\n", r"\end{algorithmic}\end{algorithm}"),
    "one_code_line": (r"\begin{algorithm}\begin{lstlisting}" + "\n", "x  # ", r"\end{lstlisting}\end{algorithm}"),
    "one_itemize": (r"\begin{itemize}", "\\item learning rate 0.1\n", r"\end{itemize}"), "one_footnote": (r"\footnote{", "a $b$, ", "}"), "one_url": (r"\url{", "a/", "}"), "one_cite": (r"\cite{", "a,", "}"), "one_name": (r"\begin{", "a", "}"), "one_command": ("\\", "a", " "),
    "delimited_open": (r"\def\a#1;#2;{#2}", r"\a x", ""), "nested_emph": ("", r"\emph{", ""), "nested_fractions": ("$", r"\frac{", "$"), "growing": (r"\def\a{b}", r"\edef\a{\a\a}", r"\a"),
}  # fmt: skip
"""Name -> what stands before, what is repeated, what stands behind."""

BIBS = {"bib_braces": "{", "bib_entries": "@article{a, title={A}, author={B and C}, year=2011}\n", "bib_open": "@article{a, title={", "bib_signs": "@", "bib_quotes": '@a{b, c="', "bib_authors": "A, B and ", "bib_strings": "@string{a=a#a}\n", "bib_commas": "@a{b,,"}  # fmt: skip
"""Name -> what is repeated in a .bib."""

PAGES = {"page_divs": "<div>", "page_tables": "<table class='ltx_tabular'><tr><td>", "page_cells": "<td colspan=9999 rowspan=9999>a", "page_letters": "a", "page_math": "<math alttext='a'>", "page_links": "<a href='https://a.b/c'>", "page_sections": "<section class='ltx_section'><h2 class='ltx_title'>a</h2>", "page_figures": "<figure class='ltx_figure'>", "page_equations": "<table class='ltx_equation'><tr class='ltx_eqn_row'>", "page_paragraphs": "<p class='ltx_p'>We reach 3.2% accuracy. ", "page_signs": "<", "page_entities": "&lt;", "page_attributes": "<a ", "page_listings": "<figure class='ltx_float_algorithm'><div class='ltx_listingline'>a", "page_bibliography": "<li class='ltx_bibitem'><span class='ltx_bibblock'>a", "page_emphasis": "<em>a"}  # fmt: skip
"""Name -> what is repeated in a page of LaTeXML."""

NAMES = (*BODY, *WRAPPED, *BIBS, *PAGES)


def write(folder: Path, name: str, size: int) -> None:
    """Write the e-print `name` of about `size` characters."""
    if name in PAGES:
        (folder / "index.html").write_text("<html><body><article class='ltx_document'>" + _times(PAGES[name], size))
        return
    if name in BIBS:
        (folder / "a.bib").write_text(_times(BIBS[name], size))
        text = r"\cite{a}\bibliography{a}"
    elif name in WRAPPED:
        before, repeated, behind = WRAPPED[name]
        text = before + _times(repeated, size) + behind
    else:
        text = _times(BODY[name], size)
    (folder / "main.tex").write_text(HEAD + text)


def _times(text: str, size: int) -> str:
    return text * (size // len(text))
