"""Scaling claims: the exponent of a power law over sizes, seed by seed, against a minimum and the paper's number."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.harness.planning import Plan, quality_units
from paperlab.harness.statistics import exponent
from paperlab.harness.units import Unit
from paperlab.records.card import Card
from paperlab.records.measurement import Measurement, Verdict
from tests.harness.rows import BASE, arms, verdict

SIZES = {"small": 8.0, "middle": 32.0, "large": 128.0}
CLAIM = replace(BASE, kind="slope", compare=(), over=SIZES, direction="lower", minimum_effect=-0.4)


def law(*powers: float) -> list[Measurement]:
    """Rows of a loss that falls as a power of the size, one power a seed."""
    return arms(**{arm: [3.0 * size**p for p in powers] for arm, size in SIZES.items()})


def judged(*powers: float, **change: object) -> Verdict:
    return verdict(replace(CLAIM, **change), law(*powers))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("powers", "word"),
    [
        ((-0.50, -0.51, -0.49), "reproduced"),
        ((-0.30, -0.31, -0.29), "not"),
        ((-0.3, -0.5, -0.4), "cannot tell yet"),
        ((-0.5, -0.5), "cannot tell yet"),
    ],
)
def test_a_loss_that_falls_with_size_against_a_minimum_slope(powers: tuple[float, ...], word: str) -> None:
    assert judged(*powers).verdict == word


def test_the_slope_is_paired_by_seed_and_stands_in_the_verdict_as_it_is() -> None:
    found = judged(-0.5, -0.51, -0.49)
    assert found.ours == pytest.approx(-0.5)
    assert found.interval == pytest.approx((-0.5 - 0.024841, -0.5 + 0.024841), abs=1e-5)
    assert (found.unit, found.seeds, len(found.runs)) == ("exponent", 3, 9)


@pytest.mark.parametrize(("paper", "word"), [(-0.5, "reproduced"), (-0.9, "not"), (-0.2, "partly")])
def test_a_slope_beside_the_papers(paper: float, word: str) -> None:
    found = judged(-0.50, -0.51, -0.49, minimum_effect=None, paper=paper, tolerance=0.1)
    assert found.verdict == word


def test_smoke_decides_no_slope() -> None:
    rows = [replace(r, budget="smoke") for r in law(-0.5, -0.51, -0.49)]
    assert verdict(CLAIM, rows, "smoke").verdict == "cannot tell yet"


def test_a_size_that_is_missing_or_no_logarithm_is_named() -> None:
    rows = law(-0.5, -0.51, -0.49)
    missing = verdict(CLAIM, [r for r in rows if r.arm != "large"])
    assert (missing.verdict, "arm 'large'" in missing.reason) == ("not tested", True)
    zero = verdict(CLAIM, [replace(r, value=0.0) if (r.arm, r.seed) == ("middle", 1) else r for r in rows])
    assert zero.verdict == "not tested"
    assert "arm middle: a power law goes through values above 0, got 0 at seed 1" in zero.reason


@given(st.floats(-3, 3), st.floats(0.01, 100), st.lists(st.floats(0.1, 1e6), min_size=3, max_size=6, unique=True))
def test_the_exponent_is_the_power_of_a_power_law(power: float, height: float, sizes: list[float]) -> None:
    if max(sizes) / min(sizes) > 1.1:
        assert exponent(sizes, [height * s**power for s in sizes]) == pytest.approx(power, abs=1e-6)


def test_the_exponent_is_the_least_squares_slope_of_logarithms() -> None:
    generator = np.random.default_rng(0)
    x, y = generator.uniform(1, 100, 7), generator.uniform(1, 100, 7)
    assert exponent(x.tolist(), y.tolist()) == pytest.approx(np.polyfit(np.log(x), np.log(y), 1)[0])


def test_sizes_that_the_case_brings_are_measured() -> None:
    facts = {
        "metric": "loss",
        "unit": "nats",
        "higher_is_better": False,
        "version": 1,
        "own": False,
        "why not": "",
        "source": "",
        "place": "",
    }
    enter = {"case": "k", "arms": ["ours"], "against": "", "brought": [*SIZES, "other"]} | facts
    card = Card(slug="s", title="t", claims=(CLAIM,))
    base = Unit(kind="describe", folder="", slug="s", source_hash="h")
    units = quality_units(Plan({"enters": [enter]}), base, card, 1, ())
    assert [u.arm for u in units] == ["ours", *SIZES]
