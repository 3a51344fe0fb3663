"""What each command that changes the list does for the ranker before it commits: as a rule, nothing."""

from __future__ import annotations

import sqlite3

from paperlab.library.kept import number

MOST_AT_ONCE = 64
"""Papers that any command takes apart on its way, 0.1 ms each."""
SMALL = 200
"""Papers on a list that is learned anew after each change, in 20 ms."""


def caught_up(connection: sqlite3.Connection) -> None:
    """Learn what a command that changed the list can learn on its way; inside its transaction."""
    waiting = connection.execute("SELECT 1 FROM unlearned LIMIT 1").fetchone() is not None
    if not waiting and not number(connection, "stale"):
        return
    sql = "SELECT 1 FROM entries LIMIT 1 OFFSET ?"
    if connection.execute(sql, (SMALL,)).fetchone() is None:
        from paperlab.library.learning import learned

        learned(connection)
    elif waiting:
        from paperlab.library.learning import take_apart

        take_apart(connection, most=MOST_AT_ONCE)
