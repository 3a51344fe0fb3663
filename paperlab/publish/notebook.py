"""The executed copy as plain cells, and the cleaned notebook for download.

A notebook is a stranger's JSON: every field is read through a reader that gives text, a list or a mapping whatever
stands there, so that a malformed one costs its own content and never the build.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from paperlab.errors import Refused

MAX_CELLS = 5000
MAX_OUTPUT_BYTES = 5_000_000
"""Of one output; issue 7's limit for what a reader can be asked to load."""
ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
"""A terminal's colours and links, which a stream may carry between any two signs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell with every field of the type it should have."""

    number: int
    """Counts from 1 over all cells."""
    id: str
    kind: str
    """code | markdown | raw."""
    source: str
    tags: frozenset[str]
    claims: tuple[str, ...]
    """Ids of the claims that this cell shows."""
    outputs: tuple[Mapping[str, Any], ...]
    attachments: Mapping[str, Mapping[str, Any]]
    metadata: Mapping[str, Any]
    count: int | None

    @property
    def where(self) -> str:
        """Say which cell this is, for a message."""
        return f"cell {self.number} ({self.id})" if self.id else f"cell {self.number}"


def plain(notebook: Mapping[str, Any]) -> dict[str, Any]:
    """Give a deep copy as plain JSON values; what JSON cannot hold becomes text."""
    try:
        copy = json.loads(json.dumps(notebook, default=str))
    except (RecursionError, ValueError) as error:
        raise Refused(f"expected a notebook that JSON can hold, got: {error}; open and save it in Jupyter") from error
    if not isinstance(copy.get("cells"), list):
        raise Refused("expected a notebook of format 4 with a list `cells`; open and save it in Jupyter to convert it")
    if len(copy["cells"]) > MAX_CELLS:
        raise Refused(f"expected at most {MAX_CELLS} cells, got {len(copy['cells'])}; split the notebook")
    return copy  # type: ignore[no-any-return]


def cells(notebook: Mapping[str, Any]) -> tuple[Cell, ...]:
    """Read the cells of a plain notebook."""
    return tuple(_cell(number, as_map(raw)) for number, raw in enumerate(notebook["cells"], 1))


def _cell(number: int, raw: Mapping[str, Any]) -> Cell:
    metadata = as_map(raw.get("metadata"))
    tags = frozenset(str(tag) for tag in as_list(metadata.get("tags")))
    count = raw.get("execution_count")
    kind = raw.get("cell_type")
    return Cell(
        number=number,
        id=as_text(raw.get("id")),
        kind=kind if kind in ("code", "markdown") else "raw",
        source=as_text(raw.get("source")),
        tags=tags,
        claims=_claims(metadata, tags),
        outputs=tuple(as_map(output) for output in as_list(raw.get("outputs"))),
        attachments={str(k): as_map(v) for k, v in as_map(raw.get("attachments")).items()},
        metadata=metadata,
        count=count if isinstance(count, int) else None,
    )


def _claims(metadata: Mapping[str, Any], tags: frozenset[str]) -> tuple[str, ...]:
    """Read which claims a cell shows: metadata `paperlab.claim` (text or list) or tags `claim:<id>`."""
    named = as_map(metadata.get("paperlab")).get("claim", metadata.get("paperlab.claim"))
    listed = [named] if isinstance(named, str) else [str(n) for n in as_list(named)]
    return tuple(dict.fromkeys([*listed, *sorted(t.removeprefix("claim:") for t in tags if t.startswith("claim:"))]))


def as_text(value: Any) -> str:
    """Give nbformat's text: a string, or a list of lines to join; anything else as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "".join(part if isinstance(part, str) else json.dumps(part) for part in value)
    return "" if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)


def as_map(value: Any) -> Mapping[str, Any]:
    """Give a mapping, empty when it is none."""
    return value if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:
    """Give a list, empty when it is none."""
    return value if isinstance(value, list) else []


def errors(cell: Cell) -> Iterator[str]:
    """Give the names of errors that a cell ended with."""
    for output in cell.outputs:
        if output.get("output_type") == "error":
            yield as_text(output.get("ename")) or "an error"
