"""arXiv's query language, checked before arXiv is asked: it refuses what is wrong, or reads it as something else.

Source: info.arxiv.org/help/api/user-manual 5.1. Field prefixes, AND, OR, ANDNOT, brackets, phrases in quotes, and
ranges of dates as in `submittedDate:[202401010000 TO 202402010000]`.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import unquote, unquote_plus

from paperlab.errors import UsageError

FIELDS = {
    "author": "au", "title": "ti", "abstract": "abs", "category": "cat", "comment": "co", "journal": "jr",
    "report": "rn", "any": "all",
}  # fmt: skip
"""Our words for arXiv's prefixes, which are taken too."""
PREFIXES = ("ti", "au", "abs", "co", "jr", "cat", "rn", "id", "all")
DATES = {"submitteddate": "submittedDate", "lastupdateddate": "lastUpdatedDate"}
OPERATORS = {"AND": "AND", "OR": "OR", "ANDNOT": "ANDNOT", "NOT": "ANDNOT"}

_TOKEN = re.compile(
    r"""(?P<bracket>[()])|(?P<field>[A-Za-z_]+):(?P<space>\s*)|(?P<phrase>"[^"]*")|(?P<range>\[[^\[\]]*\])"""
    r"""|(?P<word>[^\s()"\[\]]+)|(?P<stray>["\[\]])"""
)
_RANGE = re.compile(r"\[\s*(\d{8}(?:\d{4})?)\s+TO\s+(\d{8}(?:\d{4})?)\s*\]", re.IGNORECASE)


class _Token(NamedTuple):
    kind: str
    text: str
    at: int
    """Place of its first sign, from 1."""


def looks_like_query(text: str) -> bool:
    """Tell a query from the name of a category."""
    return re.search(r'[:"()\s]', text.strip()) is not None


_ADDRESS = re.compile(
    r"(?:https?://)?(?:(?:rss|export|www)\.)?arxiv\.org/"
    r"(?:(?:rss|atom|list)/(?P<feed>[^/?#\s]+)|api/query\?(?:\S*&)?search_query=(?P<query>[^&#\s]+))\S*",
    re.IGNORECASE,
)


def meant_by(text: str) -> str:
    """Give the category or the query that an address of arXiv's asks for; what is no address as it stands.

    Raises:
        UsageError: an address of anything else.

    >>> meant_by("https://rss.arxiv.org/rss/cs.LG+stat.ML"), meant_by("arxiv.org/list/cs.CL/recent?skip=25"), meant_by("cs")
    ('cs.LG+stat.ML', 'cs.CL', 'cs')
    >>> meant_by("http://export.arxiv.org/api/query?search_query=cat:cs.CL+AND+ti:%22state+space%22&start=0")
    'cat:cs.CL AND ti:"state space"'
    """
    found = _ADDRESS.fullmatch(text.strip())
    if found:
        return unquote(found["feed"]) if found["feed"] else unquote_plus(found["query"])
    if re.match(r"(?:https?|feed)://", text.strip(), re.IGNORECASE):
        raise UsageError(
            f"expected a category like cs.LG or a query like author:hinton, got {text[:200]!r}: an address that is no "
            "feed of arXiv"
        )
    return text


def normal_query(text: str) -> str:
    """Give a query in arXiv's own prefixes and operators; words that stand behind a field without quotes become a phrase.

    Raises:
        UsageError: something that arXiv would refuse or read otherwise, and where it stands.

    >>> normal_query('author:Geoffrey Hinton and (title:capsules OR abs:"dynamic routing")')
    'au:"Geoffrey Hinton" AND (ti:capsules OR abs:"dynamic routing")'
    """
    tokens = _joined(_tokens(text))
    _check_order(tokens, text)
    words = [token.text for token in tokens]
    return " ".join(words).replace("( ", "(").replace(" )", ")")


def _tokens(text: str) -> list[_Token]:
    """Cut a query into brackets, operators, fields and their values."""
    found = []
    for match in _TOKEN.finditer(text):
        kind, at = match.lastgroup or "", match.start() + 1
        kind = "field" if match["field"] else kind
        if kind == "stray":
            raise _fault(text, at, f"{match[0]} is never closed" if match[0] != "]" else "] closes nothing")
        found.append(_token(kind, match, at, text))
    return found


def _token(kind: str, match: re.Match[str], at: int, text: str) -> _Token:
    if kind == "field":
        return _Token("field", _prefix(match["field"], at, text), at)
    if kind == "word" and match[0].upper() in OPERATORS:
        return _Token("operator", OPERATORS[match[0].upper()], at)
    return _Token("value" if kind in ("word", "phrase", "range") else kind, match[0], at)


