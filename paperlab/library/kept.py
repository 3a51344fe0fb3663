"""Numbers and bytes that the ranker keeps of what it learned, by name."""

from __future__ import annotations

import sqlite3


def number(connection: sqlite3.Connection, name: str) -> float:
    """Give a number that was kept; 0 where none was."""
    row = connection.execute("SELECT number FROM learned WHERE name = ?", (name,)).fetchone()
    return float(row[0] or 0.0) if row else 0.0


def keep(connection: sqlite3.Connection, name: str, value: float | None = None, data: bytes | None = None) -> None:
    """Keep a number or bytes."""
    sql = (
        "INSERT INTO learned (name, number, data) VALUES (?, ?, ?) "
        "ON CONFLICT (name) DO UPDATE SET number = excluded.number, data = excluded.data"
    )
    connection.execute(sql, (name, value, data))
