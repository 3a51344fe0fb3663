r"""Read one `\bibitem`: authors, title, year and identifiers out of what a bibliography style printed.

Three ways, best first: fields marked by the style (`\bibinfo`, `\bibfield`), parts cut by `\newblock`, plain prose.
"""

from __future__ import annotations

import re
from itertools import islice

from paperlab.extract.handwritten import read_handwritten
from paperlab.extract.identifiers import arxiv_id, doi, url, year
from paperlab.extract.people import split_names
from paperlab.extract.scan import argument, arguments_of, commands
from paperlab.extract.text import to_text
from paperlab.records.extracted import Reference


def read_bibitem(key: str, body: str, label: str = "") -> Reference:
    r"""Read what stands after `\bibitem[label]{key}`.

    Args:
        key: the key.
        body: TeX up to the next entry.
        label: what natbib prints when citing; its year helps where the entry has none.
    """
    body = _clean(body)
    plain = _REVIEW.sub(" ", to_text(_shown(body)))
    authors, title = _marked(body) or _apacite(body) or _cut(body)
    raw = f"{plain} {' '.join(_addresses(body))}"
    printed = _field(body, "year") or ""
    years = re.findall(r"(?:1[6-9]|20)\d\d", label)
    labelled = int(years[-1]) if years else None
    return Reference(
        key=key,
        title=_title(title),
        authors=authors,
        year=year(f"({printed})")
        or (labelled if str(labelled) in plain else None)
        or _printed_year(body, plain)
        or labelled,
        arxiv_id=arxiv_id(raw),
        doi=doi(_doi_text(body) or raw),
        url=url(raw),
    )


def _printed_year(body: str, plain: str) -> int | None:
    r"""Give the year of an entry; behind the third `\newblock` stands a note: `Papers of a meeting (Boulder, 1983)`."""
    blocks = re.split(r"\\newblock(?![A-Za-z])", body)
    return (year(to_text(_shown(blocks[2]))) if len(blocks) > 3 else None) or year(plain)


_REVIEW = re.compile(r"\bMR\s?\d{5,8}(?:\s\([^()]*\))?")
"""The number of a review: `MR 2796632 (2012j:57002)` holds no year of the work."""
_NOISE = re.compile(
    r"\\(?:BIBentryALTinterwordspacing|BIBentrySTDinterwordspacing|BibitemOpen|BibitemShut\s*\{[^{}]*\}|bibAnnoteFile\s*\{[^{}]*\}\{[^{}]*\}|bibpreamble"
    r"|natexlab\s*\{[^{}]*\}|penalty0|relax|unskip|@noop|em|it|sl|newline|protect|hskip\s*[\d.]+em[^\\]{0,40}?\\relax|showDOI)(?![A-Za-z])"
)


_APA_AUTHORS = re.compile(r"\\begin\s*\{APACrefauthors\}(.*?)\\end\s*\{APACrefauthors\}", re.DOTALL)
_APA_MARKS = re.compile(r"\\BCB[TL](?![A-Za-z])\s*(?:\{\})?")
_APA_AND = re.compile(r"\\BBA(?![A-Za-z])\s*(?:\{\})?")


def _apacite(body: str) -> tuple[tuple[str, ...], str | None] | None:
    """Read the fields that apacite marks; None where it marks none."""
    authors = _APA_AUTHORS.search(body)
    title = next(arguments_of(body, "APACrefatitle", "APACrefbtitle"), None)
    if authors is None and title is None:
        return None
    names = _APA_AND.sub(" and ", _APA_MARKS.sub(" ", authors[1])) if authors else ""
    return split_names(to_text(names)), title


def _clean(body: str) -> str:
    body = re.sub(r"\\hskip[^\\]{0,60}(?:\\@plus[^\\]{0,20}\\@minus[^\\]{0,20})?\\relax", " ", body)
    body = re.sub(r"\\MR\s*\{[^{}]*\}", " ", body)
    body = re.sub(r"\\spaceskip\s*=[^%]{0,120}?\\relax(?![A-Za-z])", " ", body)  # IEEEtran's spacing, expanded
    body = _NOISE.sub(lambda m: m.group() if m.group() in (r"\em", r"\it", r"\sl") else " ", body)
    return body.replace("\\href@noop", "\\href").replace("\\urlprefix", " ")


def _shown(body: str) -> str:
    r"""Give the second arguments of `\bibinfo{field}{text}` and of REVTeX's `\bibfield {author} {..}` in place."""
    for _ in range(3):
        body = re.sub(r"\\(?:bibinfo|bibfield|bibfnamefont|bibnamefont)\s*\{\s*(?:[a-z]+)\s*\}\s*(?=\{)", " ", body)
    return body


