"""Works in and out, and the care of the file, as a person runs them: whole processes, killed ones, closed folders."""

import asyncio
import json
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import pytest
from datasette.app import Datasette

from paperlab.exchange import WRITTEN
from paperlab.lab import Lab
from paperlab.library import Library
from paperlab.records.works import Work
from tests.cli.test_doctor import fill
from tests.support.arxiv_server import arxiv_server
from tests.support.commands import ROOT, Shell, shell, told

__all__ = ["arxiv_server", "shell"]

BIB = r"""
@article{vaswani, title={Attention {Is} All You Need}, author={Vaswani, Ashish and G{\"o}del, Kurt and others}, eprint={1706.03762v5},
 archivePrefix={arXiv}, primaryClass={cs.CL}, year=2017, month=jun, keywords={Deep Learning, nlp}, abstract={We $x$ 100\%.}}
@inproceedings{chen, title={XGBoost}, author={Chen, Tianqi}, doi={10.1145/2939672.2939785}, booktitle={KDD}, year=2016}
@book{knuth1984, title={The {\TeX}book}, author={Knuth, Donald E.}, year=1984}
"""


def dump(lab: Path) -> list[str]:
    with closing(sqlite3.connect((lab / "reading_list.db").as_uri() + "?mode=ro", uri=True)) as connection:
        return list(connection.iterdump())


def test_an_import_is_complete_without_arxiv_and_said(shell: Shell) -> None:
    done = shell("import", "-", input=BIB, OFFLINE="1")
    assert "3 new, 0 completed, 0 known" in done.stderr
    listed = shell.listed()
    assert set(listed) == {"1706.03762", "doi:10.1145/2939672.2939785", "bib:knuth1984"}
    found = listed["1706.03762"]
    assert (found.title, found.authors, found.version) == (
        "Attention Is All You Need",
        ("Ashish Vaswani", "Kurt Gödel"),
        5,
    )
    assert (found.tags, found.published, found.pending) == (("deep-learning", "nlp"), "2017-06-01T00:00:00Z", False)
    assert "https://doi.org/10.1145/2939672.2939785" in shell("show", "DOI:10.1145/2939672.2939785").stdout
    assert "link" not in shell("show", "bib:knuth1984").stdout
    shell("rm", "https://doi.org/10.1145/2939672.2939785", "bib:knuth1984")
    shell("undo")
    assert set(shell.listed()) == set(listed)
    shell("sync")
    assert Lab(shell.lab).library().pending() == ()


def test_ids_alone_are_pending_and_sync_completes_them(shell: Shell) -> None:
    done = shell(
        "import", "-", input="https://arxiv.org/abs/2401.00001v1\n2401.00002\nhttps://example.org/post\n", OFFLINE="1"
    )
    assert "2 pending" in done.stderr
    shell("sync")
    listed = shell.listed()
    assert listed["2401.00001"].title == "Title of 2401.00001"
    assert listed["url:https://example.org/post"].title == "https://example.org/post"


def test_import_of_export_changes_no_byte(shell: Shell) -> None:
    shell("import", "-", "--why", "a $why$ {x}", "--tag", "mine", input=BIB)
    shell("import", "-", "--state", "inbox", input="2401.00009\n")
    shell("done", "1706.03762", "--idea", "attend", "--minutes", "30")
    before = dump(shell.lab)
    for form in (f for f in WRITTEN if f != "atom"):
        once, again = (shell("export", "--format", form).stdout for _ in range(2))
        assert once == again
        done = shell("import", "-", input=once)
        assert "0 new, 0 completed, 4 known" in done.stderr, form
        assert dump(shell.lab) == before, form
    other = Shell(shell.folder / "other", "")
    other("import", "-", input=shell("export").stdout)
    assert other("export").stdout == shell("export").stdout


def test_an_import_lowers_nothing_and_completes_what_is_missing(shell: Shell) -> None:
    rows = [
        {
            "id": "1706.03762",
            "title": "Attention",
            "state": "read",
            "priority": 5,
            "why": "mine",
            "notes": "my note",
            "tags": ["a"],
        },
        {"id": "1412.6980"},
    ]
    shell("import", "-", input="\n".join(map(json.dumps, rows)))
    news = [
        {
            "id": "1706.03762v1",
            "title": "Other",
            "abstract": "We.",
            "state": "queued",
            "priority": 1,
            "why": "theirs",
            "notes": "no",
            "tags": ["b"],
        },
        {"id": "1412.6980", "title": "Adam", "authors": ["D. Kingma"], "state": "reading"},
    ]
    assert "0 new, 2 completed" in shell("import", "-", input="\n".join(map(json.dumps, news))).stderr
    found = shell.json("show", "1706.03762")
    assert [found[k] for k in ("title", "abstract", "state", "priority", "why", "notes", "tags")] == [
        "Attention",
        "We.",
        "read",
        5,
        "mine",
        "my note",
        ["a", "b"],
    ]
    assert (shell.listed()["1412.6980"].title, shell.listed()["1412.6980"].state) == ("Adam", "reading")


