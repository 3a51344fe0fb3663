"""Printed numbers of real papers: facts alone, never their words. LaTeXML agrees on 1803.07574, but for the appendix that elsarticle prints as A.1."""

import json
from pathlib import Path

import pytest

from paperlab.extract import extract

FACTS = sorted((Path(__file__).parent / "facts").glob("*.json"))


@pytest.mark.parametrize("file", FACTS, ids=lambda f: f.stem)
def test_gives_the_numbers_that_the_paper_prints(shared_arxiv: Path, file: Path):
    facts = json.loads(file.read_text())
    paper = extract(shared_arxiv / "source" / facts["path"])
    assert paper.source.main_file == facts["main"]
    for kind in ("equations", "figures", "tables", "algorithms"):
        assert facts[kind] == [item.number for item in getattr(paper, kind) if item.number], kind
    assert facts["references"] == len(paper.references)
    shapes = [[len(t.rows), len(t.rows[0]) if t.rows else 0] for t in paper.tables]
    assert facts.get("shapes", shapes) == shapes
    tables = {t.number: t for t in paper.tables}
    for number, row, column, text in facts.get("cells", ()):
        assert tables[number].rows[row][column] == text, (number, row, column)
