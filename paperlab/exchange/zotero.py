"""Zotero's own exports: RDF, CSV, and the JSON of Better BibTeX. Its BibTeX, CSL JSON and RIS are read as such.

Source: zotero/translators, Zotero RDF.js, CSV.js and index.d.ts; retorquere/zotero-better-bibtex, test/fixtures/export.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from paperlab.exchange import dates, found, people
from paperlab.exchange.found import Broken
from paperlab.exchange.xmltree import local
from paperlab.records.naming import doi
from paperlab.records.titles import unmarked
from paperlab.records.works import Reading, Work

if TYPE_CHECKING:
    from lxml.etree import _Element

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_NOT_WORKS = ("Attachment", "Memo", "Collection", "Journal", "Periodical", "Series", "UserItem", "Website")
_PARTS = ("attachment", "note", "annotation")


def read_csv(text: str) -> Reading:
    """Read a CSV export; one row that is broken costs one line."""
    csv.field_size_limit(10_000_000)
    works, faults = [], []
    for number, row in enumerate(csv.DictReader(io.StringIO(text, newline="")), 2):
        told = {(name or "").strip().lower(): value for name, value in row.items() if isinstance(value, str)}
        if told.get("item type") in _PARTS:
            continue
        try:
            works.append(_of_row(told))
        except Broken as error:
            faults.append(f"row {number}: {error}")
    return Reading(works=found.once(works), faults=tuple(faults), format="zotero")


def _of_row(told: Mapping[str, str]) -> Work:
    names = [people.from_sorted(name) for name in told.get("author", "").split(";") if name.strip()]
    words = [*told.get("manual tags", "").split(";"), *told.get("automatic tags", "").split(";")]
    return _work(
        title=told.get("title", ""), authors=names, abstract=told.get("abstract note", ""), doi_text=told.get("doi", ""),
        date=told.get("date", "") or told.get("publication year", ""), urls=[told.get("url", "")], key=told.get("key", ""),
        journal=told.get("publication title", ""), extra=told.get("extra", ""), words=words,
        ids=[told.get("archive id", ""), told.get("archive location", ""), told.get("number", ""), told.get("report number", "")],
        notes=map(found.plain, _NOTES.split(told.get("notes", ""))), added=told.get("date added", ""),
    )  # fmt: skip


_NOTES = re.compile(r"(?<=>);\s+(?=<)")
"""Between notes, each of which is HTML."""


def read_json(rows: Sequence[Any]) -> Reading:
    """Read items with `itemType`; one that is broken costs one line, and what is attached to another is none of its own."""
    items = [row["data"] if isinstance(row, dict) and isinstance(row.get("data"), dict) else row for row in rows]
    works = [item for item in items if not (isinstance(item, dict) and item.get("itemType") in _PARTS)]
    notes: dict[object, list[object]] = {}
    for item in items:
        if isinstance(item, dict) and item.get("itemType") == "note" and isinstance(item.get("parentItem"), str):
            notes.setdefault(item["parentItem"], []).append(item)
    whole = [item | {"notes": notes[item["key"]]} if _noted(item, notes) else item for item in works]
    return found.each(whole, _of_json, word="item", format="zotero")


def _noted(item: Any, notes: Mapping[object, object]) -> bool:
    """Tell an item whose notes stand beside it, as Zotero's web API gives them."""
    return (
        isinstance(item, dict) and not item.get("notes") and isinstance(item.get("key"), str) and item["key"] in notes
    )


def _of_json(item: Any) -> Work:
    if not isinstance(item, dict):
        raise Broken(f"expected an object with itemType and title, got {json.dumps(item)[:40]}")
    told = {name: _told(value) for name, value in item.items()}
    extra = told.get("extra", "")
    apart = _DOI.search(extra)
    names = ("publicationTitle", "proceedingsTitle", "bookTitle", "journalAbbreviation", "conferenceName")
    return _work(
        title=told.get("title", ""), authors=list(_creators(item.get("creators"))), abstract=told.get("abstractNote", ""),
        doi_text=told.get("DOI", "") or (apart[1] if apart else ""), date=told.get("date", ""), urls=[told.get("url", "")],
        key=told.get("citationKey", "") or told.get("citekey", "") or told.get("key", ""),
        journal=next((told[name] for name in names if told.get(name)), ""), extra=extra,
        words=_parts(item.get("tags"), "tag"),
        ids=[told.get(name, "") for name in ("archiveID", "archiveLocation", "number", "reportNumber")],
        notes=map(found.plain, _parts(item.get("notes"), "note")), added=told.get("dateAdded", ""),
    )  # fmt: skip


_DOI = re.compile(r"^\s*doi\s*:\s*(\S+)", re.IGNORECASE | re.MULTILINE)


def _told(value: Any) -> str:
    """Give a value as text, lines of a list apart; empty for what is none."""
    if isinstance(value, list):
        return "\n".join(filter(None, map(_told, value)))
    return str(value) if isinstance(value, str | int) else ""


def _parts(value: Any, name: str) -> list[str]:
    """Give the texts of a list, whose parts are texts or objects that hold one under a name."""
    parts = value if isinstance(value, list) else []
    return [text for part in parts if (text := _told(part.get(name) if isinstance(part, dict) else part))]


