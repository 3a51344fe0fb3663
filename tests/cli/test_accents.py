"""Accents that arXiv tells in TeX are letters on every screen, page and line; JSON tells them as they were typed."""

import json
from pathlib import Path

import pytest

from tests.support.arxiv_server import arxiv_server
from tests.support.commands import Shell, shell
from tests.support.terminal import Terminal

__all__ = ["arxiv_server", "shell"]

ID = "2001.00001"
TYPED, PRINTED = r"\'Etude of Erd\H{o}s and $\"o$ {\o}re", r"Étude of Erdős and $\"o$ øre"
ABSTRACT = r"Words of Poincar\'e that go on " * 9


@pytest.fixture
def listed(shell: Shell, tmp_path: Path) -> Shell:
    """A paper that waits since long, with a child, and one without TeX."""
    told = {
        "authors": ["Ann Lee"],
        "published": "2020-01-01T00:00:00Z",
        "added_at": "2020-02-01T00:00:00Z",
        "state": "queued",
    }
    rows = [
        told | {"id": ID, "title": TYPED, "abstract": ABSTRACT},
        told | {"id": "2001.00002", "title": "Plain words", "abstract": "", "parent": ID},
    ]
    file = tmp_path / "list.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)))
    shell("import", str(file))
    return shell


@pytest.mark.parametrize(
    "words",
    [("list",), ("find", "etude"), ("next",), ("show", ID), ("why", ID), ("tree",), ("stats",), ("prune",),
     ("stats", "--html", "-"), ("bump", ID)],
    ids=" ".join,
)  # fmt: skip
def test_a_title_is_shown_with_its_accents(listed: Shell, words: tuple[str, ...]) -> None:
    done = listed(*words)
    said = (done.stdout + done.stderr).replace("&quot;", '"')
    assert PRINTED in said
    assert TYPED not in said


def test_a_digest_has_the_accents_too(listed: Shell) -> None:
    assert "[Étude of Erdős and" in listed("digest", "--since", "2020-01-01").stdout
    assert "Étude of Erdős and" in listed("digest", "--since", "2020-01-01", "--format", "html").stdout


def test_json_tells_what_was_typed(listed: Shell) -> None:
    assert {row["title"] for row in listed.json("list")} == {TYPED, "Plain words"}
    assert listed.json("find", "etude")[0]["title"] == TYPED
    assert listed.json("show", ID)["abstract"].strip() == ABSTRACT.strip()


def test_a_paper_is_named_by_the_beginning_of_its_title_as_it_is_printed(listed: Shell) -> None:
    for beginning in ("Étude", "étude of erdős", "Étude of Erdős and"):
        assert listed.json("show", beginning)["id"] == ID
    listed("show", "Étude of Poincaré", code=1)


def test_on_a_terminal_an_abstract_is_folded_between_words_and_a_day_has_no_hour(listed: Shell) -> None:
    with Terminal(listed, "show", ID, columns=60) as screen:
        said = screen.end()
    lines = said.splitlines()
    assert " ".join(said.split()).count("Words of Poincaré that go on") == 9
    assert all(len(line) <= 60 for line in lines)
    assert "published  2020-01-01" in lines
    assert "published  2020-01-01T00:00:00Z" in listed("show", ID).stdout.splitlines()
