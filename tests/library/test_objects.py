"""The list as JSON: what SQLite writes is what Python would, letter for letter."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from paperlab.library import Library
from paperlab.records.changes import Decision, NewEntry
from paperlab.records.paper import PaperRecord
from paperlab.records.queue import STATES, Entry

texts = st.text(
    st.one_of(st.sampled_from('"\\/,[]{}:\t\n\r\b\f\x01\x1f\x7f\x85\u2028é注😀'), st.characters()), max_size=12
)
entries = st.tuples(
    st.sampled_from(STATES), st.integers(0, 9), st.none() | texts, st.none() | st.integers(0, 100_000),
    st.lists(st.sampled_from(("nlp", "c++", "a\\b", "é", "b/c")), unique=True), st.booleans(), st.booleans(),
    st.none() | texts, st.lists(texts, max_size=3), st.none() | st.sampled_from(("cs.LG", "2017-06-12")),
)  # fmt: skip


def told(entry: Entry) -> str:
    """Say in Python what the object of an entry is."""
    keys = (
        "id", "version", "title", "authors", "state", "priority", "why", "tags", "minutes", "added_at", "published",
        "primary_category", "parent", "pending", "withdrawn", "until",
    )  # fmt: skip
    return json.dumps({key: getattr(entry, key) for key in keys}, ensure_ascii=False)


def checked(library: Library, **asked: object) -> None:
    found = library.entries(**asked)
    assert library.objects(**asked) == [(entry.id, told(entry)) for entry in found]


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=st.lists(entries, max_size=4))
def test_it_is_what_python_writes_of_the_entries(drawn: list, tmp_path_factory: pytest.TempPathFactory) -> None:
    with Library.create(tmp_path_factory.mktemp("lab") / "reading_list.db") as library:
        for number, (state, priority, why, minutes, tags, pending, withdrawn, title, authors, category) in enumerate(
            drawn
        ):
            id = f"2001.{number:05d}"
            record = PaperRecord(
                id=id, version=number or None, title=title or "", authors=tuple(authors), withdrawn=withdrawn,
                primary_category=category, published=category,
            )  # fmt: skip
            parent = f"2001.{number - 1:05d}" if number else None
            entry = NewEntry(id=id, state=state, priority=priority, why=why, parent=parent, tags=tuple(tags))
            library.add([entry], records=[] if pending else [record])
            until = "2030-01-01T00:00:00Z" if state == "snoozed" else None
            library.decide([Decision(id=id, state=state, minutes=minutes, until=until)], command="x")
        checked(library)
        checked(library, state="read", limit=2)
        checked(library, tag="nlp")
        checked(library, state=("snoozed", "queued"))


@pytest.mark.parametrize(
    "kept",
    [
        '["A","B"]',
        '[ "A" ]',
        "[1, null]",
        "no array",
        "",
        '{"a": 1}',
        '["\\u00e9", "a\\/b"]',
        '["A",  "B"]',
        '["A", ["B"]]',
    ],
)
def test_authors_that_another_tool_wrote_are_read_as_ever(path: Path, kept: str) -> None:
    with Library.create(path) as library:
        library.add([NewEntry(id="1706.03762")], records=[PaperRecord(id="1706.03762", title="Attention")])
        library._connection.execute("UPDATE papers SET authors = ?", (kept,))
        checked(library)
