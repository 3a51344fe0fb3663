"""White space: against what cutting and joining gives, on any text."""

from hypothesis import example, given
from hypothesis import strategies as st

from paperlab.library.text import clean, one_line
from paperlab.records.folding import folded, is_folded

TEXTS = st.text(st.sampled_from(" a\t\0\xa0\u2028\ud800"), max_size=5) | st.text()


@given(TEXTS)
@example("a  a")
def test_folding_is_cutting_and_joining(text: str) -> None:
    assert folded(text) == " ".join(text.split())


@given(TEXTS)
@example("a  a")
def test_what_is_folded_needs_nothing_more(text: str) -> None:
    assert is_folded(one_line(text)) or not one_line(text).isprintable()
    if is_folded(text):
        assert one_line(text) == text == folded(clean(text))
