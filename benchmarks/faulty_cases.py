"""A cases.py whose arm `ours` gives a number at once; others, where there is BAD beside it, crash, leave, hang and eat."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from paperlab.harness import Case, Check, Enter, Implementation, Metric, Outcome, Trial


def hang(_: Trial) -> float:
    """Never end."""
    while True:
        pass


def eat(_: Trial) -> float:
    """Take all the memory there is."""
    kept = []
    while True:
        kept.append(bytearray(2**26))


def run(make: Callable[[Trial], float], trial: Trial) -> Outcome:
    """Give what the arm says."""
    return Outcome(value=make(trial))


CASE = Case(
    name="own",
    version=1,
    tests="",
    source="",
    slot="own",
    words=(),
    metric=Metric(name="value", unit="1", higher_is_better=True),
    budgets={"smoke": {}},
    run=run,
    cannot_show="",
)
ARMS = {"ours": lambda trial: float(trial.stream("x").initial_seed() % 1000)}
if Path(__file__).with_name("BAD").exists():
    ARMS |= {"crash": lambda _: os.abort(), "leave": lambda _: os._exit(0), "hang": hang, "eat": eat}
IMPLEMENTATION = Implementation(
    kind="module",
    checks=(Check(name="nothing", run=lambda _: 0.0, limit=1.0),),
    cases=(CASE,),
    enters=(Enter(case="own", arms=ARMS),),
)
