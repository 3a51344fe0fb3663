"""What may go wrong around a list: many processes, a killed one, a full disk."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest

from paperlab.errors import LabUnusable
from paperlab.library import Library, Measurements
from paperlab.records.changes import NewEntry
from paperlab.records.paper import PaperRecord
from paperlab.records.works import Work
from tests.library.test_measurements import ROW

HEAD = """
import sys, resource
from pathlib import Path
from paperlab.errors import LabUnusable
from paperlab.library import Library, Measurements
from paperlab.records.paper import PaperRecord
from paperlab.records.changes import NewEntry
path, number = Path(sys.argv[1]), int(sys.argv[2])
"""


def start(code: str, path: Path, number: int = 0) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", HEAD + code, str(path), str(number)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def healthy(path: Path) -> None:
    """The file is whole: pages, foreign keys, the full-text index."""
    with Library.open(path, write=True) as library:
        check = library._connection.execute
        assert check("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert check("PRAGMA foreign_key_check").fetchall() == []
        check("INSERT INTO papers_fts(papers_fts, rank) VALUES ('integrity-check', 1)")


ADD = """
for n in range(20):
    with Library.open(path, write=True) as library:
        paper = f"20{number:02d}.{n:05d}"
        library.add([NewEntry(id=paper, tags=("shared",))], command=f"add {paper}")
        library.change("1412.6980", why=f"{number} {n} {library.count()}")
"""


def test_eight_processes_add_and_nothing_is_lost(path: Path) -> None:
    with Library.create(path) as library:
        library.add([NewEntry(id="1412.6980")])
    running = [start(ADD, path, number) for number in range(8, 16)]
    for process in running:
        out, err = process.communicate(timeout=100)
        assert (process.returncode, out, err) == (0, "", "")
    healthy(path)
    with Library.open(path) as library:
        assert library.count() == 161
        assert len(library.entries(tag="shared")) == 160
        events = [e for e in library.log(1000) if e.kind == "why"]
        assert len(events) == 160
        # each saw the one before: no read-then-write was lost
        assert all(later.before == sooner.after for later, sooner in pairwise(events))


def test_eight_processes_begin_and_no_more_than_the_limit_are_read(path: Path) -> None:
    code = """
from paperlab.errors import Refused
with Library.open(path, write=True) as library:
    try:
        library.begin(f"2001.{number:05d}", limit=3)
    except Refused:
        print("refused")
"""
    with Library.create(path) as library:
        library.add([NewEntry(id=f"2001.{number:05d}") for number in range(8)])
    said = [process.communicate(timeout=60) for process in [start(code, path, number) for number in range(8)]]
    assert sorted(said) == [("", "")] * 3 + [("refused\n", "")] * 5
    with Library.open(path) as library:
        assert library.count("reading") == 3


def test_two_processes_measure_at_once(tmp_path: Path) -> None:
    code = """
from dataclasses import replace
from tests.library.test_measurements import ROW
for n in range(20):
    Measurements(path).append([replace(ROW, seed=n, key=f"{number}-{n}")])
"""
    path = tmp_path / "measurements.db"
    for process in [start(code, path, number) for number in range(2)]:
        _, err = process.communicate(timeout=60)
        assert (process.returncode, err) == (0, "")
    assert len(Measurements(path).latest()) == 40
    assert Measurements(path).rows()[0].slug == ROW.slug


LOOP = """
with Library.open(path, write=True) as library:
    print("ready", flush=True)
    for n in range(100000):
        papers = [f"21{number % 12 + 1:02d}.{n * 3 + k:05d}" for k in range(3)]
        records = [PaperRecord(id=p, version=1, title=f"Title {p}", abstract="deep " * 200) for p in papers]
        library.add([NewEntry(id=p, tags=("a", "b")) for p in papers], command=f"add {n}")
        library.save_records(records)
        library.note(papers[0], "note " * 50)
        print(n, flush=True)
