"""`Measurements`: what the harness found, one row a unit of work, never changed and never deleted."""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from paperlab.library import store
from paperlab.library.store import now
from paperlab.records.measurement import Measurement

_NAMES = tuple(f.name for f in fields(Measurement))
_COLUMNS = ", ".join(f'"{name}"' for name in _NAMES)
"""Quoted, since `case` is a word of SQL."""
_JSON = ("samples", "environment", "notes")


class Measurements:
    """The measurements of a lab; the file is made by the first `append`.

    Each call raises LabUnusable where the file is read-only, full, corrupt or made by a newer paperlab.
    """

    def __init__(self, path: Path) -> None:
        self.path = Path(path)

    def append(self, rows: Sequence[Measurement]) -> None:
        """Keep rows, all or none. A value that is not a number is kept as none: nothing could be measured."""
        if not rows:
            return
        values = [_values(row) for row in rows]
        marks = ", ".join("?" * len(_NAMES))
        with store.translated(self.path):
            self._make()
            connection, _ = store.read_write(self.path, "measurements")
            try:
                with store.transaction(connection):
                    sql = f"INSERT INTO measurements ({_COLUMNS}) VALUES ({marks})"
                    connection.executemany(sql, values)
            finally:
                connection.close()

    def rows(self, slug: str | None = None, key: str | None = None) -> list[Measurement]:
        """Give rows in the order they came, of one implementation or one key."""
        return self._rows("SELECT {names} FROM measurements {where} ORDER BY id", slug=slug, key=key)

    def latest(self, slug: str | None = None, source_hash: str | None = None) -> dict[str, Measurement]:
        """Give the newest row of each key, of one implementation or of one source."""
        # By time before place: what `merge` brings may be older than what was here.
        ranked = "row_number() OVER (PARTITION BY key ORDER BY at DESC, id DESC)"
        inner = f"SELECT id, {ranked} AS place FROM measurements {{where}}"
        newest = (
            f"SELECT {{names}} FROM measurements WHERE id IN (SELECT id FROM ({inner}) WHERE place = 1) ORDER BY id"
        )
        return {row.key: row for row in self._rows(newest, slug=slug, source_hash=source_hash)}

    def merge(self, others: Sequence[Path]) -> int:
        """Take over the rows of other files that are not here yet, oldest first; give how many.

        In whatever order the files are named, the rows lie here in the same: two of one second differ in something.
        """
        here = {_values(row) for row in self.rows()}
        there = {_values(row): row for path in others for row in Measurements(path).rows()}
        new = [row for values, row in there.items() if values not in here]
        self.append(sorted(new, key=lambda row: (row.at, row.key, repr(_values(row)))))
        return len(new)

    def _rows(self, sql: str, **columns: str | None) -> list[Measurement]:
        if not self.path.exists():
            return []
        asked = {name: value for name, value in columns.items() if value is not None}
        where = f"WHERE {' AND '.join(f'{name} = ?' for name in asked)}" if asked else ""
        text = sql.format(names=_COLUMNS, where=where)

        def query(connection: sqlite3.Connection) -> list[Any]:
            store.checked(self.path, connection, "measurements")
            return connection.execute(text, tuple(asked.values())).fetchall()

        reader = store.Reader(self.path)
        with store.translated(self.path):
            try:
                return [_made(row) for row in reader.read(query)]
            finally:
                reader.close()

    def _make(self) -> None:
        if self.path.exists():
            return
        from paperlab.errors import Conflict
        from paperlab.library.upkeep import create

        self.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            create(self.path, at=now(), kind="measurements")
        except Conflict:
            return  # another process was faster, and its file is as good


def _values(row: Measurement) -> tuple[Any, ...]:
    return tuple(_stored(name, getattr(row, name)) for name in _NAMES)


def _stored(name: str, value: Any) -> Any:
    if name in _JSON:
        return json.dumps(_plain(value), ensure_ascii=False, allow_nan=False, default=str)
    if isinstance(value, float) and math.isnan(value):
        return None
    return value.replace("\0", "").encode("utf-8", "replace").decode() if isinstance(value, str) else value


def _plain(value: Any) -> Any:
    """Write what JSON has no number for as text: "nan", "inf", "-inf"."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    return [_plain(v) for v in value] if isinstance(value, list | tuple) else value


def _made(row: Sequence[Any]) -> Measurement:
    values = dict(zip(_NAMES, row, strict=True))
    values["samples"] = tuple(float(sample) for sample in json.loads(values["samples"]))
    values |= {name: json.loads(values[name]) for name in ("environment", "notes")}
    values["higher_is_better"] = bool(values["higher_is_better"])
    return Measurement(**values)
