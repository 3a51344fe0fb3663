"""An Atom feed of the list: one entry a work, with an id and a time that stay.

Source: RFC 4287.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from paperlab.exchange.xmltree import attribute, fit
from paperlab.records.naming import is_elsewhere, link
from paperlab.records.works import Work

_EPOCH = "1970-01-01T00:00:00Z"


def write(works: Sequence[Work]) -> Iterator[str]:
    """Give the feed; its time is that of the work that came last."""
    updated = max((item.added_at or _EPOCH for item in works), default=_EPOCH)
    yield '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
    yield "<id>urn:paperlab:reading-list</id>\n<title>Reading list</title>\n"
    yield f"<updated>{updated}</updated>\n<author><name>paperlab</name></author>\n<generator>paperlab</generator>\n"
    for item in works:
        yield f"<entry>\n{''.join(f'  {line}' + chr(10) for line in _lines(item) if line)}</entry>\n"
    yield "</feed>\n"


def _lines(item: Work) -> Iterator[str]:
    record = item.record
    yield f"<id>{escape(_id(item))}</id>"
    yield f"<title>{_text(record.title if record else item.id)}</title>"
    yield f"<updated>{item.added_at or _EPOCH}</updated>"
    if record:
        yield f"<published>{record.published}</published>" if record.published else ""
        yield from (f"<author><name>{_text(name)}</name></author>" for name in record.authors)
    address = link(item.id, item.version)
    yield f"<link{attribute('href', address)}/>" if address else ""
    words = ([item.state] if item.state else []) + [*item.tags]
    yield from (f"<category{attribute('term', word)}/>" for word in words)
    yield f"<summary>{_text(record.abstract)}</summary>" if record and record.abstract else ""
    # RFC 4287 4.1.2: an entry without an alternate link has content.
    yield f"<content>{_text(item.why or item.notes or item.id)}</content>" if item.why or not address else ""


def _id(item: Work) -> str:
    """Give an address that names the work whatever its version."""
    return (is_elsewhere(item.id) and f"urn:paperlab:{fit(item.id)}") or link(item.id) or ""


def _text(text: str) -> str:
    return escape(fit(text))
