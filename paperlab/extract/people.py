"""Names of people: lists of authors in any of the styles of bibliographies, as "First Last"."""

from __future__ import annotations

import re

_AND = re.compile(r"\s*(?:,\s*)?(?:\band\b|&|\bund\b)\s+|\s*;\s*")
_INITIALS = re.compile(
    r"(?:[A-ZÀ-ÞΑ-Ω](?:[a-z][.’']|[.’']?)(?:[-‐–\s]*|$)){1,5}(?:,?\s*(?:Jr|Sr|II|III|IV)\.?)?|[A-ZÀ-Þ][a-z]"
)
"""`D. P.`, `Yu.`, and `Yu` where it stands alone: `J. Ba` is a whole name."""
_SUFFIX = re.compile(r"(?:Jr|Sr|II|III|IV)\.?")
_JUNIOR = re.compile(r"(?<=\w),\s+((?:Jr|Sr)\b\.?|(?:II|III|IV)\b)")
_ETAL = re.compile(r",?\s*\b(?:et\s*al\b\.?|and\s+others|others)\s*$", re.IGNORECASE)
_EDITOR = re.compile(r"\s*[(,\[]\s*(?:eds?|editors?|Ed|Hrsg)\.?\s*[)\]]?\s*$", re.IGNORECASE)
_GROUP = re.compile(
    r"(?<=\w|\.|,)\s*[\[(][^\[\]()]{0,60}\b(?:Collab|Group|Team|Consort)[^\[\]()]{0,20}[\])]?|\s*\([A-Z][A-Z0-9-]{2,15}\)"
)
"""`[H1 Collaboration]` behind the first author."""
_SURNAME_FIRST = re.compile(
    r"((?:(?:van|von|de|der|den|du|la|le|di|da|dos|ten|ter) )*[A-ZÀ-Þ][\w'’-]+) ((?:[A-ZÀ-Þ]\.[ -]?){1,4}|[A-Z]{1,3})"
)
"""`Condon J. J.`, `Krizhevsky A`."""
MOST_NAMES = 5_000


def split_names(text: str) -> tuple[str, ...]:
    """Split a list of authors, whatever its style.

    >>> split_names("Kingma, D. P. and Ba, J."), split_names("A. Bifet, G. Holmes, and B. Pfahringer")
    (('D. P. Kingma', 'J. Ba'), ('A. Bifet', 'G. Holmes', 'B. Pfahringer'))
    >>> split_names("Hu, X."), split_names("Yu. Nesterov, A. Bee")
    (('X. Hu',), ('Yu. Nesterov', 'A. Bee'))
    """
    text = _JUNIOR.sub(r" \1", _GROUP.sub("", text))
    text = _ETAL.sub(
        "", _EDITOR.sub("", text.strip().strip(".,:; ") if not text.rstrip().endswith(".") else text.strip())
    )
    pieces = _AND.split(_first_inverted(text))
    parts = [p.strip() for piece in pieces for p in piece.split(",")]
    parts = [p for p in parts if p and not _ETAL.fullmatch(" " + p)][:MOST_NAMES]
    names = (
        _pair(parts)
        if any("," in p for p in pieces) and _inverted(parts)
        else _turned(pieces, parts) or _join_suffix(parts)
    )
    turned = [_SURNAME_FIRST.fullmatch(n.strip()) for n in names]
    if names and all(turned):
        names = [f"{m.group(2).strip()} {m.group(1)}" for m in turned if m]
    return tuple(n for n in (_clean(n) for n in names) if n)


_LAST_FIRST = re.compile(r"([A-ZÀ-Þ][\w'’-]+), ((?:[A-ZÀ-Þ][a-zß-ÿ'’-]+\b)(?: [A-ZÀ-Þ][\w.'’-]*){0,2})")

_WHOLE = re.compile(
    r"(?:[A-ZÀ-Þ][\w.'’-]* ){1,4}(?:(?:van|von|de|der|den|du|la|le|di|da|dos|ten|ter) )*[A-ZÀ-Þ][a-zß-ÿ'’-][\w'’-]*"
)

