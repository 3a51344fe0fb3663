"""Rows by the thousand: a statement a row costs twice as much, and with the full-text index behind it more."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from itertools import chain
from typing import Any

VALUES_MOST = 30_000
"""Values in one statement; SQLite takes 32,766."""


def laid(connection: sqlite3.Connection, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows that are not there yet, each with a value for every one of `columns`."""
    at_once, marks = VALUES_MOST // len(columns), f"({', '.join('?' * len(columns))})"
    for start in range(0, len(rows), at_once):
        some = rows[start : start + at_once]
        sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([marks] * len(some))}"
        connection.execute(sql, tuple(chain.from_iterable(some)))
