"""How near a paper is to code that runs on a laptop, as its own abstract and comment tell: 0 to 3 points."""

from __future__ import annotations

import re
from typing import NamedTuple

from paperlab.library.words import split


class Sign(NamedTuple):
    """One row of the lexicon."""

    name: str
    points: int
    words: str
    """In lower case; each match of the pattern holds one as a whole, and to look for them takes a tenth of its time."""
    pattern: re.Pattern[str]


SIGNS: tuple[Sign, ...] = (
    Sign(
        "code link",
        2,
        "github gitlab bitbucket codeberg sourceforge huggingface colab zenodo paperwithcode paperswithcode",
        re.compile(
            r"\b(?:github|gitlab|bitbucket|codeberg|sourceforge|huggingface|colab\.research\.google|zenodo)\.(?:com|org|co|net|io)\S*"
            r"|\b[\w-]+\.github\.io\S*|\bpapers?withcode\.com\S*",
            re.IGNORECASE,
        ),
    ),
    Sign(
        "code promised",
        1,
        "code open release pseudocode pseudo reference pip",
        re.compile(
            r"\b(?:source )?code (?:is|are|will be|has been|can be)\b[^.]{0,40}\b(?:available|released|found|public)"
            r"|\b(?:open[- ]sourced?|release (?:our|the|all) (?:source )?code|pseudo-?code|reference implementation)\b"
            r"|\bpip install\b",
            re.IGNORECASE,
        ),
    ),
    Sign(
        "small data",
        1,
        "mnist fashionmnist mnist1d fashionmnist1d cifar cifar10 cifar100 svhn omniglot iris uci treebank ptb wikitext wikitext2 "
        "text8 enwik8 tinyshakespeare tiny tinystories imdb sst sst2 ag agnews movielens cora citeseer karate cartpole toy "
        "synthetic single laptop resource",
        re.compile(
            r"\b(?:(?:fashion-?)?mnist(?:-?1d)?|cifar-?100?|svhn|omniglot|iris|uci|penn treebank|ptb|wikitext-?2|text8|enwik8"
            r"|tinyshakespeare|tiny stories|tinystories|imdb|sst-?2|ag ?news|movielens|cora|citeseer|karate club|cartpole"
            r"|toy (?:problems?|datasets?|examples?|tasks?|models?)|synthetic (?:data|datasets?|tasks?)|single gpu"
            r"|(?:on )?a laptop|low[- ]resource)\b",
            re.IGNORECASE,
        ),
    ),
)
"""Data sets, hosts and phrases; a promise counts only where no link stands."""
_WORDS = frozenset(word for sign in SIGNS for word in sign.words.encode().split())
_LIKE_ASCII = str.maketrans({"\u0130": "i", "\u0131": "i", "\u017f": "s"})
"""What a pattern without regard to case takes for a letter of ASCII, and `lower` leaves as it is."""


def words(text: str) -> list[bytes]:
    """Give the words of a text in lower case, as patterns without regard to case see them."""
    return split(text if text.isascii() else text.translate(_LIKE_ASCII))


def signs(abstract: str, comment: str | None) -> tuple[tuple[str, int, str], ...]:
    """Give what speaks for an implementation: name, points, and the words found.

    >>> signs("We train on MNIST.", "Code: https://github.com/a/b")
    (('code link', 2, 'github.com/a/b'), ('small data', 1, 'MNIST'))
    """
    text = f"{comment or ''}\n{abstract}"
    told = _WORDS.intersection(words(text))
    likely = [sign for sign in SIGNS if not told.isdisjoint(sign.words.encode().split())] if told else []
    found = [(s.name, s.points, m[0].rstrip(".,;)")) for s in likely if (m := s.pattern.search(text))]
    linked = any(name == "code link" for name, _, _ in found)
    return tuple(row for row in found if not (linked and row[0] == "code promised"))


def points(abstract: str, comment: str | None) -> int:
    """Give 0 to 3: a link to code 2, a promise of it 1, small data 1."""
    return sum(row[1] for row in signs(abstract, comment))
