"""What a learner's own case says of itself when it goes wrong: what, and in which line."""

from pathlib import Path

import pytest

from paperlab.harness import in_lines, judge, results
from paperlab.records.card import Card, Claim
from tests.harness.toy import Bencher

CASES = """
from paperlab.harness import Case, Check, Enter, Implementation, Metric, Outcome
import model

def ours():
    return model.one()

def broken():
    WRONG

MINE = Case(
    name="mine", version=1, tests="a number", source="ours", slot="own", words=(), cannot_show="much",
    metric=Metric(name="score", unit="fraction", higher_is_better=True), budgets={"smoke": {}, "small": {}, "full": {}},
    run=lambda arm, trial: GIVEN,
)
IMPLEMENTATION = Implementation(
    kind="model", checks=(Check(name="one", run=lambda probe: model.one() - 1, limit=0),),
    enters=(Enter(case="mine", arms={"ours": broken, "other": ours}),), cases=(MINE,),
)
"""
CARD = Card(
    slug="toy", title="T", claims=(Claim(id="a", place="Table 1", kind="better-than", case="mine", minimum_effect=0.5),)
)
NO_OUTCOME = "case mine: expected run to give an Outcome, got {}; return Outcome(value=...)"


@pytest.mark.parametrize(
    ("wrong", "given", "reason"),
    [
        ("return oops", "Outcome(value=arm())", "NameError: name 'oops' is not defined (cases.py:9)"),
        ("return model.bad()", "Outcome(value=arm())", "ZeroDivisionError: division by zero (model.py:5)"),
        ("return 1.0", "arm()", NO_OUTCOME.format("float")),
        ("return None", "arm()", NO_OUTCOME.format("NoneType")),
    ],
)
def test_the_reason_says_what_went_wrong_and_where(tmp_path: Path, wrong: str, given: str, reason: str) -> None:
    model = "def one():\n    return 1.0\n\ndef bad():\n    return 1 / 0\n"
    bencher = Bencher(tmp_path).write(model, CASES.replace("WRONG", wrong).replace("GIVEN", given), "")
    rows = bencher.run(CARD, budget="small", executor="inline")
    verdicts = judge(CARD, rows, budget="small")
    assert verdicts[0].reason == f"arm ours: 3 of 3 seeds failed: {reason}"
    (line,) = [x for x in in_lines(results(CARD, rows, verdicts)) if x.startswith("mine")]
    assert "ours failed" in line


def test_a_cases_py_that_cannot_be_read_names_its_line(tmp_path: Path) -> None:
    bencher = Bencher(tmp_path).write("", "import model\n\nx = model.y\n", "")
    (row,) = bencher.run(CARD, executor="inline")
    assert row.failure.splitlines()[0] == "AttributeError: module 'model' has no attribute 'y' (cases.py:3)"
