"""Text that SQLite can hold."""

from __future__ import annotations


def clean(text: str) -> str:
    """Drop what SQLite's text cannot hold or its readers stumble over: NUL bytes, halves of surrogates."""
    if text.isascii() and "\0" not in text:
        return text
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def one_line(text: str) -> str:
    """Clean a text and fold its white space."""
    return " ".join(clean(text).split())
