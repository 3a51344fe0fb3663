"""Text that SQLite can hold."""

from __future__ import annotations


def clean(text: str) -> str:
    """Drop what SQLite's text cannot hold or its readers stumble over: NUL bytes, halves of surrogates."""
    bare = text.replace("\0", "")
    return bare if bare.isascii() else bare.encode("utf-8", "replace").decode("utf-8")


def one_line(text: str) -> str:
    """Clean a text and fold its white space."""
    return " ".join(clean(text).split())
