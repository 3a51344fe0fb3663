"""Numbers as papers write them, brought to one form."""

from __future__ import annotations

import re

_DIGITS = r"(?:\d{1,3}(?:(?:,|\{,\}|\\,)\d{3})+(?!\d)|\d{1,3}(?: \d{3})+(?!\.?\d|-)|\d+(?:\.\d+)?|\.\d+)"
_EXPONENT = r"(?:\s*(?:\\times|\\cdot|×|·)\s*10\s*\^?\s*\{?\s*[-−–]?\s?\d+\s*\}?|[eE](?:\^\s*)?\{?[-−–+]?\d+\}?)"
VALUE = rf"(?:(?:10|2)\s*\^\s*\{{?\s*[-−–]?\s?\d+\s*\}}?|[-−–]?{_DIGITS}{_EXPONENT}?)"
"""A regular expression for a number: `0.1`, `1e-4`, `$2 \\times 10^{-5}$`'s inside, `10,000`."""
WORDS = {w: str(i) for i, w in enumerate("zero one two three four five six seven eight nine ten eleven twelve".split())}
LARGE = {"thousand": "K", "million": "M", "billion": "B", "trillion": "T"}
_POWER = re.compile(r"(?:([\d.]+)\s*(?:\\times|\\cdot|×|·|\*|x)\s*)?10\s*\^\s*\{?\s*([-+]?\s?\d+)\s*\}?")
_OF_TWO = re.compile(r"2\s*\^\s*\{?\s*([-+]?\s?\d{1,2})\s*\}?")
_THOUSANDS = re.compile(r"(?<=\d)(?:,|\{,\}|\\,|\s)(?=\d{3}(?!\d))")
_UPRIGHT = re.compile(r"\s*\\(?:mathrm|text|textrm|rm)\s*\{\s*([A-Za-z])\s*\}")
r"""A letter set upright: `5.5 \mathrm{M}`, `3\mathrm{e}{-4}`."""
_PLAIN = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")


def plain(text: str) -> str:
    r"""Write a value in one plain form, as text.

    >>> plain(r"$2 \times 10^{-5}$"), plain("10,000"), plain("$10^{-3}$"), plain("$1e^{-3}$"), plain("5 %"), plain("cosine")
    ('2e-5', '10000', '1e-3', '1e-3', '5%', 'cosine')
    >>> plain("$2^{9}$"), plain("2^{-3}")
    ('512', '0.125')
    """
    value = text.replace("$", "").replace("−", "-").replace("–", "-").replace("\\%", "%").strip().rstrip(".,;")
    if "\\" in value:
        value = _UPRIGHT.sub(r"\1", value.replace("{\\times}", "\\times"))
        value = re.sub(r"^(?:\{?\\(?:sim|approx)\}?|\\!)\s*", "", value).replace("\\!", "")
    value = _THOUSANDS.sub("", value)
    value = re.sub(r"(?<=\d)\s+(%|[MB]$)", r"\1", value)
    found = _POWER.fullmatch(value)
    if found:
        return f"{found.group(1) or '1'}e{int(found.group(2).replace(' ', ''))}"
    if found := _OF_TWO.fullmatch(value):
        power = int(found.group(1).replace(" ", ""))
        return str(2**power if power >= 0 else 2.0**power)
    return re.sub(r"(?<=\d)\s*[eE]\s*\^?\s*\{?([-+]?\d+)\}?$", r"e\1", value)


_ROW = re.compile(
    rf"(?<![\w.=<>^])(?<!\bby\s)(?P<row>(?>\$?(?>{VALUE})\$?)(?:(?:,\s+\$?(?>{VALUE})\$?)+(?:,(?=\s))?|))\s+(?:and|or)\s+\$?$"
)


def row_before(text: str, at: int) -> tuple[int, list[str]]:
    """Give where a row begins that ends with the number at a place, and the numbers of it before that one.

    >>> row_before("we use 250, 1,000, and 4,000 images", 23), row_before("we use 8 images", 7)
    ((7, ['250', '1,000']), (7, []))
    """
    found = _ROW.search(text, max(0, at - 80), at)
    return (found.start("row"), re.findall(VALUE, found["row"])) if found else (at, [])


def sized(value: str, unit: str | None) -> str:
    """Write a number or a word for one with its unit, a word for a large number as a letter.

    >>> sized("two", " million"), sized("5", "k"), sized("30", None)
    ('2M', '5k', '30')
    """
    unit = (unit or "").strip()
    return WORDS.get(value.lower(), value) + LARGE.get(unit.lower(), unit)


def as_float(text: str) -> float | None:
    """Give the number of a value or of a table cell (what stands before `±`, a unit or a mark), or None.

    >>> as_float("28.4"), as_float("87.9±0.2"), as_float("1,024"), as_float("n/a")
    (28.4, 87.9, 1024.0, None)
    """
    value = plain(re.sub(r"[*†‡§]|\\(?:mathbf|textbf|bm|mathrm)|[{}]", "", text)) if "^" not in text else plain(text)
    found = _PLAIN.match(value.lstrip("~≈<>≤≥∼( "))
    if found is None:
        return None
    try:
        return float(found.group())
    except (ValueError, OverflowError):
        return None
