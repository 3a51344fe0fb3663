"""An implementation that cannot enter a case is told so before anything is run, with the reason."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest

from paperlab.harness import judge
from paperlab.harness.api import KINDS, SLOTS, Enter, Implementation
from paperlab.harness.cases import load, names
from paperlab.harness.fitting import handed, why_not
from tests.harness.toy import CARD, CASES, Bencher

ANY = Implementation(kind="algorithm")


def reason(case: str, make: object) -> str:
    return why_not(load(case), Enter(case=case, arms={"ours": make}), ANY)  # type: ignore[dict-item]


@pytest.mark.parametrize("case", names())
def test_each_case_takes_its_own_arms_and_refuses_a_factory_of_one_argument_too_many(case: str) -> None:
    found = load(case)
    assert why_not(found, Enter(case=case, arms=found.arms), ANY) == ""
    wanted = len(handed(SLOTS[found.slot])) + 1
    more = eval(f"lambda {', '.join('abcdef'[:wanted])}: None")  # noqa: S307 -- a signature of that many arguments
    assert "expected a factory for make(" in reason(case, more)


@pytest.mark.parametrize("case", names())
@pytest.mark.parametrize("kind", ["loss", "optimizer", "module", "sampler", "data", "recipe"])
def test_a_case_refuses_a_kind_that_cannot_be_what_it_trains(case: str, kind: str) -> None:
    slot, told = load(case).slot, load(case).applies(Implementation(kind=kind))
    fits = kind in KINDS.get(slot, (kind,)) or kind == "recipe"
    assert (told == "") == fits
    assert fits or (f"slot {slot} takes a " in told and f"this is of kind {kind};" in told)


def test_a_loss_does_not_enter_induction() -> None:
    enter = Enter(case="induction", arms={"ours": lambda width: width})
    told = why_not(load("induction"), enter, Implementation(kind="loss"))
    assert told == "slot mixer takes a module or model, this is of kind loss; where it is one, say kind='module'"
    assert why_not(load("noisy-labels"), Enter(case="noisy-labels", arms={}), Implementation(kind="loss")) == ""


def test_the_reason_says_what_is_handed_over_and_what_the_factory_takes() -> None:
    told = "arm 'ours': expected a factory for make(inputs, outputs); got one for (parameters)"
    assert reason("sbm", lambda parameters: parameters) == told
    assert "got int" in reason("sbm", 3)


@pytest.mark.parametrize("make", [print, partial(pow, 2), pow, max, type])
def test_a_factory_that_can_be_called_or_does_not_tell_is_let_through(make: object) -> None:
    assert reason("sbm", make) == ""


def test_every_slot_but_the_own_one_names_what_it_hands_over() -> None:
    assert {slot for slot in SLOTS if not handed(SLOTS[slot])} == {"own"}


@pytest.mark.parametrize(
    ("takes", "make", "told"),
    [
        ("make(x, label) -> classify", lambda x: x, "expected a factory for make(x, label); got one for (x)"),
        ("make(x, label) -> classify", lambda x, label: (x, label), ""),
        ("make(x, label) -> classify", 3, "expected a factory, called as make(x, label); got int"),
        ("make(some points) -> classify", lambda x, label: (x, label), ""),
        ("make() -> classify", lambda: 1, ""),
        ("", lambda: 1, ""),
    ],
)
def test_a_case_of_ones_own_holds_arms_against_what_it_says_it_takes(takes: str, make: object, told: str) -> None:
    own = replace(load("sbm"), slot="own", takes=takes)
    why = why_not(own, Enter(case="sbm", arms={"ours": make}), ANY)  # type: ignore[dict-item]
    assert why == (f"arm 'ours': {told}" if told else "")


def test_the_arm_gets_no_number_and_its_claims_say_why(writes: Callable[..., Bencher]) -> None:
    rows = writes(cases=CASES.replace("lambda ps, r: Ours(ps, r)", "lambda ps: Ours(ps, 0.1)")).run()
    refused = [r for r in rows if r.status == "refused"]
    assert [(r.kind, r.arm, r.value) for r in refused] == [("quality", "ours", None), ("quality", "still", None)]
    assert {r.kind for r in rows if r.status == "ok"} == {"check"}
    found = judge(CARD, rows, budget="smoke")
    assert [v.verdict for v in found] == ["reproduced", "not tested", "not tested"]
    assert "make(parameters, rate); got one for (ps)" in found[1].reason


def test_the_cases_own_reason_comes_first(writes: Callable[..., Bencher]) -> None:
    own = CASES + (
        "from dataclasses import replace\nfrom paperlab.harness.cases import load\n"
        "OWN = replace(load('digits-optimizer'), name='mine', applies=lambda i: f'made for a loss, not for a kind {i.kind}')\n"
        "IMPLEMENTATION = replace(IMPLEMENTATION, cases=(OWN,))\n"
    )
    rows = writes(cases=own, case="mine").run()
    assert {r.failure for r in rows if r.status == "refused"} == {"made for a loss, not for a kind optimizer"}
