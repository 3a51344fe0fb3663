"""A page -> every text in it, with its place."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from paperlab.publish import images
from paperlab.publish.inputs import PageInput
from paperlab.publish.notebook import Cell, as_map, as_text, cells, plain

_PICTURES = frozenset(["image/png", "image/jpeg", "image/gif", "image/webp", "image/tiff", "application/pdf"])
_SECRET_KEY = re.compile(r"token|secret|passw|api_?key|access_?key|credential", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One text and where it stands."""

    text: str
    where: str
    cell: str
    output: int | None = None
    code: bool = False
    """True for Python, whose strings are joined as Python would."""


def pieces(page: PageInput) -> Iterator[Piece]:
    """Give every text of a page: nothing that could be published is left out."""
    notebook = plain(page.notebook)
    for cell in cells(notebook):
        yield from _of_cell(cell, notebook["cells"][cell.number - 1])
    rest = {key: value for key, value in notebook.items() if key != "cells"}
    yield from _of_value(rest, "metadata of the notebook", "metadata")
    yield Piece(text=page.readme, where="README.md", cell="readme")
    yield Piece(text=page.source_notebook.name, where="the notebook's file name", cell="file name")
    for name, text in page.code.items():
        yield Piece(text=name, where="a file name of the bundle", cell="file name")
        yield Piece(text=text, where=name, cell=f"code/{name}", code=name.endswith(".py"))
    yield from _of_value(_jsonable(asdict(page.card)), "paper.toml", "card")
    yield from _of_value(_jsonable(dict(page.run)), "the run's environment", "run")
    yield from _of_value([_jsonable(asdict(v)) for v in page.verdicts], "the verdicts", "verdicts")
    yield from _of_value(_jsonable(asdict(page.record)) if page.record else None, "arXiv's record", "record")


def _jsonable(value: Any) -> Any:
    return json.loads(json.dumps(value, default=str))


def _of_cell(cell: Cell, raw: Mapping[str, Any]) -> Iterator[Piece]:
    name = cell.id or str(cell.number)
    yield Piece(text=cell.source, where=f"{cell.where}, source", cell=name, code=cell.kind == "code")
    known = ("source", "outputs", "cell_type", "execution_count")
    rest = {key: value for key, value in as_map(raw).items() if key not in known}
    yield from _of_value(rest, f"{cell.where}, metadata or attachment", name)
    for number, output in enumerate(cell.outputs, 1):
        yield from _of_value(output, f"{cell.where}, output {number}", name, output=number)
    yield from _streams(cell, name)


def _streams(cell: Cell, name: str) -> Iterator[Piece]:
    """Give each stream as the reader sees it: a value may be printed in two goes."""
    streams: dict[str, list[tuple[int, str]]] = {}
    for number, output in enumerate(cell.outputs, 1):
        if output.get("output_type") == "stream":
            streams.setdefault(as_text(output.get("name")), []).append((number, as_text(output.get("text"))))
    for parts in streams.values():
        if len(parts) > 1:
            first = parts[0][0]
            text = "".join(text for _, text in parts)
            yield Piece(text=text, where=f"{cell.where}, output {first}", cell=name, output=first)


def _of_value(value: Any, where: str, cell: str, *, output: int | None = None) -> Iterator[Piece]:
    """Give each text inside plain JSON: keys, values, and `key = "value"` where a key says secret."""
    stack: list[tuple[str, Any]] = [("", value)]
    while stack:
        key, item = stack.pop()
        if isinstance(item, dict):
            stack.extend((str(name), inner) for name, inner in item.items())
            yield from (
                Piece(text=str(name), where=where, cell=cell, output=output) for name in item if len(str(name)) > 7
            )
        elif isinstance(item, list) and not (item and all(isinstance(part, str) for part in item)):
            stack.extend((key, inner) for inner in item)
        elif isinstance(item, str | list):
            for text in _texts(key, as_text(item)):
                yield Piece(text=text, where=where, cell=cell, output=output)


def _texts(key: str, text: str) -> Iterator[str]:
    if key in _PICTURES or images.sniff(_head(text)):
        data = images.decode(text)
        if data is not None:
            yield from images.texts(data)
            if images.sniff(data) is None:
                yield data.decode("latin-1")
            return
    yield text
    if _SECRET_KEY.search(key):
        yield f'{key} = "{text}"'


def _head(text: str) -> bytes:
    """Decode the first bytes of what may be base64, to see whether it is a picture under another name."""
    return images.decode(text[:16]) or b""
