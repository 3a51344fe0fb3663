"""The tables of verdicts.py by hand, and that a larger effect never makes a verdict worse."""

import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.harness import judge
from paperlab.harness.units import claims_hash, claims_stated
from paperlab.records.card import VERDICTS, Card, Claim
from paperlab.records.measurement import Verdict
from tests.harness.rows import BASE, HIGH, LOW, arms, check, row, verdict


@pytest.mark.parametrize(
    ("ours", "other", "word"),
    [
        (HIGH, LOW, "reproduced"),
        (LOW, HIGH, "not"),
        ([0.55, 0.56, 0.57], LOW, "partly"),
        ([0.50, 0.52, 0.51], [0.51, 0.50, 0.52], "not"),
        ([0.5, 0.9, 0.7], LOW, "cannot tell yet"),
        (HIGH[:2], LOW[:2], "cannot tell yet"),
    ],
)
def test_two_arms_against_a_minimum_effect_of_a_tenth(ours: list[float], other: list[float], word: str) -> None:
    assert verdict(BASE, arms(ours=ours, other=other)).verdict == word


def test_the_effect_is_paired_and_turned_so_that_better_is_positive() -> None:
    claim = replace(BASE, direction="lower")
    found = verdict(claim, arms(ours=[1.0, 2.0, 3.0], other=[2.0, 3.1, 4.2]))
    assert found.ours == pytest.approx(1.1)
    assert found.interval == pytest.approx((1.1 - 0.24841, 1.1 + 0.24841), abs=1e-4)
    assert (found.seeds, found.verdict, len(found.runs)) == (3, "reproduced", 6)


@pytest.mark.parametrize(
    ("ours", "word"),
    [
        ([0.32, 0.33, 0.325], "reproduced"),
        ([0.40, 0.41, 0.405], "partly"),
        ([0.20, 0.21, 0.205], "not"),
        ([0.30, 0.36, 0.33], "cannot tell yet"),
    ],
)
def test_one_arm_beside_the_papers_number(ours: list[float], word: str) -> None:
    claim = replace(BASE, compare=("ours",), minimum_effect=None, paper=0.32, tolerance=0.03)
    found = verdict(claim, arms(ours=ours))
    assert found.verdict == word
    assert found.ours == pytest.approx(sum(ours) / 3)


@pytest.mark.parametrize(
    ("direction", "values", "word"),
    [
        ("higher", HIGH, "reproduced"),
        ("higher", LOW, "not"),
        ("lower", HIGH, "not"),
        ("lower", LOW, "reproduced"),
        ("lower", [0.5, 0.7, 0.9], "cannot tell yet"),
    ],
)
def test_one_arm_against_a_threshold(direction: str, values: list[float], word: str) -> None:
    claim = replace(BASE, compare=("ours",), minimum_effect=0.7, direction=direction)
    assert verdict(claim, arms(ours=values)).verdict == word


@pytest.mark.parametrize(("paper", "word"), [(0.91, "reproduced"), (0.5, "partly"), (0.94, "cannot tell yet")])
def test_a_direction_that_holds_with_a_number_within_outside_and_on_the_edge(paper: float, word: str) -> None:
    claim = replace(BASE, paper=paper, tolerance=0.03)
    assert verdict(claim, arms(ours=HIGH, other=LOW)).verdict == word


@pytest.mark.parametrize(
    ("control", "word"), [(HIGH, "not"), (LOW, "case unfit"), ([0.3, 0.7, 0.9], "cannot tell yet")]
)
def test_the_control_decides_whose_fault_it_is(control: list[float], word: str) -> None:
    claim = replace(BASE, control="known")
    assert verdict(claim, arms(ours=LOW, other=LOW, known=control)).verdict == word


def test_smoke_never_decides_a_claim_that_needs_training() -> None:
    rows = [replace(r, budget="smoke") for r in arms(ours=HIGH, other=LOW)]
    assert verdict(BASE, rows, "smoke").verdict == "cannot tell yet"
    assert verdict(replace(BASE, kind="property"), rows, "smoke").verdict == "reproduced"


def test_a_closed_gate_tests_nothing_and_names_the_equation() -> None:
    bad = check("oracle", value=3.0, status="failed", failure="oracle: expected at most 0.1, got 3")
    found = verdict(BASE, [bad, *arms(ours=HIGH, other=LOW)])
    assert (found.verdict, found.ours) == ("not tested", None)
    assert "look at Equation (1)" in found.reason


