"""The JSON of every paper keeps to schema 1."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from paperlab.extract import extract
from paperlab.extract.source import Tree
from paperlab.records.paper import PaperRecord
from tests.extract.test_entry import PDF

TEXT, MAYBE, WHOLE = (str,), (str, type(None)), (int,)
KEYS: dict[str, dict[str, tuple[type, ...]]] = {
    "sections": {"level": WHOLE, "number": MAYBE, "title": TEXT, "label": MAYBE},
    "equations": {"number": MAYBE, "label": MAYBE, "tex": TEXT, "tex_source": TEXT},
    "tables": {"number": MAYBE, "label": MAYBE, "caption": TEXT, "header_rows": WHOLE, "rows": (list,), "best": (list,), "directions": (list,), "column_directions": (list,), "row_directions": (list,), "units": (list,)},
    "theorems": {"kind": TEXT, "number": MAYBE, "label": MAYBE, "title": MAYBE},
    "algorithms": {"number": MAYBE, "caption": TEXT, "inputs": (list,), "outputs": (list,), "lines": (list,), "kind": TEXT},
    "figures": {"number": MAYBE, "caption": TEXT, "files": (list,)},
    "references": {"key": TEXT, "title": MAYBE, "authors": (list,), "year": (int, type(None)), "arxiv_id": MAYBE, "doi": MAYBE, "url": MAYBE},
    "hyperparameters": {"name": TEXT, "value": TEXT, "quote": TEXT},
    "stated": {"name": TEXT, "value": TEXT, "quote": TEXT},
    "links": {"url": TEXT, "kind": TEXT},
    "claims": {"text": TEXT, "section": MAYBE, "numbers": (list,), "cell": (dict, type(None))},
    "symbols": {"symbol": TEXT, "meaning": TEXT, "shape": (list,)},
    "spaces": {"symbol": TEXT, "space": TEXT, "shape": (list,)},
    "invariants": {"symbol": TEXT, "property": TEXT},
    "problems": {"kind": TEXT, "message": TEXT},
}  # fmt: skip
SPANNED = (
    "sections",
    "equations",
    "theorems",
    "tables",
    "algorithms",
    "hyperparameters",
    "stated",
    "claims",
    "symbols",
    "spaces",
    "invariants",
)
LINE_KINDS = set("for while if elif else repeat until return function statement comment input output".split())


def check_schema(data: dict[str, Any], root: Path) -> None:
    """Say by an assertion where a paper's JSON leaves schema 1."""
    assert data["schema"] == 1
    assert isinstance(data["title"], str)
    assert isinstance(data["abstract"], str)
    assert data["source"]["kind"] in ("latex", "html", "pdf", "abstract")
    for name in ("authors", "datasets", "metrics", "not_stated"):
        assert all(isinstance(item, str) for item in data[name]), name
    for name, keys in KEYS.items():
        for item in data[name]:
            for key, types in keys.items():
                assert isinstance(item[key], types), (name, key, item)
    _check_tables(data)
    for algorithm in data["algorithms"]:
        assert all(line["kind"] in LINE_KINDS and line["indent"] >= 0 for line in algorithm["lines"])
        assert algorithm["kind"] in ("algorithm", "listing")
    assert all(link["kind"] in ("code", "data", "other") for link in data["links"])
    _check_spans(data, root)


def _check_tables(data: dict[str, Any]) -> None:
    for table in data["tables"]:
        widths = {len(row) for row in table["rows"]}
        assert len(widths) <= 1
        assert 0 <= table["header_rows"] <= len(table["rows"])
        assert all(isinstance(cell, str) for row in table["rows"] for cell in row)
        assert all(0 <= r < len(table["rows"]) and 0 <= c < len(table["rows"][r]) for r, c in table["best"])
        assert len(table["directions"]) == len(table["best"])
        assert set(table["directions"]) <= {"higher", "lower", ""}
        assert {len(table["units"])} >= widths
        assert all(0 <= s["row"] < len(table["rows"]) and s["spread"] >= 0 for s in table["spreads"])
        assert {len(table["column_directions"])} >= widths
        assert len(table["row_directions"]) == len(table["rows"])
    for cell in (claim["cell"] for claim in data["claims"] if claim["cell"] is not None):
        tables = [t["rows"] for t in data["tables"] if t["number"] == cell["table"]]
        assert any(0 <= cell["row"] < len(t) and 0 <= cell["column"] < len(t[cell["row"]]) for t in tables), cell


def _check_spans(data: dict[str, Any], root: Path) -> None:
    tree = Tree(root)
    lines: dict[str, int] = {}
    for name in SPANNED:
        for span in (item["span"] for item in data[name] if item["span"] is not None):
            assert span["file"] in tree.names, (name, span)
            if span["file"] not in lines:
                lines[span["file"]] = (tree.data(span["file"]) or b"").replace(b"\r\n", b"\n").replace(
                    b"\r", b"\n"
                ).count(b"\n") + 1
            assert 1 <= span["line"] <= lines[span["file"]] or data["source"]["kind"] == "pdf", (name, span)


def _checked(folder: Path) -> str:
    paper = extract(folder)
    check_schema(json.loads(json.dumps(paper.to_json())), folder)
    return paper.source.kind


def test_every_reader_gives_every_key(tmp_path: Path):
    (tmp_path / "a.tex").write_text(r"\documentclass{article}\begin{document}\section{A}x\end{document}")
    (tmp_path / "b.html").write_text("<html><h1>T</h1><h2>One</h2><p>text</p></html>")
    (tmp_path / "c.pdf").write_bytes(PDF)
    record = PaperRecord(id="1234.56789", title="T", abstract="We reach 5% error on MNIST.")
    for reader in ("latex", "html", "pdf", "abstract"):
        data = json.loads(json.dumps(extract(tmp_path, reader=reader, record=record).to_json()))
        assert data["source"]["kind"] == reader
        assert set(data) == {
            "schema",
            "id",
            "title",
            "abstract",
            "source",
            "authors",
            "datasets",
            "metrics",
            "not_stated",
            *KEYS,
        }
        check_schema(data, tmp_path)
        assert bool(data["not_stated"]) is (reader in ("latex", "html"))  # the others look for no settings


SMALL = ("1706.03762-transformer-flat", "1810.00123-dqn-generalization", "softvqae")


@pytest.mark.parametrize("name", SMALL)
def test_papers_keep_to_the_schema(shared_arxiv: Path, name: str):
    assert _checked(shared_arxiv / "source" / name) == "latex"


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_every_paper_keeps_to_the_schema(shared_arxiv: Path):
    from paperlab.errors import NothingFound

    found = 0
    for folder in sorted((shared_arxiv / "source").iterdir()):
        try:
            found += _checked(folder) == "latex"
        except NothingFound:
            assert folder.name.startswith(("arxiv-00readme", "edge", "arxiv-preflight", "eprints")), folder
    assert found > 18


def test_pages_keep_to_the_schema(shared_arxiv: Path, tmp_path: Path):
    for page in sorted((shared_arxiv / "html").iterdir()):
        folder = tmp_path / page.stem
        folder.mkdir()
        data = page.read_bytes()
        (folder / "index.html").write_bytes(gzip.decompress(data) if page.suffix == ".gz" else data)
        assert _checked(folder) == "html", page.name
