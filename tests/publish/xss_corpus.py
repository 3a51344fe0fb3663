"""Hostile content over many sinks; each payload would set `window.fired` or the title, if it ran.

No two payloads of a sink differ only in a value: each takes another way in.
"""

from typing import Any

from paperlab.records.card import Card, Claim
from paperlab.records.measurement import Verdict

from .conftest import b64, code, notebook, png, prose, shown, stream

FIRE = "document.title='fired'"
SVG = "xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink'"


def _html(text: str) -> dict[str, Any]:
    return code("x", shown({"text/html": text, "text/plain": "p"}))


def _svg(text: str) -> dict[str, Any]:
    return code("x", shown({"image/svg+xml": text}))


CELLS: dict[str, dict[str, Any]] = {
    # Markdown
    "md script": prose(f"<script>{FIRE}</script>"),
    "md img": prose(f"<img src=x onerror={FIRE}>"),
    "md svg": prose(f"<svg onload={FIRE}>"),
    "md iframe": prose(f"<iframe srcdoc='<script>parent.{FIRE}</script>'></iframe>"),
    "md link": prose(f"[click](javascript:{FIRE})"),
    "md link entity": prose(f"[click](java&#x73;cript:{FIRE})"),
    "md link tab": prose(f"[click](<java\tscript:{FIRE}>)"),
    "md link case": prose(f"[click](JaVaScRiPt:{FIRE})"),
    "md link data": prose(f"[click](data:text/html,<script>{FIRE}</script>)"),
    "md autolink": prose(f"<javascript:{FIRE}>"),
    "md reference": prose(f"[click][1]\n\n[1]: javascript:{FIRE} 'x\" onmouseover=\"{FIRE}'"),
    "md title": prose(f'[a](https://e.org \'x" onfocus="{FIRE}" autofocus="\')'),
    "md image alt": prose(f'![x" onerror="{FIRE}](https://e.org/x.png)'),
    "md image source": prose(f"![x](javascript:{FIRE})"),
    "md fence language": prose(f'```x"><script>{FIRE}</script>\ncode\n```'),
    "md fence body": prose(f"```html\n</code></pre><script>{FIRE}</script>\n```"),
    "md heading id": prose(f'# "><img src=x onerror={FIRE}>'),
    "md table": prose(f"|a|\n|-|\n|<img src=x onerror={FIRE}>|"),
    "md aligned table": prose(f"|a|b|\n|:-:|-:|\n|<b style=x>|[x](javascript:{FIRE})|"),
    # maths
    "math macro": prose(rf"$\newcommand{{\m}}{{\href{{javascript:{FIRE}}}{{x}}<img src=x onerror={FIRE}>}}$ $\m$"),
    "math href": prose(rf"$\href{{javascript:{FIRE}}}{{x}}$"),
    "math text": prose(rf"$\text{{</mtext></math><img src=x onerror={FIRE}>}}$"),
    "math block": prose(f"$$</math><script>{FIRE}</script>$$"),
    "math attribute": prose(rf"$\style{{x\" onclick=\"{FIRE}}}{{x}} \color{{red\" onload=\"{FIRE}}}{{y}}$"),
    "math class": prose(rf"$\class{{x}}{{y}} \cssId{{claims}}{{y}} \htmlData{{a={FIRE}}}{{y}}$"),
    "math amsmath": prose(f"\\begin{{align}}<script>{FIRE}</script>\\end{{align}}"),
    # HTML outputs
    "html script": _html(f"<p>t<script>{FIRE}</script>"),
    "html on": _html(f"<p onmouseenter={FIRE} style='position:fixed;inset:0'>text</p>"),
    "html link": _html(f"<a href=' &#1;javascript:{FIRE}'>x</a><a href=\"vbscript:x\">y</a>"),
    "html form": _html(f"<form action=javascript:{FIRE}><button formaction=javascript:{FIRE}>go</button></form>x"),
    "html object": _html(
        f"<object data='data:text/html,<script>{FIRE}</script>'></object><embed src=javascript:{FIRE}>x"
    ),
    "html base": _html("<base href='https://evil.test/'><p>x</p>"),
    "html refresh": _html(f"<meta http-equiv=refresh content='0;url=javascript:{FIRE}'><p>x</p>"),
    "html mutation": _html(
        f"<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror={FIRE}&gt;'>x"
    ),
    "html noscript": _html(f"<noscript><p title='</noscript><img src=x onerror={FIRE}>'>x</noscript>"),
    "html details": _html(f"<details open ontoggle={FIRE}>x</details>"),
    "html video": _html(f"<video><source onerror={FIRE}></video>x"),
    "html animate": _html(f"<svg><a><animate attributeName=href values=javascript:{FIRE} /><text>x</text></a></svg>x"),
    "html clobber": _html("<a id=claims name=body href=#claims>x</a>"),
    "html cell": _html(
        f"<table><tr><td colspan='1 onmouseover={FIRE}' background=javascript:{FIRE}>x</td></tr></table>"
    ),
    "html template": _html(f"<template><script>{FIRE}</script></template><p>x</p>"),
    # SVG
    "svg script": _svg(f"<svg {SVG}><script>{FIRE}</script></svg>"),
    "svg onload": _svg(f'<svg {SVG} onload="{FIRE}"/>'),
    "svg foreign": _svg(
        f"<svg {SVG}><foreignObject><img xmlns='http://www.w3.org/1999/xhtml' src='x' onerror=\"{FIRE}\"/></foreignObject></svg>"
    ),
    "svg link": _svg(f'<svg {SVG}><a xlink:href="javascript:{FIRE}"><text>x</text></a></svg>'),
    "svg set": _svg(
        f"<svg {SVG}><set attributeName='onmouseover' to=\"{FIRE}\"/><animate attributeName='href' values='javascript:x'/></svg>"
    ),
    "svg use": _svg(f"<svg {SVG}><use href=\"data:image/svg+xml,&lt;svg onload='{FIRE}'/&gt;#x\"/></svg>"),
    "svg style": _svg(
        f"<svg {SVG}><style>@import url(https://evil.test/x.css); * {{ fill: url(https://evil.test) }}</style></svg>"
    ),
    "svg image-set": _svg(
        f"<svg {SVG}><style>rect {{ background: image-set('https://evil.test/a' 1x) }}</style><rect style=\"cursor: src('https://evil.test/b'), auto\" mask=\"image-set('https://evil.test/c' 1x)\"/></svg>"
    ),
    "svg image": _svg(f"<svg {SVG}><image href='https://evil.test/pixel.png'/></svg>"),
    "svg entity": _svg(f"<!DOCTYPE svg [<!ENTITY x SYSTEM 'file:///etc/hostname'>]><svg {SVG}><text>&x;</text></svg>"),
    "svg sheet": _svg(f'<?xml-stylesheet href="javascript:{FIRE}"?><svg {SVG}><text>x</text></svg>'),
    "svg namespace": _svg(f"<svg {SVG}><h:script xmlns:h='http://www.w3.org/1999/xhtml'>{FIRE}</h:script></svg>"),
    # other types
    "javascript": code("x", shown({"application/javascript": FIRE})),
    "mermaid": code("x", shown({"text/vnd.mermaid": f"<img src=x onerror={FIRE}>", "text/plain": "m"})),
    "widget": code(
        "x", shown({"application/vnd.jupyter.widget-view+json": {"model_id": f'"><script>{FIRE}</script>'}})
    ),
    "type name": code("x", shown({f"text/<script>{FIRE}</script>": "x"})),
    "markdown output": code("x", shown({"text/markdown": f"<script>{FIRE}</script> [x](javascript:{FIRE})"})),
    "latex output": code(
        "x", shown({"text/latex": rf"$\href{{javascript:{FIRE}}}{{x}}</math><script>{FIRE}</script>$"})
    ),
    "plain output": code("x", shown({"text/plain": f"</pre><script>{FIRE}</script>"})),
    "png size": code(
        "x", shown({"image/png": b64(png())}, **{"image/png": {"width": f"1 onerror={FIRE}", "height": "1"}})
    ),
    "png that is html": code("x", shown({"image/png": b64(f"<script>{FIRE}</script>".encode())})),
    "png that is svg": code("x", shown({"image/png": f'<svg {SVG} onload="{FIRE}"/>'})),
    # streams and errors
    "stream": code("x", stream(f"\x1b]8;;javascript:{FIRE}\x07x\x1b]8;;\x07<script>{FIRE}</script>")),
    "stream name": code("x", stream("x", f'"><script>{FIRE}</script>')),
    "error": code(
        "x",
        {
            "output_type": "error",
            "ename": f"<script>{FIRE}</script>",
            "evalue": f"<img src=x onerror={FIRE}>",
            "traceback": [],
        },
        metadata={"tags": ["raises-exception"]},
    ),
    # code, ids, metadata, attachments
    "code": code(f"</code></pre><script>{FIRE}</script> # <img src=x onerror={FIRE}>"),
    "alt": code(f'#| alt: x" onload="{FIRE}\nplot()', shown({"image/png": b64(png())})),
    "cell id": {**prose("x"), "id": f'x"><script>{FIRE}</script>'},
    "claim tag": prose("x", metadata={"tags": [f'claim:"><script>{FIRE}</script>']}),
    "attachment type": prose(
        "![a](attachment:a.png)", attachments={"a.png": {"text/html": b64(f"<script>{FIRE}</script>".encode())}}
    ),
    "attachment name": prose(
        "![a](attachment:../../x.png)", attachments={"../../x.png": {"image/png": b64(png()), 'x"onload=': "x"}}
    ),
    "attachment svg": prose(
        "![a](attachment:a.svg)",
        attachments={"a.svg": {"image/svg+xml": f'<svg {SVG} onload="{FIRE}"><script>{FIRE}</script></svg>'}},
    ),
}
BAD = f"\"'><script>{FIRE}</script><img src=x onerror={FIRE}>{{{{ 7*7 }}}} $\\href{{javascript:{FIRE}}}{{x}}$ `<b onclick={FIRE}>`"


