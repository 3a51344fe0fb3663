"""How SQLite's tokenizer cuts and stems a text, and what that does to `begin*`.

The index holds stems alone: "operation" stands there as "oper", so that no stem begins with "operati", and "dis" is
itself cut to "di", with which "different" begins. Both are mended here.

Source: sqlite.org/fts5.html sections 4.3.1 (unicode61), 4.3.3 (porter); M. F. Porter, An algorithm for suffix
stripping, Program 14(3), 1980, whose endings SUFFIXES holds as they are written.
"""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import combinations, islice

SUFFIXES = (
    "ational ationally ations ation atively ative ators ator ating ated ates izations ization izers izer izing ized izes "
    "ically ical icity icities icated icates icate ivity ivities iveness ively ive abilities ability ably able "
    "ibilities ibility ibly ible fully fulness ful ousness ously ous alism ality alities alize alized ally als al "
    "ances ance ences ence entially ential ently ent ents antly ant ants ements ement ments ment nesses ness "
    "ions ion isms ism ities ity ings ing edly ed ers er ies ied es s y"
).split()
TOKENIZE = "porter unicode61 remove_diacritics 2"
"""As the list and the corpus are indexed: without accents, where a letter has two of them (Nguyễn) too."""
_SMALL = frozenset("an at be by do go he in it me no of on so to up us we".split())
"""Words to which longer ones are cut, `offing` and `inning`, though nobody who asks for those means them."""
_WORD = re.compile(r"[^\W_]+")


class Stemmer:
    """SQLite's own tokenizer, so that what is asked is cut and stemmed as what is indexed."""

    def __init__(self) -> None:
        self._memory = sqlite3.connect(":memory:", isolation_level=None)
        self._memory.execute(f"CREATE VIRTUAL TABLE t USING fts5(x, content = '', tokenize = '{TOKENIZE}')")
        self._memory.execute("CREATE VIRTUAL TABLE v USING fts5vocab(t, instance)")

    def __call__(self, texts: Sequence[str]) -> list[list[str]]:
        """Give the words of each text in order, stemmed."""
        found: list[list[str]] = [[] for _ in texts]
        self._memory.execute("BEGIN")
        self._memory.executemany("INSERT INTO t(rowid, x) VALUES (?, ?)", enumerate(texts))
        for doc, term in self._memory.execute("SELECT doc, term FROM v ORDER BY doc, offset"):
            found[doc].append(term)
        self._memory.execute("ROLLBACK")
        return found

    def cut_shorter(self, begin: str) -> dict[str, str]:
        """Give the stems of words that begin so, but for those that begin so themselves, each with such a word.

        >>> Stemmer().cut_shorter("operati")["oper"], Stemmer().cut_shorter("conv"), Stemmer().cut_shorter("dis")
        ('operational', {}, {'di': 'dis'})
        """
        ends = (s[n:] for s in SUFFIXES for n in range(len(s)) if begin.endswith(s[:n]))
        words = list(dict.fromkeys([begin, *(begin + end for end in ends)]))
        found: dict[str, str] = {}
        for word, stems in zip(words, self(words), strict=True):
            if len(stems) == 1 and not stems[0].startswith(begin) and stems[0] not in _SMALL:
                found.setdefault(stems[0], word)
        return found

    def whole(self, begin: str) -> str | None:
        """Give a word, of which there need be none, that stands in the index as this beginning itself; None for none.

        >>> Stemmer().whole("conv"), Stemmer().whole("schroding")
        ('conv', 'schrodingational')
        """
        words = [begin, *(begin + end for end in SUFFIXES)]
        return next((word for word, stems in zip(words, self(words), strict=True) if stems == [begin]), None)


def parted(text: str) -> tuple[str, str]:
    """Cut a text that is asked as a beginning before its last word: what must be whole, and what begins.

    >>> parted("Deep Learn"), parted("gpt-4"), parted("++")
    (('Deep ', 'learn'), ('gpt-', '4'), ('', '++'))
    """
    words = list(_WORD.finditer(text))
    at = words[-1].start() if words else 0
    return text[:at], (words[-1][0] if words else text).lower()


@cache
def _commands() -> tuple[Mapping[str, str], Mapping[str, str]]:
    r"""Give what is left of a combining sign's command in TeX (`\v{s}`; of `\"o` no letter is), and each letter's command."""
    from paperlab.records.accents import COMBINING, LETTERS  # with patterns that only a word with accents needs

    signs = {mark: f" {name}" for name, mark in COMBINING.items() if name.isalpha()}
    return signs, {letter: name for name, letter in LETTERS.items()}


