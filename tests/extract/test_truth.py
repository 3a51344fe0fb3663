"""Real papers against facts that were written down by hand before they were extracted; goals that are reached are floors."""

import json
from functools import cache
from pathlib import Path

import pytest

from tests.support.quality import GOALS, MEASURES, OPEN, Score, extracted

TRUTH = sorted((Path(__file__).parent / "truth").glob("*.json"))


@cache
def _scores(sources: Path) -> dict[str, list[Score]]:
    papers = [json.loads(file.read_text(encoding="utf-8")) for file in TRUTH]
    pairs = [(extracted(sources / truth["path"]), truth) for truth in papers]
    return {name: [measure(ours, truth) for ours, truth in pairs] for name, measure in MEASURES.items()}


@pytest.mark.parametrize("name", [name for name in GOALS if name not in OPEN])
def test_holds_the_floor(shared_arxiv: Path, name: str) -> None:
    total = Score()
    for score in _scores(shared_arxiv / "source")[name]:
        total = total.plus(score)
    least_recall, least_precision = GOALS[name]
    assert total.right
    assert total.recall >= least_recall
    assert total.precision >= least_precision
