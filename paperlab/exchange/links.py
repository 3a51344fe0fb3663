r"""A plain list of links or ids, one or several a line, and the Markdown checklist that `export` writes.

A line is a list item, a Markdown link or plain words with addresses in them. `[x]` marks a paper as read. The title
of a Markdown link is kept for a work that arXiv does not have; arXiv is asked for those of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from paperlab.exchange import dates, found
from paperlab.records.ids import PaperId
from paperlab.records.naming import canonical, is_elsewhere, link
from paperlab.records.queue import STATES
from paperlab.records.works import Reading, Work

_ITEM = re.compile(r"\s*(?:(?:[-*+]|\d+[.)])\s+)?(?:\[(?P<mark>[ xX])\]\s*)?(?P<rest>.*)", re.DOTALL)
_LINK = re.compile(
    r"\[(?P<title>(?:[^\[\]\\]|\\.|\[[^\[\]]*\])*)\]\(\s*(?:<(?P<within>[^<>\s]+)>|(?P<url>(?:[^()\s<>]|\([^()\s]*\))+))(?:\s+\"[^\"]*\")?\s*\)"
)
_KEY = re.compile(r"`(bib:[^`]+)`")
_ADDRESS = re.compile(r"https?://[^\s<>\"'`|]+", re.IGNORECASE)
_HASH = re.compile(r"(?<=\s)#([^\s#,][^\s,]*)")
_DONE = STATES[STATES.index("read") : STATES.index("explained") + 1]


def read(text: str) -> Reading:
    """Read every line; one that names nothing costs one line, headings and comments aside."""
    works: list[Work] = []
    faults: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith(("#", "<!--", "//")):
            continue
        named = list(_line(line))
        works += named
        if not named:
            faults.append(f"line {number}: expected a link, DOI or arXiv id, got {line.strip()[:60]!r}")
    return Reading(works=found.once(works), faults=tuple(faults), format="links")


def _line(line: str) -> Iterator[Work]:
    match = _ITEM.fullmatch(line)
    mark, rest = (match["mark"], match["rest"]) if match else (None, line)
    state = "read" if mark in ("x", "X") else None
    links = list(_LINK.finditer(rest))
    tags = found.tags(_HASH.findall(rest)) if mark is not None else ()
    if links:
        for item in links:
            yield _work(item["within"] or item["url"], _unescaped(item["title"]), state, tags)
    elif key := _KEY.search(rest):
        yield found.work(key[1], None, _unescaped(rest[: key.start()].strip()), state=state, tags=tags)
    else:
        yield from (_work(word, "", state, tags) for word in _words(rest))


def _words(text: str) -> Iterator[str]:
    """Give what names a work: the whole line, else addresses in it, else its words, as `add` takes them."""
    whole = text.strip()
    if canonical(whole) and not re.search(r"\shttps?://", whole):
        yield whole if re.search(r"\s", whole) else _alone(_ended(whole))
        return
    addresses = [_alone(_ended(address)) for address in _ADDRESS.findall(whole)]
    rest = _ADDRESS.sub(" ", whole)
    yield from addresses
    if not addresses:
        words = (word.strip("[]<>.") for word in re.split(r"[\s,;|]+", rest))
        yield from (word for word in map(_ended, words) if canonical(word))


def _alone(address: str) -> str:
    """Leave out what a table has behind the comma after a paper's address; of other addresses a comma is a part."""
    first = address.split(",")[0]
    return first if PaperId.maybe(address) is None and PaperId.maybe(first) else address


def _ended(text: str) -> str:
    """Take off what closes a sentence, or a bracket that was opened before the text."""
    text = text.lstrip("(")
    while text.endswith(tuple(".,;:!?]}")) or (text.endswith(")") and text.count(")") > text.count("(")):
        text = text[:-1]
    return text


def _work(text: str, title: str, state: str | None, tags: tuple[str, ...]) -> Work:
    named = PaperId.maybe(text)
    id = named.base if named else canonical(text) or f"url:{text}"
    title = "" if not is_elsewhere(id) else title
    return found.work(id, named.version if named else None, title, state=state, tags=tags)


def _unescaped(text: str) -> str:
    return re.sub(r"\\([\\`*_{}\[\]()#+.!|<>~$&-])", r"\1", text)


_SIGNS = re.compile(r"([\\`*_{}\[\]<>#|~&])")


def write(works: Sequence[Work]) -> Iterator[str]:
    """Give a checklist, one line a work; what is read, and what went further, is ticked."""
    for item in works:
        record = item.record
        mark = "x" if item.state in _DONE else " "
        title = _SIGNS.sub(r"\\\1", record.title if record else item.id)
        address = _address(link(item.id, item.version) or "")
        named = f"[{title}]({address})" if address else f"{title} `{item.id}`"
        yield f"- [{mark}] {named}{_by(item)}{''.join(f' #{tag}' for tag in item.tags)}\n"


def _address(text: str) -> str:
    """Write an address so that it ends where it does: one with brackets of its own stands in angles."""
    text = text.translate(_IN_ADDRESS)
    return f"<{text}>" if "(" in text or ")" in text else text


_IN_ADDRESS = str.maketrans({"<": "%3C", ">": "%3E", " ": "%20"})


def _by(item: Work) -> str:
    if item.record is None or not item.record.authors:
        return ""
    first, more = item.record.authors[0], len(item.record.authors) > 1
    day = dates.ymd(item.record.published)
    return _SIGNS.sub(r"\\\1", f", {first}{' et al.' if more else ''}{f', {day[0]}' if day else ''}")
