"""The file itself: reading leaves no trace, older and newer schemas, foreign and broken files, other tools."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from paperlab.errors import Bug, Conflict, LabUnusable
from paperlab.library import Library, store, upkeep
from paperlab.records.changes import NewEntry
from paperlab.records.paper import PaperRecord

AT = "2026-01-01T00:00:00Z"


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def closed(path: Path, clock: Callable[[], str], adam: PaperRecord) -> Path:
    with Library.create(path, clock=clock) as library:
        library.add([NewEntry(id=adam.id), NewEntry(id="1706.03762")], records=[adam])
        library.note(adam.id, "bias correction")
    return path


def read_everything(library: Library) -> tuple[object, ...]:
    return (
        library.entries(), library.entry("adam"), library.ranked(), library.find("optimization"), library.pending(),
        library.log(), library.feeds(), library.notes("adam"), library.ideas("adam"), library.count("queued"),
    )  # fmt: skip


def test_reading_changes_no_byte_and_leaves_no_file(closed: Path) -> None:
    before, time = closed.read_bytes(), closed.stat().st_mtime_ns
    with Library.open(closed) as library:
        assert library.entry("adam").id == "1412.6980"
        read_everything(library)
        assert names(closed.parent) == [closed.name]
    assert names(closed.parent) == [closed.name]
    assert (closed.read_bytes(), closed.stat().st_mtime_ns) == (before, time)


def test_writing_leaves_one_file_too(closed: Path) -> None:
    with Library.open(closed, write=True) as library:
        library.add([NewEntry(id="2001.00001")])
        assert library._connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert library._connection.execute("PRAGMA foreign_keys").fetchone() == (1,)
    assert names(closed.parent) == [closed.name]


def test_a_list_opened_for_reading_refuses_to_write(closed: Path) -> None:
    with Library.open(closed) as library, pytest.raises(LabUnusable, match="opened for reading"):
        library.add([NewEntry(id="2001.00001")])


def test_a_reader_sees_what_a_writer_did_meanwhile(closed: Path) -> None:
    with Library.open(closed) as reader:
        assert reader.count() == 2
        with Library.open(closed, write=True) as writer:
            writer.add([NewEntry(id="2001.00001")])
            assert reader.count() == 3  # still in the log
            writer.add([NewEntry(id="2001.00002")])
            assert reader.count() == 4
        assert reader.count() == 4  # folded into the file
        assert reader.entry("2001.00002").id == "2001.00002"


def test_a_reader_that_a_checkpoint_overtakes_reads_again(closed: Path) -> None:
    looks = []

    def query(connection: sqlite3.Connection) -> int:
        looks.append(connection.execute("SELECT count(*) FROM entries").fetchone()[0])
        if len(looks) == 1:
            with Library.open(closed, write=True) as writer:
                writer.add([NewEntry(id="2001.00001")])
        return looks[-1]

    reader = store.Reader(closed)
    assert (reader.read(query), looks) == (3, [2, 3])
    reader.close()


def test_two_fresh_lists_made_at_one_time_are_equal(tmp_path: Path) -> None:
    for name in ("a.db", "b.db"):
        Library.create(tmp_path / name, clock=lambda: AT).close()
    assert (tmp_path / "a.db").read_bytes() == (tmp_path / "b.db").read_bytes()


def test_create_never_overwrites(closed: Path) -> None:
    before = closed.read_bytes()
    with pytest.raises(Conflict, match="expected no file, found one"):
        Library.create(closed)
    assert closed.read_bytes() == before
    assert names(closed.parent) == [closed.name]


def test_a_newer_schema_is_refused_politely(closed: Path) -> None:
    change(closed, "PRAGMA user_version = 99")
    before = closed.read_bytes()
    for write in (False, True):
        with pytest.raises(
            LabUnusable,
            match=rf"made by a newer paperlab \(schema 99, this one knows {store.SCHEMAS['reading list']}\); upgrade",
        ):
            Library.open(closed, write=write)
    assert closed.read_bytes() == before


def change(path: Path, sql: str) -> None:
    connection = sqlite3.connect(path)
    connection.execute(sql)
    connection.commit()
    connection.close()


def test_another_sqlite_file_is_refused_and_untouched(tmp_path: Path) -> None:
    path = tmp_path / "reading_list.db"
    change(path, "CREATE TABLE t (x)")
    before = path.read_bytes()
    for write in (False, True):
        with pytest.raises(LabUnusable, match="expected a file of kind reading list, got another SQLite file"):
            Library.open(path, write=write)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"SQLite format 3\0" + b"\xff" * 5000], ids=["empty", "text", "noise"]
)
def test_a_file_that_is_no_database_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "reading_list.db"
    path.write_bytes(content)
    for write in (False, True):
        with pytest.raises(LabUnusable, match=r"expected a .*, got") as caught:
            Library.open(path, write=write)
        assert "\n" not in str(caught.value)
    assert path.read_bytes() == content


def test_a_file_with_broken_pages_is_refused_when_they_are_read(closed: Path) -> None:
    content = bytearray(closed.read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    closed.write_bytes(content)
    for write in (False, True):
        with (
            pytest.raises(LabUnusable, match=r"corrupt.*`paperlab doctor --fix` restores it"),
            Library.open(closed, write=write) as library,
        ):
            library.entries()


def test_a_missing_file_says_how_to_make_one(tmp_path: Path) -> None:
    for write in (False, True):
        with pytest.raises(LabUnusable, match=r"reading_list\.db"):
            Library.open(tmp_path / "reading_list.db", write=write)
    assert names(tmp_path) == []


# Schemas


@pytest.fixture
def older(path: Path) -> Path:
    """A list of schema 1, made by the first migration alone, with one paper in it."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    upkeep.apply(connection, at=AT, upto="m002_search")
    connection.execute("INSERT INTO papers (id, title) VALUES ('1412.6980', 'Adam')")
    connection.execute("INSERT INTO entries (paper, added_at) VALUES ('1412.6980', ?)", (AT,))
    connection.close()
    return path


