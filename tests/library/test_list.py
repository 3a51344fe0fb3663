from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from paperlab.errors import NothingFound, Refused, UsageError
from paperlab.library import Library
from paperlab.library.states import FOLLOWERS
from paperlab.records.changes import NewEntry
from paperlab.records.paper import Announcement, PaperRecord, Provenance
from paperlab.records.queue import STATES, Line


def content(library: Library) -> list[tuple[object, ...]]:
    """All rows of all tables but the full-text index's own."""
    connection = library._connection
    tables = "papers versions entries tags notes ideas feeds feed_items commands events changes".split()
    return [row for table in tables for row in connection.execute(f"SELECT '{table}', * FROM {table}")]  # noqa: S608 - names above


def test_an_added_paper_has_what_was_told(library: Library, attention: PaperRecord) -> None:
    asked = NewEntry(id="1706.03762v5", priority=7, why="tiling", parent="arXiv:1412.6980", tags=("NLP", "core"))
    (entry,) = library.add([asked], records=[attention])
    assert (entry.id, entry.version, entry.title) == ("1706.03762", 5, "Attention Is All You Need")
    assert (entry.state, entry.priority, entry.why, entry.parent) == ("queued", 7, "tiling", "1412.6980")
    assert (entry.tags, entry.pending, entry.minutes) == (("core", "nlp"), False, None)
    assert entry.authors == ("Ashish Vaswani", "Noam Shazeer")
    assert entry.added_at == "2026-01-01T02:00:00Z"


def test_adding_the_same_again_changes_no_row(library: Library, attention: PaperRecord) -> None:
    asked = NewEntry(id="1706.03762", why="x", tags=("nlp",), priority=3, parent="1412.6980")
    library.add([asked], records=[attention])
    before = content(library)
    library.add([asked, NewEntry(id="1706.03762")], records=[attention])
    assert content(library) == before


def test_adding_again_sets_what_is_given_and_keeps_the_rest(library: Library) -> None:
    library.add([NewEntry(id="1412.6980", why="old", priority=4, tags=("a",))])
    (entry,) = library.add([NewEntry(id="1412.6980", parent="1706.03762", tags=("b",))])
    assert (entry.why, entry.priority, entry.parent, entry.tags) == ("old", 4, "1706.03762", ("a", "b"))


@pytest.mark.parametrize(
    ("before", "after"),
    [("inbox", "queued"), ("dropped", "queued"), ("reading", "reading"), ("explained", "explained"), ("read", "read")],
)
def test_adding_again_queues_only_what_was_in_the_inbox_or_dropped(library: Library, before: str, after: str) -> None:
    library.add([NewEntry(id="1412.6980", state=before)])
    (entry,) = library.add([NewEntry(id="1412.6980")])
    assert entry.state == after


def test_a_feed_never_moves_what_is_on_the_list(library: Library) -> None:
    library.add([NewEntry(id="1412.6980", state="dropped"), NewEntry(id="1706.03762", state="read")])
    entries = library.add([NewEntry(id="1412.6980", state="inbox"), NewEntry(id="1706.03762", state="inbox")])
    assert [e.state for e in entries] == ["dropped", "read"]


def test_one_bad_item_and_nothing_is_added(library: Library) -> None:
    for bad in (
        NewEntry(id="  "),
        NewEntry(id="1412.6980", priority=10),
        NewEntry(id="1412.6980", state="fresh"),
        NewEntry(id="1412.6980", tags=("two words",)),
        NewEntry(id="1412.6980", parent="1412.6980v3"),
    ):
        with pytest.raises(UsageError):
            library.add([NewEntry(id="1706.03762"), bad])
    assert library.entries() == []
    assert library.log() == []


def test_a_paper_without_a_record_is_pending_until_its_record_comes(library: Library, adam: PaperRecord) -> None:
    library.add([NewEntry(id="1412.6980v8"), NewEntry(id="math.GT/0309136")])
    assert [(p.id, p.version, p.try_after) for p in library.pending()] == [
        ("1412.6980", 8, None), ("math/0309136", None, None),
    ]  # fmt: skip
    library.postpone(["1412.6980"], until="2026-02-01T00:00:00Z", reason="throttled\nuntil noon")
    waiting = library.pending()[1]
    assert (waiting.id, waiting.try_after, waiting.reason) == (
        "1412.6980",
        "2026-02-01T00:00:00Z",
        "throttled until noon",
    )
    assert library.save_records([adam]) == ("1412.6980",)
    assert [p.id for p in library.pending()] == ["math/0309136"]
    entry = library.entry("1412.6980")
    assert (entry.pending, entry.version, entry.title) == (False, 8, adam.title)


