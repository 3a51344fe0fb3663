"""kill -9 at random moments: the lab opens, nothing is lost, the command run again ends well and leaves no litter."""

import hashlib
import json
import random
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest

from tests.support.arxiv_server import ArxivServer, Paper, arxiv_server, tar_gz
from tests.support.commands import Shell, shell, tiny, tree

__all__ = ["arxiv_server", "shell"]

ROUNDS = [pytest.param(2, id="sample"), pytest.param(20, id="all", marks=[pytest.mark.slow, pytest.mark.timeout(900)])]
PAPER = r"""\documentclass{article}\title{A paper}\begin{document}\section{Method}
\begin{equation}\label{e}y = %d x\end{equation}
\begin{table}\caption{R}\begin{tabular}{lr}Model & Error\\ Ours & 0.1\\ Theirs & 0.2\end{tabular}\end{table}
\end{document}"""


def kill(shell: Shell, *words: str, when: Callable[[], bool]) -> bool:
    """Start a command and kill it as soon as `when` says so; tell whether it was still running."""
    with shell.start(*words) as process:
        while process.poll() is None and not when():
            time.sleep(0.0005)
        process.kill()
        process.communicate()
        return process.returncode == -signal.SIGKILL


def moments(shell: Shell, *words: str, rounds: int, first: float = 0.0) -> list[float]:
    """Give seeded random moments of a command's life in seconds, after running it once to see how long it lives."""
    began = time.monotonic()
    shell(*words)
    lives = time.monotonic() - began
    chance = random.Random(f"{words[0]} {rounds}")  # noqa: S311 - moments, no secrets
    return [lives * chance.uniform(first, 1.1) for _ in range(rounds)]


def after(seconds: float) -> Callable[[], bool]:
    end = time.monotonic() + seconds
    return lambda: time.monotonic() > end


def litter(lab: Path) -> list[str]:
    """Give what nobody should find in a lab: things half made, logs of the database."""
    found = [p for p in lab.rglob("*") if p.name.endswith((".new", ".tmp", "-wal", "-shm"))]
    return [p.relative_to(lab).as_posix() for p in found]


@pytest.mark.parametrize("rounds", ROUNDS)
def test_add(shell: Shell, arxiv_server: ArxivServer, rounds: int) -> None:
    ids = [f"2402.{number:05}" for number in range(3 * rounds + 3)]
    arxiv_server.papers |= {id: Paper(id, title=f"Title of {id}") for id in ids}
    added = ids[:3]
    for number, moment in enumerate(moments(shell, "add", *added, rounds=rounds), start=1):
        batch = ids[3 * number : 3 * number + 3]
        before = shell.listed()
        kill(shell, "add", *batch, when=after(moment))
        assert shell.whole()
        assert before.items() <= shell.listed().items()
        shell("add", *batch)
        added += batch
        assert {id: entry.title for id, entry in shell.listed().items()} == {id: f"Title of {id}" for id in added}
    assert litter(shell.lab) == []


def test_add_that_waits_for_arxiv_has_kept_what_was_named(shell: Shell, arxiv_server: ArxivServer) -> None:
    arxiv_server.papers |= {id: Paper(id) for id in ("2402.00001", "2402.00002")}
    arxiv_server.fail("/api/query", "hang")
    words = ("add", "2402.00001", "2402.00002", "--why", "a talk", "--from", "1706.03762", "--tag", "nlp")
    assert kill(shell, *words, when=lambda: len(arxiv_server.log) > 0)
    kept = shell.listed()
    assert {(e.pending, e.why, e.parent, e.tags) for e in kept.values()} == {(True, "a talk", "1706.03762", ("nlp",))}
    assert shell("sync").stdout.split() == ["completed", "2402.00001", "completed", "2402.00002"]


@pytest.mark.parametrize("rounds", ROUNDS)
def test_sync(shell: Shell, arxiv_server: ArxivServer, rounds: int) -> None:
    """Each round a new announcement and a paper that waits for its title."""
    arxiv_server.papers |= {f"2403.{n:05}": Paper(f"2403.{n:05}") for n in range(40 * (rounds + 1))}
    shell("feed", "add", "cs.LG")
    for number, moment in enumerate(moments(shell, "sync", rounds=rounds)):
        news = [f"2403.{n:05}" for n in range(40 * number, 40 * number + 40)]
        arxiv_server.announcements = [(id, 1, "new") for id in news[:-1]]
        arxiv_server.etag = f'"{number}"'
        shell("add", news[-1], code=3, OFFLINE="1")
        kill(shell, "sync", when=after(moment))
        assert shell.whole()
        shell("sync")
        entries = shell.listed()
        assert len(entries) == 40 * (number + 1)
        assert {entries[id].state for id in news[:-1]} == {"inbox"}
        assert (entries[news[-1]].state, entries[news[-1]].pending) == ("queued", False)
    assert litter(shell.lab) == []


