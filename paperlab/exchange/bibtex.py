r"""Read BibTeX and biblatex: as BibTeX, Zotero, Better BibTeX, JabRef and DBLP write them.

A reader of our own: bibtexparser 2.1 takes 1.5 s to 2 s for 10,000 entries with abstracts, half of what an import may
take in all, and this one a third of it. The tests hold the two against each other.

Source: btxdoc section 3; biblatex manual 2.2 (eprint, archiveprefix, primaryclass, annotation).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache, lru_cache
from typing import NamedTuple

from paperlab.exchange import dates, found, people
from paperlab.exchange.found import Broken
from paperlab.exchange.journals import spelled
from paperlab.exchange.latex import to_unicode
from paperlab.records.naming import doi
from paperlab.records.titles import unmarked
from paperlab.records.works import Reading, Work

_CHUNK = re.compile(r"\n(?=[ \t]*@\s*[A-Za-z]+\s*[{(])")
"""An entry begins a line; a value that is never closed ends where the next entry begins."""
_HEAD = re.compile(r"@\s*([A-Za-z]+)\s*([{(])\s*")
_KEY = re.compile(r"([^,={}\"#%]*?)\s*(,|(?=[})]))")
_NAME = re.compile(r"[\s,]*([A-Za-z][\w:.+/-]*)\s*=\s*")
_END = re.compile(r"[\s,]*([})])")
_BRACED = re.compile(r"\{((?:[^{}]++|\{(?:[^{}]++|\{[^{}]*+\})*+\})*+)\}")
"""Three levels of braces, which is all that most values have; deeper ones are counted."""
_FIELD = re.compile(rf"{_NAME.pattern}{_BRACED.pattern}(?!\s*#)")
"""A whole field, as almost all are: its name, and one value in braces."""
_BRACE = re.compile(r"[{}]")
_BARE = re.compile(r"[^\s,{}\"#()=]+")
_JOIN = re.compile(r"\s*#\s*")

_MONTHS = {name: name for name in dates.MONTHS}


def read(text: str) -> Reading:
    """Read every entry; one that is broken costs one line."""

    @cache
    def parents() -> dict[str, dict[str, str]]:
        return {one.key.lower(): one.fields for one in _entries(text) if isinstance(one, _Entry)}

    works: list[Work] = []
    faults: list[str] = []
    for one in _entries(text):
        if isinstance(one, str):
            faults.append(one)
            continue
        try:
            works.append(_work(one.key, _inherited(one.fields, parents)))
        except Broken as error:
            faults.append(f"{_place(one.line, one.head)}: {error}")
    return Reading(works=found.once(works), faults=tuple(faults), format="bibtex")


class _Entry(NamedTuple):
    key: str
    fields: dict[str, str]
    line: int
    """Of the chunk in which it stands."""
    head: re.Match[str]


_SHARED = ("year", "month", "date", "publisher", "editor", "journal", "booktitle")


def _inherited(fields: dict[str, str], parents: Callable[[], Mapping[str, Mapping[str, str]]]) -> dict[str, str]:
    """Add what an entry takes from the one that its `crossref` names; the title of that is where it appeared."""
    # What an entry inherits stands behind it: all is read once more, where one entry asks for it.
    parent = parents().get(fields["crossref"].strip().lower()) if "crossref" in fields else None
    if parent is None:
        return fields
    shared = {name: parent[name] for name in _SHARED if name in parent}
    return {**({"booktitle": parent["title"]} if "title" in parent else {}), **shared, **fields}


def _entries(text: str) -> Iterator[_Entry | str]:
    """Give every entry with its strings put in, and a line for each that cannot be read."""
    strings: dict[str, str] = dict(_MONTHS)
    starts = [0, *(match.end() for match in _CHUNK.finditer(text))]
    line = 1
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        chunk = text[start:end]
        yield from _in_chunk(chunk, line, strings)
        line += chunk.count("\n")


def _in_chunk(chunk: str, line: int, strings: dict[str, str]) -> Iterator[_Entry | str]:
    """Give the entries, and the faults, of what stands between two lines that begin an entry."""
    at = 0
    while head := _HEAD.search(chunk, at):
        kind, at = head[1].lower(), head.end()
        if kind == "comment":
            return
        try:
            key, fields, at = _fields(chunk, at, strings, keyless=kind in ("string", "preamble"))
        except Broken as error:
            yield f"{_place(line, head)}: {error}"
            if "is never closed" in str(error) or "expected a field" in str(error):
                return
            continue
        if kind == "string":
            strings |= fields
        elif kind != "preamble":
            yield _Entry(key, fields, line, head)


def _place(line: int, head: re.Match[str]) -> str:
    """Name an entry by its line and its first word."""
    word = " ".join(head.string[head.end() : head.end() + 60].split(",")[0].split())
    number = line + head.string.count("\n", 0, head.start())
    return f"line {number} ({word})"


def _fields(chunk: str, at: int, strings: Mapping[str, str], *, keyless: bool) -> tuple[str, dict[str, str], int]:
    key = ""
    if not keyless and (match := _KEY.match(chunk, at)):
        key, at = match[1], match.end()
    fields: dict[str, str] = {}
    while name := _FIELD.match(chunk, at) or _NAME.match(chunk, at):
        value, at = (name[2], name.end()) if name.re is _FIELD else _value(chunk, name.end(), strings)
        fields.setdefault(name[1].lower(), value)
    end = _END.match(chunk, at)
    if end is None and keyless:
        return key, fields, len(chunk)
    if end is None:
        got = " ".join(chunk[at : at + 40].split())
        raise Broken(f"expected a field like `title = {{...}}` or the end of the entry, got {got!r}" if got else _OPEN)
    return key, fields, end.end()


_OPEN = "expected a closing brace, found the end: the entry is never closed; it is left out"


def _value(chunk: str, at: int, strings: Mapping[str, str]) -> tuple[str, int]:
    parts = []
    while True:
        part, at = _part(chunk, at, strings)
        parts.append(part)
        join = _JOIN.match(chunk, at)
        if join is None:
            return "".join(parts), at
        at = join.end()


def _part(chunk: str, at: int, strings: Mapping[str, str]) -> tuple[str, int]:
    if match := _BRACED.match(chunk, at):
        return match[1], match.end()
    first = chunk[at : at + 1]
    if first == "{":
        end = _closing(chunk, at + 1, "}")
        return chunk[at + 1 : end], end + 1
    if first == '"':
        end = _closing(chunk, at + 1, '"')
        return chunk[at + 1 : end], end + 1
    match = _BARE.match(chunk, at)
    if match is None:
        raise Broken(f"expected a value in braces or quotes, got {chunk[at : at + 20]!r}; the field is never closed")
    return strings.get(match[0].lower(), match[0]), match.end()


def _closing(chunk: str, at: int, closing: str) -> int:
    """Find where a value ends: its brace, or a quote outside of all braces."""
    depth = 0
    for match in (_BRACE if closing == "}" else _BRACE_OR_QUOTE).finditer(chunk, at):
        sign = match[0]
        if sign == closing and depth == 0:
            return match.start()
        depth += (sign == "{") - (sign == "}")
    raise Broken(_OPEN)


_BRACE_OR_QUOTE = re.compile(r'[{}"]')

_URLS = ("ee", "link", "pdf", "bdsk-url-1", "bdsk-url-2", "bdsk-url-3")
"""Further addresses: of DBLP, of PMLR, and of BibDesk, which has no other."""
_IDS = ("eprint", "arxivid", "arxiv", "doi", "url", *_URLS, "howpublished")
_TEXTS = (
    "eprint",
    "note",
    "journal",
    "journaltitle",
    "howpublished",
    "volume",
    "number",
    "annote",
    "publisher",
    "extra",
    "url",
    "pubstate",
)
_JOURNAL = ("journal", "journaltitle", "booktitle", "maintitle", "howpublished", "publisher", "school", "institution")
_NOTES = ("annote", "annotation", "comment", "review", "notes")
"""What a person wrote: of BibTeX and biblatex, of JabRef, and of tools that Zotero reads."""
_ADDED = ("date-added", "dateadded", "creationdate", "timestamp")
_READ = frozenset((
    *_IDS, *_TEXTS, *_JOURNAL, *_ADDED, "title", *_NOTES, "abstract", "archiveprefix", "eprinttype", "primaryclass", "eprintclass",
    "keywords", "keyword", "mendeley-tags", "readstatus", "bibsource", "date", "year", "month", "day", "paperlab",
))  # fmt: skip


_LISTED = re.compile(r"[,;]")
_STATES = {"read": "read", "skimmed": "skimmed"}
"""Read status of JabRef -> state."""


def _work(key: str, fields: Mapping[str, str]) -> Work:
    told = {name: to_unicode(value) for name, value in fields.items() if name in _READ}
    told["title"] = unmarked(told.get("title", ""))  # Crossref's has <i> and &amp;
    archive = (told.get("archiveprefix") or told.get("eprinttype") or "arxiv").lower()
    eprint = told.get("eprint", "") if archive == "arxiv" else ""
    primary = told.get("primaryclass") or told.get("eprintclass") or None
    old = f"{primary}/{eprint}" if primary and eprint.isdigit() else None
    raw_url = fields.get("url", "").replace("\\", "").strip()
    ids = [eprint, old, *(told.get(name) for name in _IDS[1:]), raw_url]
    id = found.named(ids, [told.get(name) for name in _TEXTS if name != "eprint" or archive == "arxiv"])
    more = [told.get(name) for name in _URLS]
    dois, urls = [told.get("doi"), raw_url, *more], [raw_url, told.get("howpublished"), *more]
    own = told.get("paperlab", "").removeprefix("bib:")
    kept = found.key_of(id, dois=dois, urls=urls, key=own or key, title=told["title"])
    if not told["title"] and kept.startswith("bib:"):
        raise Broken("expected a title, an arXiv id, a DOI or an address, found none")
    comment, notes = _notes(told)
    facts = {
        "abstract": found.prose(told.get("abstract", "")), "published": _published(told), "doi": next(filter(None, map(doi, filter(None, dois))), None),
        "journal_ref": _journal(told), "comment": comment,
    }  # fmt: skip
    return found.work(
        kept, id.version if id else None, told["title"], authors(fields.get("author", "") or fields.get("editor", "")),
        primary=primary, facts=facts, tags=found.tags(_words(told)), state=_STATES.get(told.get("readstatus", "").lower()),
        notes=notes, added_at=_added(told),
    )  # fmt: skip


def _words(told: Mapping[str, str]) -> list[str]:
    """Give the keywords, and the tags that a person of Mendeley gave."""
    return _LISTED.split(",".join((told.get("keywords") or told.get("keyword", ""), told.get("mendeley-tags", ""))))


def _published(told: Mapping[str, str]) -> str | None:
    if "date" in told and (at := dates.told(told["date"])):
        return at
    return dates.of_parts(told.get("year"), told.get("month"), told.get("day"))


def _added(told: Mapping[str, str]) -> str | None:
    if "dblp" in told.get("bibsource", "").lower():  # its timestamp is of the day on which DBLP knew the work
        return None
    return next((at for name in _ADDED if name in told and (at := dates.moment(told[name]))), None)


def _journal(told: Mapping[str, str]) -> str | None:
    """Give where it appeared."""
    where = found.elsewhere(told.get(name) for name in _JOURNAL)
    return spelled(where) if where and where.startswith("\\") else where


def _notes(told: Mapping[str, str]) -> tuple[str | None, str]:
    """Give arXiv's comment, and what a person wrote; Mendeley writes NULL for nothing."""
    own = [text for name in _NOTES if (text := told.get(name, "").strip()) and text != "NULL"]
    comment, notes = found.notes(own)
    return found.elsewhere([found.notes([told.get("note", "")])[0], told.get("note")]) or comment, notes


