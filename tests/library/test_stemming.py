"""`begin*` where the index holds stems: what begins so is found, however its stem is cut, by the list and the corpus."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paperlab.library import Corpus, Library
from paperlab.library.corpus_rows import Maker
from paperlab.library.stemming import Stemmer
from paperlab.records.changes import NewEntry
from paperlab.records.paper import PaperRecord

WORDS = (
    "operation operational operate operators generation generative general generalization disjoint different studies study studied "
    "networks network hopping hop optimization optimizer optimal probability probabilities representation differential "
    "transformers transformation attention convolutional relational agreed happily happiness quantization adjustable "
    "irritant dependent replacement communism effective adaptivity"
).split()


@pytest.fixture(scope="module")
def records() -> list[PaperRecord]:
    return [
        PaperRecord(id=f"2001.{n:05}", title=word, version=1, categories=("cs.LG",)) for n, word in enumerate(WORDS, 1)
    ]


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory, records: list[PaperRecord]) -> Library:
    library = Library.create(tmp_path_factory.mktemp("list") / "reading_list.db")
    library.add([NewEntry(id=r.id) for r in records], records=records)
    return library


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory, records: list[PaperRecord]) -> Corpus:
    made = Corpus(tmp_path_factory.mktemp("corpus") / "corpus.db")
    with made.write() as writer:
        writer.write(Maker({}).rows(records), (), source=writer.begin("x", "1"), place=(0, 1))
        writer.settle(lambda *_: None)
    return made


begins = st.sampled_from(WORDS).flatmap(lambda word: st.integers(1, len(word)).map(lambda n: word[:n]))


@settings(max_examples=60, deadline=None)
@given(begins)
def test_what_begins_so_is_found_and_nothing_else_but_the_word_itself(
    listed: Library, corpus: Corpus, begin: str
) -> None:
    expected = {word for word in WORDS if word.startswith(begin)}
    stem, *others = Stemmer()([begin, *WORDS])
    forms = {word for word, found in zip(WORDS, others, strict=True) if found == stem}
    assert expected <= {entry.title for entry in listed.find(f"{begin}*")} <= expected | forms
    assert expected <= {record.title for record in corpus.find(f"{begin}*").records}
    without = {entry.title for entry in listed.find(f"-{begin}* state:queued")}
    assert not without & expected
    assert without >= set(WORDS) - expected - forms


@pytest.mark.parametrize(
    ("query", "expected"), [("dis*", {"disjoint"}), ("operati*", {"operation", "operational"}), ("title:generati*", {"generation", "generative"}),
                            ("abstract:generati*", set()), ("study*", {"study", "studies", "studied"})],
)  # fmt: skip
def test_examples(listed: Library, query: str, expected: set[str]) -> None:
    assert {entry.title for entry in listed.find(query)} == expected


def test_dis_is_not_the_beginning_of_different_in_the_corpus(corpus: Corpus) -> None:
    assert [record.title for record in corpus.find("dis*").records] == ["disjoint"]


def test_accents_are_no_matter(corpus: Corpus) -> None:
    assert [record.title for record in corpus.find("dïsj*").records] == ["disjoint"]
