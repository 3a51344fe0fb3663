"""The verbs of the corpus: import all of arXiv's metadata, search it beside the list."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from paperlab.errors import LabUnusable, PaperlabError
from paperlab.lab.base import Base

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from paperlab.lab.importing import Imported
    from paperlab.library import Corpus as CorpusFile
    from paperlab.records.paper import PaperRecord
    from paperlab.records.queue import Entry


class FoundAll(NamedTuple):
    """What the list and the corpus hold of a query, each paper once."""

    entries: tuple[Entry, ...]
    """On the list, those that the list itself finds first."""
    records: tuple[PaperRecord, ...]
    """In the corpus alone."""
    notes: tuple[str, ...] = ()
    """What was left out, one line each."""
    trouble: PaperlabError | None = None
    """Why the corpus could not be searched."""


class Corpus(Base):
    """All of arXiv beside the list."""

    def corpus(self) -> CorpusFile:
        """Give the corpus, `.paperlab/corpus.db`; nothing is read or made yet."""
        from paperlab.library import Corpus

        return Corpus(self.store / "corpus.db")

    def import_metadata(self, path: Path | None) -> tuple[Imported, ...]:
        """Take arXiv's metadata into the corpus: what was stopped goes on where it was, what changed begins anew.

        Args:
            path: the public dump (one JSON object a line), OAI ListRecords pages, either packed in any way, or a
                folder of them; None reads stdin.

        Raises:
            UsageError: nothing there is such a file; nothing is kept of it.
        """
        from paperlab.lab.importing import imported

        self._check()
        return imported(self._lab, path)

    def find_all(self, query: str, *, limit: int = 50) -> FoundAll:
        """Search the list, then the corpus; what is on the list comes first.

        Raises:
            UsageError: a filter whose value cannot be read.
        """
        with self.library() as library:
            mine = library.find(query, limit=limit)
            corpus = self.corpus()
            if not corpus.exists():
                note = "the list alone was searched: `paperlab import --arxiv-metadata FILE` fills a corpus"
                return FoundAll(tuple(mine), (), (note,))
            try:
                told = corpus.find(query, limit=limit - len(mine), without=[entry.id for entry in mine])
            except LabUnusable as trouble:
                return FoundAll(tuple(mine), (), (), trouble)
            more = {record.id: entry for record in told.records if (entry := library.on_list(record.id))}
        records = tuple(record for record in told.records if record.id not in more)
        return FoundAll((*mine, *more.values()), records, told.notes)

    def corpus_records(self, ids: Sequence[str]) -> dict[str, PaperRecord]:
        """Give what the corpus knows of papers; a corpus that cannot be read is said, and knows none."""
        corpus = self.corpus()
        if not ids or not corpus.exists():
            return {}
        try:
            return corpus.records(ids)
        except LabUnusable as trouble:
            self.talk(f"paperlab: {trouble.message}")
            return {}

    def corpus_size(self) -> tuple[Path, int, str]:
        """Give where the corpus is, its size in bytes, and its papers in a word: a corrupt one has a size too."""
        corpus = self.corpus()
        try:
            papers = f"{corpus.count()} papers"
        except LabUnusable:
            papers = "papers that cannot be read"
        return corpus.path, corpus.path.stat().st_size, papers
