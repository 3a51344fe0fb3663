"""The schema of reading_list.db, in steps that are never edited once they were released.

Import this inside functions only: sqlite_utils imports numpy and pandas where they are installed.

    papers     one row a work, as arXiv describes its newest version; `title` is null until arXiv told us
    versions   one row a version that we have seen, with the fields that change between versions
    entries    the papers on my list: state, priority, why, parent
    tags, notes, ideas          what I wrote about an entry; a teach-back stands with the main idea
    skips, reviews              when triage passed an entry over; when its main idea is asked for again
    commands, events            what was done, when; `changes` holds the rows before and after, for undo
    feeds, feed_items           what `sync` reads, and the ids that it has seen
    gaps                        days whose announcements were missed, and how far they are filled
    notices                     newer versions, and withdrawals, of papers on my list
    refs                        which paper cites which, as its e-print or abstract says; either may be off the list
    vectors, unlearned, learned what the ranker made of the entries: derived, and made anew when it is gone
    decisions                   what left the inbox, and where the ranker and the date had put it
    papers_fts                  full-text index over `search_text`
    v_next, v_history, pending  views for people: what to read now, what happened, what still lacks a title

Times are ISO 8601 UTC text. `authors` and `categories` are JSON arrays. Derived columns of entries (`pages`, `mentions`,
`added_day`, `title`, `published`, `withdrawn`, `implementable`) are kept by triggers, so that a change made with another
tool keeps them right.
"""

from __future__ import annotations

from sqlite_utils import Database, Migrations

migrations = Migrations("paperlab.reading_list")

TEXT, INTEGER = str, int


@migrations()
def m001_list(db: Database) -> None:
    """Papers, entries, and what was done to them."""
    fields = {"title": TEXT, "authors": TEXT, "abstract": TEXT, "comment": TEXT, "updated": TEXT, "withdrawn": INTEGER}
    db.create_table(
        "papers",
        {
            "number": INTEGER,
            "id": TEXT,
            "version": INTEGER,
            **fields,
            "categories": TEXT,
            "primary_category": TEXT,
            "published": TEXT,
            "journal_ref": TEXT,
            "doi": TEXT,
            "licence": TEXT,
            "pages": INTEGER,
            "source": TEXT,
            "try_after": TEXT,
            "put_off": TEXT,
        },
        pk="number",
        not_null={"id", "abstract", "authors", "categories", "withdrawn"},
        defaults={"abstract": "", "authors": "[]", "categories": "[]", "withdrawn": 0},
        strict=True,
    )
    db.table("papers").create_index(["id"], unique=True)
    db.execute("CREATE INDEX idx_papers_title ON papers (title COLLATE NOCASE)")
    db.create_table(
        "versions",
        {"paper": TEXT, "version": INTEGER, **fields, "seen_at": TEXT},
        pk=("paper", "version"),
        foreign_keys=[("paper", "papers", "id")],
        strict=True,
    )
    _entries(db)
    _history(db)
    _written(db)


def _entries(db: Database) -> None:
    db.create_table(
        "entries",
        {
            "paper": TEXT,
            "version": INTEGER,
            "state": TEXT,
            "priority": INTEGER,
            "why": TEXT,
            "parent": TEXT,
            "minutes": INTEGER,
            "until": TEXT,
            "added_at": TEXT,
            "added_day": INTEGER,
            "pages": INTEGER,
            "mentions": INTEGER,
        },
        pk="paper",
        foreign_keys=[("paper", "papers", "id")],
        not_null={"paper", "state", "priority", "added_at", "mentions"},
        defaults={"state": "queued", "priority": 0, "mentions": 0},
        strict=True,
    )
    entries = db.table("entries")
    entries.create_index(["priority", "added_at", "paper"])
    entries.create_index(["state", "priority", "added_at", "paper"])
    entries.create_index(["parent"])
    # `next` reads this index alone: at 100,000 entries it is a tenth of the table.
    entries.create_index(
        ["state", "priority", "mentions", "pages", "minutes", "added_day", "why", "until", "paper"],
        index_name="idx_entries_next",
    )
    for trigger in _ENTRY_TRIGGERS:
        db.execute(trigger)


