"""What an older list holds that is made anew."""

import sqlite3
import zlib
from contextlib import closing
from pathlib import Path

import pytest

from paperlab.library import Library, words
from paperlab.library.upkeep import apply
from paperlab.records.paper import PaperRecord


@pytest.mark.parametrize("upto", ["m010_weights", "m011_terms"])
def test_papers_of_an_older_list_are_taken_apart_once_more(path: Path, upto: str) -> None:
    """Before schema 10 a word that came back weighed less; before 11 pairs in a title were terms, and all numbers others."""
    told = PaperRecord(id="2001.00001", title="On kernels", abstract="A kernel of a kernel")
    with closing(sqlite3.connect(path, isolation_level=None)) as old:
        old.execute("PRAGMA journal_mode = WAL")
        apply(old, at="2026-01-01T00:00:00Z", upto=upto)
        old.execute("INSERT INTO papers (id, title, abstract) VALUES (?, ?, ?)", (told.id, told.title, told.abstract))
        old.execute("INSERT INTO entries (paper, added_at) VALUES (?, '2026-01-01T00:00:00Z')", (told.id,))
        old.execute("INSERT INTO vectors VALUES (?, 1.0, ?)", (told.id, bytes(5)))
        old.execute("DELETE FROM unlearned")
        old.execute(
            "INSERT OR REPLACE INTO learned (name, data) VALUES ('rarity', ?)", (zlib.compress(bytes(4 << 18)),)
        )
        apply(old, at="2026-01-01T00:00:00Z")
        assert old.execute("SELECT * FROM learned WHERE name = 'rarity'").fetchall() == []
    with Library.open(path, write=True) as library:
        library.learn()
        (row,) = library._connection.execute("SELECT terms, length FROM vectors")
    assert words.unpacked(*row).weights == words.terms(told.title, told.abstract, (), ()).weights


def test_names_of_an_older_list_are_indexed_once_more(path: Path) -> None:
    """Before schema 12 the index held a letter with two accents as it is."""
    with closing(sqlite3.connect(path, isolation_level=None)) as old:
        old.execute("PRAGMA journal_mode = WAL")
        apply(old, at="2026-01-01T00:00:00Z", upto="m012_accents")
        old.execute("INSERT INTO papers (id, title, authors) VALUES ('2001.00001', 'Names', '[\"Quoc Đặng\"]')")
        old.execute("INSERT INTO entries (paper, added_at) VALUES ('2001.00001', '2026-01-01T00:00:00Z')")
        apply(old, at="2026-01-01T00:00:00Z")
    with Library.open(path, write=True) as library:
        assert [entry.id for entry in library.find("dang")] == ["2001.00001"]
