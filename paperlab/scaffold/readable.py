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
    "triangleq": "≜", "coloneqq": "≔", "checkmark": "✓", "S": "§", "degree": "°", "lbrace": "{", "rbrace": "}",
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
_NOISE = re.compile(r"\\(?:text)?color\s*\{[^{}\\]*\}|\\(?:xspace|protect|noindent|nonumber|notag)(?![A-Za-z])")
_ALONE = re.compile(r"([_^])\{([^{}\\\s])\}")
_COMMAND = re.compile(r"\\([A-Za-z]+)(?![A-Za-z])[ \t]*")
_PASSES = 4
"""Fonts inside fonts; deeper ones stay TeX."""


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
    text = re.sub(
        r"(?<!\\)\$|\\[()\[\]]|\\[,;:!](?![A-Za-z])|(?<!\\)\\ ", lambda m: " " if m[0][-1] in ";: " else "", text
    )
    # Signs first: a font that goes leaves its letter beside the command before it.
    text = _COMMAND.sub(_sign, _NOISE.sub("", text))
    for _ in range(_PASSES):
        text, changed = _STYLED.subn(lambda m: m[1] if m[1] is not None else m[2], text)
        text = _COMMAND.sub(_sign, text)
        if not changed:
            break
    text = re.sub(r"\\([%&#$_{}])", r"\1", text)
    return _ALONE.sub(r"\1\2", text).strip()


def _sign(match: re.Match[str]) -> str:
    """Give a command's sign, spaced as a relation where the paper's own blank was eaten by TeX."""
    name = match[1]
    if name in _WORDS:
        after = match.string[match.end() :][:2]
        return name + " " * (after[:1].isalnum() or (after[:1] == "\\" and after[1:].isalpha()))
    sign = _SIGNS.get(name, _greek(name))
    if sign is None:
        return match[0]
    blank = " " if match[0][-1].isspace() and sign.strip() and not sign.isalpha() else ""
    return f"{sign}{blank}"


def _greek(name: str) -> str | None:
    """Give the letter that `alpha`, `varphi` or `Omega` names."""
    plain = name.removeprefix("var")
    case = "CAPITAL" if plain[:1].isupper() else "SMALL"
    try:
        return unicodedata.lookup(f"GREEK {case} LETTER {'LAMDA' if plain.lower() == 'lambda' else plain.upper()}")
    except KeyError:
        return None