def test_a_record_saved_twice_changes_nothing(library: Library, adam: PaperRecord) -> None:
    library.add([NewEntry(id=adam.id)])
    library.save_records([adam])
    before = content(library)
    told = Provenance(address="http://x", sha256="0" * 64, fetched_at="2026-01-01T00:00:00Z", tool="paperlab 0")
    assert library.save_records([adam, replace(adam, provenance=told)]) == ()
    assert content(library) == before


def test_a_new_version_updates_the_paper_and_an_old_one_only_joins(library: Library, adam: PaperRecord) -> None:
    library.add([NewEntry(id=adam.id)], records=[adam])
    newer = replace(adam, version=10, title="Adam, Again", withdrawn=True)
    older = replace(adam, version=1, title="Adam, First")
    assert library.save_records([newer, older]) == (adam.id,)
    entry = library.entry(adam.id)
    assert (entry.title, entry.version, entry.withdrawn) == ("Adam, Again", 10, True)
    rows = library._connection.execute("SELECT version, title FROM versions ORDER BY version").fetchall()
    assert rows == [(1, "Adam, First"), (9, adam.title), (10, "Adam, Again")]
    assert [(e.kind, e.before, e.after) for e in library.log()[:2]] == [
        ("withdrawn", None, None),
        ("version", "9", "10"),
    ]


def test_a_record_that_tells_less_empties_nothing(library: Library, adam: PaperRecord) -> None:
    library.add([NewEntry(id=adam.id)], records=[adam])
    library.save_records([PaperRecord(id=adam.id, title=adam.title)])
    entry = library.entry(adam.id)
    assert (entry.abstract, entry.authors, entry.comment, entry.version) == (
        adam.abstract, adam.authors, adam.comment, 9,
    )  # fmt: skip


@pytest.mark.parametrize(
    "title",
    [
        "$\\beta$-VAE: \\emph{x}",
        "注意力机制就是你所需要的",
        "שלום עולם של נוירונים",
        "Gödel, Łukasiewicz",
        "🤗 Transformers",
        "' OR 1=1 --",
    ],
)
def test_titles_come_back_as_they_went(library: Library, title: str) -> None:
    (entry,) = library.add([NewEntry(id="2001.00001")], records=[PaperRecord(id="2001.00001", title=title)])
    assert entry.title == title
    assert library.entry(title[:4]).id == "2001.00001"


def test_nul_bytes_and_broken_surrogates_are_dropped(library: Library) -> None:
    record = PaperRecord(id="2001.00001", title="a\0b \ud800c\n  d", abstract="x\0y", authors=("A\0 B",))
    (entry,) = library.add([NewEntry(id="2001.00001", why="w\0hy")], records=[record])
    assert (entry.title, entry.abstract, entry.authors, entry.why) == ("ab ?c d", "xy", ("A B",), "why")


def test_ids_stay_text(library: Library) -> None:
    library.add([NewEntry(id="1412.6980"), NewEntry(id="0704.0010")])
    assert {e.id for e in library.entries()} == {"1412.6980", "0704.0010"}
    assert library._connection.execute("SELECT DISTINCT typeof(paper) FROM entries").fetchall() == [("text",)]


def test_lines_are_the_entries_in_short(library: Library, attention: PaperRecord) -> None:
    library.add([NewEntry(id=attention.id, tags=("x",))], records=[replace(attention, withdrawn=True)])
    library.add([NewEntry(id="2001.00001", priority=4), NewEntry(id="2001.00002", state="read", tags=("x",))])
    asked: list[dict[str, Any]] = [{}, {"state": "read"}, {"tag": "x"}, {"limit": 2}, {"state": ["read", "queued"]}]
    for some in asked:
        entries, lines = library.entries(**some), library.lines(**some)
        assert lines
        assert [line._asdict() for line in lines] == [{k: getattr(e, k) for k in Line._fields} for e in entries]


def test_entries_come_by_priority_then_newest_with_filters(library: Library) -> None:
    library.add([NewEntry(id="2001.00001", priority=2, tags=("x",))])
    library.add([NewEntry(id="2001.00002", priority=5, state="reading")])
    library.add([NewEntry(id="2001.00003", priority=2, tags=("x", "y"))])
    ids = ["2001.00002", "2001.00003", "2001.00001"]
    assert [e.id for e in library.entries()] == ids
    assert [e.id for e in library.entries(limit=2)] == ids[:2]
    assert [e.id for e in library.entries(state="queued")] == ids[1:]
    assert [e.id for e in library.entries(state=("queued", "reading"), tag="Y")] == ids[1:2]
    assert library.entries(tag="nothing") == []
    assert (library.count(), library.count("queued"), library.count("read")) == (3, 2, 0)
    with pytest.raises(UsageError, match="expected a state, one of inbox"):
        library.entries(state="fresh")


