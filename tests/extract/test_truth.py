"""Real papers against facts that were written down by hand before they were extracted; the goals are floors."""

import json
from functools import cache
from pathlib import Path

import pytest

from paperlab.extract import extract
from tests.support.quality import FLOORS, MEASURES, Score

TRUTH = sorted((Path(__file__).parent / "truth").glob("*.json"))


@cache
def _scores(sources: Path) -> dict[str, list[Score]]:
    papers = [json.loads(file.read_text(encoding="utf-8")) for file in TRUTH]
    pairs = [(extract(sources / truth["path"]).to_json(), truth) for truth in papers]
    return {name: [measure(ours, truth) for ours, truth in pairs] for name, measure in MEASURES.items()}


@pytest.mark.parametrize("name", FLOORS)
def test_holds_the_floor(shared_arxiv: Path, name: str) -> None:
    total = Score()
    for score in _scores(shared_arxiv / "source")[name]:
        total = total.plus(score)
    least_recall, least_precision = FLOORS[name]
    assert total.right
    assert (total.recall, total.precision) >= (least_recall, 0)
    assert total.precision >= least_precision
