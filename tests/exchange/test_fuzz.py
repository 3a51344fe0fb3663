"""Whatever bytes come, a file is read, or refused in a line: never a traceback."""

import json
import random

import pytest

from paperlab.errors import UsageError
from paperlab.exchange import READ, read, write
from paperlab.records.paper import PaperRecord
from paperlab.records.works import Work
from tests.exchange.test_formats import BETTER, RDF

WORKS = [
    Work(id=id, record=PaperRecord(id=id, title="A {T} of $x$", authors=("Ada B.", "OpenAI")), tags=("t",), added_at="2026-01-01T00:00:00Z", state="read")
    for id in ("1706.03762", "doi:10.1145/abc", "bib:k")
]  # fmt: skip
NAMED = [(w.id, "T", ("Ada B.",), None) for w in WORKS]
CSV = '"Key","Item Type","Author","Title","DOI"\n"AB","journalArticle","Doe, Jane","T","10.1145/X"\n'
WHOLE = {f: "".join(write(WORKS, f, NAMED)) for f in ("jsonl", "bibtex", "csl", "ris", "markdown", "opml", "atom")} | {
    "rdf": RDF,
    "csv": CSV,
    "better": json.dumps(BETTER, indent=1),
}
SIGNS = [
    "{",
    "}",
    '"',
    "<",
    ">",
    "\0",
    "\\",
    "[",
    "]",
    ",",
    "\n",
    "@",
    "TY  - ",
    "\ud800",
    "\u202e",
    "&x;",
    "null",
    "1e999",
    "-",
    "=",
]


def spoiled(text: str, rng: random.Random) -> str:
    for _ in range(rng.randint(1, 6)):
        at = rng.randrange(len(text) + 1)
        text = text[:at] + rng.choice([*SIGNS, ""]) + text[at + rng.choice([0, 1, 5, 40]) :]
    return text[: rng.randrange(len(text) + 1)] if rng.random() < 0.2 else text


@pytest.mark.parametrize("seed", [*range(4), *(pytest.param(n, marks=pytest.mark.slow) for n in range(4, 60))])
def test_spoiled_files_are_read_or_refused(seed: int) -> None:
    rng, refused = random.Random(seed), []  # noqa: S311  seeded on purpose
    for _ in range(40):
        for text in WHOLE.values():
            data = spoiled(text, rng).encode("utf-8", "surrogatepass")
            for form in ("auto", rng.choice(READ)):
                try:
                    reading = read(data, form)
                except UsageError as error:
                    refused.append(error.message)
                else:
                    assert all(work.id and (work.record is None or work.record.title) for work in reading.works)
    assert not any("\n" in message for message in refused)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"id": ' * 50_000,
        "<opml>" + "<outline>" * 5000,
        "@misc{a, title=" + "{" * 100_000,
        "@" * 100_000,
        "\\'{" * 50_000,
        "$" * 100_001,
    ],
)
def test_deep_and_long_files_end_soon(text: str) -> None:
    for form in READ:
        try:
            read(text.encode(), form)
        except UsageError:
            continue