def test_a_property_that_fails_beside_oracles_that_hold_speaks_against_the_paper() -> None:
    claim = replace(BASE, kind="property", case="bounded", minimum_effect=None)
    bad = check("bounded", kind="property", value=3.0, status="failed", failure="bounded: got 3")
    assert verdict(claim, [bad]).verdict == "not"
    assert verdict(claim, [bad, check("oracle", status="failed", value=1.0, at="2027")]).verdict == "not tested"
    assert verdict(claim, [replace(bad, value=None)]).verdict == "not tested"


def test_an_equality_that_holds_is_reproduced_on_any_budget() -> None:
    claim = replace(BASE, kind="equality", case="oracle", minimum_effect=None)
    assert [verdict(claim, [], b).verdict for b in ("smoke", "full")] == ["reproduced", "reproduced"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"case": ""}, "names no case"),
        ({"minimum_effect": None}, "states no minimum effect"),
        ({"compare": ("ours", "nobody")}, "no measurement of arm 'nobody' in case 'k', which has other, ours"),
        (
            {"case": "typo"},
            "no measurement of arm 'ours' in case 'typo'; measured were k; bench that case, or enter it in cases.py",
        ),
    ],
)
def test_what_is_missing_is_said(change: dict[str, object], words: str) -> None:
    found = verdict(replace(BASE, **change), arms(ours=HIGH, other=LOW))
    assert found.verdict == "not tested"
    assert words in found.reason


def test_no_rows_at_all() -> None:
    (found,) = judge(Card(slug="s", id=None, title="t", claims=(BASE,)), [], budget="small")
    assert (found.verdict, found.reason) == ("not tested", "nothing was measured; run paperlab bench")


def test_failed_seeds_are_not_left_out() -> None:
    rows = arms(ours=[*HIGH, 0.9], other=[*LOW, 0.5])
    rows[1] = replace(rows[1], value=None, status="crashed", failure="Segmentation fault")
    found = verdict(BASE, rows)
    assert (found.verdict, "1 of 4 seeds crashed" in found.reason) == ("cannot tell yet", True)
    dead = [replace(r, value=None, status="timeout") for r in arms(ours=HIGH)]
    assert verdict(BASE, [*dead, *arms(other=LOW)]).verdict == "not tested"


def test_an_arm_of_which_nothing_is_left_says_so_before_one_that_lost_a_seed() -> None:
    lost = replace(arms(ours=HIGH)[0], value=None, status="crashed")
    dead = [replace(r, value=None, status="timeout") for r in arms(other=LOW)]
    found = verdict(BASE, [lost, *arms(ours=HIGH)[1:], *dead])
    assert (found.verdict, found.reason[:31]) == ("not tested", "arm other: 3 of 3 seeds timeout")


def test_repeats_of_one_seed_count_once_and_the_newest_wins() -> None:
    rows = [*arms(ours=HIGH[:1] * 1, other=LOW[:1]), *arms(ours=HIGH[:1], other=LOW[:1])] * 3
    assert verdict(BASE, rows).verdict == "cannot tell yet"
    newer = [replace(r, value=0.0, at="2027-01-01T00:00:00Z") for r in arms(ours=HIGH)]
    assert verdict(BASE, [*newer, *arms(ours=HIGH, other=LOW)]).ours == pytest.approx(-0.51)


def test_rows_of_other_sources_versions_budgets_devices_and_slugs_do_not_mix() -> None:
    rows = arms(ours=HIGH, other=LOW)
    strange = arms(ours=[0.0] * 3, other=[1.0] * 3)
    alien = [replace(r, **c) for c in ({"source_hash": "old"}, {"budget": "full"}, {"slug": "x"}) for r in strange]
    assert verdict(BASE, [*alien, *rows]) == verdict(BASE, rows)
    newer = [replace(r, case_version=2, device="cuda") for r in strange]
    assert verdict(BASE, [*rows, *newer]).ours == pytest.approx(-1.0)


def test_rows_of_the_cases_own_arms_belong_to_every_source() -> None:
    shared = [replace(r, source_hash="") for r in arms(other=LOW)]
    assert verdict(BASE, [*arms(ours=HIGH), *shared]).verdict == "reproduced"


def test_a_minimum_effect_that_changed_after_the_run_is_said() -> None:
    told = {"claims": claims_stated([BASE])}
    rows = [replace(r, environment=told) for r in arms(ours=HIGH, other=LOW)]
    assert "changed after the run" not in verdict(BASE, rows).reason
    assert "changed after the run" in verdict(replace(BASE, minimum_effect=0.05), rows).reason
    assert claims_hash([BASE]) != claims_hash([replace(BASE, minimum_effect=0.05)])