def _field(body: str, name: str) -> str | None:
    r"""Give a field that the style marked: `\bibinfo{title}{..}`."""
    for found in commands(body, "bibinfo"):
        field, at = argument(body, found.end())
        if field.strip() == name:
            return argument(body, at)[0]
    return None


def _marked(body: str) -> tuple[tuple[str, ...], str | None] | None:
    r"""Read ACM's and REVTeX's marked fields; None where the style marks nothing."""
    if "\\bibinfo" not in body and "\\showarticletitle" not in body:
        return None
    people: list[str] = []
    for found in commands(body, "bibinfo"):
        field, at = argument(body, found.end())
        if field.strip() in ("person", "author"):
            people.append(to_text(argument(body, at)[0]))
    title = next(arguments_of(body, "showarticletitle"), None) or _field(body, "title") or _field(body, "booktitle")
    names = tuple(n for p in people for n in (split_names(p) if "," in p or " and " in p else (p.strip(" ,"),)) if n)
    return (names, title) if title or names else None


_QUOTED = re.compile(
    r"``(.+?)(?:,|\.)?''|“(.+?)[,.]?”|\\enquote\s*\{(.+?)\}|(?<!\\)\"([^\"]{8,}?)[,.]?(?<!\\)\"", re.DOTALL
)
_EMPHASIS = re.compile(r"\{\s*\\(?:em|it|sl|emph)(?![A-Za-z])|\\(?:emph|textit|textsl)\s*\{")
_YEAR_BRACKET = re.compile(
    r"[.,]?\s*[(\[]?\b((?:1[6-9]|20)\d\d)[a-z]?\b[)\]]?\s*[.,:]\s*|\s*\((?:1[6-9]|20)\d\d[a-z]?(?:,[^()]*)?\)\s*[.,:]?\s*"
)


_ADDRESS = re.compile(r"\s*(?:\\(?:doarXiv|doeprint|dodoi)\s*\{[^{}]*\}[\s.,]*)+")
"""A block of AAS journals that holds an address alone."""
_PAGE = re.compile(r"\s*([A-Z](?:[^\\{}.,:\d\"“`]|(?<=[A-Za-z-])\d+){3,200}?)[,.:]?\s*\\url\s*\{")
"""A page without authors: `LNCS Homepage, \\url{..}. Last accessed ..`."""


def _cut(body: str) -> tuple[tuple[str, ...], str | None]:
    if page := _PAGE.match(body):
        return (), page[1]
    blocks = [b for b in re.split(r"\\newblock(?![A-Za-z])", body) if b.strip() and not _ADDRESS.fullmatch(b)]
    body = r"\newblock ".join(blocks)
    hand = read_handwritten(blocks[0]) if blocks else None
    if hand and (hand[1] or len(blocks) < 2):
        return hand[0], _as_tex(hand[1])
    quoted = _QUOTED.search(body)
    if quoted and (len(blocks) < 2 or _QUOTED.search(blocks[0]) or len(to_text(blocks[0])) < 4):
        return split_names(_people(body[: quoted.start()])), next(g for g in quoted.groups() if g)
    if len(blocks) >= 2:
        return split_names(_people(blocks[0])), _whole(blocks[1]) or blocks[1]
    names, title = _prose(body)
    return names, _as_tex(title)


def _as_tex(title: str | None) -> str | None:
    """Escape the signs of a text that TeX would take for its own."""
    return None if title is None else re.sub(r"(?<!\\)([%&])", r"\\\1", title)


def _whole(block: str) -> str | None:
    """Give what stands in italics at the begin of a block: the title of a book, before its volume and publisher."""
    found = _EMPHASIS.match(block.lstrip())
    start = found.start() if found and found.group().startswith("{") else found.end() - 1 if found else 0
    end = argument(block.lstrip(), start)[1] if found else 0
    return _emphasised(block.lstrip(), found) if found and re.match(r"\s*[.,]", block.lstrip()[end : end + 9]) else None


def _people(tex: str) -> str:
    """Give the author part as text, its year and `In:` taken off."""
    text = to_text(_shown(tex))
    text = re.sub(
        r"\s*[(\[]\s*(?:1[6-9]|20)\d\d[a-z]?[^)\]]{0,20}[)\]]\s*[.,:]?\s*$|(?:(?<!\b[A-Z])[,.])?\s*\b(?:1[6-9]|20)\d\d[a-z]?\s*[.:]?\s*$",
        "",
        text,
    )
    return re.sub(r"^\s*[\[(]\d+[\])]\s*", "", text)


