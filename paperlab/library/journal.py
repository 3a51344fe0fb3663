"""Every change of the list goes through here: the row before and after is kept, so that commands can be undone.

What arXiv says (papers, versions) and what a feed has shown (feed_items) are facts, not choices: they stay when
a command is taken back, and are not journaled.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from paperlab.errors import Conflict, NothingFound
from paperlab.library.many import laid, laid_entries
from paperlab.library.text import encoded

Row = dict[str, Any]


class Place(NamedTuple):
    """A journaled table: its key and the other columns that a person's choice sets.

    `told` are columns that a server sets: no command takes them back, but a row that comes back brings them with it.
    """

    key: tuple[str, ...]
    columns: tuple[str, ...]
    told: tuple[str, ...] = ()


PLACES: Mapping[str, Place] = {
    # pages, mentions and added_day are kept by triggers: not journaled.
    "entries": Place(("paper",), ("version", "state", "priority", "why", "parent", "minutes", "until", "added_at")),
    "tags": Place(("paper", "tag"), ()),
    "notes": Place(("paper",), ("text", "at")),
    "ideas": Place(("paper",), ("main_idea", "build", "unclear", "teach_back", "at")),
    "skips": Place(("paper",), ("at",)),
    "reviews": Place(("paper",), ("card", "due", "at")),
    "feeds": Place(
        ("name",),
        ("added_at", "kind", "query", "paused", "backfill"),
        told=("checked_at", "etag", "modified", "batch_day", "batch_at", "since", "covered"),
    ),
    "notices": Place(("paper", "version"), ("seen_at",)),  # raised by what arXiv says, seen by a person
}

_BACK = ("undo", "redo")
"""Names of the commands that walk through history and are no part of it."""


class Journal:
    """One command's changes, inside a transaction that its owner opened.

    Attributes:
        command: number of the command; None until its first change, so that a command that changes
            nothing leaves no trace.
    """

    def __init__(self, connection: sqlite3.Connection, *, at: str, name: str, command: int | None = None) -> None:
        self.connection = connection
        self.at = at
        self.name = name
        self.command = command
        self._alone = False
        self._waiting: dict[str, list[Row]] | None = None
        self._events: list[tuple[Any, ...]] = []

    def number(self) -> int:
        """Give the command's number, writing its row at first need."""
        if self.command is None:
            row = self.connection.execute("INSERT INTO commands (at, name) VALUES (?, ?)", (self.at, self.name))
            self.command = int(row.lastrowid or 0)
        return self.command

    def get(self, place: str, *key: str | int) -> Row | None:
        """Give the journaled columns of one row; None where there is no such row."""
        return fetched(self.connection, place, key)

    def put(self, place: str, row: Row) -> bool:
        """Write a row, and its image before and after; False where it stood there already."""
        key = tuple(row[k] for k in PLACES[place].key)
        before = self.get(place, *key)
        after = {**(before or {}), **row}
        if before == after:
            return False
        write(self.connection, place, after, there=before is not None)
        self._kept([(place, before, self.get(place, *key))])
        return True

    def insert(self, place: str, row: Row) -> None:
        """Write a row that is not there yet, with its image: without looking, and inside `together` at its end."""
        if self._waiting is None:
            with self.together():
                self.insert(place, row)
        else:
            self._waiting.setdefault(place, []).append({name: row.get(name) for name in columns(place)})

    @contextmanager
    def together(self) -> Iterator[None]:
        """Write at the end what is inserted and what happens inside, table by table: for ten thousand at once.

        Until then it is not to be read.
        """
        self._waiting = {}
        try:
            yield
            for place, rows in self._waiting.items():
                values = [tuple(row.values()) for row in rows]
                if place == "entries":
                    laid_entries(self.connection, columns(place), values)
                else:
                    laid(self.connection, place, columns(place), values)
                self._kept([(place, None, row) for row in rows])
            laid(self.connection, "events", _EVENT, self._events)
        finally:
            self._waiting, self._events = None, []

    def drop(self, place: str, *key: str | int) -> bool:
        """Delete a row and keep its image; False where there was none."""
        before = fetched(self.connection, place, key, told=True)
        if before is None:
            return False
        delete(self.connection, place, key)
        self._kept([(place, before, None)])
        return True

    def event(  # noqa: D417 - before, after: what the kind says they are
        self, paper: str, kind: str, before: object = None, after: object = None, *,
        minutes: int | None = None, reason: str | None = None,
    ) -> None:  # fmt: skip
        """Record what happened to a paper.

        Args:
            paper: its id.
            kind: one word, such as `state`, `added`, `priority`.
            minutes: time it took, where the person told.
            reason: one line, where the person told.
        """
        values = (self.number(), self.at, paper, kind, _text(before), _text(after), minutes, reason)
        if self._waiting is None:
            laid(self.connection, "events", _EVENT, [values])
        else:
            self._events.append(values)

    def _kept(self, changes: Sequence[tuple[str, Row | None, Row | None]]) -> None:
        """Keep of each change its table and the row before and after it."""
        if not self._alone:
            self.connection.execute(_GIVEN_UP)
            self._alone = True
        number = self.number()
        rows = [(number, place, *map(_shown, images)) for place, *images in changes]
        laid(self.connection, "changes", ("command", "place", "before", "after"), rows)


