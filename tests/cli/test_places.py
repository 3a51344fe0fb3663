"""Where a lab may lie and what may be wrong there: full, read-only, corrupt, newer, none at all."""

import contextlib
import hashlib
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.arxiv_server import ArxivServer, arxiv_server
from tests.support.commands import ROOT, Shell, shell, tiny, told, tree

__all__ = ["arxiv_server", "shell"]

ID = "2401.00001"
PAPER = r"\documentclass{article}\title{A paper}\begin{document}\section{One}$x=1$\end{document}"
READING = (
    ("list",), ("next",), ("find", "title"), ("show", ID), ("claims", "mnist1d"), ("config",), ("log",), ("cache",),
    ("feed", "list"), ("why", ID), ("stats",), ("stats", "--ranker"), ("tree",), ("tag",), ("notices",), ("doctor",),
    ("export",), ("find", "--all", "title"), ("prune", "--older", "1d"), ("digest",),
    ("cache",), ("config",),
)  # fmt: skip
EMPTY = (("refs", ID), ("triage", "--json"), ("review", "--json"), ("similar", ID))
"""Reading too, of which this lab gives nothing."""
WRITING = (
    ("add", "hep-th/9901001"), ("rm", ID), ("start", ID), ("done", ID), ("undo",), ("feed", "add", "cs.LG"),
    ("implement", "mnist1d"), ("implement", "SOURCE"), ("sync",), ("tag", ID, "nlp"), ("note", ID, "text"),
    ("drop", ID), ("bump", ID), ("snooze", ID), ("skim", ID), ("backup",),
)  # fmt: skip


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "main.tex"
    path.write_text(PAPER)
    return path


def nobody() -> list[str]:
    """Give the prefix that runs a command as a person who owns nothing here."""
    if os.geteuid() != 0 or not shutil.which("setpriv"):
        pytest.skip("needs root and setpriv to become somebody who may not write")
    return ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]