def _prose(body: str) -> tuple[tuple[str, ...], str | None]:
    """Read an entry written by hand: the authors end at a year, an emphasis, or a sentence's end."""
    emphasis = next((m for m in islice(_EMPHASIS.finditer(body), 20) if not _ASIDE.match(body, m.end())), None)
    head = body[: emphasis.start()] if emphasis else body
    text = to_text(head)
    if dated := _DATED_NAMES.match(text):
        return split_names(dated.group(1)), None
    dated = _DATED.search(text)
    stop = _authors_end(text)
    end = len(text) if stop is None else stop
    first = text[: dated.start() if dated and not text[:end].rstrip().endswith(":") else end]
    if (names := _only_names(first)) != first and not emphasis:
        return _by_commas(names, whole=False)
    if dated and 3 < dated.start() <= end:
        rest = text[dated.end() :] or _emphasised(body, emphasis) or ""
        return split_names(text[: dated.start()]), _first_sentence(rest) or _emphasised(body, emphasis)
    if emphasis and (stop is None or not text[stop:].strip(" .,:;")):
        return split_names(_people(text[:stop].rstrip(" ,:"))), _emphasised(body, emphasis)
    if stop is None:
        return _by_commas(text)
    return split_names(text[:stop].rstrip(" :")), _first_sentence(text[stop:])


_ASIDE = re.compile(r"\s*(?:et\.?\s*~?\\?\s*al\b|and\b|ibid|in\b\s*[:}])")
"""What is set in italics and is no title."""
_DATED = re.compile(
    r"\s*\((?:[A-Z][a-z]{2,8}\.?\s+)?((?:1[6-9]|20)\d\d)[a-z]?\)\s*[.,:]?\s*|(?<=[a-z]{2}\.|[\s.-][A-Z]\.)\s+((?:1[6-9]|20)\d\d)[a-z]?\.\s+(?=[A-Z“\"])"
)
_DATED_NAMES = re.compile(
    r"((?:(?!\b(?!others\b|eds?\b)[a-z]{4,}\b)[^\d()“\"]){3,1500}?),?\s+(?:1[6-9]|20)\d\d[a-z]?,[,\s]"
)
"""Astronomers print names, year, journal, and no title: `Condon J. J., 1994, AJ, 107, 1829`."""


_NO_NAME = re.compile(
    r"\d|\b(?:Phys|Nucl|Rev|Lett|Math|Proc|Trans|Ann|Comm|Sci|Soc|Mod|Int|Europhys|Astrophys|Biol|Stat)\.|\b(?:to appear|in press|submitted|preprint|"
    r"unpublished|Journal|Proceedings|Nature|Science|Physics|Letters|arXiv|in preparation|private communication)\b",
)


def _only_names(text: str) -> str:
    """Cut a list of authors where a journal begins: `E. Garo, J. Phys. A 21` holds one name."""
    parts = text.split(", ")
    end = next((i for i, part in enumerate(parts) if i and _NO_NAME.search(part)), len(parts))
    return ", ".join(parts[:end])


_BOLD_VOLUME = re.compile(r"[\s~,]*(?:[A-Z][\s~]*)?(?:\{\s*\\bf(?:series)?|\\textbf\s*\{)\s*\d")
"""Behind a journal in italics: `B {\\bf 716}`."""


def _emphasised(body: str, found: re.Match[str] | None) -> str | None:
    if found is None:
        return None
    start = found.start() if found.group().startswith("{") else found.end() - 1
    text, end = argument(body, start)
    if _BOLD_VOLUME.match(body, end):
        return None
    return re.sub(r"^\s*\\(?:em|it|sl|emph)(?![A-Za-z])", "", text)


_STOP = re.compile(r"[.:]\s+(?=[“\"A-Z0-9])")
_WORD = 80
"""Characters in which the word before a full stop begins."""


def _authors_end(text: str) -> int | None:
    """Find where the list of authors ends: the first full stop that is not an initial's."""
    for found in _STOP.finditer(text):
        before = text[max(0, found.start() - _WORD) : found.start()]
        word = re.split(r"[\s~.-]", before.rstrip("."))[-1]
        if text[found.start()] == ":" or (len(word) > 2 and not _SHORT.fullmatch(word)):
            return found.end()
        if before.endswith(" al"):
            return found.end()
        after = text[found.end() : found.end() + 60]
        if len(word) <= 2 and _title_starts(after):
            return found.end()
    return None


_SHORT = re.compile(r"Jr|Sr|St|Th|Ch|Yu|Wm|Ph|Chr|II|III")


