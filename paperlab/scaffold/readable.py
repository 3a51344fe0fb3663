r"""TeX inside a sentence as a person reads it: pseudocode, a table's heads, captions.

Only what is sure is changed: dollars and fonts go, signs and Greek letters become themselves, a group of one letter
loses its braces. Everything else stays as the paper's TeX.
"""

from __future__ import annotations

import re
import unicodedata

_SIGNS = {
    "leftarrow": "←", "gets": "←", "rightarrow": "→", "to": "→", "mapsto": "↦", "Rightarrow": "⇒", "Leftarrow": "⇐",
    "leq": "≤", "le": "≤", "geq": "≥", "ge": "≥", "neq": "≠", "ne": "≠", "approx": "≈", "sim": "∼", "equiv": "≡",
    "pm": "±", "times": "×", "cdot": "·", "div": "÷", "ast": "∗", "star": "⋆", "circ": "∘", "odot": "⊙", "oplus": "⊕",
    "otimes": "⊗", "in": "∈", "notin": "∉", "subset": "⊂", "subseteq": "⊆", "cup": "∪", "cap": "∩", "setminus": "∖",
    "emptyset": "∅", "varnothing": "∅", "forall": "∀", "exists": "∃", "infty": "∞", "partial": "∂", "nabla": "∇",
    "sum": "∑", "prod": "∏", "int": "∫", "ldots": "…", "dots": "…", "cdots": "…", "dotsc": "…", "dagger": "†",
    "ddagger": "‡", "downarrow": "↓", "uparrow": "↑", "propto": "∝", "ll": "≪", "gg": "≫", "wedge": "∧", "land": "∧",
    "vee": "∨", "lor": "∨", "neg": "¬", "mid": "|", "vert": "|", "Vert": "‖", "langle": "⟨", "rangle": "⟩",
    "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉", "prime": "′", "ell": "ℓ", "top": "⊤", "perp": "⊥",
    "lvert": "|", "rvert": "|", "lVert": "‖", "rVert": "‖", "triangle": "△", "vartriangle": "△", "bigcup": "⋃",
    "bigcap": "⋂", "oslash": "⊘", "nolimits": "", "smallsetminus": "∖", "triangleq": "≜", "coloneqq": "≔", "checkmark": "✓", "S": "§", "degree": "°", "lbrace": "{", "rbrace": "}",
    "quad": " ", "qquad": " ", "left": "", "right": "", "big": "", "Big": "", "bigl": "", "bigr": "", "limits": "",
    "displaystyle": "", "textstyle": "", "centering": "", "bf": "", "it": "", "rm": "", "em": "", "small": "",
}  # fmt: skip
_FONTS = (
    "mathbf|mathrm|mathit|mathsf|mathtt|mathcal|boldsymbol|bm|operatorname\\*?|textbf|textit|textrm|textsf|texttt|textsc|"
    "textnormal|textup|emph|text|mbox|ensuremath|underline"
)
_STYLED = re.compile(r"\\(?:" + _FONTS + r")\s*(?:\{([^{}\\]*)\}|([^\W_](?![A-Za-z])))")
_WORDS = frozenset(
    "log ln exp sin cos tan tanh sinh cosh det min max sup inf arg argmin argmax lim dim ker gcd Pr deg mod".split()
)
_NOISE = re.compile(
    r"\\(?:text)?color\s*\{[^{}\\]*\}|\\(?:xspace|protect|noindent|nonumber|notag)(?![A-Za-z])"
    r"|\\(?:left|right|[bB]igg?[lrm]?)(?![A-Za-z])\s*|\s+(?=\\(?:right\s*\\)?(?:rangle|rvert|rVert|rceil|rfloor)(?![A-Za-z]))"
)
_OPENING = frozenset({"langle", "lvert", "lVert", "lceil", "lfloor", "lbrace"})
_ALONE = re.compile(r"([_^])\{([^{}\\\s])\}")
_COMMAND = re.compile(r"\\([A-Za-z]+)(?![A-Za-z])[ \t]*")
_PASSES = 4
"""Fonts inside fonts; deeper ones stay TeX."""
_HOLLOW = re.compile(r"\\(?:mathbb|mathbbm|mathds|Bbb)\s*(?:\{([A-Z01])\}|([A-Z01])(?![A-Za-z0-9]))")
_GROUPS = (re.compile(r"\{([^{}]*)\}"), re.compile(r"\{((?:[^{}]|\{[^{}]*\})*)\}"))
_TAKES = re.compile(r"(?:[_^\]}]|\\[A-Za-z]+\*?)\s*$")
"""What stands before a group that is its argument, index or exponent."""
_OPEN, _CLOSE = "\ue000", "\ue001"
"""Braces that the paper prints, while those that only hold together are taken away."""
_NEAR = 40
_TIGHT = re.compile(
    r"(?<=[^\s(\[{_^=<>!:+-])([=+]|-(?= [(\d\\α-ω]))(?= \S)|(?<=[^\s(\[{_^])([←⇐∈∉∼≤≥≠≈≡∪∩∖⊙⊘⊗⊕])(?=\s)"
)
"""A sign whose left blank went with the command before it."""


