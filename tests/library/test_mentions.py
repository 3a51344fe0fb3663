"""`entries.mentions` against a count by hand, after any sequence of changes; the step that brings it into an older list."""

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from paperlab.errors import PaperlabError
from paperlab.library import Library, upkeep
from paperlab.records.changes import NewEntry
from paperlab.records.origins import Citation
from paperlab.records.paper import PaperRecord
from paperlab.records.works import Work

PAPERS = [f"2001.0000{n}" for n in range(1, 6)]
papers = st.sampled_from(PAPERS)
added = st.tuples(papers, st.none() | papers, st.sampled_from(["queued", "inbox", "dropped"]))
steps = st.one_of(
    added.map(lambda one: ("add", *one)),
    st.tuples(st.just("import"), st.lists(added, min_size=1, max_size=4, unique_by=lambda one: one[0])),
    st.tuples(st.just("refs"), papers, st.lists(papers, max_size=4), st.sampled_from(["abstract", "e-print"])),
    st.tuples(st.just("parent"), papers, papers | st.just("")),
    st.tuples(st.just("move"), papers, st.sampled_from(["queued", "dropped", "reading"])),
    st.tuples(st.just("rm"), papers),
    st.tuples(st.just("undo")),
    st.tuples(st.just("redo")),
)


def cited(*ids: str) -> list[Citation]:
    return [Citation(id=id, source="e-print") for id in ids]


def told(paper: str) -> PaperRecord:
    return PaperRecord(
        id=paper, version=1, title=f"title of {paper}", comment="7 pages", published="2020-01-01T00:00:00Z"
    )


def act(library: Library, step: tuple) -> None:
    match step:
        case "import", items:
            works = [Work(id=paper, parent=parent, state=state, record=told(paper)) for paper, parent, state in items]
            library.merge(works)
        case "add", paper, parent, state:
            library.add([NewEntry(id=paper, parent=parent, state=state)])
        case "refs", paper, ids, source:
            library.save_references(paper, cited(*ids), source=source)
        case "parent", paper, parent:
            library.change(paper, parent=parent)
        case "move", paper, state:
            library.move(paper, state)
        case "rm", paper:
            library.remove([paper])
        case ("undo",):
            library.undo()
        case ("redo",):
            library.redo()


def counted(connection: sqlite3.Connection) -> dict[str, tuple[int, int]]:
    """Paper -> what the column says, and what a count of all pairs says."""
    entries = {row[0]: row[1:] for row in connection.execute("SELECT paper, state, parent, mentions FROM entries")}
    refs = set(connection.execute("SELECT paper, cited FROM refs"))
    return {
        paper: (kept, sum(
            other != paper and state != "dropped" and ((other, paper) in refs or parent == other)
            for other, (state, _, _) in entries.items()
        ))
        for paper, (_, parent, kept) in entries.items()
    }  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=80, deadline=None)
@given(sequence=st.lists(steps, max_size=25))
def test_the_column_is_the_count_of_papers_of_mine(
    sequence: list[tuple], tmp_path_factory: pytest.TempPathFactory
) -> None:
    with Library.create(tmp_path_factory.mktemp("mentions") / "reading_list.db") as library:
        for step in sequence:
            with suppress(PaperlabError):
                act(library, step)
            for paper, (kept, expected) in counted(library._connection).items():
                assert kept == expected, (paper, step)


def test_a_parent_that_cites_too_counts_once(library: Library) -> None:
    one, two, three = PAPERS[:3]
    library.add([NewEntry(id=one), NewEntry(id=two, parent=one), NewEntry(id=three)])
    library.save_references(one, cited(two), source="e-print")
    library.save_references(three, cited(two, three), source="e-print")
    assert counted(library._connection) == {one: (0, 0), two: (2, 2), three: (0, 0)}
    library.move(three, "dropped")
    assert counted(library._connection)[two] == (1, 1)
    library.remove([three])  # it did not count any more
    assert counted(library._connection)[two] == (1, 1)
    library.undo()
    library.undo()
    assert counted(library._connection)[two] == (2, 2)


def test_the_abstract_never_replaces_the_bibliography(library: Library) -> None:
    assert library.save_references("2001.00001", cited("2001.00002"), source="abstract")
    assert library.save_references("2001.00001", cited("2001.00003", "2001.00004", "2001.00003"), source="e-print")
    assert not library.save_references("2001.00001", cited("2001.00002"), source="abstract")
    assert [c.id for c in library.references("2001.00001")] == ["2001.00003", "2001.00004"]


def test_references_are_facts_and_leave_no_command(library: Library) -> None:
    library.add([NewEntry(id="2001.00001")], command="add")
    library.save_references("2001.00001", cited("2001.00002"), source="e-print")
    assert library.undo() == "add"
    assert [c.state for c in library.references("2001.00001")] == [None]


def test_an_older_list_is_migrated_without_loss_and_counted_anew(tmp_path: Path) -> None:
    path, at = tmp_path / "reading_list.db", "2026-01-01T00:00:00Z"
    with closing(sqlite3.connect(path, isolation_level=None)) as old:
        old.execute("PRAGMA journal_mode = WAL")
        upkeep.apply(old, at=at, upto="m008_refs")
        for paper, parent in [("2001.00001", None), ("2001.00002", "2001.00001"), ("2001.00003", "2001.00001")]:
            old.execute("INSERT INTO papers (id, title) VALUES (?, ?)", (paper, f"title of {paper}"))
            old.execute("INSERT INTO entries (paper, parent, added_at) VALUES (?, ?, ?)", (paper, parent, at))
        assert old.execute("SELECT mentions FROM entries ORDER BY paper").fetchall() == [(2,), (0,), (0,)]
    with Library.open(path, write=True) as library:
        assert [e.title for e in library.entries()] == [f"title of 2001.0000{n}" for n in (3, 2, 1)]
        assert [kept for kept, _ in counted(library._connection).values()] == [0, 1, 1]
        library.save_references("2001.00002", cited("2001.00001"), source="e-print")
        assert all(kept == expected for kept, expected in counted(library._connection).values())
