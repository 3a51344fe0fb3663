"""Migration 5 of the reading list: what the queue's judgement keeps. Like all steps, never edited once released.

Import this inside functions only: sqlite_utils imports numpy and pandas where they are installed.
"""

from __future__ import annotations

from sqlite_utils import Database

from paperlab.library.implementable import points

TEXT, INTEGER = str, int


def judgement(db: Database) -> None:
    """Add columns, tables, triggers, and the view with relevance in it."""
    for table, column, kind in (("papers", "implementable", "INTEGER"), *_JUDGED):
        db.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind} NOT NULL DEFAULT 0")
    told = db.execute("SELECT id, abstract, comment FROM papers WHERE title IS NOT NULL").fetchall()
    marks = [(found, paper) for paper, abstract, comment in told if (found := points(abstract, comment))]
    db.conn.executemany("UPDATE papers SET implementable = ? WHERE id = ?", marks)
    _indexes(db)
    _tables(db)
    for trigger in _TRIGGERS:
        db.execute(trigger)
    db.execute(
        "INSERT INTO unlearned SELECT e.paper FROM entries e JOIN papers p ON p.id = e.paper WHERE p.title <> ''"
    )
    db.execute("INSERT INTO learned (name, number) VALUES ('stale', 1)")
    db.execute("DROP VIEW v_next")
    db.create_view("v_next", _V_NEXT)


_JUDGED = (
    ("entries", "relevance", "REAL"),
    ("entries", "implementable", "INTEGER"),
)


def _indexes(db: Database) -> None:
    db.execute("DROP INDEX idx_entries_next")
    db.execute(
        "CREATE INDEX idx_entries_next ON entries (state, priority, mentions, pages, minutes, added_day, why, until, "
        "paper, relevance, implementable, withdrawn)"
    )
    db.execute("CREATE INDEX idx_entries_inbox ON entries (relevance, added_day, paper) WHERE state = 'inbox'")
    db.execute("CREATE INDEX idx_events_minutes ON events (id, paper, after, minutes, command) WHERE minutes > 0")


def _tables(db: Database) -> None:
    # terms: numbers and weights as library/words.py packs them; length: of the weights.
    db.create_table(
        "vectors", {"paper": TEXT, "length": float, "terms": bytes}, pk="paper", not_null={"paper", "length", "terms"},
        strict=True,
    )  # fmt: skip
    db.create_table("unlearned", {"paper": TEXT}, pk="paper", not_null={"paper"}, strict=True)
    db.create_table("learned", {"name": TEXT, "number": float, "text": TEXT, "data": bytes}, pk="name", strict=True)
    counts = dict.fromkeys(("accepted", "better", "equal", "newer", "others"), INTEGER)
    db.create_table(
        "decisions",
        {"event": INTEGER, "command": INTEGER, "paper": TEXT, "day": TEXT, "relevance": float, "added_day": INTEGER} | counts,
        pk="event", not_null={"command", "paper", "day", "relevance", *counts}, strict=True,
    )  # fmt: skip
    db.table("decisions").create_index(["day"])


_STALE = "UPDATE learned SET number = number + 1 WHERE name = 'stale';"
_TRIGGERS = (
    f"""CREATE TRIGGER judged_added AFTER INSERT ON entries BEGIN
        INSERT OR IGNORE INTO unlearned SELECT id FROM papers WHERE id = new.paper AND title <> '';
        {_STALE}
    END""",
    f"""CREATE TRIGGER judged_removed AFTER DELETE ON entries BEGIN
        DELETE FROM vectors WHERE paper = old.paper;
        DELETE FROM unlearned WHERE paper = old.paper;
        {_STALE}
    END""",
    f"""CREATE TRIGGER judged_state AFTER UPDATE OF state, priority ON entries
        WHEN old.state <> new.state OR old.priority <> new.priority BEGIN {_STALE} END""",
    """CREATE TRIGGER judged_text AFTER UPDATE OF title, abstract, authors, categories ON papers
        WHEN new.title <> '' AND EXISTS (SELECT 1 FROM entries WHERE paper = new.id) BEGIN
        INSERT OR IGNORE INTO unlearned VALUES (new.id);
    END""",
    """CREATE TRIGGER judged_paper AFTER UPDATE OF implementable ON papers
        WHEN old.implementable <> new.implementable BEGIN
        UPDATE entries SET implementable = new.implementable WHERE paper = new.id;
    END""",
    *(
        f"CREATE TRIGGER judged_{table}_{act.lower()} AFTER {act} ON {table} BEGIN {_STALE} END"
        for table in ("tags", "feeds")
        for act in ("INSERT", "DELETE")
    ),
    # A triage shows the best first, so that each is the best of what is left: the ones decided on the same day still count.
    """CREATE TRIGGER judged_decision AFTER INSERT ON events
        WHEN new.kind = 'state' AND new.before = 'inbox' AND new.after NOT IN ('inbox', 'snoozed') BEGIN
        INSERT INTO decisions
            SELECT new.id, new.command, new.paper, substr(new.at, 1, 10), e.relevance, e.added_day,
                new.after <> 'dropped', coalesce(sum(o.relevance > e.relevance), 0),
                coalesce(sum(o.relevance = e.relevance), 0),
                coalesce(sum(o.day > e.added_day OR (o.day = e.added_day AND o.paper > e.paper)), 0), count(o.paper)
            FROM entries e LEFT JOIN (
                SELECT paper, relevance, added_day AS day FROM entries WHERE state = 'inbox'
                UNION ALL
                SELECT d.paper, d.relevance, d.added_day FROM decisions d JOIN commands c ON c.id = d.command
                WHERE d.day = substr(new.at, 1, 10) AND c.undone = 0
            ) o ON o.paper <> e.paper
            WHERE e.paper = new.paper;
    END""",
)
"""The number behind `stale` counts what changed since the ranker last learned."""

_V_NEXT = """
SELECT e.paper AS id, p.title, e.state, e.priority, e.relevance, e.why, e.cost AS minutes,
    round((1 + 3 * e.priority + 6 * (e.state = 'reading') + 2 * (e.state = 'skimmed') + (e.why IS NOT NULL)
        + min(e.mentions, 5) + min(max(cast(julianday('now') AS INTEGER) - e.added_day, 0), 360) / 30.0
        + CASE WHEN e.relevance > 0 THEN 4 ELSE 1 END * e.relevance + e.implementable - 1000 * e.withdrawn
        ) / e.cost, 6) AS score
FROM (
    SELECT *, max(10, min(max(4 * coalesce(pages, 15), 20), 240) - coalesce(minutes, 0)) AS cost FROM entries
    WHERE state IN ('reading', 'queued', 'skimmed')
        OR (state = 'snoozed' AND until <= strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))
) e JOIN papers p ON p.id = e.paper
WHERE p.title IS NOT NULL
ORDER BY score DESC, e.added_day, e.paper
"""
"""With the weights as they come and a pace of 1: a view knows neither the settings nor my pace."""
