r"""Counters as LaTeX keeps them: `\stepcounter`, what resets what, and how `\thesection` prints."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from paperlab.extract.tokens import group

_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
_PIECE = re.compile(
    r"\\(?:@?(?P<style>arabic|Alph|alph|Roman|roman|number|fnsymbol)\s*(?:\{\s*(?P<a>[^{}]+?)\s*\}|\\value\s*\{(?P<b>[^{}]+)\}|\\c@(?P<c>[A-Za-z@]+))"
    r"|the(?P<the>[A-Za-z]+))|\\(?P<word>[A-Za-z@]+|.)|(?P<text>[^\\]+)",
    re.DOTALL,
)
_DOTTED = {name: rf"\Alph{{section}}.\arabic{{{name}}}" for name in ("equation", "figure", "table")}
_JOINED = {name: rf"\Alph{{section}}\arabic{{{name}}}" for name in ("equation", "figure", "table", "subsection")}
_FLOATS_JOINED = {name: tex for name, tex in _JOINED.items() if name != "subsection"}
_IN_APPENDIX: dict[str, tuple[dict[str, str], str, str]] = {
    "revtex": (
        {"equation": r"\thesection\arabic{equation}", "subsection": r"\thesection.\arabic{subsection}", "subsubsection": r"\thesubsection.\alph{subsubsection}"},
        "equation", "equation"),
    "elsarticle": (_DOTTED, "equation", "equation"),
    "mnras": (_JOINED, "equation figure table", "equation figure table"), "mn2e": (_JOINED, "equation figure table", "equation figure table"),
    "aastex": ({"equation": r"\Alph{section}\arabic{equation}"}, "equation", ""),
    "emulateapj": ({"equation": r"\Alph{section}\arabic{equation}"}, "equation", "equation"),
    "iopart": (_DOTTED, "equation", "equation"),
    "sn-jnl": (_FLOATS_JOINED, "equation figure table", ""),
}  # fmt: skip
"""Class -> how numbers print in its appendix, what begins anew there, and what begins anew with each section of it.

Source: revtex4-2.cls, IEEEtran.cls, elsarticle.cls, mnras.cls, mn2e.cls, aastex631.cls, emulateapj.cls, iopart.cls, sn-jnl.cls.
"""
_BY_ENVIRONMENT = "sn-jnl"
"""The class whose environment `appendices` does so, and not its `\\appendix`."""
_SIAM = {"equation": "oneeqnum", "figure": "onefignum", "table": "onetabnum", "algorithm": "onealgnum"}
"""What counts within sections unless an option of the class says otherwise. Source: siamart171218.cls."""
_IN_SECTIONS = frozenset(("jheppub", "jcappub", "JHEP", "JHEP3"))
"""Packages and classes that count formulas within sections."""
_WITHOUT_NUMBERS = ("achemso", "apa6", "apa7", "tufte-")
"""Classes whose headings have no numbers."""
REFERENCE = "\0"
"""Around the name of a label in a tag, until every label has its number."""
_SIGN = re.compile(r"\\([A-Za-z]+)\s*")
_SIGNS = {"ast": "*", "star": "⋆", "dagger": "†", "ddagger": "‡", "prime": "′", "S": "§", "P": "¶", "circ": "∘", "bullet": "•",
          "diamond": "⋄", "clubsuit": "♣", "spadesuit": "♠", "heartsuit": "♡", "alpha": "α", "beta": "β", "gamma": "γ"}  # fmt: skip
FORMER = r"\paperlabformer"
_CHAPTER_FIRST = {"chapterifany": (True, False), "chapterifmain": (False, True), "chapterifboth": (True, True)}
"""What stands for a chapter's number and a point -> whether it is left out before the first chapter, and outside of the main matter."""
_LIMIT = 10_000
_PRINTED = 40
"""Characters of a printed number."""


def letter(value: int) -> str:
    """Give A for 1 and Z for 26, nothing for 0, the number itself beyond.

    >>> letter(2)
    'B'
    """
    return "" if value == 0 else chr(64 + value) if 1 <= value <= 26 else str(value)


def roman(value: int) -> str:
    """Give the small Roman numeral.

    >>> roman(14)
    'xiv'
    """
    parts = []
    for worth, sign in _ROMAN:
        count, value = divmod(value, worth)
        parts.append(sign * count)
    return "".join(parts)


