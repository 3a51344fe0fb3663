"""refs and tree: what a paper cites, which paper made me want which."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.errors import NothingFound, UsageError
from paperlab.lab import Lab
from paperlab.lab.citing import References, chosen, in_abstract, in_bibliography
from paperlab.lab.forest import leaves
from paperlab.records.changes import NewEntry
from paperlab.records.extracted import Paper, Reference, Source
from paperlab.records.origins import Citation, Kin
from paperlab.records.paper import PaperRecord


def reference(arxiv_id: str | None, title: str = "T") -> Reference:
    return Reference(key=title, title=title, authors=(), year=2020, arxiv_id=arxiv_id, doi=None, url=None)


def paper_citing(*ids: str | None) -> Paper:
    return Paper(id="1", title="", source=Source(kind="latex", main_file=None), references=tuple(map(reference, ids)))


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lab:
    monkeypatch.setenv("PAPERLAB_OFFLINE", "1")
    return Lab.create(tmp_path)


def test_a_bibliography_gives_its_ids_once_in_order_and_in_one_form() -> None:
    found = in_bibliography("2001.00001", paper_citing("cs.LG/0306001", None, "1412.6980", "2001.00001", "cs/0306001"))
    assert [c.id for c in found.cited] == ["cs/0306001", "1412.6980"]
    assert found.total == 5


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We extend arXiv:1706.03762v5 and arXiv: 1412.6980, 1512.03385.", ["1706.03762", "1412.6980", "1512.03385"]),
        ("See https://arxiv.org/abs/1706.03762v2; code at https://github.com/x/1999.1234", ["1706.03762"]),
        ("superseded by hep-th/9901001 (erratum)", ["hep-th/9901001"]),
        ("https://doi.org/10.48550/arXiv.2105.00010", ["2105.00010"]),
        ("an error of 1234.5678 at 2001.00001", []),
        ("arXiv admin note: text overlap with arXiv:2001.00009", ["2001.00009"]),
        ("itself: arXiv:2402.00001", []),
    ],
)
def test_an_abstract_gives_the_ids_that_it_names(text: str, expected: list[str]) -> None:
    for record in (
        PaperRecord(id="2402.00001", title="T", abstract=text), PaperRecord(id="2402.00001", title="T", comment=text),
    ):  # fmt: skip
        assert [c.id for c in in_abstract(record).cited] == expected


FOUND = References(
    paper="2402.00001", source="e-print", cited=tuple(Citation(id=f"2001.0000{n}", source="e-print") for n in (1, 2, 3))
)


@pytest.mark.parametrize(
    ("picks", "expected"),
    [
        (["1,3"], "13"), (["3", "1"], "13"), (["1-2"], "12"), (["2", "2001.00002v3"], "2"), (["1 2", "3"], "123"),
        (["https://arxiv.org/abs/2001.00003"], "3"),
    ],
)  # fmt: skip
def test_picks_are_numbers_ranges_and_ids(picks: list[str], expected: str) -> None:
    assert [id[-1] for id in chosen(FOUND, picks)] == list(expected)


@pytest.mark.parametrize("picks", [["0"], ["4"], ["2-1"], ["x"], ["2001.00009"], [","], ["1-9"]])
def test_a_pick_that_is_not_there_is_refused(picks: list[str]) -> None:
    with pytest.raises(UsageError):
        chosen(FOUND, picks)


def test_what_was_read_of_a_paper_on_the_list_is_kept_and_can_be_queued_offline(lab: Lab) -> None:
    with lab.library(write=True) as library:
        library.add([NewEntry(id="2402.00001")], records=[PaperRecord(id="2402.00001", title="One", abstract="none")])
    assert lab.refs("one").cited == ()
    lab.keep_references("2402.00001", paper_citing("1412.6980", "1706.03762"))
    lab.keep_references("2402.00009", paper_citing("1412.6980"))  # not on the list
    found = lab.refs("2402.00001")
    assert [(c.id, c.title, c.year, c.state) for c in found.cited] == [
        ("1412.6980", "T", 2020, None), ("1706.03762", "T", 2020, None),
    ]  # fmt: skip
    added = lab.add_references(found, ["2"])
    assert [(e.id, e.parent, e.state) for e in added.entries] == [("1706.03762", "2402.00001", "queued")]
    assert added.pending == ("1706.03762",)
    assert [c.state for c in lab.refs("2402.00001").cited] == [None, "queued"]
    assert lab.undo() == "refs 2402.00001 --add 1706.03762"
    with lab.library() as library:
        assert library.references("2402.00009") == ()


def test_a_paper_of_which_nothing_is_here_is_said(lab: Lab) -> None:
    with pytest.raises(NothingFound, match="--fetch gets the e-print"):
        lab.refs("2402.00001")


def test_references_are_shown_where_the_list_cannot_be_written(lab: Lab) -> None:
    with lab.library(write=True) as library:
        library.save_records([PaperRecord(id="2402.00001", title="One", abstract="see arXiv:1412.6980")])
    (lab.root / "reading_list.db").chmod(0o444)
    lab.root.chmod(0o555)
    try:
        assert [c.id for c in lab.refs("2402.00001").cited] == ["1412.6980"]
    finally:
        lab.root.chmod(0o755)


# The tree

families = st.lists(st.none() | st.integers(0, 7), max_size=8).map(
    lambda parents: [
        Kin(str(n), None if parent in (None, n) else str(parent), "queued", f"title {n}")
        for n, parent in enumerate(parents)
    ]
)


def whole(family: list[Kin]) -> list[Kin]:
    """With the parents that are not on the list, as the library gives them."""
    known = {kin.id for kin in family}
    return family + [Kin(p, None, None, "") for p in dict.fromkeys(k.parent for k in family) if p and p not in known]


@given(families)
def test_every_paper_stands_once_below_its_parent(family: list[Kin]) -> None:
    family = whole(family)
    found = list(leaves(family))
    first = [leaf for leaf in found if not leaf.again]
    assert sorted(leaf.kin.id for leaf in first) == sorted(kin.id for kin in family)
    path: list[str] = []
    for leaf in found:
        del path[leaf.depth :]
        assert not leaf.depth or leaf.kin.parent == path[-1]
        path.append(leaf.kin.id)
    circles = [leaf for leaf in found if leaf.again or (leaf.depth == 0 and leaf.kin.parent)]
    assert len(circles) % 2 == 0  # one root and one mark for each circle


@given(families, st.integers(0, 3))
def test_a_depth_cuts_what_is_below_and_counts_the_children(family: list[Kin], depth: int) -> None:
    family = whole(family)
    everything, cut = list(leaves(family)), list(leaves(family, depth=depth))
    assert [(x.kin, x.depth) for x in cut] == [(x.kin, x.depth) for x in everything if x.depth <= depth]
    for leaf in cut:
        children = sum(kin.parent == leaf.kin.id for kin in family)
        assert leaf.more == (children if leaf.depth == depth and not leaf.again else 0)


def test_one_paper_stands_below_what_led_to_it() -> None:
    family = [
        Kin("a", None, "read", ""),
        Kin("b", "a", "read", ""),
        Kin("c", "a", "read", ""),
        Kin("d", "b", "read", ""),
    ]
    assert [(x.kin.id, x.depth) for x in leaves(family, "b")] == [("a", 0), ("b", 1), ("d", 2)]
    assert [(x.kin.id, x.depth) for x in leaves(family, "b", depth=0)] == [("a", 0), ("b", 1)]


def test_a_chain_of_ten_thousand_is_no_recursion() -> None:
    family = [Kin(str(n), str(n - 1) if n else None, "queued", "") for n in range(10_000)]
    assert [leaf.depth for leaf in leaves(family)] == list(range(10_000))
