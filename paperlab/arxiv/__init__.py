"""The only room that asks arXiv: bytes in, records out; parsing stands apart from fetching.

    client.py     ArxivClient: one method a question
    fetch.py      one polite request: retries, limits, redirects, mirror
    pace.py       one request per delay over all processes of the user; 'blocked until'
    atom.py       the query API, through the arxiv package
    feeds.py      announcement feeds: arXiv's own shapes, and any other through feedparser
    days.py       when arXiv announces, and what
    query.py      arXiv's query language, checked offline
    oai.py        OAI-PMH: arXiv, arXivRaw, oai_dc
    dump.py       the public metadata dump: one JSON object a line
    bulk.py       many records out of files of any packing, from a place on
    sources.py    e-prints and pages: which address, which check, what stands in
    eprints.py    the cache of e-prints, and local folders and archives
    unpacking.py  archives into folders, safely
    sniff.py      what bytes are, whatever their name says
    markup.py     XML, read strictly
    text.py       names, white space, dates, signs of withdrawal

Everything is loaded on first use: `paperlab list` must pay for neither requests nor lxml.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from paperlab.arxiv.client import ArxivClient as ArxivClient
    from paperlab.arxiv.eprints import unpack as unpack
    from paperlab.arxiv.oai import parse_oai as parse_oai
    from paperlab.arxiv.pace import next_request_at as next_request_at
    from paperlab.arxiv.query import looks_like_query as looks_like_query
    from paperlab.arxiv.query import meant_by as meant_by
    from paperlab.arxiv.query import normal_query as normal_query
    from paperlab.arxiv.text import feed_name as feed_name

_HOMES = {
    "ArxivClient": "client",
    "feed_name": "text",
    "looks_like_query": "query",
    "meant_by": "query",
    "next_request_at": "pace",
    "normal_query": "query",
    "parse_oai": "oai",
    "unpack": "eprints",
}

__all__ = [
    "ArxivClient", "feed_name", "looks_like_query", "meant_by", "next_request_at", "normal_query", "parse_oai", "unpack",
]  # fmt: skip


def __getattr__(name: str) -> object:
    """Load a public name from its module on first use."""
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