def test_what_a_case_gave_long_ago_changes_no_minimum_effect() -> None:
    now, before = ({"claims": claims_stated([replace(BASE, minimum_effect=x)])} for x in (BASE.minimum_effect, 0.05))
    ours = [replace(r, environment=now) for r in arms(ours=HIGH)]
    shared = [replace(r, environment=before, source_hash="") for r in arms(other=LOW)]
    assert "changed after the run" not in verdict(BASE, [*ours, *shared]).reason


def test_the_reason_says_how_many_seeds_and_seconds_are_needed() -> None:
    found = verdict(BASE, arms(ours=[0.6, 0.75, 0.7, 0.72], other=[0.5] * 4))
    assert found.verdict == "cannot tell yet"
    assert "about 1 more seed needed (4 s) to tell" in found.reason
    assert "cannot reach p < 0.05 with 4 seeds: 2 more needed" in found.reason


def cost(logs: list[float], null: list[float]) -> Verdict:
    claim = replace(BASE, kind="cost", case="speed", minimum_effect=0.2)
    notes = {"A/A": null, "contaminated pairs": 0}
    return verdict(claim, [row(kind="speed", case="speed", samples=tuple(logs), notes=notes)])


def test_a_cost_claim_is_the_share_of_time_saved() -> None:
    found = cost([-0.69, -0.70, -0.69], [0.01, -0.01, 0.0])
    assert (found.verdict, found.ours) == ("reproduced", pytest.approx(0.5, abs=0.01))
    assert cost([0.1, 0.11, 0.1], [0.0, 0.01, -0.01]).verdict == "not"


def test_a_timing_whose_identical_code_differs_says_so() -> None:
    assert "identical code" in cost([-0.69, -0.70, -0.69], [0.2, 0.21, 0.2]).reason


ORDER = {"not": 0, "partly": 1, "cannot tell yet": 2, "reproduced": 3}
spread = st.lists(st.floats(-1, 1), min_size=3, max_size=8)


@given(spread, st.floats(-1, 1), st.floats(0, 2), st.floats(0, 1), st.sampled_from(["higher", "lower"]))
def test_a_larger_effect_never_makes_the_verdict_worse(
    noise: list[float], start: float, more: float, minimum: float, direction: str
) -> None:
    sign = 1 if direction == "higher" else -1
    claim = replace(BASE, minimum_effect=minimum, direction=direction)
    other = [0.0] * len(noise)
    before = verdict(claim, arms(ours=[sign * (start + n) for n in noise], other=other))
    after = verdict(claim, arms(ours=[sign * (start + more + n) for n in noise], other=other))
    assert ORDER[before.verdict] <= ORDER[after.verdict]


@given(st.lists(st.tuples(st.sampled_from(["ours", "other"]), st.integers(0, 4), st.none() | st.floats(-2, 2))))
def test_any_rows_give_one_of_the_six_words(table: list[tuple[str, int, float | None]]) -> None:
    rows = [row(arm, seed, v, status="ok" if v is not None else "failed") for arm, seed, v in table]
    found = verdict(BASE, rows)
    assert found.verdict in VERDICTS
    assert "\n" not in found.reason


@pytest.mark.slow
@pytest.mark.parametrize(("effect", "n"), [(0.1, 3), (0.1, 5), (0.1, 10)])
def test_at_the_minimum_effect_itself_each_wrong_word_comes_in_at_most_4_per_cent(effect: float, n: int) -> None:
    """The true effect lies on the border: either side is an error, each with probability 2.5 per cent."""
    import numpy as np

    draws = np.random.default_rng(3).normal(effect, 0.2, size=(3000, n))
    words = [verdict(BASE, arms(ours=d.tolist(), other=[0.0] * n)).verdict for d in draws]
    assert words.count("reproduced") / 3000 < 0.04
    assert (words.count("not") + words.count("partly")) / 3000 < 0.04


PERCENT = [0.955, 0.96, 0.965]


