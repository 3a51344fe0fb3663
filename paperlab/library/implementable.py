"""How near a paper is to code that runs on a laptop, as its own abstract and comment tell: 0 to 3 points."""

from __future__ import annotations

import re
from typing import NamedTuple


class Sign(NamedTuple):
    """One row of the lexicon."""

    name: str
    points: int
    words: str
    """In lower case, with bars between; each match of the pattern holds one, and to look for them takes a sixth of its time."""
    pattern: re.Pattern[str]


SIGNS: tuple[Sign, ...] = (
    Sign(
        "code link",
        2,
        "github|gitlab|bitbucket|codeberg|sourceforge|huggingface|colab.research|zenodo|withcode.",
        re.compile(
            r"\b(?:github|gitlab|bitbucket|codeberg|sourceforge|huggingface|colab\.research\.google|zenodo)\.(?:com|org|co|net|io)\S*"
            r"|\b[\w-]+\.github\.io\S*|\bpapers?withcode\.com\S*",
            re.IGNORECASE,
        ),
    ),
    Sign(
        "code promised",
        1,
        "code is|code are|code will|code has|code can|open source|open-source|release |pseudocode|pseudo-code"
        "|reference implementation|pip install",
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
        "mnist|cifar|svhn|omniglot|iris|uci|penn treebank|ptb|wikitext|text8|enwik8|tiny|imdb|sst|ag news|agnews|movielens"
        "|cora|citeseer|karate club|cartpole|toy |synthetic |single gpu|laptop|low-resource|low resource",
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
_WORDS = {sign.name: sign.words.split("|") for sign in SIGNS}
_LIKE_ASCII = str.maketrans({"\u0130": "i", "\u0131": "i", "\u017f": "s"})
"""What a pattern without regard to case takes for a letter of ASCII, and `lower` leaves as it is."""


def lowered(text: str) -> str:
    """Give a text in lower case, as patterns without regard to case see it."""
    return (text if text.isascii() else text.translate(_LIKE_ASCII)).lower()


def signs(abstract: str, comment: str | None) -> tuple[tuple[str, int, str], ...]:
    """Give what speaks for an implementation: name, points, and the words found.

    >>> signs("We train on MNIST.", "Code: https://github.com/a/b")
    (('code link', 2, 'github.com/a/b'), ('small data', 1, 'MNIST'))
    """
    text = f"{comment or ''}\n{abstract}"
    low = lowered(text)
    likely = [sign for sign in SIGNS if any(map(low.__contains__, _WORDS[sign.name]))]
    found = [(s.name, s.points, m[0].rstrip(".,;)")) for s in likely if (m := s.pattern.search(text))]
    linked = any(name == "code link" for name, _, _ in found)
    return tuple(row for row in found if not (linked and row[0] == "code promised"))


def points(abstract: str, comment: str | None) -> int:
    """Give 0 to 3: a link to code 2, a promise of it 1, small data 1."""
    return sum(row[1] for row in signs(abstract, comment))
