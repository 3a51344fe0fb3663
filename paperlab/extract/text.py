r"""TeX as plain text: one line, single spaces, no markup; formulas stay TeX between dollars.

Signs and letters come from pylatexenc's tables; the walk over the tokens is our own, since pylatexenc parses into a
tree first (it raises or loses text on unbalanced input, and is slow on thousands of table cells).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from paperlab.extract.clock import check
from paperlab.extract.scan import TOKEN, argument, options, skip_space
from paperlab.extract.siunitx import without_siunitx

_DROPPED = (
    "footnote:1 footnotetext:1 footnotemark:0 thanks:1 label:1 vspace:1 hspace:1 vskip:0 color:1 textcolor:1 href:1 "
    "rowcolor:1 cellcolor:1 fontsize:2 raisebox:1 parbox:1 resizebox:2 scalebox:1 multicolumn:2 rule:2 tnote:1 "
    "includegraphics:1 index:1 hypertarget:1 hyperlink:1 hyperref:0 end:1 setlength:2 addtolength:2 phantom:1 hphantom:1 "
    "vphantom:1 stepcounter:1 setcounter:2 addtocounter:2 refstepcounter:1 definecolor:3 colorbox:1 fcolorbox:2 "
    "rotatebox:1 adjustbox:1 makebox:0 framebox:0 input:1 bibliographystyle:1 bibliography:1 hypersetup:1 todo:1 "
    "pagestyle:1 thispagestyle:1 foreignlanguage:1 selectlanguage:1 cmidrule:1 cline:1 specialrule:3 addlinespace:0 "
    "noalign:1 arrayrulecolor:1 hhline:1 rowfont:1 pagecolor:1 marginpar:1 nocite:1 usepackage:1 addcontentsline:3 "
    "makecell:0 thead:0 shortstack:0 linebreak:0 pagebreak:0 nolinebreak:0 item:0 textsuperscript:0 MakeUppercase:0 "
    "fontseries:1 fontfamily:1 fontshape:1 tablenotemark:1 TblrNote:1 nocolhead:1 tmark:0 tablefootnote:1 tablenotetext:2 "
    "arabic:1 roman:1 Roman:1 alph:1 Alph:1 fnsymbol:1 bookmark:1 pdfbookmark:2 setstretch:1 linespread:1 newcommand:2 renewcommand:2 providecommand:2 DeclareMathOperator:2 "
    "cite:1 citep:1 citet:1 citealp:1 citealt:1 citeauthor:1 citeyear:1 citeyearpar:1 parencite:1 textcite:1 autocite:1 "
    "footcite:1 footcitep:1 Citet:1 Citep:1 citenum:1 shortcite:1 newcite:1 onlinecite:1 citetext:1 citenamefont:0 "
    "titlerunning:1 authorrunning:1 vskip:0 rowcolors:3 tikzset:1 caption:0 captionsetup:1 xspace:0 protect:0 "
    "unskip:0 ignorespaces:0 leavevmode:0 hskip:0 kern:0 noindent:0 par:0 newpage:0 clearpage:0 centering:0 hfill:0"
)
_SKIP: dict[str, int] = {name: int(count) for name, count in (item.split(":") for item in _DROPPED.split())}
"""Commands whose options and first so many arguments are not text."""
_SIGNS = {
    "\\\\": " ", "\\ ": " ", "\\\n": " ", "\\,": " ", "\\;": " ", "\\:": " ", "\\>": " ", "\\!": "", "\\-": "", "\\/": "",
    "\\@": "", "\\(": "", "\\)": "", "\\&": "&", "\\%": "%", "\\$": "$", "\\#": "#", "\\_": "_", "\\{": "{", "\\}": "}",
    "\\LaTeX": "LaTeX", "\\TeX": "TeX", "\\checkmark": "✓", "\\cmark": "✓", "\\xmark": "✗", "\\textbackslash": "\\",
    "\\textasciitilde": "~", "\\textasciicircum": "^", "\\newline": " ", "\\tabularnewline": " ", "\\quad": " ",
    "\\qquad": " ", "\\linebreak": " ", "\\par": " ", "\\newblock": " ", "\\enspace": " ", "\\thinspace": " ", "\\space": " ",
    "\\textquotesingle": "'", "\\textquotedbl": '"', "\\slash": "/", "\\textendash": "–", "\\textemdash": "—", "\\AND": " ",
    "\\KwTo": " to ", "\\to": "→", "\\times": "×", "\\pm": "±", "\\ie": "i.e.", "\\eg": "e.g.", "\\etal": "et al.", "\\and": " ",
    "\\textregistered": "®", "\\textpm": "±", "\\texttimes": "×", "\\ackname": "Acknowledgments", "\\refname": "References", "\\abstractname": "Abstract", "\\appendixname": "Appendix", "\\Checkmark": "✓", "\\XSolidBrush": "✗", "\\ding": "",
}  # fmt: skip
_SPACED = frozenset(("\\ie", "\\eg", "\\etal"))
"""Styles define these so that the space behind them stays."""
_ACCENTS = {
    "\\`": "\u0300", "\\'": "\u0301", "\\^": "\u0302", "\\~": "\u0303", '\\"': "\u0308", "\\=": "\u0304", "\\.": "\u0307",
    "\\u": "\u0306", "\\v": "\u030c", "\\H": "\u030b", "\\c": "\u0327", "\\k": "\u0328", "\\r": "\u030a", "\\d": "\u0323",
    "\\b": "\u0331",
}  # fmt: skip
_LABEL_WORDS = {
    "fig": "Figure", "figure": "Figure", "tab": "Table", "table": "Table", "tbl": "Table", "sec": "Section", "eq": "Equation",
    "subsec": "Section", "section": "Section", "eqn": "Equation", "alg": "Algorithm", "app": "Appendix", "thm": "Theorem",
}  # fmt: skip
_REFERENCES = frozenset(
    "ref eqref cref Cref autoref vref pageref nameref labelcref subref Autoref prettyref figref secref".split()
)
_TABULAR = re.compile(r"tabular[*xy]?|tabu|longtable|array|minipage")
_PLAIN = re.compile(r"(?!\s*[kKMB]\s*\Z)[\d\s.,%+\-±×()/<>=~∼≈↑↓→†‡*:✓✗–|]*[kKMB]?")
_MATH_PLAIN = {
    r"\pm": "±", r"\times": "×", r"\%": "%", r"\uparrow": "↑", r"\downarrow": "↓", r"\dagger": "†", r"\ddagger": "‡",
    r"\ast": "*", r"\star": "*", r"\sim": "∼", r"\approx": "≈", r"\checkmark": "✓", r"\rightarrow": "→", r"\to": "→",
    r"\,": "", r"\;": " ", r"\:": " ", r"\ ": " ", r"\!": "", r"\mathbf": "", r"\boldsymbol": "", r"\bm": "", r"\textbf": "",
    r"\bf": "", r"\mathrm": "", r"\underline": "", r"\mathit": "", r"\text": "", r"\scriptstyle": "", r"\scriptsize": "",
    r"\displaystyle": "", r"\phantom{0}": "", r"\boldmath": "", r"\mbox": "", r"\tiny": "", r"\small": "", r"\bullet": "•",
    r"\mathbin": "", r"\mathsf": "", r"\pmb": "", r"\color": "", r"\left": "", r"\right": "", r"\footnotesize": "", r"\rm": "",
    r"\bfseries": "", r"\textsf": "", r"\textrm": "", r"\hspace": "", r"\quad": " ", r"\cdot": "·", r"\triangle": "△",
}  # fmt: skip
_MATH_COMMAND = re.compile(r"\\phantom\{0\}|\\[A-Za-z]+|\\.", re.DOTALL)
_SPACES = re.compile(r"\s+")
_LENGTH = re.compile(r"\s*-?[\d.]+\s*(?:true\s*)?(?:pt|cm|mm|in|em|ex|bp|sp|pc)")
_THREE_DIGITS = re.compile(r"\d{3}(?!\d)")
_BEFORE_STOP = re.compile(r"\s+([.,;:!?)])(?=\s|$)")
LONGEST = 100_000
"""Characters that one call reads; more is cut, since no sentence, cell or caption is that long."""


@lru_cache(maxsize=1)
def _database() -> object:
    from pylatexenc.latex2text import get_default_latex_context_db

    return get_default_latex_context_db()


@lru_cache(maxsize=4096)
def sign(command: str) -> str | None:
    r"""Give the character that a command without arguments stands for, or None.

    >>> sign(r"\alpha"), sign(r"\ss"), sign(r"\textbf")
    ('α', 'ß', None)
    """
    if command in _SIGNS:
        return _SIGNS[command]
    spec = _database().get_macro_spec(command[1:])  # type: ignore[attr-defined]  # pylatexenc ships no types
    text = getattr(spec, "simplify_repl", None)
    # longer ones are words that pylatexenc puts in place (`\today`, `<cit.>`), not signs
    return text if isinstance(text, str) and len(text) <= 3 and "%" not in text else None


def to_text(tex: str, labels: Mapping[str, str] | None = None) -> str:
    r"""Give expanded TeX as plain text.

    Args:
        tex: of any kind, balanced or not.
        labels: label -> number as printed; a reference to a label that is not here is left out.

    Returns:
        One line with single spaces; formulas between dollars, but a formula of plain numbers and signs as text.

    >>> to_text(r"\textbf{Ours}~\cite{a} has $28.4$ {\em BLEU}, $\beta_1$ \& \'{e}t\'e\footnote{x}")
    'Ours has 28.4 BLEU, $\\beta_1$ & été'
    """
    tex = _DINGBAT.sub(_dingbat, without_siunitx(tex[:LONGEST]))
    parts = _Walk(tex, labels or {}).parts()
    text = unicodedata.normalize("NFC", _SPACES.sub(" ", "".join(parts))).strip()
    return _BEFORE_STOP.sub(r"\1", text)


_DINGBAT = re.compile(r"\\ding\s*\{\s*(\d{2,3})\s*\}")
_ELSEWHERE = {37: "☎", 42: "☛", 43: "☞", 72: "★", 108: "●", 110: "■", 115: "▲", 116: "▼", 117: "◆", 119: "◗", 168: "♣", 169: "♦", 170: "♥", 171: "♠", 213: "→", 214: "↔", 215: "↕"}  # fmt: skip
"""Zapf Dingbats that Unicode has in another block than the rest."""


def _dingbat(found: re.Match[str]) -> str:
    r"""Give the sign of pifont's `\ding{51}`. Source: Unicode's mapping of Adobe's Zapf Dingbats."""
    code = int(found[1])
    if code in _ELSEWHERE or 172 <= code <= 181:
        return _ELSEWHERE.get(code) or chr(0x2460 + code - 172)
    return chr(0x2700 + code - 32) if 33 <= code <= 126 else chr(0x2760 + code - 160) if 161 <= code <= 254 else ""


