"""How the corpus is asked: each word, phrase, beginning or category as FTS5 reads it, and what it costs to follow it.

To step over one paper that holds a word takes 0.02 us, to compare the places of two words in it 0.4 us, to rank it
0.4 us. A rare word beside a common one skips most of its papers. So a million papers can be counted while a person
waits, and a hundred thousand ranked.

Source: sqlite.org/fts5.html sections 3 (query syntax), 5.1.1 (bm25: a word that over half of all papers hold weighs
nothing), 6.5 (the merge command).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from paperlab.library.corpus_rows import category_marks, pairs_of, searchable
from paperlab.library.search import COLUMN_OF, Asked
from paperlab.library.stemming import Stemmer, parted, stroked

_PLACES = 20
"""Steps that it takes to compare the places of two words in a paper that holds both."""
_SKIPPED = 2_000
"""Papers of a common word between two of a rare one that cost a step each at most: beyond them pages are skipped."""
_ENDINGS_MOST = 32
"""Of the words that begin as asked so many are looked for, the commonest, where all would take too long."""
_BEGINNING_STEPS = 7
"""Steps that each paper of each word costs where FTS5 puts all words of a beginning together."""
_ALL_ENDINGS = 200_000
"""Papers, counted once for each word, up to which FTS5 does so in time."""
_SHORT = 3
"""Letters; what is shorter begins so many words that a few more do not matter."""
_LAST = "\U0010ffff"
_ENDING_TRIES = ("", "s", "e", "ed", "ing", "es")


@dataclass(frozen=True, slots=True)
class Unit:
    """A word, phrase, beginning or category, as FTS5 reads it."""

    match: str
    papers: int
    """At most so many hold it."""
    steps: int
    """What one pass over its papers costs."""
    rank_steps: int | None = None
    """What it costs to rank by it; None for a category."""
    tells: bool = True
    """False for a word that over half of all papers hold."""
    note: str = ""


class Plan:
    """Reads what was asked with the counts of one corpus at hand."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.stems = Stemmer()
        self._common: dict[str, int] = dict(connection.execute("SELECT term, code FROM common"))
        self._all = int(connection.execute("SELECT coalesce(sum(papers), 0) FROM months").fetchone()[0])
        stale = connection.execute("SELECT value FROM state WHERE name = 'stale'").fetchone()
        self._counted = stale is not None and not stale[0]

    def unit(self, word: Asked) -> Unit | None:
        """Read a word, phrase, beginning or category; None where nothing of it can be in an index."""
        if word.name == "cat":
            marks = category_marks([word.text.strip()])[:1] if word.text.strip() else []
            papers = self._papers(marks[0]) if marks else 0
            return Unit(f'marks : "{marks[0]}"', papers, papers) if marks else None
        text = searchable(word.text).replace("\0", " ")
        stems = self.stems([text])[0]
        if not stems:
            return None
        column = f"{{{COLUMN_OF[word.name]}}} : " if word.name in COLUMN_OF else ""
        if word.begin:
            return self._beginning(column, text, stems)
        spelled = stroked(text)
        ways = [self._phrase("", *way) for way in zip(spelled, self.stems(spelled), strict=True)]
        held = [way for way in ways if way.papers]
        return (
            _either(column, [self._phrase("", text, stems), *held], "") if held else self._phrase(column, text, stems)
        )

    def _papers(self, term: str) -> int:
        row = self._connection.execute("SELECT papers FROM terms WHERE term = ?", (term,)).fetchone()
        return int(row[0]) if row else 0

    def _phrase(self, column: str, text: str, stems: Sequence[str]) -> Unit:
        pairs = pairs_of(stems, self._common)
        counts = [self._papers(word) for word in (pairs.split() or stems)]
        papers, steps = min(counts), leapt(counts) + _PLACES * min(counts) * (len(counts) > 1)
        return Unit(f'{column}"{pairs or text}"', papers, steps, steps, len(stems) > 1 or papers * 2 <= self._all)

    def _beginning(self, column: str, text: str, stems: Sequence[str]) -> Unit:
        """Look for all words that begin so, or for the commonest: FTS5 puts the papers of all together first."""
        before, begin = parted(text)
        stem = stems[-1]
        begin = begin if begin.isascii() else stem  # the index holds no accents
        shorter = {} if len(begin) < _SHORT else self.stems.cut_shorter(begin)
        sql = "SELECT count(*), coalesce(sum(papers), 0) FROM terms WHERE term >= ? AND term < ?"
        words, papers = self._connection.execute(sql, (begin, begin + _LAST)).fetchone()
        whole = Unit(f'{column}"{text}" *', papers, _BEGINNING_STEPS * papers, 2 * _BEGINNING_STEPS * papers)
        if not self._counted or (papers <= _ALL_ENDINGS and stem == begin and not shorter):
            return whole
        sql = "SELECT term FROM terms WHERE term >= ? AND term < ? ORDER BY papers DESC LIMIT ?"
        rows = self._connection.execute(sql, (begin, begin + _LAST, _ENDINGS_MOST))
        found = self._written([row[0] for row in rows]) | shorter
        units = [self._phrase("", f"{before}{word}", [*stems[:-1], term]) for term, word in found.items()]
        held = [unit for unit in units if unit.papers] or units[:1]
        note = f"{text}* begins {words:,} words; the commonest {_ENDINGS_MOST} were looked for"
        return _either(column, held, note if words > _ENDINGS_MOST else "") if held else whole

    def _written(self, terms: Sequence[str]) -> dict[str, str]:
        """Give for each stem a word that is stemmed to it: most stems are their own, some need an ending."""
        tries = [f"{term}{ending}" for term in terms for ending in _ENDING_TRIES]
        words: dict[str, str] = {}
        for word, stems in zip(tries, self.stems(tries), strict=True):
            if len(stems) == 1:
                words.setdefault(stems[0], word)
        return {term: words[term] for term in terms if term in words}


def _either(column: str, units: Sequence[Unit], note: str) -> Unit:
    """Give what holds one of several words or phrases."""
    match = f"{column}({' OR '.join(unit.match for unit in units)})"
    steps = sum(unit.steps for unit in units)
    return Unit(match, sum(unit.papers for unit in units), steps, 2 * steps, note=note)


def leapt(papers: Sequence[int]) -> int:
    """Give the steps over papers that hold all of several words, the rarest leading.

    >>> leapt([1_000_000]), leapt([1_000_000, 3]), leapt([1_000_000, 600_000])
    (1000000, 6003, 1600000)
    """
    least = min(papers)
    return least + sum(min(count, least * _SKIPPED) for count in sorted(papers)[1:])
