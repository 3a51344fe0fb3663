"""The card: what a learner may mistype is told in one line, with the place and what was expected."""

import tomllib

import pytest

from paperlab.errors import UsageError
from paperlab.records.card import card_from_toml

HEAD = 'slug = "adam"\ntitle = "Adam"\n'
CLAIM = '[[claims]]\nid = "a"\nplace = "Table 1"\n'

WRONG = {
    "nothing": ("", "expected slug and title, found none"),
    "no place": (HEAD + '[[claims]]\nid = "a"', "claim a: expected place, found none"),
    "an id without quotes": (HEAD + "id = 1412.6980", 'expected id to be text in quotes: "...", got 1412.698'),
    "a date": (HEAD + "published = 2014-12-22", "expected published to be text in quotes"),
    "a title that is a number": ('slug = "adam"\ntitle = 3', "expected title to be text in quotes"),
    "one author": (HEAD + 'authors = "Kingma"', "expected authors to be a list of texts"),
    "authors that are numbers": (HEAD + "authors = [1, 2]", "expected authors to be a list of texts"),
    "a version in words": (HEAD + 'version = "two"', "expected version to be a whole number, got two"),
    "a number in quotes": (HEAD + CLAIM + 'paper = "93.2"', "claim a: expected paper to be a number without quotes, got 93.2"),
    "no number": (HEAD + CLAIM + "minimum_effect = nan", "expected minimum_effect to be a number without quotes, got nan"),
    "one arm": (HEAD + CLAIM + 'compare = "ours"', "expected compare to be a list of texts"),
    "three arms": (HEAD + CLAIM + 'compare = ["a", "b", "c"]', "expected compare to name one or two arms, got 3"),
    "less than no tolerance": (HEAD + CLAIM + "tolerance = -0.1", "expected tolerance to be 0 or more, got -0.1"),
    "yes": (HEAD + CLAIM + 'main = "yes"', "expected main to be true or false, got yes"),
    "two sizes": (HEAD + CLAIM + 'kind = "slope"\nover = { a = 1, b = 2, c = 2 }', "expected over to give 3 sizes or more, all above 0"),
    "no size": (HEAD + CLAIM + 'kind = "slope"\nover = { a = 0, b = 1, c = 2 }', "expected over to give 3 sizes or more, all above 0"),
    "sizes in words": (HEAD + CLAIM + 'kind = "slope"\nover = { a = "1" }', "expected over to be a table of numbers"),
    "sizes of no slope": (HEAD + CLAIM + "over = { a = 1, b = 2, c = 3 }", 'expected kind = "slope" beside `over`, got .property.'),
    "a slope and a pair": (HEAD + CLAIM + 'kind = "slope"\nover = { a = 1, b = 2, c = 3 }\ncompare = ["a"]', "expected neither compare nor control"),
    "symbols in symbols": (HEAD + "[symbols.x]\ny = 'z'", "expected symbols to be a table of texts"),
    "claims as text": (HEAD + 'claims = "x"', r"expected each claim below a line \[\[claims\]\]"),
    "one claim": (HEAD + '[claims]\nid = "a"', r"expected each claim below a line \[\[claims\]\]"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_mistake_in_the_card_is_named_with_its_place(name: str) -> None:
    text, message = WRONG[name]
    with pytest.raises(UsageError, match=rf"^paper\.toml.*{message}"):
        card_from_toml(tomllib.loads(text), where="paper.toml")


def test_numbers_may_be_whole_and_lists_empty() -> None:
    card = card_from_toml(tomllib.loads(HEAD + "authors = []\n" + CLAIM + "paper = 93"), where="paper.toml")
    assert (card.authors, card.claims[0].paper) == ((), 93)