def _title_starts(after: str) -> bool:
    """After an initial, a title begins with several words where a name has a comma or `and` soon."""
    words = re.split(r"\s+", after)
    plain = [
        w
        for w in words[1:4]
        if re.fullmatch(r"[a-z][a-z-]+[.:]?", w)
        and w not in ("and", "et", "al.", "van", "von", "de", "der", "den", "la", "del")
    ]
    if words[0].endswith((".", ",", ";")):  # a surname, with more of the list after it
        return False
    return bool(plain) and "," not in " ".join(words[:2]) and " and " not in " ".join(words[:3])


def _by_commas(text: str, *, whole: bool = True) -> tuple[tuple[str, ...], str | None]:
    """Read `A. Author, B. Author, Title, Journal 1 (2000)`: the first part that is no name is the title."""
    parts = [p.strip() for p in re.split(r",\s+", text)]
    for i, part in enumerate(parts):
        words = [w for w in re.split(r"\s+", part) if w]
        lower = sum(
            w[:1].islower() and w not in ("and", "de", "van", "von", "der", "et", "al", "la", "del", "den")
            for w in words
        )
        words_only = len(words) > 1 and "." not in part and "." in parts[0]
        if i and (lower >= 1 or len(words) > 5 or words_only):
            return split_names(", ".join(parts[:i])), part
    if not whole:
        return split_names(", ".join(parts)), None
    return split_names(parts[0]) if len(parts) == 1 else split_names(", ".join(parts[:-1])), None


def _first_sentence(text: str) -> str | None:
    found = re.search(
        r"[.?!](?=\s+(?:[A-Z“\[(]|(?:[Aa]r[Xx]iv|in|e-?print|preprint|pp|https?|www|[a-z]+(?:-[a-z]+)?(?:\.[A-Z]{2})?/\d{7})\b)|\s*$)|,\s+(?=(?:In|in|arXiv|Proc|Journal|CoRR|Nature|Science|volume|vol)\b)",
        text,
    )
    cut = text[: found.end()] if found else text
    return cut.strip(" .,") or None


def _title(tex: str | None) -> str | None:
    text = to_text(_shown(tex or "")).strip().strip('“”"‘’').rstrip(".,;: ").strip('“”"‘’')
    text = re.sub(r"^\(?(?:1[6-9]|20)\d\d[a-z]?\)?[.,:]\s*", "", text)
    text = re.sub(r"\s*\((?:[A-Z]\w{2,8}\s+)?(?:1[6-9]|20)\d\d\)$", "", text)
    text = re.sub(r",\s+(?:[A-Z][a-z]{2,8}\.?\s+)?(?:19|20)\d\d[a-z]?$", "", text)
    text = re.sub(r",\s+pp?\.?\s*\d[\d–-]*$|[.,]\s+\d{1,2}(?:st|nd|rd|th)\s+ed(?:n|ition|)\.?$", "", text)
    text = _PUBLISHER.sub("", text)
    return None if _JOURNAL.search(text) or _VOLUME.fullmatch(text) else text or None


_PUBLISHER = re.compile(
    r"\s+\([^()]*\b(?:Springer|Press|Wiley|Elsevier|Kluwer|Dover|North-Holland|Freeman|World Scientific|Addison-Wesley|McGraw-Hill|Academic)\b[^()]*\)$"
)
_JOURNAL = re.compile(
    r"^[^a-z]*[A-Z][\w.& ]{0,40}?\b[A-Z]?\d{1,4}[A-Z]?(?:\s\d+)?,?\s*(?:\d+\s*)?\((?:1[6-9]|20)\d\d\)\s*[A-Z]?\d*"
)
"""A place in a journal where a title would stand: `Phys. Rev. C 66 (2002) 014005`."""


_VOLUME = re.compile(r"[A-Z][\w.’'-]*(?:\s(?:[A-Z][\w.’'-]*|&|of|and|the|in|on|for|für|de)){0,9},\s\d{1,4}[A-Z]?")
"""A journal and its volume where the style prints no title: `Statistical Science, 7`."""


def _addresses(body: str) -> list[str]:
    r"""Collect what stands in `\url`, `\href`, `\path`, `\eprint`, `\arxiv`."""
    found = [
        a.replace("\\_", "_").replace("\\", "") for a in arguments_of(body, "url", "href", "path", "showURL", "burl")
    ]
    return found + [f"arXiv:{to_text(a)}" for a in arguments_of(body, "eprint", "Eprint", "arxiv", "showeprint")]


def _doi_text(body: str) -> str:
    return " ".join(
        a.replace("\\_", "_").replace("\\", "")
        for a in arguments_of(body, "doi", "path", "DOI", "href", "url", "showDOI")
        if "10." in a
    )
