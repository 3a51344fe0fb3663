"""The corpus: what is imported is found, whatever the order; the plan of a query changes its speed alone."""

import contextlib
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from unicodedata import combining, normalize

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from paperlab.errors import LabUnusable, UsageError
from paperlab.library import Corpus, corpus_plan, corpus_query, corpus_write
from paperlab.library.corpus_rows import Maker, number_of
from paperlab.records.paper import PaperRecord

WORDS = "deep learning of the model models graph survey in ann cats dogs".split()


def record(number: int, title: str, abstract: str = "", version: int | None = 1, **more: object) -> PaperRecord:
    told = {
        "authors": ("Ann Lee",),
        "categories": ("cs.LG", "stat.ML"),
        "updated": f"2020-01-0{version or 1}T00:00:00Z",
    }
    made = told | {"published": "2020-01-01T00:00:00Z"} | more
    return PaperRecord(id=f"2001.{number:05}", title=title, abstract=abstract, version=version, **made)


def fill(corpus: Corpus, records: list[PaperRecord], deleted: tuple[str, ...] = (), *, at_once: int = 1000) -> None:
    with corpus.write() as writer:
        source = writer.begin("dump.json", "1")
        common = writer.common(records)
        for start in range(0, len(records), at_once):
            rows = Maker(common).rows(records[start : start + at_once])
            writer.write(rows, deleted, source=source, place=(0, start))
        writer.finish(source)
        writer.settle(lambda *_: None)


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    return Corpus(tmp_path / "corpus.db")


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A corpus that knows its common words from the first papers on, and ranks ten."""
    monkeypatch.setattr(corpus_write, "_SAMPLE", 2)
    monkeypatch.setattr(corpus_write, "_COMMON_SHARE", 0.3)
    monkeypatch.setattr(corpus_query, "RANKED_MOST", 10)
    return


def ids(corpus: Corpus, query: str, limit: int = 50) -> list[str]:
    return [r.id[-2:].lstrip("0") for r in corpus.find(query, limit=limit).records]


TEXTS = [
    record(1, "Deep learning of cats", "We train convolutional networks on the cats", authors=("Ann Lee",)),
    record(2, "GPT-4 and C++ for cats", "A deep look at the dogs ++", authors=("Bob Dean",)),
    record(3, "Survey", "Learning to learn about dogs; deep learning", categories=("math.CO",)),
    record(4, "注意力机制研究 🤗", "Attention in Chinese", authors=("李 明",), published="2021-03-01T00:00:00Z"),
    record(5, "Schrödinger’s optimizer", "État de l'art of the art", version=None),
]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("survey", "3"), ("learn dogs", "3"), ('"deep learning"', "13"), ("DEEP cats", "12"), ("gpt-4", "2"),
        ("c++", "2"), ("schrodinger", "5"), ("conv*", "1"), ('"deep learn"*', "13"), ("author:dean", "2"),
        ('author:"ann lee"', "135"), ("title:learning", "1"), ("abstract:learning", "3"), ("title:机", "4"),
        ("力机", "4"), ("🤗", "4"), ("author:明", "4"), ("2001.00003", "3"), ("arXiv:2001.00003v2", "3"),
        ("2001.00099", ""), ("cat:math.CO", "3"), ("cat:math", "3"), ("cat:stat.ML cats", "12"), ("cat:cs.L", ""),
        ("since:2021", "4"), ("since:2020-02 dogs", ""), ("tag:nlp cats", ""), ("state:read", ""), ("dogs ++", "2"),
        ('"of the"', "5"), ('"the of"', ""), ("", ""), ('"', ""), ("*", ""), ("++", ""), ("unknown:dogs", ""),
        ("a*", "12345"), ("before:2021", "1235"), ("before:2020", ""), ("-since:2021", "1235"), ("-before:2021", "4"),
        ("before:2021 deep", "123"), ("dogs -cats", "3"), ('dogs -"deep learning"', "2"), ("dogs -title:survey", "2"),
        ("-cat:cs.LG since:2020", "3"), ("deep -title:l*", "23"), ('deep -"++"', "13"), ("deep -tag:nlp", "123"),
    ],
)  # fmt: skip
def test_queries_find_what_they_say(corpus: Corpus, small: None, query: str, expected: str) -> None:
    fill(corpus, TEXTS)
    assert sorted(ids(corpus, query)) == list(expected)


@pytest.mark.parametrize(
    "query",
    ["schrödinger", '"Schrödinger equation"', "title:schrödinger equation", "schrodinger", '"schrodinger equation"',
     "title:schroding*", r"Schr\'odinger"],
)  # fmt: skip
def test_an_accent_finds_what_was_written_in_tex_too(corpus: Corpus, small: None, query: str) -> None:
    titles = [r"A Schr\"odinger equation", r"The Schr\"{o}dinger equation", "Schrödinger equations", "An equation"]
    fill(corpus, [record(number, title) for number, title in enumerate(titles, 1)])
    assert sorted(ids(corpus, query)) == ["1", "2", "3"]


LETTERS = {"o": "o", r"\"o": "ö", r"\H{o}": "ő", r"\'e": "é", r"{\'{e}}": "é", r"\v{c}": "č", r"\c c": "ç", "r": "r",
           "t": "t", r"{\o}": "ø", r"{\ss}": "ß", r"\l{}": "ł"}  # fmt: skip
"""A letter as it may be typed in TeX -> as it is printed."""
typed = st.lists(st.lists(st.sampled_from(sorted(LETTERS)), min_size=1, max_size=5), min_size=1, max_size=3)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(typed, min_size=1, max_size=6), st.integers(0, 5))
def test_accents_in_tex_are_found_as_those_of_letters_and_by_plain_words(
    tmp_path_factory: pytest.TempPathFactory, titles: list[list[list[str]]], which: int
) -> None:
    """Any number of them in a word, in titles and abstracts."""
    tex = [" ".join("".join(word) for word in title) for title in titles]
    printed = [" ".join("".join(LETTERS[sign] for sign in word) for word in title) for title in titles]
    one, other = (Corpus(tmp_path_factory.mktemp("c") / "corpus.db") for _ in range(2))
    fill(one, [record(n, text, text) for n, text in enumerate(tex)])
    fill(other, [record(n, text, text) for n, text in enumerate(printed)])
    asked = printed[which % len(printed)]
    plain = "".join(sign for sign in normalize("NFD", asked) if not combining(sign))
    for query in (asked, plain, f'title:"{plain}"', f'abstract:"{asked}"', asked[:3]):
        assert sorted(ids(one, query)) == sorted(ids(other, query))
        assert len(query) <= 3 or str(which % len(printed) or "") in ids(one, query)
    assert next(iter(one.records(["2001.00000"]).values())).title == tex[0].strip()


@pytest.mark.parametrize("query", ["lojasiewicz", "Łojasiewicz", "sorensen", "Sørensen", "gauss", "Gauß"])
def test_strokes_and_ligatures_are_found_as_letters_of_a_keyboard(corpus: Corpus, small: None, query: str) -> None:
    texts = [
        r"{\L}ojasiewicz, S{\o}rensen and Gau{\ss}",
        "Łojasiewicz, Sørensen and Gauß",
        "Lojasiewicz Sorensen Gauss",
    ]
    fill(corpus, [record(number, text) for number, text in enumerate(texts, 1)])
    assert sorted(ids(corpus, query)) == ["1", "2", "3"]


def test_a_record_comes_back_with_where_it_came_from(corpus: Corpus) -> None:
    fill(corpus, TEXTS)
    (found,) = corpus.records(["2001.00002", "2001.00077", "no id"]).values()
    assert (found.title, found.authors, found.categories) == (TEXTS[1].title, ("Bob Dean",), ("cs.LG", "stat.ML"))
    assert found.provenance is not None
    assert found.provenance.address == "corpus: dump.json"


texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=7).map(" ".join)
papers = st.lists(st.tuples(st.integers(1, 8), st.integers(1, 4), texts), min_size=1, max_size=14)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(papers, st.randoms(use_true_random=False), st.integers(1, 5), texts)
def test_order_repetition_and_cuts_of_an_import_change_nothing(
    tmp_path_factory: pytest.TempPathFactory, small: None, told: list[tuple[int, int, str]], chance, at_once, asked
) -> None:
    known = {(n, v): record(n, text, text, version=v) for n, v, text in told}
    records = list(known.values())
    one, other = (Corpus(tmp_path_factory.mktemp("c") / "corpus.db") for _ in range(2))
    fill(one, records)
    again = records * 2
    chance.shuffle(again)
    fill(other, again, at_once=at_once)
    newest = {n: max(v for m, v in known if m == n) for n, _ in known}
    every = [f"2001.{n:05}" for n in newest]
    assert {i: r.version for i, r in one.records(every).items()} == {f"2001.{n:05}": v for n, v in newest.items()}
    assert {i: r.title for i, r in one.records(every).items()} == {i: r.title for i, r in other.records(every).items()}
    assert one.count() == other.count() == len(newest)
    for query in (asked, f'"{asked}"', f"{asked[:2]}*"):
        assert sorted(ids(one, query)) == sorted(ids(other, query))
    with closing(sqlite3.connect(other.path)) as connection:
        connection.execute("INSERT INTO words(words) VALUES ('integrity-check')")


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(texts, min_size=3, max_size=9), st.lists(st.sampled_from(WORDS), min_size=1, max_size=4))
def test_a_phrase_is_what_a_slow_search_finds(
    tmp_path_factory: pytest.TempPathFactory, small: None, titles: list[str], phrase: list[str]
) -> None:
    """With pairs or without: the words in a row, models and model being one."""
    made = Corpus(tmp_path_factory.mktemp("c") / "corpus.db")
    fill(made, [record(n, title) for n, title in enumerate(titles)])
    stem = {"models": "model", "learning": "learn", "cats": "cat", "dogs": "dog"}
    asked = " ".join(f"<{stem.get(w, w)}>" for w in phrase)
    said = [" ".join(f"<{stem.get(w, w)}>" for w in re.findall(r"\w+", title)) for title in titles]
    expected = sorted(str(n) if n else "" for n, text in enumerate(said) if asked in text)
    assert sorted(ids(made, f'title:"{" ".join(phrase)}"')) == expected


alike = st.lists(st.sampled_from("deep den dog dot in ink of offer".split()), min_size=1, max_size=5).map(" ".join)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(titles=["deep", "of"], asked="offer", length=3, most=0)
@given(st.lists(alike, min_size=2, max_size=9), alike, st.integers(1, 3), st.sampled_from([0, 10**6]))
def test_a_beginning_is_what_a_slow_search_finds(
    tmp_path_factory: pytest.TempPathFactory, small: None, titles: list[str], asked: str, length: int, most: int
) -> None:
    """Whether FTS5 puts all words of it together or each is looked for; the last word begins so, those before are whole."""
    made = Corpus(tmp_path_factory.mktemp("c") / "corpus.db")
    fill(made, [record(n, title) for n, title in enumerate(titles)])
    *whole, last = asked.split()[-2:]
    begin = (" ".join([*whole, last[:length]])).strip()
    fits = re.compile(rf"\b{re.escape(begin)}")
    expected = sorted(str(n) if n else "" for n, title in enumerate(titles) if fits.search(title))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(corpus_plan, "_ALL_ENDINGS", most)
        assert sorted(ids(made, f'title:"{begin}"*')) == expected


def test_what_is_old_is_found_behind_very_many_newer_papers(corpus: Corpus, small: None) -> None:
    old = [replace(record(n, "zebra", published="2001-02-01T00:00:00Z"), id=f"math/0102{n:03}") for n in (7, 9)]
    fill(corpus, [*old, *(record(n, "zebra") for n in range(1, 30))])
    assert [r.id for r in corpus.find("zebra before:2010").records] == ["math/0102009", "math/0102007"]


def test_signs_that_no_index_holds_are_looked_for_in_the_best_and_that_is_said(
    corpus: Corpus, small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(corpus, TEXTS)
    assert corpus.find("deep ++").notes == ()
    monkeypatch.setattr(corpus_query, "_LOOKED_MOST", 2)
    assert "the best 2 were looked through" in corpus.find("deep ++").notes[0]


def test_the_order_is_that_of_bm25(corpus: Corpus, small: None) -> None:
    """The oracle is FTS5 itself over all papers, without pairs and without a plan."""
    fill(corpus, TEXTS)
    with closing(sqlite3.connect(":memory:")) as plain:
        plain.execute(
            "CREATE VIRTUAL TABLE f USING fts5(title, abstract, authors, content = '', columnsize = 0, tokenize = 'porter unicode61')"
        )
        for r in TEXTS:
            row = (number_of(r.id), r.title, r.abstract, " ".join(r.authors))
            plain.execute("INSERT INTO f(rowid, title, abstract, authors) VALUES (?, ?, ?, ?)", row)
        for query in ("deep", "learning", "deep AND learning", "dogs", "cats", "ann"):
            sql = "SELECT rowid FROM f WHERE f MATCH ? ORDER BY bm25(f, 10, 1, 5), rowid"
            expected = [row[0] for row in plain.execute(sql, (query,))]
            found = corpus.find(query.replace(" AND ", " ")).records
            assert [number_of(r.id) for r in found] == expected


@pytest.mark.parametrize(("count", "said"), [(9, False), (10, True), (11, True)])
def test_the_newest_are_ranked_where_too_many_match(corpus: Corpus, small: None, count: int, said: bool) -> None:
    """The oldest paper is the best match, and is left out when the border is passed."""
    fill(corpus, [record(1, "zebra"), *(record(n, "Paper", "about a zebra and more") for n in range(2, count + 1))])
    found = corpus.find("zebra")
    assert (found.notes != ()) is said
    assert (found.records[0].id == "2001.00001") is (count <= 10)
    assert len(found.records) == min(count, 10)


@pytest.mark.parametrize("steps", ["_RANK_STEPS", "_STEPS_AT_ONCE"])
def test_a_dear_question_gets_the_same_papers(
    corpus: Corpus, small: None, monkeypatch: pytest.MonkeyPatch, steps: str
) -> None:
    fill(corpus, TEXTS)
    queries = ["deep learning", '"deep learning" dogs', "cats cat:cs.LG", "l*", "ann deep"]
    before = {query: sorted(ids(corpus, query)) for query in queries}
    monkeypatch.setattr(corpus_query, steps, 1)
    assert {query: sorted(ids(corpus, query)) for query in queries} == before


def test_a_deleted_paper_is_gone_and_comes_back(corpus: Corpus) -> None:
    fill(corpus, TEXTS)
    fill(corpus, [], ("2001.00003",))
    with corpus.write() as writer:
        writer.write([], ("2001.00003",), source=writer.begin("x", "1"), place=(0, 1))
    assert (ids(corpus, "survey"), corpus.count()) == ([], 4)
    fill(corpus, TEXTS)
    assert (ids(corpus, "survey"), corpus.count()) == (["3"], 5)


def test_numbers_grow_with_age_and_none_is_shared() -> None:
    order = ["2401.00002", "2401.00001", "1501.00001", "1412.9999", "0704.0001", "math/0703001", "hep-th/0703999",
             "hep-th/9901001", "hep-th/9108001"]  # fmt: skip
    numbers = [number_of(id) for id in order]
    assert numbers == sorted(set(numbers))


signs = st.sampled_from([*"\"'*():^-+~{} aé注🤗4", "author:", "cat:", "NEAR(", "OR"])


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.text(max_size=40), st.lists(signs, max_size=20).map("".join)))
def test_no_text_raises(corpus: Corpus, query: str) -> None:
    if not corpus.exists():
        fill(corpus, TEXTS[:2])
    with contextlib.suppress(UsageError):  # a date that is none
        assert corpus.find(query).notes == ()


@pytest.mark.parametrize(("content", "told"), [(b"", "empty"), (b"no database" * 500, "corrupt")])
def test_a_file_that_is_no_corpus_says_what_to_do(corpus: Corpus, content: bytes, told: str) -> None:
    corpus.path.write_bytes(content)
    with pytest.raises(LabUnusable, match=f"{told}.*delete it"):
        corpus.find("x")


@pytest.mark.parametrize(("schema", "told"), [(99, "newer"), (1, "older")])
def test_a_corpus_of_another_schema_is_refused(corpus: Corpus, schema: int, told: str) -> None:
    fill(corpus, TEXTS)
    with closing(sqlite3.connect(corpus.path)) as connection:
        connection.execute(f"PRAGMA user_version = {schema}")
    with pytest.raises(LabUnusable, match=rf"{told} paperlab.*delete it and import"):
        corpus.find("x")
    with pytest.raises(LabUnusable, match=rf"{told} paperlab.*delete it and import"), corpus.write():
        pass
