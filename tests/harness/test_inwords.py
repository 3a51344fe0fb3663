"""The lines of a terminal after a bench, by hand."""

from typing import Any

import pytest

from paperlab.harness import in_lines, results
from paperlab.records.card import Card
from paperlab.records.measurement import Measurement
from tests.harness.rows import check, row

TOOK = {"units": 1, "seconds": 1.0, "overhead": None}


def test_an_arm_of_several_cases_is_told_in_one_line() -> None:
    arm = {"arm": "ours", "runs": 5, "cases": ["a", "b"], "iqm": [0.75, 0.7, 0.8], "improvement over": {"adam": [0.9]}}
    _, line, _ = in_lines({"checks": [], "summary": [], "across": [arm], "timings": [], "took": TOOK})
    assert line == (
        "across cases, ours (5 seeds of 2 cases, 0 trivial, 1 ceiling): "
        "interquartile mean 0.75 [0.70, 0.80], beats adam with chance 0.90"
    )


def timing(**notes: Any) -> Measurement:
    told = {"A/A ratio": 1.02, "pairs": 25, "against": "sgd", "seconds a call": 1e-5} | notes
    return row(kind="speed", case="speed", value=2.0, samples=(0.69, 0.7, 0.71), notes=told, seconds=1.0)


@pytest.mark.parametrize(
    ("crowded", "apart", "words"),
    [
        (0, [], "beside it 1.02)"),
        (2, [0.4, 0.5], "beside it 1.02; the CPU was shared in 2 of 25 pairs, kept apart)"),
        (
            13,
            [],
            "beside it 1.02; the CPU was shared in 13 of 25 pairs, which all count, since most are: take it again",
        ),
    ],
)
def test_a_timing_has_its_noise_and_interval_beside_it(crowded: int, apart: list[float], words: str) -> None:
    found = results(Card(slug="s", title="t"), [timing(**{"contaminated pairs": crowded, "kept apart": apart})], ())
    line = in_lines(found)[1]
    assert line.startswith("speed: 2.00 [1.96, 2.06] times the time of sgd (identical code ")
    assert words in line


def test_the_memory_of_a_call_stands_beside_the_baselines() -> None:
    grew = "growth in a later call, bytes"
    peaks = {"peak FLOP/s": 1e9, "peak bytes/s": 1e9}
    costs = [
        row(arm, kind="cost", case="speed", value=None, notes=peaks | {grew: n})
        for arm, n in (("ours", 2.1e6), ("against", 8.4e6))
    ]
    assert in_lines(results(Card(slug="s", title="t"), [timing(), *costs], ()))[2] == (
        "memory: a call takes 2.1 M bytes, 0.25 times what the baseline takes"
    )


def test_what_the_measuring_took_is_told_last() -> None:
    rows = [check(environment={"overhead": 0.25}), timing()]
    *_, line = in_lines(results(Card(slug="s", title="t"), rows, ()))
    assert line.startswith("cost: 2 units, 3.25 s in all")
    assert "0.25 s of it the harness itself" in line
    *_, line = in_lines(results(Card(slug="s", title="t"), [timing()], ()))
    assert line.endswith("1 s in all, whenever they ran")