@pytest.mark.parametrize(
    ("change", "word", "ours"),
    [
        # By hand: 0.96 of 1 is 96 %, which lies within 95 % +- 5 % as 0.96 lies within 0.95 +- 0.05.
        ({"paper": 95.0, "tolerance": 5.0, "unit": "%"}, "reproduced", 96.0),
        ({"paper": 0.95, "tolerance": 0.05, "unit": "fraction right"}, "reproduced", 0.96),
        ({"paper": 0.95, "tolerance": 0.05}, "reproduced", 0.96),
        ({"paper": 85.0, "tolerance": 5.0, "unit": "percent"}, "partly", 96.0),
        ({"minimum_effect": 90.0, "unit": "%"}, "reproduced", 96.0),
        ({"minimum_effect": 99.0, "unit": "percentage points"}, "not", 96.0),
    ],
)
def test_a_claim_in_percent_is_judged_as_one_in_fractions(change: dict[str, Any], word: str, ours: float) -> None:
    claim = replace(BASE, compare=("ours",), minimum_effect=None)
    found = verdict(replace(claim, **change), arms(ours=PERCENT))
    assert (found.verdict, found.unit) == (word, change.get("unit", "fraction"))
    assert found.ours == pytest.approx(ours)
    assert found.interval == pytest.approx((ours * (1 - 0.012939), ours * (1 + 0.012939)), rel=1e-4)


@given(st.lists(st.floats(0, 1), min_size=3, max_size=6), st.floats(0, 1), st.floats(0.01, 0.5))
def test_percent_and_fraction_give_one_verdict(ours: list[float], paper: float, tolerance: float) -> None:
    claim = replace(BASE, compare=("ours",), minimum_effect=None, paper=paper, tolerance=tolerance)
    hundred = replace(claim, paper=100 * paper, tolerance=100 * tolerance, unit="%")
    one, other = (verdict(c, arms(ours=ours)) for c in (claim, hundred))
    edge = min(abs(abs(bound - paper) - tolerance) for bound in one.interval or (0.0,))
    assert one.verdict == other.verdict or edge < 1e-9


def test_a_number_that_is_no_fraction_is_not_held_against_one() -> None:
    claim = replace(BASE, compare=("ours",), minimum_effect=None, paper=95.0, tolerance=5.0)
    found = verdict(claim, arms(ours=PERCENT))
    assert (found.verdict, found.ours) == ("not tested", None)
    assert 'write unit = "%"' in found.reason


def test_a_claim_that_contradicts_its_case_says_so() -> None:
    found = verdict(replace(BASE, unit="BLEU", direction="lower"), arms(ours=LOW, other=HIGH))
    assert found.unit == "fraction"
    assert "the claim is in BLEU, case 'k' measures fraction" in found.reason
    assert "the claim takes lower for better, case 'k' higher" in found.reason


@pytest.mark.parametrize("unit", ["", "accuracy", "fraction right"])
def test_points_that_name_no_per_cent_are_not_held_against_fractions(unit: str) -> None:
    """A table prints 97.3; two points more of 100 are 0.02 of 1, which no difference of 2 would ever be."""
    claim = replace(BASE, paper=97.3, minimum_effect=2.0, unit=unit)
    rows = arms(ours=HIGH, other=LOW)
    found = verdict(claim, rows)
    assert (found.verdict, found.ours) == ("not tested", None)
    assert found.reason.startswith("the minimum effect 2 is no fraction, which is what case 'k' measures; write unit")
    assert verdict(replace(claim, unit="%"), rows).verdict == "reproduced"  # 40 points more
    saved = row(kind="speed", case="speed", unit="ours / against", samples=(math.log(0.5),) * 3)
    told = verdict(replace(claim, kind="cost", case="speed"), [saved])
    assert (told.verdict, "no fraction" in told.reason) == ("not tested", True)


def test_a_ratio_that_is_no_share_is_judged_as_it_stands() -> None:
    rows = [replace(r, unit="ratio") for r in arms(ours=[3.1, 3.2, 3.15])]
    claim = replace(BASE, compare=("ours",), minimum_effect=3.0, paper=3.2, tolerance=1.5)
    assert verdict(claim, rows).verdict == "reproduced"


def test_a_smaller_minimum_effect_beside_a_number_that_is_no_fraction_is_asked_about() -> None:
    claim = replace(BASE, paper=27.3)  # perhaps BLEU, for which an accuracy stands in; perhaps per cent
    found = verdict(claim, arms(ours=HIGH, other=LOW))
    assert found.verdict == "reproduced"
    assert "the paper's 27.3 is no fraction: is the minimum effect in %? then write unit" in found.reason
    for fits in (replace(claim, unit="%", minimum_effect=10.0), replace(claim, paper=0.27)):
        assert "no fraction" not in verdict(fits, arms(ours=HIGH, other=LOW)).reason


