"""The names that an entry written by hand begins with: all in the style of the first, so that a title is none of them."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SMALL = r"(?:(?:van|von|de|der|den|du|la|le|di|da|dos|ten|ter|del|della|zu|zur|el|al|bin|af)\s+)"
_CAPITAL = r"A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĖĘĚĞĢĪĮİĶĹĻŁŃŅŇŌŐŒŔŘŚŞŠŢŤŪŮŰŲŹŻŽΑ-Ω"
_PART = rf"[{_CAPITAL}][\w'’]*(?:[-‐–][\w'’]+)*"
_SURNAME = rf"{_SMALL}{{0,3}}(?:d['’]|O['’]|l['’])?{_PART}(?:\s{_SMALL}{{1,2}}{_PART})?"
_DOTTED = rf"(?:[{_CAPITAL}][a-z]?\.(?:\s?[-‐–]?\s?[{_CAPITAL}][a-z]?\.){{0,4}})"
_JUNIOR = r"(?:,?\s(?:Jr|Sr)\.?|\s(?:II|III|IV))?"
_STYLES: dict[str, str] = {
    "inverted": rf"(?P<last>{_SURNAME}(?:\s{_PART})?){_JUNIOR},\s*(?P<first>{_DOTTED}){_JUNIOR}",
    "initials": rf"(?P<first>{_DOTTED})\s?(?P<last>{_SURNAME}(?:\s{_PART})?){_JUNIOR}",
    "bare": rf"(?P<last>{_SURNAME})\s(?P<first>[{_CAPITAL}](?:\s?-?[{_CAPITAL}]){{0,2}}(?![\w.])|{_DOTTED})",
    "full": rf"(?P<first>{_PART}(?:\s(?:{_DOTTED}|{_PART}))?)\s(?P<last>{_SURNAME}){_JUNIOR}",
}
"""Style -> one name; tried in this order."""
_GROUP = rf"(?:The\s)?(?:{_PART}\s){{1,4}}(?:Collaboration|Consortium|Team|Group)"
_BETWEEN = re.compile(r"\s*[,;]?\s*(?:\band\b|&|\bund\b)\s*|\s*[,;]\s+")
_LAST = re.compile(r"\s*[,;]?\s*(?:\band\b|&|\bund\b)\s*")
_ET_AL = re.compile(r"[,;]?\s*\bet\.?\s*al\b\.?|,?\s+and\s+others\b")
_EDITORS = re.compile(r",?\s*\(?\b[Ee]ds?\b\.?\)?")
_COLLABORATION = re.compile(r",?\s*[\[(][^\[\]()]{0,60}Collaboration[^\[\]()]{0,10}[\])]")
_END = re.compile(r"\s*(?:[.:,;]|\(|\[|[“\"‘\x01]|(?:1[89]|20)\d\d|\Z)|(?<=\.)\s")
_JOURNAL = re.compile(
    r"(?:[A-Z]\.\s?){1,3}(?:Phys|Math|Chem|Stat|Appl|Theor|Nucl|Fluid|Comput|Comp|Mod|Rev|Lett|Sci|Soc|Mach|Amer|Am|Roy|Func|Funct|"
    r"Diff|Alg|Exp|Exper|Opt|Acoust|Geophys|Astrophys|Astron|Artif|Neural|Bio[a-z]*|Mol|Eng|Med|Neurosci|Econ|Opt)\b\.?"
)
"""`J. Phys.` is written like a name."""
MOST_NAMES = 3_000
_MIXED = re.compile(_STYLES["full"].replace(rf"(?P<first>{_PART}", rf"(?P<first>(?:{_PART}|{_DOTTED})"))
"""A further name of a list of full names may have initials alone."""
_COMPILED = {name: re.compile(one) for name, one in _STYLES.items()}
_GROUPS = re.compile(_GROUP)


@dataclass(frozen=True, slots=True)
class Leading:
    """Names as `First Last`, and the place behind them."""

    names: tuple[str, ...]
    end: int
    closed: bool
    """The list says where it ends: by `and`, by `et al.`, or with its only name."""
    style: str


def leading_names(text: str) -> Leading | None:
    """Read the list of authors at the begin of a text; None where it does not begin with names.

    >>> leading_names("D. P. Kingma and J. Ba, Adam: A method").names
    ('D. P. Kingma', 'J. Ba')
    >>> leading_names("Xu K, Ba J, et al. Show, attend and tell").names
    ('K Xu', 'J Ba')
    """
    tried = (_list(text, style, one) for style, one in _COMPILED.items())
    found = [one for one in tried if one is not None and _END.match(text, one.end)]
    return max(found, key=lambda one: one.end, default=None)


def _list(text: str, style: str, one: re.Pattern[str]) -> Leading | None:
    names: list[str] = []
    at, closed = _skip_space(text, 0), False
    while len(names) < MOST_NAMES:
        group = _GROUPS.match(text, at)
        name = group or (_MIXED if names and style == "full" else one).match(text, at)
        if name is None or _JOURNAL.match(text, at):
            break
        names.append(_turned(name, grouped=group is not None))
        end = name.end()
        if closed and not _LAST.match(text, end):
            break
        between = _BETWEEN.match(text, end)
        if between is None:
            break
        closed = closed or bool(_LAST.match(text, end))
        at = between.end()
    if not names:
        return None
    if style == "bare" and "." not in "".join(names[:-1]) and names[1:]:
        names[-1] = names[-1].replace(".", "")  # the list's full stop
    behind = end
    for pattern in (_ET_AL, _COLLABORATION, _EDITORS):
        found = pattern.match(text, behind)
        behind = found.end() if found else behind
    return Leading(tuple(names), behind, closed or behind > end, style)


def _turned(name: re.Match[str], *, grouped: bool) -> str:
    words = name.group() if grouped else f"{name['first']} {name['last']}"
    return re.sub(r"\s+", " ", words).strip()


def _skip_space(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at
