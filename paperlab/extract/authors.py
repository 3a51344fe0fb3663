r"""Names of the authors, in the forms of the common classes: article, ICML, IEEE, ACM, AAAI, LNCS, JMLR, REVTeX, elsarticle, ICASSP.

Authors write names, marks, places and addresses into one group; a line of names is told from a line of places by its words and marks.
"""

from __future__ import annotations

import re
from itertools import islice

from paperlab.extract.text import to_text
from paperlab.extract.titles import LARGE, bookmark_form, without_notes
from paperlab.extract.tokens import arguments, group

_AUTHOR = re.compile(
    r"\\(author|Author|aistatsauthor|mlsysauthor|icmlauthor|jmlrauthor|coltauthor|addauthor|IEEEauthorblockN|coauthor)(?![A-Za-z])"
)
_NAME_ALONE = re.compile(r"\\(name|twoauthors)(?![A-Za-z])\s*(?=\{)")
_FIRST_LAST = re.compile(r"\\name\s*\[[^\[\]]*\]\s*\{([^{}]{1,80})\}\s*\{([^{}]{1,80})\}")
"""As Interspeech writes each of its authors: `\\name[affiliation={1}]{First}{Last}`."""
_OWN_NAMES = re.compile(
    r"\\[Nn]ame(?![A-Za-z])(.*?)(?=\\(?:[Ee]mail|addr|AND|And|and|[Nn]ame)(?![A-Za-z])|\\\\|$)", re.DOTALL
)
_ADDRESS = re.compile(r"\\(?:texttt|url|path|nolinkurl)(?![A-Za-z])\s*\{(?:[^{}]|\{[^{}]*\})*\}")
_SPLIT_AUTHORS = re.compile(r"\\(?:and|And|AND|ANDD|cr|alignauthor)(?![A-Za-z])")
_AND_ALONE = re.compile(r"\\\\\s*(?:\[[^\[\]]*\]\s*)?\{?\s*(?:\\[a-z]+\s*)?\{?and\s*\}?\s*\\\\")
_SPACES = re.compile(
    r"\\(?:quad|qquad|hfill|hspace\*?\s*\{[^{}]*\}|enskip|enspace|hskip\s*\S+)(?![A-Za-z])|\\[;:]|(?<!\\)&"
)
_BREAK = re.compile(
    r"\\\\\*?\s*(?:\[[^\[\]]*\])?|\\(?:newline|linebreak|tabularnewline)(?![A-Za-z])|\n\s*\n|\\vskip\s*-?[\d.]+\s*[a-z]{2}"
)
_BOX = re.compile(
    r"\\(?:begin|end)\s*\{(?:tabular|minipage|center)[^{}]*\}(?:\s*\[[^\[\]]*\])?(?:\s*\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\})?"
)
_MARKS = re.compile(r"\$[^$]*\$|\\textsuperscript|\^\s*(?:\{[^{}]*\}|\S)|[*†‡§¶∗⋆#]|\d+")
_MARK_FIRST = re.compile(
    r"[\s{]*(?:\\(?:small|footnotesize|normalsize|it|em|rm|sl)(?![A-Za-z])[\s{]*)*(?:\$\s*(?:\{\s*\})?\s*\^|\\textsuperscript|\\affilmark|\\IEEEauthorrefmark|\d)"
)
_PLACE = re.compile(
    r"universi|\buniv\b|departe?ment|\bdept\b|\bplc\b|institut|laborator|\blab\b|\blabs\b|school|college|research|google|deepmind|facebook|microsoft|openai|amazon|"
    r"cent(?:er|re)\b|academy|faculty|\binc\b|\bltd\b|\bllc\b|\bs\.?r\.?l\b|\bgmbh\b|\bcorp|@|http|street|\busa\b|\buk\b|china|france|germany|canada|"
    r"\bai\b|division|hospital|technolog|equal contribution|e-?mail|polytechn|ecole|école|nvidia|apple\b|\bmeta\b|cnrs|inria|eth z|"
    r"societ[yà]|大学|大學|学院|研究|实验室|公司|대학|연구",
    re.IGNORECASE,
)
_PLACE_BELOW = re.compile(
    r"\b(?:UC[A-Z]{0,2}|U[A-Z]{2,3}|MIT|CMU|NYU|ETH|EPFL|KAIST|KTH|IBM|NTT|CERN|RIKEN|Mila|Berkeley|Stanford|Carnegie|Princeton|Harvard|Oxford|"
    r"Cambridge|Yale|Cornell|Columbia|Caltech|Tech|Tsinghua|Peking|Technion|Weizmann|Toronto|Montr[eé]al|Tencent|Alibaba|Baidu|Huawei|Samsung|"
    r"Intel|Adobe|Salesforce|Naver|ByteDance|Bosch|Siemens|Sony|Anthropic|Cohere|Hugging Face|Max Planck|Stony Brook|Ann Arbor|State|City|"
    r"National|Foundation|Group|Systems|Networks|Sciences?|Engineering|Physics|Mathematics|Computing|Statistics|Robotics|Intelligence)\b"
)
"""Words of places that are also names of people: they tell a place below a line of names only."""
_NAME = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af·]{2,12}(?:\s*[(（][^()（）]{2,40}[)）])?|(?:[^\W\d_][\w.'’`&-]*\s+(?:&\s+)?){1,5}[^\W\d_][\w.'’`-]*(?:,?\s+(?:Jr|Sr|II|III)\.?)?"
)
_INITIAL = re.compile(r"(?:^|[\s.-])[^\W\d_]\.$")
_LIMIT = 3_000
_FRONT = 400_000
"""Characters in which the authors are looked for."""


def read_authors(text: str) -> tuple[str, ...]:
    """Give the names of the authors in order, each once."""
    found = [
        (m[1], read[0][2] or "")
        for m in islice(_AUTHOR.finditer(text, 0, _FRONT), _LIMIT)
        if (read := arguments(text, m.end(), shape="*om"))
    ]
    found = found or _named_alone(text)
    kinds = {name for name, _ in found}
    for wanted in ("icmlauthor", "IEEEauthorblockN"):
        if wanted in kinds:
            found = [(name, tex) for name, tex in found if name == wanted]
            break
    names: list[str] = []
    for _, tex in found:
        names += _names(tex[: _LIMIT * 5])
    if not names and found:
        names = _group_of_people(found[0][1])
    names = names or ([] if found else _under_title(text))
    return tuple(dict.fromkeys(names))[:_LIMIT]


_NO_PERSON = re.compile(
    r"\b(?:Report|Version|Draft|Notes?|Preprint|Lectures?|Technical|Supplement\w*|Appendix|Paper|Revised|Submitted|Abstract)\b"
)


def _under_title(text: str) -> list[str]:
    """Give the names on the first line that holds some below a title that is set by hand in large letters."""
    start = text.find(r"\begin{document}")
    head = re.split(r"(?i)abstract", text[start : start + 4_000])[0] if start >= 0 else ""
    found = LARGE.search(head)
    opening = head.rfind("{", 0, found.start()) if found else -1
    title = group(head, opening) if opening >= 0 else None
    for line in _BREAK.split(_BOX.sub(" ", head[title[1] :]))[:8] if title else ():
        if _MARK_FIRST.match(line) or _NO_PERSON.search(line):
            break
        if names := _line(line, sure=False):
            return names
    return []


def _named_alone(text: str) -> list[tuple[str, str]]:
    r"""Read `\name{...}` and `\twoauthors{name}{place}{name}{place}`, as the styles of ICASSP and Interspeech have them."""
    parted = [("name", f"{first} {last}") for first, last in _FIRST_LAST.findall(text[:_FRONT])]
    if parted:
        return parted
    for match in islice(_NAME_ALONE.finditer(text, 0, _FRONT), 1):
        read = arguments(text, match.end(), shape="m" if match[1] == "name" else "mmm")
        return [(match[1], tex or "") for tex in read[0][::2]] if read else []
    return []


def _group_of_people(tex: str) -> list[str]:
    """Give the first line as one name: a team, a company."""
    lines = (to_text(_MARKS.sub(" ", without_notes(line))) for line in _BREAK.split(tex[:_LIMIT]))
    line = next((found for found in lines if found), "")
    sentence = line[:1].islower() and " " in line
    return [line] if len(line) <= 80 and not sentence and not re.search(r"@|https?:", line) else []


def _names(tex: str) -> list[str]:
    if re.search(r"\\[Nn]ame(?![A-Za-z])", tex):
        return [name for piece in _OWN_NAMES.findall(tex) for name in _line(piece, sure=True)]
    pieces = _SPLIT_AUTHORS.split(_AND_ALONE.sub(r" \\and ", tex))
    return [name for piece in pieces for name in _piece(piece, alone=len(pieces) == 1)]


def _piece(piece: str, *, alone: bool) -> list[str]:
    r"""Read one block of `\author`: lines of names, then lines of places.

    Args:
        piece: TeX of the block.
        alone: there is no other block; else the first line of names is the only one, unless it holds several.
    """
    result: list[str] = []
    for line in _BREAK.split(_BOX.sub(" ", piece)):
        if result and (_MARK_FIRST.match(line) or _PLACE_BELOW.search(line)):
            break
        names = _line(line, sure=False) or ([] if result else _name_with_place(line))
        if result and len(names) == 1 and "," in _shown(line).strip(" ,"):
            break
        if result and (not names or not (alone or len(names) > 1)):
            break
        result += names
    return result


def _line(line: str, *, sure: bool) -> list[str]:
    """Give the names on one line, or nothing where it holds a place or an address."""
    text = _shown(line)
    if _PLACE.search(text) and not sure:
        return []
    parts = [p for p in (_bare(p) for p in _BETWEEN.split(text)) if p]
    names = [p for p in parts if _NAME.fullmatch(p) or sure]
    return names if names and len(names) * 2 >= len(parts) and all(_is_written_as_one(n) for n in names) else []


def _is_written_as_one(name: str) -> bool:
    """Names begin with a capital, or hold one: `van der Berg`."""
    return not name[0].islower() or (len(name) > 8 and name != name.lower())


def _name_with_place(line: str) -> list[str]:
    """Give the one name that stands before a place on the same line: `Ann Bee, University of X`."""
    first, *others = [p for p in (_bare(p) for p in _BETWEEN.split(_shown(line))) if p] or [""]
    sure = others and _PLACE.search(others[0]) and not _PLACE.search(first) and not _PLACE_BELOW.search(first)
    return [first] if sure and _NAME.fullmatch(first) else []


_ALTERNATE = re.compile(r"\\(?:altaffilmark|hspace\*?)\s*\{[^{}]*\}")
"""AASTeX's mark, or a wide space: often all that stands between two names."""
_BETWEEN = re.compile(r"\s*[,;]\s*(?:and\s+)?|\s+(?:and|AND)\s+|^and\s+|\s+and$")
_EMPTY = re.compile(r"\(\s*\)|(?<=[A-Za-z])\s*[(（][\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{1,12}[)）]")
"""What is left of an address in brackets, and a name in another script behind it."""
_DEGREE = re.compile(r"(?:(?:Dr|Prof|Professor|[Bb]y)\.?\s+)+(?=[A-Z])")


def _shown(line: str) -> str:
    """Give a line as text, its marks as commas."""
    line = _ALTERNATE.sub(" , ", bookmark_form(_ADDRESS.sub(" ", line)))
    line = _IN_A_NAME.sub("\\1\\2\ue000and\ue000\\3", without_notes(line))
    line = _SPACES.sub(" , ", line.replace(r"\&", " , "))
    return _EMPTY.sub(" ", to_text(_MARKS.sub(" , ", re.sub(r"(?<!\\)~", " ", line)))).replace("\ue000and\ue000", "&")


_IN_A_NAME = re.compile(
    r"(\A|,|;|\})(\s*(?:[Tt]he\s+|[A-Z][\w’']*s\s+)?[A-Z]\w*\s*)\\&(\s*(?:[A-Z]\w*\s+){0,2}(?:[Gg]roup|[Tt]eam|Lab(?:oratory|s)?|[Cc]onsortium|[Cc]ollaboration)\b)"
)
r"""An ampersand within the name of a group: `Vision \& Language Group`, but not between people."""


def _bare(name: str) -> str:
    name = _DEGREE.sub("", name.strip(" ;:"))
    return name if _INITIAL.search(name) else name.strip(" .;:")