_ENTRY_TRIGGERS = (
    """CREATE TRIGGER entries_added AFTER INSERT ON entries BEGIN
        UPDATE entries SET
            added_day = CAST(julianday(added_at) AS INTEGER),
            pages = (SELECT pages FROM papers WHERE id = new.paper),
            mentions = (SELECT count(*) FROM entries WHERE parent = new.paper)
            WHERE paper = new.paper;
        UPDATE entries SET mentions = mentions + 1 WHERE paper = new.parent;
    END""",
    """CREATE TRIGGER entries_removed AFTER DELETE ON entries BEGIN
        UPDATE entries SET mentions = mentions - 1 WHERE paper = old.parent;
    END""",
    """CREATE TRIGGER entries_parent AFTER UPDATE OF parent ON entries WHEN old.parent IS NOT new.parent BEGIN
        UPDATE entries SET mentions = mentions - 1 WHERE paper = old.parent;
        UPDATE entries SET mentions = mentions + 1 WHERE paper = new.parent;
    END""",
    """CREATE TRIGGER entries_added_at AFTER UPDATE OF added_at ON entries BEGIN
        UPDATE entries SET added_day = CAST(julianday(added_at) AS INTEGER) WHERE paper = new.paper;
    END""",
    """CREATE TRIGGER papers_pages AFTER UPDATE OF pages ON papers WHEN old.pages IS NOT new.pages BEGIN
        UPDATE entries SET pages = new.pages WHERE paper = new.id;
    END""",
)


def _history(db: Database) -> None:
    db.create_table(
        "commands", {"id": INTEGER, "at": TEXT, "name": TEXT, "undone": INTEGER}, pk="id", not_null={"at", "name"},
        defaults={"undone": 0}, strict=True,
    )  # fmt: skip
    # undone: 0 done, 1 taken back, 2 taken back for good, since something else was done after.
    db.execute("CREATE INDEX idx_commands_undone ON commands (undone) WHERE undone > 0")
    db.create_table(
        "events",
        {
            "id": INTEGER, "command": INTEGER, "at": TEXT, "paper": TEXT, "kind": TEXT,
            "before": TEXT, "after": TEXT, "minutes": INTEGER, "reason": TEXT,
        },
        pk="id", foreign_keys=[("command", "commands", "id")], not_null={"command", "at", "paper", "kind"}, strict=True,
    )  # fmt: skip
    db.table("events").create_index(["paper"])
    db.table("events").create_index(["command"])
    db.create_table(
        "changes",
        {"id": INTEGER, "command": INTEGER, "place": TEXT, "before": TEXT, "after": TEXT},
        pk="id", foreign_keys=[("command", "commands", "id")], not_null={"command", "place"}, strict=True,
    )  # fmt: skip
    db.table("changes").create_index(["command"])


def _written(db: Database) -> None:
    owner = [("paper", "entries", "paper")]
    db.create_table(
        "tags", {"paper": TEXT, "tag": TEXT}, pk=("paper", "tag"), foreign_keys=owner, not_null={"paper", "tag"},
        strict=True,
    )  # fmt: skip
    db.table("tags").create_index(["tag"])
    db.create_table(
        "notes", {"paper": TEXT, "text": TEXT, "at": TEXT}, pk="paper", foreign_keys=owner, not_null={"paper", "text"},
        strict=True,
    )  # fmt: skip
    db.create_table(
        "ideas", {"paper": TEXT, "main_idea": TEXT, "build": TEXT, "unclear": TEXT, "at": TEXT},
        pk="paper", foreign_keys=owner, not_null={"paper"}, strict=True,
    )  # fmt: skip
    db.create_table(
        "feeds",
        {"name": TEXT, "added_at": TEXT, "checked_at": TEXT, "etag": TEXT, "modified": TEXT},
        pk="name", not_null={"name", "added_at"}, strict=True,
    )  # fmt: skip
    db.create_table(
        "feed_items", {"feed": TEXT, "paper": TEXT, "first_at": TEXT, "last_at": TEXT}, pk=("feed", "paper"),
        not_null={"feed", "paper"}, strict=True,
    )  # fmt: skip


