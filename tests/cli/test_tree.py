"""The tree on a terminal: each line is what fitting the whole of it would give, however deep it stands."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from paperlab.cli import sources
from paperlab.cli.output import fit
from paperlab.records.origins import Kin, Leaf

titles = st.text(st.sampled_from("ab é注\u0301😀"), max_size=12).map(str.strip)
"""A whole line ends without blanks; a title that ends with one would be cut where its line, alone, fits."""


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.integers(-3, 1), st.booleans(), titles), max_size=12), wide=st.integers(1, 16))
def test_a_line_is_what_fitting_the_whole_of_it_gives(
    steps: list[tuple[int, bool, str]], wide: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    leaves, depth = [], -1
    for step, last, title in steps:
        depth = max(min(depth + step, depth + 1), 0)
        leaves.append(Leaf(Kin("2001.00001", None, "read", title), depth, last))
    monkeypatch.setenv("COLUMNS", "10000")
    whole = list(sources._drawn(leaves))
    monkeypatch.setenv("COLUMNS", str(wide))
    assert list(sources._drawn(leaves)) == [fit(line, wide).rstrip() for line in whole]
