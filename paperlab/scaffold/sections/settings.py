"""Hyperparameters with what is not stated, and the ablation."""

from __future__ import annotations

from collections.abc import Iterator

from paperlab.records.extracted import Hyperparameter, Table
from paperlab.scaffold.plan import Draft, Plan
from paperlab.scaffold.readable import readable
from paperlab.scaffold.text import markdown


def hyperparameters(plan: Plan) -> Iterator[Draft]:
    """The paper's settings with their places, then the ledger of what it does not state."""
    rows = list(dict.fromkeys(_row(plan, h) for h in plan.paper.hyperparameters[:60]))
    table = "\n".join(rows) or "| none was found | | | | |"
    yield Draft(
        key="1",
        text="## Hyperparameters\n\n| name | paper | place | ours | why it differs |\n| --- | --- | --- | --- | --- |\n"
        f"{table}",
    )
    missing = "\n".join(f"| {name} | not stated in what was read | ... | ... |" for name in plan.card.choices)
    if missing:
        yield Draft(
            key="2",
            text="### What the paper leaves open\n\nLook once more in the paper before you choose; then write your choice "
            f"into `paper.toml` (`choices`).\n\n| setting | paper | we chose | because |\n| --- | --- | --- | --- |\n{missing}",
        )


def _row(plan: Plan, setting: Hyperparameter) -> str:
    span = setting.span
    where = plan.places.section(span) or (f"{span.file}, line {span.line}" if span else "")
    name, value = (markdown(readable(text[:400]), 60) for text in (setting.name, setting.value))
    return f"| {name} | {value} | {markdown(where, 80)} | ... | |"


def ablation(plan: Plan) -> Iterator[Draft]:
    """Take the one idea out; the paper's own ablation rows where a table looks like one."""
    rows = [r for t in plan.paper.tables if _is_ablation(t) for r in _arms(t)]
    found = "\n\nThe paper's own arms:\n\n" + "\n".join(f"- {r}" for r in rows[:12]) if rows else ""
    yield Draft(
        key="1",
        text="## Ablation\n\nTake the paper's one idea out and change nothing else. If the number stays, the idea was not "
        f"the cause.{found}",
    )
    yield Draft(key="2", kind="box", text="| arm | what is taken out | number | what it says |\n| --- | --- | --- | --- |\n"
                "| ours | nothing | ... | |\n| without ... | ... | ... | ... |")  # fmt: skip


def _is_ablation(table: Table) -> bool:
    text = f"{table.caption} {table.label or ''}".lower()
    return any(word in text for word in ("ablat", "variation", "without", "component"))


def _arms(table: Table) -> list[str]:
    labels = dict.fromkeys(row[0] for row in table.rows[table.header_rows :] if row and row[0].strip())
    number = f"Table {markdown(table.number, 10)}" if table.number else "An unnumbered table"
    return [f"{number}, row {markdown(readable(label[:400]), 60)}" for label in labels]
