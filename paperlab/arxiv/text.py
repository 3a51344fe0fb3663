"""Small readings that every source needs: white space, dates, names, categories, signs of withdrawal."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache

from paperlab.errors import UsageError
from paperlab.records.folding import folded

_CATEGORY = re.compile(r"[a-z]+(?:-[a-z]+)*(?:\.[A-Za-z]+(?:-[A-Za-z]+)*)?", re.ASCII)

_THING = (
    r"(?:paper|article|preprint|manuscript|submission|work|draft|note|report|version|document|e-?print|thesis|comment)"
)
_WITHDRAWN = re.compile(
    rf"^\W*withdrawn\b"
    rf"|\b{_THING}\b[^.;]{{0,60}}\b(?:is|was|(?:has|have) been)\s+(?:\w+\s+)?withdrawn\b(?!\s+from\b)"
    rf"|^\W*(?:this\s+)?(?:\w+\s+)?{_THING}?\s*(?:is|was|has been)\s+(?:\w+\s+)?withdrawn\b(?!\s+from\b)"
    rf"|^\W*(?:this\s+)?{_THING}\s+withdrawn\b(?!\s+from\b)"
    rf"|\bwithdrawn\s+by\s+(?:the\s+|its\s+)?(?:\w+\s+)?(?:authors?|arxiv|submitter|administrators?)\b"
    rf"|\bwould like to withdraw (?:this|the|our) {_THING}\b",
    re.IGNORECASE,
)


def squash(text: str | None) -> str:
    r"""Collapse white space; LaTeX stays as it is.

    >>> squash("  A\n   title ")
    'A title'
    """
    return folded((text or "").strip().replace("\n", " "))


def short(address: str) -> str:
    """Give an address for a message: fifty ids in a query are no help to a reader.

    >>> short("http://a/" + "1" * 200)[90:]
    '111111111...'
    """
    return address if len(address) <= 102 else f"{address[:99]}..."


def iso(moment: datetime | None) -> str | None:
    """Give a moment as ISO 8601 UTC; one without a zone counts as UTC."""
    if moment is None:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return f"{aware.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='seconds')}Z"


@lru_cache(maxsize=512)  # the items of a feed share one date
def when(text: str | None) -> str | None:
    """Read a date in the forms that arXiv uses; None for anything else.

    >>> when("Mon, 22 Oct 2018 22:41:50 GMT"), when("2015-12-25")
    ('2018-10-22T22:41:50Z', '2015-12-25T00:00:00Z')
    """
    told = (text or "").strip()
    for read in (_of_http, _of_iso, _of_mail):
        try:
            return read(told)
        except (ValueError, TypeError, OverflowError):
            continue
    return None


_HTTP = re.compile(r"[A-Z][a-z]{2}, ([0-9]{1,2}) ([A-Z][a-z]{2}) ([0-9]{4}) ([0-9]{2}):([0-9]{2}):([0-9]{2}) GMT")
_MONTHS = {name: n for n, name in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), start=1)}


def _of_http(text: str) -> str:
    """Read the form of RFC 9110, of which the dump has millions: the others take five times as long."""
    found = _HTTP.fullmatch(text)
    if found is None or found[2] not in _MONTHS:
        raise ValueError(text)
    day, name, year, hour, minute, second = found.groups()
    datetime(int(year), _MONTHS[name], int(day), int(hour), int(minute), int(second))  # noqa: DTZ001 - is there such a time?
    return f"{year}-{_MONTHS[name]:02}-{day:0>2}T{hour}:{minute}:{second}Z"


def _of_iso(text: str) -> str | None:
    return iso(datetime.fromisoformat(text))


def _of_mail(text: str) -> str | None:
    return iso(parsedate_to_datetime(text))


def categories(terms: Iterable[str]) -> tuple[str, ...]:
    """Keep arXiv's own categories, in order and once; ACM and MSC classes stand beside them in the API.

    >>> categories(["cs.LG", "I.2.6; H.3", "68T05", "hep-th", "cs.LG"])
    ('cs.LG', 'hep-th')
    """
    return tuple(dict.fromkeys(term for term in map(str.strip, terms) if _CATEGORY.fullmatch(term)))


def feed_name(category: str) -> str:
    """Check the name of a feed: an archive, a category, or several with `+`; gives it as arXiv writes it.

    Raises:
        UsageError: anything else.

    >>> feed_name(" stat.ml+hep-th "), feed_name("CS.LG+cond-mat.Mes-Hall")
    ('stat.ML+hep-th', 'cs.LG+cond-mat.mes-hall')
    """
    name = "+".join(map(_cased, category.strip().split("+")))
    if not all(map(_CATEGORY.fullmatch, name.split("+"))) or len(name) > 200:
        raise UsageError(
            f"expected a category like cs.LG or stat.ML+cs.CL, got {category[:80]!r}; see arxiv.org/category_taxonomy"
        )
    return name


def _cased(category: str) -> str:
    archive, dot, part = category.partition(".")
    archive = archive.lower()
    return f"{archive}{dot}{part.lower() if archive in ('physics', 'cond-mat') else part.upper()}"


def publisher_doi(text: str | None) -> str | None:
    """Give the first DOI of the field that is not arXiv's own.

    >>> publisher_doi("10.1016/a 10.1016/b"), publisher_doi("10.48550/arXiv.1706.03762")
    ('10.1016/a', None)
    """
    found = [part for part in re.split(r"[\s;,]+", text or "") if part.startswith("10.")]
    return next((doi for doi in found if not doi.lower().startswith("10.48550/")), None)


def looks_withdrawn(comment: str | None, abstract: str | None) -> bool:
    """Guess from the words; only OAI's arXivRaw says it for sure.

    >>> looks_withdrawn("This paper has been withdrawn by the author", "")
    True
    >>> looks_withdrawn("17 pages; paper withdrawn from IEEE Transactions", "We study.")
    False
    """
    # The words of a withdrawal open an abstract; further down an abstract may speak of other papers.
    return any(_WITHDRAWN.search(text) for text in (squash(comment), squash(abstract)[:160]) if text)


_SUFFIX = re.compile(r"(?:Jr|Sr|II|III|IV|Ph\.?D|M\.?D)\.?", re.IGNORECASE)
_CUT = re.compile(r",\s+(?:and|&)\s+|,\s*|\s+(?:and|&)\s+|;\s*")
_PIECE = re.compile(r"[()]|" + _CUT.pattern)


def names(text: str | None) -> tuple[str, ...]:
    r"""Split a line of authors into names; affiliations in brackets are left out, TeX accents become letters.

    >>> names(r"A. One (CERN, Geneva), B. Two, Jr. and \'Edgar Rold\'an")
    ('A. One', 'B. Two, Jr.', 'Édgar Roldán')
    """
    found: list[str] = []
    for piece in (squash(p) for p in _outside_brackets(squash(text))):
        if found and _SUFFIX.fullmatch(piece):
            found[-1] += f", {piece}"
        elif piece.strip(" .,"):
            found.append(letters(piece))
    return tuple(found)


def letters(text: str) -> str:
    """Turn TeX accents of a name into letters; what is no TeX stays as it is."""
    if "\\" not in text:
        return text
    from pylatexenc.latex2text import LatexNodes2Text

    try:
        return squash(str(LatexNodes2Text(keep_comments=True).latex_to_text(text, tolerant_parsing=True))) or text
    except Exception:  # noqa: BLE001 - a name that no TeX reader understands is still a name
        return text


def _outside_brackets(text: str) -> list[str]:
    """Cut at commas and 'and' outside of brackets; what stands in brackets is dropped."""
    depth, start, pieces, current = 0, 0, [], ""
    for match in _PIECE.finditer(text):
        current += text[start : match.start()] if depth == 0 else ""
        start, sign = match.end(), match[0]
        if sign in "()":
            depth = max(0, depth + (1 if sign == "(" else -1))
        elif depth == 0:
            pieces.append(current)
            current = ""
    return [*pieces, current + (text[start:] if depth == 0 else "")]