def _creators(value: Any) -> Iterator[str]:
    """Give the authors; of a work that has none, whoever made it."""
    people_ = [who for who in value if isinstance(who, dict)] if isinstance(value, list) else []
    for who in [one for one in people_ if one.get("creatorType", "author") == "author"] or people_:
        yield people.displayed(_told(who.get("lastName")) or _told(who.get("name")), _told(who.get("firstName")))


def read_rdf(tree: _Element, trouble: str = "") -> Reading:
    """Read an RDF export; notes stand beside the items that refer to them."""
    about = {key: element for element in tree if (key := element.get(f"{_RDF}about"))}
    works: list[Work] = []
    faults = [trouble] if trouble else []
    for number, element in enumerate((e for e in tree if _is_item(e)), 1):
        try:
            works.append(_of_item(element, about))
        except Broken as error:
            faults.append(f"item {number}: {error}")
    return Reading(works=found.once(works), faults=tuple(faults), format="zotero")


def _is_item(element: _Element) -> bool:
    kind = next((_text(child) for child in element if local(child) == "itemType"), "")
    if kind:
        return kind not in _PARTS
    return local(element) not in _NOT_WORKS and any(local(child) == "title" for child in element)


def _of_item(element: _Element, about: Mapping[str, _Element]) -> Work:
    named = [local(child) for child in element]
    first = dict(zip(reversed(named), reversed(element), strict=True))
    within = [inner for child in element if local(child) == "isPartOf" for inner in _resources(child, about)]
    identifiers = [text for where in (element, *within) for text in _identifiers(where)]
    journal = next((_text(child) for where in within for child in where if local(child) == "title"), "")
    texts = {name: _text(child) for name, child in first.items()}
    memos = [memo for child in element if local(child) == "isReferencedBy" for memo in _resources(child, about)]
    notes = [found.plain(_text(child)) for memo in memos for child in memo if local(child) == "value"]
    key = element.get(f"{_RDF}about") or ""
    return _work(
        title=texts.get("title", ""), authors=list(_people(first.get("authors"))), abstract=texts.get("abstract", ""),
        doi_text=next((t for t in identifiers if doi(t.removeprefix("DOI").strip())), "").removeprefix("DOI").strip(),
        date=texts.get("date", ""), urls=[*(t for t in identifiers if "://" in t), key if "://" in key else ""],
        key="" if key.startswith(("#", "urn:", "http")) else key, journal=journal, extra=texts.get("description", ""),
        words=[_text(child) for child in element if local(child) == "subject"],
        ids=[texts.get("archive_location", ""), texts.get("number", ""), *identifiers], notes=notes,
        added=texts.get("dateAdded", ""),
    )  # fmt: skip


def _text(element: _Element) -> str:
    return "".join(element.itertext()).strip()


def _resources(element: _Element, about: Mapping[str, _Element]) -> Iterator[_Element]:
    """Give what an element holds, or refers to."""
    target = about.get(element.get(f"{_RDF}resource") or "")
    if target is not None:
        yield target
    yield from (child for child in element if isinstance(child.tag, str))


def _identifiers(element: _Element) -> Iterator[str]:
    for child in element:
        if local(child) == "identifier" and (text := _text(child)):
            yield text


def _people(authors: _Element | None) -> Iterator[str]:
    for person in authors.iter() if authors is not None else ():
        if local(person) == "Person":
            told = {local(child).lower(): _text(child) for child in person}
            given = told.get("givenname") or told.get("givenName") or told.get("firstname", "")
            yield people.displayed(told.get("surname") or told.get("name", ""), given)


_KEY = re.compile(r"^\s*citation key\s*:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
_CLASS = re.compile(r"arxiv\s*:\s*\S+\s*\[([\w.-]+)\]", re.IGNORECASE)


def _work(
    *, title: str, authors: Iterable[str], abstract: str, doi_text: str, date: str, urls: Iterable[str], key: str,
    journal: str, extra: str, words: Iterable[str], ids: Iterable[str], notes: Iterable[str], added: str,
) -> Work:  # fmt: skip
    urls, title = [url for url in urls if url], unmarked(title)
    id = found.named([doi_text, *ids, *urls], [extra, *ids, journal])
    cited = _KEY.search(extra)
    kept = found.key_of(id, dois=[doi_text], urls=urls, key=cited[1] if cited else key, title=title)
    if not title.strip() and kept.startswith("bib:"):
        raise Broken("expected a title, an arXiv id, a DOI or an address, found none")
    comment, own = found.notes(notes)
    category = _CLASS.search(extra)
    facts = {
        "abstract": abstract.strip(), "published": dates.told(date), "doi": doi(doi_text) if doi_text else None,
        "journal_ref": found.elsewhere([journal]), "comment": comment,
    }  # fmt: skip
    return found.work(
        kept, id.version if id else None, title, [name for name in authors if name], primary=category[1] if category else None,
        facts=facts, tags=found.tags(words), notes=own, added_at=dates.moment(added) if added else None,
    )  # fmt: skip
