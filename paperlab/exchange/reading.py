"""Which format a file is in, told by what stands in it and never by its name."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from paperlab.errors import UsageError
from paperlab.exchange import found
from paperlab.records.naming import canonical
from paperlab.records.works import Reading

FORMATS = ("auto", "bibtex", "csl", "ris", "medline", "zotero", "jsonl", "opml", "links")
"""What `import` reads; `zotero` is its RDF or CSV, or Better BibTeX's JSON."""
EXPECTED = "BibTeX, CSL JSON, RIS, MEDLINE, Zotero RDF, CSV or JSON, JSON Lines, OPML, or a list of links or ids"


def read(data: bytes, format: str = "auto") -> Reading:
    """Read a file.

    Args:
        data: its bytes.
        format: one of FORMATS.

    Raises:
        UsageError: no such format, or the file is nothing that we know, or not what it was said to be.
    """
    if format not in FORMATS:
        raise UsageError(f"expected a format, one of {', '.join(FORMATS)}; got {format!r}")
    text = decoded(data)
    name = sniffed(text) if format == "auto" else format
    if not text.strip():
        return Reading(works=(), format=name or "nothing")
    if name is None:
        got = " ".join(text.split())[:50]
        raise UsageError(f"expected {EXPECTED}; got something that is none of them: {got!r}")
    try:
        reading = (_saved(text) if name == "links" and format == "auto" else None) or _READERS[name](text)
    except found.Broken as error:
        raise UsageError(str(error)) from error
    if not reading.works and reading.faults:
        more = f" and {len(reading.faults) - 1} more" if len(reading.faults) > 1 else ""
        raise UsageError(f"expected {_WORDS[name]}, found no work in it: {reading.faults[0]}{more}")
    return reading


def decoded(data: bytes) -> str:
    """Give the text of a file: UTF-8, UTF-16 where its first bytes say so, else what old Windows wrote."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace").lstrip("\ufeff")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


_BIBTEX = re.compile(r"^\s*@\s*[A-Za-z]+\s*[{(]", re.MULTILINE)
_RIS = re.compile(r"^TY  ?-", re.MULTILINE)
_MEDLINE = re.compile(r"^PMID *- ", re.MULTILINE)
_LOOKED_AT = 20_000
"""Signs at the beginning of a file that are looked at."""


def sniffed(text: str) -> str | None:
    """Name the format of a text; None where it is nothing that we know."""
    text = text.lstrip("\ufeff \t\r\n")
    head = text[:_LOOKED_AT]
    if head.startswith(("{", "[")) and _ZOTERO.search(head):
        return "zotero"
    if head.startswith(("{", "[")) and (name := _json_kind(head)):
        return name
    if _CHECKLIST.match(head):
        return "links"
    if head.startswith("<"):
        return (
            "opml"
            if re.search(r"<opml\b", head, re.IGNORECASE)
            else "zotero"
            if re.search(r"<rdf:RDF\b", head) and "//purl.org/rss/" not in head
            else "links"
            if _PAGE.match(head)
            else None
        )
    if _RIS.search(head):
        return "ris"
    if _MEDLINE.search(head):
        return "medline"
    if _BIBTEX.search(head):
        return "bibtex"
    first = head.split("\n", 1)[0].lower()
    if "item type" in first and "title" in first and "," in first:
        return "zotero"
    return "links" if _has_links(head) else None


_ZOTERO = re.compile(r'"itemType"\s*:|"label"\s*:\s*"BetterBibTeX JSON"')
"""Within a text of another JSON its quotes would be escaped."""
_PAGE = re.compile(r"<!doctype (?:html|netscape-bookmark)|<html\b|<(?:dl|ul|ol|a)\b", re.IGNORECASE)
_CHECKLIST = re.compile(r"[-*+]\s+\[[ xX]\]\s")


def _json_kind(head: str) -> str | None:
    """Tell an array, or one object, from one object a line; a Markdown link begins with a bracket too."""
    rest = head[1:].lstrip()
    if head.startswith("["):
        return "json" if rest.startswith(("{", "]")) else None
    first = head.split("\n", 1)[0].strip()
    return "jsonl" if first.endswith("}") or not rest.startswith('"') else "json"


def _has_links(head: str) -> bool:
    lines = [line for line in head.splitlines() if line.strip() and not line.lstrip().startswith("#")][:200]
    return any(re.search(r"https?://", line) or any(map(canonical, re.split(r"[\s,;|]+", line))) for line in lines)


def _bibtex(text: str) -> Reading:
    from paperlab.exchange import bibtex

    return bibtex.read(text)


def _ris(text: str) -> Reading:
    from paperlab.exchange import ris

    return ris.read(text)


def _medline(text: str) -> Reading:
    from paperlab.exchange import medline

    return medline.read(text)


def _jsonl(text: str) -> Reading:
    from paperlab.exchange import jsonl

    stripped = text.strip()
    alone = "\n" not in stripped and (
        '"type"' in stripped or '"message"' in stripped
    )  # an item of CSL, an answer of Crossref
    return _array(stripped) if stripped.startswith("[") or alone else jsonl.read(text)


def _array(text: str) -> Reading:
    """Read a JSON array, or one object that spans lines: our own records, Zotero's or CSL items, as the keys say."""
    from paperlab.exchange import csl, jsonl, zotero

    try:
        rows = json.loads(text)
    except (ValueError, RecursionError) as error:
        whole = jsonl.read(text) if text.lstrip().startswith("{") else None
        if whole and whole.works:
            return whole
        raise found.Broken(f"expected JSON, got something that is not whole: {str(error)[:80]}") from error
    rows = _within(rows, [rows])
    if not isinstance(rows, list):
        raise found.Broken("expected a JSON array of works")
    if any(isinstance(row, dict) and "itemType" in row for row in rows):
        return zotero.read_json(rows)
    return jsonl.read_array(rows) if any(map(_is_ours, rows)) else csl.read_array(rows)


