r"""What a macro is: its parameters, its body, and how a call is replaced."""

from __future__ import annotations

from dataclasses import dataclass

from paperlab.extract.displays import NAMES
from paperlab.extract.tokens import Token

FROZEN = "\0"
r"""Put before a control word that must not be expanded again: what `\let` keeps of a standard command."""
NO_VALUE = FROZEN + r"\NoValue"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a macro."""

    kind: str
    """`m` one token or group; `o` brackets; `s` a star; `d` between two signs; `until` up to a delimiter; `literal` text; `body` of an environment."""
    text: str = ""
    """Default of `o` and `d`; delimiter of `until`; the text itself of `literal`; the environment of `body`."""
    signs: str = "[]"
    """Opening and closing sign of `d`."""


@dataclass(frozen=True, slots=True)
class Macro:
    """A definition. `body` holds `#1` where the first argument goes."""

    parameters: tuple[Parameter, ...]
    body: tuple[str, ...]


_M, _O = Parameter("m"), Parameter("o")
KNOWN: dict[str, Macro] = {
    **{rf"\{name}": Macro((_M,), ()) for name in ("DIFdel", "DIFdelFL", "sout", "xout")},
    **{rf"\{name}": Macro((_M,), ("#1",)) for name in ("DIFadd", "DIFaddFL")},
    r"\deleted": Macro((_O, _M), ()), r"\added": Macro((_O, _M), ("#2",)), r"\replaced": Macro((_O, _M, _M), ("#2",)),
}  # fmt: skip
"""What latexdiff, changes and ulem define: words that are struck out are no part of the text."""


def fill(body: tuple[str, ...], arguments: list[list[Token]], place: int) -> list[Token]:
    """Put the arguments into the body; tokens of the body stand at the place of the call."""
    result: list[Token] = []
    for token in body:
        if token[0] != "#":
            result.append((token, place))
        elif token.startswith("##"):
            result.append((token[1:], place))
        elif len(token) == 2 and int(token[1]) <= len(arguments):
            result.extend(arguments[int(token[1]) - 1])
    return result


PROTECTED = frozenset(
    ["\\" + name for name in (
        "title author date thanks and AND And abstract maketitle section subsection subsubsection paragraph subparagraph "
        "chapter part appendix appendices caption captionof label ref eqref pageref cite citep citet item footnote footnotetext "
        "includegraphics bibliography bibliographystyle bibitem tableofcontents centering hline toprule midrule bottomrule "
        "cmidrule cline multirow multicolumn nonumber notag tag left right frac sqrt text mbox hbox textbf textit emph "
        "newline par linebreak icmltitle icmlauthor icmlaffiliation icmltitlerunning mlsystitle affiliation institute "
        "affil address email keywords subfigure subfloat subcaption footnotemark url href eqno leqno autoref cref Cref "
        "State For If Else While EndFor EndIf EndWhile Require Ensure Return STATE FOR IF ELSE WHILE REQUIRE ENSURE "
        "KwIn KwOut KwData KwResult KwRet ForEach uIf lIf eIf SetKwInOut SetKwFunction tcp tcc Comment Call Procedure Function "
        "IEEEauthorblockN IEEEauthorblockA textrm texttt textsf underline raggedright hspace vspace bm boldsymbol mathbf mathcal "
        "mathbb mathrm cal bf it rm tt sf em large Large small footnotesize scriptsize tiny normalsize sum prod int limits "
        "bysame name addr email editor acks ShortHeadings jmlrheading firstpageno begingroup endgroup bgroup egroup mn@doi mn@eprint mn@urlcharsother $ % & # _ { } , ; : ! \\ [ ] ( ) ' ` ^ \" ~ = . - / @ > <"
    ).split()]
) - {r"\bm"}  # fmt: skip
r"""Names whose redefinition is ignored: the readers know them, and a style only changes how they look.

`\bm` is free: old papers define it by `\mbox{\boldmath ...}`.
"""

PROTECTED_ENVIRONMENTS = NAMES | frozenset(
    "document abstract math subequations split aligned gathered cases array matrix pmatrix bmatrix "
    "figure figure* table table* tabular tabular* tabularx tabulary longtable wraptable wrapfigure sidewaystable sidewaysfigure "
    "algorithm algorithm* algorithmic algorithm2e thebibliography itemize enumerate description verbatim lstlisting minipage center "
    "subfigure subtable threeparttable quote quotation list trivlist tikzpicture proof".split()
)
