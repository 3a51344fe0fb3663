"""The word diff: applied, it gives the new text; equal texts give none; summaries say what arXiv told and no more."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.records.notices import Described
from paperlab.records.wording import MOST_WORDS, counted, marked, pages, pieces, summary

WORDS = st.lists(st.sampled_from(["a", "b", "c", "model", "注意", "$x^2$", "שלום", "\\'e"]), max_size=12).map(" ".join)
TEXTS = st.one_of(WORDS, st.text(max_size=60))


def squashed(text: str) -> str:
    return " ".join(text.split())


@given(TEXTS, TEXTS)
def test_applying_the_diff_gives_the_new_text(old: str, new: str) -> None:
    assert "".join(p.text for p in pieces(old, new) if p.kind != "gone").strip() == squashed(new)


@given(TEXTS, TEXTS)
def test_what_stayed_and_went_are_the_words_of_the_old_text(old: str, new: str) -> None:
    kept = "".join(p.text for p in pieces(old, new) if p.kind != "came")
    assert kept.replace(" ", "") == squashed(old).replace(" ", "")


@given(TEXTS)
def test_equal_texts_give_no_change(text: str) -> None:
    assert {p.kind for p in pieces(text, f"  {text}\n")} <= {"same"}
    assert counted(text, text) == (0, 0)


@given(TEXTS, TEXTS)
def test_counts_are_those_of_the_other_way_round(old: str, new: str) -> None:
    """What came one way goes the other; difflib may align otherwise, but the balance of words cannot differ."""
    came, gone = counted(old, new)
    back_came, back_gone = counted(new, old)
    assert came - gone == back_gone - back_came


@pytest.mark.parametrize(("old", "new", "expected"), [
    ("a big model", "a small model", "a [-big-] {+small+} model"),
    ("", "all new", "{+all new+}"),
    ("all old", "", "[-all old-]"),
    ("attention is all", "attention is all you need", "attention is all {+you need+}"),
    ("注意力机制", "注意力模型", "注意力[-机制-]{+模型+}"),
])  # fmt: skip
def test_changes_are_marked_as_git_does(old: str, new: str, expected: str) -> None:
    assert marked(old, new) == expected


def test_a_hostile_abstract_takes_no_time() -> None:
    old, new = ("x y " * MOST_WORDS, "y x " * MOST_WORDS)
    began = time.monotonic()
    assert [p.kind for p in pieces(old, new)] == ["gone", "came"]
    assert time.monotonic() - began < 1


def test_the_summary_says_what_is_known_to_have_changed() -> None:
    before = Described(title="T", abstract="a big model", comment="15 pages")
    after = Described(title="U", abstract="a small good model", comment="18 pages, accepted at ICML")
    assert summary(before, after) == (
        "title changed", "abstract +2 -1 words", "15 -> 18 pages", 'comment "18 pages, accepted at ICML"',
    )  # fmt: skip
    assert summary(before, before) == ()
    assert summary(before, Described(title="T", abstract="a big model")) == ()
    assert summary(Described(), after) == ('comment "18 pages, accepted at ICML"',)


@pytest.mark.parametrize(
    ("comment", "expected"), [("12 pages", 12), ("v2.12 pages", None), (None, None), ("0 pages", None)]
)
def test_pages_are_read_out_of_a_comment(comment: str | None, expected: int | None) -> None:
    assert pages(comment) == expected
