"""Rows by the thousand: a statement a row costs twice as much, and with the full-text index behind it more."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from itertools import chain
from typing import Any

VALUES_MOST = 30_000
"""Values in one statement; SQLite takes 32,766."""


def laid(connection: sqlite3.Connection, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows that are not there yet, each with a value for every one of `columns`."""
    _laid(connection, f"INSERT INTO {table} ({', '.join(columns)}) {{}}", columns, rows)


def laid_entries(connection: sqlite3.Connection, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert entries that are not there yet with what they copy from their papers; `columns` begin with the paper."""
    from paperlab.library import mentions

    copied = ", ".join(mentions.COPIED)
    into = f"INSERT INTO entries ({', '.join(columns)}, added_day, {copied}) SELECT new.*, "
    day = f"CAST(julianday(new.column{columns.index('added_at') + 1}) AS INTEGER)"
    sql = f"{into}{day}, {copied} FROM ({{}}) new LEFT JOIN papers ON id = new.column1"
    _laid(connection, sql, columns, rows)
    connection.execute(mentions.RECOUNT_NEW, {"papers": json.dumps([row[0] for row in rows])})


def _laid(connection: sqlite3.Connection, sql: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    at_once, marks = VALUES_MOST // len(columns), f"({', '.join('?' * len(columns))})"
    for start in range(0, len(rows), at_once):
        some = rows[start : start + at_once]
        connection.execute(sql.format(f"VALUES {', '.join([marks] * len(some))}"), tuple(chain.from_iterable(some)))
