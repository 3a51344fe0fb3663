"""OAI-PMH: licence, version history and harvest. Pure: bytes in, records out.

Source: info.arxiv.org/help/oa (formats arXiv, arXivRaw, oai_dc); openarchives.org/OAI/openarchivesprotocol.html.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from paperlab.arxiv.markup import name_of, read_xml
from paperlab.arxiv.text import categories, letters, looks_withdrawn, names, publisher_doi, squash, when
from paperlab.records.ids import PaperId
from paperlab.records.paper import PaperRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One line of a paper's history."""

    number: int
    """1 or more."""
    date: str | None
    """ISO 8601 UTC."""
    size: str
    """As arXiv writes it: `401kb`."""
    source_type: str
    """Letters of arXiv: S source, D pdf made from it, I ignore (withdrawn), H html ..."""

    @property
    def withdrawn(self) -> bool:
        """True where nothing is left of this version: `I`, or no bytes."""
        return "I" in self.source_type or re.fullmatch(r"0+\s*kb", self.size, re.IGNORECASE) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class OaiPage:
    """What one OAI answer holds."""

    records: tuple[PaperRecord, ...] = ()
    token: str | None = None
    """Asks for the next page; None on the last one."""
    deleted: tuple[str, ...] = ()
    """Ids of records that the repository deleted."""
    error: tuple[str, str] | None = None
    """OAI's error code and its words: `idDoesNotExist`, `noRecordsMatch` ..."""
    versions: Mapping[str, tuple[Version, ...]] = field(default_factory=dict)
    """History by id; arXivRaw alone has it."""
    problems: tuple[str, ...] = ()
    """Records that could not be read; each costs itself alone."""


def parse_oai(body: bytes, *, address: str = "OAI") -> OaiPage:
    """Read an answer of GetRecord or ListRecords in any of arXiv's three formats, or a single <record>.

    Raises:
        BadAnswer: no XML, XML that is cut, or another document.
    """
    names_of_roots = ("OAI-PMH", "record", "ListRecords", "GetRecord")
    root = read_xml(body, names=names_of_roots, wanted="an OAI answer", address=address)
    return _page(root)


def _page(root: Any) -> OaiPage:
    records: list[PaperRecord] = []
    deleted: list[str] = []
    problems: list[str] = []
    versions: dict[str, tuple[Version, ...]] = {}
    for element in root.iter("{*}record"):
        header = element.find("{*}header")
        identifier = _text(header, "identifier")
        if header is not None and header.get("status") == "deleted":
            deleted.append(_base(identifier) or identifier)
            continue
        record, history = _record(element, identifier)
        if record is None:
            problems.append(f"record {identifier or '?'} could not be read; left out")
            continue
        records.append(record)
        versions |= {record.id: history} if history else {}
    error = root.find(".//{*}error")
    return OaiPage(
        records=tuple(records),
        token=squash(root.findtext(".//{*}resumptionToken")) or None,
        deleted=tuple(deleted),
        error=None if error is None else (error.get("code", ""), squash(error.text)),
        versions=versions,
        problems=tuple(problems),
    )


def _record(element: Any, identifier: str) -> tuple[PaperRecord | None, tuple[Version, ...]]:
    """Read one <record> by the format of what stands in its <metadata>."""
    metadata = element.find("{*}metadata")
    body = next(iter(metadata), None) if metadata is not None else None
    read = _READERS.get(name_of(body)) if body is not None else None
    base = _base(_text(body, "id") if body is not None else "") or _base(identifier)
    if read is None or base is None or not _text(body, "title"):
        return None, ()
    return read(body, base), _history(body)


def _from_arxiv(body: Any, base: str) -> PaperRecord:
    """Read the format `arXiv`: names split, dates of the first and the newest version, licence."""
    authors = (
        " ".join(filter(None, (_text(author, "forenames"), _text(author, "keyname"), _text(author, "suffix"))))
        for author in body.iterfind("{*}authors/{*}author")
    )
    created = when(_text(body, "created"))
    return PaperRecord(
        **_common(body, base),
        authors=tuple(letters(name) for name in authors if name),
        published=created,
        updated=when(_text(body, "updated")) or created,
    )


