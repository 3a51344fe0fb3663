"""The public metadata dump of all of arXiv: one JSON object a line. Pure: a line in, a record out.

Source: the data card of the Kaggle dataset Cornell-University/arxiv (arxiv-metadata-oai-snapshot.json): id, submitter,
authors, title, comments, journal-ref, doi, report-no, categories, license, abstract, versions [{version, created}],
update_date, authors_parsed [[last, first, suffix, affiliation ...]].
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from paperlab.arxiv.oai import parse_oai
from paperlab.arxiv.text import categories, letters, looks_withdrawn, names, publisher_doi, squash, when
from paperlab.errors import BadAnswer, UsageError
from paperlab.records.ids import PaperId
from paperlab.records.paper import PaperRecord

_VERSION = re.compile(r"v([1-9][0-9]{0,3})", re.ASCII)
_OPEN = b'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/" xmlns:oai="http://www.openarchives.org/OAI/2.0/">'
Read = PaperRecord | str | UsageError
"""What an item holds: a record, the id of one that arXiv deleted, or why it cannot be read."""


def read_items(kind: str, items: Sequence[bytes]) -> Iterator[Read]:
    """Read what `bulk.pieces` cut out: lines of the dump, or <record> elements."""
    if kind == "dump":
        return map(_line, items)
    try:  # one document for all of them costs a third of one for each
        return _page(b"".join(items))
    except BadAnswer:
        return (read for item in items for read in _alone(item))


def _page(body: bytes) -> Iterator[Read]:
    page = parse_oai(_OPEN + body + b"</OAI-PMH>")
    problems = [UsageError(problem.removesuffix("; left out")) for problem in page.problems]
    return iter([*page.records, *page.deleted, *problems])


def _alone(item: bytes) -> Iterator[Read]:
    try:
        return _page(item)
    except BadAnswer:
        return iter([UsageError("a <record> that is no XML")])


def _line(line: bytes) -> Read:
    try:
        return parse_dump_line(line)
    except UsageError as error:
        return error


def parse_dump_line(line: bytes) -> PaperRecord:
    """Read one line of the dump.

    Raises:
        UsageError: no JSON object, an id that is none or a number, or no title.
    """
    try:
        told = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise UsageError("no JSON") from error
    if not isinstance(told, dict):
        raise UsageError(f"expected a JSON object, got a {type(told).__name__}")
    name = told.get("id")
    found = PaperId.maybe(name) if isinstance(name, str) else None
    if found is None:
        raise UsageError(f"expected an arXiv id as text, got {str(name)[:40]!r}")
    title = _text(told, "title")
    if not title:
        raise UsageError(f"{found.base} has no title")
    return _record(found, title, told)


def _record(found: PaperId, title: str, told: dict[str, Any]) -> PaperRecord:
    terms = categories(_text(told, "categories").split())
    comment, abstract = _text(told, "comments") or None, _text(told, "abstract")
    history = _history(told.get("versions"))
    return PaperRecord(
        id=found.base,
        version=history[-1][0] if history else found.version,
        title=title,
        authors=_authors(told),
        abstract=abstract,
        categories=terms,
        primary_category=terms[0] if terms else None,
        published=when(history[0][1]) if history else None,
        updated=when(history[-1][1]) if history else when(_text(told, "update_date")),
        comment=comment,
        journal_ref=_text(told, "journal-ref") or None,
        doi=publisher_doi(_text(told, "doi")),
        licence=_text(told, "license") or None,
        withdrawn=_withdrawn(comment, abstract),
    )


def _text(told: dict[str, Any], name: str) -> str:
    value = told.get(name)
    return squash(value) if isinstance(value, str) else ""


def _withdrawn(comment: str | None, abstract: str) -> bool:
    # The words are looked for first: each pattern costs more than all else that is read of a line.
    said = "withdr" in f"{comment or ''} {abstract[:200]}".lower()
    return said and looks_withdrawn(comment, abstract)


def _history(versions: object) -> list[tuple[int, str]]:
    """Give number and date of each version, in order."""
    rows = [row for row in versions if isinstance(row, dict)] if isinstance(versions, list) else []
    found = ((_VERSION.fullmatch(_text(row, "version")), _text(row, "created")) for row in rows)
    return sorted((int(match[1]), date) for match, date in found if match)


def _authors(told: dict[str, Any]) -> tuple[str, ...]:
    """Give the names, from the parsed ones where they are there: in those TeX accents are letters already."""
    parsed = told.get("authors_parsed")
    rows = [row for row in parsed if isinstance(row, list)] if isinstance(parsed, list) else []
    told_names = [squash(_name(*row[:3])) for row in rows]
    return tuple(letters(name) for name in told_names if name) or names(_text(told, "authors"))


def _name(last: object = None, first: object = None, suffix: object = None) -> str:
    """Give first name, last name, suffix of `[last, first, suffix, affiliation ...]`."""
    return " ".join([part for part in (first, last, suffix) if isinstance(part, str)])
