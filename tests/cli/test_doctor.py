"""Look at the list, repair it, bring it back: as a person runs `doctor`, on lists that are damaged in every way."""

import json
import random
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from paperlab.errors import LabUnusable
from paperlab.lab import Lab
from paperlab.library import doctor, store
from tests.support.arxiv_server import arxiv_server
from tests.support.commands import Shell, shell

__all__ = ["arxiv_server", "shell"]

BIB = "@misc{x, title={Attention {Is} All You Need}, eprint={1706.03762}}\n@misc{y, title={Another}, eprint={1412.6980}}\n"


def states(shell: Shell, *words: str, code: int = 0) -> dict[str, str]:
    return {row["name"]: row["state"] for row in json.loads(shell("doctor", *words, "--json", code=code).stdout)}


def test_doctor_finds_and_repairs(shell: Shell) -> None:
    shell("import", "-", input=BIB)
    assert "wrong" not in states(shell).values()
    with closing(sqlite3.connect(shell.lab / "reading_list.db", isolation_level=None)) as connection:
        connection.execute("UPDATE entries SET mentions = 7, added_day = 1")
        connection.execute("DROP TRIGGER search_paper_changed")
        connection.execute("UPDATE papers SET title = 'Changed behind its back' WHERE id = '1706.03762'")
        connection.execute("INSERT INTO tags VALUES ('2401.00001', 'lost')")
    (shell.lab / ".reading_list.db.999999999.new").write_text("litter")
    found = states(shell, code=1)
    assert {name for name, state in found.items() if state == "wrong"} == {
        "schema",
        "references",
        "search index",
        "derived",
        "litter",
    }
    fixed = states(shell, "--fix")
    assert {name for name, state in fixed.items() if state == "fixed"} == {
        "schema",
        "references",
        "search index",
        "derived",
        "litter",
    }
    assert "wrong" not in states(shell).values()
    assert shell.listed()["2401.00001"].tags == ("lost",)
    assert "1706.03762" in shell("find", "behind").stdout


@pytest.mark.parametrize("garbage", ["deadbeef00", "0102"])
def test_doctor_has_terms_made_again_that_nothing_can_be_made_of(shell: Shell, garbage: str) -> None:
    shell("import", "-", input=BIB.replace("Another", "Need attention"))
    alike = shell("similar", "1412.6980").stdout
    with closing(sqlite3.connect(shell.lab / "reading_list.db", isolation_level=None)) as connection:
        assert connection.execute("UPDATE vectors SET terms = ?", (bytes.fromhex(garbage),)).rowcount
    assert states(shell, code=1)["terms"] == "wrong"
    assert states(shell, "--fix")["terms"] == "fixed"
    assert states(shell)["terms"] == "ok"
    assert shell("similar", "1412.6980").stdout == alike
    shell("done", "1412.6980")


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        ("DROP INDEX idx_entries_line", ("list",)),
        ("DROP TABLE notes", ("show", "1412.6980")),
        ("DROP TABLE vectors", ("similar", "1412.6980")),
    ],
)
def test_what_somebody_dropped_names_the_doctor_who_makes_it_again(
    shell: Shell, damage: str, words: tuple[str, ...]
) -> None:
    shell("import", "-", input=BIB)
    with closing(sqlite3.connect(shell.lab / "reading_list.db", isolation_level=None)) as connection:
        connection.execute(damage)
    assert "`paperlab doctor --fix`" in shell(*words, code=4).stderr
    shell("doctor", "--fix")
    shell(*words, code=1 if words[0] == "similar" else 0)


@pytest.mark.parametrize("table", ["entries", "tags", "notes", "events"])
def test_a_table_that_somebody_dropped_comes_back_from_the_newest_copy(shell: Shell, table: str) -> None:
    shell("import", "-", input=BIB)
    shell("tag", "1412.6980", "+kept")
    shell("note", "1412.6980", "what I thought")
    shell("start", "1412.6980")
    before, log = shell.listed()["1412.6980"], shell("log", "1412.6980").stdout
    kept = Path(shell("backup").stdout.strip()).name
    with closing(sqlite3.connect(shell.lab / "reading_list.db", isolation_level=None)) as connection:
        connection.execute(f"DROP TABLE {table}")
    assert f"the rows of {table} are those of {kept}" in shell("doctor", "--fix").stdout
    assert shell.listed()["1412.6980"] == before
    assert shell("log", "1412.6980").stdout == log
    assert "what I thought" in shell("note", "1412.6980").stdout


