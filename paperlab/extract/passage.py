"""A stretch of running text, as the document walk hands it to the readers of facts.

    hyperparameters.read_hyperparameters(passages, tables) -> tuple[Hyperparameter, ...]
    claims.read_claims(passages, tables) -> tuple[ClaimSentence, ...]
    symbols.read_symbols(passages) -> tuple[Symbol, ...]
    links.read_links(passages) -> tuple[Link, ...]
    lexicon.read_datasets(passages, tables), lexicon.read_metrics(passages, tables) -> tuple[str, ...]
    facts.read_facts(passages, tables) -> Facts       all of them, each guarded by itself

One passage is one paragraph, caption, footnote, list item or abstract, in the order of the document. Display formulas
may stand inside (between `$$` or in their environment); floats do not: their captions are passages of kind `caption`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from paperlab.extract.displays import NAMED, ROWS
from paperlab.extract.text import to_text
from paperlab.records.extracted import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Expanded TeX of one paragraph, and where it stands."""

    tex: str
    section: str | None = None
    """Title of the nearest heading as text; `Abstract` in the abstract."""
    within: str = ""
    """Titles of the nearest heading and of those above it, as TeX."""
    kind: str = "body"
    """body|abstract|caption|footnote|listing; code is read for settings alone."""
    span: Span | None = None
    lines: tuple[int, ...] = ()
    """For each line of `tex`, its line in the file of `span`; may be empty."""
    labels: tuple[tuple[str, str], ...] = ()
    """(label, number as printed) of what the paragraph refers to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence of a passage as text, with formulas as TeX between dollars."""

    text: str
    passage: Passage
    span: Span | None


_STOP = re.compile(r"(?<=[.!?])[)”’\"']*\s+(?=[\"“‘(\[$]?[A-Z0-9$])|\s*\u241e\s*")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|et al|cf|vs|resp|approx|Fig|Figs|Eq|Eqs|Sec|Secs|Tab|Tabs|Alg|App|Ref|Refs|No|Dr|Prof|St|etc|w\.r\.t|Thm|Prop|Def|Lem|Cor)|\b(?<![A-Za-z0-9]-)[A-Z])\.[)”’\"']*$"
)


def split_sentences(text: str) -> Iterator[str]:
    """Split text into sentences; abbreviations and initials do not end one.

    >>> list(split_sentences("We reach 28.4 BLEU, i.e. the best. See Fig. 2 for more."))
    ['We reach 28.4 BLEU, i.e. the best.', 'See Fig. 2 for more.']
    """
    start = 0
    for found in _STOP.finditer(text):
        if _ABBREVIATION.search(text, max(start, found.start() - 12), found.start()):
            continue
        yield text[start : found.start()].strip()
        start = found.end()
    if text[start:].strip():
        yield text[start:].strip()


_DISPLAY = re.compile(
    rf"\$\$.*?\$\$|\\\[.*?\\\]|\\begin\s*\{{{NAMED}\}}.*?\\end\s*\{{\1\}}",
    re.DOTALL,
)

MOST_DISPLAYS = 200
"""Display formulas of one paragraph; with more, openings without an end would make the search quadratic."""
LONGEST_SENTENCE = 2_000
LONGEST = 30_000
"""Characters of one passage that are read for facts."""


def without_display(tex: str) -> str:
    """Give the text without its display formulas; one ends a sentence where a word with a capital follows.

    There it leaves the mark at which `split_sentences` splits: authors often leave out the full stop.
    """
    marks = tex.count("$$") + tex.count("\\[") + tex.count("\\begin")
    return _DISPLAY.sub(_gap, tex) if 0 < marks <= MOST_DISPLAYS else tex


def _gap(display: re.Match[str]) -> str:
    return " \u241e " if _OPENING.match(display.string, display.end()) else " "


_OPENING = re.compile(r"\s*(?:\\label\{[^{}]*\}\s*)?(?:[A-Z][a-z]+|A|I)\s+[a-z$\\]")


@lru_cache(maxsize=4096)
def sentences(passage: Passage) -> tuple[Sentence, ...]:
    """Give the sentences of a passage, each with the line where it begins (as near as the words can be found)."""
    texts = _texts(passage, {})
    found: list[Sentence] = []
    at = 0
    for text in texts:
        at = _place(passage.tex, text, at)
        found.append(Sentence(text=text[:LONGEST_SENTENCE], passage=passage, span=_span(passage, at)))
    return tuple(found)


