import contextlib
import copy
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from paperlab.errors import UsageError
from paperlab.library import Library
from paperlab.library.filters import FILTERS
from paperlab.records.changes import NewEntry
from paperlab.records.origins import Citation
from paperlab.records.paper import PaperRecord
from tests.library.conftest import Clock

TEXTS = [
    ("2001.00001", "Deep learning of cats", "Convolution and pooling", ("Ann Lee",)),
    ("2001.00002", "Cats and dogs", "Deep nets with c++ and gpt-4", ("Bo Dean",)),
    ("2001.00003", "A survey", "Learning to learn about dogs; deep learning", ("Ann Dean",)),
    ("2001.00004", "注意力机制研究 🤗", "Attention in Chinese", ("李 明",)),
    ("2001.00005", "Schrödinger’s optimizer", "État de l'art", ("É. Cole",)),
]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Clock]:
    """Write the list once; no test opens it, each takes a copy. The clock tells when it was done."""
    path, clock = tmp_path_factory.mktemp("written") / "reading_list.db", Clock()
    with Library.create(path, clock=clock) as library:
        fill(library)
    return path, clock


@pytest.fixture
def filled(written: tuple[Path, Clock], path: Path) -> Iterator[Library]:
    done, clock = written
    shutil.copy(done, path)
    with Library.open(path, write=True, clock=copy.copy(clock)) as library:
        yield library


def fill(library: Library) -> None:
    for number, (paper, title, abstract, authors) in enumerate(TEXTS):
        record = PaperRecord(
            id=paper, title=title, abstract=abstract, authors=authors, published=f"202{number}-05-01T00:00:00Z",
            comment="12 pages" if number == 2 else None, categories=("stat.ML", "cs.LG") if number == 0 else ("math.PR",),
        )  # fmt: skip
        library.add([NewEntry(id=paper, tags=("even",) if number % 2 else ())], records=[record])
    library.note("2001.00005", "remember the *lottery ticket*")
    library.move("2001.00001", "reading", minutes=20)
    library.change("2001.00002", priority=5, why="because")
    library.change("2001.00003", priority=2)
    library.change("2001.00004", parent="2001.00001")
    library.tag("2001.00004", add=["odd"])
    library.save_references("2001.00002", [Citation(id="2001.00001", source="abstract")], source="abstract")