class _Walk:
    """One pass over the tokens; commands move `at` past what is not text."""

    def __init__(self, tex: str, labels: Mapping[str, str]) -> None:
        self.tex = tex
        self.labels = labels
        self.at = 0
        self.out: list[str] = []

    def parts(self) -> list[str]:
        """Walk to the end; each step moves forward, so that it ends on any text."""
        check()
        steps = 0
        while self.at < len(self.tex):
            steps += 1
            if steps & 255 == 0:
                check()
            found = TOKEN.match(self.tex, self.at)
            if found is None:
                break
            self.at = found.end()
            self._token(found.group())
        return self.out

    def _token(self, mark: str) -> None:
        if mark[0] == "\\":
            self._command(mark)
        elif mark == "$":
            self._formula("$$" if self.tex.startswith("$", self.at) else "$")
        elif mark == "%":
            end = self.tex.find("\n", self.at)
            self.at = len(self.tex) if end < 0 else end + 1
        elif mark in "~&":
            self.out.append(" ")
        elif mark in "[]":
            self.out.append(mark)
        elif mark[0] not in "{}":
            self.out.append(_typography(mark))

    def _command(self, mark: str) -> None:
        name = mark[1:].rstrip("*")
        if mark in _ACCENTS and not (mark == "\\=" and self.tex[self.at : self.at + 1] == " "):
            self._accent(mark)
        elif mark == "\\(":
            self._formula("\\)")
        elif mark == "\\\\":
            self.at = options(self.tex, self.at + self.tex.startswith("*", self.at))
            self.out.append(" ")
        elif name in _REFERENCES:
            self._reference(name)
        elif name in ("begin", "url", "path", "ensuremath", "href", "verb", "textsubscript"):
            getattr(self, f"_{name}")()
        elif name in _SKIP:
            self._skip(name)
        else:
            self._sign(mark)

    def _skip(self, name: str) -> None:
        self.at = options(self.tex, self.at)
        if self.tex.startswith("(", self.at) and name == "cmidrule":
            self.at = self.tex.find(")", self.at) + 1 or len(self.tex)
        for _ in range(_SKIP[name]):
            _, self.at = argument(self.tex, self.at)
        if name in ("vskip", "hskip", "kern") and (length := _LENGTH.match(self.tex, self.at)):
            self.at = length.end()
            self.out.append(" " * (name != "kern"))
        if name.lower().find("cite") >= 0 and self.out and self.out[-1].isspace():
            self.out.pop()

    def _sign(self, mark: str) -> None:
        if mark[1:2].isalpha():
            end = skip_space(self.tex, self.at)
            glued = self.tex[end : end + 1] != "{"
            text = sign(mark.rstrip("*"))
            spaced = mark in _SPACED and end > self.at
            self.at = end if text is not None and glued else self.at
            self.out.append((text or "") + " " * spaced)
        else:
            self.out.append("" if self._within_a_number(mark) else sign(mark) or "")

    def _within_a_number(self, mark: str) -> bool:
        r"""Tell whether a thin space parts thousands: `5\,000` is one number, in text as in a formula."""
        thin = mark == "\\," and bool(self.out) and self.out[-1][-1:].isdigit()
        return thin and _THREE_DIGITS.match(self.tex, self.at) is not None

    def _accent(self, mark: str) -> None:
        text, self.at = argument(self.tex, self.at)
        letter = {"\\i": "i", "\\j": "j"}.get(text.strip()) or (sign(text) if text[:1] == "\\" else text)
        letter = (letter or "").strip("{} ")
        self.out.append(unicodedata.normalize("NFC", letter[:1] + _ACCENTS[mark]) + letter[1:] if letter else "")

    def _reference(self, name: str) -> None:
        keys, self.at = argument(self.tex, options(self.tex, self.at))
        numbers = [(k, self.labels[k]) for k in keys.split(",") if k in self.labels]
        text = ", ".join(n for _, n in numbers)
        if numbers and name in ("cref", "Cref", "autoref", "Autoref"):
            word = _LABEL_WORDS.get(numbers[0][0].split(":")[0], "")
            text = f"{word} {text}".strip()
        if name == "eqref" and text:
            text = f"({text})"
        self.out.append(text)

    def _begin(self) -> None:
        name, self.at = argument(self.tex, self.at)
        if _TABULAR.fullmatch(name):
            if name in ("tabular*", "tabularx", "tabulary"):
                _, self.at = argument(self.tex, self.at)
            self.at = options(self.tex, self.at)
            _, self.at = argument(self.tex, self.at)

    def _url(self) -> None:
        text, self.at = argument(self.tex, self.at)
        self.out.append(text.replace("\\", ""))

    _path = _url

    def _href(self) -> None:
        _, self.at = argument(self.tex, options(self.tex, self.at))

    def _verb(self) -> None:
        end = self.tex.find(self.tex[self.at : self.at + 1] or "|", self.at + 1)
        if end < 0 or "\n" in self.tex[self.at : end]:
            return
        self.out.append(self.tex[self.at + 1 : end])
        self.at = end + 1

    def _textsubscript(self) -> None:
        """Keep a number under a number apart: `80.0` with `0.1` below is not `80.00.1`."""
        if self.out and self.out[-1][-1:].isdigit() and re.match(r"\s*\{\s*[\d.]", self.tex[self.at : self.at + 20]):
            self.out.append(" ")

    def _ensuremath(self) -> None:
        text, self.at = argument(self.tex, self.at)
        self.out.append(formula(text))

    def _formula(self, sign_: str) -> None:
        start = self.at + (sign_ == "$$")
        end, after = _formula_end(self.tex, start, sign_)
        self.at = after
        self.out.append(formula(self.tex[start:end]))