@migrations()
def m002_search(db: Database) -> None:
    """Full-text index over titles, abstracts, authors and notes; the text itself is stored once, in the tables."""
    from paperlab.library.schema_search import indexed

    indexed(db)


@migrations()
def m003_views(db: Database) -> None:
    """What people look at in Datasette or the sqlite-utils command line."""
    db.create_view(
        "pending",
        "SELECT e.paper AS id, e.version, p.try_after, p.put_off AS reason "
        "FROM entries e JOIN papers p ON p.id = e.paper WHERE p.title IS NULL",
    )
    db.create_view("v_next", _V_NEXT)
    db.create_view(
        "v_history",
        "SELECT v.id, v.at, c.name AS command, c.undone, v.paper, p.title, v.kind, v.before, v.after, v.minutes, "
        "v.reason FROM events v JOIN commands c ON c.id = v.command LEFT JOIN papers p ON p.id = v.paper "
        "ORDER BY v.id DESC",
    )


_V_NEXT = """
SELECT e.paper AS id, p.title, e.state, e.priority, e.why, e.cost AS minutes,
    round((1 + 3 * e.priority + 6 * (e.state = 'reading') + 2 * (e.state = 'skimmed') + (e.why IS NOT NULL)
        + min(e.mentions, 5) + min(max(cast(julianday('now') AS INTEGER) - e.added_day, 0), 360) / 30.0) / e.cost, 6)
        AS score
FROM (
    SELECT *, max(10, min(max(4 * coalesce(pages, 15), 20), 240) - coalesce(minutes, 0)) AS cost FROM entries
    WHERE state IN ('reading', 'queued', 'skimmed')
        OR (state = 'snoozed' AND until <= strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))
) e JOIN papers p ON p.id = e.paper
WHERE p.title IS NOT NULL
ORDER BY score DESC, e.added_day, e.paper
"""


@migrations()
def m004_lines(db: Database) -> None:
    """What a line of the list shows, copied to entries and in one index in the order of the list."""
    from paperlab.library.schema_lines import copied

    copied(db)


@migrations()
def m005_judgement(db: Database) -> None:
    """Learned relevance and implementability beside what `next` reads; what was decided about the inbox."""
    from paperlab.library.schema_judgement import judgement

    judgement(db)


@migrations()
def m006_following(db: Database) -> None:
    """Saved queries, gaps, notices; and when arXiv was last asked for a paper."""
    for column in (
        "kind TEXT NOT NULL DEFAULT 'announcements'", "query TEXT", "paused INTEGER NOT NULL DEFAULT 0",
        "backfill TEXT", "batch_day TEXT", "batch_at TEXT", "since TEXT", "covered TEXT",
    ):  # fmt: skip
        db.execute(f"ALTER TABLE feeds ADD COLUMN {column}")
    # A feed's day is that of US Eastern time, in which it is built at midnight.
    db.execute(
        "UPDATE feeds SET query = name, batch_at = (SELECT max(last_at) FROM feed_items WHERE feed = feeds.name), "
        "since = date(checked_at, '-5 hours'), covered = date(checked_at, '-5 hours')"
    )
    # What can be undone holds the rows as they were: they get the new columns too, else they would not be found.
    grown = "json_set({0}, '$.kind', 'announcements', '$.query', json_extract({0}, '$.name'), '$.paused', 0, '$.backfill', NULL)"
    for image in ("before", "after"):
        db.execute(f"UPDATE changes SET {image} = {grown.format(image)} WHERE place = 'feeds' AND {image} IS NOT NULL")
    db.execute("ALTER TABLE papers ADD COLUMN checked_at TEXT")
    text = ("feed", "kind", "first_day", "last_day", "way", "asked", "starts", "ends")
    db.create_table(
        "gaps",
        {"id": INTEGER, **dict.fromkeys(text, TEXT), "token": TEXT, "token_at": TEXT, "filled": INTEGER,
         "opened_at": TEXT, "done_at": TEXT},
        pk="id", not_null={*text, "filled"}, defaults={"filled": 0}, strict=True,
    )  # fmt: skip
    db.execute("CREATE INDEX idx_gaps_open ON gaps (feed) WHERE done_at IS NULL")
    db.create_table(
        "notices",
        {"paper": TEXT, "version": INTEGER, "kind": TEXT, "old": INTEGER, "at": TEXT, "seen_at": TEXT},
        pk=("paper", "version"), foreign_keys=[("paper", "papers", "id")],
        not_null={"paper", "version", "kind", "old", "at"}, strict=True,
    )  # fmt: skip
    db.execute("CREATE INDEX idx_notices_unseen ON notices (at) WHERE seen_at IS NULL")


