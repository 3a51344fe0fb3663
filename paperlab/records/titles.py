"""A title with less in it: markup taken off, letters alone. No daily command needs it, and `folding` is read by each."""

from __future__ import annotations

import re
import unicodedata

from paperlab.records.accents import accents

_ENTITY = re.compile(r"&(?:#\d{1,6}|#x[\da-f]{1,5}|[a-z]{2,8});", re.IGNORECASE)
_MARKUP = re.compile(r"<(i|b|em|strong|sub|sup|sc|scp|span)(?:\s[^<>]*)?>(.*?)</\1>", re.IGNORECASE | re.DOTALL)


def unmarked(title: str) -> str:
    """Take the markup off a title of Zotero, Crossref and CSL.

    >>> unmarked('Learning <i>in vivo</i>: H<sub>2</sub>O &amp; more')
    'Learning in vivo: H2O & more'
    >>> unmarked("<span>When <i>p<i>q</i></i></span> and p<b>q")
    'When pq and p<b>q'
    """
    if "&" in title and _ENTITY.search(title):
        from html import unescape

        title = _ENTITY.sub(lambda match: unescape(match[0]), title)
    while "</" in title and (bare := _MARKUP.sub(r"\2", title)) != title:
        title = bare
    return title


def bare(title: str) -> str:
    r"""Give the letters and digits of a title in lower case and without accents, by which files' titles of one work agree.

    >>> bare("Attention <i>Is</i> All You Need!"), bare(r"Schr\"odinger"), bare("Schrödinger")
    ('attentionisallyouneed', 'schrodinger', 'schrodinger')
    """
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKD", accents(unmarked(title)).casefold())))
