"""The schema of .paperlab/corpus.db; import this inside functions only, as schema.py.

    papers    one row a work; `number` grows with age, so that the newest papers stand first in every index
    words     full-text index of title, abstract and authors; it keeps no text of its own, and no lengths
    common    words that very many papers hold, each with a code; pairs of them are indexed as words of their own
    terms     every word of the index, and how many papers hold it; true while state 'stale' is 0
    months    how many papers the ids of each month have, and the newest and oldest date among them
    sources   what was imported, and how far
    state     small facts about the file

All of it is made again by importing its sources, so nothing here is undone, backed up or journaled.
"""

from __future__ import annotations

from sqlite_utils import Database, Migrations

corpus_migrations = Migrations("paperlab.corpus")


@corpus_migrations()
def m001_corpus(db: Database) -> None:
    """Papers, their index, and where they came from."""
    db.execute(
        "CREATE TABLE papers (number INTEGER PRIMARY KEY, id TEXT NOT NULL, version INTEGER, title TEXT NOT NULL, "
        "authors TEXT NOT NULL, abstract TEXT NOT NULL, categories TEXT NOT NULL, published TEXT, updated TEXT, "
        "comment TEXT, journal_ref TEXT, doi TEXT, licence TEXT, withdrawn INTEGER NOT NULL, source INTEGER) STRICT"
    )
    db.execute(
        "CREATE TABLE sources (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, fingerprint TEXT NOT NULL, "
        "member INTEGER NOT NULL DEFAULT 0, offset INTEGER NOT NULL DEFAULT 0, done INTEGER NOT NULL DEFAULT 0, "
        "imported_at TEXT NOT NULL) STRICT"
    )
    db.execute(
        "CREATE TABLE months (month INTEGER PRIMARY KEY, papers INTEGER NOT NULL, newest TEXT NOT NULL, "
        "oldest TEXT NOT NULL) STRICT"
    )
    db.execute("CREATE TABLE terms (term TEXT PRIMARY KEY, papers INTEGER NOT NULL) STRICT, WITHOUT ROWID")
    db.execute("CREATE TABLE common (term TEXT PRIMARY KEY, code INTEGER NOT NULL) STRICT, WITHOUT ROWID")
    db.execute("CREATE TABLE state (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID")
    _words(db, "porter unicode61")


@corpus_migrations()
def m002_pairs_of_letters(db: Database) -> None:
    """Pairs are words of two letters; an index with the longer words of before is not brought up to date, but made again."""


@corpus_migrations()
def m003_accents(db: Database) -> None:
    """A letter with two accents stands in the index without; as before, the index is made again."""
    db.execute("DROP TABLE words")
    _words(db, "porter unicode61 remove_diacritics 2")


@corpus_migrations()
def m004_accents_in_tex(db: Database) -> None:
    """Accents that were typed in TeX stand in the index as those of letters do; as before, the index is made again."""


def _words(db: Database, tokenize: str) -> None:
    db.execute(
        "CREATE VIRTUAL TABLE words USING fts5(title, abstract, authors, marks, content = '', columnsize = 0, "
        f"tokenize = '{tokenize}')"
    )
    # Segments are merged once, at the end of an import: merging as they come would write each of them many times.
    for name, value in (("automerge", 0), ("crisismerge", 1999), ("hashsize", 64_000_000), ("pgsz", 8100)):
        db.execute("INSERT INTO words(words, rank) VALUES (?, ?)", (name, value))
