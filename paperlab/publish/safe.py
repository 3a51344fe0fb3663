"""A stranger's HTML -> what of it may be shown: by nh3's allow-list."""

from __future__ import annotations

import re

from paperlab.publish.workshop import Workshop

_TAGS = set(
    "table thead tbody tfoot tr th td caption colgroup col p br hr b strong i em u s sub sup small code pre kbd samp "
    "var ul ol li dl dt dd h3 h4 h5 h6 blockquote a span div abbr del ins mark".split()
)
_ATTRIBUTES = {"a": {"href"}, "th": {"colspan", "rowspan", "scope"}, "td": {"colspan", "rowspan"}, "ol": {"start"}}
_ACTIVE = re.compile(
    r"<\s*(script|iframe|object|embed|form|img|svg|video|audio|canvas|link|meta|base)\b", re.IGNORECASE
)
_WHOLE = re.compile(r"[0-9]{1,3}")
_TOP = re.compile(r"(</?h)[12](?=[\s>])", re.IGNORECASE)
"""Headings that stand at the page's own level; they go below it."""


def active(text: str) -> list[str]:
    """Give the names of tags that do something or load something, and so are never shown."""
    return sorted({found.lower() for found in _ACTIVE.findall(text)})


def sanitize(text: str, shop: Workshop) -> str:
    """Reduce HTML by nh3 (ammonia): a few tags, hardly an attribute, no style, no picture, judged addresses."""
    import nh3

    def judge(_tag: str, attribute: str, value: str) -> str | None:
        if attribute == "href":
            return shop.link(value)
        return value if (attribute == "scope" and value in ("row", "col")) or _WHOLE.fullmatch(value) else None

    return nh3.clean(
        _TOP.sub(r"\g<1>3", text),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=judge,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
        strip_comments=True,
    )
