"""cases.py: how the implementation meets the harness, and the shared case that fits, ready to be entered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from textwrap import fill

from paperlab.records.measurement import CaseInfo
from paperlab.scaffold.plan import Plan
from paperlab.scaffold.python import ENDS, shared_helpers, template
from paperlab.scaffold.stubs import Stub
from paperlab.scaffold.text import docstring, line, quoted


def cases_file(title: str, plan: Plan) -> str:
    """Give the text of cases.py: a check for each stub, then the case that fits, else how to write one's own."""
    return template(
        "cases.py.txt",
        title=docstring(line(title, 90)).rstrip(ENDS),
        equations="\n".join(f"        {quoted(s.short)}: {quoted(s.name)}," for s in _first_of_each(plan.stubs)),
        checks="\n".join(f"    written({quoted(s.name)}, {quoted(s.short)})," for s in plan.stubs),
        entering=_shared(plan.match.case) if plan.match else template("enter_none.py.txt").rstrip("\n"),
        own=_own(plan),
        **shared_helpers(),
    )


def _first_of_each(stubs: Sequence[Stub]) -> list[Stub]:
    """Keys of a dictionary must differ; a second unnumbered equation of one section keeps its check alone."""
    return list({s.short: s for s in reversed(stubs)}.values())[::-1]


def _shared(case: CaseInfo) -> str:
    better = "higher" if case.higher_is_better else "lower"
    facts = {
        case.name: case.tests,
        "measures": f"{case.metric} ({case.unit}), {better} is better",
        "hands over": case.takes,
        "brings": f"{', '.join(case.arms)}; each is measured once `against` or a claim names it",
        "cannot show": case.cannot_show,
    }
    return template(
        "enter_shared.py.txt",
        facts="\n".join(_remarks(facts.items())),
        case=quoted(case.name),
        against=quoted(next(iter(case.arms), "")),
        direction=quoted(better),
        signature=case.takes.split(" -> ")[0],
    ).rstrip("\n")


def _own(plan: Plan) -> str:
    """Give what there is beside the case that fits: the cases that hand over something else, and one's own."""
    fits = plan.match.case.takes if plan.match else ""
    named: dict[str, list[str]] = {}
    for case in plan.cases:
        named.setdefault(case.takes, []).append(case.name)
    others = [(", ".join(names), takes) for takes, names in named.items() if takes != fits]
    return template("enter_own.py.txt", facts="\n".join(_remarks(others))).rstrip("\n")


def _remarks(facts: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Give each fact as a comment, its name in front."""
    for name, text in facts:
        yield fill(f"{name}: {text}", 119, initial_indent="#   ", subsequent_indent="#     ", break_on_hyphens=False)