_NATURAL = re.compile(
    r"(?:[A-ZÀ-Þ]\.[\s-]?){1,4}\s?(?:(?:van|von|de|der|den|du|la|le|di|da|dos|ten|ter) )*[A-ZÀ-Þ][\w'’-]+"
)
"""`M. Doe`: behind `Bee, A.` it says that the first name alone is turned."""


def _first_inverted(text: str) -> str:
    """Turn the first name of a list after the Chicago manual: `Doe, Ann B., Bo Roe, and Cy Poe`; two surnames stay as they are."""
    first, *others = _AND.split(text)
    parts = [part.strip() for part in first.strip(" ,").split(",")]
    more = parts[2:] if others and all(_WHOLE.fullmatch(name) for name in parts[2:]) else []
    first = ", ".join(parts[:2]) if more else first
    found = _LAST_FIRST.fullmatch(first.strip()) or _LAST_FIRST.fullmatch(first.strip(" ."))
    if found is None or any("," in piece for piece in others) or (others and not any(" " in p.strip() for p in others)):
        return text
    return " and ".join([f"{found.group(2)} {found.group(1)}", *more, *others])


def _turned(pieces: list[str], parts: list[str]) -> list[str]:
    """Turn `Last, First, Last, First and Last, First`: a comma behind the last `and` says so; else nothing."""
    last = [p.strip() for p in pieces[-1].split(",")]
    if len(pieces) < 2 or len(last) != 2 or len(parts) % 2 or any(_SUFFIX.fullmatch(p) for p in parts):
        return []
    firsts = [first.rstrip(".") if len(first) > 3 else first for first in parts[1::2]]
    return [f"{first} {surname}" for surname, first in zip(parts[::2], firsts, strict=True)]


def bibtex_names(text: str) -> tuple[str, ...]:
    """Split BibTeX's `and` list; each name as `Last, First` or `First Last`."""
    out = []
    for name in re.split(r"\s+and\s+", text.strip(), flags=re.IGNORECASE)[:MOST_NAMES]:
        parts = [p.strip() for p in name.split(",")]
        if len(parts) >= 3:
            parts = (
                [f"{parts[0]} {parts[1]}", " ".join(parts[2:])] if _SUFFIX.fullmatch(parts[1]) else [parts[0], parts[1]]
            )
        joined = " ".join(reversed(parts)) if len(parts) > 1 else parts[0]
        if joined and joined.lower() != "others":
            out.append(_clean(joined))
    return tuple(n for n in out if n)


def _clean(name: str) -> str:
    name = re.sub(r"\s+", " ", name).strip(" ,;:{}()[]")
    return re.sub(r"(?<=[a-zà-ÿ])\.$|(?<=\w\w)\.$", "", name) if not _SUFFIX.search(name[-4:]) else name


def _inverted(parts: list[str]) -> bool:
    """Tell `Last, F. M.` lists: the second and further even parts are initials."""
    second = parts[1::2]
    initials = sum(bool(_INITIALS.fullmatch(p)) for p in second)
    surname = re.fullmatch(r"[A-ZÀ-Þ][a-z]", parts[0]) or not _INITIALS.fullmatch(parts[0])  # `Hu`, beside `X.`
    first_alone = initials == 1 and _INITIALS.fullmatch(parts[1]) and all(_NATURAL.fullmatch(p) for p in parts[2:])
    return bool(second) and (initials * 2 > len(second) or bool(first_alone)) and bool(surname)


def _pair(parts: list[str]) -> list[str]:
    names: list[str] = []
    for part in parts:
        if names and _INITIALS.fullmatch(part) and "," not in names[-1] and len(part) < 20:
            names[-1] = f"{part},{names[-1]}"
        else:
            names.append(part)
    return [" ".join(n.split(",", 1)) for n in names]


def _join_suffix(parts: list[str]) -> list[str]:
    names: list[str] = []
    for part in parts:
        if names and _SUFFIX.fullmatch(part):
            names[-1] = f"{names[-1]} {part}"
        else:
            names.append(part)
    return names
