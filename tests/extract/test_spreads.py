r"""What stands behind a plus or minus in a cell is a number too; in parentheses only where the words say so."""

from pathlib import Path

import pytest

from paperlab.extract.html import read_html
from paperlab.extract.spreads import columns_apart
from tests.extract.test_document import read

SIGNED = [
    r"93.5 $\pm$ 0.3", r"$93.5 \pm 0.3$", r"\textbf{93.5}\scriptsize$\pm$0.3", r"$\mathbf{93.5}_{\pm 0.3}$", r"93.5\textsubscript{$\pm$.3}",
    r"$93.5^{\pm 0.3}$", r"93.5\% $\pm$ 0.3\%", r"93.5 {\tiny ($\pm$ 0.3)}", r"93.5\,\textpm\,0.3$^{*}$", r"93.5 +/- 0.3", r"$93.5 \raisebox{.2ex}{$\scriptstyle\pm$} 0.3$",
    r"\makecell{93.5 \\ $\pm$ 0.3}", r"\num{93.5 \pm 0.3}", r"$(9.35\pm0.03)\times10^{1}$", r"$9.35\mathrm{e}{1} \pm 3\times10^{-1}$", r"$93.5\pm0.3$ (1st)",
]  # fmt: skip
SAID = [r"93.5 (0.3)", r"$93.5_{0.3}$", r"$93.5_{(0.3)}$", r"93.5 [0.3]", r"\textbf{93.5} {\small (0.3)}"]
NEITHER = [r"93.5", r"93.5(3)", r"93.5$^{+0.3}_{-0.2}$", r"93.5 (a)", r"1--3", r"$10^{-3}$"]


def _spreads(folder: Path, cells: list[str], caption: str, spec: str = "lc", head: str = "M & A") -> list[object]:
    rows = "".join(rf"m & {cell} \\" for cell in cells)
    body = rf"\begin{{table}}\caption{{{caption}}}\begin{{tabular}}{{{spec}}}\toprule {head} \\\midrule {rows}\bottomrule\end{{tabular}}\end{{table}}"
    (table,) = read(folder, body).tables
    return [(s.row, s.column, s.value, s.spread) for s in table.spreads]


@pytest.mark.parametrize("caption", ["Test accuracy.", "Mean and standard deviation over 5 runs."])
def test_numbers_with_their_spread(tmp_path: Path, caption: str) -> None:
    cells = [*SIGNED, *SAID, *NEITHER]
    count = len(SIGNED) + (len(SAID) if "deviation" in caption else 0)
    assert _spreads(tmp_path, cells, caption) == [(i + 1, 1, 93.5, 0.3) for i in range(count)]


def test_the_head_of_a_column_may_say_what_stands_in_parentheses(tmp_path: Path) -> None:
    found = _spreads(tmp_path, ["93.5 (0.3) & 12.5 (0.4)"], "Results.", "lcc", "M & Accuracy (std) & Rank (of all)")
    assert found == [(1, 1, 93.5, 0.3)]


def test_a_spread_in_a_column_of_its_own(tmp_path: Path) -> None:
    head = r"M & \multicolumn{2}{c}{A} & \multicolumn{2}{c}{B}"
    found = _spreads(tmp_path, [r"93.5 & 0.3 & 7 & 2", r"93.5 & 0.3 & 7 &"], "Results.", r"l*{2}{r@{$\,\pm\,$}l}", head)
    assert found == [(1, 1, 93.5, 0.3), (1, 3, 7.0, 2.0), (2, 1, 93.5, 0.3)]
    assert _spreads(tmp_path, [r"93.5 & $\pm 0.3$"], "Results.", "lcc", "M & A & ") == [(1, 1, 93.5, 0.3)]
    assert columns_apart(r"l|rr@{}l") == ()


def test_a_page_gives_spreads_too() -> None:
    rows = "".join(
        f"<tr class='ltx_tr'><td class='ltx_td'>{a}</td><td class='ltx_td'>{b}</td></tr>"
        for a, b in (("M", "A"), ("a", "93.5±0.3"))
    )
    grid = f"<table class='ltx_tabular'>{rows}</table>"
    for page in (f"<div class='ltx_document'><figure class='ltx_table'>{grid}</figure></div>", f"<h1>T</h1>{grid}"):
        assert [(s.value, s.spread) for s in read_html(page).tables[0].spreads] == [(93.5, 0.3)]
