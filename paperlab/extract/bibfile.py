"""Read a .bib file with bibtexparser 2, entry by entry: duplicates, missing commas and odd braces cost one entry at most."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import chain, islice, pairwise

from paperlab.extract.clock import check
from paperlab.extract.identifiers import arxiv_id, doi, url, year
from paperlab.extract.people import bibtex_names
from paperlab.extract.text import to_text
from paperlab.records.extracted import Reference

LONGEST = 3_000_000
"""Characters of one file that are read."""
_INHERITED = ("year", "date", "editor")
"""What an entry takes from the one that its field `crossref` names, of what a reference tells."""
_TYPES_TO_SKIP = frozenset(("string", "preamble", "comment"))


def read_bib(text: str) -> Iterator[Reference]:
    """Give each entry once; where the library gives up on one, its fields are read by our own eye."""
    text = text[:LONGEST]
    seen = set()
    crossed = re.search(r"\bcrossref\s*=", text, re.IGNORECASE) is not None
    parents = {k.lower(): fields for k, fields in (_library(text) if crossed else ())}
    for key, fields in chain(_library(text), _by_eye(text)):
        if key and key not in seen:
            seen.add(key)
            parent = parents.get(fields.get("crossref", "").strip().lower(), {})
            yield reference_of(key, {**{k: parent[k] for k in _INHERITED if k in parent}, **fields})


def _library(text: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    from bibtexparser.entrypoint import parse_string
    from bibtexparser.model import Entry

    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)
    for piece in _pieces(text):
        check()
        entries: list[Entry] = []
        words: dict[str, str] = {}
        with suppress(Exception):  # what the library cannot read is read by eye
            found = parse_string(piece)
            saved = [b.ignore_error_block for b in found.failed_blocks]
            entries = [*found.entries, *(b for b in saved if isinstance(b, Entry))]
            words = {s.key.lower(): str(s.value) for s in found.strings}
        for entry in entries:
            yield entry.key, {f.key.lower(): joined(str(f.value), words) for f in entry.fields}


_PART = r'(?>"(?:[^"{}]|\{(?:[^{}]|\{[^{}]*\})*\})*"|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}|\w[\w:.+/-]*)'
_PARTS = re.compile(rf"\s*{_PART}(?:\s*#\s*{_PART})+\s*")


def joined(value: str, words: Mapping[str, str]) -> str:
    """Put the parts of a value together that BibTeX's `#` joins, which the library leaves as they stand.

    Args:
        value: of a field; one without quoted parts is given back as it is, since there `#` is a letter.
        words: what each @string stands for, its name in small letters.

    >>> joined('"Adam: A " # "Method"', {}), joined('nips # " 30"', {"nips": "NeurIPS"}), joined("C # and F #", {})
    ('Adam: A Method', 'NeurIPS 30', 'C # and F #')
    """
    if "#" not in value or not _PARTS.fullmatch(value) or not re.search(r'["{]', value):
        return value
    parts = (m.group() for m in re.finditer(_PART, value))
    return "".join(p[1:-1] if p[0] in '"{' else words.get(p.lower(), p if p.isdigit() else "") for p in parts)


def _pieces(text: str) -> Iterator[str]:
    """Cut between entries, each piece with the abbreviations of the whole file: the library's time grows with the square."""
    if not _HEAD.search(text):
        return
    words = "\n".join(m.group() for m in islice(_STRING.finditer(text), 500))
    cuts = [0, *[m.start() for m in _HEAD.finditer(text)][_ENTRIES::_ENTRIES], len(text)]
    for start, end in pairwise(cuts):
        if end - start <= _PIECE:
            yield f"{words}\n{text[start:end]}" if start else text[start:end]


_ENTRIES = 25
_ENTRY = 20_000
"""Characters of one entry that are read by eye."""
_PIECE = 200_000
"""Characters of one piece; more is no list of entries."""
_STRING = re.compile(r"^[ \t]*@string[ \t]*[{(][^\n]{3,300}$", re.MULTILINE | re.IGNORECASE)
_HEAD = re.compile(r"^[ \t]*@(\w+)\s*[{(]\s*([^\s,{}()=\"]+)\s*,", re.MULTILINE)
_FIELD = re.compile(r"^[ \t]*+([A-Za-z][\w-]*+)\s*+=\s*+", re.MULTILINE)


def _by_eye(text: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Find entries by their heads alone, for files that no grammar fits."""
    heads = list(_HEAD.finditer(text))
    for i, head in enumerate(heads):
        if head.group(1).lower() in _TYPES_TO_SKIP:
            continue
        following = heads[i + 1].start() if i + 1 < len(heads) else len(text)
        body = text[head.end() : min(following, head.end() + _ENTRY)]
        marks = list(_FIELD.finditer(body))
        ends = ([m.start() for m in marks[1:]] + [len(body)])[: len(marks)]
        yield (
            head.group(2),
            {m.group(1).lower(): body[m.end() : end].strip(' \n\t,{}"()') for m, end in zip(marks, ends, strict=True)},
        )


_BARE_AND = re.compile(r"(?<!\\)&")


def reference_of(key: str, fields: Mapping[str, str]) -> Reference:
    """Give an entry's fields as a reference."""
    raw = " ".join(
        re.sub(r"\\([_%&#])", r"\1", v) for k, v in fields.items() if k not in ("title", "abstract", "author")
    )
    eprint = fields.get("eprint", "")
    kind = (fields.get("archiveprefix") or fields.get("eprinttype") or "arxiv").lower()
    printed = re.search(r"\b(?:1[6-9]|20)\d\d\b", fields.get("year") or fields.get("date") or "")
    names = _join_lines(fields.get("author") or fields.get("editor") or "")
    return Reference(
        key=key,
        title=to_text(_BARE_AND.sub(r"\\&", fields.get("title", ""))).strip(" .") or None,
        authors=bibtex_names(to_text(names)),
        year=int(printed.group()) if printed else year(fields.get("journal", "")),
        arxiv_id=arxiv_id(f"arXiv:{eprint}" if eprint and "arxiv" in kind else "") or arxiv_id(raw),
        doi=doi(fields.get("doi", "")),
        url=url(fields.get("url", "").replace("\\", "")) or url(fields.get("howpublished", "").replace("\\", "")),
    )


def _join_lines(text: str) -> str:
    return re.sub(r"\s+", " ", text)
