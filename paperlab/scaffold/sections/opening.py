"""Setup, card, in one minute, claims, glossary: what to know before the first line of code."""

from __future__ import annotations

import re
from collections.abc import Iterator

from paperlab.records.card import Claim
from paperlab.records.extracted import Symbol
from paperlab.scaffold.plan import Draft, Plan
from paperlab.scaffold.python import template
from paperlab.scaffold.readable import readable
from paperlab.scaffold.tex import atoms, free_symbols
from paperlab.scaffold.text import block, code, line, markdown

_LICENCES = (
    ("publicdomain/zero", "CC0"),
    ("licenses/by-nc-nd", "CC BY-NC-ND"),
    ("licenses/by-nc-sa", "CC BY-NC-SA"),
    ("licenses/by-nc", "CC BY-NC"),
    ("licenses/by-sa", "CC BY-SA"),
    ("licenses/by", "CC BY"),
    ("nonexclusive-distrib", "arXiv's non-exclusive licence: read it there, copy nothing"),
)


def setup(plan: Plan) -> Iterator[Draft]:
    """Install where needed, then the three helpers that the rest of the notebook calls."""
    yield Draft(key="1", code=True, kind="code", fold=True, text=template("install.py.txt").rstrip())
    yield Draft(key="2", code=True, kind="code", fold=True, text=template("setup.py.txt", slug=plan.card.slug).rstrip())


def card(plan: Plan) -> Iterator[Draft]:
    """Title, authors, id, licence, links: the head of the page."""
    head, paper = plan.card, plan.paper
    authors = ", ".join(markdown(a, 80) for a in head.authors[:8]) + (" and others" if len(head.authors) > 8 else "")
    rows = [
        ("Authors", authors),
        ("arXiv", arxiv_link(head.id, head.version)),
        ("Published", markdown((head.published or "")[:10])),
        ("Licence of the paper", licence_name(head.licence)),
        ("Read from", markdown(f"{paper.source.kind} {paper.source.main_file or ''}".strip(), 100)),
        ("Code and data", ", ".join(f"<{u}>" for u in code_links(plan))),
        ("Reading time", f"about {plan.reading_minutes} minutes" if plan.reading_minutes else ""),
        ("Machine", "any laptop: every cell of this notebook runs on a CPU; a GPU is used where `device` says so"),
    ]
    table = "\n".join(f"| {name} | {value} |" for name, value in rows if value)
    yield Draft(key="1", text=f"# {markdown(readable(head.title), 300)}\n\n| | |\n| --- | --- |\n{table}")


PREDICTION = Draft(
    key="3",
    kind="box",
    text="**My prediction, before running anything:** the method reaches ... because ...\n\n"
    "**What would surprise me:** ...",
)


def minute(plan: Plan) -> Iterator[Draft]:
    """The learner's main idea, and a prediction before anything has run."""
    yield Draft(
        key="1", text="## In one minute\n\nWrite before you read on: short, wrong and yours beats long and right."
    )
    fields = dict(plan.idea) or {"Question": "", "Idea": "", "Why it was new": ""}
    body = "\n\n".join(f"**{markdown(k.capitalize(), 60)}:** {block(v, 1000) or '...'}" for k, v in fields.items())
    yield Draft(key="2", kind="box", text=body)
    yield PREDICTION


def claims(plan: Plan) -> Iterator[Draft]:
    """The claims as place, metric, direction and number."""
    if not plan.card.claims:
        yield Draft(key="1", text="## What the paper claims\n\nNo claim with a number was found. Find one in the paper "
                    "and add it to `paper.toml`: place, metric, direction, number. Without a claim there is nothing "
                    "to reproduce.")  # fmt: skip
        return
    rows = "\n".join(_claim_row(c) for c in plan.card.claims)
    yield Draft(
        key="1",
        text="## What the paper claims\n\nNumber and place are the paper's; the sentence is yours to write (`sentence` "
        "in `paper.toml`). A claim is false if ... : say so before you run.\n\n"
        f"| id | place | metric | better | paper |\n| --- | --- | --- | --- | --- |\n{rows}",
    )