def hostile_parts() -> dict[str, dict[str, Any]]:
    """Hostile records around the notebook: keyword changes of a page."""

    def card(**changes: Any) -> dict[str, Any]:
        values = {"slug": "tiny", "id": "2101.00001", "title": "T", "claims": ()} | changes
        return {"card": Card(**values), "verdicts": ()}

    claim = Claim(id=BAD, place=BAD, sentence=BAD, unit=BAD, paper=1.0, minimum_effect=1.0, scope=BAD)
    verdict = Verdict(
        slug="tiny",
        claim=BAD,
        place=BAD,
        paper=1.0,
        ours=2.0,
        interval=(1.0, 3.0),
        seeds=3,
        verdict="partly",
        reason=BAD,
        unit=BAD,
        runs=(BAD,),
        run=BAD,
    )
    return {
        "title": card(title=BAD),
        "authors": card(authors=(BAD, BAD)),
        "id": card(id=BAD, published=BAD, primary_category=BAD),
        "idea": card(idea=BAD),
        "claim": card(claims=(claim,)) | {"verdicts": (verdict,)},
        "run": {"run": {"at": BAD, "seconds": 1.0, "environment": {"device": BAD, "torch": BAD}}},
        "readme": {"readme": BAD},
        "kernel": {"notebook": notebook(code("x"), kernelspec={"name": BAD}, language_info={"name": BAD}, title=BAD)},
        "widgets": {"notebook": notebook(code("x"), widgets={"state": {"a": BAD}})},
    }