_AND = re.compile(r"\s+and\s+", re.IGNORECASE)


def authors(text: str) -> tuple[str, ...]:
    """Read names joined by `and`; braces keep a name together, and `others` is nobody.

    >>> authors("Vaswani, Ashish and {Barnes and Noble} and van der Berg, Jan and others")
    ('Ashish Vaswani', 'Barnes and Noble', 'Jan van der Berg')
    """
    names = _outside(text, _AND) if "{" in text else _AND.split(text.strip())
    return tuple(name for name in map(_author, names) if name)


@lru_cache(maxsize=65536)  # who wrote one paper wrote others
def _author(text: str) -> str:
    text = text.strip()
    if text.lower() == "others":
        return ""
    if text.startswith("{") and (match := _BRACED.fullmatch(text)):
        return to_unicode(match[1])
    if "=" in text and (named := dict(_NAMED.findall(text))):
        return _of_parts({part.lower(): to_unicode(value.strip('" ')) for part, value in named.items()})
    if "{" in text and "," in text:
        parts = _outside(text, _COMMA)
        return people.from_sorted(", ".join(to_unicode(part).replace(",", " ") for part in parts))
    return people.from_sorted(to_unicode(text))


_NAMED = re.compile(r"\b(family|given|prefix|suffix)\s*=\s*((?:[^,{}]|\{[^{}]*\})+)", re.IGNORECASE)
"""A part of a name as biblatex 3.5 and Better BibTeX write it: `family=Berg, given=Rianne, prefix=van den`."""


def _of_parts(told: Mapping[str, str]) -> str:
    return people.displayed(
        f"{told.get('prefix', '')} {told.get('family', '')}", told.get("given", ""), told.get("suffix", "")
    )


_COMMA = re.compile(r"\s*,\s*")


def _outside(text: str, separator: re.Pattern[str]) -> list[str]:
    """Split where a separator stands outside of all braces."""
    covered = _GROUP.sub(lambda match: "\0" * len(match[0]), text) if text.count("{") == text.count("}") else text
    parts, at = [], 0
    for match in separator.finditer(covered):
        parts.append(text[at : match.start()])
        at = match.end()
    return [*parts, text[at:]]


_GROUP = re.compile(r"\{(?:[^{}]++|\{(?:[^{}]++|\{[^{}]*+\})*+\})*+\}")
