"""Citation keys: author, year, first word of the title, as Google Scholar and Better BibTeX make them.

The oldest paper of those that would share a key has it bare, later ones get a letter: a list that grows
changes no key that somebody cites.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from paperlab.exchange import people

_SMALL = frozenset(
    "a an and are as at by can do does for from how in into is it of on or the to towards toward via what when why with".split()
)
_WORD = re.compile(r"[A-Za-z0-9]+")
_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "Æ": "Ae", "œ": "oe", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "ı": "i", "ð": "d", "þ": "th"})  # fmt: skip

Named = tuple[str, str, tuple[str, ...], str | None]
"""Id, title, authors and date (ISO 8601) of a work."""


def keys(works: Iterable[Named]) -> dict[str, str]:
    """Give the citation key of each work, by id; works come in the order in which they were added.

    >>> keys([("1706.03762", "Attention Is All You Need", ("Ashish Vaswani",), "2017-06-12T17:57:34Z")])
    {'1706.03762': 'vaswani2017attention'}
    """
    made: dict[str, str] = {}
    taken: set[str] = set()
    given: dict[str, int] = {}
    for id, title, authors, published in works:
        base = _own(id) or _base(title, authors, published) or "arxiv_" + re.sub(r"\W", "_", id, flags=re.ASCII)
        key = base
        while key in taken:
            given[base] = given.get(base, 0) + 1
            key = base + _letters(given[base])
        taken.add(key)
        made[id] = key
    return made


def _own(id: str) -> str:
    """Give the key under which a file that was imported cites a work, where it is one that BibTeX takes."""
    key = id.removeprefix("bib:") if id.startswith("bib:") else ""
    return key if re.fullmatch(r"\w[\w:.+/-]*", key) else ""


def _base(title: str, authors: tuple[str, ...], published: str | None) -> str:
    words = [word.lower() for word in _WORD.findall(ascii_letters(title))]
    word = next((w for w in words if w not in _SMALL), words[0] if words else "")
    name = _family(authors[0]) if authors else ""
    return f"{name}{(published or '')[:4]}{word}" if name or word else ""


@lru_cache(maxsize=65536)
def _family(author: str) -> str:
    found = people.parts(author)
    return "".join(_WORD.findall(ascii_letters(found[0] if found else author))).lower()


def ascii_letters(text: str) -> str:
    """Take accents off letters; what has no ASCII letter is left out."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFKD", text.translate(_LETTERS)).encode("ascii", "ignore").decode("ascii")


def _letters(number: int) -> str:
    """Count from 1: a, b, ... z, aa, ab."""
    text = ""
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(ord("a") + rest) + text
    return text
