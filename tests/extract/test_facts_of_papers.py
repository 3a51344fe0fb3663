"""Printed numbers of real papers, in their order: facts alone, never their words. LaTeXML agrees on 1803.07574, but for the appendix that elsarticle prints as A.1.

`facts/` holds the numbers of papers; of those in `truth/` they are taken from what is known there.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.quality import paper_at

HERE = Path(__file__).parent
FACTS = sorted([*(HERE / "facts").glob("*.json"), *(HERE / "truth").glob("*.json")], key=lambda file: file.name)


def _facts(file: Path) -> dict[str, Any]:
    known: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    if file.parent.name == "facts":
        return known
    printed = {
        kind: [x["number"] for x in known[kind] if x["number"]] for kind in ("equations", "tables", "algorithms")
    }
    shapes = [[len(t["rows"]), len(t["rows"][0]) if t["rows"] else 0] for t in known["tables"]]
    figures = [number for number, _ in known["figures"] if number]
    return known | printed | {"figures": figures, "references": len(known["references"]), "shapes": shapes}


@pytest.mark.parametrize("file", FACTS, ids=lambda f: f.stem)
def test_gives_the_numbers_that_the_paper_prints(shared_arxiv: Path, file: Path):
    facts = _facts(file)
    paper = paper_at(shared_arxiv / "source" / facts["path"])
    assert paper.source.main_file == facts["main"]
    for kind in ("equations", "figures", "tables", "algorithms"):
        assert facts[kind] == [item.number for item in getattr(paper, kind) if item.number], kind
    assert facts["references"] == len(paper.references)
    shapes = [[len(t.rows), len(t.rows[0]) if t.rows else 0] for t in paper.tables]
    assert facts.get("shapes", shapes) == shapes
    tables = {t.number: t for t in paper.tables}
    for number, row, column, text in facts.get("cells", ()):
        assert tables[number].rows[row][column] == text, (number, row, column)
