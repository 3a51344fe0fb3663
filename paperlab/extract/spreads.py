r"""The spread behind a number in a table: `93.5 ± 0.3`; `93.5 (0.3)` and `93.5_{0.3}` only where the words say that it is one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from paperlab.extract.grid import column_wraps
from paperlab.extract.numbers import VALUE, as_float
from paperlab.records.extracted import Spread

_PLUS_MINUS = re.compile(r"\\(?:text)?pm(?![A-Za-z])|\+\s?/?\s?[-−–]")
_LETTER_E = re.compile(r"\\mathrm\s*\{\s*e\s*\}(?=[{\d+-])")
_LOOKS = re.compile(r"\\raisebox\s*\{[^{}]*\}|\\(?!times|cdot)[A-Za-z]+\*?|\\[,;!:> ]|[\\{}$*†‡§](?!times|cdot)")
_BEGIN = rf"[\s~≈<>≤≥∼(+]*(?P<value>{VALUE})[\s%]*"
_END = rf"(?P<spread>{VALUE})"
_SIGNED = re.compile(
    rf"{_BEGIN}[\s_^(\[]*±\s*{_END}(?:[\s%]*\)\s*(?P<power>(?:\\times|\\cdot|×|·)\s*10\s*\^\s*-?\d+))?"
)
_ALONE = re.compile(rf"[\s(]*±\s*{_END}")
_BARE = re.compile(rf"{_BEGIN}(?:[_^]?\s*[(\[]\s*{_END}[\s%]*[)\]]|_\s*{_END.replace('spread', 'low')})[\s%]*")
_SAID = re.compile(
    r"\bstandard[\s-](?:deviation|error)s?\b|\bst(?:an)?d\.?\s?(?:dev|err)|\bstd|\bs\.\s?[de]\.|\b(?:SD|SE|SEM)s?\b|±|\\pm(?![A-Za-z])"
)
_REPEATED = re.compile(r"\*\s*\{(\d{1,2})\}\s*\{((?:[^{}]|\{[^{}]*\})*)\}")
_BETWEEN = re.compile(r"[@!]\s*\{(?:[^{}]|\{[^{}]*\})*?\\pm(?![A-Za-z])")


def read_spreads(
    rows: Sequence[Sequence[str]], header_rows: int, caption: str, apart: Sequence[int] = ()
) -> tuple[Spread, ...]:
    """Give the cells below the header that hold a number and its spread.

    Args:
        rows: text of the cells.
        header_rows: how many of them are the header.
        caption: says perhaps what stands in parentheses.
        apart: columns that hold the spread of the number to their left.
    """
    said = _SAID.search(caption) is not None
    columns = [said or any(_SAID.search(row[k]) for row in rows[:header_rows]) for k in range(len(rows[0]) if rows else 0)]  # fmt: skip
    return tuple(_spreads(rows, header_rows, columns, apart))


def _spreads(
    rows: Sequence[Sequence[str]], header_rows: int, said: Sequence[bool], apart: Sequence[int]
) -> Iterator[Spread]:
    for i, row in enumerate(rows[header_rows:], header_rows):
        texts = [plain_signs(cell) for cell in row]
        for k, text in enumerate(texts):
            right = texts[k + 1] if k + 1 < len(texts) and row[k + 1] != row[k] else ""
            beside = f"±{right}" if k + 1 in apart else right
            joined = f"{text} {beside}" if _ALONE.match(beside) else text
            if (found := _pair(joined, bare=said[k])) is not None:
                yield Spread(row=i, column=k, value=found[0], spread=found[1])


def plain_signs(cell: str) -> str:
    r"""Give a cell without what only changes its look, and with one sign for plus or minus.

    >>> plain_signs(r"$\mathbf{93.5} \scriptstyle\pm 2 \times 10^{-4}$")
    '93.5 ± 2 \\times 10^-4'
    """
    return _LOOKS.sub("", _LETTER_E.sub("e", _PLUS_MINUS.sub("±", cell)))


def _pair(text: str, *, bare: bool) -> tuple[float, float] | None:
    """Give a number and its spread; what has no sign has to be as exact as the number: 93.5(3) is another notation."""
    if found := _SIGNED.match(text):
        power = found["power"] or ""
        first, second = found["value"] + power, found["spread"] + power
    elif bare and (found := _BARE.fullmatch(text)):
        first, second = found["value"], found["spread"] or found["low"]
        if "." in first and "." not in second:
            return None
    else:
        return None
    value, spread = as_float(first), as_float(second)
    return (value, spread) if value is not None and spread is not None and spread >= 0 else None


def columns_apart(spec: str) -> tuple[int, ...]:
    r"""Give the columns in front of which the columns' specification prints a plus or minus.

    >>> columns_apart(r"l*{2}{r@{$\,\pm\,$}l}")
    (2, 4)
    """
    spec = _REPEATED.sub(lambda m: m[2] * min(int(m[1]), 50), spec[:2_000])
    return tuple(len(column_wraps(spec[: m.start()])) for m in _BETWEEN.finditer(spec))