def _claim_row(claim: Claim) -> str:
    number = "" if claim.paper is None else f"{claim.paper:g}{' %' if claim.unit == '%' else ''}"
    metric = markdown(claim.metric) or "not recognised"
    return f"| {code(claim.id)} | {markdown(claim.place)} | {metric} | {claim.direction} | {number} |"


def glossary(plan: Plan) -> Iterator[Draft]:
    """Symbol, name in model.py, shape, and what the paper says it means where the licence lets us say it."""
    shapes = {name: axes for stub in plan.stubs for name, axes in stub.shapes.items() if name != "return"}
    known = {_sign(s.symbol): s for s in reversed(plan.paper.symbols)}
    rows = [_symbol_row(plan, s, shapes) for s in plan.paper.symbols[:60] if known[_sign(s.symbol)] is s]
    rows = list(dict.fromkeys(rows)) or [
        f"| {code(n)} | {code(n)} | {code(a)} | |" for n, a in list(shapes.items())[:60]
    ]
    body = "\n".join(rows) or "| | | | |"
    note = "" if rows else " None was found that the paper explains: fill it while you read."
    yield Draft(
        key="1",
        text=f"## Notation\n\nThe paper's symbols and their names in `model.py`.{note} Meaning in your own words.\n\n"
        f"| symbol | name | shape | meaning |\n| --- | --- | --- | --- |\n{body}",
    )


_GAP_AT_END = r"(?:\\[!,;:]\s*)+$"


def _sign(tex: str) -> str:
    """Give what two ways to write one symbol share: no braces, no blanks, one bold."""
    return re.sub(r"\\[!,;:]|[{}\s]", "", re.sub(r"\\(?:bm|bf|mathbf|boldsymbol)(?![A-Za-z])", r"\\mathbf", tex))


def _symbol_row(plan: Plan, symbol: Symbol, shapes: dict[str, str]) -> str:
    found = atoms(symbol.symbol)
    names = free_symbols(found)
    called = len(found) > 2 and found[0].kind in ("symbol", "word") and found[1].kind == "open"
    name = names[0] if len(names) == 1 or (called and names) else ""
    meaning = markdown(symbol.meaning, 80) if plan.may_quote else ""
    return f"| {inline_tex(re.sub(_GAP_AT_END, '', symbol.symbol))} | {code(name)} | {code(shapes.get(name, ''))} | {meaning} |"


def inline_tex(tex: str) -> str:
    """Give a symbol as inline math, or as code where it holds a sign that would end the math or the cell."""
    flat = line(tex, 80)
    simple = re.fullmatch(r"[A-Za-z0-9_^{}()\\ ,.*'+=:;-]+", flat) and flat.count("{") == flat.count("}")
    return f"${flat}$" if simple and not flat.endswith("\\") else code(flat)


def arxiv_link(id_: str | None, version: int | None = None) -> str:
    """Give a link to arXiv for a well-formed id, else nothing."""
    if not id_ or not re.fullmatch(r"[A-Za-z.-]*/?[\d.]+", id_):
        return ""
    whole = f"{id_}v{version}" if version else id_
    return f"[arXiv:{whole}](https://arxiv.org/abs/{whole})"


def licence_name(licence: str | None) -> str:
    """Give a licence's short name; one that is not known is said to be so."""
    if licence is None:
        return "not known, so nothing of the paper's text is quoted here"
    return next((name for part, name in _LICENCES if part in licence), markdown(licence))


def code_links(plan: Plan) -> list[str]:
    """Give the addresses of code and data that the paper names."""
    safe = re.compile(r"https?://[A-Za-z0-9./_~%?=&#+:-]{4,200}")
    return [x.url for x in plan.paper.links if x.kind in ("code", "data") and safe.fullmatch(x.url)][:6]
