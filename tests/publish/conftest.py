"""Literal pages to publish: a card, verdicts, an executed notebook, written as plain dicts."""

import base64
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from paperlab.publish import PageInput
from paperlab.publish.workshop import Workshop
from paperlab.records.card import Card, Claim
from paperlab.records.measurement import Verdict


def code(source: str, *outputs: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A code cell that ran."""
    return {
        "cell_type": "code",
        "source": source,
        "outputs": list(outputs),
        "metadata": {},
        "execution_count": None,
        **more,
    }


def prose(source: str, **more: Any) -> dict[str, Any]:
    return {"cell_type": "markdown", "source": source, "metadata": {}, **more}


def stream(text: str, name: str = "stdout") -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": text}


def shown(data: dict[str, Any], **metadata: Any) -> dict[str, Any]:
    return {"output_type": "display_data", "data": data, "metadata": metadata}


def notebook(*cells: dict[str, Any], **metadata: Any) -> dict[str, Any]:
    numbered = [{"id": f"c{n}", **cell} for n, cell in enumerate(cells, 1)]
    return {"cells": numbered, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def png(*chunks: tuple[bytes, bytes], tail: bytes = b"") -> bytes:
    """A whole 1x1 PNG with further chunks before its pixels and `tail` behind its end."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(b"\0\0"))
    extra = b"".join(chunk(kind, body) for kind, body in chunks)
    return b"\x89PNG\r\n\x1a\n" + head + extra + pixels + chunk(b"IEND", b"") + tail


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


CARD = Card(
    slug="tiny",
    id="2101.00001",
    version=2,
    title="A tiny paper",
    authors=("A. Author", "B. Author"),
    published="2021-01-01T00:00:00Z",
    claims=(
        Claim(id="gain", place="Table 1", kind="better-than", paper=0.9, minimum_effect=0.02, unit="accuracy"),
        Claim(id="equal", place="Equation (1)", kind="equality", sentence="Both forms agree."),
    ),
)


@pytest.fixture
def make_page(tmp_path: Path) -> Callable[..., PageInput]:
    """Build a page; keywords replace its parts."""

    def make(*cells: dict[str, Any], **changes: Any) -> PageInput:
        folder = tmp_path / "implementations" / "tiny"
        folder.mkdir(parents=True, exist_ok=True)
        verdicts = (
            Verdict(
                slug="tiny",
                claim="gain",
                place="Table 1",
                paper=0.9,
                ours=0.93127,
                interval=(0.91, 0.95),
                seeds=5,
                verdict="reproduced",
                runs=("k1",),
                run="0123456789ab",
            ),
        )
        values = {
            "card": CARD,
            "verdicts": verdicts,
            "notebook": notebook(*(cells or (prose("Hello."),))),
            "source_notebook": folder / "notebook.ipynb",
            **changes,
        }
        return PageInput(**values)

    return make


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    folder = tmp_path / "project"
    folder.mkdir()
    return Workshop(slug="s", folder=folder, pages=frozenset(["model.py"]), numbers={"a": "1.5 (2 seeds)"})
