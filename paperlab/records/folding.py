"""White space of a text, folded: what every source, format and list needs of every text."""

from __future__ import annotations


def folded(text: str) -> str:
    r"""Give a text on one line: single blanks between its words, none at its ends.

    >>> folded("  A\n   title\u00a0of it ")
    'A title of it'
    """
    # Of all white space only the blank is printable; to cut and join an abstract takes four times as long as to see that.
    if "  " in text or not text.isprintable() or text[:1] == " " or text[-1:] == " ":
        return " ".join(text.split())
    return text
