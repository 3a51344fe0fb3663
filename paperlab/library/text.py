"""Text that SQLite can hold, and how lists and times are kept in it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from json.encoder import encode_basestring

from paperlab.records.folding import folded, is_folded

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)

encoded = json.JSONEncoder(ensure_ascii=False).encode
"""As json.dumps does, without making an encoder for each row."""


def clean(text: str) -> str:
    """Drop what SQLite's text cannot hold or its readers stumble over: NUL bytes, halves of surrogates."""
    bare = text.replace("\0", "")
    return bare if bare.isascii() else bare.encode("utf-8", "replace").decode("utf-8")


def one_line(text: str) -> str:
    """Clean a text and fold its white space."""
    return text if is_folded(text) else folded(clean(text))


def array(items: Sequence[str]) -> str:
    """Give a list of texts as a JSON array, each on one line."""
    return f"[{', '.join([encode_basestring(one_line(item)) for item in items])}]"


def unarrayed(kept: str | None) -> list[str]:
    """Read a JSON array of texts; what somebody's other tool made no array of counts as an empty one."""
    try:
        found = json.loads(kept or "[]")
    except ValueError:
        return []
    return [text for text in found if isinstance(text, str)] if isinstance(found, list) else []


def optional(text: str | None) -> str | None:
    """Clean a text and fold its white space; None stays None."""
    return None if text is None else one_line(text)


def moment(text: str | None) -> str | None:
    """Give a time in ISO 8601 UTC; a date, which is all that a card or OAI knows, is its beginning."""
    time = optional(text)
    return f"{time}T00:00:00Z" if time and _DATE.fullmatch(time) else time
