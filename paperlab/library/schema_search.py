"""Migrations 2 and 12 of the reading list: the full-text index. Like all steps, never edited once released."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database


def indexed(db: Database) -> None:
    """Index titles, abstracts, authors and notes; the text itself is stored once, in the tables."""
    db.create_view(
        "search_text",
        "SELECT p.number, p.id, p.title, p.abstract, p.authors, (SELECT text FROM notes WHERE paper = p.id) AS notes "
        "FROM papers p",
    )
    _index(db, "porter unicode61")
    for name, moment, forgotten, indexed in _SEARCH_TRIGGERS:
        forget = f"INSERT INTO papers_fts(papers_fts, {_FTS}) VALUES ('delete', {forgotten});" if forgotten else ""
        index = f"INSERT INTO papers_fts({_FTS}) SELECT {_SEARCH} WHERE id = {indexed};" if indexed else ""
        db.execute(f"CREATE TRIGGER {name} {moment} BEGIN {forget} {index} END")


def without_accents(db: Database) -> None:
    """Index a letter with two accents as one with one is: SQLite's first way takes off one alone."""
    db.execute("DROP TABLE papers_fts")
    _index(db, "porter unicode61 remove_diacritics 2")


def _index(db: Database, tokenize: str) -> None:
    db.execute(
        "CREATE VIRTUAL TABLE papers_fts USING fts5(title, abstract, authors, notes, "
        f"content = 'search_text', content_rowid = 'number', tokenize = '{tokenize}')"
    )
    db.execute("INSERT INTO papers_fts(papers_fts) VALUES ('rebuild')")


_FTS = "rowid, title, abstract, authors, notes"
_SEARCH = "number, title, abstract, authors, notes FROM search_text"
_OLD_PAPER = "old.number, old.title, old.abstract, old.authors, (SELECT text FROM notes WHERE paper = old.id)"
_OLD_NOTE = (
    "(SELECT number FROM papers WHERE id = {0}), (SELECT title FROM papers WHERE id = {0}), "
    "(SELECT abstract FROM papers WHERE id = {0}), (SELECT authors FROM papers WHERE id = {0}), {1}"
)
_SEARCH_TRIGGERS = (
    # FTS5 forgets a text only when told exactly what it was. AFTER triggers alone: an upsert fires BEFORE INSERT
    # even when it goes on to update.
    ("search_paper_added", "AFTER INSERT ON papers", "", "new.id"),
    ("search_paper_changed", "AFTER UPDATE OF title, abstract, authors ON papers", _OLD_PAPER, "new.id"),
    ("search_paper_removed", "AFTER DELETE ON papers", _OLD_PAPER, ""),
    ("search_note_added", "AFTER INSERT ON notes", _OLD_NOTE.format("new.paper", "NULL"), "new.paper"),
    ("search_note_changed", "AFTER UPDATE OF text ON notes", _OLD_NOTE.format("old.paper", "old.text"), "new.paper"),
    ("search_note_removed", "AFTER DELETE ON notes", _OLD_NOTE.format("old.paper", "old.text"), "old.paper"),
)