def readable(text: str) -> str:
    r"""Give a sentence with its formulas readable.

    >>> readable(r'$\mathbf{r}_a \leftarrow g(\theta_{t+1})$')
    'r_a ← g(θ_{t+1})'
    >>> readable(r'Drug efficacy EC$_{50}$ in nM, 5\%, $x_{i}$')
    'Drug efficacy EC_{50} in nM, 5%, x_i'
    >>> readable('costs \\$5'), readable(r'$\frac{1}{2} \sqrt{a + b}$'), readable(r'$[-0.01\ 0.01]$')
    ('costs $5', '1/2 √(a + b)', '[-0.01 0.01]')
    """
    if "\\" not in text and "$" not in text:
        return text
    text = _CASES.sub(_cases, text)
    text = (
        re.sub(r"(?<!\\)[$~]|\\[()\[\]]|\\[,;:!]|(?<!\\)\\ ", lambda m: " " if m[0][-1] in ",;: ~" else "", text)
        .replace(r"\|", "‖")
        .replace(r"\bmod", r"\mod")
    )
    # Signs first: a font that goes leaves its letter beside the command before it.
    text = _COMMAND.sub(_sign, _HOLLOW.sub(_hollow, _NOISE.sub("", text)))
    for _ in range(_PASSES):
        text, changed = _STYLED.subn(lambda m: m[1] if m[1] is not None else m[2], text)
        text = _COMMAND.sub(_sign, text)
        if not changed:
            break
    text = _bare(_ALONE.sub(r"\1\2", re.sub(r"\\([%&#$_])", r"\1", text)))
    text = _TIGHT.sub(lambda m: f" {m[0]}", _ALONE.sub(r"\1\2", text))
    return re.sub(r" {2,}", " ", text).strip()


def _bare(text: str) -> str:
    """Take away braces that only hold a group together, as round a colour or a font that went."""
    text = text.replace("\\{", _OPEN).replace("\\}", _CLOSE)
    for _ in range(_PASSES):
        before = text
        text = _spelt(text)
        for group in _GROUPS:
            text = group.sub(_without, text)
        if text == before:
            break
    return text.replace(_OPEN, "{").replace(_CLOSE, "}")


_GROUP = r"(?:\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}|([^\W_](?![A-Za-z])))"
"""What a command takes: a group with groups in it, or one letter or digit."""
_ACCENTS = {
    "hat": "\u0302", "widehat": "\u0302", "tilde": "\u0303", "widetilde": "\u0303", "bar": "\u0304", "overline": "\u0304",
    "dot": "\u0307", "ddot": "\u0308", "vec": "\u20d7", "check": "\u030c", "breve": "\u0306",
}  # fmt: skip
_SPOKEN = {"overline": "bar", "widehat": "hat", "widetilde": "tilde"}


def _spelt(text: str) -> str:
    """Spell out what commands hold, the inner ones first."""
    for form, spell in _FORMS:
        text = form.sub(spell, text)
    return text


def _inside(match: re.Match[str], group: int) -> str:
    """Give what a command takes: a group, or the one letter behind it."""
    return _spelt(match[group] if match[group + 1] is None else match[group + 1]).strip()


def _accented(match: re.Match[str]) -> str:
    """Put an accent on one letter; what is longer is called by the accent's name."""
    inner = _inside(match, 2)
    if len(inner) == 1 and inner.isalpha():
        return unicodedata.normalize("NFC", inner + _ACCENTS[match[1]])
    return f"{_SPOKEN.get(match[1], match[1])}({inner})" if inner and "\\" not in inner else match[0]


def _fraction(match: re.Match[str]) -> str:
    """Write a fraction in a line, with brackets round what is more than one thing."""
    above, below = _inside(match, 1), _inside(match, 3)
    if not above or not below:
        return match[0]
    before, after = match.string[: match.start()][-1:], match.string[match.end() : match.end() + 1]
    text = f"{_held(above)}/{_held(below)}"
    text = f"({text})" if after in ("^", "_") and after else text
    return (
        " " * (before.isalnum() or before in (")", "}"))
        + text
        + " " * (after.isalnum() or (after != "" and after in "([∑∏∫√|‖"))
    )


