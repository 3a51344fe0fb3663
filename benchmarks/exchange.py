"""Seconds that whole commands take to bring 10,000 papers in and out, format by format.

    python benchmarks/exchange.py [--papers 10000] [--runs 3]

Makes a list of synthetic papers with abstracts in a temporary folder, exports it in each format, and imports each file
into an empty list and once more into the full one. Times are whole processes, the least of `--runs`; beside them
stands the ratio to a Python that does nothing, since a ratio travels between machines and a time does not. Last come
bibtexparser and rispy reading the same files, and the size of the list. The targets: BibTeX out in 1 s (papis: 22.7 s),
each format in in 3 s.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from queue import fill  # type: ignore[attr-defined]  # benchmarks/queue.py, which stands before the standard library's

FORMATS = ("jsonl", "bibtex", "csl", "ris", "markdown", "opml", "atom")
PEERS = {
    "bibtexparser": "import bibtexparser, sys; bibtexparser.parse_string(open(sys.argv[1], encoding='utf-8').read())",
    "rispy": "import rispy, sys; rispy.loads(open(sys.argv[1], encoding='utf-8').read())",
}


def seconds(command: list[str], runs: int) -> float:
    """Give the least wall time of a command."""
    best = float("inf")
    for _ in range(runs):
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        best = min(best, time.perf_counter() - start)
    return best


def paperlab(lab: Path, *words: str) -> list[str]:
    """Give the command line of a verb in a lab."""
    return [sys.executable, "-m", "paperlab", "--lab", str(lab), *words]


def imported(folder: Path, file: Path, runs: int) -> float:
    """Give the least time of an import into an empty list."""
    best = float("inf")
    for number in range(runs):
        lab = folder / f"empty-{file.suffix[1:]}-{number}"
        subprocess.run(paperlab(lab, "-q", "init"), check=True, capture_output=True)
        best = min(best, seconds(paperlab(lab, "import", str(file)), 1))
    return best


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--papers", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lab = folder / "full"
        lab.mkdir()
        fill(lab / "reading_list.db", asked.papers)
        nothing = seconds([sys.executable, "-c", "pass"], asked.runs)
        print(f"{asked.papers} papers; python -c pass {nothing:.3f} s")
        print(f"{'format':<10}{'MB':>7}{'export s':>10}{'ratio':>7}{'import s':>10}{'ratio':>7}{'again s':>9}")
        for form in FORMATS:
            file = folder / f"list.{form}"
            out = seconds(paperlab(lab, "export", "--format", form, "--force", "-o", str(file)), asked.runs)
            line = f"{form:<10}{file.stat().st_size / 1e6:>7.1f}{out:>10.2f}{out / nothing:>7.0f}"
            if form != "atom":
                into = imported(folder, file, asked.runs)
                again = seconds(paperlab(lab, "import", str(file)), asked.runs)
                line += f"{into:>10.2f}{into / nothing:>7.0f}{again:>9.2f}"
            print(line, flush=True)
        for peer, form in zip(PEERS, ("bibtex", "ris"), strict=True):
            print(
                f"{peer} reads list.{form} in {seconds([sys.executable, '-c', PEERS[peer], str(folder / f'list.{form}')], asked.runs):.2f} s"
            )
        size = (lab / "reading_list.db").stat().st_size
        print(f"the list: {size / 1e6:.1f} MB, {size / asked.papers * 10_000 / 1e6:.1f} MB per 10,000 papers")


if __name__ == "__main__":
    main()
