r"""Read biblatex's own .bbl (written by biber): `\entry{key}{type}{}` with fields and names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from paperlab.extract.identifiers import arxiv_id
from paperlab.extract.scan import argument, commands
from paperlab.extract.text import to_text
from paperlab.records.extracted import Reference

_VERB = re.compile(r"\\verb\{([a-z]+)\}[ \t]*\n[ \t]*\\verb ([^\n]*)\n")
_PART = re.compile(r"(family|given|prefix)\s*=\s*(?=\{)")


def read_biblatex(text: str) -> Iterator[Reference]:
    """Give the entries in their order; what stands in several sorting lists comes once by the caller's keys."""
    marks = list(commands(text, "entry"))
    for i, mark in enumerate(marks):
        end = marks[i + 1].start() if i + 1 < len(marks) else len(text)
        key, at = argument(text, mark.end())
        if key.strip():
            yield _entry(key.strip(), text[at : min(end, at + 50_000)])


def _entry(key: str, body: str) -> Reference:
    fields: dict[str, str] = {}
    for found in commands(body, "field", "strng"):
        name, at = argument(body, found.end())
        fields.setdefault(name, argument(body, at)[0])
    verbs = {m.group(1): m.group(2).strip() for m in _VERB.finditer(body)}
    title = ": ".join(to_text(fields[k]) for k in ("title", "subtitle") if fields.get(k))
    number = re.match(r"\d{4}", fields.get("year") or fields.get("date") or fields.get("labelyear", ""))
    eprint = verbs.get("eprint", fields.get("eprint", ""))
    is_arxiv = fields.get("eprinttype", "arxiv").lower() == "arxiv"
    raw = " ".join([f"arXiv:{eprint}" if eprint and is_arxiv else "", *fields.values(), *verbs.values()])
    return Reference(
        key=key,
        title=title or None,
        authors=_names(body),
        year=int(number.group()) if number else None,
        arxiv_id=arxiv_id(raw),
        doi=verbs.get("doi") or fields.get("doi"),
        url=verbs.get("url") or fields.get("url"),
    )


def _names(body: str) -> tuple[str, ...]:
    r"""Read `\name{author}{n}{}{ {{hash=..}{family={..}, given={..}}} }`; older biber puts the names in plain groups."""
    for found in commands(body, "name"):
        role, at = argument(body, found.end())
        if role not in ("author", "editor"):
            continue
        _, at = argument(body, at)
        _, at = argument(body, at)
        people, _ = argument(body, at)
        names = _new_names(people) or _old_names(people)
        if names:
            return names
    return ()


def _new_names(people: str) -> tuple[str, ...]:
    out: list[dict[str, str]] = []
    for found in _PART.finditer(people):
        name = found.group(1)
        if name == "family":
            out.append({})
        if out:
            out[-1][name] = to_text(
                argument(people, found.end())[0].replace("\\bibnamedelima", " ").replace("\\bibnamedelimi", " ")
            )
    return tuple(" ".join(p[k] for k in ("given", "prefix", "family") if p.get(k)) for p in out)


def _old_names(people: str) -> tuple[str, ...]:
    out, at = [], 0
    while at < len(people):
        one, end = argument(people, at)
        if end <= at:
            break
        at = end
        _, inner = argument(one, 0)
        parts: list[str] = []
        while inner < len(one) and len(parts) < 8:
            part, inner = argument(one, inner)
            parts.append(to_text(part.replace("\\bibnamedelima", " ")))
        if len(parts) >= 3:
            out.append(f"{parts[2]} {parts[0]}".strip())
    return tuple(n for n in out if n)
