"""Each kind of claim by each word of the verdict: what the definition says of rows that were written by hand."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from paperlab.errors import UsageError
from paperlab.harness import claim, gate_line, judge, results
from paperlab.harness.api import OWN_TIME
from paperlab.harness.calling import NEVER, NOTE
from paperlab.harness.statistics import holm
from paperlab.records.card import Card
from paperlab.records.measurement import Measurement
from tests.harness.rows import BASE, HIGH, LOW, arms, check, row, verdict

R, P, N, C, U, T = "reproduced", "partly", "not", "cannot tell yet", "case unfit", "not tested"
NEAR = [x - 0.05 for x in HIGH]
"""Worse by a twentieth, which is half of the minimum effect, at every seed."""
WIDE = [0.85, 0.76, 0.67]
"""Worse by 0.05, 0.15, 0.25: the interval is 0.15 +- 4.303 * 0.1 / sqrt(3), from -0.1 to 0.4."""
LESS = [x - 0.4 for x in LOW]
SIZES = {"small": 8.0, "middle": 32.0, "large": 128.0}


def held(kind: str, **change: object) -> list[Measurement]:
    return [check("asked", kind=kind, seed=seed, **change) for seed in (0, 1)]


def law(*powers: float) -> list[Measurement]:
    return arms(**{arm: [3.0 * size**p for p in powers] for arm, size in SIZES.items()})


def timed(*ratios: float) -> list[Measurement]:
    return [row(kind="speed", case="speed", unit="ours / against", samples=tuple(map(math.log, ratios)))]


CHECKED = {"case": "asked", "compare": (), "minimum_effect": None}
ALONE = {"compare": ("ours",), "minimum_effect": None, "paper": 0.9, "tolerance": 0.05}
PAIR = {"compare": ("ours", "other")}
SLOPE: dict[str, Any] = {"compare": (), "over": SIZES, "direction": "lower", "minimum_effect": -0.4}
COST: dict[str, Any] = {"case": "speed", "compare": (), "minimum_effect": 0.2}
FAILED = {"status": "failed", "value": 1.0, "failure": "asked: expected at most 0.1, got 1"}
CRASHED = {"status": "crashed", "value": None, "failure": "it died"}

TABLE: list[tuple[str, str, dict[str, Any], list[Measurement]]] = [
    ("equality", R, CHECKED, held("equality")),
    ("equality", P, ALONE, arms(ours=[0.979, 0.98, 0.981])),  # no level of the paper's, on the better side
    ("equality", N, ALONE, arms(ours=LOW)),
    ("equality", C, CHECKED, held("equality", notes={"kind": "equality", NOTE: NEVER})),
    ("equality", U, ALONE | {"control": "known"}, arms(ours=LOW, known=LOW)),
    ("equality", T, CHECKED, held("equality", **FAILED)),  # wrong code says nothing of the paper
    ("property", R, CHECKED, held("property")),
    ("property", P, PAIR, arms(ours=HIGH, other=NEAR)),
    ("property", N, CHECKED, held("property", **FAILED)),
    ("property", C, PAIR, arms(ours=HIGH[:2], other=LOW[:2])),
    ("property", U, PAIR | {"control": "known"}, arms(ours=LOW, other=HIGH, known=LESS)),
    ("property", T, CHECKED, held("property", **CRASHED)),
    *(
        row
        for kind in ("better-than", "ablation")
        for row in (
            (kind, R, PAIR, arms(ours=HIGH, other=LOW)),
            (kind, P, PAIR, arms(ours=HIGH, other=NEAR)),
            (kind, N, PAIR, arms(ours=LOW, other=HIGH)),
            (kind, C, PAIR, arms(ours=HIGH, other=WIDE)),
            (kind, U, PAIR | {"control": "known"}, arms(ours=LOW, other=HIGH, known=LESS)),
            (kind, T, PAIR, arms(ours=HIGH)),
            (kind, R, PAIR | {"direction": "lower"}, arms(ours=LOW, other=HIGH)),
            (kind, P, PAIR | {"direction": "lower"}, arms(ours=NEAR, other=HIGH)),
            (kind, N, PAIR | {"direction": "lower"}, arms(ours=HIGH, other=LOW)),
            (kind, N, PAIR | {"control": "known"}, arms(ours=LOW, other=HIGH, known=[x + 0.4 for x in HIGH])),
        )
    ),
    ("slope", R, SLOPE, law(-0.5, -0.51, -0.49)),
    ("slope", P, SLOPE | {"paper": -0.9, "tolerance": 0.1}, law(-0.5, -0.51, -0.49)),  # it falls, not as the paper's
    ("slope", N, SLOPE, law(-0.3, -0.31, -0.29)),
    ("slope", C, SLOPE, law(-0.3, -0.5, -0.4)),
    ("slope", T, SLOPE, law(-0.5, -0.51, -0.49)[:6]),  # no row of the largest
    ("cost", R, COST, timed(0.5, 0.51, 0.49)),
    ("cost", P, COST, timed(0.9, 0.91, 0.89)),
    ("cost", N, COST, timed(1.2, 1.21, 1.19)),
    ("cost", C, COST, timed(0.4, 0.8, 1.2)),
    ("cost", T, COST, []),
]


@pytest.mark.parametrize(("kind", "word", "change", "rows"), TABLE)
def test_a_kind_of_claim_by_a_word(kind: str, word: str, change: dict[str, Any], rows: list[Measurement]) -> None:
    assert verdict(replace(BASE, kind=kind, **change), rows).verdict == word


def test_a_gate_none_of_whose_checks_calls_the_method_decides_nothing() -> None:
    card, rows = Card(slug="s", id=None, title="t", claims=(BASE,)), arms(ours=HIGH, other=LOW)
    for notes, word, line in (
        ({NOTE: NEVER}, C, "gate: 2 of 2 checks hold; none of them calls model.py"),
        ({}, R, "gate: 2 of 2 checks hold"),
    ):
        gate = [check(notes={NOTE: NEVER}), check("other", notes=notes)]
        (found,) = judge(card, [*gate, *rows], budget="small")
        assert found.verdict == word
        assert ("no check calls anything of model.py" in found.reason) == bool(notes)
        assert gate_line(results(card, gate, ())["checks"]) == line
    assert judge(card, [check(notes={NOTE: NEVER}), *arms(ours=HIGH)], budget="small")[0].verdict == T


def test_every_word_that_a_kind_can_have_is_in_the_table() -> None:
    kinds = ("equality", "property", "better-than", "ablation", "slope", "cost")
    left = {(kind, word) for kind in kinds for word in (R, P, N, C, U, T)} - {(kind, word) for kind, word, *_ in TABLE}
    assert left == {("slope", U), ("cost", U)}  # neither has an arm that could stand in for ours


@pytest.mark.parametrize("change", [{"kind": "slope", "over": SIZES}, {"kind": "cost", "case": "speed"}])
def test_a_claim_that_has_no_arm_to_exchange_takes_no_control(change: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=r"expected .*control"):
        claim(**{"id": "c", "place": "Section 1", "control": "known"} | change)


def rejected(ps: list[float], level: float) -> set[int]:
    """Go from the smallest p on, as Holm (1979) does, until one is above the level's share of those that are left."""
    order = sorted(range(len(ps)), key=lambda i: ps[i])
    told: set[int] = set()
    for i in order:
        if ps[i] > level / (len(ps) - len(told)) * (1 + 1e-12):
            break
        told.add(i)
    return told


