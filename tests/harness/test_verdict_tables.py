"""The verdict's word for every position of an interval on a small grid, by sets of points instead of comparisons."""

import re
from dataclasses import replace
from itertools import product

import pytest

from paperlab.harness import verdicts
from paperlab.harness.statistics import Interval
from paperlab.records.card import Claim
from paperlab.records.measurement import Verdict
from tests.harness.rows import BASE, HIGH, LOW, arms, check, row, verdict

HOLDS, OPEN, SMALL, FAILS = "reproduced", "cannot tell yet", "partly", "not"
GRID = [(low, high) for low in range(-3, 8) for high in range(low, 8)]


def interval(low: float, high: float, mean: float | None = None) -> Interval:
    return Interval((low + high) / 2 if mean is None else mean, low, high, 5, 1.0)


def points(low: float, high: float) -> set[float]:
    """All halves from low to high: borders lie on whole numbers."""
    return {low + n / 2 for n in range(int(2 * (high - low)) + 1)}


@pytest.mark.parametrize(("minimum", "two"), [*product((-1, 0, 1, 2), (True, False))])
def test_an_interval_against_the_minimum_effect(minimum: int, two: bool) -> None:
    enough, right = points(minimum, 20), points(0.5, 20)
    for low, high in GRID:
        told = points(low, high)
        expected = HOLDS if told <= enough else OPEN if told & enough else SMALL if two and told <= right else FAILS
        assert verdicts.against_minimum(interval(low, high), minimum, two=two) == expected, (low, high)


@pytest.mark.parametrize(("tolerance", "direction"), [*product((0, 1, 2), ("higher", "lower"))])
def test_an_interval_beside_the_papers_number(tolerance: int, direction: str) -> None:
    claim = replace(BASE, paper=2.0, tolerance=float(tolerance), direction=direction)
    band = points(2 - tolerance, 2 + tolerance)
    for low, high in GRID:
        told = points(low, high)
        above = min(told) > max(band)
        apart = "better" if above == (direction == "higher") else "worse"
        expected = "within" if told <= band else "open" if told & band else apart
        assert verdicts.against_paper(interval(low, high), claim) == expected, (low, high)


EFFECTS = {HOLDS: (3, 4), SMALL: (1, 1.5), OPEN: (1, 3), FAILS: (-2, -1), None: None}
NUMBERS = {"within": (4.5, 5.5), "open": (5, 7), "better": (8, 9), "worse": (1, 2), None: None}


@pytest.mark.parametrize(
    ("effect", "number", "word"),
    [
        (HOLDS, "within", HOLDS), (HOLDS, None, HOLDS), (HOLDS, "better", SMALL), (HOLDS, "worse", SMALL), (HOLDS, "open", OPEN),
        *((SMALL, number, SMALL) for number in NUMBERS), *((OPEN, number, OPEN) for number in NUMBERS),
        *((FAILS, number, FAILS) for number in NUMBERS),
        (None, "within", HOLDS), (None, "better", SMALL), (None, "worse", FAILS), (None, "open", OPEN), (None, None, "not tested"),
    ],
)  # fmt: skip
def test_effect_and_number_together(effect: str | None, number: str | None, word: str) -> None:
    claim = replace(BASE, minimum_effect=2.0, paper=5.0, tolerance=1.0)
    ends, around = EFFECTS[effect], NUMBERS[number]
    told = verdicts.decide(claim, ends and interval(*ends), around and interval(*around), two=True)
    assert told == word


def one_arm(**change: object) -> Claim:
    return replace(BASE, compare=("ours",), minimum_effect=None, **change)


@pytest.mark.parametrize("change", [{}, {"paper": 0.9}, {"tolerance": 0.1}])
def test_a_claim_without_minimum_effect_needs_the_papers_number_and_a_tolerance(change: dict[str, float]) -> None:
    assert "states no minimum effect" in verdict(one_arm(**change), arms(ours=HIGH)).reason
    told = verdict(replace(BASE, **change), arms(ours=HIGH, other=LOW))
    assert (told.verdict, told.reason[:42]) == (HOLDS, "interval wholly at or above the minimum ef")


