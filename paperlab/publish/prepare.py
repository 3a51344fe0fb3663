"""The copy that is published: names and paths rewritten, and the cleaned notebook for download."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from paperlab.publish import images, people
from paperlab.publish.inputs import PageInput
from paperlab.publish.notebook import Cell, as_list, as_map, as_text, cells, plain
from paperlab.publish.safe import sanitize
from paperlab.publish.svg import clean
from paperlab.publish.workshop import Workshop

_BINARY = ("image/png", "image/jpeg", "image/gif")
_KERNEL = ("name", "display_name", "language")
_LANGUAGE = ("name", "version", "file_extension", "mimetype", "pygments_lexer", "nbconvert_exporter")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A page whose texts may be shown, its cells, and what was rewritten."""

    page: PageInput
    cells: tuple[Cell, ...]
    notes: tuple[str, ...]


def prepare(page: PageInput) -> Prepared:
    """Rewrite home paths, user and host names and mail addresses in a copy of everything that is published."""
    card = page.card
    spare = " ".join([card.slug, card.title, *card.authors])
    who = people.rewriter(spare=spare, folder=page.source_notebook.parent)
    notebook = plain(page.notebook)
    notebook["cells"] = [_cell(cell, raw, who) for cell, raw in zip(cells(notebook), notebook["cells"], strict=True)]
    notebook["metadata"] = people.rewrite(as_map(notebook.get("metadata")), lambda t: who.text(t, "metadata"))
    code = {n: who.code(t, n) if n.endswith(".py") else who.text(t, n) for n, t in sorted(page.code.items())}
    copy = replace(
        page,
        card=replace(
            card,
            idea=who.text(card.idea, "paper.toml"),
            claims=tuple(replace(c, sentence=who.text(c.sentence, "paper.toml")) for c in card.claims),
        ),
        verdicts=tuple(replace(v, reason=who.text(v.reason, "verdicts")) for v in page.verdicts),
        notebook=notebook,
        code=code,
        readme=who.text(page.readme, "README.md"),
        run=people.rewrite(json.loads(json.dumps(dict(page.run), default=str)), lambda t: who.text(t, "run")),
    )
    return Prepared(copy, cells(notebook), tuple(f"{card.slug}: {note}" for note in who.notes()))


def _cell(cell: Cell, raw: Any, who: people.People) -> dict[str, Any]:
    source = (who.code if cell.kind == "code" else who.text)(cell.source, cell.where)
    outputs = [_output(output, f"{cell.where}, output {n}", who) for n, output in enumerate(cell.outputs, 1)]
    metadata = people.rewrite(dict(cell.metadata), lambda text: who.text(text, cell.where))
    return {**as_map(raw), "source": source, "outputs": outputs, "metadata": metadata}


def _output(output: Mapping[str, Any], where: str, who: people.People) -> dict[str, Any]:
    def change(text: str) -> str:
        return who.text(text, where)

    rest = {key: people.rewrite(value, change) for key, value in output.items() if key not in ("data", "text")}
    if "text" in output:
        rest["text"] = change(as_text(output["text"]))
    if "data" in output:
        rest["data"] = {
            mime: value
            if mime in _BINARY
            else people.rewrite(value if isinstance(value, dict) else as_text(value), change)
            for mime, value in as_map(output["data"]).items()
        }
    return rest


def download(prepared: Prepared, shop: Workshop) -> bytes:
    """Give the notebook for download: nbformat 4.5, only allowed outputs, no widget state, known metadata."""
    whole = prepared.page.notebook
    metadata = as_map(whole.get("metadata"))
    clean_metadata = {
        "kernelspec": {"name": "python3", "display_name": "Python 3"}
        | _texts(as_map(metadata.get("kernelspec")), _KERNEL),
        "language_info": {"name": "python"} | _texts(as_map(metadata.get("language_info")), _LANGUAGE),
    } | ({"accelerator": "GPU"} if metadata.get("accelerator") == "GPU" else {})
    taken: set[str] = set()
    content = {
        "cells": [_clean_cell(cell, shop, taken) for cell in prepared.cells],
        "metadata": clean_metadata,
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return (json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode("utf-8", "replace")


def _texts(found: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, str]:
    return {name: found[name] for name in names if isinstance(found.get(name), str)}


def _clean_cell(cell: Cell, shop: Workshop, taken: set[str]) -> dict[str, Any]:
    metadata: dict[str, Any] = {"tags": sorted(cell.tags)} if cell.tags else {}
    if cell.claims:
        metadata["paperlab"] = {"claim": list(cell.claims)}
    clean_cell = {"cell_type": cell.kind, "id": _id(cell, taken), "metadata": metadata, "source": cell.source}
    if cell.kind == "code":
        kept = (_clean_output(output, shop) for output in cell.outputs)
        return {**clean_cell, "execution_count": cell.count, "outputs": [output for output in kept if output]}
    attachments = {name: _attachment(bundle) for name, bundle in cell.attachments.items()}
    return (
        {**clean_cell, "attachments": {n: b for n, b in attachments.items() if b}}
        if any(attachments.values())
        else clean_cell
    )


def _id(cell: Cell, taken: set[str]) -> str:
    """Keep a legal id (nbformat: 1-64 letters, digits, - and _); give others the cell's number."""
    legal = cell.id.isascii() and cell.id.replace("-", "").replace("_", "").isalnum() and len(cell.id) <= 64
    name = cell.id if legal and cell.id not in taken else f"cell-{cell.number}"
    while name in taken:
        name += "-"
    taken.add(name)
    return name


def _attachment(bundle: Mapping[str, Any]) -> dict[str, str]:
    return {mime: text for mime, value in bundle.items() if mime in _BINARY and (text := _picture(as_text(value)))}


def _picture(text: str) -> str:
    import base64

    data = images.decode(text)
    kept = images.strip(data) if data else None
    return base64.b64encode(kept).decode() if kept else ""


def _clean_output(output: Mapping[str, Any], shop: Workshop) -> dict[str, Any] | None:
    kind = output.get("output_type")
    if kind == "stream":
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        return {"output_type": "stream", "name": name, "text": as_text(output.get("text"))}
    if kind == "error":
        lines = [as_text(line) for line in as_list(output.get("traceback"))]
        return {
            "output_type": "error",
            "ename": as_text(output.get("ename")),
            "evalue": as_text(output.get("evalue")),
            "traceback": lines,
        }
    if kind not in ("display_data", "execute_result"):
        return None
    data = {
        mime: text
        for mime, value in as_map(output.get("data")).items()
        if (text := _clean_data(mime, as_text(value), shop))
    }
    if not data:
        return None
    count = output.get("execution_count")
    more = {"execution_count": count if isinstance(count, int) else None} if kind == "execute_result" else {}
    return {"output_type": kind, "data": data, "metadata": {}, **more}


def _clean_data(mime: str, text: str, shop: Workshop) -> str:
    if mime in ("text/plain", "text/markdown", "text/latex"):
        return text
    if mime == "text/html":
        return sanitize(text, shop)
    if mime == "image/svg+xml":
        cleaned = clean(text)
        return cleaned[0].decode() if cleaned else ""
    return _picture(text) if mime in _BINARY else ""
