"""Short forms that a text writes out where it first uses them: `prioritized replay (PR)`; what PR means elsewhere counts no more."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

_SHORT = re.compile(r"(?<=[a-z’'\])]\s)\((?P<short>[A-Za-z][A-Za-z0-9-]{1,9})\)")
_BROKEN = re.compile(r"[.,;:()]\s|[$\[\]()]")
_FARTHEST = 120
"""Characters before a short form in which its long form stands."""


def written_out(texts: Iterable[str]) -> dict[str, str]:
    """Give short form -> long form of what texts define in parentheses, the first definition of each.

    >>> written_out(["It uses a deep residual tree (DRT) and the rate of false alarms (see Roe)."])
    {'DRT': 'deep residual tree'}
    """
    found: dict[str, str] = {}
    for text in texts:
        for match in _SHORT.finditer(text):
            short = match["short"].removesuffix("s") if match["short"][:-1].isupper() else match["short"]
            if any(c.isupper() for c in short) and (long := _long(short, text[: match.start()])):
                found.setdefault(short, long)
    return found


def _long(short: str, before: str) -> str:
    """Give the last words before a short form that hold its letters in their order, the first at the start of a word.

    Source: Schwartz and Hearst, A simple algorithm for identifying abbreviation definitions (2003).
    """
    before = _BROKEN.split(before[-_FARTHEST:])[-1].rstrip()
    at = len(before)
    letters = [c for c in short.lower() if c.isalnum()]
    for place, letter in reversed(list(enumerate(letters))):
        at -= 1
        while at >= 0 and (before[at].lower() != letter or (place == 0 and at > 0 and before[at - 1].isalnum())):
            at -= 1
        if at < 0:
            return ""
    words = before[at:].split()
    return " ".join(words) if 1 < len(words) <= len(letters) + 3 or "-" in before[at:] else ""


def meaning(name: str, written: Mapping[str, str]) -> str:
    """Give the long form of a short one, also of its plural; empty where the text writes none out."""
    return written.get(name) or written.get(name.removesuffix("s"), "")