@dataclass(slots=True)
class Counters:
    """All counters of one document."""

    values: dict[str, int] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)
    """Counter -> the one whose step sets it to zero."""
    formats: dict[str, str] = field(default_factory=dict)
    """Counter -> TeX of how it prints; without one it prints in arabic digits."""
    former: dict[str, list[str | None]] = field(default_factory=dict)
    """Counter -> how it printed before each change that may have to be taken back."""

    main: bool = True
    """In the main matter of a book: chapters of the front and back matter have no numbers."""
    restarts: bool = False
    """A chapter without number begins the counts within it anew all the same, as KOMA-Script does."""
    only: frozenset[str] | None = None
    """Labels of the formulas that have a number; None where all have one."""
    letters: list[tuple[str | None, int]] = field(default_factory=list)
    """How formulas printed, and their number, before each open `subequations`."""

    def step(self, name: str) -> None:
        """Add one, and set to zero what counts within."""
        self.set(name, self.values.get(name, 0) + 1)
        self.reset(name)

    def reset(self, name: str, depth: int = 0) -> None:
        """Set to zero what counts within a counter."""
        for child, parent in self.parents.items():
            if parent == name and child != name and depth < 10:
                self.values[child] = 0
                self.reset(child, depth + 1)

    def next(self, name: str) -> str:
        """Add one, and give what is printed."""
        self.step(name)
        return self.printed(name)

    def heading(self, name: str, depth: int) -> str | None:
        """Step the counter of a heading of this depth and give its number; None where it has none."""
        if name == "chapter" and not self.main:
            if self.restarts:
                self.reset(name)
            return None
        if depth > self.values.get("secnumdepth", 3):
            return None
        return self.next(name) or None

    def set(self, name: str, value: int) -> None:
        """Set a counter; values are kept within sane bounds."""
        self.values[name] = max(-_LIMIT, min(_LIMIT, value))

    def within(self, name: str, parent: str, *, prints: bool = True) -> None:
        r"""Count `name` within `parent`; printed with its number in front, unless only `\@addtoreset` was asked."""
        self.parents[name] = parent
        if prints:
            self.formats[name] = rf"\the{parent}.\arabic{{{name}}}"

    def change(self, name: str, tex: str) -> None:
        r"""Do what `\renewcommand{\thename}{tex}` does; `FORMER` takes the last change back, as the end of a group does."""
        if tex != FORMER:
            self.former.setdefault(name, []).append(self.formats.get(name))
            self.formats[name] = tex
        elif (
            old := self.former.get(name, [None]).pop() if self.former.get(name) else self.formats.get(name)
        ) is not None:
            self.formats[name] = old
        else:
            self.formats.pop(name, None)

    def begin_letters(self) -> str:
        """Number formulas in letters from here on, and give their number; Source: amsmath.sty, environment subequations."""
        self.step("equation")
        printed = self.printed("equation")
        self.letters.append((self.formats.get("equation"), self.values["equation"]))
        self.set("equation", 0)
        self.formats |= {"parentequation": printed, "equation": printed + r"\alph{equation}"}
        return printed

    def end_letters(self) -> None:
        """Number formulas as before."""
        if self.letters:
            tex, value = self.letters.pop()
            self.restore("equation", value, tex)

    def section(self, document_class: str) -> tuple[str, int, str | None]:
        """Give the counter of the highest headings as it stands, for `restore`."""
        name = "chapter" if has_chapters(document_class) else "section"
        return name, self.values.get(name, 0), self.formats.get(name)

    def restore(self, name: str, value: int, tex: str | None) -> None:
        """Let a counter stand and print as before."""
        self.values[name] = value
        if tex is None:
            self.formats.pop(name, None)
        else:
            self.formats[name] = tex

    def printed(self, name: str, depth: int = 0) -> str:
        r"""Give what `\thename` prints."""
        if depth > 8:
            return ""
        if name in _CHAPTER_FIRST:
            return self._chapter_first(*_CHAPTER_FIRST[name], depth)
        tex = self.formats.get(name)
        if tex is None:
            return str(self.values.get(name, 0))
        return self._render(tex, depth)[:_PRINTED]

    def _chapter_first(self, any_chapter: bool, main: bool, depth: int) -> str:
        left_out = (any_chapter and self.values.get("chapter", 0) <= 0) or (main and not self.main)
        return "" if left_out else self.printed("chapter", depth + 1) + "."

    def _render(self, tex: str, depth: int) -> str:
        parts: list[str] = []
        for found in _PIECE.finditer(tex[:400]):
            if found["the"]:
                parts.append(self.printed(found["the"], depth + 1))
            elif found["style"]:
                parts.append(self._styled(found["style"], found["a"] or found["b"] or found["c"]))
            elif found["text"]:
                parts.append(found["text"])
        return re.sub(r"[{}$\s]+", "", "".join(parts))

    def _styled(self, style: str, name: str) -> str:
        value = self.values.get(name.strip(), 0)
        if style in ("Alph", "alph"):
            return letter(value) if style == "Alph" else letter(value).lower()
        if style in ("Roman", "roman"):
            return roman(max(value, 0)).upper() if style == "Roman" else roman(max(value, 0))
        return str(value)


