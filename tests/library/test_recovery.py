"""What a copy of a list gets back from the corrupt list that came of it: all that was done since, as far as it can be read."""

from __future__ import annotations

import random
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from paperlab.errors import PaperlabError
from paperlab.library import Library, store
from paperlab.library.journal import PLACES
from paperlab.library.recovery import Recovered, recovered
from paperlab.library.repair import repaired
from paperlab.library.salvage import name_lost
from paperlab.records.changes import NewEntry
from paperlab.records.paper import Announcement, PaperRecord

IDS = [f"2001.{n:05d}" for n in range(6)]
FACTS = ("papers", "versions", "feed_items", "refs", "gaps", "notices", "events", "commands", "changes")


def record(id: str, version: int = 1) -> PaperRecord:
    return PaperRecord(
        id=id, version=version, title=f"Title {id} v{version}", abstract="words", updated="2020-01-01T00:00:00Z"
    )


def step(library: Library, rng: random.Random) -> None:
    """Do one thing to the list, by chance; what the list refuses is done too, and leaves no trace."""
    id, word = rng.choice(IDS), rng.choice("abc")
    batch = [Announcement(record=record(id, rng.randint(1, 3)), kind=rng.choice(("new", "replace")))]
    acts: list[Callable[[], Any]] = [
        lambda: library.add([NewEntry(id=id, why=word, tags=(word,))], records=[record(id)] * rng.randint(0, 1)),
        lambda: library.move(id, rng.choice(("queued", "reading", "read", "dropped", "skimmed")), minutes=5),
        lambda: library.tag(id, add=[word], remove=[rng.choice("abc")]),
        lambda: library.note(id, word * rng.randint(0, 3)),
        lambda: library.idea(id, main_idea=word),
        lambda: library.change(id, priority=rng.randint(0, 9)),
        lambda: library.remove([id]),
        lambda: library.add_feed(word),
        lambda: library.remove_feed(word),
        lambda: library.take(word, batch, told={"batch_day": "2026-05-04", "covered": f"2026-05-{rng.randint(10, 28)}"}),
        lambda: library.save_references(id, [], source="abstract"),
        lambda: library.see_notices(None),
        library.undo, library.undo, library.redo,
    ]  # fmt: skip
    with suppress(PaperlabError):
        rng.choice(acts)()


def rows_of(connection: sqlite3.Connection, table: str) -> Iterator[dict[str, Any]]:
    return Database(connection, execute_plugins=False).table(table).rows


def dump(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Give the rows of all tables that hold what somebody did or told; the full-text index' own numbers aside."""
    with closing(sqlite3.connect(path)) as connection:
        rows = {t: list(rows_of(connection, t)) for t in (*PLACES, *FACTS)}
    for row in (row for table in rows.values() for row in table):
        for name in ("number", "relevance"):
            row.pop(name, None)
    return {table: sorted(found, key=repr) for table, found in rows.items()}


def walked(folder: Path, seed: int, before: int, after: int) -> tuple[Path, Path]:
    """Give a copy of a list, made after some steps, and the list itself after some more."""
    rng, path, copy = random.Random(seed), folder / "list.db", folder / "copy.db"  # noqa: S311 - steps, no secrets
    with Library.create(path, clock=lambda: f"2026-01-01T00:00:{seed % 60:02}Z") as library:
        for _ in range(before):
            step(library, rng)
        library.backup(copy)
        for _ in range(after):
            step(library, rng)
    return copy, path


def joined(copy: Path, path: Path) -> Recovered | None:
    with closing(store.read_write(copy, "reading list")[0]) as connection:
        return recovered(connection, path)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**9), st.integers(0, 25), st.integers(0, 25))
def test_of_a_list_that_can_be_read_nothing_is_lost(seed: int, before: int, after: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        copy, path = walked(Path(folder), seed, before, after)
        done = joined(copy, path)
        assert done is not None
        assert done.lost == 0
        assert dump(copy) == dump(path)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**9), st.integers(1, 25))
def test_whatever_is_lost_the_rest_is_sound_and_the_loss_is_counted(seed: int, after: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        copy, path = walked(Path(folder), seed, 15, after)
        rng = random.Random(seed)  # noqa: S311 - rows, no secrets
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            (since,) = sqlite3.connect(copy).execute("SELECT coalesce(max(id), 0) FROM commands").fetchone()
            for table in (*PLACES, *FACTS):
                rows = Database(connection, execute_plugins=False).table(table)
                for key in [key for key, _ in rows.pks_and_rows_where()]:
                    if rng.random() < 0.3:
                        rows.delete(key)
            known = {row[0] for row in connection.execute("SELECT id FROM commands WHERE id > ?", (since,))}
            sql = "SELECT command FROM events UNION SELECT command FROM changes"
            traces = {row[0] for row in connection.execute(sql)}
            name_lost(connection)
        done = joined(copy, path)
        assert done == Recovered(len(known & traces), max([since, *known, *traces]) - since - len(known & traces))
        repaired(copy, folders=[], copies=[])
        with closing(sqlite3.connect(copy)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def test_a_copy_of_another_list_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    copy, _ = walked(tmp_path, 1, 20, 0)
    _, path = walked(tmp_path / "other", 2, 20, 5)
    before = dump(copy)
    assert joined(copy, path) is None
    assert dump(copy) == before


@pytest.mark.parametrize("torn", [False, True])
def test_repair_says_what_came_back_and_what_is_lost(tmp_path: Path, torn: bool) -> None:
    """A table that cannot be read makes the copy the beginning; what was moved, tagged and noted since comes from the log."""
    path, copy = tmp_path / "reading_list.db", tmp_path / "copy.db"
    with Library.create(path) as library:
        library.add([NewEntry(id=id) for id in IDS], records=[record(id) for id in IDS], command="add all")
        library.backup(copy)
        library.move(IDS[0], "read", minutes=7, command="done one")
        library.tag(IDS[1], add=["later"], command="tag two")
        library.remove([IDS[2]], command="rm three")
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("DELETE FROM commands WHERE name = ?", ("tag two" if torn else "",))
        (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'entries'").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    with path.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xff" * size)
    found = {f.name: f for f in repaired(path, folders=[], copies=[copy])}
    assert found["file"].state == "fixed"
    assert f"{2 if torn else 3} later commands" in found["file"].found
    assert ("1 command since is lost" in found["file"].found) == torn
    with Library.open(path) as library:
        listed = {e.id: (e.state, e.minutes, e.tags) for e in library.entries()}
        assert listed == {IDS[0]: ("read", 7, ()), IDS[1]: ("queued", None, ("later",))} | dict.fromkeys(
            IDS[3:], ("queued", None, ())
        )
        assert "done one" in {event.words for event in library.log(50)}