def as_tex(text: str) -> list[str]:
    r"""Give the words that the index holds of an accented text where its author wrote TeX: `Schr\"odinger`, `Schr\"{o}dinger`.

    >>> as_tex("Schrödinger"), as_tex("Erdős and Łoś"), as_tex("plain")
    (['schr odinger', 'schr o dinger'], ['erd h o s and l o s'], [])
    """
    if text.isascii():
        return []
    ways = zip(*map(_in_tex, unicodedata.normalize("NFC", text.lower())), strict=True)
    told = (" ".join("".join(signs).lower().split()) for signs in ways)
    return [words for words in dict.fromkeys(told) if words != text.lower()]


_ACCENTED = {"": "aeiouycnszlr", "v": "csznretd", "H": "ou", "c": "cst", "k": "ae", "u": "ag", "r": "au"}
"""Command of an accent, empty for a sign -> the letters that it stands on in names and words."""
_PLAIN_LEAST = 5
"""Letters: in a shorter word each way would find words of others."""
_WAYS_MOST = 60
_SIGNED = "aeiouycn"
"""Letters of which a word may have two with a sign for an accent."""


def from_plain(text: str) -> list[str]:
    r"""Give the words that the index holds of a text typed without accents where its author wrote TeX, one accent of it.

    >>> from_plain("Erdos")[-4:], len(from_plain("schrodinger")), from_plain("plus")
    (['erdo s', 'erdo  s ', 'erdo v s ', 'erdo c s '], 27, [])
    """
    text = text.lower()
    ways = [way for start, end in _long_words(text) for at in range(start, end) for way in _one_accent(text, start, at)]
    return list(dict.fromkeys(ways))[:_WAYS_MOST]


def twice_accented(text: str) -> list[str]:
    r"""Give the same for two accents of one word, both of them signs: `P\'eriph\'erique`.

    >>> twice_accented("Cerny")
    [' c erny', ' cer ny', ' cern y', 'c er ny', 'c ern y', 'cer n y']
    """
    text = text.lower()
    words = ([at for at in range(*word) if text[at] in _SIGNED] for word in _long_words(text))
    pairs = islice((pair for word in words for pair in combinations(word, 2)), _WAYS_MOST)
    return [f"{text[:one]} {text[one:two]} {text[two:]}" for one, two in pairs]


def _long_words(text: str) -> list[tuple[int, int]]:
    """Give the places of the words of a text in ASCII that are long enough to be looked for piece by piece."""
    words = _WORD.finditer(text) if text.isascii() else ()
    return [word.span() for word in words if len(word[0]) >= _PLAIN_LEAST and word[0].isalpha()]


def _one_accent(text: str, start: int, at: int) -> Iterator[str]:
    r"""Give the ways to write an accent on a letter of a word that starts at `start`: `\"odinger`, `\"{o}dinger`, `\H{o}s`."""
    before, letter, after = text[:at], text[at], text[at + 1 :]
    for name, letters in _ACCENTED.items():
        if letter in letters:
            if at > start and not name:
                yield f"{before} {letter}{after}"
            yield f"{before} {name} {letter} {after}"


_STROKES = {
    "l": "ł", "o": "ø", "d": "đ", "i": "ı", "ae": "æ", "oe": "œ", "ss": "ß", "th": "þ",
}  # fmt: skip
"""What a keyboard types -> letters that no accent makes of another: the index holds these as they are."""


def stroked(text: str) -> list[str]:
    """Give what the index may hold of a text that was typed without strokes and ligatures, or with them.

    >>> stroked("Lukasz"), stroked("sorensen"), stroked("Łukasz"), stroked("Sch")
    (['łukasz'], ['sørensen'], ['lukasz'], [])
    """
    text = text.lower()
    pairs = [(plain, letter) for plain, letter in _STROKES.items() if plain in text]
    with_ = [text.replace(plain, letter, times) for plain, letter in pairs for times in (1, -1)]
    bare = text
    for plain, letter in _STROKES.items():
        bare = bare.replace(letter, plain)
    return [way for way in dict.fromkeys([bare, *with_]) if way != text]


def _in_tex(sign: str) -> tuple[str, str]:
    r"""Give what the index holds of a letter written `\"o`, and of one written `\"{o}`."""
    signs, letters = _commands()
    base, *marks = list(unicodedata.normalize("NFD", sign))
    if sign in letters:
        return (f" {letters[sign]} ",) * 2
    if len(marks) != 1 or not (base.isascii() and base.isalpha()):
        return sign, sign
    closed = f"{signs.get(marks[0], '')} {base} "
    return (closed if marks[0] in signs else f" {base}"), closed
