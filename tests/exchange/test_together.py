"""Works that come in together leave what each would leave alone, and one undo takes all of them back."""

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from paperlab.library import Library
from paperlab.library.journal import PLACES
from paperlab.records.works import Work
from tests.exchange.test_formats import works

TABLES = ("entries", "tags", "notes", "ideas", "events", "papers", "versions", "unlearned", "vectors")


def rows(library: Library, table: str) -> set[tuple[Any, ...]]:
    """Give the rows of a table, without the number that only says in which order papers came."""
    found: list[str] = library._read(lambda c: [row[1] for row in c.execute(f"PRAGMA table_info({table})")])
    names = ", ".join(name for name in found if (table, name) != ("papers", "number"))
    return set(library._read(lambda c: c.execute(f"SELECT {names} FROM {table}").fetchall()))  # noqa: S608 - our names


def made(folder: str, name: str) -> Library:
    return Library.create(Path(folder) / f"{name}.db", clock=lambda: "2026-01-01T00:00:00Z")


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(works(), min_size=1, max_size=6, unique_by=lambda item: item.id), st.booleans())
def test_works_joined_at_once_are_as_one_after_the_other(items: list[Work], wait: bool) -> None:
    items += [Work(id="2401.00001", state="inbox", tags=("later",))] if wait else []
    with tempfile.TemporaryDirectory() as folder, made(folder, "one") as one, made(folder, "all") as all_:
        with one.command("import"):
            for item in items:
                one.merge([item])
        all_.merge(items)
        kept = {table: rows(all_, table) for table in TABLES}
        assert kept == {table: rows(one, table) for table in TABLES}
        told = [(event.paper, event.after) for event in all_.log(99) if event.kind in ("added", "tag")]
        assert sorted(told) == sorted((e.id, word) for e in all_.entries() for word in (e.state, *e.tags))
        all_.undo()
        assert not any(rows(all_, table) for table in PLACES)
        all_.redo()
        mine = ("entries", "tags", "notes", "ideas")
        assert {table: rows(all_, table) for table in mine} == {table: kept[table] for table in mine}
