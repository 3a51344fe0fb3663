"""Markdown of a notebook -> safe HTML: HTML, links and pictures by allow-list, maths as MathML."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from html import escape, unescape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.amsmath import amsmath_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin

from paperlab.errors import Refused
from paperlab.publish import code, images, safe, tex
from paperlab.publish.workshop import Workshop, image_tag

_CLAIM = re.compile(r"\{\{\s*claim:\s*([^{}\s]+)\s*\}\}")
_ALIGN = re.compile(r"text-align:(left|center|right)")
_SHOWN = re.compile(
    r"(?<![\\$\w])\$(?=\S)(?P<tex>[^$\n]{1,300})(?<=[^\s\\])\$(?![\w$])(?P<rest>[^\s$`]{0,20})|`(?P<code>[^`\n]{1,300})`"
)
"""Maths and code in one line; what follows a formula without a space stays beside it, as in `$k$-modes`."""
_COMMENT = re.compile(r"&lt;!--.{0,2000}?--&gt;", re.DOTALL)
_PAIR = re.compile(r"&lt;(b|i|em|strong|sub|sup|u|kbd|mark|small)&gt;([^<>]{0,2000}?)&lt;/\1&gt;", re.DOTALL)
_LINK = re.compile(
    r"""&lt;a\s(?:(?!&[lg]t;)[^<>]){0,500}?href\s*=\s*["']?([^"'\s<>]{1,2000}?)["']?(?:\s(?:(?!&[lg]t;)[^<>]){0,500})?&gt;([^<>]{0,2000}?)&lt;/a&gt;""",
    re.IGNORECASE,
)
_LOOKS = re.compile(r"&lt;/?(?:font|span|center|div|p|big)(?:\s(?:(?!&[lg]t;)[^<>]){0,500})?&gt;", re.IGNORECASE)
"""Tags that only say how their text looks: the text stays."""
_BREAK = re.compile(r"&lt;br ?/?&gt;")
_ANCHOR = re.compile(r"""<a\s+(?:id|name)\s*=\s*["']?([^"'\s<>&]{1,100})["']?\s*/?>\s*</a>""", re.I)
_IMAGE = re.compile(r"""<img\b(?>"[^"]{0,1000}"|'[^']{0,1000}'|[^"'<>]{1,1000}){0,40}+>""", re.IGNORECASE)
_VALUE = re.compile(r"""\b(src|alt)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_KEPT = re.compile("\ue000(\\d+)\ue001")
"""Stands in a text for HTML of ours while nh3 reads it; from the private use area, and put out of what comes in."""
_FOREIGN = re.compile("[\ue000\ue001]|&#(?:x0*e00[01](?![0-9a-f])|0*5734[45](?![0-9]));?", re.IGNORECASE)
"""Its signs as a stranger writes them, also by number."""
_DATA = re.compile(r"data:image/(?:png|jpeg|gif);base64,(.+)", re.DOTALL)


def _every(url: str) -> bool:
    return isinstance(url, str)


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True, "linkify": False, "typographer": False})
    parser.enable(["table", "strikethrough"])
    parser.disable("html_inline")  # tags inside a line stay text, but for those of `_simple`
    parser.use(dollarmath_plugin, allow_space=True, allow_digits=False, double_inline=True)
    parser.use(amsmath_plugin)
    parser.validateLink = _every  # type: ignore[method-assign]  # each address is judged once, by Workshop.link
    return parser


def render(text: str, shop: Workshop, *, where: str, attachments: Mapping[str, Mapping[str, Any]] | None = None) -> str:
    """Give the HTML of one Markdown cell.

    Args:
        text: Markdown with dollar maths.
        shop: the page's bench: figures, notes, numbers.
        where: the cell, for messages.
        attachments: name -> MIME type -> base64, as nbformat keeps them.

    Raises:
        Refused: `{{ claim:ID }}` of a claim that the card does not have.
    """
    tokens = list(_prepared(_parser().parse(text), shop))
    return "".join(_render(tokens, at, shop, where, attachments or {}) for at in range(len(tokens)))


def _prepared(tokens: Sequence[Token], shop: Workshop) -> Iterator[Token]:
    """Move headings one level down below the page's own title, give them an id; align cells without inline style."""
    for index, token in enumerate(tokens):
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + 1, 6)}"
        if align := _ALIGN.fullmatch(str(token.attrGet("style") or "")):
            token.attrs = {"class": align[1]}
        if token.type == "heading_open":
            text = _plain(tokens[index + 1])
            anchor = shop.anchor(text)
            shop.headings.append((int(token.tag[1]), anchor, text))
            token.attrSet("id", anchor)
        yield token