_EVENT = ("command", "at", "paper", "kind", "before", "after", "minutes", "reason")


def _shown(row: Row | None) -> str | None:
    return None if row is None else encoded(row)


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def fetched(connection: sqlite3.Connection, place: str, key: Sequence[str | int], *, told: bool = False) -> Row | None:
    """Give the journaled columns of one row by key, and what a server told where that is wanted."""
    names = columns(place, told=told)
    sql = f"SELECT {', '.join(names)} FROM {place} WHERE {_where(PLACES[place])}"
    row = connection.execute(sql, tuple(key)).fetchone()
    return None if row is None else dict(zip(names, row, strict=True))


def columns(place: str, *, told: bool = False) -> tuple[str, ...]:
    """Give the journaled columns of a table, those of its key first, what a server told last."""
    spec = PLACES[place]
    return (*spec.key, *spec.columns, *(spec.told if told else ()))


def write(connection: sqlite3.Connection, place: str, row: Row, *, there: bool) -> None:
    """Update the row that is there, or insert it: never replace, which would fire no delete trigger."""
    spec = PLACES[place]
    if not there:
        marks = ", ".join("?" * len(row))
        connection.execute(f"INSERT INTO {place} ({', '.join(row)}) VALUES ({marks})", tuple(row.values()))
    elif spec.columns:
        sets = ", ".join(f"{column} = ?" for column in spec.columns)
        values = [row[name] for name in (*spec.columns, *spec.key)]
        connection.execute(f"UPDATE {place} SET {sets} WHERE {_where(spec)}", values)


def delete(connection: sqlite3.Connection, place: str, key: Sequence[str | int]) -> None:
    """Delete one row by key."""
    connection.execute(f"DELETE FROM {place} WHERE {_where(PLACES[place])}", tuple(key))


def _where(spec: Place) -> str:
    return " AND ".join(f"{k} = ?" for k in spec.key)


_WITH_CHANGES = "EXISTS (SELECT 1 FROM changes WHERE command = commands.id)"
_LAST_DONE = f"SELECT id, name FROM commands WHERE undone = 0 AND {_WITH_CHANGES} ORDER BY id DESC LIMIT 1"
_FIRST_UNDONE = f"SELECT id, name FROM commands WHERE undone = 1 AND {_WITH_CHANGES} ORDER BY id LIMIT 1"
_LAST_TOLD = (
    "SELECT c.name FROM commands c JOIN events v ON v.command = c.id "
    "WHERE c.id > ? AND v.kind IN ('version', 'withdrawn', 'known') ORDER BY c.id DESC LIMIT 1"
)
_GIVEN_UP = "UPDATE commands SET undone = 2 WHERE undone = 1"
"""Once something else has changed the list, what was undone cannot be done again."""


