"""What changed between two texts, word by word."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from paperlab.records.notices import Described

MOST_WORDS = 5000
"""Beyond it the texts are compared no further: difflib takes the square of their length."""

_TOKEN = re.compile(
    r" ?(?:[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]|[^ \u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+)"
)
"""A word with the blank before it; in Chinese and Japanese, which write none, a sign."""  # fmt: skip


class Piece(NamedTuple):
    """Some words: `same`, `gone` from the old text, or `came` with the new."""

    kind: str
    text: str


def pieces(old: str, new: str) -> tuple[Piece, ...]:
    """Give the new text with what went and what came; white space is folded first.

    >>> [tuple(piece) for piece in pieces("a big model", "a small model")]
    [('same', 'a'), ('gone', ' big'), ('came', ' small'), ('same', ' model')]
    """
    before, after = (_TOKEN.findall(" ".join(text.split())) for text in (old, new))
    found: list[Piece] = []
    for kind, a, b, c, d in _steps(before, after):
        gone, came = "".join(before[a:b]), "".join(after[c:d])
        found += [Piece("same", came)] if kind == "equal" else [Piece("gone", gone), Piece("came", came)]
    return tuple(piece for piece in found if piece.text)


def _steps(before: Sequence[str], after: Sequence[str]) -> list[tuple[str, int, int, int, int]]:
    import difflib

    if max(len(before), len(after)) > MOST_WORDS and before != after:
        return [("replace", 0, len(before), 0, len(after))]
    old, new = ([token.strip() for token in tokens] for tokens in (before, after))
    return list(difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes())


def counted(old: str, new: str) -> tuple[int, int]:
    """Count the words that came and that went.

    >>> counted("a big model", "a small, good model")
    (2, 1)
    """
    found = pieces(old, new)
    return tuple(sum(len(_TOKEN.findall(p.text)) for p in found if p.kind == kind) for kind in ("came", "gone"))  # type: ignore[return-value]  # two kinds, two numbers


def marked(old: str, new: str) -> str:
    """Give the word diff in the signs of `git diff --word-diff`.

    >>> marked("a big model", "a small model")
    'a [-big-] {+small+} model'
    """
    return _signed(pieces(old, new))


def _signed(found: Iterable[Piece]) -> str:
    signs = {"same": "{}{}", "gone": "{}[-{}-]", "came": "{}{{+{}+}}"}
    return "".join(signs[kind].format(*_parted(text)) for kind, text in found).strip()


def excerpt(old: str, new: str, *, most: int = 200) -> str:
    """Give the changed words alone, as `marked` does, each between two of its neighbours; cut after some characters.

    >>> excerpt("we train a big model on all of it today", "we train a small model on all of it now")
    'train a [-big-] {+small+} model on ... of it [-today-] {+now+}'
    """
    found = pieces(old, new)
    last = len(found) - 1
    text = _signed(p if p.kind != "same" else _near(p, first=n == 0, last=n == last) for n, p in enumerate(found))
    return text if len(text) <= most else f"{text[:most].rstrip()} ..."


_NEIGHBOURS = 2


def _near(piece: Piece, *, first: bool, last: bool) -> Piece:
    """Cut words that stayed to those beside a change."""
    tokens = _TOKEN.findall(piece.text)
    head, tail = (0 if first else _NEIGHBOURS), (0 if last else _NEIGHBOURS)
    if len(tokens) <= head + tail:
        return piece
    gap = "" if first or last else " ..."
    return Piece("same", "".join([*tokens[:head], gap, *tokens[len(tokens) - tail :]]))


def _parted(text: str) -> tuple[str, str]:
    """Cut the blank before a piece off, so that it stands outside of its brackets."""
    return text[: len(text) - len(text.lstrip())], text.lstrip()


_PAGES = re.compile(r"(?<![\d.])(\d{1,4})\s*(?:pages?\b|pp\b|pgs?\b)", re.IGNORECASE)


def pages(comment: str | None) -> int | None:
    """Read the number of pages out of a comment; None where it names none.

    >>> pages("12 pages, 3 figures")
    12
    >>> pages("15pp. Accepted at ICML 2020") or 0
    15
    """
    found = _PAGES.search(comment or "")
    return int(found[1]) if found and int(found[1]) else None


def summary(before: Described, after: Described) -> tuple[str, ...]:
    """Say in a few words what changed between two versions; what was never told is no change."""
    said = []
    if before.title and after.title and before.title != after.title:
        said.append("title changed")
    if before.abstract and after.abstract and any(words := counted(before.abstract, after.abstract)):
        said.append(f"abstract +{words[0]} -{words[1]} words")
    lengths = pages(before.comment), pages(after.comment)
    if all(lengths) and lengths[0] != lengths[1]:
        said.append(f"{lengths[0]} -> {lengths[1]} pages")
    if after.comment and after.comment != before.comment:
        said.append(f'comment "{after.comment}"')
    return tuple(said)
