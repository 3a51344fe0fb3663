"""The line of the list: what entries copy from papers stays what papers say, and text is what the rows would give."""

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from paperlab.errors import Conflict, NothingFound
from paperlab.library import Library, listing, upkeep
from paperlab.records.changes import NewEntry
from paperlab.records.paper import PaperRecord
from paperlab.records.queue import STATES, Line

PENDING, WITHDRAWN = "(pending)", "[withdrawn] "
IDS = ("1706.03762", "1412.6980", "hep-th/9901001")
acts = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.sampled_from(IDS), st.sampled_from(STATES), st.integers(0, 9)),
        st.tuples(
            st.just("told"), st.sampled_from(IDS), st.sampled_from(("", "A title", "注意 $x$ \x1b[31m\u202e")),
            st.integers(1, 3), st.booleans(),
        ),
        st.tuples(st.sampled_from(("rm", "priority")), st.sampled_from(IDS), st.integers(0, 9)),
        st.tuples(st.sampled_from(("undo", "redo"))),
    ),
    max_size=12,
)  # fmt: skip


def act(library: Library, name: str, *words: object) -> None:
    id = str(words[0]) if words else ""
    on_list = id in {entry.id for entry in library.entries()}
    if name == "add":
        library.add([NewEntry(id=id, state=str(words[1]), priority=int(str(words[2])))])
    elif name == "told":
        library.save_records([
            PaperRecord(id=id, title=str(words[1]), version=int(str(words[2])), withdrawn=bool(words[3]),
                        published="2017-06-12T17:57:34Z")
        ])  # fmt: skip
    elif name == "rm" and on_list:
        library.remove([id])
    elif name == "priority" and on_list:
        library.change(id, priority=int(str(words[1])))
    elif name in ("undo", "redo"):
        with suppress(NothingFound, Conflict):
            getattr(library, name)()


def text(line: Line) -> str:
    """What `texts` should say of a line, from the rows alone."""
    shown = (WITHDRAWN if line.withdrawn else "") + (PENDING if line.pending else line.title)
    return "\t".join((line.id, line.state, str(line.priority or ""), (line.published or "")[:10], shown))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=acts)
def test_text_and_copies_follow_whatever_happens(
    steps: list[tuple[object, ...]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("list") / "reading_list.db"
    with Library.create(path) as library:
        for name, *words in steps:
            act(library, str(name), *words)
        lines = library.lines()
        assert library.texts(pending=PENDING, withdrawn=WITHDRAWN) == "\n".join(text(line) for line in lines)
        entries = library.entries()
        assert [
            (e.id, e.state, e.priority, e.published, e.title, e.pending, e.withdrawn, e.until) for e in entries
        ] == lines
    with closing(sqlite3.connect(path)) as connection:
        sql = "SELECT count(*) FROM entries e JOIN papers p ON p.id = e.paper WHERE e.title IS NOT p.title"
        assert connection.execute(sql).fetchone() == (0,)


@pytest.mark.parametrize("state", [None, "queued", ("queued", "read")])
@pytest.mark.parametrize("tag", [None, "nlp"])
@pytest.mark.parametrize("limit", [None, 0, 1, 9])
def test_filters_are_those_of_the_entries(
    library: Library, state: str | tuple[str, ...] | None, tag: str | None, limit: int | None
) -> None:
    library.add(
        [
            NewEntry(id=id, state=s, tags=("nlp",) if s != "read" else ())
            for id, s in zip(IDS, STATES[1::2], strict=False)
        ]
    )
    library.add([NewEntry(id="2401.00001", state="read", tags=("nlp",)), NewEntry(id="2401.00002")])
    found = library.texts(state=state, tag=tag, limit=limit, pending=PENDING, withdrawn=WITHDRAWN)
    assert [line.split("\t")[0] for line in found.splitlines()] == [
        e.id for e in library.entries(state=state, tag=tag, limit=limit)
    ]


def test_the_list_is_read_from_one_index_in_its_order(library: Library, path: Path) -> None:
    sql, values = listing.in_order(listing._TEXT, listing._ALONE, state="queued", tag=None, limit=20)
    with closing(sqlite3.connect(path)) as connection:
        plan = connection.execute(f"EXPLAIN QUERY PLAN {sql}", {**values, "pending": "", "withdrawn": ""}).fetchall()
    assert [row[3] for row in plan] == ["SCAN e USING INDEX idx_entries_line"]


def test_an_older_list_gets_its_lines(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        upkeep.apply(connection, at="2026-01-01T00:00:00Z", upto="m004_lines")
        connection.execute("INSERT INTO papers (id, title, withdrawn) VALUES ('1706.03762', 'Attention', 1)")
        connection.execute("INSERT INTO entries (paper, added_at) VALUES ('1706.03762', '2026-01-01T00:00:00Z')")
    for write in (False, True, False):
        with Library.open(path, write=write) as library:
            assert library.texts(pending=PENDING, withdrawn="- ") == "1706.03762\tqueued\t\t\t- Attention"