_TERM = re.compile(
    r"\s*([+-]?)\s*(?:(\d{1,6})|\\(?:value|arabic|number)\s*(?:\{\s*([A-Za-z@]+)\s*\}|\\value\s*\{\s*([A-Za-z@]+)\s*\})|\\(?:c@|the)([A-Za-z]+))\s*"
)


def evaluate(tex: str, counters: Counters) -> int | None:
    r"""Give the value of `3`, `\value{section}`, `\numexpr\value{equation}-1\relax`; None for anything else.

    >>> evaluate(r"\numexpr\value{page}+2\relax", Counters({"page": 5}))
    7
    """
    tex = re.sub(r"\\(?:numexpr|relax)(?![A-Za-z])", " ", tex)
    total = at = 0
    while found := _TERM.match(tex, at):
        name = found[3] or found[4] or found[5]
        value = counters.values.get(name, 0) if name else int(found[2])
        total += -value if found[1] == "-" else value
        at = found.end()
    return total if at == len(tex) and tex.strip() else None


def standard(
    document_class: str, options: frozenset[str] = frozenset(), packages: frozenset[str] = frozenset()
) -> Counters:
    """Give the counters of a class as they stand before the first page.

    Source: article.cls, report.cls, IEEEtran.cls 1.8b, revtex4-1.cls, llncs.cls 2.20, jheppub.sty; for chapters see `_chapters`.
    """
    counters = Counters()
    chain = ["section", "subsection", "subsubsection", "paragraph", "subparagraph"]
    chain = ["chapter", *chain] if has_chapters(document_class) else chain
    for parent, child in pairwise(chain):
        counters.within(child, parent)
    counters.formats["part"] = r"\Roman{part}"
    counters.values["secnumdepth"] = 2 if has_chapters(document_class) or document_class.startswith("llncs") else 3
    if has_chapters(document_class):
        _chapters(counters, document_class)
    if document_class.startswith("IEEEtran"):
        counters.formats |= {"section": r"\Roman{section}", "subsection": r"\thesection-\Alph{subsection}"}
        counters.formats |= {"subsubsection": r"\thesubsection\arabic{subsubsection}", "table": r"\Roman{table}"}
        counters.formats["paragraph"] = r"\thesubsubsection\alph{paragraph}"
        counters.values["secnumdepth"] = 4
    if document_class.startswith("revtex"):
        counters.formats |= {"section": r"\Roman{section}", "subsection": r"\thesection.\Alph{subsection}"}
        counters.formats |= {"table": r"\Roman{table}", "paragraph": r"\thesubsubsection.\alph{paragraph}"}
        counters.values["secnumdepth"] = -1 if "prl" in options else 4
    if document_class.startswith(_WITHOUT_NUMBERS):
        counters.values["secnumdepth"] = -1
    within = [n for n, one in _SIAM.items() if one not in options] if document_class.startswith("siam") else []
    for name in within or ["equation"] * (not _IN_SECTIONS.isdisjoint(packages | {document_class})):
        counters.within(name, "section")
    return counters