def _prefix(name: str, at: int, text: str) -> str:
    word = name.lower()
    if word in DATES:
        return DATES[word]
    if word in FIELDS or word in PREFIXES:
        return FIELDS.get(word, word)
    known = ", ".join([*FIELDS, *PREFIXES, *DATES.values()])
    raise _fault(text, at, f"there is no field {name!r}; fields are {known}")


def _joined(tokens: list[_Token]) -> list[_Token]:
    """Join each field to its value, loose words behind it to a phrase, `AND NOT` to one operator; say AND where nothing stands."""
    found: list[_Token] = []
    for token in tokens:
        last = found[-1] if found else None
        if token.kind == "value" and last and last.kind in ("field", "term"):
            found[-1] = _Token("term", _valued(last, token.text), last.at)
        elif token.kind == "operator" and token.text == "ANDNOT" and last and last.text == "AND":
            found[-1] = _Token("operator", "ANDNOT", last.at)
        else:
            if last and _ends(last) and _begins(token):
                found.append(_Token("operator", "AND", token.at))
            found.append(token)
    return [_Token(t.kind, _with_field(found, n), t.at) for n, t in enumerate(found) if not _goes_on(found, n)]


def _valued(last: _Token, value: str) -> str:
    """Put a value behind a field, or one more word behind those that stand there."""
    if last.kind == "field":
        return f"{last.text}:{value}"
    field, _, words = last.text.partition(":")
    return f'{field}:"{words.strip(chr(34))} {value.strip(chr(34))}"'


def _ends(token: _Token) -> bool:
    return token.kind in ("term", "value") or token.text == ")"


def _begins(token: _Token) -> bool:
    return token.kind in ("field", "value") or token.text == "("


def _with_field(tokens: list[_Token], place: int) -> str:
    """Give `ti:(` for a field before a bracket."""
    before = tokens[place - 1] if place else None
    token = tokens[place]
    return f"{before.text}:(" if token.text == "(" and before and before.kind == "field" else token.text


def _goes_on(tokens: list[_Token], place: int) -> bool:
    """Tell a field that was joined to the bracket behind it."""
    after = tokens[place + 1] if place + 1 < len(tokens) else None
    return tokens[place].kind == "field" and after is not None and after.text == "("


def _check_order(tokens: list[_Token], text: str) -> None:
    """Hold that brackets close, operators stand between terms, and each term names its field."""
    open_at: list[_Token] = []
    wants_term = True
    for token in tokens:
        _check_term(token, text, inside=any(":" in bracket.text for bracket in open_at))
        closes = token.text == ")"
        if (token.kind == "operator" or closes) and wants_term:
            raise _fault(text, token.at, f"expected a term like au:hinton before {token.text}")
        if closes and not open_at:
            raise _fault(text, token.at, "this bracket closes nothing")
        if closes:
            open_at.pop()
        elif token.kind == "bracket":
            open_at.append(token)
        wants_term = token.kind == "operator" or (token.kind == "bracket" and not closes)
    if open_at:
        raise _fault(text, open_at[-1].at, "this bracket is never closed")
    if wants_term:
        raise _fault(text, len(text) + 1, "expected a term like au:hinton at the end")


def _check_term(token: _Token, text: str, *, inside: bool) -> None:
    if token.kind == "field":
        raise _fault(text, token.at, f'expected a word, a "phrase" or a bracket behind {token.text}:')
    if token.kind == "value" and not inside:
        raise _fault(text, token.at, f"expected a field before {token.text}, such as all:{token.text}")
    field, _, value = token.text.partition(":")
    if token.kind == "term" and (value == '""' or not value):
        raise _fault(text, token.at, f"nothing stands behind {field}:")
    if (
        token.kind == "term"
        and (field in DATES.values() or value[:1] == "[")
        and not (field in DATES.values() and _RANGE.fullmatch(value))
    ):
        form = "submittedDate:[202401010000 TO 202402010000]"
        raise _fault(text, token.at, f"expected a range of dates like {form}")


def _fault(text: str, at: int, reason: str) -> UsageError:
    """Say what is wrong, at which sign (from 1), with what stands there."""
    here = text[at - 1 : at + 19]
    where = f"at sign {at}, {here!r}" if here else "at its end"
    return UsageError(
        f"expected a category like cs.LG or a query like author:hinton, got {text[:200]!r}: {reason}; {where}"
    )
