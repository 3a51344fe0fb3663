"""What people saved elsewhere: bookmarks and pages in HTML, tables (CSV, TSV) with a column of addresses.

Of a page only what names a paper by arXiv id or DOI is taken: browsers keep all sorts of links beside them. A table
was made row by row, so each address counts.

Source: the Netscape bookmark file (Chrome, Firefox, Safari, Raindrop); exports of Pocket, Raindrop, Instapaper, Readwise.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from datetime import UTC, datetime

from paperlab.exchange import dates, found
from paperlab.exchange.found import Broken
from paperlab.records.ids import PaperId
from paperlab.records.naming import canonical, is_elsewhere
from paperlab.records.works import Reading, Work

_ADDRESS = ("url", "link", "href", "doi", "arxiv", "arxiv id")
_NOTES = ("note", "notes", "document note")
_TAGS = ("tags", "document tags", "labels")
_ADDED = ("created", "time_added", "timestamp", "date added", "saved date", "add_date")
_APART = re.compile(r"[,;|]")


def is_table(first: str) -> bool:
    """Tell whether the first line of a text names a column of addresses, beside others."""
    names = [name.strip(' "').lower() for name in re.split(r"[,\t]", first)]
    return len(names) > 1 and not set(_ADDRESS).isdisjoint(names)


def read_table(text: str) -> Reading:
    """Read a table; a row without an address costs one line."""
    csv.field_size_limit(10_000_000)
    first = text.lstrip().split("\n", 1)[0]
    rows = csv.DictReader(io.StringIO(text.lstrip(), newline=""), delimiter="\t" if "\t" in first else ",")
    return found.each(list(rows), _of_row, word="row", format="links")


def _of_row(row: Mapping[str | None, str | list[str] | None]) -> Work:
    told = {(name or "").strip().lower(): value.strip() for name, value in row.items() if isinstance(value, str)}
    address = next((text for name in _ADDRESS if (text := told.get(name, "")) and canonical(text)), None)
    if address is None:
        raise Broken(f"expected a link, DOI or arXiv id, got {told.get('title', '')[:60]!r} without one")
    return _work(address, told.get("title", ""), told)


def read_page(text: str) -> Reading:
    """Read the links of a page that name a paper; of the others one line tells how many there are."""
    from lxml import etree, html

    try:
        root = html.fromstring(text.encode("utf-8", "replace"), parser=html.HTMLParser(encoding="utf-8"))
    except etree.LxmlError as error:
        raise Broken(f"expected a page with links, got one that is empty: {error}") from error
    told = [
        ({name.lower(): str(value) for name, value in a.attrib.items()}, a.text_content()) for a in root.iter("a", "A")
    ]
    works = [
        _work(a["href"], title, a)
        for a, title in told
        if not (canonical(a.get("href", "")) or "url:").startswith("url:")
    ]
    if not works:
        raise Broken(
            "expected links that name papers by arXiv id or DOI, got a page without one; `--format links` takes every address"
        )
    left = sum(a.get("href", "").startswith("http") for a, _ in told) - len(works)
    fault = (
        f"left out: {left} of the links, which name no paper by arXiv id or DOI; `--format links` takes every address"
    )
    return Reading(works=found.once(works), faults=(fault,) if left > 0 else (), format="links")


def _work(address: str, title: str, told: Mapping[str, str]) -> Work:
    named = PaperId.maybe(address)
    id = named.base if named else canonical(address) or f"url:{address}"
    return found.work(
        id, named.version if named else None, title if is_elsewhere(id) else "", notes=_first(told, _NOTES),
        tags=found.tags(_APART.split(_first(told, _TAGS))), added_at=_moment(_first(told, _ADDED)),
    )  # fmt: skip


def _first(told: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((told[name] for name in names if told.get(name)), "")


def _moment(text: str) -> str | None:
    """Read when something was saved: seconds since 1970, or a time."""
    if re.fullmatch(r"\d{9,10}", text, re.ASCII):
        return datetime.fromtimestamp(int(text), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return dates.moment(text)
