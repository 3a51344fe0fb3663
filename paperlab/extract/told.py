r"""What a caption says of the numbers of its table: which way is better, and in what unit.

`FID (lower is better)` is about the columns or rows called FID; `Lower is better.` and `in ms` are about all of them,
but for those that count something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

HIGHER, LOWER = "higher", "lower"
LONGEST = 1_500
"""Characters of a caption that are read."""
Names = Sequence[Sequence[str]]
"""For each column, or each row, the texts of its heads."""

_BETTER = re.compile(
    r"\b(?:(?P<up>higher|larger|greater|bigger)|lower|smaller|fewer|less)\b,?\s+(?:(?:values?|scores?|numbers?)\s+)?(?:(?:is|are|means?|being|indicates?|the)\s+|=\s*)*better\b",
    re.IGNORECASE,
)
_ARROW = re.compile(r"(?P<up>↑|\\uparrow(?![a-z]))|↓|\\downarrow(?![a-z])")
_LEGEND = re.compile(
    r"(?:↑|↓|\\(?:up|down)arrow)[\s$)(’'”:]*(?:$|=|means?|indicates?|denotes?|stands?|signif\w+|shows?|represents?|[:/])[^.;]{0,30}$|arrows?\b[^.;]{0,60}$",
    re.IGNORECASE,
)
"""Before a phrase that only says what an arrow means."""
_COUNTS = re.compile(
    r"#|\b(?:param\w*|epochs?|layers?|steps?|size|dim\w*|rank|depth|width|batch|seeds?|years?|id|no|num\w*|count|iters?|iterations?|flops|macs|tokens|samples|examples|rate|lr|k|n)\b",
    re.IGNORECASE,
)
"""Heads of what is no result."""
_GENERIC = frozenset(
    "test val train dev model method methods dataset data set score scores ours mean avg the all and for".split()
)


def ways(caption: str, names: Names, columns: int) -> list[str]:
    """Say for each column, then each row, whether the caption says that higher or lower is better; "" where it does not.

    Args:
        caption: of the table.
        names: heads of the columns, then labels of the rows.
        columns: how many of them are columns, which a caption is about where it names none.

    >>> ways("FID (lower is better) and IS (higher is better).", [["Model"], ["FID"], ["IS"]], 3)
    ['', 'lower', 'higher']
    >>> ways("Test error. The lower the better.", [["Model"], ["Error"], ["#layers"]], 3)
    ['', 'lower', '']
    """
    text = caption[:LONGEST]
    found = [(m, HIGHER if m["up"] else LOWER) for m in _BETTER.finditer(text) if not _LEGEND.search(text[: m.start()])]
    found += [(m, HIGHER if m["up"] else LOWER) for m in _ARROW.finditer(text) if _marks(text, m)]
    return _spread(text, sorted(found, key=lambda one: one[0].start()), names, columns)


def _marks(text: str, arrow: re.Match[str]) -> bool:
    """Tell an arrow behind a name, `FID (↓)`, from one that is explained."""
    return bool(re.search(r"\w\s?[$(\s]*$", text[: arrow.start()])) and not re.match(
        r"[\s$)’'”]*(?:=|:|means?|indicates?|denotes?|stands?|signif|represents?)", text[arrow.end() : arrow.end() + 20]
    )


def units_told(caption: str, names: Names, known: frozenset[str], columns: int) -> list[str]:
    r"""Give for each column the unit that the caption says, "" where it says none; `columns` as for `ways`.

    >>> units_told(r"Accuracy in \% on two sets.", [["Model"], ["A"], ["B"], ["Params"]], frozenset("%"), 4)
    ['', '%', '%', '']
    """
    text = caption[:LONGEST]
    found = [(m, m["unit"].lstrip("\\")) for m in _IN.finditer(text)]
    return _spread(text, [(m, unit) for m, unit in found if unit in known], names, columns)


_IN = re.compile(
    r"(?:\bin\s+|(?<=\s)[(\[](?:in\s+)?)\$?(?P<unit>\\?%|[A-Za-zµμ]{2,3}(?:/[a-z]{1,4})?|seconds|minutes|hours)\$?(?=[\s.,;:)\]]|$)"
)


def _spread(text: str, found: Sequence[tuple[re.Match[str], str]], names: Names, columns: int) -> list[str]:
    """Give each told value to what is named beside it; one that names nothing to all columns, if it is the only one."""
    out = [""] * len(names)
    for match, value, before, after in _clauses(text, found):
        named = _named(before, after, names, nearest=text[: match.start()].rstrip("$ ").endswith(("(", "[")))
        if not named and len({one for _, one in found}) == 1:
            # The first column holds labels.
            named = [i for i in range(1, columns) if not any(map(_COUNTS.search, names[i]))]
        for i in named:
            out[i] = out[i] or value
    return out


def _clauses(text: str, found: Sequence[tuple[re.Match[str], str]]) -> Iterator[tuple[re.Match[str], str, str, str]]:
    """Give each match with the words before it in its sentence, behind the match before, and what `for` says behind it."""
    last = 0
    for match, value in found:
        begin = max(last, text.rfind(". ", 0, match.start()) + 1)
        after = re.match(r"\s+(?:for|in terms of)\s+([^.;()]{1,60})", text[match.end() :])
        yield match, value, text[begin : match.start()], after[1] if after else ""
        last = match.end()


def _named(before: str, after: str, names: Names, *, nearest: bool) -> list[int]:
    said = [word.lower() for word in _WORD.findall(before)]
    places = {i: _last(said, heads) for i, heads in enumerate(names)}
    top = max(places.values(), default=-1)
    of_after = [word.lower() for word in _WORD.findall(after)]
    behind = [i for i, heads in enumerate(names) if _last(of_after, heads) >= 0]
    return behind or [i for i, at in places.items() if at >= 0 and (at == top or not nearest)]


_WORD = re.compile(r"[A-Za-z][\w@-]+")


def _last(said: Sequence[str], heads: Sequence[str]) -> int:
    """Give the place of the last word that begins like a word of one of the heads; -1 where none does."""
    words = {w.lower() for head in heads for w in _WORD.findall(re.sub(r"[(\[].*|\\[a-z]+", "", head))} - _GENERIC
    whole = [i for i, word in enumerate(said) if word in words or any(len(w) > 2 and word.startswith(w) for w in words)]
    return whole[-1] if whole else -1
