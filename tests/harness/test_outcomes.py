"""Odd results of a learner's arm: kept in words, or a row that says why not; never a broken file."""

import json

from paperlab.harness import judge, results
from paperlab.records.card import Card, Claim
from tests.harness.toy import Bencher

CASES = """
import math
import torch
from model import Ours
from paperlab.harness import Case, Check, Enter, Implementation, Metric, Outcome

ARMS = {
    "tensor noted": lambda t: Outcome(value=0.5, notes={"rate": Ours([torch.zeros(1)], torch.tensor(0.25)).defaults["rate"], (1, 2): {3}}),
    "diverged": lambda t: Outcome(value=0.5, curve=(1.0, math.nan, math.inf), notes={"last": math.nan}),
    "huge": lambda t: Outcome(value=1e200 * (1 + t.seed)),
    "infinite": lambda t: Outcome(value=math.inf),
    "nan": lambda t: Outcome(value=math.nan),
    "text": lambda t: Outcome(value="0.5"),
    "nothing": lambda t: None,
}
OWN = Case(
    name="own", version=1, tests="t", source="s", slot="own", words=(), cannot_show="",
    metric=Metric(name="loss", unit="nats", higher_is_better=False), budgets={"smoke": {}}, run=lambda arm, trial: arm(trial),
)
IMPLEMENTATION = Implementation(
    kind="algorithm", checks=(Check(name="good", run=lambda p: float(Ours([torch.zeros(1)], 0.0).defaults["rate"]), limit=0.0),), enters=(Enter(case="own", arms=ARMS),), cases=(OWN,)
)
"""  # fmt: skip
CLAIMS = tuple(
    Claim(id=arm, place="p", kind="property", case="own", compare=(arm,), minimum_effect=1.0, direction="lower")
    for arm in ("tensor noted", "huge")
)


def test_an_odd_result_costs_its_own_row_alone(writes) -> None:
    toy: Bencher = writes(cases=CASES)
    card = Card(slug="toy", id=None, title="Toy", claims=CLAIMS)
    rows = toy.run(card)
    status = {r.arm: r.status for r in rows if r.kind == "quality"}
    kept = {"tensor noted", "diverged"}
    assert status == {arm: "ok" if arm in kept else "failed" for arm in status}
    assert len(status) == 7
    noted = next(r.notes for r in rows if r.arm == "tensor noted")
    assert noted == {"rate": "tensor(0.2500)", "(1, 2)": "{3}"}
    verdicts = judge(card, rows, budget="smoke")  # 1e200 squared is more than a float can hold
    assert [v.verdict for v in verdicts] == ["reproduced", "not tested"]
    told = json.loads(json.dumps(results(card, rows, verdicts), allow_nan=False))
    curves = {arm["arm"]: arm["curves"] for arm in told["summary"][0]["arms"]}
    assert curves["diverged"] == [[1.0, None, None]] * 3


def test_an_arm_that_hangs_with_one_seed_is_not_waited_for_with_the_others(writes) -> None:
    """Ten minutes a seed at the full budget: its verdict is open after the first."""
    arms = 'ARMS = {"hangs": lambda t: __import__("time").sleep(600), "ends": lambda t: Outcome(value=0.5)}\n'
    cases = CASES[: CASES.index("ARMS = ")] + arms + CASES[CASES.index("OWN = ") :]
    rows = [r for r in writes(cases=cases).run(seconds=4.0, seeds=4) if r.kind == "quality"]
    assert [r.status for r in rows if r.arm == "ends"] == ["ok"] * 4
    mine = [r for r in rows if r.arm == "hangs"]
    assert [r.status for r in mine] == ["timeout"] * 4
    assert [r.failure for r in mine].count("was not tried: with another seed it did not come to an end") == 3