@pytest.mark.parametrize(
    ("kind", "status", "ours"), [("equality", "ok", 0.5), ("property", "failed", 0.5), ("equality", "failed", None)]
)
def test_a_check_shows_the_worst_of_its_values_unless_it_closed_the_gate(
    kind: str, status: str, ours: float | None
) -> None:
    claim = replace(BASE, kind=kind, case="bounded", minimum_effect=None)
    rows = [check("bounded", kind=kind, seed=n, value=v, status=status) for n, v in enumerate((0.2, 0.5, 0.1))]
    told = verdict(claim, rows)
    assert (told.ours, told.seeds, told.metric) == (ours, 3, "")


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ("nothing", "gave no interval, so the case may be at fault: no measurement of arm 'known'"),
        ("nothing", "; 3 seeds of it are needed, whose seconds are known after the first"),
        ("two", "gave no interval, so the case may be at fault: 2 seeds give no interval: 1 more seed needed (4 s)"),
        ("crashed", "arm known: 1 of 3 seeds crashed; 1 more seed needed (2 s) once that is mended"),
        ("lost", "arm known: 3 of 3 seeds crashed; 3 seeds of it are needed"),
        ("wide", "the control known is undecided as well: about 9 more seeds needed (36 s) to tell"),
    ],
)
def test_a_control_that_shows_nothing_leaves_it_open_and_says_what_would_tell(known: str, words: str) -> None:
    broken = [replace(r, value=None, status="crashed") for r in arms(known=HIGH)]
    measured = {
        "nothing": [], "two": arms(known=HIGH[:2]), "crashed": [broken[0], *arms(known=HIGH)[1:]], "lost": broken,
        "wide": arms(known=[0.9, 1.2, 1.5]),
    }  # fmt: skip
    told = verdict(replace(BASE, control="known"), [*arms(ours=LOW, other=HIGH), *measured[known]])
    assert told.verdict == OPEN
    assert words in told.reason


@pytest.mark.parametrize(
    ("ours", "budget", "words"),
    [
        (HIGH[:1], "small", "1 seed gives no interval: 2 more seeds needed (8 s)"),
        (HIGH[:2], "small", "2 seeds give no interval: 1 more seed needed (4 s)"),
        (HIGH, "smoke", "take --budget small with 3 seeds or more, whose seconds a run of smoke does not tell"),
        ([0.1, 0.6, 1.1001], "small", "more than 1000 seeds (over 4000 s) would be needed at this spread"),
    ],
)
def test_what_cannot_be_told_yet_names_seeds_and_seconds_or_why_not(ours: list[float], budget: str, words: str) -> None:
    rows = [replace(r, budget=budget) for r in arms(ours=ours, other=[0.5] * len(ours))]
    told = verdict(BASE, rows, budget)
    assert told.verdict == OPEN
    assert words in told.reason


@pytest.mark.parametrize(
    ("most", "words"),
    [
        (0.95, "wholly at or below 0.95"),
        (0.91, "touches 0.91"),
        (0.8, "wholly above 0.8"),
        (None, "at most 0.8; paper"),
    ],
)
def test_of_one_arm_whose_lower_value_is_better_the_reason_says_the_most_that_counts(
    most: float | None, words: str
) -> None:
    number = {"paper": 0.9, "tolerance": 0.5, "minimum_effect": 0.8} if most is None else {"minimum_effect": most}
    claim = replace(BASE, compare=("ours",), direction="lower", **number)
    reason = verdict(claim, arms(ours=HIGH)).reason
    assert words in reason
    assert "minimum" not in reason


def test_a_timing_in_per_cent_needs_as_many_pairs_as_one_in_fractions() -> None:
    """The spread of the pairs is one of log ratios; the distance is one of what is saved."""
    one, hundred = (
        timing(replace(BASE, minimum_effect=m, unit=u)).reason.split("about")[1] for m, u in ((0.3, ""), (30.0, "%"))
    )
    assert one == hundred


