"""Cases, measuring, statistics, verdicts: the only room that imports torch.

Names load on first use, so that asking for the list of cases or for verdicts does not start torch.

    bench(folder, card, ...) -> rows        running.py, planning.py, executors/, executing.py, pool.py, launch.py, zygote.py, child.py,
                                            fitting.py, promises.py, cost.py, units.py
    judge(card, rows, budget=...) -> verdicts    verdicts.py, evidence.py, statistics.py; calling.py notes
                                            what never called model.py
    results(card, rows, verdicts) -> dict   report.py; in_lines(results): inwords.py, gateline.py
    page(card, results) -> HTML             sheet.py, drawing.py
    export(to, results, rows, where)        exports/: for MLflow, TensorBoard
    series(rows), compare(a, b)             history.py: from source to source
    try_mutants(folder, card, ...) -> score      mutants.py, edits.py: are broken copies noticed?
    run_tests(folder) -> runs               testing.py, and witness.py, which pytest loads
    rungs(case) -> dict                     a ladder's rungs, computed in a notebook
    case_infos() -> tuple                   cases/: one TOML and one Python file a case
    own_cases(folder) -> Listed             asking.py, owncases.py: those of a lab and of packages
    Implementation, Check, Enter ...        api.py: the words of an implementation's cases.py
    usual(ours, oracle, draw) -> checks     checks.py, comparing.py, gradients.py; kinds.py: for an optimizer, a sampler
    case, implementation, claim             declaring.py: the short way to them
    measure(implementation, claims) -> Found     here.py, inspecting.py: the same in a notebook
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from paperlab.harness.api import BUDGETS as BUDGETS
    from paperlab.harness.api import Case as Case
    from paperlab.harness.api import Check as Check
    from paperlab.harness.api import Enter as Enter
    from paperlab.harness.api import Implementation as Implementation
    from paperlab.harness.api import Instance as Instance
    from paperlab.harness.api import Metric as Metric
    from paperlab.harness.api import Outcome as Outcome
    from paperlab.harness.api import Pair as Pair
    from paperlab.harness.api import Probe as Probe
    from paperlab.harness.api import Study as Study
    from paperlab.harness.api import Trial as Trial
    from paperlab.harness.asking import Listed as Listed
    from paperlab.harness.asking import own_cases as own_cases
    from paperlab.harness.cases import info as case_infos
    from paperlab.harness.checks import usual as usual
    from paperlab.harness.declaring import case as case
    from paperlab.harness.declaring import claim as claim
    from paperlab.harness.declaring import implementation as implementation
    from paperlab.harness.environment import missing as missing
    from paperlab.harness.environment import source_at as source_at
    from paperlab.harness.evidence import again as again
    from paperlab.harness.evidence import arm_of as arm_of
    from paperlab.harness.evidence import closes as closes
    from paperlab.harness.evidence import never_called as never_called
    from paperlab.harness.evidence import of_one_case as of_one_case
    from paperlab.harness.exports import export as export
    from paperlab.harness.gateline import gate_line as gate_line
    from paperlab.harness.here import Found as Found
    from paperlab.harness.here import measure as measure
    from paperlab.harness.history import Difference as Difference
    from paperlab.harness.history import Point as Point
    from paperlab.harness.history import Series as Series
    from paperlab.harness.history import compare as compare
    from paperlab.harness.history import newest as newest
    from paperlab.harness.history import series as series
    from paperlab.harness.inwords import in_lines as in_lines
    from paperlab.harness.kinds import usual_of_optimizer as usual_of_optimizer
    from paperlab.harness.kinds import usual_of_sampler as usual_of_sampler
    from paperlab.harness.mutants import Score as Score
    from paperlab.harness.mutants import try_mutants as try_mutants
    from paperlab.harness.owncases import case_hash as case_hash
    from paperlab.harness.owncases import installed_hash as installed_hash
    from paperlab.harness.report import results as results
    from paperlab.harness.running import Request as Request
    from paperlab.harness.running import bench as bench
    from paperlab.harness.running import rungs as rungs
    from paperlab.harness.sheet import page as page
    from paperlab.harness.testing import run_tests as run_tests
    from paperlab.harness.units import SHARED as SHARED
    from paperlab.harness.units import claims_hash as claims_hash
    from paperlab.harness.units import source_hash as source_hash
    from paperlab.harness.verdicts import judge as judge

_HOMES = {
    "checks": ("usual",),
    "kinds": ("usual_of_optimizer", "usual_of_sampler"),
    "asking": ("Listed", "own_cases"),
    "declaring": ("case", "claim", "implementation"),
    "evidence": ("again", "arm_of", "closes", "never_called", "of_one_case"),
    "gateline": ("gate_line",),
    "here": ("Found", "measure"),
    "inwords": ("in_lines",),
    "owncases": ("case_hash", "installed_hash"),
    "api": (
        "BUDGETS",
        "Case",
        "Check",
        "Enter",
        "Implementation",
        "Instance",
        "Metric",
        "Outcome",
        "Pair",
        "Probe",
        "Study",
        "Trial",
    ),
    "running": ("Request", "bench", "rungs"),
    "exports": ("export",),
    "history": ("Difference", "Point", "Series", "compare", "newest", "series"),
    "verdicts": ("judge",),
    "environment": ("missing", "source_at"),
    "mutants": ("Score", "try_mutants"),
    "report": ("results",),
    "sheet": ("page",),
    "testing": ("run_tests",),
    "units": ("SHARED", "source_hash", "claims_hash"),
}
_WHERE = {name: (module, name) for module, names in _HOMES.items() for name in names} | {
    "case_infos": ("cases", "info")
}
__all__ = [
    "BUDGETS",
    "SHARED",
    "Case",
    "Check",
    "Difference",
    "Enter",
    "Found",
    "Implementation",
    "Instance",
    "Listed",
    "Metric",
    "Outcome",
    "Pair",
    "Point",
    "Probe",
    "Request",
    "Score",
    "Series",
    "Study",
    "Trial",
    "arm_of",
    "bench",
    "case",
    "case_hash",
    "case_infos",
    "claim",
    "claims_hash",
    "closes",
    "compare",
    "export",
    "gate_line",
    "implementation",
    "in_lines",
    "installed_hash",
    "judge",
    "measure",
    "missing",
    "never_called",
    "newest",
    "of_one_case",
    "own_cases",
    "page",
    "results",
    "run_tests",
    "rungs",
    "series",
    "source_at",
    "source_hash",
    "try_mutants",
    "usual",
    "usual_of_optimizer",
    "usual_of_sampler",
]


def __getattr__(name: str) -> Any:
    """Load `name` from the module that holds it."""
    if name not in _WHERE:
        raise AttributeError(f"module 'paperlab.harness' has no attribute {name!r}")
    module, there = _WHERE[name]
    return getattr(import_module(f"paperlab.harness.{module}"), there)
