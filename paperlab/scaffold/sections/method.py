"""Equation walk, algorithms, checks, one batch: the method, a piece at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from paperlab.records.extracted import Algorithm, Equation
from paperlab.scaffold.plan import Draft, Plan
from paperlab.scaffold.python import spoken, template
from paperlab.scaffold.readable import readable
from paperlab.scaffold.stubs import Stub
from paperlab.scaffold.text import display, line, markdown

MOST = 80
"""Equations shown; the rest are counted, not listed."""


def equations(plan: Plan) -> Iterator[Draft]:
    """Each equation: the formula, then its stub and its check where it defines a function."""
    by_origin = {id(s.origin): s for s in plan.stubs if isinstance(s.origin, Equation)}
    walked = [e for e in plan.paper.equations if e.number or id(e) in by_origin]
    yield Draft(key="1", text=_walk_head(len(walked), len(by_origin)))
    for equation in walked[:MOST]:
        stub = by_origin.get(id(equation))
        yield from _equation(plan, equation, stub)
    if plan.stubs and plan.stubs[0].origin is None:
        yield from _stub(plan.stubs[0])


def _walk_head(walked: int, stubs: int) -> str:
    if not walked:
        return "## Equation by equation\n\nNo numbered equation was found. Write the method as one function."
    rest = f" The last {walked - MOST} are left out here: see the paper." if walked > MOST else ""
    shown = f"{min(walked, MOST)} equation{'s' * (walked != 1)}"
    waiting = (
        f"{stubs} of them read as function{'s' * (stubs != 1)} and waiting in `model.py`.{rest} Red is the right colour "
        "until you have written them."
        if stubs
        else f"none of them reads as a function.{rest} Say of each what it states."
    )
    return f"## Equation by equation\n\n{shown}, {waiting}"


def _equation(plan: Plan, equation: Equation, stub: Stub | None) -> Iterator[Draft]:
    key = stub.name if stub else f"eq-{hashlib.sha256(equation.tex.encode('utf-8', 'replace')).hexdigest()[:10]}"
    place = markdown(plan.places.of_equation(equation))
    ask = "" if stub else "\n\nNot read as a function: say in your own words what it states, and where it is used."
    yield Draft(key=f"{key}-tex", text=f"### {place}\n\n{display(equation.tex)}\n\n**In words:** ...{ask}",
                span=equation.span, label=equation.label)  # fmt: skip
    if stub:
        yield from _stub(stub)


def _stub(stub: Stub) -> Iterator[Draft]:
    span = stub.origin.span if stub.origin else None
    yield Draft(key=f"{stub.name}-stub", code=True, kind="stub", span=span,
                text=f'show("{stub.name}")  # write it in model.py, save, run this cell again')  # fmt: skip
    yield Draft(key=f"{stub.name}-check", code=True, kind="check", span=span, text=f'check("{stub.name}");')


def algorithms(plan: Plan) -> Iterator[Draft]:
    """Each algorithm: its lines, then its stub and its check."""
    by_origin = {id(s.origin): s for s in plan.stubs if isinstance(s.origin, Algorithm)}
    if not plan.paper.algorithms:
        return
    yield Draft(key="1", text="## Algorithms\n\nThe loops already stand in `model.py`; each line of the paper is a "
                "comment there.")  # fmt: skip
    for number, algorithm in enumerate(plan.paper.algorithms[:20], start=1):
        stub = by_origin.get(id(algorithm))
        key = stub.name if stub else f"algorithm-{number}"
        title = markdown(line(readable(algorithm.caption[:400]), 80)) if plan.may_quote else f"`{key}`"
        place = markdown(plan.places.of_algorithm(algorithm))
        lines = "\n".join("    " * min(x.indent, 12) + spoken(x) for x in algorithm.lines[:200])
        fence = f"\n\n~~~text\n{lines.replace('~~~', '~ ~ ~')}\n~~~" if lines.strip() else ""
        yield Draft(key=f"{key}-lines", text=f"### {place}: {title}{fence}", span=algorithm.span)
        if stub:
            yield from _stub(stub)


def checks(plan: Plan) -> Iterator[Draft]:
    """All stubs at once, and the invariants that only the learner can name."""
    names = ", ".join(f'"{s.name}"' for s in plan.stubs)
    yield Draft(
        key="1",
        text="## Checks\n\nFinite and repeatable is the least. Add what must hold for this method: sums to one, "
        "symmetric, causal, unchanged by a permutation, equal to an independent implementation, right in a limit that "
        f"you can work by hand. Each goes into `test_{plan.card.slug}.py`; break the code once and see it red.",
    )
    yield Draft(key="2", code=True, kind="check", text=template("all_checks.py.txt", names=names).rstrip())


OVERFIT = (
    Draft(
        key="1",
        text="## Overfit one batch\n\nBefore any long run: the loss at the start has the value that guessing would have "
        "(the logarithm of the number of classes, for a classifier), and one small batch can be learnt by heart. The "
        "cell shows both for a linear model; put yours in its place.",
    ),
    Draft(key="2", code=True, kind="stub", text=template("overfit.py.txt").rstrip()),
)


def overfit(plan: Plan) -> Iterator[Draft]:  # noqa: ARG001 - each section has one signature
    """Loss at the start, then one batch to nothing: the two cheapest tests of a training loop."""
    yield from OVERFIT
