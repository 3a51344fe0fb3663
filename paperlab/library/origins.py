"""Where papers come from: what cites what (a fact, not undone), and the family of parents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paperlab.library import listing
from paperlab.library.listfile import ListFile

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from paperlab.library.journal import Journal
    from paperlab.records.origins import Citation, Kin

SOURCES = ("abstract", "e-print")
"""What says that a paper cites another, the better one last."""


class Origins(ListFile):
    """References and parents."""

    def save_references(self, paper: str, cited: Sequence[Citation], *, source: str) -> bool:
        """Keep what a paper cites, in place of what was known; what its abstract says never replaces its bibliography.

        Args:
            paper: canonical id; it need not be on the list.
            cited: in the order of the bibliography; the paper itself is left out, another counts once.
            source: `e-print` or `abstract`.

        Returns:
            False where nothing changed.
        """
        with self._write("refs") as journal:
            return _saved(journal, paper, cited, source)

    def references(self, paper: str) -> tuple[Citation, ...]:
        """Give what a paper cites as far as it was read, in the order of its bibliography."""
        sql = (
            "SELECT r.cited, r.source, coalesce(r.title, p.title), r.year, e.state FROM refs r "
            "LEFT JOIN papers p ON p.id = r.cited LEFT JOIN entries e ON e.paper = r.cited "
            "WHERE r.paper = ? ORDER BY r.place"
        )
        rows = self._read(lambda c: c.execute(sql, (paper,)).fetchall())
        from paperlab.records.origins import Citation

        return tuple(Citation(id=r[0], source=r[1], title=r[2], year=r[3], state=r[4]) for r in rows)

    def states(self, papers: Sequence[str]) -> dict[str, str]:
        """Give the state of those of `papers` (canonical ids) that are on the list."""
        return self._read(lambda c: _states(c, papers))

    def family(self) -> list[Kin]:
        """Give every entry with its parent, in the order in which they were added; then parents off the list."""
        sql = (
            "SELECT e.paper, e.parent, e.state, coalesce(e.title, "
            "(SELECT title FROM refs WHERE cited = e.paper AND title IS NOT NULL LIMIT 1), '') FROM entries e "
            "ORDER BY e.added_at, e.rowid"
        )
        strange = (
            "SELECT DISTINCT e.parent, NULL, NULL, coalesce(p.title, '') FROM entries e "
            "LEFT JOIN papers p ON p.id = e.parent "
            "WHERE e.parent IS NOT NULL AND e.parent NOT IN (SELECT paper FROM entries) ORDER BY e.added_at, e.rowid"
        )
        rows = self._read(lambda c: [row for query in (sql, strange) for row in c.execute(query)])
        from paperlab.records.origins import Kin

        return list(map(Kin._make, rows))


def _saved(journal: Journal, paper: str, cited: Sequence[Citation], source: str) -> bool:
    connection = journal.connection
    sql = "SELECT cited, source, title, year, place FROM refs WHERE paper = ? ORDER BY place"
    before = connection.execute(sql, (paper,)).fetchall()
    rank = SOURCES.index(source)
    if any(SOURCES.index(row[1]) > rank for row in before):
        return False
    unique: dict[str, Citation] = {}
    for citation in cited:
        unique.setdefault(citation.id, citation)
    unique.pop(paper, None)
    after = [(c.id, source, c.title, c.year, place) for place, c in enumerate(unique.values())]
    if before == after:
        return False
    connection.execute("DELETE FROM refs WHERE paper = ?", (paper,))
    connection.executemany(
        "INSERT INTO refs (paper, cited, source, title, year, place) VALUES (?, ?, ?, ?, ?, ?)",
        [(paper, *row) for row in after],
    )
    return True


def _states(connection: sqlite3.Connection, papers: Sequence[str]) -> dict[str, str]:
    sql = "SELECT state FROM entries WHERE paper = ?"
    found = {paper: connection.execute(sql, (listing.canonical(paper),)).fetchone() for paper in papers}
    return {paper: str(row[0]) for paper, row in found.items() if row}
