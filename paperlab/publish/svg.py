"""SVG pictures: parsed, reduced to an allow-list, written again; shown only as a file behind `<img>`.

A browser runs no script of an SVG behind `<img>` and loads nothing from it; the allow-list is the second wall, for
a reader who opens the file itself. Source of the names: SVG 1.1 and 2 (W3C).
"""

from __future__ import annotations

import base64
import re
from typing import Any

from lxml import etree

from paperlab.publish import images

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
ELEMENTS = frozenset(
    "svg g defs symbol use path rect circle ellipse line polyline polygon text tspan textPath title desc image style "
    "clipPath mask pattern marker linearGradient radialGradient stop switch filter feBlend feColorMatrix feComposite "
    "feFlood feGaussianBlur feMerge feMergeNode feOffset".split()
)
_QUIET = frozenset(["metadata"])
"""Dropped without a note: matplotlib writes its date and address there."""
_LOCAL_URL = re.compile(r"url\(\s*['\"]?#[\w.:-]+['\"]?\s*\)", re.IGNORECASE)
_BAD_STYLE = re.compile(r"@import|javascript:|\\|&", re.IGNORECASE)
_FUNCTION = re.compile(r"(?<![\w-])([\w-]+)\s*\(")
_FUNCTIONS = frozenset(
    "rgb rgba hsl hsla lab lch oklab oklch color color-mix translate translatex translatey scale scalex scaley rotate "
    "matrix skew skewx skewy calc min max clamp var steps cubic-bezier inset circle ellipse polygon path blur brightness "
    "contrast drop-shadow grayscale hue-rotate invert opacity saturate sepia not is where nth-child nth-of-type "
    "media supports and or".split()
)
"""What a style may call. Others ask for a file: `url`, `image-set`, `src`, `image`, `cross-fade`, and what comes next."""
_DATA_IMAGE = re.compile(r"data:image/(?:png|jpeg|gif);base64,(.*)", re.DOTALL | re.IGNORECASE)
_LENGTH = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*(px|pt|in|cm|mm)?\s*")
_PIXELS = {None: 1.0, "px": 1.0, "pt": 4 / 3, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4}


def clean(text: str) -> tuple[bytes, tuple[int, int] | None, tuple[str, ...]] | None:
    """Reduce an SVG to what may be published.

    Returns:
        (bytes, (width, height) in CSS pixels or None, names of what was dropped), or None when it is no SVG.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    if root.tag != f"{{{SVG}}}svg":
        return None
    dropped: dict[str, None] = {}
    _walk(root, dropped)
    # tostring of an element writes neither the document type nor what stands outside the root.
    return etree.tostring(root, with_tail=False) + b"\n", _size(root), tuple(dropped)


def _walk(root: Any, dropped: dict[str, None]) -> None:
    """Drop what is not allowed, from an explicit stack: a hostile file may be nested ten thousand deep."""
    stack = [root]
    while stack:
        element = stack.pop()
        _attributes(element, dropped)
        for child in list(element):
            name = _name(child)
            if name in ELEMENTS and _content(child, name):
                stack.append(child)
                continue
            if name not in _QUIET:
                dropped[name or "entity"] = None
            _remove(element, child)


def _name(element: Any) -> str:
    """Give the local name of an SVG element; another namespace keeps its braces and so is never allowed."""
    if not isinstance(element.tag, str):
        return ""
    name = etree.QName(element)
    return str(name.localname if name.namespace == SVG else name.text) if name.localname != "metadata" else "metadata"


def _content(element: Any, name: str) -> bool:
    """Say whether an element's own content may stay."""
    if name == "style":
        return len(element) == 0 and not _bad(element.text or "")
    if name == "image":
        return _picture(element)
    return True


def _picture(element: Any) -> bool:
    """Keep an `image` that carries a checked picture in itself, rewritten without its metadata."""
    for key in ("href", f"{{{XLINK}}}href"):
        found = _DATA_IMAGE.fullmatch((element.get(key) or "").strip())
        data = images.decode(found[1]) if found else None
        kept = images.strip(data) if data else None
        if kept:
            element.set(key, f"data:{images.sniff(kept)};base64,{base64.b64encode(kept).decode()}")
            return True
    return False


def _attributes(element: Any, dropped: dict[str, None]) -> None:
    for key, value in list(element.attrib.items()):
        name = etree.QName(key).localname.lower()
        if name == "href":
            keep = value.strip().startswith("#") or (_name(element) == "image" and value.startswith("data:image/"))
        else:
            keep = not name.startswith("on") and name != "base" and not _bad(value)
        if not keep:
            dropped[f"attribute {name}"] = None
            del element.attrib[key]


def _bad(value: str) -> bool:
    value = _LOCAL_URL.sub("", value)
    return bool(_BAD_STYLE.search(value)) or any(m[1].lower() not in _FUNCTIONS for m in _FUNCTION.finditer(value))


def _remove(parent: Any, child: Any) -> None:
    """Remove an element and keep the text behind it."""
    tail = child.tail or ""
    before = child.getprevious()
    if before is not None:
        before.tail = (before.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    parent.remove(child)


def _size(root: Any) -> tuple[int, int] | None:
    """Read width and height, or the viewBox, as CSS pixels."""
    found = [_LENGTH.fullmatch(root.get(key) or "") for key in ("width", "height")]
    if found[0] and found[1]:
        width, height = (float(m[1]) * _PIXELS[m[2]] for m in found if m)
    else:
        box = re.findall(r"-?[0-9]+(?:\.[0-9]+)?", root.get("viewBox") or "")
        if len(box) != 4:
            return None
        width, height = float(box[2]), float(box[3])
    return (round(width), round(height)) if 1 <= width < 20000 and 1 <= height < 20000 else None
