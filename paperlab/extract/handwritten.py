r"""An entry of a bibliography that somebody wrote by hand and that begins with names: where its title begins and ends."""

from __future__ import annotations

import re

from paperlab.extract.leading import Leading, leading_names
from paperlab.extract.scan import group_end
from paperlab.extract.text import to_text

_ITALIC = re.compile(r"\{\s*\\(?:em|it|sl|emph)(?![A-Za-z])|\\(?:emph|textit|textsl)\s*(?=\{)")
_SMALL_CAPITALS = re.compile(r"\s*(?:\{\s*\\sc|\\textsc\s*\{)(?![A-Za-z])")
"""Where names are set so, nothing else of the entry is."""
_ASIDE = re.compile(r"[{\s]*(?:et\.?\s*~?\\?\s*al\b|and\b|ibid|in\b\s*[:}])")
_BEGIN, _STOP = "\x01", "\x02"
_MOST = 20
_YEAR = re.compile(r"[\s.,:;]*[(\[]?\s*(?:[A-Z][a-z]{2,8}\.?\s+)?\b(?:1[6-9]|20)\d\d[a-z]?\b\s*[)\]]?[\s.,:;]*")
_MARKS = re.compile(r"[\s.,:;]*")
_QUOTED = re.compile(r"‘(.{8,400}?)[,.]?’(?=[\s,.])")
_VOLUME = re.compile(r"[\s,.]*\(?\d+(?!\d*(?:nd|rd|th|st)\b)\b")
_WORDS = re.compile(r"[a-zß-ÿ]{3}")
_VENUE = (
    r"(?:[Ii]n\b(?=:|\s+[A-Z:\x01])|arXiv|ar[Xx]iv|CoRR|Proc\b|Proceedings|Journal|Nature\b|Science\b|Springer|Wiley|Elsevier|Cambridge|Oxford|MIT\b|Academic"
    r"|Technical|Tech\b|Ph\.?D|preprint|eprint|[Vv]ol\b|volume|pp?\.\s*\d|no\.|\d|\(|[A-Z]\.\s|(?:[A-Z][a-z]*\.\s*){1,5}\d|[A-Z]{3,}[\s'’,(]*(?:19|20)?\d|[A-Z][\w.]*\.\s[A-Z]"
    r"|[A-Z][A-Za-z]* (?:Press|University|Publish)|SIAM|IEEE|ACM|AAAI|NeurIPS|NIPS|ICML|ICLR|CVPR|ECCV|ICCV|Ann\b|Trans\b|Adv\b|available|to appear|submitted|unpublished)"
)
_CAPITALS = r"(?=[A-Z])(?:[A-Z&][\w'’-]*\.?|of|and|the|in|on|for)(?:\s+(?:[A-Z&][\w'’-]*\.?|of|and|the|in|on|for)){0,9}\s*(?:[,(\d]|\Z)"
"""A part of a list in which every word is capitalised, as in the name of a journal or a series."""
_COMMA = re.compile(
    rf",\s+(?={_VENUE}|{_CAPITALS})|\.\s+(?=[A-Z(\d]|[Ii]n\b|arXiv|pp?\.)|[?!]\s+(?=[A-Z])|\s*\[[A-Z]{{1,2}}(?:/OL)?\]|\s*//|\x01|\.\s*\Z|,?\s*\((?:1[6-9]|20)\d\d\)"
)
_SENTENCE = re.compile(
    rf"[.?!]\s+(?=[A-Z“\"(\[\d\x01]|(?:in|pp?\.|[Aa]r[Xx]iv|preprint|https?:|www)\b|[a-z]+(?:-[a-z]+)?(?:\.[A-Z]{{2}})?/\d)|[.?!]\s*\Z|,\s+(?={_VENUE})(?!\d|\()|\s*\[[A-Z]{{1,2}}(?:/OL)?\]|\s*//|\x01|,?\s*\((?:1[6-9]|20)\d\d\)"
)
_NO_TITLE = re.compile(
    r"(?:[A-Z][A-Za-z]*\.[\s,]*){2}|[A-Z&]{1,8},\s*\d|[A-Z][a-z]{1,8}\.\s|\W*\d+\b|in\s+[A-Z\x01]|in:|(?:to appear|in press|submitted|preprint|arXiv|ibid|private|unpublished|in preparation|Nature|Science|PhD|Ph\.D)\b|(?:The |Physical |Astrophysical )?(?:Journal|Review|Letters)\b",
    re.IGNORECASE,
)


def read_handwritten(body: str) -> tuple[tuple[str, ...], str | None] | None:
    r"""Give the authors and the title of an entry; None where it begins with no name, or neither a title nor a year and a journal come next.

    >>> read_handwritten(r"H. Kim, J. Park: Fast nets, slow people. In: Proc. X (2019)")
    (('H. Kim', 'J. Park'), 'Fast nets, slow people')
    """
    text = to_text(_marked(body))
    found = leading_names(text)
    if found is None or not (_certain(found, text) or _SMALL_CAPITALS.match(body)):
        return None
    dated = _YEAR.match(text, found.end)
    title = _title(text, found, dated)
    place = dated is not None and _NO_TITLE.match(text, dated.end() + text.startswith(_BEGIN, dated.end()))
    return (found.names, title) if title or place else None


def _certain(found: Leading, text: str) -> bool:
    """Full names are like words of a title: their list has to end by a full stop, a colon, a year or a mark."""
    behind = text[found.end : found.end + 3].lstrip()
    if found.style == "full":
        return behind[:1] in ".:(" or behind[:1].isdigit() or (found.closed and behind[:1] in (",", _BEGIN))
    return True


def _marked(body: str) -> str:
    """Put signs around what is set in italics, but for `et al.` and its like."""
    out, at = [], 0
    for found in list(_ITALIC.finditer(body))[:_MOST]:
        if found.start() < at:
            continue
        start = found.start() if found.group()[0] == "{" else found.end()
        end = group_end(body, start)
        inner = body[found.end() if found.group()[0] == "{" else start : end]
        signs = ("", "") if _ASIDE.match(inner) else (_BEGIN, _STOP)
        out += [body[at : found.start()], signs[0], "{" + inner.lstrip("{ \n").rstrip("}") + "}", signs[1]]
        at = end
    return "".join(out) + body[at:]


def _title(text: str, found: Leading, dated: re.Match[str] | None) -> str | None:
    marks = _MARKS.match(text, found.end)
    at = dated.end() if dated else marks.end() if marks else found.end
    by_comma = dated is None and text[found.end : at].strip() in ("", ",", ";") and not text[: found.end].endswith(".")
    if quoted := _QUOTED.match(text, at):
        return _cleaned(quoted[1])
    if text.startswith(_BEGIN, at):
        end = text.find(_STOP, at)
        inner = text[at + 1 : end]
        return None if end < 0 or _VOLUME.match(text, end + 1) or _NO_TITLE.match(inner) else _cleaned(inner)
    end_ = (_COMMA if by_comma else _SENTENCE).search(text, at)
    inner = text[at : end_.start() if end_ else len(text)]
    if (
        inner.startswith(("“", '"', "‘", "http"))
        or _NO_TITLE.match(inner)
        or len(inner.split()) < 2
        or not _WORDS.search(inner)
    ):
        return None
    return _cleaned(inner + (end_.group().strip() if end_ and end_.group().strip() in ("?", "!") else ""))


def _cleaned(text: str) -> str:
    return text.replace(_BEGIN, "").replace(_STOP, "").strip(" .,:;")