def _plain(inline: Token) -> str:
    return _ANCHOR.sub("", "".join(child.content for child in inline.children or ())).strip()


def _render(
    tokens: Sequence[Token], at: int, shop: Workshop, where: str, attachments: Mapping[str, Mapping[str, Any]]
) -> str:
    """Render one block token; what carries text or an address is ours, the rest is markdown-it's."""
    token = tokens[at]
    if token.type == "inline":
        inside = list(_unlinked(token.children or [], shop, where))
        return "".join(_inline(inside, n, shop, where, attachments) for n in range(len(inside)))
    if token.type in ("math_block", "math_block_label", "amsmath"):
        return formula(token.content, shop, where, display=True) + "\n"
    if token.type in ("fence", "code_block"):
        return code.block(token.content, token.info.strip().split(maxsplit=1)[0] if token.info.strip() else "")
    if token.type == "html_block":
        return _html(token.content, shop, where, attachments)
    if token.type == "table_open":
        return '<div class="scroll" tabindex="0" role="region" aria-label="table"><table>\n'
    if token.type == "table_close":
        return "</table></div>\n"
    return _usual(tokens, at)


def _inline(
    tokens: Sequence[Token], at: int, shop: Workshop, where: str, attachments: Mapping[str, Mapping[str, Any]]
) -> str:
    token = tokens[at]
    if token.type == "text":
        text, ours = _set_aside(_with_numbers(token.content, shop, where), shop, where, attachments)
        return _put_back(_simple(escape(text, quote=False), shop), ours)
    if token.type in ("math_inline", "math_inline_double"):
        return formula(token.content, shop, where, display=token.type == "math_inline_double")
    if token.type == "image":
        return _image(token, shop, where, attachments)
    return _usual(tokens, at)


def _html(text: str, shop: Workshop, where: str, attachments: Mapping[str, Mapping[str, Any]]) -> str:
    """Show a block of HTML as an output of HTML is shown, with its anchors, and with its pictures as Markdown has them."""
    text, ours = _set_aside(_with_numbers(text, shop, where), shop, where, attachments)
    active = safe.active(text)
    if active:
        shop.note(where, f"dropped from HTML in Markdown: {', '.join(active)}")
    html = _put_back(safe.sanitize(text, shop).strip(), ours)
    wide = ' class="scroll html" tabindex="0" role="region" aria-label="table"' if "<table" in html else ""
    return f"<div{wide}>{html}</div>\n" if html else ""


def _set_aside(
    text: str, shop: Workshop, where: str, attachments: Mapping[str, Mapping[str, Any]]
) -> tuple[str, list[str]]:
    """Take pictures and anchors out of a stranger's HTML, and give ours for them."""
    ours: list[str] = []

    def keep(html: str) -> str:
        ours.append(html)
        return f"\ue000{len(ours) - 1}\ue001"

    def picture(match: re.Match[str]) -> str:
        found = {name.lower(): unescape(a or b or c) for name, a, b, c in _VALUE.findall(match[0])}
        return keep(_pictured(found.get("src", ""), found.get("alt", ""), shop, where, attachments))

    if "<" not in text:
        return text, ours
    text = _ANCHOR.sub(lambda m: keep(f'<span id="{shop.anchor(m[1])}"></span>'), _FOREIGN.sub("\ufffd", text))
    return _IMAGE.sub(picture, text), ours


def _put_back(html: str, ours: Sequence[str]) -> str:
    return _KEPT.sub(lambda m: ours[int(m[1])], html) if ours else html


def _simple(escaped: str, shop: Workshop) -> str:
    """Let the few bare tags through that people type in Markdown, where they close in the same run of text."""

    def link(match: re.Match[str]) -> str:
        address = shop.link(unescape(match[1]))
        return f'<a href="{escape(address)}" rel="noopener noreferrer nofollow">{match[2]}</a>' if address else match[2]

    if "&lt;" not in escaped:
        return escaped
    escaped = _LOOKS.sub("", _LINK.sub(link, escaped))
    escaped = _PAIR.sub(r"<\1>\2</\1>", _COMMENT.sub("", escaped))
    return _BREAK.sub("<br>", escaped)