def test_an_older_schema_is_read_without_touching_the_file(older: Path) -> None:
    before = older.read_bytes()
    with Library.open(older) as library:
        assert [e.id for e in library.find("adam")] == ["1412.6980"]
        with pytest.raises(LabUnusable):
            library.add([NewEntry(id="2001.00001")])
    assert older.read_bytes() == before
    assert names(older.parent) == [older.name]


def test_an_older_schema_is_backed_up_and_migrated_on_the_first_write(older: Path) -> None:
    with Library.open(older, write=True) as library:
        library.add([NewEntry(id="2001.00001")])
    with Library.open(older) as library:
        assert [e.id for e in library.find("adam")] == ["1412.6980"]
    assert names(older.parent) == ["reading_list.backup-1.db", "reading_list.db"]
    with Library.open(older.with_name("reading_list.backup-1.db")) as backup:
        assert [e.id for e in backup.entries()] == ["1412.6980"]


def test_of_two_processes_that_migrate_the_first_keeps_its_backup(older: Path) -> None:
    connection, schema = store.read_write(older, "reading list")
    with closing(connection):
        Library.open(older, write=True).close()
        upkeep.migrate(connection, older, schema, at=AT)
    with closing(sqlite3.connect(older.with_name("reading_list.backup-1.db"))) as backup:
        assert backup.execute("PRAGMA user_version").fetchone() == (1,)
    assert names(older.parent) == ["reading_list.backup-1.db", "reading_list.db"]


