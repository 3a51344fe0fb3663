"""The signs of an implementation: words are looked for first, and no match of a pattern may be lost by that."""

import re
import sys
from itertools import product
from re import _constants as code
from re import _parser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.library.implementable import SIGNS, signs, words


def spelled(tree):
    """Give a text for each way through a pattern: every alternative, and what may be missing once and not at all."""
    return ("".join(parts) for parts in product(*(list(_pieces(*node)) for node in tree)))


def _pieces(kind, value):
    if kind is code.LITERAL:
        yield chr(value)
    elif kind is code.IN:
        yield from (chr(one) if what is code.LITERAL else "x" for what, one in value)
    elif kind is code.BRANCH:
        yield from (text for tree in value[1] for text in spelled(tree))
    elif kind is code.SUBPATTERN:
        yield from spelled(value[3])
    elif kind is code.MAX_REPEAT:
        yield from [""] * (value[0] == 0)
        yield from (text * max(value[0], 1) for text in spelled(value[2]))
    else:
        yield {code.AT: "", code.NOT_LITERAL: " "}[kind]


ALL = [
    (sign, text) for sign in SIGNS for text in spelled(_parser.parse(sign.pattern.pattern)) if sign.pattern.search(text)
]


@pytest.mark.parametrize("text", [text for _, text in ALL])
def test_each_way_through_a_pattern_is_found(text):
    found = {sign.name for sign, other in ALL if other == text}
    assert found <= {name for name, _, _ in signs(text.upper(), "")}


@given(st.sampled_from(SIGNS).flatmap(lambda sign: st.tuples(st.just(sign), st.from_regex(sign.pattern))))
def test_every_match_of_a_pattern_holds_one_of_its_words(drawn):
    sign, text = drawn
    assert not {word.decode() for word in words(text)}.isdisjoint(sign.words.split())


def test_whatever_a_pattern_takes_for_a_letter_is_lowered_to_it():
    letters = re.compile("[a-z]", re.IGNORECASE)
    for sign in filter(letters.match, map(chr, range(sys.maxunicode + 1))):
        (letter,) = words(sign)
        assert re.fullmatch(letter.decode(), sign, re.IGNORECASE), sign
        assert letter in b"abcdefghijklmnopqrstuvwxyz", sign
