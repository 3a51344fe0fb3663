"""Arms and checks that never call model.py: what they reach says nothing about the paper."""

from dataclasses import replace
from pathlib import Path

import pytest

from paperlab.harness import judge
from paperlab.harness.calling import calls
from paperlab.records.card import Card, Claim
from tests.harness.toy import Bencher

MODEL = """
import functools
from helper import tripled


class Method:
    def __call__(self, x):
        return 2 * x

    def twice(self, x):
        return 2 * x


class Bare(Method):
    pass


def double(x):
    return 2 * x


def size():
    return 2


SIZE = size()  # runs when it is imported
ready = functools.partial(pow, 2)
one = Method()
"""
CASES = """
import functools

import model
from paperlab.harness import Case, Check, Enter, Implementation, Metric, Outcome, Pair


def own(x):
    return 2 * x


def late(x):
    import model
    return model.SIZE * x


def run(arm, trial):
    return Outcome(value=1 + trial.seed / 1000 + 0 * float(arm(trial.seed)))


MINE = Case(
    name="mine", version=1, tests="doubling", source="ours", slot="own", words=(),
    metric=Metric(name="score", unit="fraction", higher_is_better=True),
    budgets={b: {} for b in ("smoke", "small", "full")}, run=run, arms={"none": lambda x: x}, cannot_show="much",
)
IMPLEMENTATION = Implementation(
    kind="model",
    checks=(
        Check(name="honest", run=lambda probe: abs(model.double(2) - 4), limit=0),
        Check(name="empty", run=lambda probe: 0.0, limit=0),
    ),
    enters=(Enter(case="mine", arms={"ours": ARM, "bare": own}),),
    cases=(MINE,),
    speed=Pair(name="doubling", ours=lambda probe: lambda: (ARM)(1), against=lambda probe: lambda: own(1)),
)
"""
HONEST = [
    "model.double",
    "lambda x: model.double(x)",
    "functools.partial(model.double)",
    "model.Method()",
    "model.Bare()",
    "model.Method().twice",
    "model.one.twice",
    "model.ready",
    "model.tripled",
    "lambda x: max([3 * x], key=model.double)",
]
IDLE = ["own", "late", "lambda x: model.SIZE * x", "functools.partial(own)", "functools.partial(pow, 2)"]


def written(root: Path, arm: str) -> Bencher:
    bencher = Bencher(root).write(MODEL, CASES.replace("ARM", arm), "")
    (bencher.folder / "helper.py").write_text("def tripled(x):\n    return 3 * x\n", encoding="utf-8")
    return bencher


CARD = Card(
    slug="toy",
    title="Toy",
    claims=(
        Claim(id="ours", place="Table 1", kind="better-than", case="mine", minimum_effect=0.5),
        Claim(id="beside", place="Table 1", kind="better-than", case="mine", compare=("ours", "bare"), minimum_effect=-1.0),
        Claim(id="bare", place="Table 1", kind="better-than", case="mine", compare=("bare",), minimum_effect=0.5),
        Claim(id="honest", place="Equation (1)", kind="equality", case="honest"),
        Claim(id="empty", place="Equation (2)", kind="equality", case="empty"),
        Claim(id="sum", place="Section 2", kind="property", case="empty"),  # of the paper's mathematics
    ),
)  # fmt: skip


def judged(root: Path, arm: str) -> dict[str, tuple[str, str]]:
    rows = written(root, arm).run(CARD, budget="small", executor="inline")
    return {v.claim: (v.verdict, v.reason) for v in judge(CARD, rows, budget="small")}


@pytest.mark.parametrize("arm", HONEST)
def test_an_arm_that_calls_model_py_is_judged(tmp_path: Path, arm: str) -> None:
    found = judged(tmp_path, arm)
    assert [found[claim][0] for claim in ("ours", "beside", "honest")] == ["reproduced"] * 3


@pytest.mark.parametrize("arm", IDLE)
def test_an_arm_that_never_calls_model_py_shows_nothing(tmp_path: Path, arm: str) -> None:
    found = judged(tmp_path, arm)
    reason = "arm ours of case mine calls nothing of model.py, so it says nothing about the paper at any number of seeds; call the method from there"
    assert found["ours"] == found["beside"] == ("cannot tell yet", reason)


def test_what_a_claim_names_first_is_asked_for_and_a_check_too(tmp_path: Path) -> None:
    found = judged(tmp_path, "model.double")
    assert {claim for claim, (word, _) in found.items() if word == "cannot tell yet"} == {"bare", "empty"}
    assert found["empty"][1].startswith("check empty calls nothing of model.py")


@pytest.mark.parametrize(("arm", "notes"), [("model.double", {}), ("own", {"model.py": "never called"})])
def test_a_timing_that_never_calls_model_py_shows_nothing(tmp_path: Path, arm: str, notes: dict[str, str]) -> None:
    card = replace(CARD, claims=(Claim(id="fast", place="Table 1", kind="cost", case="speed", minimum_effect=-9.0),))
    rows = written(tmp_path, arm).run(card, speed=True, executor="inline")
    assert [{k: v for k, v in r.notes.items() if k == "model.py"} for r in rows if r.kind == "speed"] == [notes]
    (verdict,) = judge(card, rows, budget="smoke")
    assert (verdict.verdict == "cannot tell yet") is bool(notes), verdict.reason
    assert verdict.reason.startswith("what speed times calls nothing of model.py") is bool(notes)


def test_whoever_traced_before_traces_after(tmp_path: Path) -> None:
    import sys

    def mine(*_: object) -> None: ...

    before = sys.gettrace()
    sys.settrace(mine)
    try:
        with calls(str(tmp_path), None) as watch:
            inside = sys.gettrace()
        after = sys.gettrace()
    finally:
        sys.settrace(before)
    assert (inside == watch.trace, after is mine, watch.seen) == (True, True, False)
