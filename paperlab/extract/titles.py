r"""Title and abstract, in the forms of the common classes: article, ICML, IEEE, ACM, LNCS, JMLR, REVTeX, elsarticle."""

from __future__ import annotations

import re
from itertools import islice

from paperlab.extract.text import to_text
from paperlab.extract.tokens import arguments, group

_TITLE = re.compile(r"\\(icmltitle|mlsystitle|aistatstitle|ijcaititle|papertitle|title|Title|TITLE)(?![A-Za-z])")
LARGE = re.compile(
    r"\\begin\s*\{(huge|Huge|LARGE|Large)\}(.{1,600}?)\\end\{\1\}|\\(?:huge|Huge|LARGE|Large)(?![A-Za-z])", re.DOTALL
)
_ABSTRACT = re.compile(r"\\begin\s*\{(abstract\*?|onecolabstract|IEEEabstract|Abstract)\}(?:\s*\[[^\[\]]*\])?|\\(?:abstract|Abstract)(?![A-Za-z])\s*(?:\[[^\[\]]*\]\s*)?(?=\{)")  # fmt: skip
_DROPPED = (
    "thanks footnote footnotemark footnotetext inst orcid orcidID orcidlink textsuperscript affil affilmark IEEEauthorrefmark "
    "authorrefmark email vspace hspace fnref corref tnoteref authormark samethanks IEEEmembership icmlaffiliation label color "
    "note mailto includegraphics altaffilmark thanksref institute address affiliation urlstyle index pfx ead inits ORCID printead affmark affaddr"
).split()
_NO_ARGUMENT = frozenset(("footnotemark", "samethanks", "affmark"))
_DROP = re.compile(r"\\(" + "|".join([*_DROPPED, "href"]) + r")(?![A-Za-z])\*?")
_NESTED = r"\{(?:[^{}]|\{[^{}]*\})*\}"
_TWO_FORMS = re.compile(r"\\texorpdfstring(?![A-Za-z])")
_KEYWORDS = re.compile(
    r"\\(?:keywords|keyFont|pacs|PACS|subclass|subjclass)(?![A-Za-z])\s*"
    + _NESTED
    + r"|\\begin\s*\{(keywords?|IEEEkeywords)\}.*?\\end\s*\{\1\}",
    re.DOTALL,
)
_FRONT = 400_000
"""Characters in which the title is looked for."""
_TRIES = 60
_HEAD = 20_000
"""Characters in which an abstract that is set by hand begins."""


def read_title(text: str) -> str:
    """Give the title; empty where there is none."""
    found: list[tuple[str, str]] = []
    for match in islice(_TITLE.finditer(text, 0, _FRONT), _TRIES):
        read = arguments(text, match.end(), shape="*om")
        if read and (title := to_text(without_notes(one_form(read[0][2] or "")))):
            found.append((match[1], title))
    special = [title for name, title in found if name not in ("title", "Title", "TITLE")]
    if special or found:
        return special[0] if special else found[-1][1]
    return _large(text)


def _large(text: str) -> str:
    """A title set by hand: the first words in large letters."""
    start = text.find(r"\begin{document}")
    head = text[max(start, 0) : max(start, 0) + 4_000]
    found = LARGE.search(head)
    if found is None or start < 0:
        return ""
    opening = head.rfind("{", 0, found.start())
    inner = [found[2]] if found[2] else list(group(head, opening) or ())[:1] if opening >= 0 else []
    first = re.split(r"\n[ \t]*\n", str(inner[0]).strip())[0] if inner else ""
    words = to_text(without_notes(first))
    return words if 8 <= len(words) <= 300 else ""


def one_form(tex: str) -> str:
    r"""Give the printed form of `\texorpdfstring{printed}{for bookmarks}`."""
    return _form(tex, 0)


def bookmark_form(tex: str) -> str:
    r"""Give the plain form of `\texorpdfstring{printed}{for bookmarks}`: of a name, the printed one may be drawn by hand."""
    return _form(tex, 1)


def _form(tex: str, which: int) -> str:
    for _ in range(_TRIES):
        found = _TWO_FORMS.search(tex)
        read = arguments(tex, found.end(), shape="mm") if found else None
        if found is None or read is None:
            break
        tex = f"{tex[: found.start()]}{{{read[0][which]}}}{tex[read[1] :]}"
    return tex


