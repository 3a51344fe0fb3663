"""White space of a text, folded: what every source, format and list needs of every text."""

from __future__ import annotations


def folded(text: str) -> str:
    r"""Give a text on one line: single blanks between its words, none at its ends.

    >>> folded("  A\n   title\u00a0of it ")
    'A title of it'
    """
    # To cut and join an abstract takes four times as long as to see that it is folded.
    return text if is_folded(text) else " ".join(text.split())


def is_folded(text: str) -> bool:
    r"""Tell whether a text is on one line already, and free of signs that no text has: controls, halves of surrogates.

    >>> is_folded("A title"), is_folded("A title "), is_folded("A\0title")
    (True, False, False)
    """
    # Of all white space only the blank is printable.
    return text.isprintable() and "  " not in text and text[:1] != " " and text[-1:] != " "
