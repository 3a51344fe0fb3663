"""Queries are checked and put into arXiv's words before arXiv is asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.arxiv.query import PREFIXES, looks_like_query, normal_query
from paperlab.errors import UsageError

SAID = {
    'cat:cs.CL AND abs:"state space"': 'cat:cs.CL AND abs:"state space"',
    "author:hinton": "au:hinton",
    "au: hinton": "au:hinton",
    "AUTHOR:Geoffrey Hinton": 'au:"Geoffrey Hinton"',
    'author:hinton and title:"capsule nets"': 'au:hinton AND ti:"capsule nets"',
    "ti:a and not (abs:b or category:cs.CV)": "ti:a ANDNOT (abs:b OR cat:cs.CV)",
    "ti:a ti:b": "ti:a AND ti:b",
    'ti:(electron OR "big proton") au:x': 'ti:(electron OR "big proton") AND au:x',
    "cat:cs.LG AND submittedDate:[202401010000 TO 202402010000]": (
        "cat:cs.LG AND submittedDate:[202401010000 TO 202402010000]"
    ),
    "cat:cs.* AND all:c++": "cat:cs.* AND all:c++",
    "ti:注意 AND au:Müller": "ti:注意 AND au:Müller",
}
WRONG = {
    'ti:"open': "is never closed; at sign 4",
    "(ti:a OR ti:b": "this bracket is never closed; at sign 1",
    "ti:a) OR ti:b": "this bracket closes nothing; at sign 5",
    "ti:a AND": "at its end",
    "AND ti:a": "before AND; at sign 1",
    "ti:a OR OR ti:b": "before OR; at sign 9",
    "colour:red": "there is no field 'colour'",
    "ti:": "behind ti:; at sign 1",
    'ti:""': "nothing stands behind ti:",
    "state space": "expected a field before state, such as all:state; at sign 1",
    "submittedDate:2024": "a range of dates",
    "ti:[a TO b]": "a range of dates",
    "()": "before ); at sign 2",
    "ti:a]": "] closes nothing; at sign 5",
}


@pytest.mark.parametrize("text", SAID)
def test_a_query_is_said_in_arxivs_words(text: str) -> None:
    assert looks_like_query(text)
    assert normal_query(text) == SAID[text]
    assert normal_query(SAID[text]) == SAID[text]


@pytest.mark.parametrize("text", WRONG)
def test_what_arxiv_would_refuse_is_refused_where_it_stands(text: str) -> None:
    with pytest.raises(UsageError) as told:
        normal_query(text)
    assert WRONG[text] in told.value.message


def test_a_category_is_no_query() -> None:
    assert not any(map(looks_like_query, ("cs.LG", "cs.LG+stat.ML", "cs", "hep-th", " cs.LG ")))


TERM = st.builds("{}:{}".format, st.sampled_from(PREFIXES), st.sampled_from(["x", '"a b"', "(p AND q)"]))
QUERY = st.recursive(
    TERM,
    lambda inner: st.one_of(
        st.builds("{} {} {}".format, inner, st.sampled_from(["AND", "OR", "ANDNOT"]), inner),
        st.builds("({})".format, inner),
    ),
    max_leaves=6,
)


@given(QUERY)
def test_what_is_well_formed_stays_as_it_is(query: str) -> None:
    assert normal_query(query) == query


@given(st.text(alphabet='abtiu:() "[]ANDOR', max_size=40))
def test_anything_is_read_or_refused_and_reading_twice_changes_nothing(text: str) -> None:
    try:
        once = normal_query(text)
    except UsageError:
        return
    assert normal_query(once) == once
    assert once.count("(") == once.count(")")
    assert once.count('"') % 2 == 0
