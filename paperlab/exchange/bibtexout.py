"""Write BibTeX that BibTeX, biber, Zotero and JabRef read: UTF-8, special signs escaped, `$math$` kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from paperlab.exchange import dates, people
from paperlab.exchange.latex import to_latex
from paperlab.records.naming import is_elsewhere, link
from paperlab.records.works import Work


def write(works: Sequence[Work], keys: Mapping[str, str]) -> Iterator[str]:
    """Give one entry after the other; `keys` are the citation keys by id."""
    for item in works:
        yield _entry(item, keys[item.id])


def _entry(item: Work, key: str) -> str:
    kind = "article" if item.record and item.record.journal_ref else "misc"
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in _fields(item, key) if value)
    month = _month(item)
    return f"@{kind}{{{key},\n{lines}{month}}}\n\n"


def _month(item: Work) -> str:
    day = dates.ymd(item.record.published) if item.record else ()
    return f"  year = {{{day[0]}}},\n  month = {dates.MONTHS[day[1] - 1]},\n" if day else ""


def _fields(item: Work, key: str) -> Iterator[tuple[str, str]]:
    record = item.record
    # A second pair of braces keeps BibTeX's styles from writing capitals small.
    yield "title", f"{{{to_latex(record.title)}}}" if record else ""
    yield "author", " and ".join(map(name, record.authors)) if record else ""
    yield "journal", to_latex(record.journal_ref or "") if record else ""
    if not is_elsewhere(item.id):
        yield "eprint", f"{item.id}{f'v{item.version}' if item.version else ''}"
        yield "archiveprefix", "arXiv"
        yield "primaryclass", (record.primary_category or "") if record else ""
    yield "doi", _verbatim(_doi(item))
    yield "url", _verbatim(link(item.id, item.version) or "")
    if record:
        yield "abstract", to_latex(record.abstract)
        yield "note", to_latex(record.comment or "")
    yield "keywords", to_latex(", ".join(item.tags))
    yield "annote", to_latex(item.notes)
    if item.id.startswith("bib:") and item.id != f"bib:{key}":
        yield "paperlab", to_latex(item.id)


def _doi(item: Work) -> str:
    return item.id.removeprefix("doi:") if item.id.startswith("doi:") else (item.record and item.record.doi) or ""


_SIGNS = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C", '"': "%22"})


def _verbatim(address: str) -> str:
    """Write what LaTeX prints letter by letter; braces would end it, and % and _ stay as they are."""
    return address.translate(_SIGNS)


@lru_cache(maxsize=65536)
def name(author: str) -> str:
    r"""Write a name as BibTeX sorts it; an organisation, or what would be read otherwise, in braces.

    >>> name("Ludwig van Beethoven"), name("OpenAI"), name("Kurt Gödel")
    ('van Beethoven, Ludwig', '{OpenAI}', 'Gödel, Kurt')
    """
    found = people.parts(author)
    if found is None:
        return f"{{{to_latex(author)}}}"
    family, given, suffix = map(to_latex, found)
    return f"{family}, {suffix}, {given}" if suffix else f"{family}, {given}"
