"""Failure log, explain it, exercises, limits and next papers, licence and citation."""

from __future__ import annotations

import re
from collections.abc import Iterator

from paperlab.records.extracted import Reference
from paperlab.scaffold.names import ascii_words
from paperlab.scaffold.plan import Draft, Plan
from paperlab.scaffold.sections.opening import arxiv_link, licence_name
from paperlab.scaffold.text import line, markdown

FAILURES = (
    Draft(key="1", text="## Failure log\n\nOne row each time something did not work. Never delete a row: the next "
          "reader learns more from these than from the result."),
    Draft(key="2", kind="box", text="| date | tried | saw | cause | fix |\n| --- | --- | --- | --- | --- |\n"
          "| ... | ... | ... | ... | ... |"),
)  # fmt: skip
EXPLAIN = (
    Draft(key="1", text="## Explain it\n\nFive sentences for a colleague who has not read the paper, without one "
          "symbol. Where you get stuck is where to read again."),
    Draft(key="2", kind="box", text="1. ...\n2. ...\n3. ...\n4. ...\n5. ...\n\n**Three questions I would ask a "
          "reader, and my answers:** ..."),
)  # fmt: skip


def failures(plan: Plan) -> Iterator[Draft]:  # noqa: ARG001 - each section has one signature
    """What went wrong, with dates; never deleted."""
    yield from FAILURES


def explain(plan: Plan) -> Iterator[Draft]:  # noqa: ARG001 - each section has one signature
    """The idea for a colleague, without a symbol."""
    yield from EXPLAIN


def exercises(plan: Plan) -> Iterator[Draft]:
    """Three, from small to large, about this paper's own pieces."""
    first = plan.stubs[0]
    numbers = [p for p in first.parameters if p not in first.functions and p not in first.counts]
    names = ", ".join(f"`{p}`" for p in numbers[:4]) or "its inputs"
    size = "half the number of steps, twice the step size" if plan.paper.algorithms else "twice the size, half the data"
    yield Draft(
        key="1",
        text="## Exercises\n\n"
        f"1. *Small.* For `{first.name}`: which of {names} can be scaled by ten without changing the answer? Test it.\n"
        "2. *Middle.* Find the smallest input on which the method and the naive baseline differ.\n"
        f"3. *Large.* {size.capitalize()}: does the order of the arms stay? Say first what you expect.",
    )


def limits(plan: Plan) -> Iterator[Draft]:
    """What this cannot show, and where to read on."""
    cannot = markdown(plan.match.case.cannot_show) if plan.match else "a small case cannot show what only scale shows"
    itself = arxiv_link(plan.card.id)
    cited = [r for r in plan.paper.references if arxiv_link(r.arxiv_id) not in ("", itself)]
    none = (
        "none of the references carries an arXiv id"
        if plan.paper.references
        else "no reference was found in what was read"
    )
    rows = "\n".join(f"- {_reference(r)}" for r in cited[:8]) or f"- {none}"
    parent = f" --from {line(plan.card.id or '', 40)}" if arxiv_link(plan.card.id) else ""
    yield Draft(key="1", text=f"## Limits and next papers\n\nWhat this size cannot show: {cannot.rstrip('.')}.\n\nCited here, and on "
                f"arXiv (`paperlab add ID{parent}`):\n\n{rows}")  # fmt: skip


def _reference(reference: Reference) -> str:
    title = markdown(reference.title or reference.key, 120)
    year = f" ({reference.year})" if reference.year else ""
    return f"{title}{year}, {arxiv_link(reference.arxiv_id)}"


def licence(plan: Plan) -> Iterator[Draft]:
    """Whose words these are, and how to cite the paper."""
    yield Draft(
        key="1",
        text="## Licence and citation\n\n"
        f"Licence of the paper: {licence_name(plan.card.licence)}. Formulas, numbers and table cells are facts and stand "
        "here with their places; sentences and figures stay in the paper. The code and the words here are yours.\n\n"
        f"~~~bibtex\n{bibtex(plan)}\n~~~",
    )


def bibtex(plan: Plan) -> str:
    """Give a BibTeX entry from the card."""
    head = plan.card
    year = (head.published or "")[:4] if re.match(r"\d{4}", head.published or "") else ""
    family = "".join(ascii_words(head.authors[0].split()[-1])) if head.authors else "paper"
    first = "".join(ascii_words(head.title)[:1])
    fields = {
        "title": f"{{{_braced(head.title)}}}",
        "author": " and ".join(_braced(a) for a in head.authors),
        "year": year,
        "eprint": head.id if arxiv_link(head.id) else "",
        "archivePrefix": "arXiv" if arxiv_link(head.id) else "",
        "primaryClass": head.primary_category or "",
    }
    rows = ",\n".join(f"  {name} = {{{_field(value)}}}" for name, value in fields.items() if value)
    return f"@misc{{{family.lower()}{year}{first.lower()},\n{rows}\n}}"


def _braced(text: str) -> str:
    """Give text without the signs that would end a BibTeX field or the block around it."""
    return re.sub(r"[{}~@\\`]", "", line(text, 300))


def _field(text: str) -> str:
    return line(text, 4000)
