"""What identifies a cited paper in the text of a reference: arXiv id, DOI, year, address."""

from __future__ import annotations

import re

_NEW = r"\d{4}\.\d{4,5}"
_OLD = r"[a-z]+(?:-[a-z]+)?(?:\.[A-Za-z-]{2,12})?/\d{7}"
_ARXIV = (
    re.compile(rf"arxiv\.org/(?:abs|pdf|html|e-print)/\s*({_NEW}|{_OLD})", re.IGNORECASE),
    re.compile(rf"10\.48550/arxiv\.({_NEW}|{_OLD})", re.IGNORECASE),
    re.compile(
        rf"\barxiv(?:\.org)?\s*(?:e-?prints?|preprint)?\s*(?:arxiv)?\s*[:,./]?\s*(?:abs/)?\s*({_NEW}|{_OLD})",
        re.IGNORECASE,
    ),
    re.compile(rf"\bCoRR\b[\s,]*(?:abs/)({_NEW}|{_OLD})", re.IGNORECASE),
    re.compile(rf"\babs/({_NEW}|{_OLD})", re.IGNORECASE),
    re.compile(
        r"(?<![\w/.-])((?:astro-ph|cond-mat|cs|gr-qc|hep-(?:ex|lat|ph|th)|math(?:-ph)?|nlin|nucl-(?:ex|th)|physics|q-bio|quant-ph|stat|cmp-lg)(?:\.[A-Za-z-]{2,12})?/\d{7})(?!\d)"
    ),
)
_ARXIV_NEAR = re.compile(r"arxiv|corr\b|e-?print|preprint", re.IGNORECASE)
_BARE = re.compile(r"(?<![\d./-])(\d{4}\.\d{4,5})(?:v\d+)?(?![\d.])")
_DOI = re.compile(r"\b(10\.\d{4,9}/[^\s\"<>{}$\\,;]+)", re.IGNORECASE)
_URL = re.compile(r"https?://[^\s\"<>{}$\\^`|]+", re.IGNORECASE)
_YEAR = re.compile(r"(?<![\d\w./:–-])((?:1[6-9]|20)\d\d)[a-z]?(?![\d\w/]|\.\d|[-–]\d)")
_MONTH = range(1, 13)


def arxiv_id(text: str) -> str | None:
    """Find an arXiv id, without version.

    >>> arxiv_id("arXiv preprint arXiv:1907.11692v2, 2019"), arxiv_id("CoRR, abs/1412.6980"), arxiv_id("cs.LG/0306001")
    ('1907.11692', '1412.6980', 'cs.LG/0306001')
    """
    for pattern in _ARXIV:
        found = pattern.search(text)
        if found and _possible(found.group(1)):
            return found.group(1)
    near = _ARXIV_NEAR.search(text)
    bare = _BARE.search(text, near.start()) if near else None
    return bare.group(1) if bare and _possible(bare.group(1)) else None


def _possible(found: str) -> bool:
    """New ids begin with year and month, so that a page range is none."""
    return "/" in found or int(found[2:4]) in _MONTH


def doi(text: str) -> str | None:
    """Find a DOI; a full stop at its end is the sentence's. arXiv's own DOIs are ids, not journals'."""
    found = _DOI.search(text.replace("\\_", "_").replace("\\", ""))
    text = found.group(1).rstrip(".)]") if found else ""
    if text.count("(") > text.count(")"):
        text += ")"
    return text if text and not text.lower().startswith("10.48550/arxiv") else None


def url(text: str) -> str | None:
    """Find the first address that is not a DOI's."""
    for found in _URL.finditer(text):
        address = found.group().rstrip(".,;:)]'”’")
        if "doi.org/10." not in address:
            return address
    return None


def year(text: str) -> int | None:
    """Find the year of publication: one in round brackets, else the last number that can be one.

    >>> year("JMLR, 11:1601--1604, 2010."), year("(1999) Volume 2001")
    (2010, 1999)
    """
    plain = re.sub(
        rf"{_URL.pattern}|{_DOI.pattern}|{_NEW}|pages?\s*[\d–-]+|pp\.?\s*[\d–-]+", " ", text, flags=re.IGNORECASE
    )
    bracket = re.search(r"\(\s*(?:[A-Z][a-z]+\.?\s+)?((?:1[6-9]|20)\d\d)[a-z]?\s*\)", plain)
    if bracket:
        return int(bracket.group(1))
    found = _YEAR.findall(plain)
    return int(found[-1]) if found else None