def taken_back(connection: sqlite3.Connection, command: int) -> bool:
    """Tell whether a command was undone."""
    return connection.execute("SELECT 1 FROM commands WHERE id = ? AND undone > 0", (command,)).fetchone() is not None


def last_done(connection: sqlite3.Connection) -> str | None:
    """Give the words of the command that `undo` would take back; None where there is none."""
    row = connection.execute(_LAST_DONE).fetchone()
    return None if row is None else str(row[1])


def undo(connection: sqlite3.Connection, *, at: str) -> str:
    """Take back the last command that changed the list; gives its words, and which facts came after it and stay.

    Raises:
        NothingFound: there is nothing to take back.
        Conflict: a row is no longer as the command left it.
    """
    last = connection.execute(_LAST_DONE).fetchone()
    told = connection.execute(_LAST_TOLD, last[:1]).fetchone() if last else None
    words = _walk(connection, _LAST_DONE, at=at, back=True)
    return f"{words}; what `{told[0]}` told since then stays" if told else words


def redo(connection: sqlite3.Connection, *, at: str) -> str:
    """Do again what was taken back last, unless something else was changed since; gives its words.

    Raises:
        NothingFound: there is nothing to do again.
        Conflict: a row is no longer as undo left it.
    """
    return _walk(connection, _FIRST_UNDONE, at=at, back=False)


def _walk(connection: sqlite3.Connection, which: str, *, at: str, back: bool) -> str:
    word = _BACK[not back]
    found = connection.execute(which).fetchone()
    if found is None:
        raise NothingFound(f"nothing to {word}")
    number, name = found
    papers = _papers(connection, number)
    states = {paper: _state(connection, paper) for paper in papers}
    _apply(connection, number, name, back=back)
    connection.execute("UPDATE commands SET undone = ? WHERE id = ?", (int(back), number))
    journal = Journal(connection, at=at, name=f"{word} {name}")
    journal.number()
    for paper in papers:
        journal.event(paper, word, states[paper], _state(connection, paper), reason=name)
    return str(name)


def _papers(connection: sqlite3.Connection, command: int) -> list[str]:
    """Give the papers, and feeds, that a command changed."""
    sql = (
        "SELECT DISTINCT coalesce(json_extract(row, '$.paper'), json_extract(row, '$.name')) AS paper "
        "FROM (SELECT coalesce(after, before) AS row FROM changes WHERE command = ?) ORDER BY paper"
    )
    return [row[0] for row in connection.execute(sql, (command,))]


def row_of(place: str, text: str, *, told: bool = False) -> Row:
    """Read a row that was kept; a column that a later schema brought stood empty then."""
    row = json.loads(text)
    return {name: row.get(name) for name in columns(place, told=told)}


def _state(connection: sqlite3.Connection, paper: str) -> str | None:
    row = connection.execute("SELECT state FROM entries WHERE paper = ?", (paper,)).fetchone()
    return None if row is None else str(row[0])


def _apply(connection: sqlite3.Connection, command: int, name: str, *, back: bool) -> None:
    """Put each row back to its image, newest change first (oldest first when doing again)."""
    order, left, sought = ("DESC", "after", "before") if back else ("ASC", "before", "after")
    sql = f"SELECT id, place, {left}, {sought} FROM changes WHERE command = ? ORDER BY id {order}"
    for number, place, *images in connection.execute(sql, (command,)).fetchall():
        now = None if images[0] is None else row_of(place, images[0])
        then = None if images[1] is None else row_of(place, images[1], told=now is None)
        row = now or then or {}
        key = tuple(row[k] for k in PLACES[place].key)
        if fetched(connection, place, key) != now:
            raise Conflict(
                f"{'/'.join(map(str, key))}: {place} changed since `{name}` by something else; nothing was taken back"
            )
        if then is None:
            if PLACES[place].told:  # for the day on which the row comes back
                image = json.dumps(fetched(connection, place, key, told=True), ensure_ascii=False)
                connection.execute(f"UPDATE changes SET {left} = ? WHERE id = ?", (image, number))
            delete(connection, place, key)
        else:
            write(connection, place, then, there=now is not None)
