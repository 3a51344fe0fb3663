"""What a paper says, as numbered terms: words of title and abstract, authors, categories.

A term's number is a hash of it, so that no dictionary has to be read or kept up to date; which word a number stands
for is seen by taking the paper's text apart again. How often a word stands in the paper is kept as its sublinear
weight, 1 + 1.5 ln(count), in steps of 1/32, which a byte holds. Neither depends on other papers: it is stored once.

Chosen by average precision on records of arXiv (benchmarks/ranker.py): authors by full name at twice the weight of a
word, categories at one; pairs of words add nothing, those of the title for a tenth of the time, those of the abstract
for as much again. A word that comes back weighs more than by 1 + ln(count), which finds papers of one topic less well,
and less than by its count, which finds those of one category less well.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from functools import cache
from math import log, sqrt
from operator import mul
from typing import NamedTuple
from zlib import crc32

SIZE = 1 << 17
"""How many numbers there are: 10,000 papers have about 47,000 terms, of which a third share a number with a rare one."""
STEP = 32
"""A weight of 1 is kept as this."""
_AUTHOR = bytes((2 * STEP,))
AGAIN = 1.5
"""What a word's coming back adds to its weight, times the logarithm of how often it stands there."""

NOTHING = 0
"""Number of a word that says nothing; falsy, so that they are left out in C."""

_STOP = frozenset(
    b"""
    about above across after afterwards again against all almost along already also although always am among an and
    another any are around as at be became because been before being below between both but by can cannot could do does
    done down due during each either else even ever every few first for found from further had has have having he hence
    her here him his how however if in indeed into is it its itself last latter least less made many may me might more
    moreover most much must my namely neither never nevertheless next no nor not nothing now of off often on once one
    only onto or other others our ours out over own per perhaps please rather re same see seem several she should since
    so some still such than that the their them themselves then there therefore these they this those though through
    thus to together too toward under until up upon us very via was we well were what when where whether which while who
    whole whose why will with within without would yet you your

    approach based different given new paper present presented propose proposed provide result results show shown study
    use used using
    """.split()
)
"""Words of every text, and those that stand in most abstracts and tell none from another."""
_BLANKS = bytes(code if code > 127 else ord(chr(code).lower() if chr(code).isalnum() else " ") for code in range(256))
"""For bytes.translate: letters, in lower case, and digits stay, and all bytes of letters outside ASCII."""


class Terms(NamedTuple):
    """A paper's terms: numbers and, beside each, its weight in the paper in steps of 1/32 (1 to 255)."""

    numbers: Sequence[int]
    weights: bytes
    length: float
    """Root of the sum of the squared weights."""

    def packed(self) -> bytes:
        """Give numbers and weights as bytes, five a term, in this machine's order of bytes."""
        return array("I", self.numbers).tobytes() + self.weights


class _Numbers(dict[bytes, int]):
    """Word -> its number; computed once a word."""

    def __missing__(self, word: bytes) -> int:
        number = self[word] = crc32(word) % SIZE or 1
        return number


_numbers = _Numbers.fromkeys([*_STOP, *(bytes((code,)) for code in range(256))], NOTHING)
_number = _numbers.__getitem__


_WEIGHTS = bytes([0, *(min(round(STEP * (1 + AGAIN * log(count))), 255) for count in range(1, 256))])
"""Count -> weight, for bytes.translate; a word that stands 255 times in a paper says no more at the 256th."""
_ONCE = bytes((STEP,))


def split(text: str) -> list[bytes]:
    """Give the words of a text, in lower case; what is no letter or digit parts them."""
    if not text.isascii():
        text = "".join(sign if sign.isalnum() else " " for sign in text).lower()
    return text.encode("utf-8", "replace").translate(_BLANKS).split()


def author(name: str) -> int:
    """Give the number of an author's term.

    >>> author("Ada Lovelace") == author("ada lovelace") < SIZE
    True
    """
    return crc32(name.lower().encode("utf-8", "replace"), 1) % SIZE


@cache
def category(name: str) -> int:
    """Give the number of a category's term."""
    return crc32(name.encode("utf-8", "replace"), 2) % SIZE


def terms(title: str, abstract: str, authors: Iterable[str], categories: Iterable[str]) -> Terms:
    """Take a paper apart; one that says nothing gives no terms."""
    # Counted in C, as numbers: a loop here would cost as much as all else.
    counts = Counter(filter(None, map(_number, split(f"{title} {abstract}"))))
    people, places = list(map(author, authors)), list(map(category, categories))
    weights = _weighed(counts.values()) + _ONCE * len(places) + _AUTHOR * len(people)
    return Terms([*counts, *places, *people], weights, _length(weights))


def _weighed(counts: Collection[int]) -> bytes:
    try:
        return bytes(counts).translate(_WEIGHTS)
    except ValueError:  # more than a byte holds
        return bytes(min(count, 255) for count in counts).translate(_WEIGHTS)


def _length(weights: bytes) -> float:
    """Give the root of the sum of the squared weights; most are 1, and need no sum."""
    others = weights.translate(None, _ONCE)
    return sqrt((len(weights) - len(others)) * STEP**2 + sum(map(mul, others, others))) / STEP or 1.0


def unpacked(blob: bytes, length: float) -> Terms:
    """Give the terms that `Terms.packed` made bytes of."""
    end = len(blob) // 5 * 4
    numbers = array("I")
    numbers.frombytes(blob[:end])
    return Terms(numbers, blob[end:], length)


def spelled(title: str, abstract: str, authors: Sequence[str], categories: Sequence[str]) -> dict[int, str]:
    """Give the words behind the numbers of a paper's terms; where two share a number, a single word is named."""
    said = {_number(word): word.decode() for word in split(f"{title} {abstract}") if _number(word) != NOTHING}
    return {category(name): name for name in categories} | {author(name): name for name in authors} | said