def without_notes(tex: str) -> str:
    """Drop footnotes, marks and addresses, with their arguments; of links the text stays; line breaks become spaces."""
    for _ in range(300):
        match = _DROP.search(tex)
        if match is None:
            break
        read = arguments(tex, match.end(), shape="o" if match[1] in _NO_ARGUMENT else "om")
        end, kept = read[1] if read else match.end(), ""
        if match[1] == "href" and read and (second := group(tex, end)):
            kept, end = "" if re.search(r"@|https?:", second[0]) else second[0], second[1]
        tex = tex[: match.start()] + " " + kept + tex[end:]
    return re.sub(r"\\\\(?:\s*\[[^\[\]]*\])?", " ", tex)


def read_abstract(text: str) -> tuple[str, int]:
    """Give the abstract as expanded TeX and where it starts; empty where there is none."""
    for found in islice(_ABSTRACT.finditer(text), _TRIES):
        if found[1]:
            end = text.find(f"\\end{{{found[1]}}}", found.end())
            body = text[found.end() : end] if end >= 0 else text[found.end() : found.end() + 3_000]
            at = found.end()
        else:
            end = _groups_end(text, found.end())
            body, at = (text[found.end() + 1 : end - 1], found.end() + 1) if end else ("", 0)
        body = _KEYWORDS.sub(lambda m: re.sub(r"[^\n]", " ", m[0]), body)
        if body.strip():
            return body, at
    return "", 0


def _groups_end(text: str, at: int) -> int:
    """Give the place behind a group, and behind those that follow it: A&A's abstract has five."""
    end = 0
    for _ in range(5):
        inner = group(text, at)
        if inner is None or (end and text[end:at].strip()):
            break
        end = inner[1]
        at = end + len(text[end : end + 200]) - len(text[end : end + 200].lstrip())
    return end


_BY_HAND = re.compile(
    r"\\(?:section|subsection|chapter|centerline|textbf|textsc|centering)\*?\s*\{\s*(?:\\[a-zA-Z]+\s*)*\{?Abstract\}?\s*[.:]?\s*\}|\{\s*\\(?:bf|bfseries|large|Large|sc|em|it)(?:\s*\\[a-z]+)*\s+Abstract\s*[.:]?\s*\}",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    r"\s*(?:\\(?:\\(?:\[[^\[\]]*\])?|par|newline|noindent|end\s*\{[a-z]+\*?\}|begin\s*\{[a-z]+\*?\})|[.:—-]+(?=\s)|\})"
)
_ABSTRACT_ENDS = re.compile(
    r"\\(?:section|chapter|newpage|clearpage|pagebreak|tableofcontents|maketitle|twocolumn|keywords?|beginsection)(?![A-Za-z])|\\end\s*\{|\n[ \t]*\n|\\(?:par|bigskip|medskip)(?![A-Za-z])|\\textbf\s*\{\s*(?:Key|Index)|\{\s*\\bf\s+(?:Key|Index)"
)

_HEADING = re.compile(r"\\(?:section|subsection|chapter)\*")
_NEXT_HEADING = re.compile(
    r"\\(?:section|subsection|chapter|newpage|clearpage|tableofcontents|maketitle|keywords?)(?![A-Za-z])|\\begin\s*\{(?:IEEE)?keywords?\}|\\textbf\s*\{\s*(?:Key|Index)|\{\s*\\bf\s+(?:Key|Index)"
)
"""Under a heading of its own an abstract may have several paragraphs."""


def abstract_by_hand(text: str) -> str:
    r"""Give the paragraph behind the word Abstract that is set as a heading, as expanded TeX; empty where there is none.

    >>> abstract_by_hand(r"\begin{document}\section*{Abstract} We do. \section{A}")
    'We do.'
    """
    start = max(text.find(r"\begin{document}"), 0)
    found = _BY_HAND.search(text, start, start + _HEAD)
    at = found.end() if found else 0
    while found and (behind := _BEHIND.match(text, at)):
        at = behind.end()
    while found and text[at : at + 1].isspace():
        at += 1
    whole = _NEXT_HEADING.search(text, at, at + 3_000) if found and _HEADING.match(found[0]) else None
    end = whole or (_ABSTRACT_ENDS.search(text, at, at + 5_000) if found else None)
    return text[at : end.start()].strip() if end else ""