def _usual(tokens: Sequence[Token], at: int) -> str:
    """Render a token as markdown-it does."""
    renderer = _parser().renderer
    rule: Any = renderer.rules.get(tokens[at].type, renderer.renderToken)  # type: ignore[attr-defined]
    return str(rule(tokens, at, _parser().options, {}))


def line(text: str) -> str:
    """Give one line of a title or a claim as HTML: escaped, but with `$x$` as maths and `` `x` `` as code."""
    parts, at = [], 0
    for match in _SHOWN.finditer(text):
        parts.append(escape(text[at : match.start()]))
        if match["tex"]:
            shown = tex.render(match["tex"], display=False).html + escape(match["rest"])
            parts.append(f'<span class="nw">{shown}</span>' if match["rest"] else shown)
        else:
            parts.append(f"<code>{escape(match['code'], quote=False)}</code>")
        at = match.end()
    return "".join([*parts, escape(text[at:])])


def formula(content: str, shop: Workshop, where: str, *, display: bool) -> str:
    """Give a formula as MathML, with the macros of those before it; empty where it only defines some."""
    content = shop.macros.take(content)
    if not content.strip():
        return ""
    made = tex.render(content, display=display, macros=shop.macros.used(content))
    shop.formulas.append(made.ok)
    if not made.ok:
        shop.note(where, f"a formula stays as TeX: {' '.join(content.split())[:60]}")
    return made.html


def _with_numbers(text: str, shop: Workshop, where: str) -> str:
    """Put our number where the text says `{{ claim:ID }}`."""

    def number(match: re.Match[str]) -> str:
        if match[1] not in shop.numbers:
            known = ", ".join(shop.numbers) or "none"
            raise Refused(f"{shop.slug}, {where}: no claim is called {match[1]!r}; paper.toml has: {known}")
        return shop.numbers[match[1]]

    return _CLAIM.sub(number, text)


def _unlinked(tokens: Sequence[Token], shop: Workshop, where: str) -> Iterator[Token]:
    """Keep links whose address is allowed; of others keep the text and say so."""
    kept: list[bool] = []
    for token in tokens:
        if token.type == "link_open":
            address = shop.link(str(token.attrGet("href") or ""))
            kept.append(address is not None)
            if address is None:
                shop.note(where, "a link's address was dropped: only http, https, mailto and files of the bundle")
                continue
            token.attrs = {"href": address, **({} if address[:1] == "#" else {"rel": "noopener noreferrer nofollow"})}
        if token.type == "link_close" and kept and not kept.pop():
            continue
        yield token


def _image(token: Token, shop: Workshop, where: str, attachments: Mapping[str, Mapping[str, Any]]) -> str:
    """Show a picture from an attachment, from beside the notebook or in the text itself; never from elsewhere."""
    return _pictured(str(token.attrGet("src") or ""), token.content, shop, where, attachments)


def _pictured(source: str, alt: str, shop: Workshop, where: str, attachments: Mapping[str, Mapping[str, Any]]) -> str:
    found = _found(source, shop, where, attachments)
    if found is None:
        shop.note(where, "a picture was dropped: only attachments, and PNG, JPEG, GIF or SVG beside the notebook")
        return f'<span class="dropped">[picture not shown{": " + escape(alt) if alt else ""}]</span>'
    return image_tag(found[0], found[1], alt)


def _found(
    source: str, shop: Workshop, where: str, attachments: Mapping[str, Mapping[str, Any]]
) -> tuple[str, tuple[int, int] | None] | None:
    if source.startswith("attachment:"):
        return _attached(attachments.get(code.unquoted(source.removeprefix("attachment:")), {}), shop, where)
    inside = _DATA.fullmatch(code.unquoted(source))
    data = images.decode(inside[1]) if inside else None
    if data is None and not re.match(r"[A-Za-z][A-Za-z0-9+.\-]*:|//|\\", source):
        data = shop.beside(source)
    return _shown(data, shop, where) if data else None


def _attached(bundle: Mapping[str, Any], shop: Workshop, where: str) -> tuple[str, tuple[int, int] | None] | None:
    for mime, content in sorted(bundle.items()):
        if not isinstance(content, str):
            continue
        data = content.encode() if mime == "image/svg+xml" and "<" in content else images.decode(content)
        shown = _shown(data, shop, where) if data else None
        if shown:
            return shown
    return None


def _shown(data: bytes, shop: Workshop, where: str) -> tuple[str, tuple[int, int] | None] | None:
    if images.sniff(data):
        return shop.picture(data)
    return shop.drawing(data.decode("utf-8", "replace"), where)
