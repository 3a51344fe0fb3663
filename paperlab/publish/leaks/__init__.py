"""The leak gate: what looks like a secret stops the page before anything is written.

    pieces.py    a page -> every text in it, with its place; pictures give the text beside their pixels
    views.py     a text -> the same text joined, unescaped and decoded
    patterns.py  what a secret looks like: one table of providers, and assignments of random values
    values.py    whether the value is one: random or typed, no stand-in, no word

Known providers are judged in every view; a random value is judged only where it is assigned to a name that says
secret, since a page about machine learning is full of hashes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from paperlab.publish.inputs import LeakHit, PageInput
from paperlab.publish.leaks.patterns import kinds
from paperlab.publish.leaks.pieces import Piece, pieces
from paperlab.publish.leaks.views import forms, views

MIN_SECRET = 6
"""Shorter values of this process's own variables are words like `true`."""


def check_leaks(page: PageInput, secrets: Sequence[str] = ()) -> tuple[LeakHit, ...]:
    """Find what looks like a secret in anything of a page that could be published.

    Args:
        page: sources, outputs, metadata, attachments, pictures, card, readme, code and run are read.
        secrets: exact values that must not appear, in plain, base64, hex, URL-encoded or reversed form.

    Returns:
        One hit a place and kind, in the order of the page; a hit never holds the secret itself.
    """
    exact = tuple(form for secret in dict.fromkeys(secrets) if len(secret) >= MIN_SECRET for form in forms(secret))
    found = {hit: None for piece in pieces(page) for hit in _hits(piece, exact)}
    return tuple(found)


def _hits(piece: Piece, exact: Sequence[str]) -> Iterator[LeakHit]:
    seen: set[str] = set()
    for view in views(piece.text, code=piece.code):
        if any(form in view.text for form in exact):
            seen.add("secret of this process's environment")
        seen.update(kinds(view.text, plain=view.plain))
    for kind in sorted(seen):
        yield LeakHit(cell=piece.cell, output=piece.output, kind=kind, where=piece.where)
