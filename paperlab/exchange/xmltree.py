"""XML from outside, read without entities, without a DTD, without a network; and text that XML can hold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

from paperlab.exchange.found import Broken

if TYPE_CHECKING:
    from lxml.etree import _Element

_UNFIT = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def root(data: bytes) -> tuple[_Element, str]:
    """Give the root, and what was wrong with a document of which only a part can be read.

    Raises:
        Broken: a DTD, which we do not read, or nothing that is XML.
    """
    from lxml import etree

    if re.search(rb"<!(?:DOCTYPE|ENTITY)[^>]*[\[]|<!ENTITY", data[:100_000]):
        raise Broken("expected XML without entities of its own, got a document type with some; nothing of it is read")
    safe = {
        "resolve_entities": False,
        "no_network": True,
        "load_dtd": False,
        "huge_tree": False,
        "remove_comments": True,
    }
    try:
        return _elements(etree.fromstring(data, etree.XMLParser(**safe))), ""
    except etree.XMLSyntaxError as error:
        reason = " ".join(str(error.msg).split())
        try:
            found = etree.fromstring(data, etree.XMLParser(recover=True, **safe))
        except etree.XMLSyntaxError:
            found = None
        if found is None:
            raise Broken(f"expected XML, got something else: {reason}") from error
        return _elements(found), f"the XML is broken ({reason}); what stands before and after is read"


def _elements(tree: _Element) -> _Element:
    """Take out what is no element: processing instructions, and entities that nothing defines."""
    from lxml import etree

    etree.strip_tags(tree, etree.Entity, etree.ProcessingInstruction, etree.Comment)
    return tree


def local(element: _Element) -> str:
    """Give the name of an element without its namespace."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def fit(text: str) -> str:
    """Leave out what XML 1.0 cannot hold: control characters and halves of surrogates."""
    return _UNFIT.sub("", text)


def attribute(name: str, value: str | None) -> str:
    """Give one attribute with the blank before it; nothing where it has no value."""
    return f" {name}={quoteattr(fit(value))}" if value else ""
