"""Where effects are drawn: every one that has an interval and a line to stand beside, better to the right."""

from dataclasses import replace
from typing import Any

import pytest

from paperlab.harness.effects import COMPARED, LEVELS, NUMBERS, Kind, pictures
from paperlab.records.card import Claim
from tests.harness.rows import BASE

ONE = replace(BASE, compare=("ours",))
SLOPE = replace(BASE, kind="slope", compare=(), over={"a": 1, "b": 2, "c": 4})
NUMBER = replace(ONE, minimum_effect=None, paper=0.5, tolerance=0.1)


def drawn(claim: Claim, ours: float, low: float, high: float) -> tuple[Kind, list[float]]:
    ((kind, (dot,)),) = pictures([claim], [{"claim": "c", "ours": ours, "interval": [low, high]}])
    return kind, [pytest.approx(x) for x in (dot.value, *(dot.interval or ()))]


@pytest.mark.parametrize(
    ("claim", "numbers", "kind", "places"),
    [
        (BASE, (0.2, 0.1, 9.0), COMPARED, [2.0, 1.0, 5.0]),
        (replace(BASE, kind="cost", compare=()), (-0.1, -0.2, 0.0), COMPARED, [-1.0, -2.0, 0.0]),
        # By hand: 0.1 counts; the farthest end, 0.5, is 0.4 away.
        (ONE, (0.3, 0.1, 0.5), LEVELS, [0.5, 0.0, 1.0]),
        (replace(ONE, direction="lower"), (0.3, 0.2, 0.5), LEVELS, [-0.5, -1.0, -0.25]),
        (SLOPE, (-0.3, -0.5, -0.1), LEVELS, [-2 / 3, -1.0, -1 / 3]),
        (replace(SLOPE, direction="lower", minimum_effect=-0.4), (-0.5, -0.6, -0.45), LEVELS, [0.5, 0.25, 1.0]),
        (replace(BASE, minimum_effect=0.0), (2.0, -1.0, 4.0), LEVELS, [0.5, -0.25, 1.0]),
        (replace(BASE, minimum_effect=-0.1), (-0.1, -0.1, -0.1), LEVELS, [0.0, 0.0, 0.0]),
        (NUMBER, (0.55, 0.45, 0.6), NUMBERS, [0.5, -0.5, 1.0]),
    ],
)
def test_each_kind_stands_beside_its_own_line(
    claim: Claim, numbers: tuple[float, float, float], kind: Kind, places: list[float]
) -> None:
    assert drawn(claim, *numbers) == (kind, places)


@pytest.mark.parametrize(
    "change",
    [{"interval": None}, {"claim": "another"}],
)
def test_without_an_interval_or_a_claim_there_is_no_row(change: dict[str, Any]) -> None:
    assert [*pictures([BASE], [{"claim": "c", "ours": 1.0, "interval": [0.0, 2.0]} | change])] == []
    bare = replace(BASE, minimum_effect=None)
    assert [*pictures([bare], [{"claim": "c", "ours": 1.0, "interval": [0.0, 2.0]}])] == []
