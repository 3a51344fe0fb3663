"""The example e-print: its numbers hold, and it goes the whole way."""

import importlib.util
import re
from pathlib import Path

import pytest

from paperlab.extract.entry import extract
from paperlab.scaffold import Report, execute, make_slug, scaffold
from paperlab.scaffold.sections import BUILDS_ON, SECTIONS

from .papers import case

ROOT = Path(__file__).parents[2]
EPRINT = ROOT / "paperlab" / "example" / "eprint"


def tex() -> str:
    return "\n".join(p.read_text(encoding="utf-8") for p in sorted(EPRINT.rglob("*.tex")))


def cell(row: str, column: int) -> float:
    """A number of the two tables, read by hand: the row that holds `row`, `column` from the right."""
    found = next(r for r in tex().split(r"\\") if row in r and r"\pm" in r)
    return float(
        re.sub(
            r"[^\d.].*", "", found.split("&")[column].replace(r"\mathbf{", "").replace(r"\underline{", "").strip(" ${")
        )
    )


@pytest.mark.parametrize(
    ("gain", "better", "worse"),
    [
        (7.3, ("prototypes, $K = 1$", -1), ("nearest mean", -1)),
        (0.2, ("1-nearest neighbour", -1), ("prototypes, $K = 5$", -1)),
        (1.2, ("\n    1 &", -1), ("\n    0.1 &", -1)),
        (15.3, ("\n    1 &", -1), ("\n    100 &", -1)),
        (6.6, ("\n    1 &", -1), ("\n    10 &", -1)),
    ],
)
def test_each_difference_that_the_text_states_follows_from_its_tables(gain: float, better: tuple, worse: tuple) -> None:
    assert round(cell(*better) - cell(*worse), 1) == gain
    assert f"{gain} points" in tex()


def test_every_input_reference_and_citation_is_there() -> None:
    whole = tex()
    for name in re.findall(r"\\(?:input|subfile)\{([^}]+)\}", whole):
        assert (EPRINT / f"{name}.tex").is_file()
    labels = set(re.findall(r"\blabel=?\{([^}]+)\}", whole))
    assert set(re.findall(r"\\(?:eq)?ref\{([^}]+)\}", whole)) <= labels
    cited = {k for keys in re.findall(r"\\cite[pt]?\{([^}]+)\}", whole) for k in keys.split(",")}
    bibliography = (EPRINT / "main.bbl").read_text(encoding="utf-8")
    assert cited == set(re.findall(r"\\bibitem\[[^\]]*(?:\{[^}]*\}[^\]]*)*\]\{([^}]+)\}", bibliography))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:self.within_class_std_dev_:UserWarning")
@pytest.mark.parametrize(
    ("method", "row", "columns"),
    [("nearest mean", "nearest mean", {-2: 100, -1: 1000}), ("soft prototypes, K=5", "prototypes, $K = 5$", {-2: 100})],
)
def test_a_number_of_the_table_can_be_measured_again(method: str, row: str, columns: dict[int, int]) -> None:
    """Cells of two rows, within half a point: another version of torch may draw other noise."""
    spec = importlib.util.spec_from_file_location("example_paper", ROOT / "benchmarks" / "example_paper.py")
    bench = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(bench)
    for column, examples in columns.items():
        values = [100 * bench.METHODS[method](bench.digits(examples, seed), seed) for seed in bench.SEEDS]
        assert sum(values) / len(values) == pytest.approx(cell(row, column), abs=0.5)


def scaffolded(folder: Path) -> tuple[Path, Report]:
    paper = extract(EPRINT)
    slug = make_slug(paper.title, ())
    digits = case("digits", "digit", "classifier")
    return folder / slug, scaffold(paper, folder / slug, slug=slug, record=None, cases=(digits,))


def test_the_example_is_extracted_and_scaffolded(tmp_path: Path) -> None:
    folder, report = scaffolded(tmp_path)
    assert folder.name == "soft_prototypes"
    assert (report.case, report.found["stubs"], report.found["algorithms"]) == ("digits", 14, 4)
    assert report.found["claims"] >= 3


PAPER = extract(EPRINT)


def _settings(*values: str) -> bool:
    return set(values) <= {h.value for h in PAPER.hyperparameters}


def _equation(label: str, number: str) -> bool:
    return (label, number) in {(e.label, e.number) for e in PAPER.equations}


def _algorithm(kind: str, number: str, first: str, lines: int) -> bool:
    return (kind, number, first, lines) in {(a.kind, a.number, a.lines[0].kind, len(a.lines)) for a in PAPER.algorithms}


