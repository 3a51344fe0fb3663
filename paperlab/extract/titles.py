r"""Title, authors and abstract, in the forms of the common classes: article, ICML, IEEE, ACM, LNCS, JMLR, REVTeX, elsarticle."""

from __future__ import annotations

import re
from itertools import islice

from paperlab.extract.text import to_text
from paperlab.extract.tokens import arguments, group

_TITLE = re.compile(r"\\(icmltitle|mlsystitle|aistatstitle|ijcaititle|papertitle|title|Title|TITLE)(?![A-Za-z])")
_AUTHOR = re.compile(
    r"\\(author|Author|aistatsauthor|mlsysauthor|icmlauthor|jmlrauthor|IEEEauthorblockN|coauthor)(?![A-Za-z])"
)
_LARGE = re.compile(r"\\(?:huge|Huge|LARGE|Large)(?![A-Za-z])")
_ABSTRACT = re.compile(r"\\begin\s*\{(abstract\*?|onecolabstract|IEEEabstract|Abstract)\}(?:\s*\[[^\[\]]*\])?|\\(?:abstract|Abstract)(?![A-Za-z])\s*(?=\{)")  # fmt: skip
_DROP_WITH_ARGUMENT = (
    "thanks footnote footnotemark footnotetext inst orcid orcidID orcidlink textsuperscript affil affilmark IEEEauthorrefmark "
    "authorrefmark email texttt url href vspace hspace vskip fnref corref tnoteref authormark samethanks IEEEmembership icmlaffiliation label color "
    "mailto includegraphics altaffilmark thanksref institute address affiliation urlstyle"
).split()
_NO_ARGUMENT = frozenset(("footnotemark", "samethanks"))
_DROP = re.compile(r"\\(" + "|".join(_DROP_WITH_ARGUMENT) + r")(?![A-Za-z])\*?")
_SPLIT_AUTHORS = re.compile(r"\\(?:and|And|AND|ANDD|cr)(?![A-Za-z])")
_SPACES = re.compile(
    r"\\(?:quad|qquad|hfill|hspace\*?\s*\{[^{}]*\}|enskip|enspace|hskip\s*\S+)(?![A-Za-z])|\\[;:]|(?<!\\)&"
)
_BREAK = re.compile(r"\\\\\*?\s*(?:\[[^\[\]]*\])?|\\(?:newline|linebreak|tabularnewline)(?![A-Za-z])|\n\s*\n")
_MARKS = re.compile(r"\$[^$]*\$|\\textsuperscript|\^\s*(?:\{[^{}]*\}|\S)|[*†‡§¶∗⋆#]|\d+")
_PLACE = re.compile(
    r"universi|departe?ment|\bdept\b|\bplc\b|institut|laborator|\blab\b|\blabs\b|school|college|research|google|deepmind|facebook|microsoft|openai|amazon|"
    r"cent(?:er|re)\b|academy|faculty|\binc\b|\bltd\b|\bgmbh\b|\bcorp|@|http|street|\busa\b|\buk\b|china|france|germany|canada|"
    r"\bai\b|division|hospital|technolog|equal contribution|e-?mail|polytechn|ecole|école|nvidia|apple\b|\bmeta\b|cnrs|inria|eth z",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?:[^\W\d_][\w.'’`-]*\s+){1,5}[^\W\d_][\w.'’`-]*(?:,?\s+(?:Jr|Sr|II|III)\.?)?")
_AUTHORS_LIMIT = 3_000
_FRONT = 400_000
"""Characters in which the title and the authors are looked for."""
_TRIES = 60


def read_title(text: str) -> str:
    """Give the title; empty where there is none."""
    found: list[tuple[str, str]] = []
    for match in islice(_TITLE.finditer(text, 0, _FRONT), _TRIES):
        read = arguments(text, match.end(), shape="*om")
        if read and (title := to_text(_plain(read[0][2] or ""))):
            found.append((match[1], title))
    special = [title for name, title in found if name not in ("title", "Title", "TITLE")]
    if special or found:
        return special[0] if special else found[-1][1]
    return _large(text)


def _large(text: str) -> str:
    """A title set by hand: the first words in large letters."""
    start = text.find(r"\begin{document}")
    head = text[max(start, 0) : max(start, 0) + 4_000]
    found = _LARGE.search(head)
    if found is None or start < 0:
        return ""
    opening = head.rfind("{", 0, found.start())
    inner = group(head, opening) if opening >= 0 else None
    words = to_text(_plain(inner[0])) if inner else ""
    return words if 8 <= len(words) <= 300 else ""


def _plain(tex: str) -> str:
    """Drop footnotes, marks and addresses, with their arguments; line breaks become spaces."""
    for _ in range(300):
        match = _DROP.search(tex)
        if match is None:
            break
        read = arguments(tex, match.end(), shape="o" if match[1] in _NO_ARGUMENT else "om")
        end = read[1] if read else match.end()
        if match[1] == "href" and read and (second := group(tex, end)):
            end = second[1]
        tex = tex[: match.start()] + " " + tex[end:]
    return re.sub(r"\\\\(?:\s*\[[^\[\]]*\])?", " ", tex)


def read_authors(text: str) -> tuple[str, ...]:
    """Give the names of the authors in order, each once."""
    found = [
        (m[1], read[0][2] or "")
        for m in islice(_AUTHOR.finditer(text, 0, _FRONT), _AUTHORS_LIMIT)
        if (read := arguments(text, m.end(), shape="*om"))
    ]
    kinds = {name for name, _ in found}
    for wanted in ("icmlauthor", "IEEEauthorblockN"):
        if wanted in kinds:
            found = [(name, tex) for name, tex in found if name == wanted]
            break
    names: list[str] = []
    for _, tex in found:
        names += _names(tex[: _AUTHORS_LIMIT * 5])
    return tuple(dict.fromkeys(names))[:_AUTHORS_LIMIT]


def _names(tex: str) -> list[str]:
    if re.search(r"\\name(?![A-Za-z])", tex):
        pieces = re.findall(
            r"\\name(?![A-Za-z])(.*?)(?=\\(?:email|addr|AND|And|and|name)(?![A-Za-z])|\\\\|$)", tex, re.DOTALL
        )
        return [name for piece in pieces for name in _line(piece, sure=True)]
    result: list[str] = []
    for piece in _SPLIT_AUTHORS.split(tex):
        result += _piece(piece)
    return result


def _piece(piece: str) -> list[str]:
    r"""Read one block of `\author`: lines of names, then lines of places."""
    result: list[str] = []
    piece = re.sub(
        r"\\(?:begin|end)\s*\{(?:tabular|minipage|center)[^{}]*\}(?:\s*\[[^\[\]]*\])?(?:\s*\{[^{}]*\})?", " ", piece
    )
    for line in _BREAK.split(piece):
        names = _line(line, sure=False)
        if not names:
            if result:
                break
            continue
        result += names
    return result


def _line(line: str, *, sure: bool) -> list[str]:
    """Give the names on one line, or nothing where it holds a place or an address."""
    line = _SPACES.sub(" , ", _plain(line).replace(r"\&", " , "))
    text = to_text(_MARKS.sub(" , ", re.sub(r"(?<!\\)~", " ", line)))
    if _PLACE.search(text) and not sure:
        return []
    parts = [p.strip(" .;:") for p in re.split(r"\s*[,;]\s*(?:and\s+)?|\s+and\s+|^and\s+", text)]
    parts = [p for p in parts if p]
    names = [p for p in parts if _NAME.fullmatch(p) or sure]
    return names if names and len(names) * 2 >= len(parts) and all(n[0].isupper() or len(n) > 8 for n in names) else []


def read_abstract(text: str) -> tuple[str, int]:
    """Give the abstract as expanded TeX and where it starts; empty where there is none."""
    for found in islice(_ABSTRACT.finditer(text), _TRIES):
        if found[1]:
            end = text.find(f"\\end{{{found[1]}}}", found.end())
            body = text[found.end() : end] if end >= 0 else text[found.end() : found.end() + 3_000]
            at = found.end()
        else:
            inner = group(text, found.end())
            body, at = (inner[0], found.end() + 1) if inner else ("", 0)
        if body.strip():
            return body, at
    return "", 0