def test_an_entry_is_named_by_any_id_or_a_unique_title_prefix(
    library: Library, attention: PaperRecord, adam: PaperRecord
) -> None:
    twin = replace(attention, id="1806.00001", title="Attention Is All You Need, Too")
    library.add([NewEntry(id=r.id) for r in (attention, adam, twin)], records=[attention, adam, twin])
    for text in ("1412.6980", "1412.6980v2", "https://arxiv.org/pdf/1412.6980v9.pdf", "adam", "ADAM: a method"):
        assert library.entry(text).id == "1412.6980"
    assert library.entry("attention is all you need").id == "1706.03762"
    with pytest.raises(UsageError, match=r"several titles begin with 'atten'.*1706.03762 Attention.*1806.00001"):
        library.entry("atten")
    for text in ("2101.00001", "", "zzz", "%", "a_am"):
        with pytest.raises(NothingFound):
            library.entry(text)


def test_a_paper_that_is_known_but_not_on_the_list_is_not_found(library: Library, adam: PaperRecord) -> None:
    library.save_records([adam])
    assert library.find("adam") == []
    assert library.pending() == ()
    with pytest.raises(NothingFound):
        library.entry("adam")


def test_moves_keep_minutes_and_reasons(library: Library) -> None:
    library.add([NewEntry(id="1412.6980")])
    library.move("1412.6980", "reading", minutes=20)
    entry = library.move("arxiv:1412.6980v1", "read", minutes=25, reason="got it", command="done 1412.6980")
    assert (entry.state, entry.minutes) == ("read", 45)
    event = library.log(1)[0]
    assert (event.kind, event.before, event.after, event.minutes, event.reason) == (
        "state",
        "reading",
        "read",
        25,
        "got it",
    )


def test_staying_where_one_is_leaves_no_trace(library: Library) -> None:
    library.add([NewEntry(id="1412.6980", state="reading")])
    before = content(library)
    library.move("1412.6980", "reading")
    assert content(library) == before


@pytest.mark.parametrize("before", STATES)
def test_only_steps_of_the_table_are_taken(library: Library, before: str) -> None:
    for number, after in enumerate(STATES):
        paper = f"2001.{number:05d}"
        library.add([NewEntry(id=paper, state=before)])
        if after == before or after in FOLLOWERS[before]:
            assert library.move(paper, after).state == after
        else:
            with pytest.raises(Refused, match=f"{paper} is {before}: expected one of"):
                library.move(paper, after)
            assert library.entry(paper).state == before


def test_the_ladder_can_be_climbed_and_the_inbox_is_only_a_beginning() -> None:
    ladder = ["inbox", "queued", "skimmed", "reading", "read", "implementing", "reproduced", "explained"]
    assert all(after in FOLLOWERS[before] for before, after in pairwise(ladder))
    assert set(FOLLOWERS) == set(STATES)
    assert not any("inbox" in after for after in FOLLOWERS.values())
    assert [s for s in STATES if "reproduced" in FOLLOWERS[s]] == ["implementing", "explained"]


def test_moving_says_what_is_wrong(library: Library) -> None:
    library.add([NewEntry(id="1412.6980")])
    with pytest.raises(UsageError, match="expected a state"):
        library.move("1412.6980", "fresh")
    with pytest.raises(UsageError, match="expected minutes"):
        library.move("1412.6980", "read", minutes=-1)
    with pytest.raises(NothingFound, match="`paperlab add` queues one"):
        library.move("1706.03762", "read")


def test_notes_ideas_and_tags_are_kept(library: Library) -> None:
    library.add([NewEntry(id="1412.6980")])
    library.note("1412.6980", "# Adam\n\nbias \0correction")
    library.idea("1412.6980", main_idea="moments", build=" an optimizer ")
    library.idea("1412.6980", unclear="epsilon")
    entry = library.tag("1412.6980", add=["Opt", "c++"], remove=["none"])
    assert library.notes("1412.6980") == "# Adam\n\nbias correction"
    assert library.ideas("1412.6980") == {"main_idea": "moments", "build": "an optimizer", "unclear": "epsilon"}
    assert entry.tags == ("c++", "opt")
    assert library.tag("1412.6980", remove=["opt"]).tags == ("c++",)
    library.note("1412.6980", "  ")
    assert library.notes("1412.6980") == ""


