r"""TeX -> MathML at build time, in pure Python by latex2mathml, checked before it is trusted.

latex2mathml passes an unknown command through as text and `\href` as a link, and writes `&` unescaped; so its answer
is parsed strictly, held to an allow-list of MathML elements and attributes, and refused when a backslash is left.
A formula that fails stays visible as its own TeX.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any

from lxml import etree

MATHML = "http://www.w3.org/1998/Math/MathML"
MAX_TEX = 6000
MAX_DEPTH = 60
"""Braces deeper than this are refused: the converter recurses."""
ELEMENTS = frozenset(
    "math mrow mi mn mo mtext mspace msup msub msubsup mfrac msqrt mroot mover munder munderover mtable mtr mtd "
    "mstyle mpadded mphantom menclose mfenced merror ms mmultiscripts mprescripts none".split()
)
ATTRIBUTES = frozenset(
    "display mathvariant stretchy fence separator accent accentunder displaystyle scriptlevel linethickness width "
    "height depth lspace rspace minsize maxsize symmetric largeop movablelimits columnalign rowspacing columnspacing "
    "columnlines rowlines frame notation form mathcolor mathsize xmlns open close linebreak".split()
)
_CHILDREN = {"mfrac": 2, "mroot": 2, "msup": 2, "msub": 2, "mover": 2, "munder": 2, "msubsup": 3, "munderover": 3}
"""How many children MathML asks for; a browser shows anything else as an error."""
_NUMBERED = re.compile(r"\{(align|gather|multline|alignat|flalign|eqnarray)\}")
_SAME = {
    "{eqnarray*}": "{align*}",
    "{flalign*}": "{align*}",
    "{aligned}": "{align*}",
    "{split}": "{align*}",
    "{gathered}": "{gather*}",
    r"\newline": r"\\",
}
"""Environments that the converter does not know, and the one that looks the same."""
_DROP = re.compile(r"\\(?:label|tag\*?)\s*\{[^{}]*\}|\\(?:nonumber|notag|allowbreak|displaystyle(?=\s*$))(?![A-Za-z])")
_STARRED = re.compile(r"\\operatorname\*\s*\{((?:[^{}]|\{[^{}]*\})*)\}(\s*[_^])?")
_WORDS = {"dag": r"\dagger ", "ddag": r"\ddagger ", "ensuremath": "", "textnormal": r"\text"}
_WORDS |= dict.fromkeys("tiny scriptsize footnotesize small normalsize large Large LARGE huge Huge".split(), "")
_WORD = re.compile(rf"\\({'|'.join(_WORDS)})(?![A-Za-z])\s*")
"""Commands that the converter does not know, and what looks the same."""
_SAFE_VALUE = re.compile(r"[\w #.,%|:+\-()\[\]{}]*")
_ROWS = ("math", "mrow", "mtd", "mstyle")


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula as HTML, and whether it became MathML."""

    html: str
    ok: bool


@lru_cache(maxsize=4096)
def render(tex: str, *, display: bool, macros: str = "") -> Formula:
    """Give a formula as MathML, or as visible TeX where that fails; `macros` are definitions that it needs."""
    markup = _convert(tex, macros, display=display)
    if markup is None:
        return Formula(fallback(tex, display=display), ok=False)
    if display:
        markup = f'<div class="scroll formula" tabindex="0" role="group" aria-label="formula">{markup}</div>'
    return Formula(markup, ok=True)


def fallback(tex: str, *, display: bool) -> str:
    """Give TeX as it stands, escaped."""
    code = f'<code class="tex">{escape(tex.strip())}</code>'
    return (
        f'<div class="scroll formula" tabindex="0" role="group" aria-label="formula">{code}</div>' if display else code
    )


def _convert(tex: str, macros: str, *, display: bool) -> str | None:
    if len(macros + tex) > MAX_TEX or _depth(macros + tex) > MAX_DEPTH or not tex.strip() or "\0" in tex:
        return None
    from latex2mathml.converter import convert

    try:
        markup = convert(_prepare(macros + tex), display="block" if display else "inline")
        return _checked(markup, tex)
    except Exception:  # noqa: BLE001  the converter raises a dozen kinds of its own, and IndexError, on broken TeX
        return None


def _prepare(tex: str) -> str:
    """Take off what numbers a formula, since ours would not be the paper's, and name what the converter knows."""
    tex = _NUMBERED.sub(lambda m: f"{{{m[1]}*}}", _DROP.sub("", tex))
    tex = _WORD.sub(lambda m: _WORDS[m[1]], tex).replace(r"\DeclareMathOperator*", r"\DeclareMathOperator")
    tex = _STARRED.sub(_operator, tex)
    for ours, known in _SAME.items():
        tex = tex.replace(ours, known)
    return tex


def _operator(match: re.Match[str]) -> str:
    r"""Give `\operatorname*{arg\,max}_x` with its index below, as TeX does; the converter shows the star instead."""
    name, index = match[1], match[2] or ""
    return rf"\mathop{{\mathrm{{{name}}}}}\limits{index}" if index else rf"\mathrm{{{name}}}"


def _depth(tex: str) -> int:
    depth = deepest = 0
    for sign in tex:
        depth += (sign == "{") - (sign == "}")
        deepest = max(deepest, depth)
    return deepest


def _join_words(root: Any) -> None:
    r"""Make one upright word of `\mathrm{softmax}`, which the converter splits into letters.

    Only in rows: in `msub` two letters are base and index.
    """
    for row in [element for element in root.iter() if etree.QName(element).localname in _ROWS]:
        before: Any = None
        for child in list(row):
            if not _is_letter(child):
                before = None
            elif before is None:
                before = child
            else:
                before.text += child.text
                before.attrib.pop("mathvariant", None)
                row.remove(child)


def _is_letter(element: Any) -> bool:
    upright = element.tag == f"{{{MATHML}}}mi" and element.get("mathvariant") == "normal"
    return bool(upright and re.fullmatch("[A-Za-z]", element.text or "") and not element.tail)


def _checked(markup: str, tex: str) -> str | None:
    """Parse strictly, hold to the allow-list, give the markup with the TeX as its text for those who cannot see it."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    root: Any = etree.fromstring(markup.replace("<mi>&</mi>", "<mi>&amp;</mi>"), parser)
    for element in root.iter():
        if not _allowed(element):
            return None
    _join_words(root)
    root.set("alttext", tex.strip())
    text = etree.tostring(root, encoding="unicode", with_tail=False)
    # HTML's parser knows <math> without a namespace; the attribute only costs bytes.
    return str(text).replace(f' xmlns="{MATHML}"', "", 1)


def _allowed(element: Any) -> bool:
    if not isinstance(element.tag, str) or "\\" in (element.text or "") or "\\" in (element.tail or ""):
        return False
    name = etree.QName(element)
    return (
        name.namespace == MATHML
        and len(element) == _CHILDREN.get(name.localname, len(element))
        and name.localname in ELEMENTS
        and all(key in ATTRIBUTES and _SAFE_VALUE.fullmatch(value) for key, value in element.attrib.items())
    )
