"""`case`, `implementation`, `claim`: the records they give, and what they refuse, with where, what and what next."""

import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from paperlab.errors import UsageError
from paperlab.harness import Case, Check, Enter, Metric, Outcome, Trial, case, claim, implementation
from paperlab.harness.api import SLOTS, other_kind
from paperlab.harness.declaring import ClaimFields
from paperlab.records.card import Claim, card_from_toml

FACTS: dict[str, Any] = {
    "tests": "t", "metric": "error", "unit": "squares", "direction": "lower", "cannot_show": "c",
}  # fmt: skip


def made(**facts: Any) -> Case:
    @case(**FACTS | facts)
    def two_spirals(make: Any, trial: Trial) -> float:
        return float(make(trial.settings.get("width", 1)))

    return two_spirals


def test_a_case_needs_five_facts_and_has_the_name_of_its_function() -> None:
    one = made()
    assert one == Case(
        name="two-spirals", version=1, tests="t", source="ours", slot="own", words=(), cannot_show="c", run=one.run,
        metric=Metric(name="error", unit="squares", higher_is_better=False), applies=one.applies,
        budgets={"smoke": {}, "small": {}, "full": {}},
    )  # fmt: skip
    assert one.run(lambda width: width + 1, Trial()) == Outcome(value=2.0)
    assert (one.info.takes, made(takes="make() -> x").info.takes) == (SLOTS["own"], "make() -> x")


def test_an_outcome_stays_what_it_is() -> None:
    outcome = Outcome(value=1.0, curve=(2.0, 1.0))
    assert case(**FACTS)(lambda_named()).run(lambda: outcome, Trial()) is outcome


def lambda_named() -> Any:
    def run(make: Any, _: Trial) -> Outcome:
        found: Outcome = make()
        return found

    return run


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"direction": "up"}, "expected direction to be one of higher, lower; got 'up'"),
        (
            {"name": "Two Spirals"},
            r"expected a name of small letters, digits and hyphens, such as name='two-spirals'; got",
        ),
        ({"version": 0}, "expected version to be 1, 2, ...; got '0'"),
        ({"slot": "optimiser"}, "expected slot to be one of optimizer, model, .*; got 'optimiser'"),
        ({"budgets": {"small": {}}}, "expected budgets for smoke, small, full, each with its settings; got 'small'"),
        ({"ladder": {"luck": lambda _: 0.0}}, "expected each rung of the ladder to be one of chance, .*; got 'luck'"),
        ({"ladder": {"chance": 0.5}}, "expected rung 'chance' to be a function; got '0.5'"),
        ({"arms": {"mlp": None}}, "expected arm 'mlp' to be a function; got 'None'"),
        ({"promises": ["linear"]}, "expected each promise to be one of causal, equivariant; got 'linear'"),
        (
            {"ladder": {"chance": len}, "missing": {"chance": "Why."}},
            "expected reasons for rungs that the ladder has not; got 'chance'",
        ),
        ({"tests": " "}, "expected tests to say something; got ' '"),
        ({"words": ["Spiral"]}, "expected words in small letters; got 'Spiral'"),
    ],
)
def test_a_case_that_cannot_be_measured_by_is_refused_with_its_place(facts: dict[str, Any], told: str) -> None:
    with pytest.raises(UsageError, match=rf"^test_declaring\.py:\d+, case '[\w -]+': {told}"):
        made(**facts)


CHECK = Check(name="equal", run=lambda _: 0.0, limit=0.0)


def test_an_implementation_is_the_record_with_its_lists_frozen() -> None:
    found = implementation(
        kind="loss", checks=[CHECK], enters=[Enter(case="digits", arms={"ours": len})], cases=[made()]
    )
    assert (found.kind, found.checks, found.enters[0].case, found.cases[0].name) == (
        "loss",
        (CHECK,),
        "digits",
        "two-spirals",
    )


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ({"kind": "foo"}, "expected kind to be one of module, loss, .* model; got 'foo'"),
        ({"checks": CHECK}, r"expected checks to be a list of Check\(...\); got 'Check'"),
        ({"checks": [len]}, r"expected checks to be a list of Check\(...\); got 'builtin_function_or_method'"),
        ({"checks": [CHECK, CHECK]}, "expected each check to have a name of its own; got 'equal'"),
        ({"enters": [made()]}, r"expected enters to be a list of Enter\(...\); got 'Case'"),
        (
            {"enters": [Enter(case="digits", arms={})]},
            "expected an arm to enter digits with, such as arms={'ours': make}",
        ),
        (
            {"enters": [Enter(case="digits", arms={"ours": 1})]},
            "expected arm 'ours' of digits to be a function; got '1'",
        ),  # type: ignore[dict-item]
    ],
)
def test_an_implementation_of_other_things_is_refused(parts: dict[str, Any], told: str) -> None:
    with pytest.raises(UsageError, match=rf"^implementation\(\): {told}"):
        implementation(**parts)


def test_a_check_of_a_kind_that_there_is_not_is_refused() -> None:
    with pytest.raises(
        UsageError, match=r"check 'c': expected kind to be one of equality, property, gradient, got 'proof'"
    ):
        Check(name="c", kind="proof", run=lambda _: 0.0, limit=0.0)


def test_a_transform_can_enter_what_takes_data() -> None:
    assert other_kind("data", implementation(kind="transform", checks=[CHECK])) == ""


FIELDS: dict[str, Any] = {
    "id": "better", "place": "Table 2", "kind": "better-than", "case": "two-spirals", "compare": ["ours", "mlp"],
    "minimum_effect": 0.1, "paper": 3, "direction": "lower",
}  # fmt: skip


def test_a_claim_is_the_record_that_paper_toml_gives() -> None:
    (there,) = card_from_toml({"slug": "s", "title": "t", "claims": [FIELDS]}, where="paper.toml").claims
    assert claim(**FIELDS) == there == claim(**FIELDS | {"compare": ("ours", "mlp"), "tolerance": None})
    assert set(ClaimFields.__annotations__) == {f.name for f in fields(Claim)}


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "best"}, {"direction": "up"}, {"minimum": 1}, {"minimum_effect": "0.1"}, {"compare": "ours"},
        {"tolerance": -1.0}, {"compare": ["a", "b", "c"]}, {"id": 1},
    ],
)  # fmt: skip
def test_a_wrong_claim_has_the_error_of_paper_toml(change: dict[str, Any]) -> None:
    data = {"slug": "s", "title": "t", "claims": [FIELDS | change]}
    with pytest.raises(UsageError) as there:
        card_from_toml(data, where="claim()")
    with pytest.raises(UsageError) as here:
        claim(**FIELDS | change)
    assert here.value.message == there.value.message


def test_the_words_are_there_without_torch() -> None:
    code = "import sys; from paperlab.harness import case, claim, implementation; print([m for m in ('torch', 'numpy') if m in sys.modules])"
    root = Path(__file__).parents[2]
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert found.stdout.strip() == "[]"
