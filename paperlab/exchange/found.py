"""From what a file says of a work to the work: which id it has, what it is tagged with, which entries are one work."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from html import unescape
from typing import Any

from paperlab.records.folding import folded
from paperlab.records.ids import PaperId
from paperlab.records.naming import canonical, doi
from paperlab.records.paper import PaperRecord
from paperlab.records.titles import bare
from paperlab.records.works import Reading, Work

_ID = r"(?:[a-z]{2,}(?:-[a-z]+)?(?:\.[a-z]{2})?/\d{7}|\d{4}\.\d{4,5})(?:v\d{1,4})?(?![\d/])"
_IN_TEXT = re.compile(
    rf"(?:\barxiv\b[\s:.,]*(?:preprint\s*)?(?:arxiv[\s:]*)?|\b(?:corr|arxiv)?[\s,]*abs/|arxiv\.org/(?:abs|pdf|html)/|10\.48550/arxiv\.)({_ID})",
    re.IGNORECASE | re.ASCII,
)
_CATEGORY = re.compile(r"[a-z]+(?:-[a-z]+)*(?:\.[A-Za-z]+(?:-[A-Za-z]+)*)?", re.ASCII)


class Broken(Exception):
    """One entry of a file that cannot be read; its message says what was expected and what came."""


def each(rows: Iterable[Any], work: Callable[[Any], Work], *, word: str, format: str) -> Reading:
    """Read each row as a work; one that is broken costs one line, which calls it `word` and its number."""
    works, faults = [], []
    for number, row in enumerate(rows, 1):
        try:
            works.append(work(row))
        except Broken as error:
            faults.append(f"{word} {number}: {error}")
    return Reading(works=once(works), faults=tuple(faults), format=format)


def named(ids: Iterable[str | None], texts: Iterable[str | None] = ()) -> PaperId | None:
    """Give the arXiv id among what may be ids as a whole, and texts that may name one; a version from any of them.

    >>> named([None, "https://example.org"], ["see arXiv:1706.03762v5 [cs.CL]"])
    PaperId(base='1706.03762', version=5)
    """
    whole, parts = [*filter(None, ids)], [*filter(None, texts)]
    first = next(_all(whole, parts), None)
    if first is None or first.version is not None:
        return first
    # Almost nothing names a version: to look at a text costs a hundredth of reading it.
    rest = [text for text in (*whole, *parts) if f"{first.base}v" in text]
    versions = (found for found in _all(rest, rest) if found.base == first.base and found.version)
    return next(versions, first)


def _all(ids: Sequence[str], texts: Sequence[str]) -> Iterator[PaperId]:
    for text in ids:
        if found := PaperId.maybe(text):
            yield found
    for text in texts:
        for match in _IN_TEXT.finditer(text):
            if found := PaperId.maybe(match[1]):
                yield found


def key_of(
    found: PaperId | None, *, dois: Iterable[str | None] = (), urls: Iterable[str | None] = (), key: str = "", title: str = ""
) -> str:  # fmt: skip
    """Give the canonical id of a work: its arXiv id, else DOI, address, citation key, else the words of its title.

    Raises:
        Broken: it has none of these.
    """
    if found:
        return found.base
    for text in dois:
        if text and (kept := doi(text)):
            return f"doi:{kept}"
    for text in urls:
        if text and (kept := canonical(text)):
            return kept
    if not (key.strip() or title.strip()):
        raise Broken("expected an arXiv id, a DOI, an address or a title, found none")
    return f"bib:{'-'.join(key.split())[:200] or _slug(title)}"


def _slug(title: str) -> str:
    """Make a key of a title: its letters and digits in any script, so that the same title gives the same key."""
    words = re.findall(r"\w+", title.casefold())
    return "-".join(words)[:80].strip("-") or hashlib.sha256(title.encode("utf-8", "replace")).hexdigest()[:12]


_MARKER = re.compile(r"\s*arxiv\s*:\s*\S+(?:\s*\[[\w.\- ]+\])?\s*", re.IGNORECASE)
_COMMENT = re.compile(r"\s*Comment:\s*(.+)", re.DOTALL)


def notes(texts: Iterable[str]) -> tuple[str | None, str]:
    """Tell arXiv's comment, which Zotero keeps as a note, from what a person wrote; what only names the id is neither.

    >>> notes(["Comment: 15 pages", "arXiv:1706.03762 [cs]", "Read this."])
    ('15 pages', 'Read this.')
    """
    comment, own = None, []
    for text in texts:
        if match := _COMMENT.fullmatch(text):
            comment = comment or match[1].strip()
        elif text.strip() and not _MARKER.fullmatch(text):
            own.append(text.strip())
    return comment, "\n\n".join(own)


def plain(note: str) -> str:
    """Read the HTML of a note of Zotero's as text; paragraphs stay apart."""
    if "<" not in note:
        return unescape(note).strip()
    text = re.sub(r"<\s*(?:br|/p|/li|/h\d|/div|/tr)\b[^>]*>", "\n", note, flags=re.IGNORECASE)
    text = unescape(re.sub(r"<[^>]{0,2000}>", "", text))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.strip() for line in text.split("\n"))).strip()


