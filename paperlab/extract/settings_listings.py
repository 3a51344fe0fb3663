r"""Settings that code states: flags of a command, keys of a configuration, arguments of a call.

A listing counts where it holds a setting that is known by name: `--lr 1e-4`, `batch_size: 32`. Then its other flags and
keys with numbers count too; other variables of a program do not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from paperlab.extract.passage import Passage
from paperlab.extract.settings_cells import LONGEST_QUOTE, usual_name
from paperlab.extract.settings_names import IN_WORDS, canonical
from paperlab.records.extracted import Hyperparameter, Span

_NUMBER = r"[-+]?(?:\d[\d_]*(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?"
_VALUE = rf"(?P<quote>[\"']?)(?P<value>{_NUMBER}|\[\s*{_NUMBER}(?:\s*,\s*{_NUMBER})+\s*\]|[A-Za-z][\w.-]*)(?P=quote)(?![\w.*+/-]|\s*[*+/(\[]|\s+-\s)"
_FLAG = re.compile(rf"(?<![\w-])--?(?P<name>[A-Za-z][\w.-]+)(?:=|\s+){_VALUE}")
_KEY = re.compile(
    rf"^\s*(?:-\s+)?[\"']?(?P<name>[A-Za-z][\w. -]{{0,40}}?)[\"']?\s*:\s*{_VALUE}\s*(?:,|#.*|//.*)?$|[{{,]\s*[\"'](?P<inner>[A-Za-z][\w. -]{{0,40}}?)[\"']\s*:\s*{_VALUE.replace('P<quote>', 'P<sign>').replace('P=quote', 'P=sign').replace('P<value>', 'P<held>')}"
)
_ARGUMENT = re.compile(rf"(?<![\w.])(?P<name>[A-Za-z][\w.]*)\s*=\s*{_VALUE}")
_NO_SETTING = re.compile(
    r"(?:\w+[_-])?(?:ports?|host|rank|verbose|debug|devices?|cuda|gpu[_-]?ids?|version|year|line|page|indent|width|height|fontsize|index|start|end|id)",
    re.IGNORECASE,
)
"""Keys that run a program or lay something out."""
_LONGEST_LINE = 2_000
_LONGEST = 20_000
"""Characters of a line, and of a listing, that are read."""


def of_listings(listings: Iterable[Passage]) -> Iterator[Hyperparameter]:
    """Read the settings of the listings that hold a known one, each with its line."""
    for listing in listings:
        stated = [*_stated(listing.tex[:_LONGEST])]
        if any(canonical(_words(name)) for _, name, _, _ in stated):
            for row, name, value, line in stated:
                yield Hyperparameter(name=usual_name(_words(name)), value=value, quote=line, span=_span(listing, row))


def _stated(code: str) -> Iterator[tuple[int, str, str, str]]:
    """Give (row, name, value, line) of what the lines set: of variables those with a known name alone."""
    for row, line in enumerate(code.splitlines()):
        for pattern in (_FLAG, _KEY, _ARGUMENT):
            for found in pattern.finditer(line[:_LONGEST_LINE]):
                told = found.groupdict()
                name, value = told["name"] or told.get("inner"), told["value"] or told.get("held")
                if name and value and _sets(name, value, known=pattern is _ARGUMENT):
                    yield (
                        row,
                        name,
                        value.replace("_", "") if value[0] in "[+-.0123456789" else value,
                        line.strip()[:LONGEST_QUOTE],
                    )


def _sets(name: str, value: str, *, known: bool) -> bool:
    usual = canonical(_words(name))
    if not re.match(r"[\[+\-.\d]", value):
        return usual in IN_WORDS and value.lower() not in ("none", "null", "true", "false")
    return usual not in IN_WORDS and (usual is not None or not (known or _NO_SETTING.fullmatch(name.split(".")[-1])))


def _words(name: str) -> str:
    """Give a name of code as words: `train.batch_size` is `batch size`, `num-epochs` is `num epochs`."""
    return re.sub(r"[_-]+", " ", name.split(".")[-1]).strip()


def _span(listing: Passage, row: int) -> Span | None:
    if listing.span is None:
        return None
    line = listing.lines[row] if row < len(listing.lines) else listing.span.line
    return Span(file=listing.span.file, line=line)