@pytest.mark.parametrize("seed", range(20))
def test_holms_p_is_the_smallest_level_at_which_his_procedure_rejects(seed: int) -> None:
    drawn = np.random.default_rng(seed)
    ps = [float(p) / 64 for p in drawn.choice([1, 2, 3, 5, 8, 20, 60], size=drawn.integers(1, 8))]
    levels = sorted({p * k for p in ps for k in range(1, len(ps) + 1)})
    smallest = [min((x for x in levels if i in rejected(ps, x)), default=1.0) for i in range(len(ps))]
    assert holm(ps) == pytest.approx([min(1.0, x) for x in smallest])


@pytest.mark.parametrize(("slow", "said"), [(6.0, True), (2.9, False), (0.4, False)])
def test_arms_that_train_by_themselves_in_very_unequal_time_are_told_of(slow: float, said: bool) -> None:
    least = 1.0 if slow > 1 else 0.01
    rows = [replace(r, notes={OWN_TIME: slow if r.arm == "ours" else least}) for r in arms(ours=HIGH, other=LOW)]
    told = f"not at equal budget: each arm trains as it likes here, ours {slow} s and other 1.0 s"
    assert (told in verdict(BASE, rows).reason) == said
    assert "equal budget" not in verdict(BASE, arms(ours=HIGH, other=LOW)).reason