def _within(told: Any, alone: Any) -> Any:
    """Give the works that an object holds: of Zotero's API, of Crossref's `message`, of pandoc's `references`."""
    for name in ("message", "items", "references"):
        if isinstance(told, dict) and isinstance(told.get(name), list | dict):
            told = told[name]
            alone = told if isinstance(told, list) else [told]
    return alone if isinstance(told, dict) else told


def _is_ours(row: Any) -> bool:
    """Tell a record of ours from an item of CSL, of which `type` is the one key that it must have."""
    ours = {"authors", "added_at", "state", "pending"}
    return isinstance(row, dict) and (
        not ours.isdisjoint(row) or ("type" not in row and bool(canonical(str(row.get("id")))))
    )


def _csl(text: str) -> Reading:
    from paperlab.exchange import csl

    return csl.read_array(_items(text))


def _items(text: str) -> list[Any]:
    """Give the items of a JSON array, of an object that holds one, or of one object."""
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise found.Broken(f"expected JSON, got something else: {str(error)[:80]}") from error
    rows = _within(rows, rows)
    return rows if isinstance(rows, list) else [rows]


def _zotero(text: str) -> Reading:
    from paperlab.exchange import xmltree, zotero

    if text.lstrip().startswith(("{", "[")):
        return zotero.read_json(_items(text))
    if not text.lstrip().startswith("<"):
        return zotero.read_csv(text)
    tree, trouble = xmltree.root(_as_bytes(text))
    return zotero.read_rdf(tree, trouble)


def _opml(text: str) -> Reading:
    from paperlab.exchange import opml, xmltree

    tree, trouble = xmltree.root(_as_bytes(text))
    return opml.read(tree, trouble)


def _as_bytes(text: str) -> bytes:
    """Give XML as UTF-8, whatever its first line says of how it was encoded."""
    return re.sub(r"^\s*<\?xml[^>]*\?>", "", text, count=1).strip().encode("utf-8", "replace")


def _links(text: str) -> Reading:
    from paperlab.exchange import links

    return links.read(text)


def _saved(text: str) -> Reading | None:
    """Read a page or a table of links; None where it is neither."""
    from paperlab.exchange import saved

    start = text.lstrip("\ufeff \t\r\n")
    if _PAGE.match(start):
        return saved.read_page(text)
    return saved.read_table(text) if saved.is_table(start.split("\n", 1)[0]) else None


_READERS: Mapping[str, Callable[[str], Reading]] = {
    "bibtex": _bibtex, "csl": _csl, "ris": _ris, "medline": _medline, "zotero": _zotero, "jsonl": _jsonl, "json": _array, "opml": _opml,
    "links": _links,
}  # fmt: skip
_WORDS: Mapping[str, str] = {
    "bibtex": "BibTeX", "csl": "CSL JSON", "ris": "RIS", "medline": "MEDLINE", "zotero": "a Zotero RDF, CSV or JSON export", "jsonl": "JSON Lines",
    "json": "a JSON array of works", "opml": "OPML", "links": "a list of links or ids",
}  # fmt: skip