def test_a_feed_that_was_followed_before_saved_queries_is_read_and_undone(path: Path) -> None:
    """What `feed add` kept for undo had fewer columns then."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    upkeep.apply(connection, at=AT, upto="m006_following")
    row = json.dumps({"name": "cs.LG", "added_at": AT})
    connection.execute(
        "INSERT INTO feeds (name, added_at, checked_at) VALUES ('cs.LG', ?, '2026-01-02T04:30:00Z')", (AT,)
    )
    connection.execute("INSERT INTO feed_items VALUES ('cs.LG', '1412.6980v1', ?, '2026-01-02T04:30:00Z')", (AT,))
    connection.execute("INSERT INTO commands (id, at, name) VALUES (1, ?, 'feed add cs.LG')", (AT,))
    connection.execute("INSERT INTO changes (command, place, after) VALUES (1, 'feeds', ?)", (row,))
    connection.close()
    with Library.open(path, write=True) as library:
        (feed,) = library.feeds()
        assert (feed.kind, feed.query, feed.paused, feed.covered) == ("announcements", "cs.LG", False, "2026-01-01")
        assert feed.batch == ("1412.6980v1",)
        assert library.undo() == "feed add cs.LG"
        assert library.feeds() == ()
        library.redo()
        assert [f.query for f in library.feeds()] == ["cs.LG"]


def test_the_number_of_migrations_is_the_schema() -> None:
    from paperlab.library import corpus_schema, schema

    numbers = {
        "reading list": schema.migrations,
        "measurements": schema.measurement_migrations,
        "corpus": corpus_schema.corpus_migrations,
    }
    assert {kind: len(m._migrations) for kind, m in numbers.items()} == store.SCHEMAS


# Other tools


def test_the_sqlite_utils_command_line_reads_tables_and_views(closed: Path) -> None:
    def rows(what: str) -> list[dict[str, object]]:
        command = [sys.executable, "-m", "sqlite_utils", "rows", str(closed), what]
        return json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)

    assert [row["id"] for row in rows("v_next")] == ["1412.6980"]
    assert next((row["kind"], row["command"]) for row in rows("v_history")) == ("note", "note")
    assert rows("pending") == [{"id": "1706.03762", "version": None, "try_after": None, "reason": None}]
    assert json.loads(rows("papers")[0]["authors"]) == ["Diederik P. Kingma", "Jimmy Ba"]


def test_another_tool_may_upsert_a_note_and_search_still_fits(closed: Path) -> None:
    change(
        closed,
        "INSERT INTO notes VALUES ('1412.6980', 'momentum', NULL) ON CONFLICT DO UPDATE SET text = excluded.text",
    )
    with Library.open(closed, write=True) as library:
        assert (library.find("bias"), len(library.find("momentum"))) == ([], 1)
        library._connection.execute("INSERT INTO papers_fts(papers_fts, rank) VALUES ('integrity-check', 1)")


def test_reading_imports_nothing_heavy(closed: Path) -> None:
    code = (
        "import sys; from paperlab.library import Library, Measurements\n"
        f"with Library.open({str(closed)!r}) as l: l.entries(); l.ranked(); l.find('adam'); l.log(); l.pending()\n"
        f"with Library.open({str(closed)!r}, write=True) as l: l.move('1412.6980', 'read')\n"
        "heavy = {'torch', 'numpy', 'pandas', 'sklearn', 'requests', 'sqlite_utils', 'lxml', 'arxiv', 'feedparser'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


# Messages


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (sqlite3.OperationalError("attempt to write a readonly database"), LabUnusable, "read-only"),
        (sqlite3.OperationalError("database or disk is full"), LabUnusable, "expected room on the disk"),
        (sqlite3.OperationalError("database is locked"), LabUnusable, "another process has been writing for 30 s"),
        (sqlite3.OperationalError("disk I/O error"), LabUnusable, "the disk does not read or write"),
        (sqlite3.OperationalError("unable to open database file"), LabUnusable, "can be opened"),
        (sqlite3.DatabaseError("database disk image is malformed"), LabUnusable, "corrupt"),
        (sqlite3.DatabaseError("file is not a database"), LabUnusable, "corrupt or none"),
        (PermissionError(13, "Permission denied"), LabUnusable, "Permission denied"),
        (OSError(30, "Read-only file system"), LabUnusable, "Read-only file system"),
        (sqlite3.OperationalError("no such column: x"), Bug, "no such column"),
        (sqlite3.IntegrityError("UNIQUE constraint failed"), Bug, "UNIQUE"),
    ],
)
def test_sqlite_errors_become_one_line(error: Exception, kind: type[Exception], words: str) -> None:
    with pytest.raises(kind, match=words) as caught, store.translated(Path("x/reading_list.db")):
        raise error
    assert str(caught.value).startswith("x/reading_list.db: ")
    assert "\n" not in str(caught.value)


def test_a_read_only_connection_says_so(closed: Path) -> None:
    connection = store.read_only(closed, immutable=True)
    with pytest.raises(LabUnusable, match="expected a file and folder that can be written"), store.translated(closed):
        connection.execute("DELETE FROM entries")
    connection.close()