_FORMULA_TOKEN = re.compile(r"\\.|[{}$]", re.DOTALL)


def _formula_end(tex: str, at: int, sign_: str) -> tuple[int, int]:
    """Give the end of a formula and the place after its closing sign; a lone dollar closes at the paragraph's end."""
    depth = 0
    for found in _FORMULA_TOKEN.finditer(tex, at):
        mark = found.group()
        depth = max(0, depth + (mark == "{") - (mark == "}"))
        if depth == 0 and (mark == sign_ or (mark == "$" and tex.startswith(sign_, found.start()))):
            return found.start(), found.start() + len(sign_)
    end = tex.find("\n\n", at)
    end = len(tex) if end < 0 else end
    return end, end


def formula(tex: str) -> str:
    r"""Give a formula between dollars, with single spaces; as text where it holds only numbers and signs.

    >>> formula(r"86.9_{\pm 0.2}"), formula(r" \alpha  = 1")
    ('86.9±0.2', '$\\alpha = 1$')
    """
    inner = _SPACES.sub(" ", tex).strip()
    if not inner:
        return ""
    plain = _MATH_COMMAND.sub(lambda m: _MATH_PLAIN.get(m.group(), m.group()), inner)
    plain = plain.replace("{,}", ",").replace("{", "").replace("}", "")
    plain = re.sub(r"[_^]\s*(?=[±†‡*])|(?<=±)\s+", "", plain).strip()
    return plain if _PLAIN.fullmatch(plain) else f"${inner}$"


def _typography(text: str) -> str:
    """Turn TeX's quotes and dashes into characters."""
    if "`" not in text and "'" not in text and "--" not in text:
        return text
    text = text.replace("``", "“").replace("''", "”").replace("---", "—").replace("--", "–")
    return text.replace("`", "‘").replace("'", "’")
