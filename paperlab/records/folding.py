"""A text with less in it: white space folded, markup taken off, letters alone. Sources, formats and list share it."""

from __future__ import annotations

import re
import unicodedata

from paperlab.records.accents import accents


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


_ENTITY = re.compile(r"&(?:#\d{1,6}|#x[\da-f]{1,5}|[a-z]{2,8});", re.IGNORECASE)
_MARKUP = re.compile(r"</?(?:i|b|em|strong|sub|sup|sc|scp|span)(?:\s[^<>]*)?>", re.IGNORECASE)


def unmarked(title: str) -> str:
    """Take the markup off a title of Zotero, Crossref and CSL.

    >>> unmarked('Learning <i>in vivo</i>: H<sub>2</sub>O &amp; more')
    'Learning in vivo: H2O & more'
    """
    if "&" in title and _ENTITY.search(title):
        from html import unescape

        title = _ENTITY.sub(lambda match: unescape(match[0]), title)
    return _MARKUP.sub("", title) if "<" in title else title


def bare(title: str) -> str:
    r"""Give the letters and digits of a title in lower case and without accents, by which files' titles of one work agree.

    >>> bare("Attention <i>Is</i> All You Need!"), bare(r"Schr\"odinger"), bare("Schrödinger")
    ('attentionisallyouneed', 'schrodinger', 'schrodinger')
    """
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKD", accents(unmarked(title)).casefold())))
