r"""Read amsrefs' entries: `\bib{key}{article}{author={Last, First}, title={..}, date={..}}`, fields as in BibTeX, authors one by one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice

from paperlab.extract.scan import argument, commands, has_group

MOST_FIELDS = 60
LONGEST = 10_000
"""Characters of one entry that are read."""
_FIELD = re.compile(r"([a-z]+)\s*=\s*(?=\{)")


def amsrefs_entries(text: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    r"""Give each entry's key and fields.

    >>> list(amsrefs_entries(r"\bib{h}{book}{author={A, B}, author={C, D}, title={T}}"))
    [('h', {'author': 'A, B and C, D', 'title': 'T'})]
    """
    end = 0
    for found in commands(text, "bib"):
        if found.start() < end:  # inside an entry, which may lack its brace
            continue
        key, at = argument(text, found.end())
        _, at = argument(text, at)
        if key.strip() and has_group(text, at):
            body, end = argument(text, at)
            yield key.strip(), _fields(body[:LONGEST])


def _fields(body: str) -> Mapping[str, str]:
    out: dict[str, str] = {}
    at = 0
    for _ in islice(iter(int, 1), MOST_FIELDS):
        found = _FIELD.search(body, at)
        if found is None:
            break
        value, at = argument(body, found.end())
        name = found.group(1)
        out[name] = f"{out[name]} and {value}" if name == "author" and name in out else out.get(name, value)
    return out
