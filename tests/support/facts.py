r"""Facts of a paper that may be committed: numbers, labels, shapes, and hashes of its formulas, cells and lines.

A formula is compared by its tokens: what changes only its looks is dropped (sizes, blanks, alignment, fonts that say
"upright"), spellings of one sign are one (`\le` and `\leq`). The hash of what is left names it without holding it.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping

_ONE_SPELLING: Mapping[str, str] = {
    "leq": "le", "geq": "ge", "neq": "ne", "to": "rightarrow", "gets": "leftarrow", "dots": "ldots", "dotsc": "ldots", "dotsb": "ldots", "cdots": "ldots",
    "boldsymbol": "mathbf", "bm": "mathbf", "bf": "mathbf", "pmb": "mathbf", "cal": "mathcal", "varepsilon": "epsilon", "Vert": "|", "lVert": "|", "rVert": "|",
    "dfrac": "frac", "tfrac": "frac", "widehat": "hat", "widetilde": "tilde", "overline": "bar",
    "lbrace": "{", "rbrace": "}", "land": "wedge", "lor": "vee", "lnot": "neg", "emptyset": "varnothing",
}  # fmt: skip
_ONE_KEY: Mapping[str, str] = {
    "ast": "*",
    "prime": "'",
    "colon": ":",
    "mid": "|",
    "vert": "|",
    "lvert": "|",
    "rvert": "|",
}
"""Names of signs that stand on the keyboard."""
_DROPPED = frozenset(
    "left right middle big Big bigg Bigg bigl bigr bigm Bigl Bigr Bigm biggl biggr Biggl Biggr quad qquad nonumber notag limits nolimits displaystyle "
    "textstyle scriptstyle mathrm operatorname text textrm textnormal textit textsf mathsf rm mathop mathit mathnormal mathord mathbin mathrel mbox hbox "
    "relax allowbreak nobreak ensuremath hfill xspace strut mathstrut thinspace displaybreak normalfont it em hspace vspace IEEEyesnumber IEEEnonumber".split()
)
_GONE = re.compile(
    r"(?<!\\)%[^\n]*|\\(?:label|tag\*?|hspace\*?|vspace\*?|phantom|hphantom|vphantom)\s*\{(?:[^{}]|\{[^{}]*\})*\}|\\(?:begin|end)\s*\{(?:array|alignedat|alignat\*?)\}(?:\[[^\]]*\])?(?:\{[^{}]*\})?"
    r"|\\(?:begin|end)\s*\{[a-zA-Z]+\*?\}|\\\\\s*(?:\[[^\]]*\])?|\\[,;:!/> ]|[&~$\s]"
)
_TOKEN = re.compile(r"\\[A-Za-z]+\*?|\\.|.", re.DOTALL)


def formula(tex: str) -> str:
    r"""Give what a formula says, without its looks.

    >>> formula(r"\mathrm{softmax}\left(\frac{QK^T}{\sqrt{d_k}}\right) V,") == formula(r"\text{softmax}(\frac{Q K^T}{\sqrt{d_k}})V")
    True
    >>> formula(r"\vert a \ast b\vert") == formula("|a * b|"), formula(r"a \star b") == formula("a * b")
    (True, False)
    """
    kept = []
    for sign in _TOKEN.findall(_GONE.sub(" ", tex)):
        name = sign[1:].rstrip("*") if sign[0] == "\\" and len(sign) > 1 else ""
        if name not in _DROPPED and sign not in " {}":
            kept.append(_ONE_KEY.get(name) or ("\\" + _ONE_SPELLING.get(name, name) if name else sign))
    return "".join(kept).rstrip(".,;:")


_SIGNS: Mapping[str, str] = {"−": "-", "–": "-", "—": "-", "×": r"\times", "±": r"\pm", "→": r"\rightarrow", "←": r"\leftarrow", "≤": r"\le", "≥": r"\ge", "…": "...", "’": "'", "‘": "'", "“": '"', "”": '"', "·": r"\cdot"}  # fmt: skip


def words(text: str) -> str:
    r"""Give what a cell or a line of an algorithm says: letters, digits and signs, no blanks, dollars, braces or fonts.

    >>> words(r"$\mathbf{28.4} \pm 0.1$") == words("28.4 ± 0.1")
    True
    >>> words(r"16\% of A \& B") == words("16% of A & B") != words("16")
    True
    >>> words("Lecture 6---Adam, 1--2") == words("Lecture 6—Adam, 1–2")
    True
    """
    text = unicodedata.normalize("NFKC", text)
    text = re.sub(r"(?<!\\)[%&#]", r"\\\g<0>", text)  # In plain text they are signs.
    for sign, tex in _SIGNS.items():
        text = text.replace(sign, tex + " " if tex[0] == "\\" else tex)
    text = re.sub(
        r"\\(?:emph|textbf|textit|texttt|textsc|textrm|underline|mathbf|boldsymbol|bm|bf|it|small|footnotesize|cite[a-z]*\{[^{}]*\})(?![A-Za-z])",
        " ",
        text,
    )
    return formula(re.sub("-{2,3}", "-", text)).lower()


def digest(text: str) -> str:
    """Give 12 hexadecimal digits of SHA-256: enough to tell a paper's formulas apart, too little to read them."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]
