"""How many of my papers cite or mention a paper, kept by triggers: the statements of schema step m008.

A paper of mine is on the list and not dropped. It mentions another where it cites it (a row of `refs`) or was the one
that made me want it (`parent`); one that does both counts once, and no paper mentions itself.
"""

from __future__ import annotations

_MENTIONED = "SELECT cited FROM refs WHERE paper = {0}.paper UNION SELECT paper FROM entries WHERE parent = {0}.paper"
"""What a paper mentions."""

COUNT = """(SELECT count(*) FROM entries q WHERE q.state <> 'dropped' AND q.paper <> {0} AND q.paper IN
    (SELECT r.paper FROM refs r WHERE r.cited = {0} UNION SELECT p.parent FROM entries p WHERE p.paper = {0}))"""

_ONE_REF = """UPDATE entries SET mentions = mentions {sign} 1
    WHERE paper = {row}.cited AND {row}.cited <> {row}.paper AND parent IS NOT {row}.paper
    AND EXISTS (SELECT 1 FROM entries WHERE paper = {row}.paper AND state <> 'dropped')"""

OLD_TRIGGERS = ("entries_added", "entries_removed", "entries_parent")

COPIED = ("pages", "title", "published", "withdrawn", "implementable")
"""Columns of entries that papers have too: a new entry takes all of them in one step, since each step writes the indexes."""

TRIGGERS = (
    f"""CREATE TRIGGER entries_added AFTER INSERT ON entries WHEN new.added_day IS NULL BEGIN
        UPDATE entries SET
            added_day = CAST(julianday(added_at) AS INTEGER),
            ({", ".join(COPIED)}) = (SELECT {", ".join(COPIED)} FROM papers WHERE id = new.paper),
            mentions = {COUNT.format("new.paper")}
            WHERE paper = new.paper;
        UPDATE entries SET mentions = mentions + 1
            WHERE new.state <> 'dropped' AND paper <> new.paper AND paper IN ({_MENTIONED.format("new")});
    END""",
    f"""CREATE TRIGGER entries_removed AFTER DELETE ON entries WHEN old.state <> 'dropped' BEGIN
        UPDATE entries SET mentions = mentions - 1 WHERE paper IN ({_MENTIONED.format("old")});
    END""",
    f"""CREATE TRIGGER entries_parent AFTER UPDATE OF parent ON entries WHEN old.parent IS NOT new.parent BEGIN
        UPDATE entries SET mentions = {COUNT.format("new.paper")} WHERE paper = new.paper;
    END""",
    f"""CREATE TRIGGER entries_dropped AFTER UPDATE OF state ON entries
        WHEN (old.state = 'dropped') <> (new.state = 'dropped') BEGIN
        UPDATE entries SET mentions = mentions + CASE WHEN new.state = 'dropped' THEN -1 ELSE 1 END
            WHERE paper <> new.paper AND paper IN ({_MENTIONED.format("new")});
    END""",
    f"CREATE TRIGGER refs_added AFTER INSERT ON refs BEGIN {_ONE_REF.format(sign='+', row='new')}; END",
    f"CREATE TRIGGER refs_removed AFTER DELETE ON refs BEGIN {_ONE_REF.format(sign='-', row='old')}; END",
)

_NEW = "SELECT value FROM json_each(:papers)"
RECOUNT_NEW = f"""UPDATE entries SET mentions = {COUNT.format("entries.paper")} WHERE paper IN (
    {_NEW} UNION SELECT cited FROM refs WHERE paper IN ({_NEW}) UNION SELECT paper FROM entries WHERE parent IN ({_NEW})
    ) AND mentions <> {COUNT.format("entries.paper")}"""
"""For many new entries at once, whose rows hold all that they copy: the trigger would write each row a second time."""

RECOUNT = f"""UPDATE entries SET mentions = {COUNT.format("entries.paper")},
    ({", ".join(COPIED)}) = (SELECT {", ".join(COPIED)} FROM papers WHERE id = entries.paper)"""