def test_dry_run_broken_entries_and_files_that_are_none(shell: Shell) -> None:
    before = dump(shell.lab)
    assert "3 would be new" in shell("import", "-", "--dry-run", input=BIB).stderr
    assert dump(shell.lab) == before
    done = shell("import", "-", code=1, input=BIB + "@misc{x title={y}}\n")
    assert next(line for line in done.stderr.splitlines() if line.startswith("paperlab:")).startswith(
        "paperlab: stdin: line 6 "
    )
    assert "expected BibTeX" in shell("import", "-", code=2, input="nothing of the kind").stderr
    shell("import", "missing.bib", code=2)
    shell("import", "-", code=1, input="")


def test_export_chooses_and_refuses_to_overwrite(shell: Shell) -> None:
    shell("import", "-", input=BIB)
    assert shell("export", "--format", "bibtex", "1706.03762").stdout.count("@") == 1
    assert shell("export", "--tag", "nlp", "--format", "markdown").stdout.startswith(
        "- [ ] [Attention Is All You Need](https://arxiv.org/abs/1706.03762v5)"
    )
    shell("export", "list.bib")
    assert (shell.lab / "list.bib").read_text(encoding="utf-8") == shell("export", "--format", "bibtex").stdout
    shell("export", "list.bib", code=4)
    shell("export", "--format", "word", code=2)
    shell("export", "2401.99999", code=1)


def test_backups_are_whole_kept_and_never_overwritten(shell: Shell) -> None:
    shell("import", "-", input=BIB)
    paths = [Path(shell("backup", BACKUP_KEEP="2").stdout.strip()) for _ in range(3)]
    assert [path.exists() for path in paths] == [False, True, True]
    with Library.open(paths[-1]) as copy:
        assert copy.count() == 3
    shell("backup", "mine.db")
    shell("backup", "mine.db", code=4)


def test_eight_processes_at_once_and_nothing_is_lost(shell: Shell) -> None:
    shell("import", "-", input='{"id": "1706.03762", "title": "T"}\n')
    running = []
    for number in range(8):
        rows = "\n".join(json.dumps({"id": f"2{number}01.{n:05d}", "title": "T", "tags": ["x"]}) for n in range(50))
        file = shell.folder / f"{number}.jsonl"
        file.write_text(rows)
        running.append(shell.start("import", str(file), "--tag", f"by{number}", cwd=shell.lab))
    for process in running:
        out, err = process.communicate(timeout=100)
        told(subprocess.CompletedProcess("import", process.returncode, out, err), 0)
    listed = shell.listed()
    assert len(listed) == 401
    assert all(len(entry.tags) == 2 for entry in listed.values() if entry.id != "1706.03762")
    assert shell.whole()


@pytest.mark.parametrize("number", [*range(3), *(pytest.param(n, marks=pytest.mark.slow) for n in range(3, 50))])
def test_an_import_killed_at_any_moment_resumes(tmp_path: Path, number: int) -> None:
    lab = Lab.create(tmp_path / "lab").root
    rows = [
        json.dumps({"id": f"2001.{n:05d}", "title": f"T {n}", "abstract": "deep " * 50, "tags": ["t"]})
        for n in range(3000)
    ]
    file = tmp_path / "rows.jsonl"
    file.write_text("\n".join(rows))
    code = f"from paperlab.lab import Lab, exchange; from pathlib import Path; exchange.BATCH = 300; print(1, flush=True); Lab(Path({str(lab)!r})).import_data('r', Path({str(file)!r}).read_bytes())"
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=ROOT)
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(random.Random(number).uniform(0, 2))  # noqa: S311  seeded on purpose
    process.send_signal(signal.SIGKILL)
    process.communicate()
    with Library.open(lab / "reading_list.db") as library:
        kept = library.count()
        assert kept % 300 == 0
        assert len(library.entries(tag="t")) == kept
    assert all(f.state != "wrong" for f in Lab(lab).doctor())
    done = Lab(lab).import_data("r", file.read_bytes())
    assert (done.new, done.same) == (3000 - kept, kept)
    assert Lab(lab).library().count() == 3000