def test_a_table_that_no_copy_has_is_said_to_be_lost(shell: Shell) -> None:
    shell("import", "-", input=BIB)
    with closing(sqlite3.connect(shell.lab / "reading_list.db", isolation_level=None)) as connection:
        connection.execute("DROP TABLE tags")
    assert "the rows of tags are lost: there was no good copy" in shell("doctor", "--fix").stdout


def test_a_list_that_was_deleted_names_its_newest_backup(shell: Shell) -> None:
    shell("import", "-", input=BIB)
    kept = shell("backup").stdout.strip()
    (shell.lab / "reading_list.db").unlink()
    for words in (("list",), ("--lab", str(shell.lab), "doctor", "--fix")):
        told = shell(*words, code=2).stderr
        assert f"`cp {kept} {shell.lab / 'reading_list.db'}`" in told
    subprocess.run(told.split("`")[1].split(), check=True)
    assert set(shell.listed()) == {"1706.03762", "1412.6980"}


def test_authors_that_are_no_list_are_told_and_stop_no_command(shell: Shell) -> None:
    shell("import", "-", input=BIB)
    with closing(sqlite3.connect(shell.lab / "reading_list.db", isolation_level=None)) as connection:
        connection.execute("UPDATE papers SET authors = 'Ada, Bo', categories = '{' WHERE id = '1412.6980'")
    for words in (
        ("show", "1412.6980"),
        ("find", "another"),
        ("why", "1412.6980"),
        ("tag", "1412.6980", "x"),
        ("digest",),
    ):
        shell(*words)
    assert "1412.6980" in shell("doctor", "--fix", code=1).stdout


