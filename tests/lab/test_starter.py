"""The starter list of the repository is what the cards of implementations/ say."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from paperlab.lab import Lab
from paperlab.lab.folders import read_card
from paperlab.lab.root import LIST
from paperlab.lab.starter import fill

ROOT = Path(__file__).parents[2]
CONTENT = ("papers", "versions", "entries", "tags", "notes", "ideas", "feeds", "feed_items", "events", "changes")
TIMES = {"added_at", "added_day", "seen_at", "at"}


def content(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Give every row of a list, without the moment at which it was built."""
    found: dict[str, list[dict[str, Any]]] = {}
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        for table in CONTENT:
            rows = [dict(row) for row in connection.execute(f"SELECT * FROM {table}")]  # noqa: S608 - names of ours
            found[table] = [{k: v for k, v in row.items() if k not in TIMES} for row in rows]
    for row in found["changes"]:
        row["after"] = {k: v for k, v in json.loads(row["after"]).items() if k not in TIMES}
    return found


def built(folder: Path) -> Path:
    """Build a starter list from the cards of the repository, as `paperlab init --starter` does."""
    shutil.copytree(
        ROOT / "implementations", folder / "implementations", ignore=shutil.ignore_patterns("*.py", "*.ipynb")
    )
    lab = Lab.create(folder)
    fill(lab)
    return folder / LIST


@pytest.fixture
def kept() -> Path:
    if not (ROOT / LIST).is_file():
        pytest.skip("the wheel carries no reading list")
    return ROOT / LIST


def test_the_list_in_the_repository_is_built_from_the_cards(kept: Path, tmp_path: Path) -> None:
    """`make starter` builds it again where this fails."""
    assert content(kept) == content(built(tmp_path))


def test_each_card_is_one_queued_paper_of_it(kept: Path) -> None:
    cards = [read_card(path.parent) for path in sorted((ROOT / "implementations").glob("*/paper.toml"))]
    entries = {entry.id: entry for entry in Lab(ROOT).entries()}
    assert set(entries) == {card.id for card in cards}
    for card in cards:
        entry = entries[card.id or ""]
        assert (entry.title, entry.authors, entry.version) == (card.title, card.authors, card.version)
        assert (entry.published, entry.primary_category) == (f"{card.published}T00:00:00Z", card.primary_category)
        assert (entry.state, entry.pending) == ("queued", False)


def test_a_card_that_changed_is_noticed(kept: Path, tmp_path: Path) -> None:
    path = built(tmp_path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE papers SET title = title || '!' WHERE id = '1412.6980'")
    assert content(path) != content(kept)
