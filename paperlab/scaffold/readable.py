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
    >>> readable('costs \\$5'), readable(r'\frac{a}{b}'), readable(r'$[-0.01\ 0.01]$')
    ('costs $5', '\\frac{a}{b}', '[-0.01 0.01]')
    """
    if "\\" not in text and "$" not in text:
        return text
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
        for group in _GROUPS:
            text = group.sub(_without, text)
        if text == before:
            break
    return text.replace(_OPEN, "{").replace(_CLOSE, "}")


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
