"""Names of people: as the list keeps them (Ludwig van Beethoven) and as bibliographies sort them.

Source: the BibTeX manual, btxdoc section 4 (First von Last; von Last, First; von Last, Jr, First).
"""

from __future__ import annotations

import re
from functools import lru_cache

from paperlab.records.folding import folded

_SUFFIX = re.compile(r"(?:jr|sr|ii|iii|iv|esq|ph\.?d|m\.?d)\.?", re.IGNORECASE)
_GROUP = re.compile(
    r"\b(?:team|collaboration|consortium|group|inc|ltd|llc|gmbh|corp|institute|university|lab|labs|laboratory|"
    r"committee|foundation|project|association|initiative|network|community)\b\.?",
    re.IGNORECASE,
)
"""Words that a person's name does not have: such an author is an organisation."""
_JOINS = re.compile(r",|\band\b|[{}\\$]", re.IGNORECASE)
"""What would end a name, or need braces of its own."""
_PARTICLES = frozenset("van von der den de del della di da dos du la le ter ten zu zum zur af av bin ibn al el".split())


def is_suffix(text: str) -> bool:
    """Tell whether a part of a name is such as Jr. and III."""
    return _SUFFIX.fullmatch(text) is not None


def displayed(family: str, given: str = "", suffix: str = "") -> str:
    """Join the parts of a name as it is read.

    >>> displayed("King", "Martin Luther", "Jr.")
    'Martin Luther King Jr.'
    """
    return " ".join(f"{given} {family} {suffix}".split())


def from_sorted(name: str) -> str:
    """Read a name in any of BibTeX's three forms.

    >>> from_sorted("van Beethoven, Ludwig"), from_sorted("King, Jr., Martin Luther"), from_sorted("Martin Luther King, Jr.")
    ('Ludwig van Beethoven', 'Martin Luther King Jr.', 'Martin Luther King Jr.')
    """
    parts = [part.strip() for part in name.split(",")]
    if len(parts) == 1:
        return folded(name)
    if len(parts) == 2 and is_suffix(parts[1]):
        return displayed(parts[0], "", parts[1])
    if len(parts) == 2:
        return displayed(parts[0], parts[1])
    return displayed(parts[0], " ".join(parts[2:]), parts[1])


@lru_cache(maxsize=65536)
def parts(name: str) -> tuple[str, str, str] | None:
    """Split a name as it is read into family, given and suffix; None for an organisation or a single name.

    >>> parts("Ludwig van Beethoven"), parts("Martin Luther King Jr."), parts("OpenAI")
    (('van Beethoven', 'Ludwig', ''), ('King', 'Martin Luther', 'Jr.'), None)
    """
    words = name.split(" ")
    if len(words) < 2 or not all(words) or _JOINS.search(name) or _GROUP.search(name):
        return None
    suffix = words.pop() if len(words) > 2 and _SUFFIX.fullmatch(words[-1]) else ""
    at = len(words) - 1
    while at > 1 and words[at - 1].lower() in _PARTICLES:
        at -= 1
    family, given = " ".join(words[at:]), " ".join(words[:at])
    return (family, given, suffix) if displayed(family, given, suffix) == name else None