@migrations()
def m007_ladder(db: Database) -> None:
    """The teach-back of a paper, what triage passed over, and when a main idea is asked for again."""
    db.execute("ALTER TABLE ideas ADD COLUMN teach_back TEXT")
    owner = [("paper", "entries", "paper")]
    db.create_table(
        "skips", {"paper": TEXT, "at": TEXT}, pk="paper", foreign_keys=owner, not_null={"paper", "at"}, strict=True
    )
    # card: JSON, as the scheduler that made it reads it.
    db.create_table(
        "reviews", {"paper": TEXT, "card": TEXT, "due": TEXT, "at": TEXT}, pk="paper", foreign_keys=owner,
        not_null={"paper", "card", "due", "at"}, strict=True,
    )  # fmt: skip


@migrations()
def m008_refs(db: Database) -> None:
    """Which paper cites which; `entries.mentions` counts the papers of mine that cite a paper or made me want it.

    A new entry takes all that it copies from its paper in one step.
    """
    from paperlab.library import mentions

    db.create_table(
        "refs",
        {"paper": TEXT, "cited": TEXT, "source": TEXT, "title": TEXT, "year": INTEGER, "place": INTEGER},
        pk=("paper", "cited"),
        not_null={"paper", "cited", "source", "place"},
        strict=True,
    )
    db.table("refs").create_index(["cited", "paper"])
    for name in mentions.OLD_TRIGGERS:
        db.execute(f"DROP TRIGGER {name}")
    for statement in (*mentions.TRIGGERS, mentions.RECOUNT):
        db.execute(statement)


@migrations()
def m009_line(db: Database) -> None:
    """A line of the list as `list` prints it into a pipe, ready in the index."""
    from paperlab.library.schema_lines import ready

    ready(db)


@migrations()
def m010_weights(db: Database) -> None:
    """Words that come back weigh otherwise: every paper is taken apart once more, when something is learned next."""
    db.execute("INSERT OR IGNORE INTO unlearned SELECT paper FROM vectors")
    db.execute("DELETE FROM vectors")
    db.execute("UPDATE learned SET number = 1 WHERE name = 'stale'")


@migrations()
def m011_terms(db: Database) -> None:
    """A pair of words is no term any more, and terms have other numbers: as before, and without the model that was."""
    m010_weights(db)
    db.execute("DELETE FROM learned WHERE name IN ('weights', 'rarity')")


@migrations()
def m012_accents(db: Database) -> None:
    """A letter with two accents (Nguyễn, Đặng) stands in the index as one with one does: without."""
    from paperlab.library.schema_search import without_accents

    without_accents(db)


measurement_migrations = Migrations("paperlab.measurements")


@measurement_migrations()
def m001_measurements(db: Database) -> None:
    """One row a unit of work; a correction is a new row."""
    text = ("key", "slug", "source_hash", "kind", "case", "arm", "budget", "device", "metric", "unit", "status")
    told = ("failure", "samples", "at", "environment", "claims_hash", "equation", "notes")
    numbers = {
        "case_version": INTEGER,
        "seed": INTEGER,
        "higher_is_better": INTEGER,
        "value": float,
        "seconds": float,
        "limit": float,
    }
    db.create_table(
        "measurements",
        {"id": INTEGER, **dict.fromkeys(text, TEXT), **numbers, **dict.fromkeys(told, TEXT)},
        pk="id",
        not_null={*text, *told, *numbers} - {"value", "limit"},
        strict=True,
    )
    db.table("measurements").create_index(["key"])
    db.table("measurements").create_index(["slug"])
    for act in ("UPDATE", "DELETE"):
        db.execute(
            f"CREATE TRIGGER measurements_no_{act.lower()} BEFORE {act} ON measurements "
            "BEGIN SELECT RAISE(ABORT, 'measurements are append-only; add a new row'); END"
        )