CONSTRUCTS = {
    "comments": ("% Symbols that are", None), "iffalse": (r"\iffalse", lambda: all(e.tex != "1 = 2" for e in PAPER.equations)),
    "input": (r"\input{sections/method}", lambda: "Method" in {s.title for s in PAPER.sections}),
    "import": (r"\import{sections/}{limits}", lambda: any(s.label == "sec:limits" for s in PAPER.sections)),
    "subfiles": (r"\documentclass[../main]{subfiles}", lambda: ("C", "sec:details") in {(s.number, s.label) for s in PAPER.sections}),
    "verb": (r"\verb|", None), "verbatim": (r"\begin{verbatim}", lambda: not any("python -P" in h.quote for h in PAPER.hyperparameters)),
    "catcode of a sign": (r"\catcode`\%=12", lambda: PAPER.problems == ()),
    "catcode of @": (r"\catcode`\@=11", lambda: "8 × 8 handwritten digits" in PAPER.abstract),
    "optional argument": (r"\newcommand{\proto}[1][ck]", lambda: r"\boldsymbol{\mu}_{cl}" in PAPER.equations[3].tex),
    "delimited def": (r"\def\dist(#1;#2)", lambda: PAPER.equations[6].tex.count(r"\right\rVert^2") == 1),
    "newenvironment": (r"\newenvironment{remarkbox}", None), "DeclareMathOperator": (r"\DeclareMathOperator", None),
    "let": (r"\let\weight\alpha", lambda: (r"\alpha_{k}", "sums to one") in {(i.symbol, i.property) for i in PAPER.invariants}),
    "xspace": (r"\xspace", None), "local style": (r"\ProvidesPackage{prototypes}", None),
    "align": (r"\begin{align}", lambda: _equation("eq:gradient", "5")),
    "numberwithin and appendix": (r"\numberwithin{equation}{section}", lambda: _equation("eq:linear", "A.1")),
    "subequations": (r"\begin{subequations}", lambda: _equation("eq:soft", "B.1b")), "tag": (r"\tag{$\ast$}", lambda: _equation("eq:between", "*")),
    "IEEEeqnarray": (r"\begin{IEEEeqnarray}{rCl}", lambda: _equation("eq:first", "C.1") and _equation("eq:second", "C.2")),
    "theorem-like": (r"\newtheorem{proposition}", lambda: [(t.kind, t.number, t.label) for t in PAPER.theorems] == [("Proposition", "1", "prop:limits")]),
    "algorithmic": (r"\begin{algorithmic}[1]", lambda: _algorithm("algorithm", "1", "for", 12)),
    "listings": (r"\begin{lstlisting}[language=Python]", lambda: _algorithm("algorithm", "2", "function", 7)),
    "algorithm2e": (r"\begin{algorithm2e}", lambda: _algorithm("algorithm", "3", "for", 5)),
    "listing with a caption": (r"caption={An epoch", lambda: _algorithm("listing", "1", "function", 5)),
    "header rows": (r"\multirow{2}{*}", lambda: [t.header_rows for t in PAPER.tables] == [1, 2, 1]),
    "arrows in the header": (r"$\uparrow$", lambda: PAPER.tables[2].directions == ("higher", "higher")),
    "plus or minus": (r"\pm", lambda: (90.8, 2.3) in {(s.value, s.spread) for s in PAPER.tables[1].spreads}),
    "bold best": (r"\mathbf{98.4}", lambda: [t.best for t in PAPER.tables] == [(), ((3, 3), (3, 4)), ((2, 1), (2, 2))]),
    "underline": (r"\underline{98.2}", None), "setting in a table": ("batch size & 50", lambda: _settings("50")),
    "name = value": (r"learning rate $\eta = 0.01$", lambda: _settings("0.01")), "symbol = value": (r"$\beta_1 = 0.9$", lambda: _settings("0.9", "0.999")),
    "1e-4": ("1e-4", lambda: _settings("1e-4")), "power of ten": ("10^{-8}", lambda: _settings("1e-8")), "thousands": ("30K", lambda: _settings("30K")),
    "code link": (r"\url{https://github.com/scikit-learn/scikit-learn}", lambda: {x.kind for x in PAPER.links} == {"code", "data"}),
    "figure": (r"\includegraphics", lambda: [f.files for f in PAPER.figures] == [("figures/means.png",)]),
    "shape": (r"\vx \in \R^{D}", lambda: (r"\mathbf{x}", r"\mathbb{R}^{D}") in {(s.symbol, s.space) for s in PAPER.spaces}),
    "claims with cells": ("98.2\\%", lambda: sum(c.cell is not None for c in PAPER.claims) >= 3),
    "references": (r"\bibliography{", lambda: {r.arxiv_id for r in PAPER.references} >= {"1412.6980", "1703.05175"}),
}  # fmt: skip
"""Construct -> what of it stands in the source, and whether the reader has got it; None where the rest tells."""


@pytest.mark.parametrize("name", CONSTRUCTS)
def test_the_example_exercises_each_construct(name: str) -> None:
    """In one paper that goes the whole way: a construct that falls silent is seen here."""
    stands, found = CONSTRUCTS[name]
    assert stands in tex() + (EPRINT / "prototypes.sty").read_text(encoding="utf-8")
    assert found is None or found()


def test_the_example_is_read_whole() -> None:
    numbers = ["1", "2", "3", "4", "5", "A.1", "B.1a", "B.1b", "*", "C.1", "C.2"]
    assert [e.number for e in PAPER.equations] == numbers
    assert [s.number for s in PAPER.sections if s.level == 1] == ["1", "2", "3", "4", "A", "B", "C"]
    assert {h.value for h in PAPER.hyperparameters if h.name == "batch size"} == {"50"}
    assert PAPER.problems == ()


@pytest.mark.slow
def test_the_example_runs(tmp_path: Path) -> None:
    folder, _ = scaffolded(tmp_path)
    done = execute(folder / "notebook.ipynb", out=tmp_path / "o.ipynb", timeout=60, cwd=folder)
    assert done.error is None


@pytest.mark.slow
def test_the_example_runs_with_every_section_left_out_that_may_be(tmp_path: Path) -> None:
    without = [name for name, _ in SECTIONS if name not in BUILDS_ON.values()]
    folder = tmp_path / "bare"
    scaffold(extract(EPRINT), folder, slug="bare", record=None, cases=(), without=without)
    done = execute(folder / "notebook.ipynb", out=tmp_path / "o.ipynb", timeout=60, cwd=folder)
    assert done.error is None
