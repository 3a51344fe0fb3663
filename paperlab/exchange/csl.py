"""CSL JSON, as Zotero, Better BibTeX, pandoc and citeproc know it.

Source: citation-style-language/schema, csl-data.json 1.0.2 (`number`, `custom`, `annote`, date-parts).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from paperlab.exchange import dates, found, people
from paperlab.exchange.found import Broken
from paperlab.records.naming import doi, is_elsewhere, link
from paperlab.records.titles import unmarked
from paperlab.records.works import Reading, Work

Row = dict[str, Any]
_IDS = ("number", "archive_location", "DOI", "URL", "id")
_TEXTS = ("number", "archive_location", "note", "container-title", "volume", "collection-title", "URL", "publisher")


def read_array(rows: Sequence[Any]) -> Reading:
    """Read the items of an array; one that is broken costs one line."""
    return found.each(rows, _work, word="item", format="csl")


def _text(row: Row, name: str) -> str:
    value = row.get(name)
    if value is None or isinstance(value, str | int | float):
        return "" if value is None else str(value)
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return ", ".join(value)
    raise Broken(f"expected {name} to be a text, got {json.dumps(value)[:40]}")


def _work(row: Any) -> Work:
    if not isinstance(row, dict):
        raise Broken(f"expected an object with id, type and title, got {json.dumps(row)[:40]}")
    names = (*_IDS, *_TEXTS, "title", "abstract", "keyword", "annote")
    told = {name: _text(row, name) for name in names}
    told["title"] = unmarked(told["title"])
    id = found.named((told[name] for name in _IDS), (told[name] for name in _TEXTS))
    custom = row.get("custom")
    own: Row = custom if isinstance(custom, dict) else {}
    key = (_own(own, "id") or "").removeprefix("bib:") or told["id"]
    kept = found.key_of(id, dois=[told["DOI"]], urls=[told["URL"]], key=key, title=told["title"])
    if not told["title"] and kept.startswith("bib:"):
        raise Broken("expected a title, an arXiv id, a DOI or an address, found none")
    facts = {
        "abstract": found.prose(told["abstract"]), "published": _date(row.get("issued")), "doi": doi(told["DOI"]),
        "journal_ref": found.elsewhere([told["container-title"]]), "comment": _own(own, "comment"),
    }  # fmt: skip
    return found.work(
        kept, id.version if id else None, told["title"], _authors(row.get("author")), primary=_own(own, "primary_category"),
        facts=facts, tags=found.tags(told["keyword"].replace(";", ",").split(",")), notes=told["annote"],
    )  # fmt: skip


def _own(custom: Row, name: str) -> str | None:
    value = custom.get(name)
    return value if isinstance(value, str) and value else None


def _authors(value: Any) -> list[str]:
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(who, dict) for who in value):
        raise Broken(f"expected author to be a list of names, got {json.dumps(value)[:40]}")
    return [name for who in value if (name := _name({k: v for k, v in who.items() if isinstance(v, str)}))]


def _name(who: Mapping[str, str]) -> str:
    if who.get("literal"):
        return " ".join(who["literal"].split())
    before = " ".join(filter(None, (who.get("dropping-particle"), who.get("non-dropping-particle"), who.get("family"))))
    return people.displayed(before, who.get("given", ""), who.get("suffix", ""))


def _date(value: Any) -> str | None:
    if isinstance(value, str | int):
        return dates.told(str(value))
    if not isinstance(value, dict):
        return None
    parts = value.get("date-parts")
    if isinstance(parts, list) and parts and isinstance(parts[0], list) and parts[0]:
        return dates.of_parts(*[*parts[0], None, None][:3])
    return dates.told(str(value.get("raw") or value.get("literal") or ""))


def write(works: Sequence[Work], keys: Mapping[str, str]) -> Iterator[str]:
    """Give a JSON array, one item a line; `keys` are the citation keys by id."""
    dumps = json.JSONEncoder(ensure_ascii=False).encode
    start = "[\n "
    for item in works:
        yield start + dumps(_row(item, keys[item.id]))
        start = ",\n "
    yield "\n]\n" if works else "[]\n"


def _row(item: Work, key: str) -> Row:
    record = item.record
    here = not is_elsewhere(item.id)
    name = f"arXiv:{item.id}{f'v{item.version}' if item.version else ''}" if here else None
    row: Row = {
        "id": key, "type": "article-journal" if record and record.journal_ref else "article" if here else "document",
        "title": record.title if record else None, "author": [_person(a) for a in record.authors] if record else None,
        "issued": {"date-parts": [list(day)]} if record and (day := dates.ymd(record.published)) else None,
        "abstract": record.abstract if record else None, "container-title": record.journal_ref if record else None,
        "DOI": item.id.removeprefix("doi:") if item.id.startswith("doi:") else record.doi if record else None,
        "URL": link(item.id, item.version), "number": name, "publisher": "arXiv" if here else None,
        "keyword": ", ".join(item.tags), "annote": item.notes,
    }  # fmt: skip
    custom = {k: v for k in ("primary_category", "comment") if record and (v := getattr(record, k))}
    if item.id.startswith("bib:") and item.id != f"bib:{key}":
        custom["id"] = item.id
    return {k: v for k, v in row.items() if v} | ({"custom": custom} if custom else {})


def _person(author: str) -> Row:
    parts = people.parts(author)
    if parts is None:
        return {"literal": author}
    family, given, suffix = parts
    return {"family": family, "given": given} | ({"suffix": suffix} if suffix else {})