@pytest.fixture
def public() -> Iterator[Path]:
    """Give a folder that others may enter, which pytest's own may not be."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def test_in_a_read_only_lab_reading_works_and_writing_is_refused_in_one_line(
    public: Path, arxiv_server: ArxivServer, source: Path
) -> None:
    who = nobody()
    shell = Shell(public, arxiv_server.url)
    shell("add", ID)
    subprocess.run(["chmod", "-R", "a+rX,go-w", str(public)], check=True)
    (shell.folder / "scratch").mkdir()
    (shell.folder / "scratch").chmod(0o777)
    source = shutil.copy(source, public)
    shell.env |= {"PAPERLAB_STATE_DIR": str(shell.folder / "scratch"), "HOME": str(shell.folder / "scratch")}
    before = tree(shell.lab)
    if subprocess.run([*who, "cat", shell.lab / "reading_list.db"], capture_output=True).returncode:
        pytest.skip("the folder for tests cannot be opened to another user")
    for words in READING:
        shell(*words, prefix=who)
    for words in EMPTY:
        shell(*words, prefix=who, code=1)
    for words in WRITING:
        said = [str(source) if word == "SOURCE" else word for word in words]
        shell(*said, prefix=who, code=4)
    assert tree(shell.lab) == before


def test_a_log_that_a_killed_command_left_in_a_read_only_lab_is_read_too(
    public: Path, arxiv_server: ArxivServer
) -> None:
    who = nobody()
    shell = Shell(public, arxiv_server.url)
    shell("add", ID)
    path, log = shell.lab / "reading_list.db", shell.lab / "reading_list.db-wal"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        connection.execute("UPDATE entries SET priority = 7")
        kept = {path: path.read_bytes(), log: log.read_bytes()}
    for name, content in kept.items():
        name.write_bytes(content)
    subprocess.run(["chmod", "-R", "a+rX,go-w", str(public)], check=True)
    before = tree(shell.lab)
    assert shell("list", prefix=who).stdout.split("\t")[2] == "7"
    assert shell("next", prefix=who).stdout.startswith(ID)
    shell("start", ID, prefix=who, code=4)
    assert tree(shell.lab) == before


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Give a disk of 4 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(disk)], capture_output=True)
    if made.returncode:
        pytest.skip("needs the right to mount a small disk")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def test_on_a_full_disk_reading_works_and_writing_is_refused_in_one_line(
    tmp_path: Path, small_disk: Path, arxiv_server: ArxivServer, source: Path
) -> None:
    shell = Shell(small_disk / "here", arxiv_server.url)
    shell.env["PAPERLAB_STATE_DIR"] = str(tmp_path / "state")
    shell("add", ID)
    tiny(shell.lab)
    with (small_disk / "filler").open("wb", buffering=0) as filler, contextlib.suppress(OSError):
        while filler.write(b"x" * 4096):
            pass
    for words in READING:
        shell(*words)
    kept = shell.listed()
    for words in (("implement", str(source)), ("implement", "mnist1d"), ("publish", "tiny")):
        shell(*words, code=4)
    # A change this small may still find room in the file's free pages: it is made whole or not at all.
    many = "\n".join(f"2402.{number:05}" for number in range(3_000))
    shell("add", "-", input=many, code=4, OFFLINE="1")
    assert shell.listed() == kept
    assert [p.name for p in (shell.lab / "implementations").iterdir()] == ["tiny"]
    assert not (shell.lab / "site").exists()

    (small_disk / "filler").unlink()
    shell("add", "hep-th/9901001")
    assert shell.whole()
    assert set(shell.listed()) == {ID, "hep-th/9901001"}
    shell("implement", str(source))


def test_a_lab_of_a_newer_paperlab_is_refused_politely_and_left_alone(shell: Shell) -> None:
    with closing(sqlite3.connect(shell.lab / "reading_list.db")) as connection:
        connection.execute("PRAGMA user_version = 99")
    before = tree(shell.lab)
    for words in (("list",), ("add", ID), ("next",), ("undo",), ("implement", "mnist1d"), ("sync",)):
        done = shell(*words, code=4)
        assert "made by a newer paperlab (schema 99" in done.stderr
        assert "upgrade paperlab" in done.stderr
    assert tree(shell.lab) == before


@pytest.mark.parametrize("content", [b"", b"no database at all " * 400, b"SQLite format 3\0" + b"\xff" * 8000])
def test_a_broken_list_is_named_and_left_alone(shell: Shell, content: bytes) -> None:
    (shell.lab / "reading_list.db").write_bytes(content)
    for words in (("list",), ("add", ID), ("sync",)):
        said = shell(*words, code=4).stderr
        assert "reading_list.db" in said
        assert ("an empty one" in said) is (content == b"")
    assert (shell.lab / "reading_list.db").read_bytes() == content


def test_a_list_with_a_torn_page_is_told_as_corrupt(shell: Shell) -> None:
    path = shell.lab / "reading_list.db"
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xaa" * (len(whole) - 4096))
    assert "corrupt" in shell("list", code=4).stderr


def test_reading_the_repository_changes_no_byte_of_it(shell: Shell) -> None:
    """The repository is a lab: its list is in git."""
    if not (ROOT / "reading_list.db").is_file():
        pytest.skip("`make starter` builds reading_list.db")
    there = ROOT / "reading_list.db"
    before = hashlib.sha256(there.read_bytes()).hexdigest()
    beside = {path.name for path in ROOT.iterdir()}
    for words in (
        ("list",),
        ("next",),
        ("find", "attention"),
        ("show", "1706.03762"),
        ("claims",),
        ("config",),
        ("log",),
    ):
        shell(*words, "--lab", str(ROOT))
    assert hashlib.sha256(there.read_bytes()).hexdigest() == before
    assert {path.name for path in ROOT.iterdir()} <= beside | {"__pycache__"}


def test_which_lab_is_meant(shell: Shell, tmp_path: Path) -> None:
    """--lab before PAPERLAB_HOME before the nearest folder upward."""
    for name in ("flag", "home"):
        shell("init", str(tmp_path / name))
        shell("feed", "add", f"cs.{name}", "--lab", str(tmp_path / name))
    inside = shell.lab / "implementations" / "deep"
    inside.mkdir()
    shell("feed", "add", "cs.LG", cwd=inside)
    assert shell("feed", "list").stdout.split()[0] == "cs.LG"
    assert shell("feed", "list", HOME=str(tmp_path / "home")).stdout.split()[0] == "cs.HOME"
    listed = shell("feed", "list", "--lab", str(tmp_path / "flag"), HOME=str(tmp_path / "home")).stdout
    assert listed.split()[0] == "cs.FLAG"


def test_a_folder_that_is_no_lab_is_a_usage_error(shell: Shell, tmp_path: Path) -> None:
    assert "found none" in shell("list", "--lab", str(tmp_path), code=2).stderr
    assert "found none" in shell("list", HOME=str(tmp_path / "nowhere"), code=2).stderr
    assert "`paperlab init`" in shell("list", cwd=tmp_path, code=2).stderr
    (tmp_path / "file").write_text("x")
    shell("list", "--lab", str(tmp_path / "file"), code=2)
    assert "is a lab already" in shell("init", code=4).stderr
    shell("init", str(tmp_path / "file"), code=4)
    shell("config", "--lab", str(tmp_path), code=2)
    shell("config", "--lab", "", cwd=tmp_path, code=2)
    shell("config", HOME=str(tmp_path / "nowhere"), code=2)
    shell("config", cwd=tmp_path)
    (tmp_path / "odd" / "reading_list.db").mkdir(parents=True)
    assert "is no file" in shell("init", str(tmp_path / "odd"), code=4).stderr


def test_a_folder_that_was_deleted_under_ones_feet_is_said(shell: Shell, tmp_path: Path) -> None:
    for words in ("list", f"--lab ../{shell.lab.name} list"):
        (tmp_path / "gone").mkdir(exist_ok=True)
        prefix = ["bash", "-c", f'rmdir ../gone; exec "$0" -m paperlab {words}']
        with shell.start(prefix=prefix, cwd=tmp_path / "gone") as process:
            _, err = process.communicate()
        assert (process.returncode, err.count("\n"), "was deleted" in err) == (2, 1, True), err


def test_a_name_longer_than_a_disk_takes_is_no_bug_of_ours(shell: Shell) -> None:
    long = "x" * 300
    for words in (["list", "--lab", long], ["init", long], ["export", "-o", long], ["demo", long]):
        assert "File name too long" in shell(*words, code=4).stderr
    assert "File name too long" in shell("list", HOME=long, code=4).stderr


def test_init_makes_the_lab_that_is_named_and_home_may_begin_with_a_tilde(shell: Shell, tmp_path: Path) -> None:
    shell("--lab", str(tmp_path / "named"), "init", cwd=tmp_path)
    assert (tmp_path / "named" / "reading_list.db").is_file()
    shell.env["HOME"] = str(tmp_path)
    assert shell("feed", "list", HOME="~/named").stdout == ""


@pytest.mark.parametrize(
    ("content", "part"),
    [
        ("offline = ", "expected a TOML file"),
        ("[arxiv]\nspeed = 1\n", "unknown setting 'arxiv.speed'"),
        ("[arxiv]\ntimeout = 'soon'\n", "expected a number from 0.001 to 1e9, got 'soon'"),
        ("[arxiv]\ntimeout = -1\n", "arxiv.timeout"),
    ],
)
def test_a_broken_settings_file_is_named_with_what_is_wrong(shell: Shell, content: str, part: str) -> None:
    (shell.lab / "paperlab.toml").write_text(content)
    del shell.env["PAPERLAB_ARXIV_TIMEOUT"]
    assert part in shell("add", ID, code=2).stderr
    assert set(shell.listed()) == set()


def test_config_says_where_each_value_comes_from(shell: Shell) -> None:
    (shell.lab / "paperlab.toml").write_text("[bench]\nseeds = 7\n")
    (shell.folder / "config").mkdir()
    (shell.folder / "config" / "config.toml").write_text("[bench]\nseeds = 8\njobs = 2\n")
    rows = {row["name"]: row for row in shell.json("config")}
    assert rows["bench.seeds"] | {"help": ""} == {
        "name": "bench.seeds", "value": 7, "source": str(shell.lab / "paperlab.toml"), "help": "",
    }  # fmt: skip
    assert (rows["bench.jobs"]["value"], rows["bench.budget"]["source"]) == (2, "default")
    assert rows["arxiv.delay"]["source"] == "PAPERLAB_ARXIV_DELAY"


def test_the_cache_can_be_sized_and_cleaned_without_losing_work(shell: Shell, source: Path) -> None:
    shell("implement", str(source), "--slug", "paper")
    mine = tree(shell.lab / "implementations")
    assert "\t0 files" not in shell("cache", OFFLINE="1").stdout
    shell("cache", "clean", OFFLINE="1")
    assert "\t0 files" in shell("cache", "size").stdout
    assert tree(shell.lab / "implementations") == mine
    outside = shell.folder / "outside"
    outside.mkdir()
    (outside / "precious").write_text("x")
    (shell.lab / ".paperlab" / "cache").symlink_to(outside)
    shell("cache", "clean", code=2)
    assert (outside / "precious").exists()
    (shell.lab / ".paperlab" / "cache").unlink()
    (shell.lab / ".paperlab" / "cache").write_text("no folder, which nothing can be deleted from")
    assert "cleaned" not in shell("cache", "clean", code=4).stderr


def test_the_promise_of_one_line_can_fail() -> None:
    with pytest.raises(AssertionError):
        told(subprocess.CompletedProcess((), 4, "", "paperlab: one\npaperlab: two\n"), 4)
