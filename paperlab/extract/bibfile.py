"""Read a .bib file with bibtexparser 2, entry by entry: duplicates, missing commas and odd braces cost one entry at most."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping

from paperlab.extract.identifiers import arxiv_id, doi, url, year
from paperlab.extract.people import bibtex_names
from paperlab.extract.text import to_text
from paperlab.records.extracted import Reference

LONGEST = 3_000_000
"""Characters of one file that are read."""
_TYPES_TO_SKIP = frozenset(("string", "preamble", "comment"))


def read_bib(text: str) -> Iterator[Reference]:
    """Give each entry once; where the library gives up on one, its fields are read by our own eye."""
    text = text[:LONGEST]
    try:
        entries = _library(text) if _HEAD.search(text) else []
    except Exception:  # noqa: BLE001 -- a bibliography must not cost the paper; the fallback reads on
        entries = []
    seen = set()
    for key, fields in [*entries, *_by_eye(text)]:
        if key and key not in seen:
            seen.add(key)
            yield _reference(key, fields)


def _library(text: str) -> list[tuple[str, Mapping[str, str]]]:
    from bibtexparser.entrypoint import parse_string
    from bibtexparser.model import Entry

    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)
    found = parse_string(text)
    saved = [b.ignore_error_block for b in found.failed_blocks]
    entries = [*found.entries, *(b for b in saved if isinstance(b, Entry))]
    return [(e.key, {f.key.lower(): str(f.value) for f in e.fields}) for e in entries]


_HEAD = re.compile(r"^[ \t]*@(\w+)\s*[{(]\s*([^\s,{}()=\"]+)\s*,", re.MULTILINE)
_FIELD = re.compile(r"^\s*([A-Za-z][\w-]*)\s*=\s*", re.MULTILINE)


def _by_eye(text: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Find entries by their heads alone, for files that no grammar fits."""
    heads = list(_HEAD.finditer(text))
    for i, head in enumerate(heads):
        if head.group(1).lower() in _TYPES_TO_SKIP:
            continue
        body = text[head.end() : heads[i + 1].start() if i + 1 < len(heads) else head.end() + 20_000]
        marks = list(_FIELD.finditer(body))
        ends = [m.start() for m in marks[1:]] + [len(body)]
        yield (
            head.group(2),
            {m.group(1).lower(): body[m.end() : end].strip(' \n\t,{}"()') for m, end in zip(marks, ends, strict=True)},
        )


def _reference(key: str, fields: Mapping[str, str]) -> Reference:
    raw = " ".join(
        re.sub(r"\\([_%&#])", r"\1", v) for k, v in fields.items() if k not in ("title", "abstract", "author")
    )
    eprint = fields.get("eprint", "")
    kind = (fields.get("archiveprefix") or fields.get("eprinttype") or "arxiv").lower()
    printed = re.search(r"\b(?:1[6-9]|20)\d\d\b", fields.get("year") or fields.get("date") or "")
    names = _join_lines(fields.get("author") or fields.get("editor") or "")
    return Reference(
        key=key,
        title=to_text(fields.get("title", "")).strip(" .") or None,
        authors=bibtex_names(to_text(names)),
        year=int(printed.group()) if printed else year(fields.get("journal", "")),
        arxiv_id=arxiv_id(f"arXiv:{eprint}" if eprint and "arxiv" in kind else "") or arxiv_id(raw),
        doi=doi(fields.get("doi", "")),
        url=url(fields.get("url", "").replace("\\", "")) or url(fields.get("howpublished", "").replace("\\", "")),
    )


def _join_lines(text: str) -> str:
    return re.sub(r"\s+", " ", text)
