"""XML read strictly: nothing from elsewhere, nothing mended, and one clear line where it is none."""

from __future__ import annotations

from typing import Any

from lxml import etree

from paperlab.arxiv.sniff import HEAD_BYTES, kind_of_bytes
from paperlab.arxiv.text import short, squash
from paperlab.errors import BadAnswer


def read_xml(body: bytes, *, names: tuple[str, ...], wanted: str, address: str) -> Any:
    """Give the root element.

    Args:
        body: the answer.
        names: what the root may be called, with its namespace or without.
        wanted: for the message, such as `an Atom feed`.
        address: for the message.

    Raises:
        BadAnswer: no XML, XML that is cut, another document, or one that brings a DTD (arXiv's never do).
    """
    # lxml would mend what is cut (recover) and read files that a document names (entities, DTD).
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=False, huge_tree=False)
    try:
        root = etree.fromstring(body.lstrip(), parser=parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BadAnswer(f"expected {wanted} from {short(address)}, got {_got(body, error)}; try again later") from error
    if not {root.tag, name_of(root)} & set(names):
        raise BadAnswer(f"expected {wanted} from {short(address)}, got a document <{name_of(root)}>; try again later")
    if root.getroottree().docinfo.internalDTD is not None:
        # Other readers that see these bytes after us would unfold the entities that a DTD defines.
        raise BadAnswer(f"expected {wanted} from {short(address)}, got one that brings a DTD; not read")
    return root


def name_of(element: Any) -> str:
    """Give the name of an element without its namespace; empty for comments and the like."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _got(body: bytes, error: Exception) -> str:
    kind = kind_of_bytes(body[:HEAD_BYTES])
    if kind in ("empty", "html"):
        return {"empty": "nothing", "html": "a page of HTML"}[kind]
    return f"{squash(body[:40].decode('utf-8', 'replace'))!r}... ({squash(str(error))[:120]})"