@pytest.mark.parametrize("words", [(), ("--fix",)])
def test_a_list_of_a_newer_paperlab_is_no_corrupt_one(shell: Shell, words: tuple[str, ...]) -> None:
    shell("import", "-", input=BIB)
    with closing(sqlite3.connect(shell.lab / "reading_list.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA user_version = 99")
    before = (shell.lab / "reading_list.db").read_bytes()
    assert "upgrade paperlab" in shell("doctor", *words, code=4).stderr
    assert (shell.lab / "reading_list.db").read_bytes() == before
    assert not list(shell.lab.glob("*corrupt*"))


def test_a_list_that_another_process_holds_is_no_corrupt_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    list_ = Lab.create(tmp_path).root / "reading_list.db"
    monkeypatch.setattr(store, "_TRIES", 0)  # as if a writer had overtaken each try
    with pytest.raises(LabUnusable, match="another process"):
        doctor.corruption(list_)
    assert not doctor.is_good(list_)
    monkeypatch.undo()
    assert doctor.corruption(list_) == ""


@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak from /proc")
def test_doctor_holds_no_list_in_memory(shell: Shell) -> None:
    fill(shell.lab, 3)
    with closing(sqlite3.connect(shell.lab / "reading_list.db", isolation_level=None)) as connection:
        for version in range(2, 402):
            connection.execute(
                "INSERT INTO versions (paper, version, seen_at, abstract) VALUES ('2001.00001', ?, '', ?)",
                (version, "x" * 250_000),
            )
    assert (shell.lab / "reading_list.db").stat().st_size > 90e6
    code = (
        "from pathlib import Path; from paperlab.lab import Lab; found = Lab(Path()).doctor(); "
        "print(*(f'{f.name}={f.state}' for f in found), sep='\\n'); print(Path('/proc/self/status').read_text())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=shell.lab, env=shell.env, capture_output=True, text=True, check=True
    )
    assert "=wrong" not in done.stdout
    assert "search index=ok" in done.stdout
    (peak,) = re.findall(r"VmHWM:\s+(\d+) kB", done.stdout)
    assert int(peak) < 60_000


def test_times_in_the_future_are_said(shell: Shell) -> None:
    shell("import", "-", input='{"id": "1706.03762", "title": "T", "added_at": "2999-01-01T00:00:00Z"}\n')
    assert states(shell, code=1)["clock"] == "wrong"


def fill(lab: Path, count: int) -> None:
    rows = [
        json.dumps({"id": f"2001.{n:05d}", "title": f"Title {n}", "abstract": f"word{n} " * 100, "tags": ["t"]})
        for n in range(count)
    ]
    Lab(lab).import_data("rows", "\n".join(rows).encode())


def test_a_corrupt_list_says_so_and_comes_back(shell: Shell) -> None:
    fill(shell.lab, 300)
    shell("backup")
    shell("import", "-", "--why", "after the backup", input=BIB)
    path = shell.lab / "reading_list.db"
    data = bytearray(path.read_bytes())
    rng = random.Random(1)  # noqa: S311  seeded on purpose
    for page in range(8, len(data) // 4096, 3):
        data[page * 4096 : page * 4096 + 200] = rng.randbytes(200)
    path.write_bytes(data)
    assert states(shell, code=1)["file"] == "wrong"
    assert states(shell, "--fix")["file"] == "fixed"
    assert shell.whole()
    assert {f"2001.{n:05d}" for n in range(300)} <= set(shell.listed())
    (aside,) = shell.lab.glob("reading_list.corrupt-*.db")
    assert aside.read_bytes() == bytes(data)
    assert "wrong" not in states(shell).values()


@pytest.mark.parametrize("garbage", [b"", b"not a database at all" * 1000])
def test_a_list_that_is_none_is_restored_from_its_backup(shell: Shell, garbage: bytes) -> None:
    fill(shell.lab, 5)
    shell("backup")
    (shell.lab / "reading_list.db").write_bytes(garbage)
    for verb in (["list"], ["add", "2401.00001"], ["import", "-"]):
        assert "`paperlab doctor --fix`" in shell(*verb, code=4, input="2401.00001").stderr
    shell("doctor", "--fix")
    assert len(shell.listed()) == 5


def test_damaged_indexes_cost_nothing(shell: Shell) -> None:
    fill(shell.lab, 20)
    with closing(sqlite3.connect(shell.lab / "reading_list.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_master SET sql = replace(sql, 'tag)', 'paper)') WHERE name = 'idx_tags_tag'")
    before = [(e.id, e.added_at) for e in Lab(shell.lab).entries()]
    shell("doctor", "--fix")
    assert [(e.id, e.added_at) for e in Lab(shell.lab).entries()] == before
    shell("undo")
    assert shell.listed() == {}


def test_without_a_backup_all_that_can_be_read_comes_back(shell: Shell) -> None:
    fill(shell.lab, 300)
    path = shell.lab / "reading_list.db"
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 20_000] = bytes(20_000)
    path.write_bytes(data)
    assert states(shell, "--fix")["file"] == "fixed"
    assert shell.whole()
    shell("bump", next(iter(shell.listed())))


@pytest.mark.parametrize("garbage", [b"", b"<html>" * 9000])
def test_a_list_that_is_none_and_has_no_backup_begins_anew_beside_it(shell: Shell, garbage: bytes) -> None:
    (shell.lab / "reading_list.db").write_bytes(garbage)
    assert "0 papers read out of the corrupt file" in shell("doctor", "--fix").stdout
    assert shell.listed() == {}
    (aside,) = shell.lab.glob("reading_list.corrupt-*.db")
    assert aside.read_bytes() == garbage


def test_a_schema_of_bytes_that_are_no_text_is_told_and_hides_no_row(shell: Shell) -> None:
    """SQLite quotes the bytes in its message, which Python cannot decode."""
    fill(shell.lab, 30)
    path = shell.lab / "reading_list.db"
    data = bytearray(path.read_bytes())
    data[data.index(b"put_off") + 8] = 0x93  # the type of that column
    path.write_bytes(data)
    for verb in (["list"], ["bump", "2001.00001"]):
        assert "`paperlab doctor --fix` restores it" in shell(*verb, code=4).stderr
    assert states(shell, code=1)["file"] == "wrong"
    assert states(shell, "--fix")["file"] == "fixed"
    assert len(shell.listed()) == 30


def test_a_list_that_was_cut_short_gives_the_pages_that_are_left(shell: Shell) -> None:
    fill(shell.lab, 300)
    path = shell.lab / "reading_list.db"
    whole = set(shell.listed())
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 9 // 10])
    shell("list", code=4)
    shell("doctor", "--fix")
    assert shell.whole()
    assert len(whole & set(shell.listed())) > 100