def ids(library: Library, query: str) -> list[str]:
    return [e.id[-1] for e in library.find(query)]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("author:lukasz", ["1", "2"]),
        ("lukasz kaiser", ["1", "2"]),
        ("Łukasz", ["1", "2"]),
        ("author:sorensen", ["1"]),
        ("wladyslaw", ["2"]),
        ("Strasse -lukasz", []),
        ("strasse -sorensen", ["2"]),
    ],
)
def test_letters_with_strokes_are_found_by_those_that_a_keyboard_has(
    library: Library, query: str, expected: list[str]
) -> None:
    for number, authors in ((1, ("Łukasz Kaiser", "Bo Sørensen")), (2, ("Lukasz Kaiser", "Władysław Nowak"))):
        record = PaperRecord(id=f"2001.0000{number}", title="Straße", abstract="", authors=authors)
        library.add([NewEntry(id=record.id)], records=[record])
    assert sorted(ids(library, query)) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("author:dang", ["1"]),
        ("author:Đặng", ["1"]),
        ("author:đang", ["1"]),
        ('author:"quoc dang"', ["1"]),
        ("nguyen", ["2"]),
        ("nguyễn", ["2"]),
        ("author:duc", ["2"]),
    ],
)
def test_a_letter_with_two_accents_is_found_by_the_one_that_a_keyboard_has(
    library: Library, query: str, expected: list[str]
) -> None:
    for number, authors in ((1, ("Quoc Đặng",)), (2, ("Nguyễn Văn Đức",))):
        record = PaperRecord(id=f"2001.0000{number}", title="Names", abstract="", authors=authors)
        library.add([NewEntry(id=record.id)], records=[record])
    assert ids(library, query) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("schrodinger", ["1", "4"]),
        ("schrödinger", ["1", "4"]),
        ('"schrodinger equation"', ["1"]),
        ("schrodin*", ["1", "4"]),
        ("schroding*", ["1", "4"]),
        ("title:schrodinger", ["1", "4"]),
        ("abstract:schrodinger", []),
        ("-schrodinger erdos", ["2"]),
        ("erdos", ["2"]),
        ("author:erdos", ["2"]),
        ("skoda", ["2"]),
        ("ecole frechet", ["3"]),
        ("peripheriques", ["5"]),
        ("peripheriques etude", ["5"]),
        ("peripher*", ["5"]),
        ("title:peripheriques -schrodinger", ["5"]),
        ("another", []),
    ],
)
def test_a_title_in_tex_is_found_by_words_without_accents(library: Library, query: str, expected: list[str]) -> None:
    told = (
        (1, r"The Schr\"odinger equation", ()),
        (2, r"Erd\H{o}s numbers and \v{S}koda", (r"Paul Erd\H{o}s",)),
        (3, r"{\'E}cole and Fr\'{e}chet, may be", ()),
        (4, "Schrödinger’s optimizer", ()),
        (5, r"P\'eriph\'eriques, une \'etude", ()),
    )
    for number, title, authors in told:
        record = PaperRecord(id=f"2001.0000{number}", title=title, abstract="an other", authors=authors)
        library.add([NewEntry(id=record.id)], records=[record])
    assert sorted(ids(library, query)) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("survey", ["3"]),
        ("learn dogs", ["3"]),
        ('"deep learning"', ["1", "3"]),
        ("DEEP cats", ["1", "2"]),
        ("gpt-4", ["2"]),
        ("c++", ["2"]),
        ("schrodinger", ["5"]),
        ("lottery", ["5"]),
        ("conv*", ["1"]),
        ("author:dean", ["2", "3"]),
        ('author:"ann lee"', ["1"]),
        ("title:survey", ["3"]),
        ("title:learning", ["1"]),
        ("abstract:learning", ["3"]),
        ("title:机", ["4"]),
        ("2001.00003", ["3"]),
        ("https://arxiv.org/abs/2001.00003v2", ["3"]),
        ("2001.00099", []),
        ("author:ann dogs", ["3"]),
        ("tag:even", ["4", "2"]),
        ("state:reading", ["1"]),
        ("cats state:queued", ["2"]),
        ("since:2022", ["5", "4", "3"]),
        ("since:2022-05-02 dogs", []),
        ("added:1d survey", ["3"]),
        ("力机", ["4"]),
        ("author:明", ["4"]),
        ("🤗", ["4"]),
        ("🤗 cats", []),
        ("dogs -cats", ["3"]),
        ("dogs -author:bo", ["3"]),
        ('-"deep learning" -cats', ["4", "5"]),
        ("-tag:even survey", ["3"]),
        ("-tag:even", ["1", "3", "5"]),
        ("-🤗 -state:reading", ["2", "3", "5"]),
        ("cats - dogs", ["2"]),
        ("cats \u2014 dogs", ["2"]),
        ("cats AND dogs", ["2"]),
        ("cats NEAR dogs", []),
        ("\u201cdeep learning\u201d", ["1", "3"]),
        ("tag:even,odd", ["2", "4"]),
        ("tag:even tag:odd", ["4"]),
        ("state:reading,read", ["1"]),
        ("since:yesterday", []),
        ("before:2022", ["1", "2"]),
        ("before:2022 -state:reading", ["2"]),
        ("priority:5", ["2"]),
        ("priority:>0", ["2", "3"]),
        ("priority:1-4", ["3"]),
        ("minutes:<60", ["1"]),
        ("pages:>=10", ["3"]),
        ("-pages:>=10", ["1", "2", "4", "5"]),
        ("has:note", ["5"]),
        ("has:notes", ["5"]),
        ("-has:tag", ["1", "3", "5"]),
        ("has:why", ["2"]),
        ("cat:cs.LG", ["1"]),
        ("cat:CS", ["1"]),
        ("cat:c", []),
        ("from:arXiv:2001.00001", ["4"]),
        ("cites:2001.00001v1", ["2"]),
        ("", []),
        ('"', []),
        ('""', []),
        ("*", []),
        ("unknown:dogs", []),
    ],
)
def test_queries_find_what_they_say(filled: Library, query: str, expected: list[str]) -> None:
    assert sorted(ids(filled, query)) == sorted(expected)


def test_a_title_match_comes_before_an_abstract_match(filled: Library) -> None:
    assert ids(filled, "learning") == ["1", "3"]
    assert ids(filled, "dogs") == ["2", "3"]


def test_filters_say_what_they_expect(filled: Library) -> None:
    with pytest.raises(UsageError, match="expected a state"):
        filled.find("state:fresh")
    with pytest.raises(UsageError, match="expected since: with 2024"):
        filled.find("since:soon")


def test_limit_counts_after_the_filters(filled: Library) -> None:
    assert len(filled.find("deep", limit=2)) == 2
    assert [e.id for e in filled.find("deep state:reading", limit=1)] == ["2001.00001"]


