"""RIS, through rispy: what EndNote, Mendeley, Zotero and publishers' pages give and take.

Source: the RIS specification of Research Information Systems (2011) and Zotero's RIS.js for what its fields mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from paperlab.exchange import dates, found, people
from paperlab.exchange.found import Broken
from paperlab.records.naming import doi, is_elsewhere, link
from paperlab.records.works import Reading, Work

_START = re.compile(r"\nTY  ?-")
_TAG = re.compile(r"^([A-Z][A-Z0-9])  ?-[ ]?(.*)$")
_END = re.compile(r"^ER  ?-.*\Z", re.MULTILINE | re.DOTALL)
_AS_WRITTEN = re.compile(r"(?:(?!ER)[A-Z][A-Z0-9]  - .*\S.*\n)++ER  - \n\s*")
"""A record that needs no mending: a tag on each line, and its end."""
_IDS = (
    "accession_number",
    "doi",
    "number",
    "custom1",
    "custom3",
    "custom7",
    "type_of_work",
    "note",
    "start_page",
    "id",
)
_TEXTS = (
    "accession_number",
    "number",
    "custom1",
    "custom3",
    "custom7",
    "note",
    "start_page",
    "journal_name",
    "secondary_title",
    "volume",
    "type_of_work",
    "publisher",
)


def read(text: str) -> Reading:
    """Read every record; one that is broken costs one line."""
    works, faults = [], []
    reader = _reader()
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    starts = [match.start() for match in _START.finditer(f"\n{text}")]  # `^` in its place takes five times as long
    for start, end in pairwise([*starts, len(text)]):
        try:
            works.append(_work(_fields(reader, text[start:end])))
        except Broken as error:
            line = text.count("\n", 0, start) + 1
            faults.append(f"line {line}: {error}")
    return Reading(works=found.once(works), faults=tuple(faults), format="ris")


def _reader() -> Any:
    from rispy import RisParser

    return RisParser(skip_unknown_tags=True, newline="\n", delimiter_tags_mapping={})


def _fields(reader: Any, record: str) -> dict[str, Any]:
    """Read one record; rispy joins lines that go on, and gives up on a record without its end."""
    try:
        rows = reader.parse(record if _AS_WRITTEN.fullmatch(record) else _mended(record))
    except Exception as error:  # rispy raises what it likes
        raise Broken(f"expected a RIS record, got one that cannot be read: {error}") from error
    if not rows:
        raise Broken("expected a RIS record, got none")
    return {name: value for name, value in rows[0].items() if value}


def _mended(record: str) -> str:
    lines = [line for line in _END.sub("", record).split("\n") if line.strip()]
    tagged = ((line, _TAG.match(line)) for line in lines)
    kept = "\n".join(f"{tag[1]}  - {tag[2]}" if tag else f"      {line.strip()}" for line, tag in tagged)
    return f"{kept}\nER  - \n"


def _first(row: Mapping[str, Any], *names: str) -> str:
    for name in names:
        value = row.get(name)
        if value:
            return str(value[0] if isinstance(value, list) else value).strip()
    return ""


def _as_list(value: Any) -> list[str]:
    return value if isinstance(value, list) else []


def _list(row: Mapping[str, Any], *names: str) -> list[str]:
    return [text for name in names for text in _as_list(row.get(name))]


def _work(row: Mapping[str, Any]) -> Work:
    urls = _list(row, "urls", "file_attachments1", "file_attachments2") or [_first(row, "url", "urls")]
    notes = _list(row, "notes") or [_first(row, "notes")]
    title = _first(row, "title", "primary_title", "translated_title")
    id = found.named(
        [*(_first(row, name) for name in _IDS if name in row), *urls],
        [*(_first(row, name) for name in _TEXTS if name in row), *notes, *urls],
    )
    dois = [_first(row, "doi")]
    kept = found.key_of(id, dois=dois, urls=urls, key=_key(row), title=title)
    if not title and kept.startswith("bib:"):
        raise Broken("expected a title, an arXiv id, a DOI or an address, found none")
    comment, own = found.notes(map(_note, notes))
    year = _first(row, "year", "publication_year")  # older programs write the day into it, and a blank month as ///
    facts = {
        "abstract": found.prose(_first(row, "abstract", "notes_abstract")), "doi": doi(dois[0]) if dois[0] else None,
        "published": dates.told(_first(row, "date")) or dates.told(year),
        "journal_ref": found.elsewhere(_first(row, n) for n in ("journal_name", "secondary_title", "alternate_title3")),
        "comment": _first(row, "research_notes") or comment,
    }  # fmt: skip
    names = _list(row, "authors", "first_authors") or [n for n in [_first(row, "authors", "first_authors")] if n]
    return found.work(
        kept, id.version if id else None, title, [people.from_sorted(_person(name)) for name in names],
        primary=_first(row, "section") or None, facts=facts, tags=found.tags(_list(row, "keywords")), notes=own,
    )  # fmt: skip


def _note(text: str) -> str:
    """Read a note; Zotero writes its HTML into it."""
    return found.plain(text) if re.match(r"<(?:p|div|h\d|ul|ol|blockquote)\b", text, re.IGNORECASE) else text


def _key(row: Mapping[str, Any]) -> str:
    """Give the key of a record; a bare number is only its place in somebody's database."""
    key = _first(row, "id")
    return "" if key.isdigit() else key.removeprefix("bib:")


def _person(name: str) -> str:
    """Read `King, Martin Luther, Jr.`: RIS has the suffix last, BibTeX, and who goes by it, in the middle."""
    parts = [part.strip() for part in name.split(",")]
    last = len(parts) == 3 and not people.is_suffix(parts[1])
    return f"{parts[0]}, {parts[2]}, {parts[1]}" if last else name


def write(works: Sequence[Work]) -> Iterator[str]:
    """Give one record after the other."""
    for item in works:
        lines = "".join(f"{tag}  - {' '.join(value.split())}\n" for tag, value in _lines(item) if value)
        yield f"{lines}ER  - \n\n"


def _lines(item: Work) -> Iterator[tuple[str, str]]:
    record, here = item.record, not is_elsewhere(item.id)
    yield "TY", "JOUR" if record and record.journal_ref else "UNPB" if here else "GEN"
    if record:
        yield "TI", record.title
        for author in record.authors:
            yield "AU", _sorted(author)
        yield "AB", record.abstract
        day = dates.ymd(record.published)
        if day:
            yield "PY", f"{day[0]:04d}"
            yield "DA", "{:04d}/{:02d}/{:02d}".format(*day)
        yield "JO", record.journal_ref or ""
        yield "SE", record.primary_category or ""
        yield "RN", record.comment or ""
    if here:
        yield "AN", f"arXiv:{item.id}{f'v{item.version}' if item.version else ''}"
    yield "DO", item.id.removeprefix("doi:") if item.id.startswith("doi:") else (record and record.doi) or ""
    yield "UR", link(item.id, item.version) or ""
    key = item.id.removeprefix("bib:") if item.id.startswith("bib:") else ""
    yield "ID", item.id if key.isdigit() else key
    for tag in item.tags:
        yield "KW", tag
    yield "N1", item.notes


def _sorted(author: str) -> str:
    parts = people.parts(author)
    if parts is None:
        return author
    family, given, suffix = parts
    return f"{family}, {given}, {suffix}" if suffix else f"{family}, {given}"
