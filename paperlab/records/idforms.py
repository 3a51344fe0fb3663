"""What stands around an arXiv id where people copy it: an address, a label, a stamp, a BibTeX field, the mark of a list.

Source: info.arxiv.org/help/doi (10.48550/arXiv); the rest as seen in browsers, mails, papers and notes.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote

_HOST = re.compile(
    r"(?:(?:https?:)?//)?(?:[\w-]+\.)*(?:arxiv\.org|lanl\.gov|ar5iv\.org|alphaxiv\.org|huggingface\.co|hf\.co|"
    r"scirate\.com|arxiv-vanity\.com|semanticscholar\.org|adsabs\.harvard\.edu)(?::\d+)?/+"
    r"(?:abs|pdf|html|src|e-print|ps|dvi|format|tb|bibtex|papers|arxiv|api/papers|ftp/[\w-]+/papers/\d{4}|"
    r"(?:graph/)?v1/paper|(?:[a-z]{2}/)?(?:overview|abs|resources|audio|review))/+",
    re.ASCII | re.IGNORECASE,
)
_BARE_HOST = re.compile(
    r"(?:https?://)?(?:www\.)?(?:arxiv\.org|ar5iv\.org|api\.semanticscholar\.org)/+(?=\S*\d)", re.ASCII | re.IGNORECASE
)
"""Hosts that lead to a paper by its id alone."""
_AFTER_ID = re.compile(r"(?<=\d)/.*$", re.DOTALL)
"""`/src/1706.03762v5/anc/code.py`, `/html/2401.00001v1/`: what follows the id in an address."""
_DOI = re.compile(
    r"(?:(?:info:)?doi\s*[:/\s]\s*)?(?:(?:https?://)?(?:dx\.|www\.)?doi\.org/)?10\.48550/arxiv\.", re.IGNORECASE
)
_LABEL = re.compile(
    r"(?:cite as[\s:]+|or\s+)?(?:oai:arxiv\.org:|(?:(?:corr|arxiv)[\s,:]+)?(?:abs|pdf)/|"
    r"(?:(?:arxiv\s+)?(?:e-?prints?|preprint)[\s,:]*)?arxiv\s*[:.\-_]?\s*(?:org:)?\s*|(?:arxiv\s+)?(?:e-?prints?|preprint)[\s:]+)",
    re.IGNORECASE,
)
_DATE = r"\s+\d{1,2}\s+[a-z]{3,9}\s+\d{4}"
_STAMP = re.compile(
    rf"(?<=\w)(?:(?:\s*\[[a-z][\w.,;\- ]*\]|\s+\((?:[a-z][\w.\-]*|\d{{4}})\))(?:{_DATE}|,\s*\d{{4}}|\s+for this version)?|{_DATE}|"
    r",\s*(?:19|20)\d\d)\W*$",
    re.IGNORECASE | re.ASCII,
)
"""`[cs.CL] 6 Dec 2017` as on the margin of a PDF, `(cs)` as on the abstract page, `, 2017` as in a reference."""
_APART = re.compile(r"(?<=\d)[\s,(]+v(?:ersion\s*)?(\d{1,4})\)?\W*\Z", re.ASCII | re.IGNORECASE)
"""A version that stands by itself: `1706.03762 (v5)`."""
_BEFORE = re.compile(
    r"\A(?:(?:[-*+\u2022]|\[?\d{1,3}[.)\]])\s+|\w+\s*=\s*(?=[{\"])|\\url(?=\{)|\[[^\n]*\]\((?=\S+\)\W*\Z))*",
    re.ASCII | re.IGNORECASE,
)
"""The mark of a list, `eprint = {` of BibTeX, `\\url{` of LaTeX, `[title](` of Markdown."""
_TAB = re.compile(r"\A\[([\w.:/\-]+)\]\s+(?!.*\d{4}\.?\d{3}).*", re.ASCII)
"""`[1706.03762] Attention Is All You Need`, as arXiv names its pages; with a second id it is a list."""
_TAIL = re.compile(
    r"(?:\.(?:pdf|ps|tar\.gz|gz))?(?:[/.,;:!)\]}>\"'`*|~\\]|[\u2026\u201d\u201c\u2019\u00bb\u3001\u3002\uff01\uff09\uff0c])*$",
    re.IGNORECASE,
)
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212\uff0d"), "-")
_QUOTES = "<([{\"'` \t\u201c\u201e\u2018\u00ab"
_LONGEST = 2000
"""Signs; a longer text is no id but a page."""


def stripped(text: str, old: re.Pattern[str]) -> str:
    """Strip address, label, query, fragment, file ending and what stands around an id on a page.

    `old` is the pattern of ids with a slash. What comes back need not be an id.
    """
    if len(text) > _LONGEST:
        return ""
    visible = "".join(sign for sign in unquote(text).translate(_DASHES) if unicodedata.category(sign) != "Cf")
    core = visible.strip().split("?")[0].split("#")[0].strip()
    core = _BEFORE.sub("", _TAB.sub(r"\1", core))
    core = _STAMP.sub("", _APART.sub(r"v\1", core)).strip(_QUOTES)
    if match := _HOST.match(core) or _BARE_HOST.match(core):
        core = _in_address(core[match.end() :], old)
    for pattern in (_DOI, _LABEL):
        core = core[match.end() :] if (match := pattern.match(core)) else core
    return _TAIL.sub("", core)


def _in_address(path: str, old: re.Pattern[str]) -> str:
    """Cut what follows the id in the path of an address; the slash inside an old id stays."""
    found = old.match(path)
    if found is None:
        return _AFTER_ID.sub("", path)
    return found[0] if path[found.end() : found.end() + 1] == "/" else path