def test_a_changed_note_and_a_removed_entry_are_no_longer_found(filled: Library) -> None:
    filled.note("2001.00005", "momentum")
    assert ids(filled, "lottery") == []
    assert ids(filled, "momentum") == ["5"]
    filled.undo()
    assert ids(filled, "lottery") == ["5"]
    filled.remove(["2001.00005"])
    assert ids(filled, "lottery") == []
    filled.undo()
    assert ids(filled, "lottery") == ["5"]


def test_the_index_agrees_with_the_text(filled: Library) -> None:
    filled.save_records([PaperRecord(id="2001.00001", version=2, title="New name", abstract="")])
    filled.note("2001.00001", "a")
    filled.note("2001.00001", "b")
    filled.remove(["2001.00001"])
    # rank 1 compares with the content table as well; SQLite raises when they differ
    filled._connection.execute("INSERT INTO papers_fts(papers_fts, rank) VALUES ('integrity-check', 1)")


words = st.sampled_from("deep learn cats dogs survey nets dean ann attention zebra".split())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(st.lists(words, min_size=1, max_size=3))
def test_words_are_joined_by_and_as_a_slow_search_does(filled: Library, asked: list[str]) -> None:
    stem = {"learning": "learn"}

    def tokens(paper: str, title: str, abstract: str, authors: tuple[str, ...]) -> set[str]:
        text = f"{title} {abstract} {' '.join(authors)}".lower()
        return {stem.get(word, word) for word in re.findall(r"\w+", text)}

    expected = {text[0][-1] for text in TEXTS if set(asked) <= tokens(*text)}
    assert set(ids(filled, " ".join(asked))) == expected


def filtered(name: str) -> st.SearchStrategy[str]:
    """A field with any value, plain, quoted or turned round."""
    value = st.text(max_size=12) | st.sampled_from(
        ["1", "<5", "2024", "mon", "queued", "9" * 30, "\0", "\ud800", "a,b"]
    )
    form = st.sampled_from(["{0}:{1}", '{0}:"{1}"', "-{0}:{1}", '-{0}:"{1}'])
    return st.builds(lambda shape, text: shape.format(name, text), form, value)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200, deadline=None)
@given(
    st.one_of(
        st.text(max_size=40),
        st.lists(st.sampled_from(list("\"'*():^-+~{}[]\\ NEAR AND OR NOT a 4 🤗 注 é \0")), max_size=30).map("".join),
        st.lists(st.sampled_from(["author:", '"', "tag:", "a*", "NEAR(", "OR", "-x", "^", "gpt-4", ":"])).map(" ".join),
        st.lists(st.sampled_from([*FILTERS, "title", "rowid", "notes"]).flatmap(filtered), max_size=4).map(" ".join),
    )
)
def test_no_text_raises(filled: Library, query: str) -> None:
    with contextlib.suppress(UsageError):  # a filter whose value cannot be read, as in `state:x`
        assert isinstance(filled.find(query), list)


BAD = (
    "since:2024-13 since:2024-02-31 added:0000 since:soon state:x state:queued,x priority:high pages:-1 has:x before:x"
)


@pytest.mark.parametrize("query", BAD.split())
def test_a_filter_that_cannot_be_read_is_said(filled: Library, query: str) -> None:
    with pytest.raises(UsageError):
        filled.find(query)


def test_a_thousand_words_are_no_error(filled: Library) -> None:
    assert filled.find("deep " * 1000) != []


@pytest.mark.parametrize("sign", ["a", '"', "-", "🤗", "(", "\0", "注", "*", ":", "-a ", "tag:x "])
def test_ten_thousand_signs_are_no_error(filled: Library, sign: str) -> None:
    assert isinstance(filled.find(sign * 10_000), list)


@pytest.mark.parametrize(
    ("written", "query"),
    [
        (r"Schr\"odinger equations", "schrödinger"),
        (r"Schr\"{o}dinger equations", '"Schrödinger equation"'),
        (r"Schr{\"o}dinger equations", "title:schröd*"),
        (r"On a theorem of Erd\H{o}s and R\'enyi", '"Erdős and Rényi"'),
        (r"{\L}ukasiewicz logic", "Łukasiewicz"),
        (r"Poincar\'e's conjecture", '"Poincaré\'s conjecture"'),
        (r"S\o ren", "Søren"),
    ],
)
def test_an_accent_finds_what_was_written_in_tex(library: Library, written: str, query: str) -> None:
    library.add([NewEntry(id="2001.00009")], records=[PaperRecord(id="2001.00009", title=written)])
    library.add([NewEntry(id="2001.00008")], records=[PaperRecord(id="2001.00008", title="Nothing of the kind")])
    assert ids(library, query) == ["9"]
    assert ids(library, f"-{query}") == ["8"]
