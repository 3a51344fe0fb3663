"""Papers of a list whose reproduction was made from an older version, as `list`, `find` and `next` say it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from paperlab.lab import Lab
    from paperlab.records.queue import Made

Outdated = dict[str, list["Made"]]
"""Paper -> its reproductions that were made from an older version; hardly a paper has one."""


def outdated(lab: Lab) -> Outdated:
    """Ask the cards of the lab's own implementations: a list without any is not opened again."""
    found: Outdated = {}
    for made in lab.outdated():
        found.setdefault(made.id, []).append(made)
    return found


def mark(made: Sequence[Made]) -> str:
    """Give what stands before a title; empty where nothing is outdated."""
    versions = ", ".join(f"v{version}" for version in sorted({m.version for m in made}))
    return f"[made from {versions}; v{made[0].newest} is out] " if made else ""


def marked(lines: str, old: Outdated) -> str:
    """Put the marks into lines of the list: the id is the first of five cells, the title the last."""
    return "\n".join([_marked(line, old) for line in lines.split("\n")]) if old else lines


def _marked(line: str, old: Outdated) -> str:
    id, *cells = line.split("\t", 4)
    return "\t".join([id, *cells[:-1], mark(old[id]) + cells[-1]]) if id in old else line


def with_outdated(text: str, made: Sequence[Made]) -> str:
    """Put the key that `--json` adds to a paper at the end of its JSON object."""
    if not made:
        return f'{text[:-1]}, "outdated": []}}'
    import json

    return f"{text[:-1]}, {json.dumps(outdated_json(made), ensure_ascii=False)[1:]}"


def outdated_json(made: Sequence[Made]) -> dict[str, Any]:
    """Give the key that `--json` adds to a paper."""
    return {"outdated": [one._asdict() for one in made]}