def test_a_clock_set_back_loses_nothing(tmp_path: Path) -> None:
    times = iter(
        ["2026-01-02T00:00:00Z", "2026-01-05T00:00:00Z", "2020-01-01T00:00:00Z", *["2019-01-01T00:00:00Z"] * 20]
    )
    with Library.create(tmp_path / "reading_list.db", clock=lambda: next(times)) as library:
        library.merge([Work(id="1706.03762")], command="one")
        library.merge([Work(id="1412.6980")], command="two")
        assert [e.id for e in library.entries()] == ["1706.03762", "1412.6980"]
        assert library.undo() == "two"
        assert [e.id for e in library.entries()] == ["1706.03762"]
        library.redo()
        assert [e.command for e in library.log(10)] == sorted((e.command for e in library.log(10)), reverse=True)
        library.ranked()


def as_nobody(lab: Path) -> list[str]:
    """Give what is wrong with reading and writing a closed folder, as one whom permissions bind."""
    os.environ |= {"PAPERLAB_STATE_DIR": str(lab / "state"), "HOME": str(lab)}
    from paperlab.cli import run

    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.setuid(65534)
    os.chdir(lab)
    reading = (
        ["list"],
        ["show", "1706.03762"],
        ["export", "--format", "bibtex"],
        ["doctor"],
        ["backup", str(lab.parent / "copy.db")],
        ["log"],
    )
    writing = (
        ["import", "rows.jsonl"],
        ["backup"],
        ["doctor", "--fix"],
        ["rm", "1706.03762"],
        ["undo"],
        ["export", "x.bib"],
    )
    wrong = [f"{words}: {code}" for words in reading if (code := run(words)) != 0]
    return wrong + [f"{words}: {code}" for words in writing if (code := run(words)) != 4]


@pytest.mark.skipif(os.getuid() != 0, reason="needs root to become somebody who may not write")
def test_a_closed_folder_is_read_and_writing_exits_4() -> None:
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o777)
    lab = Lab.create(folder / "lab").root
    fill(lab, 1)
    (lab / "rows.jsonl").write_text('{"id": "1706.03762", "title": "T"}')
    Lab(lab).import_data("rows", (lab / "rows.jsonl").read_bytes())
    for path in (*lab.rglob("*"), lab):
        path.chmod(0o555 if path.is_dir() else 0o444)
    child = os.fork()
    if child == 0:
        os._exit(_answer(lab))
    _, status = os.waitpid(child, 0)
    shutil.rmtree(folder)
    assert os.waitstatus_to_exitcode(status) == 0


def _answer(lab: Path) -> int:
    try:
        wrong = as_nobody(lab)
    except BaseException as error:  # noqa: BLE001  told to the parent
        wrong = [repr(error)]
    print(wrong, file=sys.__stderr__, flush=True)
    return len(wrong)


def test_datasette_and_sqlite_utils_open_the_list(shell: Shell) -> None:
    shell("import", "-", input=BIB)
    shell("import", "-", input="2401.00001\n")
    path = str(shell.lab / "reading_list.db")

    async def served() -> dict[str, int]:
        app = Datasette([path])
        names = ("papers", "entries", "tags", "events", "commands", "v_next", "v_history", "pending")
        answers = {name: await app.client.get(f"/reading_list/{name}.json?_shape=array") for name in names}
        assert {answer.status_code for answer in answers.values()} == {200}
        return {name: len(answer.json()) for name, answer in answers.items()}

    found = asyncio.run(served())
    assert found == {
        "papers": 4,
        "entries": 4,
        "tags": 2,
        "events": 6,
        "commands": 2,
        "v_next": 3,
        "v_history": 6,
        "pending": 1,
    }
    for words in (["tables"], ["views"], ["rows", "--limit", "2"]):
        target = [path, "v_next"] if words[0] == "rows" else [path]
        command = [sys.executable, "-m", "sqlite_utils", words[0], *target, *words[1:]]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        assert json.loads(done.stdout)


def test_the_commands_of_the_page_leave_ids_whole(shell: Shell) -> None:
    """As the page about the database has them; a table of sqlite-utils makes the number 2401.01 of 2401.00700."""
    shell("import", "-", input='{"id": "2401.00700", "title": "T"}')
    page = (ROOT / "docs" / "database.md").read_text(encoding="utf-8")
    (line,) = re.findall("^sqlite-utils (.*)$", page, re.MULTILINE)
    words = [sys.executable, "-m", "sqlite_utils", *line.split()]
    assert "\n2401.00700," in subprocess.run(words, cwd=shell.lab, capture_output=True, text=True, check=True).stdout