def prose(abstract: str) -> str:
    """Give the text of an abstract; Crossref has it as an article's XML, and Zotero takes it as it comes.

    >>> prose("<jats:p>We show <jats:italic>x</jats:italic>.</jats:p>"), prose("a < b and c > d")
    ('We show x.', 'a < b and c > d')
    """
    return folded(plain(_BLOCK.sub(" ", _CALLED_SO.sub("", abstract)))) if "<jats:" in abstract else abstract.strip()


_CALLED_SO = re.compile(r"<jats:title>\s*abstract\s*</jats:title>", re.IGNORECASE)
_BLOCK = re.compile(r"</?jats:(?:p|title|sec|list|list-item)\b[^>]*>", re.IGNORECASE)


_ARXIV_ONLY = re.compile(
    r"(?:arxiv|corr)\b.*|(?:e-?print|preprint)s?\b.*arxiv.*|https?://.*", re.IGNORECASE | re.DOTALL
)


def elsewhere(texts: Iterable[str | None]) -> str | None:
    """Give the first text that tells more than arXiv itself; `arXiv preprint arXiv:1706.03762` and CoRR do not.

    >>> elsewhere(["CoRR", "arXiv:1412.6980 [cs]", "Nature"])
    'Nature'
    """
    return next((text for text in texts if text and not _ARXIV_ONLY.fullmatch(text)), None)


_GAP = re.compile(r"[\s,;\"'\0]+(?:-[\s,;\"']+)?")


def tags(words: Iterable[str]) -> tuple[str, ...]:
    """Make tags of keywords: lower case, `-` for blanks, without comma, semicolon and quote, at most 50 characters.

    >>> tags(["Deep Learning", "Computer Science - Machine Learning", "", "-odd-"])
    ('deep-learning', 'computer-science-machine-learning', '-odd-')
    """
    return tuple(dict.fromkeys(filter(None, (_tag(word.strip().lower()) for word in words if word))))


def _tag(word: str) -> str:
    """What is a tag as it stands stays: an import of an export changes nothing."""
    return _GAP.sub("-", word).strip("-")[:50].strip("-") if _GAP.search(word) else word[:50]


def categories(words: Iterable[str]) -> tuple[str, ...]:
    """Keep what can be a category of arXiv, in order and once."""
    return tuple(dict.fromkeys(word for word in map(str.strip, words) if _CATEGORY.fullmatch(word)))


def work(
    id: str, version: int | None, title: str, authors: Sequence[str] = (), *, primary: str | None = None,
    of_arxiv: Sequence[str] = (), facts: dict[str, Any] | None = None, **entry: Any,
) -> Work:  # fmt: skip
    """Make a work of what was read.

    Args:
        id: canonical.
        version: the version of arXiv's that was named.
        title: empty where the file tells the id alone; a work that arXiv does not have is then called by its id.
        authors: as read.
        primary: primary category.
        of_arxiv: categories.
        facts: other fields of the record.
        entry: fields of the work.
    """
    title = folded(title)
    primary = primary if primary and _CATEGORY.fullmatch(primary) else None
    if not title and id.startswith(("doi:", "url:", "bib:")):
        title = id.removeprefix("url:").removeprefix("bib:")
    if not title:
        return Work(id=id, version=version, **entry)
    facts = dict(facts or {})
    facts["doi"] = facts.get("doi") or (id.removeprefix("doi:") if id.startswith("doi:") else None)
    record = PaperRecord(
        id=id, version=version, title=title, authors=tuple(a for a in authors if a.strip()), primary_category=primary,
        categories=categories([*([primary] if primary else []), *of_arxiv]), **facts,
    )  # fmt: skip
    return Work(id=id, version=version, record=record, **entry)


def once(works: Iterable[Work]) -> tuple[Work, ...]:
    """Join the entries that are one work: what the first does not tell, the next may; tags come together."""
    items = list(works)
    by_doi = {f"doi:{w.record.doi}": w.id for w in items if w.record and w.record.doi and not w.id.startswith("doi:")}
    kept: dict[str, Work] = {}
    for item in items:
        id = by_doi.get(item.id, item.id)
        id = _free(kept, id, item) if id.startswith("bib:") else id
        kept[id] = _joined(kept[id], item) if id in kept else _called(item, id)
    return tuple(kept.values())


def _called(item: Work, id: str) -> Work:
    if id == item.id:
        return item
    return dataclasses.replace(item, id=id, record=item.record and dataclasses.replace(item.record, id=id))


def _free(kept: dict[str, Work], id: str, item: Work) -> str:
    """Give another key to a work that only shares its citation key with another."""
    name, number = id, 1
    while name in kept and _title(kept[name]) != _title(item):
        number += 1
        name = f"{id}-{number}"
    return name


def _title(item: Work) -> str:
    return bare(item.record.title) if item.record else ""


def _joined(first: Work, other: Work) -> Work:
    values = {f.name: getattr(first, f.name) or getattr(other, f.name) for f in dataclasses.fields(Work)}
    values["tags"] = tuple(dict.fromkeys((*first.tags, *other.tags)))
    if first.record and other.record:
        names = [f.name for f in dataclasses.fields(PaperRecord)]
        both = {n: getattr(first.record, n) or getattr(other.record, n) for n in names}
        values["record"] = PaperRecord(**both | {"id": first.id})
    elif values["record"]:
        values["record"] = dataclasses.replace(values["record"], id=first.id)
    return Work(**values)