def with_references(sentence: Sentence) -> str:
    r"""Give the sentence as printed: `Table 2` for `Table~\ref{t}`.

    The readers of facts see it without, since the number of a table is no result.
    """
    passage = sentence.passage
    return _in_full(sentence, _texts(passage, dict(passage.labels)) if passage.labels else [])


CITATION = "\u241f"
"""Stands in `with_citations` where the paper cites somebody."""


def with_citations(sentence: Sentence) -> str:
    """Give the sentence with a mark for each citation, which the readers of facts otherwise do not see."""
    passage = sentence.passage
    if "ite" not in passage.tex:
        return sentence.text
    marked = _CITING.sub(f" {CITATION}", _CITED_SUBJECT.sub(" \u241e ", passage.tex))
    return _in_full(sentence, _texts(replace(passage, tex=marked), {}))


class Display(NamedTuple):
    """A display formula within a passage."""

    span: Span | None
    """Where it ends: below all its rows, above what follows."""
    rows: int
    """How many left-hand sides it has."""


MARK = "\u2420"
"""Stands in `with_displays` for a display formula."""


def with_displays(passage: Passage) -> tuple[list[str], list[Display]]:
    """Give the sentences as printed with a mark where a display formula stands, and these in their order."""
    tex = passage.tex[:LONGEST]
    found = [*_DISPLAY.finditer(tex)] if without_display(tex) != tex else []
    marked = _DISPLAY.sub(_marked, tex) if found else tex
    texts = _texts(replace(passage, tex=marked), dict(passage.labels))
    return texts, [Display(_span(passage, m.end() - 1), _rows(m)) for m in found]


def _marked(display: re.Match[str]) -> str:
    before = display.string[max(0, display.start() - 9) : display.start()].rstrip()
    return (" \u241e " if before.endswith((".", "!", "?")) else " ") + MARK + _gap(display)


def _rows(display: re.Match[str]) -> int:
    if (display[1] or "").rstrip("*") not in ROWS:
        return 1
    inner = re.sub(r"\\begin\{(\w+)\}.*?\\end\{\1\}", "", display[0][6:-5], flags=re.DOTALL)
    return len([row for row in inner.split(r"\\") if re.match(r"[^&=]*[A-Za-z][^&=]*&?\s*=", row)])


_CITING = re.compile(r"[\s~]*\\[A-Za-z]{0,8}[Cc]ite[A-Za-z]{0,10}\*?(?:\[[^\[\]]*\]){0,2}\{[^{}]*\}")


def _in_full(sentence: Sentence, texts: Sequence[str]) -> str:
    """Give what stands for a sentence among the same sentences written otherwise; itself where they do not match."""
    plain = sentences(sentence.passage)
    place = next((i for i, other in enumerate(plain) if other is sentence), None)
    return sentence.text if place is None or len(texts) != len(plain) else texts[place][:LONGEST_SENTENCE]


def _texts(passage: Passage, labels: Mapping[str, str]) -> list[str]:
    tex = _CITED_SUBJECT.sub(" \u241e ", without_display(passage.tex[:LONGEST]))
    return [*split_sentences(to_text(tex, labels))]


_CITED_SUBJECT = re.compile(
    r"(?<=[a-z0-9)}%$][.!?])(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bcf\.)(?<!\bal\.)\s+(?=\\(?:[Cc]ite(?:t|author|alt|alp)?|[Tt]extcite)\*?(?:\[[^\[\]]*\]){0,2}\{[^{}]*\}[\s~]+[a-z])"
)
"""Where a citation is the subject of the next sentence: the text drops it, and what is left begins with a small letter."""


def _place(tex: str, text: str, at: int) -> int:
    """Find the first plain words of the sentence in the TeX, from `at` on."""
    for word in re.findall(r"[A-Za-z]{4,}", text[:200])[:4]:
        place = tex.find(word, at)
        if place >= 0:
            return place
    return at


def _span(passage: Passage, at: int) -> Span | None:
    if passage.span is None:
        return None
    row = passage.tex.count("\n", 0, at)
    line = passage.lines[row] if row < len(passage.lines) else passage.span.line + (row if not passage.lines else 0)
    return Span(file=passage.span.file, line=line)
