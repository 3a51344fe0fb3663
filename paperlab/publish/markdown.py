"""Markdown of a notebook -> safe HTML: no HTML passes, links and pictures by allow-list, maths as MathML."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.amsmath import amsmath_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin

from paperlab.errors import Refused
from paperlab.publish import code, images, tex
from paperlab.publish.workshop import Workshop, image_tag

_CLAIM = re.compile(r"\{\{\s*claim:\s*([^{}\s]+)\s*\}\}")
_ALIGN = re.compile(r"text-align:(left|center|right)")
_SHOWN = re.compile(
    r"(?<![\\$\w])\$(?=\S)(?P<tex>[^$\n]{1,300})(?<=[^\s\\])\$(?![\w$])(?P<rest>[^\s$`]{0,20})|`(?P<code>[^`\n]{1,300})`"
)
"""Maths and code in one line; what follows a formula without a space stays beside it, as in `$k$-modes`."""
_COMMENT = re.compile(r"&lt;!--.{0,2000}?--&gt;", re.DOTALL)
_PAIR = re.compile(r"&lt;(b|i|em|strong|sub|sup|u|kbd|mark|small)&gt;([^<>]{0,2000}?)&lt;/\1&gt;", re.DOTALL)
_BREAK = re.compile(r"&lt;br ?/?&gt;")
_DATA = re.compile(r"data:image/(?:png|jpeg|gif);base64,(.+)", re.DOTALL)


def _every(url: str) -> bool:
    return isinstance(url, str)


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": False, "typographer": False})
    parser.enable(["table", "strikethrough"])
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
    return "".join(child.content for child in inline.children or ())


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
        return _simple(escape(_with_numbers(token.content, shop, where), quote=False))
    if token.type in ("math_inline", "math_inline_double"):
        return formula(token.content, shop, where, display=token.type == "math_inline_double")
    if token.type == "image":
        return _image(token, shop, where, attachments)
    return _usual(tokens, at)


def _simple(escaped: str) -> str:
    """Let the few bare tags through that people type in Markdown, where they close in the same run of text."""
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
    alt = token.content
    source = str(token.attrGet("src") or "")
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
