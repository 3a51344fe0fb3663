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
_IN_APPENDIX: dict[str, dict[str, str]] = {
    "revtex": {"equation": r"\thesection\arabic{equation}"},
    "elsarticle": {name: rf"\Alph{{section}}.\arabic{{{name}}}" for name in ("equation", "figure", "table")},
}
"""Class -> how numbers print in its appendix. Source: revtex4-2.cls, elsarticle.cls."""
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

    def set(self, name: str, value: int) -> None:
        """Set a counter; values are kept within sane bounds."""
        self.values[name] = max(-_LIMIT, min(_LIMIT, value))

    def within(self, name: str, parent: str, *, prints: bool = True) -> None:
        r"""Count `name` within `parent`; printed with its number in front, unless only `\@addtoreset` was asked."""
        self.parents[name] = parent
        if prints:
            self.formats[name] = rf"\the{parent}.\arabic{{{name}}}"

    def printed(self, name: str, depth: int = 0) -> str:
        r"""Give what `\thename` prints."""
        if depth > 8:
            return ""
        tex = self.formats.get(name)
        if tex is None:
            return str(self.values.get(name, 0))
        return self._render(tex, depth)[:_PRINTED]

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


def standard(document_class: str) -> Counters:
    """Give the counters of a class as they stand before the first page.

    Source: article.cls, report.cls, IEEEtran.cls 1.8b, revtex4-1.cls, llncs.cls 2.20.
    """
    counters = Counters()
    chain = ["section", "subsection", "subsubsection", "paragraph", "subparagraph"]
    chain = ["chapter", *chain] if has_chapters(document_class) else chain
    for parent, child in pairwise(chain):
        counters.within(child, parent)
    counters.formats["part"] = r"\Roman{part}"
    counters.values["secnumdepth"] = 2 if has_chapters(document_class) or document_class.startswith("llncs") else 3
    if has_chapters(document_class):
        for name in ("equation", "figure", "table"):
            counters.within(name, "chapter")
    if document_class.startswith("IEEEtran"):
        counters.formats |= {"section": r"\Roman{section}", "subsection": r"\thesection-\Alph{subsection}"}
        counters.formats |= {"subsubsection": r"\thesubsection\arabic{subsubsection}", "table": r"\Roman{table}"}
    if document_class.startswith("revtex"):
        counters.formats |= {"section": r"\Roman{section}", "subsection": r"\thesection.\Alph{subsection}"}
        counters.formats["table"] = r"\Roman{table}"
    return counters


def has_chapters(document_class: str) -> bool:
    """Tell whether the class has chapters."""
    return document_class.startswith(("book", "report", "memoir", "scrbook", "scrreprt", "amsbook", "svmono"))


def to_appendix(counters: Counters, document_class: str) -> None:
    r"""Do what `\appendix` does: letters from now on."""
    name = "chapter" if has_chapters(document_class) else "section"
    counters.set(name, 0)
    counters.reset(name)
    counters.formats[name] = rf"\Alph{{{name}}}"
    formats = next((f for c, f in _IN_APPENDIX.items() if document_class.startswith(c)), {})
    counters.formats |= formats
    if "equation" in formats:  # both classes count formulas anew; figures and tables of elsarticle count on
        counters.within("equation", name, prints=False)
        counters.set("equation", 0)
        counters.formats["equation"] = formats["equation"]


def shown(tex: str) -> str:
    r"""Give the text of `\tag{...}` or `\eqno(...)`: what stands between the parentheses."""
    inner = group("{" + tex + "}", 0)
    text = re.sub(r"\\(?:text\w*|math\w*|mbox|rm|bf|ref|eqref)\b\s*", "", inner[0] if inner else tex)
    text = re.sub(r"[{}$\s]+", "", text)
    return {r"\ast": "*", r"\star": "⋆", r"\dagger": "†", r"\ddagger": "‡", r"*": "*"}.get(text.strip("()"), text.strip("()"))[:_PRINTED]  # fmt: skip