def _from_raw(body: Any, base: str) -> PaperRecord:
    """Read the format `arXivRaw`: the history, and authors as one line."""
    history = _history(body)
    newest = history[-1] if history else None
    common = _common(body, base)
    if newest:
        common |= {"version": newest.number, "withdrawn": newest.withdrawn}
    return PaperRecord(
        **common,
        authors=names(_text(body, "authors")),
        published=history[0].date if history else None,
        updated=newest.date if newest else None,
    )


def _from_dc(body: Any, base: str) -> PaperRecord:
    """Read the format `oai_dc`: descriptions hold the abstract first and comments after it."""
    descriptions = [squash(element.text) for element in body.iterfind("{*}description")]
    abstract = next((text for text in descriptions if not text.startswith("Comment:")), "")
    comment = next(
        (text.removeprefix("Comment:").strip() for text in descriptions if text.startswith("Comment:")), None
    )
    identifiers = [squash(element.text) for element in body.iterfind("{*}identifier")]
    dates = sorted(filter(None, (when(element.text) for element in body.iterfind("{*}date"))))
    return PaperRecord(
        id=base,
        title=_text(body, "title"),
        authors=tuple(
            _last_first(squash(element.text)) for element in body.iterfind("{*}creator") if squash(element.text)
        ),
        abstract=abstract,
        published=dates[0] if dates else None,
        updated=dates[-1] if dates else None,
        comment=comment,
        journal_ref=next((i for i in identifiers if not i.lower().startswith(("http", "doi:"))), None),
        doi=publisher_doi(" ".join(i[4:] for i in identifiers if i.lower().startswith("doi:"))),
        licence=_text(body, "rights") or None,
        withdrawn=looks_withdrawn(comment, abstract),
    )


_READERS: Mapping[str, Callable[[Any, str], PaperRecord]] = {
    "arXiv": _from_arxiv,
    "arXivRaw": _from_raw,
    "dc": _from_dc,
}


def _common(body: Any, base: str) -> dict[str, Any]:
    """Give what `arXiv` and `arXivRaw` share."""
    terms = categories(_text(body, "categories").split())
    comment, abstract = _text(body, "comments") or None, _text(body, "abstract")
    return {
        "id": base,
        "title": _text(body, "title"),
        "abstract": abstract,
        "categories": terms,
        "primary_category": terms[0] if terms else None,
        "comment": comment,
        "journal_ref": _text(body, "journal-ref") or None,
        "doi": publisher_doi(_text(body, "doi")),
        "licence": _text(body, "license") or None,
        "withdrawn": looks_withdrawn(comment, abstract),
    }


def _history(body: Any) -> tuple[Version, ...]:
    found = []
    for element in body.iterfind("{*}version"):
        number = re.fullmatch(r"v([1-9][0-9]{0,3})", (element.get("version") or "").strip(), re.ASCII)
        if number:
            found.append(
                Version(
                    number=int(number[1]),
                    date=when(_text(element, "date")),
                    size=_text(element, "size"),
                    source_type=_text(element, "source_type"),
                )
            )
    return tuple(sorted(found, key=lambda version: version.number))


def _last_first(name: str) -> str:
    """Turn `Gysi, Deisy Morselli` into `Deisy Morselli Gysi`."""
    last, _, first = name.partition(", ")
    return letters(f"{first} {last}".strip())


def _text(element: Any, name: str) -> str:
    """Give the text of the first child of that name in any namespace; empty where there is none."""
    for child in element if element is not None else ():
        if name_of(child) == name:
            return squash("".join(child.itertext()))
    return ""


def _base(text: str) -> str | None:
    found = PaperId.maybe(text) if text else None
    return found.base if found else None
