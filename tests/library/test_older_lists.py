"""What an older list holds that is made anew."""

import sqlite3
from contextlib import closing
from pathlib import Path

from paperlab.library import Library, words
from paperlab.library.upkeep import apply
from paperlab.records.paper import PaperRecord


def test_papers_of_an_older_list_are_taken_apart_once_more(path: Path) -> None:
    """Before schema 10 a word that came back weighed less."""
    told = PaperRecord(id="2001.00001", title="On kernels", abstract="A kernel of a kernel")
    with closing(sqlite3.connect(path, isolation_level=None)) as old:
        old.execute("PRAGMA journal_mode = WAL")
        apply(old, at="2026-01-01T00:00:00Z", upto="m010_weights")
        old.execute("INSERT INTO papers (id, title, abstract) VALUES (?, ?, ?)", (told.id, told.title, told.abstract))
        old.execute("INSERT INTO entries (paper, added_at) VALUES (?, '2026-01-01T00:00:00Z')", (told.id,))
        old.execute("INSERT INTO vectors VALUES (?, 1.0, ?)", (told.id, bytes(5)))
        old.execute("DELETE FROM unlearned")
    with Library.open(path, write=True) as library:
        library.learn()
        (row,) = library._connection.execute("SELECT terms, length FROM vectors")
    assert words.unpacked(*row).weights == words.terms(told.title, told.abstract, (), ()).weights
