"""How fast all of arXiv's metadata is taken in, and how long `find --all` takes over it.

    python benchmarks/corpus.py [--papers 100000] [--runs 5] [--folder DIR]

Writes a synthetic dump (one JSON object a line, abstracts of about 180 words of Zipf vocabulary, the most frequent ones
English), imports it with `paperlab import --arxiv-metadata`, and times whole processes of `paperlab find --all`: median
and least of `--runs`; then the slowest of `--drawn` questions of one to four words, phrases and beginnings drawn from
the words of the corpus, the common ones as often as the rare. Beside them stand a Python that does nothing, a reading of the dump line by line with json, and
SQLite's LIKE over the corpus. The targets are 5,000 papers a second on 2 cores and 300 ms at 1,000,000 papers.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ENGLISH = (
    "the of and in a to we for that is with on this by are an as be which from our can model it results data method "
    "based show using learning at network also these has between problem two have or propose system not performance "
    "approach been algorithm new such different time field paper analysis study information models methods large deep"
).split()
VOCABULARY = 80_000
SYLLABLES = [a + b for a in "bdfgklmnprstv" for b in ("a", "e", "i", "o", "u", "an", "or", "is")]
CATEGORIES = ("cs.LG", "cs.CL", "math.CO", "hep-th", "astro-ph.GA", "quant-ph", "stat.ML", "cond-mat.mes-hall")
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
QUERIES = (
    "the", "transformer", "deep", '"of the"', '"the of the"', '"we propose a new"', '"deep learning"', '"large deep"',
    "the of and in a", "conv*", "a*", "ba*", "author:li", "title:deep", "cat:cs.LG deep", "since:2024 deep network",
    "gpt-4", "c++", "注意力", "nosuchword", '"results deep" network', "before:2010 deep", "deep -network", "{border}",
    "{below}",
)  # fmt: skip


def words() -> list[str]:
    """Make the vocabulary, the most frequent word first."""
    rng = random.Random(1)  # noqa: S311 - seeded, so that each run has the same words
    made = dict.fromkeys(ENGLISH)
    while len(made) < VOCABULARY:
        made["".join(rng.choices(SYLLABLES, k=rng.randint(2, 4)))] = None
    return list(made)


def dump(count: int) -> Iterator[bytes]:
    """Give the lines of a dump, the oldest paper first, as arXiv's own is."""
    rng = random.Random(0)  # noqa: S311 - as above
    vocabulary = words()
    weights = list(itertools.accumulate(1 / (place + 1) for place in range(VOCABULARY)))
    drawn = rng.choices(vocabulary, cum_weights=weights, k=5_000_000)
    for number in range(count):
        at, length = rng.randrange(len(drawn) - 400), rng.randint(90, 270)
        yield json.dumps(_told(number, drawn[at : at + 400], length, rng)).encode() + b"\n"


def _told(number: int, drawn: list[str], length: int, rng: random.Random) -> dict[str, object]:
    month = number // 8_000  # since 2007-04; ids of four digits until 2014-12 have room for 9,999 a month
    year, of_year = 7 + (month + 3) // 12, (month + 3) % 12
    names = [[drawn[300 + n].title(), drawn[310 + n][0].upper() + ".", ""] for n in range(rng.randint(1, 6))]
    if rng.random() < 0.05:
        names[0][0] = "Li"
    return {
        "id": f"{year:02}{of_year + 1:02}.{number % 8_000 + 1:0{4 if year < 15 else 5}}",
        "submitter": "A. Person",
        "authors": ", ".join(f"{first} {last}" for last, first, _ in names),
        "title": " ".join(drawn[320:328]).capitalize(),
        "comments": "12 pages, 3 figures",
        "journal-ref": None,
        "doi": None,
        "report-no": None,
        "categories": " ".join(rng.sample(CATEGORIES, rng.randint(1, 3))),
        "license": "http://arxiv.org/licenses/nonexclusive-distrib/1.0/",
        "abstract": f"  {' '.join(drawn[:length])}\n",
        "versions": [
            {"version": "v1", "created": f"Mon, {1 + number % 28} {MONTHS[of_year]} {2000 + year} 10:00:00 GMT"}
        ],
        "update_date": f"{2000 + year}-01-01",
        "authors_parsed": names,
    }


