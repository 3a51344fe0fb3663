"""Migrations 4 and 9 of the reading list: what a line of the list shows. Like all steps, never edited once released."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database


def copied(db: Database) -> None:
    """Copy it to entries, and keep it in one index in the order of the list.

    The rows of papers hold the abstracts, a page each: to look up 100,000 titles there takes `list` half a second.
    """
    db.execute("ALTER TABLE entries ADD COLUMN title TEXT")
    db.execute("ALTER TABLE entries ADD COLUMN published TEXT")
    db.execute("ALTER TABLE entries ADD COLUMN withdrawn INTEGER NOT NULL DEFAULT 0")
    db.execute(_PAPERS_LINE)
    line = ["priority", "added_at", "paper", "state", "until", "published", "title", "withdrawn"]
    db.table("entries").create_index(line, index_name="idx_entries_line")
    db.execute("DROP INDEX idx_entries_priority_added_at_paper")


_PAPERS_LINE = """CREATE TRIGGER papers_line AFTER UPDATE OF title, published, withdrawn ON papers BEGIN
        UPDATE entries SET title = new.title, published = new.published, withdrawn = new.withdrawn WHERE paper = new.id;
    END"""
"""What entries copied before, and what a new entry copies, is the step m008_refs'."""


def ready(db: Database) -> None:
    """Keep a whole line in that index, as `list` prints it into a pipe: to join its cells takes twice as long.

    Where words of ours stand in it (no title yet, withdrawn), it is NULL, and is joined when it is read.
    """
    db.execute(f"ALTER TABLE entries ADD COLUMN line TEXT GENERATED ALWAYS AS ({_READY}) VIRTUAL")
    db.execute("DROP INDEX idx_entries_line")
    db.execute("CREATE INDEX idx_entries_line ON entries (priority, added_at, paper, state, until, line)")


_READY = (
    "CASE WHEN title IS NOT NULL AND NOT withdrawn THEN printf('%s\t%s\t%s\t%.10s\t%s', "
    "paper, state, nullif(priority, 0), published, replace(title, char(10), ' ')) END"
)