def _chapters(counters: Counters, document_class: str) -> None:
    """Let formulas and floats count within chapters. Source: book.cls, memoir.cls, scrbook.cls, amsbook.cls as pdflatex sets them."""
    koma = document_class.startswith("scr")
    if document_class == "amsbook":
        counters.formats["section"] = r"\arabic{section}"
        counters.values["secnumdepth"] = 3
        counters.parents |= {"figure": "chapter", "table": "chapter"}
        return
    for name in ("equation", "figure", "table", "lstlisting"):
        counters.within(name, "chapter")
        first = "chapterifany" if not koma else "chapterifmain" if name == "equation" else "chapterifboth"
        if not document_class.startswith("memoir") or name == "equation":
            counters.formats[name] = rf"\the{first}\arabic{{{name}}}"
    if koma:
        counters.restarts = True
        counters.formats["section"] = r"\thechapterifmain\arabic{section}"
    if document_class.startswith("memoir"):
        counters.values |= {"secnumdepth": 1, "maxsecnumdepth": 1}


_CLASS = re.compile(r"\\documentclass\s*\[([^\[\]]*)\]")


def class_options(text: str) -> frozenset[str]:
    """Give the options of the class."""
    found = _CLASS.search(text, 0, 100_000)
    return frozenset(o.strip() for o in found[1].split(",")) if found else frozenset()


def has_chapters(document_class: str) -> bool:
    """Tell whether the class has chapters."""
    return document_class.startswith(("book", "report", "memoir", "scrbook", "scrreprt", "amsbook", "svmono"))


def to_appendix(counters: Counters, document_class: str, *, alone: bool = False, environment: bool = False) -> None:
    r"""Do what `\appendix` does: letters from now on; where REVTeX numbers no sections, nothing changes.

    Args:
        counters: changed.
        document_class: of the document.
        alone: it has a star, REVTeX's way to say that there is one appendix, which has no letter.
        environment: it is the environment `appendices`.
    """
    if document_class.startswith("revtex") and counters.values["secnumdepth"] < 1:
        return
    name = "chapter" if has_chapters(document_class) else "section"
    counters.set(name, 0)
    counters.reset(name)
    counters.formats[name] = rf"\Alph{{{name}}}"
    formats, anew, within = next((v for c, v in _IN_APPENDIX.items() if document_class.startswith(c)), ({}, "", ""))
    if document_class == _BY_ENVIRONMENT and not environment:
        return
    counters.formats |= formats
    if alone and document_class.startswith("revtex"):
        counters.formats |= {"section": "{}", "subsection": r"\arabic{subsection}", "equation": r"A.\arabic{equation}"}
    for counter in within.split():
        counters.parents[counter] = name
    for counter in anew.split():
        counters.set(counter, 0)


def shown(tex: str) -> str:
    r"""Give the text of `\tag{...}` or `\eqno(...)`: what stands between the parentheses."""
    inner = group("{" + tex + "}", 0)
    text = re.sub(r"\\(?:text\w*|math\w*|mbox|rm|bf|ensuremath)\b\s*", "", inner[0] if inner else tex)
    text = re.sub(r"\\eqref\b\s*(\{[^{}]*\})", r"(\\ref\1)", text)
    text = re.sub(r"\\ref\b\s*\{([^{}]*)\}", lambda m: REFERENCE + m[1].strip() + REFERENCE, text)
    text = re.sub(r"([_^])\{([^{}]{2,})\}", "\\1\u2774\\2\u2775", text)  # They hold a mark together.
    text = re.sub(r"[{}$]+|\\[,;!]", "", text.replace("~", " ").replace(r"\ ", " "))
    text = re.sub(r"\s+", " ", _SIGN.sub(lambda m: _SIGNS.get(m[1], m[0]), text)).strip()
    text = text.replace("\u2774", "{").replace("\u2775", "}")
    return (text[1:-1] if text.startswith("(") and text.find(")") == len(text) - 1 else text).strip()[:_PRINTED]


def resolved(number: str | None, labels: dict[str, str]) -> str | None:
    """Put the numbers of labels where a tag refers to them."""
    if number is None or REFERENCE not in number:
        return number
    parts = number.split(REFERENCE)
    return "".join(labels.get(part, "?") if i % 2 else part for i, part in enumerate(parts))
