"""How long `sync` takes for the 2,000 new papers of one large feed, besides waiting.

    python benchmarks/sync.py [--papers 2000] [--runs 3]

A server on the loopback stands in for arXiv, with a delay of 0, in a process of its own. Timed is the whole command,
`paperlab sync`, from start to exit in a fresh lab, and beside it feedparser alone on the same bytes and a second sync,
which brings nothing: a ratio travels between machines and a time does not. The target is 2 s. It judges nothing.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path

from paperlab.lab import Lab

ROOT = Path(__file__).parents[1]
WORDS = [f"word{n}" for n in range(5000)]
TARGET_SECONDS = 2.0


def serve(papers: int, pipe: Connection) -> None:
    """Stand in for arXiv until the pipe is closed; sends its address and the bytes of the feed."""
    sys.path.insert(0, str(ROOT))
    from tests.support.arxiv_server import ArxivServer, Paper

    rng = random.Random(0)  # noqa: S311 - seeded, so that each run has the same papers
    with ArxivServer() as server:
        for number in range(papers):
            id = f"2611.{number:05}"
            title, abstract = (" ".join(rng.choices(WORDS, k=k)) for k in (9, 180))
            server.papers[id] = Paper(id, title=title, abstract=abstract)
            server.announcements.append((id, 1, "new"))
        pipe.send((server.url, server.reply("/rss/cs.LG", {}).body))
        pipe.recv()


def command(lab: Path, url: str, *words: str) -> float:
    """Run a command to its end; gives its seconds."""
    env = os.environ | {
        "PAPERLAB_ARXIV_MIRROR": url,
        "PAPERLAB_ARXIV_DELAY": "0",
        "PAPERLAB_STATE_DIR": str(lab.parent / "state"),
        "PAPERLAB_CONFIG_DIR": str(lab.parent / "config"),
        "PYTHONPATH": str(ROOT),
    }
    began = time.perf_counter()
    subprocess.run([sys.executable, "-m", "paperlab", *words], cwd=lab, env=env, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def feedparser_alone(body: bytes) -> float:
    """Give the seconds that feedparser takes for the bytes of the feed."""
    import feedparser

    began = time.perf_counter()
    feedparser.parse(body, sanitize_html=False, resolve_relative_uris=False)
    return time.perf_counter() - began


def one_run(url: str, body: bytes) -> tuple[float, float, float]:
    """Give the seconds of a sync that brings all, of one that brings nothing, and of feedparser alone."""
    with tempfile.TemporaryDirectory(prefix="paperlab-") as folder:
        lab = Path(folder) / "lab"
        Lab.create(lab).follow(["cs.LG"])
        return command(lab, url, "-q", "sync"), command(lab, url, "-q", "sync"), feedparser_alone(body)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--papers", type=int, default=2000)
    parser.add_argument("--runs", type=int, default=3)
    said = parser.parse_args()
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(said.papers, theirs))
    server.start()
    url, body = ours.recv()
    runs = [one_run(url, body) for _ in range(said.runs)]
    ours.send("done")
    server.join()
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}; {said.papers} papers")
    names = ("sync, all of them new", "sync again, nothing new", "feedparser alone")
    alone = statistics.median(run[2] for run in runs)
    for name, times in zip(names, zip(*runs, strict=True), strict=True):
        middle = statistics.median(times)
        print(f"{name:<26}{middle:6.2f} s  least {min(times):5.2f} s  {middle / alone:5.2f} of feedparser")
    print(f"target: {TARGET_SECONDS:g} s for {2000} papers")


if __name__ == "__main__":
    main()
