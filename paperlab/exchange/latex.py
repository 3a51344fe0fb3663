r"""Text between Unicode, as the list keeps it, and LaTeX, as BibTeX files hold it.

`to_unicode(to_latex(text))` is the text again, white space folded: what TeX would take for a command is written so
that it prints as it is, and `$math$` stays as it is both ways.

Source: the LaTeX2e kernel's text symbols (`\textbackslash`, `\textbraceleft`), btxdoc section 3 on braces, which
BibTeX counts even behind a backslash.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from paperlab.records.accents import COMBINING, LETTERS
from paperlab.records.folding import folded

_COMBINING = {**COMBINING, "G": "\u030f", "t": "\u0361"}
_SYMBOLS = {
    **LETTERS, "SS": "ẞ", "dh": "ð", "DH": "Ð", "th": "þ", "TH": "Þ", "dj": "đ", "DJ": "Đ",
    "ng": "ŋ", "NG": "Ŋ", "textbackslash": "\\", "textbraceleft": "{", "textbraceright": "}", "textasciitilde": "~",
    "textasciicircum": "^", "textquotesingle": "'", "textquotedbl": '"', "textendash": "–", "textemdash": "—",
    "ldots": "…", "dots": "…", "textellipsis": "…", "textregistered": "®", "texttrademark": "™", "copyright": "©",
    "textcopyright": "©", "S": "§", "P": "¶", "dag": "†", "ddag": "‡", "pounds": "£", "textsterling": "£",
    "texteuro": "€", "textdegree": "°", "textless": "<", "textgreater": ">", "textbar": "|", "textquoteleft": "‘",
    "textquoteright": "’", "textquotedblleft": "“", "textquotedblright": "”", "textbullet": "•", "LaTeX": "LaTeX",
    "TeX": "TeX", "newline": " ", "lbrace": "{", "rbrace": "}", "backslash": "\\", "quad": " ", "qquad": " ", "space": " ",
}  # fmt: skip
_PLAIN = frozenset(
    "emph textit textbf textsl textsc texttt textrm textsf textup textnormal underline uppercase mbox text url href "
    "bf it em rm sf sl sc tt bfseries itshape enquote ensuremath relax protect textsuperscript textsubscript textmd mkbibquote mkbibemph nocase".split()
)
"""Commands that only change how their text looks: the text stays."""
_ESCAPED = {**dict.fromkeys(" \\,;:\n\t", " "), **dict.fromkeys("-/!", ""), **{c: c for c in "$%&#_{}"}}

_TOKEN = re.compile(
    r"(?P<math>(?<!\\)\$(?:[^$\\]|\\.)+\$|\\\((?:[^\\]|\\[^)])*\\\))"
    r"|\\(?P<accent>[\"'`^~=.]|[uvHcdbkrGt](?![A-Za-z]))\s*(?:\{\s*(?P<group>\\[ij]|[^\W\d_]?)\s*\}|(?P<letter>\\[ij](?![A-Za-z])|[^\W\d_]))"
    r"|\\(?P<word>[A-Za-z]+)(?P<after>\{\}|[ \t\n]+)?"
    r"|\\(?P<sign>.)"
    r"|(?P<ligature>---?|``|''|~)"
    r"|[{}]",
    re.DOTALL,
)


_SHORT = 40
"""Signs; years, months, classes and names come again, titles do not."""


def to_unicode(text: str) -> str:
    r"""Read LaTeX as the text that it prints; braces go, `$math$` stays, an unknown command stays as it is written.

    >>> to_unicode(r'G{\"o}del and {\L}ukasiewicz: {BERT} \& $O(n^{2})$')
    'Gödel and Łukasiewicz: BERT & $O(n^{2})$'
    """
    return _known(text) if len(text) < _SHORT else _printed(text)


def _printed(text: str) -> str:
    if "oopsort" in text or "SortNoop" in text:
        text = _SORTED.sub("", text)
    if text.startswith("{") and text.find("}") == len(text) - 1 and "\\" not in text:
        text = text[1:-1]  # a title in a second pair of braces, as many files have all of them
    # To look for each sign is a fifth of the time of a pattern, and almost every text has none of them.
    if (
        "\\" in text
        or "{" in text
        or "$" in text
        or "~" in text
        or "}" in text
        or "--" in text
        or "``" in text
        or "''" in text
    ):
        text = _TOKEN.sub(_read, text)
    return folded(text)


_SORTED = re.compile(r"\\(?:noopsort|SortNoop)\s*\{[^{}]*\}", re.IGNORECASE)
"""What many files put before a name to sort it elsewhere; it prints nothing."""
_known = lru_cache(maxsize=65536)(_printed)
_LIGATURES = {"---": "—", "--": "–", "``": "“", "''": "”", "~": " "}


def _read(match: re.Match[str]) -> str:
    kind = match.lastgroup
    if kind == "math":
        math = match["math"]
        return f"${math[2:-2]}$" if math.startswith("\\(") else math
    if kind in ("group", "letter"):
        base = (match["group"] if kind == "group" else match["letter"]).replace("\\", "")
        return unicodedata.normalize("NFC", base + _COMBINING[match["accent"]])
    if kind in ("word", "after"):
        return _command(match)
    if kind == "sign":
        return _ESCAPED.get(match["sign"], match[0])
    return _LIGATURES[match["ligature"]] if kind == "ligature" else ""


def _command(match: re.Match[str]) -> str:
    word, after = match["word"], match["after"] or ""
    if word in _SYMBOLS:
        return _SYMBOLS[word]  # with the blank or the braces that end the command
    if word in _PLAIN:
        return ""
    return f"\\{word}{after if after != '{}' else ''}"


_ESCAPES = str.maketrans({
    "\\": "\\textbackslash{}", "{": "\\textbraceleft{}", "}": "\\textbraceright{}", "~": "\\textasciitilde{}",
    "^": "\\textasciicircum{}", "$": "\\$", "%": "\\%", "&": "\\&", "#": "\\#", "_": "\\_",
})  # fmt: skip
_NEEDS = re.compile(r"[\\{}~^$%&#_]")
_MATH = re.compile(r"\$(?=[^\s$])((?:[^$\\%]|\\[^$%])+)(?<![\s\\])\$(?!\d)")
"""As pandoc tells `$x$` from dollars: nothing blank inside the signs, no digit behind them."""
_RUN = re.compile(r"([-`'])(?=\1)")


def to_latex(text: str) -> str:
    r"""Write a text so that LaTeX prints it as it is; `$math$` stays.

    >>> to_latex("50% of $x_1$ & {more}")
    '50\\% of $x_1$ \\& \\textbraceleft{}more\\textbraceright{}'
    """
    text = " ".join(text.split())
    if not (_NEEDS.search(text) or "--" in text or "``" in text or "''" in text):
        return text
    pieces, at = [], 0
    for match in _MATH.finditer(text):
        if _balanced(match[1]):
            pieces += [_escaped(text[at : match.start()]), match[0]]
            at = match.end()
    return "".join([*pieces, _escaped(text[at:])])


def _escaped(text: str) -> str:
    return _RUN.sub(r"\1{}", text.translate(_ESCAPES))


def _balanced(math: str) -> bool:
    depth = 0
    for sign in math:
        depth += (sign == "{") - (sign == "}")
        if depth < 0:
            return False
    return depth == 0
