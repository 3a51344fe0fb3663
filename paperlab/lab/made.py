"""From which versions the lab's own implementations were made, read from the heads of their cards.

`list` asks at each call: this file imports nothing that is dear, and a TOML parser only where there is a card.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from paperlab.records.queue import Made

CARD = "paper.toml"


def cards(place: Path) -> Iterator[Path]:
    """Give the folders that hold a card, by name; a hidden one is one that is being made.

    One that may not be entered (made by another user) holds none that we could read.
    """
    if place.is_dir():
        found = (p for p in sorted(place.iterdir()) if not p.name.startswith("."))
        yield from (p for p in found if os.path.isfile(p / CARD))  # noqa: PTH113  Path's own raises there


def made_from(place: Path, id: str | None = None) -> Iterator[Made]:
    """Give the implementations, of one paper or all, whose cards say from which version they were made.

    A card that cannot be read is left out; `claims` says what is wrong with it.
    """
    for path in cards(place):
        head = _head(path / CARD)
        of, version = head.get("id"), head.get("version")
        if isinstance(of, str) and isinstance(version, int) and id in (None, of):
            from paperlab.records.queue import Made

            yield Made(str(head.get("slug", path.name)), of, version)


def _head(path: Path) -> dict[str, object]:
    """Give what stands in a card before its first table; nothing where that is no TOML."""
    import re
    import tomllib

    try:
        text = path.read_text(encoding="utf-8-sig")
        table = re.search(r"^\s*\[", text, re.MULTILINE)
        return tomllib.loads(text[: table.start()] if table else text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return {}
