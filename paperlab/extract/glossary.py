r"""Short forms that a package writes out: `\newacronym{cnn}{CNN}{convolutional net}` and `\gls{cnn}`, `\ac{cnn}`, `\acl{cnn}`.

The first use prints the long form with the short one in parentheses, later ones the short form alone, as glossaries, acro and
acronym do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from paperlab.extract.keyed import keys
from paperlab.extract.macros import Macro
from paperlab.extract.tokens import cut

if TYPE_CHECKING:
    from paperlab.extract.expand import Expander


@dataclass(slots=True)
class Term:
    """A term of a glossary."""

    short: str
    long: str = ""
    """Empty where it has one form only."""
    plural: str = ""
    """Of the short form; empty where it takes an s."""
    used: bool = False


_SHORT, _LONG, _FULL, _FIRST, _NAME = "short", "long", "full", "first", "name"
_USES = {
    **dict.fromkeys(("gls", "ac", "cgls", "iac", "glsdisp"), _FIRST), **dict.fromkeys(("acs", "acrshort", "glsxtrshort", "acsu", "glsentryshort"), _SHORT),
    **dict.fromkeys(("acl", "acrlong", "glsxtrlong", "aclu", "glsentrylong", "glsdesc"), _LONG),
    **dict.fromkeys(("acf", "acrfull", "glsxtrfull", "acfi"), _FULL), **dict.fromkeys(("glsentryname", "glsentrytext", "acroshort"), _NAME),
}  # fmt: skip
"""Command -> which form it prints; each comes with a plural (`\\glspl`, `\\acp`) and with a capital (`\\Gls`)."""
_PLURAL = {"gls": "glspl", "ac": "acp", "acs": "acsp", "acl": "aclp", "acf": "acfp", "acrshort": "acrshortpl", "acrlong": "acrlongpl", "acrfull": "acrfullpl"}  # fmt: skip


def _text(expander: Expander) -> str:
    return "".join(text for text, _ in expander.argument()).strip()


def _acronym(expander: Expander, _name: str, _place: int) -> None:
    r"""`\newacronym[options]{key}{short}{long}`."""
    expander.bracket()
    key, short, long = _text(expander), _text(expander), _text(expander)
    expander.terms[key] = Term(short, long)


def _entry(expander: Expander, _name: str, _place: int) -> None:
    r"""`\newglossaryentry{key}{name=.., plural=..}`, `\DeclareAcronym{key}{short=.., long=..}`."""
    key, given = _text(expander), keys(_text(expander))
    short = given.get("short") or given.get("text") or given.get("name") or key
    plural = given.get("plural", "") or (short + given["short-plural"] if "short-plural" in given else "")
    expander.terms[key] = Term(short, given.get("long", ""), plural)


def _acro(expander: Expander, _name: str, _place: int) -> None:
    r"""`\acrodef{key}[short]{long}` of acronym, and `\acro` in its list."""
    key, short, long = _text(expander), expander.bracket(), _text(expander)
    expander.terms[key] = Term("".join(t for t, _ in short) if short else key, long)


def _use(expander: Expander, text: str, place: int) -> None:
    """Print a term in the form that the command asks for; what is defined nowhere stays as it is written."""
    if not expander.terms:
        expander.emit(text, place)
        return
    star = "*" if expander.star() else ""
    expander.bracket()
    key = _text(expander)
    term, (form, plural) = expander.terms.get(key), _FORMS[text[1:].lower()]
    if term is None:
        expander.emit(f"{text}{star}{{{key}}}", place)
        return
    shown = _shown(term, form, plural=plural)
    shown = shown[:1].upper() + shown[1:] if text[1].isupper() else shown
    known = len(expander.problems)
    expander.expand(f"{text[1:]}{{{key}}}", Macro((), tuple(cut(shown))), place)
    if len(expander.problems) > known:  # a term that is made of itself
        expander.terms.pop(key, None)


def _shown(term: Term, form: str, *, plural: bool) -> str:
    short = (term.plural or f"{term.short}s") if plural else term.short
    long = f"{term.long}s" if plural and term.long else term.long
    if form == _FIRST:
        form = _SHORT if term.used else _FULL
        term.used = True
    if form == _FULL and long:
        return f"{long} ({short})"
    return long if form == _LONG and long else short


def _alias(expander: Expander, _name: str, _place: int) -> None:
    r"""`\defcitealias{key}{words}` of natbib."""
    key, words = _text(expander), _text(expander)
    expander.terms[_ALIAS + key] = Term(words)


def _cite_alias(expander: Expander, text: str, place: int) -> None:
    r"""Print the words that stand for a reference, and keep that it is cited."""
    before = [found for found in (expander.bracket(), expander.bracket()) if found is not None]
    key = _text(expander)
    term = expander.terms.get(_ALIAS + key)
    if term is None:
        brackets = "".join(f"[{''.join(t for t, _ in found)}]" for found in before)
        expander.emit(f"{text}{brackets}{{{key}}}", place)
        return
    shown = f"({term.short})" if text.startswith(r"\citep") else term.short
    expander.push([(t, place) for t in cut(rf"{shown}\nocite{{{key}}}")])


_ALIAS = "cite "
_FORMS = {name: (form, False) for name, form in _USES.items()} | {
    plural: (_USES[name], True) for name, plural in _PLURAL.items()
}
HANDLERS = {
    **dict.fromkeys((r"\newacronym", r"\newabbreviation"), _acronym), **dict.fromkeys((r"\newglossaryentry", r"\DeclareAcronym"), _entry),
    **dict.fromkeys((r"\acrodef", r"\acro", r"\newacro"), _acro),
    r"\defcitealias": _alias, **dict.fromkeys((r"\citetalias", r"\citepalias"), _cite_alias),
    **{"\\" + name: _use for form in _FORMS for name in (form, form.capitalize())},
}  # fmt: skip
