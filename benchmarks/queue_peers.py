"""The daily verbs beside Python peers on the same papers: papis, buku, arxivterminal, each in an environment of its own.

    python benchmarks/queue_peers.py [--papers 10000] [--runs 7] [--environments DIR]

Makes synthetic papers, fills paperlab's list and each peer's own store with them, and times whole processes: median
wall time, peak memory, and how many times longer the peer takes. A peer that has no such verb is timed on the nearest
one, which PEERS names; where there is none it says so. The environments are made anew unless --environments names a
folder to keep them in; this needs the package index. It judges nothing: read the table.

Targets: list, next, find, show, done, tag 150 ms and 80 MB each at 10,000 papers, 250 ms at 100,000, each faster than
every peer; BibTeX export of 10,000 at most 1 s, import at most 3 s.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

VERBS = ("list", "next", "find", "show", "done", "tag", "export", "import")
NEEDLE = "word500"
"""A word that some of the papers hold."""


def _queue_benchmark() -> ModuleType:
    spec = importlib.util.spec_from_file_location("queue_benchmark", Path(__file__).with_name("queue.py"))
    if spec is None or spec.loader is None:
        raise SystemExit("expected queue.py beside this file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


QUEUE = _queue_benchmark()
Paper = dict[str, Any]


@dataclass(frozen=True)
class Peer:
    """A tool to stand beside: what to install, how it is filled, and its words for our verbs."""

    pin: str
    command: str
    fill: Callable[[Path, Path, Sequence[Paper]], None]
    """Takes the peer's Python, its home and the papers."""
    verbs: Mapping[str, Sequence[str]]
    """{middle} is an id in the middle of the list, {needle} the word to find, {out} a file to write."""
    through: Sequence[str] = ()
    """Words before its command."""


def _papis(_python: Path, home: Path, papers: Sequence[Paper]) -> None:
    library = home / "papers"
    for number, paper in enumerate(papers):
        folder = library / f"{number:06d}"
        folder.mkdir(parents=True)
        fields = {
            "ref": f"ref{number}", "papis_id": f"{number:032x}", "type": "article", "title": paper["title"],
            "author": " and ".join(paper["authors"]), "abstract": paper["abstract"], "eprint": paper["id"],
            "year": int(paper["published"][:4]), "tags": [],
        }  # fmt: skip
        # Each JSON value is a YAML value.
        text = "".join(f"{name}: {json.dumps(value)}\n" for name, value in fields.items())
        (folder / "info.yaml").write_text(text, encoding="utf-8")
    config = home / "config" / "papis" / "config"
    config.parent.mkdir(parents=True)
    config.write_text(f"[settings]\ndefault-library = papers\n\n[papers]\ndir = {library}\n", encoding="utf-8")


_BUKU = """
import json, sys, buku
base = buku.BukuDb(dbfile=sys.argv[1])
rows = [("https://arxiv.org/abs/" + p["id"], p["title"], ",queued,", p["abstract"]) for p in json.load(sys.stdin)]
base.conn.executemany("INSERT INTO bookmarks (URL, metadata, tags, desc) VALUES (?, ?, ?, ?)", rows)
base.conn.commit()
"""

_ARXIVTERMINAL = """
import json, sqlite3, sys
from arxivterminal.constants import DATABASE_PATH
from arxivterminal.db import ArxivDatabase
DATABASE_PATH.parent.mkdir(parents=True, exist_ok=True)
ArxivDatabase(str(DATABASE_PATH))
rows = [("http://arxiv.org/abs/" + p["id"] + "v1", p["published"][:19], p["published"][:19], p["title"], p["abstract"],
         ",".join(p["authors"]), "cs.LG") for p in json.load(sys.stdin)]
with sqlite3.connect(DATABASE_PATH) as base:
    base.executemany("INSERT INTO papers VALUES (?, ?, ?, ?, ?, ?, ?, 0)", rows)
"""


def _by_script(script: str) -> Callable[[Path, Path, Sequence[Paper]], None]:
    def fill(python: Path, home: Path, papers: Sequence[Paper]) -> None:
        store = home / "data" / "buku" / "bookmarks.db"
        store.parent.mkdir(parents=True, exist_ok=True)
        command = [*_with_home(home), str(python), "-c", script, str(store)]
        subprocess.run(command, input=json.dumps(papers), text=True, check=True, stdout=subprocess.DEVNULL)

    return fill


_FORMAT = ("--format", "{{doc[eprint]}} {{doc[title]}}")
_BUKU_WORDS = ("--nostdin", "--nc")

PEERS: Mapping[str, Peer] = {
    "papis": Peer(
        "papis==0.16.1",
        "papis",
        _papis,
        {
            "list": ("list", "--all", *_FORMAT),
            "find": ("list", "--all", *_FORMAT, "{needle}"),
            "show": ("list", "--format", "{{doc[title]}} {{doc[abstract]}}", "eprint:{middle}"),
            "done": ("tag", "--batch", "--add", "read", "eprint:{middle}"),
            "tag": ("tag", "--batch", "--add", "nlp", "eprint:{middle}"),
            "export": ("export", "--all", "--batch", "--format", "bibtex", "--out", "{out}"),
        },
    ),
    "buku": Peer(
        "buku==5.1",
        "buku",
        _by_script(_BUKU),
        {
            "list": (*_BUKU_WORDS, "--print"),
            "find": (*_BUKU_WORDS, "--np", "--json", "--sany", "{needle}"),
            "show": (*_BUKU_WORDS, "--print", "{number}"),
            "done": (*_BUKU_WORDS, "--update", "{number}", "--tag", "+", "read"),
            "tag": (*_BUKU_WORDS, "--update", "{number}", "--tag", "+", "nlp"),
        },
    ),
    "arxivterminal": Peer(
        "arxivterminal==0.3.1",
        "arxiv",
        _by_script(_ARXIVTERMINAL),
        {"list": ("stats",), "find": ("search", "--limit", "50", "{needle}")},
        ("sh", "-c", 'echo q | "$0" "$@"'),  # it asks which of its results to show
    ),
}


