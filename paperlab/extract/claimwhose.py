"""Whose result a sentence of the introduction tells: the paper's own, or that of work which it cites."""

from __future__ import annotations

import re
from collections.abc import Iterable

from paperlab.extract.passage import CITATION, Passage, Sentence, with_citations

_OPENING = re.compile(r"introduction|motivation", re.IGNORECASE)
_OWN = re.compile(r"\b(?:we|our|ours|us|this (?:paper|work|article|study|report)|proposed)\b", re.IGNORECASE)
_EARLIER = re.compile(
    r"(?:^|[,;:(]\s)(?:in |for example, |e\.g\.,? )?(?:(?:some|much|several|many) )?(?:prior|previous|recent|earlier|existing|past) (?:[a-z-]+ )?(?:work|stud|approach|method|paper|research|result|advance|system|model)",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"\b(?:(?:propos|introduc)(?:es?|ed|ing)|(?:present|develop|call|term)(?:s|ed|ing)?|names?|named|dub(?:s|bed)?)\b(?:\s[a-z][\w-]*|\s[\"“(,]){0,4}?[\s\"“(]+(?P<name>[A-Z][\w-]*[A-Z0-9][\w-]*|[A-Z][a-z]{3,})"
)
"""How a paper names what is its own: `we introduce the Glide`, `a method called GLIDE`."""


def own_names(passages: Iterable[Passage]) -> frozenset[str]:
    """Give the names that the abstract gives to what the paper proposes."""
    return frozenset(
        found["name"]
        for passage in passages
        if passage.kind == "abstract"
        for found in _NAMED.finditer(re.sub(r"\\[A-Za-z]+\s?|[{}~]", " ", passage.tex[:6_000]).replace("  ", " "))
    )


def is_others(sentence: Sentence, names: frozenset[str]) -> bool:
    """Tell whether a sentence tells what others found: it cites them, or says so, and neither `we` nor an own name stands in it.

    Results of others stand in the introduction; further on they stand beside the paper's own, as what it is compared to.
    """
    if sentence.passage.kind != "body" or not _OPENING.search(sentence.passage.section or ""):
        return False
    text = sentence.text
    if _OWN.search(text) or any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) for name in names):
        return False
    return _EARLIER.search(text) is not None or CITATION in with_citations(sentence)
