"""Small papers written for this project, one a style of writing, against truth written by hand before they were read.

Numbers, labels, grids, best cells, lines of algorithms, references, names and values of settings must agree exactly;
formulas agree up to blanks and braces. `papers/<style>/truth.json` has the keys of the JSON of `extract`.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from paperlab.extract import extract
from paperlab.records.extracted import Paper

PAPERS = sorted((Path(__file__).parent / "papers").iterdir())
each_paper = pytest.mark.parametrize("folder", PAPERS, ids=lambda folder: folder.name)


@cache
def _read(folder: Path) -> tuple[Paper, dict[str, Any]]:
    return extract(folder), json.loads((folder / "truth.json").read_text(encoding="utf-8"))


def _formula(tex: str) -> str:
    """Blanks and braces carry no meaning that a reader sees."""
    tex = re.sub(r"\\(?:begin|end)\{(?:aligned|split)\}", "", tex)
    return re.sub(
        r"[\s{}~]|\\(?:operatorname|left|right|quad|,)(?![a-z])\*?|[.,;]\s*\Z", "", tex.replace("\\operatorname*", "")
    )


def _text(text: str | None) -> str:
    return (
        re.sub(
            r"[\s$\\~{}]+|\\cite\{[^{}]*\}",
            " ",
            (text or "")
            .replace("–", "-")
            .replace("--", "-")
            .replace(r"\pm", "±")
            .replace(r"\downarrow", "↓")
            .replace(r"\times", "×"),
        )
        .replace(" ", "")
        .strip(".")
    )


def _allowed(truth: dict[str, Any]) -> set[str | None]:
    return {truth["number"], *truth.get("number_alt", ())}


@each_paper
def test_front_matter(folder: Path) -> None:
    paper, truth = _read(folder)
    assert paper.source.main_file == truth["source"]["main_file"]
    assert paper.title == truth["title"]
    assert list(paper.authors) == truth["authors"]


@each_paper
def test_sections(folder: Path) -> None:
    paper, truth = _read(folder)
    wanted = [s for s in truth["sections"] if not s.get("optional")]
    titles = {s["title"] for s in wanted}
    got = [s for s in paper.sections if s.title in titles]
    assert [(s.level, s.title, s.label) for s in got] == [(s["level"], s["title"], s["label"]) for s in wanted]
    assert all(s.number in _allowed(t) for s, t in zip(got, wanted, strict=True)), [s.number for s in got]


@each_paper
def test_equations(folder: Path) -> None:
    paper, truth = _read(folder)
    wanted = [e for e in truth["equations"] if not e.get("optional")]
    assert [(e.label, _formula(e.tex)) for e in paper.equations] == [(e["label"], _formula(e["tex"])) for e in wanted]
    assert all(e.number in _allowed(t) for e, t in zip(paper.equations, wanted, strict=True)), [
        e.number for e in paper.equations
    ]


@each_paper
def test_tables(folder: Path) -> None:
    paper, truth = _read(folder)
    assert len(paper.tables) == len(truth["tables"])
    for table, wanted in zip(paper.tables, truth["tables"], strict=True):
        assert table.number in _allowed(wanted)
        assert (table.label, table.header_rows) == (wanted["label"], wanted["header_rows"])
        assert _text(table.caption) == _text(wanted["caption"])
        assert [[_text(c) for c in row] for row in table.rows] == [[_text(c) for c in row] for row in wanted["rows"]]
        assert {tuple(b) for b in table.best} == {tuple(b) for b in wanted["best"]}


@each_paper
def test_algorithms_and_figures(folder: Path) -> None:
    paper, truth = _read(folder)
    assert len(paper.algorithms) == len(truth["algorithms"])
    for algorithm, wanted in zip(paper.algorithms, truth["algorithms"], strict=True):
        assert (algorithm.number, algorithm.caption) == (wanted["number"], wanted["caption"])
        lines = [(x.indent, x.kind, _text(x.text)) for x in algorithm.lines if x.kind != "comment"]
        assert lines == [(x["indent"], x["kind"], _text(x["text"])) for x in wanted["lines"]]
        assert _text("".join(algorithm.inputs)) == _text("".join(wanted["inputs"]))
        assert _text("".join(algorithm.outputs)) == _text("".join(wanted["outputs"]))
    assert [(f.number, list(f.files)) for f in paper.figures] == [(f["number"], f["files"]) for f in truth["figures"]]


@each_paper
def test_references(folder: Path) -> None:
    paper, truth = _read(folder)
    got = [(r.key, r.title, list(r.authors), r.year, r.arxiv_id, r.doi) for r in paper.references]
    fields = ("key", "title", "authors", "year", "arxiv_id", "doi")
    assert sorted(got, key=lambda r: r[0]) == sorted(
        (tuple(r[f] for f in fields) for r in truth["references"]), key=lambda r: r[0]
    )


@each_paper
def test_settings_names_and_links(folder: Path) -> None:
    paper, truth = _read(folder)
    wanted = {(h["name"], float(h["value"])) for h in truth["hyperparameters"] if re.fullmatch(r"[\d.e-]+", h["value"])}
    found = {(h.name, float(h.value)) for h in paper.hyperparameters if re.fullmatch(r"[\d.e-]+", h.value)}
    loose = {h["name"] for h in truth["hyperparameters"] if h.get("optional")}
    assert {h for h in found if h[0] not in loose} == {h for h in wanted if h[0] not in loose}
    assert set(paper.datasets) == set(truth["datasets"])
    assert set(paper.metrics) == set(truth["metrics"])
    assert [(x.url, x.kind) for x in paper.links if "github" in x.url] == [
        (x["url"], x["kind"]) for x in truth["links"]
    ]


@each_paper
def test_claims_stand_on_their_cells(folder: Path) -> None:
    paper, truth = _read(folder)
    got = [(list(c.numbers), (c.cell.table, c.cell.row, c.cell.column) if c.cell else None) for c in paper.claims]
    cells = [c["cell"] and (c["cell"]["table"], c["cell"]["row"], c["cell"]["column"]) for c in truth["claims"]]
    assert got == [(c["numbers"], cell) for c, cell in zip(truth["claims"], cells, strict=True)]


@each_paper
def test_symbols_have_their_meaning(folder: Path) -> None:
    paper, truth = _read(folder)
    meanings = {s.symbol: s.meaning for s in paper.symbols}
    for wanted in truth["symbols"]:
        assert _text(meanings.get(wanted["symbol"], "")).startswith(_text(wanted["meaning"])), wanted["symbol"]
