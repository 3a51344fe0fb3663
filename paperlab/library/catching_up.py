"""What each command that changes the list does for the ranker before it commits: as a rule, nothing.

On a large list it takes apart what it brought, and so nothing where it brought no paper: who says `done` waits for
no paper but that one.
"""

from __future__ import annotations

import sqlite3

from paperlab.library.kept import number

MOST_AT_ONCE = 64
"""Papers that a command which brought some takes apart on its way, 0.1 ms each."""
SMALL = 200
"""Papers on a list that is learned anew after each change, in 20 ms."""


def last_waiting(connection: sqlite3.Connection) -> int:
    """Give the number of the paper that came last of those that wait to be taken apart; 0 where none waits."""
    return int(connection.execute("SELECT coalesce(max(rowid), 0) FROM unlearned").fetchone()[0])


def caught_up(connection: sqlite3.Connection, *, before: int) -> None:
    """Learn what a command that changed the list can learn on its way; inside its transaction.

    Args:
        connection: the list.
        before: `last_waiting` when the command began.
    """
    last = last_waiting(connection)
    if not last and not number(connection, "stale"):
        return
    sql = "SELECT 1 FROM entries LIMIT 1 OFFSET ?"
    if connection.execute(sql, (SMALL,)).fetchone() is None:
        from paperlab.library.learning import learned

        learned(connection)
    elif last > before:
        from paperlab.library.learning import take_apart

        take_apart(connection, most=MOST_AT_ONCE)