def paperlab(lab: Path, *words: str) -> tuple[float, str, float]:
    """Run a command; gives its seconds, what it said on stderr, and its peak memory in MB."""
    began = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-m", "paperlab", *words],
        cwd=lab,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        said = process.stderr.read() if process.stderr else ""
        _, _, used = os.wait4(process.pid, 0)
        process.returncode = 0
    unit = 1024 if sys.platform != "darwin" else 1024 * 1024
    return time.perf_counter() - began, " ".join(said.split()), used.ru_maxrss / unit


def near(corpus: Path) -> dict[str, str]:
    """Give the words that just under and just over 100,000 papers hold."""
    with sqlite3.connect(corpus) as connection:
        sql = "SELECT term FROM terms WHERE papers {} 100000 AND term GLOB '[a-z]*' ORDER BY papers {} LIMIT 1"
        below = connection.execute(sql.format("<", "DESC")).fetchone()
        border = connection.execute(sql.format(">=", "ASC")).fetchone()
    connection.close()
    return {"{below}": below[0] if below else "deep", "{border}": border[0] if border else "the"}


def drawn(corpus: Path, count: int) -> list[str]:
    """Draw questions: each word by its place among the 3,000 most frequent, on a logarithmic scale."""
    with sqlite3.connect(corpus) as connection:
        sql = "SELECT term FROM terms WHERE term GLOB '[a-z]*' ORDER BY papers DESC LIMIT 3000"
        words = [row[0] for row in connection.execute(sql)]
    connection.close()
    rng = random.Random(2)  # noqa: S311 - as above
    shapes = ("{0}", '"{0} {1}"', '"{0} {1} {2}"', "{0} {1}", "{0} {1} {2} {3}", '"{0} {1}" {2}', "{0:.2}*", "{0:.3}*")
    return [
        rng.choice(shapes).format(*(words[int(len(words) ** rng.random()) - 1] for _ in range(4))) for _ in range(count)
    ]


def linear(source: Path, corpus: Path) -> None:
    """Time what a person without an index would do."""
    began = time.perf_counter()
    with source.open("rb") as file:
        hits = sum("transformer" in json.loads(line)["abstract"] for line in file)
    print(f"json, line by line      {time.perf_counter() - began:8.2f} s ({hits} hits)")
    began = time.perf_counter()
    with sqlite3.connect(corpus) as connection:
        connection.execute("SELECT count(*) FROM papers WHERE abstract LIKE '%transformer%'").fetchone()
    print(f"SQLite's LIKE           {time.perf_counter() - began:8.2f} s")


def main() -> None:
    """Make the dump, import it, time the queries."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--papers", type=int, default=100_000)
    asked.add_argument("--runs", type=int, default=5)
    asked.add_argument("--drawn", type=int, default=100)
    asked.add_argument("--folder", type=Path)
    options = asked.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        report(Path(folder), options.papers, options.runs, options.drawn)


def report(folder: Path, papers: int, runs: int, some: int) -> None:
    """Print the table."""
    source, lab = folder / "dump.json", folder / "lab"
    with source.open("wb") as file:
        file.writelines(dump(papers))
    paperlab(folder, "init", str(lab))
    seconds, said, megabytes = paperlab(lab, "import", "--arxiv-metadata", str(source))
    corpus = lab / ".paperlab" / "corpus.db"
    size = corpus.stat().st_size / papers
    print(f"import: {papers / seconds:,.0f} papers/s, {megabytes:.0f} MB (of its helper: {helper():.0f} MB) {said}")
    print(f"dump {source.stat().st_size / papers / 1000:.2f} GB, corpus {size / 1000:.2f} GB per 1,000,000 papers")
    bare = min(_bare() for _ in range(runs))
    print(f"python -c pass {bare * 1000:.0f} ms")
    named = near(corpus)
    for query in (named.get(query, query) for query in QUERIES):
        told = [paperlab(lab, "find", "--all", query) for _ in range(runs)]
        times = [t[0] * 1000 for t in told]
        over = "OVER" if min(times) > 300 else ""
        print(f"{query:28s} median {statistics.median(times):5.0f} ms, least {min(times):5.0f} ms {over} {told[-1][1]}")
    told = sorted(((paperlab(lab, "find", "--all", query), query) for query in drawn(corpus, some)), reverse=True)
    for (seconds, said, _), query in told[:5]:
        print(f"among the slowest drawn:  {seconds * 1000:5.0f} ms  {query}  {said}")
    linear(source, corpus)


def helper() -> float:
    """Give the largest memory of any child of this process so far, in MB."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def _bare() -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
