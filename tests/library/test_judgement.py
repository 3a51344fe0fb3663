"""Learned relevance, exploration, pace, decisions, likeness: against slow words of their own, and over real records."""

import math
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from paperlab.errors import NothingFound
from paperlab.library import Library, learning, linear, words
from paperlab.library.exploring import mixed, slots
from paperlab.library.hits import paired, wilson
from paperlab.library.implementable import points
from paperlab.library.learning import labels
from paperlab.library.upkeep import apply
from paperlab.records.changes import NewEntry
from tests.library.topics import DAY, papers, record


@pytest.fixture(scope="module")
def lesson(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the list of `taught` once; no test opens it, each takes a copy."""
    path = tmp_path_factory.mktemp("lesson") / "reading_list.db"
    with Library.create(path, clock=lambda: DAY) as library:
        told = papers(40)
        library.add([NewEntry(id=p.id, state="inbox") for p in told], records=told)
        for n in (1, 3, 5, 7, 9, 11):
            library.move(f"2001.{n:05d}", "read", minutes=90)
        for n in (0, 2, 4, 6):
            library.move(f"2001.{n:05d}", "dropped", reason="not my area")
    return path


@pytest.fixture
def taught(lesson: Path, path: Path) -> Iterator[Library]:
    """Forty papers of two topics in the inbox; of one, six were read, of the other four dropped."""
    shutil.copy(lesson, path)
    with Library.open(path, write=True, clock=lambda: DAY) as library:
        yield library


def relevance(library: Library) -> dict[str, float]:
    return dict(library._connection.execute("SELECT paper, relevance FROM entries"))


def test_what_i_read_lifts_its_like_and_what_i_drop_sinks(taught: Library) -> None:
    found = relevance(taught)
    kernel = [v for p, v in found.items() if int(p[-2:]) % 2]
    assert min(kernel) > max(v for p, v in found.items() if not int(p[-2:]) % 2)
    assert taught.triage_order(9)[0].entry.title.startswith("On kernel")
    why = taught.why("2001.00013")
    assert "kernel" in dict(why.words)
    assert {n.entry.state for n in why.near} == {"read"}
    assert "inbox" in why.left_out
    assert taught.why("2001.00008").relevance < 0
    assert dict(taught.ranker_report().words_for)["kernel"] > 0
    assert dict(taught.ranker_report().words_against)["genome"] < 0


def test_nothing_is_learned_from_little(path: Path) -> None:
    with Library.create(path) as library:
        told = papers(8)
        library.add([NewEntry(id=p.id, state="inbox") for p in told], records=told)
        for n in range(4):
            library.move(f"2001.{n:05d}", "read")
        assert set(relevance(library).values()) == {0.0}
        assert library.why("2001.00001").learned.needed == 1
        library.move("2001.00005", "queued")
        assert any(relevance(library).values())
        assert library.why("2001.00001").learned.needed == 0


def test_a_followed_category_counts_before_anything_is_learned(path: Path) -> None:
    with Library.create(path) as library:
        told = papers(8)
        library.add([NewEntry(id=p.id, state="inbox") for p in told], records=told)
        library.add_feed("cs.LG")
        found = relevance(library)
        assert found["2001.00001"] > 0 >= found["2001.00000"]


def test_undo_takes_back_what_was_learned(taught: Library) -> None:
    before = relevance(taught)
    taught.move("2001.00008", "read")
    assert relevance(taught) != before
    taught.undo()
    assert relevance(taught) == before
    taught.redo()
    assert relevance(taught) != before


def test_what_was_learned_can_be_lost(taught: Library) -> None:
    before = relevance(taught)
    c = taught._connection
    c.execute("DELETE FROM vectors")
    c.execute("UPDATE learned SET data = x'00' WHERE name = 'weights'")
    assert taught.similar("2001.00001")
    assert taught.why("2001.00001").words == ()
    c.execute("INSERT INTO unlearned SELECT paper FROM entries")
    c.execute("UPDATE learned SET number = 1 WHERE name = 'stale'")
    assert taught.learn()
    assert relevance(taught) == before
    assert not taught.learn()


def test_a_text_that_changes_is_taken_apart_anew(taught: Library) -> None:
    taught.save_records([replace(record(13, "genome"), version=2)])
    assert relevance(taught)["2001.00013"] < 0.5 * relevance(taught)["2001.00015"]


def test_a_large_list_is_learned_only_when_asked(path: Path) -> None:
    with Library.create(path) as library:
        told = papers(230)
        library.add([NewEntry(id=p.id, state="inbox") for p in told], records=told)
        for n in range(1, 21, 2):
            library.move(f"2001.{n:05d}", "read")
        assert set(relevance(library).values()) == {0.0}
        assert library.learn()
        found = relevance(library)
        assert found["2001.00101"] > found["2001.00100"]
        library.add(
            [NewEntry(id="2002.00001", state="inbox")], records=[replace(record(501, "kernel"), id="2002.00001")]
        )
        assert relevance(library)["2002.00001"] > 0  # by the model that is there
        library.move("2001.00100", "dropped")
        assert library.why("2001.00001").learned.stale


def waiting(library: Library) -> int:
    return library._connection.execute("SELECT count(*) FROM unlearned").fetchone()[0]


def test_on_a_large_list_only_a_command_that_brings_papers_takes_some_apart(path: Path) -> None:
    with Library.create(path) as library:
        told = papers(300)
        library.add([NewEntry(id=p.id, state="inbox") for p in told[:250]], records=told)
        assert waiting(library) == 250 - 64
        library.move("2001.00001", "read", minutes=5)
        library.tag("2001.00200", add=("x",))
        library.remove(["2001.00002"])
        assert waiting(library) == 250 - 64
        library.undo()
        assert waiting(library) == 250 - 2 * 64 + 1  # the paper that came back waits again
        library.save_records([replace(record(3, "genome"), version=2)])
        assert waiting(library) == 250 - 3 * 64 + 2
        library.add([NewEntry(id=p.id, state="inbox") for p in told[250:]])
        assert waiting(library) == 300 - 4 * 64 + 2
        library.add([NewEntry(id="2001.00299", priority=3)])
        assert waiting(library) == 300 - 4 * 64 + 2
        assert library.learn()
        assert waiting(library) == 0


@pytest.mark.parametrize(
    ("reason", "weight"), [("not my area", 2.0), ("later", 0.25), ("seen", 0.25), ("weak", 1.5), (None, 1.0)]
)
def test_why_i_dropped_a_paper_says_how_much_it_counts(path: Path, reason: str | None, weight: float) -> None:
    with Library.create(path) as library:
        library.add([NewEntry(id="2001.00001")], records=[record(1, "kernel")])
        library.move("2001.00001", "dropped", reason=reason)
        assert [(one.liked, one.dropped) for one in labels(library._connection)] == [(0.0, weight)]


def test_further_up_the_ladder_counts_more(path: Path) -> None:
    states = ("queued", "skimmed", "reading", "read", "implementing", "explained")
    with Library.create(path) as library:
        library.add([NewEntry(id=f"2001.{n:05d}", state=s) for n, s in enumerate(states)], records=papers(6))
        assert [one.liked for one in sorted(labels(library._connection))] == [1, 1.5, 1.5, 2, 3, 5]


def apart(library: Library) -> dict[str, words.Terms]:
    rows = library._connection.execute("SELECT paper, terms, length FROM vectors")
    return {row[0]: words.unpacked(row[1], row[2]) for row in rows}


def cosine(a: words.Terms, b: words.Terms, rarity: list[float]) -> float:
    x, y = ({n: w * rarity[n] for n, w in zip(p.numbers, p.weights, strict=True)} for p in (a, b))
    dot = sum(v * y.get(n, 0) for n, v in x.items())
    return dot / math.sqrt(sum(v * v for v in x.values()) * sum(v * v for v in y.values()))


def test_similar_is_the_cosine_of_all_pairs(taught: Library) -> None:
    told = papers(40)
    apart = [words.terms(p.title, p.abstract, p.authors, p.categories) for p in told]
    rarity = list(linear.corpus(apart).rarity)
    scores = {told[n].id: cosine(apart[13], apart[n], rarity) for n in range(40) if n != 13}
    found = taught.similar("2001.00013", limit=5)
    assert [n.cosine for n in found] == pytest.approx(sorted(scores.values(), reverse=True)[:5], rel=1e-4)
    assert all(n.cosine == pytest.approx(scores[n.entry.id], rel=1e-4) for n in found)
    assert "kernel" in {word for n in found for word in n.words}


def test_similar_of_a_paper_that_is_not_on_the_list(taught: Library) -> None:
    taught.save_records([replace(record(99, "genome"), id="2009.00001")])
    assert taught.similar("2009.00001", limit=1)[0].entry.title.startswith("On genome")
    with pytest.raises(NothingFound):
        taught.similar("2009.00002")


def test_one_of_ten_is_drawn_by_chance() -> None:
    days = [f"2026-{m:02d}-{d:02d}T10:00:00Z" for m in range(1, 13) for d in range(1, 29)]
    assert {slots(10, day) for day in days} == {1}
    assert sum(slots(5, day) for day in days) / len(days) == pytest.approx(0.5, abs=0.08)
    names = [f"p{n:03d}" for n in range(200)]
    chosen = mixed(names, days[0], 20)
    assert sum(chance for _, chance in chosen) == 2
    assert {p for p, chance in chosen if chance}.isdisjoint(names[:20])
    assert chosen == mixed(names, days[0][:11] + "23:00:00Z", 20)
    assert chosen != mixed(names, days[1], 20)


@pytest.mark.parametrize("limit", [1, 4, 10, 23, 200])
def test_a_sitting_of_any_length_sees_one_of_ten_by_chance(limit: int) -> None:
    """The whole inbox, as `triage` gives it, too; and what is not drawn stays in order."""
    names = [f"p{n:03d}" for n in range(200)]
    days = [f"2026-{m:02d}-{d:02d}T10:00:00Z" for m in range(1, 13) for d in range(1, 29)]
    seen = [mixed(names, day, limit) for day in days]
    assert sum(chance for one in seen for _, chance in one) / (len(days) * limit) == pytest.approx(0.1, abs=0.03)
    for chosen in seen:
        assert len({paper for paper, _ in chosen}) == limit
        ordered = [paper for paper, chance in chosen if not chance]
        assert ordered == sorted(ordered)
        assert all(paper >= names[20] for paper, chance in chosen if chance)
    assert mixed(names[:10], days[0], 10) == [(paper, False) for paper in names[:10]]


def test_a_paper_drawn_by_chance_is_said_to_be(path: Path) -> None:
    with Library.create(path, clock=lambda: DAY) as library:
        told = papers(60)
        library.add([NewEntry(id=p.id, state="queued" if n % 5 else "inbox") for n, p in enumerate(told)], records=told)
        found = library.ranked(limit=10)
        assert [r.explore for r in found] == [False] * 9 + [True]
        assert found == library.ranked(limit=10)
        assert found[-1].entry.state == "queued"
        assert len({r.entry.id for r in found}) == 10
        assert not any(r.explore for r in library.ranked(limit=100))
        assert all(r.minutes <= 60 for r in library.ranked(limit=10, minutes=60))


def test_decisions_are_judged_by_what_was_known_before(taught: Library) -> None:
    rows = taught._connection.execute("SELECT paper, accepted, others FROM decisions ORDER BY event").fetchall()
    assert [(row[0], row[1]) for row in rows] == [
        *((f"2001.{n:05d}", 1) for n in (1, 3, 5, 7, 9, 11)),
        *((f"2001.{n:05d}", 0) for n in (0, 2, 4, 6)),
    ]
    assert {row[2] for row in rows} == {39}  # those decided on the same day still count
    report = taught.ranker_report()
    assert (report.accepted, report.dropped) == (6, 4)
    taught.move("2001.00013", "queued")
    better, equal, newer = taught._connection.execute(
        "SELECT better, equal, newer FROM decisions ORDER BY event DESC LIMIT 1"
    ).fetchone()
    assert (better + equal, newer) == pytest.approx((better + equal, 26))
    assert better < 20
    taught.undo()
    assert taught.ranker_report().accepted == 6
    taught.move("2001.00014", "snoozed", until="2027-01-01T00:00:00Z")
    assert taught.ranker_report().accepted == 6


def test_shares_have_intervals() -> None:
    assert wilson(0, 0).value is None
    low = wilson(0, 10)
    assert low.low == pytest.approx(0, abs=1e-12)
    assert low.high == pytest.approx(0.2775, abs=1e-3)  # Wilson's own table
    even = paired([(True, False), (False, True)])
    assert even.value == 0
    assert even.low < -0.9


def test_my_pace_corrects_minutes(taught: Library) -> None:
    why = taught.why("2001.00013")
    assert why.pace.papers == 6
    assert why.pace.factor == pytest.approx((6 * 90 + 5 * 60) / (6 * 60 + 5 * 60))
    assert why.ranked.minutes == 76
    assert taught.why("2001.00013", pace=False).ranked.minutes == 60
    assert taught.why("2001.00013", depth="skim").ranked.minutes == 10


def test_a_pace_that_was_undone_is_none_of_mine(taught: Library) -> None:
    before = taught.why("2001.00013").pace
    taught.move("2001.00001", "read", minutes=900)
    assert taught.why("2001.00013").pace.factor > before.factor
    taught.undo()
    assert taught.why("2001.00013").pace == before


ACTS = {
    "one more step of priority": lambda library, id: library.add([NewEntry(id=id, priority=1)]),
    "a line of why": lambda library, id: library.add([NewEntry(id=id, why="the tiling trick")]),
    "starting to read it": lambda library, id: library.move(id, "reading"),
}
DEAF = {"relevance": 0.0, "against": 0.0}
"""What is learned from an act is not part of what is told of it."""


@pytest.mark.parametrize("state", ["queued", "skimmed"])
def test_what_would_raise_a_score_raises_it_by_what_was_told(taught: Library, state: str) -> None:
    id = "2001.00013"
    taught.move(id, state, minutes=5 if state == "skimmed" else None)
    before = taught.why(id, weights=DEAF)
    told = {what: float(by) for what, by in (line.rsplit(": ", 1) for line in before.raise_it)}
    assert set(told) == {*ACTS, "a month of waiting", "skimming it only"}
    for act, done in ACTS.items():
        done(taught, id)
        assert taught.why(id, weights=DEAF).ranked.score - before.ranked.score == pytest.approx(told[act], abs=6e-5)
        taught.undo()
    skimmed = taught.why(id, weights=DEAF, depth="skim").ranked.score
    assert skimmed - before.ranked.score == pytest.approx(told["skimming it only"], abs=6e-5)


def test_who_has_waited_a_year_gains_nothing_by_waiting(path: Path) -> None:
    at = [DAY]
    with Library.create(path, clock=lambda: at[0]) as library:
        library.add([NewEntry(id="2001.00001")], records=papers(2)[1:])
        assert "a month of waiting: +0.0167" in library.why("2001.00001").raise_it
        at[0] = "2027-05-17T00:00:00Z"  # 350 days: ten of them are left to count
        assert "a month of waiting: +0.0056" in library.why("2001.00001").raise_it
        at[0] = "2027-06-01T00:00:00Z"
        assert not [line for line in library.why("2001.00001").raise_it if "month" in line]


def test_a_paper_is_not_liked_for_being_like_itself(taught: Library) -> None:
    taught.add([NewEntry(id="2001.00010", priority=9)])
    like = learning._fitted(taught._connection, apart(taught), labels(taught._connection), [])
    assert like["2001.00010"] < like["2001.00012"]  # its twin in all but the label


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20, deadline=None)
@given(weights=st.dictionaries(st.sampled_from(["priority", "relevance", "age", "list"]), st.floats(0, 50)))
def test_weights_are_mine_and_terms_add_up(taught: Library, weights: dict[str, float]) -> None:
    taught.change("2001.00001", priority=3)
    for n in (13, 14, 15):
        taught.move(f"2001.{n:05d}", "queued")
    for ranked in taught.ranked(weights=weights):
        assert ranked.score == pytest.approx(math.fsum(v for _, v in ranked.terms), abs=1e-9)


@pytest.mark.parametrize(
    ("abstract", "comment", "expected"),
    [
        ("A proof.", None, 0),
        ("Code is at https://github.com/a/b.", None, 2),
        ("We train on MNIST and CIFAR-10.", "code is available at gitlab.com/x/y", 3),
        ("We release our code.", "12 pages", 1),
        ("Mnistry of silly data", "", 0),
    ],
)
def test_what_speaks_for_an_implementation(abstract: str, comment: str | None, expected: int) -> None:
    assert points(abstract, comment) == expected


def test_code_lifts_and_withdrawal_sinks(path: Path) -> None:
    with Library.create(path) as library:
        told = [
            record(1, "kernel"), record(2, "kernel", comment="https://github.com/a/b"), record(3, "kernel", withdrawn=True),
        ]  # fmt: skip
        library.add([NewEntry(id=p.id, priority=9 if p.withdrawn else 0) for p in told], records=told)
        assert [r.entry.id[-1] for r in library.ranked()] == ["2", "1", "3"]
        library.save_records([replace(told[1], version=2, withdrawn=True)])
        assert library.ranked()[0].entry.id.endswith("1")


def test_an_older_list_is_brought_up_to_date(path: Path) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    apply(connection, at=DAY, upto="m005_judgement")
    connection.execute(
        "INSERT INTO papers (id, title, abstract, authors, withdrawn) VALUES ('2001.00001', 'T', 'on MNIST', '[\"A\"]', 1)"
    )
    connection.execute("INSERT INTO entries (paper, added_at, why) VALUES ('2001.00001', '2026-01-01T00:00:00Z', 'w')")
    connection.close()
    with Library.open(path, clock=lambda: DAY) as library:
        assert library.ranked()[0].entry.why == "w"
        assert library.similar("2001.00001") == []
    with Library.open(path, write=True, clock=lambda: DAY) as library:
        row = library._connection.execute("SELECT implementable, withdrawn, why FROM entries").fetchone()
        assert row == (1, 1, "w")
        assert library._connection.execute("SELECT count(*) FROM vectors").fetchone() == (1,)