def _with_home(home: Path) -> list[str]:
    places = {"HOME": "", "XDG_CONFIG_HOME": "config", "XDG_DATA_HOME": "data", "XDG_CACHE_HOME": "cache"}
    return ["env", *(f"{name}={home / place}" for name, place in places.items())]


def installed(peer: Peer, folder: Path) -> Path:
    """Make the peer's environment unless it is there; gives the folder of its commands."""
    programs = folder / "bin"
    if not (programs / peer.command).exists():
        venv.create(folder, with_pip=True)
        subprocess.run([str(programs / "pip"), "install", "--quiet", peer.pin], check=True)
    return programs


def papers_of(count: int) -> list[Paper]:
    """Give the same synthetic papers that fill paperlab's list, as plain dicts."""
    records = (record for batch in QUEUE.synthetic(count) for _, record in batch)
    keys = ("id", "title", "authors", "abstract", "published")
    return [{key: getattr(record, key) for key in keys} for record in records]


def own(lab: Path, middle: str, out: Path) -> dict[str, list[str]]:
    """Give paperlab's commands; what is imported is its own export, into a second lab."""
    script = Path(sys.executable).with_name("paperlab")
    start = [str(script)] if script.is_file() else [sys.executable, "-m", "paperlab"]
    paperlab = [*start, "--lab", str(lab)]
    return {
        "list": [*paperlab, "list"], "next": [*paperlab, "next"], "find": [*paperlab, "find", NEEDLE],
        "show": [*paperlab, "show", middle], "done": [*paperlab, "done", "--no-prompt", middle],
        "tag": [*paperlab, "tag", middle, "nlp"],
        "export": [*paperlab, "export", "--format", "bibtex"],
        "import": ["sh", "-c", 'rm -rf "$0" && "$@"', str(out), "sh", "-c",
                   f'{" ".join(start)} init -q "$0" && {" ".join(start)} -q --lab "$0" import "$1"', str(out), str(out) + ".bib"],
    }  # fmt: skip


def measured(command: Sequence[str], runs: int) -> Any:
    """Give the timing of a command, None where it fails."""
    try:
        return QUEUE.timed(command, runs)
    except SystemExit as error:
        print(f"  {str(error)[:300]}", file=sys.stderr)
        return None


def fill_own(lab: Path, count: int) -> None:
    """Fill paperlab's list."""
    QUEUE.fill(lab / "reading_list.db", count)


def fill_peer(name: str, python: Path, home: Path, count: int) -> None:
    """Fill a peer with the same papers."""
    PEERS[name].fill(python, home, papers_of(count))


def of_peer(name: str, folder: Path, count: int, environments: Path, runs: int) -> dict[str, Any]:
    """Install, fill and time one peer."""
    peer, home = PEERS[name], folder / name
    programs = installed(peer, environments / name)
    home.mkdir()
    started = time.perf_counter()
    fill_peer(name, programs / "python", home, count)
    print(f"{peer.pin}: filled in {time.perf_counter() - started:.1f} s", file=sys.stderr)
    middle = count // 2
    said = {"middle": QUEUE.middle_of(count), "number": middle + 1, "needle": NEEDLE, "out": str(home / "out.bib")}
    commands = {
        verb: [*_with_home(home), *peer.through, str(programs / peer.command), *(word.format(**said) for word in words)]
        for verb, words in peer.verbs.items()
    }
    return {verb: measured(command, runs) for verb, command in commands.items()}


def table(ours: Mapping[str, Any], theirs: Mapping[str, Mapping[str, Any]]) -> None:
    """Print one line a verb: ours, then each peer with its ratio to ours."""
    print(f"{'':8s}{'paperlab':>26s}" + "".join(f"{name:>26s}" for name in theirs))
    for verb in VERBS:
        mine = ours.get(verb)
        cells = [_cell(mine, None)] + [_cell(times.get(verb), mine) for times in theirs.values()]
        print(f"{verb:8s}" + "".join(f"{cell:>26s}" for cell in cells))


def _cell(found: Any, mine: Any) -> str:
    if found is None:
        return "-"
    ratio = f"{found.milliseconds / mine.milliseconds:7.1f} x" if mine else ""
    return f"{found.milliseconds:7.0f} ms{found.megabytes:5.0f} MB{ratio}"


def main() -> None:
    """Fill, time, print."""
    sys.path.pop(0)  # this folder: who asks for the standard library's `queue` must not get the queue.py in it
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--papers", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--peer-runs", type=int, default=2)
    parser.add_argument("--environments", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        lab = here / "lab"
        lab.mkdir()
        fill_own(lab, asked.papers)
        size = (lab / "reading_list.db").stat().st_size / 1e6
        print(
            f"Python {platform.python_version()}, {os.cpu_count()} cores, {asked.papers} papers, {size:.0f} MB on disk"
        )
        commands = own(lab, QUEUE.middle_of(asked.papers), here / "second")
        with (here / "second.bib").open("w", encoding="utf-8") as sink:
            subprocess.run(commands["export"], stdout=sink, check=True)
        ours = {verb: measured(command, asked.runs) for verb, command in commands.items()}
        environments = asked.environments or here / "environments"
        theirs = {name: of_peer(name, here, asked.papers, environments, asked.peer_runs) for name in PEERS}
        table(ours, theirs)


if __name__ == "__main__":
    main()
