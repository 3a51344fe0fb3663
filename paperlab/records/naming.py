"""The ids of works, those of arXiv and those that are elsewhere, and where each can be read.

A paper of arXiv is known by its arXiv id. A work that has none keeps a stable id of its own:

    doi:10.1145/3292500.3330701     its DOI, in lower case
    url:https://example.org/a.pdf   else its address
    bib:knuth1984                   else the key under which the file that brought it cites it

arXiv is never asked for these: they always have a title, if only their own id.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from paperlab.records.ids import PaperId

_DOI = re.compile(r"(?:doi\s*:\s*|(?:https?://)?(?:dx\.|www\.)?doi\.org/)?(10\.\d{4,9}/\S+)", re.IGNORECASE | re.ASCII)
_URL = re.compile(r"(?:url:)?(https?)://([^\s/?#]+)(\S*)", re.IGNORECASE)
_LONGEST = 2000
"""Signs of an id; a longer text names nothing."""


def doi(text: str) -> str | None:
    """Give a DOI in lower case out of any of its forms; None where the text is none, or arXiv's own.

    >>> doi("https://doi.org/10.1145/3292500.3330701."), doi("10.48550/arXiv.1706.03762")
    ('10.1145/3292500.3330701', None)
    """
    text = text.strip()[:_LONGEST]
    match = _DOI.fullmatch(text)
    found = match[1] if match else None
    if match and found and "%" in found and "/" in text[: match.start(1)]:  # an address has some signs encoded
        found = "".join(unquote(found).split())
    found = found.rstrip(".,;").lower() if found else None
    return None if found is None or found.startswith("10.48550/arxiv.") else found


def canonical(text: str) -> str | None:
    """Give the id that the list keeps for a paper of arXiv, a DOI or an address; None where the text is none of these.

    >>> canonical("https://arxiv.org/abs/1706.03762v5"), canonical("DOI:10.1145/ABC"), canonical("HTTP://Example.org/A")
    ('1706.03762', 'doi:10.1145/abc', 'url:http://example.org/A')
    """
    found = PaperId.maybe(text)
    if found:
        return found.base
    text = text.strip()
    if (kept := doi(text)) is not None:
        return f"doi:{kept}"
    match = _URL.fullmatch(text[:_LONGEST])
    return f"url:{match[1].lower()}://{match[2].lower()}{match[3]}" if match else None


def is_elsewhere(id: str) -> bool:
    """Tell whether a canonical id is that of a work which arXiv does not have."""
    return id.startswith(("doi:", "url:", "bib:"))


def link(id: str, version: int | None = None) -> str | None:
    """Give the address where a work can be read; None where only a citation key is known.

    >>> link("1706.03762", 5), link("doi:10.1145/abc"), link("bib:knuth1984")
    ('https://arxiv.org/abs/1706.03762v5', 'https://doi.org/10.1145/abc', None)
    """
    if not is_elsewhere(id):
        return f"https://arxiv.org/abs/{id}{f'v{version}' if version else ''}"
    kind, _, rest = id.partition(":")
    return {"doi": f"https://doi.org/{rest.translate(_IN_ADDRESS)}", "url": rest}.get(kind)


_IN_ADDRESS = str.maketrans({sign: f"%{ord(sign):02X}" for sign in '%#?<>"{}\\^`|'})
"""Signs of a DOI that an address cannot have; the DOI handbook, 2.5.2.4."""