"""


def killed_at(path: Path, number: int, seconds: float) -> int:
    """Start the loop, kill it after `seconds`; gives how many rounds it had told us were done."""
    process = start(LOOP, path, number)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    out, _ = process.communicate()
    return len([line for line in out.splitlines() if line.strip()])


def none_half_done(path: Path, told: int) -> None:
    with Library.open(path) as reader:  # the killed writer's log is still there
        seen = reader.count()
    healthy(path)
    with Library.open(path) as library:
        entries = library.entries()
        assert len(entries) == seen
        assert len(entries) >= 3 * told
        assert len(entries) % 3 == 0
        assert all(entry.tags == ("a", "b") for entry in entries)
        pending = {entry.id for entry in entries if entry.pending}
        assert len(pending) in (0, 3)  # the last round may have been added and not yet described
        assert len(library.find("deep", limit=10**6)) == len(entries) - len(pending)
        before = library.entries()
    with Library.open(path, write=True) as library:
        library.add([NewEntry(id="1412.6980")])
        library.undo()
        assert library.entries() == before


@pytest.mark.parametrize("number", [*range(3), *(pytest.param(n, marks=pytest.mark.slow) for n in range(3, 50))])
def test_a_writer_killed_at_any_moment_leaves_a_whole_list(path: Path, number: int) -> None:
    Library.create(path).close()
    told = killed_at(path, number, random.Random(number).uniform(0, 0.4))  # noqa: S311 - seeded on purpose
    none_half_done(path, told)


def test_a_process_killed_while_it_makes_a_list_leaves_none_or_a_whole_one(path: Path) -> None:
    for number in range(4):
        code = (
            "import paperlab.library.upkeep, paperlab.library.schema\nprint('ready', flush=True)\nLibrary.create(path)"
        )
        process = start(code, path)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.008 * number)
        process.kill()
        process.communicate()
        if path.exists():
            healthy(path)
            path.unlink()
    Library.create(path).close()
    healthy(path)


FULL = """
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
limit = path.stat().st_size + 200_000
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
done = 0
try:
    with Library.open(path, write=True) as library:
        for n in range(10000):
            record = PaperRecord(id=f"2101.{n:05d}", version=1, title="T", abstract=f"word{n} " * 500)
            library.add([NewEntry(id=record.id)], records=[record])
            done += 1
except LabUnusable as error:
    print(done)
    print(error)
"""


def test_a_full_disk_is_one_line_and_nothing_is_lost(path: Path) -> None:
    with Library.create(path) as library:
        library.add([NewEntry(id="1412.6980", why="keep me")])
    process = start(FULL, path)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    done, message = out.splitlines()
    assert "nothing changed" in message
    healthy(path)
    with Library.open(path) as library:
        assert library.entry("1412.6980").why == "keep me"
        assert library.count() == int(done) + 1 > 1


def test_what_a_killed_creation_left_is_swept(path: Path) -> None:
    with start("", path) as process:
        process.communicate()
    for end in ("", "-journal", "-wal", "-shm"):
        path.with_name(f".{path.name}.{process.pid}.new{end}").touch()
    Library.create(path).close()
    assert [p.name for p in path.parent.iterdir()] == [path.name]


SMALL = """
from paperlab.errors import PaperlabError
try:
    Library.create(path).close()
    with Library.open(path) as library:  # reading takes no room
        print(library.count(), "papers")
except PaperlabError as error:
    print("no room" if "room on the disk" in str(error) else error)
