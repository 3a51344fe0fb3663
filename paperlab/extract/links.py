"""Addresses in the text, sorted into code, data and others."""

from __future__ import annotations

import re
from collections.abc import Iterable

from paperlab.extract.passage import LONGEST, Passage
from paperlab.extract.scan import argument, commands, options
from paperlab.records.extracted import Link

_BARE = re.compile(
    r"https?://[^\s\"<>{}$\\^`|]+|(?<![\w./@-])(?:www\.|github\.com/|huggingface\.co/|gitlab\.com/)[^\s\"<>{}$\\^`|]+"
)
_CODE = re.compile(
    r"github\.com|github\.io/.*code|gitlab\.|bitbucket\.org|codeberg\.org|sourceforge\.net|colab\.research|huggingface\.co/(?!datasets)"
    r"|hf\.co/(?!datasets)|anonymous\.4open\.science|paperswithcode\.com|code\.google|codeocean|pypi\.org|gist\."
)
_DATA = re.compile(
    r"huggingface\.co/datasets|hf\.co/datasets|zenodo\.org|kaggle\.com|figshare\.com|dataverse|archive\.ics\.uci|openml\.org|osf\.io|datadryad"
    r"|\bdata\.|/datasets?\b|physionet\.org|image-net\.org|yann\.lecun\.com/exdb|cs\.toronto\.edu/~kriz|\.(?:zip|csv|tar\.gz)$",
    re.IGNORECASE,
)
_CODE_WORD = re.compile(r"\b(?:code|implementation|software|repository|library|source)\b", re.IGNORECASE)
_DATA_WORD = re.compile(r"\b(?:data\s?sets?|corpus|corpora|data)\b", re.IGNORECASE)
BEFORE = 120
"""Characters before an address in which a word tells what it leads to."""


def read_links(passages: Iterable[Passage]) -> tuple[Link, ...]:
    """Give each address once, in the order of the document."""
    found: dict[str, str] = {}
    for passage in passages:
        for at, address in _addresses(passage.tex[:LONGEST]):
            clean = _clean(address)
            if "." in clean and len(clean) > 5 and not clean.startswith(("mailto:", "#")):
                found.setdefault(clean, kind_of(clean, passage.tex[max(0, at - BEFORE) : at]))
    return tuple(Link(url=url, kind=kind) for url, kind in found.items())


def kind_of(url: str, before: str = "") -> str:
    """Tell what an address leads to, by its server first and by the words before it second.

    >>> kind_of("https://github.com/a/b"), kind_of("https://zenodo.org/record/1"), kind_of("https://a.org/x", "our code is at")
    ('code', 'data', 'code')
    """
    if _DATA.search(url):
        return "data"
    if _CODE.search(url):
        return (
            "data"
            if _DATA_WORD.search(before) and not _CODE_WORD.search(before) and "github" in url and "dataset" in url
            else "code"
        )
    if _CODE_WORD.search(before):
        return "code"
    return "data" if _DATA_WORD.search(before) else "other"


def _addresses(tex: str) -> Iterable[tuple[int, str]]:
    last = 0
    for found in commands(tex, "url", "href", "path", "nolinkurl"):
        if found.start() < last:
            continue
        for bare in _BARE.finditer(tex, last, found.start()):
            yield bare.start(), bare.group()
        address, last = argument(tex, options(tex, found.end()))
        if found.group() == "\\href":
            _, last = argument(tex, last)
        yield found.start(), address
    for bare in _BARE.finditer(tex, last):
        yield bare.start(), bare.group()


def _clean(url: str) -> str:
    url = re.sub(r"\s+", "", url.replace("\\-", "").replace("\\sim", "~"))
    url = re.sub(r"\\([_%&#~])(?:\{\})?", r"\1", url).replace("\\", "").replace("$", "")
    return url.rstrip(".,;:)]'\"}")