@pytest.mark.parametrize("rounds", ROUNDS)
def test_implement(shell: Shell, tmp_path: Path, rounds: int) -> None:
    source = tmp_path / "main.tex"
    source.write_text(PAPER % 0)
    words = ("implement", str(source), "--slug", "paper")
    folder = shell.lab / "implementations" / "paper"
    when = moments(shell, *words, rounds=rounds, first=0.5)
    expected = tree(folder)
    for moment in when:
        shutil.rmtree(folder)
        kill(shell, *words, when=after(moment))
        assert not folder.exists() or tree(folder) == expected
        shell(*words)
        assert tree(folder) == expected
    assert litter(shell.lab) == []


def test_implement_in_the_middle_of_writing(shell: Shell, tmp_path: Path) -> None:
    """The folder is there whole or not at all, and a folder that is being made is no implementation."""
    source = tmp_path / "main.tex"
    source.write_text(PAPER % 0)
    words, place = ("implement", str(source), "--slug", "paper"), shell.lab / "implementations"
    shell(*words)
    whole, made = tree(place / "paper"), 0
    shutil.rmtree(place / "paper")
    for name in (".paperlab.json", "notebook.ipynb", "paper.toml"):
        kill(shell, *words, when=lambda name=name: any(place.glob(f".paper.*/{name}")))
        if not (place / "paper").exists():
            made += 1
            assert not any(row["slug"].startswith((".", "paper")) for row in shell.json("claims"))
        else:  # it was done before the signal came
            assert tree(place / "paper") == whole
            shutil.rmtree(place / "paper")
    assert made
    shell(*words)
    assert [path.name for path in place.iterdir()] == ["paper"]


@pytest.mark.parametrize("rounds", ROUNDS)
def test_implement_again_keeps_what_the_learner_wrote(shell: Shell, tmp_path: Path, rounds: int) -> None:
    source = tmp_path / "main.tex"
    source.write_text(PAPER % 0)
    words = ("implement", str(source), "--slug", "paper")
    folder = shell.lab / "implementations" / "paper"
    when = moments(shell, *words, rounds=rounds, first=0.5)
    book = nbformat.read(folder / "notebook.ipynb", as_version=4)
    book.cells.append(nbformat.v4.new_code_cell("mine = 1", id="mine"))
    nbformat.write(book, folder / "notebook.ipynb")
    (folder / "model.py").write_text("# mine\n")
    for number, moment in enumerate(when, start=1):
        source.write_text(PAPER % number)  # so that there is something to merge
        kill(shell, *words, when=after(moment))
        shell(*words)
        cells = {cell.id: cell.source for cell in nbformat.read(folder / "notebook.ipynb", as_version=4).cells}
        assert cells["mine"] == "mine = 1"
        assert any(f"y = {number} x" in text for text in cells.values())
        assert (folder / "model.py").read_text() == "# mine\n"
    assert litter(shell.lab) == []


def site_is_whole(site: Path) -> bool:
    """Compare each file with the site's own manifest."""
    files = json.loads((site / ".paperlab-site.json").read_text())["files"]
    return files == {name: hashlib.sha256((site / name).read_bytes()).hexdigest() for name in files}


@pytest.mark.parametrize("rounds", ROUNDS)
def test_publish(shell: Shell, rounds: int) -> None:
    site, folder = shell.lab / "site", tiny(shell.lab)
    when = moments(shell, "publish", rounds=rounds, first=0.7)
    (site / "mine.txt").write_text("not made by paperlab")
    for number, moment in enumerate(when):
        tiny(shell.lab, shown=f"round {number}")
        mine = tree(folder)
        kill(shell, "publish", when=after(moment))
        assert site_is_whole(site)
        assert tree(folder) == mine
        assert (site / "mine.txt").exists()
    shell("publish")
    assert f"round {rounds - 1}" in (site / "tiny" / "index.html").read_text()
    assert site_is_whole(site)
    assert (site / "mine.txt").read_text() == "not made by paperlab"
    assert litter(shell.lab) == []


def test_publish_in_the_middle_of_writing(shell: Shell) -> None:
    site = shell.lab / "site"
    tiny(shell.lab)
    shell("publish")
    (site / "mine.txt").write_text("not made by paperlab")
    assert kill(shell, "publish", when=lambda: any(shell.lab.glob(".site.*.new/*")))
    assert site_is_whole(site)
    left = next(shell.lab.glob(".site.*.new"))
    (left / "appeared.txt").write_text("written into the old site at the wrong moment")
    (left / ".paperlab-site.json").write_text('{"files": {}}')
    shell("publish")
    assert site_is_whole(site)
    assert (site / "mine.txt").exists()
    assert (left / "appeared.txt").exists()
    (left / "appeared.txt").unlink()
    shell("publish")
    assert litter(shell.lab) == []


@pytest.mark.slow
def test_a_half_written_cache_is_fetched_again(shell: Shell, arxiv_server: ArxivServer) -> None:
    arxiv_server.sources["2401.00001"] = tar_gz({"main.tex": (PAPER % 1).encode(), "big.dat": b"x" * 3_000_000})
    cache = shell.lab / ".paperlab" / "cache" / "eprints"
    kill(shell, "implement", "2401.00001", when=lambda: any(cache.glob(".eprint.*/source")))
    assert [p.name for p in cache.iterdir() if not p.name.startswith(".")] in ([], ["ids"])
    shell("implement", "2401.00001")
    assert (shell.lab / "implementations" / "title_of_2401" / "paper.toml").exists()