print(sorted(p.name for p in path.parent.iterdir()))
"""
ROOMS = (200, 250, 300, 350, 400, 450, 500, 600)
"""kB: from too little for the file to enough for file and log; in between, the log cannot be folded in."""


@pytest.mark.parametrize("kilobytes", ROOMS)
def test_a_list_made_where_there_is_little_room_is_whole_or_not_there(tmp_path: Path, kilobytes: int) -> None:
    mount = ["unshare", "-rm", "sh", "-c", 'mount -t tmpfs -o size="$0" none "$1" && cd "$1" && shift && exec "$@"']
    try:
        subprocess.run([*mount, f"{kilobytes}k", str(tmp_path), "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no file system of its own can be mounted here")
    python = [sys.executable, "-c", HEAD + SMALL, "list.db", "0"]
    done = subprocess.run([*mount, f"{kilobytes}k", str(tmp_path), *python], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() in (["0 papers", "['list.db']"], ["no room", "[]"])


def test_a_list_with_no_room_left_keeps_what_it_has(library: Library) -> None:
    library.add([NewEntry(id="1412.6980")])
    (pages,) = library._connection.execute("PRAGMA page_count").fetchone()
    library._connection.execute(f"PRAGMA max_page_count = {pages}")
    big = PaperRecord(id="2001.00001", title="T", abstract="word " * 100_000)
    with pytest.raises(Exception, match="expected room on the disk, got none; nothing changed"):
        library.add([NewEntry(id=big.id)], records=[big])
    assert [e.id for e in library.entries()] == ["1412.6980"]
    assert library.count() == 1


def test_a_locked_list_says_so(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from paperlab.library import store

    monkeypatch.setattr(store, "BUSY_SECONDS", 0.1)
    Library.create(path).close()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with Library.open(path, write=True) as library, pytest.raises(Exception, match="another process has been writing"):
        library.add([NewEntry(id="1412.6980")])
    other.close()
    assert os.path.getsize(path) > 0  # noqa: PTH202


def test_a_read_only_folder_is_read_and_writing_says_so() -> None:
    """In a forked child that is nobody, where permissions bind even when the tests run as root."""
    folder = Path(tempfile.mkdtemp())
    path = folder / "reading_list.db"
    with Library.create(path) as library:
        library.add([NewEntry(id="1412.6980")])
    path.chmod(0o444)
    folder.chmod(0o555)
    child = os.fork()
    if child == 0:
        code = 1
        try:
            code = as_nobody(path)
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    folder.chmod(0o755)
    shutil.rmtree(folder)
    assert os.waitstatus_to_exitcode(status) == 0


def as_nobody(path: Path) -> int:
    """Gives 0 where reading works and each way to write is refused in one line."""
    if os.getuid() == 0:
        os.setuid(65534)
    with Library.open(path) as library:
        if [e.id for e in library.entries()] != ["1412.6980"]:
            return 2
    try:
        with Library.open(path, write=True) as library:
            library.add([NewEntry(id="2001.00001")])
    except LabUnusable as error:
        refused = "can be written" in str(error) and "\n" not in str(error)
    else:
        return 3
    try:
        Library.create(path.with_name("other.db"))
    except LabUnusable:
        return 0 if refused else 4
    return 5


LEARN = """
import os, signal
with Library.open(path, write=True) as library:
    left = number
    def count(_statement):
        global left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
    library._connection.set_trace_callback(count)
    library.learn()
    print(number - left)
"""


def ended(code: str, path: Path, number: int = 0) -> int:
    with start(code, path, number) as process:
        process.communicate()
        return process.returncode


def learned(path: Path) -> dict[str, list[object]]:
    """Give all that the ranker keeps."""
    tables = {
        "entries": "SELECT paper, relevance FROM entries", "vectors": "SELECT * FROM vectors",
        "learned": "SELECT * FROM learned", "unlearned": "SELECT * FROM unlearned",
    }  # fmt: skip
    with closing(sqlite3.connect(path)) as connection:
        return {table: sorted(connection.execute(sql)) for table, sql in tables.items()}


@pytest.mark.parametrize("rounds", [6, pytest.param(60, marks=pytest.mark.slow)])
def test_what_the_ranker_writes_is_whole_or_not_there(path: Path, rounds: int) -> None:
    """Killed before any statement of it; the next occasion makes what nobody disturbed makes."""
    states = ("queued", "inbox", "dropped", "read", "inbox")
    papers = [
        PaperRecord(id=f"2403.{n:05}", title=f"Zebra {n % 7} {n % 31}", abstract=f"plain {n} " * 9) for n in range(300)
    ]
    with Library.create(path) as library:
        library.merge([Work(id=r.id, record=r, state=states[n % 5]) for n, r in enumerate(papers)])
    waits = learned(path)
    fresh = path.read_bytes()
    with start(LEARN, path) as process:
        count = int(process.communicate()[0])
    whole = learned(path)
    assert len({relevance for _, relevance in whole["entries"]}) > 3
    for moment in random.Random(rounds).sample(range(2, count), rounds):  # noqa: S311 - moments, no secrets
        path.write_bytes(fresh)
        assert ended(LEARN, path, moment) == -signal.SIGKILL
        healthy(path)
        assert learned(path) == waits
        assert ended(LEARN, path) == 0
        assert learned(path) == whole
