r"""Python names for the paper's symbols and titles.

`W^Q_i` becomes `W_Q_i`, `\hat{m}_t` becomes `m_hat_t`, `\lambda` becomes `lambda_`.
"""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Collection

from paperlab.records.card import VERBS

TAKEN = frozenset(
    {
        "Float",
        "SHAPES",
        "Tensor",
        "Callable",
        "Any",
        "annotations",
        "range",
        "NotImplementedError",
        "torch",
        "self",
        "print",
    }
)
"""Names that the generated model.py uses itself."""

_ARTICLES = frozenset({"a", "an", "the", "on", "towards", "toward"})
_SMALL = frozenset(
    "a an the of for on in at to by with from via into onto under over between through towards toward as and or nor but "
    "that which using versus vs per without within beyond".split()
)
"""Words that a folder's name does not end with."""
_LONGEST = 40
_APOSTROPHE = re.compile(r"(?<=\w)['\u2019](?=\w)")
"""Stands inside a word and doesn't part it."""


_GREEK_WORDS = re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]{3,}[\u0370-\u03ff\u1f00-\u1fff\s]*")
"""Fewer Greek letters alone are symbols."""


def ascii_words(text: str) -> list[str]:
    """Give the ASCII words of `text`: Greek symbols by their names, words of any script by their sound.

    >>> ascii_words('Über θ-nets: "fast"'), ascii_words("Глубокое обучение")
    (['Uber', 'theta', 'nets', 'fast'], ['Glubokoe', 'obuchenie'])
    """
    spelt = _GREEK_WORDS.sub(
        lambda found: " ".join(map(_sound, found[0].split())) + " ", unicodedata.normalize("NFC", text)
    )
    return re.findall(r"[A-Za-z0-9]+", "".join(_ascii(c) for c in spelt))


def _ascii(character: str) -> str:
    if character.isascii():
        return character
    folded = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode()
    if folded:
        return folded
    # Unicode spells one of the letters its own way.
    spelt = unicodedata.name(character, "").replace("LAMDA", "LAMBDA")
    greek = re.match(r"GREEK (SMALL|CAPITAL) LETTER (?:FINAL )?(\w+)", spelt)
    if greek:
        name = greek[2].lower()
        return f" {name if greek[1] == 'SMALL' else name.capitalize()} "
    kind = unicodedata.category(character)
    return _sound(character) if kind[0] in "LMN" else "" if kind == "Cf" else " "


def _sound(word: str) -> str:
    """Transliterate: what the library writes for a letter is no border of a word."""
    from anyascii import anyascii

    return re.sub("[^A-Za-z0-9]", "", anyascii(word))


def identifier(parts: str | list[str], *, fallback: str = "x") -> str:
    """Give a legal Python identifier of at most 40 characters; keywords get a trailing underscore.

    >>> identifier('lambda'), identifier('2nd try'), identifier('')
    ('lambda_', 'x_2nd_try', 'x')
    """
    words = ascii_words(" ".join(parts) if isinstance(parts, list) else parts)
    name = "_".join(words)[:_LONGEST].strip("_") or fallback
    if name[0].isdigit():
        name = f"{fallback}_{name}"[:_LONGEST].rstrip("_")
    reserved = keyword.iskeyword(name) or keyword.issoftkeyword(name) or name in TAKEN
    return f"{name}_" if reserved else name


def unique(name: str, taken: Collection[str], *, hint: str = "") -> str:
    """Give `name`, or `name_hint`, or `name_2`, `name_3` ... whichever is free first."""
    if name not in taken:
        return name
    if hint and (hinted := f"{name.rstrip('_')}_{hint}") not in taken:
        return hinted
    number = 2
    while f"{name.rstrip('_')}_{number}" in taken:
        number += 1
    return f"{name.rstrip('_')}_{number}"


def make_slug(title: str, taken: Collection[str], *, id: str | None = None) -> str:
    """Give the name of an implementation's folder from the title's first words; from its id where it has no word.

    A short head before a colon is the method's name; else the first three words without a leading article, and more
    where the third is a small one or part of a compound. Never a keyword, never a verb of `paperlab bench`.

    >>> make_slug('Adam: A Method for Stochastic Optimization', ())
    'adam'
    >>> make_slug('Attention Is All You Need', {'attention_is_all'})
    'attention_is_all_2'
    >>> make_slug("Don't Unroll Adjoint", ())
    'dont_unroll_adjoint'
    >>> make_slug('', (), id='1706.03762')
    'paper_1706_03762'
    """
    title = _APOSTROPHE.sub("", title)
    head, colon, _ = title.partition(":")
    words = [w.lower() for w in ascii_words(head[:400])]
    if not (colon and 0 < len(words) <= 3):
        words = _first_words([w.lower() for w in ascii_words(title[:400])], set(_HYPHEN.findall(title[:400].lower())))
    name = identifier(words or (id or "").lower(), fallback="paper").rstrip("_")
    if keyword.iskeyword(name) or keyword.issoftkeyword(name) or name in VERBS | TAKEN:
        name = f"{name}_paper"
    return unique(name, taken)


_HYPHEN = re.compile(r"(\w+)[-\u2010\u2011](?=(\w+))")


def _first_words(words: list[str], compounds: Collection[tuple[str, str]]) -> list[str]:
    """Give three words, or as many more as reach the end of a compound that means something, of forty letters at most."""
    while len(words) > 1 and words[0] in _ARTICLES:
        words = words[1:]
    fitting = [n for n in range(1, len(words) + 1) if len("_".join(words[:n])) <= _LONGEST]
    ends = [n for n in fitting if words[n - 1] not in _SMALL and tuple(words[n - 1 : n + 1]) not in compounds]
    end = next((n for n in ends if n >= 3), ends[-1] if ends else 3)
    return words[:end]
