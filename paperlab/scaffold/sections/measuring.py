"""Metric first, data and compute, naive baselines, results: what is measured and against what."""

from __future__ import annotations

from collections.abc import Iterator

from paperlab.records.ledger import is_stated
from paperlab.scaffold.plan import Draft, Plan
from paperlab.scaffold.python import template
from paperlab.scaffold.text import markdown, quoted


def metric(plan: Plan) -> Iterator[Draft]:
    """A metric that runs at once, and three examples worked by hand that hold it to account."""
    names = [*(c.metric for c in plan.card.claims if c.metric), *plan.paper.metrics]
    spelt = {name.casefold(): name for name in names}  # a claim's is in small letters, the paper's as it writes it
    found = ", ".join(markdown(n, 40) for n in list(spelt.values())[:8])
    named = f"The paper measures: {found}." if found else "No metric was recognised in the paper: name it here."
    yield Draft(
        key="1",
        text=f"## The metric first\n\n{named} A model without a metric improves nothing, so this comes before the model. "
        "The metric below is the share of exact matches; replace it by the paper's, and work the three examples by hand "
        "before you run the cell.",
    )
    yield Draft(key="2", code=True, kind="stub", text=template("metric.py.txt").rstrip())


def data(plan: Plan) -> Iterator[Draft]:
    """The paper's data and machine beside ours."""
    paper = ", ".join(markdown(d, 40) for d in plan.paper.datasets[:12]) or "not recognised"
    if plan.match is None:
        ours, limit = "no case fits: your own, small, made from a seed", "yours to say"
    else:
        case = plan.match.case
        ours = f"shared case {markdown(case.name)} (version {case.version}): {markdown(case.tests)}"
        limit = markdown(case.cannot_show)
    yield Draft(
        key="1",
        text="## Data and compute\n\n| | paper | here |\n| --- | --- | --- |\n"
        f"| data | {paper} | {ours} |\n| split | see the hyperparameters below | fixed by the seed |\n"
        f"| machine | {_hardware(plan)} | this one, CPU unless you say otherwise |\n"
        f"| what this size cannot show | | {limit} |",
    )


def _hardware(plan: Plan) -> str:
    found = [h for h in plan.paper.hyperparameters if is_stated("hardware", h)]
    found = found or [h for h in plan.paper.stated if h.name == "hardware"]
    return ", ".join(markdown(f"{h.name}: {h.value}", 60) for h in found[:3]) or "not stated in what was read"


def baselines(plan: Plan) -> Iterator[Draft]:
    """The number that any result must beat, computed here and now."""
    if plan.match is None:
        yield Draft(key="1", text="## Naive baselines\n\nNo shared case is about this paper's task, so the baseline is a "
                    "constant answer, scored by your own metric. Any result must beat it.")  # fmt: skip
        yield Draft(key="2", code=True, kind="code", text=template("baseline_own.py.txt").rstrip())
        return
    case = plan.match.case
    yield Draft(
        key="1",
        text=f"## Naive baselines\n\nMatched by {markdown(plan.match.reason, 300)}. Metric: {markdown(case.metric)} "
        f"({markdown(case.unit)}), {'higher' if case.higher_is_better else 'lower'} is better. Any result must beat "
        "these.",
    )
    text = template("baseline_case.py.txt", case=quoted(case.name), unit=quoted(f"{case.unit} ({case.metric})"))
    yield Draft(key="2", code=True, kind="code", text=text.rstrip())


def results(plan: Plan) -> Iterator[Draft]:  # noqa: ARG001 - each section has one signature
    """The paper's numbers, the baseline's and ours in one table."""
    yield Draft(
        key="1",
        text="## Results against the paper\n\n`paperlab bench --record` fills the column `ours`; the baseline's number is "
        "computed above. A number counts with its seeds and its interval only.",
    )
    yield Draft(key="2", code=True, kind="code", text=template("results.py.txt").rstrip())
    yield Draft(key="3", kind="box", text="**What I conclude, and what would change my mind:** ...\n\n**My prediction "
                "was off by ..., because ...**")  # fmt: skip