def test_change_sets_and_takes_away(library: Library) -> None:
    library.add([NewEntry(id="1412.6980", why="old", parent="1706.03762")])
    entry = library.change("1412.6980", priority=0, why="", parent="")
    assert (entry.priority, entry.why, entry.parent) == (0, None, None)
    assert library.change("1412.6980", priority=9).priority == 9
    with pytest.raises(UsageError):
        library.change("1412.6980", parent="1412.6980")


def test_remove_takes_all_or_none(library: Library) -> None:
    library.add([NewEntry(id="1412.6980", tags=("a",)), NewEntry(id="1706.03762")])
    library.note("1412.6980", "x")
    with pytest.raises(NothingFound):
        library.remove(["1412.6980", "2101.00001"])
    assert library.count() == 2
    assert library.remove(["1412.6980", "1412.6980v2"]) == ("1412.6980",)
    assert [e.id for e in library.entries()] == ["1706.03762"]


def test_what_is_known_of_a_paper_comes_back_as_its_record(library: Library, adam: PaperRecord) -> None:
    library.add([NewEntry(id=adam.id), NewEntry(id="1706.03762")], records=[adam], command="add")
    library.move(adam.id, "reading")
    assert library.known([adam.id, "1706.03762", "2001.00001"]) == {adam.id}
    assert library.record("arXiv:1412.6980v2") == adam
    assert library.record("1706.03762") is None
    assert [(e.paper, e.kind) for e in library.history(adam.id)] == [(adam.id, "state"), (adam.id, "added")]


def test_feeds_remember_ids_not_dates(library: Library) -> None:
    assert library.add_feed("cs.LG")
    assert not library.add_feed(" cs.LG ")
    ids = ["2401.00001", "2401.00002", "2401.00003"]
    one, two, three = (Announcement(record=PaperRecord(id=id, version=1, title="T"), kind="new") for id in ids)
    library.take("cs.LG", [two, one], told={"etag": '"e"', "batch_day": "2026-03-02"})
    taken = library.take("cs.LG", [three, two], told={"etag": None, "modified": "Tue", "batch_day": "2026-03-03"})
    (feed,) = library.feeds()
    assert (feed.batch, feed.etag, feed.modified) == ((f"{ids[1]}v1", f"{ids[2]}v1"), None, "Tue")
    assert (taken.listed, taken.fresh, taken.new) == (2, 1, 1)
    assert library.seen("cs.LG", [f"{ids[0]}v1", f"{ids[0]}v2"]) == {f"{ids[0]}v1"}
    library.take("cs.LG", [two, three], told={"batch_day": "2026-03-04"})
    (stale,) = library.feeds()
    assert (stale.batch, stale.batch_day, stale.batch_at) == (feed.batch, "2026-03-03", feed.batch_at)
    assert stale.checked_at > feed.checked_at
    library.remove_feed("cs.LG")
    with pytest.raises(NothingFound, match=r"none yet"):
        library.remove_feed("cs.LG")
    library.undo()
    assert [f.name for f in library.feeds()] == ["cs.LG"]


def test_real_records_come_back_and_are_found(library: Library, shared_arxiv: Path) -> None:
    import xml.etree.ElementTree as ElementTree

    ns = {"a": "http://arxiv.org/OAI/arXiv/"}
    root = ElementTree.parse(shared_arxiv / "oai" / "ListRecords_cs_arXiv_page1.xml").getroot()
    records = [
        PaperRecord(
            id=item.findtext("a:id", namespaces=ns), title=" ".join(item.findtext("a:title", namespaces=ns).split()),
            abstract=item.findtext("a:abstract", namespaces=ns).strip(), comment=item.findtext("a:comments", None, ns),
            authors=tuple(a.findtext("a:keyname", "", ns) for a in item.iterfind(".//a:author", ns)),
            categories=tuple(item.findtext("a:categories", "", ns).split()),
        )
        for item in root.iter("{http://arxiv.org/OAI/arXiv/}arXiv")
    ]  # fmt: skip
    assert len(records) == 1000
    entries = library.add([NewEntry(id=r.id) for r in records], records=records)
    assert [(e.id, e.title, e.authors, e.abstract) for e in entries] == [
        (r.id, r.title, r.authors, r.abstract) for r in records
    ]
    for record in records[::50]:
        assert record.id in [e.id for e in library.find(record.title, limit=5)]