@pytest.mark.parametrize("unit", ["accuracy (%)", "pct", "Top-1 %", "%", "percentage", "% points"])
def test_per_cent_is_known_wherever_it_stands_in_a_unit(unit: str) -> None:
    claim = replace(BASE, compare=("ours",), minimum_effect=None, paper=95.0, tolerance=5.0, unit=unit)
    assert verdict(claim, arms(ours=PERCENT)).verdict == "reproduced"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, "our number is the difference ours minus other"),
        ({"direction": "lower"}, "our number is the difference other minus ours"),
        ({"kind": "cost", "case": "speed"}, "our number is the share of the time that is saved"),
        ({"compare": ("ours",)}, ""),
        ({"paper": None}, ""),
    ],
)
def test_a_number_of_ours_that_is_no_level_says_so_beside_the_papers(change: dict[str, Any], words: str) -> None:
    saved = row(kind="speed", case="speed", unit="ours / against", samples=(math.log(0.5),) * 3)
    found = verdict(replace(BASE, **{"paper": 0.9} | change), [*arms(ours=HIGH, other=LOW), saved])
    assert found.ours is not None
    assert words in found.reason
    assert ("our number is the" in found.reason) == bool(words)


def test_a_cost_claim_needs_a_minimum_effect() -> None:
    claim = replace(BASE, kind="cost", case="speed", minimum_effect=None, paper=0.5, tolerance=0.1)
    saved = row(kind="speed", case="speed", unit="ours / against", samples=(math.log(0.5),) * 3)
    found = verdict(claim, [saved])
    assert (found.verdict, found.reason) == ("not tested", "the claim states no minimum effect")


def test_a_timing_that_the_claim_does_not_name_is_named() -> None:
    timed = row(kind="speed", case="speed bfloat16", unit="ours / against", samples=(math.log(0.5),) * 3)
    found = verdict(replace(BASE, kind="cost", case="speed"), [timed])
    assert "no timing called 'speed'; timed was speed bfloat16" in found.reason


@pytest.mark.parametrize(("unit", "saved"), [("%", 50.0), ("", 0.5)])
def test_time_saved_is_a_fraction_and_no_ratio(unit: str, saved: float) -> None:
    claim = replace(BASE, kind="cost", case="speed", unit=unit, minimum_effect=0.4 * saved)
    halved = row(kind="speed", case="speed", unit="ours / against", samples=(math.log(0.5),) * 3)
    found = verdict(claim, [halved])
    assert (found.verdict, found.unit) == ("reproduced", unit or "fraction")
    assert found.ours == pytest.approx(saved)


def test_per_cent_written_behind_a_number_after_the_run_changes_what_was_stated() -> None:
    before = verdict_of_stated(replace(BASE, minimum_effect=0.2), BASE)
    assert "changed after the run" in before
    assert "changed after the run" in verdict_of_stated(BASE, replace(BASE, unit="%"))
    assert "changed" not in verdict_of_stated(BASE, replace(BASE, unit="fraction right"))
    assert "changed" not in verdict_of_stated(BASE, replace(BASE, minimum_effect=10.0, unit="%"))


def verdict_of_stated(then: Claim, now: Claim) -> str:
    stated = {"claims": claims_stated([then])}
    return verdict(now, [replace(r, environment=stated) for r in arms(ours=HIGH, other=LOW)]).reason


def test_the_p_of_a_claim_is_adjusted_for_all_claims_of_the_card_that_have_one_and_decides_nothing() -> None:
    """By hand: six positive differences give 2 / 64; of two claims the smaller counts twice, and the other is no less."""
    mixed = [0.2, 0.3, 0.4, 0.2, 0.3, -0.1]
    rows = [check(), *arms(ours=[1.0 + i / 100 for i in range(6)], other=[0.5] * 6)]
    rows += [replace(r, case="k2", key=r.key + "2") for r in arms(ours=[0.5 + d for d in mixed], other=[0.5] * 6)]
    claims = (BASE, replace(BASE, id="d", case="k2"), replace(BASE, id="e", case="none"))
    first, second, third = judge(Card(slug="s", id=None, title="t", claims=claims), rows, budget="small")
    alone = verdict(BASE, rows)
    assert "sign-flip p 0.031, 0.062 by Holm over 2 claims" in first.reason
    assert "sign-flip p 0.062, 0.062 by Holm over 2 claims" in second.reason
    assert "Holm" not in third.reason + alone.reason
    assert first.verdict == alone.verdict == "reproduced"