def _root(match: re.Match[str]) -> str:
    return f"√{_held(_inside(match, 1))}"


def _below(match: re.Match[str]) -> str:
    r"""Put what stands under an operator behind it: `\underset{x}{argmin}` is argmin_x."""
    under, operator = _inside(match, 1), _inside(match, 3).replace(" ", "")
    return f"{operator}_{under}" if len(under) == 1 else f"{operator}_{{{under}}}"


def _chosen(match: re.Match[str]) -> str:
    return f"({_inside(match, 1)} choose {_inside(match, 3)})"


def _cases(match: re.Match[str]) -> str:
    """Write the rows of cases in a line: `{x, if x > 0; 0, otherwise}`."""
    rows = [row.split("&", 1) for row in re.split(r"\\\\(?:\[[^\]]*\])?", match[1]) if row.strip()]
    told = [", ".join([row[0].strip(" ,"), *(_condition(part) for part in row[1:])]) for row in rows]
    return rf"\{{{'; '.join(told)}\}}"


def _condition(text: str) -> str:
    worded = re.match(
        r"\s*(?:\\(?:text|mbox|textrm|mathrm|textnormal)\s*\{)?\s*(?:if|for|when|where|else|otherwise)\b", text
    )
    return text.strip(" .,") if worded else f"if {text.strip(' .,')}"


_CASES = re.compile(r"\\begin\{d?cases\}(.{0,600}?)\\end\{d?cases\}", re.DOTALL)


def _held(text: str) -> str:
    """Give a text as one thing: a name, a number, a norm or a call as it is, else in brackets."""
    return text if _ONE.fullmatch(text) else f"({text})"


_SCRIPTED = r"(?:[_^](?:\w+|\{[^{}]*\}))*"
_PAIR = r"\((?:[^()]|\([^()]*\))*\)"
_ONE = re.compile(
    rf"-?[\w.∂∇\u0300-\u036f]+{_SCRIPTED}(?:{_PAIR})?|{_PAIR}|‖[^‖]*‖{_SCRIPTED}|\|\|[^|]*\|\|{_SCRIPTED}|√(?:\w+|{_PAIR})"
)
_FORMS = (
    (re.compile(rf"\\({'|'.join(sorted(_ACCENTS, key=len, reverse=True))})(?![A-Za-z])\s*{_GROUP}"), _accented),
    (re.compile(rf"\\sqrt\s*{_GROUP}"), _root),
    (re.compile(rf"\\[dt]?frac\s*{_GROUP}\s*{_GROUP}"), _fraction),
    (re.compile(rf"\\[dt]?binom\s*{_GROUP}\s*{_GROUP}"), _chosen),
    (re.compile(rf"\\underset\s*{_GROUP}\s*{_GROUP}"), _below),
)
"""What is spelt out once what it holds is readable -> how."""


def _without(match: re.Match[str]) -> str:
    before = match.string[max(0, match.start() - _NEAR) : match.start()]
    return match[0] if _TAKES.search(before) else match[1].strip()


def _hollow(match: re.Match[str]) -> str:
    letter = match[1] or match[2]
    sort = "DIGIT" if letter.isdigit() else "CAPITAL"
    called = unicodedata.name(letter).rpartition(" ")[2]
    names = (f"DOUBLE-STRUCK {sort} {called}", f"MATHEMATICAL DOUBLE-STRUCK {sort} {called}")
    return next(unicodedata.lookup(name) for name in names if _named(name))


def _named(name: str) -> bool:
    try:
        return bool(unicodedata.lookup(name))
    except KeyError:
        return False


def _sign(match: re.Match[str]) -> str:
    """Give a command's sign, spaced as a relation where the paper's own blank was eaten by TeX."""
    name = match[1]
    if name in _WORDS:
        after = match.string[match.end() :][:2]
        return name + " " * (after[:1].isalnum() or after[:1] == "|" or (after[:1] == "\\" and after[1:].isalpha()))
    sign = _SIGNS.get(name, _greek(name))
    if sign is None:
        return match[0]
    ended = match[0][-1].isspace() and bool(sign.strip()) and name not in _OPENING
    worded = _COMMAND.match(match.string, match.end())
    blank = " " if ended and (not sign.isalpha() or (worded and worded[1] in _WORDS)) else ""
    return f"{sign}{blank}"


def _greek(name: str) -> str | None:
    """Give the letter that `alpha`, `varphi` or `Omega` names."""
    plain = name.removeprefix("var")
    case = "CAPITAL" if plain[:1].isupper() else "SMALL"
    try:
        return unicodedata.lookup(f"GREEK {case} LETTER {'LAMDA' if plain.lower() == 'lambda' else plain.upper()}")
    except KeyError:
        return None