def test_a_claim_and_its_newest_row_name_metric_and_unit() -> None:
    rows = [replace(r, at=f"2026-01-0{n + 1}", metric=f"m{n}") for n, r in enumerate(arms(ours=HIGH, other=LOW))]
    assert verdict(BASE, rows).metric == "m5"
    assert verdict(replace(BASE, metric="loss", unit="nats"), rows).metric == "loss"
    assert verdict(replace(BASE, metric="loss", unit="fraction right"), rows).unit == "fraction right"
    assert verdict(replace(BASE, compare=("ours", "nobody")), [row()]).metric == ""


def test_the_reason_holds_the_papers_number_only_where_a_tolerance_is_stated() -> None:
    rows = arms(ours=HIGH, other=LOW)
    assert "paper 0.91 +- 0.03, ours 0.91" in verdict(replace(BASE, paper=0.91, tolerance=0.03), rows).reason
    assert "paper" not in verdict(replace(BASE, paper=0.91), rows).reason


@pytest.mark.parametrize(
    ("change", "words"), [({"status": "failed"}, "1 of 3 seeds failed"), ({"value": None}, "1 of 3 seeds ok")]
)
def test_a_seed_that_failed_or_has_no_value_is_not_left_out(change: dict[str, object], words: str) -> None:
    rows = arms(ours=HIGH, other=LOW)
    told = verdict(BASE, [replace(rows[0], **change), *rows[1:]])
    assert told.verdict == OPEN
    assert words in told.reason


def test_a_closed_gate_counts_the_checks_that_do_not_hold_and_names_an_equation_once() -> None:
    bad = [check(name, value=3.0, status="failed", failure="got 3") for name in ("one", "two", "three")]
    assert verdict(BASE, bad).reason == "check one: got 3; look at Equation (1) (and 2 more)"
    assert verdict(BASE, bad[:2]).reason.endswith("Equation (1) (and 1 more)")
    assert (
        verdict(BASE, [replace(bad[0], failure="got 3, see Equation (1)")]).reason
        == "check one: got 3, see Equation (1)"
    )
    assert verdict(BASE, [replace(bad[0], equation="")]).reason == "check one: got 3"


def timing(claim: Claim, **change: object) -> Verdict:
    facts = {
        "kind": "speed",
        "case": "speed",
        "seconds": 9.0,
        "samples": (-0.2, -0.7, -0.4),
        "notes": {"A/A": [0.0] * 3},
    }
    return verdict(replace(claim, kind="cost", case="speed"), [row(**facts | change)])


def test_a_timing_says_what_disturbed_it_and_how_many_more_pairs_it_needs() -> None:
    claim = replace(BASE, minimum_effect=0.3)
    told = timing(claim)
    assert told.verdict == OPEN
    found = re.search(r"about (\d+) more pairs needed \((\d+) s\)", told.reason)
    assert found
    assert int(found[2]) == 3 * int(found[1])  # nine seconds for three pairs
    assert "sign-flip" not in told.reason
    for share, said in ((1, False), (2, True)):
        notes = {"A/A": [0.0] * 3, "contaminated pairs": share}
        assert ("the CPU was shared" in timing(claim, notes=notes).reason) == said
    lost = timing(claim, status="crashed", failure="out of memory\nat line 3")
    assert (lost.verdict, lost.reason) == ("not tested", "out of memory")


def test_seeds_that_are_missing_are_counted_to_the_nearer_border_of_the_papers_number() -> None:
    claim = one_arm(paper=0.5, tolerance=0.1)
    told = verdict(claim, arms(ours=[0.55, 0.57, 0.62]))  # mean 0.58, sd 0.0361: half width below 0.02 at 15 seeds
    assert told.verdict == OPEN
    assert "about 12 more seeds needed (24 s) to tell" in told.reason


def test_a_check_has_the_unit_of_its_claim_or_else_its_own() -> None:
    claim = replace(BASE, kind="equality", case="oracle", minimum_effect=None)
    assert (verdict(claim, []).unit, verdict(replace(claim, unit="share"), []).unit) == ("fraction", "share")


def test_a_run_is_called_by_twelve_signs_of_its_rows() -> None:
    assert len(verdict(BASE, arms(ours=HIGH, other=LOW)).run) == 12
